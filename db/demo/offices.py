"""Offices, the powers each group spreads over them, and who holds them for which term."""

from dataclasses import dataclass
from datetime import date

from db.demo.associations import Association, Member
from db.demo.cast import BOTH, FORMER, OFFICER, TREASURER, Role
from db.demo.chance import Chance
from db.demo.fiscal import DAY, FiscalYear, moment
from db.demo.places import CITY
from db.demo.plans import ALL_POWERS, FIRST, SECOND
from db.demo.rows import Rows
from db.tables.groups import Han
from db.tables.offices import Appointment, Office

PRESIDENT = "会長"
VICE = "副会長"
TREASURY = "会計"
SECRETARY = "総務部長"
SAFETY = "防災部長"
HAN_HEAD = "班長"

POWERS: dict[str, tuple[str, ...]] = {
    PRESIDENT: ALL_POWERS,
    VICE: ("VIEW_ROSTER", "MANAGE_MEMBERS", "PUBLISH", "VIEW_RECEIPTS"),
    TREASURY: ("RUN_SURVEYS",),
    SECRETARY: ("MANAGE_OFFICES", "PUBLISH", "VIEW_RECEIPTS", "MODERATE"),
    SAFETY: ("VIEW_ROSTER", "RUN_SAFETY_CHECKS"),
    HAN_HEAD: (),
}

# Whom the sign-ins promise an office; everybody else of the cast holds none.
PROMISED = {
    (FIRST.name, PRESIDENT): OFFICER,
    (FIRST.name, TREASURY): TREASURER,
    (SECOND.name, PRESIDENT): BOTH,
}
PROMISED_UNTIL_NOW = {(FIRST.name, PRESIDENT): FORMER}


@dataclass(frozen=True)
class Term:
    """One member in one office, from a day to a day; both are in it."""

    office: str
    holder: Member
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        """Whether the term is in force on ``day``."""
        return self.starts_on <= day <= self.ends_on


class Election:
    """Fills the offices of one association.

    :param members: its active members; no stranger to the register is elected, nor ``passed_over``.
    :param today: an appointment for the next year was made yesterday at the latest.
    """

    def __init__(
        self,
        association: Association,
        members: list[Member],
        passed_over: Member | None,
        today: date,
        rows: Rows,
    ) -> None:
        self._association = association
        self._members = members
        self._today = today
        self._rows = rows
        self._chance = Chance(f"offices of {association.plan.name}")
        self._candidates = [
            member
            for member in members
            if member.person.role is None and not member.person.silent and member is not passed_over
        ]
        self._chance.shuffle(self._candidates)
        self.offices: dict[str, Office] = {}
        self.terms: list[Term] = []

    def hold(self) -> None:
        """Define the offices and fill them for last year, this year and in part the next."""
        year = FiscalYear.containing(self._today)
        last, following = year.later(-1), year.later(1)
        large = bool(self._association.hans)
        titles = list(POWERS) if large else [PRESIDENT, TREASURY]
        for position, title in enumerate(titles, start=1):
            self._define(title, position)

        # Two years, so that the sign-ins keep their promise when a demo outlives a March 31.
        self._appoint(PRESIDENT, self._promised(PRESIDENT), year.starts_on, following.ends_on)
        self._appoint(TREASURY, self._promised(TREASURY), year.starts_on, following.ends_on)
        former = self._role(PROMISED_UNTIL_NOW.get((self._association.plan.name, PRESIDENT)))
        self._appoint(PRESIDENT, former, year.later(-2).starts_on, last.ends_on)
        if not large:
            return
        for term in (year, year, last, following):
            self._appoint(VICE, self._candidate(), term.starts_on, term.ends_on)
        for term in (year, following):
            self._appoint(SAFETY, self._candidate(), term.starts_on, term.ends_on)
        self._appoint(SECRETARY, self._candidate(), year.starts_on, year.ends_on)
        # The one before moved away in autumn, and somebody took over.
        autumn = date(last.first, 10, 15)
        self._appoint(SECRETARY, self._candidate(), last.starts_on, last.ends_on, resigned=autumn)
        self._appoint(SECRETARY, self._candidate(), autumn + DAY, last.ends_on)
        for han in self._association.hans:
            for term in (year, last):
                self._appoint(HAN_HEAD, self._candidate(han), term.starts_on, term.ends_on)

    def holders(self, office: str, day: date) -> list[Member]:
        """Who held that office on ``day``."""
        return [term.holder for term in self.terms if term.office == office and term.covers(day)]

    def _define(self, title: str, position: int) -> None:
        office = Office(
            city=CITY,
            id=self._chance.timed_id(self._association.founded_at),
            group_id=self._association.id,
            title=title,
            powers=list(POWERS[title]),
            position=position,
        )
        self.offices[title] = office
        self._rows.add(office)

    def _appoint(
        self,
        title: str,
        holder: Member,
        starts_on: date,
        ends_on: date,
        *,
        resigned: date | None = None,
    ) -> None:
        self.terms.append(Term(title, holder, starts_on, resigned or ends_on))
        appointed_on = min(starts_on - 14 * DAY, self._today - DAY)
        self._rows.add(
            Appointment(
                city=CITY,
                id=self._chance.timed_id(moment(appointed_on, 18)),
                group_id=self._association.id,
                office_id=self.offices[title].id,
                membership_id=holder.id,
                starts_on=starts_on,
                ends_on=ends_on,
                ended_at=moment(resigned, 20) if resigned else None,
            )
        )

    def _promised(self, title: str) -> Member:
        return self._role(PROMISED.get((self._association.plan.name, title)))

    def _role(self, role: Role | None) -> Member:
        if role is None:
            return self._candidate()
        return next(member for member in self._members if member.person.role is role)

    def _candidate(self, han: Han | None = None) -> Member:
        """Somebody who has held no office so far, of that han if one is given."""
        for member in self._candidates:
            if han is None or member.details.han_id == han.id:
                self._candidates.remove(member)
                return member
        raise ValueError(
            f"{self._association.plan.name} has nobody left for an office: make it larger"
        )
