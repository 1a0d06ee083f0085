"""What closes on the next request without the viewer having lost an office."""

from typing import Any

import pytest

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan
from tests.matrix.kagura import ADDRESS, Kagura


async def test_a_member_who_leaves_is_off_the_roster_and_closed_where_still_named(
    kagura: Kagura, kairan: Kairan
) -> None:
    ken = await kairan.client(kagura.ken.person)
    assert (await kagura.ask(ken))["data"]["byId"] == {"address": ADDRESS}

    await kagura.city.leave(kagura.hanako)

    after = await kagura.ask(ken)
    assert [n["displayName"] for n in after["data"]["group"]["members"]["nodes"]] == ["けん"]
    assert after["data"]["byId"] is None
    assert after["data"]["byWork"]["author"] == {"displayName": "元会員", "address": None}
    assert "extensions" not in after


async def test_a_resident_who_is_suppressed_loses_name_and_address_without_a_word(
    kagura: Kagura, kairan: Kairan
) -> None:
    ken = await kairan.client(kagura.ken.person)
    assert (await kagura.ask(ken))["data"]["byId"] == {"address": ADDRESS}

    await kagura.city.suppress(kagura.hanako.person)

    after = await kagura.ask(ken)
    nodes = after["data"]["group"]["members"]["nodes"]
    assert [node for node in nodes if node["id"] == kagura.hanako.gid] == [
        {"id": kagura.hanako.gid, "displayName": "会員", "address": None}
    ]
    assert after["data"]["byId"] == {"address": None}
    assert after["data"]["byWork"]["author"] == {"displayName": "会員", "address": None}
    assert "extensions" not in after


async def test_a_category_the_city_switches_off_closes_and_the_others_stay_open(
    kagura: Kagura, kairan: Kairan
) -> None:
    ken = await kairan.client(kagura.ken.person)
    assert (await kagura.ask(ken))["data"]["byId"] == {"address": ADDRESS}

    await kagura.city.switch_off("ADDRESS")

    after = await ken.ask(
        "query($id: ID!) { node(id: $id) { ... on Member {"
        " postalCode address building joinedOn displayName } } }",
        id=kagura.hanako.gid,
    )
    assert after["data"]["node"]["address"] is None
    assert [(e["field"], e["reason"]) for e in after["extensions"]["withheld"]] == [
        ("Member.address", "CITY_POLICY"),
        ("Member.building", "CITY_POLICY"),
        ("Member.postalCode", "CITY_POLICY"),
    ]
    hanako = await kairan.client(kagura.hanako.person)
    assert (await kagura.ask(hanako))["data"]["byId"] == {"address": ADDRESS}


async def test_a_person_who_keeps_the_address_private_is_closed_without_a_word(
    kagura: Kagura, kairan: Kairan
) -> None:
    ken = await kairan.client(kagura.ken.person)
    assert (await kagura.ask(ken))["data"]["byId"] == {"address": ADDRESS}

    await kagura.city.execute(
        "update kairan.member_details set kept_private = '{ADDRESS}'"
        " where city = $1 and membership_id = $2",
        kagura.hanako.id,
    )

    after = await kagura.ask(ken)
    assert after["data"]["byId"] == {"address": None}
    assert "extensions" not in after


async def test_a_directory_that_is_closed_leaves_plain_members_no_list(
    kagura: Kagura, kairan: Kairan
) -> None:
    await kagura.city.execute(
        "update kairan.groups set member_directory = 'MEMBERS' where city = $1"
    )
    hanako = await kairan.client(kagura.hanako.person)
    before = await kagura.ask(hanako)
    nodes = before["data"]["group"]["members"]["nodes"]
    assert sorted(node["displayName"] for node in nodes) == ["けん", "花子"]

    await kagura.city.execute(
        "update kairan.groups set member_directory = 'OFFICERS' where city = $1"
    )

    after = await kagura.ask(hanako)
    assert after["data"]["group"] == {"members": None}
    assert after["extensions"]["withheld"] == [
        {
            "field": "Group.members",
            "path": ["group", "members"],
            "rule": "Group.members",
            "reason": "NOT_AN_OFFICER",
        }
    ]


