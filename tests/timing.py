"""Measure the processor time of a piece of work, without garbage collection."""

import gc
import time
from collections.abc import Callable


def processor_seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the processor time of the quickest of `times` runs, in seconds.

    Garbage collection is off meanwhile: after a few thousand tests one collection takes half a
    second.
    """
    taken = []
    gc.disable()
    try:
        for _ in range(times):
            began = time.process_time()
            work()
            taken.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(taken)


def takes_no_longer(work: Callable[[], object], bound: Callable[[], float], tries: int = 3) -> bool:
    """Return whether the work keeps within a bound in one of so many tries.

    The bound is measured just before the work. Disturbances only slow the work, so one try within
    the bound is proof, and work that is too slow fails each time. The bound should come from the
    quickest of several runs.
    """
    return any(bound() > processor_seconds(work, times=1) for _ in range(tries))
