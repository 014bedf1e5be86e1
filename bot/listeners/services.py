"""What listeners work with, wired in bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.model import Delivery, Digest, Feed, StoredArticle
    from bot.ports import Chat, Clock, Jobs, Store


class Digests(Protocol):
    """Digests that a person asks for, as listeners use them."""

    async def preview(self, team: str, channel: str, topic: str | None = None, *, zone: str) -> Digest:
        """What the channel would be shown now; marks nothing as seen."""
        ...

    async def post_now(self, team: str, channel: str, *, key: str, topic: str | None = None, zone: str) -> Delivery:
        """Compose and post under this key; a second call with the key posts nothing more."""
        ...

    async def post_anyway(self, delivery_id: int) -> Delivery:
        """Post a delivery of which nobody knows whether Slack took it."""
        ...


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