@pytest.mark.parametrize(
    ("power", "question", "rule", "path"),
    [
        (
            Power.VIEW_RECEIPTS,
            "query($id: ID!) { node(id: $id) { ... on Circular {"
            " receipts { nodes { state } } } } }",
            "Circular.receipts",
            ["node", "receipts"],
        ),
        (
            Power.MANAGE_MEMBERS,
            "query($id: ID!) { node(id: $id) { ... on Circular {"
            " group { membershipRequests { nodes { message } } } } } }",
            "Group.membershipRequests",
            ["node", "group", "membershipRequests"],
        ),
    ],
)
async def test_every_other_power_taken_back_closes_its_own_list(
    kagura: Kagura, kairan: Kairan, power: Power, question: str, rule: str, path: list[str]
) -> None:
    await kagura.city.request(kagura.group, await kagura.city.person(), message="入りたい")
    ken = await kairan.client(kagura.ken.person)
    assert "extensions" not in await ken.ask(question, id=kagura.circular.gid)

    await kagura.city.execute(
        "delete from kairan.delegations where city = $1 and power = $2", power.value
    )

    after = await ken.ask(question, id=kagura.circular.gid)
    assert after["extensions"]["withheld"] == [
        {"field": rule, "path": path, "rule": rule, "reason": "POWER_MISSING"}
    ]
    assert "入りたい" not in str(after)


async def test_an_auditor_without_the_role_reads_no_ledger(city: City, kairan: Kairan) -> None:
    auditor = await city.staff("AUDITOR", "OPERATIONS")
    client = await kairan.client(auditor)
    question = "{ releases { nodes { id } } viewer { staffRoles } }"
    assert (await client.data(question))["releases"] == {"nodes": []}

    await city.execute("update kairan.staff set roles = '{OPERATIONS}' where city = $1")

    after = await client.ask(question)
    assert after["data"] == {"releases": None, "viewer": {"staffRoles": ["OPERATIONS"]}}
    assert after["extensions"]["withheld"] == [
        {
            "field": "Query.releases",
            "path": ["releases"],
            "rule": "Query.releases",
            "reason": "POWER_MISSING",
        }
    ]


async def test_staff_who_left_the_city_are_staff_no_more(city: City, kairan: Kairan) -> None:
    client = await kairan.client(await city.staff("AUDITOR"))
    assert (await client.data("{ releases { nodes { id } } }"))["releases"] == {"nodes": []}

    await city.execute("delete from kairan.staff where city = $1")

    after = await client.ask("{ releases { nodes { id } } viewer { staffRoles } }")
    assert after["data"] == {"releases": None, "viewer": {"staffRoles": []}}


async def end_the_session(city: City) -> None:
    await city.execute("update kairan.sessions set ended_at = $2 where city = $1", city.clock())


async def let_the_session_run_out(city: City) -> None:
    until = city.clock.now.replace(minute=city.clock.now.minute + 1)
    await city.execute("update kairan.sessions set expires_at = $2 where city = $1", until)
    city.clock.advance(minutes=1)


async def forget_the_session(city: City) -> None:
    await city.execute("delete from kairan.sessions where city = $1")


async def give_the_session_to_somebody_else(city: City) -> None:
    other = await city.person()
    await city.execute("update kairan.sessions set person = $2 where city = $1", other.id)


@pytest.mark.parametrize(
    "change",
    [
        end_the_session,
        let_the_session_run_out,
        forget_the_session,
        give_the_session_to_somebody_else,
    ],
)
async def test_without_its_session_a_token_is_nobodys(
    kagura: Kagura, kairan: Kairan, change: Any
) -> None:
    ken = await kairan.client(kagura.ken.person)
    assert (await kagura.ask(ken))["data"]["byId"] == {"address": ADDRESS}

    await change(kagura.city)

    response = await ken.post(
        {
            "query": "query($id: ID!) { groups { nodes { name } } node(id: $id) { id } }",
            "variables": {"id": kagura.hanako.gid},
        }
    )
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="kairan", error="invalid_token"'
    assert response.json() == {
        "errors": [
            {
                "message": "Your session is over. Sign in again.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ],
    }
