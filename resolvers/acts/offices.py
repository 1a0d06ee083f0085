"""Offices and terms: powers are only handed on by those who hold them."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.acts import groups
from db.acts import offices as statements
from db.reading import Row, today
from permissions.words import Power
from resolvers.acts.act import Act, known, not_permitted, perform, refuse, text
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation

MOST_HOLDERS = 50
LONGEST_TERM = timedelta(days=366 * 10)


async def define_office(
    operation: Operation, *, group: str, title: str, powers: Sequence[Power], key: str
) -> dict[str, Any]:
    """A new office with any title and a part of the powers one holds oneself."""

    async def work(act: Act) -> UUID:
        group_id = known("Group", group)
        await _permit(act, group_id)
        given = sorted(set(powers))
        await _check_delegated(act, group_id, given)
        await _check_held(act, group_id, given)
        named = text(title, 50, "title")
        office = await statements.define(act.transaction, group_id, named, given, 0)
        await act.record(
            "OFFICE_DEFINED", group=group_id, subject=office, after=_shown(named, given)
        )
        return office

    asked = [group, title, sorted(powers)]
    return await perform(operation, "defineOffice", work, key=key, asked=asked)


async def change_office(
    operation: Operation, *, office: str, title: str | None, powers: Sequence[Power] | None
) -> dict[str, Any]:
    """Another title or other powers for an office one does not hold oneself."""

    async def work(act: Act) -> UUID:
        found = await _office(act, office)
        act.permit(found["group_id"])
        own = act.standing(found["group_id"]).membership_id
        if await statements.holds(act.transaction, found["id"], [own]):
            refuse(UserErrorCode.OWN_OFFICE, "You hold this office yourself.", "officeId")
        named = found["title"] if title is None else text(title, 50, "title")
        old = sorted(found["powers"])
        given = old if powers is None else sorted(set(powers))
        if (named, given) == (found["title"], old):
            return found["id"]  # type: ignore[no-any-return]
        if given != old:
            await _check_delegated(act, found["group_id"], set(given) - set(old))
            # Also what is taken away must be one's own to give: otherwise rivals disarm each other.
            await _check_held(act, found["group_id"], set(given) ^ set(old))
        await statements.change(act.transaction, found["id"], named, given)
        await act.record(
            "OFFICE_CHANGED",
            group=found["group_id"],
            subject=found["id"],
            before=_shown(found["title"], old),
            after=_shown(named, given),
        )
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "changeOffice", work)


async def appoint_officer(
    operation: Operation,
    *,
    office: str,
    members: Sequence[str],
    starts_on: date | None,
    ends_on: date,
    succeeds: str | None,
) -> dict[str, Any]:
    """Appoint one or several active members for a term; ``succeeds`` begins it where one ends.

    Returns the ids of the appointments, in the order of ``members``.
    """

    async def work(act: Act) -> list[UUID]:
        found = await _office(act, office)
        group_id = found["group_id"]
        await _permit(act, group_id)
        await _check_held(act, group_id, found["powers"], "officeId")
        if not 1 <= len(set(members)) <= MOST_HOLDERS:
            refuse(UserErrorCode.INVALID, f"Name 1 to {MOST_HOLDERS} members.", "memberIds")
        first = await _first_day(act, found, starts_on, succeeds)
        if abs(first - today(act.transaction)) > LONGEST_TERM:
            refuse(UserErrorCode.INVALID, "Give a day within ten years.", "startsOn")
        if not first <= ends_on <= first + LONGEST_TERM:
            refuse(
                UserErrorCode.INVALID, "The last day comes before the first, or too late.", "endsOn"
            )
        if ends_on < today(act.transaction):
            refuse(UserErrorCode.INVALID, "This term is over already.", "endsOn")
        wanted = [known("Member", member) for member in dict.fromkeys(members)]
        if not act.viewer.staff_roles and act.standing(group_id).membership_id in wanted:
            refuse(UserErrorCode.OWN_OFFICE, "Nobody appoints himself.", "memberIds")
        await _check_active(act, group_id, wanted)
        return await _appoint(act, found, wanted, first, ends_on)

    return await perform(operation, "appointOfficer", work)


async def end_appointment(
    operation: Operation, *, appointment: str, ends_on: date | None
) -> dict[str, Any]:
    """End a term at once, or with an earlier last day."""

    async def work(act: Act) -> list[UUID]:
        found = await statements.appointment(act.transaction, known("Appointment", appointment))
        if found is None:
            not_permitted()
        act.permit(found["group_id"])
        if found["membership_id"] == act.standing(found["group_id"]).membership_id:
            refuse(UserErrorCode.OWN_OFFICE, "This is your own term.", "appointmentId")
        office = await statements.office(act.transaction, found["office_id"])
        if office is None:
            not_permitted()
        await _check_held(act, found["group_id"], office["powers"], "appointmentId")
        day = today(act.transaction)
        if found["ended_at"] is not None or found["ends_on"] < day or found["ends_on"] == ends_on:
            return [found["id"]]
        if ends_on is None:
            await statements.end_now(act.transaction, found["id"])
        elif not max(day, found["starts_on"]) <= ends_on < found["ends_on"]:
            refuse(UserErrorCode.INVALID, "Give a day from today to before its last day.", "endsOn")
        else:
            await statements.shorten(act.transaction, found["id"], ends_on)
        await act.record(
            "APPOINTMENT_ENDED",
            group=found["group_id"],
            subject=found["id"],
            before={"office": office["title"], "endsOn": found["ends_on"]},
            after={"office": office["title"], "endsOn": ends_on or "at once"},
        )
        return [found["id"]]

    return await perform(operation, "endAppointment", work)


async def _appoint(
    act: Act, office: Row, wanted: Sequence[UUID], first: date, last: date
) -> list[UUID]:
    """The terms of all ``wanted``, in their order; those that stand already stay as they are."""
    terms: dict[UUID, UUID] = {}
    for term in await statements.terms(act.transaction, office["id"], wanted):
        if (term["starts_on"], term["ends_on"]) == (first, last):
            terms[term["membership_id"]] = term["id"]
        elif term["starts_on"] <= last and term["ends_on"] >= first:
            refuse(
                UserErrorCode.TERM_OVERLAPS,
                "This member holds the office in a part of that time already.",
                "startsOn",
            )
    new = [membership for membership in wanted if membership not in terms]
    if new:
        appointed = await statements.appoint(
            act.transaction, office["group_id"], office["id"], new, first, last
        )
        await act.record_each(
            "OFFICER_APPOINTED",
            appointed,
            group=office["group_id"],
            after={"office": office["title"], "startsOn": first, "endsOn": last},
        )
        terms.update(zip(new, appointed, strict=True))
    return [terms[membership] for membership in wanted]


async def _first_day(act: Act, office: Row, starts_on: date | None, succeeds: str | None) -> date:
    """The first day as given, or the one on which the term that is succeeded is over."""
    if (starts_on is None) == (succeeds is None):
        refuse(UserErrorCode.INVALID, "Give startsOn or succeeds.", "startsOn")
    if starts_on is not None:
        return starts_on
    before = await statements.appointment(act.transaction, known("Appointment", succeeds or ""))
    if before is None or before["office_id"] != office["id"]:
        not_permitted()
    last: date = before["ends_on"]
    day, after_last = today(act.transaction), last + timedelta(days=1)
    # Cut short, it leaves a gap that nobody wanted: whoever comes next begins at once.
    return min(day, after_last) if before["ended_at"] is not None else after_last


async def _permit(act: Act, group_id: UUID) -> None:
    """Who manages offices; city staff only where nobody in the group does or will."""
    act.permit(group_id)
    if act.viewer.staff_roles and (
        await groups.find(act.transaction, group_id) is None
        or await statements.anybody_with(act.transaction, group_id, Power.MANAGE_OFFICES)
    ):
        not_permitted()


async def _check_delegated(act: Act, group_id: UUID, powers: Collection[str]) -> None:
    """Nobody puts a power into an office that the city did not give the group."""
    if not set(powers) <= await statements.delegated(act.transaction, group_id):
        refuse(
            UserErrorCode.POWER_NOT_DELEGATED,
            "The city does not delegate all of these powers to the group.",
            "powers",
        )


async def _check_held(
    act: Act, group_id: UUID, powers: Collection[str], field: str = "powers"
) -> None:
    """Nobody hands on a power that he does not hold himself, nor takes it from somebody.

    One that the city took back sleeps in his office as in all others: he still hands it on there,
    and nobody else does, who would hold it through a friend when the city gives it again.
    """
    if act.viewer.staff_roles:
        return
    offices = [holding.office_id for holding in act.standing(group_id).holdings]
    if not set(powers) <= await statements.lent_by(act.transaction, offices):
        refuse(UserErrorCode.POWER_NOT_HELD, "You do not hold all of these powers yourself.", field)


async def _check_active(act: Act, group_id: UUID, wanted: Sequence[UUID]) -> None:
    """Only active members hold offices. Staff see none, and are told no more than yes or no."""
    if act.viewer.staff_roles:
        all_active = await statements.are_active(act.transaction, group_id, wanted)
    else:
        found = await statements.active_members(act.transaction, group_id, wanted)
        all_active = found == set(wanted)
    if not all_active:
        not_permitted()


async def _office(act: Act, office: str) -> Row:
    return await statements.office(act.transaction, known("Office", office)) or not_permitted()


def _shown(title: str, powers: Sequence[str]) -> dict[str, object]:
    return {"title": title, "powers": ", ".join(powers)}
