"""What an attempt is: somebody, a mutation, and what the model expects of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


def _nothing(_: Payload) -> None:
    """Nothing that the model knows has changed."""


@dataclass(frozen=True)
class Attempt:
    """A mutation somebody sends.

    :param done: whether the model expects it to be carried out; refused otherwise.
    :param effect: what it changes in the model, once carried out, from its payload.
    :param select: what the effect needs of the payload.
    :param joins: who becomes a member of which group: his new membership is looked up.
    """

    who: str
    mutation: str
    input: dict[str, Any]
    done: bool
    effect: Callable[[Payload], None] = _nothing
    select: str = ""
    joins: tuple[str, str] | None = None
