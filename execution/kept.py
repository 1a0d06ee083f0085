"""What was found out of an object is kept for the next time that it comes."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """What is known of some objects, by their identity: of the ``most`` that came last.

    Whoever makes an object anew each time has no use of it, nor does it cost him more than the
    finding out.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[int, tuple[object, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[T]:
        return (found for _about, found in self._known.values())

    def of(self, about: object, find: Callable[[], T]) -> T:
        """What is known of an object; where that is nothing, what ``find`` finds out."""
        key = id(about)
        known = self._known.get(key)
        # An id may be another object's by now; this one is kept alive beside what is known of it.
        if known is not None and known[0] is about:
            self._known.move_to_end(key)
            return known[1]
        found = find()
        self._known[key] = (about, found)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return found
