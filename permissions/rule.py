"""One row of the table: a field, who receives it, why, and what kind of data it is."""

import hashlib
import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import compress
from uuid import UUID

from permissions.audiences import (
    Anyone,
    Audience,
    CityStaff,
    OfficerOfGroup,
    Themself,
    WhoeverReaches,
)
from permissions.judgement import Judgement
from permissions.rows import Row, Rows
from permissions.verdict import Verdict
from permissions.viewer import Holding, Viewer
from permissions.words import Category, Power, Reason, ViewerKind

logger = logging.getLogger("kairan.permissions")

# Rows of these types stand for one member, and carry `resident_id` and `member_status` to say whom;
# a member's also `is_suppressed`, from this viewer's sight: None for unknown.
ABOUT_ONE_MEMBER = frozenset({"Member", "Receipt"})
_ACTIVE = frozenset({"ACTIVE"})
_IN_SIGHT = frozenset({False})
_OUT_OF_SIGHT = frozenset({True, None})


@dataclass(frozen=True)
class Rule:
    """Who may see one field of one type.

    :param name: ``Type.field`` as in the schema, or ``Type.*`` for plumbing.
    :param category: set for personal data: city policy can switch it off, its release is recorded.
    :param purpose: why officers may have it, to continue "in order to ...".
    :param is_act: it says who may do something; asked by whoever does it, through ``permits``.
    :param aggregate: a figure over many people: withheld like its category, no release of a person.
    """

    name: str
    audiences: tuple[Audience, ...]
    category: Category | None = None
    purpose: str | None = None
    aggregate: bool = False
    is_act: bool = False

    @cached_property
    def type_name(self) -> str:
        """The GraphQL type the field belongs to."""
        return self.name.partition(".")[0]

    @cached_property
    def field_name(self) -> str:
        """The field, in GraphQL's spelling."""
        return self.name.partition(".")[2]

    @cached_property
    def is_open(self) -> bool:
        """Whether nobody who reaches the object is refused, so that there is nothing to judge."""
        return self.is_act or any(isinstance(a, Anyone | WhoeverReaches) for a in self.audiences)

    @cached_property
    def is_recorded(self) -> bool:
        """Whether handing the field to somebody else is a release for the ledger."""
        return self.category is not None and not self.aggregate and self.power is not None

    @cached_property
    def power(self) -> Power | None:
        """The power through which officers receive it, if any do."""
        powers = [a.needs for a in self.audiences if isinstance(a, OfficerOfGroup)]
        return powers[0] if powers else None

    @cached_property
    def version(self) -> str:
        """A hash of all that the row says; it changes when the row does."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def text(self) -> str:
        """The row as one line, the same on every machine."""
        audiences = " | ".join(
            ":".join(filter(None, (a.kind, a.power, a.staff_role))) for a in self.audiences
        )
        said = (self.category, self.purpose, self.aggregate, self.is_act)
        return f"{self.name} -> {audiences}; {said}"

    @cached_property
    def _basis(self) -> Hashable:
        """The same object for rules of one type that differ in the kind of data alone."""
        return _basis(self.type_name, self.audiences, self.category is None, self.is_act)

    @cached_property
    def _own(self) -> tuple[Audience, ...]:
        return tuple(a for a in self.audiences if isinstance(a, Themself))

    @cached_property
    def _beyond(self) -> tuple[Audience, ...]:
        return tuple(a for a in self.audiences if not isinstance(a, Themself))

    def verdict(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        """Which of ``rows`` open this field to ``viewer``. What cannot be judged is withheld."""
        if self.is_open:
            return Verdict.ALL
        try:
            return self._judge(viewer, Rows.of(rows))
        except Exception:
            logger.exception("no verdict on %s: withheld", self.name, extra={"rule": self.name})
            return Verdict.NONE

    def judgement(self, viewer: Viewer, rows: Rows) -> Judgement:
        """What comes of the verdict on the rows of a level. Rules that go by the same words share
        it: it is made once, by the first of them.

        Raises MalformedVerdict for a verdict that is of other rows.
        """
        judged, ground = rows.judged(viewer), self._ground(viewer)
        judgement: Judgement | None = judged.get(ground)
        if judgement is None:
            verdict = self.verdict(viewer, rows)
            admitted = verdict.opened(len(rows))
            reasons = self._refusals(viewer, rows, verdict.closed(len(rows)))
            judgement = judged[ground] = Judgement(
                rows.rows,
                admitted,
                reasons,
                shows_others=self._shows_others(viewer, rows, admitted),
            )
        return judgement

    def _ground(self, viewer: Viewer) -> Hashable:
        """All of the rule that its verdict on given rows depends on."""
        return self._basis, self.category in viewer.switched_off

    def _judge(self, viewer: Viewer, rows: Rows) -> Verdict:
        others = self._granted_beyond(viewer, rows)
        if others.opens_all(len(rows)):
            return others
        return Verdict.either([_any_grants(self._own, viewer, rows), others], len(rows))

    def admits(self, viewer: Viewer, row: Row) -> bool:
        """The verdict for one row; derived from the column's, so that they cannot drift."""
        return self.verdict(viewer, [row]).mask(1)[0]

    def permits(self, viewer: Viewer, row: Row) -> bool:
        """Whether the viewer may do what this rule is about, to ``row``. In doubt, no."""
        try:
            return _any_grants(self.audiences, viewer, Rows([row])).opens_all(1)
        except Exception:
            logger.exception("no verdict on %s: refused", self.name, extra={"rule": self.name})
            return False

    def open_groups(self, viewer: Viewer) -> list[UUID]:
        """The groups in which the viewer is shown this field of other people.

        For ORDER BY, WHERE and counts, which work on a value only where it is released.
        """
        if self.category in viewer.switched_off:
            return []
        scopes = Rows([{"group_id": group_id} for group_id in viewer.standings])
        mask = _any_grants(self._beyond, viewer, scopes).mask(len(scopes))
        return list(compress(viewer.standings, mask))

    def refusal(self, viewer: Viewer, row: Row) -> Reason | None:
        """Why ``row`` was withheld, from the viewer and the group alone.

        None where the group lets the viewer in and it is about the person instead: a suppression
        and an ended membership are nobody's business.
        """
        group_id = row.get("group_id")
        scope = Rows([{"group_id": group_id}])
        if self._beyond and _any_grants(self._beyond, viewer, scope).opens_all(1):
            return Reason.CITY_POLICY if self.category in viewer.switched_off else None
        reasons = [a.refusal(viewer, group_id) for a in self._within_reach_of(viewer)]
        return max(reasons, key=lambda reason: reason.nearness)

    def _refusals(self, viewer: Viewer, rows: Rows, closed: Sequence[int]) -> Sequence[Reason]:
        """Why rows stay ``closed``: of each of their groups its reason, if it has one."""
        if not closed:
            return ()
        found = [self.refusal(viewer, row) for row in rows.one_of_each_group(closed)]
        return [reason for reason in found if reason is not None]

    def through(self, viewer: Viewer, rows: Rows) -> list[tuple[UUID, Holding, Sequence[int]]]:
        """For each group the appointment through which ``rows`` open to ``viewer`` as an officer,
        and the positions of those rows.

        Left out is the viewer's own row, and what the ledger does not keep. A suppressed member's
        receipt is written like one of somebody who never opened anything: that an auditor counts
        one fewer than the officer saw would give him away.
        """
        if not self.is_recorded or self.power is None:
            return []
        left_out = {*rows.having("resident_id", viewer.person).opened(len(rows))}
        if self.type_name == "Member":
            left_out.update(rows.among("is_suppressed", _OUT_OF_SIGHT).opened(len(rows)))
        positions = [each for each in range(len(rows)) if each not in left_out]
        found = []
        for group_id, own in rows.by("group_id", positions).items():
            standing = viewer.standing(group_id)
            holding = standing.holding_with(self.power) if standing else None
            if holding is not None:
                found.append((group_id, holding, own))
        return found

    def _shows_others(self, viewer: Viewer, rows: Rows, admitted: Sequence[int]) -> bool:
        """Whether personal data of others than the viewer is ``admitted``, which is a release."""
        if not admitted or self.category is None or self.type_name not in ABOUT_ONE_MEMBER:
            return False
        own = rows.having("resident_id", viewer.person).opened(len(rows))
        return len(admitted) > len(own) or not set(own).issuperset(admitted)

    def _within_reach_of(self, viewer: Viewer) -> Sequence[Audience]:
        """The audiences a refusal speaks of: staff roles are no resident's to lack."""
        audiences = self._beyond or self.audiences
        if viewer.kind is ViewerKind.STAFF:
            return audiences
        return [a for a in audiences if not isinstance(a, CityStaff)] or audiences

    def _granted_beyond(self, viewer: Viewer, rows: Rows) -> Verdict:
        """The rows open through a group or a role, narrowed by policy, suppression and leaving.

        A suppressed member's receipt stays open: the database tells it like one of somebody who
        never opened anything, and a null would give him away.
        """
        if self.category in viewer.switched_off:
            return Verdict.NONE
        granted = _any_grants(self._beyond, viewer, rows)
        if self.category is None or self.type_name not in ABOUT_ONE_MEMBER:
            return granted
        # Whom a row is about must be known: for what is written of its release.
        rows.column("resident_id")
        granted = granted.narrowed(rows.among("member_status", _ACTIVE), len(rows))
        if self.type_name != "Member":
            return granted
        return granted.narrowed(rows.among("is_suppressed", _IN_SIGHT), len(rows))


def released_to(
    *audiences: Audience,
    category: Category | None = None,
    purpose: str | None = None,
    aggregate: bool = False,
) -> Rule:
    """A row of the table; the table gives it its name."""
    return Rule("", audiences, category, purpose, aggregate)


def done_by(*audiences: Audience, purpose: str | None = None) -> Rule:
    """A row of the table for something that is done rather than shown."""
    return Rule("", audiences, purpose=purpose, is_act=True)


@cache
def _basis(*_words: Hashable) -> Hashable:
    """An object for each combination: quicker to find again than the words."""
    return object()


def _any_grants(audiences: Sequence[Audience], viewer: Viewer, rows: Rows) -> Verdict:
    """Open where any of ``audiences`` lets the viewer in."""
    return Verdict.either((audience.grants(viewer, rows) for audience in audiences), len(rows))
