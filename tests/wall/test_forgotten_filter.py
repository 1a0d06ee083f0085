"""A statement that forgets its WHERE: each viewer gets the rows he may have, and no other.

What is expected is typed by hand. A table that is not named for a viewer must give him nothing.
"""

import asyncpg
import pytest

from tests.wall.entering import HIDDEN, entered, tables_of
from tests.wall.neighbourhood import Neighbourhood

POWERS = (
    *("MANAGE_MEMBERS", "MANAGE_OFFICES", "MODERATE", "PUBLISH"),
    *("RUN_SAFETY_CHECKS", "RUN_SURVEYS", "VIEW_RECEIPTS", "VIEW_ROSTER"),
)
GROUPS = ("akebono", "botan", "chigusa", "dahlia")
# What a city and its groups say of themselves to anybody.
PUBLIC = {
    "cities": ["the city"],
    "areas": ["春光"],
    "city_policies": ["EMAIL"],
    "groups": [*GROUPS],
    "delegations": [f"{group} {power}" for group in GROUPS for power in POWERS],
}

IN_AKEBONO = [
    *("asu@akebono", "hanako@akebono", "kaikei@akebono", "ken@akebono", "mae@akebono"),
    *("sachi@akebono", "saru@akebono", "sayuri@akebono"),
]
IN_BOTAN = ["hanako@botan", "ken@botan", "taro@botan"]
SHOWN_IN_AKEBONO = ["asu@akebono", "hanako@akebono", "kaikei@akebono", "ken@akebono", "mae@akebono"]
OFFICES_OF_AKEBONO = ["会計", "会長", "前会長", "次会長"]
TERMS_OF_AKEBONO = ["会計:kaikei", "会長:ken", "前会長:mae", "次会長:asu"]
# What a plain member of akebono sees of his group; none of it is a personal column.
OF_AKEBONO = {
    "memberships": IN_AKEBONO,
    "member_details": SHOWN_IN_AKEBONO,
    "hans": ["1班"],
    "offices": OFFICES_OF_AKEBONO,
    "appointments": TERMS_OF_AKEBONO,
    "circulars": ["盆踊り"],
    "release_quotas": ["akebono"],
}


CHANGES = ["a change in the city", *(f"a change in {group}" for group in GROUPS)]


def oneself(name: str) -> dict[str, list[str]]:
    return {"residents": [name], "profiles": [name], "sessions": [name]}


