"""One person in two groups of one officer: open under the one, closed under the other."""

import pytest

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan

BOTH = """
query Both($open: ID!, $closed: ID!) {
  %s
}
fragment people on Group { members { nodes { displayName address phone } } }
"""
OPEN_FIRST = BOTH % "a: group(id: $open) { ...people } b: group(id: $closed) { ...people }"
CLOSED_FIRST = BOTH % "b: group(id: $closed) { ...people } a: group(id: $open) { ...people }"


@pytest.mark.parametrize("document", [OPEN_FIRST, CLOSED_FIRST])
async def test_hanako_is_open_under_the_group_that_ken_leads_and_closed_under_the_other(
    city: City, kairan: Kairan, document: str
) -> None:
    led = await city.group("神楽町内会", directory="MEMBERS")
    joined = await city.group("春光町内会", directory="MEMBERS")
    ken = await city.person()
    hanako = await city.person(address="春光1条2丁目3", phone="0166-00-0001")
    leading = await city.member(led, ken, display_name="けん")
    await city.member(joined, ken, display_name="けん")
    await city.officer(leading, "会長", Power.VIEW_ROSTER)
    await city.member(led, hanako, display_name="花子")
    await city.member(joined, hanako, display_name="花ちゃん")

    client = await kairan.client(ken)
    for _ in range(2):
        answer = await client.ask(document, open=led.gid, closed=joined.gid)

        nothing = {"address": None, "phone": None}
        by_name = {n["displayName"]: n for n in answer["data"]["a"]["members"]["nodes"]}
        assert by_name["花子"] == {
            "displayName": "花子",
            "address": "春光1条2丁目3",
            "phone": "0166-00-0001",
        }
        assert {n["displayName"]: n for n in answer["data"]["b"]["members"]["nodes"]} == {
            "けん": {"displayName": "けん", **nothing},
            "花ちゃん": {"displayName": "花ちゃん", **nothing},
        }
        assert answer["extensions"]["withheld"] == [
            {
                "field": "Member.address",
                "path": ["b", "members", "nodes", "address"],
                "rule": "Member.address",
                "reason": "NOT_AN_OFFICER",
            },
            {
                "field": "Member.phone",
                "path": ["b", "members", "nodes", "phone"],
                "rule": "Member.phone",
                "reason": "NOT_AN_OFFICER",
            },
        ]
