"""An operation that was made ready answers as if graphql-core built an executor for each run."""

import gc
import inspect
import weakref
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    execute_sync,
    parse,
)
from graphql.execution import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.executor import BreadthFirstExecutor
from execution.ready import ready_of


def _even(value: Any) -> int:
    if value % 2:
        raise ValueError(f"{value} is odd")
    return int(value)


_EVEN = GraphQLScalarType("Even", coerce_input_value=_even)
_COLOUR = GraphQLEnumType("Colour", {"RED": 1, "BLUE": 2})
_TREE: GraphQLInputObjectType = GraphQLInputObjectType(
    "Tree",
    lambda: {"name": GraphQLInputField(GraphQLString), "trees": GraphQLInputField(_TREES)},
)
_TREES: Any = GraphQLList(_TREE)
_POINT = GraphQLInputObjectType(
    "Point",
    {
        "x": GraphQLInputField(GraphQLNonNull(GraphQLInt)),
        "y": GraphQLInputField(GraphQLInt, default_value=7),
        "colours": GraphQLInputField(GraphQLList(_COLOUR)),
    },
)
_EITHER = GraphQLInputObjectType(
    "Either",
    {"left": GraphQLInputField(GraphQLInt), "point": GraphQLInputField(_POINT)},
    is_one_of=True,
)
_ARGUMENTS: dict[str, Any] = {
    "n": GraphQLInt,
    "words": GraphQLList(GraphQLList(GraphQLString)),
    "point": _POINT,
    "either": _EITHER,
    "even": _EVEN,
    "any": GraphQLScalarType("Any"),
    "tree": _TREE,
}


def _said(_root: Any, info: Any, **arguments: Any) -> str:
    return repr((arguments, info.variable_values))


SCHEMA = GraphQLSchema(
    GraphQLObjectType(
        "Query",
        {
            "said": GraphQLField(
                GraphQLString,
                args={name: GraphQLArgument(type_) for name, type_ in _ARGUMENTS.items()},
                resolve=_said,
            ),
            "name": GraphQLField(GraphQLString),
        },
    )
)
ALL = """query(
    $n: Int! = 3, $words: [[String]!], $point: Point, $either: Either, $even: Even
) { said(n: $n, words: $words, point: $point, either: $either, even: $even) }"""
GOOD = {"n": 1, "words": ["a"], "point": {"x": 1}, "either": {"left": 1}, "even": 2}


def asked(document: Any, variables: Any, *, executor: Any, **more: Any) -> ExecutionResult:
    return execute_sync(
        SCHEMA, document, variable_values=variables, executor_class=executor, **more
    )


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"n": None},
        {"n": "1"},
        {"n": 2**31},
        {"n": True, "unknown": 1},
        {"words": None},
        {"words": [None]},
        {"words": [["a", None], []]},
        {"words": [[["a"]]]},
        {"point": None},
        {"point": {}},
        {"point": {"x": None}},
        {"point": {"x": 1, "y": None, "colours": "RED"}},
        {"point": {"x": 1, "colours": ["GREEN", "RED"]}},
        {"point": {"x": 1, "z": 2}},
        {"point": [1]},
        {"either": {}},
        {"either": {"left": None}},
        {"either": {"left": 1, "point": {"x": 1}}},
        {"either": {"point": {"x": 1}}},
        {"even": 3},
        {"even": 4},
        {"n": "a", "words": 1, "point": {"y": "b"}, "either": {"left": 1, "point": None}},
    ],
)
def test_each_run_has_its_own_variables(variables: dict[str, Any]) -> None:
    document = parse(ALL)
    asked(document, GOOD, executor=BreadthFirstExecutor)
    assert set(ready_of(SCHEMA, document)) == {None}
    for given in (variables, GOOD, GOOD | variables, variables):
        ours = asked(document, given, executor=BreadthFirstExecutor)
        theirs = asked(document, given, executor=StrawberryGraphQLCoreExecutionContext)
        assert (ours.data, ours.errors) == (theirs.data, theirs.errors)
        assert sources_of(BreadthFirstExecutor, document, given) == sources_of(
            StrawberryGraphQLCoreExecutionContext, document, given
        )


