"""A group with something of everything that can be changed in it, and a seat for every viewer."""

import itertools
from dataclasses import dataclass, field

from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing

_keys = itertools.count(1)


def new_key() -> str:
    """An idempotency key nobody used yet."""
    return f"test-key-{next(_keys):06}"


@dataclass
class Ward:
    """A group; ``chair`` holds every power, or nobody any where the group is not ``led``.

    ``hanako`` is 会計, an office without a power; ``sayuri`` is suppressed; ``applicant`` waits.
    """

    city: City
    group: Thing
    first_han: Thing
    second_han: Thing
    household: Thing
    chair: Member
    hanako: Member
    sayuri: Member
    treasury: Thing
    term: Thing
    vacant: Thing
    applicant: Person
    request: Thing
    circular: Thing
    seats: dict[tuple[str, Power], Person] = field(default_factory=dict)

    async def seat(self, name: str, power: Power) -> Person:
        """The person in a column of the matrix; ``power`` is what the mutation needs."""
        if (name, power) not in self.seats:
            self.seats[name, power] = await self._take(name, power)
        return self.seats[name, power]

    async def _take(self, name: str, power: Power) -> Person:
        city = self.city
        if name in ("OPERATIONS", "SUPPRESSION", "AUDITOR"):
            return await city.staff(name)
        if name == "first":
            return await city.staff("OPERATIONS")
        if name in ("chair", "trial", "suspended", "ended", "taken back"):
            return self.chair.person
        person = await city.person()
        if name == "stranger":
            return person
        if name == "elsewhere":
            group = await city.group("隣の町内会")
            await city.officer(await city.member(group, person), "会長", *ALL_POWERS)
            return person
        member = await city.member(self.group, person)
        if name == "officer":
            await city.officer(member, "担当", power)
        elif name == "short":
            await city.officer(member, "副会長", *(each for each in Power if each != power))
        elif name in ("former", "tomorrow"):
            office = await city.office(self.group, "会長代行", *ALL_POWERS)
            first, last = (-30, -1) if name == "former" else (1, 30)
            await city.appoint(
                member, office, starts_on=city.clock.day(first), ends_on=city.clock.day(last)
            )
        elif name != "member":
            raise LookupError(name)
        return person


async def found_ward(
    city: City,
    *,
    participation: str = "ACTIVE",
    delegated: tuple[Power, ...] = ALL_POWERS,
    led: bool = True,
    directory: str = "OFFICERS",
) -> Ward:
    """A new group with its people."""
    group = await city.group(
        "神楽町内会", participation=participation, delegated=delegated, directory=directory
    )
    first_han, second_han = await city.han(group, "1班"), await city.han(group, "2班")
    chair = await city.member(group, await city.person(), display_name="けん")
    if led:
        await city.officer(chair, "会長", *ALL_POWERS)
    hanako = await city.member(
        group,
        await city.person(address="神楽1条2丁目3", phone="0166-00-0001"),
        han=first_han,
        display_name="花子",
    )
    treasury = await city.office(group, "会計")
    sayuri = await city.member(group, await city.person(), display_name="小百合")
    await city.suppress(sayuri.person)
    applicant = await city.person(address="神楽9条9丁目9", phone="0166-00-0009")
    return Ward(
        city=city,
        group=group,
        first_han=first_han,
        second_han=second_han,
        household=await city.household(group, han=second_han),
        chair=chair,
        hanako=hanako,
        sayuri=sayuri,
        treasury=treasury,
        term=await city.appoint(hanako, treasury),
        vacant=await city.office(group, "書記"),
        applicant=applicant,
        request=await city.request(group, applicant, display_name="新人", message="よろしく"),
        circular=await city.circular(chair, "雪かき", body="日曜の朝に集まります。"),
    )
