"""A running Kairan for one city: a real server on a real port, and clients who speak HTTP to it."""

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import strawberry
import uvicorn

from schema.build import build_schema
from server.app import create_app
from server.documents.limits import CEILING, DocumentLimits
from server.processes.listening import origin_of, reserved_socket
from server.processes.serving import configuration
from server.settings.settings import Settings
from tests.harness.city import City, Person
from tests.harness.executor import chosen_executor
from tests.harness.personal import note

_NOT_COUNTED = (
    "begin",
    "commit",
    "commit and chain",
    "rollback",
    "select app.prepare_ledger",
    "select ( select coalesce(min(step)",
    "select app.forget_ended_rates",
    "select app.sweep_sessions",
    # The driver's own, when a connection first meets a type.
    "with recursive typeinfo_tree",
    "select current_setting('jit')",
)


@dataclass
class Client:
    """Somebody with a token, or nobody."""

    http: httpx.AsyncClient
    token: str | None = None

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        """Any JSON to /graphql."""
        if self.token is not None:
            headers.setdefault("authorization", f"Bearer {self.token}")
        note(body)
        return await self.http.post("/graphql", json=body, headers=headers)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to a document; the status must be 200."""
        response = await self.post({"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def change(self, mutation: str, selection: str = "", /, **asked: Any) -> dict[str, Any]:
        """The payload of one mutation: its ``selection``, and the errors a person can mend."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        document = f"""
            mutation Change($input: {kind}!) {{
              payload: {mutation}(input: $input) {{ {selection} errors {{ field code message }} }}
            }}
        """
        payload: dict[str, Any] = (await self.data(document, input=asked))["payload"]
        return payload


@dataclass
class Kairan:
    """A server on one city."""

    city: City
    app: Any
    http: httpx.AsyncClient
    statements: list[str]
    server: uvicorn.Server

    @property
    def nobody(self) -> Client:
        """Not signed in."""
        return Client(self.http)

    async def client(self, person: Person) -> Client:
        """``person`` with a new session, without the cost of a password."""
        session = await self.city.session(person)
        issued = self.app.state.tokens.issue(
            city=self.city.number, person=person.id, session=session, at=self.city.clock()
        )
        return Client(self.http, issued.text)

    async def settled(self) -> None:
        """Wait until nothing is under way any more, after the answers either."""
        while under_way := set(self.server.server_state.tasks):
            await asyncio.wait(under_way)

    @contextlib.contextmanager
    def counting(self) -> Any:
        """The statements run meanwhile, without BEGIN and COMMIT, the server's own upkeep and what
        the driver looks up.
        """
        start = len(self.statements)
        found: list[str] = []
        yield found
        found.extend(
            statement
            for statement in self.statements[start:]
            if not statement.lower().startswith(_NOT_COUNTED)
        )


# Other than an operator's: the clock stands still, so what a test asks in a minute would all be in
# one window; and tests ask by every road at once, which no app does. tests/limits has the defaults.
# How long an answer takes is the machine's business, but for those tests that set it themselves.
DEFAULTS: dict[str, Any] = {
    "pool_size": 4,
    "pool_wait": 60_000,
    "statement_timeout": 60_000,
    "operation_timeout": 60_000,
    "rate_requests": None,
    "rate_requests_address": None,
    "document_limits": DocumentLimits.default(
        cost=CEILING, aliases=10_000, fields=100_000, rootFields=1000, depth=100, values=10_000
    ),
}


# Nothing is asked over TLS: without it each client would read all of the system's certificates.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@functools.cache
def built_schema() -> strawberry.Schema:
    """The schema, built once for all servers of the run; the process of an operator has one too."""
    return build_schema()


class Server(uvicorn.Server):
    """uvicorn that ends when it is told, and not at its next look a tenth of a second later.

    A test in two has a server of its own: what it waits for nothing is most of what the run takes.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def end(self) -> None:
        """Let what is in flight finish, and end."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        """Look around as uvicorn does, until told."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End as uvicorn does; where nobody is connected, without giving them time to hang up."""
        if await self._is_busy():
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        await self.lifespan.shutdown()

    async def _is_busy(self) -> bool:
        """Whether anybody is, once whoever hung up just now is gone."""
        for _ in range(20):
            if not self.server_state.connections and not self.server_state.tasks:
                return False
            await asyncio.sleep(0)
        return True


@contextlib.asynccontextmanager
async def running(
    city: City,
    database_url: str,
    folder: Path,
    *,
    schema: strawberry.Schema | None = None,
    **settings: Any,
) -> AsyncIterator[Kairan]:
    """Serve ``city`` on a free port of the loopback interface.

    :param settings: fields of Settings to replace.
    """
    statements: list[str] = []
    chosen = replace(
        Settings.from_environ({"KAIRAN_DATA_DIR": str(folder)} | chosen_executor()),
        city_code=f"{city.number:05}",
        **DEFAULTS | settings,
    )
    app = create_app(
        chosen,
        database_url,
        schema=schema or built_schema(),
        clock=city.clock,
        on_statement=lambda logged: statements.append(" ".join(logged.query.split())),
    )
    server = Server(configuration(app, chosen))
    listener = reserved_socket("127.0.0.1", 0)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:
            if serving.done():
                serving.result()
                raise RuntimeError("the server did not start")
            await asyncio.sleep(0.005)
        async with httpx.AsyncClient(
            base_url=origin_of(listener), timeout=100, verify=NO_TLS
        ) as http:
            yield Kairan(city, app, http, statements, server)
    finally:
        server.end()
        await serving
