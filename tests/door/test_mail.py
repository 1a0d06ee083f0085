"""How a letter leaves: to a mail server, to a file, or not at all; and never past its reader."""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from db.embedded import Addresses
from resolvers.letters import Letter, account_exists, sign_up_code
from server.mail import Outbox, outbox_of
from server.settings.setting import SettingsError
from server.settings.settings import Settings
from tests.door.mailbox import PASSWORD, TICKET, Door, new_address, words
from tests.door.relay import SECRET, USER, Relay, certificate, relay
from tests.harness.city import City
from tests.harness.clock import Clock
from tests.harness.kairan import running

SENDER = "旭川市 回覧 <kairan@city.example>"
LETTER = sign_up_code("hanako@kairan.example", "01234567", 60)
AUTH = f"{USER}:{quote(SECRET, safe='')}@"


def outbox(url: str, *, tls: bool = True, tries: Sequence[float] = (0.0,)) -> Outbox:
    """As the settings make it, but less patient."""
    settings = replace(
        Settings.from_environ({"KAIRAN_SMTP_URL": url, "KAIRAN_MAIL_FROM": SENDER}), smtp_tls=tls
    )
    made = outbox_of(settings, Clock())
    made._tries = tries
    return made


async def until(true: Callable[[], bool]) -> None:
    """Wait for what nothing announces."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def sent(post: Outbox, letter: Letter = LETTER) -> None:
    post.send(letter)
    await post.settled()
    await post.close(0)


async def test_a_letter_is_handed_to_a_mail_server_without_encryption_if_so_set() -> None:
    async with relay() as server:
        await sent(outbox(f"smtp://127.0.0.1:{server.port}", tls=False))
    [message] = server.messages
    assert server.recipients == ["hanako@kairan.example"]
    assert server.encrypted == [False]
    assert message["To"] == "hanako@kairan.example"
    assert message["From"] == SENDER
    assert message["Subject"] == "【回覧】登録の確認番号"
    assert message["Date"] == "Mon, 23 Nov 2026 03:00:00 +0000"
    assert re.fullmatch("<[^@<>]+@city.example>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert "    0123 4567\n" in words(message)


@pytest.mark.parametrize("immediate", [False, True], ids=["STARTTLS", "smtps"])
async def test_it_is_encrypted_and_signed_in(
    immediate: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = certificate(tmp_path / "relay.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    async with relay(certificate=own, immediate=immediate, auth=True) as server:
        scheme = "smtps" if immediate else "smtp"
        await sent(outbox(f"{scheme}://{AUTH}127.0.0.1:{server.port}"))
        await sent(outbox(f"{scheme}://{USER}:wrong@127.0.0.1:{server.port}"))
    assert len(server.messages) == 1
    assert server.encrypted == [True]


@pytest.mark.parametrize("immediate", [False, True], ids=["STARTTLS", "smtps"])
async def test_nothing_goes_to_a_server_whose_certificate_nobody_vouches_for(
    immediate: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = certificate(tmp_path / "relay.pem")
    async with relay(certificate=own, immediate=immediate) as server:
        scheme = "smtps" if immediate else "smtp"
        await sent(outbox(f"{scheme}://127.0.0.1:{server.port}"))
    assert server.tries == 0
    assert "a message was not taken: SSLCertVerificationError" in caplog.text


async def test_nothing_is_sent_in_the_open_unless_it_was_set_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with relay() as server:
        await sent(outbox(f"smtp://127.0.0.1:{server.port}"))
    assert server.tries == 0
    assert "a message was not taken: SMTPNotSupportedError" in caplog.text


async def test_a_server_that_is_not_there_for_a_while_gets_it_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with relay() as server:
        server.answer = "451 Try again later"
        post = outbox(f"smtp://127.0.0.1:{server.port}", tls=False, tries=(0.0, 0.05, 0.05, 0.05))
        post.send(LETTER)
        await until(lambda: server.tries >= 2)
        server.answer = "250 OK"
        await post.settled()
        await post.close(0)
    assert len(server.messages) == 1
    assert "SMTPDataError 451" in caplog.text
    assert "is lost" not in caplog.text


async def test_what_is_refused_for_good_is_not_tried_again_and_no_log_says_whose_it_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with relay() as server:
            server.answer = "550 No such mailbox: hanako@kairan.example"
            await sent(outbox(f"smtp://127.0.0.1:{server.port}", tls=False, tries=(0.0, 0.0)))
    assert server.tries == 1
    ours = [record.getMessage() for record in caplog.records if record.name == "kairan.mail"]
    assert ours == [
        "a message was not taken: SMTPDataError 550",
        "a message is lost: check KAIRAN_SMTP_URL and the mail server's log",
    ]
    assert "0123" not in caplog.text.replace("KAIRAN_SMTP_URL", "")


async def test_whoever_is_waiting_for_an_answer_does_not_wait_for_the_mail_server(
    city: City, postgres: Addresses, tmp_path: Path
) -> None:
    async with relay() as server:
        server.gate = asyncio.Event()
        async with mailing(city, postgres, tmp_path, server) as door:
            ticket = await door.sign_up(address := new_address())
            assert server.messages == []
            server.gate.set()
            await door.kairan.app.state.post.settled()
            [message] = server.messages
            assert message["To"] == address
            found = re.search("[0-9]{4} [0-9]{4}", words(message))
            assert found is not None
            assert await door.confirm(ticket, found[0]) is not None


def mailing(city: City, postgres: Addresses, folder: Path, server: Relay) -> "Mailing":
    return Mailing(city, postgres, folder, server.port)


class Mailing:
    """A served city that hands its letters to a mail server."""

    def __init__(self, city: City, postgres: Addresses, folder: Path, port: int) -> None:
        self._folder = folder
        self._running = running(
            city,
            postgres.server,
            folder,
            smtp_url=f"smtp://127.0.0.1:{port}",
            smtp_tls=False,
            drain_seconds=0,
        )

    async def __aenter__(self) -> Door:
        return Door(await self._running.__aenter__(), self._folder / "mail")

    async def __aexit__(self, *error: object) -> None:
        await self._running.__aexit__(None, None, None)


async def test_a_mail_server_that_is_away_tells_nothing_of_the_address(
    city: City, postgres: Addresses, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    known = await city.login(await city.person())
    with caplog.at_level(logging.DEBUG, "kairan"):
        async with Mailing(city, postgres, tmp_path, 1) as door:
            for login in (known, unknown := new_address()):
                asked = {"login": login, "password": PASSWORD, "displayName": "はなこ"}
                payload = await door.kairan.nobody.change("signUp", TICKET, **asked)
                assert payload["errors"] == []
                assert re.fullmatch("[A-Za-z0-9_-]{43}", payload["ticket"])
            refused = "was not taken: ConnectionRefusedError"
            await until(lambda: caplog.text.count(refused) >= 2)
    assert "2 messages are lost: the server stopped before they left" in caplog.text
    for typed in (known, unknown, "はなこ"):
        assert typed not in caplog.text


async def test_without_a_mail_server_letters_are_files_that_their_owner_alone_can_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.from_environ({"KAIRAN_DATA_DIR": str(tmp_path / "data")})
    with caplog.at_level(logging.DEBUG):
        await sent(outbox_of(settings, Clock()))
        await sent(outbox_of(settings, Clock()), account_exists("ken@kairan.example"))
    folder = tmp_path / "data" / "mail"
    files = sorted(folder.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]
    for path in files:
        assert re.fullmatch("20261123T030000-[0-9a-f]{12}[.]eml", path.name)
    assert caplog.text == ""


async def test_on_the_demo_city_the_log_names_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.from_environ({"KAIRAN_DATA_DIR": str(tmp_path)})
    with caplog.at_level(logging.INFO):
        await sent(outbox_of(replace(settings, demo=True), Clock()))
    [path] = (tmp_path / "mail").iterdir()
    assert [record.getMessage() for record in caplog.records] == [
        f"a message was written to {path}"
    ]


async def test_a_folder_that_cannot_be_written_is_told_without_the_letter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    post = outbox_of(Settings.from_environ({"KAIRAN_DATA_DIR": str(tmp_path)}), Clock())
    post._tries = (0.0,)
    await sent(post)
    assert "a message was not taken: FileExistsError" in caplog.text
    assert "hanako" not in caplog.text


def test_a_letter_does_not_show_itself_by_accident() -> None:
    assert repr(LETTER) == "Letter(subject='【回覧】登録の確認番号')"


HIDDEN = (
    "KAIRAN_SMTP_URL is not usable: give smtp://USER:PASSWORD@HOST or smtps://USER:PASSWORD@HOST"
)


@pytest.mark.parametrize(
    ("environ", "refusal"),
    [
        ({"SMTP_URL": "mail.example:25"}, HIDDEN),
        ({"SMTP_URL": "https://user:secret@mail.example"}, HIDDEN),
        ({"SMTP_URL": "smtp://"}, HIDDEN),
        ({"SMTP_URL": "smtp://mail.example:99999"}, HIDDEN),
        (
            {"SMTP_URL": "smtp://mail.example"},
            "KAIRAN_MAIL_FROM is not set: give the address that messages are from",
        ),
        (
            {
                "SMTP_URL": "smtp://user:secret@mail.example",
                "SMTP_TLS": "off",
                "MAIL_FROM": "kairan@city.example",
            },
            "KAIRAN_SMTP_URL has a password and KAIRAN_SMTP_TLS is off: turn it on, or leave the"
            " password out",
        ),
        (
            {"MAIL_FROM": "city"},
            "KAIRAN_MAIL_FROM is 'city': give an address, or a name and an address:"
            " 回覧 <kairan@city.example>, such as kairan@localhost",
        ),
    ],
)
def test_mail_that_is_set_wrongly_stops_the_start_by_name(
    environ: dict[str, str], refusal: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({f"KAIRAN_{name}": value for name, value in environ.items()})
    assert refusal in str(caught.value).splitlines()
    assert "secret" not in str(caught.value)
