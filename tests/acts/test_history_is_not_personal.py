"""Whatever happens, no personal value of anybody stands in any row of the history."""

from typing import Any

from schema.change import ChangeKind
from tests.acts.requests import REQUESTS
from tests.acts.ward import Ward, found_ward
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan

PROFILE = {
    "display_name": "はなちゃん",
    "family_name": "旭川",
    "given_name": "華子",
    "kana": "アサヒカワハナコ",
    "postal_code": "070-8525",
    "address": "七条通九丁目四十八",
    "building": "緑橋ビル五〇一",
    "phone": "0166-26-1111",
    "email": "hanako@example.jp",
}
WORDS = ("よろしく", "区域外です", "転居", "新人", "花子", "小百合", "けん", "会員")
ORDER = [
    *("createGroup", "setParticipation", "setCityPolicy", "suppressResident", "liftSuppression"),
    "setReleaseQuota",
    *("requestMembership", "approveMembership", "moveMember", "setMemberDirectory"),
    *("defineHan", "defineHousehold", "defineOffice", "changeOffice", "appointOfficer"),
    *("endAppointment", "publishCircular", "editCircular", "markCircularRead"),
    *("recordPaperDelivery", "withdrawCircular", "removeMember", "leaveGroup"),
    "delegatePowers",
]
BY_STAFF = {
    *("createGroup", "setParticipation", "setCityPolicy", "setReleaseQuota", "delegatePowers"),
}
BY_DUTY = {"suppressResident", "liftSuppression"}


async def everybody(kairan: Kairan, ward: Ward) -> dict[str, Client]:
    """Who does which of the mutations."""
    city = kairan.city
    stranger = await city.person(**PROFILE)
    people = {
        "staff": await city.staff("OPERATIONS"),
        "duty": await city.staff("SUPPRESSION"),
        "chair": ward.chair.person,
        "stranger": stranger,
        "sayuri": ward.sayuri.person,
    }
    return {name: await kairan.client(person) for name, person in people.items()}


def actor(mutation: str) -> str:
    if mutation in BY_STAFF:
        return "staff"
    if mutation in BY_DUTY:
        return "duty"
    return {"requestMembership": "stranger", "leaveGroup": "sayuri"}.get(mutation, "chair")


async def test_no_change_holds_a_personal_value_of_anybody(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    await city.execute(
        """
        update kairan.profiles set display_name = $2, family_name = $3, given_name = $4, kana = $5,
            postal_code = $6, address = $7, building = $8, phone = $9, email = $10
        where city = $1
        """,
        *PROFILE.values(),
    )
    clients = await everybody(kairan, ward)

    for mutation in ORDER:
        city.clock.advance(seconds=1)
        payload: Any = await clients[actor(mutation)].change(mutation, **REQUESTS[mutation](ward))
        assert payload["errors"] == [], mutation

    rows = await city.fetch(
        """
        select kind, before::text as before, after::text as after from kairan.changes
        where city = $1
        """
    )
    assert {row["kind"] for row in rows} == set(ChangeKind)
    written = " ".join(f"{row['before']} {row['after']}" for row in rows)
    people = await city.fetch("select resident_id as id from kairan.profiles where city = $1")
    for value in (*PROFILE.values(), *WORDS, *(str(person["id"]) for person in people)):
        assert value not in written
    # Nor are there columns in which one could stand: beside these two all are ids and times.
    columns = await city.superuser.fetch(
        """
        select a.attname, format_type(a.atttypid, null) as type from pg_catalog.pg_attribute a
        where a.attrelid = 'kairan.changes'::regclass and a.attnum > 0 and not a.attisdropped
        """
    )
    texts = {c["attname"] for c in columns if c["type"] in ("character varying", "jsonb", "text")}
    assert texts == {"kind", "before", "after"}


async def test_a_suppression_leaves_no_trace_in_the_history(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    duty = await kairan.client(await city.staff("SUPPRESSION"))

    for mutation in ("suppressResident", "liftSuppression"):
        payload = await duty.change(mutation, **REQUESTS[mutation](ward))
        assert payload["errors"] == []

    assert await city.fetch("select from kairan.changes where city = $1") == []
