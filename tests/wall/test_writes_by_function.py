"""What row security cannot judge goes through functions; these judge on their own."""

from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.harness.city import City
from tests.wall.entering import entered
from tests.wall.neighbourhood import Neighbourhood
from tests.wall.street import settle_street, spelled

MANAGERS = {"ken", "jin"}


@pytest_asyncio.fixture(scope="module")
async def street(superuser: asyncpg.Pool) -> Neighbourhood:
    """Every write to it is rolled back."""
    return await settle_street(await City(superuser).found())


@pytest_asyncio.fixture(scope="module")
async def elsewhere(superuser: asyncpg.Pool) -> Neighbourhood:
    """The same street in another city."""
    return await settle_street(await City(superuser).found())


def place(group: str, member: str, han: str = "null", household: str = "null") -> str:
    return f"select app.place_member({group}, {member}, {han}, {household}, <now>)"


async def by_whom(
    server: asyncpg.Connection, street: Neighbourhood, statement: str
) -> dict[Any, set[str]]:
    """Who got which answer."""
    answers: dict[Any, set[str]] = {}
    for viewer in ("nobody", *street.people):
        async with entered(server, street, viewer):
            answer = await server.fetchval(spelled(street, statement, viewer))
            answers.setdefault(answer, set()).add(viewer)
    return answers


@pytest.mark.parametrize(
    "statement",
    [
        place("<akebono>", "<hanako@akebono>"),
        place("<akebono>", "<ken@akebono>", "<1班>", "<hanako's house>"),
        # Like anybody, though an officer finds no such row and no such household.
        place("<akebono>", "<sayuri@akebono>", "<1班>", "<hanako's house>"),
        place("<akebono>", "<kaikei@akebono>", "<1班>", "<sayuri's house>"),
    ],
)
async def test_who_manages_members_places_them_and_nobody_else(
    statement: str, street: Neighbourhood, server: asyncpg.Connection
) -> None:
    answers = await by_whom(server, street, statement)
    assert answers == {True: MANAGERS, False: {"nobody", *street.people} - MANAGERS}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(place("<eki>", "<hanako@akebono>"), id="a group he is not in"),
        pytest.param(place("<akebono>", "<taro@botan>"), id="a member of another group"),
        pytest.param(place("<botan>", "<taro@botan>"), id="where one is a plain member"),
        pytest.param(place("<chigusa>", "<kyu@chigusa>"), id="in a suspended group"),
        pytest.param(place("<dahlia>", "<kyu@dahlia>"), id="in a group that has ended"),
        pytest.param(place("<akebono>", "<saru@akebono>"), id="who left"),
        pytest.param(place("<akebono>", "<new>"), id="who never was"),
        pytest.param(place("null", "<hanako@akebono>"), id="no group"),
        pytest.param(place("<akebono>", "null"), id="nobody"),
        pytest.param(place("<akebono>", "<hanako@akebono>", "<い組>"), id="another group's han"),
        pytest.param(place("<akebono>", "<hanako@akebono>", "<new>"), id="no han"),
        pytest.param(
            place("<akebono>", "<hanako@akebono>", "null", "<goro's house>"),
            id="another group's household",
        ),
        pytest.param(place("<akebono>", "<hanako@akebono>", "<1班>", "<new>"), id="no household"),
    ],
)
async def test_nobody_places_what_does_not_belong_together(
    statement: str, street: Neighbourhood, server: asyncpg.Connection
) -> None:
    # eri has all powers in eki, ken in akebono: between them nothing is placed either.
    assert await by_whom(server, street, statement) == {False: {"nobody", *street.people}}


async def test_the_same_ids_in_another_city_are_not_placed(
    street: Neighbourhood, elsewhere: Neighbourhood, server: asyncpg.Connection
) -> None:
    theirs = spelled(elsewhere, place("<akebono>", "<hanako@akebono>"), "ken")
    async with entered(server, street, "ken"):
        assert await server.fetchval(theirs) is False
    mixed = place(spelled(street, "<akebono>", "ken"), "<hanako@akebono>")
    async with entered(server, street, "ken"):
        assert await server.fetchval(spelled(elsewhere, mixed, "ken")) is False


async def test_the_han_before_is_kept_with_the_moment_it_ended(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    kept = "select membership_id, until, group_id, resident_id, han_id from kairan.past_places"
    now = street.city.clock()
    async with entered(server, street, "ken"):
        await server.fetchval(spelled(street, place("<akebono>", "<hanako@akebono>"), "ken"))
        await server.fetchval(spelled(street, place("<akebono>", "<kaikei@akebono>"), "ken"))
        # Moved again in the same moment, and to where she is: nothing more to keep.
        back = place("<akebono>", "<hanako@akebono>", "<1班>")
        await server.fetchval(spelled(street, back, "ken"))
        await server.fetchval(spelled(street, back, "ken"))
        rows = [tuple(row) for row in await server.fetch(kept)]
    named = [
        (street.names[member], until, *(street.names[id_] for id_ in rest))
        for member, until, *rest in rows
    ]
    assert named == [("hanako@akebono", now, "akebono", "hanako", "1班")]


async def test_the_suppressed_ones_han_before_is_kept_and_shown_to_no_officer(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with entered(server, street, "ken"):
        move = spelled(street, place("<akebono>", "<sayuri@akebono>"), "ken")
        assert await server.fetchval(move) is True
        assert await server.fetchval("select count(*) from kairan.past_places") == 0
        person, session = street.who("sayuri")
        await server.fetchval(
            "select app.enter($1, $2, $3, $4)",
            street.city.number,
            person,
            session,
            street.city.clock(),
        )
        assert await server.fetchval("select count(*) from kairan.past_places") == 1


async def test_who_manages_members_chooses_who_may_list_them(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    choice = "select app.choose_directory(<{}>, 'MEMBERS')"
    everybody = {"nobody", *street.people}
    expected: dict[str, set[str]] = {
        "akebono": MANAGERS,
        "eki": {"eri"},
        "botan": set(),
        "chigusa": set(),
        "dahlia": set(),
        "new": set(),
    }
    for group, by in expected.items():
        answers = await by_whom(server, street, choice.format(group))
        assert answers.get(True, set()) == by, group
        assert answers[False] == everybody - by


@pytest.mark.parametrize(
    ("members", "by"),
    [
        ("array[<ken@akebono>, <sayuri@akebono>]", {"OPERATIONS"}),
        ("array[<ken@akebono>, <saru@akebono>]", set()),
        ("array[<taro@botan>]", set()),
        ("array[<new>::uuid]", set()),
        ("array[<ken>]", set()),
    ],
)
async def test_city_staff_who_appoint_are_told_yes_or_no_and_nobody_else_is(
    members: str, by: set[str], street: Neighbourhood, server: asyncpg.Connection
) -> None:
    question = f"select app.are_active(<akebono>, ({members})::uuid[])"
    answers = await by_whom(server, street, question)
    assert answers.get(True, set()) == by
    assert answers[False] == {"nobody", *street.people} - by


async def test_without_entering_the_functions_do_nothing(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    for statement in (
        place("<akebono>", "<hanako@akebono>"),
        "select app.choose_directory(<akebono>, 'MEMBERS')",
        "select app.are_active(<akebono>, array[<ken@akebono>::uuid])",
    ):
        assert await server.fetchval(spelled(street, statement, "ken")) is False
