"""Everything an operator can set: read once from the environment, refused by name when wrong."""

import difflib
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from limits import RateLimitItem

from db.statements.sessions import Limits
from server.limits import TABLE as DOCUMENT_LIMITS
from server.limits import DocumentLimits
from server.mail_settings import mail_problems, sender, smtp_url
from server.values import (
    Malformed,
    city_code,
    database_url,
    networks,
    one_of,
    origins,
    place,
    rate,
    switch,
    text,
    traces_address,
    whole,
)

PREFIX = "KAIRAN_"


class SettingsError(Exception):
    """One line per setting that is wrong: its name, what is wrong, the cure; never a secret."""


def quota(value: str) -> int | None:
    """A number of people, or off."""
    return None if value == "off" else whole("people, or off,", 1, 1_000_000)(value)


@dataclass(frozen=True)
class Setting:
    """One row of the table: the name without its prefix, the default as one would write it."""

    name: str
    default: str | None
    parse: Callable[[str], object]
    meaning: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.name

    @property
    def attribute(self) -> str:
        """The name in `Settings`."""
        return self.name.lower()

    def read(self, environ: Mapping[str, str]) -> object:
        """The parsed value, or the parsed default; raises `SettingsError`."""
        value = environ.get(self.variable, self.default)
        if value is None:
            return None
        try:
            return self.parse(value)
        except Malformed as error:
            shown = "not usable" if self.secret else f"'{value}'"
            example = f", such as {self.default}" if self.default and not self.secret else ""
            raise SettingsError(f"{self.variable} is {shown}: {error}{example}") from None


