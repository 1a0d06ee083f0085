"""The answer to whoever changes something about a member shows of him what any road would."""

import pytest

from tests.matrix.cells import outcome, table
from tests.matrix.roads import EVERYTHING, MOVED
from tests.matrix.test_members import as_shown, released, secrets_kept
from tests.matrix.town import Town

# Typed by hand; cells.py is the key. `refused`: told as of a member who does not exist. Everybody
# puts Hanako where she is.
PAYLOAD = """
viewer              moveMember
nobody              sign-in
stranger            refused
applicant           refused
left the group      refused
member              refused
member, open list   refused
roster officer      refused
other officer       name: power
chair               open
chair, trial        open
chair elsewhere     refused
elsewhere + member  refused
former officer      refused
officer tomorrow    refused
power taken back    name: power
officer, suspended  refused
member, suspended   refused
officer, ended      refused
member, ended       refused
staff OPERATIONS    refused
staff SUPPRESSION   refused
staff AUDITOR       refused
herself             refused
herself, open list  refused
"""


@pytest.mark.parametrize(
    ("viewer", "cell"), [(viewer, c) for (viewer, _), c in table(PAYLOAD).items()]
)
async def test_whoever_moves_a_member_is_shown_him_as_the_matrix_says(
    town: Town, viewer: str, cell: str
) -> None:
    seat = town.seats[viewer]
    await town.newly_told()

    response = await seat.asks.post({"query": MOVED.document + EVERYTHING, "variables": seat.ids})

    answer = response.json()
    if cell == "sign-in":
        assert answer["data"] == {"moveMember": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
        assert await town.newly_told() == set()
        return
    assert "errors" not in answer
    payload = answer["data"]["moveMember"]
    if cell == "refused":
        assert payload == {"member": None, "errors": [{"code": "NOT_PERMITTED"}]}
        assert "extensions" not in answer
        assert await town.newly_told() == set()
        return
    expected = outcome(cell, MOVED)
    shown = [payload["member"]]
    assert payload["errors"] == []
    assert shown == [as_shown(town, seat, seat.ward.hanako.gid, expected.met)]
    assert answer["extensions"]["withheld"] == sorted(
        expected.withheld, key=lambda entry: (entry["path"], entry["field"])
    )
    assert [secret for secret in secrets_kept(town, seat, shown) if secret in response.text] == []
    assert await town.newly_told() == released(town, MOVED, shown)


async def test_every_viewer_has_a_row(town: Town) -> None:
    assert {viewer for viewer, _ in table(PAYLOAD)} == set(town.seats)
