"""One walk counts a document: each selection once, however often it is spread."""

from typing import Any

import pytest
from graphql import FieldNode, SelectionSetNode, Visitor, parse, visit
from hypothesis import given
from hypothesis import strategies as st

from schema.build import build_schema
from schema.executor import core_of
from schema.prices import prices_of
from server.documents.costing import lengths_asked
from server.documents.limits import CEILING
from server.documents.measuring import Measures, measure

SCHEMA = core_of(build_schema())
PRICES = prices_of(SCHEMA, 200)


def measured(text: str) -> Measures:
    """What the walk finds in a document."""
    return measure(SCHEMA, PRICES, parse(text))


def selections_in(text: str) -> int:
    """How many selections stand in the document, counted by somebody else."""
    counted: list[int] = []

    class Counter(Visitor):
        def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
            counted.append(len(node.selections))

    visit(parse(text), Counter())
    return sum(counted)


def doubling(levels: int, last: str = "a: __typename") -> str:
    """Fragments that each spread the next one twice."""
    chain = "\n".join(
        f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }}"
        for level in range(levels)
    )
    return f"{{ ...F0 }}\n{chain}\nfragment F{levels} on Query {{ {last} }}"


@pytest.mark.parametrize("levels", [1, 2, 22, 200, 1000])
def test_fragments_that_double_are_walked_once_each(levels: int) -> None:
    found = measured(doubling(levels))
    # The root's spread, two in each fragment, and the field in the last.
    assert found.visits == 1 + 2 * levels + 1
    ((_, shape),) = found.operations
    expected = {1: 2, 2: 4, 22: 4_194_304, 200: CEILING, 1000: CEILING}[levels]
    assert (shape.width, shape.fields, shape.aliases, shape.depth) == (expected,) * 3 + (1,)
    assert found.nesting == levels + 2


def test_fragments_that_double_through_fields_double_in_depth_and_cost_too() -> None:
    links = "\n".join(
        f"fragment F{level} on Group {{ a: viewerMembership {{ group {{ ...F{level + 1} }} }}"
        f" b: viewerMembership {{ group {{ ...F{level + 1} }} }} }}"
        for level in range(10)
    )
    found = measured(f'{{ group(id: "x") {{ ...F0 }} }} {links} fragment F10 on Group {{ name }}')
    ((_, shape),) = found.operations
    assert shape.depth == 1 + 2 * 10 + 1
    assert shape.aliases == 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 512 + 1024
    # A group is a field and an object, and each of 2046 memberships and their groups is.
    assert shape.plain.value({}) == 2 + 2046 * 4
    assert found.visits == selections_in(
        f'{{ group(id: "x") {{ ...F0 }} }} {links} fragment F10 on Group {{ name }}'
    )


def test_fragments_that_go_in_circles_or_nowhere_end_the_walk() -> None:
    found = measured(
        "{ ...A ...Nowhere } fragment A on Query { ...B x: __typename }"
        " fragment B on Query { ...A ...B y: __typename } fragment C on Query { ...C }"
    )
    assert found.visits == 2 + 2 + 3 + 1


