"""Twin cities: the same people under the same ids, and only what a test changes is different."""

from collections.abc import Iterable

from tests.harness.city import City, Person

# Every table of a tenant but the city's own; logins are one person's in all cities.
_TABLES = """
    select c.relname, array_agg(quote_ident(a.attname) order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'kairan'::regnamespace and c.relkind = 'r' and not c.relispartition
        and c.relname not in ('cities', 'logins', 'alembic_version') and a.attname <> 'city'
    group by c.relname
"""

PERSONAL = (
    *("family_name", "given_name", "kana", "postal_code", "address", "building"),
    *("phone", "email", "birth_date"),
)


async def twin_of(city: City) -> City:
    """A city that differs from ``city`` in nothing but its number."""
    twin = await City(city.superuser, city.clock).found()
    async with city.superuser.acquire() as connection, connection.transaction():
        # Foreign keys are not looked at meanwhile: the tables come in no order.
        await connection.execute("set local session_replication_role = replica")
        for table, columns in await connection.fetch(_TABLES):
            names = ", ".join(columns)
            await connection.execute(
                f"insert into kairan.{table} (city, {names})"
                f" select $2, {names} from kairan.{table} where city = $1",
                city.number,
                twin.number,
            )
    return twin


async def empty_profiles(city: City, *, but: Iterable[Person] = ()) -> None:
    """Nobody ever filled anything in, but for these people."""
    nulls = ", ".join(f"{column} = null" for column in PERSONAL)
    await city.execute(
        f"update kairan.profiles set {nulls} where city = $1 and resident_id <> all ($2)",
        [person.id for person in but],
    )


async def empty_places(city: City, *, but: Iterable[Person] = ()) -> None:
    """Nobody has a han, a household or a date of joining, but for these people."""
    await city.execute(
        """
        update kairan.member_details
        set han_id = null, household_id = null, joined_on = null
        where city = $1 and resident_id <> all ($2)
        """,
        [person.id for person in but],
    )


async def other_profiles(city: City, *, but: Iterable[Person] = ()) -> None:
    """Everybody has other values than before, but for these people."""
    await city.execute(
        """
        update kairan.profiles
        set family_name = '別', given_name = reverse(resident_id::text), kana = 'ベツ' ||
            translate(resident_id::text, '0123456789abcdef-', 'アイウエオカキクケコサシスセソタ'),
            address = '別町1丁目', phone = '000', email = 'other@example.jp',
            birth_date = '1950-01-01', postal_code = '000-0000', building = '別棟'
        where city = $1 and resident_id <> all ($2)
        """,
        [person.id for person in but],
    )


async def everything_kept_private(city: City, *, but: Iterable[Person] = ()) -> None:
    """Everybody keeps private all but what becomes of circulars, but for these people."""
    await city.execute(
        """
        update kairan.member_details
        set kept_private = '{NAME,ADDRESS,PHONE,EMAIL,AGE,PLACE}'
        where city = $1 and resident_id <> all ($2)
        """,
        [person.id for person in but],
    )
