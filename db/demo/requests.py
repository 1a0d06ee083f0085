"""People who ask to join: not members yet, whatever became of the request."""

from db.demo.chance import Chance
from db.demo.fiscal import DAY, FiscalYear, moment
from db.demo.people import Person
from db.demo.places import CITY
from db.demo.rows import Rows
from db.tables.base import UUID
from db.tables.memberships import MembershipRequest

# To which association, what became of it, and what the person wrote.
REQUESTS = (
    (
        "春光台わかば町内会",
        "PENDING",
        "四月に3丁目へ引っ越してきました。よろしくお願いいたします。",
    ),
    ("春光台わかば町内会", "PENDING", None),
    ("春光台わかば町内会", "DECLINED", "若葉町(他市)に住んでいますが、参加できますか。"),
    ("神楽岡すずらん町内会", "PENDING", "回覧板を見て申し込みます。花壇のお手伝いができます。"),
    ("豊岡ポプラ団地自治会", "PENDING", "5号棟です。紙の回覧ではなくアプリで受け取りたいです。"),
    ("末広ななかまど町内会", "PENDING", "除雪の当番のことを教えてください。"),
    ("末広ななかまど町内会", "WITHDRAWN", None),
    ("新旭川ひばり町内会", "PENDING", "試験運用中でも加入できますか。"),
)


def ask_to_join(
    group_ids: dict[str, UUID], people: list[Person], year: FiscalYear, rows: Rows
) -> None:
    """One request by each of the first of ``people``, made before the fiscal year began."""
    chance = Chance("requests")
    for (group, status, message), person in zip(REQUESTS, people, strict=False):
        at = moment(year.starts_on - chance.randint(3, 20) * DAY, chance.randint(8, 21))
        rows.add(
            MembershipRequest(
                city=CITY,
                id=chance.timed_id(at),
                group_id=group_ids[group],
                resident_id=person.id,
                display_name=person.profile.display_name,
                message=message,
                status=status,
                requested_at=at,
            )
        )
