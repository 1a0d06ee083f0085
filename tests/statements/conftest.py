"""Two towns, one small and one large, that differ in nothing but how many there are of each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan, running


@dataclass
class Town:
    """One association with its officer, who is a plain member of some others."""

    kairan: Kairan
    group: Thing
    officer: Person
    client: Client
    members: list[Member] = field(default_factory=list)
    offices: list[Thing] = field(default_factory=list)
    circulars: list[Thing] = field(default_factory=list)

    async def statements(self, document: str, **variables: object) -> list[str]:
        """What the database was asked for one answer, without errors, and after it: of whoever
        asks for it the first time.
        """
        # Once before: the driver looks up types when a connection first meets them.
        await self.client.data(document, group=self.group.gid, **variables)
        newcomer = await self.kairan.client(self.officer)
        await self.kairan.settled()
        with self.kairan.counting() as found:
            await newcomer.data(document, group=self.group.gid, **variables)
            await self.kairan.settled()
        return list(found)


async def settle(kairan: Kairan, *, members: int, circulars: int, groups: int) -> Town:
    """``members`` besides the officer, in han and households of two; a receipt of every second."""
    city = kairan.city
    group = await city.group("春光町内会")
    officer = await city.person(family_name="会", given_name="長", kana="カイ チョウ")
    held = await city.member(group, officer)
    await city.officer(held, "会長", *ALL_POWERS)
    town = Town(kairan, group, officer, await kairan.client(officer), [held])
    hans = [await city.han(group, f"{number}班") for number in range(1, 3)]
    for number in range(members):
        if number % 2 == 0:
            household = await city.household(group, han=hans[number // 2 % 2])
        person = await city.person(family_name="山田", kana=f"ヤマダ {number:03}", phone="0166")
        member = await city.member(group, person, han=hans[number // 2 % 2], household=household)
        town.members.append(member)
        if number % 5 == 0:
            office = await city.office(group, f"{number}番", Power.PUBLISH)
            await city.appoint(member, office)
            town.offices.append(office)
    for number in range(circulars):
        author = town.members[number % 3]
        at = city.clock() - timedelta(days=number)
        circular = await city.circular(author, f"回覧{number}", published_at=at)
        town.circulars.append(circular)
        await city.execute(
            """
            insert into kairan.receipts (city, circular_id, membership_id, group_id, delivered_at)
            select $1, $2, member, $3, $4 from unnest($5::uuid[]) member
            """,
            *(circular.id, group.id, at, [member.id for member in town.members[::2]]),
        )
    for number in range(groups - 1):
        other = await city.group(f"第{number}町内会", directory="MEMBERS")
        await city.member(other, officer)
        await city.member(other, town.members[1].person)
    return town


@pytest_asyncio.fixture(scope="module")
async def small(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    """5 members and the officer, 2 circulars, 1 group."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield await settle(kairan, members=5, circulars=2, groups=1)


@pytest_asyncio.fixture(scope="module")
async def large(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    """150 members and the officer, 20 circulars, 5 groups."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield await settle(kairan, members=150, circulars=20, groups=5)
