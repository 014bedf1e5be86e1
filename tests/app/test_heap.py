"""What a process frees goes back to the system, whatever stands behind it; and its threads share what they free."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.heap import give_back
from tests.service import thread_heaps

# Twelve threads that each have something while the others do.
THREADS = """
from threading import Barrier, Thread
from bot.app import heap

def hold():
    mine = bytes(5_000)
    together.wait()
    together.wait()

if SHARED:
    heap.share()
together = Barrier(13)
threads = [Thread(target=hold) for _ in range(12)]
for thread in threads:
    thread.start()
together.wait()
print("ready", flush=True)
input()
together.wait()
"""

BLOCK, BLOCKS = 100_000, 800  # bytes: too small for glibc to ask the system for each


def resident() -> int:
    """The resident memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
        "SC_PAGE_SIZE"
    )


glibc = pytest.mark.skipif(
    not Path("/proc/self/statm").exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="needs glibc",
)


@glibc
@pytest.mark.parametrize("shared", [True, False])
def test_threads_share_one_heap(*, shared: bool) -> None:
    """Without it there are several."""
    program = [sys.executable, "-c", THREADS.replace("SHARED", str(shared))]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        heaps = thread_heaps(running.pid)
        running.stdin.write("\n")
        running.stdin.close()
    assert (heaps == 0) is shared


@glibc
async def test_holes_are_given_back() -> None:
    """Of 80 MB freed below a block that stays, most is back at the system; without it nothing is."""
    blocks = [b"." * (BLOCK + number % 2) for number in range(BLOCKS)]
    stays = blocks[::50]
    full = resident()
    del blocks
    held = full - resident()
    await give_back()
    given = full - resident()
    assert len(stays) == BLOCKS // 50
    assert held < 0.5 * BLOCK * BLOCKS
    assert given > 0.7 * BLOCK * BLOCKS
