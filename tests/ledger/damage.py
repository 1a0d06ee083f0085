"""Something in the database that the schema has no word for."""

from tests.ledger.association import Association

# Asked of a member, it fails after his own columns were read, and takes the whole page with it:
# no field on the way up may be null.
FAILING_LATE = "group { delegatedPowers }"


async def delegate_the_unknown(kagura: Association) -> None:
    """A power that does not exist is delegated to the group; no office of it asks for it."""
    await kagura.city.insert(
        "delegations",
        group_id=kagura.group.id,
        power="SEE_THROUGH_WALLS",
        delegated_at=kagura.city.clock(),
    )
