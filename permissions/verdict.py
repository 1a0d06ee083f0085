"""What an audience answers for a whole column: everybody, nobody, or a mask."""

from collections.abc import Iterable, Sequence
from itertools import compress
from operator import and_, not_, or_
from typing import ClassVar, NoReturn

_BOOL = frozenset({bool})


class MalformedVerdict(ValueError):
    """A verdict that does not fit its rows; whoever meets it withholds."""


class Verdict:
    """ALL, NONE, or one bool per row.

    :ivar uniform: what holds for every row alike; None of a mask.

    It has no truth value: ``if verdict`` would let everybody in on the mask ``[False]``.
    """

    __slots__ = ("_closed", "_mask", "_opened", "_sound_for", "uniform")

    ALL: ClassVar["Verdict"]
    NONE: ClassVar["Verdict"]

    def __init__(self, mask: Sequence[bool]) -> None:
        self.uniform: bool | None = None
        # A copy: what was looked at once, and found sound, stays as it was.
        self._mask: Sequence[bool] = list(mask)
        self._sound_for: int | None = None
        self._opened: Sequence[int] | None = None
        self._closed: Sequence[int] | None = None

    def sound(self, count: int) -> "Verdict":
        """The same. Raises MalformedVerdict where the mask is not of exactly ``count`` rows, or
        holds anything but bools: a short one would let rows slip out of judgement.
        """
        if self.uniform is not None or self._sound_for == count:
            return self
        mask = self._mask
        if len(mask) != count:
            raise MalformedVerdict(f"{len(mask)} verdicts for {count} rows")
        if not set(map(type, mask)) <= _BOOL:
            raise MalformedVerdict(f"a verdict is a bool, not {mask!r}")
        self._sound_for = count
        return self

    def mask(self, count: int) -> Sequence[bool]:
        """Exactly ``count`` bools. Raises MalformedVerdict."""
        self.sound(count)
        return self._mask if self.uniform is None else [self.uniform] * count

    def opened(self, count: int) -> Sequence[int]:
        """The positions of those of ``count`` rows that it opens. Raises MalformedVerdict."""
        if self.uniform is not None:
            return range(count if self.uniform else 0)
        self.sound(count)
        if self._opened is None:
            self._opened = list(compress(range(count), self._mask))
        return self._opened

    def closed(self, count: int) -> Sequence[int]:
        """The positions of those that it does not. Raises MalformedVerdict."""
        if self.uniform is not None:
            return range(0 if self.uniform else count)
        self.sound(count)
        if self._closed is None:
            self._closed = list(compress(range(count), map(not_, self._mask)))
        return self._closed

    def opens_all(self, count: int) -> bool:
        """Whether it opens every one of ``count`` rows. Raises MalformedVerdict."""
        return len(self.opened(count)) == count

    @classmethod
    def only(cls, positions: Sequence[int], count: int) -> "Verdict":
        """Open at ``positions``, which are in order, and nowhere else among ``count`` rows."""
        if not positions:
            return cls.NONE
        mask = [False] * count
        for position in positions:
            mask[position] = True
        verdict = cls(mask)
        verdict._sound_for, verdict._opened = count, positions
        return verdict

    @classmethod
    def either(cls, verdicts: Iterable["Verdict"], count: int) -> "Verdict":
        """Open where one of ``verdicts`` opens. Raises MalformedVerdict if any of them is."""
        opened: Verdict = cls.NONE
        for verdict in verdicts:
            verdict.sound(count)
            if opened.uniform is False or verdict.uniform is True:
                opened = verdict
            elif opened.uniform is None and verdict.uniform is None:
                opened = cls(list(map(or_, opened.mask(count), verdict.mask(count))))
        return opened

    def narrowed(self, other: "Verdict", count: int) -> "Verdict":
        """Open where both are. Raises MalformedVerdict if one of them is."""
        self.sound(count)
        other.sound(count)
        if self.uniform is False or other.uniform is True:
            return self
        if self.uniform is True or other.uniform is False:
            return other
        return Verdict(list(map(and_, self.mask(count), other.mask(count))))

    def __bool__(self) -> NoReturn:
        raise TypeError("a Verdict has no truth value: ask mask(len(rows))")

    def __repr__(self) -> str:
        if self.uniform is not None:
            return "Verdict.ALL" if self.uniform else "Verdict.NONE"
        return f"Verdict({self._mask!r})"


def _uniform(answer: bool) -> Verdict:
    verdict = Verdict(())
    verdict.uniform = answer
    return verdict


Verdict.ALL = _uniform(True)
Verdict.NONE = _uniform(False)
