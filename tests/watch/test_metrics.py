"""What Prometheus is told of a server, number by number."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry

from db.embedded import Addresses, free_port
from db.upkeep import prepare_ledger
from permissions.words import Power
from server.processes.listening import CannotListen
from server.settings.settings import Settings
from server.watch.exposition import exposed
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.server.faults import Faults
from tests.watch.scraped import Scraped, of_app, of_port

ROSTER = "query R($g: ID!) { group(id: $g) { members(first: 9) { nodes { address phone } } } }"
GROUPS = "{ groups { nodes { id } } }"


async def changed(kairan: Kairan, work: Callable[[], object]) -> Callable[..., float]:
    """By how much ``work`` changes a number."""
    before = of_app(kairan.app)
    await work()  # type: ignore[misc]
    await kairan.settled()
    after = of_app(kairan.app)
    return lambda name, **labels: after(name, **labels) - before(name, **labels)


async def test_requests_are_counted_by_kind_and_status_and_timed(kairan: Kairan) -> None:
    async def work() -> None:
        await kairan.nobody.ask("query ByName { viewer { kind } }")
        await kairan.nobody.ask("{ viewer { kind } }")
        wrong = 'mutation { signIn(input: { login: "a", password: "b" }) { errors { code } } }'
        await kairan.nobody.ask(wrong)
        await kairan.nobody.post({"query": "{"})
        await kairan.http.get("/healthz")

    by = await changed(kairan, work)
    assert by("requests_total", kind="query", status="200") == 2
    assert by("requests_total", kind="mutation", status="200") == 1
    assert by("requests_total", kind="none", status="400") == 1
    # Whoever asks whether we live is no request.
    assert by("requests_total") == 4
    assert by("request_seconds_count", kind="query") == 2
    assert 0 < by("request_seconds_sum", kind="query") < 60
    assert by("user_errors_total", code="WRONG_LOGIN_OR_PASSWORD") == 1
    assert of_app(kairan.app)("requests_in_flight") == 0


async def test_errors_and_refusals_are_counted_by_their_codes(kairan: Kairan) -> None:
    async def work() -> None:
        await kairan.nobody.ask("{ groups(first: 0) { nodes { id } } }")
        await kairan.nobody.post({"query": "{"})
        await Client(kairan.http, "no.token.ofours").post({"query": GROUPS})
        await kairan.http.get("/nothing-here")

    by = await changed(kairan, work)
    for code in ("BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "UNAUTHENTICATED", "BAD_REQUEST"):
        assert by("errors_total", code=code) == 1, code
    # The first was executed: only its field was refused.
    assert by("refusals_total", code="BAD_USER_INPUT") == 0
    for code in ("GRAPHQL_PARSE_FAILED", "UNAUTHENTICATED", "BAD_REQUEST"):
        assert by("refusals_total", code=code) == 1, code


async def test_releases_are_counted_by_rows_and_people_and_what_is_withheld_by_its_reason(
    city: City, kairan: Kairan
) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    ken = await city.member(group, await city.person(address="神楽3条4丁目"))
    await city.officer(ken, "会長", Power.VIEW_ROSTER)
    hana = await city.member(group, await city.person(address="神楽4条1丁目", phone="0166-1-2"))
    await city.member(group, await city.person(address="神楽4条2丁目"))
    officer, plain = await kairan.client(ken.person), await kairan.client(hana.person)

    by = await changed(kairan, lambda: officer.data(ROSTER, g=group.gid))
    # Addresses of two people, the phone of one: one look, two people.
    assert (by("releases_total"), by("released_people_total")) == (1, 2)
    assert by("withheld_total") == 0
    assert by("statements_total") > 2

    by = await changed(kairan, lambda: plain.data(ROSTER, g=group.gid))
    assert (by("releases_total"), by("released_people_total")) == (0, 0)
    assert by("withheld_total", reason="NOT_AN_OFFICER") == 2


async def test_connections_are_counted_and_so_is_who_waits_for_one(faults: Faults) -> None:
    kairan = faults.kairan
    assert of_app(kairan.app)("pool_size") == 3
    async with faults.locked("groups"):
        asking = [asyncio.create_task(kairan.nobody.ask(GROUPS)) for _ in range(5)]
        await faults.until_waiting(3)
        async with asyncio.timeout(20):
            while of_app(kairan.app)("pool_waiting") != 2:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        now = of_app(kairan.app)
        assert (now("pool_in_use"), now("pool_connections"), now("requests_in_flight")) == (3, 3, 5)
    await asyncio.gather(*asking)
    await faults.healthy()
    now = of_app(kairan.app)
    assert (now("pool_in_use"), now("pool_waiting"), now("requests_in_flight")) == (0, 0, 0)
    assert now("pool_acquire_seconds_count") >= 5

    await faults.kill()
    await faults.healthy()
    # Whatever upkeep opens again meanwhile: the figure is what the database says.
    async with asyncio.timeout(20):
        while of_app(kairan.app)("pool_connections") != await faults.connections():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_the_ledgers_months_ahead_and_its_stray_rows_are_told(
    city: City, kairan: Kairan
) -> None:
    async with asyncio.timeout(20):
        while not of_app(kairan.app)("ledger_upkeep_timestamp_seconds"):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    now = of_app(kairan.app)
    assert (now("ledger_months_ahead"), now("ledger_stray_rows")) == (14, 0)
    pool = kairan.app.state.pool
    assert await prepare_ledger(pool, city.clock()) == (14, 0)


async def test_two_servers_in_one_process_count_apart(
    city: City, kairan: Kairan, postgres: Addresses, key_folder: Path
) -> None:
    async with running(city, postgres.server, key_folder) as other:
        await other.nobody.ask(GROUPS)
        await other.settled()
        assert of_app(other.app)("requests_total") == 1
    assert of_app(kairan.app)("requests_total") == 0


async def test_nothing_that_a_client_chose_is_a_label(kairan: Kairan) -> None:
    told = "Tanaka0824"
    await kairan.nobody.post({"query": f"query {told} {{ viewer {{ kind }} }}"})
    await kairan.nobody.post({"query": f"{{ {told} }}", "operationName": told})
    await kairan.http.get(f"/{told}")
    await kairan.http.request("OPTIONS", f"/{told}")
    await kairan.settled()
    found = of_app(kairan.app)
    assert told not in found.text
    allowed = {"kind", "status", "code", "reason", "le", "version", "rules", "python"}
    assert {label for _, label, _ in found.labels()} == allowed


def settings(port: int, host: str = "127.0.0.1") -> Settings:
    """With a port for metrics."""
    chosen = Settings.from_environ({"KAIRAN_METRICS_PORT": str(port)})
    return replace(chosen, metrics_host=host)


async def test_the_port_tells_what_the_api_does_not(kairan: Kairan) -> None:
    port = free_port()
    await kairan.nobody.ask(GROUPS)
    await kairan.settled()
    with exposed(settings(port), kairan.app.state.watch.metrics.registry):
        found = await asyncio.to_thread(of_port, port)
    assert found("requests_total", kind="query", status="200") == 1
    assert found("process_resident_memory_bytes", worker="0") > 1_000_000
    assert found("process_cpu_seconds_total", worker="0") > 0
    assert found("process_start_time_seconds", worker="0") > 1_700_000_000
    assert found("process_open_fds", worker="0") > 3
    assert found("build_info", version="0.1.0") == 1
    assert (await kairan.http.get("/metrics")).status_code == 404
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(of_port, port)


def test_a_port_that_is_taken_is_refused_with_the_setting_to_change() -> None:
    port = free_port()
    with exposed(settings(port), CollectorRegistry()):
        with pytest.raises(CannotListen, match=f"port {port} .*KAIRAN_METRICS_PORT"):
            with exposed(settings(port), CollectorRegistry()):
                pass


def test_without_the_setting_no_port_is_opened() -> None:
    with exposed(settings(0), CollectorRegistry()):
        pass


def test_a_reading_is_text_that_prometheus_understands() -> None:
    assert Scraped("# TYPE kairan_x counter\nkairan_x_total 3.0\n")("x_total") == 3