SEEN: dict[str, dict[str, list[str]]] = {
    "nobody": {},
    "stranger": oneself("stranger"),
    "applicant": {**oneself("applicant"), "membership_requests": ["applicant to akebono"]},
    # 会長 of akebono, a plain member of botan: botan's profiles and receipts stay shut.
    "ken": {
        **oneself("ken"),
        **OF_AKEBONO,
        "memberships": [*IN_AKEBONO, *IN_BOTAN],
        "member_details": [*SHOWN_IN_AKEBONO, *IN_BOTAN],
        "profiles": ["asu", "hanako", "kaikei", "ken", "mae"],
        "households": ["hanako's house", "sachi and asu's house"],
        "hans": ["1班", "い組"],
        "membership_requests": ["applicant to akebono"],
        "circulars": ["盆踊り", "親睦旅行"],
        "release_quotas": ["akebono", "botan"],
        "receipts": ["盆踊り hanako@akebono", "盆踊り kaikei@akebono", "親睦旅行 ken@botan"],
        "paper_deliveries": ["盆踊り mae@akebono", "盆踊り sayuri@akebono"],
        # Not sayuri's, who is suppressed.
        "past_places": ["hanako@akebono", "saru@akebono"],
        "circular_versions": ["盆踊り"],
        "changes": ["a change in akebono"],
        "idempotency_keys": ["ken once"],
    },
    # An office without VIEW_ROSTER and VIEW_RECEIPTS opens nobody's row but his own; with PUBLISH,
    # the words that were edited.
    "kaikei": {
        **oneself("kaikei"),
        **OF_AKEBONO,
        "receipts": ["盆踊り kaikei@akebono"],
        "circular_versions": ["盆踊り"],
    },
    "mae": {**oneself("mae"), **OF_AKEBONO, "paper_deliveries": ["盆踊り mae@akebono"]},
    "asu": {**oneself("asu"), **OF_AKEBONO, "households": ["sachi and asu's house"]},
    # A plain member, also where members see one another: that is display names, kept elsewhere.
    "hanako": {
        **oneself("hanako"),
        **OF_AKEBONO,
        "memberships": [*IN_AKEBONO, *IN_BOTAN],
        "member_details": [*SHOWN_IN_AKEBONO, *IN_BOTAN],
        "households": ["hanako's house"],
        "hans": ["1班", "い組"],
        "circulars": ["盆踊り", "親睦旅行"],
        "release_quotas": ["akebono", "botan"],
        "receipts": ["盆踊り hanako@akebono", "親睦旅行 hanako@botan"],
        "releases": ["ken saw hanako and saru"],
        "past_places": ["hanako@akebono"],
        "idempotency_keys": ["hanako once"],
    },
    # Suppressed: everything of her own, and what any member of akebono sees.
    "sayuri": {
        **oneself("sayuri"),
        **OF_AKEBONO,
        "member_details": [*SHOWN_IN_AKEBONO, "sayuri@akebono"],
        "households": ["sayuri's house"],
        "suppressions": ["sayuri's suppression"],
        "membership_requests": ["sayuri to botan"],
        "receipts": ["盆踊り sayuri@akebono"],
        "paper_deliveries": ["盆踊り sayuri@akebono"],
        "releases": ["mae saw sayuri"],
        "past_places": ["sayuri@akebono"],
    },
    # Gone: his own past, and the releases that were made of him.
    "saru": {
        **oneself("saru"),
        "memberships": ["saru@akebono"],
        "member_details": ["saru@akebono"],
        "past_places": ["saru@akebono"],
        "releases": ["ken saw hanako and saru"],
    },
    "taro": {
        **oneself("taro"),
        "memberships": IN_BOTAN,
        "member_details": IN_BOTAN,
        "hans": ["い組"],
        "circulars": ["親睦旅行"],
        "release_quotas": ["botan"],
        "past_places": ["taro@botan"],
    },
    # 会長 with all powers of a group that is suspended: a member who reads, and no more.
    "yasumi": {
        **oneself("yasumi"),
        "memberships": ["kyu@chigusa", "yasumi@chigusa"],
        "member_details": ["kyu@chigusa", "yasumi@chigusa"],
        "offices": ["休会長"],
        "appointments": ["休会長:yasumi"],
        "release_quotas": ["chigusa"],
    },
    # 会長 with all powers of a group that has ended: his own rows.
    "owari": {
        **oneself("owari"),
        "memberships": ["owari@dahlia"],
        "member_details": ["owari@dahlia"],
        "appointments": ["元会長:owari"],
    },
    "kyu": {
        **oneself("kyu"),
        "memberships": ["kyu@chigusa", "kyu@dahlia", "yasumi@chigusa"],
        "member_details": ["kyu@chigusa", "kyu@dahlia", "yasumi@chigusa"],
        "offices": ["休会長"],
        "appointments": ["休会長:yasumi"],
        "release_quotas": ["chigusa"],
        "receipts": ["解散のお知らせ kyu@dahlia"],
        "past_places": ["kyu@chigusa", "kyu@dahlia"],
    },
    "OPERATIONS": {
        "sessions": ["OPERATIONS"],
        "staff": ["OPERATIONS"],
        # Until somebody in a group manages its members, city staff decide who joins.
        "membership_requests": ["applicant to akebono", "sayuri to botan"],
        "changes": CHANGES,
        "idempotency_keys": ["OPERATIONS once"],
        "release_quotas": [*GROUPS],
        "offices": [*OFFICES_OF_AKEBONO, "休会長", "元会長"],
        "appointments": [*TERMS_OF_AKEBONO, "休会長:yasumi", "元会長:owari"],
    },
    "SUPPRESSION": {
        "sessions": ["SUPPRESSION"],
        "staff": ["SUPPRESSION"],
        "suppressions": ["sachi's suppression", "sayuri's suppression"],
    },
    "AUDITOR": {
        "sessions": ["AUDITOR"],
        "staff": ["AUDITOR"],
        "changes": CHANGES,
        "release_quotas": [*GROUPS],
        "offices": [*OFFICES_OF_AKEBONO, "休会長", "元会長"],
        "appointments": [*TERMS_OF_AKEBONO, "休会長:yasumi", "元会長:owari"],
        "releases": ["ken saw hanako and saru", "mae saw sayuri"],
    },
}


@pytest.mark.parametrize("viewer", SEEN)
async def test_without_a_where_a_viewer_gets_his_rows_and_no_other(
    viewer: str,
    here: Neighbourhood,
    there: Neighbourhood,
    server: asyncpg.Connection,
    superuser: asyncpg.Pool,
) -> None:
    expected = {**PUBLIC, **SEEN[viewer]}
    seen = {}
    async with entered(server, here, viewer):
        for table in await tables_of(superuser):
            if table in HIDDEN:
                continue
            rows = await server.fetch(f"select * from kairan.{table}")
            seen[table] = sorted(here.label(table, row) for row in rows)
    assert {table: rows for table, rows in seen.items() if rows} == {
        table: sorted(rows) for table, rows in expected.items()
    }


async def test_everybody_who_lives_here_is_asked(here: Neighbourhood) -> None:
    assert {*SEEN, "sachi"} == {*here.people, "nobody"}


async def test_every_table_holds_rows_that_could_come_out(
    here: Neighbourhood, superuser: asyncpg.Pool
) -> None:
    for table in await tables_of(superuser):
        if table not in HIDDEN:
            assert await here.city.fetch(f"select from kairan.{table} where city = $1"), table


@pytest.mark.parametrize("table", HIDDEN)
async def test_what_the_door_keeps_cannot_be_read_at_all(
    table: str, here: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with entered(server, here, "ken"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"table {table}"):
            await server.fetch(f"select city from kairan.{table}")


@pytest.mark.parametrize("viewer", ["ken", "AUDITOR", "OPERATIONS", "nobody"])
async def test_a_viewer_of_one_city_sees_nothing_of_another(
    viewer: str,
    here: Neighbourhood,
    there: Neighbourhood,
    server: asyncpg.Connection,
    superuser: asyncpg.Pool,
) -> None:
    async with entered(server, here, viewer):
        for table in await tables_of(superuser):
            if table not in HIDDEN:
                found = await server.fetch(
                    f"select from kairan.{table} where city <> $1", here.city.number
                )
                assert found == [], table
