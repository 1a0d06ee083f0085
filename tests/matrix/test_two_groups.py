"""Hanako in two groups of Ken's: open in the one he leads, closed in the other, however met.

Cold and warm: where one road has already loaded her in the same operation, the next one meets her
again through the other group, in both orders.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from permissions.rows import Row
from permissions.rule import Rule
from permissions.verdict import Verdict
from permissions.viewer import Viewer
from permissions.words import Power
from tests.harness.city import City, Member
from tests.harness.kairan import Client, running

PERSON = "fragment p on Member { id displayName address phone joinedOn birthDate }"
FIELDS = ("id", "displayName", "address", "phone", "joinedOn", "birthDate")

# Document, and all of `extensions.withheld`: path, field, reason. No office opens a birth date.
QUESTIONS = {
    "two rosters": (
        "led: group(id: $led) { members { nodes { ...p } } }"
        " joined: group(id: $joined) { members { nodes { ...p } } }",
        """
        joined.members.nodes.address    Member.address    NOT_AN_OFFICER
        joined.members.nodes.birthDate  Member.birthDate  NOT_AN_OFFICER
        joined.members.nodes.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        joined.members.nodes.phone      Member.phone      NOT_AN_OFFICER
        led.members.nodes.birthDate     Member.birthDate  POWER_MISSING
        """,
    ),
    "two rosters, the closed one first": (
        "joined: group(id: $joined) { members { nodes { ...p } } }"
        " led: group(id: $led) { members { nodes { ...p } } }",
        """
        joined.members.nodes.address    Member.address    NOT_AN_OFFICER
        joined.members.nodes.birthDate  Member.birthDate  NOT_AN_OFFICER
        joined.members.nodes.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        joined.members.nodes.phone      Member.phone      NOT_AN_OFFICER
        led.members.nodes.birthDate     Member.birthDate  POWER_MISSING
        """,
    ),
    "both by one nodes": (
        "nodes(ids: [$openly, $closely]) { ...p }",
        """
        nodes.address    Member.address    NOT_AN_OFFICER
        nodes.birthDate  Member.birthDate  POWER_MISSING
        nodes.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        nodes.phone      Member.phone      NOT_AN_OFFICER
        """,
    ),
    "both by one nodes, the closed one first, and again": (
        "nodes(ids: [$closely, $openly, $closely, $openly]) { ...p }",
        """
        nodes.address    Member.address    NOT_AN_OFFICER
        nodes.birthDate  Member.birthDate  POWER_MISSING
        nodes.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        nodes.phone      Member.phone      NOT_AN_OFFICER
        """,
    ),
    "by node, then in the rosters": (
        "a: node(id: $openly) { ... on Member { ...p group { members { nodes { ...p } } } } }"
        " b: node(id: $closely) { ... on Member { ...p group { members { nodes { ...p } } } } }",
        """
        a.birthDate                      Member.birthDate  POWER_MISSING
        a.group.members.nodes.birthDate  Member.birthDate  POWER_MISSING
        b.address                        Member.address    NOT_AN_OFFICER
        b.birthDate                      Member.birthDate  NOT_AN_OFFICER
        b.group.members.nodes.address    Member.address    NOT_AN_OFFICER
        b.group.members.nodes.birthDate  Member.birthDate  NOT_AN_OFFICER
        b.group.members.nodes.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        b.group.members.nodes.phone      Member.phone      NOT_AN_OFFICER
        b.joinedOn                       Member.joinedOn   NOT_AN_OFFICER
        b.phone                          Member.phone      NOT_AN_OFFICER
        """,
    ),
    "open roster, closed author; closed roster, open author": (
        "a: group(id: $led) { members { nodes { ...p } } }"
        " b: group(id: $joined) { circulars { nodes { author { ...p } } } }"
        " c: group(id: $joined) { members { nodes { ...p } } }"
        " d: group(id: $led) { circulars { nodes { author { ...p } } } }",
        """
        a.members.nodes.birthDate           Member.birthDate  POWER_MISSING
        b.circulars.nodes.author.address    Member.address    NOT_AN_OFFICER
        b.circulars.nodes.author.birthDate  Member.birthDate  NOT_AN_OFFICER
        b.circulars.nodes.author.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        b.circulars.nodes.author.phone      Member.phone      NOT_AN_OFFICER
        c.members.nodes.address             Member.address    NOT_AN_OFFICER
        c.members.nodes.birthDate           Member.birthDate  NOT_AN_OFFICER
        c.members.nodes.joinedOn            Member.joinedOn   NOT_AN_OFFICER
        c.members.nodes.phone               Member.phone      NOT_AN_OFFICER
        d.circulars.nodes.author.birthDate  Member.birthDate  POWER_MISSING
        """,
    ),
    "rosters, then the same people as holders, then the rosters again": (
        "me { ms: memberships { g: group { r: members { n: nodes { ...p"
        " a: appointments { h: holder { ...p"
        " g: group { r: members(first: 9) { n: nodes { ...p } } } } } } } } } }",
        """
        me.ms.g.r.n.a.h.address          Member.address    NOT_AN_OFFICER
        me.ms.g.r.n.a.h.birthDate        Member.birthDate  POWER_MISSING
        me.ms.g.r.n.a.h.g.r.n.address    Member.address    NOT_AN_OFFICER
        me.ms.g.r.n.a.h.g.r.n.birthDate  Member.birthDate  POWER_MISSING
        me.ms.g.r.n.a.h.g.r.n.joinedOn   Member.joinedOn   NOT_AN_OFFICER
        me.ms.g.r.n.a.h.g.r.n.phone      Member.phone      NOT_AN_OFFICER
        me.ms.g.r.n.a.h.joinedOn         Member.joinedOn   NOT_AN_OFFICER
        me.ms.g.r.n.a.h.phone            Member.phone      NOT_AN_OFFICER
        me.ms.g.r.n.address              Member.address    NOT_AN_OFFICER
        me.ms.g.r.n.birthDate            Member.birthDate  POWER_MISSING
        me.ms.g.r.n.joinedOn             Member.joinedOn   NOT_AN_OFFICER
        me.ms.g.r.n.phone                Member.phone      NOT_AN_OFFICER
        """,
    ),
}


@dataclass
class Pair:
    """Ken and Hanako in two groups, and Ken's client."""

    client: Client
    ids: dict[str, str]
    people: dict[str, dict[str, Any]]


