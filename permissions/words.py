"""The closed vocabularies the rules are written in. Values are stored and shown as they stand."""

from enum import StrEnum


class Power(StrEnum):
    """What the city delegates (権限): to a group as a ceiling, by the group to its offices."""

    VIEW_ROSTER = "VIEW_ROSTER"
    MANAGE_MEMBERS = "MANAGE_MEMBERS"
    MANAGE_OFFICES = "MANAGE_OFFICES"
    PUBLISH = "PUBLISH"
    VIEW_RECEIPTS = "VIEW_RECEIPTS"
    RUN_SURVEYS = "RUN_SURVEYS"
    MODERATE = "MODERATE"
    RUN_SAFETY_CHECKS = "RUN_SAFETY_CHECKS"


class StaffRole(StrEnum):
    """Duties of city employees (市職員). None of them opens a personal field."""

    OPERATIONS = "OPERATIONS"
    SUPPRESSION = "SUPPRESSION"
    AUDITOR = "AUDITOR"


class Category(StrEnum):
    """Kinds of personal data: what city policy switches off and a person keeps private."""

    NAME = "NAME"
    ADDRESS = "ADDRESS"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    AGE = "AGE"
    PLACE = "PLACE"
    RECEIPT = "RECEIPT"


class Participation(StrEnum):
    """How a group takes part, by its own choice."""

    TRIAL = "TRIAL"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"

    @property
    def releases(self) -> bool:
        """Whether officers' powers are in force: personal data leaves, circulars are published."""
        return self in (Participation.TRIAL, Participation.ACTIVE)

    @property
    def reads(self) -> bool:
        """Whether members still read what the group published."""
        return self is not Participation.ENDED


class Directory(StrEnum):
    """Who may list a group's members by display name: the group's choice."""

    OFFICERS = "OFFICERS"
    MEMBERS = "MEMBERS"


class ViewerKind(StrEnum):
    """What sort of caller this is."""

    ANONYMOUS = "ANONYMOUS"
    RESIDENT = "RESIDENT"
    STAFF = "STAFF"


class AudienceKind(StrEnum):
    """The permission classes, as auditors see them."""

    ANYONE = "ANYONE"
    WHOEVER_REACHES = "WHOEVER_REACHES"
    RESIDENT = "RESIDENT"
    THEMSELF = "THEMSELF"
    MEMBER_OF_GROUP = "MEMBER_OF_GROUP"
    MEMBER_OF_OPEN_GROUP = "MEMBER_OF_OPEN_GROUP"
    OFFICER_OF_GROUP = "OFFICER_OF_GROUP"
    CITY_STAFF = "CITY_STAFF"


class Reason(StrEnum):
    """Why a field was withheld: a fact about the viewer and the group, never about the value.

    Ordered from the farthest to the nearest to being let in; of several, the nearest is told.
    """

    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    NOT_A_MEMBER = "NOT_A_MEMBER"
    NOT_AN_OFFICER = "NOT_AN_OFFICER"
    GROUP_NOT_RELEASING = "GROUP_NOT_RELEASING"
    POWER_MISSING = "POWER_MISSING"
    CITY_POLICY = "CITY_POLICY"

    @property
    def nearness(self) -> int:
        """0 for the farthest."""
        return list(Reason).index(self)
