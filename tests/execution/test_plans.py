"""What is planned once for all runs of a document holds nothing of any one run."""

from typing import Any

import pytest
from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    execute_sync,
    parse,
    specified_directives,
)

import execution.plans
from execution.executor import BreadthFirstExecutor


def _said(root: Any, info: Any, *, words: Any = None, box: Any = None) -> str:
    for each in (words, box):
        if each is not None:
            each.append("and one more")
    return str(words or box)


def _boxed(node: Any) -> list[Any]:
    return [node.value]


_BOX = GraphQLScalarType(
    "Box", coerce_input_value=lambda value: [value], coerce_input_literal=_boxed
)
_WORDS = GraphQLList(GraphQLString)


def schema_of_words() -> GraphQLSchema:
    """A schema of graphql-core's own, without Strawberry, that copies no argument."""
    said = GraphQLField(
        GraphQLString,
        args={"words": GraphQLArgument(_WORDS), "box": GraphQLArgument(_BOX)},
        resolve=_said,
    )
    one = GraphQLField(GraphQLInt, resolve=lambda *_: 1)
    tag = GraphQLDirective(
        "tag", locations=[DirectiveLocation.FIELD], args={"of": GraphQLArgument(_WORDS)}
    )
    return GraphQLSchema(
        GraphQLObjectType("Query", {"said": said, "one": one}),
        directives=[*specified_directives, tag],
    )


@pytest.mark.parametrize("argument", ['words: ["a"]', 'words: "a"', 'box: "a"'])
def test_what_a_resolver_does_to_a_written_argument_is_gone_by_the_next_run(argument: str) -> None:
    schema, document = schema_of_words(), parse(f"{{ said({argument}) again: said({argument}) }}")
    for _ in range(3):
        answer = execute_sync(schema, document, executor_class=BreadthFirstExecutor)
        assert answer.data == {"said": "['a', 'and one more']", "again": "['a', 'and one more']"}


def test_a_directive_of_ones_own_may_have_a_list_for_its_argument() -> None:
    document = parse("query($words: [String]) { one @tag(of: $words) }")
    answer = execute_sync(
        schema_of_words(),
        document,
        variable_values={"words": ["a"]},
        executor_class=BreadthFirstExecutor,
    )
    assert (answer.data, answer.errors) == ({"one": 1}, None)


def test_whoever_asks_with_all_combinations_of_many_variables_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(execution.plans, "MOST_VALUES", 4)
    schema = schema_of_words()
    names = [f"v{number}" for number in range(5)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: one @include(if: ${name})" for name in names)
    document = parse(f"query({declared}) {{ {fields} }}")
    for number in range(32):
        values = {name: bool(number >> bit & 1) for bit, name in enumerate(names)}
        answer = execute_sync(
            schema, document, variable_values=values, executor_class=BreadthFirstExecutor
        )
        assert answer.data == {name: 1 for name, is_asked in values.items() if is_asked}
    [operation] = schema.extensions["execution.plans"]._operations
    assert len(operation.by_values) <= 4
