"""What takes articles in, wired: the store, worker processes, the web client and the intake."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot import settings as settings_module
from bot.app.storage import opened_store
from bot.intake.feed_folder import FeedFolder, check
from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake, SourceFacts
from bot.intake.web import SafeWeb
from bot.intake.workers import MAX_ANALYSTS, AnalystPool, ReaderPool
from bot.settings import Settings
from bot.store import Store

# Replaces an adapter as it is wired; the chaos tests put something around it.
AdapterWrapper = Callable[[Any], Any]


def unwrapped(adapter: Any) -> Any:
    """Return the adapter itself."""
    return adapter


@dataclass(frozen=True, slots=True)
class Components:
    """What takes articles in, and the store that it puts them into."""

    store: Store
    intake: Intake
    folder: FeedFolder
    poller: FeedPoller
    reader: ReaderPool


@asynccontextmanager
async def open_components(
    settings: Settings | None = None,
    store: Store | None = None,
    wrap: AdapterWrapper = unwrapped,
    analysts: int = MAX_ANALYSTS,
) -> AsyncIterator[Components]:
    """Wire them for a block; the store is opened, and closed, unless it is given.

    `analysts` is how many articles are analyzed at once.
    """
    settings = settings or settings_module.load()
    async with AsyncExitStack() as stack:
        if store is None:
            store = await stack.enter_async_context(opened_store(settings))
        clock, config = store.clock, settings.config
        reader_pool, analyst_pool = ReaderPool(), AnalystPool(analysts)
        stack.callback(reader_pool.close)
        stack.callback(analyst_pool.close)
        reader, analyst = wrap(reader_pool), wrap(analyst_pool)
        web = SafeWeb(allow_hosts=settings.allowed_hosts)
        stack.push_async_callback(web.close)
        facts = {
            name: SourceFacts(s.name, s.zone, s.encoding, s.language, s.owner)
            for name, s in config.sources.items()
        }
        intake = Intake(store.articles, reader, analyst, web, clock, facts, analysts)
        files, locks, keeps_files = store.sources, store.locks, config.keeps_files
        folder = FeedFolder(settings.feed_folder, intake, clock, files, locks, keeps_files)
        stack.push_async_callback(folder.close)
        poller = FeedPoller(store.feeds, intake, web, clock)
        yield Components(store, intake, folder, poller, reader)


def check_folder(settings: Settings) -> None:
    """Raise SettingsError unless files can be moved in the feed folder, or read where they stay."""
    check(settings.feed_folder, keeps_files=settings.config.keeps_files(None))
