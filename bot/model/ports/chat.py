"""Slack, as the delivery of digests needs it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model import Message


@dataclass(frozen=True, slots=True)
class MessageMetadata:
    """The metadata of a message that a delivery posts; what recovery looks for."""

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
        """Post, with `stamp` as its metadata, and give the message's `ts`."""
        ...

    async def update(self, team: str, channel: str, ts: str, message: Message) -> None:
        """Replace a message that we posted."""
        ...

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
    ) -> None:
        """Post a picture with a comment in markup; `alt` tells who cannot see it what it shows."""
        ...

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
        """The parts of a delivery (part -> ts) on one page of the channel (or thread) since then.

        With it comes the cursor of the next page, None after the last.
        Raises PostFailed with code "missing_scope" where history may not be read.
        """
        ...

    async def zone(self, team: str, user: str) -> str:
        """The IANA zone of a person's Slack profile."""
        ...

    async def direct(self, team: str, user: str) -> str:
        """The id of our direct-message channel with a person."""
        ...
