"""An error on its way up to the nearest position that may be null."""

from typing import TypeGuard

from graphql import GraphQLError


class Failed:
    """Stands in a finished column for a value that an error took, until a nullable one absorbs it.

    Nothing else in an answer is of this class, so one look at the type tells.
    """

    __slots__ = ("error",)

    def __init__(self, error: GraphQLError) -> None:
        self.error = error


def has_failed(value: object) -> TypeGuard[Failed]:
    """Whether an error took this value."""
    return type(value) is Failed
