"""Whom circulars reached: figures and pages of receipts."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any, NamedTuple
from uuid import UUID

from db.statements import reach, receipts
from db.statements.reach import Listing
from permissions.policy import POLICY
from resolvers.batching import Asking, load, load_column
from resolvers.errors import cursor_unknown
from resolvers.members import parts_asked
from resolvers.operation import Operation
from resolvers.pages import Window, connection, window


class _Asked(NamedTuple):
    """What is asked of a circular: a page of its receipts or, without one, its figures.

    Both come from the same look at its receipts. Asked of one batch function, in one turn, they are
    answered by one statement.
    """

    circular: UUID
    group: UUID
    audience: str
    page: Window | None = None
    state: str | None = None


async def summary_of(circular: Any, operation: Operation) -> Any:
    """The counts of a circular's recipients, as far as they are shown to the viewer."""
    return await load(operation, _answers, _asked(circular))


async def summaries_of(circulars: Sequence[Any], field: Asking) -> list[Any]:
    """The same of each of ``circulars``."""
    return await load_column(field, _answers, list(map(_asked, circulars)))


async def page_of(
    circular: Any, operation: Operation, *, state: str | None, first: int | None, after: str | None
) -> Any:
    """A page of a circular's recipients and what they did with it."""
    page = window(operation, first, after)
    return await load(operation, _answers, _asked(circular, page, state))


async def pages_of(
    circulars: Sequence[Any],
    field: Asking,
    *,
    state: str | None,
    first: int | None,
    after: str | None,
) -> list[Any]:
    """The same of each of ``circulars``."""
    page = window(field.context, first, after)
    asked = [_asked(circular, page, state) for circular in circulars]
    return await load_column(field, _answers, asked)


def name_their_members(operation: Operation) -> bool:
    """Whether receipts say all that the document asks for of the members they are about."""
    fields = operation.fields
    # One's own may be known from elsewhere, and does not say what one goes by.
    return fields is not None and not parts_asked(operation) and "Circular.myReceipt" not in fields


def _asked(circular: Any, page: Window | None = None, state: str | None = None) -> _Asked:
    return _Asked(circular["id"], circular["group_id"], circular["audience"], page, state)


async def _answers(asked: Sequence[_Asked], operation: Operation) -> list[Any]:
    """For each a page or an error, or a row of figures."""
    alike: dict[tuple[Window | None, str | None], list[_Asked]] = {}
    for each in asked:
        alike.setdefault((each.page, each.state), []).append(each)
    figures = {each.circular for each in alike.pop((None, None), ())}
    answers: dict[_Asked, Any] = {}
    told: dict[UUID, Any] = {}
    for (page, state), listed in alike.items():
        assert page is not None
        rows = await _rows(listed, operation, Listing(state, page.with_one_more, page.after))
        told.update(rows)
        answers.update((each, _page(rows[each.circular], each)) for each in listed)
    untold = [each for each in asked if each.circular in figures - told.keys()]
    if untold:
        told.update(await _rows(untold, operation, None))
    return [told[each.circular] if each.page is None else answers[each] for each in asked]


async def _rows(
    asked: Sequence[_Asked], operation: Operation, listing: Listing | None
) -> dict[UUID, Any]:
    """By circular its figures, and who is listed."""
    reading = operation.reading
    rows: list[Any] = []
    to_all = [each.circular for each in asked if each.audience == "ALL"]
    if to_all:
        rows += await reach.of_circulars(reading, to_all, listing)
    to_some = [each.circular for each in asked if each.audience != "ALL"]
    if to_some:
        places_in = POLICY["Member.han"].open_groups(operation.viewer)
        rows += await receipts.to_some(reading, to_some, listing, places_in=places_in)
    return {row["circular_id"]: row for row in rows}


def _page(row: Any, asked: _Asked) -> Any:
    if not row["cursor_known"]:
        return cursor_unknown()
    assert asked.page is not None
    ids = row["ids"] or ()
    if asked.state == "OUTSTANDING":
        # Nothing became of it, which needs no column to say so.
        became: tuple[Any, ...] = (repeat(asked.state), repeat(None), repeat(None), repeat(None))
    else:
        became = (
            row["states"] or (),
            row["delivered_at"] or (),
            row["read_at"] or (),
            row["paper_at"] or (),
        )
    nodes = [
        {
            "circular_id": asked.circular,
            "group_id": asked.group,
            "id": id_,
            "resident_id": resident_id,
            "member_status": member_status,
            "display_name": display_name,
            "state": state,
            "delivered_at": delivered_at,
            "read_at": read_at,
            "paper_at": paper_at,
        }
        for (
            id_,
            resident_id,
            member_status,
            display_name,
            state,
            delivered_at,
            read_at,
            paper_at,
        ) in zip(
            ids,
            row["resident_ids"] or (),
            row["statuses"] or (),
            row["display_names"] or (),
            *became,
            strict=False,
        )
    ]
    return connection(nodes, asked.page)
