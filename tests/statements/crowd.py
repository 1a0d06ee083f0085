"""A city large enough that a bad plan shows: 20,000 members in 40 groups, and another city."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from db.entering import Caller
from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing

OTHER_GROUPS = """
    insert into kairan.groups (city, id, name)
    select $1, gen_random_uuid(), '第' || n || '町内会' from generate_series(1, 40) n
"""
# $2 how many residents for each group that has no member yet.
RESIDENTS = """
    with people as (
        select g.id as group_id, gen_random_uuid() as resident_id, gen_random_uuid() as id, n
        from kairan.groups g, generate_series(1, $2) n
        where g.city = $1 and not exists (
            select from kairan.memberships m where m.city = $1 and m.group_id = g.id
        )
    ), residents as (
        insert into kairan.residents (city, id, opened_at)
        select $1, resident_id, now() from people
    ), profiles as (
        insert into kairan.profiles (city, resident_id, family_name, kana, address, phone)
        select $1, resident_id, '山田', 'ヤマダ ' || n, '春光1条', '0166-00-0000' from people
    ), memberships as (
        insert into kairan.memberships (city, id, group_id, resident_id, began_at)
        select $1, id, group_id, resident_id, '2020-01-01' from people
    )
    insert into kairan.member_details (city, membership_id, group_id, resident_id, display_name)
    select $1, id, group_id, resident_id, 'やま' from people
"""
# $2 circulars for each group, by one of its members.
CIRCULARS = """
    insert into kairan.circulars
        (city, id, group_id, title, body, author_membership_id, published_at)
    select $1, gen_random_uuid(), g.id, '回覧', '本文',
        (select m.id from kairan.memberships m where m.city = $1 and m.group_id = g.id limit 1),
        '2026-11-01'::timestamptz - n * interval '1 day'
    from kairan.groups g, generate_series(1, $2) n
    where g.city = $1 and not exists (
        select from kairan.circulars c where c.city = $1 and c.group_id = g.id
    )
"""
RECEIPTS = """
    insert into kairan.receipts (city, circular_id, membership_id, group_id, delivered_at)
    select $1, c.id, m.id, c.group_id, '2026-11-02'
    from kairan.circulars c
    join kairan.memberships m on m.city = $1 and m.group_id = c.group_id
    where c.city = $1 and c.published_at > '2026-10-29'
"""
# What else every group has: offices, two terms of each, households, requests, paper deliveries.
REST = """
    with towns as (
        select g.id as group_id,
            array(select m.id from kairan.memberships m
                where m.city = $1 and m.group_id = g.id limit 10) as members,
            (select c.id from kairan.circulars c
                where c.city = $1 and c.group_id = g.id limit 1) as circular
        from kairan.groups g
        where g.city = $1 and not exists (
            select from kairan.offices o where o.city = $1 and o.group_id = g.id
        )
    ), offices as (
        insert into kairan.offices (city, id, group_id, title, powers)
        select $1, gen_random_uuid(), group_id, '班長', '{PUBLISH}'
        from towns, generate_series(1, 10) returning id, group_id
    ), appointments as (
        insert into kairan.appointments
            (city, id, group_id, office_id, membership_id, starts_on, ends_on)
        select $1, gen_random_uuid(), o.group_id, o.id, t.members[1 + n], '2026-01-01', '2027-01-01'
        from offices o join towns t on t.group_id = o.group_id, generate_series(0, 4) n
    ), households as (
        insert into kairan.households (city, id, group_id)
        select $1, gen_random_uuid(), group_id from towns, generate_series(1, 200)
    ), requests as (
        insert into kairan.membership_requests (city, id, group_id, resident_id, requested_at)
        select $1, gen_random_uuid(), t.group_id, r.id, '2026-11-02'
        from towns t, (select id from kairan.residents r where r.city = $1 limit 50) r
    )
    insert into kairan.paper_deliveries
    select $1, circular, member, group_id, member, '2026-11-02' from towns, unnest(members) member
