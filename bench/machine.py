"""What the figures were measured on."""

import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil

_MODEL = "model name"


def facts(postgres_version: str) -> dict[str, str]:
    """A line each, to stand above the figures."""
    return {
        "Date": datetime.now(UTC).date().isoformat(),
        "Processor": f"{psutil.cpu_count()} cores, {_processor()}",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "PostgreSQL": postgres_version,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith(_MODEL))
    return next(names, platform.machine())
