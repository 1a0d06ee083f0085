"""``kairan explain``: the row in words, and how it comes out for one viewer and member."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from db.embedded import Addresses
from permissions.words import Power
from server.commands import explain
from server.settings.settings import Settings
from tests.harness.city import City, Member, Person, Thing

ROW = """\
Member.address
  Released to the person and officers of the group with the power VIEW_ROSTER, in order to find \
the household that a circular did not reach. Personal data: ADDRESS. Null for everybody else.
  version """


def test_a_row_is_told_in_words() -> None:
    told = explain.rule("Member.address")
    assert told.startswith(ROW)
    assert len(told) == len(ROW) + 16


def test_the_plumbing_of_pages_is_told_by_its_one_row() -> None:
    assert explain.rule("PageInfo.endCursor").startswith("PageInfo.*\n  Released to anyone.\n")


def test_a_misspelt_field_is_answered_with_those_there_are() -> None:
    told = explain.rule("Receipt.red")
    assert told == (
        "Receipt.red has no rule; there are Receipt.member, Receipt.state, Receipt.deliveredAt,"
        " Receipt.readAt, Receipt.paperAt"
    )
    assert "Member.…" in explain.rule("Person.address")


@dataclass
class Street:
    """Hanako's group, and what an operator asks about her there."""

    city: City
    server: str
    folder: Path
    group: Thing
    hanako: Member

    async def told(self, field: str, login: str, member: str | None = None) -> str:
        """What the command prints."""
        settings = Settings.from_environ({"KAIRAN_DATA_DIR": str(self.folder)})
        return await asyncio.to_thread(
            explain.case, settings, self.server, field, login, member or self.hanako.gid
        )

    async def conditions(self, field: str, person: Person) -> list[str]:
        """The conditions and the outcome, without the row above them."""
        login = await self.city.login(person)
        told = await self.told(field, login)
        head, _, rest = told.partition(f"  {login} looks at it now:\n")
        assert head.startswith(f"{field}\n")
        return [line.strip() for line in rest.splitlines()]

    async def fellow(self, *powers: Power) -> Member:
        """Another member, an officer if ``powers`` are given."""
        member = await self.city.member(self.group, await self.city.person())
        if powers:
            await self.city.officer(member, "総務部長", *powers)
        return member


@pytest.fixture
async def street(superuser: asyncpg.Pool, postgres: Addresses, tmp_path: Path) -> Street:
    """Hanako in the Kagura group, today."""
    city = City(superuser)
    city.clock.now = datetime.now(UTC)
    await city.found()
    group = await city.group("神楽町内会")
    hanako = await city.member(group, await city.person(address="神楽3条4丁目"))
    return Street(city, postgres.server, tmp_path, group, hanako)


RELEASED = "=> released, where there is a value to release"
OFFICER = [
    "- no  is the person",
    "- yes is an active member of the group",
    "- yes the group releases: ACTIVE",
    "- yes holds an office in term: 総務部長",
    "- yes an office has VIEW_ROSTER, and it is delegated",
    "- yes the city releases ADDRESS",
    "- yes the member is in the group",
    "- yes reaches the member by the roster, directory, receipts or office",
    RELEASED,
]


def changed(lines: list[str], **by_number: str) -> list[str]:
    """``lines`` with some replaced: ``line3="..."``, counted from 1."""
    found = list(lines)
    for name, line in by_number.items():
        found[int(name.removeprefix("line")) - 1] = line
    return found


async def test_an_officer_meets_every_condition(street: Street) -> None:
    ken = await street.fellow(Power.VIEW_ROSTER)
    assert await street.conditions("Member.address", ken.person) == OFFICER


async def test_an_officer_without_the_power_is_told_which_one(street: Street) -> None:
    treasurer = await street.fellow(Power.PUBLISH)
    assert await street.conditions("Member.address", treasurer.person) == changed(
        OFFICER,
        line5="- no  an office has VIEW_ROSTER, and it is delegated",
        line8="- no  reaches the member by the roster, directory, receipts or office",
        line9="=> withheld: POWER_MISSING",
    )


async def test_a_plain_member_holds_no_office(street: Street) -> None:
    neighbour = await street.fellow()
    plain = changed(
        OFFICER,
        line4="- no  holds an office in term: none",
        line5="- no  an office has VIEW_ROSTER, and it is delegated",
        line8="- no  reaches the member by the roster, directory, receipts or office",
        line9="=> withheld: NOT_AN_OFFICER",
    )
    assert await street.conditions("Member.address", neighbour.person) == plain


