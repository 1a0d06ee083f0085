"""Traces, as a collector of OpenTelemetry gets them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db.embedded import Addresses
from db.watched import summary
from permissions.words import Power
from server.settings.setting import SettingsError
from server.settings.settings import Settings
from server.settings.values import networks
from tests.harness.city import City
from tests.harness.kairan import running
from tests.harness.suite_log import Lines
from tests.watch.collector import Collector, collecting, plain

ROSTER = "query Roster($g: ID!) { group(id: $g) { members(first: 9) { nodes { address phone } } } }"
KIND = {"query": "{ viewer { kind } }"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SERVER, CLIENT = 2, 3


async def traced(
    city: City, postgres: Addresses, folder: Path, work: Any, **settings: Any
) -> Collector:
    """What a collector got of a server that did ``work``."""
    async with collecting() as collector:
        chosen: dict[str, Any] = {
            "otlp_endpoint": collector.endpoint,
            "trace_percent": 100,
        } | settings
        async with running(city, postgres.server, folder, **chosen) as kairan:
            await work(kairan)
            await kairan.settled()
        # What was waiting was sent when the server ended.
        return collector


async def test_a_look_at_the_roster_is_a_trace_of_its_statements_and_holds_nobodys_data(
    city: City, postgres: Addresses, key_folder: Path, lines: Lines
) -> None:
    group = await city.group("神楽町内会")
    ken = await city.member(group, await city.person(address="神楽3条4丁目", phone="0166-00-1111"))
    await city.officer(ken, "会長", Power.VIEW_ROSTER)
    await city.member(group, await city.person(address="Kagura 4-5", phone="0166-00-2222"))
    login = await city.login(ken.person)

    async def work(kairan: Any) -> None:
        officer = await kairan.client(ken.person)
        roster = await officer.data(ROSTER, g=group.gid)
        assert roster["group"]["members"]["nodes"][0]["address"] is not None
        wrong = "mutation($l: String!) { signIn(input: {login: $l, password: $l}) { accessToken } }"
        await kairan.nobody.ask(wrong, l=login)

    found = await traced(city, postgres, key_folder, work)
    root, signing_in = found.named("POST /graphql")
    assert (root.kind, root.parent_span_id) == (SERVER, b"")
    [line] = lines.of(event="request", operation="Roster")
    assert root.trace_id.hex() == line["trace_id"]
    assert plain(root.attributes) == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "kairan.request_id": line["request_id"],
        "graphql.operation.type": "query",
        "graphql.operation.name": "Roster",
    }
    assert [n for n in found.below(root) if n in ("prepare", "execute")] == ["prepare", "execute"]
    [execute] = [s for s in found.named("execute") if s.trace_id == root.trace_id]
    below = found.below(execute)
    assert below[0] == "SELECT app.enter"
    assert below[-1] == "commit"
    assert any(name.endswith("kairan.releases") for name in below)
    [entered] = [s for s in found.named("SELECT app.enter") if s.trace_id == root.trace_id]
    assert entered.kind == CLIENT
    assert plain(entered.attributes) == {
        "db.system.name": "postgresql",
        "db.query.summary": "SELECT app.enter",
        "db.query.text": "select app.enter($1, $2, $3, $4)",
    }
    assert signing_in.trace_id != root.trace_id
    for told in ("神楽", "Kagura", "0166-00-", login, str(ken.person.id), str(ken.id), group.gid):
        assert told.encode() not in found.raw, told
    assert ken.person.id.bytes not in found.raw


async def test_the_server_names_itself_its_version_and_what_its_operator_adds(
    city: City, postgres: Addresses, key_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=trial")
    found = await traced(
        city, postgres, key_folder, lambda kairan: kairan.nobody.post(KIND), trace_percent=100
    )
    told = found.resource
    assert (told["service.name"], told["service.version"]) == ("kairan", "0.1.0")
    assert told["deployment.environment.name"] == "trial"
    assert len(str(told["service.instance.id"])) == 32


async def test_what_failed_is_marked_without_its_words(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    told = "Hanako-0166-22-1111"

    async def work(kairan: Any) -> None:
        object.__setattr__(kairan.app.state.services, "page_max", told)
        answer = await kairan.nobody.post({"query": "{ groups(first: 3) { nodes { id } } }"})
        assert "INTERNAL" in answer.text

    found = await traced(city, postgres, key_folder, work)
    [root] = found.named("POST /graphql")
    assert (root.status.code, root.status.message) == (2, "INTERNAL")
    assert all(not span.events for span in found.spans)
    assert told.encode() not in found.raw


async def test_a_trace_that_a_caller_names_is_followed_only_where_a_trusted_proxy_names_it(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    trusted = {"trusted_proxies": networks("127.0.0.0/8")}

    async def work(kairan: Any) -> None:
        await kairan.nobody.post(KIND, traceparent=PARENT)

    async def followed(**settings: Any) -> bool:
        found = await traced(city, postgres, key_folder, work, **settings)
        [root] = found.named("POST /graphql")
        return root.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"

    assert await followed(traceparent=True, **trusted)
    assert not await followed(traceparent=True)
    assert not await followed(traceparent=False, **trusted)


async def test_of_no_requests_in_a_hundred_none_is_traced_and_the_line_names_no_trace(
    city: City, postgres: Addresses, key_folder: Path, lines: Lines
) -> None:
    async def work(kairan: Any) -> None:
        await kairan.nobody.post(KIND)

    found = await traced(city, postgres, key_folder, work, trace_percent=0)
    assert found.spans == []
    assert "trace_id" not in lines.requests()[-1]


async def test_a_collector_that_is_not_there_holds_up_no_answer(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    nowhere: dict[str, Any] = {
        "otlp_endpoint": "http://127.0.0.1:9/v1/traces",
        "trace_percent": 100,
    }
    async with running(city, postgres.server, key_folder, **nowhere) as kairan:
        assert (await kairan.nobody.post(KIND)).status_code == 200


def test_whoever_does_not_trace_does_not_load_the_tracing() -> None:
    asked = "import sys, server.app; print([n for n in sys.modules if 'opentelemetry' in n])"
    printed = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert printed == "[]\n"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("https://otlp.example/", "https://otlp.example/v1/traces"),
        ("https://otlp.example/kairan/traces", "https://otlp.example/kairan/traces"),
    ],
)
def test_an_operator_gives_the_collector_or_its_full_address(value: str, read: str) -> None:
    assert Settings.from_environ({"KAIRAN_OTLP_ENDPOINT": value}).otlp_endpoint == read


@pytest.mark.parametrize("value", ["127.0.0.1:4318", "grpc://x:1", "http://me:secret@x", "http://"])
def test_what_is_no_address_of_a_collector_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="KAIRAN_OTLP_ENDPOINT"):
        Settings.from_environ({"KAIRAN_OTLP_ENDPOINT": value})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select app.enter($1, $2)", "SELECT app.enter"),
        ("\n insert into kairan.releases (city) values ($1)", "INSERT kairan.releases"),
        ("with x as (select 1) select * from kairan.members m, kairan.hans", "WITH kairan.members"),
        ("select 1", "SELECT"),
    ],
)
def test_a_statement_is_named_by_what_it_does_first(text: str, told: str) -> None:
    assert summary(text) == told
