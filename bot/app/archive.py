"""The store, the clock, and what an adapter passes through as it is wired."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import settings as settings_module
from bot.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings
    from bot.store import Store


class SystemClock:
    """ports.Clock by the machine's own."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)


async def open_database(settings: Settings) -> Store:
    """The store, for whoever closes it."""
    return await open_store(settings.database_url, settings.config.policies, settings.token_keys)


@asynccontextmanager
async def open_archive(settings: Settings | None = None) -> AsyncIterator[Store]:
    """The store alone, for commands that look things up."""
    settings = settings or settings_module.load()
    store = await open_database(settings)
    try:
        yield store
    finally:
        await store.close()
