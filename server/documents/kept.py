"""What is kept of documents already read: so many, so many bytes, and not to be pushed out at will.

A segmented LRU (Karedla, Love, Wherry: "Caching strategies to improve disk system performance",
1994): what was asked for once waits in a small part, and only what is asked for again moves to the
large one. Whoever sends documents that nobody sends twice turns over the small part alone.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")

# Of every five places one is for what was asked for once.
_WAITING_SHARE = 5


class Kept(Generic[T]):
    """Values by key, at most ``most`` of them and ``most_bytes`` of all sizes together.

    :param largest: bytes of one entry at most: a few large ones would push out all the rest.
    """

    def __init__(self, most: int, most_bytes: int, *, largest: int) -> None:
        self._largest = largest
        self._waiting = _Segment[T](most // _WAITING_SHARE, most_bytes // _WAITING_SHARE)
        self._proven = _Segment[T](
            most - most // _WAITING_SHARE, most_bytes - most_bytes // _WAITING_SHARE
        )

    def get(self, key: str) -> T | None:
        """What was kept under ``key``; asking proves that it is of use."""
        proven = self._proven.again(key)
        if proven is not None:
            return proven
        found = self._waiting.take(key)
        if found is None:
            return None
        for pushed_out in self._proven.put(key, *found):
            self._waiting.put(*pushed_out)
        return found[0]

    def put(self, key: str, value: T, size: int) -> None:
        """Keep ``value``, unless its ``size`` in bytes is too large to be worth it."""
        if size <= self._largest and key not in self:
            self._waiting.put(key, value, size)

    def __contains__(self, key: str) -> bool:
        return key in self._proven.entries or key in self._waiting.entries

    def __len__(self) -> int:
        return len(self._proven.entries) + len(self._waiting.entries)

    @property
    def size(self) -> int:
        """Bytes of all that is kept."""
        return self._proven.size + self._waiting.size


class _Segment(Generic[T]):
    def __init__(self, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.entries: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self.size = 0

    def take(self, key: str) -> tuple[T, int] | None:
        found = self.entries.pop(key, None)
        if found is not None:
            self.size -= found[1]
        return found

    def again(self, key: str) -> T | None:
        """What is kept under ``key``, which is the latest now."""
        found = self.entries.get(key)
        if found is None:
            return None
        self.entries.move_to_end(key)
        return found[0]

    def put(self, key: str, value: T, size: int) -> list[tuple[str, T, int]]:
        """Keep it as the latest; what had to go, the oldest first."""
        self.entries[key] = (value, size)
        self.size += size
        pushed_out = []
        while len(self.entries) > self.most or self.size > self.most_bytes:
            oldest, (old, old_size) = self.entries.popitem(last=False)
            self.size -= old_size
            pushed_out.append((oldest, old, old_size))
        return pushed_out
