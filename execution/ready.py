"""An operation made ready by graphql-core: what of an executor the document alone decides.

Which definition is meant, its fragments and the types of its variables are the same in every run,
and looking them up costs more than the rest of an executor. They are taken from the first one that
graphql-core built; whatever is wrong with a request is still found, and told, by graphql-core.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    Undefined,
    VariableValues,
    coerce_input_value,
    get_named_type,
    is_input_object_type,
    is_non_null_type,
)
from graphql.execution import Executor, default_field_resolver, default_type_resolver

from execution.kept import Kept

MOST_DOCUMENTS = 1000

# The parameters of graphql-core's `build` behind the name of the operation.
_FURTHER = tuple(inspect.signature(Executor.build).parameters)[6:]
# They have done their part where an operation is ready.
_DONE = {"max_coercion_errors", "middleware"}
_RESOLVERS = {
    "field_resolver": default_field_resolver,
    "type_resolver": default_type_resolver,
    "subscribe_field_resolver": default_field_resolver,
}


def further(given: Sequence[Any], by_name: dict[str, Any]) -> dict[str, Any]:
    """What an executor is built with besides, all of it by its name."""
    return {**dict(zip(_FURTHER, given, strict=False)), **by_name} if given else by_name


class Ready:
    """One operation of a document. It holds no value of the request that it was built for."""

    __slots__ = ("_fragments", "_operation", "_variables", "is_whole")

    def __init__(self, built: Any) -> None:
        self._fragments = built.fragment_definitions, built.fragments
        self._operation = built.operation
        sources = built.variable_values.sources
        self._variables = [
            (name, source._replace(value=Undefined), source.signature.type)
            for name, source in sources.items()
        ]
        # Of two variables of one name, which no valid document has, one would be forgotten.
        self.is_whole = len(sources) == len(built.operation.variable_definitions or ()) and all(
            _is_bounded(type_) for _name, _source, type_ in self._variables
        )

    def values(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The values of the variables; None where graphql-core has more to say of them.

        That is what does not fit, what is missing, and what has a default.
        """
        sources, coerced = {}, {}
        for name, source, type_ in self._variables:
            value = given.get(name, Undefined)
            if value is Undefined:
                if is_non_null_type(type_) or source.signature.default is not None:
                    return None
                sources[name] = source
                continue
            coerced[name] = coerce_input_value(value, type_)
            if coerced[name] is Undefined:
                return None
            sources[name] = source._replace(value=value)
        return VariableValues(sources, coerced)

    def executor(
        self,
        class_: Any,
        schema: GraphQLSchema,
        root_value: Any,
        context_value: Any,
        values: VariableValues,
        options: Mapping[str, Any],
    ) -> Any:
        """The executor of one run."""
        given = {name: value for name, value in options.items() if name not in _DONE}
        for name, default in _RESOLVERS.items():
            given[name] = given.get(name) or default
        return class_(
            schema, *self._fragments, root_value, context_value, self._operation, values, **given
        )


def _is_bounded(type_: Any, within: Sequence[Any] = ()) -> bool:
    """Whether values can only be so deep: an input type that holds itself has no such bound."""
    bare = get_named_type(type_)
    if not is_input_object_type(bare):
        return True
    return bare not in within and all(
        _is_bounded(field.type, (*within, bare)) for field in bare.fields.values()
    )


_READY = "execution.ready"


def ready_of(schema: GraphQLSchema, document: DocumentNode) -> dict[str | None, Ready]:
    """The operations of a document that were made ready, by the name that was asked for.

    They are kept with the schema, and go with it.
    """
    kept: Kept[dict[str | None, Ready]] | None = schema.extensions.get(_READY)
    if kept is None:
        kept = schema.extensions[_READY] = Kept(MOST_DOCUMENTS)
    return kept.of(document, dict)
