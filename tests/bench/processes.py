"""Memory of this process and its workers, as Linux counts it."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Self

_EVERY = 0.02


def descendants(pid: int) -> list[int]:
    """Return every process below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def memory(pid: int, mark: str = "VmRSS") -> float:
    """Return the resident MiB of a process (VmHWM: its peak), or 0 if it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(mark):
                return int(line.split()[1]) / 1024
    return 0.0


def shared_memory(pid: int) -> float:
    """Return the MiB of a process, its share alone of what it has with others, or 0."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def processor_time(pid: int) -> float:
    """Return the processor time of a process in seconds: fields 14 and 15 of proc(5)'s stat."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class PeakMemory:
    """Sample the workers' memory; `peak` is the most that one used, also one that was killed.

    `seconds` is the processor time of all of them meanwhile.
    """

    def __init__(self) -> None:
        self.peak = 0.0
        self._seconds: dict[int, list[float]] = {}

    @property
    def seconds(self) -> float:
        """The processor time that workers used between the first sample and the last."""
        return sum(times[-1] - times[0] for times in self._seconds.values())

    async def __aenter__(self) -> Self:
        """Start sampling."""
        self._note()
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take a last sample and stop."""
        self._looking.cancel()
        await asyncio.gather(self._looking, return_exceptions=True)
        self._note()

    async def _look(self) -> None:
        while True:
            self._note()
            await asyncio.sleep(_EVERY)

    def _note(self) -> None:
        pids = descendants(os.getpid())
        self.peak = max([self.peak, *(memory(pid, "VmHWM") for pid in pids)])
        # Of a worker that was started meanwhile all of its time counts.
        before = [0.0] if self._seconds else []
        for pid in pids:
            with contextlib.suppress(OSError):
                self._seconds.setdefault(pid, [*before]).append(processor_time(pid))
