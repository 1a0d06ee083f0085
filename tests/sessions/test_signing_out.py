"""Signing out, seeing where one is signed in, and ending that."""

import re
from typing import Any

import pytest

from db.statements.sessions import MOST_SHOWN
from resolvers.global_ids import to_global_id
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan
from tests.sessions.signing import REFUSED, Account, alive, refreshed, signed_in

SESSIONS = "id device openedAt lastUsedAt expiresAt current"
MINE = f"{{ me {{ sessions {{ {SESSIONS} }} }} viewer {{ sessions {{ {SESSIONS} }} }} }}"
SIGN_OUT = "mutation { signOut { errors { code } } }"
EVERYWHERE = "mutation { signOut(input: { everywhere: true }) { errors { code } } }"
END = """
mutation End($id: ID!) {
  endSession(input: { sessionId: $id }) { endedSessionId errors { field code message } }
}
"""
NOT_HIS = {
    "endSession": {
        "endedSessionId": None,
        "errors": [
            {
                "field": ["input"],
                "code": "NOT_PERMITTED",
                "message": "There is no such thing, or it is not yours to change.",
            }
        ],
    }
}
OVER = {
    "errors": [
        {
            "message": "Your session is over. Sign in again.",
            "extensions": {"code": "UNAUTHENTICATED"},
        }
    ]
}


def client(kairan: Kairan, tokens: dict[str, Any]) -> Client:
    """Whoever holds these tokens."""
    return Client(kairan.http, tokens["accessToken"])


async def sessions(kairan: Kairan, tokens: dict[str, Any]) -> list[dict[str, Any]]:
    """One's own sessions, in the order they are shown."""
    data = await client(kairan, tokens).data(f"{{ viewer {{ sessions {{ {SESSIONS} }} }} }}")
    listed: list[dict[str, Any]] = data["viewer"]["sessions"]
    return listed


async def test_signing_out_acts_on_the_next_request_and_on_the_refresh_token(
    kairan: Kairan, ken: Account
) -> None:
    here, elsewhere = await signed_in(kairan, ken), await signed_in(kairan, ken)

    assert await client(kairan, here).data(SIGN_OUT) == {"signOut": {"errors": []}}

    answer = await client(kairan, here).post({"query": "{ me { id } }"})
    assert (answer.status_code, answer.json()) == (401, OVER)
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert await refreshed(kairan, here["refreshToken"]) == REFUSED
    assert await alive(kairan, elsewhere)
    # Whoever lost the answer and asks again is told that he is signed out.
    again = await client(kairan, here).post({"query": SIGN_OUT})
    assert (again.status_code, again.json()) == (401, OVER)


async def test_signing_out_everywhere_ends_every_session_of_his_and_nobody_elses(
    kairan: Kairan, ken: Account, hanako: Account
) -> None:
    kens = [await signed_in(kairan, ken) for _ in range(3)]
    hanakos = await signed_in(kairan, hanako)

    assert await client(kairan, kens[1]).data(EVERYWHERE) == {"signOut": {"errors": []}}

    assert [await alive(kairan, each) for each in kens] == [False, False, False]
    assert await alive(kairan, hanakos)


async def test_nothing_that_follows_in_the_same_document_is_done_any_more(
    city: City, kairan: Kairan, ken: Account
) -> None:
    group = await city.group("神楽町内会")
    await city.member(group, ken.person)
    tokens = await signed_in(kairan, ken)
    answer = await client(kairan, tokens).post(
        {
            "query": "mutation ($group: ID!) { signOut { errors { code } }"
            " leaveGroup(input: { groupId: $group }) { errors { code } } }",
            "variables": {"group": group.gid},
        }
    )
    assert (answer.status_code, answer.json()) == (401, OVER)
    assert not await alive(kairan, tokens)
    (row,) = await city.fetch("select status from kairan.memberships where city = $1")
    assert row["status"] == "ACTIVE"


