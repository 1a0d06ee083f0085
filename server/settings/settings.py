"""Everything an operator can set: read once from the environment, refused by name when wrong."""

import difflib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from limits import RateLimitItem

from db.statements.sessions import Limits
from server.documents.limits import TABLE as DOCUMENT_LIMITS
from server.documents.limits import DocumentLimits
from server.settings.mail import mail_problems
from server.settings.setting import PREFIX, SettingsError
from server.settings.table import TABLE
from server.settings.values import place


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
