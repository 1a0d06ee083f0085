"""Areas of the city, and the towns its residents live in.

The areas are Asahikawa's own districts. The towns are not: no such names exist in the city, and no
post office has their codes, so that no address here is anybody's.
"""

from dataclasses import dataclass

from db.demo.chance import Chance
from db.demo.fiscal import FiscalYear, moment
from db.tables.cities import Area

CITY = 1204
CITY_NAME = "旭川市"

# The trial began then. Fixed, as everything is that does not have to hold today.
OPENING = moment(FiscalYear(2024).starts_on)

AREAS = (
    "中央",
    "大成",
    "新旭川",
    "東光",
    "豊岡",
    "東旭川",
    "神楽",
    "神楽岡",
    "緑が丘",
    "西神楽",
    "神居",
    "忠和",
    "江丹別",
    "春光",
    "春光台",
    "末広",
    "東鷹栖",
    "永山",
    "近文",
    "北星",
)


@dataclass(frozen=True)
class Town:
    """Where the homes of one group stand. ``estate`` is its block of flats, if it is one."""

    area: str
    name: str
    postal_code: str
    estate: str | None = None


# Where people live whose association does not take part.
ELSEWHERE = (
    Town("中央", "中央けやき町", "070-9901"),
    Town("大成", "大成つばさ町", "070-9902"),
    Town("東旭川", "東旭川こがね町", "078-9903"),
    Town("神楽", "神楽みずほ町", "070-9904"),
    Town("神居", "神居こだま町", "070-9905"),
    Town("春光", "春光はまなす町", "070-9906"),
    Town("近文", "近文かささぎ町", "070-9907"),
    Town("北星", "北星あけぼの町", "070-9908"),
)


def areas() -> dict[str, Area]:
    """The rows of all areas, by name."""
    chance = Chance("areas")
    return {name: Area(city=CITY, id=chance.timed_id(OPENING), name=name) for name in AREAS}
