"""What a process frees goes back to the system, whatever stands behind it."""

import ctypes
import os
from pathlib import Path

import pytest

from bot.heap import give_back

BLOCK, BLOCKS = 100_000, 800  # bytes: too small for glibc to ask the system for each


def resident() -> int:
    """The resident memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs glibc"
)
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
