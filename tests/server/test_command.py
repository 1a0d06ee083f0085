"""The `kairan` command: what it does, and what it refuses with which words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.embedded import Addresses
from db.throwaway import throwaway_postgres
from migrations.run import head
from tests.server.running import Running, kairan, kairan_in


@pytest.fixture(scope="module")
def foreign() -> Iterator[Addresses]:
    """A PostgreSQL that an operator runs, with roles and an empty database."""
    with throwaway_postgres() as addresses:
        yield addresses


def test_a_misspelt_setting_stops_the_command() -> None:
    for command in ("serve", "migrate"):
        assert kairan(command, PROT="1") == (
            1,
            "Error: KAIRAN_PROT is no setting of Kairan: did you mean KAIRAN_PORT?\n",
        )


def test_settings_lists_what_is_in_force() -> None:
    code, printed = kairan("settings", PORT="9000")
    assert code == 0
    shown = [line.split()[:2] for line in printed.splitlines()]
    assert ["KAIRAN_PORT", "9000"] in shown
    assert ["KAIRAN_PAGE_MAX", "200"] in shown


def test_an_operators_database_goes_from_empty_to_serving(
    foreign: Addresses, tmp_path: Path
) -> None:
    urls = {"DATABASE_URL": foreign.server, "OWNER_DATABASE_URL": foreign.owner}
    code, printed = kairan("serve", **urls, DATA_DIR=str(tmp_path), PORT="0")
    assert (code, printed) == (
        1,
        "Error: the database has no tables of Kairan yet: run `kairan migrate` with"
        " KAIRAN_OWNER_DATABASE_URL set\n",
    )

    code, printed = kairan("migrate", **urls)
    assert (code, printed.splitlines()[-1]) == (0, f"The database is at migration {head()}")
    assert kairan("migrate", "--check", **urls) == (0, "Migrations and models agree\n")

    code, printed = kairan("demo", **urls)
    assert (code, printed) == (
        1,
        "Error: KAIRAN_OWNER_DATABASE_URL names a database that is not Kairan's own: say"
        " --yes-into-this-database to put fictional people into it, or unset it\n",
    )
    code, printed = kairan("demo", "--yes-into-this-database", **urls)
    assert (code, printed.splitlines()[-1]) == (0, "The demo city is loaded")
    code, printed = kairan("demo", "--yes-into-this-database", **urls)
    assert (code, printed) == (
        1,
        "Error: the database is not empty: the demo city goes only into an empty one\n",
    )

    code, printed = kairan("serve", "--demo", **urls, DATA_DIR=str(tmp_path), PORT="0")
    assert (code, printed) == (
        1,
        "Error: --demo is for the database of Kairan's own: leave it out, or unset"
        " KAIRAN_DATABASE_URL\n",
    )
    with Running(tmp_path, **urls) as running:
        assert running.ready().get("/readyz").json() == {"status": "ready"}
        assert "kairan.example" not in running.printed
    assert not (tmp_path / "postgres").exists()


def test_the_owner_of_the_tables_may_not_serve(foreign: Addresses) -> None:
    code, printed = kairan("serve", DATABASE_URL=foreign.owner, PORT="0")
    assert code == 1
    assert printed.startswith("Error: role kairan_owner owns kairan.")
    assert "make a login of its own" in printed


def test_an_owners_url_alone_is_not_taken_for_the_servers(foreign: Addresses) -> None:
    assert kairan("serve", OWNER_DATABASE_URL=foreign.owner, PORT="0") == (
        1,
        "Error: KAIRAN_OWNER_DATABASE_URL is set and KAIRAN_DATABASE_URL is not: the server"
        " needs the latter, with a role that owns nothing\n",
    )


def test_migrating_with_the_servers_role_is_refused(foreign: Addresses) -> None:
    assert kairan("migrate", DATABASE_URL=foreign.server) == (
        1,
        "Error: the role of KAIRAN_DATABASE_URL may not change tables: set"
        " KAIRAN_OWNER_DATABASE_URL to the same database as the role that owns them\n",
    )


def test_migrations_go_down_to_nothing_and_up_again(foreign: Addresses) -> None:
    kairan("migrate", OWNER_DATABASE_URL=foreign.owner)
    code, printed = kairan("migrate", "--down", "base", OWNER_DATABASE_URL=foreign.owner)
    assert (code, printed.splitlines()[-1]) == (0, "The database is at migration base")
    code, printed = kairan("migrate", "--check", OWNER_DATABASE_URL=foreign.owner)
    assert code == 1
    assert printed.startswith("Error: migrations and models differ:\n")
    kairan("migrate", OWNER_DATABASE_URL=foreign.owner)
    assert kairan("migrate", "--check", OWNER_DATABASE_URL=foreign.owner)[0] == 0


def test_a_changed_schema_file_is_shown_with_the_difference(tmp_path: Path) -> None:
    code, printed = kairan_in(tmp_path, "schema", "--check")
    assert code == 1
    assert printed.startswith(
        "Error: schema.graphql is not the schema of the code: run `make schema` and commit"
    )

    assert kairan_in(tmp_path, "schema", "--write") == (0, "Wrote schema.graphql\n")
    agreed = (0, "schema.graphql is the schema of the code\n")
    assert kairan_in(tmp_path, "schema", "--check") == agreed
    file = tmp_path / "schema.graphql"
    assert kairan_in(tmp_path, "schema") == (0, file.read_text(encoding="utf-8"))

    file.write_text(file.read_text(encoding="utf-8") + "scalar Surplus\n", encoding="utf-8")
    code, printed = kairan_in(tmp_path, "schema", "--check")
    assert code == 1
    assert "\n-scalar Surplus\n" in printed


def test_options_that_contradict_each_other_are_refused() -> None:
    for arguments, words in (
        (("migrate", "--check", "--down", "base"), "--check changes nothing and --down does"),
        (("schema", "--check", "--write"), "give --check or --write"),
        (("explain", "Member.address", "--viewer", "officer@kairan.example"), "go together"),
    ):
        code, printed = kairan(*arguments)
        assert code == 2
        assert words in printed