@pytest.mark.parametrize("document", [SIGN_OUT, EVERYWHERE])
async def test_nobody_cannot_sign_out(kairan: Kairan, document: str) -> None:
    answer = await kairan.nobody.ask(document)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert answer["data"] == {"signOut": None}


async def test_ken_sees_where_he_is_signed_in(city: City, kairan: Kairan, ken: Account) -> None:
    phone = await signed_in(kairan, ken, device="  けんの iPhone ")
    city.clock.advance(hours=1)
    desk = await signed_in(kairan, ken)
    city.clock.advance(hours=1)
    phone = await refreshed(kairan, phone["refreshToken"])

    data = await client(kairan, phone).data(MINE)

    listed = data["me"]["sessions"]
    assert data["viewer"]["sessions"] == listed
    assert len({each.pop("id") for each in listed}) == 2
    assert listed == [
        {
            "device": "けんの iPhone",
            "openedAt": "2026-11-23T03:00:00+00:00",
            "lastUsedAt": "2026-11-23T05:00:00+00:00",
            "expiresAt": "2026-11-30T05:00:00+00:00",
            "current": True,
        },
        {
            "device": None,
            "openedAt": "2026-11-23T04:00:00+00:00",
            "lastUsedAt": "2026-11-23T04:00:00+00:00",
            "expiresAt": "2026-11-30T04:00:00+00:00",
            "current": False,
        },
    ]
    city.clock.advance(minutes=1)
    desk = await refreshed(kairan, desk["refreshToken"])
    assert [(each["device"], each["current"]) for each in await sessions(kairan, desk)] == [
        (None, True),
        ("けんの iPhone", False),
    ]


async def test_only_what_is_open_is_listed_and_only_to_whose_it_is(
    city: City, kairan: Kairan, ken: Account, hanako: Account, clerk: Account
) -> None:
    here = await signed_in(kairan, ken)
    left = await signed_in(kairan, ken)
    await signed_in(kairan, hanako)
    staff = await signed_in(kairan, clerk, device="窓口")
    await client(kairan, left).data(SIGN_OUT)
    assert len(await sessions(kairan, here)) == 1
    assert [each["device"] for each in await sessions(kairan, staff)] == ["窓口"]
    assert (await client(kairan, staff).data("{ me { id } }"))["me"] is None
    data = await kairan.nobody.data("{ viewer { sessions { id } } }")
    assert data == {"viewer": {"sessions": []}}

    forgotten = await signed_in(kairan, ken)
    city.clock.advance(days=6)
    here = await refreshed(kairan, here["refreshToken"])
    assert len(await sessions(kairan, here)) == 2
    city.clock.advance(days=1)
    here = await refreshed(kairan, here["refreshToken"])
    assert len(await sessions(kairan, here)) == 1
    assert await refreshed(kairan, forgotten["refreshToken"]) == REFUSED


async def test_a_list_of_sessions_ends_at_a_hundred_those_used_last(
    city: City, kairan: Kairan, ken: Account
) -> None:
    assert MOST_SHOWN == 100
    for _ in range(101):
        await city.session(ken.person)
    city.clock.advance(seconds=1)
    here = await signed_in(kairan, ken)
    listed = await sessions(kairan, here)
    assert len(listed) == 100
    assert listed[0]["current"] is True


async def test_ken_ends_the_session_on_the_phone_that_he_lost(kairan: Kairan, ken: Account) -> None:
    phone, desk = await signed_in(kairan, ken, device="phone"), await signed_in(kairan, ken)
    (lost,) = [e["id"] for e in await sessions(kairan, desk) if e["device"] == "phone"]

    ended = await client(kairan, desk).data(END, id=lost)

    assert ended == {"endSession": {"endedSessionId": lost, "errors": []}}
    assert not await alive(kairan, phone)
    assert await refreshed(kairan, phone["refreshToken"]) == REFUSED
    assert [each["current"] for each in await sessions(kairan, desk)] == [True]


