"""Offices, terms and circulars."""

from datetime import timedelta
from typing import Any

from tests.model.attempts import Attempt, Payload
from tests.model.facts import (
    OFFICES,
    POWERS,
    PUBLISH,
    RECEIPTS,
    ROSTER,
    Circular,
    Facts,
    Office,
    Term,
)
from tests.model.picking import Pick


def _who_may(facts: Facts, power: str, group: str) -> list[str]:
    return [who for who in facts.residents if facts.may(who, power, group)]


def _definers(facts: Facts, group: str) -> list[str]:
    """Who defines offices and appoints: officers, or the city where none could."""
    if not facts.anybody_could(OFFICES, group):
        return ["operations"]
    return _who_may(facts, OFFICES, group)


def _hands_on(facts: Facts, who: str, group: str, powers: set[str]) -> bool:
    return who in facts.staff or powers <= facts.lent(who, group)


def define_office(facts: Facts, pick: Pick) -> Attempt:
    group = pick.one(list(facts.groups))
    who = pick.rather([*_definers(facts, group), "operations"], facts.everybody)
    lent = facts.lent(who, group) or facts.groups[group].delegated
    powers = pick.some(POWERS) if pick.chance(3) else sorted(lent)

    def effect(payload: Payload) -> None:
        facts.offices[payload["office"]["id"]] = Office(group, set(powers))

    done = (
        who in _definers(facts, group)
        and set(powers) <= facts.groups[group].delegated
        and _hands_on(facts, who, group, set(powers))
    )
    asked = {
        "groupId": group,
        "title": "役",
        "powers": powers,
        "idempotencyKey": f"office-{facts.now.timestamp()}",
    }
    return Attempt(who, "defineOffice", asked, done, effect, "office { id }")


def change_office(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.offices))
    office = facts.offices[id_]
    group = office.group
    who = pick.rather(_who_may(facts, OFFICES, group), facts.everybody)
    # One power more or less.
    powers = office.powers ^ {pick.one(POWERS)}
    own = facts.membership(who, group)
    holds = any(
        term.office == id_ and term.member == own and not term.ended and term.last >= facts.today
        for term in facts.terms.values()
    )
    done = (
        facts.may(who, OFFICES, group)
        and not holds
        and powers - office.powers <= facts.groups[group].delegated
        and powers ^ office.powers <= facts.lent(who, group)
    )

    def effect(_: Payload) -> None:
        office.powers = powers

    asked = {"officeId": id_, "powers": sorted(powers)}
    return Attempt(who, "changeOffice", asked, done, effect)


def appoint_officer(facts: Facts, pick: Pick) -> Attempt:
    leading = [id_ for id_, each in facts.offices.items() if ROSTER in each.powers]
    id_ = pick.rather(leading, list(facts.offices))
    office = facts.offices[id_]
    group = office.group
    who = pick.rather([*_definers(facts, group), "operations"], facts.everybody)
    active = [m for m, found in facts.members.items() if found.group == group]
    chosen = [pick.rather([m for m in active if facts.members[m].status == "ACTIVE"], active)]
    if pick.chance(3):
        chosen.append(pick.one(list(facts.members)))
    first = facts.today + timedelta(days=pick.one([0, 0, -10, 5, 20]))
    last = first + timedelta(days=pick.one([60, 40, 5, 20, -1]))
    asked: dict[str, Any] = {"officeId": id_, "memberIds": chosen, "endsOn": last.isoformat()}
    before = [term for term, each in facts.terms.items() if each.office == id_]
    known = True
    if facts.terms and pick.chance(4):
        asked["succeeds"] = pick.rather(before, list(facts.terms))
        known = asked["succeeds"] in before
        succeeded = facts.terms[asked["succeeds"]]
        first = succeeded.last + timedelta(days=1)
        if succeeded.ended:
            first = min(first, facts.today)
    else:
        asked["startsOn"] = first.isoformat()

    def overlaps(member: str) -> bool:
        return any(
            term.office == id_
            and term.member == member
            and not term.ended
            and (term.first, term.last) != (first, last)
            and term.first <= last
            and term.last >= first
            for term in facts.terms.values()
        )

    done = (
        who in _definers(facts, group)
        and _hands_on(facts, who, group, office.powers)
        and known
        and first <= last
        and last >= facts.today
        and facts.membership(who, group) not in chosen
        and all(
            facts.members[m].group == group and facts.members[m].status == "ACTIVE" for m in chosen
        )
        and not any(overlaps(m) for m in chosen)
    )

    def effect(payload: Payload) -> None:
        for member, appointment in zip(dict.fromkeys(chosen), payload["appointments"], strict=True):
            facts.terms.setdefault(appointment["id"], Term(id_, member, first, last))

    return Attempt(who, "appointOfficer", asked, done, effect, "appointments { id }")


