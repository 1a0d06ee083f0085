"""Enums of the schema, each value with words for a front-end developer."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, TypeVar

import strawberry

from permissions.words import (
    AudienceKind,
    Category,
    Directory,
    Participation,
    Power,
    Reason,
    StaffRole,
    ViewerKind,
)

E = TypeVar("E", bound=Enum)


def described(cls: type[E], name: str, description: str, values: Mapping[E, str]) -> type[E]:
    """Make ``cls`` a GraphQL enum. Raises TypeError for a value without a description."""
    missing = [value.name for value in cls if value not in values]
    if missing:
        raise TypeError(f"{name}: describe {', '.join(missing)}")
    enum: Any = strawberry.enum(cls, name=name, description=description)
    for definition in enum.__strawberry_definition__.values:
        definition.description = values[cls[definition.name]]
    return cls


class GroupKind(StrEnum):
    """What an association calls itself."""

    CHONAIKAI = "CHONAIKAI"
    JICHIKAI = "JICHIKAI"
    OTHER = "OTHER"


class AgeBand(StrEnum):
    """Age in decades."""

    UNDER_20 = "UNDER_20"
    TWENTIES = "TWENTIES"
    THIRTIES = "THIRTIES"
    FORTIES = "FORTIES"
    FIFTIES = "FIFTIES"
    SIXTIES = "SIXTIES"
    SEVENTIES = "SEVENTIES"
    EIGHTIES = "EIGHTIES"
    NINETY_OR_OLDER = "NINETY_OR_OLDER"


class MemberStatus(StrEnum):
    """Where a membership stands."""

    ACTIVE = "ACTIVE"
    LEFT = "LEFT"
    REMOVED = "REMOVED"


class RequestStatus(StrEnum):
    """Where an application stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class AppointmentStatus(StrEnum):
    """Where a term stands today, in the city's time."""

    UPCOMING = "UPCOMING"
    CURRENT = "CURRENT"
    ENDED = "ENDED"


class CircularStatus(StrEnum):
    """Where a circular stands."""

    SCHEDULED = "SCHEDULED"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class CircularAudienceKind(StrEnum):
    """Whom a circular is addressed to."""

    ALL = "ALL"
    HAN = "HAN"
    OFFICE = "OFFICE"


class ReceiptState(StrEnum):
    """How far a circular got with one member."""

    OUTSTANDING = "OUTSTANDING"
    DELIVERED = "DELIVERED"
    READ = "READ"
    PAPER = "PAPER"


