"""Settings: read once, complete, and refused by name."""

from dataclasses import fields
from pathlib import Path

import pytest
from limits import parse

from server.documents.limits import TABLE as DOCUMENT_LIMITS
from server.documents.limits import DocumentLimits
from server.settings.setting import SettingsError
from server.settings.settings import Settings, described
from server.settings.table import TABLE

SECRET = "postgresql://kairan_server:hunter2@db.example/kairan"


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(environ)
    return str(caught.value)


def test_an_operator_who_sets_nothing_gets_the_documented_defaults() -> None:
    settings = Settings.from_environ({"PATH": "/usr/bin", "LANG": "C"})
    assert settings == Settings(
        host="127.0.0.1",
        port=8000,
        database_url=None,
        owner_database_url=None,
        city_code="01204",
        data_dir=Path(".kairan"),
        signing_key_file=Path(".kairan/signing-key.pem"),
        token_ttl=600,
        session_ttl=2592000,
        session_idle=604800,
        refresh_grace=10,
        token_issuer="kairan",
        token_audience="kairan",
        page_max=200,
        pool_size=10,
        pool_wait=2000,
        database_wait=60,
        statement_timeout=5000,
        drain_seconds=10,
        stop_delay=0,
        workers=1,
        body_max=1048576,
        header_max=16384,
        url_max=8192,
        header_seconds=10,
        body_seconds=20,
        connections_max=1000,
        cors_origins=(),
        hsts_seconds=0,
        trusted_proxies=(),
        smtp_url=None,
        smtp_tls=True,
        mail_from="kairan@localhost",
        operation_timeout=15000,
        documents="any",
        document_limits=DocumentLimits(
            {
                "bytes": 131072,
                "tokens": 10000,
                "operations": 50,
                "fragments": 300,
                "variables": 100,
                "values": 1000,
                "directives": 100,
                "fieldDirectives": 5,
                "nesting": 100,
                "depth": 20,
                "introspectionDepth": 2,
                "rootFields": 50,
                "aliases": 200,
                "fields": 3000,
                "cost": 50000,
            }
        ),
        log_level="info",
        log_format="auto",
        metrics_port=0,
        metrics_host="127.0.0.1",
        otlp_endpoint=None,
        trace_percent=10,
        traceparent=False,
        graphiql=True,
        executor="breadth-first",
        rate_secret_file=Path(".kairan/rate-secret"),
        rate_sign_in=parse("10/5 minutes"),
        rate_sign_in_address=parse("100/5 minutes"),
        rate_code=parse("10/15 minutes"),
        rate_code_address=parse("60/15 minutes"),
        rate_login=parse("50/15 minutes"),
        rate_alarm=parse("3/15 minutes"),
        rate_mail=parse("5/hour"),
        rate_mail_address=parse("60/hour"),
        rate_refresh=parse("120/hour"),
        rate_refresh_address=parse("300/minute"),
        rate_requests=parse("600/minute"),
        rate_requests_address=parse("6000/minute"),
        release_quota=3000,
        passwords_at_once=4,
        passwords_waiting=32,
        demo=False,
    )


def test_the_city_is_a_padded_code_for_people_and_a_number_in_the_tables() -> None:
    settings = Settings.from_environ({"KAIRAN_CITY": "01100"})
    assert settings.city_code == "01100"
    assert settings.city == 1100


def test_the_signing_key_lies_in_the_data_folder_unless_it_is_put_elsewhere() -> None:
    moved = Settings.from_environ({"KAIRAN_DATA_DIR": "/var/lib/kairan"})
    assert moved.signing_key_file == Path("/var/lib/kairan/signing-key.pem")
    mounted = Settings.from_environ({"KAIRAN_SIGNING_KEY_FILE": "/run/secrets/key.pem"})
    assert mounted.signing_key_file == Path("/run/secrets/key.pem")


def test_the_secret_of_the_counters_lies_beside_the_signing_key_unless_it_is_put_elsewhere() -> (
    None
):
    shared = Settings.from_environ({"KAIRAN_SIGNING_KEY_FILE": "/run/secrets/key.pem"})
    assert shared.rate_secret_file == Path("/run/secrets/rate-secret")
    moved = Settings.from_environ({"KAIRAN_RATE_SECRET_FILE": "/run/counters"})
    assert moved.rate_secret_file == Path("/run/counters")


