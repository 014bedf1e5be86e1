"""The database: SQLite by default, PostgreSQL by DATABASE_URL."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import delete, update

from bot.model import Policy
from bot.store.articles import ArticleStore
from bot.store.database import Database, insert_new
from bot.store.deliveries import DeliveryLedger
from bot.store.feeds import FeedStore
from bot.store.installations import WorkspaceStore
from bot.store.limits import RateLimitStore
from bot.store.locks import Locks
from bot.store.preferences import PreferenceStore
from bot.store.processes import ProcessRegistry
from bot.store.retention import RetentionStore
from bot.store.rules import PermissionStore
from bot.store.schema import migrate
from bot.store.seal import Seal
from bot.store.sources import SourceStore
from bot.store.subscriptions import SubscriptionStore
from bot.store.tables import events, pulse

# Slack repeats an event for some minutes; a day is far beyond it.
_REMEMBERED = timedelta(days=1)


class Store:
    """The database: SQLite or PostgreSQL. Made by `open_store`; its faults raise StoreUnavailable."""

    def __init__(
        self,
        database: Database,
        policies: Mapping[str, Policy] = MappingProxyType({}),
        keys: Sequence[bytes] = (),
    ) -> None:
        self._database = database
        self.articles = ArticleStore(database, policies)
        self.subscriptions = SubscriptionStore(database)
        self.locks = Locks(database)
        self.deliveries = DeliveryLedger(database, self.locks)
        self.feeds = FeedStore(database)
        self.retention = RetentionStore(database, self.articles.shelf)
        self.sources = SourceStore(database)
        self.permissions = PermissionStore(database)
        self.limits = RateLimitStore(database)
        self.processes = ProcessRegistry(database)
        self.preferences = PreferenceStore(database)
        self.installations = WorkspaceStore(database, self.locks, Seal(keys))

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Let all that this task reads in the block, one after the other, go over one connection."""
        return self._database.reading_together()

    async def ping(self) -> None:
        """Raise StoreUnavailable unless it can be written to (`/readyz`)."""
        async with self._database.writing() as connection:
            beat = await connection.execute(update(pulse).values(beats=pulse.c.beats + 1))
            if beat.rowcount == 0:
                await connection.execute(insert_new(connection, pulse, {"id": 1, "beats": 1}))

    async def is_new_event(self, event: str, now: datetime) -> bool:
        """Whether this Slack event (or command) id was never seen before; remembers it for a day."""
        async with self._database.writing() as connection:
            await connection.execute(delete(events).where(events.c.seen < now - _REMEMBERED))
            remember = insert_new(connection, events, {"event": event, "seen": now}).returning(
                events.c.event
            )
            return (await connection.execute(remember)).first() is not None

    async def close(self) -> None:
        """Close every connection."""
        await self.locks.close()
        await self._database.close()


async def open_store(
    url: str, policies: Mapping[str, Policy] = MappingProxyType({}), keys: Sequence[bytes] = ()
) -> Store:
    """Open the database that a DATABASE_URL names, brought up to this version's tables.

    `policies` are by source: a folder's name, or the host of a feed. `keys` (32 bytes each) seal the
    workspaces' tokens: the first seals, each opens.

    Raise SettingsError for an address that is none of ours or a database of a newer Dateline, and
    StoreUnavailable where it cannot be reached.
    """
    database = Database(url)
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return Store(database, policies, keys)


async def upgrade(url: str) -> None:
    """Bring a database up to this version's tables (`dateline db upgrade`); safe to run at any time."""
    await (await open_store(url)).close()


__all__ = [
    "ArticleStore",
    "DeliveryLedger",
    "FeedStore",
    "Locks",
    "PermissionStore",
    "PreferenceStore",
    "ProcessRegistry",
    "RateLimitStore",
    "RetentionStore",
    "SourceStore",
    "Store",
    "SubscriptionStore",
    "WorkspaceStore",
    "open_store",
    "upgrade",
]
