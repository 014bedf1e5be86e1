"""What a piece of work costs, whatever else the machine and Python are busy with."""

import gc
import time
from collections.abc import Callable


def processor_seconds(work: Callable[[], object], times: int = 3) -> float:
    """The processor time of the quickest of `times` runs, in seconds.

    Python's sweeper rests meanwhile: after a few thousand tests one sweep takes half a second, and belongs to nobody.
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
