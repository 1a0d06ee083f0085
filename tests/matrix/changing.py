"""A schema whose mutations look at a group and take facts away, to watch one field after the other.

No mutation takes away each of these facts at a word. So the work of a changing field goes past row
security, by the superuser's connections and committed on its own, while the field itself goes the
way of every mutation: a transaction of its own, a payload read in a fresh one, and its end.
"""

from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import strawberry

import resolvers.groups
import resolvers.residents
from db.transaction import Transaction
from permissions.audiences import Anyone, CityStaff, WhoeverReaches
from permissions.policy import POLICY
from permissions.rule import Rule
from permissions.words import StaffRole
from resolvers.global_ids import local_id
from resolvers.operation import Operation
from schema.build import build_schema
from schema.edges import edge
from schema.mutation import mutation

if TYPE_CHECKING:
    from schema.group import Group

# Facts by name; $1 is the city, $2 the group.
TAKEN = {
    "the term": "update kairan.appointments set ended_at = now() where city = $1 and group_id = $2",
    "the office's power": (
        "update kairan.offices set powers = '{}' where city = $1 and group_id = $2"
    ),
    "the delegation": "delete from kairan.delegations where city = $1 and group_id = $2",
    "the group's running": (
        "update kairan.groups set participation = 'SUSPENDED' where city = $1 and id = $2"
    ),
    "the group": "update kairan.groups set participation = 'ENDED' where city = $1 and id = $2",
    "Ken's membership": (
        "update kairan.memberships set status = 'LEFT', ended_at = now() where city = $1"
        " and id in (select membership_id from kairan.appointments where group_id = $2)"
    ),
    "Hanako's membership": (
        "update kairan.memberships set status = 'LEFT', ended_at = now()"
        " where city = $1 and group_id = $2"
        " and id in (select author_membership_id from kairan.circulars)"
    ),
    "addresses": (
        "insert into kairan.city_policies (city, category, since, reason)"
        " select city, 'ADDRESS', now(), '答申' from kairan.groups where city = $1 and id = $2"
    ),
    "the sessions": (
        "update kairan.sessions set ended_at = opened_at where city = $1 and $2::uuid is not null"
    ),
    "the auditor's role": (
        "update kairan.staff set roles = '{}' where city = $1 and $2::uuid is not null"
    ),
}
GIVEN = {
    "the term": "update kairan.appointments set ended_at = null where city = $1 and group_id = $2",
}


@strawberry.type(description="A group, as seen at one moment of the operation.")
class Seen:
    group: Annotated["Group", strawberry.lazy("schema.group")] | None = edge(
        resolvers.groups.of_rows, description="The group."
    )


ROWS = {
    "Mutation.look": Rule("Mutation.look", (Anyone(),)),
    "Mutation.take": Rule("Mutation.take", (Anyone(),)),
    "Mutation.give": Rule("Mutation.give", (Anyone(),)),
    "Mutation.audit": Rule("Mutation.audit", (CityStaff(StaffRole.AUDITOR),)),
    "Seen.group": Rule("Seen.group", (WhoeverReaches(),)),
}


def changing_schema(superuser: asyncpg.Pool) -> strawberry.Schema:
    """The whole schema, with ``look``, ``take``, ``give`` and ``audit`` for its mutations."""

    async def changed(operation: Operation, group: str, statement: str) -> Any:
        seen = _seen(group)

        async def work(transaction: Transaction) -> Any:
            await superuser.execute(statement, transaction.viewer.city, seen["group_id"])
            return seen

        return await operation.change(work)

    async def look_at(operation: Operation, group: strawberry.ID) -> Any:
        return _seen(group)

    async def take_at(operation: Operation, group: strawberry.ID, fact: str) -> Any:
        return await changed(operation, group, TAKEN[fact])

    async def give_at(operation: Operation, group: strawberry.ID, fact: str) -> Any:
        return await changed(operation, group, GIVEN[fact])

    @strawberry.type(description="What can be changed.")
    class Mutation:
        look: Seen | None = mutation(look_at, description="Look at a group.")
        take: Seen | None = mutation(take_at, description="Take a fact away.")
        give: Seen | None = mutation(give_at, description="Give a fact back.")
        audit: Seen | None = mutation(look_at, description="Look, as an auditor.")

    return build_schema(mutation=Mutation, policy={**POLICY, **ROWS})


def _seen(group: str) -> dict[str, Any]:
    id_ = local_id("Group", group)
    return {"id": id_, "group_id": id_}
