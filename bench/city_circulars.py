"""Circulars of the bench city, and whom they reached: delivered, read, handed over, or not yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bench.city_groups import Group, Member
from bench.city_rows import Row, Rows
from bench.landmarks import NEIGHBOUR, READING, circular_id, published_at
from db.demo.chance import Chance
from db.demo.offices import HAN_HEAD, PRESIDENT, VICE
from db.demo.texts import TO_ALL

READ_OF_DELIVERED = 0.71
HANDED_OVER = 0.8
# What the neighbour has not read yet: one circular in so many.
UNREAD_EVERY = 3
_DELAYS = 1 << 12


@dataclass(frozen=True, slots=True)
class Sent:
    """A circular and who of its recipients takes it on a screen."""

    id: UUID
    city: int
    group: UUID
    number: int
    published_at: datetime
    digital: list[Member]


def publish(groups: Sequence[Group], receipts: int, rows: Rows) -> None:
    """Every circular of these groups, with exactly so many receipts in all.

    They go into their tables as they went out: the circulars of one day are side by side, and not
    those of one group.
    """
    sent = [each for group in groups for each in _published(group, rows)]
    sent.sort(key=lambda each: each.published_at)
    rows.kept("circulars").sort(key=lambda row: row[-1])
    rows.stream("receipts", _receipts(sent, receipts), receipts)


def _published(group: Group, rows: Rows) -> Iterator[Sent]:
    plan = group.plan
    chance = Chance(f"bench circulars {plan.city} {plan.number}")
    authors = [*group.officers[PRESIDENT], *group.officers.get(VICE, ())]
    for number in range(plan.circulars):
        id_ = circular_id(plan.city, plan.number, number, plan.circulars)
        at = published_at(number, plan.circulars, plan.number)
        text, author = chance.choice(TO_ALL), chance.choice(authors)
        audience: str = "ALL"
        han = office = None
        if group.hans and not plan.is_landmark and not plan.visitors:
            if chance.happens(0.08):
                audience, han = "HAN", chance.choice(group.hans)
            elif chance.happens(0.04):
                audience, office = "OFFICE", group.offices[HAN_HEAD]
        rows.add(
            "circulars",
            (
                plan.city,
                id_,
                plan.id,
                text.title,
                text.body.format(group=plan.name),
                author.id,
                audience,
                han,
                office,
                at,
            ),
        )
        addressed = group.officers[HAN_HEAD] if office else group.members
        recipients = [
            member
            for member in addressed
            if member.began_at <= at
            and (member.ended_at is None or member.ended_at > at)
            and (han is None or member.han == han)
        ]
        _hand_over(rows, plan.city, id_, plan.id, author, at, recipients, chance)
        if plan.id != READING.id:
            digital = [member for member in recipients if not member.on_paper]
            yield Sent(id_, plan.city, plan.id, number, at, digital)


def _hand_over(
    rows: Rows,
    city: int,
    circular: UUID,
    group: UUID,
    author: Member,
    at: datetime,
    recipients: Sequence[Member],
    chance: Chance,
) -> None:
    """The author records the paper round some days later."""
    rows.add(
        "paper_deliveries",
        *(
            (city, circular, member.id, group, author.id, at + timedelta(days=3))
            for member in recipients
            if member.on_paper and chance.happens(HANDED_OVER)
        ),
    )


def _receipts(sent: Sequence[Sent], count: int) -> Iterator[Row]:
    """Spread over all who take circulars on a screen, a like share of each circular's."""
    chance = Chance("bench receipts")
    delays = [timedelta(seconds=round(chance.expovariate(1 / 36_000))) for _ in range(_DELAYS)]
    reachable = sum(len(each.digital) for each in sent)
    passed = given = 0
    random, bits = chance.random, chance.getrandbits
    for each in sent:
        passed += len(each.digital)
        share = passed * count // reachable - given
        given += share
        chosen, neighbour_reads = _chosen(each, share, chance)
        for member in chosen:
            delivered_at = each.published_at + delays[bits(12)]
            read_at = delivered_at + delays[bits(12)] if random() < READ_OF_DELIVERED else None
            if member is neighbour_reads:
                read_at = delivered_at
            yield (each.city, each.id, member.id, each.group, delivered_at, read_at)


def _chosen(each: Sent, share: int, chance: Chance) -> tuple[list[Member], Member | None]:
    """Who got it, and the neighbour of the landmarks if he read it: all but one of so many."""
    neighbour = next((m for m in each.digital if m.person.visitor == NEIGHBOUR), None)
    if neighbour is None:
        return chance.sample(each.digital, share), None
    others = [member for member in each.digital if member is not neighbour]
    if each.number % UNREAD_EVERY == 0:
        return chance.sample(others, share), None
    return [neighbour, *chance.sample(others, share - 1)], neighbour
