"""Coming in and going out, han and households, and who may list the members."""

from collections.abc import Sequence

from tests.model.attempts import Attempt, Payload
from tests.model.facts import MEMBERS, Facts, Request
from tests.model.picking import Pick


def managers(facts: Facts, group: str) -> list[str]:
    """Who manages members in a group."""
    return [who for who in facts.residents if facts.may(who, MEMBERS, group)]


def _group(facts: Facts, pick: Pick) -> str:
    return pick.one(list(facts.groups))


def _place(facts: Facts, pick: Pick, group: str) -> tuple[dict[str, str | None], str | None, bool]:
    """A han and a household as input, the han, and whether both are of the group."""
    own_hans = [han for han, of in facts.hans.items() if of == group]
    own_houses = [house for house, of in facts.households.items() if of == group]
    han = pick.rather(own_hans, list(facts.hans)) if pick.chance(2) else None
    house = pick.rather(own_houses, list(facts.households)) if pick.chance(3) else None
    fits = (han is None or han in own_hans) and (house is None or house in own_houses)
    return {"hanId": han, "householdId": house}, han, fits


def request_membership(facts: Facts, pick: Pick) -> Attempt:
    group = _group(facts, pick)
    outside = [who for who in facts.residents if facts.membership(who, group) is None]
    who = pick.rather(outside, facts.everybody)

    def effect(payload: Payload) -> None:
        facts.requests.setdefault(payload["request"]["id"], Request(who, group))

    done = who in outside and facts.runs(group)
    asked = {"groupId": group}
    return Attempt(who, "requestMembership", asked, done, effect, "request { id }")


def _request(facts: Facts, pick: Pick) -> tuple[str, Request]:
    waiting = [id_ for id_, each in facts.requests.items() if each.status == "PENDING"]
    id_ = pick.rather(waiting, list(facts.requests))
    return id_, facts.requests[id_]


def withdraw_request(facts: Facts, pick: Pick) -> Attempt:
    id_, request = _request(facts, pick)
    who = pick.rather([request.person], facts.everybody)

    def effect(_: Payload) -> None:
        request.status = "WITHDRAWN"

    done = who == request.person and request.status in ("PENDING", "WITHDRAWN")
    return Attempt(who, "withdrawRequest", {"requestId": id_}, done, effect)


def approve_membership(facts: Facts, pick: Pick) -> Attempt:
    id_, request = _request(facts, pick)
    deciding: Sequence[str] = managers(facts, request.group)
    if not facts.anybody_could(MEMBERS, request.group) and facts.runs(request.group):
        deciding = [*deciding, "operations"]
    who = pick.rather([*deciding, "operations"], facts.everybody)
    place, han, fits = _place(facts, pick, request.group)
    waits = request.status == "PENDING"

    def effect(payload: Payload) -> None:
        if waits:
            request.status = "APPROVED"
            facts.members[payload["joined"]].han = han

    done = who in deciding and (request.status == "APPROVED" or (waits and fits))
    joins = (request.person, request.group) if done and waits else None
    return Attempt(who, "approveMembership", {"requestId": id_, **place}, done, effect, joins=joins)


def decline_membership(facts: Facts, pick: Pick) -> Attempt:
    id_, request = _request(facts, pick)
    deciding = managers(facts, request.group)
    who = pick.rather(deciding, facts.everybody)

    def effect(_: Payload) -> None:
        request.status = "DECLINED"

    done = who in deciding and request.status in ("PENDING", "DECLINED")
    return Attempt(who, "declineMembership", {"requestId": id_, "reason": "区域外"}, done, effect)


def move_member(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.members))
    member = facts.members[id_]
    who = pick.rather(managers(facts, member.group), facts.everybody)
    place, han, fits = _place(facts, pick, member.group)

    def effect(_: Payload) -> None:
        member.han = han

    done = facts.may(who, MEMBERS, member.group) and member.status == "ACTIVE" and fits
    return Attempt(who, "moveMember", {"memberId": id_, **place}, done, effect)


def leave_group(facts: Facts, pick: Pick) -> Attempt:
    group = _group(facts, pick)
    ever = [member.person for member in facts.members.values() if member.group == group]
    who = pick.rather(ever, facts.everybody)

    def effect(_: Payload) -> None:
        active = facts.membership(who, group)
        if active is not None:
            facts.end(active, "LEFT")

    return Attempt(who, "leaveGroup", {"groupId": group}, who in ever, effect)


def remove_member(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.members))
    member = facts.members[id_]
    who = pick.rather(managers(facts, member.group), facts.everybody)

    def effect(_: Payload) -> None:
        if member.status == "ACTIVE":
            facts.end(id_, "REMOVED")

    done = (
        facts.may(who, MEMBERS, member.group)
        and member.person != who
        and member.status in ("ACTIVE", "REMOVED")
    )
    return Attempt(who, "removeMember", {"memberId": id_, "reason": "転居"}, done, effect)


def set_member_directory(facts: Facts, pick: Pick) -> Attempt:
    group = _group(facts, pick)
    who, chosen = (
        pick.rather(managers(facts, group), facts.everybody),
        pick.one(["MEMBERS", "OFFICERS"]),
    )

    def effect(_: Payload) -> None:
        facts.groups[group].directory = chosen

    asked = {"groupId": group, "memberDirectory": chosen}
    return Attempt(who, "setMemberDirectory", asked, facts.may(who, MEMBERS, group), effect)


def define_han(facts: Facts, pick: Pick) -> Attempt:
    group = _group(facts, pick)
    who = pick.rather(managers(facts, group), facts.everybody)

    def effect(payload: Payload) -> None:
        facts.hans[payload["han"]["id"]] = group

    asked = {"groupId": group, "name": "班", "idempotencyKey": f"han-{facts.now.timestamp()}"}
    return Attempt(who, "defineHan", asked, facts.may(who, MEMBERS, group), effect, "han { id }")


def define_household(facts: Facts, pick: Pick) -> Attempt:
    group = _group(facts, pick)
    who = pick.rather(managers(facts, group), facts.everybody)
    own_hans = [han for han, of in facts.hans.items() if of == group]
    han = pick.rather(own_hans, list(facts.hans)) if facts.hans and pick.chance(2) else None

    def effect(payload: Payload) -> None:
        # Whoever manages members and is not shown places is not told its id.
        if payload["household"] is not None:
            facts.households[payload["household"]["id"]] = group

    asked = {
        "groupId": group,
        "hanId": han,
        "idempotencyKey": f"house-{facts.now.timestamp()}",
    }
    done = facts.may(who, MEMBERS, group) and (han is None or han in own_hans)
    return Attempt(who, "defineHousehold", asked, done, effect, "household { id }")


ACTS = [
    request_membership,
    withdraw_request,
    approve_membership,
    decline_membership,
    move_member,
    leave_group,
    remove_member,
    set_member_directory,
    define_han,
    define_household,
]
