"""Two people at the same moment, on connections of their own; often enough that they do meet."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from tests.harness.city import City, Thing

ROUNDS = 20


async def at_once(*changes: Awaitable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The payloads of changes begun together. None may end in a GraphQL error."""
    return list(await asyncio.gather(*changes))


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and message of what a person is told."""
    return [(error["code"], error["message"]) for error in payload["errors"]]


async def history(city: City, group: Thing) -> list[str]:
    """The kinds of all changes in a group, sorted."""
    rows = await city.fetch(
        "select kind from kairan.changes where city = $1 and group_id = $2 order by kind",
        group.id,
    )
    return [row["kind"] for row in rows]
