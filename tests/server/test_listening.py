"""What a process needs of the machine before it takes anybody in."""

import subprocess
import sys

import pytest

from tests.server.running import ROOT

PROGRAM = """
import resource, sys
from server.processes.listening import make_room
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
make_room(wanted)
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("before", "connections", "after"),
    [
        ((256, 4000), 1000, "1700 4000"),
        ((256, 1024), 1000, "1024 1024"),
        ((3000, 4000), 1000, "3000 4000"),
    ],
)
def test_a_process_may_have_as_many_sockets_as_it_is_to_serve(
    before: tuple[int, int], connections: int, after: str
) -> None:
    arguments = [str(number) for number in (*before, connections)]
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert finished.stdout.strip() == after
