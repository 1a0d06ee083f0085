"""The permission classes. Each answers for a column at once: synchronously, from the viewer's facts
and the rows' scope (``group_id``, ``resident_id``), never from a value.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from permissions.rows import Row, Rows
from permissions.verdict import Verdict
from permissions.viewer import Standing, Viewer
from permissions.words import AudienceKind, Directory, Power, Reason, StaffRole


class Audience(ABC):
    """Somebody a field may be released to."""

    kind: ClassVar[AudienceKind]

    @abstractmethod
    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        """The verdict for ``rows``, each with the scope columns its type has."""

    @abstractmethod
    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        """Why a viewer who was not let in was not, seen from the group of the row."""

    @property
    @abstractmethod
    def words(self) -> str:
        """Who this is, to continue the sentence "Released to ..."."""

    @property
    def power(self) -> Power | None:
        """The power an officer needs, if this is about officers."""
        return None

    @property
    def staff_role(self) -> StaffRole | None:
        """The role staff need, if this is about staff."""
        return None


class _Open(Audience):
    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        return Verdict.ALL

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        raise LookupError(f"{self.kind} refuses nobody")


@dataclass(frozen=True)
class Anyone(_Open):
    """Public, signed in or not."""

    kind = AudienceKind.ANYONE

    @property
    def words(self) -> str:
        return "anyone"


@dataclass(frozen=True)
class WhoeverReaches(_Open):
    """Whoever was let through to the object: the edges that lead to it have rules of their own."""

    kind = AudienceKind.WHOEVER_REACHES

    @property
    def words(self) -> str:
        return "whoever may reach this object"


@dataclass(frozen=True)
class AnyResident(Audience):
    """A signed-in resident, of whatever group or none."""

    kind = AudienceKind.RESIDENT

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        return Verdict.ALL if viewer.is_resident else Verdict.NONE

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        return Reason.NOT_SIGNED_IN if viewer.person is None else Reason.POWER_MISSING

    @property
    def words(self) -> str:
        return "signed-in residents"


@dataclass(frozen=True)
class Themself(Audience):
    """The resident whom the row is about."""

    kind = AudienceKind.THEMSELF

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        if viewer.person is None:
            return Verdict.NONE
        return Rows.of(rows).having("resident_id", viewer.person)

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        return _refusal_of_officer(viewer, group_id)

    @property
    def words(self) -> str:
        return "the person"


@dataclass(frozen=True)
class MemberOfGroup(Audience):
    """An active member of the row's group, while the group has not ended."""

    kind = AudienceKind.MEMBER_OF_GROUP

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        return _by_group(self, viewer, rows, lambda standing: standing.participation.reads)

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        standing = _standing(viewer, group_id)
        if isinstance(standing, Reason):
            return standing
        return Reason.GROUP_NOT_RELEASING

    @property
    def words(self) -> str:
        return "members of the group"


@dataclass(frozen=True)
class MemberOfOpenGroup(Audience):
    """An active member of a group that chose ``memberDirectory: MEMBERS``."""

    kind = AudienceKind.MEMBER_OF_OPEN_GROUP

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        return _by_group(
            self,
            viewer,
            rows,
            lambda standing: (
                standing.participation.reads and standing.directory is Directory.MEMBERS
            ),
        )

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        standing = _standing(viewer, group_id)
        if isinstance(standing, Reason):
            return standing
        return Reason.NOT_AN_OFFICER if standing.participation.reads else Reason.GROUP_NOT_RELEASING

    @property
    def words(self) -> str:
        return "members of the group where its member directory is MEMBERS"


@dataclass(frozen=True)
class OfficerOfGroup(Audience):
    """An officer of the row's group: appointed in term, the office having the power, the power
    delegated, the group releasing, the officer an active member.
    """

    needs: Power
    kind = AudienceKind.OFFICER_OF_GROUP

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        return _by_group(self, viewer, rows, lambda standing: self.needs in standing.powers)

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        return _refusal_of_officer(viewer, group_id)

    @property
    def words(self) -> str:
        return f"officers of the group with the power {self.needs}"

    @property
    def power(self) -> Power:
        return self.needs


@dataclass(frozen=True)
class CityStaff(Audience):
    """A city employee with the role. Never on a personal field: a test holds the table to it."""

    role: StaffRole
    kind = AudienceKind.CITY_STAFF

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        return Verdict.ALL if self.role in viewer.staff_roles else Verdict.NONE

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        return Reason.NOT_SIGNED_IN if viewer.person is None else Reason.POWER_MISSING

    @property
    def words(self) -> str:
        return f"city staff with the role {self.role}"

    @property
    def staff_role(self) -> StaffRole:
        return self.role


def _by_group(
    audience: Audience, viewer: Viewer, rows: Sequence[Row], holds: Callable[[Standing], bool]
) -> Verdict:
    """One judgement per group of this very column: a roster's 150 rows share theirs, and nothing is
    kept for the next column, whose rows may come through another group.

    What is kept is in which groups the ``audience`` ``holds`` the viewer: that says no row.
    """
    groups = viewer.groups_by_audience.get(audience)
    if groups is None:
        groups = viewer.groups_by_audience[audience] = frozenset(
            key for key, standing in viewer.standings.items() if holds(standing) is True
        )
    return Rows.of(rows).among("group_id", groups)


def _standing(viewer: Viewer, group_id: UUID | None) -> Standing | Reason:
    if viewer.person is None:
        return Reason.NOT_SIGNED_IN
    standing = viewer.standing(group_id) if group_id is not None else None
    return Reason.NOT_A_MEMBER if standing is None else standing


def _refusal_of_officer(viewer: Viewer, group_id: UUID | None) -> Reason:
    standing = _standing(viewer, group_id)
    if isinstance(standing, Reason):
        return standing
    if not standing.holdings:
        return Reason.NOT_AN_OFFICER
    if not standing.participation.releases:
        return Reason.GROUP_NOT_RELEASING
    return Reason.POWER_MISSING
