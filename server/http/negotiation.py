"""Which media type an answer has: the Accept header (RFC 9110, 12.5.1; GraphQL over HTTP, Body)."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

# What servers elsewhere stream, defer or subscribe with, and this one does not.
STREAMS = frozenset({"text/event-stream", "multipart/mixed"})

_WORD = r"[!#$%&'*+.^_`|~0-9a-z-]+"
_KIND = re.compile(rf"{_WORD}/{_WORD}")
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def chosen(headers: Iterable[str]) -> str | None:
    """The type to answer with; None when the client takes neither (406).

    Of two that are liked equally the one that is named wins, and of two that are named GraphQL's
    own. Whoever names none (``*/*``, or no header at all) knows nothing of GraphQL's own and gets
    plain JSON.

    :param headers: the values of all Accept headers.
    """
    return _chosen(",".join(headers))


# Clients write it in a few ways, each with every request.
@lru_cache(64)
def _chosen(written: str) -> str | None:
    weights = accepted((written,))
    if weights is None:
        return JSON
    liked = []
    for kind in (GRAPHQL, JSON):
        named = kind in weights
        weight = weights.get(kind, weights.get("application/*", weights.get("*/*", 0.0)))
        liked.append((weight, named, kind == (GRAPHQL if named else JSON), kind))
    best = max(liked)
    return best[-1] if best[0] > 0 else None


def accepted(headers: Iterable[str]) -> dict[str, float] | None:
    """The media ranges with their weights; None where nothing is said.

    A range that is malformed, or wants another encoding than UTF-8, is as good as not there: what
    cannot be understood must not be what we answer with. Other parameters do not matter here.
    """
    written = ",".join(headers)
    if not written.strip(", \t"):
        return None
    weights: dict[str, float] = {}
    for kind, weight in _ranges(written.lower()):
        weights[kind] = max(weight, weights.get(kind, 0.0))
    return weights


def _ranges(written: str) -> Iterator[tuple[str, float]]:
    for entry in written.split(","):
        kind, *parameters = (piece.strip() for piece in entry.split(";"))
        values = dict(_pair(parameter) for parameter in parameters if parameter)
        weight = values.get("q", "1")
        encoding = values.get("charset", "utf-8").strip('"')
        if _KIND.fullmatch(kind) and _WEIGHT.fullmatch(weight) and encoding in ("utf-8", "utf8"):
            yield kind, float(weight)


def _pair(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return name.strip(), value.strip()