"""
# Everybody moved twice before, and each circular was edited once.
PAST = """
    with places as (
        insert into kairan.past_places (city, membership_id, until, group_id, resident_id)
        select $1, m.id, '2025-01-01'::timestamptz + n * interval '1 day', m.group_id, m.resident_id
        from kairan.memberships m, generate_series(1, 2) n where m.city = $1
    )
    insert into kairan.circular_versions
    select $1, c.id, 1, c.group_id, c.title, c.body, c.published_at
    from kairan.circulars c where c.city = $1
"""
# $2 changes in each group, and as many in the city itself.
CHANGES = """
    insert into kairan.changes (city, id, changed_at, actor, kind, group_id, before, after)
    select $1, gen_random_uuid(), '2026-11-01', gen_random_uuid(), 'POWERS_DELEGATED', towns.id,
        '{}', '{}'
    from (select g.id from kairan.groups g where g.city = $1 union all select null) towns,
        generate_series(1, $2)
"""
# $2 ledger rows about 150 people each, in the months $3 to the test's own.
RELEASES = """
    insert into kairan.releases
    select $1, (lpad(to_hex(extract(epoch from at)::bigint * 1000), 12, '0') || '7'
            || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
        at, gen_random_uuid(), gen_random_uuid(), g.id, gen_random_uuid(), gen_random_uuid(),
        '会長', 'やま', '{Member.phone}', '{}', g.subjects, '0', null
    from generate_series(1, $2) n,
        lateral (select $3::timestamptz + n * interval '1 minute' as at) moment,
        lateral (
            select g.id, array(
                select m.resident_id from kairan.memberships m
                where m.city = $1 and m.group_id = g.id limit 150
            ) as subjects
            from kairan.groups g where g.city = $1 and g.name = '第' || (n % 40 + 1) || '町内会'
        ) g
"""


@dataclass
class Crowd:
    """One group of 150 in the midst of it, and its officer."""

    city: City
    group: Thing
    officer: Person
    caller: Caller
    members: list[UUID]
    households: list[UUID]
    circulars: list[UUID]


async def gather(city: City, other: City, superuser: asyncpg.Pool) -> Crowd:
    """Put everybody in place; 150 of them, in households of two, in the officer's group."""
    group = await city.group("春光町内会")
    officer = await city.person(kana="カイ")
    held = await city.member(group, officer)
    await city.officer(held, "会長", *ALL_POWERS)
    members = [held.id]
    households: list[UUID] = []
    han = await city.han(group, "1班")
    for number in range(149):
        if number % 2 == 0:
            household = await city.household(group, han=han)
            households.append(household.id)
        person = await city.person(family_name="鈴木", kana=f"スズキ {number:03}")
        member = await city.member(group, person, han=han, household=household)
        members.append(member.id)
        if number < 20:
            await _circular(city, member, number)
            await city.appoint(member, await city.office(group, f"{number}番", Power.PUBLISH))
    circulars = await city.fetch("select id from kairan.circulars where city = $1")
    for town in (city, other):
        await superuser.execute(OTHER_GROUPS, town.number)
        await superuser.execute(RESIDENTS, town.number, 500)
        await superuser.execute(CIRCULARS, town.number, 20)
        await superuser.execute(RECEIPTS, town.number)
        await superuser.execute(REST, town.number)
        await superuser.execute(PAST, town.number)
        await superuser.execute(CHANGES, town.number, 300)
        await superuser.execute(RELEASES, town.number, 3_000, city.clock() - timedelta(days=20))
    away = await city.fetch(
        "select id from kairan.groups where city = $1 and id <> $2 limit 3", group.id
    )
    for row in away:
        await city.member(Thing(row["id"], "Group", row["id"]), officer)
    await superuser.execute("vacuum analyze")
    caller = Caller(city.number, officer.id, await city.session(officer))
    ids = [row["id"] for row in circulars]
    return Crowd(city, group, officer, caller, members, households, ids)


async def _circular(city: City, author: Member, number: int) -> None:
    at = city.clock() - timedelta(days=number + 1)
    await city.circular(author, f"回覧{number}", published_at=at)
