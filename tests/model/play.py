"""Plays attempts over HTTP on a small city, and holds every answer to the model."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.harness.city import City, Member, Person, Thing
from tests.harness.clock import TOKYO
from tests.harness.kairan import Client, Kairan
from tests.model import city_acts, member_acts, office_acts
from tests.model.attempts import Attempt
from tests.model.facts import POWERS, Circular, Facts, Group, Membership, Office, Term
from tests.model.picking import NothingToPick, Pick

Act = Callable[[Facts, Pick], Attempt]
ACTS: list[Act] = [*city_acts.ACTS, *member_acts.ACTS, *office_acts.ACTS]
# What a sequence is shuffled from: every act once, and again what builds up and what others need.
DECK: list[Act] = [
    *ACTS,
    *[member_acts.request_membership, member_acts.approve_membership] * 3,
    *[office_acts.appoint_officer] * 4,
    *[office_acts.define_office, office_acts.change_office, office_acts.publish_circular],
    *[city_acts.delegate_powers, city_acts.set_city_policy, city_acts.set_participation],
    *[city_acts.lift_suppression, city_acts.suppress_resident],
    *[member_acts.withdraw_request, member_acts.decline_membership],
]

# Each address there is, by every way that leads to a member.
CHECK = """
    query Check($groups: [ID!]!, $members: [ID!]!) {
        me { memberships { id address group { id members(first: 200) { nodes { id address } } } } }
        groups: nodes(ids: $groups) { ... on Group { id
            members(first: 200) { nodes { id address } }
            offices { appointments { holder { id address } } }
            circulars { nodes { author { id address } } }
        } }
        members: nodes(ids: $members) { ... on Member { id address } }
    }
"""


@dataclass
class Play:
    """One city with its people, and the model of it."""

    kairan: Kairan
    people: dict[str, Person]
    facts: Facts
    clients: dict[str, Client] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    outcomes: Counter[tuple[str, bool]] = field(default_factory=Counter)

    async def sign_in(self) -> None:
        """New tokens for everybody: the old ones are not good for another day."""
        self.clients = {name: await self.kairan.client(p) for name, p in self.people.items()}
        self.clients["nobody"] = self.kairan.nobody

    async def pass_time(self, **delta: float) -> None:
        """Move the clock, and the model's."""
        clock = self.kairan.city.clock
        day = clock.today
        clock.advance(**delta)
        self.facts.now, self.facts.today = clock.now, clock.today
        if clock.today != day:
            await self.sign_in()

    async def step(self, act: Act, numbers: list[int]) -> None:
        """Days may go by; then somebody tries something; then everybody looks."""
        pick = Pick(list(numbers))
        await self.pass_time(seconds=1)
        if pick.number(6) == 5:
            await self.pass_time(days=pick.one([1, 6, 15]))
        try:
            attempt = act(self.facts, pick)
        except NothingToPick:
            return
        await self.carry_out(attempt)
        await self.look()

    async def carry_out(self, attempt: Attempt) -> None:
        """Send it, and let the model know what it did."""
        asked = {
            name: self.people[value].gid if name == "residentId" else value
            for name, value in attempt.input.items()
        }
        expected = "done" if attempt.done else "refused"
        said = f"{self.facts.today} {attempt.who} {attempt.mutation} {attempt.input}: {expected}"
        self.told.append(said)
        payload = await self.clients[attempt.who].change(attempt.mutation, attempt.select, **asked)
        assert (payload["errors"] == []) is attempt.done, f"{payload['errors']}{self.story()}"
        self.outcomes[attempt.mutation, attempt.done] += 1
        if attempt.joins is not None:
            payload["joined"] = await self.find_membership(*attempt.joins)
        if attempt.done:
            attempt.effect(payload)

    async def find_membership(self, person: str, group: str) -> str:
        """Somebody's new membership, as he himself sees it."""
        data = await self.clients[person].data("{ me { memberships { id status group { id } } } }")
        [id_] = [
            found["id"]
            for found in data["me"]["memberships"]
            if found["status"] == "ACTIVE" and found["group"]["id"] == group
        ]
        self.facts.members[id_] = Membership(person, group)
        return str(id_)

    async def look(self) -> None:
        """Everybody asks for everybody; each address is there for those the model says, alone."""
        for viewer, client in self.clients.items():
            answer = await client.data(
                CHECK, groups=list(self.facts.groups), members=list(self.facts.members)
            )
            self.hold(viewer, answer)

    def hold(self, viewer: str, answer: dict[str, Any]) -> None:
        """Hold one viewer's answer to the model."""
        facts = self.facts
        expected = {member: facts.address(viewer, member) for member in facts.members}
        for node in _members_in(answer):
            member = facts.members[node["id"]]
            shown = node["address"] == expected[node["id"]]
            assert shown, f"{viewer} sees {node['address']} of {member}{self.story()}"
        lists = {group["id"]: group["members"] for group in answer["groups"]}
        own = (answer["me"] or {"memberships": []})["memberships"]
        for group, connection in [
            *lists.items(),
            *((member["group"]["id"], member["group"]["members"]) for member in own),
        ]:
            found = connection and {node["id"] for node in connection["nodes"]}
            listed = found == facts.listed(viewer, group)
            assert listed, f"{viewer} is listed {found and len(found)} members{self.story()}"
        assert {member["id"] for member in own} == {
            id_ for id_, member in facts.members.items() if member.person == viewer
        }
        # By his id alone a member is there too, wherever his address is.
        by_id = {node["id"] for node in answer["members"] if node is not None}
        missing = {member for member, address in expected.items() if address} - by_id
        assert missing == set(), f"{viewer} does not find {len(missing)} by id{self.story()}"

    def story(self) -> str:
        """What happened so far, for whoever reads a failure: ids by what they are, and numbered."""
        facts, text = self.facts, "\n".join(["", *self.told])
        kinds: dict[str, Iterable[str]] = {
            "group": facts.groups,
            "han": facts.hans,
            "household": facts.households,
            "member": facts.members,
            "request": facts.requests,
            "office": facts.offices,
            "term": facts.terms,
            "circular": facts.circulars,
        }
        for kind, ids in kinds.items():
            for number, id_ in enumerate(ids, 1):
                text = text.replace(id_, f"{kind} {number}")
        return text


