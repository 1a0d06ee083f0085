"""Workers that belong to a test: the one they work for is a thread of its process."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import psutil

from server.processes.listening import origin_of, reserved_socket
from server.processes.workers import Workers
from server.settings.settings import Settings
from tests.harness.executor import chosen_executor


@dataclass
class Crew:
    """Several processes at one address."""

    workers: Workers
    origin: str
    ready: asyncio.Event
    over: "asyncio.Task[None]"
    seen: set[int] = field(default_factory=set)

    def pids(self) -> set[int]:
        """The processes that are up."""
        return {
            worker.process.pid
            for worker in self.workers.present
            if worker.ready and not worker.has_ended and worker.process.pid is not None
        }

    async def until(self, condition: Callable[[], bool], seconds: float = 100) -> None:
        """Wait for something to come true."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - it is another process that makes it true
                await asyncio.sleep(0.02)

    def end(self) -> None:
        """As SIGTERM would."""
        self.workers.handle_exit(signal.SIGTERM, None)

    async def ready_says(self, http: httpx.AsyncClient) -> tuple[int, str]:
        """The status of /readyz, and what becomes of the connection."""
        answer = await http.get("/readyz")
        return answer.status_code, answer.headers.get("connection", "kept")


@contextlib.asynccontextmanager
async def working(database_url: str, folder: Path, **settings: Any) -> AsyncIterator[Crew]:
    """A crew that is ready; nobody is left of it afterwards."""
    chosen = replace(
        Settings.from_environ(
            {"KAIRAN_DATA_DIR": str(folder), "KAIRAN_PORT": "0"} | chosen_executor()
        ),
        **{"workers": 2, "pool_size": 2} | settings,
    )
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    with contextlib.closing(reserved_socket(chosen.host, 0)) as listener:
        origin = origin_of(listener)

        def when_ready() -> None:
            loop.call_soon_threadsafe(ready.set)

        workers = Workers(chosen, database_url, listener, when_ready)
        over = asyncio.create_task(asyncio.to_thread(workers.run))
        crew = Crew(workers, origin, ready, over)
        try:
            waiting = asyncio.create_task(ready.wait())
            await asyncio.wait({waiting, over}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if over.done():
                over.result()
            crew.seen = crew.pids()
            yield crew
        finally:
            crew.end()
            await asyncio.wait({over})
    assert not [pid for pid in crew.seen if psutil.pid_exists(pid)]
