"""A loaded city is kept for the next run, and loaded anew when it is another one."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import pytest

from bench.city import is_loaded, loaded_city, place_of
from bench.size import Size
from db.embedded_programs import EmbeddedError

SMALL = Size(10)
MARK = "insert into kairan.areas (city, id, name) values (1204, gen_random_uuid(), 'しるし')"
MARKED = "select count(*) from kairan.areas where name = 'しるし'"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where PostgreSQL may pass through, whoever it runs as."""
    with TemporaryDirectory(prefix="kairan-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


def ask(url: str, statement: str) -> Any:
    """The one value that a statement gives the superuser."""

    async def asked() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(asked())


def test_a_city_is_loaded_once_and_again_only_when_it_is_another(folder: Path) -> None:
    said: list[str] = []
    assert not is_loaded(SMALL, folder)
    with loaded_city(SMALL, said.append, folder) as addresses:
        ask(addresses.superuser, MARK)
        with pytest.raises(EmbeddedError, match="uses"), loaded_city(SMALL, said.append, folder):
            pass
    assert is_loaded(SMALL, folder)
    assert not is_loaded(Size(11), folder)
    assert said[0].startswith("Loading a city of 10 groups into ")

    said.clear()
    with loaded_city(SMALL, said.append, folder) as addresses:
        assert ask(addresses.superuser, MARKED) == 1
        assert ask(addresses.superuser, "show shared_buffers") == "512MB"
        assert ask(addresses.superuser, "show fsync") == "on"
        assert ask(addresses.superuser, "show synchronous_commit") == "on"
    assert said == []

    # As one that an earlier version of the code loaded.
    file = place_of(SMALL, folder) / "city.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"made by": "others"}))
    assert not is_loaded(SMALL, folder)
    with loaded_city(SMALL, said.append, folder) as addresses:
        assert ask(addresses.superuser, MARKED) == 0
    assert len(said) == 3
    assert is_loaded(SMALL, folder)
