"""Each field is run once per level, and what goes wrong stays where it happened."""

import asyncio
import inspect
from datetime import date
from typing import Any

import pytest
import strawberry
from graphql import execute, parse
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

import execution.plans
from execution.executor import BreadthFirstExecutor
from tests.execution.library import Book, Executor, Log, library

TITLES = "query($ids: [Int!]!) { shelves(ids: $ids) { id books { title } } }"


async def ask(
    document: str, log: Log | None = None, schema: strawberry.Schema | None = None, **variables: Any
) -> tuple[Any, list[tuple[str, list[Any]]]]:
    """The data, and each error as its message and path."""
    answer = await (schema or library()).execute(
        document, variable_values=variables, context_value=log or Log()
    )
    return answer.data, [(error.message, error.path or []) for error in answer.errors or ()]


async def test_all_shelves_are_asked_for_their_books_at_once() -> None:
    log = Log()
    data, errors = await ask(TITLES, log, ids=[1, 2, 3])
    assert (data, errors) == (
        {
            "shelves": [
                {"id": 1, "books": [{"title": "乙1"}, {"title": "甲1"}]},
                {"id": 2, "books": [{"title": "乙2"}, {"title": "甲2"}]},
                {"id": 3, "books": [{"title": "乙3"}, {"title": "甲3"}]},
            ]
        },
        [],
    )
    assert [call for call in log.calls if call[0] == "books"] == [("books", 3)]


async def test_a_shelf_that_is_not_there_is_null_and_asks_for_nothing() -> None:
    log = Log()
    data, _ = await ask(TITLES, log, ids=[-1, 1, -2])
    assert [shelf and shelf["id"] for shelf in data["shelves"]] == [None, 1, None]
    assert ("books", 1) in log.calls


async def test_the_error_of_one_shelf_is_not_the_others() -> None:
    data, errors = await ask(TITLES, ids=[1, 13])
    assert data["shelves"][1] == {"id": 13, "books": None}
    assert data["shelves"][0]["books"][0] == {"title": "乙1"}
    assert errors == [("the shelf fell down", ["shelves", 1, "books"])]


async def test_a_book_without_its_title_takes_its_list_and_no_other() -> None:
    data, errors = await ask(TITLES, ids=[6, 7])
    assert data["shelves"][0]["books"] == [{"title": "乙6"}, {"title": "甲6"}]
    assert data["shelves"][1] == {"id": 7, "books": None}
    # The title that is missing sorts as "None", before the other.
    missing = "Cannot return null for non-nullable field Book.title."
    assert errors == [(missing, ["shelves", 1, "books", 0, "title"])]


async def test_where_the_list_must_be_there_it_takes_the_shelf() -> None:
    document = "query($ids: [Int!]!) { shelves(ids: $ids) { id mustBooks { title } } }"
    data, errors = await ask(document, ids=[7, 6])
    assert data["shelves"][0] is None
    assert data["shelves"][1]["id"] == 6
    assert [path for _, path in errors] == [["shelves", 0, "mustBooks", 0, "title"]]


@pytest.mark.parametrize(
    ("answer", "short", "message"),
    [
        (None, 1, "Shelf.books: 1 values for 2 objects"),
        ({"a": 1}, 0, "Shelf.books: a column is a list, not dict"),
        ("ab", 0, "Shelf.books: a column is a list, not str"),
    ],
)
async def test_a_column_that_does_not_fit_is_an_error_of_each_and_never_shifted(
    answer: Any, short: int, message: str
) -> None:
    data, errors = await ask(TITLES, Log(short=short, answer=answer), ids=[1, 2])
    assert data == {"shelves": [{"id": 1, "books": None}, {"id": 2, "books": None}]}
    assert errors == [
        (message, ["shelves", 0, "books"]),
        (message, ["shelves", 1, "books"]),
    ]


async def test_a_column_form_gets_its_arguments_as_the_resolver_would() -> None:
    document = """query($wanted: Wanted) {
        literal: shelves(ids: [1]) { books(wanted: {since: 1950}) { year } }
        variable: shelves(ids: [1]) { books(wanted: $wanted) { year } }
        absent: shelves(ids: [1]) { books { year } }
    }"""
    data, errors = await ask(document, wanted={"order": "YEAR"})
    years = {name: [book["year"] for book in shelves[0]["books"]] for name, shelves in data.items()}
    assert (years, errors) == (
        {"literal": [2000], "variable": [1900, 2000], "absent": [2000, 1900]},
        [],
    )


async def test_what_a_resolver_does_to_its_arguments_does_not_reach_the_next_object() -> None:
    document = """query($words: [String!]!) { shelves(ids: [1, 2]) {
        literal: label(words: ["棚"]) variable: label(words: $words)
    } }"""
    for _ in range(2):
        data, _ = await ask(document, words=["本"])
        assert data["shelves"] == [
            {"literal": "棚 1", "variable": "本 1"},
            {"literal": "棚 2", "variable": "本 2"},
        ]


