"""Changes as people make them: done, or refused with a code."""

from typing import Any

from tests.harness.kairan import Client


async def done(client: Client, mutation: str, selection: str = "", /, **asked: Any) -> Any:
    """What ``selection``'s one field of the payload holds; there must be no error."""
    payload = await client.change(mutation, selection, **asked)
    assert payload.pop("errors") == [], mutation
    return next(iter(payload.values()), None)


async def refused(client: Client, mutation: str, /, **asked: Any) -> tuple[str, str, str]:
    """The one error of a refused change: the field below ``input``, the code, the message."""
    [error] = (await client.change(mutation, **asked))["errors"]
    return ".".join(error["field"][1:]), error["code"], error["message"]


async def code(client: Client, mutation: str, /, **asked: Any) -> str:
    """The code of a refusal."""
    return (await refused(client, mutation, **asked))[1]


NOT_PERMITTED = (
    "",
    "NOT_PERMITTED",
    "There is no such thing, or it is not yours to change.",
)
