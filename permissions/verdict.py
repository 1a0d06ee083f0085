"""What an audience answers for a whole column: everybody, nobody, or a mask."""

from collections.abc import Iterable, Sequence
from operator import and_, or_
from typing import ClassVar, NoReturn

_BOOL = frozenset({bool})


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
        if not set(map(type, self._mask)) <= _BOOL:
            raise MalformedVerdict(f"a verdict is a bool, not {self._mask!r}")
        return self._mask

    def opens_all(self, count: int) -> bool:
        """Whether it opens every one of ``count`` rows. Raises MalformedVerdict."""
        return self._mask is True or all(self.mask(count))

    @property
    def uniform(self) -> bool | None:
        """What holds for every row alike; None of a mask."""
        return self._mask if isinstance(self._mask, bool) else None

    @classmethod
    def either(cls, verdicts: Iterable["Verdict"], count: int) -> "Verdict":
        """Open where one of ``verdicts`` opens. Raises MalformedVerdict if any of them is."""
        opened: Verdict = cls.NONE
        for verdict in verdicts:
            mask = verdict.mask(count)
            if opened.uniform is False or verdict.uniform is True:
                opened = verdict
            elif opened.uniform is None and verdict.uniform is None:
                opened = cls(list(map(or_, opened.mask(count), mask)))
        return opened

    def narrowed(self, other: "Verdict", count: int) -> "Verdict":
        """Open where both are. Raises MalformedVerdict if one of them is."""
        mine, theirs = self.mask(count), other.mask(count)
        if self.uniform is False or other.uniform is True:
            return self
        if self.uniform is True or other.uniform is False:
            return other
        return Verdict(list(map(and_, mine, theirs)))

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
