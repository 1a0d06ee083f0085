"""One document drawn for the unlucky library, answered by both executors."""

import asyncio
import gc
import inspect
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, ClassVar

import orjson
from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    NameNode,
    execute,
    parse,
    subscribe,
    validate,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.executor import BreadthFirstExecutor
from tests.execution.answers import Different, told
from tests.execution.documents import Draft
from tests.execution.unlucky import unlucky
from tests.execution.unlucky_notes import WRITTEN
from tests.execution.unlucky_things import Context, Mishap

POOLS: Mapping[str, Sequence[Any]] = {
    "number": [*range(30), 35, 35],
    "ids": [*range(30), -1, 35, 13],
    "n": [0, 1, 2, 3],
    "times": [0.5, 2, 3.7],
    "ID": ["1", "22", "333"],
    "Date": ["2000-02-29", "0001-01-01", "9999-12-31"],
    "String": ["a", "", "神楽", "\u2028"],
    "__type": ["Book", "Wanted", "Nothing"],
}
KINDS = ("query",) * 8 + ("mutation", "subscription")
# A column that does not fit is told with its size, which one object does not know.
MISFIT = re.compile(r"\w+\.\w+: (\d+ values for \d+ objects|a column is a list, not \w+)|misfit")

APART = DirectiveNode(name=NameNode(value="experimental_disableErrorPropagation"), arguments=())


# An answer, and what was withheld and released for it.
Noted = tuple[ExecutionResult, list[Any]]


class Native(BreadthFirstExecutor):
    """With dates left to whoever writes the answer."""

    native: ClassVar[Mapping[str, type]] = {"Date": date}


class Library:
    """The schema, kept from one document to the next as a server keeps it.

    :ivar valid: how many documents were answered, and of these ``failing`` with errors.
    """

    def __init__(self) -> None:
        self.core = unlucky()._schema
        self.drawn = self.valid = self.failing = 0

    async def same(self, random: Random) -> None:
        """Draw a document and ask it several times. Raises Different."""
        draft = Draft(random, self.core, POOLS)
        kind = random.choice(KINDS)
        roots = []
        if kind == "subscription":
            roots = [random.choice(["things", "mustThings"])]
        await self._same(draft, kind, draft.document(kind, roots), rounds=4)

    async def same_written(self) -> None:
        """Ask what was written rather than drawn. Raises Different."""
        for text in WRITTEN:
            draft = Draft(Random(0), self.core, POOLS)
            draft.written(text)
            await self._same(draft, text.partition(" ")[0], text, rounds=12)

    async def _same(self, draft: Draft, kind: str, text: str, *, rounds: int) -> None:
        document = parse(text)
        self.drawn += 1
        if validate(self.core, document):
            return
        self.valid += 1
        # Nothing is null for what happened below it: every error there is has to be told.
        operation: Any = document.definitions[0]
        apart = replace(
            document,
            definitions=(replace(operation, directives=(APART,)), *document.definitions[1:]),
        )
        for round_ in range(rounds):
            variables = draft.values()
            everything = await self._compared(apart, kind, variables, text) if not round_ else None
            answers = await self._compared(document, kind, variables, text)
            if everything is not None:
                _check_told(answers, everything, text)
            self.failing += any(answer.errors for answer in answers)

    async def _compared(
        self, document: DocumentNode, kind: str, variables: dict[str, Any], text: str
    ) -> list[ExecutionResult]:
        run = self._events if kind == "subscription" else self._answer
        contexts = Context(), Context()
        expected = await run(
            document, variables, contexts[0], StrawberryGraphQLCoreExecutionContext
        )
        await settled()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                answers = await asyncio.wait_for(
                    run(document, variables, contexts[1], Native), timeout=20
                )
            except Exception as error:
                raise Different(f"no answer but {error!r}: {text} {variables}") from error
            left = await settled()
        said = f"{text}\n{variables}"
        if left or warned:
            raise Different(f"left behind {left or [str(w.message) for w in warned]}: {said}")
        if len(answers) != len(expected):
            raise Different(f"{len(answers)} events, not {len(expected)}: {said}")
        apart = document.definitions[0].directives == (APART,)  # type: ignore[attr-defined]
        for (answer, notes), (other, wanted) in zip(answers, expected, strict=True):
            _check_same(answer, other, said, apart=apart)
            if (mine := _counting(notes, answer)) != (theirs := _counting(wanted, answer)):
                raise Different(f"noted {mine - theirs} and not {theirs - mine}: {said}")
        if contexts[0].log != contexts[1].log:
            raise Different(f"log {contexts[1].log} and not {contexts[0].log}: {said}")
        return [answer for answer, _ in answers]

    async def _answer(
        self, document: DocumentNode, variables: dict[str, Any], context: Context, executor: Any
    ) -> list[Noted]:
        answer = execute(
            self.core,
            document,
            variable_values=variables,
            context_value=context,
            executor_class=executor,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
        )
        return [(await _maybe(answer), context.noted())]

    async def _events(
        self, document: DocumentNode, variables: dict[str, Any], context: Context, executor: Any
    ) -> list[Noted]:
        stream = await _maybe(
            subscribe(
                self.core,
                document,
                variable_values=variables,
                context_value=context,
                executor_class=executor,
                is_awaitable=optimized_is_awaitable,
            )
        )
        if isinstance(stream, ExecutionResult):
            return [(stream, [])]
        events: list[Noted] = []
        try:
            async for event in stream:
                # What came before an error is compared, too; and what an error left running ends.
                await settled()
                events.append((event, context.noted()))
        except Mishap as error:
            events.append((ExecutionResult(None, [GraphQLError(str(error))]), []))
        return events


