"""A token has one spelling, whatever the library that verifies it would take."""

import pytest

from server.keys.compact import Compact, NotCompact, object_of, split

# {"a":1} . {} . a byte
RIGHT = "eyJhIjoxfQ.e30.AQ"


def test_the_one_spelling_is_read() -> None:
    assert split(RIGHT) == Compact({"a": 1}, b"{}")


@pytest.mark.parametrize(
    "text",
    [
        # The last character of a part has bits to spare.
        "eyJhIjoxfR.e30.AQ",
        "eyJhIjoxfQ.e31.AQ",
        "eyJhIjoxfQ.e30.AR",
        "eyJhIjoxfQ==.e30.AQ",
        "eyJhIjoxfQ.e30.AQ=",
        "eyJhIjoxfQ.e30.AQ\n",
        "eyJhIjoxfQ.e30\u00a0.AQ",
        "eyJhIjoxfQ.e30.+Q",
        "eyJhIjoxfQ.e30.A",
        "eyJhIjoxfQ..AQ",
        "eyJhIjoxfQ.e30.",
        ".e30.AQ",
        "eyJhIjoxfQ.e30",
        "eyJhIjoxfQ.e30.AQ.AQ",
        "e30" * 90 + ".e30.AQ",
    ],
)
def test_every_other_is_refused(text: str) -> None:
    with pytest.raises(NotCompact):
        split(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"1",
        b"[]",
        b"null",
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'{"x":{"a":1,"a":2}}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1}x',
        b"{'a':1}",
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_object_that_names_each_thing_once_is_refused(raw: bytes) -> None:
    with pytest.raises(NotCompact):
        object_of(raw)
