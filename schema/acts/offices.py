"""Offices and terms."""

import asyncio
from datetime import date
from typing import Any

import strawberry

from permissions.words import Power
from resolvers import offices as reading
from resolvers.acts import offices as acts
from resolvers.batching import load
from resolvers.operation import Operation
from schema.acts.payload import UserError, changed, errors, key_field, said
from schema.edges import Info
from schema.office import Appointment, Office


@strawberry.type(description="The office as it is now.")
class OfficePayload:
    office: Office | None = changed(reading.by_ids, description="The office.")
    errors: list[UserError] = errors()


async def _appointments(root: strawberry.Parent[Any], info: Info) -> Any:
    if root["result"] is None:
        return None
    return await asyncio.gather(
        *(load(info.context, reading.appointments_by_ids, each) for each in root["result"])
    )


@strawberry.type(description="The terms as they are now.")
class AppointmentPayload:
    appointments: list[Appointment | None] | None = strawberry.field(
        resolver=_appointments, description="The terms, in the order of the input's members."
    )
    errors: list[UserError] = errors()


@strawberry.input(description="A new office.")
class DefineOfficeInput:
    group_id: strawberry.ID = said("The group.")
    title: str = said("Any title, at most 50 characters.")
    powers: list[Power] = said("Powers you hold yourself, inside the delegation.")
    idempotency_key: str = key_field()


@strawberry.input(description="Changes to an office you do not hold.")
class ChangeOfficeInput:
    office_id: strawberry.ID = said("The office.")
    title: str | None = said("Another title; unchanged if absent.", default=None)
    powers: list[Power] | None = said("Exactly these powers; unchanged if absent.", default=None)


@strawberry.input(description="A term of office.")
class AppointOfficerInput:
    office_id: strawberry.ID = said("The office.")
    member_ids: list[strawberry.ID] = said("One or several active members.")
    ends_on: date = said("The last day, which still counts in full; Asia/Tokyo.")
    starts_on: date | None = said("The first day; leave out with `succeeds`.", default=None)
    succeeds: strawberry.ID | None = said(
        "A term in the same office: this one begins on the day after its last, or today where it"
        " was cut short.",
        default=None,
    )


@strawberry.input(description="A term to end.")
class EndAppointmentInput:
    appointment_id: strawberry.ID = said("The term.")
    ends_on: date | None = said("An earlier last day; at once if absent.", default=None)


async def define_office(operation: Operation, input: DefineOfficeInput) -> Any:  # noqa: A002
    return await acts.define_office(
        operation,
        group=input.group_id,
        title=input.title,
        powers=input.powers,
        key=input.idempotency_key,
    )


async def change_office(operation: Operation, input: ChangeOfficeInput) -> Any:  # noqa: A002
    return await acts.change_office(
        operation, office=input.office_id, title=input.title, powers=input.powers
    )


async def appoint_officer(operation: Operation, input: AppointOfficerInput) -> Any:  # noqa: A002
    return await acts.appoint_officer(
        operation,
        office=input.office_id,
        members=input.member_ids,
        starts_on=input.starts_on,
        ends_on=input.ends_on,
        succeeds=input.succeeds,
    )


async def end_appointment(operation: Operation, input: EndAppointmentInput) -> Any:  # noqa: A002
    return await acts.end_appointment(
        operation, appointment=input.appointment_id, ends_on=input.ends_on
    )
