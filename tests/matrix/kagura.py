"""A group whose chair is about to lose his office, one way or another."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from permissions.words import Power
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client

ROSTER = """
query Roster($group: ID!, $hanako: ID!, $circular: ID!) {
  group(id: $group) { members { nodes { id displayName address } } }
  byId: node(id: $hanako) { ... on Member { address } }
  byWork: node(id: $circular) { ... on Circular { author { displayName address } } }
}
"""
ADDRESS = "春光1条2丁目"


@dataclass
class Kagura:
    """A group with its chair Ken and with Hanako, who once wrote a circular."""

    city: City
    group: Thing
    office: Thing
    term: Thing
    ken: Member
    hanako: Member
    circular: Thing

    async def ask(self, client: Client) -> dict[str, Any]:
        """The roster, Hanako by her id, and Hanako as an author."""
        return await client.ask(
            ROSTER, group=self.group.gid, hanako=self.hanako.gid, circular=self.circular.gid
        )


async def found_kagura(city: City) -> Kagura:
    """Ken is chair until the end of today; it is two minutes to midnight."""
    group = await city.group("神楽町内会")
    hanako = await city.member(group, await city.person(address=ADDRESS), display_name="花子")
    ken = await city.member(group, await city.person(), display_name="けん")
    office = await city.office(group, "会長", *Power)
    term = await city.appoint(ken, office, ends_on=city.clock.today)
    circular = await city.circular(hanako, "夏祭り")
    city.clock.move_to(city.clock.today, time(23, 58))
    return Kagura(city, group, office, term, ken, hanako, circular)
