"""While offices begin and end, whoever asks is shown what his facts open, and the ledger has it."""

import asyncio
import random

from permissions.words import Power
from tests.foresight.asking import ROSTER
from tests.harness.city import City
from tests.harness.kairan import Kairan

ASKED = 240


async def test_every_name_that_left_is_in_the_ledger_once(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    ken, hana = await city.person(), await city.person(family_name="佐藤", given_name="花")
    kens = await city.member(group, ken, display_name="けん")
    await city.member(group, hana, display_name="はな")
    office = await city.office(group, "会長", Power.VIEW_ROSTER)
    client = await kairan.client(ken)
    over = asyncio.Event()

    async def in_and_out_of_office() -> None:
        while not over.is_set():
            await city.appoint(kens, office)
            await asyncio.sleep(random.uniform(0, 0.03))
            await city.execute(
                "update kairan.appointments set ended_at = $2 where city = $1 and ended_at is null",
                city.clock(),
            )
            await asyncio.sleep(random.uniform(0, 0.06))

    async def ask() -> list[tuple[str, str | None]]:
        found = []
        for _ in range(ASKED // 8):
            data = await client.data(ROSTER, group=group.gid)
            found += [
                (each["displayName"], each["name"]) for each in data["group"]["members"]["nodes"]
            ]
        return found

    changing = asyncio.create_task(in_and_out_of_office())
    shown = [each for part in await asyncio.gather(*(ask() for _ in range(8))) for each in part]
    over.set()
    await changing
    # Nobody was missing from any page, and hers alone came and went.
    assert shown.count(("けん", None)) == ASKED
    opened, closed = shown.count(("はな", "佐藤 花")), shown.count(("はな", None))
    assert opened + closed == ASKED
    # Both were to be seen, or nothing was tried.
    assert opened > 5
    assert closed > 5
    subjects = await city.fetch("select subjects from kairan.releases where city = $1")
    assert [row["subjects"] for row in subjects] == [[hana.id]] * opened
