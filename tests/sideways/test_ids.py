"""A guessed id answers byte for byte like one that never existed, whatever it is the id of."""

import json
from typing import Any
from uuid import UUID, uuid4

import graphql
import pytest

from resolvers.global_ids import from_global_id, to_global_id
from tests.acts.snapshot import everything
from tests.harness.door import AT_THE_DOOR
from tests.schema import sdl
from tests.sideways.cases import CASES, Case
from tests.sideways.sending import REFUSED, send, whole
from tests.sideways.town import Association, Town

ARGUMENTS = [(name, argument) for name, case in CASES.items() for argument in case.id_arguments]


def id_fields_of_the_schema() -> set[tuple[str, str]]:
    """Every mutation with each field of its input that takes an id."""
    schema = sdl.from_file()
    assert schema.mutation_type is not None
    found = set()
    for mutation, field in schema.mutation_type.fields.items():
        if mutation in AT_THE_DOOR:
            continue
        for argument in field.args.values():
            input_type = graphql.get_named_type(argument.type)
            assert isinstance(input_type, graphql.GraphQLInputObjectType), mutation
            for name, input_field in input_type.fields.items():
                named = graphql.get_named_type(input_field.type)
                assert not isinstance(named, graphql.GraphQLInputObjectType), "look inside it too"
                if named.name == "ID":
                    found.add((mutation, name))
    return found


def test_every_argument_that_takes_an_id_is_tried() -> None:
    assert {(CASES[name].mutation, argument) for name, argument in ARGUMENTS} == (
        id_fields_of_the_schema()
    )


def test_every_mutation_is_tried() -> None:
    mutation_type = sdl.from_file().mutation_type
    assert mutation_type is not None
    assert {case.mutation for case in CASES.values()} == set(mutation_type.fields) - AT_THE_DOOR


def other_ids(case: Case, argument: str, town: Town) -> dict[str, str]:
    """What an argument of our town could be confused with, by what it is."""
    own = case.about(town.ours)[argument]
    own = own[0] if isinstance(own, list) else own
    found = from_global_id(own)
    assert found is not None
    kind, local = found

    def of(association: Association) -> str:
        asked = case.about(association)[argument]
        return asked[0] if isinstance(asked, list) else asked  # type: ignore[no-any-return]

    others = {
        "in another city": of(town.abroad),
        "nil": to_global_id(kind, UUID(int=0)),
        "of another spelling": own + "=",
        "cut off": own[:-1],
        "in small letters": own.lower(),
        "a bare uuid": str(local),
        "a cursor": to_global_id("cursor", local),
        "of a type there is not": to_global_id("Neighbour", local),
        "of its type in small letters": to_global_id(kind.lower(), local),
        "empty": "",
        "a number": "1",
        "not ASCII": "会員",
        "SQL": "' or 1=1 --",
        "long": own * 500,
        "with a zero": own + "\0",
    }
    if case.elsewhere:
        others["of another group"] = of(town.theirs)
    for name, other in town.ours.ids().items():
        found = from_global_id(other)
        assert found is not None
        if found[0] != kind:
            others[f"our {name}'s"] = other
            # The same row's id under the right type, and the right row's under the wrong one.
            others[f"our {name}'s, called a {kind}"] = to_global_id(kind, found[1])
            others[f"the right one, called a {found[0]}"] = to_global_id(found[0], local)
    return others


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
async def test_it_answers_like_one_that_never_existed(name: str, argument: str, town: Town) -> None:
    case = CASES[name]
    client = town.clients[case.by]
    kind = (from_global_id(_first(case.about(town.ours)[argument])) or ("", None))[0]
    never = case.about(town.ours, **{argument: to_global_id(kind, uuid4())})
    before = await everything(town.kairan.city)
    expected = whole(await send(client, case, never))
    assert json.loads(expected[2]) == {
        "data": {case.mutation: {case.select.split()[0]: None, "errors": [REFUSED]}}
    }
    for what, other in other_ids(case, argument, town).items():
        asked = case.about(town.ours, **{argument: other})
        assert whole(await send(client, case, asked)) == expected, what
        if isinstance(asked[argument], list):
            beside = case.about(town.ours)[argument]
            asked[argument] = [*beside, other]
            assert whole(await send(client, case, asked)) == expected, f"{what}, beside a right one"
    assert await everything(town.kairan.city) == before


def _first(value: Any) -> str:
    first: str = value[0] if isinstance(value, list) else value
    return first


MIXED = [
    (name, argument)
    for name, case in CASES.items()
    for argument in case.id_arguments
    if len(case.id_arguments) > 1
]


@pytest.mark.parametrize(("name", "argument"), MIXED)
async def test_who_leads_both_groups_does_not_mix_them(
    name: str, argument: str, town: Town
) -> None:
    """Each id is his to use, and row security shows him both; together they are nothing."""
    case, client = CASES[name], town.clients["both"]
    about, elsewhere = case.about(town.ours), case.about(town.theirs)
    kind = (from_global_id(_first(about[argument])) or ("", None))[0]
    never = case.about(town.ours, **{argument: to_global_id(kind, uuid4())})
    expected = whole(await send(client, case, never))
    assert json.loads(expected[2])["data"][case.mutation]["errors"] == [REFUSED]
    before = await everything(town.kairan.city)
    mixed = about | {argument: elsewhere[argument]}
    assert whole(await send(client, case, mixed)) == expected
    if isinstance(about[argument], list):
        mixed[argument] = [*about[argument], *elsewhere[argument]]
        assert whole(await send(client, case, mixed)) == expected
    assert await everything(town.kairan.city) == before


@pytest.mark.parametrize("name", CASES)
async def test_with_the_right_ids_it_is_done(name: str, own_town: Town) -> None:
    """Or the test above would be about inputs that are wrong in another way."""
    case = CASES[name]
    if case.mutation == "liftSuppression":
        await own_town.kairan.city.suppress(own_town.ours.resident)
    answer = (await send(own_town.clients[case.by], case, case.about(own_town.ours))).json()
    assert answer["data"][case.mutation]["errors"] == []
    assert "errors" not in answer
