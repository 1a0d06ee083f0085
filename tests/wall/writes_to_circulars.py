"""Writes to circulars and to what is kept of changes, and whom row security lets make them.

``by`` is typed by hand: everybody else who lives in the street is refused, or finds no such row.
"""

from tests.wall.street import RESIDENTS, STAFF

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

ATTEMPTS: dict[str, tuple[str, set[str]]] = {
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
