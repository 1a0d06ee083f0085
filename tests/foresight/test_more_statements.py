"""Where several statements answer, the first one enters, with the facts of the last time."""

import asyncio

import pytest

from permissions.words import Power
from resolvers.foresight import Guess
from tests.acts.ward import new_key
from tests.foresight.asking import ROSTER, WITH_THE_LEDGER, asked
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan

OPEN = [("けん", "鈴木 健"), ("はな", "佐藤 花")]
CLOSED = [("けん", "鈴木 健"), ("はな", None)]


class Street:
    """けん, chair of 神楽町内会, has looked at its roster once, in which はな is."""

    def __init__(self, city: City, kairan: Kairan) -> None:
        self.city = city
        self.kairan = kairan

    group: Thing
    ken: Client
    kens: Member
    hanas: Member

    async def roster(self) -> list[tuple[str, str | None]]:
        """Display name and full name of whoever is shown."""
        data = await self.ken.data(ROSTER, group=self.group.gid)
        nodes = data["group"]["members"]["nodes"]
        return sorted((each["displayName"], each["name"]) for each in nodes)

    async def looks(self) -> int:
        """How many the ledger knows."""
        return len(await self.city.fetch("select from kairan.releases where city = $1"))

    async def resign(self) -> None:
        """けん is chair no more."""
        await self.city.execute(
            "update kairan.appointments set ended_at = $2 where city = $1 and membership_id = $3",
            self.city.clock(),
            self.kens.id,
        )


@pytest.fixture
async def street(city: City, kairan: Kairan) -> Street:
    found = Street(city, kairan)
    found.group = await city.group("神楽町内会", directory="MEMBERS")
    ken = await city.person(family_name="鈴木", given_name="健", kana="スズキ ケン")
    hana = await city.person(family_name="佐藤", given_name="花", kana="サトウ ハナ")
    found.kens = await city.member(found.group, ken, display_name="けん")
    found.hanas = await city.member(found.group, hana, display_name="はな")
    await city.officer(found.kens, "会長", Power.VIEW_ROSTER, Power.MANAGE_MEMBERS)
    found.ken = await kairan.client(ken)
    assert await found.roster() == OPEN
    return found


async def test_the_ledger_has_every_look(street: Street) -> None:
    begun = 0
    for looks in (2, 3, 4):
        with asked(street.kairan) as statements:
            assert await street.roster() == OPEN
        assert statements[-3:] == WITH_THE_LEDGER
        begun += statements.count("begin isolation")
        assert await street.looks() == looks
    # Nearly always the COMMIT before has begun it.
    assert begun < 3


async def test_what_was_read_is_of_one_moment(street: Street) -> None:
    """Whoever comes for a transaction when none stands ready begins one like those."""
    await asyncio.sleep(0.2)
    start = len(street.kairan.statements)
    await street.roster()
    (begun,) = [each for each in street.kairan.statements[start:] if each.startswith("begin")]
    assert begun == "begin isolation level repeatable read"


async def test_an_office_that_ended_opens_nothing_more(street: Street) -> None:
    await street.roster()
    await street.resign()
    with asked(street.kairan) as statements:
        assert await street.roster() == CLOSED
    assert await street.looks() == 2
    # Once with the facts that are no more, which read nothing; then as usual.
    assert statements.count("with entered") == 1
    assert statements.count("with written") == 0


async def test_whoever_is_overtaken_in_several_fields_keeps_no_connection(street: Street) -> None:
    document = """query ($group: ID!, $id: ID!) {
        group(id: $group) { members { nodes { name } } circulars { nodes { id } } }
        nodes(ids: [$id]) { id } }"""
    han = await street.city.han(street.group, "1班")
    for _ in range(street.kairan.app.state.settings.pool_size + 2):
        # With each group that he joins his facts are others.
        await street.city.member(await street.city.group("東町内会"), street.kens.person)
        data = await street.ken.data(document, group=street.group.gid, id=han.gid)
        assert len(data["group"]["members"]["nodes"]) == 2
    pool = street.kairan.app.state.services.pool
    assert pool.get_idle_size() == pool.get_size()


async def test_what_policy_withholds_meanwhile_is_withheld(street: Street) -> None:
    await street.roster()
    await street.city.switch_off("NAME")
    assert await street.roster() == [("けん", "鈴木 健"), ("はな", None)]
    assert await street.looks() == 2


async def test_whoever_was_suppressed_meanwhile_is_withheld(street: Street) -> None:
    await street.roster()
    await street.city.suppress(street.hanas.person)
    assert await street.roster() == [("けん", "鈴木 健"), ("会員", None)]
    assert await street.looks() == 2


async def test_a_session_that_ended_is_shown_nobody(street: Street) -> None:
    await street.roster()
    await street.ken.data("mutation { signOut { errors { code } } }")
    answer = await street.ken.post({"query": ROSTER, "variables": {"group": street.group.gid}})
    assert answer.status_code == 401
    assert "data" not in answer.json()
    assert await street.looks() == 2


async def test_nothing_is_answered_for_which_nobody_looked(street: Street) -> None:
    """What he is, an answer may tell from his facts alone; then they are asked for as usual."""
    document = """query ($group: ID!, $whole: Boolean!) {
        group(id: $group) @include(if: $whole) { members { nodes { name } } }
        viewer { memberships { group { name } } } }"""
    for _ in range(2):
        data = await street.ken.data(document, group=street.group.gid, whole=True)
        assert data["viewer"] == {"memberships": [{"group": {"name": "神楽町内会"}}]}
    await street.city.leave(street.kens)
    for _ in range(3):
        data = await street.ken.data(document, group=street.group.gid, whole=False)
        assert data == {"viewer": {"memberships": []}}


async def test_no_change_is_made_with_facts_of_the_last_time(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were they others, it would be made again."""
    monkeypatch.setattr(
        street.kairan.app.state.services.foresight,
        "of",
        lambda _caller, _fields: Guess("{}", alone=False),
    )
    document = """mutation ($group: ID!, $name: String!, $key: String!) {
        defineHan(input: {groupId: $group, name: $name, idempotencyKey: $key}) {
            han { name members { nodes { displayName } } } errors { code } } }"""
    with asked(street.kairan) as statements:
        data = await street.ken.data(document, group=street.group.gid, name="1班", key=new_key())
    assert data["defineHan"] == {"han": {"name": "1班", "members": {"nodes": []}}, "errors": []}
    assert "with entered" not in statements
