"""One setting: its name, its default, how it is read, and what it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.settings.values import Malformed

PREFIX = "KAIRAN_"


class SettingsError(Exception):
    """One line per setting that is wrong: its name, what is wrong, the cure; never a secret."""


@dataclass(frozen=True)
class Setting:
    """One row of the table: the name without its prefix, the default as one would write it."""

    name: str
    default: str | None
    parse: Callable[[str], object]
    meaning: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.name

    @property
    def attribute(self) -> str:
        """The name in `Settings`."""
        return self.name.lower()

    def read(self, environ: Mapping[str, str]) -> object:
        """The parsed value, or the parsed default; raises `SettingsError`."""
        value = environ.get(self.variable, self.default)
        if value is None:
            return None
        try:
            return self.parse(value)
        except Malformed as error:
            shown = "not usable" if self.secret else f"'{value}'"
            example = f", such as {self.default}" if self.default and not self.secret else ""
            raise SettingsError(f"{self.variable} is {shown}: {error}{example}") from None
