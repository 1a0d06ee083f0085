"""The ledger says exactly what left: each field, of each person, and nothing else."""

from typing import Any

import pytest

from permissions.policy import POLICY_VERSION
from permissions.words import Power
from tests.harness.kairan import Kairan
from tests.ledger.association import Association

ROSTER = "query($group: ID!) { group(id: $group) { members { nodes { %s } } } }"
ALL = ["hanako", "taro", "yuki"]


def kagura_row(fields: list[str], people: list[str]) -> tuple[str, str, list[str], list[str]]:
    return ("会長", "神楽町内会", fields, people)


async def test_each_field_stands_with_those_whose_value_left(kagura: Association) -> None:
    await kagura.ask(ROSTER % "displayName name address phone email building han { name } joinedOn")
    assert await kagura.rows() == [
        kagura_row(
            [
                *("Member.address", "Member.building", "Member.email", "Member.han"),
                *("Member.joinedOn", "Member.name", "Member.phone"),
            ],
            ["hanako"],
        ),
        kagura_row(["Member.address", "Member.building", "Member.email", "Member.name"], ["yuki"]),
        kagura_row(["Member.address", "Member.han", "Member.name"], ["taro"]),
    ]
    assert await kagura.looks() == 1


@pytest.mark.parametrize(
    ("asked", "fields", "people"),
    [
        ("name", ["Member.name"], ALL),
        ("familyName", ["Member.familyName"], ALL),
        ("givenName", ["Member.givenName"], ALL),
        ("kana", ["Member.kana"], ALL),
        ("postalCode", ["Member.postalCode"], ALL),
        ("address", ["Member.address"], ALL),
        ("building", ["Member.building"], ["hanako", "yuki"]),
        ("phone", ["Member.phone"], ["hanako"]),
        ("email", ["Member.email"], ["hanako", "yuki"]),
        ("joinedOn", ["Member.joinedOn"], ["hanako"]),
        ("han { id }", ["Member.han"], ["hanako", "taro"]),
        ("household { id }", ["Member.household"], ["hanako"]),
        ("household { paperOnly han { name } }", ["Member.household"], ["hanako"]),
    ],
)
async def test_one_field_alone(
    asked: str, fields: list[str], people: list[str], kagura: Association
) -> None:
    await kagura.ask(ROSTER % asked)
    assert await kagura.rows() == [kagura_row(fields, people)]


@pytest.mark.parametrize(
    "asked",
    [
        "id displayName status __typename",
        "birthDate ageBand",
        "group { name }",
        "appointments { status office { title } holder { displayName } }",
    ],
)
async def test_what_is_no_personal_field_or_is_withheld_is_no_release(
    asked: str, kagura: Association
) -> None:
    answer = await kagura.ask(ROSTER % asked)
    assert len(answer["data"]["group"]["members"]["nodes"]) == 6
    assert await kagura.rows() == []


async def test_aliases_fragments_and_repetitions_do_not_multiply(kagura: Association) -> None:
    await kagura.ask(
        """
        query($group: ID!) {
            a: group(id: $group) { ...people again: members { nodes { phone } } }
            b: group(id: $group) { ...people members { edges { node { phone } } } }
            same: group(id: $group) { members(first: 3) { nodes { tel: phone } } }
        }
        fragment people on Group { members { nodes { ...person x: phone y: phone } } }
        fragment person on Person { phone ... on Member { phone } }
        """
    )
    assert await kagura.rows() == [kagura_row(["Member.phone"], ["hanako"])]


async def test_a_field_left_out_by_a_directive_did_not_leave(kagura: Association) -> None:
    document = """
        query($group: ID!, $yes: Boolean!, $no: Boolean!) { group(id: $group) { members { nodes {
            phone @include(if: $no) address @skip(if: $yes) ... @include(if: $no) { email }
            building @include(if: $yes)
        } } } }
    """
    await kagura.ask(document, yes=True, no=False)
    assert await kagura.rows() == [kagura_row(["Member.building"], ["hanako", "yuki"])]


async def test_only_the_page_that_left_is_written(kagura: Association) -> None:
    page = """
        query($group: ID!, $after: String) { group(id: $group) {
            members(first: 2, after: $after) {
                nodes { displayName address } pageInfo { hasNextPage endCursor }
            }
        } }
    """
    answer = await kagura.ask(page)
    shown = answer["data"]["group"]["members"]
    names = [node["displayName"] for node in shown["nodes"]]
    assert len(names) == 2
    assert await kagura.left() == {("Member.address", name) for name in names if name != "ken"}
    before = await kagura.left()
    answer = await kagura.ask(page, after=shown["pageInfo"]["endCursor"])
    more = {
        ("Member.address", node["displayName"])
        for node in answer["data"]["group"]["members"]["nodes"]
        if node["displayName"] != "ken"
    }
    assert await kagura.left() == before | more
    assert not before & more


