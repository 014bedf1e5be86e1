"""Provide an intake on a real SQLite store, with a settable clock and readers in this process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake
from bot.store import Store, open_store
from tests.delivery_env import FakeClock
from tests.intake_fakes import CountingAnalyst, FakeWeb, InProcessReader


@pytest_asyncio.fixture
async def archive(sqlite_url: str) -> AsyncIterator[Store]:
    """Open a store on SQLite."""
    opened = await open_store(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that starts at noon."""
    return FakeClock()


@pytest.fixture
def analyst() -> CountingAnalyst:
    """Return an analyst that counts its analyses."""
    return CountingAnalyst()


@pytest.fixture
def web() -> FakeWeb:
    """Return a web without pages."""
    return FakeWeb()


@pytest.fixture
def intake(archive: Store, analyst: CountingAnalyst, web: FakeWeb, clock: FakeClock) -> Intake:
    """Return an intake on that store."""
    return Intake(archive.articles, InProcessReader(), analyst, web, clock)


@pytest.fixture
def poller(archive: Store, intake: Intake, web: FakeWeb, clock: FakeClock) -> FeedPoller:
    """Return a poller on the store's feeds."""
    return FeedPoller(archive.feeds, intake, web, clock)
