"""Defects of the guard and of what it notes, which the demo city has to notice."""

from tests.execution.mutants.mutant import CITY, Mutant

VERDICT = "given = self.rule.verdict(viewer, rows); mask = given.mask(len(rows))"

IN_GUARD = (
    Mutant(
        "a verdict is turned round",
        "schema/guard.py",
        "verdict = self.rule.verdict(viewer, rows)",
        f"{VERDICT}; verdict = type(given)([not each for each in mask])",
        CITY,
    ),
    Mutant(
        "no verdict is asked for",
        "schema/guard.py",
        "verdict = self.rule.verdict(viewer, rows)",
        f"{VERDICT}; verdict = given.ALL",
        CITY,
    ),
    Mutant(
        "the verdict on the first goes for all, whichever group they are of",
        "schema/guard.py",
        "verdict = self.rule.verdict(viewer, rows)",
        f"{VERDICT}; verdict = type(given)([mask[0]] * len(rows))",
        CITY,
    ),
    Mutant(
        "verdicts go to the neighbour",
        "schema/guard.py",
        "verdict = self.rule.verdict(viewer, rows)",
        f"{VERDICT}; verdict = type(given)([*mask[1:], mask[0]])",
        CITY,
    ),
    Mutant(
        "values go to others than they are of",
        "schema/guard.py",
        "for position, value in zip(admitted, values, strict=True):",
        "for position, value in zip(admitted[::-1], values, strict=True):",
        CITY,
    ),
    Mutant(
        "what is withheld is told without the first key of its path",
        "schema/guard.py",
        "operation.withheld.note(self.rule, asked.place.keys, reason)",
        "operation.withheld.note(self.rule, asked.place.keys[1:], reason)",
        CITY,
    ),
    Mutant(
        "the ledger takes the neighbours of those admitted for them",
        "schema/guard.py",
        "there = [of[position] for position in there]",
        "there = [(of[position] + 1) % len(asked.rows) for position in there]",
        CITY,
    ),
    Mutant(
        "what was left of one is said of all of a level",
        "permissions/releases.py",
        "if len(note.there) == count:",
        "if note.there:",
        CITY,
    ),
    Mutant(
        "nothing is told of what is withheld",
        "schema/guard.py",
        "for reason in self.rule.refusals(viewer, rows):",
        "for reason in ():",
        CITY,
    ),
    Mutant(
        "the ledger forgets the first of those whose data left",
        "schema/guard.py",
        "releases.note(self.rule, self.rule.name, asked.rows, there, asked.place.path)",
        "releases.note(self.rule, self.rule.name, asked.rows, there[1:], asked.place.path)",
        CITY,
    ),
    Mutant(
        "the ledger says that what is empty left",
        "schema/guard.py",
        "if _NONE not in types:",
        "if True:",
        CITY,
    ),
    Mutant(
        "the ledger is not told of a field asked by column",
        "schema/guard.py",
        "self._note(asked, values, admitted, kw)",
        "pass",
        CITY,
    ),
    Mutant(
        "the ledger names those of a page who did not leave with it",
        "schema/noting.py",
        'here = [row for row in found if ids is None or row["id"] in ids]',
        "here = [row for row in found]",
        CITY,
    ),
    Mutant(
        "the ledger is not told by what people were searched",
        "schema/guard.py",
        "for argument, (field, rule) in self._filters.items():",
        "for argument, (field, rule) in ():",
        CITY,
    ),
    Mutant(
        "the ledger takes those after the first for those it named",
        "permissions/releases.py",
        "here = [position for position in self.there if left(self.path(position))]",
        "here = [position for position in self.there if left(self.path(position + 1))]",
        CITY,
    ),
    Mutant(
        "parents of two groups are taken for one",
        "resolvers/batching.py",
        'return [(row.get("group_id"), row.get("circular_id"), row["id"]) for row in parents]',
        'return [row.get("group_id") or row["id"] for row in parents]',
        CITY,
    ),
)
