"""`kairan explain`: a row of the table, and how its conditions come out for one viewer and member.

It never tells whether a value is there, nor of a suppression or a person's own choice: those are
nobody's business but their own, and an operator's neither.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from db.entering import Caller
from db.pool import Pool, open_pool
from db.reading import Row
from db.statements import accounts, members, sessions
from db.transaction import Transaction
from permissions.audiences import OfficerOfGroup
from permissions.policy import BY_ID, POLICY
from permissions.rule import Rule
from permissions.viewer import Viewer
from resolvers.global_ids import local_id
from schema.released import sentence
from server.settings.settings import Settings

_SESSION = timedelta(seconds=5)


def rule(field: str) -> str:
    """The row of ``field``, such as ``Member.address``, in words; or the names near it."""
    found = _rule(field)
    return f"{field} has no rule; there are {_near(field)}" if found is None else _described(found)


def case(settings: Settings, database_url: str, field: str, login: str, member: str) -> str:
    """How the conditions of ``field`` come out when ``login`` looks at ``member`` now."""
    return asyncio.run(_case(settings, database_url, field, login, member))


def _rule(field: str) -> Rule | None:
    return POLICY.get(field) or POLICY.get(f"{field.partition('.')[0]}.*")


def _near(field: str) -> str:
    type_name = field.partition(".")[0]
    near = [name for name in POLICY if name.startswith(f"{type_name}.")]
    return ", ".join(near or sorted({name.partition(".")[0] + ".…" for name in POLICY}))


def _described(found: Rule) -> str:
    return "\n".join(
        [
            found.name,
            f"  {sentence(found)}",
            f"  version {found.version}",
        ]
    )


async def _case(settings: Settings, database_url: str, field: str, login: str, member: str) -> str:
    found = _rule(field)
    if found is None or found.type_name != "Member":
        return rule(field) if found is None else f"{field}: only fields of Member can be tried"
    membership = local_id("Member", member)
    if membership is None:
        return f"{member} is no id of a Member: give one as the API shows it"
    pool = await open_pool(database_url, size=1, statement_timeout_ms=settings.statement_timeout)
    try:
        return await _tried(pool, found, login.strip().lower(), membership)
    finally:
        await pool.close()


async def _tried(pool: Pool, found: Rule, login: str, membership: UUID) -> str:
    identity = await accounts.find(pool, login)
    if identity is None:
        return f"{login} is no login"
    # The facts are only ever read for a session that is alive, so one is opened and left to expire.
    session, at = uuid4(), datetime.now(UTC)
    await sessions.open_session(
        pool,
        city=identity.city,
        session=session,
        person=identity.person,
        kind=identity.kind,
        at=at,
        until=at + _SESSION,
    )
    transaction = await Transaction.begin(pool, Caller(identity.city, identity.person, session), at)
    try:
        rows = await members.by_ids_alone(transaction, [membership])
    finally:
        await transaction.abandon()
    lines = [_described(found), f"  {login} looks at it now:"]
    if not rows:
        return "\n".join([*lines, "  - not reached: no such member, or none of a group of theirs"])
    return "\n".join([*lines, *_conditions(found, transaction.viewer, rows[0])])


def _conditions(found: Rule, viewer: Viewer, row: Row) -> list[str]:
    own = row["resident_id"] == viewer.person
    standing = viewer.standing(row["group_id"])
    power = next((a.needs for a in found.audiences if isinstance(a, OfficerOfGroup)), None)
    lines = [_line(own, "is the person")]
    lines.append(_line(standing is not None, "is an active member of the group"))
    if standing is not None:
        lines.append(
            _line(standing.participation.releases, f"the group releases: {standing.participation}")
        )
        titles = "、".join(holding.title for holding in standing.holdings) or "none"
        lines.append(_line(bool(standing.holdings), f"holds an office in term: {titles}"))
        if power is not None:
            lines.append(
                _line(power in standing.powers, f"an office has {power}, and it is delegated")
            )
    if found.category is not None:
        lines.append(
            _line(found.category not in viewer.switched_off, f"the city releases {found.category}")
        )
    here = row["member_status"] == "ACTIVE"
    lines.append(_line(here, "the member is in the group"))
    listed = here and BY_ID["Member"].admits(viewer, row)
    known = row["has_held_office"] and POLICY["Appointment.holder"].admits(viewer, row)
    reached = own or listed or known
    lines.append(_line(reached, "reaches the member by the roster, directory, receipts or office"))
    lines.append(f"  => {_outcome(found, viewer, row, reached=reached, here=here)}")
    return lines


def _outcome(found: Rule, viewer: Viewer, row: Row, *, reached: bool, here: bool) -> str:
    """The last word. A suppression reads like a value that nobody filled in."""
    if found.is_open and not reached:
        return "not reached"
    reason = None if found.admits(viewer, row) else found.refusal(viewer, row)
    if reason is not None:
        return f"withheld: {reason}"
    if found.category is not None and not here and row["resident_id"] != viewer.person:
        return "withheld: the member has left"
    return "released, where there is a value to release"


def _line(holds: bool, words: str) -> str:
    return f"  - {'yes' if holds else 'no '} {words}"
