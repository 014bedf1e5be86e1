"""The job queue of many processes, for commands that look into it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import settings as settings_module
from bot.app.archive import open_archive
from bot.app.queue import Queue
from bot.model.errors import UsageError
from bot.store.database import plain_address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def open_queue() -> AsyncIterator[Queue]:
    """The job queue, for `dateline jobs`; raise UsageError where there is none."""
    settings = settings_module.load()
    if not settings.database_url.startswith("postgres"):
        fault = "There is no job queue on SQLite: `dateline run` does its work at once, in its own process."
        raise UsageError(
            fault, "Set DATABASE_URL to the postgresql:// address that the workers use."
        )
    async with (
        open_archive(settings),
        Queue(plain_address(settings.database_url)).opened() as queue,
    ):
        yield queue
