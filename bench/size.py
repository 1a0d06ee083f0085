"""How large a city is loaded: everything follows from the number of its groups."""

from dataclasses import dataclass

from bench.landmarks import (
    LARGE,
    MASKED,
    NEIGHBOUR_GROUPS,
    READING,
    ROSTER,
)

LANDMARKS = (ROSTER, LARGE, READING, MASKED)
# One ordinary group at least is nobody's landmark: circulars that nobody counts go there.
FEWEST = len(LANDMARKS) + len(NEIGHBOUR_GROUPS)

# The whole city: one of Asahikawa's size, where every association takes part.
WHOLE = 1300
_ORDINARY_GROUPS = WHOLE - len(LANDMARKS)
_ORDINARY_MEMBERSHIPS = 200_000 - sum(landmark.size for landmark in LANDMARKS)
_ORDINARY_CIRCULARS = 26_000 - sum(landmark.circulars for landmark in LANDMARKS)


@dataclass(frozen=True)
class Size:
    """A city of so many groups, those that requests name among them.

    With 1,300: 330,000 residents, 200,000 memberships, 26,000 circulars, 2,400,000 receipts.
    Raises ValueError for fewer groups than requests name.
    """

    groups: int = WHOLE

    def __post_init__(self) -> None:
        if self.groups < FEWEST:
            raise ValueError(f"{self.groups} groups are too few: give {FEWEST} or more")

    @property
    def ordinary_groups(self) -> int:
        """Groups that are like each other; ``ordinary_`` is said of what is theirs."""
        return self.groups - len(LANDMARKS)

    @property
    def ordinary_memberships(self) -> int:
        """About 150 for each."""
        return self.ordinary_groups * _ORDINARY_MEMBERSHIPS // _ORDINARY_GROUPS

    @property
    def ordinary_circulars(self) -> int:
        """About 20 for each."""
        return self.ordinary_groups * _ORDINARY_CIRCULARS // _ORDINARY_GROUPS

    @property
    def memberships(self) -> int:
        """Of all groups, with those that ended."""
        return self.ordinary_memberships + sum(landmark.size for landmark in LANDMARKS)

    @property
    def residents(self) -> int:
        """Of both cities; two in five are in no group."""
        return self.memberships * 33 // 20

    @property
    def circulars(self) -> int:
        """Of all groups."""
        return self.ordinary_circulars + sum(landmark.circulars for landmark in LANDMARKS)

    @property
    def receipts(self) -> int:
        """Of all groups; the reading group has none."""
        return self.memberships * 12
