"""Writes to sessions and refresh tokens, and whom row security lets make them.

``by`` is typed by hand: everybody else who lives in the street is refused, or finds no such row.
"""

from tests.wall.street import RESIDENTS, STAFF

ATTEMPTS: dict[str, tuple[str, set[str]]] = {
    "end one's own session": (
        "update kairan.sessions set ended_at = <now> where city = <city> and person = <me>",
        RESIDENTS | STAFF,
    ),
    "end hanako's session": (
        "update kairan.sessions set ended_at = <now> where person = <hanako>",
        {"hanako"},
    ),
    "say that one's session never ended": (
        "update kairan.sessions set ended_at = null where person = <me>",
        set(),
    ),
    "let one's session go on for longer": (
        "update kairan.sessions set expires_at = <now> where person = <me>",
        set(),
    ),
    "hand one's session to hanako": (
        "update kairan.sessions set person = <hanako> where person = <me>",
        set(),
    ),
    "open a session past the door": (
        "insert into kairan.sessions (city, id, person, kind, opened_at, expires_at)"
        " values (<city>, <new>, <me>, 'RESIDENT', <now>, <now>)",
        set(),
    ),
    "take a session away": ("delete from kairan.sessions", set()),
    "make a refresh token": (
        "insert into kairan.refresh_tokens (city, session_id, family_hash, token_hash)"
        " values (<city>, <new>, 'x', 'x')",
        set(),
    ),
    "put another refresh token in": ("update kairan.refresh_tokens set token_hash = 'x'", set()),
    "take refresh tokens away": ("delete from kairan.refresh_tokens", set()),
}
