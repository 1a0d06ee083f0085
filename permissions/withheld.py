"""What an answer leaves out because of a rule: told once per field and path, never per person."""

from permissions.rule import Rule
from permissions.words import Reason


class Withheld:
    """Collects the refusals of one operation."""

    def __init__(self) -> None:
        # By path and rule.
        self._reasons: dict[tuple[tuple[str, ...], str], Reason] = {}

    def note(self, rule: Rule, path: tuple[str, ...], reason: Reason) -> None:
        """Note that ``rule`` refused at ``path``: response keys without list indexes.

        A path that leads through several groups may meet several reasons; the nearest one stays.
        """
        known = self._reasons.setdefault((path, rule.name), reason)
        if known is not reason and known.nearness < reason.nearness:
            self._reasons[path, rule.name] = reason

    def __len__(self) -> int:
        return len(self._reasons)

    def entries(self) -> list[dict[str, object]]:
        """The entries as JSON values, in the order of their paths."""
        return [
            {"field": rule, "path": list(path), "rule": rule, "reason": reason.value}
            for (path, rule), reason in sorted(self._reasons.items())
        ]
