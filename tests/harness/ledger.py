"""Rows of the ledger, taken apart: what each says of whom."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID


def about_each(row: Mapping[str, Any]) -> dict[UUID, list[tuple[str, str]]]:
    """Of each person in a row of the ledger the fields that left, each with its purpose."""
    about = list(zip(row["fields"], row["purposes"], strict=True))
    if row["shown"] is None:
        return dict.fromkeys(row["subjects"], about)
    size = -(-len(about) // 8)
    assert len(row["shown"]) == size * len(row["subjects"])
    assert len(set(row["subjects"])) == len(row["subjects"])
    found = {}
    for n, person in enumerate(row["subjects"]):
        bits = int.from_bytes(row["shown"][n * size : (n + 1) * size], "little")
        assert 0 < bits < 1 << len(about), "somebody of whom nothing left, or a field that is none"
        found[person] = [one for field, one in enumerate(about) if bits >> field & 1]
    return found


def alike(row: Mapping[str, Any]) -> list[tuple[list[str], list[UUID]]]:
    """The fields of a row and of whom they left: one entry for all of whom the same left."""
    people: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for person, about in about_each(row).items():
        people[tuple(field for field, _ in about)].append(person)
    return [(list(fields), subjects) for fields, subjects in people.items()]
