"""Foresight: who asks for what, and what will be true of him if it is as the last time."""

from collections import OrderedDict
from typing import NamedTuple

from db.entering import Caller

MOST = 2048


class Guess(NamedTuple):
    """What will be true of an operation if it is as the last time.

    :ivar facts: the caller's, as the database told them.
    :ivar alone: whether one statement answers it, with nothing for the ledger.
    """

    facts: str
    alone: bool


class Foresight:
    """What was seen of those who asked last. A guess and no more: PostgreSQL is told of it, and
    compares.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[tuple[Caller, frozenset[str]], Guess | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def of(self, caller: Caller, fields: frozenset[str]) -> Guess | None:
        """What to reckon with when ``caller`` asks for ``fields``; None for nothing."""
        key = caller, fields
        guess = self._seen.get(key)
        if guess is not None:
            self._seen.move_to_end(key)
        return guess

    def answered(self, caller: Caller, fields: frozenset[str], facts: str, *, alone: bool) -> None:
        """These fields were answered for ``caller``, who had ``facts``; one statement was enough
        if it stood ``alone``. What takes sometimes one and sometimes more is reckoned to take more.
        """
        key = caller, fields
        last = self._seen.get(key, Guess(facts, alone))
        if last is not None:
            self._keep(key, Guess(facts, alone and last.alone))

    def failed(self, caller: Caller, fields: frozenset[str], *, for_good: bool) -> None:
        """It was guessed wrong.

        :param for_good: not the facts, but that they were to be confirmed this way: with one
            statement, or with the first of several. As long as we remember it is not tried again.
        """
        key = caller, fields
        last = self._seen.get(key)
        if not for_good:
            self._seen.pop(key, None)
        elif last is not None and last.alone:
            self._keep(key, Guess(last.facts, alone=False))
        else:
            self._keep(key, None)

    def _keep(self, key: tuple[Caller, frozenset[str]], guess: Guess | None) -> None:
        self._seen[key] = guess
        self._seen.move_to_end(key)
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