async def test_the_session_one_acts_in_can_be_ended_like_any_other(
    kairan: Kairan, ken: Account
) -> None:
    here = await signed_in(kairan, ken)
    (listed,) = await sessions(kairan, here)
    ended = await client(kairan, here).data(END, id=listed["id"])
    assert ended == {"endSession": {"endedSessionId": listed["id"], "errors": []}}
    assert not await alive(kairan, here)


async def test_what_is_not_his_or_is_over_is_refused_alike(
    city: City, kairan: Kairan, ken: Account, hanako: Account, clerk: Account
) -> None:
    here, left = await signed_in(kairan, ken), await signed_in(kairan, ken)
    hanakos, staff = await signed_in(kairan, hanako), await signed_in(kairan, clerk)
    (theirs,), (clerks,) = await sessions(kairan, hanakos), await sessions(kairan, staff)
    (ended,) = [e["id"] for e in await sessions(kairan, here) if not e["current"]]
    expired = await city.session(ken.person)
    await city.execute(
        "update kairan.sessions set expires_at = $3 where city = $1 and id = $2",
        expired,
        city.clock.now,
    )
    await client(kairan, here).data(END, id=ended)
    assert not await alive(kairan, left)

    for tried in (
        ended,
        to_global_id("Session", expired),
        theirs["id"],
        clerks["id"],
        to_global_id("Session", ken.person.id),
        ken.person.gid,
        "",
        "nonsense",
        ended + "=",
    ):
        assert await client(kairan, here).data(END, id=tried) == NOT_HIS, tried
        # City staff have no more right to it than anybody.
        if tried != clerks["id"]:
            assert await client(kairan, staff).data(END, id=tried) == NOT_HIS, tried
    assert await alive(kairan, hanakos)
    assert await alive(kairan, staff)
    nobody = await kairan.nobody.ask(END, id=theirs["id"])
    assert nobody["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await alive(kairan, hanakos)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("x" * 61, "Give 1 to 60 characters."),
        ("a\nb", "Remove the control characters."),
        ("a\0", "Remove the control characters."),
        ("a\u202eb", "Remove the control characters."),
    ],
)
async def test_a_label_that_cannot_be_shown_is_refused_before_the_password_is_looked_at(
    kairan: Kairan, ken: Account, label: str, message: str
) -> None:
    with kairan.counting() as statements:
        payload = await kairan.nobody.change(
            "signIn",
            "accessToken",
            login=ken.login,
            password="wrong",
            device=label,
        )
    assert payload == {
        "accessToken": None,
        "errors": [{"field": ["input", "device"], "code": "INVALID", "message": message}],
    }
    assert statements == []


async def test_a_blank_label_is_none(kairan: Kairan, ken: Account) -> None:
    for label in (None, "", " \u3000"):
        here = await signed_in(kairan, ken, device=label)
        assert {each["device"] for each in await sessions(kairan, here)} == {None}


async def test_what_signing_in_and_out_costs_the_database(kairan: Kairan, ken: Account) -> None:
    async def costs(who: Client, document: str, **variables: Any) -> int:
        with kairan.counting() as statements:
            await who.data(document, **variables)
        return len([each for each in statements if "pg_type" not in each])

    with kairan.counting() as statements:
        here = await signed_in(kairan, ken)
    # Three counters and their forgiving; the login, and the session with its refresh token.
    assert len([each for each in statements if not re.search("pg_type|'jit'", each)]) == 6
    lost = await signed_in(kairan, ken)
    (ended,) = [e["id"] for e in await sessions(kairan, here) if not e["current"]]
    me = client(kairan, here)
    # app.enter and the sessions: each list is asked for once.
    assert await costs(me, "{ viewer { sessions { id } } }") == 2
    # app.enter and the session that ends: nothing is read for the payload.
    assert await costs(me, END, id=ended) == 2
    assert not await alive(kairan, lost)
    assert await costs(me, SIGN_OUT) == 2
