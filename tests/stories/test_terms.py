"""An office is held from the first day of its term to the end of the last, by Tokyo's calendar."""

from datetime import UTC, date, datetime, time

from permissions.words import Power
from tests.harness.city import City, Person, Thing
from tests.harness.kairan import Kairan

LOOK = """
query Look($group: ID!) {
  group(id: $group) {
    viewerPowers
    members { nodes { phone } }
    offices { appointments { status holder { displayName } } }
  }
}
"""
LAST_SECOND = time(23, 59, 59)
MIDNIGHT = time(0, 0)


class Scene:
    """Ken is appointed in an association whose directory is for officers."""

    def __init__(self, city: City, kairan: Kairan, kagura: Thing, ken: Person) -> None:
        self.city, self.kairan, self.kagura, self.ken = city, kairan, kagura, ken

    async def sees(self) -> tuple[str, bool, str | None]:
        """The state of the term, whether Ken sees Hanako's phone, and else why not."""
        client = await self.kairan.client(self.ken)
        answer = await client.ask(LOOK, group=self.kagura.gid)
        group = answer["data"]["group"]
        ((appointment,),) = [office["appointments"] for office in group["offices"]]
        phones = [node["phone"] for node in (group["members"] or {"nodes": []})["nodes"]]
        seen = "0166-00-0001" in phones
        assert group["viewerPowers"] == (["VIEW_ROSTER"] if seen else [])
        withheld = answer.get("extensions", {}).get("withheld", [{"reason": None}])
        assert appointment["holder"] == {"displayName": "けん"}
        return appointment["status"], seen, withheld[0]["reason"]


async def scene(city: City, kairan: Kairan, *, starts_on: date, ends_on: date) -> Scene:
    """Ken's term."""
    kagura = await city.group("神楽町内会")
    ken, hanako = await city.person(), await city.person(phone="0166-00-0001")
    member = await city.member(kagura, ken, display_name="けん")
    await city.member(kagura, hanako, display_name="花子")
    office = await city.office(kagura, "会長", Power.VIEW_ROSTER)
    await city.appoint(member, office, starts_on=starts_on, ends_on=ends_on)
    return Scene(city, kairan, kagura, ken)


COMING = ("UPCOMING", False, "NOT_AN_OFFICER")
IN_TERM = ("CURRENT", True, None)
OVER = ("ENDED", False, "NOT_AN_OFFICER")


async def test_ken_may_look_from_midnight_in_tokyo_and_not_a_second_before(
    city: City, kairan: Kairan
) -> None:
    ken = await scene(city, kairan, starts_on=date(2026, 12, 1), ends_on=date(2027, 3, 31))
    assert await ken.sees() == COMING

    city.clock.move_to(date(2026, 11, 30), LAST_SECOND)
    assert await ken.sees() == COMING
    city.clock.move_to(date(2026, 12, 1), MIDNIGHT)
    # In Greenwich it is still November.
    assert city.clock.now == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert await ken.sees() == IN_TERM


async def test_the_last_day_counts_in_full_and_the_next_one_not_at_all(
    city: City, kairan: Kairan
) -> None:
    ken = await scene(city, kairan, starts_on=date(2026, 12, 1), ends_on=date(2027, 3, 31))
    city.clock.move_to(date(2027, 3, 31), MIDNIGHT)
    assert await ken.sees() == IN_TERM
    city.clock.move_to(date(2027, 3, 31), LAST_SECOND)
    assert await ken.sees() == IN_TERM
    city.clock.move_to(date(2027, 4, 1), MIDNIGHT)
    # In Greenwich it is still the last day.
    assert city.clock.now == datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
    assert await ken.sees() == OVER


async def test_a_term_of_one_day_is_that_day(city: City, kairan: Kairan) -> None:
    day = date(2026, 12, 31)
    ken = await scene(city, kairan, starts_on=day, ends_on=day)
    seen = []
    for moment in (
        (date(2026, 12, 30), LAST_SECOND),
        (day, MIDNIGHT),
        (day, LAST_SECOND),
        (date(2027, 1, 1), MIDNIGHT),
    ):
        city.clock.move_to(*moment)
        seen.append(await ken.sees())
    assert seen == [COMING, IN_TERM, IN_TERM, OVER]


async def test_every_look_of_a_term_lies_in_the_month_of_the_ledger_it_belongs_to(
    city: City, kairan: Kairan
) -> None:
    ken = await scene(city, kairan, starts_on=date(2026, 12, 1), ends_on=date(2027, 3, 31))
    for day in (date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 31)):
        city.clock.move_to(day, MIDNIGHT)
        await ken.sees()
    rows = await city.fetch(
        "select tableoid::regclass::text as month, released_at from kairan.releases"
        " where city = $1 order by released_at"
    )
    assert [row["month"] for row in rows] == [
        "kairan.releases_2026_12",
        "kairan.releases_2027_01",
        "kairan.releases_2027_03",
    ]


async def test_the_former_chair_is_a_member_like_all_others_on_the_next_request(
    city: City, kairan: Kairan
) -> None:
    ken = await scene(city, kairan, starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31))
    client = await kairan.client(ken.ken)
    before = await client.data(LOOK, group=ken.kagura.gid)
    assert {"phone": "0166-00-0001"} in before["group"]["members"]["nodes"]

    await city.execute(
        "update kairan.appointments set ended_at = $2 where city = $1", city.clock.now
    )
    after = await client.ask(LOOK, group=ken.kagura.gid)
    assert after["data"]["group"]["members"] is None
    assert after["data"]["group"]["viewerPowers"] == []
    assert await ken.sees() == OVER
    # What he saw stays written: it happened.
    rows = await city.fetch("select fields from kairan.releases where city = $1")
    assert rows == [{"fields": ["Member.phone"]}]
