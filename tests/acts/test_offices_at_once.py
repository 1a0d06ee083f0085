"""Two at once about an office, a circular or a key: one wins, and the other is told."""

from typing import Any

import pytest

from permissions.words import Power
from tests.acts.requests import REQUESTS
from tests.acts.together import ROUNDS, at_once, codes, history
from tests.acts.ward import Ward, found_ward, new_key
from tests.harness.city import ALL_POWERS
from tests.harness.kairan import Client, Kairan

REFUSED = [("NOT_PERMITTED", "There is no such thing, or it is not yours to change.")]


async def two_officers(hall: Kairan, ward: Ward) -> tuple[Client, Client]:
    """The chair, and another with all powers."""
    person = await hall.city.person()
    await hall.city.officer(await hall.city.member(ward.group, person), "副会長", *ALL_POWERS)
    return await hall.client(ward.chair.person), await hall.client(person)


async def test_two_appoint_the_same_and_one_term_comes_of_it(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await two_officers(hall, ward)
        asked = REQUESTS["appointOfficer"](ward)

        first, second = await at_once(
            chair.change("appointOfficer", "appointments { id }", **asked),
            vice.change("appointOfficer", "appointments { id }", **asked),
        )

        assert first["errors"] == []
        assert first == second
        assert await history(hall.city, ward.group) == ["OFFICER_APPOINTED"]


async def test_two_appoint_to_terms_that_overlap_and_one_is_told(hall: Kairan) -> None:
    overlaps = [("TERM_OVERLAPS", "This member holds the office in a part of that time already.")]
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await two_officers(hall, ward)
        asked = REQUESTS["appointOfficer"](ward)

        first, second = await at_once(
            chair.change("appointOfficer", **asked),
            vice.change("appointOfficer", **{**asked, "endsOn": "2027-04-30"}),
        )

        assert [codes(first), codes(second)] in ([[], overlaps], [overlaps, []])
        assert await history(hall.city, ward.group) == ["OFFICER_APPOINTED"]


async def test_of_two_employees_one_appoints_the_first_officer(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city, led=False)
        office = await hall.city.office(ward.group, "会長", *ALL_POWERS)
        one, two = [await hall.client(await hall.city.staff("OPERATIONS")) for _ in range(2)]
        asked = {**REQUESTS["appointOfficer"](ward), "officeId": office.gid}

        first, second = await at_once(
            one.change("appointOfficer", **asked),
            two.change("appointOfficer", **{**asked, "memberIds": [ward.sayuri.gid]}),
        )

        assert [codes(first), codes(second)] in ([[], REFUSED], [REFUSED, []])
        assert await history(hall.city, ward.group) == ["OFFICER_APPOINTED"]


@pytest.mark.parametrize(
    ("taken", "refusal"),
    [
        (
            Power.MODERATE,
            [
                (
                    "POWER_NOT_DELEGATED",
                    "The city does not delegate all of these powers to the group.",
                )
            ],
        ),
        (Power.MANAGE_OFFICES, REFUSED),
    ],
)
async def test_the_city_takes_a_power_back_while_an_office_gets_it(
    hall: Kairan, taken: Power, refusal: list[tuple[str, str]]
) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        staff = await hall.client(await hall.city.staff("OPERATIONS"))
        chair = await hall.client(ward.chair.person)
        left = [power for power in ALL_POWERS if power != taken]
        asked = {**REQUESTS["defineOffice"](ward), "powers": [taken]}

        back, made = await at_once(
            staff.change(
                "delegatePowers",
                "group { delegatedPowers }",
                groupId=ward.group.gid,
                powers=left,
            ),
            chair.change("defineOffice", **asked),
        )

        assert codes(back) == []
        assert back["group"] == {"delegatedPowers": sorted(left)}
        assert codes(made) in ([], refusal)
        defined = [] if codes(made) else ["OFFICE_DEFINED"]
        assert await history(hall.city, ward.group) == [*defined, "POWERS_DELEGATED"]


async def test_an_edit_and_a_withdrawal(hall: Kairan) -> None:
    withdrawn = [("CHANGED_MEANWHILE", "This circular was withdrawn.")]
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await two_officers(hall, ward)

        edit, withdrawal = await at_once(
            chair.change("editCircular", **REQUESTS["editCircular"](ward)),
            vice.change("withdrawCircular", "circular { status }", circularId=ward.circular.gid),
        )

        assert withdrawal == {"circular": {"status": "WITHDRAWN"}, "errors": []}
        assert codes(edit) in ([], withdrawn)
        kept = [] if codes(edit) else [{"version": 1, "body": "日曜の朝に集まります。"}]
        assert await versions(ward) == kept
        assert await stands(ward) == {
            "body": "日曜の朝に集まります。" if codes(edit) else "土曜の朝に集まります。",
            "version": 1 if codes(edit) else 2,
            "withdrawn": True,
        }


async def versions(ward: Ward) -> list[dict[str, Any]]:
    """The earlier words of a ward's circular."""
    return await ward.city.fetch(
        """
        select version, body from kairan.circular_versions
        where city = $1 and circular_id = $2 order by version
        """,
        ward.circular.id,
    )


async def stands(ward: Ward) -> dict[str, Any]:
    """A ward's circular as it is."""
    [row] = await ward.city.fetch(
        """
        select body, version, withdrawn_at is not null as withdrawn from kairan.circulars
        where city = $1 and id = $2
        """,
        ward.circular.id,
    )
    return row


async def test_two_edits_of_the_same_words_and_one_is_told(hall: Kairan) -> None:
    meanwhile = [("CHANGED_MEANWHILE", "Somebody edited it meanwhile.")]
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await two_officers(hall, ward)
        asked = {**REQUESTS["editCircular"](ward), "version": 1}

        first, second = await at_once(
            chair.change("editCircular", **{**asked, "body": "土曜"}),
            vice.change("editCircular", **{**asked, "body": "金曜"}),
        )

        assert [codes(first), codes(second)] in ([[], meanwhile], [meanwhile, []])
        body = "金曜" if codes(first) else "土曜"
        assert await stands(ward) == {"body": body, "version": 2, "withdrawn": False}
        assert await versions(ward) == [{"version": 1, "body": "日曜の朝に集まります。"}]


async def test_two_edits_of_whatever_stands_lose_no_words(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await two_officers(hall, ward)
        asked = REQUESTS["editCircular"](ward)

        first, second = await at_once(
            chair.change("editCircular", **{**asked, "body": "土曜"}),
            vice.change("editCircular", **{**asked, "body": "金曜"}),
        )

        assert (codes(first), codes(second)) == ([], [])
        last = await stands(ward)
        assert last["version"] == 3
        kept = await versions(ward)
        assert kept[0] == {"version": 1, "body": "日曜の朝に集まります。"}
        assert {kept[1]["body"], last["body"]} == {"土曜", "金曜"}


async def test_a_circular_is_read_on_two_devices_while_its_text_is_fetched(
    hall: Kairan,
) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        phone, tablet = [await hall.client(ward.hanako.person) for _ in range(2)]
        asked = {"circularId": ward.circular.gid}

        first, second, third = await at_once(
            phone.change("markCircularRead", "circular { myReceipt { readAt } }", **asked),
            tablet.change("markCircularRead", "circular { myReceipt { readAt } }", **asked),
            tablet.data(
                "query ($id: ID!) { node(id: $id) { ... on Circular { body } } }",
                id=ward.circular.gid,
            ),
        )
        await hall.settled()

        read = {"circular": {"myReceipt": {"readAt": hall.city.clock().isoformat()}}, "errors": []}
        assert (first, second) == (read, read)
        assert third["node"]
        assert (
            len(
                await hall.city.fetch(
                    "select from kairan.receipts where city = $1 and circular_id = $2",
                    ward.circular.id,
                )
            )
            == 1
        )


async def test_two_officers_record_the_same_paper_round(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await two_officers(hall, ward)
        members = [ward.hanako.gid, ward.sayuri.gid]
        shown = "circular { receiptSummary { paper } }"

        payloads = await at_once(
            chair.change(
                "recordPaperDelivery", shown, circularId=ward.circular.gid, memberIds=members
            ),
            vice.change(
                "recordPaperDelivery", shown, circularId=ward.circular.gid, memberIds=members[::-1]
            ),
        )

        done = {"circular": {"receiptSummary": {"paper": 2}}, "errors": []}
        assert payloads == [done, done]


@pytest.mark.parametrize(
    ("mutation", "shown", "table"),
    [
        ("publishCircular", "circular { id }", "circulars"),
        ("defineOffice", "office { id }", "offices"),
        ("defineHan", "han { id }", "hans"),
    ],
)
async def test_one_key_sent_four_times_at_once_makes_one_thing(
    hall: Kairan, mutation: str, shown: str, table: str
) -> None:
    ward = await found_ward(hall.city)
    tabs = [await hall.client(ward.chair.person) for _ in range(4)]
    for number in range(ROUNDS // 2):
        asked = REQUESTS[mutation](ward)
        asked["name" if mutation == "defineHan" else "title"] = f"{number}番"

        first, *others = await at_once(*(tab.change(mutation, shown, **asked) for tab in tabs))

        assert first["errors"] == []
        assert others == [first] * 3
        name = "name" if table == "hans" else "title"
        assert (
            len(
                await hall.city.fetch(
                    f"select from kairan.{table} where city = $1 and group_id = $2 and {name} = $3",
                    ward.group.id,
                    f"{number}番",
                )
            )
            == 1
        )
    # The history has one row for each that has a history.
    expected = ["OFFICE_DEFINED"] * (ROUNDS // 2) if mutation == "defineOffice" else []
    assert await history(hall.city, ward.group) == expected


async def test_one_key_for_two_requests_at_once_serves_one(hall: Kairan) -> None:
    reused = [("KEY_REUSED", "This key was used for another request. Make a new one.")]
    ward = await found_ward(hall.city)
    tabs = [await hall.client(ward.chair.person) for _ in range(2)]
    for _ in range(ROUNDS):
        asked = {**REQUESTS["publishCircular"](ward), "idempotencyKey": new_key()}

        first, second = await at_once(
            tabs[0].change("publishCircular", **asked),
            tabs[1].change("publishCircular", **{**asked, "body": "別の文"}),
        )

        assert [codes(first), codes(second)] in ([[], reused], [reused, []])


async def test_a_group_is_suspended_while_something_is_published(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        staff = await hall.client(await hall.city.staff("OPERATIONS"))
        chair = await hall.client(ward.chair.person)

        suspended, published = await at_once(
            staff.change("setParticipation", groupId=ward.group.gid, participation="SUSPENDED"),
            chair.change("publishCircular", **REQUESTS["publishCircular"](ward)),
        )

        assert codes(suspended) == []
        assert codes(published) in ([], REFUSED)
        again = await chair.change("publishCircular", **REQUESTS["publishCircular"](ward))
        assert codes(again) == REFUSED
