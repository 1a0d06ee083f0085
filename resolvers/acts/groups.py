"""What changes about a group, and the city's policy."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from db.acts import groups as statements
from db.reading import today
from permissions.words import Category, Directory, Participation, Power
from resolvers.acts.act import (
    Act,
    known,
    not_permitted,
    optional,
    optional_text,
    perform,
    refuse,
    text,
)
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation


async def create_group(
    operation: Operation,
    *,
    name: str,
    kind: str,
    area: str | None,
    introduction: str | None,
    participation: Participation,
    directory: Directory,
    powers: Sequence[Power],
    key: str,
) -> dict[str, Any]:
    """A new group with the powers delegated to it."""

    async def work(act: Act) -> UUID:
        act.permit()
        group = await statements.create(
            act.transaction,
            name=text(name, 100, "name"),
            kind=kind,
            area=optional("Area", area),
            introduction=optional_text(introduction, 2000, "introduction", lines=True) or "",
            participation=participation,
            directory=directory,
        )
        given = sorted(set(powers))
        await statements.delegate(act.transaction, group, given)
        await act.record(
            "GROUP_CREATED",
            group=group,
            after={"participation": participation, "powers": ", ".join(given)},
        )
        return group

    asked = [name, kind, area, introduction, participation, directory, sorted(powers)]
    return await perform(operation, "createGroup", work, key=key, asked=asked)


async def set_participation(
    operation: Operation, *, group: str, participation: Participation, starts_on: date | None
) -> dict[str, Any]:
    """How a group takes part, from today or from a coming day on."""

    async def work(act: Act) -> UUID:
        act.permit()
        found = await statements.find(act.transaction, known("Group", group)) or not_permitted()
        day = today(act.transaction)
        current, since = found["participation"], found["participation_since"]
        planned = (found["next_participation"], found["next_participation_from"])
        if planned[1] is not None and planned[1] <= day:
            current, since, planned = planned[0], planned[1], (None, None)
        if starts_on is not None and starts_on < day:
            refuse(UserErrorCode.INVALID, "Give today or a coming day.", "startsOn")
        if starts_on is None or starts_on == day:
            wanted: tuple[Any, ...] = (
                participation.value,
                since if current == participation else day,
                None,
                None,
            )
        else:
            wanted = (current, since, participation.value, starts_on)
        if wanted == (current, since, *planned):
            return found["id"]  # type: ignore[no-any-return]
        await statements.set_participation(
            act.transaction,
            found["id"],
            now=wanted[0],
            since=wanted[1],
            later=wanted[2],
            later_from=wanted[3],
        )
        await act.record(
            "PARTICIPATION_SET",
            group=found["id"],
            before={"participation": current},
            after={"participation": participation, "startsOn": starts_on or day},
        )
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "setParticipation", work)


async def delegate_powers(
    operation: Operation, *, group: str, powers: Sequence[Power]
) -> dict[str, Any]:
    """The powers the city delegates to a group: exactly these from now on."""

    async def work(act: Act) -> UUID:
        act.permit()
        found = await statements.find(act.transaction, known("Group", group)) or not_permitted()
        before, after = set(found["powers"]), {power.value for power in powers}
        if before == after:
            return found["id"]  # type: ignore[no-any-return]
        await statements.take_back(act.transaction, found["id"], sorted(before - after))
        await statements.delegate(act.transaction, found["id"], sorted(after - before))
        await act.record(
            "POWERS_DELEGATED",
            group=found["id"],
            before={"powers": ", ".join(sorted(before))},
            after={"powers": ", ".join(sorted(after))},
        )
        return found["id"]  # type: ignore[no-any-return]

    return await perform(operation, "delegatePowers", work)


async def set_city_policy(
    operation: Operation, *, category: Category, released: bool, reason: str
) -> dict[str, Any]:
    """Whether the city lets a category of data be released at all."""

    async def work(act: Act) -> str:
        act.permit()
        why = text(reason, 1000, "reason", lines=True)
        off = await statements.is_switched_off(act.transaction, category)
        if off == (not released):
            return category.value
        if released:
            await statements.switch_on(act.transaction, category)
        else:
            await statements.switch_off(act.transaction, category, why)
        await act.record(
            "CITY_POLICY_SET",
            before={"category": category, "released": not released},
            after={"category": category, "released": released, "reason": why},
        )
        return category.value

    return await perform(operation, "setCityPolicy", work)


async def set_member_directory(
    operation: Operation, *, group: str, directory: Directory
) -> dict[str, Any]:
    """Who may list the members of a group."""

    async def work(act: Act) -> UUID:
        group_id = known("Group", group)
        act.permit(group_id)
        found = await statements.find(act.transaction, group_id) or not_permitted()
        if found["member_directory"] != directory:
            await statements.set_directory(act.transaction, group_id, directory)
            await act.record(
                "MEMBER_DIRECTORY_SET",
                group=group_id,
                before={"memberDirectory": found["member_directory"]},
                after={"memberDirectory": directory},
            )
        return group_id

    return await perform(operation, "setMemberDirectory", work)


async def define_han(
    operation: Operation, *, group: str, name: str, position: int, key: str
) -> dict[str, Any]:
    """A new han of a group."""

    async def work(act: Act) -> UUID:
        group_id = known("Group", group)
        act.permit(group_id)
        return await statements.define_han(
            act.transaction, group_id, text(name, 50, "name"), position
        )

    return await perform(operation, "defineHan", work, key=key, asked=[group, name, position])


async def define_household(
    operation: Operation, *, group: str, han: str | None, paper_only: bool, key: str
) -> dict[str, Any]:
    """A new household of a group."""

    async def work(act: Act) -> UUID:
        group_id = known("Group", group)
        act.permit(group_id)
        return await statements.define_household(
            act.transaction, group_id, optional("Han", han), paper_only=paper_only
        )

    asked = [group, han, paper_only]
    return await perform(operation, "defineHousehold", work, key=key, asked=asked)
