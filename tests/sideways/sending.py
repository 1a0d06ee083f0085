"""Sends a case, and keeps all of the answer that two of them may share."""

from typing import Any

import httpx

from tests.harness.kairan import Client
from tests.sideways.cases import Case

REFUSED = {
    "field": ["input"],
    "code": "NOT_PERMITTED",
    "message": "There is no such thing, or it is not yours to change.",
}


def whole(response: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """A response but for what no two of them share."""
    headers = dict(response.headers)
    assert len(headers.pop("x-request-id")) == 32
    headers.pop("date")
    return response.status_code, headers, response.content


async def send(client: Client, case: Case, asked: dict[str, Any]) -> httpx.Response:
    return await client.post({"query": case.document, "variables": {"input": asked}})
