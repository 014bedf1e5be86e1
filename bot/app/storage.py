"""The store that the settings name, and nothing else: a command that looks up starts fast."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import settings as settings_module
from bot.settings import Settings
from bot.store import Store, open_store


async def create_store(settings: Settings) -> Store:
    """Open the store, migrating the database first; the caller closes it."""
    return await open_store(settings.database_url, settings.config.policies, settings.token_keys)


@asynccontextmanager
async def opened_store(settings: Settings | None = None) -> AsyncIterator[Store]:
    """Open the store for a block."""
    store = await create_store(settings or settings_module.load())
    try:
        yield store
    finally:
        await store.close()
