"""After Ken looked: what Hanako is told of it, what the auditor reads, and what nobody does."""

from dataclasses import dataclass

import pytest

from permissions.policy import POLICY_VERSION
from permissions.words import Power
from tests.harness.city import City, Person, Thing
from tests.harness.kairan import Kairan

CALLING = """
query Calling($group: ID!) { group(id: $group) { members { nodes { name phone } } } }
"""
OWN = """
query Own {
  me {
    releases {
      nodes {
        releasedAt group { name } office seenBy fields purposes ruleVersion operationName
        subjectCount
      }
    }
  }
}
"""
LEDGER = """
query Ledger {
  me { id }
  viewer { kind staffRoles }
  privacyRulesVersion
  releases {
    nodes {
      releasedAt group { name } office seenBy fields purposes ruleVersion operationName
      subjectCount
    }
  }
}
"""
ROW = {
    "releasedAt": "2026-11-23T03:00:00+00:00",
    "group": {"name": "神楽町内会"},
    "office": "会長",
    "fields": ["Member.name", "Member.phone"],
    "purposes": [
        "reach a member when time presses",
        "tell members apart and address them properly",
    ],
    "ruleVersion": POLICY_VERSION,
    "operationName": "Calling",
    "subjectCount": 2,
}


@dataclass
class Street:
    """Ken leads; Hanako and Taro were looked at; Jiro has nothing to look at."""

    kagura: Thing
    ken: Person
    hanako: Person
    taro: Person
    jiro: Person


@pytest.fixture
async def street(city: City, kairan: Kairan) -> Street:
    """Ken has looked up everybody's phone, once."""
    kagura = await city.group("神楽町内会")
    ken, jiro = await city.person(), await city.person()
    hanako = await city.person(family_name="鈴木", phone="0166-00-0001")
    taro = await city.person(family_name="高橋", phone="0166-00-0002")
    leading = await city.member(kagura, ken, display_name="けん")
    await city.officer(leading, "会長", Power.VIEW_ROSTER)
    for person, name in ((hanako, "花子"), (taro, "太郎"), (jiro, "次郎")):
        await city.member(kagura, person, display_name=name)
    await (await kairan.client(ken)).data(CALLING, group=kagura.gid)
    return Street(kagura, ken, hanako, taro, jiro)


async def test_hanako_sees_who_saw_what_of_her_and_why(street: Street, kairan: Kairan) -> None:
    for person in (street.hanako, street.taro):
        client = await kairan.client(person)
        assert await client.ask(OWN) == {
            "data": {"me": {"releases": {"nodes": [{**ROW, "seenBy": "けん"}]}}}
        }


async def test_of_whom_nothing_was_seen_nothing_is_said(street: Street, kairan: Kairan) -> None:
    for person in (street.jiro, street.ken):
        client = await kairan.client(person)
        assert await client.ask(OWN) == {"data": {"me": {"releases": {"nodes": []}}}}


async def test_the_auditor_reads_the_ledger_without_a_person_in_it(
    street: Street, city: City, kairan: Kairan
) -> None:
    auditor = await kairan.client(await city.staff("AUDITOR"))
    response = await auditor.post({"query": LEDGER})
    answer = response.json()
    assert answer["data"] == {
        "me": None,
        "viewer": {"kind": "STAFF", "staffRoles": ["AUDITOR"]},
        "privacyRulesVersion": POLICY_VERSION,
        "releases": {"nodes": [{**ROW, "seenBy": None}]},
    }
    assert [(w["rule"], w["path"]) for w in answer["extensions"]["withheld"]] == [
        ("Release.seenBy", ["releases", "nodes", "seenBy"])
    ]
    for word in ("けん", "花子", "鈴木", "0166", "高橋"):
        assert word not in response.text


async def test_the_rule_in_the_ledger_is_one_that_the_auditor_can_read(
    street: Street, city: City, kairan: Kairan
) -> None:
    auditor = await kairan.client(await city.staff("AUDITOR"))
    data = await auditor.data("{ releases { nodes { fields purposes } } }")
    rules = await auditor.data("{ privacyRules { id purpose audiences { power } } }")
    by_id = {rule["id"]: rule for rule in rules["privacyRules"]}
    (release,) = data["releases"]["nodes"]
    assert {by_id[field]["purpose"] for field in release["fields"]} == set(release["purposes"])
    for field in release["fields"]:
        assert {"power": "VIEW_ROSTER"} in by_id[field]["audiences"]


async def test_the_ledger_is_closed_to_everybody_else(
    street: Street, city: City, kairan: Kairan
) -> None:
    closed = "{ releases { nodes { id } } }"
    told = {}
    for who, viewer in (
        ("nobody", None),
        ("Hanako", street.hanako),
        ("Ken", street.ken),
        ("operations", await city.staff("OPERATIONS", "SUPPRESSION")),
    ):
        client = await kairan.client(viewer) if viewer is not None else kairan.nobody
        answer = await client.ask(closed)
        assert answer["data"] == {"releases": None}
        (entry,) = answer["extensions"]["withheld"]
        told[who] = entry["reason"]
    assert told == {
        "nobody": "NOT_SIGNED_IN",
        "Hanako": "POWER_MISSING",
        "Ken": "POWER_MISSING",
        "operations": "POWER_MISSING",
    }


async def test_the_auditor_finds_no_person_by_any_road(
    street: Street, city: City, kairan: Kairan
) -> None:
    auditor = await kairan.client(await city.staff("AUDITOR", "OPERATIONS", "SUPPRESSION"))
    answer = await auditor.ask(
        """
        query Roads($group: ID!, $hanako: ID!) {
          group(id: $group) {
            name members { nodes { id } } hans { id } households { id } circulars { nodes { id } }
            membershipRequests { nodes { id } }
            offices { title appointments { startsOn holder { displayName } } }
          }
          node(id: $hanako) { id }
        }
        """,
        group=street.kagura.gid,
        hanako=street.hanako.gid,
    )
    assert answer["data"] == {
        "group": {
            "name": "神楽町内会",
            "members": None,
            "hans": None,
            "households": None,
            "circulars": None,
            "membershipRequests": None,
            "offices": [
                {
                    "title": "会長",
                    "appointments": [{"startsOn": "2026-10-24", "holder": None}],
                }
            ],
        },
        "node": None,
    }
