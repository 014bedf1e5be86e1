"""The memory of a process that runs for months: what is looked through, and what goes back to the system."""

import asyncio
import ctypes
import gc
from contextlib import suppress

_ARENA_MAX = -8  # glibc's malloc.h


def share() -> None:
    """Let all threads have one heap of the C library's, which gives each its own; call it before there are any.

    Each of some twenty would grow to its own busiest moment, and have its own holes. See mallopt(3), M_ARENA_MAX.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """Let the collector look at what is new, not at all that stands: that took 0.1 s again and again, in one piece."""
    gc.collect()
    gc.freeze()
    # The young ones often and few at a time: each sweep is in one piece, and ten times ten thousand took 30 ms. The old
    # ones seldom: a digest leaves no cycles.
    gc.set_threshold(1_000, 1, 5_000)


async def give_back() -> None:
    """Give the system what is free between what is in use.

    glibc gives back only what is free at the end of its heap. Other C libraries have no such call, and need none.
    """
    with suppress(AttributeError, OSError, TypeError):
        await asyncio.to_thread(ctypes.CDLL(None).malloc_trim, 0)
