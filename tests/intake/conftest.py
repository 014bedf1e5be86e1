"""An intake on a real SQLite store, with a clock that tests set and readers in this process."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bot.intake.intake import Intake
from bot.model import Analysis, Article, ParsedFile
from bot.model.errors import SourceUnavailable
from bot.model.ports import FetchedPage, NotModified
from bot.reading import read
from bot.store import Store, open_store
from tests.builders import analysis_of
from tests.delivery_env import FakeClock


class PlainReader:
    """`ports.Reader` without a process of its own."""

    async def parse(
        self, data: bytes, *, zone: str = "UTC", encoding: str | None = None
    ) -> ParsedFile:
        """Read here and now."""
        return read(data, zone=zone, encoding=encoding)


@dataclass
class CountingAnalyst:
    """`ports.Analyst` that counts what it was asked."""

    asked: list[str] = field(default_factory=list)

    async def analyse(self, article: Article) -> Analysis:
        """A plausible analysis."""
        self.asked.append(article.body)
        return analysis_of(article)


@dataclass
class PaperWeb:
    """`ports.Web` of pages that a test lays out; an error in a page's place is raised."""

    pages: dict[str, FetchedPage | NotModified | SourceUnavailable] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    def lay(self, address: str, data: str, **fields: object) -> None:
        """Put a page at this address."""
        self.pages[address] = FetchedPage(**{"url": address, "data": data.encode(), **fields})

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """What lies at the address."""
        self.asked.append((url, etag, last_modified))
        page = self.pages.get(url) or SourceUnavailable(url, "nothing there", status=404)
        if isinstance(page, SourceUnavailable):
            raise page
        return page


@pytest_asyncio.fixture
async def archive(sqlite_url: str) -> AsyncIterator[Store]:
    """A store on SQLite."""
    opened = await open_store(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """Noon, until it is moved."""
    return FakeClock()


@pytest.fixture
def analyst() -> CountingAnalyst:
    """Counts what it was asked."""
    return CountingAnalyst()


@pytest.fixture
def web() -> PaperWeb:
    """A web without pages."""
    return PaperWeb()


@pytest.fixture
def intake(archive: Store, analyst: CountingAnalyst, web: PaperWeb, clock: FakeClock) -> Intake:
    """The intake on that store."""
    return Intake(archive.articles, PlainReader(), analyst, web, clock)
