"""Work after an answer, run here: every task is kept until it ends, and an error in one is told."""

import asyncio
from collections.abc import Coroutine

import structlog

from bot.model.errors import BotError, log_fields

log = structlog.get_logger(__name__)


class LocalJobs:
    """ports.Jobs in this process."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Run `work` soon. The loop holds tasks weakly, so they are kept here."""
        task = asyncio.get_running_loop().create_task(self._watched(name, work), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self, within: float) -> None:
        """Wait for what runs, `within` seconds at most, then cancel the rest and say so."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=within)
        for task in late:
            log.warning("job cancelled at shutdown", job=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _watched(self, name: str, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except BotError as e:
            log.warning("job failed", job=name, **log_fields(e))
        except Exception as e:  # noqa: BLE001 - where an error of a job nobody waits for is told
            log.error("job failed", job=name, **log_fields(e))  # noqa: TRY400 - the message may hold an article's words
