"""What the running program needs: the time, work for later, and who else runs."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...


class Jobs(Protocol):
    """Work to do after an answer was given; what is started is awaited at shutdown."""

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Run `work` soon, here; an error that escapes it is logged under `name`, never lost."""
        ...


class Queue(Protocol):
    """Wake-ups for whichever process is free. They may get lost and may come twice: a tick offers again what is due."""

    async def offer(self, job: str, number: int) -> bool:
        """Have `job` done for what has this number; False where that waits in the queue already."""
        ...

    async def dead(self, job: str) -> Mapping[int, int]:
        """The dead ones among jobs of this name: what each was for, by its id."""
        ...

    async def drop(self, number: int) -> None:
        """Forget a dead job by its id; raise NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """One that runs. `ticked`: when it last offered what is due, if it is a clock that does."""

    name: str
    role: str
    seen: datetime
    ticked: datetime | None = None


class Processes(Protocol):
    """Who runs, as they said themselves a few seconds ago."""

    async def beat(self, process: RunningProcess) -> None:
        """Say that it runs; forget those that have not said so for an hour."""
        ...

    async def running(self, since: datetime) -> tuple[RunningProcess, ...]:
        """Those that were seen since then, in order of role and name."""
        ...

    async def left(self, name: str) -> None:
        """It ended in good order."""
        ...
