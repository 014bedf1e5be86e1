"""What a piece of work costs, whatever else the machine and Python are busy with."""

import gc
import time
from collections.abc import Callable


def processor_seconds(work: Callable[[], object], times: int = 3) -> float:
    """The processor time of the quickest of `times` runs, in seconds.

    Python's sweeper rests meanwhile: after a few thousand tests one sweep takes half a second, and
    belongs to nobody.
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
    """Whether a piece of work keeps within a bound, measured just before it, in one of so many tries.

    What disturbs only slows: once is proof, and what truly takes too long fails every time. The bound itself is to
    come of the quickest of several, or what disturbs would raise it.
    """
    return any(bound() > processor_seconds(work, times=1) for _ in range(tries))
