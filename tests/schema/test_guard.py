"""Forgetting fails at start: a field without its row, without its guard, or that cannot be null."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import graphql
import pytest
import strawberry
from strawberry.extensions import FieldExtension

from db.embedded import Addresses
from permissions.audiences import Audience, CityStaff
from permissions.policy import POLICY, UnguardedField
from permissions.rule import Rule, released_to
from permissions.words import StaffRole
from resolvers.operation import Operation
from schema.build import build_schema
from schema.connections import Connection
from schema.edges import column
from schema.guard import Guard
from schema.guarded import NotNullable, guard, verify
from schema.mutation import mutation
from schema.office import Office
from schema.query import Query
from tests.harness.city import City
from tests.harness.kairan import running
from tests.schema.sdl import built


def table(*names: str, to: Audience | None = None) -> Mapping[str, Rule]:
    """The table with a row more for each name: open, or released to ``to`` alone."""
    row = POLICY["Query.me"] if to is None else released_to(to, purpose="try it")
    return {**POLICY, **{name: replace(row, name=name) for name in names}}


AUDITORS = CityStaff(StaffRole.AUDITOR)


async def nothing(operation: Operation) -> Any:
    """A resolver that is never run."""


def test_a_field_without_a_row_stops_the_server() -> None:
    @strawberry.type
    class Mutation:
        forgotten: str | None = mutation(nothing, description="A field that somebody added.")

    with pytest.raises(UnguardedField) as raised:
        build_schema(mutation=Mutation)
    assert str(raised.value) == "Mutation.forgotten: add a row to permissions/policy.py"


@pytest.mark.parametrize("name", ["Member.address", "Query.me", "PageInfo.*", "Release.seenBy"])
def test_a_row_taken_away_stops_the_server(name: str) -> None:
    less = {other: rule for other, rule in POLICY.items() if other != name}
    with pytest.raises(UnguardedField, match=f"^{name.partition('.')[0]}."):
        build_schema(policy=less)


def test_a_new_type_stops_the_server_until_its_fields_have_rows() -> None:
    @strawberry.type
    class Parcel:
        sender: str | None = column("Who sent it.")

    @strawberry.type
    class Mutation:
        parcel: Parcel | None = mutation(nothing, description="A parcel.")

    with pytest.raises(UnguardedField, match=r"^Parcel\.sender: "):
        build_schema(mutation=Mutation, policy=table("Mutation.parcel"))
    build_schema(mutation=Mutation, policy=table("Mutation.parcel", "Parcel.sender"))


def test_pages_of_another_type_stop_the_server() -> None:
    @strawberry.type
    class Mutation:
        offices: Connection[Office] | None = mutation(nothing, description="Offices.")

    with pytest.raises(UnguardedField, match=r"^Office(Connection|Edge)\."):
        build_schema(mutation=Mutation, policy=table("Mutation.offices"))


def test_pages_with_a_count_stop_the_server() -> None:
    @strawberry.type
    class CountedConnection(Connection[Office]):
        total_count: int = column("How many there are.")

    @strawberry.type
    class Mutation:
        offices: CountedConnection | None = mutation(nothing, description="Offices.")

    known = ("nodes", "edges", "pageInfo")
    rows = table(
        "Mutation.offices", "OfficeEdge.*", *(f"CountedConnection.{name}" for name in known)
    )
    with pytest.raises(UnguardedField, match=r"^CountedConnection\.totalCount: "):
        build_schema(mutation=Mutation, policy=rows)


@strawberry.type
class Stray:
    """A type that no field leads to; only ``types=`` names it."""

    secret: str | None = column("A secret.")


def stray_schema() -> dict[str, graphql.GraphQLNamedType]:
    """The types of a schema with ``Stray`` in it, built past the guard."""
    guard(Query)
    return strawberry.Schema(query=Query, types=[Stray])._schema.type_map


def test_a_type_that_no_field_leads_to_stops_the_server() -> None:
    with pytest.raises(UnguardedField, match=r"^Stray\.secret: add a row"):
        verify(stray_schema())


def test_a_row_without_its_guard_stops_the_server() -> None:
    with pytest.raises(TypeError, match=r"^Stray\.secret was built without its guard$"):
        verify(stray_schema(), table("Stray.secret", to=AUDITORS))


@pytest.mark.parametrize("declared", [str, list[str], list[str | None]])
def test_a_field_that_can_be_withheld_must_be_nullable(declared: Any) -> None:
    @strawberry.type
    class Mutation:
        promised: declared = mutation(nothing, description="Never null.")

    with pytest.raises(NotNullable) as raised:
        build_schema(mutation=Mutation, policy=table("Mutation.promised", to=AUDITORS))
    assert str(raised.value) == "Mutation.promised can be withheld: declare it nullable"


def concrete_fields() -> Iterator[tuple[str, str, graphql.GraphQLField]]:
    """All fields of all object types that the server runs: type, name, field."""
    for name, type_ in built().type_map.items():
        if isinstance(type_, graphql.GraphQLObjectType) and not name.startswith("__"):
            for field_name, field in type_.fields.items():
                yield name, field_name, field


def extensions(field: graphql.GraphQLField) -> list[FieldExtension]:
    """What Strawberry wraps the resolver of ``field`` in."""
    found: list[FieldExtension] = field.extensions["strawberry-definition"].extensions
    return found


def test_every_closed_field_of_every_concrete_type_has_the_guard_of_its_own_row() -> None:
    guarded = set()
    for type_name, name, field in concrete_fields():
        rule = POLICY.get(f"{type_name}.{name}") or POLICY[f"{type_name}.*"]
        guards = [e for e in extensions(field) if isinstance(e, Guard)]
        assert [g.rule for g in guards] == ([] if rule.is_open else [rule])
        if guards:
            guarded.add(rule.name)
    assert {"Member.address", "Resident.address", "Member.kana", "Resident.kana"} <= guarded


def test_no_extension_guards_only_one_kind_of_resolver() -> None:
    for _, _, field in concrete_fields():
        for extension in extensions(field):
            kind = type(extension)
            assert kind.resolve is not FieldExtension.resolve, kind
            assert kind.resolve_async is not FieldExtension.resolve_async, kind


async def test_a_field_that_waits_and_one_that_does_not_are_both_withheld(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async def awaited() -> str:
        return "waited"

    def at_once() -> str:
        return "at once"

    @strawberry.type
    class Parcel:
        slow: str | None = strawberry.field(resolver=awaited, description="Waits.")
        fast: str | None = strawberry.field(resolver=at_once, description="Does not.")

    async def made(operation: Operation) -> dict[str, Any]:
        await operation.transaction()
        return {"group_id": None}

    @strawberry.type
    class Mutation:
        parcel: Parcel | None = mutation(made, description="A parcel.")

    rows = {
        **table("Parcel.slow", "Parcel.fast", to=AUDITORS),
        "Mutation.parcel": replace(POLICY["Query.me"], name="Mutation.parcel"),
    }
    schema = build_schema(mutation=Mutation, policy=rows)
    document = "mutation { parcel { slow fast } }"
    async with running(city, postgres.server, key_folder, schema=schema) as kairan:
        auditor = await kairan.client(await city.staff("AUDITOR"))
        assert await auditor.ask(document) == {
            "data": {"parcel": {"slow": "waited", "fast": "at once"}}
        }
        answer = await kairan.nobody.ask(document)
        assert answer["data"] == {"parcel": {"slow": None, "fast": None}}
        assert [(w["rule"], w["reason"]) for w in answer["extensions"]["withheld"]] == [
            ("Parcel.fast", "NOT_SIGNED_IN"),
            ("Parcel.slow", "NOT_SIGNED_IN"),
        ]


PERSON = """
query($id: ID!) { group(id: $id) { members { nodes { ...card } } } }
fragment card on Person { displayName address ... on Member { phone } ... on Node { id } }
"""


async def test_an_interface_gives_nothing_that_the_type_withholds(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    ken, hanako = await city.person(), await city.person(address="神楽3条4丁目", phone="0166")
    await city.member(group, ken, display_name="けん")
    member = await city.member(group, hanako, display_name="花子")
    async with running(city, postgres.server, key_folder) as kairan:
        client = await kairan.client(ken)
        answer = await client.ask(PERSON, id=group.gid)
    closed = {"displayName": "花子", "address": None, "phone": None, "id": member.gid}
    assert closed in answer["data"]["group"]["members"]["nodes"]
    assert [(w["rule"], w["reason"]) for w in answer["extensions"]["withheld"]] == [
        ("Member.address", "NOT_AN_OFFICER"),
        ("Member.phone", "NOT_AN_OFFICER"),
    ]
