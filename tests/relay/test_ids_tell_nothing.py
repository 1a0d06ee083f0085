"""Ids and cursors hold no personal value, no resident, and no link between two memberships."""

import base64
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.harness.kairan import Client, Kairan
from tests.relay.neighbourhood import EVERYTHING, Neighbourhood

TOKEN = re.compile(r"[A-Za-z0-9_\-]{22,}")


def strings(value: Any) -> Iterator[str]:
    """Every text in an answer, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def decoded(text: str) -> bytes | None:
    """What an id or a cursor is made of; None for text that is neither."""
    if TOKEN.fullmatch(text) is None:
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None


def mentions(answer: Any, uuid: UUID) -> list[str]:
    """The texts in which ``uuid`` stands, in digits, in bytes or under base64."""
    found = []
    for text in strings(answer):
        bare = text.replace("-", "").lower()
        raw = decoded(text)
        inner = (raw or b"").replace(b"-", b"").lower()
        if (
            uuid.hex in bare
            or (raw is not None and uuid.bytes in raw)
            or uuid.hex.encode() in inner
            or uuid.bytes_le in (raw or b"")
            or str(uuid.int) in text
        ):
            found.append(text)
    return found


def test_the_search_for_an_id_finds_it_in_every_dress(here: Neighbourhood) -> None:
    uuid = here.hanako.id
    for dress in (
        str(uuid),
        uuid.hex.upper(),
        str(uuid.int),
        base64.urlsafe_b64encode(uuid.bytes).decode().rstrip("="),
        base64.urlsafe_b64encode(b"x" + uuid.bytes).decode().rstrip("="),
        base64.urlsafe_b64encode(b"Member:" + str(uuid).encode()).decode().rstrip("="),
    ):
        assert mentions({"data": [{"id": dress}]}, uuid) == [dress]


async def everything(client: Client, here: Neighbourhood) -> dict[str, Any]:
    """The answers to all there is, through both groups."""
    ids = [thing.gid for thing in (*here.things.values(), *here.foreign.values())]
    ids += [here.ken.gid, here.hanako.gid, here.hanako_in_shunko.gid]
    return {
        group.gid: await client.ask(EVERYTHING, group=group.gid, ids=ids)
        for group in (here.kagura, here.shunko, here.tokiwa)
    }


async def test_no_resident_stands_in_any_answer_but_in_ones_own_account(
    here: Neighbourhood, served: Kairan
) -> None:
    people = (here.ken, here.hanako, here.taro, here.jiro)
    auditor = await here.city.staff("AUDITOR")
    for viewer in (*people, auditor, None):
        client = await served.client(viewer) if viewer is not None else served.nobody
        answers = await everything(client, here)
        for person in people:
            expected = {person.gid} if viewer is person else set()
            assert set(mentions(answers, person.id)) == expected


async def test_the_releases_of_one_person_name_no_other(
    here: Neighbourhood, served: Kairan
) -> None:
    await everything(await served.client(here.ken), here)
    hanako = await served.client(here.hanako)
    document = "{ me { releases { edges { cursor node { id seenBy fields group { id } } } } } }"
    answer = await hanako.data(document)
    assert answer["me"]["releases"]["edges"]
    auditors = await (await served.client(await here.city.staff("AUDITOR"))).data(
        "{ releases { edges { cursor node { id seenBy fields subjectCount office } } } }"
    )
    assert auditors["releases"]["edges"]
    for person in (here.ken, here.hanako, here.taro, here.jiro):
        assert mentions([answer, auditors], person.id) == []
    for member in (here.ken_in_kagura, here.hanako_in_kagura, here.taro_in_kagura):
        assert mentions([answer, auditors], member.id) == []


async def test_an_id_or_a_cursor_is_a_type_and_sixteen_bytes_of_the_row_itself(
    here: Neighbourhood, served: Kairan
) -> None:
    answers = await everything(await served.client(here.ken), here)
    tables = ("areas", "groups", "hans", "households", "memberships", "offices", "appointments")
    known = {here.ken.id}
    for table in (*tables, "circulars", "membership_requests", "releases"):
        rows = await here.city.fetch(f"select id from kairan.{table} where city = $1")
        known |= {row["id"] for row in rows}
    seen = 0
    for text in strings(answers):
        raw = decoded(text)
        if raw is not None and b":" in raw and not text.isalpha():
            type_name, _, local = raw.partition(b":")
            assert re.fullmatch(rb"[A-Za-z]+", type_name)
            assert len(local) == 16
            assert UUID(bytes=local) in known
            seen += 1
    assert seen > 100


async def test_nothing_links_the_two_memberships_of_one_person(
    here: Neighbourhood, served: Kairan
) -> None:
    ken = await served.client(here.ken)
    document = """
    query($group: ID!) {
      group(id: $group) { members { edges { cursor node { id displayName } } } }
    }
    """
    found: dict[str, set[bytes]] = {}
    for group in (here.kagura, here.shunko):
        data = await ken.data(document, group=group.gid)
        for edge in data["group"]["members"]["edges"]:
            if edge["node"]["displayName"] in ("花子", "はなちゃん"):
                packed = [decoded(edge["cursor"]), decoded(edge["node"]["id"])]
                found[group.gid] = {(raw or b"")[-16:] for raw in packed}
    in_kagura, in_shunko = found[here.kagura.gid], found[here.shunko.gid]
    assert in_kagura == {here.hanako_in_kagura.id.bytes}
    assert in_shunko == {here.hanako_in_shunko.id.bytes}
    assert here.hanako_in_kagura.id.version == here.hanako_in_shunko.id.version == 4


async def test_no_address_of_the_api_holds_more_than_the_api(served: Kairan) -> None:
    """A client's requests go to one URL, so that no log of a proxy keeps who looked at whom."""
    paths = {getattr(route, "path", None) for route in served.app.routes}
    parameters = {path for path in paths if path and "{" in path}
    assert {path.rpartition("/")[2] for path in parameters} == {"{name}"}
    assert all(path.startswith("/graphql/assets/") for path in parameters)