def end_appointment(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.terms))
    term = facts.terms[id_]
    office = facts.offices[term.office]
    who = pick.rather(_who_may(facts, OFFICES, office.group), facts.everybody)
    days = pick.one([None, 0, 4, -1])
    asked = {"appointmentId": id_}
    last = facts.today + timedelta(days=days or 0)
    if days is not None:
        asked["endsOn"] = last.isoformat()
    over = term.ended or term.last < facts.today or (days is not None and term.last == last)
    sooner = days is None or (max(facts.today, term.first) <= last < term.last)

    def effect(_: Payload) -> None:
        if not over and days is None:
            term.ended = True
        elif not over:
            term.last = last

    done = (
        facts.may(who, OFFICES, office.group)
        and facts.membership(who, office.group) != term.member
        and office.powers <= facts.lent(who, office.group)
        and (over or sooner)
    )
    return Attempt(who, "endAppointment", asked, done, effect)


def publish_circular(facts: Facts, pick: Pick) -> Attempt:
    group = pick.one(list(facts.groups))
    who = pick.rather(_who_may(facts, PUBLISH, group), facts.everybody)
    later = timedelta(days=pick.one([0, 0, 2]))
    asked: dict[str, Any] = {
        "groupId": group,
        "title": "回覧",
        "body": "本文",
        "idempotencyKey": f"circular-{facts.now.timestamp()}",
    }
    if later:
        asked["publishAt"] = (facts.now + later).isoformat()
    han = office = None
    audience = pick.number(3)
    if audience == 1 and facts.hans:
        han = pick.rather([h for h, of in facts.hans.items() if of == group], list(facts.hans))
        asked |= {"audience": "HAN", "hanId": han}
    elif audience == 2 and facts.offices:
        own_offices = [o for o, found in facts.offices.items() if found.group == group]
        office = pick.rather(own_offices, list(facts.offices))
        asked |= {"audience": "OFFICE", "officeId": office}
    done = (
        facts.may(who, PUBLISH, group)
        and (han is None or facts.hans[han] == group)
        and (office is None or facts.offices[office].group == group)
    )

    def effect(payload: Payload) -> None:
        author = facts.membership(who, group)
        assert author is not None
        circular = Circular(group, author, facts.now + later, han, office)
        facts.circulars[payload["circular"]["id"]] = circular

    return Attempt(who, "publishCircular", asked, done, effect, "circular { id }")


def edit_circular(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.circulars))
    circular = facts.circulars[id_]
    who = pick.rather(_who_may(facts, PUBLISH, circular.group), facts.everybody)
    done = facts.may(who, PUBLISH, circular.group) and not circular.withdrawn
    asked = {"circularId": id_, "title": "訂正", "body": f"本文{pick.number(3)}"}
    return Attempt(who, "editCircular", asked, done)


def withdraw_circular(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.circulars))
    circular = facts.circulars[id_]
    who = pick.rather(_who_may(facts, PUBLISH, circular.group), facts.everybody)

    def effect(_: Payload) -> None:
        circular.withdrawn = True

    done = facts.may(who, PUBLISH, circular.group)
    return Attempt(who, "withdrawCircular", {"circularId": id_}, done, effect)


def mark_circular_read(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.circulars))
    readers = [who for who in facts.residents if facts.readable(who, id_)]
    who = pick.rather(readers, facts.everybody)
    return Attempt(who, "markCircularRead", {"circularId": id_}, who in readers)


def record_paper_delivery(facts: Facts, pick: Pick) -> Attempt:
    id_ = pick.one(list(facts.circulars))
    group = facts.circulars[id_].group
    who = pick.rather(_who_may(facts, RECEIPTS, group), facts.everybody)
    active = [
        id_
        for id_, found in facts.members.items()
        if found.group == group and found.status == "ACTIVE"
    ]
    chosen = [pick.rather(active, list(facts.members)) for _ in range(1 + pick.number(2))]
    done = facts.may(who, RECEIPTS, group) and set(chosen) <= set(active)
    asked = {"circularId": id_, "memberIds": chosen}
    return Attempt(who, "recordPaperDelivery", asked, done)


ACTS = [
    define_office,
    change_office,
    appoint_officer,
    end_appointment,
    publish_circular,
    edit_circular,
    withdraw_circular,
    mark_circular_read,
    record_paper_delivery,
]
