"""Who asks the demo city, and for what."""

from collections.abc import Iterable
from random import Random
from typing import Any

from db.demo.sign_ins import SIGN_INS
from tests.harness.city import Person
from tests.harness.kairan import Client, Kairan

EVERYTHING = """{
    me { id }
    viewer { memberships { group { id
        hans { id } households { id } offices { id appointments { id holder { id } } }
        members(first: 8) {
            edges { cursor node { id familyName kana household { id } } }
            nodes { member: id }
        }
        circulars(first: 2) { edges { cursor node { id author { id } } } }
        membershipRequests(first: 2) { edges { cursor node { id } } }
    } } }
    groups(first: 3) { edges { cursor node { id area { id } } } }
}"""


async def everybody(kairan: Kairan) -> dict[str, Client]:
    """The seven who can sign in, by their login names, with a session each."""
    logins = [entry.login for entry in SIGN_INS]
    rows = await kairan.city.superuser.fetch(
        "select login, person, kind from kairan.logins where login = any ($1)", logins
    )
    people = {row["login"]: Person(row["person"], row["kind"]) for row in rows}
    assert set(people) == set(logins)
    return {login: await kairan.client(people[login]) for login in logins}


async def pools_of(clients: Iterable[Client]) -> dict[str, list[Any]]:
    """Ids and cursors that somebody was given: for others they are foreign. And words that find."""
    found: dict[str, set[str]] = {}
    for client in clients:
        answer = await client.ask(EVERYTHING)
        _gather(answer["data"], found)
    few = Random(7)
    return {
        "ID": few.sample(sorted(found["id"]), 60),
        "member": few.sample(sorted(found["member"]), 12),
        "after": few.sample(sorted(found["cursor"]), 12),
        "search": ["a", "町内会", *sorted(found["kana"])[:4], *sorted(found["familyName"])[:4]],
        "String": ["神楽", "サトウ", "町内会", "a"],
    }


def _gather(value: Any, found: dict[str, set[str]]) -> None:
    if isinstance(value, list):
        for each in value:
            _gather(each, found)
    elif isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str):
                found.setdefault(key, set()).add(each)
            else:
                _gather(each, found)
