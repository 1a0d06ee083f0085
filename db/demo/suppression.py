"""The one resident under a protective order (支援措置)."""

from collections import Counter

from db.demo.associations import Member
from db.demo.chance import Chance
from db.demo.fiscal import DAY
from db.demo.places import CITY, OPENING
from db.demo.rows import Rows
from db.tables.residents import Suppression


def suppress(members: list[Member], rows: Rows) -> Member:
    """Put one of ``members`` under an order, and return that member.

    Somebody who told everything, in a household with others and not on paper, so that a rule that
    was forgotten has something to give away.
    """
    at_home = Counter(member.details.household_id for member in members)
    # Not at home with a sign-in: those are looked at all the time, with their address.
    shown = {member.person.home for member in members if member.person.role is not None}
    chosen = next(
        member
        for member in members
        if member.person.home not in shown
        and member.person.told_everything
        and member.details.joined_on is not None
        and member.details.household_id is not None
        and at_home[member.details.household_id] > 1
        and not member.details.kept_private
        and not member.on_paper
    )
    began = OPENING + 400 * DAY
    rows.add(
        Suppression(
            city=CITY,
            id=Chance("suppression").timed_id(began),
            resident_id=chosen.person.id,
            provisional=False,
            began_at=began,
        )
    )
    return chosen