async def _maybe(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


@contextmanager
def swept() -> Iterator[None]:
    """Leave nothing behind. The reference executor leaves awaitables that nobody awaits, some in
    circles of objects; these are swept up where nobody minds.
    """
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            gc.collect()
            gc.enable()


async def settled() -> list[str]:
    """Wait until nothing runs beside us any more; what still does after many turns."""
    this = asyncio.current_task()
    for _ in range(40):
        left = asyncio.all_tasks() - {this}
        if not left:
            return []
        await asyncio.sleep(0)
    return [repr(task) for task in left]


def _check_same(
    answer: ExecutionResult, expected: ExecutionResult, said: str, *, apart: bool
) -> None:
    mine, theirs = (orjson.dumps(each.data, default=repr) for each in (answer, expected))
    if mine != theirs:
        raise Different(f"data {mine.decode()} and not {theirs.decode()}: {said}")
    found, wanted = (
        {each for each in _errors(result) if _is_there(answer.data, each[0])}
        if apart
        else told(answer.data, _errors(result))
        for result in (answer, expected)
    )
    if found != wanted or len(_errors(answer)) != len({path for path, _ in _errors(answer)}):
        raise Different(f"errors {found - wanted} and not {wanted - found}: {said}")


def _check_told(
    answers: list[ExecutionResult], everything: list[ExecutionResult], said: str
) -> None:
    """Where several errors take the same place, it is a real one that is told."""
    for answer, all_of_it in zip(answers, everything, strict=True):
        invented = set(_errors(answer)) - set(_errors(all_of_it))
        if invented:
            raise Different(f"errors that did not happen: {invented}: {said}")


def _counting(notes: Sequence[Any], answer: ExecutionResult) -> set[Any]:
    """Where an error took a whole branch of the data, it depends on what ran first whether more was
    judged in it: only what is in the answer counts.
    """
    return {note for note in notes if _is_there(answer.data, note[-1])}


def _is_there(data: Any, path: Any) -> bool:
    """Whether the object at whose field a path ends is in the answer."""
    place = data
    for key in path[:-1]:
        try:
            place = place[key]
        except (KeyError, IndexError, TypeError):
            return False
    return place is not None


def _errors(answer: ExecutionResult) -> list[tuple[Any, str]]:
    return [
        (tuple(error.path or ()), MISFIT.sub("misfit", error.message))
        for error in answer.errors or ()
    ]
