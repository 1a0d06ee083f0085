"""What an operation costs: a sum with places for the lengths that only its variables tell.

The sum is made once per document; a request fills in its variables, which looks at each place once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import IntValueNode, ListValueNode, NullValueNode, OperationDefinitionNode, ValueNode

from schema.prices import Length
from server.documents.limits import CEILING


@dataclass(frozen=True, slots=True)
class Factor:
    """How often what stands under it is there: a fixed number, or what a variable says."""

    fixed: int = 1
    length: Length | None = None
    variable: str = ""


ONCE = Factor()


@dataclass(slots=True)
class Sum:
    """A number, and parts that are multiplied by lengths not known yet."""

    constant: int = 0
    parts: list[tuple[Factor, "Sum"]] = field(default_factory=list)

    def add(self, factor: Factor, inner: "Sum") -> None:
        """Add ``inner`` so many times. What is known already becomes part of the number."""
        if factor.length is None and not inner.parts:
            self.constant = min(self.constant + factor.fixed * inner.constant, CEILING)
        else:
            self.parts.append((factor, inner))

    def value(self, asked: Mapping[str, int | None]) -> int:
        """The number for variables that say these lengths; ``CEILING`` for all that are larger.

        :param asked: what each variable says; None for one that is null, absent for one not given.
        """
        return _value(self, asked, {})

    def highest(self) -> int:
        """The number where every variable asks for as much as there can be."""
        return _value(self, _AllThereIs(), {})


class _AllThereIs(dict[str, int | None]):
    def get(self, _name: str, _default: Any = None) -> int:
        return CEILING


def _value(of: Sum, asked: Mapping[str, int | None], known: dict[int, int]) -> int:
    found = known.get(id(of))
    if found is not None:
        return found
    total = of.constant
    for factor, inner in of.parts:
        times = factor.fixed if factor.length is None else _times(factor, factor.length, asked)
        total = min(total + times * _value(inner, asked, known), CEILING)
    known[id(of)] = total
    return total


def _times(factor: Factor, length: Length, asked: Mapping[str, int | None]) -> int:
    said = asked.get(factor.variable)
    return length.assumed if said is None else clamped(said, length)


def clamped(asked: int, length: Length) -> int:
    """No page is longer than the server's limit; what is below one is refused by the field."""
    return min(max(asked, 1), length.most)


def lengths_asked(
    operation: OperationDefinitionNode, variables: Mapping[str, Any] | None
) -> dict[str, int | None]:
    """The length that each variable of ``operation`` says, by its value or its default."""
    asked: dict[str, int | None] = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if variables is not None and name in variables:
            asked[name] = _length_of(variables[name])
        elif definition.default_value is not None:
            asked[name] = literal_length(definition.default_value)
    return asked


def _length_of(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int | float):
        return int(min(max(value, 0), CEILING))
    # One entry makes a list of one; anything else is refused when the variables are read.
    return 1


def literal_length(value: ValueNode) -> int | None:
    """The length that a literal says: a number, or a list by its entries; None for null."""
    if isinstance(value, NullValueNode):
        return None
    if isinstance(value, IntValueNode):
        return int(value.value) if len(value.value) < len(str(CEILING)) else CEILING
    if isinstance(value, ListValueNode):
        return len(value.values)
    return 1
