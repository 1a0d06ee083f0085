"""A defect to plant: a line of the source in a broken form."""

from dataclasses import dataclass

# Where a defect is looked for: among documents for the unlucky library, or for the demo city.
LIBRARY, CITY = "library", "city"


@dataclass(frozen=True)
class Mutant:
    """A defect.

    :param line: as it stands in ``file``, once, without its indentation.
    :param broken: what stands there instead.
    """

    name: str
    file: str
    line: str
    broken: str
    proof: str = LIBRARY
