"""A small model of who sees whose address, written apart from the code it is compared with.

It knows the words of the schema and the nine sentences of the privacy model, and imports nothing.
Ids are the server's global ids; people go by short names. Days are dates in Asia/Tokyo.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

ROSTER = "VIEW_ROSTER"
MEMBERS = "MANAGE_MEMBERS"
OFFICES = "MANAGE_OFFICES"
PUBLISH = "PUBLISH"
RECEIPTS = "VIEW_RECEIPTS"
POWERS = [ROSTER, MEMBERS, OFFICES, PUBLISH, RECEIPTS, "RUN_SURVEYS"]


@dataclass
class Group:
    participation: str
    directory: str
    delegated: set[str]
    planned: tuple[str, date] | None = None


@dataclass
class Membership:
    person: str
    group: str
    status: str = "ACTIVE"
    han: str | None = None
    keeps_address: bool = False


@dataclass
class Request:
    person: str
    group: str
    status: str = "PENDING"


@dataclass
class Office:
    group: str
    powers: set[str]


@dataclass
class Term:
    office: str
    member: str
    first: date
    last: date
    ended: bool = False


@dataclass
class Circular:
    group: str
    author: str
    at: datetime
    han: str | None = None
    office: str | None = None
    withdrawn: bool = False


@dataclass
class Facts:
    """Everything the model knows of a city."""

    now: datetime
    today: date
    residents: list[str]
    staff: dict[str, str]
    addresses: dict[str, str]
    groups: dict[str, Group] = field(default_factory=dict)
    hans: dict[str, str] = field(default_factory=dict)
    households: dict[str, str] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    circulars: dict[str, Circular] = field(default_factory=dict)
    suppressed: set[str] = field(default_factory=set)
    ever_suppressed: set[str] = field(default_factory=set)
    switched_off: set[str] = field(default_factory=set)

    @property
    def everybody(self) -> list[str]:
        """All who can sign in."""
        return [*self.residents, *self.staff]

    def participation(self, group: str) -> str:
        """How a group takes part today."""
        found = self.groups[group]
        if found.planned is not None and found.planned[1] <= self.today:
            return found.planned[0]
        return found.participation

    def runs(self, group: str) -> bool:
        """Whether its officers have their powers."""
        return self.participation(group) in ("TRIAL", "ACTIVE")

    def membership(self, person: str, group: str) -> str | None:
        """Somebody's active membership of a group."""
        for id_, member in self.members.items():
            if (member.person, member.group, member.status) == (person, group, "ACTIVE"):
                return id_
        return None

    def in_term(self, term: Term) -> bool:
        """Whether a term is one that counts today."""
        return not term.ended and term.first <= self.today <= term.last

    def offices_held(self, person: str, group: str) -> list[str]:
        """The offices somebody holds in a group today."""
        own = self.membership(person, group)
        return [t.office for t in self.terms.values() if t.member == own and self.in_term(t)]

    def lent(self, person: str, group: str) -> set[str]:
        """The powers of the offices somebody holds, asleep or not."""
        held = self.offices_held(person, group)
        return {power for office in held for power in self.offices[office].powers}

    def may(self, person: str, power: str, group: str) -> bool:
        """Whether somebody has a power in a group now."""
        return (
            self.runs(group)
            and power in self.groups[group].delegated
            and power in self.lent(person, group)
        )

    def anybody_could(self, power: str, group: str) -> bool:
        """Whether anybody holds an office with the power, today or later."""
        return any(
            not term.ended
            and term.last >= self.today
            and self.offices[term.office].group == group
            and power in self.offices[term.office].powers
            for term in self.terms.values()
        )

    def listed(self, viewer: str, group: str) -> set[str] | None:
        """The members that a group lists to somebody; None where it lists none to him."""
        open_to_members = (
            self.membership(viewer, group) is not None
            and self.groups[group].directory == "MEMBERS"
            and self.participation(group) != "ENDED"
        )
        if not open_to_members and not self.may(viewer, ROSTER, group):
            return None
        return {
            id_
            for id_, member in self.members.items()
            if member.group == group and member.status == "ACTIVE"
        }

    def address(self, viewer: str, member: str) -> str | None:
        """What somebody is shown as the address of a member."""
        found = self.members[member]
        if found.person == viewer:
            return self.addresses[viewer]
        shown = (
            self.may(viewer, ROSTER, found.group)
            and found.status == "ACTIVE"
            and found.person not in self.suppressed
            and "ADDRESS" not in self.switched_off
            and not found.keeps_address
        )
        return self.addresses[found.person] if shown else None

    def readable(self, viewer: str, circular: str) -> bool:
        """Whether a circular is out and for somebody."""
        found = self.circulars[circular]
        own = self.membership(viewer, found.group)
        if own is None or self.participation(found.group) == "ENDED":
            return False
        if found.withdrawn or found.at > self.now:
            return False
        return (
            (found.han is None and found.office is None)
            or found.author == own
            or (found.han is not None and self.members[own].han == found.han)
            or found.office in self.offices_held(viewer, found.group)
            or self.may(viewer, PUBLISH, found.group)
            or self.may(viewer, RECEIPTS, found.group)
        )

    def end(self, member: str, status: str) -> None:
        """A membership ends, and with it its terms."""
        self.members[member].status = status
        for term in self.terms.values():
            if term.member == member and term.last >= self.today:
                term.ended = True
