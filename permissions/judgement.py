"""What comes of a verdict: who of a level is admitted, and why the others are not."""

from collections.abc import Sequence
from typing import Any

from permissions.rows import Row
from permissions.words import Reason


class Judgement:
    """What the rules of one ground say of the rows of a level to one viewer.

    It is made once, and all fields on that ground go by it: rules that differ in the kind of data
    alone admit the same rows, and refuse the others for the same reasons. It is kept with what it
    was made of (``Rows.judged``) and leads nowhere back, so that nothing has to look for both.

    :ivar admitted: the positions of the rows that open, in their order.
    :ivar is_everybody: whether all of them do.
    :ivar sources: the rows that open, in one list for all fields: what hangs on a list is found out
        once for them.
    :ivar reasons: why the others stay closed: of each of their groups its reason, if it has one.
    :ivar shows_others: whether rows about others than the viewer open; of rows that are about one
        person each.
    """

    __slots__ = ("_count", "admitted", "is_everybody", "reasons", "shows_others", "sources")

    def __init__(
        self,
        rows: Sequence[Row],
        admitted: Sequence[int],
        reasons: Sequence[Reason],
        *,
        shows_others: bool,
    ) -> None:
        self._count = len(rows)
        self.admitted = admitted
        self.is_everybody = len(admitted) == len(rows)
        self.sources = rows if self.is_everybody else [rows[position] for position in admitted]
        self.reasons = reasons
        self.shows_others = shows_others

    def spread(self, values: Sequence[Any], other: Any) -> Sequence[Any]:
        """``values`` of the admitted as values of all rows: ``other`` of everybody else."""
        if self.is_everybody:
            return values
        spread = [other] * self._count
        for position, value in zip(self.admitted, values, strict=True):
            spread[position] = value
        return spread
