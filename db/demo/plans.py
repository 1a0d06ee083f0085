"""The twelve associations: what each is like, before anybody lives in it.

The districts are real, the names behind them are made up.
"""

from dataclasses import dataclass

from db.demo.places import Town

ALL_POWERS = (
    "VIEW_ROSTER",
    "MANAGE_MEMBERS",
    "MANAGE_OFFICES",
    "PUBLISH",
    "VIEW_RECEIPTS",
    "RUN_SURVEYS",
    "MODERATE",
    "RUN_SAFETY_CHECKS",
)


@dataclass(frozen=True)
class Plan:
    """One association. ``size`` counts active members, ``circulars`` those it sent in a year."""

    name: str
    town: Town
    size: int
    circulars: int
    introduction: str
    kind: str = "CHONAIKAI"
    participation: str = "ACTIVE"
    directory: str = "OFFICERS"
    delegated: tuple[str, ...] = ALL_POWERS


# The first group is officer@'s, the second both@'s: see cast.py.
FIRST = Plan(
    "春光台わかば町内会",
    Town("春光台", "春光台わかば町", "071-9911"),
    size=150,
    circulars=12,
    introduction="春光台の丘にある、緑の多い町内会です。夏のラジオ体操と秋の収穫祭、冬の雪あかりの集いに"
    "毎年たくさんの方が参加しています。引っ越してこられた方も、どうぞお気軽に。",
)
SECOND = Plan(
    "神楽岡すずらん町内会",
    Town("神楽岡", "神楽岡すずらん町", "078-9912"),
    size=180,
    circulars=10,
    introduction="公園の清掃と花壇づくりを中心に、顔の見えるご近所づきあいを大切にしています。"
    "会員どうしは名簿でお互いの表示名を見ることができます。",
    directory="MEMBERS",
)

PLANS = (
    FIRST,
    SECOND,
    Plan(
        "豊岡ポプラ団地自治会",
        Town("豊岡", "豊岡ポプラ町", "078-9913", estate="ポプラ団地"),
        size=300,
        circulars=11,
        introduction="12棟からなる団地の自治会です。共用部の清掃、駐車場、集会所の利用は自治会で"
        "取りまとめています。",
        kind="JICHIKAI",
    ),
    Plan(
        "忠和かわぞい町内会",
        Town("忠和", "忠和かわぞい町", "070-9914"),
        size=220,
        circulars=9,
        introduction="美瑛川の堤防に沿った町内会です。水害に備え、年に二度の避難訓練をしています。",
    ),
    Plan(
        "永山いちょう通町内会",
        Town("永山", "永山いちょう町", "079-9915"),
        size=170,
        circulars=8,
        introduction="いちょう並木の通りを囲む町内会。子ども会の活動が盛んで、登下校の見守りを"
        "交替で続けています。",
        directory="MEMBERS",
    ),
    Plan(
        "末広ななかまど町内会",
        Town("末広", "末広ななかまど町", "071-9916"),
        size=140,
        circulars=8,
        introduction="除雪の助け合いと、月に一度のふれあいサロンが自慢です。",
    ),
    Plan(
        "東光あさひ団地自治会",
        Town("東光", "東光あさひ町", "078-9917", estate="あさひ団地"),
        size=125,
        circulars=7,
        introduction="子育て世帯の多い団地です。夏まつりは自治会と商店会が一緒に開いています。",
        kind="JICHIKAI",
        directory="MEMBERS",
    ),
    Plan(
        "緑が丘しらかば町内会",
        Town("緑が丘", "緑が丘しらかば町", "078-9918"),
        size=110,
        circulars=7,
        introduction="名簿は紙で管理し、連絡だけをアプリで行っています。",
        # Its circulars go round; its roster stays on paper, so the city delegates no VIEW_ROSTER.
        delegated=tuple(power for power in ALL_POWERS if power != "VIEW_ROSTER"),
    ),
    Plan(
        "新旭川ひばり町内会",
        Town("新旭川", "新旭川ひばり町", "070-9919"),
        size=95,
        circulars=5,
        introduction="電子回覧板を試しています。ご意見は総務部までお寄せください。",
        participation="TRIAL",
        delegated=("VIEW_ROSTER", "MANAGE_MEMBERS", "PUBLISH", "VIEW_RECEIPTS"),
    ),
    Plan(
        "東鷹栖たんぽぽ町内会",
        Town("東鷹栖", "東鷹栖たんぽぽ町", "071-9920"),
        size=90,
        circulars=6,
        introduction="役員の引き継ぎのため、アプリの利用をしばらく休んでいます。",
        participation="SUSPENDED",
    ),
    Plan(
        "西神楽ほたる町内会",
        Town("西神楽", "西神楽ほたる町", "071-9921"),
        size=75,
        circulars=5,
        introduction="アプリの利用を終えました。回覧は紙でお届けしています。",
        participation="ENDED",
    ),
    Plan(
        "江丹別そばの花町内会",
        Town("江丹別", "江丹別そばの花町", "071-9922"),
        size=5,
        circulars=5,
        introduction="そば畑に囲まれた、市内でいちばん小さな町内会です。",
        directory="MEMBERS",
    ),
)
