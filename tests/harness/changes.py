"""Mutations as a client sends them: one input, one payload."""

from typing import Any

from tests.harness.kairan import Client

ERRORS = "errors { field code message }"


def document(mutation: str, selection: str = "") -> str:
    """A document that runs ``mutation`` with ``$input`` and selects its errors too."""
    kind = mutation[0].upper() + mutation[1:]
    asked = f"{mutation}(input: $input) {{ {selection} {ERRORS} }}"
    return f"mutation ($input: {kind}Input!) {{ {asked} }}"


async def change(
    client: Client, mutation: str, selection: str = "", /, **fields: Any
) -> dict[str, Any]:
    """The payload of a mutation, ``errors`` included; the answer must be without GraphQL errors.

    :param selection: what to select of the payload beside its errors, such as ``group { id }``.
    :param fields: the fields of the input, in GraphQL's spelling.
    """
    data = await client.data(document(mutation, selection), input=fields)
    payload: dict[str, Any] = data[mutation]
    return payload


async def done(client: Client, mutation: str, selection: str, /, **fields: Any) -> Any:
    """The changed object of a mutation that must have no errors.

    :param selection: exactly one field of the payload, such as ``group { id }``.
    """
    payload = await change(client, mutation, selection, **fields)
    assert payload["errors"] == [], (mutation, payload["errors"])
    return payload[selection.split()[0]]


async def refused(client: Client, mutation: str, /, **fields: Any) -> str:
    """The code of the one user error of a mutation that must be refused."""
    payload = await change(client, mutation, **fields)
    (error,) = payload["errors"]
    code: str = error["code"]
    return code
