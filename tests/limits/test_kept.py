"""What is kept of documents: bounded, and not to be pushed out by whoever sends many."""

from hypothesis import given
from hypothesis import strategies as st

from server.documents.kept import Kept


def kept(most: int = 10, most_bytes: int = 1000, largest: int = 500) -> Kept[str]:
    return Kept(most, most_bytes, largest=largest)


def test_what_was_asked_for_again_outlasts_any_number_of_others() -> None:
    shelf = kept()
    shelf.put("app", "the app's", 10)
    assert shelf.get("app") == "the app's"
    for number in range(1000):
        shelf.put(f"attack {number}", "once", 10)
    assert shelf.get("app") == "the app's"
    assert shelf.get("attack 0") is None


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    shelf = kept()
    for name in "abcdefgh":
        shelf.put(name, name, 10)
        assert shelf.get(name) == name
    assert shelf.get("a") == "a"
    for name in "ij":
        shelf.put(name, name, 10)
        assert shelf.get(name) == name
    shelf.put("k", "k", 10)
    assert shelf.get("k") == "k"
    assert [name for name in "abcdefghijk" if name not in shelf] == ["b"]


def test_what_is_too_large_is_not_kept_at_all() -> None:
    shelf = kept(largest=100)
    shelf.put("large", "large", 101)
    assert "large" not in shelf
    shelf.put("fits", "fits", 100)
    assert "fits" in shelf


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from("abcdefghijklmnopqrst"), st.integers(1, 600)),
        max_size=200,
    )
)
def test_it_never_holds_more_than_it_may(steps: list[tuple[bool, str, int]]) -> None:
    shelf = kept()
    sizes: dict[str, int] = {}
    for puts, key, size in steps:
        if puts:
            if key not in shelf:
                sizes[key] = size
            shelf.put(key, key, size)
        else:
            assert shelf.get(key) in (key, None)
        held = [name for name in sizes if name in shelf]
        assert len(shelf) == len(held) <= 10
        assert shelf.size == sum(sizes[name] for name in held) <= 1000
