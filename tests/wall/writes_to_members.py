"""Writes to memberships, circulars and what was done, and whom row security lets make them.

``by`` is typed by hand: everybody else who lives in the street is refused, or finds no such row.
"""

RESIDENTS = {
    *("ken", "kaikei", "mae", "asu", "hanako", "sayuri", "sachi", "saru", "meibo", "jin", "yaku"),
    *("todoke", "taro", "yasumi", "owari", "kyu", "eri", "goro", "turned", "applicant", "stranger"),
}
STAFF = {"OPERATIONS", "SUPPRESSION", "AUDITOR"}

_APPLY = "insert into kairan.membership_requests (city, id, group_id, resident_id, requested_at"
_JOIN = (
    "insert into kairan.memberships (city, id, group_id, resident_id, began_at)"
    " values (<city>, {id}, {group}, {who}, <now>)"
)
_DETAILS = (
    "insert into kairan.member_details (city, membership_id, group_id, resident_id, joined_on)"
    " values (<city>, {id}, {group}, {who}, '2026-11-23')"
)
_CIRCULAR = (
    "insert into kairan.circulars"
    " (city, id, group_id, title, body, author_membership_id, published_at)"
    " values (<city>, <new>, {group}, '題', '文', {author}, <now>)"
)
_VERSION = (
    "insert into kairan.circular_versions"
    " (city, circular_id, version, group_id, title, body, replaced_at)"
    " values (<city>, {circular}, {version}, {group}, {words}, <now>)"
)
_RECEIPT = (
    "insert into kairan.receipts (city, circular_id, membership_id, group_id, delivered_at)"
    " values (<city>, {circular}, {member}, {group}, <now>)"
)
_PAPER = (
    "insert into kairan.paper_deliveries"
    " (city, circular_id, membership_id, group_id, recorded_by, recorded_at)"
    " values (<city>, <盆踊り>, <hanako@akebono>, <akebono>, {by}, <now>)"
)
_CHANGE = (
    "insert into kairan.changes"
    " (city, id, changed_at, actor, actor_membership_id, kind, group_id, before, after)"
    " values (<city>, <new>, <now>, {actor}, {member}, {kind}, {group}, '{{}}', '{{}}')"
)
_KEY = (
    "insert into kairan.idempotency_keys"
    " (city, person, key, mutation, request_hash, object_id, used_at)"
    " values (<city>, {who}, 'a-key-of-mine', 'defineHan', '0', <new>, <now>)"
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
    "give a member another name": ("update kairan.member_details set display_name = 'x'", set()),
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
    # Circulars.
    "publish in one's own name": (
        _CIRCULAR.format(group="<akebono>", author="<me@akebono>"),
        {"ken", "kaikei"},
    ),
    "publish in ken's name": (
        _CIRCULAR.format(group="<akebono>", author="<ken@akebono>"),
        {"ken"},
    ),
    "publish where one is a plain member": (
        _CIRCULAR.format(group="<botan>", author="<me@botan>"),
        set(),
    ),
    "publish in akebono as a member of botan": (
        _CIRCULAR.format(group="<akebono>", author="<me@botan>"),
        set(),
    ),
    "publish in a suspended group": (
        _CIRCULAR.format(group="<chigusa>", author="<me@chigusa>"),
        set(),
    ),
    "edit or withdraw a circular": (
        "update kairan.circulars set title = 'x', body = 'y', version = 2, edited_at = <now>,"
        " withdrawn_at = <now> where id = <盆踊り>",
        {"ken", "kaikei"},
    ),
    "hand a circular to another author": (
        "update kairan.circulars set author_membership_id = <hanako@akebono> where id = <盆踊り>",
        set(),
    ),
    "address a circular to others": (
        "update kairan.circulars set audience = 'HAN', audience_han_id = <1班> where id = <盆踊り>",
        set(),
    ),
    "have it published at another time": (
        "update kairan.circulars set published_at = <now> where id = <盆踊り>",
        set(),
    ),
    "take a circular away": ("delete from kairan.circulars", set()),
    "keep a circular's words": (
        _VERSION.format(
            circular="<盆踊り>", version=1, group="<akebono>", words="'盆踊り', '本文'"
        ),
        {"ken", "kaikei"},
    ),
    "invent words for a circular": (
        _VERSION.format(
            circular="<盆踊り>", version=1, group="<akebono>", words="'盆踊り', '中止です'"
        ),
        set(),
    ),
    "keep words of another group's circular": (
        _VERSION.format(
            circular="<駅のお知らせ>",
            version=1,
            group="<akebono>",
            words="'駅のお知らせ', '本文'",
        ),
        set(),
    ),
    "rewrite earlier words": ("update kairan.circular_versions set body = 'x'", set()),
    "forget earlier words": ("delete from kairan.circular_versions", set()),
    # Receipts are one's own; paper is recorded in one's own name.
    "receive as mae": (
        _RECEIPT.format(circular="<盆踊り>", member="<mae@akebono>", group="<akebono>"),
        {"mae"},
    ),
    "receive after having left": (
        _RECEIPT.format(circular="<盆踊り>", member="<saru@akebono>", group="<akebono>"),
        set(),
    ),
    "receive in a group that has ended": (
        _RECEIPT.format(circular="<解散のお知らせ>", member="<owari@dahlia>", group="<dahlia>"),
        set(),
    ),
    "read hanako's circular": (
        "update kairan.receipts set read_at = <now>"
        " where circular_id = <盆踊り> and membership_id = <hanako@akebono>",
        {"hanako"},
    ),
    "have received it earlier": (
        "update kairan.receipts set delivered_at = <now> where membership_id = <me@akebono>",
        set(),
    ),
    "not have received it": ("delete from kairan.receipts", set()),
    "record paper in one's own name": (_PAPER.format(by="<me@akebono>"), {"ken", "todoke"}),
    "record paper in ken's name": (_PAPER.format(by="<ken@akebono>"), {"ken"}),
    "record paper otherwise": ("update kairan.paper_deliveries set recorded_at = <now>", set()),
    "not have recorded paper": ("delete from kairan.paper_deliveries", set()),
    # History: in one's own name, where one's powers make it; never rewritten.
    "tell a change in akebono": (
        _CHANGE.format(
            actor="<me>", member="<me@akebono>", kind="'OFFICE_DEFINED'", group="<akebono>"
        ),
        {"ken", "jin", "yaku"},
    ),
    "tell that one left akebono": (
        _CHANGE.format(
            actor="<me>", member="<me@akebono>", kind="'MEMBER_LEFT'", group="<akebono>"
        ),
        {
            *("ken", "kaikei", "mae", "asu", "hanako", "sayuri", "sachi", "saru"),
            *("meibo", "jin", "yaku", "todoke"),
        },
    ),
    "tell a change as the city": (
        _CHANGE.format(actor="<me>", member="null", kind="'POWERS_DELEGATED'", group="<akebono>"),
        {"OPERATIONS"},
    ),
    "tell a change of the whole city": (
        _CHANGE.format(actor="<me>", member="null", kind="'CITY_POLICY_SET'", group="null"),
        {"OPERATIONS"},
    ),
    "tell a change in ken's name": (
        _CHANGE.format(
            actor="<ken>", member="<ken@akebono>", kind="'OFFICE_DEFINED'", group="<akebono>"
        ),
        {"ken"},
    ),
    "tell one's own change under ken's name": (
        _CHANGE.format(
            actor="<me>", member="<ken@akebono>", kind="'OFFICE_DEFINED'", group="<akebono>"
        ),
        {"ken"},
    ),
    "tell one's own change as ken's": (
        _CHANGE.format(
            actor="<ken>", member="<me@akebono>", kind="'OFFICE_DEFINED'", group="<akebono>"
        ),
        {"ken"},
    ),
    "tell a change as somebody else of the city": (
        _CHANGE.format(
            actor="<AUDITOR>", member="null", kind="'POWERS_DELEGATED'", group="<akebono>"
        ),
        set(),
    ),
    "tell a change in another group": (
        _CHANGE.format(actor="<me>", member="<me@akebono>", kind="'OFFICE_DEFINED'", group="<eki>"),
        set(),
    ),
    "rewrite history": ("update kairan.changes set kind = 'MEMBER_LEFT'", set()),
    "forget history": ("delete from kairan.changes", set()),
    # Keys of requests that were answered.
    "keep a key": (_KEY.format(who="<me>"), RESIDENTS | STAFF),
    "keep a key in hanako's name": (_KEY.format(who="<hanako>"), {"hanako"}),
    "let a key lead elsewhere": ("update kairan.idempotency_keys set object_id = <new>", set()),
    "forget a key": ("delete from kairan.idempotency_keys", set()),
    # The ledger: test_ledger_rows tells who appends to it.
    "rewrite the ledger": ("update kairan.releases set subjects = '{}'", set()),
    "forget the ledger": ("delete from kairan.releases", set()),
}
