"""Interfaces to the outside world: Slack, the web, worker processes, the clock.

Each has the real adapter and a fake in the tests. The database is no port: callers use
`bot.store.Store` itself.
"""

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import Analysis, Article, Message, NewBlock, ParsedFile


class Clock(Protocol):
    """The current time, so that tests can set it."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""


class Reader(Protocol):
    """A parser of article files in a worker process, which may die."""

    async def parse(
        self,
        data: bytes,
        *,
        zone: str = "UTC",
        encoding: str | None = None,
        address: str | None = None,
        arrived: datetime | None = None,
    ) -> ParsedFile:
        """Parse the bytes of a file into articles.

        `zone` is the IANA zone of times that carry no offset; `encoding` that of files that declare
        none; `address` is where it was fetched from, `arrived` when it came in. Raise
        SourceUnreadable, also when the worker ran out of time or memory.
        """


class Analyst(Protocol):
    """A language analysis of article texts, in a worker process."""

    async def analyse(self, article: Article) -> Analysis:
        """Find sentences, statements and terms; raise SourceUnreadable if the worker failed."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What an address returned.

    `url` is where redirects ended; `moved_to` is set when all of them were permanent. `fresh_for`
    is how long the server says it stays the same (Cache-Control, Expires), if it says so.
    """

    url: str
    data: bytes
    encoding: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed (HTTP 304)."""

    fresh_for: timedelta | None = None


class Web(Protocol):
    """Pages and feeds over HTTP, never from a private network."""

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """Fetch; raise AddressRefused before anything is sent there, or SourceUnavailable."""


@dataclass(frozen=True, slots=True)
class MessageMetadata:
    """The metadata of a posted message, by which recovery after a crash recognizes it."""

    delivery: int
    slot: str
    part: int


class Chat(Protocol):
    """Slack, as deliveries and listeners need it. Every method raises PostFailed."""

    async def post(
        self,
        team: str,
        channel: str,
        message: Message,
        *,
        stamp: MessageMetadata | None = None,
        thread: str | None = None,
    ) -> str:
        """Post a message, with `stamp` as its metadata, and return its `ts`."""

    async def update(self, team: str, channel: str, ts: str, message: Message) -> None:
        """Replace a message that we posted."""

    async def share(
        self,
        team: str,
        channel: str,
        picture: bytes,
        *,
        name: str,
        title: str,
        alt: str,
        comment: str,
        thread: str | None = None,
    ) -> None:
        """Post a picture with a comment in mrkdwn; `alt` describes it for screen readers."""

    async def find(
        self,
        team: str,
        channel: str,
        delivery: int,
        since: datetime,
        *,
        thread: str | None = None,
        cursor: str | None = None,
    ) -> tuple[dict[int, str], str | None]:
        """Find a delivery's messages (part -> ts) on one page of the channel or thread since then.

        The second value is the cursor of the next page, None after the last.
        Raise PostFailed with code "missing_scope" where history may not be read.
        """

    async def zone(self, team: str, user: str) -> str | None:
        """Return the IANA zone of a person's Slack profile; None where Slack tells none we know."""

    async def supported_blocks(self, team: str) -> frozenset[NewBlock]:
        """Return which of the new blocks the workspace's Slack takes."""

    async def direct(self, team: str, user: str) -> str:
        """Return the id of our direct-message channel with a person."""


class BackgroundTasks(Protocol):
    """Background work after an answer was given; what is started is awaited at shutdown."""

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Run `work` soon, in this process; log an error that escapes it under `name`."""


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A running process. `ticked` is when it last enqueued what is due, if it is the clock."""

    name: str
    role: str
    seen: datetime
    ticked: datetime | None = None
