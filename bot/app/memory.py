"""Keep the service's memory small: heaps shared by threads, garbage collected when it pays."""

import asyncio
import ctypes
import gc
import sys
from contextlib import suppress

from bot.intake.workers import trim_malloc

COLLECT_AFTER_BLOCKS = 100_000  # of Python's objects: some 10 MiB
_M_ARENA_MAX = -8  # malloc.h


def limit_malloc_arenas() -> None:
    """Let all threads share two heaps: glibc gives each its own, which keeps its peak."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def tune_gc() -> None:
    """Let the garbage collector pass over what stands after the start.

    Full collections took 0.1 s each. Young objects are collected often and few at a time: ten times
    ten thousand took 30 ms in one piece. Old ones by `MemoryTrimmer` alone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000, 1, 5_000)


class MemoryTrimmer:
    """Gives memory back; collects cycles where objects have piled up, for that takes a moment.

    SQLAlchemy leaves many: each statement with a sub-query or an alias is one. Their number tells,
    not the size of the process: that stays up after a collection, so that each would wait until the
    room that the last one made is full, and more.
    """

    def __init__(self) -> None:
        self._fewest_blocks = sys.getallocatedblocks()

    async def trim(self) -> None:
        """Return free memory to the system, after a full collection if many blocks were added."""
        if sys.getallocatedblocks() - self._fewest_blocks > COLLECT_AFTER_BLOCKS:
            await asyncio.to_thread(gc.collect)
            self._fewest_blocks = sys.getallocatedblocks()
        self._fewest_blocks = min(self._fewest_blocks, sys.getallocatedblocks())
        await asyncio.to_thread(trim_malloc)
