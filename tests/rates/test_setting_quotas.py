"""City staff give a group's officers more people per hour, or fewer, until a day."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.rates.test_release_quota import OVER, Association, settle, shown

QUOTA = "releaseQuota { peoplePerHour until reason }"
READ = f"query Read($id: ID!) {{ group(id: $id) {{ {QUOTA} }} }}"


@dataclass
class Town:
    """Two associations with the same 会長, and a city employee."""

    kairan: Kairan
    akebono: Association
    botan: Association
    chair: Client
    staff: Client

    async def set(self, association: Association, **asked: Any) -> dict[str, Any]:
        return await self.staff.change(
            "setReleaseQuota",
            f"group {{ {QUOTA} }}",
            groupId=association.group.gid,
            **{"reason": "年度末の名簿の確認"} | asked,
        )

    async def quota(self, who: Client, association: Association) -> Any:
        data = await who.data(READ, id=association.group.gid)
        return data["group"]["releaseQuota"]


@pytest_asyncio.fixture
async def town(city: City, postgres: Addresses, key_folder: Path) -> AsyncIterator[Town]:
    chair = await city.person()
    akebono = await settle(city, "曙町内会", chair)
    botan = await settle(city, "牡丹町内会", chair)
    async with running(city, postgres.server, key_folder, release_quota=10) as kairan:
        yield Town(
            kairan,
            akebono,
            botan,
            await kairan.client(chair),
            await kairan.client(await city.staff("OPERATIONS")),
        )


async def test_more_people_through_that_group_and_no_more_through_another(town: Town) -> None:
    day = town.kairan.city.clock.day(3)
    assert await shown(town.chair, town.akebono.members[:11]) == OVER
    payload = await town.set(town.akebono, peoplePerHour=25, until=day.isoformat())
    assert payload == {
        "group": {
            "releaseQuota": {
                "peoplePerHour": 25,
                "until": day.isoformat(),
                "reason": "年度末の名簿の確認",
            }
        },
        "errors": [],
    }
    assert await shown(town.chair, town.akebono.members[:25]) == "OK"
    assert await shown(town.chair, town.akebono.members[25:26]) == OVER
    # Those were people of the other quota: the usual one is untouched, and holds.
    assert await shown(town.chair, town.botan.members[:10]) == "OK"
    assert await shown(town.chair, town.botan.members[10:11]) == OVER


async def test_fewer_people_from_the_next_answer_on(town: Town) -> None:
    assert await shown(town.chair, town.akebono.members[:6]) == "OK"
    await town.set(town.akebono, peoplePerHour=5, until=town.kairan.city.clock.today.isoformat())
    # Not even those he was shown already: they are more than five.
    assert await shown(town.chair, town.akebono.members[:1]) == OVER
    assert await shown(town.chair, town.botan.members[:10]) == "OK"
    town.kairan.city.clock.advance(hours=1)
    chair = await town.kairan.client(town.akebono.chair)
    assert await shown(chair, town.akebono.members[:5]) == "OK"
    assert await shown(chair, town.akebono.members[5:6]) == OVER


async def test_nobody_at_all(town: Town) -> None:
    await town.set(town.akebono, peoplePerHour=0, until=town.kairan.city.clock.today.isoformat())
    assert await shown(town.chair, town.akebono.members[:1]) == OVER
    assert (await town.quota(town.chair, town.akebono))["peoplePerHour"] == 0


async def test_it_holds_through_its_last_day_and_not_the_next(town: Town) -> None:
    clock = town.kairan.city.clock
    await town.set(town.akebono, peoplePerHour=25, until=clock.day(1).isoformat())
    clock.move_to(clock.day(1))
    chair = await town.kairan.client(town.akebono.chair)
    assert await shown(chair, town.akebono.members[:25]) == "OK"
    assert (await town.quota(chair, town.akebono))["peoplePerHour"] == 25
    clock.move_to(clock.day(1))
    chair = await town.kairan.client(town.akebono.chair)
    assert await town.quota(chair, town.akebono) == {
        "peoplePerHour": 10,
        "until": None,
        "reason": None,
    }
    assert await shown(chair, town.akebono.members[:11]) == OVER
    assert await shown(chair, town.akebono.members[:10]) == "OK"


async def test_staff_end_it_before_its_day(town: Town) -> None:
    day = town.kairan.city.clock.day(3)
    await town.set(town.akebono, peoplePerHour=25, until=day.isoformat())
    payload = await town.set(town.akebono, reason="確認が終わった")
    assert payload["group"]["releaseQuota"] == {
        "peoplePerHour": 10,
        "until": None,
        "reason": None,
    }
    assert await shown(town.chair, town.akebono.members[:11]) == OVER


async def test_it_is_in_the_history_once(town: Town) -> None:
    day = town.kairan.city.clock.day(3).isoformat()
    for _ in range(2):
        await town.set(town.akebono, peoplePerHour=25, until=day)
    town.kairan.city.clock.advance(seconds=1)
    await town.set(town.akebono, peoplePerHour=0, until=day)
    town.kairan.city.clock.advance(seconds=1)
    await town.set(town.akebono)
    document = """
        query History($id: ID!) {
          group(id: $id) { history { nodes {
            kind byStaff before { name value } after { name value }
          } } }
        }
    """
    data = await town.staff.data(document, id=town.akebono.group.gid)
    told = [
        (
            node["kind"],
            node["byStaff"],
            {each["name"]: each["value"] for each in node["before"]},
            {each["name"]: each["value"] for each in node["after"]},
        )
        for node in reversed(data["group"]["history"]["nodes"])
    ]
    why = {"reason": "年度末の名簿の確認"}
    assert told == [
        ("RELEASE_QUOTA_SET", True, {}, {"peoplePerHour": "25", "until": day} | why),
        (
            "RELEASE_QUOTA_SET",
            True,
            {"peoplePerHour": "25", "until": day},
            {"peoplePerHour": "0", "until": day} | why,
        ),
        ("RELEASE_QUOTA_SET", True, {"peoplePerHour": "0", "until": day}, why),
    ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"peoplePerHour": -1}, "peoplePerHour"),
        ({"peoplePerHour": 1_000_001}, "peoplePerHour"),
        ({"peoplePerHour": 5, "until": None}, "until"),
        ({"peoplePerHour": None}, "until"),
        ({"until": "2026-11-22"}, "until"),
        ({"reason": "　"}, "reason"),
        ({"reason": "あ" * 1001}, "reason"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(
    asked: dict[str, Any], field: str, town: Town
) -> None:
    given = {"peoplePerHour": 5, "until": "2026-11-23"} | asked
    payload = await town.set(town.akebono, **given)
    assert payload["group"] is None
    assert [(each["code"], each["field"]) for each in payload["errors"]] == [
        ("INVALID", ["input", field])
    ]
    assert (await town.quota(town.staff, town.akebono))["until"] is None


async def test_who_reads_it(town: Town) -> None:
    city, kairan = town.kairan.city, town.kairan
    usual = {"peoplePerHour": 10, "until": None, "reason": None}
    auditor = await kairan.client(await city.staff("AUDITOR"))
    helper = await kairan.client(await city.staff("SUPPRESSION"))
    member = await kairan.client(town.akebono.members[0].person)
    publisher = await city.person()
    await city.officer(await city.member(town.akebono.group, publisher), "広報", Power.PUBLISH)
    for who in (town.chair, town.staff, auditor):
        assert await town.quota(who, town.akebono) == usual
    for who in (helper, member, kairan.nobody, await kairan.client(publisher)):
        assert await town.quota(who, town.akebono) is None


async def test_an_officer_cannot_set_his_own(town: Town) -> None:
    payload = await town.chair.change(
        "setReleaseQuota",
        "group { id }",
        groupId=town.akebono.group.gid,
        peoplePerHour=9999,
        until=(town.kairan.city.clock.today + timedelta(days=1)).isoformat(),
        reason="もっと",
    )
    assert payload["group"] is None
    assert [each["code"] for each in payload["errors"]] == ["NOT_PERMITTED"]
    assert await shown(town.chair, town.akebono.members[:11]) == OVER
