"""The ledger read back: whole and without a person by auditors, one's own by a resident."""

from typing import Any

import pytest

from permissions.policy import POLICY_VERSION
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan
from tests.ledger.association import Association

ROSTER = "query %s($group: ID!) { group(id: $group) { members { nodes { %s } } } }"
RELEASE = """
    releasedAt group { name } office fields purposes ruleVersion operationName subjectCount seenBy
"""
ALL = f"query($first: Int, $after: String) {{ releases(first: $first, after: $after) {{\
    nodes {{ id {RELEASE} }} pageInfo {{ hasNextPage endCursor }} }} }}"
MINE = f"query($first: Int, $after: String) {{ me {{ releases(first: $first, after: $after) {{\
    nodes {{ id {RELEASE} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"


async def look(kagura: Association, *fields: str) -> None:
    """Ken looks at each of the fields, a minute after the one before."""
    for field in fields:
        await kagura.ask(ROSTER % (f"See_{field}", field))
        kagura.city.clock.advance(minutes=1)


async def auditor(kagura: Association, kairan: Kairan) -> Client:
    return await kairan.client(await kagura.city.staff("AUDITOR"))


async def own(kagura: Association, kairan: Kairan, name: str) -> list[list[str]]:
    """The fields of each release that somebody finds about himself."""
    client = await kairan.client(kagura.people[name])
    data = await client.data(MINE)
    return [node["fields"] for node in data["me"]["releases"]["nodes"]]


async def test_an_auditor_sees_every_release_newest_first_and_nobody_in_it(
    kagura: Association, kairan: Kairan
) -> None:
    await look(kagura, "phone", "address")
    answer = await (await auditor(kagura, kairan)).ask(ALL)
    nodes = answer["data"]["releases"]["nodes"]
    expected = {
        "group": {"name": "神楽町内会"},
        "office": "会長",
        "ruleVersion": POLICY_VERSION,
        "seenBy": None,
    }
    assert [{**node, "id": None} for node in nodes] == [
        {
            **expected,
            "id": None,
            "releasedAt": "2026-11-23T03:01:00+00:00",
            "fields": ["Member.address"],
            "purposes": ["find the household that a circular did not reach"],
            "operationName": "See_address",
            "subjectCount": 3,
        },
        {
            **expected,
            "id": None,
            "releasedAt": "2026-11-23T03:00:00+00:00",
            "fields": ["Member.phone"],
            "purposes": ["reach a member when time presses"],
            "operationName": "See_phone",
            "subjectCount": 1,
        },
    ]
    assert answer["extensions"]["withheld"] == [
        {
            "field": "Release.seenBy",
            "path": ["releases", "nodes", "seenBy"],
            "rule": "Release.seenBy",
            "reason": "NOT_A_MEMBER",
        }
    ]
    for name, person in kagura.people.items():
        assert name not in str(answer)
        assert str(person.id) not in str(answer)
        assert person.gid not in str(answer)


async def test_a_person_sees_who_saw_what_of_him_and_nothing_about_others(
    kagura: Association, kairan: Kairan
) -> None:
    await look(kagura, "phone", "address", "email", "displayName")
    assert await own(kagura, kairan, "hanako") == [
        ["Member.email"],
        ["Member.address"],
        ["Member.phone"],
    ]
    assert await own(kagura, kairan, "taro") == [["Member.address"]]
    assert await own(kagura, kairan, "jiro") == []
    assert await own(kagura, kairan, "sayuri") == []
    assert await own(kagura, kairan, "ken") == []

    hanako = await kairan.client(kagura.people["hanako"])
    answer = await hanako.ask(MINE)
    assert "extensions" not in answer
    node = answer["data"]["me"]["releases"]["nodes"][1]
    assert {**node, "id": None} == {
        "id": None,
        "releasedAt": "2026-11-23T03:01:00+00:00",
        "group": {"name": "神楽町内会"},
        "office": "会長",
        "fields": ["Member.address"],
        "purposes": ["find the household that a circular did not reach"],
        "ruleVersion": POLICY_VERSION,
        "operationName": "See_address",
        "subjectCount": 3,
        "seenBy": "ken",
    }


