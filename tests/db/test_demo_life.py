"""Life in the demo city: who lives there, who holds which office, what went round."""

import re
from datetime import date, datetime

import pytest

from db.demo.city import demo_city
from db.demo.fiscal import TOKYO
from db.embedded import Addresses
from tests.db.demo_databases import FIRST, NOON, TODAY, query, rows_of


def test_the_groups_differ_in_size_and_in_what_they_chose(demo: Addresses) -> None:
    sql = """
        select g.name, g.participation, g.member_directory,
            (select count(*) from kairan.memberships m
             where m.group_id = g.id and m.status = 'ACTIVE'),
            (select count(*) from kairan.delegations d where d.group_id = g.id)
        from kairan.groups g order by g.id
    """
    assert query(demo.superuser, sql) == [
        ("春光台わかば町内会", "ACTIVE", "OFFICERS", 150, 8),
        ("神楽岡すずらん町内会", "ACTIVE", "MEMBERS", 180, 8),
        ("豊岡ポプラ団地自治会", "ACTIVE", "OFFICERS", 300, 8),
        ("忠和かわぞい町内会", "ACTIVE", "OFFICERS", 220, 8),
        ("永山いちょう通町内会", "ACTIVE", "MEMBERS", 170, 8),
        ("末広ななかまど町内会", "ACTIVE", "OFFICERS", 140, 8),
        ("東光あさひ団地自治会", "ACTIVE", "MEMBERS", 125, 8),
        ("緑が丘しらかば町内会", "ACTIVE", "OFFICERS", 110, 7),
        ("新旭川ひばり町内会", "TRIAL", "OFFICERS", 95, 4),
        ("東鷹栖たんぽぽ町内会", "SUSPENDED", "OFFICERS", 90, 8),
        ("西神楽ほたる町内会", "ENDED", "OFFICERS", 75, 8),
        ("江丹別そばの花町内会", "ACTIVE", "MEMBERS", 5, 8),
    ]


def test_terms_are_past_present_and_to_come(demo: Addresses) -> None:
    sql = """
        select count(*) filter (where ends_on < $1), count(*) filter (where starts_on > $1),
            count(*) filter (where starts_on <= $1 and ends_on >= $1), count(ended_at)
        from kairan.appointments
        where group_id = (select id from kairan.groups where name = $2)
    """
    # A president, a vice, two secretaries and ten heads of han; a vice and a head of safety; all.
    assert query(demo.superuser, sql, TODAY, FIRST) == [(14, 2, 16, 1)]


def test_exactly_one_resident_is_suppressed_and_would_have_much_to_lose(demo: Addresses) -> None:
    sql = """
        select p.family_name is not null, p.address is not null, p.phone is not null,
            p.email is not null, p.birth_date is not null, d.han_id is not null,
            d.household_id is not null, d.joined_on is not null, d.display_name <> '会員', g.name
        from kairan.suppressions s
        join kairan.profiles p on p.resident_id = s.resident_id
        join kairan.memberships m on m.resident_id = s.resident_id
        join kairan.member_details d on d.membership_id = m.id
        join kairan.groups g on g.id = m.group_id
        where s.lifted_at is null and not s.provisional and m.status = 'ACTIVE'
    """
    assert query(demo.superuser, sql) == [(True,) * 9 + (FIRST,)]
    held = "select count(*) from kairan.appointments a join kairan.memberships m"
    held += " on m.id = a.membership_id join kairan.suppressions s on s.resident_id = m.resident_id"
    assert query(demo.superuser, held) == [(0,)]


def test_somebody_in_the_first_group_never_filled_anything_in(demo: Addresses) -> None:
    sql = """
        select count(*)
        from kairan.profiles p
        join kairan.member_details d on d.resident_id = p.resident_id
        join kairan.groups g on g.id = d.group_id
        where g.name = $1 and p.display_name = '会員' and d.display_name = '会員'
            and num_nonnulls(p.family_name, p.given_name, p.kana, p.postal_code, p.address,
                p.building, p.area_id, p.phone, p.email, p.birth_date) = 0
            and num_nonnulls(d.han_id, d.household_id, d.joined_on) = 0
    """
    assert query(demo.superuser, sql, FIRST) == [(2,)]


