"""How a cell of the matrix is read.

======================  =========================================================================
``-``                   nothing is met, and nothing is said: a null or an empty list like any other
``members: office``     the field ``members`` on the way is null, withheld because the viewer lacks
                        an office; nobody is met
``name: office``        people are met by display name; every personal field is null, withheld
                        because the viewer lacks an office
``open``                every field has its value, but the age, which no office opens
``own``                 only oneself is met, every field has its value, nothing is withheld
``a + b``               both, through two groups
======================  =========================================================================

Whoever stands in a list himself is open to himself there, whatever the cell says of the others.
"""

from dataclasses import dataclass, field

from tests.matrix.roads import AGE, ROSTER, Road

# What the viewer lacks, and the reason that `extensions.withheld` must give for it.
LACKS = {
    "sign-in": "NOT_SIGNED_IN",
    "member": "NOT_A_MEMBER",
    "office": "NOT_AN_OFFICER",
    "running": "GROUP_NOT_RELEASING",
    "power": "POWER_MISSING",
}


@dataclass
class Outcome:
    """What a cell promises: ``met`` is name, open, own or None; ``withheld`` the whole list."""

    met: str | None = None
    withheld: list[dict[str, object]] = field(default_factory=list)


def entry(rule: str, path: list[str], reason: str) -> dict[str, object]:
    """One entry of ``extensions.withheld``."""
    return {"field": rule, "path": path, "rule": rule, "reason": reason}


def outcome(cell: str, road: Road) -> Outcome:
    """A cell, for one road."""
    found = Outcome()
    for part in cell.split(" + "):
        word, _, lack = part.partition(": ")
        if word == "-":
            continue
        if word in road.doors:
            found.withheld.append(entry(road.doors[word], road.up_to(word), LACKS[lack]))
            continue
        found.met = word
        if word == "name":
            found.withheld += _closed(ROSTER + AGE, road, LACKS[lack])
        elif word == "open":
            found.withheld += _closed(AGE, road, "POWER_MISSING")
        elif word != "own":
            raise ValueError(f"{part!r}: no such outcome, and no door of this road")
    return found


def _closed(fields: list[str], road: Road, reason: str) -> list[dict[str, object]]:
    return [entry(f"Member.{name}", [*road.keys, name], reason) for name in fields]


def table(text: str) -> dict[tuple[str, str], str]:
    """(viewer, column) -> cell, from columns two blanks or more apart, a line per viewer."""
    header, *lines = (line.strip() for line in text.strip().splitlines())
    columns = _split(header)[1:]
    cells = {}
    for line in lines:
        viewer, *row = _split(line)
        if len(row) != len(columns):
            raise ValueError(f"{viewer}: {len(row)} cells for {len(columns)} columns")
        cells.update({(viewer, column): cell for column, cell in zip(columns, row, strict=True)})
    return cells


def _split(line: str) -> list[str]:
    return [part.strip() for part in line.split("  ") if part.strip()]
