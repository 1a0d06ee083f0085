"""The same half year of one association, twice: with a suppressed member, and with a quiet one.

The quiet one never filled anything in and keeps to himself where he lives: that is what a
suppressed member looks like. All that anybody else is answered must be the same, but for ids.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan

PERSON = """
    fragment person on Member {
    id displayName name familyName givenName kana postalCode address building phone email birthDate
    ageBand joinedOn status han { id name } household { id paperOnly }
    appointments { id status startsOn endsOn office { title } }
    }
"""
EVERYTHING = (
    PERSON
    + """
    query Everything($group: ID!, $member: ID!, $ids: [ID!]!) {
        group(id: $group) {
            members(first: 200) { edges { cursor node { ...person } } pageInfo { hasNextPage } }
            found: members(search: "会員") { nodes { id } }
            named: members(search: "さゆり") { nodes { id } }
            hans { id name members { nodes { id } } }
            households { id paperOnly han { name } members { nodes { id } } }
            offices { id title powers appointments { id status startsOn endsOn
                holder { ...person } } }
            membershipRequests { nodes { id displayName message requestedOn status } }
            circulars { nodes { id title author { ...person }
                receiptSummary { recipients delivered read paper outstanding }
                receipts(first: 200) { nodes {
                    state deliveredAt readAt paperAt member { ...person } } }
                outstanding: receipts(state: OUTSTANDING) { nodes { member { id displayName } } }
            } }
            history { nodes { kind byStaff actor { id displayName } before { name value }
                after { name value } } }
        }
        node(id: $member) { ...person }
        nodes(ids: $ids) { id ... on Appointment { status holder { ...person } } }
    }
"""
)


def _in_an_order_of_names(answer: dict[str, Any], *, sees_kana: bool) -> None:
    """Put what is in the order of ids, which no two cities share, into one that they do."""
    group = answer["data"]["group"]
    if group["members"] is not None and not sees_kana:
        group["members"]["edges"].sort(key=lambda edge: edge["node"]["displayName"])
    for circular in (group["circulars"] or {"nodes": []})["nodes"]:
        if circular["receipts"] is not None:
            circular["receipts"]["nodes"].sort(key=lambda node: node["member"]["displayName"])
            circular["outstanding"]["nodes"].sort(key=lambda node: node["member"]["displayName"])


@dataclass
class Diary:
    """What everybody was answered, step by step, with a label for each id."""

    labels: dict[str, str] = field(default_factory=dict)
    pages: list[tuple[str, Any]] = field(default_factory=list)

    def write(self, heading: str, answer: Any) -> None:
        """Keep an answer."""
        self.pages.append((heading, self._plain(answer)))

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._label(each) if key in ("id", "cursor") else self._plain(each)
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        return value

    def _label(self, id_: str) -> str:
        return self.labels.setdefault(id_, f"id {len(self.labels) + 1}")


@dataclass
class Association:
    """The association, its twin and who looks on."""

    kairan: Kairan
    suppressed: bool
    group: Thing
    hans: list[Thing]
    households: list[Thing]
    twin: Member
    lookers: dict[str, Client]
    diary: Diary
    known: list[str] = field(default_factory=list)
    _keys: Any = field(default_factory=itertools.count)

    @property
    def city(self) -> City:
        """The city it is in."""
        return self.kairan.city

    async def step(
        self, mutation: str, selection: str, /, *, by: str = "president", **asked: Any
    ) -> dict[str, Any]:
        """An officer changes something; then everybody looks at everything."""
        payload = await self.act(mutation, selection, by=by, **asked)
        await self.look(mutation)
        return payload

    async def act(
        self, mutation: str, selection: str, /, *, by: str = "president", **asked: Any
    ) -> dict[str, Any]:
        """An officer changes something, and keeps the answer."""
        self.city.clock.advance(seconds=1)
        payload = await self.lookers[by].change(mutation, selection, **asked)
        self.diary.write(mutation, payload)
        return payload

    async def look(self, heading: str, *, everybody: bool = False) -> None:
        """The president, who manages members and a plain member ask for everything; or all do."""
        for name, client in self.lookers.items():
            if not everybody and name not in ("president", "manager", "plain"):
                continue
            answer = await client.ask(
                EVERYTHING, group=self.group.gid, member=self.twin.gid, ids=self.known
            )
            # Where the others' kana are shown, the order by them is compared as it is.
            _in_an_order_of_names(answer, sees_kana=name in ("president", "roster", "receipts"))
            self.diary.write(f"{name}, after {heading}", answer)

    def key(self) -> str:
        """An idempotency key."""
        return f"twins-{next(self._keys):04}"


async def settle(kairan: Kairan, *, suppressed: bool) -> Association:
    """An association of six; the twin stands last, for the others have kana."""
    city = kairan.city
    group = await city.group("神楽町内会", directory="MEMBERS")
    hans, households = [], []
    for name in ("1班", "2班"):
        # Ids tell the moment, and lists are in their order: no two in the same one.
        city.clock.advance(seconds=1)
        hans.append(await city.han(group, name))
        households.append(await city.household(group, han=hans[-1]))
    lookers = {}
    for number, (name, powers) in enumerate(
        {
            "president": ALL_POWERS,
            "roster": (Power.VIEW_ROSTER,),
            "manager": (Power.MANAGE_MEMBERS,),
            "receipts": (Power.VIEW_RECEIPTS, Power.VIEW_ROSTER),
            "plain": (),
        }.items()
    ):
        city.clock.advance(seconds=1)
        person = await city.person(kana=f"ア{number}", family_name=name, address="春光")
        member = await city.member(group, person, display_name=name, han=hans[0])
        if powers:
            await city.officer(member, name, *powers)
        lookers[name] = await kairan.client(person)
    for role in ("OPERATIONS", "AUDITOR"):
        lookers[role] = await kairan.client(await city.staff(role))
    twin = await city.member(group, person := await _twin(city, suppressed), **_kept(suppressed))
    assert twin.person is person
    return Association(kairan, suppressed, group, hans, households, twin, lookers, Diary())


async def _twin(city: City, suppressed: bool) -> Person:
    if not suppressed:
        return await city.person()
    person = await city.person(
        display_name="さゆり",
        family_name="佐藤",
        given_name="小百合",
        kana="サトウ サユリ",
        postal_code="070-0000",
        address="神楽3条4丁目",
        building="101",
        phone="0166-00-9999",
        email="sayuri@example.com",
    )
    await city.suppress(person)
    return person


def _kept(suppressed: bool) -> dict[str, Any]:
    return {"display_name": "さゆり"} if suppressed else {"kept_private": ["PLACE"]}
