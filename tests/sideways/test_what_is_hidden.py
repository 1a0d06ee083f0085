"""What is hidden from somebody changes nothing in what he is shown: no order, count, page or find.

Each test asks, changes what is hidden, and asks again: the whole answers are the same.
"""

from datetime import timedelta
from typing import Any

import pytest

from permissions.words import Power
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan
from tests.sideways.sending import whole

ROSTER = """
    query ($group: ID!, $search: String) { group(id: $group) {
        members(first: 3, search: $search) {
            pageInfo { hasNextPage endCursor } edges { cursor node { id displayName name } } } } }
"""
CIRCULARS = """
    query ($group: ID!) { group(id: $group) {
        unreadCircularCount
        circulars(first: 1) { pageInfo { hasNextPage endCursor } nodes { id title } } } }
"""
OFFICIAL = """
    query ($group: ID!) { group(id: $group) {
        membershipRequests(first: 1) { pageInfo { hasNextPage } }
        history(first: 1) { pageInfo { hasNextPage } }
        households { id }
        circulars { nodes { title receipts(first: 1) { pageInfo { hasNextPage } }
            receiptSummary { recipients outstanding } versions { version } } } } }
"""


class Kagura:
    """A group of five, whose members have names, kana, addresses and telephones."""

    def __init__(self, city: City, kairan: Kairan) -> None:
        self.city, self.kairan = city, kairan
        self.group: Thing
        self.members: list[Member] = []

    async def settle(self, directory: str = "MEMBERS") -> "Kagura":
        self.group = await self.city.group("神楽町内会", directory=directory)
        for number, kana in enumerate(("アオキ", "イトウ", "ウエダ", "エンドウ", "オカダ")):
            person = await self.city.person(
                family_name=f"姓{number}",
                given_name=f"名{number}",
                kana=kana,
                address=f"神楽{number}条",
                phone=f"0166-00-000{number}",
                email=f"{number}@example.com",
            )
            self.members.append(
                await self.city.member(self.group, person, display_name=f"会員{number}")
            )
        return self

    async def client(self, number: int, *powers: Power) -> Client:
        if powers:
            await self.city.officer(self.members[number], "役員", *powers)
        return await self.kairan.client(self.members[number].person)

    async def ask(self, client: Client, query: str, **variables: Any) -> Any:
        variables["group"] = self.group.gid
        return whole(await client.post({"query": query, "variables": variables}))

    async def rename_everybody(self) -> None:
        """Other names and kana, in another order."""
        for number, member in enumerate(self.members):
            await self.city.execute(
                "update kairan.profiles set kana = $3, family_name = $4"
                " where city = $1 and resident_id = $2",
                member.person.id,
                "オエウイア"[number],
                f"新姓{number}",
            )


@pytest.fixture
async def kagura(city: City, kairan: Kairan) -> Kagura:
    return await Kagura(city, kairan).settle()


async def test_the_order_for_a_plain_member_says_nothing_of_names(kagura: Kagura) -> None:
    client = await kagura.client(0)
    # His own name sorts, for it is shown to him; it stays as it is.
    before = await kagura.ask(client, ROSTER)
    await kagura.rename_everybody()
    await kagura.city.execute(
        "update kairan.profiles set kana = 'アオキ', family_name = '姓0'"
        " where city = $1 and resident_id = $2",
        kagura.members[0].person.id,
    )
    assert await kagura.ask(client, ROSTER) == before


async def test_the_order_for_an_officer_says_nothing_of_names_the_city_switched_off(
    kagura: Kagura,
) -> None:
    client = await kagura.client(0, Power.VIEW_ROSTER)
    shown = await kagura.ask(client, ROSTER)
    await kagura.city.switch_off("NAME")
    before = await kagura.ask(client, ROSTER)
    assert before != shown
    await kagura.rename_everybody()
    await kagura.city.execute(
        "update kairan.profiles set kana = 'アオキ', family_name = '姓0'"
        " where city = $1 and resident_id = $2",
        kagura.members[0].person.id,
    )
    assert await kagura.ask(client, ROSTER) == before