async def test_reading_the_ledger_is_no_release(kagura: Association, kairan: Kairan) -> None:
    await look(kagura, "phone")
    before = await kagura.rows()
    await (await auditor(kagura, kairan)).ask(ALL)
    await own(kagura, kairan, "hanako")
    assert await kagura.rows() == before


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("OPERATIONS", "POWER_MISSING"),
        ("SUPPRESSION", "POWER_MISSING"),
        ("ken", "POWER_MISSING"),
        ("hanako", "POWER_MISSING"),
        ("nobody", "NOT_SIGNED_IN"),
    ],
)
async def test_nobody_else_sees_all_of_it(
    who: str, reason: str, kagura: Association, kairan: Kairan
) -> None:
    await look(kagura, "phone")
    if who == "nobody":
        client = kairan.nobody
    elif who.isupper():
        client = await kairan.client(await kagura.city.staff(who))
    else:
        client = await kairan.client(kagura.people[who])
    answer = await client.ask(ALL)
    assert answer["data"] == {"releases": None}
    assert answer["extensions"]["withheld"] == [
        {
            "field": "Query.releases",
            "path": ["releases"],
            "rule": "Query.releases",
            "reason": reason,
        }
    ]


async def test_the_auditor_of_another_city_sees_none_of_it(
    kagura: Association, kairan: Kairan, superuser: Any
) -> None:
    await look(kagura, "phone")
    other = await City(superuser).found()
    person = await other.staff("AUDITOR")
    session = await other.session(person)
    token = kairan.app.state.tokens.issue(
        city=other.number, person=person.id, session=session, at=other.clock()
    )
    answer = await Client(kairan.http, token.text).ask(ALL)
    assert answer["data"] == {"releases": {"nodes": [], "pageInfo": EMPTY}}


EMPTY = {"hasNextPage": False, "endCursor": None}


async def test_who_left_the_group_still_sees_who_saw_him(
    kagura: Association, kairan: Kairan
) -> None:
    await look(kagura, "phone")
    await kagura.city.leave(kagura.members["hanako"])
    await look(kagura, "phone", "address")
    client = await kairan.client(kagura.people["hanako"])
    (node,) = (await client.data(MINE))["me"]["releases"]["nodes"]
    assert (node["fields"], node["seenBy"], node["group"]) == (
        ["Member.phone"],
        "ken",
        {"name": "神楽町内会"},
    )


@pytest.mark.parametrize(("whose", "document"), [("AUDITOR", ALL), ("hanako", MINE)])
async def test_pages_neither_repeat_nor_leave_out_while_more_is_written(
    whose: str, document: str, kagura: Association, kairan: Kairan
) -> None:
    await look(kagura, "phone", "email", "address", "kana", "name")
    if whose == "AUDITOR":
        client = await auditor(kagura, kairan)
    else:
        client = await kairan.client(kagura.people[whose])

    async def page(after: str | None) -> tuple[list[str], Any]:
        data = await client.data(document, first=2, after=after)
        found = (data.get("me") or data)["releases"]
        names = [node["operationName"] for node in found["nodes"]]
        return names, found["pageInfo"]

    first, info = await page(None)
    await look(kagura, "familyName")
    second, info = await page(info["endCursor"])
    await look(kagura, "givenName")
    third, info = await page(info["endCursor"])
    assert [first, second, third] == [
        ["See_name", "See_kana"],
        ["See_address", "See_email"],
        ["See_phone"],
    ]
    assert info["hasNextPage"] is False


async def test_a_cursor_of_a_release_about_somebody_else_is_none(
    kagura: Association, kairan: Kairan
) -> None:
    await look(kagura, "phone")
    everything = (await (await auditor(kagura, kairan)).data(ALL))["releases"]
    cursor = everything["pageInfo"]["endCursor"]
    for name, code in (("taro", "CURSOR_UNKNOWN"), ("hanako", None)):
        client = await kairan.client(kagura.people[name])
        answer = await client.ask(MINE, after=cursor)
        assert [e["extensions"]["code"] for e in answer.get("errors", [])] == [code] * bool(code)


async def test_a_release_is_no_node(kagura: Association, kairan: Kairan) -> None:
    await look(kagura, "phone")
    for client, document in (
        (await auditor(kagura, kairan), ALL),
        (await kairan.client(kagura.people["hanako"]), MINE),
    ):
        data = await client.data(document)
        (node,) = (data.get("me") or data)["releases"]["nodes"]
        assert await client.data("query($id: ID!) { node(id: $id) { id } }", id=node["id"]) == {
            "node": None
        }
