"""A pytest plugin: the whole run is logged, and nobody may be found in its log.

It is no test, because what it looks at is complete only after the last one; what it finds fails the
run all the same, also when only a part of the tests was run. Where several processes run them
(pytest-xdist), each has servers, databases and a log of its own, searches that for the values it
put in place, and tells the one that started them.
"""

from typing import Any

import pytest

from tests.harness.suite_log import KEPT, Lines, SuiteLog, suite_log

MOST_TOLD = 20
_TOLD = "personal_values_in_logs"


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
    # pytest-xdist: what a process that runs tests hands to the one that started it.
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told[_TOLD] = log.found
    elif log.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A process has run its tests. One that did not get so far to tell fails the run by itself."""
    told: dict[str, list[str]] = getattr(node, "workeroutput", {})
    suite_log().found += [f"{node.gateway.id}, {leak}" for leak in told.get(_TOLD, ())]


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
