"""Whatever is asked, by whatever road: no secret comes out, and nothing of ours breaks."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from permissions.words import Power
from resolvers.global_ids import to_cursor
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.relay.documents import documents
from tests.relay.neighbourhood import Neighbourhood, settle

SECRETS = {
    "family_name": "秘密氏",
    "given_name": "秘密名",
    "kana": "ヒミツ",
    "postal_code": "070-SECRET",
    "address": "秘密町1丁目",
    "building": "秘密荘",
    "phone": "0166-SECRET",
    "email": "secret@example.jp",
}
WORDS = ("花", "ヒミツ", "秘密", "ん", "", "SECRET", "070", "\u0000")
SECRET_DATES = ("1911-11-11", "1922-02-22")


@dataclass
class Town:
    """A neighbourhood in which everything personal is a secret, and those it is no secret to."""

    here: Neighbourhood
    kairan: Kairan
    closed: dict[str, Client]
    chair: Client
    # What the documents of this town give to arguments.
    values: dict[str, Sequence[object]]


@pytest_asyncio.fixture(scope="module")
async def town(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    """Everybody but the viewers has the same secrets."""
    city = await City(superuser).found()
    here = await settle(city)
    columns = ", ".join(f"{column} = '{secret}'" for column, secret in SECRETS.items())
    await city.execute(f"update kairan.profiles set {columns} where city = $1")
    await city.execute(
        "update kairan.profiles set birth_date = $2 where city = $1 and resident_id <> $3",
        date(1911, 11, 11),
        here.ken.id,
    )
    await city.execute(
        "update kairan.member_details set joined_on = $2 where city = $1", date(1922, 2, 22)
    )
    plain = await city.member(here.kagura, await city.person(), display_name="平")
    treasurer = await city.member(here.kagura, await city.person(), display_name="会計")
    await city.officer(treasurer, "会計", Power.PUBLISH)
    former = await city.member(here.kagura, await city.person(), status="LEFT")
    await city.officer(former, "元会長", *Power)
    next_door = await city.member(here.shunko, await city.person(), display_name="隣")
    await city.execute(
        "update kairan.groups set participation = 'SUSPENDED' where city = $1 and id = $2",
        here.shunko.id,
    )
    await city.officer(next_door, "会長", *Power)
    things = [*here.things.values(), *here.foreign.values(), here.shunko, *here.hans]
    members = [here.ken_in_kagura, here.hanako_in_kagura, here.hanako_in_shunko, plain, former]
    ids = [thing.gid for thing in (*things, *members)] + [here.hanako.gid, here.ken.gid, "x"]
    groups = [here.kagura.gid, here.kagura.gid, here.shunko.gid, here.tokiwa.gid]
    values: dict[str, Sequence[object]] = {
        "id": ids,
        "ids": [ids, ids[:7], ids[-7:], []],
        "group(id:)": groups,
        "area": [here.things["Area"].gid, "x"],
        "han": [han.gid for han in here.hans] + [here.foreign["Han"].gid],
        "search": WORDS,
        "state": ["READ", "DELIVERED", "PAPER", "OUTSTANDING", "null"],
        "first": [1, 2, 3, 7, 50, 200, 0],
        "after": [to_cursor(thing.id) for thing in (*things, *members)] + ["x"],
    }
    async with running(city, postgres.server, key_folder) as kairan:
        closed = {"nobody": kairan.nobody}
        for name, person in {
            "a stranger": await city.person(),
            "a plain member": plain.person,
            "the treasurer": treasurer.person,
            "a former chair": former.person,
            "the chair of a suspended group": next_door.person,
            "staff": await city.staff("OPERATIONS", "SUPPRESSION", "AUDITOR"),
        }.items():
            closed[name] = await kairan.client(person)
        yield Town(here, kairan, closed, await kairan.client(here.ken), values)


async def check(town: Town, client: Client, document: str) -> str:
    """Ask, and fail on whatever is an error of ours; the text of the answer."""
    answer = await client.post({"query": document})
    assert answer.status_code == 200, answer.text
    codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "CURSOR_UNKNOWN"}, answer.text
    # What was delivered is noted after the answer.
    await town.kairan.settled()
    left_open = await town.here.city.superuser.fetchval(
        "select count(*) from pg_stat_activity"
        " where application_name = 'kairan' and state like 'idle in transaction%'"
        # With the end of a transaction the next one begins, for whoever comes.
        " and query <> 'commit and chain'"
    )
    assert left_open == 0
    return answer.text


GENEROUS = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WHO = (
    *("nobody", "a stranger", "a plain member", "the treasurer", "a former chair"),
    *("the chair of a suspended group", "staff"),
)


@pytest.mark.parametrize("who", WHO)
@GENEROUS
@given(data=st.data())
async def test_no_document_brings_out_what_is_closed(
    town: Town, who: str, data: st.DataObject
) -> None:
    document = data.draw(documents(town.values))
    told = await check(town, town.closed[who], document)
    for secret in (*SECRETS.values(), *SECRET_DATES):
        assert secret not in told


@GENEROUS
@given(data=st.data())
async def test_to_the_chair_no_document_brings_out_the_age_of_others(
    town: Town, data: st.DataObject
) -> None:
    document = data.draw(documents(town.values))
    told = await check(town, town.chair, document)
    assert SECRET_DATES[0] not in told
