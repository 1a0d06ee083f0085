"""Changes drawn for the demo city, and what they leave in it, in words that two cities share."""

import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
from graphql import GraphQLSchema

from resolvers.global_ids import from_global_id
from tests.execution.documents import Draft
from tests.harness.kairan import Client

OFFICERS = (
    *("approveMembership", "declineMembership", "moveMember", "removeMember", "updateProfile"),
    *("setMemberDirectory", "defineHan", "defineHousehold", "defineOffice", "appointOfficer"),
    *("publishCircular", "editCircular", "recordPaperDelivery", "markCircularRead"),
)
STAFFS = (
    *("createGroup", "setParticipation", "delegatePowers", "setReleaseQuota"),
    *("suppressResident", "liftSuppression"),
)
# After some of these nobody is left who may do much.
OTHERS = (
    *("requestMembership", "withdrawRequest", "leaveGroup", "changeOffice", "endAppointment"),
    *("withdrawCircular", "markCircularRead", "updateProfile"),
)
# Without what is done at the door: secrets are drawn there, and sessions end.
CHANGES = tuple(sorted({*OFFICERS, *STAFFS, *OTHERS, "setCityPolicy"}))
# The fields of inputs that take an id, by the type they take.
IDS = {
    "Group": ("groupId",),
    "Member": ("memberId", "memberIds"),
    "Han": ("hanId",),
    "Household": ("householdId",),
    "Office": ("officeId",),
    "Appointment": ("appointmentId", "succeeds"),
    "Circular": ("circularId",),
    "MembershipRequest": ("requestId",),
    "Resident": ("residentId",),
    "Area": ("areaId",),
}
WORDS: Mapping[str, Sequence[Any]] = {
    "idempotencyKey": [f"same-change-{number}" for number in range(12)],
    "String": ["日曜の朝に集まります。", "総務部長", "3班", "転居のため", " "],
    "reason": ["審議会の答申による", "転居のため"],
    "Date": ["2026-11-23", "2026-12-01", "2027-03-31", "2020-01-01"],
    "DateTime": ["2026-11-30T09:00:00+09:00", "2026-11-01T09:00:00+09:00"],
    "peoplePerHour": [0, 50, 400],
    "version": [1, 2],
    "phone": ["0166-25-0001", "12"],
    "email": ["someone@kairan.example", "no address"],
    "postalCode": ["070-8525"],
    "first": [1, 3, 50],
}
# What the answer to it says of the town as it is now.
ASK = """{ viewer { memberships {
    id: group { id areaId: area { id } hans { id } households { id }
        offices { id appointments { id holder { id } } }
        members(first: 12) { nodes { id } } circulars(first: 12) { nodes { id } }
        membershipRequests(first: 5) { nodes { id } } }
    member { id } } } me { id }
    groups(first: 6) { nodes { id area { id } } } }"""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


async def pools_of(client: Client) -> dict[str, Sequence[Any]]:
    """What inputs are drawn from: ids of things somebody sees, some groups, and words."""
    ids: dict[str, set[str]] = {kind: set() for kind in IDS}
    answer = (await client.ask(ASK))["data"]
    groups = answer.pop("groups")["nodes"]
    for found in _strings([answer, [group.pop("area") for group in groups]]):
        known = from_global_id(found)
        if known is not None and known[0] in ids:
            ids[known[0]].add(found)
    pools: dict[str, Sequence[Any]] = dict(WORDS)
    for kind, names in IDS.items():
        # Where nobody sees one, it is a thing of another kind.
        pools.update(dict.fromkeys(names, sorted(ids[kind])[:12] or ["nowhere"]))
    pools["ID"] = [each for some in ids.values() for each in sorted(some)[:3]]
    pools["groups"] = [group["id"] for group in groups]
    return pools


def drawn_change(
    random: Random, schema: GraphQLSchema, pools: Mapping[str, Sequence[Any]], usual: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """A document with one to three changes, and its variables.

    :param usual: the changes that whoever asks may often make.
    """
    draft = Draft(random, schema, pools)
    some = usual if random.random() < 0.8 else OTHERS if random.random() < 0.5 else CHANGES
    roots = random.sample(some, random.randint(1, 3))
    return draft.document("mutation", roots), draft.values()


class Names:
    """Names for the ids that are made meanwhile, by the order in which they are met.

    :param known: the ids that were there before: they are the same in both cities.
    """

    def __init__(self, known: set[UUID]) -> None:
        self._known = known
        self._made: dict[UUID, str] = {}

    def told(self, value: Any) -> Any:
        """The value with names for ids."""
        if isinstance(value, dict):
            return {key: self.told(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.told(each) for each in value]
        if isinstance(value, UUID):
            return self._name(value)
        if isinstance(value, str):
            found = from_global_id(value)
            if found is not None:
                return f"{found[0]} {self._name(found[1])}"
            return _ID.sub(lambda match: self._name(UUID(match[0])), value)
        return value

    def _name(self, found: UUID) -> str:
        if found in self._known:
            return str(found)
        return self._made.setdefault(found, f"made {len(self._made)}")


async def ids_in(superuser: asyncpg.Pool) -> set[UUID]:
    """The ids of everything there is."""
    tables = await superuser.fetch(
        "select table_name from information_schema.columns where table_schema = 'kairan'"
        " and column_name = 'id' and data_type = 'uuid'"
    )
    everything = " union all ".join(f"select id from kairan.{row[0]}" for row in tables)
    return {row[0] for row in await superuser.fetch(everything)}


async def left_by(superuser: asyncpg.Pool, names: Names, since: Any) -> dict[str, list[Any]]:
    """What a document left at a moment: history, and the ledger."""
    history = await superuser.fetch(
        "select actor, actor_membership_id, kind, group_id, subject_id, before::text, after::text"
        " from kairan.changes where changed_at >= $1 order by id",
        since,
    )
    ledger = await superuser.fetch(
        "select viewer, group_id, fields, purposes, subjects, shown, operation_name, office_title"
        " from kairan.releases where released_at >= $1",
        since,
    )
    return {
        "history": sorted((names.told(dict(row)) for row in history), key=repr),
        "ledger": sorted((names.told(dict(row)) for row in ledger), key=repr),
    }


async def sizes(superuser: asyncpg.Pool) -> dict[str, int]:
    """How many rows each table has."""
    tables = await superuser.fetch(
        "select relname from pg_catalog.pg_class where relnamespace = 'kairan'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition order by relname"
    )
    return {
        row[0]: await superuser.fetchval(f"select count(*) from kairan.{row[0]}") for row in tables
    }


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
