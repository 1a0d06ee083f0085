"""The `kairan` command: every part of it is also reachable as a function, this only asks."""

import difflib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from db.demo import load as demo_city
from db.embedded_programs import EmbeddedError
from db.throwaway import throwaway_postgres
from migrations import run as migrations
from schema.build import sdl
from server.commands import explain as explanations
from server.commands.database import DatabaseRefused, looked_at_database, owned_database
from server.commands.documents import documents
from server.commands.keys import keys
from server.keys.file import SigningKeyError
from server.processes.interruption import Interrupted, interruptions
from server.processes.listening import CannotListen
from server.processes.serve import serve as serve_until_stopped
from server.processes.workers import WorkersFailed
from server.settings.setting import SettingsError
from server.settings.settings import Settings, described

SCHEMA_FILE = Path("schema.graphql")
DIFFERENCE_LINES = 40
# 128 + SIGINT, as shells report it.
INTERRUPTED = 130
REFUSALS = (
    SettingsError,
    DatabaseRefused,
    CannotListen,
    EmbeddedError,
    SigningKeyError,
    WorkersFailed,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kairan")
def main() -> None:
    """Kairan: a GraphQL API for neighbourhood associations whose schema keeps the privacy rules.

    Settings come from the environment; `kairan settings` lists them.
    """


@contextmanager
def refusals_as_messages() -> Iterator[None]:
    """What a person can mend is a message and not a traceback; so is their own Ctrl-C."""
    try:
        yield
    except Interrupted:
        click.echo("Interrupted: not done", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option(
    "--demo", is_flag=True, help="Fill an empty database of Kairan's own with the demo city."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 128),
    metavar="N",
    help="Processes that answer requests, instead of KAIRAN_WORKERS.",
)
def serve(*, demo: bool, workers: int | None) -> None:
    """Serve the API until Ctrl-C or SIGTERM.

    Without KAIRAN_DATABASE_URL it starts a PostgreSQL of its own in KAIRAN_DATA_DIR.
    """
    with refusals_as_messages():
        settings = replace(Settings.from_environ(os.environ), demo=demo)
        if workers is not None:
            settings = replace(settings, workers=workers)
        serve_until_stopped(settings, click.echo)


@main.command()
@click.option(
    "--check", is_flag=True, help="Only compare migrations and models; fail on a difference."
)
@click.option(
    "--down", metavar="REVISION", help="Go back to REVISION ('base': to nothing). Data is lost."
)
def migrate(*, check: bool, down: str | None) -> None:
    """Bring the database to the newest migration.

    --check looks at the database of KAIRAN_OWNER_DATABASE_URL, or, without one, at what the
    migrations make of an empty database.
    """
    if check and down is not None:
        raise click.UsageError("--check changes nothing and --down does: give one of them")
    with refusals_as_messages(), interruptions():
        settings = Settings.from_environ(os.environ)
        if check:
            check_migrations(settings)
            return
        with owned_database(settings, click.echo) as owner_url:
            if down is not None:
                migrations.downgrade(owner_url, down)
            else:
                migrations.upgrade(owner_url)
        click.echo(f"The database is at migration {down or migrations.head()}")


def check_migrations(settings: Settings) -> None:
    """Fail, with a line for each, when the database differs from models and catalogue."""
    if settings.owner_database_url is not None:
        found = migrations.differences(settings.owner_database_url)
    else:
        with throwaway_postgres() as addresses:
            migrations.upgrade(addresses.owner)
            found = migrations.differences(addresses.owner)
    if found:
        raise click.ClickException("\n".join(["migrations and models differ:", *found]))
    click.echo("Migrations and models agree")


@main.command()
@click.option(
    "--yes-into-this-database",
    "certain",
    is_flag=True,
    help="Also into the database of KAIRAN_OWNER_DATABASE_URL.",
)
def demo(*, certain: bool) -> None:
    """Load the demo city into an empty database."""
    with refusals_as_messages(), interruptions():
        settings = Settings.from_environ(os.environ)
        if settings.owner_database_url is not None and not certain:
            raise click.ClickException(
                "KAIRAN_OWNER_DATABASE_URL names a database that is not Kairan's own: say"
                " --yes-into-this-database to put fictional people into it, or unset it"
            )
        with owned_database(settings, click.echo) as owner_url:
            migrations.upgrade(owner_url)
            if not demo_city.is_empty(owner_url):
                raise click.ClickException(
                    "the database is not empty: the demo city goes only into an empty one"
                )
            demo_city.load(owner_url)
    click.echo("The demo city is loaded")


@main.command()
@click.option("--check", is_flag=True, help="Fail when schema.graphql differs.")
@click.option("--write", is_flag=True, help="Write schema.graphql in the current folder.")
def schema(*, check: bool, write: bool) -> None:
    """Print the schema in SDL, write it, or compare it with schema.graphql."""
    if check and write:
        raise click.UsageError("give --check or --write")
    built = sdl()
    if write:
        SCHEMA_FILE.write_text(built, encoding="utf-8")
        click.echo(f"Wrote {SCHEMA_FILE}")
    elif check:
        check_schema(built)
    else:
        click.echo(built, nl=False)


def check_schema(built: str) -> None:
    """Fail, with the difference, when the committed schema is not the built one."""
    committed = SCHEMA_FILE.read_text(encoding="utf-8") if SCHEMA_FILE.exists() else ""
    if committed == built:
        click.echo(f"{SCHEMA_FILE} is the schema of the code")
        return
    difference = difflib.unified_diff(
        committed.splitlines(), built.splitlines(), "schema.graphql", "the code", lineterm=""
    )
    shown = [line for line, _ in zip(difference, range(DIFFERENCE_LINES), strict=False)]
    cure = "schema.graphql is not the schema of the code: run `make schema` and commit the result"
    raise click.ClickException("\n".join([cure, *shown]))


@main.command()
@click.argument("field")
@click.option("--viewer", metavar="LOGIN", help="Somebody who would look.")
@click.option("--member", metavar="ID", help="The member looked at: an id as the API gives it.")
def explain(field: str, viewer: str | None, member: str | None) -> None:
    """Show the privacy rule of FIELD, such as Member.address.

    With --viewer and --member it shows each condition of the rule and how it comes out.
    """
    if (viewer is None) != (member is None):
        raise click.UsageError("--viewer and --member go together")
    with refusals_as_messages(), interruptions():
        if viewer is None or member is None:
            click.echo(explanations.rule(field))
            return
        settings = Settings.from_environ(os.environ)
        with looked_at_database(settings) as database_url:
            click.echo(explanations.case(settings, database_url, field, viewer, member))


@main.command()
def settings() -> None:
    """List every setting, its value in force and its meaning."""
    with refusals_as_messages():
        Settings.from_environ(os.environ)
    click.echo(described(os.environ))


main.add_command(documents)
main.add_command(keys)
