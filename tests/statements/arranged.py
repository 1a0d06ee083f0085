"""For each mutation something to change that was not changed before, and who changes it."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from tests.harness.city import Member, Thing
from tests.harness.kairan import Client
from tests.statements.conftest import Town

Asked = dict[str, Any]
_numbers = count(1)


def key() -> str:
    return f"statements-{next(_numbers):04}"


class Arranged:
    """A town with city staff beside the officer, and what a mutation needs, always new."""

    def __init__(self, town: Town) -> None:
        self.town, self.city, self.group = town, town.kairan.city, town.group

    async def staff(self, role: str) -> Client:
        return await self.town.kairan.client(await self.city.staff(role))

    async def member(self) -> Member:
        return await self.city.member(self.group, await self.city.person())

    async def applied(self) -> Thing:
        return await self.city.request(self.group, await self.city.person())

    async def circular(self) -> Thing:
        return await self.city.circular(self.town.members[0], "回覧")

    async def office(self) -> Thing:
        return await self.city.office(self.group, "役")


Prepared = tuple[Client, Asked]
Prepare = Callable[[Arranged], Awaitable[Prepared]]


# Each of these arranges one mutation that will be made: who sends it, and with what input.
async def create_group(here: Arranged) -> Prepared:
    return await here.staff("OPERATIONS"), {"name": "新町内会", "idempotencyKey": key()}


async def set_participation(here: Arranged) -> Prepared:
    day = f"2027-{next(_numbers) % 12 + 1:02}-01"
    asked = {"groupId": here.group.gid, "participation": "TRIAL", "startsOn": day}
    return await here.staff("OPERATIONS"), asked


async def delegate_powers(here: Arranged) -> Prepared:
    group = await here.city.group("別の町内会")
    return await here.staff("OPERATIONS"), {"groupId": group.gid, "powers": ["PUBLISH"]}


async def set_city_policy(here: Arranged) -> Prepared:
    asked = {"category": "AGE", "released": False, "reason": "答申"}
    await here.city.execute("delete from kairan.city_policies where city = $1")
    return await here.staff("OPERATIONS"), asked


async def set_release_quota(here: Arranged) -> Prepared:
    asked = {
        "groupId": (await here.city.group("別の町内会")).gid,
        "peoplePerHour": 5000,
        "until": here.city.clock.day(7).isoformat(),
        "reason": "名簿の確認",
    }
    return await here.staff("OPERATIONS"), asked


async def suppress_resident(here: Arranged) -> Prepared:
    return await here.staff("SUPPRESSION"), {"residentId": (await here.city.person()).gid}


async def lift_suppression(here: Arranged) -> Prepared:
    person = await here.city.person()
    await here.city.suppress(person)
    return await here.staff("SUPPRESSION"), {"residentId": person.gid}


async def request_membership(here: Arranged) -> Prepared:
    client = await here.town.kairan.client(await here.city.person())
    return client, {"groupId": here.group.gid}


async def withdraw_request(here: Arranged) -> Prepared:
    person = await here.city.person()
    request = await here.city.request(here.group, person)
    return await here.town.kairan.client(person), {"requestId": request.gid}


async def approve_membership(here: Arranged) -> Prepared:
    return here.town.client, {"requestId": (await here.applied()).gid}


async def decline_membership(here: Arranged) -> Prepared:
    return here.town.client, {"requestId": (await here.applied()).gid, "reason": "区域外"}


async def move_member(here: Arranged) -> Prepared:
    han = await here.city.han(here.group, "3班")
    return here.town.client, {"memberId": (await here.member()).gid, "hanId": han.gid}


async def leave_group(here: Arranged) -> Prepared:
    member = await here.member()
    return await here.town.kairan.client(member.person), {"groupId": here.group.gid}


async def remove_member(here: Arranged) -> Prepared:
    return here.town.client, {"memberId": (await here.member()).gid, "reason": "転居"}


async def set_member_directory(here: Arranged) -> Prepared:
    await here.city.execute(
        "update kairan.groups set member_directory = 'OFFICERS' where city = $1"
    )
    return here.town.client, {"groupId": here.group.gid, "memberDirectory": "MEMBERS"}


async def define_han(here: Arranged) -> Prepared:
    return here.town.client, {"groupId": here.group.gid, "name": "3班", "idempotencyKey": key()}


async def define_household(here: Arranged) -> Prepared:
    return here.town.client, {"groupId": here.group.gid, "idempotencyKey": key()}


async def define_office(here: Arranged) -> Prepared:
    asked = {"title": "役", "powers": ["PUBLISH"], "idempotencyKey": key()}
    return here.town.client, {"groupId": here.group.gid, **asked}


async def change_office(here: Arranged) -> Prepared:
    return here.town.client, {"officeId": (await here.office()).gid, "powers": ["PUBLISH"]}


async def appoint_officer(here: Arranged, many: int = 1) -> Prepared:
    members = [(await here.member()).gid for _ in range(many)]
    asked = {"startsOn": "2026-11-23", "endsOn": "2027-03-31"}
    return here.town.client, {"officeId": (await here.office()).gid, "memberIds": members, **asked}


async def end_appointment(here: Arranged) -> Prepared:
    term = await here.city.appoint(await here.member(), await here.office())
    return here.town.client, {"appointmentId": term.gid}


async def publish_circular(here: Arranged) -> Prepared:
    asked = {"title": "雪", "body": "雪かき", "idempotencyKey": key()}
    return here.town.client, {"groupId": here.group.gid, **asked}


async def edit_circular(here: Arranged) -> Prepared:
    asked = {"title": "訂正", "body": "訂正"}
    return here.town.client, {"circularId": (await here.circular()).gid, **asked}


async def withdraw_circular(here: Arranged) -> Prepared:
    return here.town.client, {"circularId": (await here.circular()).gid}


async def mark_circular_read(here: Arranged) -> Prepared:
    return here.town.client, {"circularId": (await here.circular()).gid}


async def record_paper_delivery(here: Arranged, many: int = 1) -> Prepared:
    members = [member.gid for member in here.town.members[1 : many + 1]]
    return here.town.client, {"circularId": (await here.circular()).gid, "memberIds": members}
