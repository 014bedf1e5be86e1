"""In-process stand-ins for what an intake needs: a reader, an analyst, and a web of set pages."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Analysis, Article, ParsedFile
from bot.model.errors import SourceUnavailable
from bot.model.ports import FetchedPage, NotModified
from bot.reading.sniffing import read
from tests.builders import analysis_of


class InProcessReader:
    """Read in this process, behind `ports.Reader`."""

    async def parse(
        self,
        data: bytes,
        *,
        zone: str = "UTC",
        encoding: str | None = None,
        address: str | None = None,
        arrived: datetime | None = None,
    ) -> ParsedFile:
        """Read the bytes at once."""
        return read(data, zone=zone, encoding=encoding, address=address, arrived=arrived)


@dataclass
class CountingAnalyst:
    """Analyse by the simple rules of `builders`, and keep the bodies; behind `ports.Analyst`."""

    asked: list[str] = field(default_factory=list)

    async def analyse(self, article: Article) -> Analysis:
        """Return a plausible analysis."""
        self.asked.append(article.body)
        return analysis_of(article)


@dataclass
class FakeWeb:
    """Serve the pages that a test sets, behind `ports.Web`; raise an error in a page's place.

    While `gate` is cleared, every request waits.
    """

    pages: dict[str, FetchedPage | NotModified | SourceUnavailable] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def set_page(self, address: str, data: str, **fields: object) -> None:
        """Set the page of an address."""
        self.pages[address] = FetchedPage(**{"url": address, "data": data.encode(), **fields})

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """Return the page of the address, or raise SourceUnavailable with status 404."""
        await self.gate.wait()
        self.asked.append((url, etag, last_modified))
        page = self.pages.get(url) or SourceUnavailable(
            url, "there is no such page", permanent=True, status=404
        )
        if isinstance(page, SourceUnavailable):
            raise page
        return page
