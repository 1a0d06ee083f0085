"""The viewer is what app.enter says, word for word; a word the rules do not know lets nobody in."""

from typing import Any
from uuid import UUID

import pytest

from permissions.viewer import Viewer, viewer_from_facts
from permissions.words import Category, Participation, Power, StaffRole, ViewerKind
from tests.permissions.people import KAGURA, KEN, SHUNKO, holding, standing

HAN = "30000000-0000-7000-8000-000000000001"


def facts(**changed: Any) -> dict[str, Any]:
    """What app.enter returns for Ken, who leads the Kagura group and is 副会長 of it besides."""
    found: dict[str, Any] = {
        "kind": "RESIDENT",
        "staffRoles": [],
        "memberships": [
            {
                "membership": "20000000-0000-4000-8000-000000000001",
                "group": str(KAGURA),
                "name": "神楽",
                "participation": "ACTIVE",
                "directory": "OFFICERS",
                "displayName": "けん",
                "han": HAN,
                "appointments": [
                    appointment("会長", "VIEW_ROSTER", "PUBLISH"),
                    appointment("副会長", "VIEW_ROSTER"),
                ],
            }
        ],
        "switchedOff": ["PHONE"],
    }
    return found | changed


def appointment(title: str, *powers: str) -> dict[str, Any]:
    """An appointment in term, its powers inside the delegation."""
    return {
        "id": "40000000-0000-7000-8000-000000000001",
        "office": "50000000-0000-7000-8000-000000000001",
        "title": title,
        "powers": list(powers),
    }


def viewer(**changed: Any) -> Viewer:
    """The viewer of the changed facts."""
    return viewer_from_facts(facts(**changed), city=1204, person=KEN, session=None)


def in_kagura(**changed: Any) -> Viewer:
    """The viewer whose one membership is changed."""
    return viewer(memberships=[facts()["memberships"][0] | changed])


def test_a_viewer_is_made_of_facts() -> None:
    ken = viewer()
    assert (ken.city, ken.kind, ken.person) == (1204, ViewerKind.RESIDENT, KEN)
    assert ken.is_resident
    assert ken.switched_off == {Category.PHONE}
    assert list(ken.standings) == [KAGURA]
    assert ken.standings[KAGURA].han_id == UUID(HAN)
    assert ken.standings[KAGURA].powers == {Power.VIEW_ROSTER, Power.PUBLISH}
    assert ken.groups_with(Power.VIEW_ROSTER) == [KAGURA]
    assert ken.groups_with(Power.MODERATE) == []
    assert ken.standing(SHUNKO) is None


def test_a_member_of_no_han_has_none() -> None:
    assert in_kagura(han=None).standings[KAGURA].han_id is None


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "MAYOR"},
        {"staffRoles": ["OPERATIONS", "ROOT"]},
        {"switchedOff": ["PHONE", "BLOOD_TYPE"]},
    ],
)
def test_a_word_that_the_rules_do_not_know_lets_nobody_in(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"MAYOR|ROOT|BLOOD_TYPE|badly formed"):
        viewer(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"participation": "DORMANT"},
        {"directory": "EVERYBODY"},
        {"appointments": [appointment("会長", "VIEW_ROSTER", "VIEW_EVERYTHING")]},
        {"group": "神楽町内会"},
    ],
)
def test_an_unknown_word_in_one_membership_lets_nobody_in(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"DORMANT|EVERYBODY|VIEW_EVERYTHING|badly formed"):
        in_kagura(**changed)


@pytest.mark.parametrize("missing", ["kind", "staffRoles", "memberships", "switchedOff"])
def test_a_missing_fact_lets_nobody_in(missing: str) -> None:
    cut = {name: value for name, value in facts().items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        viewer_from_facts(cut, city=1204, person=KEN, session=None)


@pytest.mark.parametrize("participation", [Participation.SUSPENDED, Participation.ENDED])
def test_a_group_that_does_not_release_leaves_an_officer_no_power(
    participation: Participation,
) -> None:
    ken = in_kagura(participation=participation.value)
    assert ken.standings[KAGURA].holdings
    assert ken.standings[KAGURA].powers == frozenset()
    assert ken.standings[KAGURA].holding_with(Power.VIEW_ROSTER) is None
    assert ken.groups_with(Power.VIEW_ROSTER) == []


def test_of_two_offices_with_the_power_the_earlier_one_is_named() -> None:
    first = holding(Power.PUBLISH, title="総務部長")
    second = holding(Power.VIEW_ROSTER, title="会長")
    third = holding(Power.VIEW_ROSTER, title="副会長")
    assert standing(KAGURA, first, second, third).holding_with(Power.VIEW_ROSTER) is second


def test_staff_are_no_residents() -> None:
    employee = viewer(kind="STAFF", staffRoles=["AUDITOR"], memberships=[])
    assert not employee.is_resident
    assert employee.staff_roles == {StaffRole.AUDITOR}
