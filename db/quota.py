"""How many people's personal fields one officer receives per hour.

The ledger is the count: who received whom, and when. Reading an hour of it with every answer would
cost as much as many an answer, so each process remembers whom it gave to whom, and asks the ledger
only when what it does not know could matter: after a twentieth of what was left when it last asked.
Whoever is shown the same people all evening is never counted twice and never asked about.

How exact that is: beside one process, to the last person. Of P processes each may give what it has
not asked about, so at most ``P`` twentieths of the quota above it, and what several answers take at
one and the same moment, whose ledger rows none of the others sees yet. Nobody is refused for a
guess: every refusal is counted in the ledger first, with what this process is giving meanwhile.

No counter is changed in a request's transaction: two pages of the same roster, asked for at once,
would fail each other.
"""

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any
from uuid import UUID

from db.failures import ReleaseQuotaExceeded
from db.ids import first_id
from permissions.releases import LedgerEntry
from permissions.viewer import Viewer

log = logging.getLogger("kairan.quota")

HOUR = timedelta(hours=1)
_PART = 20
# Officers of the last hour that one process remembers: a few hundred thousand people.
_MOST_VIEWERS = 2000

_RECEIVED = "select * from app.people_received($1, $2, $3, $4, $5, $6)"


# People are kept by the bytes of their ids: had, hashed and compared in a fraction of the time.
_Id = bytes


class _Account:
    """What one process knows of one quota of one officer: a group's own, or that of all others.

    ``known`` people when the ledger was asked last, ``new`` ones since; together they are at least
    as many as this process gave within the hour.
    """

    __slots__ = ("known", "limit", "new")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.known = 0
        self.new = 0

    @property
    def is_clear(self) -> bool:
        """Whether what is not known could not matter."""
        return self.new <= (self.limit - self.known) // _PART


class _Officer:
    """Whom one officer received lately, by the group through which; and his accounts."""

    __slots__ = ("accounts", "last", "received")

    def __init__(self, at: datetime) -> None:
        self.last = at
        self.received: dict[UUID, dict[_Id, datetime]] = {}
        self.accounts: dict[UUID | None, _Account] = {}


class ReleaseQuota:
    """The quota of every officer, as one process keeps it.

    :param people_per_hour: for groups for which city staff set no other; None for no limit.
    """

    def __init__(self, people_per_hour: int | None) -> None:
        self.people_per_hour = people_per_hour
        self._officers: dict[UUID, _Officer] = {}

    async def spend(
        self,
        connection: Any,
        viewer: Viewer,
        entries: Sequence[LedgerEntry],
        exceptions: Mapping[UUID, int],
        *,
        at: datetime,
    ) -> None:
        """Count what is about to leave, after its ledger rows were written and before COMMIT.

        :param exceptions: the quotas in force that city staff set, by group.
        :raises ReleaseQuotaExceeded: nothing may leave; roll back.
        """
        assert viewer.person is not None
        officer = self._officer(viewer.person, at)
        shown: dict[UUID | None, dict[UUID, set[_Id]]] = {}
        for entry in entries:
            scope = entry.group_id if entry.group_id in exceptions else None
            groups = shown.setdefault(scope, {})
            people = [person.bytes for person in entry.subjects]
            groups.setdefault(entry.group_id, set()).update(people)
        for scope, groups in shown.items():
            limit = self.people_per_hour if scope is None else exceptions[scope]
            if limit is None:
                continue
            account = officer.accounts.get(scope)
            known = account is not None and account.limit == limit
            if account is None or not known:
                # The installation's holds from the start; what staff set is looked into at once.
                known = scope is None and account is None
                account = officer.accounts[scope] = _Account(limit)
            news = _note(officer, groups, at)
            account.new += len(news)
            if known and account.is_clear:
                continue
            try:
                account.known = await _received(connection, officer, scope, groups, limit, at)
            except BaseException:
                # What did not leave does not count.
                _forget(officer, news)
                account.new = max(0, account.new - len(news))
                raise
            account.new = 0

    def _officer(self, person: UUID, at: datetime) -> _Officer:
        # Taken out and put in again: those who asked last stand last.
        officer = self._officers.pop(person, None)
        if officer is None or officer.last <= at - HOUR:
            officer = _Officer(at)
        officer.last = at
        self._officers[person] = officer
        if len(self._officers) > _MOST_VIEWERS:
            del self._officers[next(iter(self._officers))]
        return officer


def _note(
    officer: _Officer, groups: Mapping[UUID, Iterable[_Id]], at: datetime
) -> list[tuple[UUID, _Id]]:
    """Remember whom the officer receives; gives those he did not receive within the hour."""
    news = []
    forgotten = at - HOUR
    for group, people in groups.items():
        received = officer.received.setdefault(group, {})
        never = datetime.min.replace(tzinfo=at.tzinfo)
        # Most answers show whom the one before showed.
        if min(set(map(received.get, people, repeat(never))), default=at) <= forgotten:
            news += [
                (group, person) for person in people if received.get(person, never) <= forgotten
            ]
        received.update(dict.fromkeys(people, at))
    return news


def _forget(officer: _Officer, news: Iterable[tuple[UUID, _Id]]) -> None:
    for group, person in news:
        officer.received.get(group, {}).pop(person, None)


async def _received(
    connection: Any,
    officer: _Officer,
    scope: UUID | None,
    groups: Mapping[UUID, set[_Id]],
    limit: int,
    at: datetime,
) -> int:
    """How many people the officer received within the hour, by the ledger and by this process.

    :raises ReleaseQuotaExceeded: they are more than ``limit``.
    """
    for received in officer.received.values():
        for person in [each for each, last in received.items() if last <= at - HOUR]:
            del received[person]
    # Other answers of this process may be on their way, and not in the ledger yet.
    lately = {person for group in groups for person in officer.received.get(group, ())}
    row = await connection.fetchrow(
        _RECEIVED,
        scope,
        _uuids(set().union(*groups.values())),
        _uuids(lately),
        limit,
        first_id(at - HOUR),
        at,
    )
    people: int = row["people"]
    if people <= limit:
        return people
    log.warning("an officer was refused more than %d people within an hour", limit)
    frees_at: datetime | None = row["frees_at"]
    wait = None if frees_at is None else max(1, math.ceil((frees_at - at).total_seconds()))
    raise ReleaseQuotaExceeded(limit, wait)


def _uuids(people: Iterable[_Id]) -> list[UUID]:
    return [UUID(bytes=person) for person in people]
