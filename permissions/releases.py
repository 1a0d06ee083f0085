"""The releases of one transaction: what left, about whom, through which appointment."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from permissions.rows import Rows
from permissions.rule import Rule
from permissions.viewer import Holding, Viewer
from permissions.words import Power

Path = tuple[str | int, ...]


def left_in(data: Any) -> Callable[[Path], bool]:
    """Whether there is a value at a path of ``data``: an error above it takes a value out."""

    def left(path: Path) -> bool:
        place = data
        for key in path:
            if place is None:
                return False
            # A field of its own, run on beside an error, may note what is no part of `data`.
            place = place[key] if isinstance(key, int) else place.get(key)
        return place is not None

    return left


class LedgerEntry(NamedTuple):
    """One look: what left through one appointment in one answer. One row of the ledger.

    ``purposes`` has one for each field. ``shown`` says of whom which fields left: for each subject
    as many whole bytes as the fields take bits, the first field's lowest. None where all left of
    all.
    """

    group_id: UUID
    holding: Holding
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    subjects: tuple[UUID, ...]
    shown: bytes | None


class _Note(NamedTuple):
    """Values of one field of a level; ``there`` has a byte for each row: 1 where a value is."""

    rule: Rule
    field: str
    rows: Rows
    there: bytes
    path: Callable[[int], Path]

    def kept(self, left: Callable[[Path], bool]) -> "_Note":
        here = [each and left(self.path(position)) for position, each in enumerate(self.there)]
        return self._replace(there=bytes(here))


class Releases:
    """Collects what guards let through while an operation runs.

    A note takes no more than its line; who is meant is worked out for a whole level, at the end.
    """

    def __init__(self) -> None:
        self._notes: list[_Note] = []

    def note(
        self,
        rule: Rule,
        field: str,
        rows: Rows,
        there: bytes,
        path: Callable[[int], Path],
    ) -> None:
        """Note the values of ``field`` that are about to leave of ``rows``.

        :param there: a byte for each row: 1 where there is a value, else 0.
        :param path: gives the place of a row's value in the answer, for when an error above it
            keeps the value in.
        """
        self._notes.append(_Note(rule, field, rows, there, path))

    def keep(self, left: Callable[[Path], bool]) -> None:
        """Forget the values that did not leave: an error took what they stood in."""
        self._notes = [note.kept(left) for note in self._notes]

    def speak_of_others(self, viewer: Viewer) -> bool:
        """Whether there is a row to write."""
        return next(self.entries(viewer), None) is not None

    def entries(self, viewer: Viewer) -> Iterator[LedgerEntry]:
        """The rows to write: one for each appointment through which somebody was seen.

        So everybody stands in one row for each office through which he was seen, with all that left
        of him: that is how he is told of it. And no row accuses: some have no phone to be seen.
        """
        if not self._notes:
            return
        purposes = {note.field: note.rule.purpose or "" for note in self._notes}
        fields = sorted(purposes)
        for (group_id, holding), seen in self._seen(viewer, fields).items():
            subjects, left = _each_once(*seen)
            some = reduce(or_, set(left))
            bits = [n for n in range(len(fields)) if some >> n & 1]
            yield LedgerEntry(
                group_id,
                holding,
                tuple(fields[n] for n in bits),
                tuple(purposes[fields[n]] for n in bits),
                tuple(subjects),
                _shown(left, bits),
            )

    def _seen(
        self, viewer: Viewer, fields: Sequence[str]
    ) -> dict[tuple[UUID, Holding], tuple[list[UUID], list[int]]]:
        """By appointment whoever was seen through it, and what left of each: a bit for each of
        ``fields``, the first one's lowest.
        """
        levels: dict[tuple[int, str, Power | None], list[_Note]] = defaultdict(list)
        for note in self._notes:
            levels[id(note.rows), note.rule.type_name, note.rule.power].append(note)
        found: dict[tuple[UUID, Holding], tuple[list[UUID], list[int]]] = {}
        for notes in levels.values():
            rule, rows = notes[0].rule, notes[0].rows
            left = _left(notes, fields, len(rows))
            subjects = rows.column("resident_id")
            for group_id, holding, positions in rule.through(viewer, rows):
                seen = [each for each in positions if left[each]] if 0 in left else positions
                if seen:
                    people, parts = found.setdefault((group_id, holding), ([], []))
                    people += [subjects[position] for position in seen]
                    parts += [left[position] for position in seen]
        return found


def _left(notes: Sequence[_Note], fields: Sequence[str], count: int) -> Sequence[int]:
    """What left of each row of a level, by the bits of the fields."""
    # All rows at once: a number has a byte for each of them, and in it a bit for each of 8 fields.
    numbers = [0] * _bytes_for(fields)
    for note in notes:
        byte, bit = divmod(fields.index(note.field), 8)
        numbers[byte] |= int.from_bytes(note.there, "little") << bit
    left = [number.to_bytes(count, "little") for number in numbers]
    if len(left) == 1:
        return left[0]
    return [int.from_bytes(each, "little") for each in zip(*left, strict=True)]


def _each_once(people: Sequence[UUID], left: Sequence[int]) -> tuple[Sequence[UUID], Sequence[int]]:
    """The same with everybody once, and all that left of him."""
    # The bytes of an id are had and compared in a fraction of the time that its hash takes.
    ids = [person.bytes for person in people]
    if len(set(ids)) == len(ids):
        return people, left
    of_each = dict.fromkeys(ids, 0)
    for id_, part in zip(ids, left, strict=True):
        of_each[id_] |= part
    return list(dict(zip(ids, people, strict=True)).values()), list(of_each.values())


def _shown(left: Sequence[int], bits: Sequence[int]) -> bytes | None:
    """What left of each person as bytes, of no more than the fields with these ``bits``."""
    different = set(left)
    if len(different) == 1:
        return None
    closer = {each: each for each in different}
    if bits[-1] >= len(bits):
        # Fields between these were noted that left through another office, or of oneself.
        closer = {
            each: sum((each >> bit & 1) << n for n, bit in enumerate(bits)) for each in different
        }
    width = _bytes_for(bits)
    shown = {each: of_fields.to_bytes(width, "little") for each, of_fields in closer.items()}
    return b"".join([shown[each] for each in left])


def _bytes_for(fields: Sequence[object]) -> int:
    return (len(fields) + 7) // 8
