"""All that a city holds, in few figures: two of them are equal where nothing has changed."""

from tests.harness.city import City

_TABLES = """
    select c.relname from pg_catalog.pg_class c
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition and c.relname <> 'alembic_version'
    order by c.relname
"""
_DIGEST = """
    select '{0}' as name, count(*) as rows,
        md5(string_agg(md5(t::text), '' order by md5(t::text))) as digest
    from kairan.{0} t where t.city = $1
"""
_statements: list[str] = []

Everything = dict[str, tuple[int, str | None]]


async def everything(city: City) -> Everything:
    """Every table's number of rows and a digest of them."""
    if not _statements:
        tables = await city.superuser.fetch(_TABLES)
        assert len(tables) > 20
        _statements.append(" union all ".join(_DIGEST.format(row["relname"]) for row in tables))
    rows = await city.fetch(_statements[0])
    return {row["name"]: (row["rows"], row["digest"]) for row in rows}


async def count(city: City, table: str) -> int:
    """How many rows a table has in the city."""
    [row] = await city.fetch(f"select count(*) as rows from kairan.{table} where city = $1")
    rows: int = row["rows"]
    return rows
