"""Cursors and filters: a guess about another group answers like one about nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from resolvers.global_ids import from_global_id, to_cursor, to_global_id
from tests.sideways.sending import whole
from tests.sideways.town import Association, Town

IN_GROUP = "query ($id: ID!, $after: String) {{ group(id: $id) {{ {} }} }}"
BY_ID = "query ($id: ID!, $after: String) {{ node(id: $id) {{ ... on {} }} }}"
PAGE = "(first: 5, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor } }"

Pick = Callable[[Association], Any]

# Each list: who may read it, how, of what it is a list, and a row that stands on such a list.
LISTS: dict[str, tuple[str, str, Pick, Pick]] = {
    "members": (
        "president",
        IN_GROUP.format("members" + PAGE),
        lambda there: there.group,
        lambda there: there.member,
    ),
    "circulars": (
        "member",
        IN_GROUP.format("circulars" + PAGE),
        lambda there: there.group,
        lambda there: there.circular,
    ),
    "applications": (
        "president",
        IN_GROUP.format("membershipRequests" + PAGE),
        lambda there: there.group,
        lambda there: there.request,
    ),
    "history": (
        "president",
        IN_GROUP.format("history" + PAGE),
        lambda there: there.group,
        lambda there: there.group,
    ),
    "members of a han": (
        "president",
        BY_ID.format("Han { members" + PAGE + "}"),
        lambda there: there.han,
        lambda there: there.member,
    ),
    "members of a household": (
        "president",
        BY_ID.format("Household { members" + PAGE + "}"),
        lambda there: there.household,
        lambda there: there.member,
    ),
    "receipts": (
        "president",
        BY_ID.format("Circular { receipts" + PAGE + "}"),
        lambda there: there.circular,
        lambda there: there.member,
    ),
}


def guesses(town: Town, row: Pick) -> dict[str, str]:
    own = row(town.ours)
    return {
        "of another group": to_cursor(row(town.theirs).id),
        "of another city": to_cursor(row(town.abroad).id),
        "nil": to_cursor(UUID(int=0)),
        "an id and no cursor": own.gid,
        "the resident's": to_cursor(town.ours.member.person.id),
        "cut off": to_cursor(own.id)[:-1],
        "padded": to_cursor(own.id) + "=",
        "empty": "",
        "not ASCII": "会員",
        "a number": "0",
        "SQL": "' or 1=1 --",
    }


@pytest.mark.parametrize("name", LISTS)
async def test_a_cursor_of_another_list_is_no_cursor(name: str, town: Town) -> None:
    who, query, parent, row = LISTS[name]

    async def page(after: str | None) -> Any:
        variables = {"id": parent(town.ours).gid, "after": after}
        return await town.clients[who].post({"query": query, "variables": variables})

    assert "errors" not in (await page(None)).json()
    if name != "history":
        assert "errors" not in (await page(to_cursor(row(town.ours).id))).json()
    expected = whole(await page(to_cursor(uuid4())))
    assert b"CURSOR_UNKNOWN" in expected[2]
    for what, guess in guesses(town, row).items():
        assert whole(await page(guess)) == expected, what


@pytest.mark.parametrize("name", sorted(set(LISTS) - {"history"}))
async def test_who_leads_both_groups_is_told_the_same_of_the_other_ones_rows(
    name: str, town: Town
) -> None:
    _, query, parent, row = LISTS[name]

    async def page(after: str) -> Any:
        variables = {"id": parent(town.ours).gid, "after": after}
        return await town.clients["both"].post({"query": query, "variables": variables})

    assert "errors" not in (await page(to_cursor(row(town.ours).id))).json()
    expected = whole(await page(to_cursor(uuid4())))
    assert whole(await page(to_cursor(row(town.theirs).id))) == expected


@pytest.mark.parametrize("field", ["history", "releases"])
async def test_nor_on_the_lists_of_the_whole_city(field: str, town: Town) -> None:
    query = f"query ($after: String) {{ {field}{PAGE} }}"

    async def page(after: str | None) -> Any:
        return await town.clients["AUDITOR"].post({"query": query, "variables": {"after": after}})

    assert "errors" not in (await page(None)).json()
    expected = whole(await page(to_cursor(uuid4())))
    assert b"CURSOR_UNKNOWN" in expected[2]
    for what, guess in guesses(town, lambda there: there.circular).items():
        assert whole(await page(guess)) == expected, what


@pytest.mark.parametrize("who", ["president", "member", "stranger", "OPERATIONS", "nobody"])
async def test_a_group_of_the_directory_is_a_place_on_it_and_nothing_else_is(
    who: str, town: Town
) -> None:
    query = f"query ($after: String) {{ groups{PAGE} }}"

    async def page(after: str | None) -> Any:
        return await town.clients[who].post({"query": query, "variables": {"after": after}})

    assert "errors" not in (await page(to_cursor(town.theirs.group.id))).json()
    expected = whole(await page(to_cursor(uuid4())))
    assert b"CURSOR_UNKNOWN" in expected[2]
    for other in (town.abroad.group, town.ours.han, town.ours.circular, town.ours.member):
        assert whole(await page(to_cursor(other.id))) == expected, other.type


def _wrong_ids(town: Town, right: Pick) -> dict[str, str]:
    found = from_global_id(right(town.ours).gid)
    assert found is not None
    kind, local = found
    return {
        "of another city": right(town.abroad).gid,
        "a member's": town.ours.member.gid,
        "called a Group": to_global_id("Group", local),
        "the group's, called the right thing": to_global_id(kind, town.ours.group.id),
        "nil": to_global_id(kind, UUID(int=0)),
        "cut off": right(town.ours).gid[:-1],
        "empty": "",
        "not ASCII": "班",
    }


@pytest.mark.parametrize("who", ["president", "member", "stranger", "OPERATIONS", "nobody"])
async def test_a_han_of_another_group_finds_what_no_han_finds(who: str, town: Town) -> None:
    query = """
        query ($id: ID!, $han: ID) { group(id: $id) { members(han: $han) {
            pageInfo { hasNextPage endCursor } nodes { id displayName } } } }
    """

    async def found(han: str) -> Any:
        variables = {"id": town.ours.group.gid, "han": han}
        return await town.clients[who].post({"query": query, "variables": variables})

    expected = whole(await found(to_global_id("Han", uuid4())))
    guessed = _wrong_ids(town, lambda there: there.han)
    for what, han in {**guessed, "of another group": town.theirs.han.gid}.items():
        assert whole(await found(han)) == expected, what
    # The right one finds her, for who is shown where members live.
    assert (whole(await found(town.ours.han.gid)) == expected) is (who != "president")


async def test_an_area_of_another_city_finds_what_no_area_finds(town: Town) -> None:
    query = "query ($area: ID) { groups(area: $area) { nodes { name } pageInfo { endCursor } } }"

    async def found(area: str) -> Any:
        return await town.kairan.nobody.post({"query": query, "variables": {"area": area}})

    expected = whole(await found(to_global_id("Area", uuid4())))
    for what, area in _wrong_ids(town, lambda there: there.area).items():
        assert whole(await found(area)) == expected, what
    assert whole(await found(town.theirs.area.gid)) != expected


@pytest.mark.parametrize(
    "who",
    ["stranger", "member", "powerless", "former", "their president", "OPERATIONS", "nobody"],
)
async def test_a_node_of_another_group_is_one_that_never_was(who: str, town: Town) -> None:
    query = "query ($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } }"
    own = {
        "member": {"Member", "Han", "Household", "Office", "Appointment", "Circular", "Resident"},
        "powerless": {"Han", "Office", "Appointment", "Circular"},
        "former": {"Han", "Office", "Appointment", "Circular"},
        "OPERATIONS": {"Office", "Appointment"},
    }
    for name, id_ in town.ours.ids().items():
        found = from_global_id(id_)
        assert found is not None
        if found[0] in {"Group", "Area"} | own.get(who, set()):
            continue
        # A holder of an office is known to the members by it.
        if name == "member" and who in ("powerless", "former"):
            continue

        async def ask(id_: str) -> Any:
            variables = {"id": id_, "ids": [id_, id_]}
            return await town.clients[who].post({"query": query, "variables": variables})

        never = whole(await ask(to_global_id(found[0], uuid4())))
        assert never[2] == b'{"data":{"node":null,"nodes":[null,null]}}'
        assert whole(await ask(id_)) == never, name
