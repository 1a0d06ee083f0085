"""Several groups at one path: what is withheld is told once, with the reason nearest to opening."""

from typing import Any

import pytest

from permissions.words import Power
from tests.harness.city import City, Member, Person
from tests.harness.kairan import Kairan

DEEP = "{ me { memberships { group { members { nodes { address } } } } } }"


async def stand(city: City, ken: Person, how: str, *, directory: str) -> None:
    """Make Ken a member of one more group, where one thing stands between him and its roster."""
    participation = "SUSPENDED" if how == "office in a resting group" else "ACTIVE"
    delegated = (Power.VIEW_ROSTER, Power.PUBLISH)
    group = await city.group(
        how, directory=directory, participation=participation, delegated=delegated
    )
    hanako = await city.person(address=f"{how}の隣")
    await city.member(group, hanako, display_name="花子")
    member: Member = await city.member(group, ken, display_name="けん")
    if how == "office without the power":
        await city.officer(member, "会計", Power.PUBLISH)
    elif how in ("office with the power", "office in a resting group"):
        await city.officer(member, "会長", Power.VIEW_ROSTER)
    elif how == "left":
        await city.leave(member)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("standings", "reason"),
    [
        (["left"], "NOT_A_MEMBER"),
        (["left", "plain member"], "NOT_AN_OFFICER"),
        (["plain member", "plain member"], "NOT_AN_OFFICER"),
        (["left", "office in a resting group", "plain member"], "GROUP_NOT_RELEASING"),
        (["office in a resting group", "office without the power"], "POWER_MISSING"),
        (["office with the power", "plain member"], "NOT_AN_OFFICER"),
        (["office with the power", "left"], "NOT_A_MEMBER"),
        (
            [
                "plain member",
                "office without the power",
                "office with the power",
                "left",
                "office in a resting group",
            ],
            "POWER_MISSING",
        ),
        (["office with the power"], None),
    ],
)
async def test_ken_is_told_once_what_keeps_the_nearest_roster_shut(
    city: City, kairan: Kairan, standings: list[str], reason: str | None, turned: bool
) -> None:
    ken = await city.person()
    for how in reversed(standings) if turned else standings:
        await stand(city, ken, how, directory="OFFICERS")

    answer = await (await kairan.client(ken)).ask(DEEP)

    expected = [
        {
            "field": "Group.members",
            "path": ["me", "memberships", "group", "members"],
            "rule": "Group.members",
            "reason": reason,
        }
    ]
    assert answer.get("extensions", {}).get("withheld", []) == (expected if reason else [])
    assert addresses(answer) == (
        ["office with the powerの隣"] if "office with the power" in standings else []
    )


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("standings", "reason"),
    [
        (["plain member"], "NOT_AN_OFFICER"),
        (["plain member", "office in a resting group"], "GROUP_NOT_RELEASING"),
        (
            ["office without the power", "plain member", "office in a resting group"],
            "POWER_MISSING",
        ),
        (["plain member", "office with the power"], "NOT_AN_OFFICER"),
    ],
)
async def test_the_same_for_an_address_three_levels_down(
    city: City, kairan: Kairan, standings: list[str], reason: str, turned: bool
) -> None:
    ken = await city.person()
    for how in reversed(standings) if turned else standings:
        await stand(city, ken, how, directory="MEMBERS")

    answer = await (await kairan.client(ken)).ask(DEEP)

    assert answer["extensions"]["withheld"] == [
        {
            "field": "Member.address",
            "path": ["me", "memberships", "group", "members", "nodes", "address"],
            "rule": "Member.address",
            "reason": reason,
        }
    ]
    assert addresses(answer) == (
        ["office with the powerの隣"] if "office with the power" in standings else []
    )


async def test_a_category_the_city_switched_off_is_nearer_than_any_office(
    city: City, kairan: Kairan
) -> None:
    ken = await city.person()
    for how in ("office with the power", "office without the power", "plain member"):
        await stand(city, ken, how, directory="MEMBERS")
    await city.switch_off("ADDRESS")

    answer = await (await kairan.client(ken)).ask(DEEP)

    assert [entry["reason"] for entry in answer["extensions"]["withheld"]] == ["CITY_POLICY"]
    assert addresses(answer) == []


def addresses(answer: dict[str, Any]) -> list[str]:
    """Every address in the answer."""
    return [
        member["address"]
        for membership in answer["data"]["me"]["memberships"]
        for member in (membership["group"]["members"] or {"nodes": []})["nodes"]
        if member["address"] is not None
    ]
