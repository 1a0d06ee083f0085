"""Writes to what residents tell about themselves, and whom row security lets make them.

``by`` is typed by hand: everybody else who lives in the street is refused, or finds no such row.
"""

from tests.wall.street import RESIDENTS

ATTEMPTS: dict[str, tuple[str, set[str]]] = {
    "tell another address": ("update kairan.profiles set address = 'x'", RESIDENTS),
    "withdraw everything": (
        "update kairan.profiles set family_name = null, given_name = null, kana = null,"
        " postal_code = null, address = null, building = null, area_id = null, phone = null,"
        " email = null, birth_date = null where resident_id = <me>",
        RESIDENTS,
    ),
    "tell another phone of hanako, an officer's to read": (
        "update kairan.profiles set phone = 'x' where resident_id = <hanako>",
        {"hanako"},
    ),
    "tell another address of sayuri, who is suppressed": (
        "update kairan.profiles set address = 'x' where resident_id = <sayuri>",
        {"sayuri"},
    ),
    "give one's profile to somebody else": (
        "update kairan.profiles set resident_id = <stranger> where resident_id = <me>",
        set(),
    ),
    "make somebody a profile": (
        "insert into kairan.profiles (city, resident_id) values (<city>, <new>)",
        set(),
    ),
    "make somebody an account": (
        "insert into kairan.residents (city, id, opened_at) values (<city>, <new>, <now>)",
        set(),
    ),
    "take a profile away": ("delete from kairan.profiles", set()),
    # The name one goes by, where one is a member and where one asked to be.
    "go by another name in one's groups": (
        "update kairan.member_details set display_name = 'x'",
        RESIDENTS - {"turned", "applicant", "stranger"},
    ),
    "give hanako another name": (
        "update kairan.member_details set display_name = 'x'"
        " where membership_id = <hanako@akebono>",
        {"hanako"},
    ),
    "go by another name in an application": (
        "update kairan.membership_requests set display_name = 'x'"
        " where id = <applicant to akebono>",
        {"applicant"},
    ),
    "go by another name in one that was declined": (
        "update kairan.membership_requests set display_name = 'x' where id = <turned to akebono>",
        set(),
    ),
    "grant one's own application by the way": (
        "update kairan.membership_requests set display_name = 'x', membership_id = <ken@akebono>"
        " where id = <applicant to akebono>",
        set(),
    ),
}
