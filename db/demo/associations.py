"""Associations with their han, and the members as everybody else here needs them."""

from dataclasses import dataclass
from datetime import datetime

from db.demo.chance import Chance
from db.demo.fiscal import DAY
from db.demo.people import Person
from db.demo.places import CITY, OPENING
from db.demo.plans import PLANS, Plan
from db.demo.rows import Rows
from db.tables.base import UUID
from db.tables.groups import Delegation, Group, Han
from db.tables.memberships import MemberDetails, Membership


@dataclass(frozen=True, eq=False)
class Member:
    """A person in one group; ``on_paper`` when the household takes circulars on paper only."""

    person: Person
    membership: Membership
    details: MemberDetails
    on_paper: bool

    @property
    def id(self) -> UUID:
        """The membership's id."""
        return self.membership.id

    def was_in(self, at: datetime) -> bool:
        """Whether the membership stood at that moment."""
        began, ended = self.membership.began_at, self.membership.ended_at
        return began <= at and (ended is None or at < ended)


@dataclass(frozen=True, eq=False)
class Association:
    """A group and its han; none where five people need no sub-units."""

    plan: Plan
    group: Group
    hans: tuple[Han, ...]
    founded_at: datetime

    @property
    def id(self) -> UUID:
        """The group's id."""
        return self.group.id


def found(plan: Plan, area_id: UUID, rows: Rows) -> Association:
    """Found an association: its group, what the city delegates to it, its han."""
    chance = Chance(f"group {plan.name}")
    # The city took them in one by one, a week apart.
    at = OPENING + 7 * PLANS.index(plan) * DAY
    group = Group(
        city=CITY,
        id=chance.timed_id(at),
        name=plan.name,
        kind=plan.kind,
        area_id=area_id,
        introduction=plan.introduction,
        participation=plan.participation,
        member_directory=plan.directory,
    )
    word = "班" if plan.kind == "CHONAIKAI" else "組"
    hans = tuple(
        Han(
            city=CITY,
            id=chance.timed_id(at),
            group_id=group.id,
            name=f"第{number}{word}",
            position=number,
        )
        for number in range(1, han_count(plan.size) + 1)
    )
    rows.add(group, *hans)
    rows.add(
        *(
            Delegation(city=CITY, group_id=group.id, power=power, delegated_at=at)
            for power in plan.delegated
        )
    )
    return Association(plan, group, hans, at)


def han_count(size: int) -> int:
    """How many han a group of that many members has: 4 to 12 of about 15, or none at all."""
    return 0 if size < 20 else max(4, min(12, size // 15))
