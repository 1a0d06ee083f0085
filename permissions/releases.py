"""The releases of one transaction: what left, about whom, through which appointment."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from uuid import UUID

from permissions.rule import Rule
from permissions.viewer import Holding, Viewer

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


@dataclass(frozen=True)
class LedgerEntry:
    """Fields that left for one and the same set of people: one row of the ledger."""

    group_id: UUID
    holding: Holding
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    subjects: frozenset[UUID]


@dataclass(frozen=True)
class _Note:
    """Values of one field about several people; ``path`` gives the place of each in the answer."""

    field: str
    purpose: str
    group_id: UUID
    holding: Holding
    subjects: Sequence[UUID]
    path: Callable[[int], Path]

    def kept(self, left: Callable[[Path], bool]) -> "_Note | None":
        here = [position for position in range(len(self.subjects)) if left(self.path(position))]
        if not here:
            return None
        path, subjects = self.path, [self.subjects[position] for position in here]
        return replace(self, subjects=subjects, path=lambda position: path(here[position]))


class Releases:
    """Collects what guards let through while an operation runs."""

    def __init__(self) -> None:
        self._notes: list[_Note] = []

    def note(
        self,
        rule: Rule,
        *,
        field: str,
        group_id: UUID,
        holding: Holding,
        subjects: Sequence[UUID],
        path: Callable[[int], Path],
    ) -> None:
        """Note a value of ``field`` about each of ``subjects``.

        ``path`` gives the place in the answer of the value about ``subjects[n]``, for when an error
        above it keeps the value in.
        """
        if subjects:
            self._notes.append(_Note(field, rule.purpose or "", group_id, holding, subjects, path))

    def __len__(self) -> int:
        return sum(len(note.subjects) for note in self._notes)

    def keep(self, left: Callable[[Path], bool]) -> None:
        """Forget the notes whose value did not leave: an error took its parent."""
        self._notes = [kept for note in self._notes if (kept := note.kept(left)) is not None]

    def entries(self, viewer: Viewer) -> Iterator[LedgerEntry]:
        """The rows to write: people of whom the same fields left share one.

        So everybody stands in one row for each office through which he was seen, with all that left
        of him: that is how he is told of it. And no row accuses: some have no phone to be seen.
        """
        purposes = {note.field: note.purpose for note in self._notes}
        for (group_id, holding), fields_of in self._noted().items():
            for fields, subjects in _blocks(fields_of, viewer.person):
                yield LedgerEntry(
                    group_id=group_id,
                    holding=holding,
                    fields=tuple(sorted(fields)),
                    purposes=tuple(sorted({purposes[field] for field in fields})),
                    subjects=subjects,
                )

    def _noted(self) -> dict[tuple[UUID, Holding], dict[frozenset[UUID], list[str]]]:
        """By appointment the sets of people, and the fields that each of them is about."""
        # Most fields of a roster were noted with one and the same list of people: fields are told
        # apart by which lists they have, and a list is made a set once.
        lists: dict[int, Sequence[UUID]] = {}
        noted: dict[tuple[UUID, Holding], dict[str, set[int]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for note in self._notes:
            lists[id(note.subjects)] = note.subjects
            noted[note.group_id, note.holding][note.field].add(id(note.subjects))
        found: dict[tuple[UUID, Holding], dict[frozenset[UUID], list[str]]] = {}
        sets: dict[frozenset[int], frozenset[UUID]] = {}
        for through, by_field in noted.items():
            fields_of: dict[frozenset[UUID], list[str]] = defaultdict(list)
            for field, ids in by_field.items():
                own = frozenset(ids)
                if own not in sets:
                    sets[own] = frozenset(chain.from_iterable(lists[each] for each in own))
                fields_of[sets[own]].append(field)
            found[through] = fields_of
        return found


def _blocks(
    fields_of: Mapping[frozenset[UUID], list[str]], viewer: UUID | None
) -> list[tuple[list[str], frozenset[UUID]]]:
    """Everybody but the viewer, in blocks of people with the same fields."""
    blocks: list[tuple[list[str], frozenset[UUID]]] = []
    placed: frozenset[UUID] = frozenset()
    # Most people first: what all have splits nothing.
    for people in sorted(fields_of, key=len, reverse=True):
        fields = fields_of[people]
        people -= {viewer}
        split = []
        for known, block in blocks:
            both = block & people
            if both:
                split.append(([*known, *fields], both))
            if len(both) < len(block):
                split.append((known, block - both if both else block))
        new = people - placed
        if new:
            split.append((fields, new))
            placed |= new
        blocks = split
    return blocks