def test_some_fields_are_empty_and_some_are_kept_private(demo: Addresses) -> None:
    sql = """
        select round(100.0 * count(*) filter (where phone is null) / 1800),
            round(100.0 * count(*) filter (where email is null) / 1800),
            round(100.0 * count(*) filter (where birth_date is null) / 1800)
        from kairan.profiles
    """
    ((no_phone, no_email, no_birth_date),) = query(demo.superuser, sql)
    assert 12 <= no_phone <= 18
    assert 27 <= no_email <= 33
    assert 22 <= no_birth_date <= 28
    kept = "select distinct unnest(kept_private) from kairan.member_details order by 1"
    assert [category for (category,) in query(demo.superuser, kept)] == [
        "ADDRESS",
        "AGE",
        "EMAIL",
        "PHONE",
        "PLACE",
        "RECEIPT",
    ]


def test_nobody_in_the_city_can_be_reached() -> None:
    profiles = rows_of(demo_city(TODAY), "profiles")
    phones = {profile["phone"] for profile in profiles} - {None}
    assert [phone for phone in phones if not re.fullmatch(r"(0166-00|090-0000)-\d{4}", phone)] == []
    emails = {profile["email"] for profile in profiles} - {None}
    assert [email for email in emails if not email.endswith("@mail.example")] == []
    codes = {profile["postal_code"] for profile in profiles} - {None}
    assert [code for code in codes if not re.fullmatch(r"07\d-99\d\d", code)] == []


def test_the_first_groups_circulars_are_of_every_kind(demo: Addresses) -> None:
    sql = """
        select c.audience, count(*), count(c.withdrawn_at),
            count(*) filter (where c.published_at > $2)
        from kairan.circulars c join kairan.groups g on g.id = c.group_id
        where g.name = $1 group by 1 order by 1
    """
    assert query(demo.superuser, sql, FIRST, NOON) == [
        ("ALL", 9, 1, 1),
        ("HAN", 2, 0, 0),
        ("OFFICE", 1, 0, 0),
    ]


def test_seven_of_ten_got_a_circular_and_half_read_it(demo: Addresses) -> None:
    sql = """
        select round(100.0 * count(r.*) / count(*)), round(100.0 * count(r.read_at) / count(*)),
            count(p.*) filter (where not h.paper_only), count(r.*) filter (where h.paper_only)
        from kairan.circulars c
        join kairan.memberships m on m.group_id = c.group_id and m.status = 'ACTIVE'
        join kairan.member_details d on d.membership_id = m.id
        left join kairan.households h on h.id = d.household_id
        left join kairan.receipts r on r.circular_id = c.id and r.membership_id = m.id
        left join kairan.paper_deliveries p on p.circular_id = c.id and p.membership_id = m.id
        where c.audience = 'ALL' and c.withdrawn_at is null and c.published_at < $1
    """
    ((delivered, read, paper_to_others, digital_to_paper),) = query(demo.superuser, sql, NOON)
    assert 67 <= delivered <= 73
    assert 47 <= read <= 53
    assert (paper_to_others, digital_to_paper) == (0, 0)


@pytest.mark.parametrize(
    "today", [date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29), date(2029, 1, 1)]
)
def test_on_any_day_offices_are_held_and_only_the_scheduled_lies_ahead(today: date) -> None:
    rows = demo_city(today)
    midnight = datetime(today.year, today.month, today.day, tzinfo=TOKYO)
    for table in ("receipts", "paper_deliveries", "memberships", "membership_requests"):
        moments = [
            v for row in rows_of(rows, table) for v in row.values() if isinstance(v, datetime)
        ]
        assert moments
        assert max(moments) < midnight
    ahead = [row["title"] for row in rows_of(rows, "circulars") if row["published_at"] >= midnight]
    assert ahead == ["新年度の役員のご紹介"] * 3
    groups_with_an_officer = {
        row["group_id"]
        for row in rows_of(rows, "appointments")
        if row["starts_on"] <= today <= row["ends_on"]
    }
    assert len(groups_with_an_officer) == 12
