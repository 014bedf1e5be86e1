"""The database: SQLite by default, PostgreSQL by DATABASE_URL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import sqlalchemy as sa

from bot.model import Policy
from bot.store.articles import ArticleStore
from bot.store.channels import LinkPreviewStore, PermissionStore, PreferenceStore, SubscriptionStore
from bot.store.clock import create_clock
from bot.store.database import Database, Repository, insert_new
from bot.store.deliveries import DeliveryLedger
from bot.store.locks import Locks
from bot.store.processes import ProcessRegistry, RateLimitStore
from bot.store.retention import RetentionStore
from bot.store.schema import migrate
from bot.store.sources import FeedStore, SourceStore
from bot.store.tables import events, write_probes
from bot.store.workspaces import TokenCipher, WorkspaceStore

# Slack repeats an event for some minutes; a day is far beyond that.
_EVENT_LIFETIME = timedelta(days=1)


class Store(Repository):
    """The open database; its faults raise StoreUnavailable. Made by `open_store`."""

    def __init__(
        self,
        database: Database,
        policies: Mapping[str, Policy] = MappingProxyType({}),
        keys: Sequence[bytes] = (),
    ) -> None:
        super().__init__(database)
        self.articles = ArticleStore(database, policies)
        self.subscriptions = SubscriptionStore(database)
        self.clock = create_clock(database)
        self.locks = Locks(database)
        self.deliveries = DeliveryLedger(database, self.locks)
        self.feeds = FeedStore(database)
        self.retention = RetentionStore(database)
        self.sources = SourceStore(database)
        self.permissions = PermissionStore(database)
        self.link_previews = LinkPreviewStore(database)
        self.limits = RateLimitStore(database)
        self.processes = ProcessRegistry(database)
        self.preferences = PreferenceStore(database)
        self.workspaces = WorkspaceStore(database, self.locks, TokenCipher(keys))

    async def ping(self) -> None:
        """Raise StoreUnavailable unless the database accepts a write (`/readyz`)."""
        change = sa.update(write_probes).values(probes=write_probes.c.probes + 1)
        if await self._execute(change) == 0:
            row = {"id": 1, "probes": 1}
            await self._execute(insert_new(self._database.engine, write_probes, row))

    async def is_new_event(self, event: str, now: datetime) -> bool:
        """Remember the id of a Slack event or command for a day; return whether it is new."""
        old, row = events.c.seen < now - _EVENT_LIFETIME, {"event": event, "seen": now}
        async with self._database.writing() as connection:
            await connection.execute(sa.delete(events).where(old))
            result = await connection.execute(insert_new(connection, events, row))
        return result.rowcount == 1

    async def close(self) -> None:
        """Close every connection."""
        await self.locks.close()
        await self._database.close()


async def open_store(
    url: str, policies: Mapping[str, Policy] = MappingProxyType({}), keys: Sequence[bytes] = ()
) -> Store:
    """Open the database of a DATABASE_URL, and create or migrate its tables where needed.

    `policies` are by source: a folder's name, or the host of a feed. `keys` (32 bytes each) encrypt
    the workspaces' tokens: the first encrypts, each decrypts.

    Raise SettingsError for an address of another kind or a database of another version, and
    StoreUnavailable where it cannot be reached.
    """
    database = Database(url)
    try:
        await migrate(database)
        store = Store(database, policies, keys)
        await store.clock.follow()
    except BaseException:
        await database.close()
        raise
    return store
