"""A code from a mailbox: good once, for an hour, for five tries, and for what it was mailed for."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from db.embedded import Addresses
from tests.door.mailbox import TICKET, Door, new_address
from tests.harness.city import City
from tests.harness.kairan import running

SIGN_UP = """
mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) { ticket expiresAt errors { field code message } }
}
"""


async def test_a_code_is_good_once(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    code = await door.code(address)
    assert await door.confirm(ticket, code) is not None
    assert await door.confirm(ticket, code) is None


@pytest.mark.parametrize("spelled", ["{0}{1}", "{0} {1}", "　{0}－{1} ", "{0}-{1}", " {0}ー{1}\n"])
async def test_a_code_is_taken_as_people_type_it(door: Door, spelled: str) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    full_width = (await door.code(address)).translate(
        {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    )
    assert await door.confirm(ticket, spelled.format(*full_width.split())) is not None


async def test_after_five_wrong_codes_the_right_one_is_refused_too(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    code = await door.code(address)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"
    for _ in range(4):
        assert await door.confirm(ticket, wrong) is None
    other = await door.sign_up(new_address())
    for _ in range(9):
        assert await door.confirm(other, wrong) is None
    # Another's tries are not hers; her own fifth is the last.
    assert await door.confirm(ticket, wrong) is None
    assert await door.confirm(ticket, code) is None
    # She asks again, and is let in.
    again = await door.sign_up(address)
    assert await door.confirm(again, await door.code(address)) is not None


async def test_a_fifth_try_may_be_the_right_one(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    for _ in range(4):
        assert await door.confirm(ticket, "none") is None
    assert await door.confirm(ticket, await door.code(address)) is not None


async def test_a_code_is_good_for_an_hour(door: Door) -> None:
    in_time, late = new_address(), new_address()
    tickets = {address: await door.sign_up(address) for address in (in_time, late)}
    door.city.clock.advance(seconds=3599)
    assert await door.confirm(tickets[in_time], await door.code(in_time)) is not None
    door.city.clock.advance(seconds=1)
    assert await door.confirm(tickets[late], await door.code(late)) is None
    # What waited too long does not stay: the next who asks takes it away.
    await door.sign_up(new_address())
    kept = await door.city.fetch("select expires_at from kairan.mailed_codes where city = $1")
    assert [row["expires_at"] for row in kept] == [door.city.clock.now + timedelta(hours=1)]


async def test_a_code_opens_only_what_it_was_mailed_for(door: Door) -> None:
    """Somebody signs up with her address just before she does: what she types is hers alone."""
    address = new_address()
    his = await door.sign_up(address, password="the-Password-he-chose", displayName="だれか")
    his_code = await door.code(address)
    hers = await door.sign_up(address)
    her_code = await door.code(address)
    assert await door.confirm(hers, his_code) is None
    assert await door.confirm(his, her_code) is None
    hanako = await door.confirm(hers, her_code)
    assert hanako is not None
    assert (await hanako.data("{ me { displayName } }"))["me"] == {"displayName": "はなこ"}
    # The address has an account now: his would be a second one.
    assert await door.confirm(his, his_code) is None
    assert await door.sign_in(address, "the-Password-he-chose") is None
    assert len(await door.city.fetch("select 1 from kairan.residents where city = $1")) == 1


async def test_a_ticket_is_good_for_what_it_was_given_for(door: Door) -> None:
    address = new_address()
    await door.open_account(address)
    payload = await door.kairan.nobody.change("requestPasswordReset", TICKET, login=address)
    code = await door.code(address)
    assert await door.confirm(payload["ticket"], code) is None
    # Nor was it used up by that.
    reset = {"ticket": payload["ticket"], "code": code, "newPassword": "石狩川-の-ほとりで-1904"}
    assert (await door.kairan.nobody.change("resetPassword", **reset))["errors"] == []


@pytest.mark.parametrize(
    "ticket", ["", "x", "A" * 43, "A" * 42, "あ" * 43, "A" * 100_000, "=" * 43, "\x00" * 43]
)
async def test_what_is_no_ticket_is_refused_like_a_wrong_code(door: Door, ticket: str) -> None:
    assert await door.confirm(ticket, "12345678") is None


async def test_ticket_and_code_of_another_city_are_none_here(
    door: Door, superuser: Any, postgres: Addresses, tmp_path: Path
) -> None:
    elsewhere = await City(superuser).found()
    address = new_address()
    ticket = await door.sign_up(address)
    async with running(elsewhere, postgres.server, tmp_path) as serving:
        there = Door(serving, tmp_path / "mail")
        assert await there.confirm(ticket, await door.code(address)) is None
    assert await door.confirm(ticket, await door.code(address)) is not None


async def test_two_who_confirm_at_once_open_one_account(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    code = await door.code(address)
    document = """
        mutation ($input: ConfirmSignUpInput!) {
          a: confirmSignUp(input: $input) { accessToken }
          b: confirmSignUp(input: $input) { accessToken }
        }
    """
    data = await door.kairan.nobody.data(document, input={"ticket": ticket, "code": code})
    assert data["a"]["accessToken"] is not None
    assert data["b"]["accessToken"] is None
    [resident] = await door.city.fetch("select id, opened_at from kairan.residents where city = $1")
    assert resident["opened_at"] == door.city.clock.now
    # Random: a time-ordered one would tell when somebody signed up.
    assert UUID(str(resident["id"])).version == 4