async def test_an_extension_judges_all_books_of_all_shelves_at_once() -> None:
    log = Log()
    document = "{ shelves(ids: [1, 2]) { books { id secret } } }"
    data, _ = await ask(document, log)
    assert [book["secret"] for shelf in data["shelves"] for book in shelf["books"]] == [
        "乙1",
        None,
        "乙2",
        None,
    ]
    assert log.calls.count(("hidden", 4)) == 1


async def test_an_extension_that_knows_no_columns_is_asked_for_each() -> None:
    log = Log()
    data, _ = await ask("{ shelves(ids: [1, 2]) { books { loud } } }", log)
    assert data["shelves"][0]["books"] == [{"loud": "乙1"}, {"loud": "甲1"}]
    assert log.calls.count(("loud", 1)) == 4


async def test_a_type_that_accepts_everything_is_not_asked_about_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, spared = Log(), Log()
    await ask(TITLES, asked, ids=[1, 2])
    monkeypatch.setattr(Book.is_type_of.__func__, "accepts_everything", True, raising=False)  # type: ignore[attr-defined]
    await ask(TITLES, spared, ids=[1, 2])
    assert asked.calls.count(("is_type_of", 1)) == 4
    assert spared.calls.count(("is_type_of", 1)) == 0


async def test_dates_are_left_to_whoever_writes_the_answer_only_where_that_was_said() -> None:
    document = "{ shelves(ids: [1]) { books { on } } }"
    plain, _ = await ask(document, schema=library())
    native, _ = await ask(document, schema=library(Executor))
    assert plain["shelves"][0]["books"] == [{"on": None}, {"on": "1900-01-01"}]
    assert native["shelves"][0]["books"] == [{"on": None}, {"on": date(1900, 1, 1)}]


async def test_a_planned_document_follows_its_variables() -> None:
    schema = library()
    document = parse(
        """query($yes: Boolean!, $also: Boolean! = true) { shelves(ids: [1]) {
            id @include(if: $yes) books @skip(if: $yes) { ...book }
        } }
        fragment book on Book { year title @include(if: $also) }"""
    )

    async def run(**variables: bool) -> Any:
        answer = execute(
            schema._schema,
            document,
            variable_values=variables,
            context_value=Log(),
            executor_class=BreadthFirstExecutor,
        )
        assert inspect.isawaitable(answer) is not variables["yes"]
        result: Any = await answer if inspect.isawaitable(answer) else answer
        return result.data

    for _ in range(2):
        assert await run(yes=True) == {"shelves": [{"id": 1}]}
        assert await run(yes=False, also=False) == {
            "shelves": [{"books": [{"year": 2000}, {"year": 1900}]}]
        }
        assert await run(yes=False) == {
            "shelves": [{"books": [{"year": 2000, "title": "乙1"}, {"year": 1900, "title": "甲1"}]}]
        }


async def test_plans_are_kept_for_as_many_documents_as_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(execution.plans, "MOST_OPERATIONS", 2)
    schema = library()
    for number in range(5):
        await ask(f"query Q{number} {{ shelves(ids: [1]) {{ id }} }}", schema=schema)
    assert len(schema._schema.extensions["execution.plans"]) == 2


async def test_every_event_of_a_subscription_is_run_breadth_first() -> None:
    log = Log()
    document = "subscription { shelf(ids: [1, 13, 2]) { id books { title } } }"
    stream = await library().subscribe(document, context_value=log)
    seen = [(event.data, [error.message for error in event.errors or ()]) async for event in stream]
    assert [data["shelf"]["id"] for data, _ in seen] == [1, 13, 2]  # type: ignore[index]
    assert [errors for _, errors in seen] == [[], ["the shelf fell down"], []]
    assert log.calls.count(("books", 1)) == 3


@pytest.mark.parametrize(
    ("document", "alone"),
    [
        ("{ shelves(ids: [1, 2]) { id books { title } } }", [True]),
        ("{ shelves(ids: [1, 2]) { books { title } mustBooks { title } } }", [False, False]),
        # Root fields have tasks of their own, and one does not know of the other.
        ("{ a: shelves(ids: [1]) { books { id } } b: shelves(ids: [2]) { id } }", [False]),
    ],
)
async def test_a_column_is_alone_where_nobody_else_waits(document: str, alone: list[bool]) -> None:
    log = Log()
    _, errors = await ask(document, log)
    assert (log.alone, errors) == (alone, [])


async def test_what_is_given_up_is_cancelled() -> None:
    log = Log(gate=asyncio.Event())
    asked = asyncio.create_task(ask(TITLES, log, ids=[1, 2]))
    await log.asked.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert log.calls[-1] == ("given up", 2)


def test_what_the_planner_reads_of_strawberry_is_still_there() -> None:
    core = library()._schema
    read = core.type_map["Book"].fields["title"]  # type: ignore[attr-defined]
    resolved = core.type_map["Shelf"].fields["books"]  # type: ignore[attr-defined]
    assert getattr(read.resolve, "_is_default", False) is True
    assert getattr(resolved.resolve, "_is_default", False) is False
    assert core._strawberry_schema.config.info_class is strawberry.Info  # type: ignore[attr-defined]
    assert issubclass(BreadthFirstExecutor, StrawberryGraphQLCoreExecutionContext)
