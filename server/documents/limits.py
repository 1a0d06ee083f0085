"""How much one document may ask for: the limits, what they are called, and the refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

from resolvers.errors import ErrorCode, KairanError

# Figures stop here: a document whose fragments double from one to the next would count to numbers
# that nobody can write down.
CEILING = 1_000_000_000


@dataclass(frozen=True)
class Limit:
    """One row: its name in ``extensions.limit``, its setting, and what is counted, in words."""

    name: str
    setting: str
    default: int
    lowest: int
    highest: int
    counted: str

    @property
    def attribute(self) -> str:
        """The name in `Settings`."""
        return self.setting.lower()


# The order in which they are checked: what is cheap to count comes first.
TABLE = (
    Limit("bytes", "DOCUMENT_MAX", 131_072, 1024, 10_485_760, "bytes of text"),
    Limit("tokens", "TOKENS_MAX", 10_000, 100, 100_000, "tokens"),
    Limit("operations", "OPERATIONS_MAX", 50, 1, 1000, "operations"),
    Limit("fragments", "FRAGMENTS_MAX", 300, 1, 5000, "fragments"),
    Limit("variables", "VARIABLES_MAX", 100, 1, 5000, "variables"),
    Limit("values", "VALUES_MAX", 1000, 10, 50_000, "values written into it"),
    Limit("directives", "DIRECTIVES_MAX", 100, 1, 5000, "directives"),
    Limit("fieldDirectives", "FIELD_DIRECTIVES_MAX", 5, 1, 100, "directives in one place"),
    Limit("nesting", "NESTING_MAX", 100, 10, 190, "levels of brackets within one another"),
    Limit("depth", "DEPTH_MAX", 20, 5, 100, "fields within one another"),
    Limit(
        "introspectionDepth",
        "INTROSPECTION_DEPTH_MAX",
        2,
        1,
        5,
        "lists of the schema's fields or types within one another",
    ),
    Limit("rootFields", "ROOT_FIELDS_MAX", 50, 1, 1000, "fields at the root"),
    Limit("aliases", "ALIASES_MAX", 200, 1, 10_000, "aliases"),
    Limit("fields", "FIELDS_MAX", 3000, 50, 100_000, "fields"),
    Limit("cost", "COST_MAX", 50_000, 100, 10_000_000, "of estimated cost"),
)

# Not to be set: it stands in the library that compares. Fields under one response key have to be
# compared two by two, which is quadratic for a document that repeats them all.
COMPARISONS = Limit(
    "comparisons", "", 100_000, 0, 0, "comparisons of fields and fragments with one another"
)


class LimitExceeded(KairanError):
    """A document is over a limit. Nothing of it was executed."""

    def __init__(self, limit: Limit, *, most: int, found: int, at_least: bool = False) -> None:
        figure = f"{found} or more" if at_least or found >= CEILING else str(found)
        super().__init__(
            ErrorCode.DOCUMENT_LIMIT_EXCEEDED,
            f"The document has {figure} {limit.counted}, and at most {most} are taken"
            f" (limit: {limit.name}). Ask for less at once.",
            limit={"name": limit.name, "most": most, "found": found},
        )


@dataclass(frozen=True)
class DocumentLimits:
    """What one server takes at most, by the limit's name."""

    most: Mapping[str, int]

    @classmethod
    def default(cls, **other: int) -> "DocumentLimits":
        """The limits where nobody sets any, or only those of ``other``, named as in `TABLE`."""
        return cls({limit.name: limit.default for limit in TABLE} | other)

    def check(self, **found: int) -> None:
        """Raise LimitExceeded for the first figure, in the table's order, that is too large."""
        if all(figure <= self.most[name] for name, figure in found.items()):
            return
        for limit in TABLE:
            figure = found.get(limit.name)
            if figure is not None and figure > self.most[limit.name]:
                raise LimitExceeded(limit, most=self.most[limit.name], found=figure)

    def exceeded(self, name: str) -> LimitExceeded:
        """The refusal of a document that somebody stopped counting when it was over ``name``."""
        limit = next(limit for limit in TABLE if limit.name == name)
        most = self.most[name]
        return LimitExceeded(limit, most=most, found=most + 1, at_least=True)