NAMES = [f"F{number}" for number in range(6)]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Fragments that spread whatever there is, in circles too, within fields or beside them."""

    def selections(depth: int) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 4))):
            kind = draw(st.integers(0, 4 if depth else 2))
            if kind == 0:
                parts.append("x: name @include(if: true)")
            elif kind in (1, 2):
                parts.append(f"...{draw(st.sampled_from(NAMES))}")
            elif kind == 3:
                parts.append(f"... on Group {{ {selections(depth - 1)} }}")
            else:
                parts.append(f"circulars(first: 3) {{ nodes {{ {selections(depth - 1)} }} }}")
        return " ".join(parts)

    fragments = [f"fragment {name} on Group {{ {selections(3)} }}" for name in NAMES]
    return f'query Q {{ group(id: "x") {{ {selections(3)} }} }} ' + " ".join(fragments)


@given(documents())
def test_any_document_is_walked_once(text: str) -> None:
    found = measured(text)
    assert found.visits == selections_in(text)
    assert found.directives == text.count("@include")
    ((_, shape),) = found.operations
    assert 0 <= shape.plain.value({}) <= CEILING


COSTS: list[tuple[str, dict[str, Any], int]] = [
    # (document, variables, cost): a field that gives objects is 1, and each object it gives is 1.
    ("{ __typename }", {}, 0),
    ("{ privacyRulesVersion }", {}, 0),
    ("{ viewer { kind } }", {}, 2),
    ('{ group(id: "x") { name kind } }', {}, 2),
    # Connections: the field, the page, `nodes`, and as many groups as `first` says.
    ("{ groups(first: 20) { nodes { name } } }", {}, 1 + 1 + 1 + 20),
    ("{ groups { nodes { name } } }", {}, 3 + 50),
    ("{ groups(first: null) { nodes { name } } }", {}, 3 + 50),
    ("{ groups(first: 0) { nodes { name } } }", {}, 3 + 1),
    ("{ groups(first: -5) { nodes { name } } }", {}, 3 + 1),
    ("{ groups(first: 9999) { nodes { name } } }", {}, 3 + 200),
    (f"{{ groups(first: {'9' * 5000}) {{ nodes {{ name }} }} }}", {}, 3 + 200),
    ("{ groups(first: 20) { pageInfo { endCursor } } }", {}, 2 + 2),
    # An edge is an object with a field that gives one: three for each, and two more without.
    ("{ groups(first: 20) { edges { cursor } } }", {}, 3 + 20),
    ("{ groups(first: 20) { edges { node { name } } } }", {}, 3 + 20 * 3),
    ("{ groups(first: 20) { nodes { name } edges { node { name } } } }", {}, 3 + 20 + 1 + 20 * 3),
    # The page's size counts in whatever fragment its list is asked for.
    ("{ groups(first: 20) { ...P } } fragment P on GroupConnection { nodes { id } }", {}, 3 + 20),
    ("{ groups(first: 20) { ... on GroupConnection { nodes { id } } } }", {}, 3 + 20),
    ("{ a: groups(first: 2) { ...P } b: groups(first: 7) { ...P } }"
     " fragment P on GroupConnection { nodes { id } }", {}, 3 + 2 + 3 + 7),
    # Lists within lists multiply: ten groups, five members each, each with three appointments.
    ("{ groups(first: 10) { nodes { members(first: 5) { nodes { id } } } } }", {},
     3 + 10 * (1 + 3 + 5)),
    ("{ groups(first: 10) { nodes { members(first: 5) { nodes { appointments { id } } } } } }", {},
     3 + 10 * (1 + 3 + 5 * (1 + 1 + 3))),
    # A household is small, unless somebody says how many he wants.
    ('{ group(id: "x") { households { members { nodes { id } } } } }', {},
     2 + 1 + 200 * (1 + 3 + 10)),
    ('{ group(id: "x") { households { members(first: 20) { nodes { id } } } } }', {},
     2 + 1 + 200 * (1 + 3 + 20)),
    # Variables: their value, their default, or the size where neither is.
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {"n": 7}, 3 + 7),
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {}, 3 + 50),
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {"n": None}, 3 + 50),
    ("query($n: Int = 9) { groups(first: $n) { nodes { id } } }", {}, 3 + 9),
    ("query($n: Int = 9) { groups(first: $n) { nodes { id } } }", {"n": 11}, 3 + 11),
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {"n": 10**30}, 3 + 200),
    ("query($n: Int) { ...F } fragment F on Query { groups(first: $n) { nodes { id } } }",
     {"n": 7}, 3 + 7),
    ("query($n: Int, $m: Int) { groups(first: $n) { nodes { members(first: $m)"
     " { nodes { id } } } } }", {"n": 10, "m": 5}, 3 + 10 * (1 + 3 + 5)),
    # Objects by their ids: as many as there are ids.
    ('{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 1 + 3),
    ('{ nodes(ids: "a") { id } }', {}, 1 + 1),
    ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["a"] * 150}, 1 + 150),
    ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["a"] * 500}, 1 + 200),
    # A value asked for under several names is so many values, for each object.
    ("{ groups(first: 20) { nodes { name a: name b: name } } }", {}, 3 + 20 * (1 + 2 + 2)),
    # Changes are transactions of their own; a password is slow to check.
    ('mutation { markCircularRead(input: { circularId: "x" }) { errors { code } } }', {},
     10 + 1 + 1 + 3),
    ('mutation { signIn(input: { login: "a", password: "b" }) { expiresAt } }', {}, 100 + 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "variables", "cost"), COSTS, ids=[str(i) for i in range(len(COSTS))]
)
def test_what_an_operation_costs(text: str, variables: dict[str, Any], cost: int) -> None:
    ((operation, shape),) = measured(text).operations
    assert shape.plain.value(lengths_asked(operation, variables)) == cost


def test_the_pages_of_a_server_with_small_pages_cost_less() -> None:
    prices = prices_of(SCHEMA, 20)
    document = parse("{ a: groups { nodes { id } } b: groups(first: 100) { nodes { id } } }")
    ((_, shape),) = measure(SCHEMA, prices, document).operations
    assert shape.plain.value({}) == 3 + 20 + 3 + 20


def test_variables_are_filled_in_once_for_each_place(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = "\n".join(
        f"fragment F{level} on Group {{ circulars(first: $n) {{ nodes {{ a: group {{"
        f" ...F{level + 1} }} b: group {{ ...F{level + 1} }} }} }} }}"
        for level in range(25)
    )
    text = (
        f'query($n: Int) {{ group(id: "x") {{ ...F0 }} }} {levels}'
        " fragment F25 on Group { circulars(first: $n) { nodes { id } } }"
    )
    ((operation, shape),) = measured(text).operations
    asked: list[str] = []

    class Counting(dict[str, int | None]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.append(name)
            return super().get(name, default)

    assert shape.plain.value(Counting(lengths_asked(operation, {"n": 3}))) == CEILING
    assert len(asked) == 26
    assert isinstance(operation.selection_set.selections[0], FieldNode)
