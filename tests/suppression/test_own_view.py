"""The suppressed herself sees and does as before; lifted, she is back with the next request."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.suppression.documents import DOCUMENTS, whole
from tests.suppression.neighbourhood import Neighbourhood, settle

OWN = """
    query($akebono: ID!, $ids: [ID!]!) {
        me {
            displayName name familyName givenName kana postalCode address building phone email
            birthDate ageBand
            memberships {
                displayName name address phone email birthDate ageBand joinedOn status
                han { name } household { paperOnly } group { name }
                appointments { office { title } }
            }
            membershipRequests { displayName message status group { name } }
        }
        group(id: $akebono) {
            viewerMembership { displayName name han { name } household { paperOnly } }
            unreadCircularCount
            circulars { nodes { title myReceipt { state readAt } author { displayName name } } }
            members { nodes { displayName name phone } }
        }
        nodes(ids: $ids) { ... on Member { displayName phone } ... on Household { paperOnly } }
    }
"""


@pytest_asyncio.fixture(scope="module")
async def here(superuser: asyncpg.Pool) -> Neighbourhood:
    return await settle(await City(superuser).found())


@pytest_asyncio.fixture(scope="module")
async def kairan(
    here: Neighbourhood, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    async with running(here.city, postgres.server, key_folder) as serving:
        yield serving


@pytest_asyncio.fixture
async def suppressed(here: Neighbourhood) -> AsyncIterator[None]:
    """Sayuri is suppressed for as long as the test runs."""
    await here.city.suppress(here.people["sayuri"])
    yield
    await here.city.execute("delete from kairan.suppressions where city = $1")


async def own_view(here: Neighbourhood, kairan: Kairan) -> str:
    client = await kairan.client(here.people["sayuri"])
    ids = [here.members["sayuri@akebono"].gid, here.things["her house"].gid]
    variables = {"akebono": here.things["akebono"].gid, "ids": ids}
    response = await client.post({"query": OWN, "variables": variables})
    return response.text


async def seen_by(name: str, here: Neighbourhood, kairan: Kairan) -> str:
    """The roster of akebono as somebody sees it."""
    client = await kairan.client(here.people[name])
    variables = {"group": here.things["akebono"].gid}
    response = await client.post({"query": whole(DOCUMENTS["members"]), "variables": variables})
    return response.text


async def test_she_sees_all_that_she_saw_before(here: Neighbourhood, kairan: Kairan) -> None:
    before = await own_view(here, kairan)
    await here.city.suppress(here.people["sayuri"])
    try:
        assert await own_view(here, kairan) == before
    finally:
        await here.city.execute("delete from kairan.suppressions where city = $1")
    data = json.loads(before)["data"]
    assert data["me"]["name"] == "百合 さゆり"
    assert data["me"]["phone"] == "0166-00-1111"
    assert [m["displayName"] for m in data["me"]["memberships"]] == ["さゆり", "さゆり", "さゆり"]
    assert data["group"]["viewerMembership"] == {
        "displayName": "さゆり",
        "name": "百合 さゆり",
        "han": {"name": "1班"},
        "household": {"paperOnly": True},
    }
    # She is the head of her han and sees the roster; her own row is whole in it.
    assert {"displayName": "さゆり", "name": "百合 さゆり", "phone": "0166-00-1111"} in data[
        "group"
    ]["members"]["nodes"]
    assert data["nodes"] == [
        {"displayName": "さゆり", "phone": "0166-00-1111"},
        {"paperOnly": True},
    ]


@pytest.mark.usefixtures("suppressed")
async def test_her_own_circulars_and_what_she_read_of_them_are_hers(
    here: Neighbourhood, kairan: Kairan
) -> None:
    data = json.loads(await own_view(here, kairan))["data"]["group"]
    assert data["unreadCircularCount"] == 0
    assert [(c["title"], c["myReceipt"]["state"]) for c in data["circulars"]["nodes"]] == [
        ("全員", "READ"),
        ("班", "READ"),
        ("役", "READ"),
        ("彼女の", "READ"),
    ]
    assert data["circulars"]["nodes"][3]["author"] == {
        "displayName": "さゆり",
        "name": "百合 さゆり",
    }


@pytest.mark.usefixtures("suppressed")
async def test_her_releases_are_written_in_the_neutral_name_and_others_find_it_there(
    here: Neighbourhood, kairan: Kairan
) -> None:
    here.city.clock.advance(seconds=1)
    await own_view(here, kairan)
    rows = await here.city.fetch(
        "select distinct viewer_name from kairan.releases where city = $1 and viewer = $2"
        " and released_at = $3",
        here.people["sayuri"].id,
        here.city.clock(),
    )
    assert rows == [{"viewer_name": "会員"}]
    client = await kairan.client(here.people["neighbour"])
    found = await client.data("{ me { releases { nodes { office seenBy } } } }")
    assert {node["seenBy"] for node in found["me"]["releases"]["nodes"]} == {"会員"}


async def test_a_suppression_acts_and_ends_with_the_next_request_of_one_token(
    here: Neighbourhood, kairan: Kairan
) -> None:
    client = await kairan.client(here.people["chair"])
    variables = {"group": here.things["akebono"].gid}
    body = {"query": whole(DOCUMENTS["members"]), "variables": variables}
    before = (await client.post(body)).text
    assert "百合 さゆり" in before
    suppression = await here.city.suppress(here.people["sayuri"])
    hidden = (await client.post(body)).text
    assert "さゆり" not in hidden
    assert "百合" not in hidden
    await here.city.execute(
        "update kairan.suppressions set lifted_at = $3 where city = $1 and id = $2",
        suppression,
        here.city.clock(),
    )
    assert (await client.post(body)).text == before
    await here.city.execute("delete from kairan.suppressions where city = $1")


async def test_of_two_suppressions_one_that_is_lifted_leaves_the_other_standing(
    here: Neighbourhood, kairan: Kairan
) -> None:
    first = await here.city.suppress(here.people["sayuri"])
    await here.city.suppress(here.people["sayuri"])
    await here.city.execute(
        "update kairan.suppressions set lifted_at = $3 where city = $1 and id = $2",
        first,
        here.city.clock(),
    )
    assert "百合" not in await seen_by("chair", here, kairan)
    await here.city.execute("delete from kairan.suppressions where city = $1")
    assert "百合" in await seen_by("chair", here, kairan)


@pytest.mark.usefixtures("suppressed")
async def test_two_who_are_suppressed_do_not_see_one_another(
    here: Neighbourhood, kairan: Kairan
) -> None:
    await here.city.suppress(here.people["chair"])
    for name in ("chair", "clerk"):
        assert "百合" not in await seen_by(name, here, kairan)
    assert "ヤマダ chair" not in await seen_by("clerk", here, kairan)
    assert "ヤマダ chair" in await seen_by("chair", here, kairan)


@pytest.mark.usefixtures("suppressed")
async def test_whoever_shares_her_household_is_told_nothing_of_her(
    here: Neighbourhood, kairan: Kairan
) -> None:
    client = await kairan.client(here.people["spouse"])
    answer = await client.ask(
        """query($id: ID!) { node(id: $id) { ... on Household {
            paperOnly han { name } members { nodes { displayName } } } }
            me { memberships { household { members { nodes { displayName } } } } } }""",
        id=here.things["their house"].gid,
    )
    # The house is the spouse's too; its members are for officers.
    assert answer["data"]["node"] == {
        "paperOnly": False,
        "han": {"name": "い組"},
        "members": None,
    }
    assert "さゆり" not in str(answer)
