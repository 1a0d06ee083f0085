"""The one line that the log has of a request."""

import logging
import re
from uuid import UUID

import asyncpg
import pytest

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan
from tests.harness.suite_log import Lines

ROSTER = """
    query Roster($group: ID!) {
      group(id: $group) { members(first: 10) { nodes { displayName address phone } } }
    }
"""


async def line_of(kairan: Kairan, client: Client, lines: Lines, body: object) -> dict[str, object]:
    """The line of one request."""
    answer = await client.post(body)
    await kairan.settled()
    [line] = lines.of(event="request", request_id=answer.headers["x-request-id"])
    return line


async def test_an_officers_look_at_the_roster_is_one_line_that_counts_and_names_nobody(
    city: City, kairan: Kairan, lines: Lines
) -> None:
    group = await city.group("神楽町内会")
    ken = await city.member(group, await city.person(address="神楽3条4丁目", phone="0166-00-1111"))
    await city.officer(ken, "会長", Power.VIEW_ROSTER)
    for phone in ("0166-00-2222", "0166-00-3333"):
        await city.member(group, await city.person(address="神楽4条5丁目", phone=phone))
    officer = await kairan.client(ken.person)
    asked = {"query": ROSTER, "variables": {"group": group.gid}}
    line = await line_of(kairan, officer, lines, asked)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", str(line.pop("time")))
    assert re.fullmatch("[0-9a-f]{32}", str(line.pop("request_id")))
    assert re.fullmatch("[0-9a-f]{16}", str(line.pop("viewer")))
    assert 0 < float(str(line.pop("duration_ms"))) < 60_000
    # The statements: entering, the members, the ledger; another of the quota's.
    assert line.pop("statements") in (3, 4)
    assert line == {
        "level": "info",
        "logger": "kairan.request",
        "event": "request",
        "kind": "query",
        "status": 200,
        "operation": "Roster",
        "releases": 1,
        "people": 2,
    }


async def test_what_is_withheld_and_what_is_wrong_is_counted_and_told_by_its_code(
    city: City, kairan: Kairan, lines: Lines
) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    hana = await city.member(group, await city.person())
    await city.member(group, await city.person(address="神楽4条5丁目"))
    plain = await kairan.client(hana.person)
    line = await line_of(kairan, plain, lines, {"query": ROSTER, "variables": {"group": group.gid}})
    assert (line["withheld"], "releases" in line, "people" in line) == (2, False, False)

    line = await line_of(kairan, plain, lines, {"query": "{ groups(first: 0) { nodes { id } } }"})
    assert (line["errors"], line["kind"], "operation" in line) == (
        ["BAD_USER_INPUT"],
        "query",
        False,
    )
    line = await line_of(kairan, plain, lines, {"query": "{ nobodysField }"})
    assert (line["errors"], line["kind"]) == (["GRAPHQL_VALIDATION_FAILED"], "none")
    assert "viewer" not in line

    wrong = 'mutation Go { signIn(input: { login: "a", password: "b" }) { errors { code } } }'
    line = await line_of(kairan, plain, lines, {"query": wrong})
    assert (line["kind"], line["operation"], line["user_errors"]) == (
        "mutation",
        "Go",
        ["WRONG_LOGIN_OR_PASSWORD"],
    )


async def test_nobody_has_no_pseudonym_and_a_bad_token_neither(
    kairan: Kairan, lines: Lines
) -> None:
    kind = {"query": "{ viewer { kind } }"}
    assert "viewer" not in await line_of(kairan, kairan.nobody, lines, kind)
    line = await line_of(kairan, Client(kairan.http, "eyJhbGciOiJub25lIn0.e30."), lines, kind)
    assert (line["status"], line["errors"], "viewer" in line) == (401, ["UNAUTHENTICATED"], False)