def sources_of(class_: Any, document: Any, given: Any) -> Any:
    """What came for each variable; None where no executor is built."""
    built = class_.build(SCHEMA, document, raw_variable_values=given)
    if isinstance(built, list):
        return None
    return {name: source.value for name, source in built.variable_values.sources.items()}


def test_a_value_nested_without_end_is_refused() -> None:
    document = parse("query($tree: Tree) { said(tree: $tree) }")
    tree: dict[str, Any] = {"name": "leaf"}
    for given in (tree, None, tree):
        answer = asked(document, {"tree": given}, executor=BreadthFirstExecutor)
        assert answer.errors is None
    for _ in range(10_000):
        tree = {"trees": [tree]}
    [error] = asked(document, {"tree": tree}, executor=BreadthFirstExecutor).errors or []
    assert error.message == "Variable values are nested too deeply."


def test_the_operation_is_the_one_that_is_named() -> None:
    document = parse("query A { a: name } query B { b: name }")
    root = {"name": "x"}
    for _ in range(2):
        for name, data in (("A", {"a": "x"}), ("B", {"b": "x"})):
            answer = asked(
                document, {}, executor=BreadthFirstExecutor, operation_name=name, root_value=root
            )
            assert answer.data == data
        for unknown in (None, "C"):
            ours, theirs = (
                asked(document, {}, executor=each, operation_name=unknown)
                for each in (BreadthFirstExecutor, StrawberryGraphQLCoreExecutionContext)
            )
            assert ours.errors is not None
            assert ours.errors == theirs.errors
    assert set(ready_of(SCHEMA, document)) == {"A", "B"}


def test_a_run_has_its_own_resolvers_and_root() -> None:
    document = parse("{ name }")
    asked(document, {}, executor=BreadthFirstExecutor)

    def shouted(root: Any, _info: Any) -> Any:
        return str(root).upper()

    def doubled(next_: Any, root: Any, info: Any) -> Any:
        return 2 * next_(root, info)

    by: dict[str, Any] = {"executor": BreadthFirstExecutor, "root_value": "ken"}
    assert asked(document, {}, field_resolver=shouted, **by).data == {"name": "KEN"}
    by["root_value"] = {"name": "ken"}
    assert asked(document, {}, **by).data == {"name": "ken"}
    assert asked(document, {}, middleware=[doubled], **by).data == {"name": "kenken"}


def test_a_variable_that_is_declared_twice_is_left_to_graphql_core() -> None:
    document = parse("query($n: Even, $n: Int) { said(n: $n) }")
    for number in (2, 3, 4, 3):
        ours = asked(document, {"n": number}, executor=BreadthFirstExecutor)
        theirs = asked(document, {"n": number}, executor=StrawberryGraphQLCoreExecutionContext)
        assert (ours.data, ours.errors) == (theirs.data, theirs.errors)


class _Value:
    """It can be watched."""


def test_what_is_kept_holds_no_value_of_a_request() -> None:
    document = parse("query($any: Any) { said(any: $any) }")
    value = _Value()
    gone = weakref.ref(value)
    assert asked(document, {"any": value}, executor=BreadthFirstExecutor).errors is None
    assert ready_of(SCHEMA, document)
    del value
    gc.collect()
    assert gone() is None


def test_what_is_handed_on_to_graphql_core_has_the_order_it_had() -> None:
    theirs = list(inspect.signature(Executor.build).parameters)
    ours = list(inspect.signature(BreadthFirstExecutor.build).parameters)
    assert theirs[:6] == ours[:6]
    constructor = set(inspect.signature(Executor.__init__).parameters)
    passed_on = {*theirs[6:]} - {"max_coercion_errors", "middleware", "custom_args"}
    assert passed_on <= constructor
