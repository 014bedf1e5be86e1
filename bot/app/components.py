"""What reads and keeps the news: worker processes and intake."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot import settings as settings_module
from bot.app.archive import SystemClock, open_archive
from bot.intake.feed_folder import FeedFolder, check
from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake, SourceFacts
from bot.intake.retention import ExpiredTextPruner
from bot.intake.web import SafeWeb
from bot.intake.workers import AnalystPool, ReaderPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings
    from bot.settings.config import SourceConfig
    from bot.store import Store


A = TypeVar("A")


def itself(adapter: A) -> A:
    """What an adapter passes through as it is wired; a chaos test puts something in its place."""
    return adapter


class AdapterWrapper(Protocol):
    """Gives an adapter, or something around it."""

    def __call__(self, adapter: A, /) -> A: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Components:
    """What reads and keeps the news, wired."""

    store: Store
    intake: Intake
    folder: FeedFolder
    poller: FeedPoller
    retention: ExpiredTextPruner
    reader: ReaderPool
    analyst: AnalystPool
    clock: SystemClock


@asynccontextmanager
async def open_components(
    settings: Settings, store: Store | None = None, adapted: AdapterWrapper = itself
) -> AsyncIterator[Components]:
    """Store (unless it is given), worker processes, intake: everything below Slack."""
    async with AsyncExitStack() as stack:
        if store is None:
            store = await stack.enter_async_context(open_archive(settings))
        clock = SystemClock()
        reader, analyst = ReaderPool(), AnalystPool()
        stack.callback(reader.close)
        stack.callback(analyst.close)
        reader, analyst = adapted(reader), adapted(analyst)
        web = SafeWeb(allow_hosts=settings.allowed_hosts)
        stack.push_async_callback(web.close)
        known = {name: _facts(source) for name, source in settings.config.sources.items()}
        intake = Intake(store.articles, reader, analyst, web, clock, known)
        folder = FeedFolder(
            settings.feed_folder, intake, clock, store.sources, store.locks, settings.config.stays
        )
        poller = FeedPoller(store.feeds, intake, web, clock)
        retention = ExpiredTextPruner(store.articles, settings.config.policies, clock)
        yield Components(store, intake, folder, poller, retention, reader, analyst, clock)


def _facts(source: SourceConfig) -> SourceFacts:
    return SourceFacts(source.name, source.zone, source.encoding, source.language, source.owner)


@asynccontextmanager
async def open_intake() -> AsyncIterator[Intake]:
    """The intake, for `dateline ingest`."""
    async with open_components(settings_module.load()) as rooms:
        yield rooms.intake


@asynccontextmanager
async def open_poller() -> AsyncIterator[FeedPoller]:
    """The feed poller, for `dateline feeds add`."""
    async with open_components(settings_module.load()) as rooms:
        yield rooms.poller


def check_folder(settings: Settings) -> None:
    """Raise SettingsError unless files can be put away in the feed folder, or read where they stay there."""
    check(settings.feed_folder, stays=settings.config.stays(None))
