"""Not even the ledger tells: auditors and neighbours find the same rows about the same numbers."""

import json
from typing import Any

import pytest

from tests.suppression.conftest import Twins
from tests.suppression.documents import BY_IDS, DOCUMENTS, GROUPS, SEARCH

LEDGER = """
    { releases(first: 200) { nodes {
        releasedAt group { name } office fields purposes operationName subjectCount seenBy
    } pageInfo { hasNextPage } } }
"""
OWN = """
    { me { releases(first: 200) { nodes {
        releasedAt group { name } office fields purposes operationName subjectCount seenBy
    } pageInfo { hasNextPage } } } }
"""


def rows(text: str) -> list[Any]:
    """The releases in an answer; those of one moment come in no order."""
    data = json.loads(text)["data"]
    found = (data.get("me") or data)["releases"]
    assert found["pageInfo"] == {"hasNextPage": False}
    return sorted(json.dumps(node, ensure_ascii=False) for node in found["nodes"])


@pytest.mark.parametrize("viewer", ["chair", "clerk", "postman", "head", "manager", "neighbour"])
async def test_whatever_an_officer_looked_at_auditor_and_neighbours_find_the_same(
    viewer: str, twins: Twins
) -> None:
    await twins.forget_releases()
    things = twins.here.things
    for group in GROUPS:
        for document in DOCUMENTS.values():
            await twins.answers(viewer, document, group=things[group].gid)
        for search in ("会員", "さゆり", "山田"):
            await twins.answers(viewer, SEARCH, group=things[group].gid, search=search)
    for id_ in twins.here.ids:
        await twins.answers(viewer, BY_IDS, ids=[id_])

    hidden, empty = await twins.answers("AUDITOR", LEDGER)
    assert rows(hidden[0]) == rows(empty[0])
    least = {"chair": 6, "clerk": 6, "head": 6, "postman": 3}
    assert len(rows(hidden[0])) >= least.get(viewer, 1)
    for name in ("neighbour", "newcomer", "fellow", "gone", "chair"):
        hidden, empty = await twins.answers(name, OWN)
        assert rows(hidden[0]) == rows(empty[0]), name
