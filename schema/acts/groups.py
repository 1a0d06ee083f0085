"""What is changed about a group, and the city's policy."""

from datetime import date
from typing import Any

import strawberry

from permissions.words import Category, Directory, Participation, Power
from resolvers import groups as reading
from resolvers.acts import groups as acts
from resolvers.operation import Operation
from schema.acts.payload import UserError, changed, errors, key_field, said
from schema.edges import Info
from schema.enums import GroupKind
from schema.group import Group
from schema.member import Han, Household


@strawberry.type(description="The group as it is now.")
class GroupPayload:
    group: Group | None = changed(reading.by_ids, description="The group.")
    errors: list[UserError] = errors()


@strawberry.type(description="The han as it is now.")
class HanPayload:
    han: Han | None = changed(reading.hans_by_ids, description="The han.")
    errors: list[UserError] = errors()


@strawberry.type(description="The household as it is now.")
class HouseholdPayload:
    household: Household | None = changed(
        reading.households_by_ids, description="The household, where it is shown to you."
    )
    errors: list[UserError] = errors()


async def _switched_off(info: Info) -> list[Category]:
    viewer = (await info.context.transaction()).viewer
    return sorted(viewer.switched_off)


@strawberry.type(description="The city's policy as it is now.")
class CityPolicyPayload:
    switched_off: list[Category] = strawberry.field(
        resolver=_switched_off,
        description="The categories of data released to nobody but the person.",
    )
    errors: list[UserError] = errors()


@strawberry.input(description="A new group.")
class CreateGroupInput:
    name: str = said("The association's name, at most 100 characters.")
    idempotency_key: str = key_field()
    kind: GroupKind = said("What it calls itself.", default=GroupKind.CHONAIKAI)
    area_id: strawberry.ID | None = said("The area it belongs to.", default=None)
    introduction: str | None = said("For people who might join.", default=None)
    participation: Participation = said("How it begins.", default=Participation.TRIAL)
    member_directory: Directory = said("Who may list its members.", default=Directory.OFFICERS)
    powers: list[Power] = said(
        "The powers the city delegates to it.", default_factory=lambda: list(Power)
    )


@strawberry.input(description="How a group takes part.")
class SetParticipationInput:
    group_id: strawberry.ID = said("The group.")
    participation: Participation = said("How it takes part.")
    starts_on: date | None = said(
        "From which day on, in Asia/Tokyo; today if absent. A coming day replaces another one.",
        default=None,
    )


@strawberry.input(description="The powers delegated to a group.")
class DelegatePowersInput:
    group_id: strawberry.ID = said("The group.")
    powers: list[Power] = said("Exactly these; all others are taken back from every office.")


@strawberry.input(description="Whether a category of personal data is released at all.")
class SetCityPolicyInput:
    category: Category = said("The category.")
    released: bool = said("False: to nobody but the person.")
    reason: str = said("Why, for the history.")


@strawberry.input(description="Who may list a group's members.")
class SetMemberDirectoryInput:
    group_id: strawberry.ID = said("The group.")
    member_directory: Directory = said("Officers or all members.")


@strawberry.input(description="A new han.")
class DefineHanInput:
    group_id: strawberry.ID = said("The group.")
    name: str = said("Its name within the group.")
    idempotency_key: str = key_field()
    position: int = said("Where it stands among the others.", default=0)


@strawberry.input(description="A new household.")
class DefineHouseholdInput:
    group_id: strawberry.ID = said("The group.")
    idempotency_key: str = key_field()
    han_id: strawberry.ID | None = said("Its han.", default=None)
    paper_only: bool = said("Whether it is to be reached on paper.", default=False)


async def create_group(operation: Operation, input: CreateGroupInput) -> Any:  # noqa: A002
    return await acts.create_group(
        operation,
        name=input.name,
        kind=input.kind,
        area=input.area_id,
        introduction=input.introduction,
        participation=input.participation,
        directory=input.member_directory,
        powers=input.powers,
        key=input.idempotency_key,
    )


async def set_participation(operation: Operation, input: SetParticipationInput) -> Any:  # noqa: A002
    return await acts.set_participation(
        operation,
        group=input.group_id,
        participation=input.participation,
        starts_on=input.starts_on,
    )


async def delegate_powers(operation: Operation, input: DelegatePowersInput) -> Any:  # noqa: A002
    return await acts.delegate_powers(operation, group=input.group_id, powers=input.powers)


async def set_city_policy(operation: Operation, input: SetCityPolicyInput) -> Any:  # noqa: A002
    return await acts.set_city_policy(
        operation, category=input.category, released=input.released, reason=input.reason
    )


async def set_member_directory(operation: Operation, input: SetMemberDirectoryInput) -> Any:  # noqa: A002
    return await acts.set_member_directory(
        operation, group=input.group_id, directory=input.member_directory
    )


async def define_han(operation: Operation, input: DefineHanInput) -> Any:  # noqa: A002
    return await acts.define_han(
        operation,
        group=input.group_id,
        name=input.name,
        position=input.position,
        key=input.idempotency_key,
    )


async def define_household(operation: Operation, input: DefineHouseholdInput) -> Any:  # noqa: A002
    return await acts.define_household(
        operation,
        group=input.group_id,
        han=input.han_id,
        paper_only=input.paper_only,
        key=input.idempotency_key,
    )
