"""Circulars and whom they reached: delivered, read, or handed over on paper."""

from datetime import date, datetime, timedelta

from db.demo.associations import Association, Member
from db.demo.chance import Chance
from db.demo.fiscal import DAY, FiscalYear, last_time, moment
from db.demo.offices import HAN_HEAD, PRESIDENT, VICE, Election
from db.demo.places import CITY
from db.demo.rows import Rows
from db.demo.texts import SCHEDULED, TO_A_HAN, TO_ALL, TO_HAN_HEADS, URGENCY, WITHDRAWN, Text
from db.tables.circulars import Circular, PaperDelivery, Receipt
from db.tables.groups import Han
from db.tables.offices import Office

# Of those not on paper; with the paper households that is 70 and 50 of a hundred members.
DELIVERED = 0.76
READ_OF_DELIVERED = 0.71
HANDED_OVER = 0.8

# From so many circulars on, one is withdrawn, one is for the heads of the han, and so on.
VARIED_FROM = 10


class Publication:
    """Publishes the circulars of one association, in the year that ended yesterday.

    :param members: the active ones, and those who were members at some time in that year.
    """

    def __init__(
        self,
        association: Association,
        members: list[Member],
        election: Election,
        today: date,
        rows: Rows,
    ) -> None:
        self._association = association
        self._members = members
        self._election = election
        self._today = today
        self._rows = rows
        self._chance = Chance(f"circulars of {association.plan.name}")
        # Nothing here happened today: at whatever hour the demo is made, all of it is past.
        self._now = moment(today, 0)
        # Who stopped using the service sent the last one in the year before.
        running = association.plan.participation in ("TRIAL", "ACTIVE")
        self._until = today if running else FiscalYear.containing(today).starts_on

    def publish(self) -> None:
        """Publish as many as the plan says, with receipts and paper deliveries."""
        plan, hans = self._association.plan, self._association.hans
        if plan.circulars >= VARIED_FROM:
            for text in TO_A_HAN:
                self._send(text, han=self._chance.choice(hans))
            self._send(TO_HAN_HEADS, office=self._election.offices[HAN_HEAD])
            self._send(WITHDRAWN, withdrawn_after=timedelta(hours=3))
            self._schedule(SCHEDULED)
            special = len(TO_A_HAN) + 3
        elif hans:
            self._send(TO_A_HAN[0], han=self._chance.choice(hans))
            special = 1
        else:
            special = 0
        for number in URGENCY[: plan.circulars - special]:
            self._send(TO_ALL[number])

    def _send(
        self,
        text: Text,
        *,
        han: Han | None = None,
        office: Office | None = None,
        withdrawn_after: timedelta | None = None,
    ) -> None:
        day = last_time(text.month, text.day, self._until)
        at = moment(day, self._chance.randint(8, 19), self._chance.randrange(60))
        author = self._author(day)
        circular = self._circular(text, author, at, at)
        end = self._now
        if han is not None:
            circular.audience, circular.audience_han_id = "HAN", han.id
        if office is not None:
            circular.audience, circular.audience_office_id = "OFFICE", office.id
        if withdrawn_after is not None:
            circular.withdrawn_at = end = at + withdrawn_after
        self._rows.add(circular)
        for member in self._recipients(circular, day):
            if member.on_paper:
                self._hand_over(circular, member, author, day)
            else:
                self._deliver(circular, member, end)

    def _schedule(self, text: Text) -> None:
        """Written yesterday, to be published on the day that the next fiscal year begins."""
        yesterday = self._today - DAY
        at = moment(FiscalYear.containing(self._today).later(1).starts_on)
        self._rows.add(self._circular(text, self._author(yesterday), moment(yesterday, 20), at))

    def _circular(
        self, text: Text, author: Member, written_at: datetime, published_at: datetime
    ) -> Circular:
        return Circular(
            city=CITY,
            id=self._chance.timed_id(written_at),
            group_id=self._association.id,
            title=text.title,
            body=text.body.format(group=self._association.plan.name),
            author_membership_id=author.id,
            published_at=published_at,
        )

    def _author(self, day: date) -> Member:
        presidents = self._election.holders(PRESIDENT, day)
        return self._chance.choice(presidents + self._election.holders(VICE, day))

    def _recipients(self, circular: Circular, day: date) -> list[Member]:
        """Whom it was addressed to on that day."""
        if circular.audience == "OFFICE":
            return self._election.holders(HAN_HEAD, day)
        return [
            member
            for member in self._members
            if member.was_in(circular.published_at)
            and circular.audience_han_id in (None, member.details.han_id)
        ]

    def _deliver(self, circular: Circular, member: Member, end: datetime) -> None:
        chance = self._chance
        delivered_at = circular.published_at + self._delay(hours=10)
        if delivered_at >= end or not chance.happens(DELIVERED):
            return
        read_at = delivered_at + self._delay(hours=20)
        read = read_at < end and chance.happens(READ_OF_DELIVERED)
        self._rows.add(
            Receipt(
                city=CITY,
                circular_id=circular.id,
                membership_id=member.id,
                group_id=circular.group_id,
                delivered_at=delivered_at,
                read_at=read_at if read else None,
            )
        )

    def _hand_over(self, circular: Circular, member: Member, author: Member, day: date) -> None:
        """By the head of the han, or the author where there is none."""
        chance = self._chance
        handed_over_at = moment(day + chance.randint(1, 5) * DAY, chance.randint(9, 17))
        if handed_over_at >= self._now or not chance.happens(HANDED_OVER):
            return
        heads = (
            head
            for head in self._election.holders(HAN_HEAD, day)
            if head.details.han_id == member.details.han_id
        )
        self._rows.add(
            PaperDelivery(
                city=CITY,
                circular_id=circular.id,
                membership_id=member.id,
                group_id=circular.group_id,
                recorded_by=next(heads, author).id,
                recorded_at=handed_over_at,
            )
        )

    def _delay(self, *, hours: float) -> timedelta:
        """A time that people take, in seconds; that many hours on the average."""
        return timedelta(seconds=round(self._chance.expovariate(1 / (hours * 3600))))
