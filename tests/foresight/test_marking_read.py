"""A circular is marked read by one statement, which marks nothing that it may not."""

import asyncio
from typing import Any

import pytest

from db.acts.circulars import mark_read
from db.embedded import Addresses
from db.entering import Caller
from db.pool import open_pool
from db.transaction import Transaction
from permissions.words import Power
from tests.acts.ward import new_key
from tests.foresight.asking import AT_ONCE, MARK_READ, asked
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan


class Board:
    """はな reads what けん publishes in 神楽町内会; she marked one circular read already."""

    def __init__(self, city: City, kairan: Kairan) -> None:
        self.city = city
        self.kairan = kairan

    group: Thing
    kens: Member
    hanas: Member
    hana: Client

    async def mark(self, circular: Thing, client: Client | None = None) -> Any:
        data = await (client or self.hana).data(MARK_READ, circular=circular.gid)
        return data["markCircularRead"]

    async def read(self) -> list[str]:
        """The titles of what はな has read."""
        rows = await self.city.fetch(
            """
            select c.title from kairan.receipts r
            join kairan.circulars c on c.city = $1 and c.id = r.circular_id
            where r.city = $1 and r.membership_id = $2 and r.read_at is not null order by c.title
            """,
            self.hanas.id,
        )
        return [row["title"] for row in rows]


def marked(title: str) -> dict[str, Any]:
    return {"circular": {"title": title, "myReceipt": {"state": "READ"}}, "errors": []}


REFUSED = {"circular": None, "errors": [{"code": "NOT_PERMITTED"}]}


@pytest.fixture
async def board(city: City, kairan: Kairan) -> Board:
    found = Board(city, kairan)
    found.group = await city.group("神楽町内会")
    found.kens = await city.member(found.group, await city.person(), display_name="けん")
    hana = await city.person()
    found.hanas = await city.member(found.group, hana, display_name="はな")
    found.hana = await kairan.client(hana)
    first = await city.circular(found.kens, "お知らせ")
    assert await found.mark(first) == marked("お知らせ")
    return found


async def test_the_next_circular_is_marked_by_one_statement(board: Board) -> None:
    circular = await board.city.circular(board.kens, "新年会")
    with asked(board.kairan) as statements:
        assert await board.mark(circular) == marked("新年会")
    assert statements == AT_ONCE
    assert await board.read() == ["お知らせ", "新年会"]


async def test_the_first_time_stays(board: Board) -> None:
    circular = await board.city.circular(board.kens, "新年会")
    await board.mark(circular)
    times = "select read_at from kairan.receipts where city = $1 and circular_id = $2"
    first = await board.city.fetch(times, circular.id)
    board.city.clock.advance(minutes=5)
    assert await board.mark(circular) == marked("新年会")
    assert await board.city.fetch(times, circular.id) == first


@pytest.mark.parametrize("office", [None, Power.PUBLISH])
async def test_what_is_not_out_is_not_marked(board: Board, office: Power | None) -> None:
    """An officer who publishes sees it, and is told; nobody else is told that there is one."""
    if office is not None:
        await board.city.officer(board.hanas, "広報", office)
        await board.mark(await board.city.circular(board.kens, "ごみの日"))
    clock = board.city.clock
    withdrawn = await board.city.circular(board.kens, "取り下げ", withdrawn_at=clock())
    tomorrow = clock().replace(year=clock().year + 1)
    coming = await board.city.circular(board.kens, "来年", published_at=tomorrow)
    before = await board.read()
    with asked(board.kairan) as statements:
        answers = [await board.mark(withdrawn), await board.mark(coming)]
    codes = ["CHANGED_MEANWHILE", "INVALID"] if office else ["NOT_PERMITTED", "NOT_PERMITTED"]
    assert [each["errors"][0]["code"] for each in answers] == codes
    assert [each["circular"] for each in answers] == [None, None]
    assert statements == AT_ONCE * 2
    assert await board.read() == before


async def test_a_circular_of_others_is_refused_like_one_that_is_not_there(board: Board) -> None:
    other = await board.city.group("東町内会")
    theirs = await board.city.member(other, await board.city.person())
    circular = await board.city.circular(theirs, "内緒")
    assert await board.mark(circular) == REFUSED
    assert await board.mark(Thing(circular.id, "Circular", other.id)) == REFUSED
    assert await board.read() == ["お知らせ"]


async def test_whoever_left_marks_nothing(board: Board) -> None:
    circular = await board.city.circular(board.kens, "新年会")
    await board.city.leave(board.hanas)
    assert await board.mark(circular) == REFUSED
    assert await board.read() == ["お知らせ"]


