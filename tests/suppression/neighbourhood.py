"""Sayuri in the midst of everything, in two cities: suppressed in one, a blank in the other."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from db.ids import new_id
from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing
from tests.relay.twins import PERSONAL, twin_of

FILLED_IN = {
    "display_name": "さゆり",
    "family_name": "百合",
    "given_name": "さゆり",
    "kana": "ユリ サユリ",
    "postal_code": "070-8003",
    "address": "白百合通1丁目",
    "building": "百合荘",
    "phone": "0166-00-1111",
    "email": "sayuri@mail.example",
    "birth_date": date(1985, 5, 5),
}
# What only Sayuri's own data holds: none of it may be in an answer to anybody else.
HERS = ("さゆり", "百合", "サユリ", "白百合", "0166-00-1111", "sayuri@", "1985", "よろしく")

# The ledger is partitioned, and no part of a twin.
_LEDGER = """
    id, released_at, viewer, session_id, group_id, appointment_id, office_id, office_title,
    viewer_name, fields, purposes, subjects, rule_version, operation_name
"""


@dataclass
class Neighbourhood:
    """akebono, where everybody is; botan, whose members see one another; chigusa, applied to."""

    city: City
    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    async def member(self, group: str, name: str, **more: Any) -> Member:
        if name not in self.people:
            self.people[name] = await self.city.person(
                display_name=name, family_name="山田", kana=f"ヤマダ {name}", phone="0166-00-0000"
            )
        key = f"{name}@{group}"
        self.members[key] = await self.city.member(
            self.things[group], self.people[name], **{"display_name": name} | more
        )
        return self.members[key]

    @property
    def ids(self) -> list[str]:
        """The ids of everything and everybody, as clients see them."""
        people = [person.gid for person in self.people.values()]
        return people + [thing.gid for thing in (*self.things.values(), *self.members.values())]


async def settle(city: City) -> Neighbourhood:
    """Everybody in place, and Sayuri not yet suppressed."""
    here = Neighbourhood(city)
    things = here.things
    for name, directory in (("akebono", "OFFICERS"), ("botan", "MEMBERS"), ("chigusa", "OFFICERS")):
        things[name] = await city.group(name, directory=directory)
    akebono, botan, chigusa = (things[name] for name in ("akebono", "botan", "chigusa"))
    for name, group in (("1班", akebono), ("2班", akebono), ("い組", botan)):
        things[name] = await city.han(group, name)
    first, second = things["1班"], things["2班"]
    things["her house"] = await city.household(akebono, han=first, paper_only=True)
    things["their house"] = await city.household(botan, han=things["い組"])
    things["next door"] = await city.household(akebono, han=first)

    chair = await here.member("akebono", "chair", han=first, household=things["next door"])
    clerk = await here.member("akebono", "clerk", han=second)
    await here.member("akebono", "postman", han=second)
    await here.member("akebono", "neighbour", han=first, household=things["next door"])
    await here.member("akebono", "newcomer")
    here.people["sayuri"] = await city.person(**FILLED_IN)
    details = {"display_name": "さゆり", "joined_on": date(2020, 4, 1), "kept_private": ["PHONE"]}
    hers = await here.member(
        "akebono", "sayuri", han=first, household=things["her house"], **details
    )
    away = {"han": things["い組"], "household": things["their house"]}
    await here.member("botan", "sayuri", **away, **details)
    await here.member("botan", "spouse", **away)
    head = await here.member("botan", "head")
    await here.member("botan", "fellow")
    manager = await here.member("chigusa", "manager")
    gone = await here.member("akebono", "gone")
    left = await here.member("chigusa", "sayuri", **details)
    await city.leave(gone)
    await city.leave(left)

    things["会長"] = await city.officer(chair, "会長", *ALL_POWERS)
    things["名簿"] = await city.officer(clerk, "名簿", Power.VIEW_ROSTER)
    things["配布"] = await city.officer(
        here.members["postman@akebono"], "配布", Power.VIEW_RECEIPTS, Power.PUBLISH
    )
    things["総代"] = await city.officer(head, "総代", Power.VIEW_ROSTER, Power.VIEW_RECEIPTS)
    things["受付"] = await city.officer(manager, "受付", Power.MANAGE_MEMBERS)
    office = things["班長職"] = await city.office(akebono, "班長", Power.VIEW_ROSTER)
    things["班長"] = await city.appoint(hers, office)
    things["前班長"] = await city.appoint(left, await city.office(chigusa, "前班長", Power.PUBLISH))

    circulars: list[tuple[str, Member, dict[str, Any]]] = [
        ("全員", chair, {}),
        ("班", chair, {"audience": "HAN", "audience_han_id": first.id}),
        ("役", chair, {"audience": "OFFICE", "audience_office_id": office.id}),
        ("彼女の", hers, {}),
    ]
    for number, (name, author, more) in enumerate(circulars, 1):
        at = city.clock() - timedelta(days=number)
        circular = things[name] = await city.circular(author, name, published_at=at, **more)
        await city.receipt(circular, hers, read_at=city.clock())
        await city.receipt(circular, here.members["neighbour@akebono"])
    away_circular = things["よそ"] = await city.circular(head, "よそ")
    await city.receipt(away_circular, here.members["sayuri@botan"], read_at=city.clock())
    await city.paper(things["班"], hers, by=chair)
    await city.paper(things["全員"], here.members["newcomer@akebono"], by=chair)

    sayuri = here.people["sayuri"]
    written = {"display_name": "さゆり", "message": "よろしく"}
    here.people["applicant"] = await city.person(display_name="はじめ")
    things["hers"] = await city.request(chigusa, sayuri, **written)
    things["his"] = await city.request(chigusa, here.people["applicant"], display_name="はじめ")
    things["granted"] = await city.request(akebono, sayuri, status="APPROVED", **written)
    await _she_looked(here, hers)
    here.people["stranger"] = await city.person()
    for role in ("OPERATIONS", "SUPPRESSION", "AUDITOR"):
        here.people[role] = await city.staff(role)
    return here


async def _she_looked(here: Neighbourhood, hers: Member) -> None:
    """A release of the days when Sayuri, head of her han, was known to her neighbours by name."""
    appointment = here.things["班長"]
    await here.city.insert(
        "releases",
        id=new_id(here.city.clock() - timedelta(days=9)),
        released_at=here.city.clock() - timedelta(days=9),
        viewer=hers.person.id,
        session_id=uuid4(),
        group_id=hers.group_id,
        appointment_id=appointment.id,
        office_id=here.things["班長職"].id,
        office_title="班長",
        viewer_name="さゆり",
        fields=["Member.phone"],
        purposes=["reach a member when time presses"],
        subjects=[here.people[name].id for name in ("neighbour", "gone", "fellow")],
        rule_version="0",
    )


async def blank(here: Neighbourhood) -> City:
    """The same city where Sayuri never filled anything in and never opened a circular."""
    twin = await twin_of(here.city)
    await twin.execute(
        f"insert into kairan.releases (city, {_LEDGER})"
        f" select $1, {_LEDGER} from kairan.releases where city = $2",
        here.city.number,
    )
    sayuri = here.people["sayuri"].id
    nulls = ", ".join(f"{column} = null" for column in PERSONAL)
    for statement in (
        f"update kairan.profiles set display_name = '会員', {nulls}"
        " where city = $1 and resident_id = $2",
        "update kairan.member_details set display_name = '会員', han_id = null,"
        " household_id = null, joined_on = null, kept_private = '{}'"
        " where city = $1 and resident_id = $2",
        "update kairan.membership_requests set display_name = '会員', message = null"
        " where city = $1 and resident_id = $2",
        "update kairan.releases set viewer_name = '会員' where city = $1 and viewer = $2",
        "delete from kairan.receipts where city = $1 and membership_id in"
        " (select id from kairan.memberships where city = $1 and resident_id = $2)",
    ):
        await twin.execute(statement, sayuri)
    # Nobody who says nothing of a household has one made for himself alone.
    await twin.execute("delete from kairan.households where city = $1 and paper_only")
    return twin
