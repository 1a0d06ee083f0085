"""Mail: handed to the city's mail server, or written to files where there is none.

Letters are carried beside the answer, by threads of their own. One that cannot be handed over is
tried again for some minutes and is then lost: it is in memory only, because a code that is kept
until it can be sent is a code that somebody can read. Whoever misses one asks again.
"""

import asyncio
import logging
import os
import smtplib
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as FORM
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from resolvers.letters import Letter
from server.settings.settings import Settings

log = logging.getLogger("kairan.mail")

# Seconds before each try; a mail server that is being restarted is back by the last.
TRIES = (0.0, 5.0, 30.0, 120.0)
_THREADS = 4
_MOST_WAITING = 1000
_SECONDS_TO_ANSWER = 20.0


class Carrier(Protocol):
    """Where letters are brought to. Blocks."""

    def bring(self, message: EmailMessage) -> None:
        """Raises OSError (smtplib's errors are that) when it cannot be brought now."""


class Outbox:
    """Takes letters at once, and has them carried one after the other.

    :param sender: the address they are from, a name before it or not.
    :param tries: seconds to wait before each try to bring a letter.
    """

    def __init__(
        self,
        carrier: Carrier,
        sender: str,
        clock: Callable[[], datetime],
        *,
        tries: Sequence[float] = TRIES,
    ) -> None:
        self._carrier = carrier
        self._sender = sender
        self._clock = clock
        self._tries = tries
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="kairan-mail")
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, letter: Letter) -> None:
        """Have it carried. Nobody is told here whether it arrives."""
        if len(self._under_way) >= _MOST_WAITING:
            log.error("a message is lost: %d wait for the mail server already", _MOST_WAITING)
            return
        task = asyncio.create_task(self._carry(written(letter, self._sender, self._clock())))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Wait until every letter so far was brought or is lost."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self, seconds: float) -> None:
        """Give what is under way some seconds more; the rest is lost."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                log.error("%d messages are lost: the server stopped before they left", len(late))
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _carry(self, message: EmailMessage) -> None:
        loop = asyncio.get_running_loop()
        for wait in self._tries:
            await asyncio.sleep(wait)
            try:
                await loop.run_in_executor(self._threads, self._carrier.bring, message)
            except OSError as error:
                # Its words are not ours: a mail server's refusal quotes the address.
                log.warning(
                    "a message was not taken: %s", _named(error), extra={"failure": type(error)}
                )
                if _for_good(error):
                    break
            except Exception as error:  # noqa: BLE001  (whatever it is, its words may name people)
                log.error("a message cannot be sent", extra={"failure": type(error)})
                return
            else:
                return
        log.error("a message is lost: check KAIRAN_SMTP_URL and the mail server's log")


def outbox_of(settings: Settings, clock: Callable[[], datetime]) -> Outbox:
    """The outbox that the settings ask for."""
    if settings.smtp_url is None:
        carrier: Carrier = Folder(settings.data_dir / "mail", clock, tells=settings.demo)
    else:
        carrier = Relay(settings.smtp_url, tls=settings.smtp_tls)
    return Outbox(carrier, settings.mail_from, clock)


def written(letter: Letter, sender: str, at: datetime) -> EmailMessage:
    """A letter as a message (RFC 5322), in plain text."""
    message = EmailMessage(policy=FORM)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    # RFC 3834: so that nobody's holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "ja"
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message


class Folder:
    """Writes messages as files that only their owner can read: where there is no mail server.

    :param tells: whether each file is named in the log; its name tells nothing of the message.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime], *, tells: bool) -> None:
        self._path = path
        self._clock = clock
        self._tells = tells

    def bring(self, message: EmailMessage) -> None:
        """Write it, whole or not at all."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path / f"{self._clock():%Y%m%dT%H%M%S}-{uuid4().hex[:12]}.eml"
        new = path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(message.as_bytes())
        new.rename(path)
        if self._tells:
            log.info("a message was written to %s", path)


class Relay:
    """Hands messages to a mail server (RFC 5321), each over a connection of its own.

    :param url: ``smtp://``, encrypted by STARTTLS, or ``smtps://``, encrypted from the first byte.
    :param tls: off leaves ``smtp://`` open; never done with a password.
    """

    def __init__(self, url: str, *, tls: bool) -> None:
        parts = urlsplit(url)
        self._immediate = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._immediate else 587 if tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        # Certificates are verified; SSL_CERT_FILE names those of an authority of one's own.
        self._context = ssl.create_default_context() if tls or self._immediate else None

    def bring(self, message: EmailMessage) -> None:
        """Hand it over. Raises OSError."""
        with self._connected() as connection:
            if self._user is not None:
                connection.login(self._user, self._password)
            connection.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        if self._immediate:
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=_SECONDS_TO_ANSWER, context=self._context
            )
        connection = smtplib.SMTP(self._host, self._port, timeout=_SECONDS_TO_ANSWER)
        if self._context is not None:
            try:
                connection.starttls(context=self._context)
            except BaseException:
                connection.close()
                raise
        return connection


def _named(error: OSError) -> str:
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ if code is None else f"{type(error).__name__} {code}"


def _for_good(error: OSError) -> bool:
    """Whether trying again would be refused again (RFC 5321, 4.2.1: a code of 500 or more)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
