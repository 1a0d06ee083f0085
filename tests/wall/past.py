"""What was before in a settled city: hans people moved from, words edited, the history."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.wall.neighbourhood import Neighbourhood


async def settle_past(here: Neighbourhood) -> Neighbourhood:
    """Give a settled city a past, in each of its groups and for each kind of person."""
    city = here.city
    before = city.clock() - timedelta(days=1)
    ids: dict[str, Any] = {name: id_ for id_, name in here.names.items()}
    for name, group in (
        *(("hanako", "akebono"), ("sayuri", "akebono"), ("saru", "akebono")),
        *(("taro", "botan"), ("kyu", "chigusa"), ("kyu", "dahlia")),
    ):
        await city.insert(
            "past_places",
            membership_id=ids[f"{name}@{group}"],
            until=before,
            group_id=ids[group],
            resident_id=ids[name],
            han_id=None,
        )
    for circular, group in (
        *(("盆踊り", "akebono"), ("親睦旅行", "botan"), ("解散のお知らせ", "dahlia")),
    ):
        await city.insert(
            "circular_versions",
            circular_id=ids[circular],
            version=1,
            group_id=ids[group],
            title=circular,
            body="雨天中止",
            replaced_at=before,
        )
    for group_or_none in ("akebono", "botan", "chigusa", "dahlia", None):
        change = uuid4()
        here.call(f"a change in {group_or_none or 'the city'}", change)
        await city.insert(
            "changes",
            id=change,
            changed_at=before,
            actor=ids["OPERATIONS"],
            kind="CITY_POLICY_CHANGED" if group_or_none is None else "PARTICIPATION_CHANGED",
            group_id=None if group_or_none is None else ids[group_or_none],
            before="{}",
            after="{}",
        )
    for name in ("ken", "hanako", "OPERATIONS"):
        await city.insert(
            "idempotency_keys",
            person=ids[name],
            key="once",
            mutation="publishCircular",
            request_hash="0",
            object_id=uuid4(),
            used_at=before,
        )
    return here
