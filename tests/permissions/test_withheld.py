"""What an answer says it left out: once per field and path, with the nearest reason."""

from hypothesis import given
from hypothesis import strategies as st

from permissions.policy import POLICY
from permissions.withheld import Withheld
from permissions.words import Reason

ADDRESS, PHONE = POLICY["Member.address"], POLICY["Member.phone"]
ROSTER = ("group", "members", "nodes")


def test_an_entry_names_field_path_rule_and_reason() -> None:
    withheld = Withheld()
    withheld.note(ADDRESS, (*ROSTER, "address"), Reason.NOT_AN_OFFICER)
    assert withheld.entries() == [
        {
            "field": "Member.address",
            "path": ["group", "members", "nodes", "address"],
            "rule": "Member.address",
            "reason": "NOT_AN_OFFICER",
        }
    ]


def test_a_hundred_people_on_one_path_make_one_entry() -> None:
    withheld = Withheld()
    for _ in range(100):
        withheld.note(ADDRESS, (*ROSTER, "address"), Reason.NOT_AN_OFFICER)
    assert len(withheld) == 1


def test_two_aliases_and_two_rules_make_entries_of_their_own() -> None:
    withheld = Withheld()
    withheld.note(ADDRESS, ("b", "value"), Reason.NOT_AN_OFFICER)
    withheld.note(ADDRESS, ("a", "value"), Reason.NOT_AN_OFFICER)
    withheld.note(PHONE, ("a", "value"), Reason.NOT_AN_OFFICER)
    assert [(entry["path"], entry["rule"]) for entry in withheld.entries()] == [
        (["a", "value"], "Member.address"),
        (["a", "value"], "Member.phone"),
        (["b", "value"], "Member.address"),
    ]


@given(st.lists(st.sampled_from(list(Reason)), min_size=1, max_size=8))
def test_of_the_reasons_met_on_one_path_the_nearest_stays(reasons: list[Reason]) -> None:
    withheld = Withheld()
    for reason in reasons:
        withheld.note(ADDRESS, ROSTER, reason)
    (entry,) = withheld.entries()
    order = [
        "NOT_SIGNED_IN",
        "NOT_A_MEMBER",
        "NOT_AN_OFFICER",
        "GROUP_NOT_RELEASING",
        "POWER_MISSING",
        "CITY_POLICY",
    ]
    assert entry["reason"] == order[max(order.index(reason.value) for reason in reasons)]