@pytest.mark.parametrize("hidden", ["kept private", "suppressed"])
async def test_the_order_for_an_officer_says_nothing_of_a_name_that_is_hidden(
    hidden: str, kagura: Kagura
) -> None:
    client = await kagura.client(0, Power.VIEW_ROSTER)
    member = kagura.members[2]
    if hidden == "suppressed":
        await kagura.city.suppress(member.person)
    else:
        await kagura.city.execute(
            "update kairan.member_details set kept_private = '{NAME}'"
            " where city = $1 and membership_id = $2",
            member.id,
        )
    before = await kagura.ask(client, ROSTER)
    for kana in ("ア", "ン", None):
        await kagura.city.execute(
            "update kairan.profiles set kana = $3 where city = $1 and resident_id = $2",
            member.person.id,
            kana,
        )
        assert await kagura.ask(client, ROSTER) == before


PERSONAL = ["姓2", "名2", "姓2 名2", "ウエダ", "神楽2条", "0166-00-0002", "2@example.com", "0166"]


@pytest.mark.parametrize("text", PERSONAL)
async def test_searching_finds_nobody_by_what_is_not_shown(text: str, kagura: Kagura) -> None:
    plain = await kagura.client(0)
    nobody = await kagura.ask(plain, ROSTER, search="決してない")
    assert b'"edges":[]' in nobody[2]
    assert await kagura.ask(plain, ROSTER, search=text) == nobody

    officer = await kagura.client(1, Power.VIEW_ROSTER)
    found = await kagura.ask(officer, ROSTER, search=text)
    if text in PERSONAL[:4]:
        assert found != nobody
        await kagura.city.suppress(kagura.members[2].person)
        assert await kagura.ask(officer, ROSTER, search=text) == nobody
    else:
        assert found == nobody


async def test_circulars_for_others_are_not_counted_nor_waited_for(kagura: Kagura) -> None:
    city, (member, president, *_) = kagura.city, kagura.members
    await city.circular(president, "一つ目")
    client = await kagura.client(0)
    before = await kagura.ask(client, CIRCULARS)
    assert b'"unreadCircularCount":1' in before[2]
    assert b'"hasNextPage":false' in before[2]
    other_han, office = (
        await city.han(kagura.group, "隣班"),
        await city.office(kagura.group, "会計"),
    )
    past = city.clock() - timedelta(days=1)
    await city.circular(president, "後で", published_at=city.clock() + timedelta(hours=1))
    await city.circular(president, "取消", published_at=past, withdrawn_at=city.clock())
    await city.circular(
        president, "隣班へ", published_at=past, audience="HAN", audience_han_id=other_han.id
    )
    await city.circular(
        president, "会計へ", published_at=past, audience="OFFICE", audience_office_id=office.id
    )
    elsewhere = await city.group("春光町内会")
    await city.circular(await city.member(elsewhere, member.person), "よそ", published_at=past)
    assert await kagura.ask(client, CIRCULARS) == before


@pytest.mark.parametrize("who", ["plain", "powerless", "nobody", "OPERATIONS"])
async def test_what_officers_alone_see_changes_no_length_and_no_flag(
    who: str, kagura: Kagura
) -> None:
    city, president = kagura.city, kagura.members[1]
    circular = await city.circular(president, "一つ目")
    client = kagura.kairan.nobody
    if who == "OPERATIONS":
        client = await kagura.kairan.client(await city.staff("OPERATIONS"))
    elif who != "nobody":
        client = await kagura.client(0, *([Power.RUN_SURVEYS] if who == "powerless" else []))
    officer = await kagura.client(1, *Power)
    before, shown = await kagura.ask(client, OFFICIAL), await kagura.ask(officer, OFFICIAL)
    for _ in range(2):
        await city.request(kagura.group, await city.person())
        await city.household(kagura.group)
    await city.receipt(circular, president, read_at=city.clock())
    await city.paper(circular, kagura.members[3], by=president)
    await city.suppress(kagura.members[2].person)
    assert await kagura.ask(client, OFFICIAL) == before
    assert await kagura.ask(officer, OFFICIAL) != shown


async def test_receipts_of_a_han_say_nothing_of_who_lives_in_it_to_whom_it_is_not_shown(
    kagura: Kagura,
) -> None:
    """He follows receipts and is not shown places: nobody is counted but himself."""
    city, president = kagura.city, kagura.members[1]
    han = await city.han(kagura.group, "1班")
    await city.circular(president, "1班へ", audience="HAN", audience_han_id=han.id)
    client = await kagura.client(0, Power.VIEW_RECEIPTS)
    before = await kagura.ask(client, OFFICIAL)
    for member in kagura.members[1:]:
        await city.execute(
            "update kairan.member_details set han_id = $3 where city = $1 and membership_id = $2",
            member.id,
            han.id,
        )
    assert await kagura.ask(client, OFFICIAL) == before
