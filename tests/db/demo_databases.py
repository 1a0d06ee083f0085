"""Asking databases with the demo city, and the rows it is made of."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import asyncpg

from db.demo.fiscal import TOKYO
from db.demo.rows import Rows
from db.embedded import Addresses

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=TOKYO)

FIRST = "春光台わかば町内会"
SECOND = "神楽岡すずらん町内会"

MakeDatabase = Callable[[str], Addresses]


def query(url: str, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    async def run() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    return asyncio.run(run())


def execute(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def rows_of(rows: Rows, table: str) -> list[dict[str, Any]]:
    return [
        dict(zip(records.columns, row, strict=True))
        for records in rows.records()
        if records.table == table
        for row in records.rows
    ]
