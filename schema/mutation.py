"""What can be changed. Each field runs in a transaction of its own, one after the other."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from execution.column import COLUMN, Column
from schema.acts import accounts, circulars, groups, memberships, offices, quotas, sessions
from schema.edges import Info

Act = Callable[..., Awaitable[Any]]


def mutation(act: Act, *, description: str) -> Any:
    """A field of the Mutation type: what ``act`` does in the operation that it is given.

    The other parameters of ``act`` are the field's arguments; an ``input`` is described by its
    type.
    """
    signature = inspect.signature(act)
    _operation, *arguments = map(_described, signature.parameters.values())

    async def resolve(info: Info, **given: Any) -> Any:
        return await act(info.context, **given)

    async def resolve_column(column: Column, **given: Any) -> list[Any]:
        # At the root there is one object, and one change.
        return [await act(column.context, **given)]

    [info, _given] = inspect.signature(resolve).parameters.values()
    # Strawberry reads the arguments from it.
    resolve.__signature__ = signature.replace(parameters=[info, *arguments])  # type: ignore[attr-defined]
    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: resolve_column}
    )


def _described(parameter: inspect.Parameter) -> inspect.Parameter:
    definition = getattr(parameter.annotation, "__strawberry_definition__", None)
    if definition is None:
        return parameter
    said = strawberry.argument(description=definition.description)
    return parameter.replace(annotation=Annotated[parameter.annotation, said])


@strawberry.type(description="What can be changed, one field after the other.")
class Mutation:
    sign_in: sessions.SignInPayload = mutation(
        sessions.sign_in,
        description="Sign in with login and password. No access token is looked at.",
    )
    refresh: sessions.SignInPayload = mutation(
        sessions.refresh,
        description=(
            "Stay signed in: new tokens for a refresh token, each of which is good once. Whoever"
            " lost the answer may ask again within seconds and gets the same refresh token. One"
            " that comes a second time later ends the session. No access token is looked at."
        ),
    )
    sign_out: sessions.SignOutPayload | None = mutation(
        sessions.sign_out,
        description="End this session; its tokens are dead with the next request.",
    )
    end_session: sessions.EndSessionPayload | None = mutation(
        sessions.end_session, description="End one of your sessions, such as on a lost phone."
    )
    sign_up: accounts.TicketPayload | None = mutation(
        accounts.sign_up,
        description=(
            "Ask for an account. It opens with the code that is mailed; the answer is the same"
            " whether or not the address has one already."
        ),
    )
    confirm_sign_up: sessions.SignInPayload | None = mutation(
        accounts.confirm_sign_up,
        description="Open the account with the code from the mailbox, and sign in to it.",
    )
    request_password_reset: accounts.TicketPayload | None = mutation(
        accounts.request_password_reset,
        description=(
            "Ask for a code to choose another password; an unknown login gets the same answer."
        ),
    )
    reset_password: accounts.PasswordPayload | None = mutation(
        accounts.reset_password,
        description="Choose another password with the code from the mailbox. All sessions end.",
    )
    change_password: accounts.PasswordPayload | None = mutation(
        accounts.change_password,
        description="Choose another password. Your other sessions end; this one goes on.",
    )
    update_profile: accounts.ResidentPayload | None = mutation(
        accounts.update_profile, description="Change what you told the city about yourself."
    )
    create_group: groups.GroupPayload | None = mutation(
        groups.create_group, description="City staff create a group."
    )
    set_participation: groups.GroupPayload | None = mutation(
        groups.set_participation,
        description="City staff set how a group takes part, now or from a day on.",
    )
    delegate_powers: groups.GroupPayload | None = mutation(
        groups.delegate_powers,
        description="City staff set the powers delegated to a group; every office narrows at once.",
    )
    set_city_policy: groups.CityPolicyPayload | None = mutation(
        groups.set_city_policy,
        description="City staff switch a category of personal data off or on, for everybody.",
    )
    set_release_quota: groups.GroupPayload | None = mutation(
        quotas.set_release_quota,
        description=(
            "City staff set how many people one officer of a group may be shown per hour, until a"
            " day; it acts on the next answer."
        ),
    )
    suppress_resident: memberships.SuppressionPayload | None = mutation(
        memberships.suppress_resident,
        description="City staff suppress a resident's personal data at once (支援措置).",
    )
    lift_suppression: memberships.SuppressionPayload | None = mutation(
        memberships.lift_suppression, description="City staff lift a suppression."
    )
    request_membership: memberships.MembershipRequestPayload | None = mutation(
        memberships.request_membership, description="Apply to join a group (加入申込)."
    )
    withdraw_request: memberships.MembershipRequestPayload | None = mutation(
        memberships.withdraw_request, description="Take your application back."
    )
    approve_membership: memberships.MembershipRequestPayload | None = mutation(
        memberships.approve_membership,
        description="Let an applicant in. City staff may where nobody in the group could.",
    )
    decline_membership: memberships.MembershipRequestPayload | None = mutation(
        memberships.decline_membership, description="Turn an application down."
    )
    move_member: memberships.MemberPayload | None = mutation(
        memberships.move_member, description="Put a member into a han and a household."
    )
    leave_group: memberships.MemberPayload | None = mutation(
        memberships.leave_group,
        description="Leave a group. Your offices there end; coming back is a new membership.",
    )
    remove_member: memberships.MemberPayload | None = mutation(
        memberships.remove_member, description="End somebody's membership, with a reason."
    )
    set_member_directory: groups.GroupPayload | None = mutation(
        groups.set_member_directory, description="Choose who may list the group's members."
    )
    define_han: groups.HanPayload | None = mutation(groups.define_han, description="Define a han.")
    define_household: groups.HouseholdPayload | None = mutation(
        groups.define_household, description="Define a household."
    )
    define_office: offices.OfficePayload | None = mutation(
        offices.define_office,
        description="Define an office. City staff may where nobody in the group could.",
    )
    change_office: offices.OfficePayload | None = mutation(
        offices.change_office, description="Change an office's title or powers."
    )
    appoint_officer: offices.AppointmentPayload | None = mutation(
        offices.appoint_officer,
        description=(
            "Appoint one or several members to an office for a term. City staff appoint a group's"
            " first officers."
        ),
    )
    end_appointment: offices.AppointmentPayload | None = mutation(
        offices.end_appointment, description="End a term, at once or with an earlier last day."
    )
    publish_circular: circulars.CircularPayload | None = mutation(
        circulars.publish_circular, description="Publish a circular, now or at a time."
    )
    edit_circular: circulars.CircularPayload | None = mutation(
        circulars.edit_circular, description="Change a circular's words; the earlier ones are kept."
    )
    withdraw_circular: circulars.CircularPayload | None = mutation(
        circulars.withdraw_circular, description="Take a circular back."
    )
    mark_circular_read: circulars.CircularPayload | None = mutation(
        circulars.mark_circular_read, description="Mark a circular as read by you."
    )
    record_paper_delivery: circulars.CircularPayload | None = mutation(
        circulars.record_paper_delivery,
        description="Record that a circular was brought to members on paper.",
    )
