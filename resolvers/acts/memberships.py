"""Coming in by one's own application, and going out."""

from typing import Any
from uuid import UUID

from db.acts import memberships as statements
from db.acts import offices
from db.reading import Row
from permissions.words import Participation, Power
from resolvers.acts.act import (
    Act,
    known,
    not_permitted,
    optional,
    optional_text,
    perform,
    refuse,
    text,
)
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation

_DECIDED = {
    "APPROVED": "This application was approved meanwhile.",
    "DECLINED": "This application was declined meanwhile.",
    "WITHDRAWN": "This application was withdrawn by the applicant.",
}


async def request_membership(
    operation: Operation, *, group: str, display_name: str | None, message: str | None
) -> dict[str, Any]:
    """Apply to join a group. A second time while the first is pending says the same."""

    async def work(act: Act) -> UUID:
        act.permit()
        group_id = known("Group", group)
        await _check_open(act, group_id, "groupId")
        if act.viewer.standing(group_id) is not None:
            refuse(UserErrorCode.ALREADY_MEMBER, "You are a member of this group.", "groupId")
        pending = await statements.own_pending_request(act.transaction, group_id)
        if pending is not None:
            return pending["id"]  # type: ignore[no-any-return]
        return await statements.apply(
            act.transaction,
            group_id,
            display_name=optional_text(display_name, 50, "displayName"),
            message=optional_text(message, 1000, "message", lines=True),
        )

    return await perform(operation, "requestMembership", work)


async def withdraw_request(operation: Operation, *, request: str) -> dict[str, Any]:
    """Take one's application back."""

    async def work(act: Act) -> UUID:
        found = await _request(act, request)
        act.permit(found["group_id"], person=found["resident_id"])
        if found["status"] == "PENDING":
            await statements.decide(act.transaction, found["id"], "WITHDRAWN")
        elif found["status"] != "WITHDRAWN":
            _decided(found)
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "withdrawRequest", work)


async def approve_membership(
    operation: Operation, *, request: str, han: str | None, household: str | None
) -> dict[str, Any]:
    """Let an applicant in. Only an application makes a member: nobody can enter somebody else."""

    async def work(act: Act) -> UUID:
        found = await _request(act, request)
        await _permit_decision(act, found["group_id"])
        if found["status"] == "APPROVED":
            return found["id"]  # type: ignore[no-any-return]
        if found["status"] != "PENDING":
            _decided(found)
        membership = await statements.join(
            act.transaction,
            found,
            han=optional("Han", han),
            household=optional("Household", household),
        )
        await statements.decide(act.transaction, found["id"], "APPROVED", membership=membership)
        await act.record("MEMBER_JOINED", group=found["group_id"], subject=membership)
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "approveMembership", work)


async def decline_membership(operation: Operation, *, request: str, reason: str) -> dict[str, Any]:
    """Turn an application down, telling the applicant why."""

    async def work(act: Act) -> UUID:
        found = await _request(act, request)
        act.permit(found["group_id"])
        why = text(reason, 1000, "reason", lines=True)
        if found["status"] == "PENDING":
            await statements.decide(act.transaction, found["id"], "DECLINED", reason=why)
        elif found["status"] != "DECLINED":
            _decided(found)
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "declineMembership", work)


async def move_member(
    operation: Operation, *, member: str, han: str | None, household: str | None
) -> dict[str, Any]:
    """Put a member into a han and a household of his group."""

    async def work(act: Act) -> UUID:
        found = await _member(act, member)
        placed = await statements.place(
            act.transaction,
            found["group_id"],
            found["id"],
            han=optional("Han", han),
            household=optional("Household", household),
        )
        if not placed:
            not_permitted()
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "moveMember", work)


async def leave_group(operation: Operation, *, group: str) -> dict[str, Any]:
    """Leave a group: what it released ends with the next request, and so do one's offices."""

    async def work(act: Act) -> UUID:
        found = await statements.own_latest(act.transaction, known("Group", group))
        if found is None:
            not_permitted()
        act.permit(found["group_id"], person=found["resident_id"])
        if found["status"] == "ACTIVE":
            await statements.end(act.transaction, found["id"], "LEFT", None)
            await act.record("MEMBER_LEFT", group=found["group_id"], subject=found["id"])
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "leaveGroup", work)


async def remove_member(operation: Operation, *, member: str, reason: str) -> dict[str, Any]:
    """End somebody's membership, with a reason that stays with it."""

    async def work(act: Act) -> UUID:
        found = await _member(act, member, ended=True)
        why = text(reason, 1000, "reason", lines=True)
        if found["resident_id"] == act.viewer.person:
            refuse(UserErrorCode.INVALID, "Leave the group instead.", "memberId")
        if found["status"] == "LEFT":
            refuse(UserErrorCode.CHANGED_MEANWHILE, "This member left meanwhile.", "memberId")
        if found["status"] == "ACTIVE":
            await statements.end(act.transaction, found["id"], "REMOVED", why)
            await act.record("MEMBER_REMOVED", group=found["group_id"], subject=found["id"])
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "removeMember", work)


async def _permit_decision(act: Act, group_id: UUID) -> None:
    """Who manages members decides; city staff only where nobody in the group could."""
    act.permit(group_id)
    if act.viewer.staff_roles and await offices.anybody_with(
        act.transaction, group_id, Power.MANAGE_MEMBERS
    ):
        not_permitted()
    # Officers have no powers in a group that does not run; nor does staff let anybody in there.
    await _check_open(act, group_id, "requestId")


async def _check_open(act: Act, group_id: UUID, field: str) -> None:
    participation = await statements.participation(act.transaction, group_id)
    if participation is None:
        not_permitted()
    if not Participation(participation).releases:
        refuse(
            UserErrorCode.GROUP_NOT_OPEN,
            "This group does not take applications at the moment.",
            field,
        )


async def _request(act: Act, request: str) -> Row:
    found = await statements.request(act.transaction, known("MembershipRequest", request))
    return found or not_permitted()


async def _member(act: Act, member: str, *, ended: bool = False) -> Row:
    """A member of a group in which the viewer may do this."""
    found = await statements.membership(act.transaction, known("Member", member))
    if found is None or (found["status"] != "ACTIVE" and not ended):
        not_permitted()
    act.permit(found["group_id"])
    return found


def _decided(found: Row) -> None:
    refuse(UserErrorCode.ALREADY_DECIDED, _DECIDED[found["status"]], "requestId")
