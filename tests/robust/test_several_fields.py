"""A request with several mutations: each stands or does not, and the answer says which."""

from tests.robust.conftest import Town
from tests.robust.wire import Fault

BOTH = """
    mutation($one: PublishCircularInput!, $two: PublishCircularInput!) {
      one: publishCircular(input: $one) { circular { title } errors { code } }
      two: publishCircular(input: $two) { circular { title } errors { code } }
    }
"""
NOT_SHOWN = "The change was made, but what it returns cannot be read now."


def asked(town: Town) -> dict[str, object]:
    def circular(title: str) -> dict[str, str]:
        return {
            "groupId": town.group.gid,
            "title": title,
            "body": "一月五日です。",
            "idempotencyKey": f"key-{title}",
        }

    return {"query": BOTH, "variables": {"one": circular("first"), "two": circular("second")}}


async def titles(town: Town) -> list[str]:
    rows = await town.faults.city.fetch("select title from kairan.circulars where city = $1")
    return sorted(row["title"] for row in rows)


async def test_what_was_made_before_the_database_went_away_is_told(town: Town) -> None:
    # The first field's change and payload end with a COMMIT each; the third is the second field's.
    commits = town.wire.at("commit", Fault.CUT, after=2)
    answer = (await town.ken.post(asked(town))).json()
    assert commits.sprung.is_set()
    assert answer["data"] is None
    assert [(e.get("path"), e["extensions"]) for e in answer["errors"]] == [
        (["one"], {"code": "DATABASE_UNAVAILABLE", "committed": True}),
        (None, {"code": "OUTCOME_UNKNOWN"}),
    ]
    assert answer["errors"][0]["message"] == NOT_SHOWN
    assert await titles(town) == ["first"]


async def test_after_a_failure_the_rest_of_the_request_is_not_begun(town: Town) -> None:
    town.wire.at("insert into kairan.circulars", Fault.CUT)
    answer = (await town.ken.post(asked(town))).json()
    assert answer["data"] is None
    assert [e["extensions"] for e in answer["errors"]] == [{"code": "DATABASE_UNAVAILABLE"}]
    assert await titles(town) == []