def _members_in(value: Any) -> list[dict[str, Any]]:
    """Everything in an answer that has an address."""
    if isinstance(value, list):
        return [found for each in value for found in _members_in(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if "address" in value else []
    return own + _members_in(list(value.values()))


async def settle(kairan: Kairan) -> Play:
    """Two groups. ane leads the first with all powers, beni keeps its roster; ebi leads the second,
    where fuji keeps her address to herself. chie is in both, gin was in the first, hoshi in none.
    """
    city = kairan.city
    names = ["ane", "beni", "chie", "ebi", "fuji", "gin", "hoshi"]
    addresses = {name: f"春光1条{number}丁目" for number, name in enumerate(names, 1)}
    people = {name: await city.person(address=addresses[name]) for name in names}
    people["operations"] = await city.staff("OPERATIONS")
    people["suppressing"] = await city.staff("SUPPRESSION")
    facts = Facts(
        now=city.clock.now,
        today=city.clock.today,
        residents=names,
        staff={"operations": "OPERATIONS", "suppressing": "SUPPRESSION"},
        addresses=addresses,
    )
    play = Play(kairan, people, facts)
    first = await _group(play, "神楽町内会", "OFFICERS")
    second = await _group(play, "春光町内会", "MEMBERS")
    ane = await _member(play, first, "ane")
    beni = await _member(play, first, "beni")
    chie = await _member(play, first, "chie")
    ebi = await _member(play, second, "ebi")
    await _member(play, second, "fuji", kept_private=["ADDRESS"])
    await _member(play, second, "chie")
    gin = await _member(play, first, "gin")
    await city.leave(gin)
    facts.members[gin.gid].status = "LEFT"
    for member, powers, last in (
        (ane, POWERS, 120),
        (beni, ["VIEW_ROSTER", "VIEW_RECEIPTS"], 16),
        (ebi, POWERS, 60),
        (chie, ["PUBLISH"], 40),
    ):
        await _officer(play, member, powers, last)
    circular = await city.circular(ane, "回覧")
    facts.circulars[circular.gid] = Circular(first.gid, ane.gid, _moment(city))
    await play.sign_in()
    await play.look()
    return play


def _moment(city: City) -> datetime:
    return city.clock.now.astimezone(TOKYO)


async def _group(play: Play, name: str, directory: str) -> Thing:
    group = await play.kairan.city.group(name, directory=directory)
    han = await play.kairan.city.han(group, "1班")
    # All eight are delegated; the model speaks of six, and the other two are in no office.
    play.facts.groups[group.gid] = Group("ACTIVE", directory, set(POWERS))
    play.facts.hans[han.gid] = group.gid
    return group


async def _member(play: Play, group: Thing, name: str, **details: Any) -> Member:
    member = await play.kairan.city.member(group, play.people[name], **details)
    play.facts.members[member.gid] = Membership(
        name, group.gid, keeps_address=bool(details.get("kept_private"))
    )
    return member


async def _officer(play: Play, member: Member, powers: list[str], last: int) -> None:
    city, facts = play.kairan.city, play.facts
    group = Thing(member.group_id, "Group", member.group_id)
    office = await city.office(group, "役")
    await city.execute(
        "update kairan.offices set powers = $3 where city = $1 and id = $2", office.id, powers
    )
    days = city.clock.today, city.clock.today + timedelta(days=last)
    term = await city.appoint(member, office, starts_on=days[0], ends_on=days[1])
    facts.offices[office.gid] = Office(group.gid, set(powers))
    facts.terms[term.gid] = Term(office.gid, member.gid, *days)
