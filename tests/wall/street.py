"""The settled city with more officers, each with one power, and with things that are over."""

import re
from datetime import timedelta
from uuid import uuid4

from permissions.words import Power
from tests.harness.city import City, Thing
from tests.wall.neighbourhood import Neighbourhood, settle

# Everybody who lives there, and who works for the city.
RESIDENTS = {
    *("ken", "kaikei", "mae", "asu", "hanako", "sayuri", "sachi", "saru", "meibo", "jin", "yaku"),
    *("todoke", "taro", "yasumi", "owari", "kyu", "eri", "goro", "turned", "applicant", "stranger"),
}
STAFF = {"OPERATIONS", "SUPPRESSION", "AUDITOR"}
# In akebono, besides ken who has all powers and kaikei who publishes.
ONE_POWER_EACH = {
    "meibo": Power.VIEW_ROSTER,
    "jin": Power.MANAGE_MEMBERS,
    "yaku": Power.MANAGE_OFFICES,
    "todoke": Power.VIEW_RECEIPTS,
}


async def settle_street(city: City) -> Neighbourhood:
    """More than ``settle``: akebono's officers with one power each; eki, where eri has all but
    MODERATE, which the city does not delegate; saru's and turned's old applications to akebono.
    """
    here = await settle(city)
    akebono = next(id_ for id_, name in here.names.items() if name == "akebono")
    group = Thing(akebono, "Group", akebono)
    eki = await city.group("eki", delegated=tuple(set(Power) - {Power.MODERATE}))
    here.call("eki", eki.id)
    for name in (*ONE_POWER_EACH, "eri", "goro", "turned"):
        await here.person(name)
    for name, power in ONE_POWER_EACH.items():
        await here.officer(await here.member(group, name), f"{name}係", power)
    eri = await here.member(eki, "eri")
    await here.member(eki, "goro")
    await here.officer(eri, "駅会長", *Power)
    han, house = await city.han(eki, "駅1班"), await city.household(eki)
    notice = await city.circular(eri, "駅のお知らせ")
    here.names |= {han.id: "駅1班", house.id: "goro's house", notice.id: "駅のお知らせ"}
    once = await city.request(group, here.people["saru"], status="APPROVED")
    never = await city.request(group, here.people["turned"], status="DECLINED")
    here.names |= {once.id: "saru to akebono", never.id: "turned to akebono"}
    await city.execute(
        "update kairan.appointments set ended_at = $2 where city = $1 and id = $3",
        city.clock() - timedelta(days=1),
        next(id_ for id_, name in here.names.items() if name == "前会長:mae"),
    )
    for name in (*ONE_POWER_EACH, "eri", "goro", "turned"):
        here.sessions[name] = await city.session(here.people[name])
    return here


def spelled(here: Neighbourhood, statement: str, viewer: str) -> str:
    """A statement with every ``<name>`` as the literal of its id.

    ``<city>`` is the city's number, ``<now>`` its moment, ``<new>`` an id of its own, ``<me>`` the
    viewer, ``<me@group>`` his membership there; of nobody and of no membership, some other id.
    """
    ids = {name: id_ for id_, name in here.names.items()}

    def literal(found: re.Match[str]) -> str:
        name = found[1]
        if name == "city":
            return str(here.city.number)
        if name == "now":
            return f"'{here.city.clock().isoformat()}'"
        if name == "new":
            return f"'{uuid4()}'"
        if name == "me" or name.startswith("me@"):
            return f"'{ids.get(viewer + name[2:]) or uuid4()}'"
        return f"'{ids[name]}'"

    return re.sub(r"<([^<>=]+)>", literal, statement)
