"""What a change costs the database: literal numbers, the same in a small group and a large one."""

import pytest

from tests.harness.door import AT_THE_DOOR
from tests.schema import sdl
from tests.statements import arranged
from tests.statements.arranged import Arranged, Prepare, Prepared
from tests.statements.conftest import Town

# What is asked back, and how many statements it all takes. Two of them are app.enter: the change
# and its payload each find out who asks, but for a change that touches no facts. BEGIN and COMMIT
# are not counted.
COSTS: list[tuple[Prepare, str, int]] = [
    (arranged.create_group, "group { name delegatedPowers }", 8),
    (arranged.set_participation, "group { participation }", 6),
    (arranged.delegate_powers, "group { delegatedPowers }", 7),
    (arranged.set_city_policy, "switchedOff", 5),
    (arranged.set_release_quota, "group { name }", 7),
    (arranged.suppress_resident, "suppression { beganAt }", 5),
    (arranged.lift_suppression, "suppression { liftedAt }", 5),
    (arranged.request_membership, "request { status }", 7),
    (arranged.withdraw_request, "request { status }", 5),
    (arranged.approve_membership, "request { status }", 9),
    (arranged.decline_membership, "request { status }", 5),
    (arranged.move_member, "member { status }", 5),
    (arranged.leave_group, "member { status }", 7),
    (arranged.remove_member, "member { status }", 7),
    (arranged.set_member_directory, "group { memberDirectory }", 6),
    (arranged.define_han, "han { name }", 6),
    (arranged.define_household, "household { paperOnly }", 6),
    (arranged.define_office, "office { title }", 9),
    (arranged.change_office, "office { title }", 9),
    (arranged.appoint_officer, "appointments { status }", 9),
    (arranged.end_appointment, "appointments { status }", 8),
    (arranged.publish_circular, "circular { title }", 6),
    (arranged.edit_circular, "circular { title }", 6),
    (arranged.withdraw_circular, "circular { status }", 5),
    (arranged.mark_circular_read, "circular { status myReceipt { state readAt } }", 2),
    (arranged.record_paper_delivery, "circular { status }", 6),
]


def name_of(prepare: Prepare) -> str:
    """The mutation, in GraphQL's spelling."""
    first, *rest = prepare.__name__.split("_")
    return first + "".join(word.capitalize() for word in rest)


async def statements(town: Town, mutation: str, selection: str, prepared: Prepared) -> list[str]:
    """What the database was asked for a change that is made."""
    client, asked = prepared
    await town.kairan.settled()
    with town.kairan.counting() as found:
        payload = await client.change(mutation, selection, **asked)
        assert payload["errors"] == [], mutation
        await town.kairan.settled()
    # The driver looks types up when a connection first meets them, without jit meanwhile.
    return [each for each in found if "pg_type" not in each and "set_config('jit'" not in each]


@pytest.mark.parametrize(
    ("prepare", "selection", "number"), COSTS, ids=[name_of(cost[0]) for cost in COSTS]
)
async def test_a_change_costs_as_much_in_a_large_group_as_in_a_small_one(
    prepare: Prepare, selection: str, number: int, small: Town, large: Town
) -> None:
    mutation = name_of(prepare)
    few = await statements(small, mutation, selection, await prepare(Arranged(small)))
    many = await statements(large, mutation, selection, await prepare(Arranged(large)))
    assert len(few) == number, few
    assert sorted(many) == sorted(few)


def test_the_cost_of_every_mutation_is_known() -> None:
    mutation_type = sdl.from_file().mutation_type
    assert mutation_type is not None
    assert {name_of(cost[0]) for cost in COSTS} == set(mutation_type.fields) - AT_THE_DOOR


@pytest.mark.parametrize("selection", ["appointments { status office { title } }", ""])
async def test_appointing_ten_costs_as_much_as_appointing_one(
    selection: str, small: Town, large: Town
) -> None:
    one = await statements(
        small, "appointOfficer", selection, await arranged.appoint_officer(Arranged(small))
    )
    ten = await statements(
        large, "appointOfficer", selection, await arranged.appoint_officer(Arranged(large), many=10)
    )
    assert len(one) == (10 if selection else 7), one
    assert sorted(ten) == sorted(one)


async def test_paper_for_a_hundred_costs_as_much_as_for_one(small: Town, large: Town) -> None:
    selection = "circular { receiptSummary { paper } receipts(state: PAPER) { nodes { state } } }"
    one = await statements(
        small,
        "recordPaperDelivery",
        selection,
        await arranged.record_paper_delivery(Arranged(small)),
    )
    hundred = await statements(
        large,
        "recordPaperDelivery",
        selection,
        await arranged.record_paper_delivery(Arranged(large), many=100),
    )
    assert len(one) == 8, one
    assert sorted(hundred) == sorted(one)


async def test_a_member_with_many_terms_leaves_at_the_same_cost(small: Town) -> None:
    here = Arranged(small)
    member = await here.member()
    for _ in range(10):
        await here.city.appoint(member, await here.office())
    client = await small.kairan.client(member.person)
    leaving = client, {"groupId": small.group.gid}
    assert len(await statements(small, "leaveGroup", "member { status }", leaving)) == 7


async def test_what_is_refused_or_was_made_before_costs_less(small: Town) -> None:
    here = Arranged(small)
    client, asked = await arranged.define_office(here)
    first = await statements(small, "defineOffice", "office { title }", (client, asked))
    again = await statements(small, "defineOffice", "office { title }", (client, asked))
    # app.enter and the key; app.enter and the office.
    assert (len(first), len(again)) == (9, 4)
    stranger = await small.kairan.client(await here.city.person())
    for wanted in (arranged.define_han, arranged.remove_member, arranged.edit_circular):
        _, asked = await wanted(here)
        with small.kairan.counting() as found:
            payload = await stranger.change(name_of(wanted), **asked)
        assert [error["code"] for error in payload["errors"]] == ["NOT_PERMITTED"]
        # app.enter, and one look for the thing or the key.
        assert len(found) == 2, found


async def test_delivery_is_noted_once_for_a_page_of_circulars(large: Town) -> None:
    """After the answer left, in a transaction of its own: app.enter and one INSERT. The answer was
    one statement: the same was asked before.
    """
    document = (
        "query ($group: ID!) { group(id: $group) { circulars(first: 20) { nodes { body } } } }"
    )
    await large.client.data(document, group=large.group.gid)
    await large.kairan.settled()
    with large.kairan.counting() as found:
        await large.client.data(document, group=large.group.gid)
        await large.kairan.settled()
    assert len(found) == 3, found
    assert [statement.split()[:3] for statement in found[1:]] == [
        ["select", "app.enter($1,", "$2,"],
        ["insert", "into", "kairan.receipts"],
    ]
