"""Reads statements and the Python around them: a missing city, SQL that is put together."""

import ast
import re
from collections.abc import Iterator

_WORDS_AFTER_A_TABLE = frozenset(
    (
        *("on", "where", "left", "join", "cross", "order", "group", "limit", "inner", "right"),
        *("full", "set", "using", "returning"),
    )
)
_TABLE = re.compile(
    r"(insert\s+into\s+|update\s+|delete\s+from\s+)?kairan\.(\w+)(?:\s+(?:as\s+)?(\w+))?",
    re.IGNORECASE,
)
_SQL = re.compile(
    r"\b(select\s|insert\s+into|update\s+\w+\s+set|delete\s+from|from\s+kairan|where\s+\w+\s*=|"
    r"order\s+by|=\s*\$\d|kairan\.\w+\s)",
    re.IGNORECASE,
)
_RUNS = frozenset(
    ("fetch", "fetchrow", "fetchval", "fetchmany", "execute", "executemany", "prepare", "cursor")
)


def is_statement(text: str) -> bool:
    """Whether a constant is a whole statement, and not a part of one."""
    words = text.split(maxsplit=1)
    return bool(words) and words[0].lower() in {"select", "insert", "update", "delete", "with"}


def tables_without_city(statement: str) -> list[str]:
    """What ``statement`` reads or writes without being held to ``city = $1`` beside itself.

    Beside: inside the same brackets, and not as one side of an OR. What a join implies is not
    enough: a distributed database must read it from the item itself.
    """
    text = re.sub(r"'[^']*'", "''", re.sub(r"--[^\n]*", "", statement))
    missing = []
    for found in _TABLE.finditer(text):
        verb, table, alias = found.groups()
        if verb and verb.lower().startswith("insert"):
            if not re.search(r"\(\s*city\b.*?\)\s*(select|values\s*\()\s*\$1\b", text, re.DOTALL):
                missing.append(table)
            continue
        name = alias if alias and alias.lower() not in _WORDS_AFTER_A_TABLE else table
        beside = _same_brackets(text, found.start())
        conditions = re.split(r"\b(?:on|where|and)\b", beside, flags=re.IGNORECASE)
        # Where a statement changes one table and reads no other, no name is needed before it.
        names = (name, None) if verb else (name,)
        if not any(_is_city(condition, each) for condition in conditions for each in names):
            missing.append(name)
    return missing


def _is_city(condition: str, name: str | None) -> bool:
    words = re.split(
        r"\b(?:left|join|cross|order|group|limit)\b", condition, maxsplit=1, flags=re.IGNORECASE
    )[0]
    before = "" if name is None else rf"{name}\."
    return re.fullmatch(rf"\s*{before}city\s*=\s*\$1\s*", words) is not None


def _same_brackets(text: str, at: int) -> str:
    """What stands in the innermost brackets around ``at``; brackets inside them are emptied."""
    depth, start = 0, 0
    for position in range(at - 1, -1, -1):
        if text[position] == ")":
            depth += 1
        elif text[position] == "(":
            if depth == 0:
                start = position + 1
                break
            depth -= 1
    kept, depth = [], 0
    for character in text[start:]:
        if character == ")":
            if depth == 0:
                break
            depth -= 1
        if depth == 0:
            kept.append(character)
        if character == "(":
            depth += 1
    return "".join(kept)


def put_together_in_functions(source: str) -> list[str]:
    """SQL that a function puts together from pieces, as code."""
    return sorted(
        {
            ast.unparse(node)
            for function in ast.walk(ast.parse(source))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for node in ast.walk(function)
            if _is_made(node) and _SQL.search(_constants_of(node))
        }
    )


def _is_made(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in {
            *("format", "join", "replace", "format_map", "substitute"),
        }
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
    )


def _constants_of(node: ast.AST) -> str:
    return " ".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def run_without_a_name(source: str) -> list[str]:
    """What is run as SQL and is neither written there nor a constant of the module."""
    tree = ast.parse(source)
    constants = _module_constants(tree)
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _RUNS
            and node.args
        ):
            first = node.args[0]
            named = isinstance(first, ast.Name) and first.id in constants
            written = isinstance(first, ast.Constant)
            if not named and not written:
                found.append(ast.unparse(first))
    return found


def _module_constants(tree: ast.Module) -> set[str]:
    """Names of the module that hold text: written out, or made of such names alone.

    What another module of statements wrote out, under a name for others, is as good.
    """
    constants: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("db.statements."):
            constants.update(alias.name for alias in node.names if alias.name.isupper())
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made_of = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
            if (
                isinstance(node.value, ast.Constant | ast.JoinedStr)
                and made_of <= constants
                and all(_fills_in(part) for part in ast.walk(node.value))
            ):
                constants.add(node.targets[0].id)
    return constants


def _fills_in(part: ast.AST) -> bool:
    """Whether a part calls nothing, or only a text's ``format`` with what is written out."""
    return not isinstance(part, ast.Call) or (
        isinstance(part.func, ast.Attribute)
        and part.func.attr == "format"
        and all(isinstance(argument, ast.Constant) for argument in part.args)
        and not part.keywords
    )


def texts(source: str) -> Iterator[str]:
    """Every text constant of a module, docstrings aside."""
    tree = ast.parse(source)
    docstrings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in docstrings:
            yield str(node.value)
