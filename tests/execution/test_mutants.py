"""The fuzz notices defects: each that is planted makes some answer another than the reference's.

Nothing is written into the source: each defect is planted in a copy of its package. The control is
a copy without one.
"""

import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from schema.build import build_schema
from schema.executor import core_of
from tests.execution.city_people import everybody, pools_of
from tests.execution.mutants.in_executor import IN_EXECUTOR
from tests.execution.mutants.in_guard import IN_GUARD
from tests.execution.mutants.mutant import CITY, LIBRARY, Mutant
from tests.execution.mutants.proofs import Record, Recorded
from tests.execution.same_in_city import drawn, seen, written
from tests.harness.city import City
from tests.harness.kairan import running

ROOT = Path(__file__).resolve().parents[2]
CITY_DOCUMENTS = 30
MUTANTS = (*IN_EXECUTOR, *IN_GUARD)
# By the time a defect is tried there is more in it.
READS_THE_LEDGER = re.compile(r"\breleases\b")
CONTROLS = {
    "no defect in execution/": Mutant("", "execution/plan.py", "", "", LIBRARY),
    "no defect in schema/": Mutant("", "schema/guard.py", "", "", CITY),
}

pytestmark = pytest.mark.timeout(400)


def planted(mutant: Mutant, folder: Path) -> str | None:
    """Copy the package, with the defect. Says what is wrong where it cannot be planted."""
    package = mutant.file.partition("/")[0]
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    if not mutant.line:
        return None
    source = folder / mutant.file
    lines = source.read_text(encoding="utf-8").splitlines()
    places = [n for n, line in enumerate(lines) if line.strip() == mutant.line]
    if len(places) != 1:
        return (
            f"{mutant.file} has the line {mutant.line!r} {len(places)} times and not once:"
            " in tests/execution/mutants/, plant the defect in the line of today"
        )
    [place] = places
    indentation = lines[place][: -len(mutant.line)]
    lines[place] = indentation + mutant.broken
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return None


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recorded(
    demo: Addresses, key_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Path]:
    """What is asked of the demo city and what the reference executor answers, in a file."""
    core, records = core_of(build_schema()), []
    async with asyncpg.create_pool(demo.superuser, min_size=1, max_size=1) as superuser:
        city = City(superuser, number=1204)
        async with running(city, demo.server, key_folder, executor="reference") as reference:
            people = await everybody(reference)
            pools = await pools_of(people.values())
            everything = [drawn(seed, core, pools, list(people)) for seed in range(CITY_DOCUMENTS)]
            for asked in (*written(core, pools, list(people)), *everything):
                if READS_THE_LEDGER.search(asked.document):
                    continue
                client = people[asked.who] if asked.who else reference.nobody
                for variables in asked.variables[:2]:
                    answer = await seen(reference, client, superuser, asked.document, variables)
                    records.append(Record(client.token, asked.document, variables, answer))
    # What leaves something in the ledger or withholds tells most.
    records.sort(key=lambda record: (not record.answer.ledger, not record.answer.extensions))
    file = tmp_path_factory.mktemp("recorded") / "answers"
    file.write_bytes(pickle.dumps(Recorded(demo.server, demo.superuser, key_folder, records)))
    yield file


@pytest.fixture(scope="module")
def verdicts(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of each defect, by its name."""
    folder = tmp_path_factory.mktemp("mutants")
    said: dict[str, dict[str, Any]] = {}
    orders = []
    everything = CONTROLS | {mutant.name: mutant for mutant in MUTANTS}
    for number, (name, mutant) in enumerate(everything.items()):
        own = folder / str(number)
        gone = planted(mutant, own)
        if gone is not None:
            said[name] = {"verdict": "gone", "said": gone}
            continue
        orders.append(
            {
                "name": name,
                "folder": str(own),
                "module": mutant.file.removesuffix(".py").replace("/", "."),
                "proof": mutant.proof,
                "recorded": str(recorded),
            }
        )
    finished = subprocess.run(
        [sys.executable, "-m", "tests.execution.mutants.runner"],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONWARNINGS": "ignore"},
        timeout=350,
        check=False,
    )
    for line in finished.stdout.splitlines():
        word = json.loads(line)
        said[word.pop("name")] = word
    assert set(said) == set(everything), finished.stderr[-3000:]
    return said


@pytest.mark.parametrize("name", CONTROLS)
def test_without_a_defect_the_answers_are_the_same(
    name: str, verdicts: dict[str, dict[str, Any]]
) -> None:
    assert verdicts[name] == {"verdict": "same", "said": ""}


@pytest.mark.parametrize("name", [mutant.name for mutant in MUTANTS])
def test_it_is_noticed_when(name: str, verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts[name]["verdict"] == "different", verdicts[name]["said"]
