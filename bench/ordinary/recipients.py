"""Whom a circular went to, and how far it got with each: put together from what loaders have."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from uuid import UUID

TOKYO = timezone(timedelta(hours=9))


class Sent(NamedTuple):
    """When a circular went to whom."""

    circular: UUID
    group: UUID
    at: datetime
    audience: str
    han: UUID | None
    office: UUID | None


class Recipient(NamedTuple):
    """A member, and how far a circular got.

    ``state`` is None for who left since.
    """

    membership: UUID
    state: str | None
    delivered_at: datetime | None
    read_at: datetime | None
    paper_at: datetime | None


def recipients_of(
    sent: Sent,
    members: list[Any],
    receipts: dict[UUID, tuple[Any, Any]],
    papers: dict[UUID, Any],
    terms: list[Any],
) -> Iterator[Recipient]:
    """The recipients of a circular, in the order of ``members``: all its group ever had."""
    at, audience, han = sent.at, sent.audience, sent.han
    day = at.astimezone(TOKYO).date()
    in_office = {
        term.membership_id
        for term in terms
        if term.starts_on <= day <= term.ends_on and (term.ended_at is None or term.ended_at > at)
    }
    for _group, membership, status, began_at, ended_at, member_han in members:
        if began_at > at or (ended_at is not None and ended_at <= at):
            continue
        if audience == "HAN" and member_han != han:
            continue
        if audience == "OFFICE" and membership not in in_office:
            continue
        if status != "ACTIVE":
            yield Recipient(membership, None, None, None, None)
            continue
        delivered_at, read_at = receipts.get(membership, (None, None))
        paper_at = papers.get(membership)
        if read_at is not None:
            state = "READ"
        elif delivered_at is not None:
            state = "DELIVERED"
        else:
            state = "OUTSTANDING" if paper_at is None else "PAPER"
        yield Recipient(membership, state, delivered_at, read_at, paper_at)
