"""What an audience answers for a whole column: everybody, nobody, or a mask."""

from collections.abc import Sequence
from typing import ClassVar, NoReturn


class MalformedVerdict(ValueError):
    """A verdict that does not fit its rows; whoever meets it withholds."""


class Verdict:
    """ALL, NONE, or one bool per row.

    It has no truth value: ``if verdict`` would let everybody in on the mask ``[False]``.
    """

    __slots__ = ("_mask",)

    ALL: ClassVar["Verdict"]
    NONE: ClassVar["Verdict"]

    def __init__(self, mask: Sequence[bool]) -> None:
        self._mask: Sequence[bool] | bool = mask

    def mask(self, count: int) -> Sequence[bool]:
        """Exactly ``count`` bools. Raises MalformedVerdict where the mask is of another length or
        holds anything but bools: a short one would let rows slip out of judgement.
        """
        if isinstance(self._mask, bool):
            return [self._mask] * count
        if len(self._mask) != count:
            raise MalformedVerdict(f"{len(self._mask)} verdicts for {count} rows")
        if not all(type(entry) is bool for entry in self._mask):
            raise MalformedVerdict(f"a verdict is a bool, not {self._mask!r}")
        return self._mask

    def __bool__(self) -> NoReturn:
        raise TypeError("a Verdict has no truth value: ask mask(len(rows))")

    def __repr__(self) -> str:
        if isinstance(self._mask, bool):
            return "Verdict.ALL" if self._mask else "Verdict.NONE"
        return f"Verdict({self._mask!r})"


def _uniform(answer: bool) -> Verdict:
    verdict = Verdict(())
    verdict._mask = answer  # noqa: SLF001
    return verdict


Verdict.ALL = _uniform(True)
Verdict.NONE = _uniform(False)
