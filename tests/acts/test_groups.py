"""What city staff and a group's officers change about a group."""

from datetime import time

from permissions.words import Power
from tests.acts.asking import NOT_PERMITTED, done, refused
from tests.acts.ward import found_ward, new_key
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan

GROUP = """group {
  name kind introduction participation participationSince nextParticipation nextParticipationFrom
  memberDirectory delegatedPowers area { name }
}"""
TAKES_PART = "group { participation participationSince nextParticipation nextParticipationFrom }"


async def staff_of(kairan: Kairan) -> Client:
    return await kairan.client(await kairan.city.staff("OPERATIONS"))


async def test_a_group_begins_on_trial_with_every_power_delegated_to_it(hall: Kairan) -> None:
    staff = await staff_of(hall)

    made = await done(staff, "createGroup", GROUP, name="新しい町内会", idempotencyKey=new_key())

    assert made == {
        "name": "新しい町内会",
        "kind": "CHONAIKAI",
        "introduction": "",
        "participation": "TRIAL",
        "participationSince": "2026-11-23",
        "nextParticipation": None,
        "nextParticipationFrom": None,
        "memberDirectory": "OFFICERS",
        "delegatedPowers": [
            "MANAGE_MEMBERS",
            "MANAGE_OFFICES",
            "MODERATE",
            "PUBLISH",
            "RUN_SAFETY_CHECKS",
            "RUN_SURVEYS",
            "VIEW_RECEIPTS",
            "VIEW_ROSTER",
        ],
        "area": None,
    }


async def test_a_group_is_what_the_city_says_it_is(hall: Kairan) -> None:
    staff, area = await staff_of(hall), await hall.city.area("春光")

    made = await done(
        staff,
        "createGroup",
        GROUP,
        name="　春光自治会 ",
        kind="JICHIKAI",
        areaId=area.gid,
        introduction=" 春光1条から\r\n4条まで か\u3099 区域です。 ",
        participation="ACTIVE",
        memberDirectory="MEMBERS",
        powers=["VIEW_ROSTER", "PUBLISH", "PUBLISH"],
        idempotencyKey=new_key(),
    )

    assert made == {
        "name": "春光自治会",
        "kind": "JICHIKAI",
        "introduction": "春光1条から\n4条まで が 区域です。",
        "participation": "ACTIVE",
        "participationSince": "2026-11-23",
        "nextParticipation": None,
        "nextParticipationFrom": None,
        "memberDirectory": "MEMBERS",
        "delegatedPowers": ["PUBLISH", "VIEW_ROSTER"],
        "area": {"name": "春光"},
    }


async def test_a_group_is_in_no_area_that_does_not_exist(hall: Kairan) -> None:
    staff, ward = await staff_of(hall), await found_ward(hall.city)
    for area in ("nowhere", ward.group.gid, "QXJlYToAAAAAAAAAAAAAAAAAAAAA"):
        asked = {"name": "町内会", "areaId": area, "idempotencyKey": new_key()}
        assert await refused(staff, "createGroup", **asked) == NOT_PERMITTED


async def test_participation_changes_at_once_or_on_a_day(city: City, kairan: Kairan) -> None:
    group = (await city.group("神楽町内会", participation="TRIAL")).gid
    staff = await staff_of(kairan)

    def told(now: str, since: str | None, later: str | None, day: str | None) -> dict[str, object]:
        return {
            "participation": now,
            "participationSince": since,
            "nextParticipation": later,
            "nextParticipationFrom": day,
        }

    async def sets(participation: str, starts_on: str | None = None) -> object:
        return await done(
            staff,
            "setParticipation",
            TAKES_PART,
            groupId=group,
            participation=participation,
            startsOn=starts_on,
        )

    assert await sets("ACTIVE") == told("ACTIVE", "2026-11-23", None, None)
    assert await sets("SUSPENDED", "2026-12-28") == told(
        "ACTIVE", "2026-11-23", "SUSPENDED", "2026-12-28"
    )
    # A coming day replaces another one.
    assert await sets("SUSPENDED", "2026-12-29") == told(
        "ACTIVE", "2026-11-23", "SUSPENDED", "2026-12-29"
    )
    # What is said of today takes back what was planned.
    assert await sets("ACTIVE") == told("ACTIVE", "2026-11-23", None, None)
    await sets("SUSPENDED", "2026-12-29")

    city.clock.move_to(city.clock.day(36), time(0, 0))
    assert str(city.clock.today) == "2026-12-29"
    staff = await staff_of(kairan)
    assert await staff.data(f'{{ group(id: "{group}") {{ {TAKES_PART[7:-1]} }} }}') == {
        "group": told("SUSPENDED", "2026-12-29", None, None)
    }
    assert await sets("ENDED", "2027-01-31") == told(
        "SUSPENDED", "2026-12-29", "ENDED", "2027-01-31"
    )


