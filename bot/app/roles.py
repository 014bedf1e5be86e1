"""What the processes of a deployment do: `web` answers Slack, `clock` enqueues, `worker` works.

    clock: slot due -> claimed in the ledger -> job "deliver" -> worker: the delivery's handler

Any number of each may run. A job is only a wake-up call: claims, locks and the ledger decide.
"""

import asyncio
import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Gauge

from bot.delivery.digests import MAX_DELIVERIES_AT_ONCE, Digests
from bot.intake.feeds import FeedPoller
from bot.model.errors import StoreUnavailable, log_fields
from bot.model.ports import Clock, RunningProcess
from bot.store import Store

if TYPE_CHECKING:
    from bot.app.queue import JobHandler, ProcrastinateQueue

log = structlog.get_logger(__name__)

_LAST_HEARTBEAT = Gauge(
    "dateline_last_beat_timestamp_seconds",
    "When this process last wrote to the database that it runs.",
)

HEARTBEAT_SECONDS = 5.0
# A leader that has not dispatched for so long is frozen or gone: another clock dispatches as well.
_LEADER_TIMEOUT = timedelta(seconds=20)
_LEADER_LOCK = "the clock"

DELIVER, CORRECT, FETCH = "deliver", "correct", "fetch"
_CONCURRENT_CORRECTIONS = 4
_CONCURRENT_FETCHES = 8


class Role(StrEnum):
    """What one process is for."""

    ALL = "run"
    WEB = "web"
    WORKER = "worker"
    CLOCK = "clock"

    @property
    def answers_slack(self) -> bool:
        """Whether Slack's requests come to this process."""
        return self in {Role.ALL, Role.WEB}

    @property
    def takes_articles_in(self) -> bool:
        """Whether this process reads the feed folder and fetches feeds."""
        return self in {Role.ALL, Role.WORKER}


class Heartbeat:
    """Records in the store, every few seconds, that this process runs."""

    def __init__(self, store: Store, clock: Clock, role: Role) -> None:
        name = f"{socket.gethostname()}/{os.getpid()}"
        self._store, self._clock = store, clock
        self.process = RunningProcess(name, role.value, clock.now())

    async def beat(self) -> None:
        """Look at the shared clock, and record that it runs; raise StoreUnavailable."""
        await self._store.clock.follow()
        self.process = replace(self.process, seen=self._clock.now())
        await self._store.processes.save(self.process)
        _LAST_HEARTBEAT.set(self.process.seen.timestamp())

    def note_dispatch(self) -> None:
        """Let the next heartbeat say that this clock has just dispatched what is due."""
        self.process = replace(self.process, ticked=self._clock.now())

    async def stop(self) -> None:
        """Record that this process ends."""
        try:
            await self._store.processes.remove(self.process.name)
        except StoreUnavailable as e:
            log.warning("could not say that this process ends", **log_fields(e))


def job_handlers(digests: Digests, poller: FeedPoller) -> "Mapping[str, tuple[JobHandler, int]]":
    """Return a worker's handler of each job, and how many of that job may run at once."""
    return {
        DELIVER: (digests.advance, MAX_DELIVERIES_AT_ONCE),
        CORRECT: (digests.correct_one, _CONCURRENT_CORRECTIONS),
        FETCH: (poller.poll_host, _CONCURRENT_FETCHES),
    }


@dataclass(slots=True)
class Dispatcher:
    """The periodic tasks of a clock: each looks for work and enqueues it, if this clock leads.

    Two that lead at once do no harm: a slot is claimed once, and a job waits in the queue once.
    """

    store: Store
    digests: Digests
    poller: FeedPoller
    queue: "ProcrastinateQueue"
    heartbeat: Heartbeat
    clock: Clock
    is_leader: bool = False

    async def take_part_in_election(self) -> None:
        """Decide again and again, until cancelled, whether this clock leads."""
        while True:
            try:
                async with self.store.locks.hold(_LEADER_LOCK, wait=False) as is_held:
                    while await is_held():
                        self._set_leader(value=True)
                        await asyncio.sleep(HEARTBEAT_SECONDS)
            except StoreUnavailable:  # another clock has the lock, or the database is away
                log.debug("not the clock that ticks")
            try:
                self._set_leader(value=await self._is_leader_frozen())
            except StoreUnavailable as e:
                log.warning("the clock cannot look", **log_fields(e))
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def dispatch_due(self) -> None:
        """Claim each slot that is due, some at a time, and enqueue its delivery."""
        while self.is_leader:
            deliveries = await self.digests.claim_due()
            await self._enqueue(DELIVER, [delivery.id for delivery in deliveries])
            self.heartbeat.note_dispatch()
            if not deliveries:
                break

    async def dispatch_unfinished(self) -> None:
        """Enqueue again the deliveries whose worker died, or that Slack gave no answer to."""
        if self.is_leader:
            unfinished = await self.digests.find_unfinished()
            await self._enqueue(DELIVER, [delivery.id for delivery in unfinished])

    async def dispatch_corrections(self) -> None:
        """Enqueue posted deliveries that cite what a source has withdrawn or changed."""
        if self.is_leader:
            outdated = await self.digests.find_outdated()
            await self._enqueue(CORRECT, [delivery.id for delivery in outdated])

    async def dispatch_feeds(self) -> None:
        """Enqueue the hosts whose feeds are due."""
        if self.is_leader:
            await self._enqueue(FETCH, await self.poller.due())

    async def delete_settled_jobs(self) -> None:
        """Delete the dead jobs of deliveries that ended all the same: nobody has to see to them."""
        if self.is_leader:
            for job_id, delivery in (await self.queue.list_dead(DELIVER)).items():
                if await self.digests.is_over(delivery):
                    await self.queue.delete_dead(job_id)

    async def _enqueue(self, job: str, subject_ids: Iterable[int]) -> None:
        for subject_id in subject_ids:
            await self.queue.enqueue(job, subject_id)

    def _set_leader(self, *, value: bool) -> None:
        if value != self.is_leader:
            log.info("this clock ticks" if value else "another clock ticks")
        self.is_leader = value

    async def _is_leader_frozen(self) -> bool:
        """Return whether no other clock has dispatched of late: a frozen one keeps the lock."""
        now = self.clock.now()
        return not any(
            process.ticked and abs(now - process.ticked) < _LEADER_TIMEOUT
            for process in await self.store.processes.get_running(now - timedelta(hours=1))
            if process.name != self.heartbeat.process.name
        )
