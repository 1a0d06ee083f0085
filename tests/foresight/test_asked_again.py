"""Whoever asks the same again is answered by one statement, and by nothing that was true before."""

import pytest

from permissions.words import Power
from tests.foresight.asking import AT_ONCE, ME, NAMES, ROSTER, WITH_THE_LEDGER, asked
from tests.harness.city import City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan


class Street:
    """はな is a member of 神楽町内会, as けん is, who holds no office yet."""

    def __init__(self, city: City, kairan: Kairan) -> None:
        self.city = city
        self.kairan = kairan

    group: Thing
    ken: Client
    hana: Client
    kens: Member
    hanas: Member
    neighbour: Person

    async def roster(self, client: Client) -> list[tuple[str, str | None]]:
        """Display name and full name of whoever is shown."""
        data = await client.data(ROSTER, group=self.group.gid)
        nodes = data["group"]["members"]["nodes"]
        return sorted((each["displayName"], each["name"]) for each in nodes)

    async def releases(self) -> int:
        rows = await self.city.fetch("select from kairan.releases where city = $1")
        return len(rows)


@pytest.fixture
async def street(city: City, kairan: Kairan) -> Street:
    found = Street(city, kairan)
    found.group = await city.group("神楽町内会", directory="MEMBERS")
    ken = await city.person(family_name="鈴木", given_name="健", kana="スズキ ケン")
    hana = await city.person(family_name="佐藤", given_name="花", kana="サトウ ハナ")
    found.kens = await city.member(found.group, ken, display_name="けん")
    found.hanas = await city.member(found.group, hana, display_name="はな")
    found.ken, found.hana = await kairan.client(ken), await kairan.client(hana)
    return found


async def test_the_second_time_one_statement_answers_the_same(street: Street) -> None:
    first = await street.hana.ask(ME)
    assert first["data"]["me"]["memberships"] == [
        {"displayName": "はな", "group": {"name": "神楽町内会", "unreadCircularCount": 0}}
    ]
    with asked(street.kairan) as statements:
        assert await street.hana.ask(ME) == first
    assert statements == AT_ONCE
    # Somebody else's facts are others, and so are those of another session.
    with asked(street.kairan) as statements:
        await street.ken.ask(ME)
    assert statements[-2:] != AT_ONCE
    assert len(statements) >= 3


async def test_what_changed_meanwhile_is_seen(street: Street) -> None:
    await street.hana.data(ME)
    await street.hana.data(ME)
    await street.city.circular(street.kens, "新年会")
    with asked(street.kairan) as statements:
        data = await street.hana.data(ME)
    assert data["me"]["memberships"][0]["group"]["unreadCircularCount"] == 1
    assert statements == AT_ONCE


