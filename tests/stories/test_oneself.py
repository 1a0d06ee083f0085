"""What is one's own: all of it for oneself, and as little of it for others as one likes."""

from datetime import date

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan
from tests.harness.ledger import alike

MYSELF = """
query Myself {
  me {
    ...all
    area { name }
    memberships { ...all group { name } han { name } joinedOn status }
  }
}
fragment all on Person {
  displayName name familyName givenName kana postalCode address building phone email birthDate
  ageBand
}
"""
CARDS = """
query Cards($group: ID!) {
  group(id: $group) { members { nodes { displayName name phone } } }
}
"""


async def test_hanako_sees_herself_in_full_in_her_account_and_in_each_of_her_groups(
    city: City, kairan: Kairan
) -> None:
    area = await city.area("神楽地区")
    kagura = await city.group("神楽町内会")
    shunko = await city.group("春光町内会", participation="SUSPENDED")
    first = await city.han(kagura, "一班")
    hanako = await city.person(
        display_name="はなこ",
        family_name="鈴木",
        given_name="花子",
        kana="スズキハナコ",
        postal_code="070-8003",
        address="神楽3条4丁目1番2号",
        building="神楽荘203",
        area_id=area.id,
        phone="0166-00-0001",
        email="hanako@example.jp",
        birth_date=date(1958, 4, 1),
    )
    await city.member(kagura, hanako, display_name="花子", han=first, joined_on=date(2010, 4, 1))
    await city.member(shunko, hanako, display_name="はなちゃん", kept_private=["ADDRESS", "PHONE"])
    await city.switch_off("ADDRESS")
    await city.suppress(hanako)

    client = await kairan.client(hanako)
    answer = await client.ask(MYSELF)

    values = {
        "name": "鈴木 花子",
        "familyName": "鈴木",
        "givenName": "花子",
        "kana": "スズキハナコ",
        "postalCode": "070-8003",
        "address": "神楽3条4丁目1番2号",
        "building": "神楽荘203",
        "phone": "0166-00-0001",
        "email": "hanako@example.jp",
        "birthDate": "1958-04-01",
        "ageBand": "SIXTIES",
    }
    me = answer["data"]["me"]
    memberships = {m["group"]["name"]: m for m in me.pop("memberships")}
    assert me == {"displayName": "はなこ", "area": {"name": "神楽地区"}, **values}
    assert memberships == {
        "神楽町内会": {
            **values,
            "displayName": "花子",
            "group": {"name": "神楽町内会"},
            "han": {"name": "一班"},
            "joinedOn": "2010-04-01",
            "status": "ACTIVE",
        },
        "春光町内会": {
            **values,
            "displayName": "はなちゃん",
            "group": {"name": "春光町内会"},
            "han": None,
            "joinedOn": None,
            "status": "ACTIVE",
        },
    }
    assert "extensions" not in answer
    assert await city.fetch("select id from kairan.releases where city = $1") == []


async def test_taro_keeps_his_phone_to_himself_and_nobody_is_told_that_he_does(
    city: City, kairan: Kairan
) -> None:
    kagura = await city.group("神楽町内会")
    ken = await city.person(kana="ア")
    hanako = await city.person(family_name="鈴木", phone="0166-00-0001", kana="イ")
    taro = await city.person(family_name="高橋", phone="0166-00-0002", kana="ウ")
    leading = await city.member(kagura, ken, display_name="けん")
    await city.officer(leading, "会長", Power.VIEW_ROSTER)
    await city.member(kagura, hanako, display_name="花子")
    await city.member(kagura, taro, display_name="太郎", kept_private=["PHONE"])

    client = await kairan.client(ken)
    answer = await client.ask(CARDS, group=kagura.gid)
    assert answer == {
        "data": {
            "group": {
                "members": {
                    "nodes": [
                        {"displayName": "けん", "name": None, "phone": None},
                        {"displayName": "花子", "name": "鈴木", "phone": "0166-00-0001"},
                        {"displayName": "太郎", "name": "高橋", "phone": None},
                    ]
                }
            }
        }
    }
    (row,) = await city.fetch("select * from kairan.releases where city = $1")
    assert sorted(alike(row)) == [
        (["Member.name"], [taro.id]),
        (["Member.name", "Member.phone"], [hanako.id]),
    ]
    himself = await (await kairan.client(taro)).data("{ me { memberships { phone } } }")
    assert himself == {"me": {"memberships": [{"phone": "0166-00-0002"}]}}
