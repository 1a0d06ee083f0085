"""Writes to applications and memberships, and whom row security lets make them.

``by`` is typed by hand: everybody else who lives in the street is refused, or finds no such row.
"""

from tests.wall.street import RESIDENTS

_APPLY = "insert into kairan.membership_requests (city, id, group_id, resident_id, requested_at"
_JOIN = (
    "insert into kairan.memberships (city, id, group_id, resident_id, began_at)"
    " values (<city>, {id}, {group}, {who}, <now>)"
)
_DETAILS = (
    "insert into kairan.member_details (city, membership_id, group_id, resident_id, joined_on)"
    " values (<city>, {id}, {group}, {who}, '2026-11-23')"
)


def _joins(who: str, group: str) -> str:
    return _JOIN.format(id="<new>", who=who, group=group)


ATTEMPTS: dict[str, tuple[str, set[str]]] = {
    # Coming in: one's own application, and who may grant it.
    "apply to chigusa": (
        f"{_APPLY}) values (<city>, <new>, <chigusa>, <me>, <now>)",
        RESIDENTS,
    ),
    "apply in somebody else's name": (
        f"{_APPLY}) values (<city>, <new>, <chigusa>, <hanako>, <now>)",
        {"hanako"},
    ),
    "apply and call it granted": (
        f"{_APPLY}, status) values (<city>, <new>, <chigusa>, <me>, <now>, 'APPROVED')",
        set(),
    ),
    "apply and name a membership": (
        f"{_APPLY}, membership_id) values (<city>, <new>, <chigusa>, <me>, <now>, <ken@akebono>)",
        set(),
    ),
    "grant an application to akebono": (
        "update kairan.membership_requests set status = 'APPROVED', decided_at = <now>"
        " where id = <applicant to akebono>",
        {"ken", "jin", "OPERATIONS"},
    ),
    "decline an application to akebono": (
        "update kairan.membership_requests set status = 'DECLINED', decline_reason = 'x'"
        " where id = <applicant to akebono>",
        {"ken", "jin"},
    ),
    "withdraw the applicant's application": (
        "update kairan.membership_requests set status = 'WITHDRAWN'"
        " where id = <applicant to akebono>",
        {"applicant"},
    ),
    "grant an application to a group without officers": (
        "update kairan.membership_requests set status = 'APPROVED' where id = <sayuri to botan>",
        {"OPERATIONS"},
    ),
    "have an application decided anew": (
        "update kairan.membership_requests set status = 'PENDING' where id = <turned to akebono>",
        set(),
    ),
    "grant what was declined": (
        "update kairan.membership_requests set status = 'APPROVED' where id = <turned to akebono>",
        set(),
    ),
    "put other words into an application": (
        "update kairan.membership_requests set message = 'x' where id = <applicant to akebono>",
        set(),
    ),
    "take an application to another group": (
        "update kairan.membership_requests set group_id = <eki> where id = <applicant to akebono>",
        set(),
    ),
    "take an application away": ("delete from kairan.membership_requests", set()),
    # Memberships: nobody is made a member who did not apply, here and since he last left.
    "let the applicant in": (
        _joins("<applicant>", "<akebono>"),
        {"ken", "jin", "OPERATIONS"},
    ),
    "let the applicant in, with her details": (
        _JOIN.format(id="<盆踊り>", who="<applicant>", group="<akebono>")
        + "; "
        + _DETAILS.format(id="<盆踊り>", who="<applicant>", group="<akebono>"),
        {"ken", "jin", "OPERATIONS"},
    ),
    "let sayuri into a group without officers": (_joins("<sayuri>", "<botan>"), {"OPERATIONS"}),
    "make a stranger a member": (_joins("<stranger>", "<akebono>"), set()),
    "make oneself a member": (_joins("<me>", "<eki>"), set()),
    "make somebody a member who applied elsewhere": (_joins("<applicant>", "<eki>"), set()),
    "make somebody a member who was declined": (_joins("<turned>", "<akebono>"), set()),
    "bring somebody back who left": (_joins("<saru>", "<akebono>"), set()),
    "make hanako a member of another of one's groups": (_joins("<goro>", "<akebono>"), set()),
    "give a stranger details": (
        _DETAILS.format(id="<ken@akebono>", who="<stranger>", group="<akebono>"),
        set(),
    ),
    # Going out.
    "leave as hanako": (
        "update kairan.memberships set status = 'LEFT', ended_at = <now>"
        " where id = <hanako@akebono>",
        {"hanako"},
    ),
    "remove hanako": (
        "update kairan.memberships set status = 'REMOVED', ended_at = <now>, end_reason = 'x'"
        " where id = <hanako@akebono>",
        {"ken", "jin"},
    ),
    "remove sayuri, who is suppressed, like anybody": (
        "update kairan.memberships set status = 'REMOVED', ended_at = <now>"
        " where id = <sayuri@akebono>",
        {"ken", "jin"},
    ),
    "leave a group that has ended, as kyu": (
        "update kairan.memberships set status = 'LEFT', ended_at = <now> where id = <kyu@dahlia>",
        {"kyu"},
    ),
    "remove somebody from a suspended group": (
        "update kairan.memberships set status = 'REMOVED', ended_at = <now>"
        " where id = <kyu@chigusa>",
        set(),
    ),
    "make an ended membership active again": (
        "update kairan.memberships set status = 'ACTIVE', ended_at = null"
        " where id = <saru@akebono>",
        set(),
    ),
    "say that who left was removed": (
        "update kairan.memberships set status = 'REMOVED', end_reason = 'x'"
        " where id = <saru@akebono>",
        set(),
    ),
    "take a membership to another group": (
        "update kairan.memberships set group_id = <eki> where id = <hanako@akebono>",
        set(),
    ),
    "hand a membership to somebody else": (
        "update kairan.memberships set resident_id = <stranger> where id = <hanako@akebono>",
        set(),
    ),
    "have been a member for longer": (
        "update kairan.memberships set began_at = <now> where id = <me@akebono>",
        set(),
    ),
    "take a membership away": ("delete from kairan.memberships", set()),
    "place a member past the function": (
        "update kairan.member_details set han_id = <1班> where membership_id = <ken@akebono>",
        set(),
    ),
    "take a member's choice away": ("update kairan.member_details set kept_private = '{}'", set()),
    "take details away": ("delete from kairan.member_details", set()),
    "invent where somebody lived": (
        "insert into kairan.past_places"
        " (city, membership_id, until, group_id, resident_id, han_id)"
        " values (<city>, <hanako@akebono>, <now>, <akebono>, <hanako>, null)",
        set(),
    ),
    "rewrite where somebody lived": ("update kairan.past_places set han_id = null", set()),
    "forget where somebody lived": ("delete from kairan.past_places", set()),
}
