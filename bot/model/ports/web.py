"""Pages and feeds over HTTP."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What an address gave. `url` is where redirects ended; `moved_to` is set when all were permanent.

    `fresh_for` is how long the server says it stays the same (Cache-Control, Expires), if it says so.
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
    """Addresses to bytes, never from a private network."""

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """Raise AddressRefused before anything is sent to a private address, else SourceUnavailable."""
        ...
