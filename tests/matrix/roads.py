"""Every road that leads to a member, as a client would write it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Every field of Member, by who may see it. Held equal to schema.graphql by test_completeness.py.
REACHED = ["id", "displayName", "group", "appointments", "status"]
ROSTER = [
    "name",
    "familyName",
    "givenName",
    "kana",
    "postalCode",
    "address",
    "building",
    "phone",
    "email",
    "han",
    "household",
    "joinedOn",
]
AGE = ["birthDate", "ageBand"]

FIELDS = """
    id displayName group { id } appointments { id } status
    name familyName givenName kana postalCode address building phone email
    han { name } household { id } joinedOn birthDate ageBand
"""
EVERYTHING = f"fragment all on Member {{ {FIELDS} }}"


@dataclass(frozen=True)
class Road:
    """A document that ends in ``...all``, and where in its answer the members stand.

    :param at: the response keys down to them, without list indexes.
    :param doors: the fields on the way that may close: response key -> rule.
    :param to: the membership that must be met where the road is open.
    :param tells: what the ledger calls the passage itself, if that is a release already.
    """

    document: str
    at: str
    doors: dict[str, str] = field(default_factory=dict)
    to: str = "hanako"
    tells: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """``at`` as a path."""
        return tuple(self.at.split())

    def up_to(self, door: str) -> list[str]:
        """The path of a field on the way."""
        return list(self.keys[: self.keys.index(door) + 1])


def reached(data: Any, keys: tuple[str, ...]) -> Iterator[Any]:
    """What stands at ``keys``, through every list on the way; nothing where a null cuts it off."""
    if data is None:
        return
    if isinstance(data, list):
        for entry in data:
            yield from reached(entry, keys)
    elif not keys:
        yield data
    else:
        yield from reached(data[keys[0]], keys[1:])


_MEMBERS = {"members": "Group.members"}
_HOLDER = {
    "offices": "Group.offices",
    "appointments": "Office.appointments",
    "holder": "Appointment.holder",
}
_AUTHOR = {"circulars": "Group.circulars", "author": "Circular.author"}
_RECEIPTS = {
    "circulars": "Group.circulars",
    "receipts": "Circular.receipts",
    "member": "Receipt.member",
}
_HAN = {"hans": "Group.hans", "members": "Han.members"}
_HOME = {"households": "Group.households", "members": "Household.members"}

ROADS = {
    # The lists of a group.
    "members": Road(
        "query($group: ID!) { group(id: $group) { members { nodes { ...all } } } }",
        "group members nodes",
        _MEMBERS,
    ),
    "members.edges": Road(
        "query($group: ID!) { group(id: $group) { members { edges { node { ...all } } } } }",
        "group members edges node",
        _MEMBERS,
    ),
    "holders": Road(
        "query($group: ID!) {"
        " group(id: $group) { offices { appointments { holder { ...all } } } } }",
        "group offices appointments holder",
        _HOLDER,
    ),
    "authors": Road(
        "query($group: ID!) { group(id: $group) { circulars { nodes { author { ...all } } } } }",
        "group circulars nodes author",
        _AUTHOR,
    ),
    "receipts": Road(
        "query($group: ID!) { group(id: $group) { circulars { nodes {"
        " receipts { nodes { member { ...all } } } } } } }",
        "group circulars nodes receipts nodes member",
        _RECEIPTS,
        tells="Circular.receipts",
    ),
    "hans": Road(
        "query($group: ID!) { group(id: $group) { hans { members { nodes { ...all } } } } }",
        "group hans members nodes",
        _HAN,
        tells="Han.members",
    ),
    "households": Road(
        "query($group: ID!) { group(id: $group) { households { members { nodes { ...all } } } } }",
        "group households members nodes",
        _HOME,
        tells="Household.members",
    ),
    # Who changed something.
    "history": Road(
        "query($group: ID!) { group(id: $group) { history { nodes { actor { ...all } } } } }",
        "group history nodes actor",
        {"history": "Group.history", "actor": "Change.actor"},
    ),
    "the city's history": Road(
        "{ history { nodes { actor { ...all } } } }",
        "history nodes actor",
        {"history": "Query.history", "actor": "Change.actor"},
    ),
    # Starting from oneself.
    "my groups": Road(
        "{ me { memberships { group { members { nodes { ...all } } } } } }",
        "me memberships group members nodes",
        _MEMBERS,
    ),
    "viewer's groups": Road(
        "{ viewer { memberships { group { members { nodes { ...all } } } } } }",
        "viewer memberships group members nodes",
        _MEMBERS,
    ),
    "my han": Road(
        "{ me { memberships { han { members { nodes { ...all } } } } } }",
        "me memberships han members nodes",
        {"members": "Han.members"},
        tells="Han.members",
    ),
    "my household": Road(
        "{ me { memberships { household { members { nodes { ...all } } } } } }",
        "me memberships household members nodes",
        {"members": "Household.members"},
        to="jiro",
        tells="Household.members",
    ),
    # By an id.
    "node": Road(
        "query($hanako: ID!) { node(id: $hanako) { ...all } }",
        "node",
    ),
    "node, no office": Road(
        "query($jiro: ID!) { node(id: $jiro) { ...all } }",
        "node",
        to="jiro",
    ),
    "nodes": Road(
        "query($hanako: ID!, $unknown: ID!) { nodes(ids: [$unknown, $hanako]) { ...all } }",
        "nodes",
    ),
    "node(group)": Road(
        "query($group: ID!) { node(id: $group) { ... on Group { members { nodes { ...all } } } } }",
        "node members nodes",
        _MEMBERS,
    ),
    "node(term)": Road(
        "query($term: ID!) { node(id: $term) { ... on Appointment { holder { ...all } } } }",
        "node holder",
        {"holder": "Appointment.holder"},
    ),
    "node(office)": Road(
        "query($office: ID!) { node(id: $office) {"
        " ... on Office { appointments { holder { ...all } } } } }",
        "node appointments holder",
        {"appointments": "Office.appointments", "holder": "Appointment.holder"},
    ),
    "node(circular)": Road(
        "query($circular: ID!) { node(id: $circular) { ... on Circular { author { ...all } } } }",
        "node author",
        {"author": "Circular.author"},
    ),
    "its receipts": Road(
        "query($circular: ID!) { node(id: $circular) {"
        " ... on Circular { receipts { nodes { member { ...all } } } } } }",
        "node receipts nodes member",
        {"receipts": "Circular.receipts", "member": "Receipt.member"},
        tells="Circular.receipts",
    ),
    "node(han)": Road(
        "query($han: ID!) { node(id: $han) { ... on Han { members { nodes { ...all } } } } }",
        "node members nodes",
        {"members": "Han.members"},
        tells="Han.members",
    ),
    "node(household)": Road(
        "query($household: ID!) { node(id: $household) {"
        " ... on Household { members { nodes { ...all } } } } }",
        "node members nodes",
        {"members": "Household.members"},
        tells="Household.members",
    ),
    # To oneself.
    "my membership": Road(
        "query($group: ID!) { group(id: $group) { viewerMembership { ...all } } }",
        "group viewerMembership",
        to="own",
    ),
    "me.memberships": Road(
        "{ me { memberships { ...all } } }",
        "me memberships",
        to="own",
    ),
    "my standing": Road(
        "{ viewer { memberships { member { ...all } } } }",
        "viewer memberships member",
        to="own",
    ),
    "my receipt": Road(
        "query($group: ID!) { group(id: $group) { circulars { nodes {"
        " myReceipt { member { ...all } } } } } }",
        "group circulars nodes myReceipt member",
        {"circulars": "Group.circulars", "member": "Receipt.member"},
        to="own",
    ),
    "node(own)": Road(
        "query($own: ID!) { node(id: $own) { ...all } }",
        "node",
        to="own",
    ),
}

# The answer to whoever changes something about a member: test_payloads.py.
MOVED = Road(
    "mutation($hanako: ID!, $han: ID!, $household: ID!) {"
    " moveMember(input: {memberId: $hanako, hanId: $han, householdId: $household})"
    " { member { ...all } errors { code } } }",
    "moveMember member",
)
