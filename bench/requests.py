"""What is asked of every contender: six requests, as front ends write them, and in plain HTTP."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import get_introspection_query

from bench.landmarks import (
    LARGE,
    LARGE_OFFICER,
    LARGE_SIZE,
    MASKED,
    MASKED_OFFICER,
    NEIGHBOUR,
    NEIGHBOUR_GROUPS,
    OFFICER,
    READERS,
    ROSTER,
    ROSTER_SIZE,
    UNREAD,
    Landmark,
    Visitor,
)


@dataclass(frozen=True)
class Id:
    """An object named in a variable: each contender has its own spelling of ids."""

    type: str
    id: UUID


@dataclass(frozen=True)
class Ask:
    """One request of one visitor.

    :param variables: of the document; an :class:`Id` stands for an id.
    :param plain: method and path of the same for an endpoint that is not GraphQL.
    """

    visitor: Visitor
    variables: Mapping[str, Any]
    plain: tuple[str, str]


@dataclass(frozen=True)
class Request:
    """One of the six: its document, and the visitors who send it.

    :param holds: whether an answer is what the request is about: an empty one is the same for all.
    :param settings: of the server, other than the defaults.
    :param changes: whether it changes a row, so that no ask of a round is sent twice.
    """

    name: str
    words: str
    document: str
    asks: Callable[[], Iterator[Ask]]
    holds: Callable[[Any], bool]
    settings: Mapping[str, str] = field(default_factory=dict)
    changes: bool = False


_ROSTER = """
query Roster($group: ID!, $first: Int!) {
  group(id: $group) {
    id
    name
    members(first: $first) {
      nodes { id displayName name kana postalCode address building phone email }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

_DASHBOARD = """
query Dashboard($group: ID!) {
  group(id: $group) {
    id
    name
    circulars(first: 20) {
      nodes {
        id
        title
        publishedAt
        status
        receiptSummary { recipients delivered read paper outstanding }
        receipts(state: OUTSTANDING, first: 10) {
          nodes { member { id displayName } }
          pageInfo { hasNextPage }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

_ME = """
query Me {
  me {
    id
    displayName
    name
    memberships {
      id
      displayName
      status
      group { id name unreadCircularCount }
    }
  }
}
"""

_MARK_READ = """
mutation MarkRead($input: MarkCircularReadInput!) {
  markCircularRead(input: $input) {
    circular { id myReceipt { state readAt } }
    errors { field code message }
  }
}
"""


def _roster(group: Landmark, officer: Visitor) -> Callable[[], Iterator[Ask]]:
    def asks() -> Iterator[Ask]:
        variables = {"group": Id("Group", group.id), "first": group.size}
        yield Ask(officer, variables, ("GET", f"/groups/{group.id}/members?first={group.size}"))

    return asks


def _dashboard() -> Iterator[Ask]:
    yield Ask(OFFICER, {"group": Id("Group", ROSTER.id)}, ("GET", f"/groups/{ROSTER.id}/circulars"))


def _me() -> Iterator[Ask]:
    yield Ask(NEIGHBOUR, {}, ("GET", "/me"))


def _mark_read() -> Iterator[Ask]:
    # Everybody reads one circular before anybody the next: neighbours in time are different people.
    for circular in UNREAD:
        for reader in READERS:
            variables = {"input": {"circularId": Id("Circular", circular)}}
            yield Ask(reader, variables, ("POST", f"/circulars/{circular}/read"))


def _members(data: Any) -> list[dict[str, Any]]:
    members: list[dict[str, Any]] = data["group"]["members"]["nodes"]
    return members


def _open_members(data: Any) -> int:
    """How many members come with any of the seven personal fields."""
    names = {"id", "displayName"}
    return sum(
        any(value is not None for name, value in member.items() if name not in names)
        for member in _members(data)
    )


def _full(circular: dict[str, Any]) -> bool:
    return circular["receiptSummary"]["recipients"] > 0 and bool(circular["receipts"]["nodes"])


def _has_unread(membership: dict[str, Any]) -> bool:
    return bool(membership["group"]["unreadCircularCount"])


REQUESTS = {
    request.name: request
    for request in (
        Request(
            "roster",
            f"An officer's roster of {ROSTER_SIZE} members, 7 personal fields each",
            _ROSTER,
            _roster(ROSTER, OFFICER),
            lambda data: len(_members(data)) == ROSTER_SIZE and _open_members(data) > 0,
        ),
        Request(
            "roster-masked",
            "The same where city policy switches every category off: what they go by, and nulls",
            _ROSTER,
            _roster(MASKED, MASKED_OFFICER),
            # Of his own fields nothing is kept from him.
            lambda data: len(_members(data)) == ROSTER_SIZE and _open_members(data) == 1,
        ),
        Request(
            "dashboard",
            "20 circulars, with counts and the first ten members outstanding",
            _DASHBOARD,
            _dashboard,
            lambda data: sum(map(_full, data["group"]["circulars"]["nodes"])) == 20,
        ),
        Request(
            "me",
            "Oneself with six groups and how much is unread in each",
            _ME,
            _me,
            lambda data: sum(map(_has_unread, data["me"]["memberships"])) == len(NEIGHBOUR_GROUPS),
        ),
        Request(
            "mark-read",
            "A member marks a circular read, each time another member or another circular",
            _MARK_READ,
            _mark_read,
            lambda data: data["markCircularRead"]["circular"]["myReceipt"]["state"] == "READ",
            changes=True,
        ),
        Request(
            "roster-2000",
            f"The roster of a group of {LARGE_SIZE:,}",
            _ROSTER,
            _roster(LARGE, LARGE_OFFICER),
            lambda data: len(_members(data)) == LARGE_SIZE and _open_members(data) > 0,
            settings={"KAIRAN_PAGE_MAX": str(LARGE_SIZE)},
        ),
    )
}

# Of GraphQL alone, and so not among them: what only the server has work with shows how it scales
# where PostgreSQL has no processors to spare.
SCHEMA = Request(
    "schema",
    "The schema itself, in which PostgreSQL has no part",
    get_introspection_query(descriptions=False),
    lambda: iter([Ask(OFFICER, {}, ("GET", "/"))]),
    lambda data: len(data["__schema"]["types"]) > 100,
)
