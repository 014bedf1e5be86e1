"""Freed memory goes back to the system, and threads share one heap."""

import ctypes
import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from bot.app.memory import COLLECT_AFTER_BLOCKS, MemoryTrimmer
from bot.intake.workers import trim_malloc
from tests.service import ROOT, environment, thread_heaps

# Twelve threads that each have something while the others do.
THREADS = """
from threading import Barrier, Thread

def hold():
    mine = bytes(5_000)
    together.wait()
    together.wait()

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
    """Return the resident memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
        "SC_PAGE_SIZE"
    )


glibc = pytest.mark.skipif(
    not Path("/proc/self/statm").exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="needs glibc",
)


@glibc
@pytest.mark.parametrize("setting", ["1", ""])
def test_threads_share_one_heap(setting: str, tmp_path: Path) -> None:
    """With MALLOC_ARENA_MAX=1 the threads have no heaps of their own; without it they have."""
    with subprocess.Popen(
        [sys.executable, "-c", THREADS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(tmp_path) | {"MALLOC_ARENA_MAX": setting},
    ) as running:
        assert running.stdin
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        heaps = thread_heaps(running.pid)
        running.stdin.write("\n")
        running.stdin.close()
    assert (heaps == 0) is bool(setting)


@pytest.mark.parametrize(("name", "starts"), [("Procfile", 3), ("Dockerfile", 1), ("Makefile", 1)])
def test_every_way_to_start_sets_the_arena_limit(name: str, starts: int) -> None:
    """Each file that starts the program sets MALLOC_ARENA_MAX."""
    assert (ROOT / name).read_text(encoding="utf-8").count("MALLOC_ARENA_MAX=1 ") == starts


@glibc
async def test_free_memory_is_returned_to_the_system() -> None:
    """`trim_malloc` returns most of 80 MB freed below a block in use; without it, none is."""
    blocks = [b"." * (BLOCK + number % 2) for number in range(BLOCKS)]
    stays = blocks[::50]
    full = resident()
    del blocks
    held = full - resident()
    trim_malloc()
    given = full - resident()
    assert len(stays) == BLOCKS // 50
    assert held < 0.5 * BLOCK * BLOCKS
    assert given > 0.7 * BLOCK * BLOCKS


async def test_old_cycles_are_collected_each_time_they_pile_up() -> None:
    """Cycles that only a full collection finds go once there are many, however often."""

    class Node:
        """Refers to itself."""

        def __init__(self) -> None:
            self.me = self

    async def count_left(nodes: int) -> int:
        made = [weakref.ref(Node()) for _ in range(nodes)]
        await trimmer.trim()
        return sum(node() is not None for node in made)

    was_enabled = gc.isenabled()
    gc.disable()
    try:
        gc.collect()
        trimmer = MemoryTrimmer()
        assert await count_left(10) == 10
        assert [await count_left(COLLECT_AFTER_BLOCKS) for _ in range(3)] == [0, 0, 0]
    finally:
        if was_enabled:
            gc.enable()