async def test_a_viewer_is_followed_through_a_day_and_not_into_the_next(
    city: City, kairan: Kairan, lines: Lines
) -> None:
    kind = {"query": "{ viewer { kind } }"}
    ken, hana = await city.person(), await city.person()
    first, again = await kairan.client(ken), await kairan.client(ken)
    other = await kairan.client(hana)
    morning = [(await line_of(kairan, c, lines, kind))["viewer"] for c in (first, again, other)]
    # Another session of the same person, and somebody else.
    assert morning[0] == morning[1] != morning[2]
    for person in (ken, hana):
        assert person.id.hex[:16] not in morning
    # Noon in Tokyo; its midnight is what counts.
    city.clock.advance(hours=11, minutes=59)
    late = await kairan.client(ken)
    assert (await line_of(kairan, late, lines, kind))["viewer"] == morning[0]
    city.clock.advance(minutes=1)
    next_day = await kairan.client(ken)
    assert (await line_of(kairan, next_day, lines, kind))["viewer"] not in morning


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Roster", "Roster"),
        ("N" * 300, "N" * 64),
        ("Call_0166001111_please", "Call_N_please"),
        ("Page_2", "Page_2"),
    ],
)
async def test_of_a_clients_name_for_its_operation_the_log_has_no_more_than_a_name(
    name: str, shown: str, kairan: Kairan, lines: Lines
) -> None:
    line = await line_of(
        kairan, kairan.nobody, lines, {"query": f"query {name} {{ viewer {{ kind }} }}"}
    )
    assert line["operation"] == shown


async def test_nothing_that_was_sent_with_a_refused_request_is_logged(
    kairan: Kairan, lines: Lines
) -> None:
    told = "TanakaTaro"
    await kairan.nobody.post({"query": "query A { viewer { kind } }", "operationName": told})
    await kairan.nobody.post({"query": f'{{ {told}: nothing(name: "{told}") }}'})
    await kairan.nobody.post({"query": "{ group(id: $x) { id } }", "variables": {"x": told}})
    await kairan.http.get(f"/{told}")
    await kairan.http.request(told.upper(), "/graphql")
    await kairan.http.post("/graphql", content=told, headers={"authorization": f"Basic {told}"})
    await kairan.settled()
    # A method that is none ends before it is a request.
    assert len(lines.requests()) == 5
    assert told.lower() not in lines.text().lower()


async def test_a_failure_is_told_by_its_kind_and_place_and_with_the_requests_id(
    city: City, kairan: Kairan, lines: Lines
) -> None:
    told = "090-0000-4711"
    services = kairan.app.state.services

    class Broken:
        def issue(self, **_claims: object) -> None:
            raise KeyError(told)

    ken = await city.person()
    client = await kairan.client(ken)
    object.__setattr__(services, "clock", lambda: Broken().issue())
    answer = await client.post({"query": "{ me { id } }"})
    assert answer.status_code == 500
    [failed] = lines.of(level="error", request_id=answer.headers["x-request-id"])
    assert failed["event"] == "a request failed"
    assert failed["exception"][0].startswith("KeyError at tests.watch.test_request_line.issue:")
    assert told not in lines.text()


async def test_what_postgresql_says_of_a_row_stays_out_of_every_log(
    postgres: Addresses, superuser: asyncpg.Pool, city: City, lines: Lines
) -> None:
    login = await city.login(await city.person())
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await superuser.execute(
            "insert into kairan.logins (login, city, person, kind, password_hash)"
            " values ($1, $2, $3, 'RESIDENT', '-')",
            login,
            city.number,
            UUID(int=1),
        )
    # asyncpg's own words have it: it is not for want of something to leak.
    assert login in str(caught.value.detail)
    logging.getLogger("kairan.tests").error("a row was there", exc_info=caught.value)
    [told] = lines.of(event="a row was there")
    assert told["exception"][0].startswith(
        "asyncpg.exceptions.UniqueViolationError 23505 logins_pkey logins at "
    )
    assert login not in lines.text()
