"""Defects to plant: each is a line of the source in a broken form, which the fuzz has to notice."""

from dataclasses import dataclass

# Where a defect is looked for: among documents for the unlucky library, or for the demo city.
LIBRARY, CITY = "library", "city"

VERDICT = "given = self.rule.verdict(viewer, rows); mask = given.mask(len(rows))"


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


MUTANTS = (
    Mutant(
        "a null that must not be stays",
        "execution/complete.py",
        "column = run.required(column, plan, places)",
        "column = list(column)",
    ),
    Mutant(
        "an error leaves the object it belongs to as it is",
        "execution/complete.py",
        "built[position] = value",
        "continue",
    ),
    Mutant(
        "all rows of a type go to the place of the first",
        "execution/complete.py",
        "column[position] = row",
        "column[kept[0]] = row",
    ),
    Mutant(
        "the objects of a type are taken for the first ones",
        "execution/complete.py",
        "values if is_whole else [values[position] for position in kept],",
        "values if is_whole else values[: len(kept)],",
    ),
    Mutant(
        "errors are carried up where the document says they are not",
        "execution/complete.py",
        "if run.executor.error_propagation:",
        "if True:",
    ),
    Mutant(
        "an error among the items does not take the list",
        "execution/lists.py",
        "for value in part:",
        "for value in ():",
    ),
    Mutant(
        "lists are cut apart one item too far",
        "execution/lists.py",
        "own.append(slice(starts[-1], len(items)))",
        "own.append(slice(starts[-1], len(items) + 1))",
    ),
    Mutant(
        "lists are cut apart one item too late",
        "execution/lists.py",
        "part = finished[own]",
        "part = finished[own.start + 1 : own.stop + 1]",
    ),
    Mutant(
        "the mark of an item that failed stays in a list that stands alone",
        "execution/lists.py",
        "if len(own) == 1 and isinstance(own[0], slice) and run.is_clean:",
        "if len(own) == 1 and isinstance(own[0], slice):",
    ),
    Mutant(
        "what a type says is not its own is taken in",
        "execution/object_types.py",
        "elif verdict:",
        "elif True:",
    ),
    Mutant(
        "every object is taken for one of the type of the first",
        "execution/object_types.py",
        "by_type.setdefault(object_type, []).append(position)",
        "by_type.setdefault(next(iter(by_type), object_type), []).append(position)",
    ),
    Mutant(
        "plans do not look at the variables of @skip and @include",
        "execution/plan.py",
        "values = tuple((name in coerced, coerced.get(name)) for name in known.variables)",
        "values = ()",
    ),
    Mutant(
        "plans take a null in @skip for false",
        "execution/plan.py",
        "values = tuple((name in coerced, coerced.get(name)) for name in known.variables)",
        "values = tuple(bool(coerced.get(name)) for name in known.variables)",
    ),
    Mutant(
        "plans look at one of the variables alone",
        "execution/plan.py",
        "values = tuple((name in coerced, coerced.get(name)) for name in known.variables)",
        "values = tuple(coerced.get(name) for name in known.variables[:1])",
    ),
    Mutant(
        "what is selected of one type is asked of another",
        "execution/plan.py",
        "selection = plan.selections.get(type_)",
        "selection = next(iter(plan.selections.values()), None)",
    ),
    Mutant(
        "a field answers under its name and not its alias",
        "execution/plan.py",
        "self.key = node.alias.value if node.alias else node.name.value",
        "self.key = node.name.value",
    ),
    Mutant(
        "a root field gets the plan of another of the same name",
        "execution/executor.py",
        "key = (parent_type, str(path.key))",
        "key = (parent_type, field_details_list[0].node.name.value)",
    ),
    Mutant(
        "an error of a required root field is lost",
        "execution/executor.py",
        "raise value.error",
        "return None",
    ),
    Mutant(
        "mutations run all at once",
        "execution/executor.py",
        "handle_field_error: Any",
        "execute_fields_serially: Any = Executor.execute_fields",
    ),
    Mutant(
        "the arguments of the first run are kept for the next",
        "execution/fetch.py",
        "if _is_constant(plan, first.node):",
        "if True:",
    ),
    Mutant(
        "a column form gets its arguments as GraphQL has them",
        "execution/fetch.py",
        "converted = _converted(plan, column, arguments)",
        "converted = arguments",
    ),
    Mutant(
        "nobody counts the values of a column",
        "execution/fetch.py",
        "if len(values) != len(sources):",
        "if False:",
    ),
    Mutant(
        "what is no list is taken for a column",
        "execution/fetch.py",
        "if not isinstance(values, list | tuple):",
        "if False:",
    ),
    Mutant(
        "every object gets the values of the first",
        "execution/fetch.py",
        "return values if isinstance(values, list) else list(values)",
        "return [values[0]] * len(values)",
    ),
    Mutant(
        "leaves are not written as their types say",
        "execution/leaves.py",
        "return _converted(leaf, values, has_null=has_null)",
        "return values",
    ),
    Mutant(
        "numbers too large for an Int are let through",
        "execution/leaves.py",
        "GraphQLInt: (int, _all_int32),",
        "GraphQLInt: (int, None),",
    ),
    Mutant(
        "numbers that are none are let through",
        "execution/leaves.py",
        "GraphQLFloat: (float, _all_finite),",
        "GraphQLFloat: (float, None),",
    ),
    Mutant(
        "a value of any type is taken for what is expected",
        "execution/leaves.py",
        "if type_ is not expected:",
        "if False:",
    ),
    Mutant(
        "a column of a single kind is what its first value is",
        "execution/leaves.py",
        "if len(types) > 1:",
        "if False:",
    ),
    Mutant(
        "the index of an item is told one too high",
        "execution/place.py",
        "return owner, position - self._starts[owner], None",
        "return owner, position - self._starts[owner] + 1, None",
    ),
    Mutant(
        "the last item of a list is told as one of the next",
        "execution/place.py",
        "owner = bisect_right(self._starts, position) - 1",
        "owner = bisect_right(self._starts, position + 1) - 1",
    ),
    Mutant(
        "the place in a part is told as the place in the whole",
        "execution/place.py",
        "return self._kept[position], None, None",
        "return position, None, None",
    ),
    Mutant(
        "what is asked under an extension is asked of others than it let through",
        "execution/column.py",
        "part = [sources[position] for position in kept]",
        "part = list(sources[: len(kept)])",
    ),
    Mutant(
        "the error of one read is told of nobody",
        "execution/reading.py",
        "values.append(error)",
        "values.append(None)",
    ),
    Mutant(
        "a field is read under its GraphQL name",
        "execution/reading.py",
        "return attrgetter(field.python_name)",
        "return attrgetter(field.graphql_name or field.python_name)",
    ),
    Mutant(
        "an error that is absorbed is not told",
        "execution/run.py",
        "self.executor.collected_errors.add(value.error, path_of(places, position))",
        "pass",
    ),
    Mutant(
        "an error that is absorbed stays in the data",
        "execution/run.py",
        "told[position] = None",
        "pass",
    ),
    Mutant(
        "what is awaited comes back in another order",
        "execution/run.py",
        "results = yield [values[position] for position in pending]",
        "results = (yield [values[position] for position in pending])[::-1]",
    ),
    Mutant(
        "a piece of work is sent the results of another",
        "execution/work.py",
        "waiting = [(position, piece, got[a:b]) for position, piece, a, b in paused]",
        "waiting = [(position, piece, got[: b - a]) for position, piece, a, b in paused]",
    ),
    Mutant(
        "an error of what is awaited is taken for its value being none",
        "execution/waiting.py",
        "return task.result() if error is None else error",
        "return task.result() if error is None else None",
    ),
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
        "asked.operation.withheld.note(self.rule, asked.place.keys, reason)",
        "asked.operation.withheld.note(self.rule, asked.place.keys[1:], reason)",
        CITY,
    ),
    Mutant(
        "nothing is told of what is withheld",
        "schema/guard.py",
        "if reason is not None:",
        "if False:",
        CITY,
    ),
    Mutant(
        "the ledger forgets the first of those whose data left",
        "schema/noting.py",
        'subjects=rows.at("resident_id", positions),',
        'subjects=rows.at("resident_id", positions[1:]),',
        CITY,
    ),
    Mutant(
        "the ledger says that what is empty left",
        "schema/guard.py",
        "if _NONE not in types and not any(issubclass(each, Exception) for each in types):",
        "if True:",
        CITY,
    ),
    Mutant(
        "the ledger is not told of a field asked by column",
        "schema/guard.py",
        "self._note(asked, shown, kw)",
        "pass",
        CITY,
    ),
    Mutant(
        "the ledger names those of a page who did not leave with it",
        "schema/noting.py",
        'rows = [row for _, row in found if row["id"] in ids]',
        "rows = [row for _, row in found]",
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
        "schema/noting.py",
        "path=_among(path, positions),",
        "path=_among(path, [position + 1 for position in positions]),",
        CITY,
    ),
    Mutant(
        "parents of two groups are taken for one",
        "resolvers/batching.py",
        'return (get("group_id"), get("circular_id"), parent["id"])',
        'return get("group_id") or parent["id"]',
        CITY,
    ),
)
