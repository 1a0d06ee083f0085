"""Ken signs in with his password and reads the roster of the association that he leads."""

from argon2 import PasswordHasher

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan

SIGN_IN = """
mutation SignIn($login: String!, $password: String!) {
  signIn(input: { login: $login, password: $password }) { accessToken errors { code } }
}
"""
ROSTER = """
query Roster($group: ID!) {
  viewer { memberships { group { name } powers } }
  group(id: $group) {
    members { nodes { displayName name kana address phone han { name } } }
  }
}
"""


async def test_ken_signs_in_and_reads_the_roster(city: City, kairan: Kairan) -> None:
    kagura = await city.group("神楽町内会")
    first = await city.han(kagura, "一班")
    ken = await city.person(family_name="佐藤", given_name="健", kana="サトウケン")
    hanako = await city.person(
        family_name="鈴木",
        given_name="花子",
        kana="スズキハナコ",
        address="神楽3条4丁目1番2号",
        phone="0166-00-0001",
    )
    newcomer = await city.person()
    leading = await city.member(kagura, ken, display_name="けん")
    await city.officer(leading, "会長", Power.VIEW_ROSTER)
    await city.member(kagura, hanako, display_name="花子", han=first)
    await city.member(kagura, newcomer)
    login = await city.login(ken, PasswordHasher().hash("三条通りの桜"))

    refused = await kairan.nobody.data(SIGN_IN, login=login, password="三条通りの梅")
    assert refused["signIn"] == {
        "accessToken": None,
        "errors": [{"code": "WRONG_LOGIN_OR_PASSWORD"}],
    }
    assert (await kairan.nobody.data(ROSTER, group=kagura.gid))["group"] == {"members": None}

    signed_in = await kairan.nobody.data(SIGN_IN, login=login, password="三条通りの桜")
    client = Client(kairan.http, signed_in["signIn"]["accessToken"])
    answer = await client.ask(ROSTER, group=kagura.gid)

    nothing = {"name": None, "kana": None, "address": None, "phone": None, "han": None}
    assert answer == {
        "data": {
            "viewer": {
                "memberships": [{"group": {"name": "神楽町内会"}, "powers": ["VIEW_ROSTER"]}]
            },
            "group": {
                "members": {
                    "nodes": [
                        {
                            **nothing,
                            "displayName": "けん",
                            "name": "佐藤 健",
                            "kana": "サトウケン",
                        },
                        {
                            "displayName": "花子",
                            "name": "鈴木 花子",
                            "kana": "スズキハナコ",
                            "address": "神楽3条4丁目1番2号",
                            "phone": "0166-00-0001",
                            "han": {"name": "一班"},
                        },
                        {**nothing, "displayName": "会員"},
                    ]
                }
            },
        }
    }
    rows = await city.fetch(
        "select operation_name, office_title, subjects, fields from kairan.releases where city = $1"
    )
    assert rows == [
        {
            "operation_name": "Roster",
            "office_title": "会長",
            "subjects": [hanako.id],
            "fields": [
                "Member.address",
                "Member.han",
                "Member.kana",
                "Member.name",
                "Member.phone",
            ],
        }
    ]
