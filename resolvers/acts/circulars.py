"""Publishing circulars, and marking whom they reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from db.acts import circulars as statements
from db.acts import offices
from db.reading import Row
from resolvers.acts.act import Act, known, not_permitted, optional, perform, refuse, text
from resolvers.circulars import note_read
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation

MOST_DELIVERIES = 200
FARTHEST_AHEAD = timedelta(days=366)


async def publish_circular(
    operation: Operation,
    *,
    group: str,
    title: str,
    body: str,
    audience: str,
    han: str | None,
    office: str | None,
    publish_at: datetime | None,
    key: str,
) -> dict[str, Any]:
    """A circular to all, a han or an office; now or at a time."""

    async def work(act: Act) -> UUID:
        group_id = known("Group", group)
        act.permit(group_id)
        if (audience == "HAN") != (han is not None) or (audience == "OFFICE") != (
            office is not None
        ):
            refuse(
                UserErrorCode.INVALID,
                "Name a han for HAN, an office for OFFICE, and neither for ALL.",
                "audience",
            )
        moment = act.transaction.at if publish_at is None else publish_at
        if moment.tzinfo is None:
            refuse(UserErrorCode.INVALID, "Say the offset too, such as +09:00.", "publishAt")
        if not act.transaction.at <= moment <= act.transaction.at + FARTHEST_AHEAD:
            refuse(
                UserErrorCode.INVALID, "Give a coming moment, at most a year ahead.", "publishAt"
            )
        return await statements.publish(
            act.transaction,
            group_id,
            author=act.standing(group_id).membership_id,
            title=text(title, 200, "title"),
            body=text(body, 20_000, "body", lines=True),
            audience=audience,
            han=optional("Han", han),
            office=optional("Office", office),
            published_at=moment,
        )

    asked = [group, title, body, audience, han, office, publish_at]
    return await perform(operation, "publishCircular", work, key=key, asked=asked)


async def edit_circular(
    operation: Operation, *, circular: str, title: str, body: str, version: int | None
) -> dict[str, Any]:
    """Other words; the earlier ones are kept.

    :param version: the version they are to replace; None for whatever stands.
    """

    async def work(act: Act) -> UUID:
        found = await _circular(act, circular)
        if found["withdrawn_at"] is not None:
            _withdrawn()
        words = text(title, 200, "title"), text(body, 20_000, "body", lines=True)
        if words == (found["title"], found["body"]):
            return found["id"]  # type: ignore[no-any-return]
        if version not in (None, found["version"]):
            refuse(UserErrorCode.CHANGED_MEANWHILE, "Somebody edited it meanwhile.", "version")
        await statements.edit(act.transaction, found, title=words[0], body=words[1])
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "editCircular", work)


async def withdraw_circular(operation: Operation, *, circular: str) -> dict[str, Any]:
    """Take a circular back: members do not see it any more."""

    async def work(act: Act) -> UUID:
        found = await _circular(act, circular)
        if found["withdrawn_at"] is None:
            await statements.withdraw(act.transaction, found["id"])
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "withdrawCircular", work)


async def mark_circular_read(operation: Operation, *, circular: str) -> dict[str, Any]:
    """The member has read it."""

    async def work(act: Act) -> UUID:
        # One statement looks and marks, and nothing that is refused afterwards.
        found = await statements.mark_read(
            act.transaction,
            known("Circular", circular),
            in_groups=act.rule.open_groups(act.viewer),
        )
        if found is None:
            not_permitted()
        # Officers see it earlier and longer than it is out.
        if found["status"] == "SCHEDULED":
            refuse(UserErrorCode.INVALID, "This circular is not published yet.", "circularId")
        if found["status"] == "WITHDRAWN":
            _withdrawn()
        note_read(act.transaction, found, operation.fields)
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "markCircularRead", work, touches_facts=False)


async def record_paper_delivery(
    operation: Operation, *, circular: str, members: Sequence[str]
) -> dict[str, Any]:
    """The circular was brought to some members on paper."""

    async def work(act: Act) -> UUID:
        found = await _circular(act, circular)
        group_id = found["group_id"]
        if not 1 <= len(set(members)) <= MOST_DELIVERIES:
            refuse(UserErrorCode.INVALID, f"Name 1 to {MOST_DELIVERIES} members.", "memberIds")
        wanted = [known("Member", member) for member in dict.fromkeys(members)]
        active = await offices.active_members(act.transaction, group_id, wanted)
        if active != set(wanted):
            not_permitted()
        await statements.record_paper(
            act.transaction,
            found["id"],
            group_id,
            wanted,
            by=act.standing(group_id).membership_id,
        )
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "recordPaperDelivery", work, isolation="read committed")


def _withdrawn() -> NoReturn:
    refuse(UserErrorCode.CHANGED_MEANWHILE, "This circular was withdrawn.", "circularId")


async def _circular(act: Act, circular: str) -> Row:
    found = await statements.circular(act.transaction, known("Circular", circular))
    if found is None:
        not_permitted()
    act.permit(found["group_id"])
    return found
