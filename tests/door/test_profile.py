"""What somebody tells the city about himself: changed by him alone, shown where it was before."""

from typing import Any

import pytest

from permissions.words import Power
from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan

FIELDS = (
    "displayName familyName givenName kana postalCode address building area { name } phone email"
    " birthDate"
)
TOLD = {
    "display_name": "はなちゃん",
    "family_name": "旭川",
    "given_name": "華子",
    "kana": "アサヒカワ ハナコ",
    "postal_code": "070-8525",
    "address": "七条通九丁目48",
    "building": "緑橋ビル501",
    "phone": "0166-26-1111",
    "email": "hanako@example.jp",
}
AS_TOLD = {
    "displayName": "はなちゃん",
    "familyName": "旭川",
    "givenName": "華子",
    "kana": "アサヒカワ ハナコ",
    "postalCode": "070-8525",
    "address": "七条通九丁目48",
    "building": "緑橋ビル501",
    "area": None,
    "phone": "0166-26-1111",
    "email": "hanako@example.jp",
    "birthDate": None,
}
INVALID = "INVALID"


@pytest.fixture
async def hanako(city: City) -> Person:
    return await city.person(**TOLD)


async def updated(client: Client, **asked: Any) -> dict[str, Any]:
    """The profile after a change that must be made."""
    payload = await client.change("updateProfile", f"resident {{ {FIELDS} }}", **asked)
    assert payload["errors"] == []
    resident: dict[str, Any] = payload["resident"]
    return resident


async def wrong(client: Client, **asked: Any) -> dict[str, str]:
    """Field -> message of a change that must be refused."""
    payload = await client.change("updateProfile", "resident { id }", **asked)
    assert payload["resident"] is None
    assert {error["code"] for error in payload["errors"]} == {INVALID}
    return {".".join(error["field"]): error["message"] for error in payload["errors"]}


async def test_what_is_absent_stays_and_null_withdraws(kairan: Kairan, hanako: Person) -> None:
    client = await kairan.client(hanako)
    assert await updated(client) == AS_TOLD
    assert await updated(client, phone=None) == AS_TOLD | {"phone": None}
    assert await updated(client, building="緑橋ビル502", email=None) == AS_TOLD | {
        "phone": None,
        "building": "緑橋ビル502",
        "email": None,
    }
    # What was left blank in a form is withdrawn too.
    shown = await updated(client, address=" 　", birthDate="1950-04-29")
    assert (shown["address"], shown["birthDate"]) == (None, "1950-04-29")
    everything = {
        **dict.fromkeys(("familyName", "givenName", "kana", "postalCode", "address", "building")),
        **dict.fromkeys(("areaId", "phone", "email", "birthDate")),
    }
    assert await updated(client, **everything) == dict.fromkeys(AS_TOLD) | {
        "displayName": "はなちゃん"
    }


async def test_each_field_is_brought_to_its_form(city: City, kairan: Kairan) -> None:
    area = await city.area("神楽岡")
    client = await kairan.client(await city.person())
    assert await updated(
        client,
        displayName=" はなこ ",
        familyName="髙﨑",
        givenName="\ufa19",
        kana="たかさきｶﾐ",
        postalCode="０７０ー８５２５",
        address="７条通９丁目　４８",
        building="ﾐﾄﾞﾘﾊﾞｼﾋﾞﾙ",
        areaId=area.gid,
        phone="＋８１ １６６−２６−１１１１",
        email="ｈａｎａｋｏ＠例え．ｊｐ",
        birthDate="1900-01-01",
    ) == {
        "displayName": "はなこ",
        "familyName": "髙﨑",
        "givenName": "\ufa19",
        "kana": "タカサキカミ",
        "postalCode": "070-8525",
        "address": "７条通９丁目　４８",
        "building": "ﾐﾄﾞﾘﾊﾞｼﾋﾞﾙ",
        "area": {"name": "神楽岡"},
        "phone": "0166-26-1111",
        "email": "hanako@例え.jp",
        "birthDate": "1900-01-01",
    }
    assert (await updated(client, birthDate=city.clock.today.isoformat()))[
        "birthDate"
    ] == "2026-11-23"


async def test_every_wrong_field_is_named_at_once_and_nothing_changes(
    city: City, kairan: Kairan, hanako: Person
) -> None:
    client = await kairan.client(hanako)
    assert await wrong(
        client,
        displayName=None,
        familyName="旭" * 51,
        givenName="華\u202e子",
        kana="Hanako",
        postalCode="0708-525",
        address="七条\n通",
        building="\u0007",
        areaId=hanako.gid,
        phone="26-1111",
        email="hanako.example.jp",
        birthDate="2026-11-24",
    ) == {
        "input.displayName": "Give a name to go by, such as 会員.",
        "input.familyName": "Give 1 to 50 characters.",
        "input.givenName": "Remove the control characters.",
        "input.kana": "Give the reading in kana (カタカナ), such as アサヒカワ ハナコ.",
        "input.postalCode": "Give the seven digits of a postal code, such as 070-8525.",
        "input.address": "Remove the control characters.",
        "input.building": "Remove the control characters.",
        "input.areaId": "There is no such area in this city.",
        "input.phone": "Give a phone number with its area code, such as 0166-26-1111.",
        "input.email": "Give an e-mail address, such as hanako@example.jp.",
        "input.birthDate": "Give a day from 1900-01-01 to 2026-11-23.",
    }
    # One that could be used goes with the others, so that a form is saved as a whole.
    assert list(await wrong(client, phone="0166-25-0000", birthDate="1899-12-31")) == [
        "input.birthDate"
    ]
    assert await updated(client) == AS_TOLD


