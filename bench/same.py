"""Whether all contenders answer the same; nothing is measured before they do."""

import json
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.contenders import Contender, Place, Server, answer_of, running
from bench.database import Database
from bench.requests import Ask, Request
from bench.tokens import token_of, tokens
from bench.wire import Counter, counting
from server.keys.tokens import Tokens

_SHOWN = 20
# The first ones prepare their statements; of the others each runs the same number.
UNCOUNTED, COUNTED = 5, 5
# What is a moment of now, and so another one for each contender.
_NOW = {"readAt"}


class Different(Exception):
    """An answer is not what another contender answers, or not what the request is about."""


@dataclass(frozen=True)
class Answered:
    """What one contender answered to one request.

    :param data: normalised: ids as in the tables, moments compared as moments.
    """

    data: Any
    statements: int
    size: int


def answered(contender: Contender, request: Request, database: Database, folder: Path) -> Answered:
    """Ask a contender some times, through somebody who counts its statements.

    Raises Different for an answer that is none.
    """
    with counting(database.url_for(contender.has_walls)) as counter:
        place = Place(counter.database_url, folder, request.settings)
        with running(contender, place) as server:
            found = asked(server, request, counter, tokens(place.key_file))
    if request.changes:
        database.unread()
    return found


def asked(
    server: Server,
    request: Request,
    counter: Counter,
    issuer: Tokens,
    *,
    uncounted: int = UNCOUNTED,
    counted: int = COUNTED,
) -> Answered:
    """The same of a server that runs already."""
    contender, statements = server.contender, []
    first: tuple[int, bytes] | None = None
    for number, ask in enumerate(islice(_again(request), uncounted + counted)):
        sent = contender.encoded(request, ask, token_of(ask.visitor, issuer))
        before = counter.statements
        status, body = answer_of(server, sent)
        if number >= uncounted:
            statements.append(counter.statements - before)
        first = first or (status, body)
    assert first is not None
    return Answered(
        data=_read(contender, request, *first),
        statements=int(statistics.median(statements)),
        size=len(first[1]),
    )


def compare(request: Request, found: Mapping[str, Answered]) -> None:
    """Raise Different, with what differs where, unless all answered the same and it is enough."""
    names = list(found)
    for name in names:
        if not request.holds(found[name].data):
            raise Different(
                f"{request.name}: {name} answers something else than {request.words!r}:"
                f" {json.dumps(found[name].data, ensure_ascii=False)[:500]}"
            )
    # Who is compared with is the plainest of them.
    one = names[-1]
    for other in names[:-1]:
        lines = list(islice(differences(found[other].data, found[one].data, "data"), _SHOWN + 1))
        if lines:
            more = ["and more"] if len(lines) > _SHOWN else []
            raise Different(
                "\n".join([f"{request.name}: {other} and {one} differ:", *lines[:_SHOWN], *more])
            )


def differences(one: Any, other: Any, where: str) -> Iterator[str]:
    """A line for each value that is not the same, with where it stands."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one | other:
            if name in one and name in other:
                yield from differences(one[name], other[name], f"{where}.{name}")
            else:
                which = "the first" if name in other else "the second"
                yield f"  {where}.{name} is missing in {which}"
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"  {where} has {len(one)} and {len(other)} items"
        for number, pair in enumerate(zip(one, other, strict=False)):
            yield from differences(*pair, f"{where}[{number}]")
    elif one != other or type(one) is not type(other):
        yield f"  {where} is {one!r} and {other!r}"


def _again(request: Request) -> Iterator[Ask]:
    while True:
        yield from request.asks()


def _read(contender: Contender, request: Request, status: int, body: bytes) -> Any:
    if status != 200:
        raise Different(f"{request.name}: {contender.name} answers {status}: {body[:500]!r}")
    answer = json.loads(body)
    if "errors" in answer:
        raise Different(f"{request.name}: {contender.name} answers {answer['errors']}")
    return _normal(contender.data(answer))


def _normal(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _normal(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if name.endswith("At") and value is not None:
        moment = datetime.fromisoformat(value).timestamp()
        return "now" if name in _NOW else moment
    return value
