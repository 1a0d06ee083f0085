"""The people behind the sign-ins: five residents with every field filled in, two of the staff."""

from dataclasses import dataclass
from datetime import date

from db.demo.chance import Chance
from db.demo.names import Name
from db.demo.places import CITY, OPENING
from db.demo.plans import FIRST, SECOND, Plan
from db.demo.rows import Rows
from db.demo.sign_ins import PASSWORD_HASH
from db.tables.accounts import Login, Staff
from db.tables.base import UUID


@dataclass(frozen=True)
class Role:
    """One resident of the cast, and the groups in which this person is a member."""

    login: str
    family: Name
    given: Name
    display_name: str
    birth_date: date
    groups: tuple[Plan, ...]


MEMBER = Role(
    "member@kairan.example",
    Name("高橋", "タカハシ", "Takahashi"),
    Name("花子", "ハナコ", "Hanako"),
    "高橋 花子",
    date(1984, 5, 12),
    (FIRST, SECOND),
)
OFFICER = Role(
    "officer@kairan.example",
    Name("佐藤", "サトウ", "Sato"),
    Name("一郎", "イチロウ", "Ichiro"),
    "佐藤 一郎",
    date(1957, 11, 3),
    (FIRST,),
)
TREASURER = Role(
    "treasurer@kairan.example",
    Name("鈴木", "スズキ", "Suzuki"),
    Name("恵子", "ケイコ", "Keiko"),
    "鈴木 恵子",
    date(1966, 2, 20),
    (FIRST,),
)
BOTH = Role(
    "both@kairan.example",
    Name("渡辺", "ワタナベ", "Watanabe"),
    Name("健", "ケン", "Ken"),
    "渡辺 健",
    date(1971, 8, 30),
    (FIRST, SECOND),
)
FORMER = Role(
    "former@kairan.example",
    Name("伊藤", "イトウ", "Ito"),
    Name("清", "キヨシ", "Kiyoshi"),
    "伊藤 清",
    date(1949, 1, 15),
    (FIRST,),
)
CAST = (MEMBER, OFFICER, TREASURER, BOTH, FORMER)

STAFF = (
    ("city@kairan.example", ["OPERATIONS", "SUPPRESSION"]),
    ("auditor@kairan.example", ["AUDITOR"]),
)


def add_staff(rows: Rows) -> None:
    """The city's employees and how they sign in."""
    chance = Chance("staff")
    for login, roles in STAFF:
        person = chance.timed_id(OPENING)
        rows.add(Staff(city=CITY, id=person, roles=roles), sign_in_of(login, person, "STAFF"))


def sign_in_of(login: str, person: UUID, kind: str) -> Login:
    """The sign-in of one person."""
    return Login(login=login, city=CITY, person=person, kind=kind, password_hash=PASSWORD_HASH)