@pytest.mark.parametrize("name", ["", " ", "　", "\u200b", "\u3164", "a\u200fb", "\u2066a\u2069"])
async def test_a_display_name_is_to_be_seen_and_turns_nothing_round(
    name: str, kairan: Kairan, hanako: Person
) -> None:
    client = await kairan.client(hanako)
    assert list(await wrong(client, displayName=name)) == ["input.displayName"]


async def test_an_area_is_of_this_city(
    city: City, kairan: Kairan, hanako: Person, superuser: Any
) -> None:
    elsewhere = await City(superuser).found()
    theirs = await elsewhere.area("札幌")
    client = await kairan.client(hanako)
    for unknown in (theirs.gid, "x", "x" * 500, "QXJlYToAAAAAAAAAAAAAAAAAAAAA"):
        assert await wrong(client, areaId=unknown) == {
            "input.areaId": "There is no such area in this city."
        }


async def test_a_member_goes_by_the_new_name_unless_he_chose_another_there(
    city: City, kairan: Kairan, hanako: Person
) -> None:
    usual, chosen = await city.group("神楽町内会"), await city.group("駅前町内会")
    asked, declined = await city.group("春光町内会"), await city.group("末広町内会")
    ken = await city.person()
    for group in (usual, chosen):
        await city.officer(await city.member(group, ken), "会長", Power.VIEW_ROSTER)
    await city.member(usual, hanako, display_name="はなちゃん")
    await city.member(chosen, hanako, display_name="班長の妻")
    await city.request(asked, hanako, display_name="はなちゃん")
    await city.request(declined, hanako, display_name="はなちゃん", status="DECLINED")
    client = await kairan.client(hanako)
    await updated(client, displayName="華子", familyName="旭川田")

    mine = "{ me { memberships { displayName } membershipRequests { displayName } } }"
    me = (await client.data(mine))["me"]
    assert {name: sorted(row["displayName"] for row in rows) for name, rows in me.items()} == {
        "memberships": ["班長の妻", "華子"],
        "membershipRequests": ["はなちゃん", "華子"],
    }
    officer = await kairan.client(ken)
    seen = "query ($id: ID!) { group(id: $id) { members { nodes { displayName familyName } } } }"
    roster = (await officer.data(seen, id=usual.gid))["group"]["members"]["nodes"]
    assert {"displayName": "華子", "familyName": "旭川田"} in roster
    roster = (await officer.data(seen, id=chosen.gid))["group"]["members"]["nodes"]
    assert {"displayName": "班長の妻", "familyName": "旭川田"} in roster


async def test_a_suppressed_resident_changes_what_nobody_sees(
    city: City, kairan: Kairan, hanako: Person
) -> None:
    group = await city.group("神楽町内会")
    ken = await city.person()
    await city.officer(await city.member(group, ken, display_name="けん"), "会長", *Power)
    await city.member(group, hanako, display_name="はなちゃん")
    await city.suppress(hanako)
    client = await kairan.client(hanako)
    assert (await updated(client, displayName="華子", phone="0166-25-0000"))["phone"] == (
        "0166-25-0000"
    )
    officer = await kairan.client(ken)
    seen = "query ($id: ID!) { group(id: $id) { members { nodes { displayName phone } } } }"
    roster = (await officer.data(seen, id=group.gid))["group"]["members"]["nodes"]
    assert {"displayName": "会員", "phone": None} in roster
    assert "華子" not in str(roster)


async def test_what_was_withdrawn_is_gone_from_the_roster_with_the_next_request(
    city: City, kairan: Kairan, hanako: Person
) -> None:
    group = await city.group("神楽町内会")
    ken = await city.person()
    await city.officer(await city.member(group, ken), "会長", Power.VIEW_ROSTER)
    member = await city.member(group, hanako)
    officer = await kairan.client(ken)
    seen = "query ($id: ID!) { node(id: $id) { ... on Member { phone address } } }"
    before = (await officer.data(seen, id=member.gid))["node"]
    assert before == {"phone": "0166-26-1111", "address": "七条通九丁目48"}
    await updated(await kairan.client(hanako), phone=None)
    after = (await officer.data(seen, id=member.gid))["node"]
    assert after == {"phone": None, "address": "七条通九丁目48"}


async def test_nothing_of_it_is_history(city: City, kairan: Kairan, hanako: Person) -> None:
    await updated(await kairan.client(hanako), displayName="華子", phone=None, address="八条通")
    assert await city.fetch("select 1 from kairan.changes where city = $1") == []


async def test_only_residents_have_a_profile(city: City, kairan: Kairan) -> None:
    for role in ("OPERATIONS", "SUPPRESSION", "AUDITOR"):
        staff = await kairan.client(await city.staff(role))
        payload = await staff.change("updateProfile", "resident { id }", displayName="x")
        assert [error["code"] for error in payload["errors"]] == ["NOT_PERMITTED"]
    document = 'mutation { updateProfile(input: { displayName: "x" }) { errors { code } } }'
    answer = await kairan.nobody.ask(document)
    assert answer["data"] == {"updateProfile": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_what_a_change_costs_the_database(city: City, kairan: Kairan, hanako: Person) -> None:
    area = await city.area("神楽岡")
    client = await kairan.client(hanako)
    for asked, number in (
        # app.enter and the profile; app.enter and oneself.
        ({"phone": "0166-25-0000", "address": "八条通"}, 4),
        ({"areaId": area.gid, "email": None}, 5),
        ({"displayName": "華子"}, 6),
        # app.enter; app.enter and oneself.
        ({}, 3),
    ):
        with kairan.counting() as statements:
            await client.data(
                "mutation ($i: UpdateProfileInput!) {"
                " updateProfile(input: $i) { resident { phone } errors { code } } }",
                i=asked,
            )
        found = [each for each in statements if "pg_type" not in each and "rate" not in each]
        assert len(found) == number, found
