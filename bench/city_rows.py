"""Rows of the bench city as COPY takes them: tuples, for SQLModel objects would take minutes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Row = tuple[Any, ...]

# In the order in which they are loaded: those pointed at before those that point.
COLUMNS: dict[str, tuple[str, ...]] = {
    "cities": ("city", "name"),
    "areas": ("city", "id", "name"),
    "city_policies": ("city", "category", "since", "reason"),
    "staff": ("city", "id", "roles"),
    "residents": ("city", "id", "opened_at"),
    "profiles": (
        "city",
        "resident_id",
        "display_name",
        "family_name",
        "given_name",
        "kana",
        "postal_code",
        "address",
        "building",
        "area_id",
        "phone",
        "email",
        "birth_date",
    ),
    "logins": ("login", "city", "person", "kind", "password_hash"),
    "sessions": ("city", "id", "person", "kind", "opened_at", "expires_at"),
    "suppressions": ("city", "id", "resident_id", "provisional", "began_at"),
    "groups": (
        "city",
        "id",
        "name",
        "kind",
        "area_id",
        "introduction",
        "participation",
        "member_directory",
    ),
    "delegations": ("city", "group_id", "power", "delegated_at"),
    "hans": ("city", "id", "group_id", "name", "position"),
    "households": ("city", "id", "group_id", "han_id", "paper_only"),
    "memberships": ("city", "id", "group_id", "resident_id", "status", "began_at", "ended_at"),
    "member_details": (
        "city",
        "membership_id",
        "group_id",
        "resident_id",
        "status",
        "display_name",
        "han_id",
        "household_id",
        "joined_on",
        "kept_private",
    ),
    "past_places": ("city", "membership_id", "until", "group_id", "resident_id", "han_id"),
    "membership_requests": (
        "city",
        "id",
        "group_id",
        "resident_id",
        "display_name",
        "status",
        "requested_at",
    ),
    "offices": ("city", "id", "group_id", "title", "powers", "position"),
    "appointments": (
        "city",
        "id",
        "group_id",
        "office_id",
        "membership_id",
        "starts_on",
        "ends_on",
    ),
    "circulars": (
        "city",
        "id",
        "group_id",
        "title",
        "body",
        "author_membership_id",
        "audience",
        "audience_han_id",
        "audience_office_id",
        "published_at",
    ),
    "receipts": (
        "city",
        "circular_id",
        "membership_id",
        "group_id",
        "delivered_at",
        "read_at",
    ),
    "paper_deliveries": (
        "city",
        "circular_id",
        "membership_id",
        "group_id",
        "recorded_by",
        "recorded_at",
    ),
}


class Rows:
    """Collects rows by table. What is too much to keep is given as something to iterate over."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Row]] = defaultdict(list)
        self._streams: dict[str, tuple[Iterable[Row], int]] = {}

    def add(self, table: str, *rows: Row) -> None:
        """Take rows in, each in the order of the table's ``COLUMNS``."""
        self._kept[table].extend(rows)

    def kept(self, table: str) -> list[Row]:
        """The rows of a table so far, to be sorted in place."""
        return self._kept[table]

    def stream(self, table: str, rows: Iterable[Row], count: int) -> None:
        """Take ``count`` rows that are made when they are loaded."""
        self._streams[table] = (rows, count)

    def tables(self) -> list[tuple[str, Iterable[Row], int]]:
        """Each table with its rows and how many they are."""
        streams = self._streams
        return [
            (table, *streams[table])
            if table in streams
            else (table, self._kept[table], len(self._kept[table]))
            for table in COLUMNS
        ]
