"""Two associations alike in one city, a third in another, and somebody of every kind."""

from dataclasses import dataclass, field
from datetime import timedelta

from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan

ADDRESS = "春光1条2丁目"


@dataclass
class Association:
    """One of each thing that an id can name, all of one group, and who is in it.

    ``president`` has all powers; ``member`` is a plain member and the holder of ``appointment``,
    a term in ``office``, which has no powers; ``applicant`` wrote ``request``.
    """

    area: Thing
    group: Thing
    han: Thing
    household: Thing
    office: Thing
    appointment: Thing
    circular: Thing
    request: Thing
    president: Member
    member: Member
    applicant: Person

    @property
    def resident(self) -> Person:
        """The plain member's own account."""
        return self.member.person

    def ids(self) -> dict[str, str]:
        """The global id of each thing, by its name in the inputs of :mod:`tests.sideways.cases`."""
        names = (
            *("area", "group", "han", "household", "office", "appointment", "circular", "request"),
            *("member", "resident"),
        )
        return {name: getattr(self, name).gid for name in names}


async def found_association(city: City, name: str) -> Association:
    """An association with its president, a plain member and an applicant."""
    group = await city.group(name, area_id=(area := await city.area(name)).id)
    han = await city.han(group, "1班")
    household = await city.household(group, han=han)
    president = await city.member(group, await city.person(address=ADDRESS), display_name="会長")
    member = await city.member(
        group, await city.person(address=ADDRESS), display_name="花子", han=han, household=household
    )
    await city.officer(president, "会長", *ALL_POWERS)
    office = await city.office(group, "会計")
    appointment = await city.appoint(member, office)
    applicant = await city.person(display_name="申込者")
    return Association(
        *(area, group, han, household, office, appointment),
        await city.circular(president, "回覧", published_at=city.clock() - timedelta(days=1)),
        await city.request(group, applicant, display_name="申込者", message="よろしく"),
        *(president, member, applicant),
    )


@dataclass
class Town:
    """``ours`` and ``theirs`` in the city that is served, ``abroad`` in another."""

    kairan: Kairan
    ours: Association
    theirs: Association
    abroad: Association
    clients: dict[str, Client] = field(default_factory=dict)


async def settle(kairan: Kairan, other: City) -> Town:
    """Everybody in ``kairan``'s city signed in, by these names.

    ``president``, ``member`` and ``applicant`` of ours; ``powerless``, who holds an office with
    RUN_SURVEYS alone; ``former``, whose term as president is over; ``left``, who was a member;
    ``their president`` and ``their member``; ``both``, who has all powers in ours and in theirs;
    ``asleep``, the president of a suspended group; ``stranger``; the staff roles by their own
    names; ``nobody``.
    """
    city = kairan.city
    ours = await found_association(city, "神楽町内会")
    theirs = await found_association(city, "春光町内会")
    town = Town(kairan, ours, theirs, await found_association(other, "隣町町内会"))
    powerless, former, left = [await city.member(ours.group, await city.person()) for _ in "123"]
    await city.officer(powerless, "世話役", Power.RUN_SURVEYS)
    both = await city.person()
    for association in (ours, theirs):
        leading = await city.member(association.group, both)
        await city.officer(leading, "副会長", *ALL_POWERS)
    old = await city.office(ours.group, "前会長", *ALL_POWERS)
    await city.appoint(former, old, ends_on=city.clock.day(-1))
    await city.leave(left)
    suspended = await city.group("休会町内会", participation="SUSPENDED")
    asleep = await city.member(suspended, await city.person())
    await city.officer(asleep, "会長", *ALL_POWERS)
    people = {
        "president": ours.president.person,
        "member": ours.member.person,
        "applicant": ours.applicant,
        "powerless": powerless.person,
        "former": former.person,
        "left": left.person,
        "their president": theirs.president.person,
        "their member": theirs.member.person,
        "both": both,
        "asleep": asleep.person,
        "stranger": await city.person(),
        **{role: await city.staff(role) for role in ("OPERATIONS", "SUPPRESSION", "AUDITOR")},
    }
    for name, person in people.items():
        town.clients[name] = await kairan.client(person)
    town.clients["nobody"] = kairan.nobody
    return town
