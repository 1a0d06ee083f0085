"""What an answer leaves out because of a rule: told once per field and path, never per person."""

from dataclasses import dataclass

from permissions.rule import Rule
from permissions.words import Reason


@dataclass(frozen=True)
class Refusal:
    """One entry of ``extensions.withheld``."""

    field: str
    path: tuple[str, ...]
    rule: str
    reason: Reason


class Withheld:
    """Collects the refusals of one operation."""

    def __init__(self) -> None:
        self._refusals: dict[tuple[tuple[str, ...], str], Refusal] = {}

    def note(self, rule: Rule, path: tuple[str, ...], reason: Reason) -> None:
        """Note that ``rule`` refused at ``path``: response keys without list indexes.

        A path that leads through several groups may meet several reasons; the nearest one stays.
        """
        key = (path, rule.name)
        known = self._refusals.get(key)
        if known is None or known.reason.nearness < reason.nearness:
            self._refusals[key] = Refusal(rule.name, path, rule.name, reason)

    def __len__(self) -> int:
        return len(self._refusals)

    def entries(self) -> list[dict[str, object]]:
        """The entries as JSON values, in the order of their paths."""
        return [
            {
                "field": refusal.field,
                "path": list(refusal.path),
                "rule": refusal.rule,
                "reason": refusal.reason.value,
            }
            for _, refusal in sorted(self._refusals.items())
        ]
