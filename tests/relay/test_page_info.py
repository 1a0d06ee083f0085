"""A page says where it stands, as Relay's compiler asks of every connection."""

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan

PAGE = """
query ($group: ID!, $after: String) {
  group(id: $group) { members(first: 1, after: $after) {
    edges { cursor }
    pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
  } }
}
"""
START_ONLY = """
query ($group: ID!, $han: ID!) {
  group(id: $group) { members(han: $han) { pageInfo { startCursor } } }
}
"""


async def test_the_first_page_has_none_before_it_and_the_second_one_has(
    city: City, kairan: Kairan
) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    hana = await city.person()
    await city.member(group, hana, display_name="花")
    await city.member(group, await city.person(), display_name="太郎")
    client = await kairan.client(hana)

    first = (await client.data(PAGE, group=group.gid))["group"]["members"]
    cursor = first["edges"][0]["cursor"]
    assert first["pageInfo"] == {
        "hasPreviousPage": False,
        "hasNextPage": True,
        "startCursor": cursor,
        "endCursor": cursor,
    }
    second = (await client.data(PAGE, group=group.gid, after=cursor))["group"]["members"]
    cursor = second["edges"][0]["cursor"]
    assert second["pageInfo"] == {
        "hasPreviousPage": True,
        "hasNextPage": False,
        "startCursor": cursor,
        "endCursor": cursor,
    }


async def test_a_start_cursor_names_somebody_and_is_a_release(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会")
    hana, taro = await city.person(), await city.person(kana="タロウ")
    han = await city.han(group, "1班")
    await city.officer(await city.member(group, hana), "会長", Power.VIEW_ROSTER)
    await city.member(group, taro, han=han)
    client = await kairan.client(hana)

    await client.data(START_ONLY, group=group.gid, han=han.gid)

    rows = await city.fetch("select fields, subjects from kairan.releases where city = $1")
    assert rows == [{"fields": ["Group.members(han:)"], "subjects": [taro.id]}]
