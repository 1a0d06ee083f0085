"""Foresight: who asks for what one statement answers, and with which facts it can be written."""

from collections import OrderedDict

from db.entering import Caller

MOST = 2048


class Foresight:
    """What was seen of those who asked last. A guess and no more: PostgreSQL is told of it, and
    compares.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[tuple[Caller, frozenset[str]], str | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def facts(self, caller: Caller, fields: frozenset[str]) -> str | None:
        """The facts of ``caller`` when one statement last answered these fields, else None."""
        return self._seen.get((caller, fields))

    def answered(self, caller: Caller, fields: frozenset[str], facts: str) -> None:
        """One statement answered these fields for ``caller``, who had ``facts``."""
        key = caller, fields
        if self._seen.get(key, facts) is not None:
            self._keep(key, facts)

    def failed(self, caller: Caller, fields: frozenset[str], *, for_good: bool) -> None:
        """It did not.

        :param for_good: it never will as long as we remember: sometimes it takes more than one.
        """
        if for_good:
            self._keep((caller, fields), None)
        else:
            self._seen.pop((caller, fields), None)

    def _keep(self, key: tuple[Caller, frozenset[str]], facts: str | None) -> None:
        self._seen[key] = facts
        self._seen.move_to_end(key)
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
