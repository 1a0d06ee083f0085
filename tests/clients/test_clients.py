"""What docs/clients.md tells front-end teams, done with the packages they use, over HTTP.

`make test-clients` insists on it; `make test` does it where there are Node and npm.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db.demo.load import load
from db.embedded import Addresses
from tests.clients.servers import CITY, serving
from tests.harness.clock import Clock
from tests.harness.databases import new_database
from tests.server.running import kairan

HERE = Path(__file__).parent
NODE_AT_LEAST = 20
REQUIRED = "CLIENT_CHECKS_REQUIRED" in os.environ
# What npm says where it does not get through to a registry, and has not got the packages already.
OFFLINE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|ENETUNREACH"
)


def without(what: str) -> None:
    """Leave it at that, or fail where the checks are insisted on."""
    reason = f"the examples of docs/clients.md are not checked: {what}"
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def need_node() -> None:
    """Node and npm, new enough."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        without(f"there is no node or no npm; install Node {NODE_AT_LEAST} or newer")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    number = version.stdout.strip()
    if int(number.lstrip("v").partition(".")[0]) < NODE_AT_LEAST:
        without(f"node is {number}; install Node {NODE_AT_LEAST} or newer")


async def run(*command: str, seconds: float, **variables: str) -> tuple[int, str]:
    """What a command ended with, and all it said; it is shown as it comes (`pytest -s`)."""
    print(f"\n$ {' '.join(command)}", flush=True)  # noqa: T201
    environment = {**os.environ, "NO_COLOR": "1", "NODE_DISABLE_COLORS": "1", **variables}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=HERE,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said = []
    assert process.stdout is not None
    try:
        async with asyncio.timeout(seconds):
            async for line in process.stdout:
                said.append(line.decode())
                sys.stdout.write(said[-1])
                sys.stdout.flush()
            return await process.wait(), "".join(said)
    except TimeoutError:
        pytest.fail(f"{' '.join(command)} took longer than {seconds:.0f} seconds:\n{''.join(said)}")
    finally:
        if process.returncode is None:
            # npm's own children too: a check that hangs is one of them.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def succeed(*command: str, seconds: float, **variables: str) -> None:
    """The command ends well; otherwise the test fails with all it said."""
    status, said = await run(*command, seconds=seconds, **variables)
    if status != 0:
        pytest.fail(f"{' '.join(command)} ended with {status}:\n{said}")


async def install() -> None:
    """The packages of package-lock.json, once for each state of it."""
    stamp = HERE / "node_modules" / ".locked"
    wanted = hashlib.sha256(
        b"".join((HERE / name).read_bytes() for name in ("package.json", "package-lock.json"))
    ).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    status, said = await run(
        "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", seconds=240
    )
    if status != 0 and OFFLINE.search(said):
        without("npm does not reach a registry, and has not all packages in its cache")
    if status != 0:
        pytest.fail(f"npm ci ended with {status}:\n{said}")
    stamp.write_text(wanted)


async def register(demo: Addresses, *manifests: str) -> None:
    """As an operator does before the app is released."""
    settings = {"OWNER_DATABASE_URL": demo.owner, "CITY": f"{CITY:05}"}
    code, said = await asyncio.to_thread(
        kairan, "documents", "register", *(str(HERE / each) for each in manifests), **settings
    )
    assert code == 0, said


@pytest.mark.timeout(400)
async def test_a_front_end_does_what_the_guide_says_with_the_packages_it_names(
    postgres: Addresses, key_folder: Path
) -> None:
    need_node()
    await install()
    for folder in ("app/gql", "app/relay/__generated__", "build"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    await succeed("npm", "run", "generate", seconds=60)
    await succeed("npm", "run", "types", seconds=60)
    await succeed("npm", "run", "build", seconds=60)
    # One of its own: circulars are published in it.
    demo = await new_database(postgres, "clients")
    await asyncio.to_thread(load, demo.owner, today=Clock().today)
    await register(
        demo, "app/gql/persisted-documents.json", "app/relay/__generated__/persisted.json"
    )
    async with serving(demo, key_folder) as addresses:
        await succeed("npm", "run", "check", seconds=120, **addresses)


def test_no_registry_is_written_into_the_lock_file() -> None:
    """Where packages come from is the business of whoever installs them."""
    locked = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in locked["packages"].items() if "resolved" in package] == []
    assert "http" not in (HERE / ".npmrc").read_text(encoding="utf-8")
