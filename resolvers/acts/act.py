"""How a change is made: permitted by its rule, in one transaction, safe to repeat, written down.

A refusal is an answer, not an error: nothing has changed, and the payload says what a person can
mend. What is unknown and what is not the viewer's to change is refused alike, so that no refusal
tells what exists.
"""

import hashlib
import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

import orjson

from db.acts import history, keys
from db.failures import ReferenceUnknown
from db.transaction import Isolation, Transaction
from permissions.policy import POLICY
from permissions.rule import Rule
from permissions.viewer import Standing, Viewer
from resolvers.composing import composed
from resolvers.errors import ErrorCode, KairanError, UserErrorCode, user_errors
from resolvers.global_ids import local_id
from resolvers.operation import Operation

_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
# Letters and signs by Unicode's tables, and blank on every screen.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# They turn the direction of what follows: a name could read as another's, on everybody's screen.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Refused(Exception):
    """The change was not made; ``errors`` is what the payload says."""

    def __init__(self, code: UserErrorCode, message: str, *field: str) -> None:
        super().__init__(code)
        self.errors: list[dict[str, Any]] = [
            {"field": ["input", *field], "code": code, "message": message}
        ]

    @classmethod
    def together(cls, refusals: Sequence["Refused"]) -> "Refused":
        """One refusal that says what each of several does; there must be one."""
        whole = cls(UserErrorCode.INVALID, "")
        whole.errors = [error for refused in refusals for error in refused.errors]
        return whole


def refuse(code: UserErrorCode, message: str, *field: str) -> NoReturn:
    """Refuse, naming the field of the input it is about."""
    raise Refused(code, message, *field)


def not_permitted() -> NoReturn:
    """The one refusal for what is unknown, foreign or not the viewer's to change."""
    raise Refused(
        UserErrorCode.NOT_PERMITTED, "There is no such thing, or it is not yours to change."
    )


@dataclass(frozen=True)
class Act:
    """A change under way."""

    transaction: Transaction
    rule: Rule

    @property
    def viewer(self) -> Viewer:
        """Who is acting."""
        return self.transaction.viewer

    def permits(self, group_id: UUID | None, *, person: UUID | None = None) -> bool:
        """Whether the rule lets the viewer act in a group, or on what is ``person``'s."""
        return self.rule.permits(self.viewer, {"group_id": group_id, "resident_id": person})

    def permit(self, group_id: UUID | None = None, *, person: UUID | None = None) -> None:
        """Refuse unless the rule lets the viewer act."""
        if not self.permits(group_id, person=person):
            not_permitted()

    def standing(self, group_id: UUID) -> Standing:
        """The viewer as a member of a group; refuses where he is none."""
        return self.viewer.standing(group_id) or not_permitted()

    async def record(
        self,
        kind: str,
        *,
        group: UUID | None = None,
        subject: UUID | None = None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Write the change into the history."""
        await self.record_each(kind, [subject], group=group, before=before, after=after)

    async def record_each(
        self,
        kind: str,
        subjects: Sequence[UUID | None],
        *,
        group: UUID | None = None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Write the same change of several things into the history."""
        await history.record(
            self.transaction,
            kind,
            group_id=group,
            subject_ids=subjects,
            before=before or {},
            after=after or {},
        )


async def perform(
    operation: Operation,
    name: str,
    work: Callable[[Act], Awaitable[Any]],
    *,
    key: str | None = None,
    asked: object = None,
    isolation: Isolation = "serializable",
    touches_facts: bool = True,
) -> dict[str, Any]:
    """Make a change and answer with the row of its payload: ``result`` and ``errors``.

    :param name: the mutation, as the table names its rule: ``Mutation.name``.
    :param work: makes the change and returns what identifies its result; raises Refused.
    :param key: the client's idempotency key: the same request again returns the first result.
    :param asked: the input, to tell a repeat from another request under the same key.
    :param touches_facts: False where nothing is changed that decides what anybody may see or do:
        no membership, office, power, group, policy, suppression or session.
    :raises KairanError: UNAUTHENTICATED, CONFLICT.
    """
    if operation.caller.person is None:
        raise KairanError(ErrorCode.UNAUTHENTICATED, "Sign in first.")
    rule = POLICY[f"Mutation.{name}"]

    async def run(transaction: Transaction) -> Any:
        act = Act(transaction, rule)
        if key is None:
            return await work(act)
        return await _once(act, name, key, asked, work)

    try:
        result = await operation.change(run, isolation=isolation, touches_facts=touches_facts)
    except Refused as refused:
        return {"result": None, "errors": user_errors(refused.errors)}
    except ReferenceUnknown:
        return {"result": None, "errors": user_errors(_unknown_reference())}
    return {"result": result, "errors": []}


def _unknown_reference() -> list[dict[str, Any]]:
    try:
        not_permitted()
    except Refused as refused:
        return refused.errors


async def _once(
    act: Act, name: str, key: str, asked: object, work: Callable[[Act], Awaitable[UUID]]
) -> UUID:
    if not _KEY.fullmatch(key):
        refuse(
            UserErrorCode.INVALID,
            "Give 8 to 128 visible ASCII characters, such as a UUID.",
            "idempotencyKey",
        )
    digest = hashlib.sha256(orjson.dumps(asked, default=str)).hexdigest()
    before = await keys.find(act.transaction, key)
    if before is not None:
        if (before.mutation, before.request_hash) != (name, digest):
            refuse(
                UserErrorCode.KEY_REUSED,
                "This key was used for another request. Make a new one.",
                "idempotencyKey",
            )
        return before.object_id
    result = await work(act)
    await keys.keep(act.transaction, key, keys.Answered(name, digest, result))
    return result


def text(value: str, most: int, *field: str, least: int = 1, lines: bool = False) -> str:
    """Text as people mean it: composed, trimmed, ``least`` to ``most`` characters, some to be seen.

    :param lines: line breaks and tabs are allowed.
    """
    trimmed = composed(_LINE_ENDS.sub("\n", value)).strip()
    kinds = {c: unicodedata.category(c) for c in trimmed}
    allowed = "\n\t" if lines else ""
    if any(
        c in _TURNING or (kind in ("Cc", "Cs") and c not in allowed) for c, kind in kinds.items()
    ):
        refuse(UserErrorCode.INVALID, "Remove the control characters.", *field)
    # Letters, numbers, punctuation, symbols: all else is a blank of some width, or of none.
    seen = any(kind[0] in "LNPS" and c not in _UNSEEN for c, kind in kinds.items())
    if not least <= (len(trimmed) if seen else 0) <= most:
        refuse(UserErrorCode.INVALID, f"Give {least} to {most} characters.", *field)
    return trimmed


def optional_text(value: str | None, most: int, *field: str, lines: bool = False) -> str | None:
    """The same for text that may be left out; blank counts as left out."""
    if value is None or not value.strip():
        return None
    return text(value, most, *field, lines=lines)


def known(type_name: str, value: str) -> UUID:
    """The UUID of an id that must be of ``type_name``; refused like an unknown one."""
    return local_id(type_name, value) or not_permitted()


def optional(type_name: str, value: str | None) -> UUID | None:
    """The same for an id that may be left out."""
    return None if value is None else known(type_name, value)
