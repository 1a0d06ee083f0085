"""A release names the group it went through and the appointment that lent the power."""

from typing import Any

from permissions.words import Power
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Kairan

ROSTER = "members { nodes { phone } }"


async def rows(city: City) -> list[tuple[Any, ...]]:
    found = await city.fetch(
        """
        select office_title, appointment_id, office_id, group_id, fields, subjects
        from kairan.releases where city = $1
        """
    )
    return sorted(tuple(row.values()) for row in found)


async def test_two_groups_in_one_question_are_two_releases(city: City, kairan: Kairan) -> None:
    first, second = await city.group("神楽町内会"), await city.group("春光町内会")
    ken = await city.person()
    hanako, taro = await city.person(phone="0166-00-0001"), await city.person(phone="0166-00-0002")
    president = await city.officer(await city.member(first, ken), "会長", Power.VIEW_ROSTER)
    deputy = await city.officer(await city.member(second, ken), "副会長", Power.VIEW_ROSTER)
    # Hanako is in both, and is seen twice as two members.
    for group in (first, second):
        await city.member(group, hanako)
    await city.member(second, taro)
    client = await kairan.client(ken)
    await client.data(
        f"""query($a: ID!, $b: ID!) {{
            a: group(id: $a) {{ {ROSTER} }}
            b: group(id: $b) {{ {ROSTER} }}
        }}""",
        a=first.gid,
        b=second.gid,
    )
    found = await rows(city)
    assert [
        (title, appointment, group, fields) for title, appointment, _, group, fields, _ in found
    ] == [
        ("会長", president.id, first.id, ["Member.phone"]),
        ("副会長", deputy.id, second.id, ["Member.phone"]),
    ]
    assert [set(subjects) for *_, subjects in found] == [{hanako.id}, {hanako.id, taro.id}]


async def test_where_he_is_a_plain_member_nothing_is_released(city: City, kairan: Kairan) -> None:
    led = await city.group("神楽町内会")
    joined = await city.group("春光町内会", directory="MEMBERS")
    ken, hanako = await city.person(), await city.person(phone="0166-00-0001")
    appointment = await city.officer(await city.member(led, ken), "会長", Power.VIEW_ROSTER)
    for group, person in ((led, hanako), (joined, ken), (joined, hanako)):
        await city.member(group, person)
    client = await kairan.client(ken)
    await client.data(f"{{ me {{ memberships {{ group {{ {ROSTER} }} }} }} }}")
    assert [(row[1], row[3]) for row in await rows(city)] == [(appointment.id, led.id)]


async def held(city: City, member: Member, title: str, *powers: Power, since: int) -> Thing:
    group = Thing(member.group_id, "Group", member.group_id)
    office = await city.office(group, title, *powers)
    return await city.appoint(member, office, starts_on=city.clock.day(since))


async def test_of_two_offices_the_one_that_lends_the_power_is_named(
    city: City, kairan: Kairan
) -> None:
    group = await city.group("神楽町内会")
    ken, hanako = await city.person(), await city.person(phone="0166-00-0001")
    member = await city.member(group, ken)
    await held(city, member, "会計", Power.PUBLISH, since=-300)
    lending = await held(city, member, "総務", Power.VIEW_ROSTER, Power.PUBLISH, since=-200)
    await held(city, member, "会長", Power.VIEW_ROSTER, Power.VIEW_RECEIPTS, since=-100)
    author = await city.member(group, hanako)
    await city.circular(author, "盆踊り")
    client = await kairan.client(ken)
    await client.data(
        f"""query($group: ID!) {{ group(id: $group) {{
            {ROSTER} circulars {{ nodes {{ receipts {{ nodes {{ state }} }} }} }}
        }} }}""",
        group=group.gid,
    )
    found = await rows(city)
    assert [(row[0], row[4]) for row in found] == [
        ("会長", ["Circular.receipts", "Receipt.state"]),
        ("総務", ["Member.phone"]),
    ]
    assert found[1][1] == lending.id


async def test_when_one_term_ends_the_other_lends_the_power(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会")
    ken, hanako = await city.person(), await city.person(phone="0166-00-0001")
    member = await city.member(group, ken)
    await city.member(group, hanako)
    first = await held(city, member, "総務", Power.VIEW_ROSTER, since=-200)
    await held(city, member, "会長", Power.VIEW_ROSTER, since=-100)
    client = await kairan.client(ken)
    document = f"query($group: ID!) {{ group(id: $group) {{ {ROSTER} }} }}"
    await client.data(document, group=group.gid)
    await city.execute(
        "update kairan.appointments set ended_at = $3 where city = $1 and id = $2",
        first.id,
        city.clock(),
    )
    await client.data(document, group=group.gid)
    assert [row[0] for row in await rows(city)] == ["会長", "総務"]
