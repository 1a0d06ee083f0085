"""What city staff do to groups, to the city's policy, and for who is suppressed."""

from datetime import timedelta

from tests.model.attempts import Attempt, Payload
from tests.model.facts import POWERS, Facts, Group
from tests.model.picking import NothingToPick, Pick

# More of what keeps a group going: in one that has ended there is nothing left to compare.
PARTICIPATIONS = ["ACTIVE", "TRIAL", "ACTIVE", "SUSPENDED", "TRIAL", "ACTIVE", "ENDED"]
MOST_GROUPS = 3


def _staff(facts: Facts, pick: Pick, role: str) -> tuple[str, bool]:
    who = pick.rather([name for name, has in facts.staff.items() if has == role], facts.everybody)
    return who, facts.staff.get(who) == role


def create_group(facts: Facts, pick: Pick) -> Attempt:
    if len(facts.groups) >= MOST_GROUPS:
        raise NothingToPick
    who, done = _staff(facts, pick, "OPERATIONS")
    participation, directory = pick.one(PARTICIPATIONS[:2]), pick.one(["OFFICERS", "MEMBERS"])
    powers = POWERS if pick.chance(2) else pick.some(POWERS)

    def effect(payload: Payload) -> None:
        group = Group(participation, directory, set(powers))
        facts.groups[payload["group"]["id"]] = group

    asked = {
        "name": "新町内会",
        "participation": participation,
        "memberDirectory": directory,
        "powers": powers,
        "idempotencyKey": f"create-{len(facts.groups)}-{facts.now.timestamp()}-{pick.number(9)}",
    }
    return Attempt(who, "createGroup", asked, done, effect, "group { id }")


def set_participation(facts: Facts, pick: Pick) -> Attempt:
    who, done = _staff(facts, pick, "OPERATIONS")
    id_ = pick.one(list(facts.groups))
    group, wanted = facts.groups[id_], pick.one(PARTICIPATIONS)
    days = pick.one([None, 0, 3, 20, -1])
    asked = {"groupId": id_, "participation": wanted}
    starts = facts.today + timedelta(days=days or 0)
    if days is not None:
        asked["startsOn"] = starts.isoformat()

    def effect(_: Payload) -> None:
        group.participation, group.planned = facts.participation(id_), None
        if starts == facts.today:
            group.participation = wanted
        else:
            group.planned = (wanted, starts)

    return Attempt(who, "setParticipation", asked, done and days != -1, effect)


def delegate_powers(facts: Facts, pick: Pick) -> Attempt:
    who, done = _staff(facts, pick, "OPERATIONS")
    id_ = pick.one(list(facts.groups))
    powers = pick.some(POWERS) if pick.chance(3) else POWERS

    def effect(_: Payload) -> None:
        facts.groups[id_].delegated = set(powers)

    return Attempt(who, "delegatePowers", {"groupId": id_, "powers": powers}, done, effect)


def set_city_policy(facts: Facts, pick: Pick) -> Attempt:
    who, done = _staff(facts, pick, "OPERATIONS")
    category, released = pick.one(["ADDRESS", "NAME", "PLACE"]), pick.number(4) != 0

    def effect(_: Payload) -> None:
        facts.switched_off = facts.switched_off - {category} | (set() if released else {category})

    asked = {"category": category, "released": released, "reason": "答申"}
    return Attempt(who, "setCityPolicy", asked, done, effect)


def _seen(facts: Facts) -> list[str]:
    """Whose address somebody else sees."""
    return [
        member.person
        for id_, member in facts.members.items()
        if any(facts.address(who, id_) for who in facts.residents if who != member.person)
    ]


def suppress_resident(facts: Facts, pick: Pick) -> Attempt:
    who, done = _staff(facts, pick, "SUPPRESSION")
    person = pick.rather(_seen(facts), facts.residents)

    def effect(_: Payload) -> None:
        facts.suppressed.add(person)
        facts.ever_suppressed.add(person)

    asked = {"residentId": person, "provisional": pick.chance(2)}
    return Attempt(who, "suppressResident", asked, done, effect)


def lift_suppression(facts: Facts, pick: Pick) -> Attempt:
    who, done = _staff(facts, pick, "SUPPRESSION")
    person = pick.rather(sorted(facts.ever_suppressed), facts.residents)

    def effect(_: Payload) -> None:
        facts.suppressed.discard(person)

    done = done and person in facts.ever_suppressed
    return Attempt(who, "liftSuppression", {"residentId": person}, done, effect)


ACTS = [
    create_group,
    set_participation,
    delegate_powers,
    set_city_policy,
    suppress_resident,
    lift_suppression,
]
