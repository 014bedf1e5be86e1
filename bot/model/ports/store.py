"""The store as a whole."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.model.ports.articles import Articles
from bot.model.ports.channels import PermissionStore, PreferenceStore, Subscriptions
from bot.model.ports.deliveries import Deliveries, Limits, Locks
from bot.model.ports.program import Processes
from bot.model.ports.sources import Feeds, Retention, Sources
from bot.model.ports.workspaces import Installations


class Store(Protocol):
    """The database: SQLite or PostgreSQL, the same contract. Faults of it raise StoreUnavailable."""

    @property
    def articles(self) -> Articles: ...  # noqa: D102
    @property
    def subscriptions(self) -> Subscriptions: ...  # noqa: D102
    @property
    def deliveries(self) -> Deliveries: ...  # noqa: D102
    @property
    def feeds(self) -> Feeds: ...  # noqa: D102
    @property
    def retention(self) -> Retention: ...  # noqa: D102
    @property
    def sources(self) -> Sources: ...  # noqa: D102
    @property
    def rules(self) -> PermissionStore: ...  # noqa: D102
    @property
    def locks(self) -> Locks: ...  # noqa: D102
    @property
    def limits(self) -> Limits: ...  # noqa: D102
    @property
    def processes(self) -> Processes: ...  # noqa: D102
    @property
    def preferences(self) -> PreferenceStore: ...  # noqa: D102
    @property
    def installations(self) -> Installations: ...  # noqa: D102

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Let all that this task reads in the block, one after the other, go over one connection: it is quicker."""
        ...

    async def ping(self) -> None:
        """Raise StoreUnavailable unless it can be written to (`/readyz`)."""
        ...

    async def first_time(self, event: str, now: datetime) -> bool:
        """Whether this Slack event (or command) id was never seen before; remembers it for a day."""
        ...