async def test_where_the_group_has_ended_nothing_is_marked(board: Board) -> None:
    circular = await board.city.circular(board.kens, "新年会")
    await board.city.execute(
        "update kairan.groups set participation = 'ENDED' where city = $1 and id = $2",
        board.group.id,
    )
    assert await board.mark(circular) == REFUSED
    assert await board.read() == ["お知らせ"]


async def test_nothing_is_marked_in_a_group_where_he_may_not(
    board: Board, postgres: Addresses
) -> None:
    """Row security shows him the circular, and would let him: it is the rule that says no."""
    circular = await board.city.circular(board.kens, "新年会")
    person = board.hanas.person
    caller = Caller(board.city.number, person.id, await board.city.session(person))
    pool = await open_pool(postgres.server, size=1, statement_timeout_ms=5000)
    for groups, title in (([], None), ([board.group.id], "新年会")):
        transaction = await Transaction.begin(pool, caller, board.city.clock())
        found = await mark_read(transaction, circular.id, in_groups=groups)
        assert (found and found["title"]) == title
        await transaction.commit(operation_name=None, rule_version="")
        assert ("新年会" in await board.read()) == bool(groups)
    await pool.close()


async def test_what_another_change_answers_is_read_as_usual(board: Board) -> None:
    """It would have to be made again."""
    await board.city.officer(board.hanas, "会長", Power.MANAGE_MEMBERS)
    document = """mutation ($group: ID!, $name: String!, $key: String!) {
        defineHan(input: {groupId: $group, name: $name, idempotencyKey: $key}) {
            han { name } errors { code } } }"""
    for name in ("1班", "2班"):
        asking = {"group": board.group.gid, "name": name, "key": new_key()}
        with asked(board.kairan) as statements:
            data = await board.hana.data(document, **asking)
        assert data["defineHan"] == {"han": {"name": name}, "errors": []}
        assert "with entered" not in statements


async def test_two_in_one_document_are_both_marked(board: Board) -> None:
    document = """mutation ($one: ID!, $two: ID!) {
        one: markCircularRead(input: {circularId: $one}) { circular { title } errors { code } }
        two: markCircularRead(input: {circularId: $two}) { circular { title } errors { code } } }"""
    for number in range(2):
        circulars = [await board.city.circular(board.kens, f"{number}の{n}") for n in (1, 2)]
        data = await board.hana.data(document, one=circulars[0].gid, two=circulars[1].gid)
        assert data == {
            "one": {"circular": {"title": f"{number}の1"}, "errors": []},
            "two": {"circular": {"title": f"{number}の2"}, "errors": []},
        }
    assert await board.read() == ["0の1", "0の2", "1の1", "1の2", "お知らせ"]


async def test_beside_another_change_it_is_made_as_usual(board: Board) -> None:
    """Were it overtaken, both would be made again."""
    document = """mutation ($one: ID!, $group: ID!) {
        markCircularRead(input: {circularId: $one}) { errors { code } }
        leaveGroup(input: {groupId: $group}) { errors { code } } }"""
    circular = await board.city.circular(board.kens, "新年会")
    for _ in range(2):
        with asked(board.kairan) as statements:
            await board.hana.ask(document, one=circular.gid, group=board.group.gid)
        assert "with entered" not in statements
    assert await board.read() == ["お知らせ", "新年会"]


async def test_a_payload_that_takes_more_is_read_all_the_same(board: Board) -> None:
    """The receipt of a circular to a han is looked up: that was one more statement."""
    han = await board.city.han(board.group, "1班")
    await board.city.execute(
        "update kairan.member_details set han_id = $2 where city = $1 and membership_id = $3",
        han.id,
        board.hanas.id,
    )
    await board.mark(await board.city.circular(board.kens, "全員へ"))
    to_han = await board.city.circular(board.kens, "1班へ", audience="HAN", audience_han_id=han.id)
    assert await board.mark(to_han) == marked("1班へ")
    assert await board.read() == ["1班へ", "お知らせ", "全員へ"]
    # It is made as usual from then on.
    with asked(board.kairan) as statements:
        assert await board.mark(to_han) == marked("1班へ")
    assert "with entered" not in statements


async def test_all_at_once_are_all_marked(board: Board) -> None:
    circular = await board.city.circular(board.kens, "新年会")
    answers = await asyncio.gather(*(board.mark(circular) for _ in range(12)))
    assert answers == [marked("新年会")] * 12
    assert await board.read() == ["お知らせ", "新年会"]