async def test_seeing_oneself_is_no_release(kagura: Association, kairan: Kairan) -> None:
    oneself = "name address phone email han { name } household { id } joinedOn"
    with kairan.counting() as statements:
        await kagura.ask(
            "query($group: ID!, $me: [ID!]!) {"
            f" me {{ name phone memberships {{ {oneself} }} }}"
            f" group(id: $group) {{ viewerMembership {{ {oneself} }} }}"
            f" nodes(ids: $me) {{ ... on Member {{ {oneself} }} }} }}",
            me=[kagura.members["ken"].gid],
        )
    assert await kagura.rows() == []
    assert not [statement for statement in statements if "insert" in statement.lower()]


async def test_one_member_by_his_id_is_one_release(kagura: Association) -> None:
    document = "query($id: ID!) { node(id: $id) { ... on Member { phone address } } }"
    await kagura.ask(document, id=kagura.members["taro"].gid)
    assert await kagura.rows() == [kagura_row(["Member.address"], ["taro"])]


async def test_what_city_policy_withholds_is_no_release(kagura: Association) -> None:
    await kagura.city.switch_off("PHONE")
    await kagura.city.switch_off("PLACE")
    answer = await kagura.ask(ROSTER % "phone han { name } address")
    assert {entry["reason"] for entry in answer["extensions"]["withheld"]} == {"CITY_POLICY"}
    assert await kagura.rows() == [kagura_row(["Member.address"], ALL)]


async def test_what_a_missing_power_withholds_is_no_release(
    kagura: Association, kairan: Kairan
) -> None:
    treasurer = await kagura.city.person()
    member = await kagura.join("kaikei", kagura.group, treasurer)
    await kagura.city.officer(member, "会計", Power.PUBLISH)
    await kagura.city.execute(
        "update kairan.groups set member_directory = 'MEMBERS' where city = $1"
    )
    client = await kairan.client(treasurer)
    asked = ROSTER % "displayName phone address han { name }"
    answer = await client.ask(asked, group=kagura.group.gid)
    assert len(answer["data"]["group"]["members"]["nodes"]) == 7
    assert {entry["reason"] for entry in answer["extensions"]["withheld"]} == {"POWER_MISSING"}
    assert await kagura.rows() == []


async def test_a_row_says_who_when_why_and_by_which_rules(
    kagura: Association, kairan: Kairan
) -> None:
    document = "query SeeRoster" + (ROSTER % "phone email").removeprefix("query")
    ken = kagura.people["ken"]
    response = await kagura.ken.post(
        {
            "query": document,
            "operationName": "SeeRoster",
            "variables": {"group": kagura.group.gid},
        }
    )
    assert response.status_code == 200
    (row,) = await kagura.city.fetch("select * from kairan.releases where city = $1")
    appointment = (await kagura.city.fetch("select * from kairan.appointments where city = $1"))[0]
    session = await kagura.city.fetch("select id from kairan.sessions where city = $1")
    expected: dict[str, Any] = {
        "city": kagura.city.number,
        "released_at": kagura.city.clock(),
        "viewer": ken.id,
        "session_id": session[0]["id"],
        "group_id": kagura.group.id,
        "appointment_id": appointment["id"],
        "office_id": appointment["office_id"],
        "office_title": "会長",
        "viewer_name": "ken",
        "rule_version": POLICY_VERSION,
        "operation_name": "SeeRoster",
    }
    people = {name: person.id for name, person in kagura.people.items()}
    send, reach = "send a member what concerns the group", "reach a member when time presses"
    assert {**row, "id": None, "subjects": None, "shown": None} == {
        **expected,
        "id": None,
        "fields": ["Member.email", "Member.phone"],
        "purposes": [send, reach],
        "subjects": None,
        "shown": None,
    }
    assert sorted(zip(row["subjects"], row["shown"], strict=True)) == sorted(
        [(people["hanako"], 0b11), (people["yuki"], 0b01)]
    )
    values = str({**row, "viewer_name": ""})
    assert "0166" not in values
    assert "mail.example" not in values


async def test_an_operation_without_a_name_is_written_without_one(kagura: Association) -> None:
    names = []
    for document in (ROSTER, "query Alone" + ROSTER.removeprefix("query")):
        kagura.city.clock.advance(seconds=1)
        await kagura.ask(document % "phone")
        rows = await kagura.city.fetch(
            "select operation_name from kairan.releases where city = $1 order by id desc limit 1"
        )
        names.append(rows[0]["operation_name"])
    assert names == [None, "Alone"]
