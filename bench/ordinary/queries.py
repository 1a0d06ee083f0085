"""What one can ask for, and the one change of the bench."""

from uuid import UUID

import strawberry
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from strawberry.types import Info

from bench.ordinary import models
from bench.ordinary.types import (
    Circular,
    Group,
    Receipt,
    ReceiptState,
    Resident,
    circular_of,
    group_of,
)


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field
    async def group(self, info: Info, id: strawberry.ID) -> Group | None:  # noqa: A002
        """A group."""
        row = await info.context.load.groups.load(UUID(id))
        return None if row is None else group_of(row)

    @strawberry.field
    async def me(self, info: Info) -> Resident | None:
        """Yourself."""
        person = info.context.person
        profile = await info.context.load.profiles.load(person)
        return None if profile is None else Resident(id=strawberry.ID(str(person)), profile=profile)


@strawberry.input
class MarkCircularReadInput:
    """Which circular."""

    circular_id: strawberry.ID


@strawberry.type
class UserError:
    """What a person can mend."""

    field: str | None
    code: str
    message: str


@strawberry.type
class CircularPayload:
    """The circular that was changed."""

    circular: Circular | None
    errors: list[UserError]


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation
    async def mark_circular_read(self, info: Info, input: MarkCircularReadInput) -> CircularPayload:  # noqa: A002
        """You have read it."""
        context, table = info.context, models.Circular
        rows = await context.load.rows(
            select(table).where(table.city == context.city, table.id == UUID(input.circular_id))
        )
        found = rows[0][0] if rows else None
        standing = None if found is None else await context.load.standings.load(found.group_id)
        if (
            found is None
            or standing is None
            or found.withdrawn_at is not None
            or found.published_at > context.at
        ):
            error = UserError(field="circularId", code="NOT_FOUND", message="No such circular.")
            return CircularPayload(circular=None, errors=[error])
        receipt = insert(models.Receipt).values(
            city=context.city,
            circular_id=found.id,
            membership_id=standing.membership,
            group_id=found.group_id,
            delivered_at=context.at,
            read_at=context.at,
        )
        async with context.sessions.begin() as session:
            read_at = await session.scalar(
                receipt.on_conflict_do_update(
                    index_elements=["city", "circular_id", "membership_id"],
                    set_={
                        "read_at": func.coalesce(models.Receipt.read_at, receipt.excluded.read_at)
                    },
                ).returning(models.Receipt.read_at)
            )
        own = Receipt(state=ReceiptState.READ, read_at=read_at, membership_id=standing.membership)
        return CircularPayload(circular=circular_of(found, context.at, own), errors=[])
