"""PostgreSQL's own log, which is kept and read by others than its tables."""

import asyncpg

from db.embedded import Addresses


async def test_our_own_postgresql_logs_no_statement_parameter_or_words_of_an_error(
    postgres: Addresses,
) -> None:
    connection = await asyncpg.connect(postgres.server)
    try:
        found = await connection.fetch(
            "select name, setting from pg_settings where name ~ '^log_' and name ~ $1",
            "statement$|min_|verbosity|parameter|duration",
        )
    finally:
        await connection.close()
    told = {row["name"]: row["setting"] for row in found}
    assert {name: told[name] for name in DISCREET} == DISCREET


DISCREET = {
    "log_duration": "off",
    "log_error_verbosity": "terse",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    # Above an ERROR, whose words may quote a value, and below FATAL.
    "log_min_messages": "log",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
}
