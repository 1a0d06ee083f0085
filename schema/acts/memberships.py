"""Coming in and going out, and suppression."""

from datetime import datetime
from typing import Any

import strawberry

from resolvers import members, residents
from resolvers.acts import memberships as acts
from resolvers.acts import suppressions
from resolvers.operation import Operation
from schema.acts.payload import UserError, changed, errors, said
from schema.edges import column
from schema.member import Member
from schema.node import object_id
from schema.resident import MembershipRequest


@strawberry.type(description="The application as it is now.")
class MembershipRequestPayload:
    request: MembershipRequest | None = changed(
        residents.requests_by_ids, description="The application, where it is shown to you."
    )
    errors: list[UserError] = errors()


@strawberry.type(description="The member as he is now.")
class MemberPayload:
    member: Member | None = changed(
        members.by_ids, description="The member, where he is still shown to you."
    )
    errors: list[UserError] = errors()


@strawberry.type(description="A suppression (支援措置).")
class Suppression:
    id: strawberry.ID = object_id("Suppression")
    provisional: bool = column("Whether it is still to be confirmed; it works either way.")
    began_at: datetime = column("Since when.")
    lifted_at: datetime | None = column("When it was lifted; null while it stands.")


@strawberry.type(description="The suppression as it is now.")
class SuppressionPayload:
    suppression: Suppression | None = changed(suppressions.by_ids, description="The suppression.")
    errors: list[UserError] = errors()


@strawberry.input(description="An application to join.")
class RequestMembershipInput:
    group_id: strawberry.ID = said("The group.")
    display_name: str | None = said(
        "The name to go by in this group; the profile's if absent.", default=None
    )
    message: str | None = said("What the officers should know.", default=None)


@strawberry.input(description="One's own application.")
class WithdrawRequestInput:
    request_id: strawberry.ID = said("The application.")


@strawberry.input(description="An application to let in.")
class ApproveMembershipInput:
    request_id: strawberry.ID = said("The application.")
    han_id: strawberry.ID | None = said("The han to join.", default=None)
    household_id: strawberry.ID | None = said("The household to join.", default=None)


@strawberry.input(description="An application to turn down.")
class DeclineMembershipInput:
    request_id: strawberry.ID = said("The application.")
    reason: str = said("What the applicant is told.")


@strawberry.input(description="Where a member belongs.")
class MoveMemberInput:
    member_id: strawberry.ID = said("The member.")
    han_id: strawberry.ID | None = said("The han; none if absent.", default=None)
    household_id: strawberry.ID | None = said("The household; none if absent.", default=None)


@strawberry.input(description="A group to leave.")
class LeaveGroupInput:
    group_id: strawberry.ID = said("The group.")


@strawberry.input(description="A member to remove.")
class RemoveMemberInput:
    member_id: strawberry.ID = said("The member.")
    reason: str = said("Why; it stays with the membership.")


@strawberry.input(description="A resident to suppress.")
class SuppressResidentInput:
    resident_id: strawberry.ID = said("The resident's own id, as `me` shows it to the person.")
    provisional: bool = said("Whether it is still to be confirmed.", default=True)


@strawberry.input(description="A suppression to lift.")
class LiftSuppressionInput:
    resident_id: strawberry.ID = said("The resident's own id.")


async def request_membership(operation: Operation, input: RequestMembershipInput) -> Any:  # noqa: A002
    return await acts.request_membership(
        operation,
        group=input.group_id,
        display_name=input.display_name,
        message=input.message,
    )


async def withdraw_request(operation: Operation, input: WithdrawRequestInput) -> Any:  # noqa: A002
    return await acts.withdraw_request(operation, request=input.request_id)


async def approve_membership(operation: Operation, input: ApproveMembershipInput) -> Any:  # noqa: A002
    return await acts.approve_membership(
        operation, request=input.request_id, han=input.han_id, household=input.household_id
    )


async def decline_membership(operation: Operation, input: DeclineMembershipInput) -> Any:  # noqa: A002
    return await acts.decline_membership(operation, request=input.request_id, reason=input.reason)


async def move_member(operation: Operation, input: MoveMemberInput) -> Any:  # noqa: A002
    return await acts.move_member(
        operation, member=input.member_id, han=input.han_id, household=input.household_id
    )


async def leave_group(operation: Operation, input: LeaveGroupInput) -> Any:  # noqa: A002
    return await acts.leave_group(operation, group=input.group_id)


async def remove_member(operation: Operation, input: RemoveMemberInput) -> Any:  # noqa: A002
    return await acts.remove_member(operation, member=input.member_id, reason=input.reason)


async def suppress_resident(operation: Operation, input: SuppressResidentInput) -> Any:  # noqa: A002
    return await suppressions.suppress_resident(
        operation, resident=input.resident_id, provisional=input.provisional
    )


async def lift_suppression(operation: Operation, input: LiftSuppressionInput) -> Any:  # noqa: A002
    return await suppressions.lift_suppression(operation, resident=input.resident_id)
