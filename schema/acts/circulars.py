"""Circulars: publishing and receipts."""

from datetime import datetime
from typing import Any

import strawberry

from resolvers import circulars as reading
from resolvers.acts import circulars as acts
from resolvers.operation import Operation
from schema.acts.payload import UserError, changed, errors, key_field, said
from schema.circular import Circular
from schema.enums import CircularAudienceKind


@strawberry.type(description="The circular as it is now.")
class CircularPayload:
    circular: Circular | None = changed(
        reading.by_ids, description="The circular, where you may read it."
    )
    errors: list[UserError] = errors()


@strawberry.input(description="A new circular.")
class PublishCircularInput:
    group_id: strawberry.ID = said("The group.")
    title: str = said("The title, at most 200 characters.")
    body: str = said("The text, plain, at most 20,000 characters.")
    idempotency_key: str = key_field()
    audience: CircularAudienceKind = said(
        "Whom it is addressed to.", default=CircularAudienceKind.ALL
    )
    han_id: strawberry.ID | None = said("The han, for HAN.", default=None)
    office_id: strawberry.ID | None = said("The office, for OFFICE.", default=None)
    publish_at: datetime | None = said(
        "A coming moment, at most a year ahead; at once if absent.", default=None
    )


@strawberry.input(description="Other words for a circular.")
class EditCircularInput:
    circular_id: strawberry.ID = said("The circular.")
    title: str = said("The title.")
    body: str = said("The text.")
    version: int | None = said(
        "The `Circular.version` that these words are to replace: refused where somebody edited it"
        " meanwhile. Leave it out to replace whatever stands.",
        default=None,
    )


@strawberry.input(description="A circular to take back.")
class WithdrawCircularInput:
    circular_id: strawberry.ID = said("The circular.")


@strawberry.input(description="A circular you have read.")
class MarkCircularReadInput:
    circular_id: strawberry.ID = said("The circular.")


@strawberry.input(description="A circular brought on paper.")
class RecordPaperDeliveryInput:
    circular_id: strawberry.ID = said("The circular.")
    member_ids: list[strawberry.ID] = said("To whom it was brought; at most 200.")


async def publish_circular(operation: Operation, input: PublishCircularInput) -> Any:  # noqa: A002
    return await acts.publish_circular(
        operation,
        group=input.group_id,
        title=input.title,
        body=input.body,
        audience=input.audience,
        han=input.han_id,
        office=input.office_id,
        publish_at=input.publish_at,
        key=input.idempotency_key,
    )


async def edit_circular(operation: Operation, input: EditCircularInput) -> Any:  # noqa: A002
    return await acts.edit_circular(
        operation,
        circular=input.circular_id,
        title=input.title,
        body=input.body,
        version=input.version,
    )


async def withdraw_circular(operation: Operation, input: WithdrawCircularInput) -> Any:  # noqa: A002
    return await acts.withdraw_circular(operation, circular=input.circular_id)


async def mark_circular_read(operation: Operation, input: MarkCircularReadInput) -> Any:  # noqa: A002
    return await acts.mark_circular_read(operation, circular=input.circular_id)


async def record_paper_delivery(
    operation: Operation,
    input: RecordPaperDeliveryInput,  # noqa: A002
) -> Any:
    return await acts.record_paper_delivery(
        operation, circular=input.circular_id, members=input.member_ids
    )
