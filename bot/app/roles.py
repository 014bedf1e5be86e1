"""What the processes of many machines do: `web` answers Slack, `clock` offers what is due, `worker` does it.

    clock: due -> claimed in the ledger -> Queue.offer("deliver", its number) -> worker: Digests.carry(number)

Any number of each may run. What is offered is a wake-up and nothing more: claims, rights and the ledger decide.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import structlog
from prometheus_client import Gauge

from bot.delivery.digests import Digests
from bot.intake.feeds import FeedPoller
from bot.model.errors import StoreUnavailable, log_fields
from bot.model.ports import Clock, Queue, RunningProcess
from bot.store import Store

Duty = Callable[[int], Awaitable[object]]


log = structlog.get_logger(__name__)

_LAST_HEARTBEAT = Gauge(
    "dateline_last_beat_timestamp_seconds",
    "When this process last wrote to the database that it runs.",
)

# Each process says so often (seconds) that it runs; a clock looks as often whether it is to tick.
BEAT = 5.0
# A clock that has not ticked for so long is frozen or gone: another ticks beside it.
_OVERDUE = timedelta(seconds=20)
_TICKING = "the clock"

DELIVER, CORRECT, FETCH = "deliver", "correct", "fetch"


class Role(StrEnum):
    """What one process is for."""

    ALL = "run"
    WEB = "web"
    WORKER = "worker"
    CLOCK = "clock"


class Heartbeat:
    """Says every few seconds that this process runs."""

    def __init__(self, store: Store, clock: Clock, role: Role) -> None:
        name = f"{socket.gethostname()}/{os.getpid()}"
        self._store, self._clock = store, clock
        self.me = RunningProcess(name, role.value, clock.now())

    async def beat(self) -> None:
        """Say so now."""
        self.me = replace(self.me, seen=self._clock.now())
        await self._store.processes.save(self.me)
        _LAST_HEARTBEAT.set(self.me.seen.timestamp())

    async def leave(self) -> None:
        """Say that it ends."""
        try:
            await self._store.processes.remove(self.me.name)
        except StoreUnavailable as e:
            log.warning("could not say that this process ends", **log_fields(e))


def duties(
    digests: Digests, poller: FeedPoller, at_once: int
) -> Mapping[str, tuple[Callable[[int], Awaitable[object]], int]]:
    """What a worker does by the name of the job, and how much of it side by side."""
    return {
        DELIVER: (digests.carry, at_once),
        CORRECT: (digests.correct_one, 4),
        FETCH: (poller.poll_host, 8),
    }


class Dispatcher:
    """A clock's ticks: each looks for what is to do, and offers it. Of several clocks one ticks.

    Two that tick at once do no harm: a slot is claimed once, and what waits in the queue is not offered twice.
    """

    def __init__(
        self,
        store: Store,
        digests: Digests,
        poller: FeedPoller,
        queue: Queue,
        presence: Heartbeat,
        clock: Clock,
    ) -> None:
        self._store, self._digests, self._poller, self._queue = store, digests, poller, queue
        self._presence, self._clock = presence, clock
        self.ticks = False

    async def lead(self) -> None:
        """Decide, again and again until cancelled, whether this clock is the one that ticks."""
        while True:
            try:
                async with self._store.locks.hold(_TICKING, wait=False) as held:
                    while await held():
                        self._set(ticks=True)
                        await asyncio.sleep(BEAT)
            except StoreUnavailable:  # another has the right, or nobody can be asked
                log.debug("not the clock that ticks")
            try:
                self._set(ticks=await self._nobody_ticks())
            except StoreUnavailable as e:
                log.warning("the clock cannot look", **log_fields(e))
            await asyncio.sleep(BEAT)

    async def due(self) -> None:
        """Claim each slot that is due, some at a time, and offer its delivery."""
        while self.ticks:
            claimed = await self._digests.claim_due()
            await self._offer(DELIVER, [delivery.id for delivery in claimed])
            self._presence.me = replace(self._presence.me, ticked=self._clock.now())
            if not claimed:
                break

    async def left(self) -> None:
        """Offer again what was left unfinished: its worker died, or Slack gave no answer."""
        if self.ticks:
            await self._offer(DELIVER, [delivery.id for delivery in await self._digests.left()])

    async def outdated(self) -> None:
        """Offer posts that show what its source has withdrawn."""
        if self.ticks:
            await self._offer(CORRECT, [delivery.id for delivery in await self._digests.outdated()])

    async def bury(self) -> None:
        """Forget the dead jobs of deliveries that a later offer brought to their end: nobody need see to them."""
        if self.ticks:
            for job, delivery in (await self._queue.dead(DELIVER)).items():
                if await self._digests.is_over(delivery):
                    await self._queue.drop(job)

    async def feeds(self) -> None:
        """Offer the hosts whose feeds are due."""
        if self.ticks:
            await self._offer(FETCH, await self._poller.due())

    async def _offer(self, job: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            await self._queue.offer(job, number)

    def _set(self, *, ticks: bool) -> None:
        if ticks != self.ticks:
            log.info("this clock ticks" if ticks else "another clock ticks")
        self.ticks = ticks

    async def _nobody_ticks(self) -> bool:
        """Whether whoever has the right has not ticked for long: frozen, it would keep the right for ever."""
        now = self._clock.now()
        others = [
            one
            for one in await self._store.processes.get_running(now - timedelta(hours=1))
            if one.ticked
        ]
        return not any(
            one.ticked and now - one.ticked < _OVERDUE
            for one in others
            if one.name != self._presence.me.name
        )
