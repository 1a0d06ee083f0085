"""who_may_table.py, cell by cell, over HTTP; and that a refusal leaves everything as it was."""

from pathlib import Path
from typing import Any

import graphql
import pytest
import pytest_asyncio

from permissions.words import Power
from tests.acts import who_may_table
from tests.acts.requests import REQUESTS
from tests.acts.snapshot import Everything, everything
from tests.acts.ward import Ward, found_ward
from tests.harness.city import ALL_POWERS, City, Person
from tests.harness.door import AT_THE_DOOR
from tests.harness.kairan import Client, Kairan
from tests.matrix.cells import table

SCHEMA = graphql.build_schema((Path(__file__).parents[2] / "schema.graphql").read_text())
NEEDS = {
    "approveMembership": Power.MANAGE_MEMBERS,
    "declineMembership": Power.MANAGE_MEMBERS,
    "moveMember": Power.MANAGE_MEMBERS,
    "removeMember": Power.MANAGE_MEMBERS,
    "setMemberDirectory": Power.MANAGE_MEMBERS,
    "defineHan": Power.MANAGE_MEMBERS,
    "defineHousehold": Power.MANAGE_MEMBERS,
    "publishCircular": Power.PUBLISH,
    "editCircular": Power.PUBLISH,
    "withdrawCircular": Power.PUBLISH,
    "recordPaperDelivery": Power.VIEW_RECEIPTS,
}
RUNS = ("trial", "suspended", "ended")
OF_APPLICANTS = {"withdrawRequest", "approveMembership", "declineMembership", "requestMembership"}
CODES = {"-": "NOT_PERMITTED", "member": "ALREADY_MEMBER", "closed": "GROUP_NOT_OPEN"}
REFUSED = {
    "field": ["input"],
    "code": "NOT_PERMITTED",
    "message": "There is no such thing, or it is not yours to change.",
}
# The refusals first: what they are compared with is read after each, and grows with what is done.
CELLS = [
    pytest.param(mutation, viewer, cell, id=f"{mutation}: {viewer}")
    for done in (False, True)
    for text in who_may_table.ALL
    for (mutation, viewer), cell in table(text).items()
    if (cell == "done") is done
]


async def ward_for(city: City, viewer: str, power: Power) -> Ward:
    """The group that a column of the matrix is about."""
    if viewer in RUNS:
        return await found_ward(city, participation=viewer.upper())
    if viewer == "taken back":
        left = tuple(each for each in ALL_POWERS if each != power)
        return await found_ward(city, delegated=left)
    return await found_ward(city, led=viewer != "first")


class Wards:
    """Wards in which nothing ever happens, kept from one refusal to the next."""

    def __init__(self, kairan: Kairan) -> None:
        self.kairan = kairan
        self.kept: dict[object, Ward] = {}
        self.clients: dict[Person, Client] = {}
        self.last: Everything | None = None

    async def kept_for(self, viewer: str, power: Power) -> Ward:
        """One for all refusals of the kind."""
        kind: object = viewer if viewer in (*RUNS, "first") else None
        if viewer == "taken back":
            kind = power
        if kind not in self.kept:
            self.last = None
            self.kept[kind] = await ward_for(self.kairan.city, viewer, power)
        return self.kept[kind]

    async def client(self, person: Person) -> Client:
        """Somebody, signed in once."""
        if person not in self.clients:
            self.last = None
            self.clients[person] = await self.kairan.client(person)
        return self.clients[person]


@pytest_asyncio.fixture(scope="module")
async def wards(hall: Kairan) -> Wards:
    """The wards of this module."""
    return Wards(hall)


async def viewer_of(ward: Ward, mutation: str, viewer: str, power: Power) -> Person:
    """Who sits in a column."""
    if viewer != "self":
        return await ward.seat(viewer, power)
    if mutation in OF_APPLICANTS:
        return ward.applicant
    return (ward.sayuri if mutation == "liftSuppression" else ward.hanako).person


@pytest.mark.parametrize(("mutation", "viewer", "cell"), CELLS)
async def test_it_is_done_or_refused_as_the_matrix_says(
    wards: Wards, mutation: str, viewer: str, cell: str
) -> None:
    city, power = wards.kairan.city, NEEDS.get(mutation, Power.MANAGE_OFFICES)
    ward = await (
        ward_for(city, viewer, power) if cell == "done" else wards.kept_for(viewer, power)
    )
    client = wards.kairan.nobody
    if viewer != "nobody":
        client = await wards.client(await viewer_of(ward, mutation, viewer, power))
    asked = REQUESTS[mutation](ward)
    before = wards.last or await everything(city)

    if cell == "401":
        await refused_unless_signed_in(client, mutation, asked)
    else:
        errors = (await client.change(mutation, **asked))["errors"]
        assert [error["code"] for error in errors] == ([CODES[cell]] if cell in CODES else [])
        if cell == "-":
            assert errors == [REFUSED]

    after = await everything(city)
    assert (after != before) is (cell == "done")
    # Where nothing is arranged in between, this is what the next one begins with.
    wards.last = after if cell != "done" else None
    if mutation == "setCityPolicy":
        await city.execute("delete from kairan.city_policies where city = $1")


async def refused_unless_signed_in(client: Client, mutation: str, asked: dict[str, Any]) -> None:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    answer = await client.ask(
        f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}",
        input=asked,
    )
    assert answer["data"] == {mutation: None}
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert error["message"] == "Sign in first."


def test_the_matrix_has_a_row_for_every_mutation() -> None:
    assert SCHEMA.mutation_type is not None
    mutations = set(SCHEMA.mutation_type.fields) - AT_THE_DOOR

    for text in who_may_table.ALL:
        assert {mutation for mutation, _ in table(text)} == mutations
    assert set(REQUESTS) == mutations


async def test_one_whose_session_ended_changes_nothing(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    await hall.city.execute(
        "update kairan.sessions set ended_at = $2 where city = $1 and person = $3",
        hall.city.clock(),
        ward.chair.person.id,
    )
    before = await everything(hall.city)

    for mutation, request in REQUESTS.items():
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        document = f"mutation ($i: {kind}!) {{ {mutation}(input: $i) {{ errors {{ code }} }} }}"
        response = await chair.post({"query": document, "variables": {"i": request(ward)}})
        assert response.status_code == 401
        assert "data" not in response.json()
    assert await everything(hall.city) == before
