"""The seven who can sign in on the demo city have what documents say of them."""

import asyncio
import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from argon2 import PasswordHasher

from db.demo.fiscal import TOKYO
from db.demo.sign_ins import PASSWORD, PASSWORD_HASH, SIGN_INS
from db.embedded import Addresses
from tests.db.demo_databases import (
    FIRST,
    NOON,
    SECOND,
    query,
)

ALL_POWERS = [
    "MANAGE_MEMBERS",
    "MANAGE_OFFICES",
    "MODERATE",
    "PUBLISH",
    "RUN_SAFETY_CHECKS",
    "RUN_SURVEYS",
    "VIEW_RECEIPTS",
    "VIEW_ROSTER",
]


def test_documents_may_quote_the_ids_of_the_first_two_groups(demo: Addresses) -> None:
    found = dict(query(demo.superuser, "select name, id from kairan.groups"))
    assert found[FIRST] == UUID("018e96f4-a800-7000-9ef1-66ce2a0b151a")
    assert found[SECOND] == UUID("018ebb01-2c00-7000-a2a0-c83471bc2cff")


def test_documents_may_quote_what_a_sign_in_tells_of_himself(demo: Addresses) -> None:
    sql = """
        select p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.building,
            p.phone, p.email, p.birth_date, d.joined_on, h.name, d.membership_id
        from kairan.logins l
        join kairan.profiles p on p.resident_id = l.person
        join kairan.member_details d on d.resident_id = l.person
        join kairan.groups g on g.id = d.group_id
        join kairan.hans h on h.id = d.han_id
        where l.login = 'officer@kairan.example' and g.name = $1
    """
    assert query(demo.superuser, sql, FIRST) == [
        (
            "佐藤",
            "一郎",
            "サトウ イチロウ",
            "071-9911",
            "北海道旭川市春光台わかば町2丁目1番17号",
            "メゾン大雪106号室",
            "0166-00-2333",
            "sato.ichiro739@mail.example",
            date(1957, 11, 3),
            date(2004, 2, 11),
            "第3班",
            UUID("71aa40de-811c-45ec-9ecc-4d88181a6f3c"),
        )
    ]


def test_every_sign_in_left_no_field_empty(demo: Addresses) -> None:
    sql = """
        select count(*), count(distinct l.login) from kairan.logins l
        join kairan.profiles p on p.resident_id = l.person
        join kairan.member_details d on d.resident_id = l.person
        where num_nulls(p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.area_id,
            p.phone, p.email, p.birth_date, d.han_id, d.household_id, d.joined_on) = 0
            and d.kept_private = '{}' and d.status = 'ACTIVE'
    """
    assert query(demo.superuser, sql) == [(7, 5)]


def facts(demo: Addresses, login: str, at: datetime) -> dict[str, Any]:
    """What the database says of somebody who signs in: by the server's own way in."""

    async def enter() -> dict[str, Any]:
        connection = await asyncpg.connect(demo.server)
        try:
            found = await connection.fetchrow("select * from app.find_login($1)", login)
            assert found is not None
            session = uuid4()
            await connection.execute(
                "select app.open_session($1, $2, $3, $4, $5, $6, null, null, null)",
                found["city"],
                session,
                found["person"],
                found["kind"],
                at,
                at + timedelta(hours=1),
            )
            entered = await connection.fetchval(
                "select app.enter($1, $2, $3, $4)", found["city"], found["person"], session, at
            )
            return dict(json.loads(entered))
        finally:
            await connection.close()

    return asyncio.run(enter())


STANDINGS = [
    ("member@kairan.example", [(FIRST, [], []), (SECOND, [], [])]),
    ("officer@kairan.example", [(FIRST, ["会長"], ALL_POWERS)]),
    ("treasurer@kairan.example", [(FIRST, ["会計"], ["RUN_SURVEYS"])]),
    ("both@kairan.example", [(FIRST, [], []), (SECOND, ["会長"], ALL_POWERS)]),
    ("former@kairan.example", [(FIRST, [], [])]),
]


@pytest.mark.parametrize(("login", "standing"), STANDINGS)
# The last: a demo of this November is still as promised when the next fiscal year has come.
@pytest.mark.parametrize("at", [NOON, datetime(2027, 4, 2, 12, tzinfo=TOKYO)])
def test_a_sign_in_has_the_offices_it_promises(
    demo: Addresses, login: str, standing: list[tuple[str, list[str], list[str]]], at: datetime
) -> None:
    names = dict(query(demo.superuser, "select id::text, name from kairan.groups"))
    found = facts(demo, login, at)
    assert found["kind"] == "RESIDENT"
    assert sorted(
        (
            names[membership["group"]],
            [appointment["title"] for appointment in membership["appointments"]],
            [power for held in membership["appointments"] for power in held["powers"]],
        )
        for membership in found["memberships"]
    ) == sorted(standing)


@pytest.mark.parametrize(
    ("login", "roles"),
    [
        ("city@kairan.example", ["OPERATIONS", "SUPPRESSION"]),
        ("auditor@kairan.example", ["AUDITOR"]),
    ],
)
def test_staff_have_roles_and_no_memberships(demo: Addresses, login: str, roles: list[str]) -> None:
    found = facts(demo, login, NOON)
    assert (found["kind"], found["staffRoles"], found["memberships"]) == ("STAFF", roles, [])


def test_the_seven_sign_ins_and_nobody_else_open_with_the_password(demo: Addresses) -> None:
    found = query(demo.superuser, "select login, password_hash from kairan.logins order by login")
    assert [login for login, _hash in found] == [
        "auditor@kairan.example",
        "both@kairan.example",
        "city@kairan.example",
        "former@kairan.example",
        "member@kairan.example",
        "officer@kairan.example",
        "treasurer@kairan.example",
    ]
    assert {entry.login for entry in SIGN_INS} == {login for login, _hash in found}
    assert {password_hash for _login, password_hash in found} == {PASSWORD_HASH}
    assert PASSWORD == "kairan-demo"
    hasher = PasswordHasher()
    assert hasher.verify(PASSWORD_HASH, "kairan-demo")
    # A sign-in would otherwise compute a new hash, and find that it may not write it.
    assert not hasher.check_needs_rehash(PASSWORD_HASH)


def test_the_president_before_held_office_until_the_last_day_of_march(demo: Addresses) -> None:
    sql = """
        select o.title, a.starts_on, a.ends_on
        from kairan.logins l
        join kairan.memberships m on m.resident_id = l.person
        join kairan.appointments a on a.membership_id = m.id
        join kairan.offices o on o.id = a.office_id
        where l.login = 'former@kairan.example'
    """
    assert query(demo.superuser, sql) == [("会長", date(2024, 4, 1), date(2026, 3, 31))]
