"""Every setting there is, as a table: one row each, in the order in which they are listed."""

from server.documents.limits import TABLE as DOCUMENT_LIMITS
from server.settings.mail import sender, smtp_url
from server.settings.setting import Setting
from server.settings.values import (
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


def quota(value: str) -> int | None:
    """A number of people, or off."""
    return None if value == "off" else whole("people, or off,", 1, 1_000_000)(value)


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
    Setting("PAGE_MAX", "200", whole("items", 1, 5000), "largest `first` of a connection"),
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
