"""Global ids: one per object, and one answer for every id that is not for the viewer."""

import base64
from uuid import uuid4

import pytest

from resolvers.global_ids import from_global_id, to_cursor, to_global_id
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan
from tests.relay.neighbourhood import Neighbourhood, settle

NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
TYPES = (
    *("Area", "Appointment", "Circular", "Group", "Han", "Household", "Member"),
    *("MembershipRequest", "Office", "Resident"),
)
PUBLIC = ("Area", "Group")
NOTHING = b'{"data":{"node":null}}'


async def body(client: Client, id_: object) -> bytes:
    """The very bytes of the answer to ``node(id:)``."""
    answer = await client.post({"query": NODE, "variables": {"id": id_}})
    assert answer.status_code == 200
    return answer.content


async def test_every_type_with_an_id_is_found_again_by_it(
    here: Neighbourhood, served: Kairan
) -> None:
    ken = await served.client(here.ken)
    ids = {name: thing.gid for name, thing in here.things.items()} | {"Resident": here.ken.gid}
    assert set(ids) == set(TYPES)
    for name, id_ in ids.items():
        data = await ken.data(NODE, id=id_)
        assert data == {"node": {"__typename": name, "id": id_}}


async def test_an_id_has_one_spelling(here: Neighbourhood, served: Kairan) -> None:
    ken = await served.client(here.ken)
    id_ = here.hanako_in_kagura.gid
    padding = "=" * (-len(id_) % 4)
    packed = base64.urlsafe_b64decode(id_ + padding)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bytes = [
        id_[:-1] + letter
        for letter in alphabet
        if base64.urlsafe_b64decode(id_[:-1] + letter + padding) == packed
    ]
    assert id_ in same_bytes
    assert len(same_bytes) > 1
    for other in (
        *(spelling for spelling in same_bytes if spelling != id_),
        id_ + padding,
        f" {id_}",
        f"{id_}\n",
        id_ + "A",
        id_.swapcase(),
        base64.b16encode(packed).decode(),
        base64.b64encode(b"Member:" + str(here.hanako_in_kagura.id).encode()).decode(),
        base64.b64encode(b"member:" + here.hanako_in_kagura.id.bytes).decode().rstrip("="),
    ):
        assert await body(ken, other) == NOTHING, other


MALFORMED = [
    *("", " ", "x", "null", "0", "あ", "\0", "=", "====", "-", "\\", "{}", "../../etc/passwd"),
    *("Member", "Member:1", "1' or '1'='1", "A" * 100_000, "TWVtYmVyOg", "Og"),
    str(uuid4()),
    to_global_id("", uuid4()),
    to_global_id("Nobody", uuid4()),
    to_global_id("Query", uuid4()),
    to_global_id("Receipt", uuid4()),
    to_global_id("Release", uuid4()),
    to_global_id("MemberConnection", uuid4()),
    to_global_id("Member:Member", uuid4()),
    to_global_id("__Type", uuid4()),
    to_cursor(uuid4()),
]


async def test_what_is_no_id_is_as_good_as_unknown(here: Neighbourhood, served: Kairan) -> None:
    ken = await served.client(here.ken)
    for malformed in (*MALFORMED, 0, 7, 2**31 - 1, -1):
        assert await body(ken, malformed) == NOTHING, malformed


@pytest.mark.parametrize("type_name", TYPES)
async def test_an_unknown_object_of_any_type_gives_the_same_null(
    here: Neighbourhood, served: Kairan, type_name: str
) -> None:
    for client in (served.nobody, await served.client(here.ken)):
        assert await body(client, to_global_id(type_name, uuid4())) == NOTHING


@pytest.mark.parametrize("type_name", TYPES)
async def test_an_objects_id_under_another_types_name_gives_the_same_null(
    here: Neighbourhood, served: Kairan, type_name: str
) -> None:
    ken = await served.client(here.ken)
    for thing in (*here.things.values(), *here.foreign.values()):
        if thing.type != type_name:
            assert await body(ken, to_global_id(type_name, thing.id)) == NOTHING
    assert await body(ken, to_global_id("Member", here.hanako.id)) == NOTHING
    assert await body(ken, to_cursor(here.hanako_in_kagura.id)) == NOTHING


