"""Defects of the guard and of what it notes, which the demo city has to notice."""

from tests.execution.mutants.mutant import CITY, Mutant

VERDICT = "given = self.verdict(viewer, rows); mask = given.mask(len(rows))"

IN_GUARD = (
    Mutant(
        "a verdict is turned round",
        "permissions/rule.py",
        "verdict = self.verdict(viewer, rows)",
        f"{VERDICT}; verdict = type(given)([not each for each in mask])",
        CITY,
    ),
    Mutant(
        "no verdict is asked for",
        "permissions/rule.py",
        "verdict = self.verdict(viewer, rows)",
        f"{VERDICT}; verdict = given.ALL",
        CITY,
    ),
    Mutant(
        "the verdict on the first goes for all, whichever group they are of",
        "permissions/rule.py",
        "verdict = self.verdict(viewer, rows)",
        f"{VERDICT}; verdict = type(given)([mask[0]] * len(rows))",
        CITY,
    ),
    Mutant(
        "verdicts go to the neighbour",
        "permissions/rule.py",
        "verdict = self.verdict(viewer, rows)",
        f"{VERDICT}; verdict = type(given)([*mask[1:], mask[0]])",
        CITY,
    ),
    Mutant(
        "values go to others than they are of",
        "permissions/judgement.py",
        "for position, value in zip(self.admitted, values, strict=True):",
        "for position, value in zip(self.admitted[::-1], values, strict=True):",
        CITY,
    ),
    Mutant(
        "what is withheld is told without the first key of its path",
        "schema/guard.py",
        "operation.withheld.note(self.rule, field.keys, reason)",
        "operation.withheld.note(self.rule, field.keys[1:], reason)",
        CITY,
    ),
    Mutant(
        "the ledger takes the neighbours of those admitted for them",
        "schema/guard.py",
        "there = judgement.spread([value is not None for value in values], False)",
        "there = judgement.spread([value is not None for value in values], False);"
        " there = [*there[1:], there[0]]",
        CITY,
    ),
    Mutant(
        "what was left of one is said of all of a level",
        "permissions/releases.py",
        'numbers[byte] |= int.from_bytes(note.there, "little") << bit',
        'numbers[byte] |= int.from_bytes(b"\\1" * count, "little") << bit',
        CITY,
    ),
    Mutant(
        "nothing is told of what is withheld",
        "schema/guard.py",
        "for reason in judgement.reasons:",
        "for reason in ():",
        CITY,
    ),
    Mutant(
        "the ledger forgets the first of those whose data left",
        "schema/guard.py",
        "releases.note(self.rule, self.rule.name, rows, bytes(there), field.path)",
        'releases.note(self.rule, self.rule.name, rows, b"\\0" + bytes(there)[1:], field.path)',
        CITY,
    ),
    Mutant(
        "the ledger says that what is empty left",
        "schema/guard.py",
        "there = judgement.spread([value is not None for value in values], False)",
        "there = judgement.spread([True for value in values], False)",
        CITY,
    ),
    Mutant(
        "the ledger is not told of a field asked by column",
        "schema/guard.py",
        "self._note(asked, values, kw)",
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
        "here = [each and left(self.path(position)) for position, each in enumerate(self.there)]",
        "here = [each and left(self.path(position + 1))"
        " for position, each in enumerate(self.there)]",
        CITY,
    ),
    Mutant(
        "whoever is shown others is taken for shown to himself alone",
        "permissions/rule.py",
        "return len(admitted) > len(own) or not set(own).issuperset(admitted)",
        "return False",
        CITY,
    ),
    Mutant(
        "what was judged for rules on one ground goes for all rules",
        "permissions/rule.py",
        "judged, ground = rows.judged(viewer), self._ground(viewer)",
        "judged, ground = rows.judged(viewer), 0",
        CITY,
    ),
    Mutant(
        "those admitted are taken for the first of their level",
        "permissions/judgement.py",
        "self.sources = rows if self.is_everybody else [rows[position] for position in admitted]",
        "self.sources = rows if self.is_everybody else rows[: len(admitted)]",
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
