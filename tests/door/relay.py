"""A real mail server on the loopback interface, and a certificate of its own."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
import warnings
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, SECRET = "kairan", "p@ss:word/+%"


class Relay:
    """Takes messages; ``answer`` is what it says to each, ``gate`` keeps it waiting before."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.tries = 0
        self.answer = "250 OK"
        self.gate: asyncio.Event | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """What aiosmtpd calls with a message."""
        self.tries += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.answer.startswith("2"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.messages.append(message)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.answer

    def check(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> Any:
        """What aiosmtpd calls with a user's password."""
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (USER.encode(), SECRET.encode())
        return AuthResult(success=good, handled=False)


@contextlib.asynccontextmanager
async def relay(
    *, certificate: Path | None = None, immediate: bool = False, auth: bool = False
) -> AsyncIterator[Relay]:
    """A mail server; with ``certificate`` it knows STARTTLS, or is encrypted ``immediate``ly."""
    serving = Relay()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            # Of an encrypted connection aiosmtpd only knows when it came by STARTTLS.
            warnings.simplefilter("ignore")
            return SMTP(
                serving,
                hostname="relay.example",
                tls_context=None if immediate else context,
                require_starttls=context is not None and not immediate,
                auth_required=auth,
                auth_require_tls=not immediate,
                authenticator=serving.check,
            )

    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context if immediate else None
    )
    serving.port = server.sockets[0].getsockname()[1]
    try:
        yield serving
    finally:
        server.close()


def certificate(path: Path) -> Path:
    """A new certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.example")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
