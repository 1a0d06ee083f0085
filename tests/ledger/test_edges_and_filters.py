"""Who is in a han, lives in a household, got a circular or comes up under a filter is personal."""

from datetime import timedelta
from typing import Any

from resolvers.global_ids import to_cursor
from tests.harness.city import Thing
from tests.ledger.association import Association


def row(fields: list[str], people: list[str]) -> tuple[str, str, list[str], list[str]]:
    return ("会長", "神楽町内会", fields, people)


async def first_han(kagura: Association) -> Thing:
    rows = await kagura.city.fetch("select id from kairan.hans where city = $1 and name = '1班'")
    return Thing(rows[0]["id"], "Han", kagura.group.id)


async def test_the_members_of_a_han_are_a_release_of_each(kagura: Association) -> None:
    await kagura.ask(
        """query($group: ID!) { group(id: $group) { hans {
            name members { nodes { displayName } pageInfo { hasNextPage } }
        } } }"""
    )
    # yuki keeps her place to herself and sayuri is suppressed: neither is in a han for Ken.
    assert await kagura.rows() == [row(["Han.members"], ["hanako", "taro"])]


async def test_the_members_of_a_household_are_a_release_of_each(kagura: Association) -> None:
    await kagura.ask(
        """query($group: ID!) { group(id: $group) { households {
            paperOnly members { edges { cursor } }
        } } }"""
    )
    assert await kagura.rows() == [row(["Household.members"], ["hanako"])]


async def test_a_page_without_its_people_is_no_release(kagura: Association) -> None:
    await kagura.city.circular(kagura.members["taro"], "盆踊り")
    page = "pageInfo { hasNextPage } __typename"
    await kagura.ask(
        f"""query($group: ID!, $han: ID!) {{ group(id: $group) {{
            hans {{ members {{ {page} }} }}
            households {{ paperOnly han {{ name }} members {{ {page} }} }}
            members(han: $han) {{ {page} }}
            named: members(search: "カグラ") {{ {page} }}
            circulars {{ nodes {{
                receipts {{ {page} }}
                receiptSummary {{ recipients delivered read paper outstanding }}
            }} }}
        }} }}""",
        han=(await first_han(kagura)).gid,
    )
    assert await kagura.rows() == []


async def test_a_cursor_is_an_id_and_a_release_of_the_one_it_names(kagura: Association) -> None:
    await kagura.city.circular(kagura.members["taro"], "盆踊り")
    answer = await kagura.ask(
        """query($group: ID!, $han: ID!) { group(id: $group) {
            hans { members(first: 1) { pageInfo { endCursor } } }
            members(han: $han, first: 1) { pageInfo { endCursor } }
            named: members(search: "花子", first: 1) { pageInfo { endCursor } }
            circulars { nodes { receipts(first: 2) { pageInfo { endCursor } } } }
            nobody: members(search: "?") { pageInfo { endCursor } }
            everybody: members(first: 1) { pageInfo { endCursor } }
        } }""",
        han=(await first_han(kagura)).gid,
    )
    data = answer["data"]["group"]
    names = {to_cursor(member.id): name for name, member in kagura.members.items()}

    def last(page: Any) -> str:
        return names[page["pageInfo"]["endCursor"]]

    # The first han's page ends with hanako or with Ken himself, who have the same kana.
    named = {
        ("Han.members", last(data["hans"][0]["members"])),
        ("Han.members", last(data["hans"][1]["members"])),
        ("Group.members(han:)", last(data["members"])),
        ("Group.members(search:)", last(data["named"])),
        ("Circular.receipts", last(data["circulars"]["nodes"][0]["receipts"])),
    }
    assert len(named) == 5
    assert ("Han.members", "taro") in named
    assert data["nobody"]["pageInfo"]["endCursor"] is None
    assert await kagura.left() == {(field, name) for field, name in named if name != "ken"}


