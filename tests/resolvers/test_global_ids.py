"""Ids of a whole column."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from resolvers.global_ids import to_global_id, to_global_ids


@given(st.sampled_from(["Member", "Group", "Household", "Circular", "Area"]), st.lists(st.uuids()))
def test_a_column_of_ids_is_made_as_each_of_them(type_name: str, ids: list[UUID]) -> None:
    assert to_global_ids(type_name, ids) == [to_global_id(type_name, each) for each in ids]
