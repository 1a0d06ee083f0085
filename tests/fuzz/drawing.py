"""Documents, variables and bytes of which nobody thought."""

import zlib
from collections.abc import Sequence
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    print_ast,
    visit,
)
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema, nodes

DAYS = ("2026-11-23", "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "2026-11-23T12:00:00")
MOMENTS = ("2026-11-24T09:00:00+09:00", "2026-11-24T09:00:00", "9999-12-31T23:59:59Z", "now")
SCALARS = {
    "Date": st.sampled_from(DAYS).map(nodes.String),
    "DateTime": st.sampled_from(MOMENTS).map(nodes.String),
}
STRANGE = (
    *("", " ", "\0", "\u202e", "神楽" * 50, "%_\\", "'; drop table kairan.groups --"),
    *("٣", "１２３", "😀", "\u0301", "null", "-1", "NaN", "\ufeff", "\r\n"),
)
KEYS = tuple(f"fuzz-key-{number:04}" for number in range(50))
LONG = ("神楽" * 5000, "a" * 300, "a" * 70_000)
NUMBERS = (0, 1, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 1e308, 0.5)


class _Known(Visitor):
    """Puts things that exist where an id is asked, and sizes that are allowed, most of the time.

    Which one depends on what was drawn, so that the same document is made again.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__()
        self._ids = ids

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        return self._changed(node)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> Any:
        return self._changed(node)

    def _changed(self, node: Any) -> Any:
        name, value = node.name.value, node.value
        chance = zlib.crc32(print_ast(value).encode("utf-8", "surrogatepass"))
        if chance % 5 == 0:
            return None
        if name.lower().endswith("id") and isinstance(value, StringValueNode | IntValueNode):
            return type(node)(name=node.name, value=self._id(chance))
        if name.lower().endswith("ids") and isinstance(value, ListValueNode):
            values = tuple(self._id(chance + step) for step in range(chance % 4))
            return type(node)(name=node.name, value=ListValueNode(values=values))
        if name == "first" and isinstance(value, IntValueNode):
            return type(node)(name=node.name, value=IntValueNode(value=str(1 + chance % 20)))
        if name == "idempotencyKey" and isinstance(value, StringValueNode):
            return type(node)(name=node.name, value=StringValueNode(value=f"fuzz-{chance % 50:08}"))
        return None

    def _id(self, chance: int) -> StringValueNode:
        return StringValueNode(value=self._ids[chance // 5 % len(self._ids)])


def documents(
    sdl: str, ids: Sequence[str], fields: Sequence[str] | None = None
) -> st.SearchStrategy[str]:
    """Operations that fit the schema, and some that do not quite."""

    def printed(document: DocumentNode) -> str:
        return print_ast(visit(document, _Known(ids)))

    def drawn(mode: Mode) -> Any:
        return from_schema(sdl, fields=fields, custom_scalars=SCALARS, print_ast=printed, mode=mode)

    return st.one_of(drawn(Mode.POSITIVE), drawn(Mode.POSITIVE), drawn(Mode.NEGATIVE))


def strange_text() -> st.SearchStrategy[str]:
    """What people and programs put into text fields, and what they should not."""
    return st.one_of(st.sampled_from(STRANGE), st.text(max_size=20))


def garbage() -> st.SearchStrategy[Any]:
    """Any JSON."""
    return st.recursive(
        st.none() | st.booleans() | st.sampled_from(NUMBERS) | strange_text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    )


def inputs(type_: GraphQLInputType, ids: Sequence[str], *, wild: bool) -> st.SearchStrategy[Any]:
    """A value of a variable: of the right form, with anything that fits in its leaves.

    :param wild: here and there it is of any form instead.
    """
    if isinstance(type_, GraphQLNonNull):
        needed = _value(type_.of_type, ids, wild)
        return st.one_of(*[needed] * 9, garbage()) if wild else needed
    given = _value(type_, ids, wild)
    return st.one_of(*[given] * 4, st.none(), *([garbage()] if wild else []))


def _value(type_: Any, ids: Sequence[str], wild: bool) -> st.SearchStrategy[Any]:
    if isinstance(type_, GraphQLList):
        return st.lists(inputs(type_.of_type, ids, wild=wild), max_size=3)
    if isinstance(type_, GraphQLInputObjectType):
        fields = {n: inputs(field.type, ids, wild=wild) for n, field in type_.fields.items()}
        needed = [n for n, field in type_.fields.items() if isinstance(field.type, GraphQLNonNull)]
        return st.fixed_dictionaries({n: fields.pop(n) for n in needed}, optional=fields)
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from(sorted(type_.values))
    return {
        "ID": st.one_of(*[st.sampled_from(list(ids))] * 9, strange_text()),
        "Int": st.sampled_from(NUMBERS[:4]) | st.integers(-(2**31) + 1, 2**31 - 1),
        "Boolean": st.booleans(),
        "Date": st.sampled_from(DAYS),
        "DateTime": st.sampled_from(MOMENTS),
    }.get(type_.name, st.sampled_from(KEYS) | strange_text() | st.sampled_from(LONG))


def mutations(schema: GraphQLSchema, ids: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A request for one mutation with drawn input, as variables."""
    assert schema.mutation_type is not None

    def asked(name: str) -> st.SearchStrategy[dict[str, Any]]:
        assert schema.mutation_type is not None
        type_ = schema.mutation_type.fields[name].args["input"].type
        query = f"mutation($input: {type_}) {{ {name}(input: $input) {{ __typename }} }}"
        value = st.one_of(*[inputs(type_, ids, wild=wild) for wild in (False, False, True)])
        return value.map(lambda drawn: {"query": query, "variables": {"input": drawn}})

    fields = schema.mutation_type.fields
    return st.sampled_from(sorted(n for n in fields if "input" in fields[n].args)).flatmap(asked)


def bodies() -> st.SearchStrategy[bytes]:
    """Bodies: nearly a request, JSON of any form, or no JSON at all."""
    query = st.sampled_from(["{ viewer { kind } }", "{", "", "query A { a } query B { b }"])
    nearly = st.fixed_dictionaries(
        {},
        optional={
            "query": query | garbage(),
            "variables": garbage(),
            "operationName": garbage(),
            "extensions": garbage(),
            "documentId": garbage(),
        },
    )
    written = (nearly | garbage()).map(_dumped)
    cut = st.tuples(written, st.integers(0, 40)).map(lambda pair: pair[0][: -pair[1] or None])
    return st.one_of(written, cut, st.sampled_from(TRAPS), st.binary(max_size=60))


def _dumped(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # Larger than orjson's integers, or half a surrogate pair.
        return repr(value).encode("utf-8", "surrogatepass")


TRAPS = (
    b'{"query": "{ node(id: \\"\\\\uD800\\") { id } }"}',
    b'{"query": "\\ud800"}',
    b'{"query": "{ a }", "query": "{ b }"}',
    b'{"query": "{ viewer { kind } }", "variables": {"n": ' + b"9" * 5000 + b"}}",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"\xef\xbb\xbf{}",
    b"NaN",
)
TYPES = (
    *("application/json", "application/json; charset=utf-8", "application/json; charset=latin-1"),
    *("text/plain", "multipart/form-data; boundary=x", "application/graphql", "a/b;c", ""),
)
ACCEPTS = (
    *("*/*", "application/json", "application/graphql-response+json", "text/event-stream"),
    *("multipart/mixed", "", ",;=", "application/json;q=0", "application/*;q=0.5"),
)


def headers() -> st.SearchStrategy[dict[str, str]]:
    """Some of the headers that matter, right or wrong."""
    token = st.from_regex(r"[!-~]{1,30}", fullmatch=True)
    return st.fixed_dictionaries(
        {"content-type": st.sampled_from((*TYPES[:1] * 5, *TYPES))},
        optional={
            "accept": st.sampled_from(ACCEPTS),
            "authorization": st.sampled_from(["Bearer", "Basic x"]) | token.map("Bearer {}".format),
            "content-encoding": st.sampled_from(["gzip", "identity", "br"]),
            "origin": st.sampled_from(["null", "https://elsewhere.example"]),
            "x-request-id": token,
            "cookie": token,
            "range": st.just("bytes=0-1"),
            "if-none-match": st.just("*"),
            "expect": st.just("100-continue"),
        },
    )
