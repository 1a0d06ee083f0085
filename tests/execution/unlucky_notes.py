"""Notes of the unlucky library: no type is asked whether a value is one, and their arguments are
plain, so that the shortest ways lead to them.
"""

from typing import Any

import strawberry

from tests.execution.unlucky_columns import column_of
from tests.execution.unlucky_things import Item, Mood, some


def notes_of(root: Any, n: int = 2, mood: Mood | None = Mood.CALM, key: str | None = "k") -> Any:
    """Notes on a thing; which ones, all of the arguments say."""
    start = root.number * 3 + len(repr(key)) + (mood is Mood.WILD) + 2 * (mood is None)
    return some(root.number, "notes", [_note(start + each) for each in range(n % 4)])


def note_of(root: Any, n: int | None = strawberry.UNSET, times: float = 1.0) -> Any:
    """One of them."""
    return some(root.number, "note", Item(root.number * 3 + (n or 0) + int(times) % 10))


def _note(number: int) -> Any:
    return None if number % 7 == 3 else Item(number)


def noted(resolver: Any) -> Any:
    """A field with a column form."""
    return strawberry.field(resolver=resolver, metadata={"resolve_column": column_of(resolver)})


def marks_of(root: Any, marks: list[str] | None = None) -> str:
    """The argument, as it came."""
    return f"{root.number} {marks}"


def marks_column(column: Any, marks: list[str] | None = None) -> list[str]:
    """The same for all of them; and what is done to it reaches no other run."""
    told = [marks_of(source, marks) for source in column.sources]
    if marks is not None:
        marks.append("seen")
    return told


@strawberry.type
class Note:
    number: int
    name: str
    nick: str | None
    moody: str
    late: str | None
    notes: list["Note | None"] | None = noted(notes_of)
    must_notes: list["Note"] = noted(notes_of)
    note: "Note | None" = noted(note_of)
    must_note: "Note" = noted(note_of)
    marks: str | None = strawberry.field(
        resolver=marks_of, metadata={"resolve_column": marks_column}
    )


# What chance alone finds too seldom: fields that must wait for each other, many objects of which
# some fail, and the same document with and without a value for its variables.
WRITTEN = (
    """mutation Puts($number: Int! = 3) {
        one: put(number: $number, waits: 3) { number tally }
        two: put(number: 5, waits: 1) { number slowTally }
        three: mustPut(number: 6) { number tally }
    }""",
    """query Many($ids: [Int!]!, $n: Int = 3) { things(ids: $ids) {
        note { moody } notes(n: $n) { moody late } mustNotes { name nick }
    } }""",
    """query Plain($n: Int, $mood: Mood, $key: String = "kk", $times: Float, $word: String) {
        note(number: 4) {
            notes(n: $n, mood: $mood, key: $key) { number notes(mood: $mood) { name } }
            by: notes(n: 3, key: $word) { number note(n: $n, times: $times) { number } }
            marks(marks: ["a"]) more: marks(marks: "b")
        }
    }""",
    """query Inputs(
        $wanted: Wanted, $by: By, $moods: [Mood!], $words: [String!], $mood: Mood! = CALM
    ) {
        things(ids: [1, 2, 3]) {
            wanted: said(wanted: $wanted) by: said(by: $by) both: said(wanted: $wanted, by: $by)
            words: said(words: $words, byDefault: $mood) moods: said(moods: $moods, key: "k")
        }
    }""",
    """query Skips($maybe: Boolean = false, $yes: Boolean!) {
        note(number: 4) { number @include(if: $yes) note { number @skip(if: $maybe) name } }
    }""",
)