TABLE = (
    Setting("HOST", "127.0.0.1", text, "address to listen on"),
    Setting("PORT", "8000", whole("a port", 0, 65535), "port to listen on; 0 takes a free one"),
    Setting(
        "DATABASE_URL",
        None,
        database_url,
        "PostgreSQL 16 or newer, as the role kairan_server; unset: one of Kairan's own",
        secret=True,
    ),
    Setting(
        "OWNER_DATABASE_URL",
        None,
        database_url,
        "the same database as the role that owns the tables; `kairan migrate` uses it",
        secret=True,
    ),
    Setting("CITY", "01204", city_code, "first code of the municipality, kept through mergers"),
    Setting("DATA_DIR", ".kairan", place, "folder of the own database and the signing key"),
    Setting(
        "SIGNING_KEY_FILE",
        None,
        place,
        "Ed25519 key in PEM that signs tokens; unset: signing-key.pem in KAIRAN_DATA_DIR",
    ),
    Setting("TOKEN_TTL", "600", whole("seconds", 1, 3600), "seconds an access token is good for"),
    Setting(
        "SESSION_TTL",
        "2592000",
        whole("seconds", 60, 7_776_000),
        "seconds until one has to sign in again, whatever one did meanwhile",
    ),
    Setting(
        "SESSION_IDLE",
        "604800",
        whole("seconds", 60, 7_776_000),
        "seconds after which a session ends that was not refreshed",
    ),
    Setting(
        "REFRESH_GRACE",
        "10",
        whole("seconds", 0, 300),
        "seconds in which a client that lost the answer may refresh again by the same token",
    ),
    Setting("TOKEN_ISSUER", "kairan", text, "`iss` of access tokens"),
    Setting("TOKEN_AUDIENCE", "kairan", text, "`aud` of access tokens"),
    Setting("PAGE_MAX", "200", whole("items", 1, 1000), "largest `first` of a connection"),
    Setting(
        "POOL_SIZE",
        "10",
        whole("connections", 1, 500),
        "database connections of one process at most",
    ),
    Setting(
        "POOL_WAIT",
        "2000",
        whole("milliseconds", 1, 600_000),
        "milliseconds a request waits for a free connection; then it is told OVERLOADED",
    ),
    Setting(
        "DATABASE_WAIT",
        "60",
        whole("seconds", 0, 86_400),
        "seconds to wait at the start for a database that does not answer yet",
    ),
    Setting(
        "STATEMENT_TIMEOUT",
        "5000",
        whole("milliseconds", 1, 600_000),
        "milliseconds a statement may take",
    ),
    Setting(
        "DRAIN_SECONDS",
        "10",
        whole("seconds", 0, 3600),
        "seconds that requests in flight get to finish at the end",
    ),
    Setting(
        "STOP_DELAY",
        "0",
        whole("seconds", 0, 3600),
        "seconds of serving on at the end while /readyz says no, for balancers to notice",
    ),
    Setting("WORKERS", "1", whole("processes", 1, 128), "processes that answer requests"),
    Setting(
        "BODY_MAX",
        "1048576",
        whole("bytes", 1024, 104_857_600),
        "bytes of a request's body at most",
    ),
    Setting(
        "HEADER_MAX",
        "16384",
        whole("bytes", 4096, 1_048_576),
        "bytes of a request's headers at most",
    ),
    Setting("URL_MAX", "8192", whole("bytes", 256, 65_536), "bytes of a request's URL at most"),
    Setting(
        "HEADER_SECONDS",
        "10",
        whole("seconds", 1, 3600),
        "seconds in which a request's headers have to arrive",
    ),
    Setting(
        "BODY_SECONDS",
        "20",
        whole("seconds", 1, 3600),
        "seconds in which a request's body has to arrive",
    ),
    Setting(
        "CONNECTIONS_MAX",
        "1000",
        whole("connections", 1, 100_000),
        "connections of clients at most, per process",
    ),
    Setting(
        "CORS_ORIGINS",
        "",
        origins,
        "origins of web apps that may call from browsers; unset: this one only",
    ),
    Setting(
        "HSTS_SECONDS",
        "0",
        whole("seconds", 0, 63_072_000),
        "max-age of Strict-Transport-Security; 0: none. Set it when TLS ends before us",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "",
        networks,
        "addresses or networks whose X-Forwarded-For and X-Request-Id are believed",
    ),
    Setting(
        "SMTP_URL",
        None,
        smtp_url,
        "mail server: smtps://, or smtp:// with STARTTLS; unset: files in mail in KAIRAN_DATA_DIR",
        secret=True,
    ),
    Setting("SMTP_TLS", "on", switch, "off: smtp:// is not encrypted, and needs no password"),
    Setting("MAIL_FROM", "kairan@localhost", sender, "whom messages are from"),
    Setting(
        "OPERATION_TIMEOUT",
        "15000",
        whole("milliseconds", 10, 600_000),
        "milliseconds an operation may take",
    ),
    Setting(
        "DOCUMENTS",
        "any",
        one_of("any", "registered"),
        "which documents are run: any, or only those of `kairan documents register`",
    ),
    *(
        Setting(
            limit.setting,
            str(limit.default),
            whole(limit.counted.partition(" ")[0], limit.lowest, limit.highest),
            f"{limit.counted} in one document at most",
        )
        for limit in DOCUMENT_LIMITS
    ),
    Setting(
        "LOG_LEVEL",
        "info",
        one_of("debug", "info", "warning", "error"),
        "least that is logged; requests are `info`",
    ),
    Setting(
        "LOG_FORMAT",
        "auto",
        one_of("auto", "json", "text"),
        "`json`, `text` for people, or `auto`: text on a terminal",
    ),
    Setting(
        "METRICS_PORT",
        "0",
        whole("a port", 0, 65535),
        "port that tells metrics to Prometheus; 0 tells none",
    ),
    Setting("METRICS_HOST", "127.0.0.1", text, "address of that port"),
    Setting(
        "OTLP_ENDPOINT",
        None,
        traces_address,
        "OpenTelemetry collector (OTLP over HTTP) that gets traces; unset: no tracing",
    ),
    Setting(
        "TRACE_PERCENT", "10", whole("percent", 0, 100), "requests in a hundred that are traced"
    ),
    Setting(
        "TRACEPARENT",
        "off",
        switch,
        "continue the traces that a trusted proxy names in `traceparent`",
    ),
    Setting("GRAPHIQL", "on", switch, "GraphiQL for browsers at /graphql"),
    Setting(
        "EXECUTOR",
        "breadth-first",
        one_of("breadth-first", "reference"),
        "what runs documents: breadth-first, or reference, which is Strawberry's own and slower",
    ),
    Setting(
        "RATE_SECRET_FILE",
        None,
        place,
        "32 random bytes that hide what is counted; unset: rate-secret beside the signing key",
    ),
    Setting(
        "RATE_SIGN_IN", "10/5 minutes", rate, "sign-ins of one login that one address tries, or off"
    ),
    Setting(
        "RATE_SIGN_IN_ADDRESS", "100/5 minutes", rate, "sign-ins that one address tries, or off"
    ),
    Setting("RATE_CODE", "10/15 minutes", rate, "mailed codes of one login that one address tries"),
    Setting("RATE_CODE_ADDRESS", "60/15 minutes", rate, "mailed codes that one address tries"),
    Setting(
        "RATE_LOGIN",
        "50/15 minutes",
        rate,
        "tries of one login by all addresses together, from which on RATE_ALARM holds; or off",
    ),
    Setting(
        "RATE_ALARM",
        "3/15 minutes",
        rate,
        "tries each address has for a login on alarm, or off",
    ),
    Setting("RATE_MAIL", "5/hour", rate, "messages to one login, or off"),
    Setting("RATE_MAIL_ADDRESS", "60/hour", rate, "messages that one address causes, or off"),
    Setting("RATE_REFRESH", "120/hour", rate, "refreshings of one session, or off"),
    Setting("RATE_REFRESH_ADDRESS", "300/minute", rate, "refreshings by one address, or off"),
    Setting("RATE_REQUESTS", "600/minute", rate, "requests of one person, or off"),
    Setting("RATE_REQUESTS_ADDRESS", "6000/minute", rate, "requests of one address, or off"),
    Setting(
        "RELEASE_QUOTA",
        "3000",
        quota,
        "people whose personal fields one officer receives per hour, or off",
    ),
    Setting(
        "PASSWORDS_AT_ONCE", "4", whole("passwords", 1, 64), "passwords hashed at once, 64 MiB each"
    ),
    Setting(
        "PASSWORDS_WAITING",
        "32",
        whole("passwords", 0, 10_000),
        "passwords that may wait for that; more are refused",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one process; the meanings and units are in `TABLE`."""

    host: str
    port: int
    database_url: str | None = field(repr=False)
    owner_database_url: str | None = field(repr=False)
    city_code: str
    data_dir: Path
    signing_key_file: Path
    token_ttl: int
    session_ttl: int
    session_idle: int
    refresh_grace: int
    token_issuer: str
    token_audience: str
    page_max: int
    pool_size: int
    pool_wait: int
    database_wait: int
    statement_timeout: int
    drain_seconds: int
    stop_delay: int
    workers: int
    body_max: int
    header_max: int
    url_max: int
    header_seconds: int
    body_seconds: int
    connections_max: int
    cors_origins: tuple[str, ...]
    hsts_seconds: int
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    smtp_url: str | None = field(repr=False)
    smtp_tls: bool
    mail_from: str
    operation_timeout: int
    documents: str
    document_limits: DocumentLimits
    log_level: str
    log_format: str
    metrics_port: int
    metrics_host: str
    otlp_endpoint: str | None
    trace_percent: int
    traceparent: bool
    graphiql: bool
    executor: str
    rate_secret_file: Path
    rate_sign_in: RateLimitItem | None
    rate_sign_in_address: RateLimitItem | None
    rate_code: RateLimitItem | None
    rate_code_address: RateLimitItem | None
    rate_login: RateLimitItem | None
    rate_alarm: RateLimitItem | None
    rate_mail: RateLimitItem | None
    rate_mail_address: RateLimitItem | None
    rate_refresh: RateLimitItem | None
    rate_refresh_address: RateLimitItem | None
    rate_requests: RateLimitItem | None
    rate_requests_address: RateLimitItem | None
    release_quota: int | None
    passwords_at_once: int
    passwords_waiting: int
    # No variable: it belongs to one start (`kairan serve --demo`) and not to an installation.
    demo: bool = False

    @property
    def city(self) -> int:
        """The key of the city in every table: 1204 for the code 01204."""
        return int(self.city_code)

    @property
    def session_limits(self) -> Limits:
        """How long a session lives."""
        return Limits(
            idle=timedelta(seconds=self.session_idle),
            longest=timedelta(seconds=self.session_ttl),
            grace=timedelta(seconds=self.refresh_grace),
        )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every KAIRAN_ variable; raises `SettingsError` naming all that are wrong."""
        problems = unknown(environ)
        values: dict[str, object] = {}
        for setting in TABLE:
            try:
                values[setting.attribute] = setting.read(environ)
            except SettingsError as error:
                problems.append(str(error))
        problems += mail_problems(values)
        if problems:
            raise SettingsError("\n".join(problems))
        values["city_code"] = values.pop("city")
        values["signing_key_file"] = values["signing_key_file"] or (
            place(str(values["data_dir"])) / "signing-key.pem"
        )
        values["rate_secret_file"] = values["rate_secret_file"] or (
            place(str(values["signing_key_file"])).with_name("rate-secret")
        )
        limits = {each.name: int(str(values.pop(each.attribute))) for each in DOCUMENT_LIMITS}
        values["document_limits"] = DocumentLimits(limits)
        return cls(**values)  # type: ignore[arg-type]  # TABLE and the fields: held by a test


def unknown(environ: Mapping[str, str]) -> list[str]:
    """A line for every KAIRAN_ variable that means nothing: most are misspelt."""
    known = [setting.name for setting in TABLE]
    problems = []
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        cure = f"did you mean {PREFIX}{near[0]}?" if near else "`kairan settings` lists them all"
        problems.append(f"{variable} is no setting of Kairan: {cure}")
    return problems


def described(environ: Mapping[str, str]) -> str:
    """The table of all settings as text: name, the value in force, meaning."""
    rows = []
    for setting in TABLE:
        value = environ.get(setting.variable)
        shown = setting.default or "-" if value is None else "(set)" if setting.secret else value
        rows.append((setting.variable, shown, setting.meaning))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(
        f"{name:<{widths[0]}}  {shown:<{widths[1]}}  {meaning}" for name, shown, meaning in rows
    )