async def test_a_circulars_receipts_are_a_release_of_each_recipient(kagura: Association) -> None:
    city = kagura.city
    yesterday = city.clock() - timedelta(days=1)
    circular = await city.circular(kagura.members["taro"], "盆踊り", published_at=yesterday)
    await city.receipt(circular, kagura.members["hanako"], read_at=city.clock())
    await city.receipt(circular, kagura.members["ken"], read_at=city.clock())
    await city.receipt(circular, kagura.members["taro"])
    await city.paper(circular, kagura.members["jiro"], by=kagura.members["ken"])
    await kagura.ask(
        """query($group: ID!) { group(id: $group) { circulars { nodes { title receipts { nodes {
            state deliveredAt readAt paperAt member { displayName }
        } } } } } }"""
    )
    told = ["Circular.receipts", "Receipt.state"]
    read = ["Circular.receipts", "Receipt.deliveredAt", "Receipt.readAt", "Receipt.state"]
    assert await kagura.rows() == [
        row(read, ["hanako"]),
        row(["Circular.receipts", "Receipt.deliveredAt", "Receipt.state"], ["taro"]),
        row(["Circular.receipts", "Receipt.paperAt", "Receipt.state"], ["jiro"]),
        row(told, ["sayuri", "yuki"]),
    ]


async def test_receipts_in_one_state_are_a_release_of_those_who_are_in_it(
    kagura: Association,
) -> None:
    city = kagura.city
    circular = await city.circular(kagura.members["taro"], "盆踊り")
    await city.receipt(circular, kagura.members["hanako"], read_at=city.clock())
    await kagura.ask(
        """query($group: ID!) { group(id: $group) { circulars { nodes {
            receipts(state: READ) { nodes { member { displayName } } }
        } } } }"""
    )
    assert await kagura.rows() == [row(["Circular.receipts"], ["hanako"])]


async def test_whoever_comes_up_under_a_han_was_released_by_it(kagura: Association) -> None:
    await kagura.ask(
        """query($group: ID!, $han: ID!) { group(id: $group) { members(han: $han) { nodes {
            displayName
        } } } }""",
        han=(await first_han(kagura)).gid,
    )
    assert await kagura.rows() == [row(["Group.members(han:)"], ["hanako"])]


async def test_a_han_that_is_none_releases_nobody(kagura: Association) -> None:
    document = """query($group: ID!, $han: ID!) { group(id: $group) { members(han: $han) { nodes {
        displayName } } } }"""
    for han in (kagura.group.gid, "x", Thing(kagura.group.id, "Han", kagura.group.id).gid):
        answer = await kagura.ask(document, han=han)
        assert answer["data"]["group"]["members"]["nodes"] == []
    assert await kagura.rows() == []


SEARCH = """
    query($group: ID!, $search: String!) { group(id: $group) { members(search: $search) { nodes {
        displayName } } } }
"""


async def found(kagura: Association, search: str) -> list[str]:
    answer = await kagura.ask(SEARCH, search=search)
    return sorted(node["displayName"] for node in answer["data"]["group"]["members"]["nodes"])


async def test_whoever_comes_up_under_a_name_was_released_by_it(kagura: Association) -> None:
    assert await found(kagura, "神楽 花子") == ["hanako", "ken", "yuki"]
    assert await kagura.rows() == [row(["Group.members(search:)"], ["hanako", "yuki"])]


async def test_kana_is_found_in_half_width_too_and_released(kagura: Association) -> None:
    assert await found(kagura, "ｶｸﾞﾗ") == ["hanako", "ken", "taro", "yuki"]
    assert await kagura.rows() == [row(["Group.members(search:)"], ["hanako", "taro", "yuki"])]


async def test_a_display_name_that_answers_tells_no_name(kagura: Association) -> None:
    for search in ("taro", "TARO", " ｔａｒｏ ", ""):
        assert "taro" in await found(kagura, search)
    assert await kagura.rows() == []


async def test_of_two_that_come_up_only_the_one_found_by_name_was_released(
    kagura: Association,
) -> None:
    await kagura.city.execute(
        "update kairan.member_details set display_name = '花子さん' where city = $1"
        " and membership_id = $2",
        kagura.members["hanako"].id,
    )
    assert await found(kagura, "花子") == ["ken", "yuki", "花子さん"]
    assert await kagura.rows() == [row(["Group.members(search:)"], ["yuki"])]


async def test_somebody_without_the_power_finds_by_display_name_alone_and_releases_nothing(
    kagura: Association,
) -> None:
    await kagura.city.execute("update kairan.offices set powers = '{PUBLISH}' where city = $1")
    await kagura.city.execute(
        "update kairan.groups set member_directory = 'MEMBERS' where city = $1"
    )
    assert await found(kagura, "taro") == ["taro"]
    # His own name he may search.
    assert await found(kagura, "神楽") == ["ken"]
    assert await kagura.rows() == []
