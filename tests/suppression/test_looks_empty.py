"""A suppressed member looks like one who never filled anything in: by every road, to everybody."""

import json

import pytest

from tests.suppression.conftest import Twins
from tests.suppression.documents import BY_IDS, DOCUMENTS, GROUPS, PAGES, SEARCH
from tests.suppression.neighbourhood import HERS

VIEWERS = (
    *("chair", "clerk", "postman", "neighbour", "newcomer", "head", "spouse", "fellow"),
    *("manager", "gone", "applicant", "stranger", "nobody"),
    *("OPERATIONS", "SUPPRESSION", "AUDITOR"),
)
# Parts of what she filled in, of what everybody goes by, and of what others are called.
TYPED = ("さゆり", "百合", "ユリ", "会員", "会", "山田", "chair", "")


def shows_nothing_of_hers(text: str) -> bool:
    return not any(value in text for value in HERS)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_by_every_road_everybody_is_answered_alike(
    viewer: str, name: str, twins: Twins
) -> None:
    await twins.forget_releases()
    for group in GROUPS:
        group_id = twins.here.things[group].gid
        hidden, empty = await twins.answers(viewer, DOCUMENTS[name], group=group_id)
        assert "errors" not in json.loads(hidden[0])
        assert hidden == empty, group
        assert shows_nothing_of_hers(hidden[0])


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_by_the_id_of_everything_everybody_is_answered_alike(
    viewer: str, twins: Twins
) -> None:
    hidden, empty = await twins.answers(viewer, BY_IDS, ids=twins.here.ids)
    assert hidden == empty
    assert shows_nothing_of_hers(hidden[0])
    for id_ in twins.here.ids:
        hidden, empty = await twins.answers(viewer, BY_IDS, ids=[id_])
        assert hidden == empty


@pytest.mark.parametrize(
    ("viewer", "group"),
    [
        *(("chair", "akebono"), ("clerk", "akebono"), ("neighbour", "akebono")),
        *(("head", "botan"), ("fellow", "botan"), ("manager", "chigusa")),
    ],
)
async def test_whatever_is_searched_everybody_is_answered_alike(
    viewer: str, group: str, twins: Twins
) -> None:
    things = twins.here.things
    for search in TYPED:
        for han in (None, things["1班"].gid, things["い組"].gid):
            hidden, empty = await twins.answers(
                viewer, SEARCH, group=things[group].gid, search=search, han=han
            )
            assert hidden == empty, (search, han)
            assert shows_nothing_of_hers(hidden[0])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("viewer", ["chair", "clerk", "postman", "head", "fellow", "manager"])
async def test_page_by_page_everybody_is_answered_alike(
    viewer: str, name: str, twins: Twins
) -> None:
    things = twins.here.things
    lists = {
        "members": ("akebono", "botan"),
        "requests": ("akebono", "chigusa"),
        "receipts": ("全員", "班", "役", "彼女の", "よそ"),
        "outstanding": ("全員", "班", "役", "彼女の", "よそ"),
        "han": ("1班", "い組"),
        "household": ("her house", "their house", "next door"),
    }
    for size in (1, 2, 3, 7):
        for parent in lists[name]:
            after: str | None = None
            while True:
                hidden, empty = await twins.answers(
                    viewer, PAGES[name], group=things[parent].gid, first=size, after=after
                )
                assert hidden == empty, (parent, size, after)
                page = (json.loads(hidden[0])["data"]["group"] or {}).get("page")
                if page is None or not page["pageInfo"]["hasNextPage"]:
                    break
                after = page["pageInfo"]["endCursor"]


async def test_without_the_suppression_the_same_questions_tell_the_two_apart(
    twins: Twins,
) -> None:
    """The tests above compare something: lifted for a moment, she is everywhere."""
    city = twins.here.city
    await city.execute("update kairan.suppressions set lifted_at = now() where city = $1")
    try:
        for name in ("members", "hans", "households", "offices", "circulars", "receipts by state"):
            hidden, empty = await twins.answers(
                "chair", DOCUMENTS[name], group=twins.here.things["akebono"].gid
            )
            assert hidden[0] != empty[0], name
        hidden, empty = await twins.answers(
            "manager", DOCUMENTS["requests"], group=twins.here.things["chigusa"].gid
        )
        assert hidden[0] != empty[0]
        hidden, empty = await twins.answers(
            "gone", DOCUMENTS["who saw"], group=twins.here.things["akebono"].gid
        )
        assert hidden[0] != empty[0]
    finally:
        await city.execute("update kairan.suppressions set lifted_at = null where city = $1")


async def test_her_application_is_one_without_a_name_or_a_word(twins: Twins) -> None:
    hidden, _ = await twins.answers(
        "manager", DOCUMENTS["requests"], group=twins.here.things["chigusa"].gid
    )
    found = json.loads(hidden[0])["data"]["group"]["membershipRequests"]["nodes"]
    # Both came in at one moment, and stand in no order.
    assert {(request["displayName"], request["message"]) for request in found} == {
        ("会員", None),
        ("はじめ", None),
    }


@pytest.mark.parametrize("role", ["OPERATIONS", "SUPPRESSION", "AUDITOR"])
async def test_staff_see_the_term_of_her_office_and_not_that_it_is_hers(
    role: str, twins: Twins
) -> None:
    hidden, _ = await twins.answers(
        role, DOCUMENTS["offices"], group=twins.here.things["akebono"].gid
    )
    offices = json.loads(hidden[0])["data"]["group"]["offices"]
    if role == "SUPPRESSION":
        assert offices is None
        return
    assert len(offices) == 4
    holders = [
        appointment["holder"] for office in offices for appointment in office["appointments"]
    ]
    assert holders == [None, None, None, None]
