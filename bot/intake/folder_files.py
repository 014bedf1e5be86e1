"""Where the feed folder is looked at seldom, a dropped file wakes the look; the look alone decides what is taken."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from bot.intake.feed_folder import SETTLED_AFTER

log = structlog.get_logger(__name__)


async def watch_folder(path: Path, look: Callable[[], Awaitable[object]]) -> None:
    """Look when something was dropped, and again once it can have stood still; until cancelled.

    A network share tells of nothing, and a system may have no watches left: then the ticks look alone.
    """

    def dropped(change: Change, name: str) -> bool:
        return change is not Change.deleted and not Path(name).relative_to(path).parts[
            0
        ].startswith("_")

    try:
        async for _ in awatch(path, watch_filter=dropped, step=200):
            await look()
            await asyncio.sleep(SETTLED_AFTER)
            await look()
    except (OSError, RuntimeError) as e:
        log.info("folder not watched", error=type(e).__name__)
