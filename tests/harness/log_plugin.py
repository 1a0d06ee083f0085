"""A pytest plugin: the whole run is logged, and nobody may be found in its log.

It is no test, because what it looks at is complete only after the last one; what it finds fails the
run all the same, also when only a part of the tests was run.
"""

import pytest

from tests.harness.suite_log import KEPT, Lines, SuiteLog, suite_log

MOST_TOLD = 20


@pytest.fixture
def lines() -> Lines:
    """What is logged while a test runs."""
    return Lines(suite_log())


def pytest_configure() -> None:
    """Begin."""
    KEPT.append(SuiteLog())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Search: servers and databases of the run are gone by now, and have said all."""
    log = suite_log()
    log.search()
    if log.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was found."""
    found = suite_log().found
    if found:
        terminalreporter.section("Personal values in the logs", red=True)
        for leak in found[:MOST_TOLD]:
            terminalreporter.line(leak)
        if len(found) > MOST_TOLD:
            terminalreporter.line(f"and {len(found) - MOST_TOLD} more")


def pytest_unconfigure() -> None:
    """Remove the folder."""
    if KEPT:
        KEPT.pop().close()
