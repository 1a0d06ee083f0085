"""People who publish and read circulars without pause, and keep account of what was confirmed."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

PUBLISH = """
    mutation($input: PublishCircularInput!) {
      publishCircular(input: $input) { circular { id } errors { code } }
    }
"""
READ = """
    mutation($input: MarkCircularReadInput!) {
      markCircularRead(input: $input) { circular { id } errors { code } }
    }
"""
PAGE = """
    query($group: ID!, $after: String) {
      group(id: $group) {
        circulars(first: 200, after: $after) {
          nodes { title myReceipt { readAt } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
"""
# What a client may meet while the database or the server is gone. Nothing else is allowed.
EXPECTED = {"DATABASE_UNAVAILABLE", "OVERLOADED", "TIMEOUT", "OUTCOME_UNKNOWN", "CONFLICT"}
SEVERAL = 6


@dataclass
class Load:
    """What was asked under which title, and what was confirmed."""

    origin: str
    token: str
    group: str
    name: str
    published: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._numbers = itertools.count()
        self._over = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Load"]:
        """Inside, everybody is busy."""
        everybody = [asyncio.create_task(self._somebody()) for _ in range(SEVERAL)]
        try:
            yield self
        finally:
            self._over = True
            await asyncio.gather(*everybody)

    async def until(self, condition: Callable[[], bool], seconds: float = 100) -> None:
        """Wait for something to come true."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - it is another process that makes it true
                await asyncio.sleep(0.02)

    async def until_more_is_published(self, count: int) -> None:
        """Wait until so many more were confirmed."""
        goal = len(self.published) + count
        await self.until(lambda: len(self.published) >= goal)

    async def repeat(self) -> None:
        """Send again, under its key, whatever was not confirmed."""
        async with httpx.AsyncClient(base_url=self.origin, timeout=60) as http:
            for title in sorted(self.unsure):
                assert await self._publish(http, title) is not None, title

    async def found(self) -> dict[str, list[bool]]:
        """The load's circulars by title: for each of them, whether it is marked as read."""
        titles: dict[str, list[bool]] = {}
        async with httpx.AsyncClient(base_url=self.origin, timeout=60) as http:
            after: str | None = None
            while True:
                answer = await self._ask(http, PAGE, group=self.group, after=after)
                assert answer is not None
                page = answer["group"]["circulars"]
                for node in page["nodes"]:
                    if node["title"].startswith(self.name):
                        receipt = node["myReceipt"] or {}
                        titles.setdefault(node["title"], []).append(bool(receipt.get("readAt")))
                if not page["pageInfo"]["hasNextPage"]:
                    return titles
                after = page["pageInfo"]["endCursor"]

    async def _somebody(self) -> None:
        async with httpx.AsyncClient(base_url=self.origin, timeout=60) as http:
            while not self._over:
                title = f"{self.name} {next(self._numbers):05}"
                circular = await self._publish(http, title)
                if circular is None:
                    self.unsure.add(title)
                    await asyncio.sleep(0.05)
                    continue
                done = await self._ask(http, READ, input={"circularId": circular})
                if done is not None and done["markCircularRead"]["circular"] is not None:
                    self.read.add(title)

    async def _publish(self, http: httpx.AsyncClient, title: str) -> str | None:
        asked = {
            "groupId": self.group,
            "title": title,
            "body": "本文",
            "idempotencyKey": title.replace(" ", "-"),
        }
        answer = await self._ask(http, PUBLISH, input=asked)
        if answer is None:
            return None
        self.published.add(title)
        circular: str = answer["publishCircular"]["circular"]["id"]
        return circular

    async def _ask(
        self, http: httpx.AsyncClient, query: str, **variables: Any
    ) -> dict[str, Any] | None:
        """The data of an answer without errors; None for anything else that may happen."""
        try:
            response = await http.post(
                "/graphql",
                json={"query": query, "variables": variables},
                headers={"Authorization": f"Bearer {self.token}"},
            )
        except httpx.TransportError:
            return None
        if response.text == "Internal Server Error":
            # uvicorn's own words for a request whose process is ended over its head.
            return None
        answer = response.json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        self.codes |= codes
        assert codes <= EXPECTED, answer
        assert response.status_code in (200, 503), answer
        return None if codes else answer["data"]
