"""People at the door: what they send, and what they find in their mailbox."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher

from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan

PASSWORD = "三条通り-Asahikawa-1890"
NEW = "石狩川-の-ほとりで-1904"
HASH = PasswordHasher().hash(PASSWORD)
TOKENS = "accessToken expiresAt"
TICKET = "ticket expiresAt"


def new_address() -> str:
    """A mail address that nobody has in any city."""
    return f"hanako.{uuid4().hex}@kairan.example"


@dataclass
class Door:
    """A served city, and the folder of its messages."""

    kairan: Kairan
    folder: Path

    @property
    def city(self) -> City:
        """The city that is served."""
        return self.kairan.city

    async def letters(self, to: str) -> list[EmailMessage]:
        """What has reached a mailbox, oldest first."""
        await self.kairan.app.state.post.settled()
        found = []
        for path in sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if message["To"] == to.strip().lower():
                found.append(message)
        return found

    async def code(self, to: str) -> str:
        """The code in the newest letter to a mailbox."""
        newest = (await self.letters(to))[-1]
        found = re.search(r"^ {4}([0-9]{4} [0-9]{4})$", words(newest), re.MULTILINE)
        assert found is not None, words(newest)
        return found[1]

    async def sign_up(self, login: str, **more: Any) -> str:
        """The ticket of a sign-up that can be used."""
        asked = {"login": login, "password": PASSWORD, "displayName": "はなこ", **more}
        payload = await self.kairan.nobody.change("signUp", TICKET, **asked)
        assert payload["errors"] == []
        ticket: str = payload["ticket"]
        return ticket

    async def confirm(self, ticket: str, code: str) -> Client | None:
        """Whoever the code lets in, or None for the one refusal."""
        payload = await self.kairan.nobody.change("confirmSignUp", TOKENS, ticket=ticket, code=code)
        if payload["errors"]:
            assert payload == {"accessToken": None, "expiresAt": None, "errors": [WRONG_CODE]}
            return None
        return Client(self.kairan.http, payload["accessToken"])

    async def open_account(self, login: str, **more: Any) -> Client:
        """A new account, by the code from its mailbox."""
        ticket = await self.sign_up(login, **more)
        client = await self.confirm(ticket, await self.code(login))
        assert client is not None
        return client

    async def sign_in(self, login: str, password: str = PASSWORD) -> Client | None:
        """Whoever signs in, or None."""
        asked = {"login": login, "password": password}
        payload = await self.kairan.nobody.change("signIn", TOKENS, **asked)
        return None if payload["errors"] else Client(self.kairan.http, payload["accessToken"])


WRONG_CODE = {
    "field": ["input", "code"],
    "code": "WRONG_CODE",
    "message": "The code is wrong, was used, or is too old. After five wrong ones ask for another.",
}


def words(letter: EmailMessage) -> str:
    """What a letter says."""
    return str(letter.get_content()).replace("\r\n", "\n")


async def somebody(door: Door, person: Person) -> str:
    """The login of somebody who has an account already."""
    return await door.city.login(person, HASH)


async def is_over(client: Client) -> bool:
    return (await client.post({"query": "{ viewer { kind } }"})).status_code == 401


async def tokens_of(door: Door, login: str) -> dict[str, Any]:
    payload = await door.kairan.nobody.change(
        "signIn", f"{TOKENS} refreshToken", login=login, password=PASSWORD
    )
    assert payload["errors"] == []
    return payload
