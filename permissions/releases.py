"""The releases of one transaction: what left, about whom, through which appointment."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
    """Values of one field, of the rows of a level at the positions ``there``."""

    rule: Rule
    field: str
    rows: Rows
    there: Sequence[int]
    path: Callable[[int], Path]

    def kept(self, left: Callable[[Path], bool]) -> "_Note":
        here = [position for position in self.there if left(self.path(position))]
        return self._replace(there=here)


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
        there: Sequence[int],
        path: Callable[[int], Path],
    ) -> None:
        """Note a value of ``field`` for each of the ``rows`` at the positions ``there``.

        ``path`` gives the place of a row's value in the answer, for when an error above it keeps
        the value in.
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
        purposes = {note.field: note.rule.purpose or "" for note in self._notes}
        bits = {field: 1 << n for n, field in enumerate(sorted(purposes))}
        for (group_id, holding), people in self._people(viewer, bits).items():
            if viewer.person is not None:
                people.pop(viewer.person, None)
            if not people:
                continue
            some = reduce(or_, people.values())
            fields = tuple(field for field, bit in bits.items() if some & bit)
            yield LedgerEntry(
                group_id,
                holding,
                fields,
                tuple(purposes[field] for field in fields),
                tuple(people),
                _shown(people.values(), [bits[field] for field in fields]),
            )

    def _people(
        self, viewer: Viewer, bits: Mapping[str, int]
    ) -> dict[tuple[UUID, Holding], dict[UUID, int]]:
        """By appointment the people seen through it, each with what left of him, in ``bits``."""
        levels: dict[tuple[int, str, Power | None], list[_Note]] = defaultdict(list)
        for note in self._notes:
            levels[id(note.rows), note.rule.type_name, note.rule.power].append(note)
        found: dict[tuple[UUID, Holding], dict[UUID, int]] = defaultdict(dict)
        for notes in levels.values():
            rule, rows = notes[0].rule, notes[0].rows
            # Where city policy closes a level, all that left of it is the viewer's own.
            mine = rows.having("resident_id", viewer.person).opened(len(rows))
            if all(position in mine for note in notes for position in note.there):
                continue
            left = _left(notes, bits, len(rows))
            subjects = rows.column("resident_id")
            for group_id, holding, positions in rule.through(viewer, rows):
                people = found[group_id, holding]
                for position in positions:
                    if left[position]:
                        person = subjects[position]
                        people[person] = people.get(person, 0) | left[position]
        return found


def _left(notes: Sequence[_Note], bits: Mapping[str, int], count: int) -> list[int]:
    """What left of each row of a level, by the bits of the fields."""
    of_all = 0
    of_some = []
    for note in notes:
        if len(note.there) == count:
            of_all |= bits[note.field]
        else:
            of_some.append(note)
    left = [of_all] * count
    for note in of_some:
        bit = bits[note.field]
        for position in note.there:
            left[position] |= bit
    return left


def _shown(left: Collection[int], bits: Sequence[int]) -> bytes | None:
    """What left of each person as bytes, of no more than the fields with these ``bits``."""
    different = set(left)
    if len(different) == 1:
        return None
    if bits[-1] >> len(bits):
        # Fields between these were noted that left through another office, or of oneself.
        closer = {
            each: sum(1 << n for n, bit in enumerate(bits) if each & bit) for each in different
        }
        left = [closer[each] for each in left]
    width = (len(bits) + 7) // 8
    return b"".join([each.to_bytes(width, "little") for each in left])