described(
    Power,
    "Power",
    "What the city delegates (権限): to a group as a ceiling, by the group to its offices.",
    {
        Power.VIEW_ROSTER: "See members' names, addresses and places in the group.",
        Power.MANAGE_MEMBERS: "Decide on membership requests; move and remove members.",
        Power.MANAGE_OFFICES: "Define offices and appoint members to them.",
        Power.PUBLISH: "Publish circulars.",
        Power.VIEW_RECEIPTS: "See whom a circular reached, and record paper deliveries.",
        Power.RUN_SURVEYS: "Run surveys and events.",
        Power.MODERATE: "Moderate the members' board.",
        Power.RUN_SAFETY_CHECKS: "Run safety checks (安否確認).",
    },
)
described(
    StaffRole,
    "StaffRole",
    "Duties of city employees (市職員). None of them opens a personal field of anybody.",
    {
        StaffRole.OPERATIONS: "Runs the platform: groups, participation, delegation, policy.",
        StaffRole.SUPPRESSION: "Enters and lifts suppressions (支援措置).",
        StaffRole.AUDITOR: "Reads the rules and the ledger of releases, without values.",
    },
)
described(
    Category,
    "DataCategory",
    "Kinds of personal data: what city policy can switch off.",
    {
        Category.NAME: "Name and kana.",
        Category.ADDRESS: "Postal code, address, building, area.",
        Category.PHONE: "Phone number.",
        Category.EMAIL: "Contact e-mail address.",
        Category.AGE: "Birth date and age band.",
        Category.PLACE: "Han, household and date of joining.",
        Category.RECEIPT: "Whether and when a circular reached a member.",
    },
)
described(
    Participation,
    "Participation",
    "How a group takes part in the platform, by its own choice.",
    {
        Participation.TRIAL: "Trying it out: everything works.",
        Participation.ACTIVE: "Taking part.",
        Participation.SUSPENDED: "Paused: nothing is released or published, members still read.",
        Participation.ENDED: "Over: nothing is released, nothing is read.",
    },
)
described(
    Directory,
    "MemberDirectory",
    "Who may list a group's members by display name.",
    {
        Directory.OFFICERS: "Officers with VIEW_ROSTER only; `members` is null for the others.",
        Directory.MEMBERS: "Every member sees display names; personal fields stay null.",
    },
)
described(
    ViewerKind,
    "ViewerKind",
    "What sort of caller the server sees.",
    {
        ViewerKind.ANONYMOUS: "Not signed in.",
        ViewerKind.RESIDENT: "A resident with an account.",
        ViewerKind.STAFF: "A city employee; `me` is null.",
    },
)
described(
    AudienceKind,
    "AudienceKind",
    "The permission classes that rules are made of.",
    {
        AudienceKind.ANYONE: "Public, signed in or not.",
        AudienceKind.WHOEVER_REACHES: (
            "Whoever reaches the object at all; the fields that lead to it have rules of their own."
        ),
        AudienceKind.RESIDENT: "A signed-in resident.",
        AudienceKind.THEMSELF: "The resident whom it is about.",
        AudienceKind.MEMBER_OF_GROUP: "An active member of the group, while it has not ended.",
        AudienceKind.MEMBER_OF_OPEN_GROUP: (
            "An active member of the group, if its member directory is MEMBERS."
        ),
        AudienceKind.OFFICER_OF_GROUP: (
            "An officer of the group through which the object is reached: in term, with the power,"
            " inside the delegation, while the group releases."
        ),
        AudienceKind.CITY_STAFF: "A city employee with the role.",
    },
)
described(
    Reason,
    "WithheldReason",
    "Why a field was withheld, in `extensions.withheld`: about the viewer and the group alone.",
    {
        Reason.NOT_SIGNED_IN: "Nobody is signed in.",
        Reason.NOT_A_MEMBER: "The viewer is no active member of the group.",
        Reason.NOT_AN_OFFICER: "The viewer holds no office in the group today.",
        Reason.GROUP_NOT_RELEASING: "The group is suspended or has ended.",
        Reason.POWER_MISSING: "No office of the viewer has the power, or it is not delegated.",
        Reason.CITY_POLICY: "The city has switched this category of data off.",
    },
)
described(
    GroupKind,
    "GroupKind",
    "What a neighbourhood association calls itself.",
    {
        GroupKind.CHONAIKAI: "町内会",
        GroupKind.JICHIKAI: "自治会",
        GroupKind.OTHER: "Another name, such as 区会 or 管理組合.",
    },
)
described(
    AgeBand,
    "AgeBand",
    "Age in decades (年代), for addressing city notices by stage of life.",
    {
        AgeBand.UNDER_20: "Up to 19.",
        AgeBand.TWENTIES: "20 to 29.",
        AgeBand.THIRTIES: "30 to 39.",
        AgeBand.FORTIES: "40 to 49.",
        AgeBand.FIFTIES: "50 to 59.",
        AgeBand.SIXTIES: "60 to 69.",
        AgeBand.SEVENTIES: "70 to 79.",
        AgeBand.EIGHTIES: "80 to 89.",
        AgeBand.NINETY_OR_OLDER: "90 and above.",
    },
)
described(
    MemberStatus,
    "MemberStatus",
    "Where a membership stands.",
    {
        MemberStatus.ACTIVE: "A member.",
        MemberStatus.LEFT: "Left by their own choice.",
        MemberStatus.REMOVED: "Removed by the group.",
    },
)
described(
    RequestStatus,
    "MembershipRequestStatus",
    "Where an application to join stands.",
    {
        RequestStatus.PENDING: "Waiting for the group's officers.",
        RequestStatus.APPROVED: "Accepted: there is a membership now.",
        RequestStatus.DECLINED: "Declined by the group.",
        RequestStatus.WITHDRAWN: "Withdrawn by the applicant.",
    },
)
described(
    AppointmentStatus,
    "AppointmentStatus",
    "Where a term of office stands today, in Asia/Tokyo.",
    {
        AppointmentStatus.UPCOMING: "Not begun: no power yet.",
        AppointmentStatus.CURRENT: "In term; the last day counts in full.",
        AppointmentStatus.ENDED: "Over, or ended early.",
    },
)
described(
    CircularStatus,
    "CircularStatus",
    "Where a circular stands.",
    {
        CircularStatus.SCHEDULED: "To be published later; only officers who publish see it.",
        CircularStatus.PUBLISHED: "Out.",
        CircularStatus.WITHDRAWN: "Taken back by an officer; members do not see it any more.",
    },
)
described(
    CircularAudienceKind,
    "CircularAudienceKind",
    "Whom a circular is addressed to.",
    {
        CircularAudienceKind.ALL: "All members.",
        CircularAudienceKind.HAN: "The members of one han.",
        CircularAudienceKind.OFFICE: "The holders of one office.",
    },
)
described(
    ReceiptState,
    "ReceiptState",
    "How far a circular got with one member.",
    {
        ReceiptState.OUTSTANDING: "Not reached yet: may need paper.",
        ReceiptState.DELIVERED: "Its text was in an answer to the member.",
        ReceiptState.READ: "The member marked it read.",
        ReceiptState.PAPER: "An officer recorded that it was brought on paper.",
    },
)