async def test_a_planned_change_of_participation_counts_from_its_first_minute(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    staff, roster = await staff_of(kairan), "query ($g: ID!) { group(id: $g) { viewerPowers } }"
    await done(
        staff,
        "setParticipation",
        groupId=ward.group.gid,
        participation="SUSPENDED",
        startsOn="2026-11-24",
    )

    city.clock.move_to(city.clock.today, time(23, 59))
    chair = await kairan.client(ward.chair.person)
    assert len((await chair.data(roster, g=ward.group.gid))["group"]["viewerPowers"]) == 8

    city.clock.move_to(city.clock.day(1), time(0, 0))
    assert (await chair.data(roster, g=ward.group.gid))["group"]["viewerPowers"] == []
    assert (
        await refused(
            chair, "defineHan", groupId=ward.group.gid, name="3班", idempotencyKey=new_key()
        )
    ) == NOT_PERMITTED


async def test_the_city_delegates_exactly_the_powers_it_names(hall: Kairan) -> None:
    staff, group = await staff_of(hall), await hall.city.group("神楽町内会", delegated=())

    async def delegates(*powers: str) -> object:
        return await done(
            staff,
            "delegatePowers",
            "group { delegatedPowers }",
            groupId=group.gid,
            powers=list(powers),
        )

    assert await delegates("PUBLISH", "MODERATE", "PUBLISH") == {
        "delegatedPowers": ["MODERATE", "PUBLISH"]
    }
    assert await delegates("PUBLISH", "VIEW_ROSTER") == {
        "delegatedPowers": ["PUBLISH", "VIEW_ROSTER"]
    }
    assert await delegates() == {"delegatedPowers": []}


async def test_the_city_switches_a_category_off_for_everybody_and_on_again(
    city: City, kairan: Kairan
) -> None:
    ward, staff = await found_ward(city), await staff_of(kairan)
    chair = await kairan.client(ward.chair.person)
    phone = "query ($id: ID!) { node(id: $id) { ... on Member { phone address } } }"
    seen = {"phone": "0166-00-0001", "address": "神楽1条2丁目3"}
    assert (await chair.data(phone, id=ward.hanako.gid))["node"] == seen

    assert await done(
        staff, "setCityPolicy", "switchedOff", category="PHONE", released=False, reason="答申"
    ) == ["PHONE"]
    answer = await chair.ask(phone, id=ward.hanako.gid)
    assert answer["data"]["node"] == {**seen, "phone": None}
    assert [entry["reason"] for entry in answer["extensions"]["withheld"]] == ["CITY_POLICY"]
    hanako = await kairan.client(ward.hanako.person)
    assert (await hanako.data(phone, id=ward.hanako.gid))["node"] == seen

    assert (
        await done(
            staff, "setCityPolicy", "switchedOff", category="PHONE", released=True, reason="再開"
        )
        == []
    )
    assert (await chair.data(phone, id=ward.hanako.gid))["node"] == seen


async def test_a_group_chooses_who_may_list_its_members(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    hanako = await hall.client(ward.hanako.person)
    listed = "query ($g: ID!) { group(id: $g) { members { nodes { displayName address } } } }"
    assert (await hanako.ask(listed, g=ward.group.gid))["data"]["group"]["members"] is None

    assert await done(
        chair,
        "setMemberDirectory",
        "group { memberDirectory }",
        groupId=ward.group.gid,
        memberDirectory="MEMBERS",
    ) == {"memberDirectory": "MEMBERS"}

    nodes = (await hanako.ask(listed, g=ward.group.gid))["data"]["group"]["members"]["nodes"]
    assert sorted(node["displayName"] for node in nodes) == ["けん", "会員", "花子"]
    assert [n["address"] for n in nodes if n["displayName"] != "花子"] == [None, None]


async def test_a_group_is_divided_into_han_and_households(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)

    han = await done(
        chair,
        "defineHan",
        "han { id name members { nodes { id } } }",
        groupId=ward.group.gid,
        name=" 3班 ",
        position=-1,
        idempotencyKey=new_key(),
    )
    household = await done(
        chair,
        "defineHousehold",
        "household { paperOnly han { name } members { nodes { id } } }",
        groupId=ward.group.gid,
        hanId=han["id"],
        paperOnly=True,
        idempotencyKey=new_key(),
    )

    assert han == {"id": han["id"], "name": "3班", "members": {"nodes": []}}
    assert household == {"paperOnly": True, "han": {"name": "3班"}, "members": {"nodes": []}}
    hans = await chair.data("query ($g: ID!) { group(id: $g) { hans { name } } }", g=ward.group.gid)
    assert hans["group"]["hans"][0] == {"name": "3班"}


async def test_a_household_is_in_no_han_of_another_group(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    for han in (other.first_han.gid, ward.group.gid, "nowhere"):
        asked = {"groupId": ward.group.gid, "hanId": han, "idempotencyKey": new_key()}
        assert await refused(chair, "defineHousehold", **asked) == NOT_PERMITTED


async def test_one_who_manages_members_but_is_shown_no_places_is_not_told_the_household(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    officer = await hall.client(await ward.seat("officer", Power.MANAGE_MEMBERS))

    payload = await officer.change(
        "defineHousehold",
        "household { id }",
        groupId=ward.group.gid,
        idempotencyKey=new_key(),
    )

    assert payload == {"household": None, "errors": []}


async def test_where_the_city_releases_no_places_nobody_is_told_the_household_he_defined(
    kairan: Kairan,
) -> None:
    ward = await found_ward(kairan.city)
    await kairan.city.switch_off("PLACE")
    chair = await kairan.client(ward.chair.person)
    asked = {"groupId": ward.group.gid, "paperOnly": True, "idempotencyKey": new_key()}

    payload = await chair.change("defineHousehold", "household { id paperOnly }", **asked)

    assert payload == {"household": None, "errors": []}
    made = await kairan.city.fetch(
        "select paper_only from kairan.households where city = $1 and id <> $2", ward.household.id
    )
    assert made == [{"paper_only": True}]
