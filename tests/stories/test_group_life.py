"""An association from its trial to its end, and a city that thinks again about phone numbers."""

from typing import Any

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan

LOOK = """
query Look($group: ID!) {
  group(id: $group) {
    name participation viewerPowers
    members { nodes { displayName phone } }
    circulars { nodes { title } }
  }
}
"""


async def test_an_association_from_its_trial_to_its_end(city: City, kairan: Kairan) -> None:
    kagura = await city.group("神楽町内会", participation="TRIAL", directory="MEMBERS")
    ken, hanako = await city.person(kana="ア"), await city.person(phone="0166-00-0001")
    leading = await city.member(kagura, ken, display_name="けん")
    await city.member(kagura, hanako, display_name="花子")
    await city.officer(leading, "会長", Power.VIEW_ROSTER, Power.PUBLISH)
    await city.circular(leading, "夏祭り")
    officer, neighbour = await kairan.client(ken), await kairan.client(hanako)

    seen: dict[str, Any] = {}
    for participation in ("TRIAL", "ACTIVE", "SUSPENDED", "ENDED", "ACTIVE"):
        await city.execute(
            "update kairan.groups set participation = $2 where city = $1", participation
        )
        for who, client in (("Ken", officer), ("Hanako", neighbour), ("nobody", kairan.nobody)):
            answer = await client.ask(LOOK, group=kagura.gid)
            group = answer["data"]["group"]
            assert group["name"] == "神楽町内会"
            assert group["participation"] == participation
            members = group["members"]
            listed = members and {n["displayName"]: n["phone"] for n in members["nodes"]}
            reasons = {
                entry["rule"]: entry["reason"]
                for entry in answer.get("extensions", {}).get("withheld", ())
            }
            seen[who] = (listed, group["circulars"] is not None, reasons)
        if participation in ("TRIAL", "ACTIVE"):
            assert seen["Ken"] == ({"けん": None, "花子": "0166-00-0001"}, True, {})
        elif participation == "SUSPENDED":
            assert seen["Ken"] == (
                {"けん": None, "花子": None},
                True,
                {"Member.phone": "GROUP_NOT_RELEASING"},
            )
        else:
            over = {
                "Group.members": "GROUP_NOT_RELEASING",
                "Group.circulars": "GROUP_NOT_RELEASING",
            }
            assert seen["Ken"] == seen["Hanako"] == (None, False, over)
        if participation != "ENDED":
            # Her own phone is hers; the other's is empty, and closed to her all the same.
            assert seen["Hanako"][:2] == ({"けん": None, "花子": "0166-00-0001"}, True)
        assert seen["nobody"] == (
            None,
            False,
            {"Group.members": "NOT_SIGNED_IN", "Group.circulars": "NOT_SIGNED_IN"},
        )
    rows = await city.fetch("select subjects from kairan.releases where city = $1")
    assert rows == [{"subjects": [hanako.id]}] * 3


CALLING = "query Calling($group: ID!) { group(id: $group) { members { nodes { address phone } } } }"


async def test_the_city_switches_phone_numbers_off_and_on_again(city: City, kairan: Kairan) -> None:
    kagura = await city.group("神楽町内会")
    ken, hanako = await city.person(), await city.person(address="神楽3条", phone="0166-00-0001")
    leading = await city.member(kagura, ken, display_name="けん")
    await city.member(kagura, hanako, display_name="花子")
    await city.officer(leading, "会長", Power.VIEW_ROSTER)
    client = await kairan.client(ken)
    both = {"address": "神楽3条", "phone": "0166-00-0001"}

    before = await client.ask(CALLING, group=kagura.gid)
    assert both in before["data"]["group"]["members"]["nodes"]
    assert "extensions" not in before

    city.clock.advance(minutes=1)
    await city.switch_off("PHONE")
    meanwhile = await client.ask(CALLING, group=kagura.gid)
    nodes = meanwhile["data"]["group"]["members"]["nodes"]
    assert {"address": "神楽3条", "phone": None} in nodes
    assert [node["phone"] for node in nodes] == [None, None]
    assert meanwhile["extensions"]["withheld"] == [
        {
            "field": "Member.phone",
            "path": ["group", "members", "nodes", "phone"],
            "rule": "Member.phone",
            "reason": "CITY_POLICY",
        }
    ]
    herself = await (await kairan.client(hanako)).ask("{ me { phone memberships { phone } } }")
    assert herself == {
        "data": {"me": {"phone": "0166-00-0001", "memberships": [{"phone": "0166-00-0001"}]}}
    }

    city.clock.advance(minutes=1)
    await city.execute("delete from kairan.city_policies where city = $1")
    after = await client.ask(CALLING, group=kagura.gid)
    assert both in after["data"]["group"]["members"]["nodes"]
    rows = await city.fetch(
        "select fields from kairan.releases where city = $1 order by released_at, id"
    )
    assert [row["fields"] for row in rows] == [
        ["Member.address", "Member.phone"],
        ["Member.address"],
        ["Member.address", "Member.phone"],
    ]