async def test_whoever_left_is_no_member_any_more(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    assert await street.roster(street.hana) == [("けん", None), ("はな", "佐藤 花")]
    assert await street.roster(street.hana) == [("けん", None), ("はな", "佐藤 花")]
    await street.city.leave(street.hanas)
    answer = await street.hana.ask(ROSTER, group=street.group.gid)
    assert answer["data"] == {"group": {"name": "神楽町内会", "members": None}}
    [withheld] = answer["extensions"]["withheld"]
    assert (withheld["field"], withheld["reason"]) == ("Group.members", "NOT_A_MEMBER")
    # What he is shown now is again one statement's.
    with asked(street.kairan) as statements:
        assert await street.hana.ask(ROSTER, group=street.group.gid) == answer
    assert statements == AT_ONCE
    # That his facts had changed was nobody's mistake.
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []


async def test_an_office_that_ended_opens_nothing(street: Street) -> None:
    """While there is nobody else whose name could be released, one statement is enough."""
    await street.city.leave(street.hanas)
    await street.city.officer(street.kens, "会長", Power.VIEW_ROSTER)
    for _ in range(3):
        assert await street.roster(street.ken) == [("けん", "鈴木 健")]
    await street.city.execute(
        "update kairan.appointments set ended_at = $2 where city = $1 and membership_id = $3",
        street.city.clock(),
        street.kens.id,
    )
    await street.city.member(street.group, await street.city.person(), display_name="あらた")
    assert await street.roster(street.ken) == [("あらた", None), ("けん", "鈴木 健")]
    assert await street.releases() == 0


async def test_an_office_that_began_opens_what_it_opens_and_is_in_the_ledger(
    street: Street,
) -> None:
    for _ in range(2):
        assert await street.roster(street.ken) == [("けん", "鈴木 健"), ("はな", None)]
    await street.city.officer(street.kens, "会長", Power.VIEW_ROSTER)
    for number in (1, 2):
        with asked(street.kairan) as statements:
            assert await street.roster(street.ken) == [("けん", "鈴木 健"), ("はな", "佐藤 花")]
        assert await street.releases() == number
    # The ledger has to know before COMMIT; only the entering is the first statement's.
    assert statements[-3:] == WITH_THE_LEDGER
    assert set(statements) <= {"begin isolation", *WITH_THE_LEDGER}


async def test_somebody_new_is_in_the_ledger_before_his_name_leaves(street: Street) -> None:
    """The officer's facts are what they were; only now there is somebody to be released."""
    await street.city.leave(street.hanas)
    await street.city.officer(street.kens, "会長", Power.VIEW_ROSTER)
    for _ in range(2):
        assert await street.roster(street.ken) == [("けん", "鈴木 健")]
    assert await street.releases() == 0
    newcomer = await street.city.person(family_name="新田", given_name="新")
    await street.city.member(street.group, newcomer, display_name="あらた")
    for number in (1, 2, 3):
        with asked(street.kairan) as statements:
            assert await street.roster(street.ken) == [("あらた", "新田 新"), ("けん", "鈴木 健")]
        assert await street.releases() == number
    # That one statement is enough was tried in vain once, and not again.
    assert statements[-3:] == WITH_THE_LEDGER
    assert set(statements) <= {"begin isolation", *WITH_THE_LEDGER}


async def test_a_category_that_is_switched_off_is_off(street: Street) -> None:
    await street.city.leave(street.hanas)
    await street.city.officer(street.kens, "会長", Power.VIEW_ROSTER)
    for _ in range(2):
        assert await street.roster(street.ken) == [("けん", "鈴木 健")]
    newcomer = await street.city.person(family_name="新田", given_name="新")
    await street.city.member(street.group, newcomer, display_name="あらた")
    await street.city.switch_off("NAME")
    assert await street.roster(street.ken) == [("あらた", None), ("けん", "鈴木 健")]
    assert await street.releases() == 0


async def test_whoever_was_suppressed_is_nobody(street: Street) -> None:
    async def names() -> list[str]:
        data = await street.hana.data(NAMES, group=street.group.gid)
        return sorted(each["displayName"] for each in data["group"]["members"]["nodes"])

    for _ in range(2):
        assert await names() == ["けん", "はな"]
    await street.city.suppress(street.kens.person)
    with asked(street.kairan) as statements:
        assert await names() == ["はな", "会員"]
    assert statements == AT_ONCE


async def test_a_session_that_ended_asks_in_vain(street: Street) -> None:
    await street.hana.data(ME)
    await street.hana.data(ME)
    await street.hana.data("mutation { signOut { errors { code } } }")
    answer = await street.hana.post({"query": ME})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "data" not in answer.json()


async def test_a_group_that_is_not_ones_own_is_asked_about_at_once_too(street: Street) -> None:
    """Fields are the same, and the group is another: one statement sees no more of it."""
    other = await street.city.group("東町内会", directory="MEMBERS")
    secret = await street.city.person(family_name="秘", given_name="密")
    await street.city.member(other, secret, display_name="ひみつ")
    for _ in range(2):
        await street.roster(street.hana)
    answer = await street.hana.ask(ROSTER, group=other.gid)
    assert answer["data"] == {"group": {"name": "東町内会", "members": None}}


async def test_nothing_is_answered_for_which_nobody_looked(street: Street) -> None:
    """Where no statement is run, nobody has compared the facts: it is asked as usual."""
    document = """query ($whole: Boolean!) {
        me @include(if: $whole) { displayName } viewer { memberships { group { name } } } }"""
    whole = await street.hana.data(document, whole=True)
    assert await street.hana.data(document, whole=True) == whole
    await street.city.leave(street.hanas)
    assert await street.hana.data(document, whole=False) == {"viewer": {"memberships": []}}


async def test_what_takes_two_statements_once_is_not_tried_with_one_again(street: Street) -> None:
    document = """query ($group: ID!, $more: Boolean!) {
        me { displayName } group(id: $group) @include(if: $more) { offices { title } } }"""
    for _ in range(2):
        await street.hana.data(document, group=street.group.gid, more=False)
    await street.city.office(street.group, "会計")
    data = await street.hana.data(document, group=street.group.gid, more=True)
    assert data == {"me": {"displayName": "会員"}, "group": {"offices": [{"title": "会計"}]}}
    for more in (True, False, True):
        with asked(street.kairan) as statements:
            await street.hana.data(document, group=street.group.gid, more=more)
        assert statements.count("with entered") == 1
        assert statements[-1].startswith("commit")


async def test_the_first_of_several_statements_enters(street: Street) -> None:
    document = """query ($group: ID!) {
        me { displayName } group(id: $group) { offices { title } } }"""
    first = await street.hana.ask(document, group=street.group.gid)
    with asked(street.kairan) as statements:
        assert await street.hana.ask(document, group=street.group.gid) == first
    assert "select app.enter($1," not in statements
    assert statements.count("with entered") == 1
    assert statements[-3:] == ["with entered", "select 'Office'", "commit and"]


async def test_whoever_was_overtaken_is_asked_as_usual_whatever_others_find_meanwhile(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another answer of his may have told of the new facts already, and they change once more."""
    await street.hana.data(ME)
    foresight = street.kairan.app.state.services.foresight
    monkeypatch.setattr(foresight, "failed", lambda *_who, **_why: None)
    await street.city.leave(street.hanas)
    with asked(street.kairan) as statements:
        assert await street.hana.data(ME) == {
            "me": {
                "displayName": "会員",
                "memberships": [
                    {
                        "displayName": "はな",
                        "group": {"name": "神楽町内会", "unreadCircularCount": None},
                    }
                ],
            }
        }
    assert statements.count("with entered") == 1
