"""Groups of the bench city: what they are divided into, who is a member, who holds which office."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from bench.city_people import Home, People, Person, Town
from bench.city_rows import Rows
from bench.landmarks import Landmark, Visitor, group_id, timed_id
from db.demo.chance import Chance
from db.demo.fiscal import DAY
from db.demo.memberships import KEPT_PRIVATE
from db.demo.offices import HAN_HEAD, POWERS, PRESIDENT, SAFETY, SECRETARY, TREASURY, VICE
from db.demo.places import AREAS, OPENING
from db.demo.plans import ALL_POWERS

# fmt: off
WORDS = (
    "あかね", "あけぼの", "あさひ", "あざみ", "あじさい", "あやめ", "いずみ", "いちょう",
    "うぐいす", "うめ", "えぞまつ", "おおぞら", "かえで", "かがやき", "かしわ", "かたくり",
    "かつら", "かもめ", "からまつ", "ききょう", "くりの木", "けやき", "こだま", "こぶし",
    "こまどり", "さくら", "さざなみ", "さつき", "しらかば", "しらさぎ", "すいせん", "すずかけ",
    "すずらん", "すみれ", "せせらぎ", "そよかぜ", "たちばな", "たんぽぽ", "つくし", "つつじ",
    "つばき", "つばさ", "とちの木", "ななかまど", "なのはな", "はぎ", "はこべ", "はなみずき",
    "はまなす", "ひかり", "ひばり", "ひまわり", "ふじ", "ふたば", "ぽぷら", "ほたる", "まつば",
    "みずき", "みどり", "みなみ", "みのり", "もみじ", "やまびこ", "ゆうひ", "ゆりの木", "よつば",
    "らいらっく", "りんどう", "わかくさ", "わかば",
)
# fmt: on

# Terms that stand on any day on which somebody may run the bench.
_BEGINS, _ENDS = date(2024, 4, 1), date(2099, 3, 31)
_BEFORE = (date(2022, 4, 1), date(2024, 3, 31))
_HELD_BY_ONE = (PRESIDENT, TREASURY, SECRETARY, SAFETY)


@dataclass(frozen=True)
class Plan:
    """What a group is to be like. ``visitors`` are members of it; the first is its president."""

    city: int
    number: int
    name: str
    size: int
    circulars: int
    area: UUID
    town: Town
    visitors: tuple[Visitor, ...] = ()
    # Requests name it: all that is in it is open, so that every contender can answer the same.
    is_landmark: bool = False

    @property
    def id(self) -> UUID:
        """The group's id."""
        return group_id(self.city, self.number)

    @classmethod
    def of(cls, landmark: Landmark, area: UUID, *visitors: Visitor) -> "Plan":
        """The plan of a group that requests name."""
        return cls(
            landmark.city,
            landmark.number,
            landmark.name,
            landmark.size,
            landmark.circulars,
            area,
            Town(landmark.name[:5] + "町", area, "070-9901"),
            visitors,
            is_landmark=True,
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A person in one group, as circulars are sent to."""

    id: UUID
    person: Person
    han: UUID | None
    on_paper: bool
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Group:
    """A group that was founded; ``offices`` by title."""

    plan: Plan
    hans: tuple[UUID, ...]
    members: list[Member]
    offices: dict[str, UUID] = field(default_factory=dict)
    officers: dict[str, list[Member]] = field(default_factory=dict)


def ordinary_name(number: int) -> str:
    """The name of a group that no request names."""
    word, kind = WORDS[number // len(AREAS) % len(WORDS)], ("町内会", "自治会")[number % 2]
    again = number // (len(AREAS) * len(WORDS))
    return f"{AREAS[number % len(AREAS)]}{word}{f'第{again + 1}' if again else ''}{kind}"


class Founder:
    """Founds groups one after the other."""

    def __init__(self, people: People, rows: Rows) -> None:
        self._people = people
        self._rows = rows
        self._neighbours: list[Person] = []
        self._known: dict[Visitor, Person] = {}

    def found(self, plan: Plan) -> Group:
        """One group with its people and offices."""
        chance = Chance(f"bench group {plan.city} {plan.number}")
        founded_at = OPENING + timedelta(minutes=plan.number)
        self._add_group(plan, chance)
        hans = tuple(chance.timed_id(founded_at) for _ in range(_han_count(plan.size)))
        word = "班" if plan.number % 2 else "組"
        self._rows.add(
            "hans",
            *(
                (plan.city, han, plan.id, f"第{position}{word}", position)
                for position, han in enumerate(hans, start=1)
            ),
        )
        group = Group(plan, hans, self._enrol(plan, hans, chance))
        self._elect(group, chance)
        return group

    def _add_group(self, plan: Plan, chance: Chance) -> None:
        at = OPENING + timedelta(minutes=plan.number)
        participation, delegated = "ACTIVE", list(ALL_POWERS)
        if not plan.is_landmark and not plan.visitors:
            weights = (90, 6, 2, 2)
            (participation,) = chance.choices(("ACTIVE", "TRIAL", "SUSPENDED", "ENDED"), weights)
            if chance.happens(0.1):
                delegated = ["VIEW_ROSTER", "MANAGE_MEMBERS", "PUBLISH", "VIEW_RECEIPTS"]
        self._rows.add(
            "groups",
            (
                plan.city,
                plan.id,
                plan.name,
                "CHONAIKAI" if plan.name.endswith("町内会") else "JICHIKAI",
                plan.area,
                f"{plan.name}のページへようこそ。行事や清掃のお知らせを電子回覧板でお届けしています。",
                participation,
                "MEMBERS" if chance.happens(0.2) else "OFFICERS",
            ),
        )
        self._rows.add("delegations", *((plan.city, plan.id, power, at) for power in delegated))

    def _people_of(self, plan: Plan, chance: Chance) -> list[Person]:
        """Visitors first, then some who are in a group founded earlier too, then neighbours."""
        visiting = []
        for visitor in plan.visitors:
            if visitor not in self._known:
                self._known[visitor] = self._people.visit(plan.town, visitor)
            visiting.append(self._known[visitor])
        count = 0 if plan.is_landmark else min(len(self._neighbours), plan.size // 25)
        guests = chance.sample(self._neighbours, count)
        settled = list(self._people.settle(plan.town, plan.size - len(visiting) - count))
        if not plan.is_landmark:
            self._neighbours = settled
        return visiting + guests + settled

    def _enrol(self, plan: Plan, hans: tuple[UUID, ...], chance: Chance) -> list[Member]:
        founded_at = OPENING + timedelta(minutes=plan.number)
        people = self._people_of(plan, chance)
        places: dict[Home, tuple[UUID | None, UUID | None, bool]] = {}
        members = []
        for number, person in enumerate(people):
            if person.home not in places:
                han = hans[number * len(hans) // len(people)] if hans else None
                on_paper = person.visitor is None and (
                    len(places) % 14 == 5 if plan.is_landmark else chance.happens(0.07)
                )
                household = chance.timed_id(founded_at)
                self._rows.add("households", (plan.city, household, plan.id, han, on_paper))
                places[person.home] = (han, household, on_paper)
            members.append(self._member(plan, person, places[person.home], chance))
        return members

    def _member(
        self,
        plan: Plan,
        person: Person,
        place: tuple[UUID | None, UUID | None, bool],
        chance: Chance,
    ) -> Member:
        han, household, on_paper = place
        visitor = person.visitor
        id_ = chance.random_id() if visitor is None else visitor.membership(plan.id)
        began_at = OPENING + timedelta(days=101, minutes=chance.randrange(70 * 24 * 60))
        status, ended_at, kept_private = "ACTIVE", None, []
        if not plan.is_landmark and visitor is None:
            if chance.happens(0.05):
                began_at += chance.randrange(60, 400) * DAY
            if chance.happens(0.03):
                status = "REMOVED" if chance.happens(0.1) else "LEFT"
                ended_at = began_at + chance.randrange(10, 500) * DAY
            if chance.happens(0.04):
                kept_private = chance.choice(KEPT_PRIVATE)
        joined_on = None if chance.happens(0.2) else date(chance.randint(1980, 2023), 4, 1)
        self._rows.add(
            "memberships",
            (plan.city, id_, plan.id, person.id, status, began_at, ended_at),
        )
        self._rows.add(
            "member_details",
            (
                plan.city,
                id_,
                plan.id,
                person.id,
                status,
                person.display_name,
                han,
                household,
                joined_on,
                kept_private,
            ),
        )
        return Member(id_, person, han, on_paper, began_at, ended_at)

    def _elect(self, group: Group, chance: Chance) -> None:
        """Offices as in the demo city, filled for this term and in part for the one before."""
        plan, rows = group.plan, self._rows
        founded_at = OPENING + timedelta(minutes=plan.number)
        titles = list(POWERS) if group.hans else [PRESIDENT, TREASURY]
        for position, title in enumerate(titles, start=1):
            office = timed_id(founded_at, f"office {plan.city} {plan.number} {title}")
            group.offices[title] = office
            rows.add("offices", (plan.city, office, plan.id, title, list(POWERS[title]), position))
        active = [member for member in group.members if member.ended_at is None]
        candidates = [member for member in active if member.person.visitor is None]
        chance.shuffle(candidates)
        if plan.is_landmark:
            candidates.append(active[0])
        for title in titles:
            if title == HAN_HEAD:
                holders = list({member.han: member for member in candidates}.values())
            else:
                holders = [candidates.pop() for _ in range(2 if title == VICE else 1)]
            group.officers[title] = holders
            before = [candidates[0]] if title in _HELD_BY_ONE else holders
            self._appoint(group, title, holders, (_BEGINS, _ENDS), chance)
            self._appoint(group, title, before, _BEFORE, chance)

    def _appoint(
        self,
        group: Group,
        title: str,
        holders: list[Member],
        term: tuple[date, date],
        chance: Chance,
    ) -> None:
        city, at = group.plan.city, OPENING + timedelta(hours=1)
        office = group.offices[title]
        self._rows.add(
            "appointments",
            *(
                (city, chance.timed_id(at), group.plan.id, office, holder.id, *term)
                for holder in holders
            ),
        )


def _han_count(size: int) -> int:
    """Of about 15 members each; none at all in a small group."""
    return 0 if size < 20 else min(40, max(4, size // 15))
