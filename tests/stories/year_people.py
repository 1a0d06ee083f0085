"""The people of a year in one association, and who of them sees Hanako's address."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from tests.harness.city import Person
from tests.harness.kairan import Client, Kairan

ADDRESS = "神楽3条4丁目5番地"
LOOKING = """
query Looking($group: ID!, $hanako: ID!) {
  group(id: $group) {
    members { nodes { ...person } }
    offices { appointments { holder { ...person } } }
    circulars { nodes { author { ...person } receipts { nodes { member { ...person } } } } }
    membershipRequests { nodes { displayName message } }
  }
  node(id: $hanako) { ... on Member { ...person } }
  me { memberships { group { members { nodes { ...person } } } } }
}
fragment person on Member { displayName address household { members { nodes { address } } } }
"""
OWN = "{ me { memberships { address status } } }"


@dataclass
class Year:
    """A city with its people, one association, and a calendar."""

    kairan: Kairan
    people: dict[str, Person]
    group: str = ""
    hanako: str = ""
    clients: dict[str, Client] = field(default_factory=dict)
    _keys: int = 0

    async def on(self, day: str, at: str = "12:00") -> None:
        """It is ``at`` on ``day`` in Asahikawa, and everybody has signed in again."""
        self.kairan.city.clock.move_to(date.fromisoformat(day), time.fromisoformat(at))
        self.clients = {name: await self.kairan.client(p) for name, p in self.people.items()}
        self.clients["nobody"] = self.kairan.nobody

    async def do(self, who: str, mutation: str, selection: str = "", /, **asked: Any) -> Any:
        """Somebody changes something, and it is done: what is selected of the payload."""
        payload = await self.clients[who].change(mutation, selection, **asked)
        assert payload.pop("errors") == [], (who, mutation)
        return next(iter(payload.values()), None)

    async def is_refused(self, who: str, mutation: str, /, **asked: Any) -> str:
        """Somebody tries to change something: the code of the refusal."""
        [error] = (await self.clients[who].change(mutation, **asked))["errors"]
        code: str = error["code"]
        return code

    def key(self) -> str:
        """A new idempotency key."""
        self._keys += 1
        return f"kagura-{self._keys:04}"

    async def joins(self, who: str, *, let_in_by: str, **place: str) -> str:
        """Somebody applies and is let in: the id of the membership."""
        asked = await self.do(who, "requestMembership", "request { id }", groupId=self.group)
        await self.do(let_in_by, "approveMembership", requestId=asked["id"], **place)
        data = await self.clients[who].data("{ me { memberships { id status } } }")
        [id_] = [m["id"] for m in data["me"]["memberships"] if m["status"] == "ACTIVE"]
        return str(id_)

    async def sees(self) -> set[str]:
        """Who sees Hanako's address, by whatever way; of herself, as a member."""
        seeing = set()
        for name, client in self.clients.items():
            answer = await client.ask(LOOKING, group=self.group, hanako=self.hanako or self.group)
            if name == "Hanako":
                answer = await client.ask(OWN)
            if ADDRESS in str(answer):
                seeing.add(name)
        return seeing

    async def receipts(self, who: str, circular: str) -> dict[str, str]:
        """How far a circular got with each member, by display name."""
        data = await self.clients[who].data(
            "query ($id: ID!) { node(id: $id) { ... on Circular {"
            " receipts { nodes { state member { displayName } } } } } }",
            id=circular,
        )
        return {
            receipt["member"]["displayName"]: receipt["state"]
            for receipt in data["node"]["receipts"]["nodes"]
        }

    async def circulars(self, who: str) -> list[str] | None:
        """The titles somebody reads in the group, newest first; None where he reads none."""
        data = await self.clients[who].data(
            "query ($id: ID!) { group(id: $id) { circulars { nodes { title body } } } }",
            id=self.group,
        )
        found = data["group"]["circulars"]
        return found and [circular["title"] for circular in found["nodes"]]


async def gather(kairan: Kairan) -> Year:
    """Residents by their names, one of whom never joins, and city staff by their duties."""
    city = kairan.city
    people = {
        name: await city.person(display_name=name, address=address)
        for name, address in {
            "Hanako": ADDRESS,
            "Ken": "神楽1条1丁目",
            "Taro": "神楽2条2丁目",
            "Misao": "神楽4条6丁目",
            "Stranger": "春光5条5丁目",
        }.items()
    }
    for duty in ("OPERATIONS", "SUPPRESSION", "AUDITOR"):
        people[duty] = await city.staff(duty)
    return Year(kairan, people)
