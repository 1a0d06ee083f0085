"""How one says on the command line which part of the bench is wanted."""

from collections.abc import Iterable

import click


class Names(click.ParamType[tuple[str, ...]]):
    """Some of several names, with commas between them."""

    name = "names"

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(known)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The names; fails for one that is none."""
        if isinstance(value, tuple):
            return value
        names = tuple(str(value).split(","))
        for name in names:
            if name not in self._known:
                self.fail(f"{name!r} is none of {', '.join(self._known)}", param, ctx)
        return names


class Numbers(click.ParamType[tuple[int, ...]]):
    """Whole numbers above zero, with commas between them."""

    name = "numbers"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The numbers; fails for one that is none."""
        if isinstance(value, tuple):
            return value
        texts = str(value).split(",")
        if not all(text.isdecimal() and int(text) > 0 for text in texts):
            self.fail(f"{value!r}: give numbers such as 1,16,64", param, ctx)
        return tuple(map(int, texts))