def test_a_limit_is_switched_off_by_name() -> None:
    settings = Settings.from_environ({"KAIRAN_RATE_REQUESTS": "off"})
    assert settings.rate_requests is None
    assert settings.rate_requests_address == parse("6000/minute")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("KAIRAN_PORT", "80a", "KAIRAN_PORT is '80a': give a port from 0 to 65535, such as 8000"),
        (
            "KAIRAN_PORT",
            "65536",
            "KAIRAN_PORT is '65536': give a port from 0 to 65535, such as 8000",
        ),
        (
            "KAIRAN_PORT",
            "８０００",
            "KAIRAN_PORT is '８０００': give a port from 0 to 65535, such as 8000",
        ),
        *(
            (
                "KAIRAN_RATE_REQUESTS",
                value,
                f"KAIRAN_RATE_REQUESTS is '{value}': {cure}, such as 600/minute",
            )
            for value, cure in (
                ("600", "give a number per time, or off"),
                ("", "give a number per time, or off"),
                ("5/second; 60/minute", "give a number per time, or off"),
                ("0/minute", "give 1 to 1000000 per second, up to per day, or off"),
                ("5/2 days", "give 1 to 1000000 per second, up to per day, or off"),
            )
        ),
        (
            "KAIRAN_RELEASE_QUOTA",
            "0",
            "KAIRAN_RELEASE_QUOTA is '0': give people, or off, from 1 to 1000000, such as 3000",
        ),
        ("KAIRAN_PAGE_MAX", "0", "KAIRAN_PAGE_MAX is '0': give items from 1 to 5000, such as 200"),
        (
            "KAIRAN_TOKEN_TTL",
            "10x",
            "KAIRAN_TOKEN_TTL is '10x': give seconds from 1 to 3600, such as 600",
        ),
        (
            "KAIRAN_CITY",
            "1204",
            "KAIRAN_CITY is '1204': give the five digits of the municipality code, such as 01204",
        ),
        ("KAIRAN_GRAPHIQL", "yes", "KAIRAN_GRAPHIQL is 'yes': give on or off, such as on"),
        ("KAIRAN_HOST", "", "KAIRAN_HOST is '': give a word without blanks, such as 127.0.0.1"),
        ("KAIRAN_SIGNING_KEY_FILE", "", "KAIRAN_SIGNING_KEY_FILE is '': give a path"),
    ],
)
def test_a_malformed_value_is_refused_with_its_name_and_the_cure(
    name: str, value: str, message: str
) -> None:
    assert refusal({name: value}) == message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://kairan_server:hunter2@db.example/kairan",
        "postgresql+asyncpg://kairan_server:hunter2@db.example/kairan",
        "postgresql://kairan_server:hunter2@db.example:port/kairan",
        "postgresql://kairan_server:hunter2@[db.example/kairan",
    ],
)
def test_a_malformed_database_url_is_refused_without_being_shown(url: str) -> None:
    assert refusal({"KAIRAN_DATABASE_URL": url}) == (
        "KAIRAN_DATABASE_URL is not usable: give postgresql://ROLE:PASSWORD@HOST/DATABASE"
    )


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    assert refusal({"KAIRAN_PAGEMAX": "100"}) == (
        "KAIRAN_PAGEMAX is no setting of Kairan: did you mean KAIRAN_PAGE_MAX?"
    )
    assert refusal({"KAIRAN_XYZZY": "1"}) == (
        "KAIRAN_XYZZY is no setting of Kairan: `kairan settings` lists them all"
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lines = refusal({"KAIRAN_PORTT": "1", "KAIRAN_CITY": "x", "KAIRAN_BODY_MAX": "1"}).splitlines()
    assert [line.split()[0] for line in lines] == ["KAIRAN_PORTT", "KAIRAN_CITY", "KAIRAN_BODY_MAX"]


def test_passwords_are_in_no_representation() -> None:
    environ = {"KAIRAN_DATABASE_URL": SECRET, "KAIRAN_OWNER_DATABASE_URL": SECRET}
    settings = Settings.from_environ(environ)
    assert settings.database_url == SECRET
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in described(environ)


def test_the_table_lists_every_setting_with_the_value_in_force() -> None:
    lines = described({"KAIRAN_PORT": "9000", "KAIRAN_DATABASE_URL": SECRET}).splitlines()
    assert len(lines) == len(TABLE)
    words = {line.split()[0]: line.split()[1] for line in lines}
    assert words["KAIRAN_PORT"] == "9000"
    assert words["KAIRAN_TOKEN_TTL"] == "600"
    assert words["KAIRAN_DATABASE_URL"] == "(set)"
    assert words["KAIRAN_OWNER_DATABASE_URL"] == "-"


def test_the_table_and_the_fields_name_the_same_settings() -> None:
    from_table = {setting.attribute for setting in TABLE} - {"city"} | {"city_code"}
    from_table = from_table - {limit.attribute for limit in DOCUMENT_LIMITS} | {"document_limits"}
    assert {field.name for field in fields(Settings)} - {"demo"} == from_table
