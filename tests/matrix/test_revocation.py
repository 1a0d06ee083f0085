"""Each fact taken away between two requests of one token: open before, closed on the next."""

from collections.abc import Awaitable, Callable

import pytest

from tests.harness.kairan import Kairan
from tests.matrix.kagura import ADDRESS, Kagura

Change = Callable[[Kagura], Awaitable[None]]


async def the_term_ends(kagura: Kagura) -> None:
    kagura.city.clock.advance(minutes=2)


async def the_term_is_ended_early(kagura: Kagura) -> None:
    await kagura.city.execute(
        "update kairan.appointments set ended_at = $3 where city = $1 and id = $2",
        kagura.term.id,
        kagura.city.clock(),
    )


async def the_office_loses_the_power(kagura: Kagura) -> None:
    await kagura.city.execute(
        "update kairan.offices set powers = '{PUBLISH}' where city = $1 and id = $2",
        kagura.office.id,
    )


async def the_office_loses_all_powers(kagura: Kagura) -> None:
    await kagura.city.execute(
        "update kairan.offices set powers = '{}' where city = $1 and id = $2", kagura.office.id
    )


async def the_city_takes_the_delegation_back(kagura: Kagura) -> None:
    await kagura.city.execute(
        "delete from kairan.delegations where city = $1 and power = 'VIEW_ROSTER'"
    )


async def the_group_is_suspended(kagura: Kagura) -> None:
    await kagura.city.execute(
        "update kairan.groups set participation = 'SUSPENDED' where city = $1"
    )


async def the_group_ends(kagura: Kagura) -> None:
    await kagura.city.execute("update kairan.groups set participation = 'ENDED' where city = $1")


async def the_chair_leaves(kagura: Kagura) -> None:
    await kagura.city.leave(kagura.ken)


async def the_chair_is_removed(kagura: Kagura) -> None:
    await kagura.city.leave(kagura.ken, "REMOVED")


async def the_chair_leaves_and_joins_again(kagura: Kagura) -> None:
    await kagura.city.leave(kagura.ken)
    await kagura.city.member(kagura.group, kagura.ken.person, display_name="けん")


async def the_term_goes_to_somebody_else(kagura: Kagura) -> None:
    other = await kagura.city.member(kagura.group, await kagura.city.person())
    await kagura.city.execute(
        "update kairan.appointments set membership_id = $3 where city = $1 and id = $2",
        kagura.term.id,
        other.id,
    )


# What Ken lost, and what then keeps the roster shut; then, where Hanako is still met by her id, and
# where she is still met as the author, what keeps her address shut (None: she is met no more).
LOSSES: list[tuple[Change, str, str | None, str | None]] = [
    (the_term_ends, "NOT_AN_OFFICER", None, "NOT_AN_OFFICER"),
    (the_term_is_ended_early, "NOT_AN_OFFICER", None, "NOT_AN_OFFICER"),
    (the_office_loses_the_power, "POWER_MISSING", None, "POWER_MISSING"),
    (the_office_loses_all_powers, "POWER_MISSING", None, "POWER_MISSING"),
    (the_city_takes_the_delegation_back, "POWER_MISSING", "POWER_MISSING", "POWER_MISSING"),
    (the_group_is_suspended, "GROUP_NOT_RELEASING", None, "GROUP_NOT_RELEASING"),
    (the_group_ends, "GROUP_NOT_RELEASING", None, None),
    (the_chair_leaves, "NOT_A_MEMBER", None, None),
    (the_chair_is_removed, "NOT_A_MEMBER", None, None),
    (the_chair_leaves_and_joins_again, "NOT_AN_OFFICER", None, "NOT_AN_OFFICER"),
    (the_term_goes_to_somebody_else, "NOT_AN_OFFICER", None, "NOT_AN_OFFICER"),
]


@pytest.mark.parametrize(("change", "roster", "by_id", "by_work"), LOSSES)
async def test_the_next_request_of_the_same_token_is_closed(
    kagura: Kagura,
    kairan: Kairan,
    change: Change,
    roster: str,
    by_id: str | None,
    by_work: str | None,
) -> None:
    ken = await kairan.client(kagura.ken.person)
    before = await kagura.ask(ken)
    assert "extensions" not in before
    nodes = before["data"]["group"]["members"]["nodes"]
    assert [node["address"] for node in nodes if node["displayName"] == "花子"] == [ADDRESS]
    assert before["data"]["byId"] == {"address": ADDRESS}
    assert before["data"]["byWork"]["author"] == {"displayName": "花子", "address": ADDRESS}

    await change(kagura)

    after = await kagura.ask(ken)
    assert "errors" not in after
    assert after["data"] == {
        "group": {"members": None},
        "byId": {"address": None} if by_id else None,
        "byWork": {"author": {"displayName": "花子", "address": None}} if by_work else None,
    }
    assert [
        (entry["field"], ".".join(entry["path"]), entry["reason"])
        for entry in after["extensions"]["withheld"]
    ] == [
        *([("Member.address", "byId.address", by_id)] if by_id else []),
        *([("Member.address", "byWork.author.address", by_work)] if by_work else []),
        ("Group.members", "group.members", roster),
    ]
    assert len(await kagura.city.fetch("select from kairan.releases where city = $1")) == 1


async def test_a_power_comes_with_the_first_minute_of_the_term(
    kagura: Kagura, kairan: Kairan
) -> None:
    aki = await kagura.city.member(kagura.group, await kagura.city.person())
    tomorrow = kagura.city.clock.day(1)
    await kagura.city.appoint(aki, kagura.office, starts_on=tomorrow, ends_on=tomorrow)
    client = await kairan.client(aki.person)
    assert (await kagura.ask(client))["data"]["group"] == {"members": None}

    kagura.city.clock.advance(minutes=2)

    answer = await kagura.ask(client)
    nodes = answer["data"]["group"]["members"]["nodes"]
    assert [node["address"] for node in nodes if node["displayName"] == "花子"] == [ADDRESS]
