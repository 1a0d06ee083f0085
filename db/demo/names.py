"""Names of people: kanji, katakana and Latin letters that belong together."""

from collections.abc import Collection
from dataclasses import dataclass

from faker import Faker

from db.demo.chance import Chance


@dataclass(frozen=True)
class Name:
    """One half of a name."""

    kanji: str
    kana: str
    latin: str


# Faker knows fifty of each. These are frequent in Hokkaido, or among people born before 1960, and
# keep a group of 150 from being full of namesakes.
FAMILY = tuple(
    Name(*words.split())
    for words in (
        "工藤 クドウ Kudo",
        "菅原 スガワラ Sugawara",
        "千葉 チバ Chiba",
        "成田 ナリタ Narita",
        "本間 ホンマ Homma",
        "大西 オオニシ Onishi",
        "佐野 サノ Sano",
        "渋谷 シブヤ Shibuya",
        "川村 カワムラ Kawamura",
        "長尾 ナガオ Nagao",
        "柳田 ヤナギタ Yanagita",
        "越智 オチ Ochi",
        "丹羽 ニワ Niwa",
        "沼田 ヌマタ Numata",
        "笹川 ササガワ Sasagawa",
        "野呂 ノロ Noro",
        "宮本 ミヤモト Miyamoto",
        "葛西 カサイ Kasai",
        "浅利 アサリ Asari",
        "畠山 ハタケヤマ Hatakeyama",
        "蛯名 エビナ Ebina",
        "堀 ホリ Hori",
        "米田 ヨネタ Yoneta",
        "若林 ワカバヤシ Wakabayashi",
    )
)
GIVEN = tuple(
    Name(*words.split())
    for words in (
        "和子 カズコ Kazuko",
        "幸子 サチコ Sachiko",
        "節子 セツコ Setsuko",
        "洋子 ヨウコ Yoko",
        "悦子 エツコ Etsuko",
        "ハル ハル Haru",
        "トミ トミ Tomi",
        "すみ子 スミコ Sumiko",
        "まさ子 マサコ Masako",
        "美智子 ミチコ Michiko",
        "千鶴 チヅル Chizuru",
        "紀子 ノリコ Noriko",
        "由美子 ユミコ Yumiko",
        "さくら サクラ Sakura",
        "葵 アオイ Aoi",
        "結衣 ユイ Yui",
        "正雄 マサオ Masao",
        "勇 イサム Isamu",
        "茂 シゲル Shigeru",
        "幸雄 ユキオ Yukio",
        "義男 ヨシオ Yoshio",
        "昭 アキラ Akira",
        "武 タケシ Takeshi",
        "敏夫 トシオ Toshio",
        "信一 シンイチ Shinichi",
        "達也 タツヤ Tatsuya",
        "大輔 ダイスケ Daisuke",
        "翔太 ショウタ Shota",
        "蓮 レン Ren",
        "悠斗 ユウト Yuto",
    )
)


class Names:
    """Draws names: most of them from Faker, which weighs them by how frequent they are."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._faker = Faker("ja_JP")
        self._faker.seed_instance(chance.getrandbits(64))

    def family(self) -> Name:
        """A family name."""
        if self._chance.happens(0.3):
            return self._chance.choice(FAMILY)
        return Name(*self._faker.last_name_pair())

    def given(self, *, other_than: Collection[Name] = ()) -> Name:
        """A given name that nobody at home has."""
        while (name := self._given()) in other_than:
            pass
        return name

    def _given(self) -> Name:
        if self._chance.happens(0.4):
            return self._chance.choice(GIVEN)
        return Name(*self._faker.first_name_pair())
