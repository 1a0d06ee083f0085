"""Reading a list page by page, as a client does, and every list that there is."""

from dataclasses import dataclass
from typing import Any

from tests.harness.kairan import Client

ENTRY = "edges { cursor node { %s } } nodes { %s } pageInfo { hasNextPage endCursor }"


@dataclass(frozen=True)
class PagedList:
    """A connection: the field, the way to it, and what tells its entries apart."""

    field: str
    parent: str = ""
    entry: str = "id"

    def document(self) -> str:
        """Asks for one page; ``$parent`` is the id of what the list hangs on."""
        entry = ENTRY % (self.entry, self.entry)
        page = f"{self.field}(first: $first, after: $after) {{ {entry} }}"
        arguments = "$first: Int, $after: String"
        if self.parent == "me":
            return f"query({arguments}) {{ me {{ {page} }} }}"
        if self.parent:
            inner = f"... on {self.parent} {{ {page} }}"
            return f"query($parent: ID!, {arguments}) {{ node(id: $parent) {{ {inner} }} }}"
        return f"query({arguments}) {{ {page} }}"

    async def ask(
        self,
        client: Client,
        parent: str | None,
        *,
        first: int | None = None,
        after: str | None = None,
    ) -> dict[str, Any]:
        """The whole answer to one page."""
        variables: dict[str, Any] = {"first": first, "after": after}
        if self.parent not in ("", "me"):
            variables["parent"] = parent
        return await client.ask(self.document(), **variables)

    async def page(
        self,
        client: Client,
        parent: str | None,
        *,
        first: int | None = None,
        after: str | None = None,
    ) -> dict[str, Any]:
        """One page; its edges and its nodes say the same."""
        answer = await self.ask(client, parent, first=first, after=after)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        if self.parent:
            found = found["me" if self.parent == "me" else "node"]
        page: dict[str, Any] = found[self.field]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        return page

    async def pages(self, client: Client, parent: str | None, *, first: int) -> list[list[Any]]:
        """Every page of ``first`` entries, from the start to the end."""
        found: list[list[Any]] = []
        after = None
        while True:
            page = await self.page(client, parent, first=first, after=after)
            found.append(page["nodes"])
            after = page["pageInfo"]["endCursor"]
            assert after == (page["edges"][-1]["cursor"] if page["edges"] else None)
            if not page["pageInfo"]["hasNextPage"]:
                return found


LISTS = {
    "groups": PagedList("groups"),
    "members": PagedList("members", "Group"),
    "members of a han": PagedList("members", "Han"),
    "members of a household": PagedList("members", "Household"),
    "requests": PagedList("membershipRequests", "Group"),
    "circulars": PagedList("circulars", "Group"),
    "receipts": PagedList("receipts", "Circular", "member { id } state"),
    "all releases": PagedList("releases"),
    "own releases": PagedList("releases", "me"),
}