async def test_a_name_that_whoever_reaches_may_read_is_not_reached_by_all(street: Street) -> None:
    neighbour = await street.fellow()
    assert (await street.conditions("Member.displayName", neighbour.person))[-1] == "=> not reached"
    officer = await street.fellow(Power.VIEW_ROSTER)
    assert (await street.conditions("Member.displayName", officer.person))[-1] == RELEASED


async def test_a_former_officer_is_one_no_more(street: Street) -> None:
    former = await street.fellow(Power.VIEW_ROSTER)
    await street.city.execute(
        "update kairan.appointments set ended_at = $3 where city = $1 and membership_id = $2",
        former.id,
        street.city.clock.now,
    )
    told = await street.conditions("Member.address", former.person)
    assert told[3] == "- no  holds an office in term: none"
    assert told[-1] == "=> withheld: NOT_AN_OFFICER"


async def test_an_officer_of_another_group_does_not_reach_her(street: Street) -> None:
    elsewhere = await street.city.member(
        await street.city.group("春光町内会"), await street.city.person()
    )
    await street.city.officer(elsewhere, "会長", *Power)
    assert await street.conditions("Member.address", elsewhere.person) == [
        "- not reached: no such member, or none of a group of theirs"
    ]


async def test_the_city_switches_a_category_off(street: Street) -> None:
    await street.city.switch_off("ADDRESS")
    ken = await street.fellow(Power.VIEW_ROSTER)
    assert await street.conditions("Member.address", ken.person) == changed(
        OFFICER, line6="- no  the city releases ADDRESS", line9="=> withheld: CITY_POLICY"
    )
    assert (await street.conditions("Member.address", street.hanako.person))[-1] == RELEASED


async def test_a_suspended_group_releases_nothing(street: Street) -> None:
    ken = await street.fellow(Power.VIEW_ROSTER)
    await street.city.execute(
        "update kairan.groups set participation = 'SUSPENDED' where city = $1"
    )
    told = await street.conditions("Member.address", ken.person)
    assert told[2] == "- no  the group releases: SUSPENDED"
    assert told[-1] == "=> withheld: GROUP_NOT_RELEASING"


async def test_who_left_is_open_to_nobody_but_herself(street: Street) -> None:
    ken = await street.fellow(Power.VIEW_ROSTER)
    await street.city.leave(street.hanako)
    assert await street.conditions("Member.address", ken.person) == changed(
        OFFICER,
        line7="- no  the member is in the group",
        line8="- no  reaches the member by the roster, directory, receipts or office",
        line9="=> withheld: the member has left",
    )
    assert (await street.conditions("Member.address", street.hanako.person))[-1] == RELEASED


async def test_it_tells_no_value_and_nothing_that_is_a_persons_own_business(
    street: Street,
) -> None:
    ken = await street.fellow(Power.VIEW_ROSTER)
    login = await street.city.login(ken.person)
    filled = await street.told("Member.address", login)
    assert "神楽3条" not in filled

    city = street.city
    unfilled = await city.member(street.group, await city.person())
    private = await city.member(
        street.group, await city.person(address="神楽5条"), kept_private=["ADDRESS"]
    )
    suppressed = await city.member(street.group, await city.person(address="神楽6条"))
    await city.suppress(suppressed.person)
    for member in (unfilled, private, suppressed):
        assert await street.told("Member.address", login, member.gid) == filled


async def test_it_releases_nothing_and_leaves_no_session_behind(street: Street) -> None:
    ken = await street.fellow(Power.VIEW_ROSTER)
    await street.conditions("Member.address", ken.person)
    assert await street.city.fetch("select id from kairan.releases where city = $1") == []
    sessions = await street.city.fetch("select * from kairan.sessions where city = $1")
    assert [s["expires_at"] - s["opened_at"] for s in sessions] == [timedelta(seconds=5)]


async def test_what_cannot_be_tried_is_said(street: Street) -> None:
    ken = await street.fellow(Power.VIEW_ROSTER)
    login = await street.city.login(ken.person)
    group = street.group.gid
    no_id = "is no id of a Member: give one as the API shows it"
    assert await street.told("Member.address", login, "けん") == f"けん {no_id}"
    assert await street.told("Member.address", login, group) == f"{group} {no_id}"
    assert (await street.told("Member.address", "nobody@x")) == "nobody@x is no login"
    assert (await street.told("Group.name", login)) == (
        "Group.name: only fields of Member can be tried"
    )
    assert (await street.told("Member.adress", login)).startswith("Member.adress has no rule;")