async def test_what_is_not_for_the_viewer_gives_the_same_null(
    here: Neighbourhood, served: Kairan
) -> None:
    closed = [thing.gid for name, thing in here.things.items() if name not in PUBLIC]
    far = [thing.gid for name, thing in here.foreign.items() if name not in PUBLIC]
    stranger = await served.client(await here.city.person())
    staff = await served.client(await here.city.staff("AUDITOR", "OPERATIONS", "SUPPRESSION"))
    ken = await served.client(here.ken)
    for client in (served.nobody, stranger):
        for id_ in (*closed, *far, here.ken.gid, here.hanako.gid):
            assert await body(client, id_) == NOTHING
    for id_ in (*far, here.hanako.gid, here.jiro.gid):
        assert await body(ken, id_) == NOTHING
    personal = ("Member", "MembershipRequest", "Han", "Household", "Circular")
    for id_ in (*(here.things[name].gid for name in personal), here.hanako.gid):
        assert await body(staff, id_) == NOTHING


async def test_what_belongs_to_another_city_gives_the_same_null(
    here: Neighbourhood, served: Kairan, city: City
) -> None:
    elsewhere = await settle(city)
    ken = await served.client(here.ken)
    things = [*elsewhere.things.values(), *elsewhere.foreign.values()]
    for id_ in (*(thing.gid for thing in things), elsewhere.ken.gid):
        assert await body(ken, id_) == NOTHING
        assert await body(served.nobody, id_) == NOTHING


async def test_a_group_is_asked_for_by_a_groups_id_alone(
    here: Neighbourhood, served: Kairan
) -> None:
    ken = await served.client(here.ken)
    for id_ in (
        *(thing.gid for name, thing in here.things.items() if name != "Group"),
        *("", "x", to_global_id("Group", uuid4()), to_global_id("Area", here.kagura.id)),
        here.kagura.gid + "=",
    ):
        answer = await ken.ask("query($id: ID!) { group(id: $id) { id } }", id=id_)
        assert answer == {"data": {"group": None}}


async def test_many_objects_come_in_the_order_they_were_asked_for(
    here: Neighbourhood, served: Kairan
) -> None:
    ken = await served.client(here.ken)
    asked = [
        here.hanako_in_shunko.gid,
        here.kagura.gid,
        "x",
        here.hanako_in_kagura.gid,
        here.kagura.gid,
        here.foreign["Member"].gid,
        here.things["Office"].gid,
        to_global_id("Member", uuid4()),
        here.ken.gid,
        here.hanako_in_shunko.gid,
    ]
    answer = await ken.ask(NODES, ids=asked)
    assert [node and node["id"] for node in answer["data"]["nodes"]] == [
        id_ if number not in (2, 5, 7) else None for number, id_ in enumerate(asked)
    ]
    assert set(answer) == {"data"}
    backwards = await ken.data(NODES, ids=asked[::-1])
    assert backwards["nodes"] == answer["data"]["nodes"][::-1]


async def test_two_hundred_objects_and_no_more_are_given_at_once(
    here: Neighbourhood, served: Kairan
) -> None:
    assert await served.nobody.data(NODES, ids=[]) == {"nodes": []}
    many = await served.nobody.data(NODES, ids=[here.kagura.gid] * 200)
    assert len(many["nodes"]) == 200
    too_many = await served.nobody.ask(NODES, ids=["x"] * 201)
    assert too_many["data"] is None
    (error,) = too_many["errors"]
    assert (error["extensions"]["code"], error["message"]) == (
        "BAD_USER_INPUT",
        "ids has 201 entries: give at most 200.",
    )


def test_an_id_says_its_type_and_no_more() -> None:
    local = uuid4()
    assert from_global_id(to_global_id("Member", local)) == ("Member", local)
    assert base64.urlsafe_b64decode(to_global_id("Member", local) + "=") == (
        b"Member:" + local.bytes
    )