@pytest_asyncio.fixture(scope="module")
async def pair(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Pair]:
    """Ken leads 神楽 and has joined 春光; Hanako is in both, held an office and wrote in both."""
    city = await City(superuser).found()
    led = await city.group("神楽町内会", directory="MEMBERS")
    joined = await city.group("春光町内会", directory="MEMBERS")
    ken = await city.person(address="神楽1条1丁目", phone="0166-00-0001")
    hanako = await city.person(address="春光1条2丁目", phone="0166-00-0002")
    shown: dict[str, dict[str, Any]] = {}

    async def join(group: Any, person: Any, name: str, **seen: Any) -> Member:
        member = await city.member(
            group, person, display_name=name, joined_on=date(2020, 4, len(shown) + 1)
        )
        shown[member.gid] = {"id": member.gid, "displayName": name, "birthDate": None, **seen}
        return member

    leading = await join(
        led, ken, "けん", address="神楽1条1丁目", phone="0166-00-0001", joinedOn="2020-04-01"
    )
    await join(
        joined, ken, "健", address="神楽1条1丁目", phone="0166-00-0001", joinedOn="2020-04-02"
    )
    openly = await join(
        led, hanako, "花子", address="春光1条2丁目", phone="0166-00-0002", joinedOn="2020-04-03"
    )
    closely = await join(joined, hanako, "花ちゃん", address=None, phone=None, joinedOn=None)
    await city.officer(leading, "会長", Power.VIEW_ROSTER)
    for member, group in ((openly, led), (closely, joined)):
        office = await city.office(group, "会計")
        await city.appoint(member, office, starts_on=city.clock.day(-9), ends_on=city.clock.day(-5))
        await city.circular(member, "夏祭り")
    ids = {"led": led.gid, "joined": joined.gid, "openly": openly.gid, "closely": closely.gid}
    async with running(city, postgres.server, key_folder) as kairan:
        yield Pair(await kairan.client(ken), ids, shown)


def people_in(data: Any) -> Iterator[dict[str, Any]]:
    """Every person of an answer, wherever met, by the fields of ``p``."""
    if isinstance(data, list):
        for entry in data:
            yield from people_in(entry)
    elif isinstance(data, dict):
        if "displayName" in data:
            yield {name: data[name] for name in FIELDS}
        for value in data.values():
            yield from people_in(value)


async def ask(pair: Pair, question: str) -> dict[str, Any]:
    """The answer to one of the questions."""
    variables = ", ".join(f"${name}: ID!" for name in pair.ids if f"${name}" in question)
    head = f"query Q({variables})" if variables else "query Q"
    return await pair.client.ask(f"{head} {{ {question} }} {PERSON}", **pair.ids)


async def judged_by_group(pair: Pair, name: str) -> None:
    """Ask, and hold every person met and every reason given to what is typed above."""
    question, expected = QUESTIONS[name]

    answer = await ask(pair, question)

    assert "errors" not in answer
    met = list(people_in(answer["data"]))
    assert met == [pair.people[person["id"]] for person in met]
    assert {pair.ids["openly"], pair.ids["closely"]} <= {person["id"] for person in met}
    assert [
        [".".join(entry["path"]), entry["field"], entry["reason"]]
        for entry in answer.get("extensions", {}).get("withheld", [])
    ] == [line.split() for line in expected.strip().splitlines()]


@pytest.mark.parametrize("name", QUESTIONS)
async def test_hanako_is_open_in_the_one_group_and_closed_in_the_other(
    pair: Pair, name: str
) -> None:
    await judged_by_group(pair, name)
    await judged_by_group(pair, name)


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_verdict_kept_without_its_group_would_be_found(
    pair: Pair, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trap: one verdict per field and viewer, whoever it was first made for."""
    kept: dict[Any, bool] = {}
    honest = Rule.verdict

    def verdict(rule: Rule, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        mask = honest(rule, viewer, rows).mask(len(rows))
        return Verdict([kept.setdefault((rule.name, viewer.person), shown) for shown in mask])

    monkeypatch.setattr(Rule, "verdict", verdict)
    with pytest.raises(AssertionError):
        await judged_by_group(pair, name)
