"""What each field of a built schema adds to an operation's cost, looked up by name."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
)

from schema.costs import fields_of, is_list_of_objects, size_of, sized_from_above, weight_of

# Introspection reads what is in memory: no statement is run, no rule asked, nothing recorded.
INTROSPECTED_PER_UNIT = 2
INTROSPECTION_ROOTS = {"__schema": "__Schema", "__type": "__Type"}
# The lists by which introspection goes in circles: fields of the type of a field, and so on.
CIRCULAR = frozenset({"fields", "interfaces", "possibleTypes", "inputFields"})


@dataclass(frozen=True, slots=True)
class Length:
    """How long a list is taken to be: an argument's number, or its length, up to ``most``."""

    assumed: int
    most: int
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A field's.

    :param gives: the type of the objects it gives; None for values.
    :param weight: what resolving it once costs.
    :param length: how many objects it, or the lists below it, give.
    :param sizes_below: whether ``length`` is that of lists below it (a connection's).
    :param sized_above: whether it is such a list.
    """

    gives: str | None
    weight: int
    length: Length | None = None
    sizes_below: bool = False
    sized_above: bool = False


Prices = dict[tuple[str, str], Price]


def prices_of(schema: GraphQLSchema, page_max: int) -> Prices:
    """The price of every field of ``schema``, and of introspection."""
    from_above = sized_from_above(schema)
    prices: Prices = dict(_introspection(schema))
    for type_name, name, field in fields_of(schema):
        type_ = get_named_type(field.type)
        size = size_of(field)
        length = None
        if size is not None:
            assumed = size.assumed_size or 1
            argument = size.slicing_arguments[0] if size.slicing_arguments else None
            below = bool(size.sized_fields)
            # A page is cut at the server's limit; any other list that an argument sizes at its own.
            most = page_max if below else assumed
            length = Length(min(assumed, most), most, argument)
        prices[type_name, name] = Price(
            gives=type_.name if is_composite_type(type_) else None,
            weight=weight_of(field),
            length=length,
            sizes_below=size is not None and bool(size.sized_fields),
            sized_above=is_list_of_objects(field) and name in from_above.get(type_name, ()),
        )
    return prices


def _introspection(schema: GraphQLSchema) -> Iterator[tuple[tuple[str, str], Price]]:
    """Lists as long as this schema's are on average, so that the estimate follows its growth."""
    types = list(schema.type_map.values())
    composite = [type_ for type_ in types if is_object_type(type_) or is_interface_type(type_)]
    fields = [field for type_ in composite for field in type_.fields.values()]
    lengths = {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): _mean(len(fields), len(types)),
        ("__Type", "interfaces"): _mean(sum(len(t.interfaces) for t in composite), len(types)),
        ("__Type", "possibleTypes"): 1,
        ("__Type", "enumValues"): _mean(
            sum(len(type_.values) for type_ in types if is_enum_type(type_)), len(types)
        ),
        ("__Type", "inputFields"): _mean(
            sum(len(type_.fields) for type_ in types if is_input_object_type(type_)), len(types)
        ),
        ("__Field", "args"): _mean(sum(len(field.args) for field in fields), len(fields)),
        ("__Directive", "args"): 3,
    }
    for type_ in types:
        if not type_.name.startswith("__") or not is_object_type(type_):
            continue
        for name, field in type_.fields.items():
            gives = get_named_type(field.type)
            if is_composite_type(gives):
                length = lengths.get((type_.name, name))
                yield (
                    (type_.name, name),
                    Price(gives.name, 1, Length(length, length) if length is not None else None),
                )


def _mean(total: int, among: int) -> int:
    return max(1, round(total / max(among, 1)))
