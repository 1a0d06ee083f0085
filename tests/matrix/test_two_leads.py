"""Ken leads two groups and Hanako is in both: each shows what it knows of her, not the other."""

from collections.abc import Sequence
from typing import Any

import pytest

import resolvers.batching
from permissions.words import Power
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Kairan

ROSTERS = """
query($a: ID!, $b: ID!) {
  a: group(id: $a) { members { nodes { ...place } } }
  b: group(id: $b) { members { nodes { ...place } } }
}
fragment place on Member {
  id displayName joinedOn group { name } han { name } household { han { name } }
  appointments { office { title } holder { displayName } }
}
"""
BY_ID = """
query($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { ...place } }
""" + ROSTERS[ROSTERS.index("fragment") :]


async def two_leads(city: City, kairan: Kairan) -> dict[str, Any]:
    """What Ken sees of Hanako in 神楽 and 春光: by their rosters and by her ids there."""
    ken, hanako = await city.person(), await city.person()
    groups: list[Thing] = []
    hanakos: list[Member] = []
    for name in ("神楽", "春光"):
        group = await city.group(f"{name}町内会")
        han = await city.han(group, f"{name}一班")
        home = await city.household(group, han=han)
        ours = await city.member(group, ken)
        await city.officer(ours, "会長", Power.VIEW_ROSTER)
        hers = await city.member(
            group,
            hanako,
            han=han,
            household=home,
            display_name=f"{name}の花子",
            joined_on=city.clock.day(-len(groups) - 1),
        )
        await city.officer(hers, f"{name}会計")
        groups.append(group)
        hanakos.append(hers)
    client = await kairan.client(ken)
    rosters = await client.data(ROSTERS, a=groups[0].gid, b=groups[1].gid)
    by_id = await client.data(BY_ID, a=hanakos[0].gid, b=hanakos[1].gid)
    met = [
        next(node for node in rosters[alias]["members"]["nodes"] if node["id"] == hers.gid)
        for alias, hers in zip("ab", hanakos, strict=True)
    ]
    for node in [*met, *by_id["nodes"]]:
        del node["id"]
    return {"rosters": met, "nodes": by_id["nodes"]}


HANAKO = [
    {
        "displayName": "神楽の花子",
        "joinedOn": "2026-11-22",
        "group": {"name": "神楽町内会"},
        "han": {"name": "神楽一班"},
        "household": {"han": {"name": "神楽一班"}},
        "appointments": [
            {"office": {"title": "神楽会計"}, "holder": {"displayName": "神楽の花子"}}
        ],
    },
    {
        "displayName": "春光の花子",
        "joinedOn": "2026-11-21",
        "group": {"name": "春光町内会"},
        "han": {"name": "春光一班"},
        "household": {"han": {"name": "春光一班"}},
        "appointments": [
            {"office": {"title": "春光会計"}, "holder": {"displayName": "春光の花子"}}
        ],
    },
]


async def test_each_group_shows_its_own_hanako(city: City, kairan: Kairan) -> None:
    assert await two_leads(city, kairan) == {"rosters": HANAKO, "nodes": HANAKO}


async def test_a_loader_that_knows_people_and_not_memberships_would_be_found(
    city: City, kairan: Kairan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trap: a loader's key that leaves out the group, so that she is loaded once for both."""
    honest = resolvers.batching._keys

    def people(parents: Sequence[Any]) -> list[Any]:
        try:
            return [parent["resident_id"] for parent in parents]
        except (KeyError, TypeError):
            return honest(parents)

    monkeypatch.setattr(resolvers.batching, "_keys", people)

    seen = await two_leads(city, kairan)

    assert seen["rosters"] != HANAKO
    assert seen["nodes"] != HANAKO
