"""What somebody asks twice, and what the database was asked for it."""

import contextlib
from collections.abc import Iterator

from tests.harness.kairan import Kairan

ME = """query { me { displayName memberships { displayName group {
    name unreadCircularCount } } } }"""
ROSTER = """query ($group: ID!) { group(id: $group) { name members {
    nodes { displayName name } } } }"""
NAMES = "query ($group: ID!) { group(id: $group) { members { nodes { displayName } } } }"
MARK_READ = """mutation ($circular: ID!) { markCircularRead(input: {circularId: $circular}) {
    circular { title myReceipt { state } } errors { code } } }"""

# Entering and the rest at once, without BEGIN and COMMIT.
AT_ONCE = ["with entered"]
# Entering and a page at once, the ledger, and COMMIT.
WITH_THE_LEDGER = ["with entered", "with written", "commit and"]


@contextlib.contextmanager
def asked(kairan: Kairan) -> Iterator[list[str]]:
    """The first two words of each statement run meanwhile, of BEGIN, COMMIT and all."""
    start = len(kairan.statements)
    found: list[str] = []
    yield found
    found += [
        " ".join(each.split()[:2])
        for each in kairan.statements[start:]
        # The driver looks up types; and what the server does by itself.
        if "pg_type" not in each and "jit" not in each and "app.prepare" not in each
    ]
