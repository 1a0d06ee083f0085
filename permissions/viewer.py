"""Who is asking: facts read from the database once per transaction. Rules ask nothing else."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from permissions.words import Category, Directory, Participation, Power, StaffRole, ViewerKind

_NO_POWERS: frozenset[Power] = frozenset()


@dataclass(frozen=True)
class Holding:
    """An office held by an appointment in term, with its powers inside the delegation."""

    appointment_id: UUID
    office_id: UUID
    title: str
    powers: frozenset[Power]


@dataclass(frozen=True)
class Standing:
    """What an active membership makes of the viewer in one group."""

    group_id: UUID
    group_name: str
    membership_id: UUID
    participation: Participation
    directory: Directory
    display_name: str
    han_id: UUID | None
    holdings: tuple[Holding, ...]

    @cached_property
    def powers(self) -> frozenset[Power]:
        """The powers in force now: none while the group does not release."""
        if not self.participation.releases:
            return _NO_POWERS
        return _NO_POWERS.union(*(holding.powers for holding in self.holdings))

    def holding_with(self, power: Power) -> Holding | None:
        """The appointment that lends ``power`` now, the earliest if several do."""
        if power not in self.powers:
            return None
        return next(holding for holding in self.holdings if power in holding.powers)


@dataclass(frozen=True)
class Viewer:
    """The caller, as of one transaction. Anonymous is a viewer too, with nothing in hand."""

    city: int
    kind: ViewerKind = ViewerKind.ANONYMOUS
    person: UUID | None = None
    session: UUID | None = None
    staff_roles: frozenset[StaffRole] = frozenset()
    standings: Mapping[UUID, Standing] = field(default_factory=dict)
    switched_off: frozenset[Category] = frozenset()

    def standing(self, group_id: UUID) -> Standing | None:
        """The viewer's standing in a group, or None for no active membership."""
        return self.standings.get(group_id)

    def groups_with(self, power: Power) -> list[UUID]:
        """The groups in which ``power`` is in force for this viewer."""
        return [key for key, standing in self.standings.items() if power in standing.powers]

    @cached_property
    def groups_by_audience(self) -> dict[Hashable, frozenset[UUID]]:
        """The groups in which an audience lets the viewer in, as audiences find them out.

        They follow from his facts alone, which never change, so they live as long as these.
        """
        return {}

    @property
    def is_resident(self) -> bool:
        """A signed-in resident: neither anonymous nor city staff."""
        return self.kind is ViewerKind.RESIDENT


def viewer_from_facts(
    facts: Mapping[str, Any], *, city: int, person: UUID | None, session: UUID | None
) -> Viewer:
    """A viewer from what ``app.enter`` returned.

    Unknown powers, roles or participations raise ValueError: when the database knows a word that
    the rules do not, nobody is let in.
    """
    standings = (_standing(entry) for entry in facts["memberships"])
    return Viewer(
        city=city,
        kind=ViewerKind(facts["kind"]),
        person=person,
        session=session,
        staff_roles=frozenset(map(StaffRole, facts["staffRoles"])),
        standings={standing.group_id: standing for standing in standings},
        switched_off=frozenset(map(Category, facts["switchedOff"])),
    )


def _standing(entry: Mapping[str, Any]) -> Standing:
    return Standing(
        group_id=UUID(entry["group"]),
        group_name=entry["name"],
        membership_id=UUID(entry["membership"]),
        participation=Participation(entry["participation"]),
        directory=Directory(entry["directory"]),
        display_name=entry["displayName"],
        han_id=UUID(entry["han"]) if entry["han"] else None,
        holdings=tuple(
            Holding(
                appointment_id=UUID(held["id"]),
                office_id=UUID(held["office"]),
                title=held["title"],
                powers=frozenset(map(Power, held["powers"])),
            )
            for held in entry["appointments"]
        ),
    )
