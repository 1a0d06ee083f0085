"""Viewers, rows and rules made by hand: what the rules are asked about, without a database."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from permissions.audiences import (
    Anyone,
    Audience,
    CityStaff,
    MemberOfGroup,
    MemberOfOpenGroup,
    OfficerOfGroup,
    Themself,
)
from permissions.rule import Rule
from permissions.viewer import Holding, Standing, Viewer
from permissions.words import (
    Category,
    Directory,
    Participation,
    Power,
    StaffRole,
    ViewerKind,
)

KEN = UUID("00000000-0000-4000-8000-00000000000a")
HANAKO = UUID("00000000-0000-4000-8000-00000000000b")
TARO = UUID("00000000-0000-4000-8000-00000000000c")
KAGURA = UUID("10000000-0000-7000-8000-00000000000a")
SHUNKO = UUID("10000000-0000-7000-8000-00000000000b")
TOKIWA = UUID("10000000-0000-7000-8000-00000000000c")
NOBODY = Viewer(city=1)


def holding(*powers: Power, title: str = "会長") -> Holding:
    """An office in term with the powers that are delegated."""
    return Holding(uuid4(), uuid4(), title, frozenset(powers))


def standing(
    group: UUID,
    *holdings: Holding,
    participation: Participation = Participation.ACTIVE,
    directory: Directory = Directory.OFFICERS,
) -> Standing:
    """An active membership of ``group``."""
    return Standing(group, "春光", uuid4(), participation, directory, "けん", None, holdings)


def resident(
    *standings: Standing,
    person: UUID = KEN,
    switched_off: Iterable[Category] = (),
) -> Viewer:
    """A signed-in resident with the given memberships."""
    return Viewer(
        city=1,
        kind=ViewerKind.RESIDENT,
        person=person,
        session=uuid4(),
        standings={one.group_id: one for one in standings},
        switched_off=frozenset(switched_off),
    )


def staff(*roles: StaffRole) -> Viewer:
    """A city employee."""
    return Viewer(
        city=1, kind=ViewerKind.STAFF, person=KEN, session=uuid4(), staff_roles=frozenset(roles)
    )


def row(
    group: UUID, of: UUID, *, status: str = "ACTIVE", suppressed: bool | None = False
) -> dict[str, Any]:
    """A member's row as far as rules look at it."""
    return {
        "group_id": group,
        "resident_id": of,
        "member_status": status,
        "is_suppressed": suppressed,
    }


GROUPS = st.sampled_from([KAGURA, SHUNKO, TOKIWA])
PEOPLE = st.sampled_from([KEN, HANAKO, TARO])
ROWS = st.lists(
    st.builds(
        row,
        GROUPS,
        PEOPLE,
        status=st.sampled_from(["ACTIVE", "LEFT", "REMOVED"]),
        suppressed=st.sampled_from([False, False, True, None]),
    ),
    max_size=12,
)
HOLDINGS = st.lists(
    st.builds(lambda powers: holding(*powers), st.sets(st.sampled_from(list(Power)), max_size=3)),
    max_size=3,
)
STANDINGS = st.builds(
    lambda group, holdings, participation, directory: standing(
        group, *holdings, participation=participation, directory=directory
    ),
    GROUPS,
    HOLDINGS,
    st.sampled_from(list(Participation)),
    st.sampled_from(list(Directory)),
)
RESIDENTS = st.builds(
    lambda standings, switched_off: resident(*standings, switched_off=switched_off),
    st.lists(STANDINGS, max_size=3),
    st.sets(st.sampled_from(list(Category)), max_size=2),
)
EMPLOYEES = st.builds(
    lambda roles: staff(*roles), st.sets(st.sampled_from(list(StaffRole)), max_size=3)
)
VIEWERS = st.one_of(st.just(NOBODY), RESIDENTS, EMPLOYEES)
AUDIENCES: st.SearchStrategy[Audience] = st.one_of(
    st.just(Anyone()),
    st.just(Themself()),
    st.just(MemberOfGroup()),
    st.just(MemberOfOpenGroup()),
    st.builds(OfficerOfGroup, st.sampled_from(list(Power))),
    st.builds(CityStaff, st.sampled_from(list(StaffRole))),
)
RULES = st.builds(
    Rule,
    st.sampled_from(["Member.made", "Receipt.made", "Group.made"]),
    st.lists(AUDIENCES, min_size=1, max_size=3).map(tuple),
    st.none() | st.sampled_from(list(Category)),
)
