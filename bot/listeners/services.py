"""What listeners work with, wired in bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.delivery.digests import Digests
    from bot.model import Feed, StoredArticle
    from bot.ports import Chat, Clock, Jobs, Store


class Intake(Protocol):
    """The door that every article comes in by."""

    async def read_address(self, url: str, *, team: str | None) -> tuple[StoredArticle, ...]:
        """Fetch, read, analyse and store; raise SourceUnavailable or SourceUnreadable."""
        ...


class Feeds(Protocol):
    """The poller of remote feeds."""

    async def add(self, url: str, team: str | None) -> Feed:
        """Check the address and follow it; raise SourceUnavailable or SourceUnreadable."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """All a listener may use."""

    store: Store
    chat: Chat
    digests: Digests
    intake: Intake
    feeds: Feeds
    clock: Clock
    jobs: Jobs
