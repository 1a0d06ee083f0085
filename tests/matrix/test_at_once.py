"""Everybody of the matrix asks at the same time, over a pool much smaller than the crowd."""

import asyncio
from typing import Any

from tests.matrix.roads import EVERYTHING, ROADS
from tests.matrix.town import Seat, Town


async def ask(seat: Seat, road: str) -> dict[str, Any]:
    """Everything about everybody on one road."""
    return await seat.asks.ask(ROADS[road].document + EVERYTHING, **seat.ids)


async def test_in_a_crowd_each_is_shown_what_each_is_shown_alone(town: Town) -> None:
    roads = ("members", "holders", "receipts", "my groups")
    questions = [(seat, road) for seat in town.seats.values() for road in roads]
    alone = [await ask(seat, road) for seat, road in questions]

    for _ in range(3):
        at_once = await asyncio.gather(*(ask(seat, road) for seat, road in questions))
        assert at_once == alone
