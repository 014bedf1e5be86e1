"""The store's feeds and sources, and how long each is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model import Feed, Habit, KeptFile


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """How much of a team was deleted."""

    articles: int
    deliveries: int
    subscriptions: int
    feeds: int


class Retention(Protocol):
    """What is kept no longer."""

    async def prune_deliveries(self, before: datetime) -> int:
        """Forget deliveries that ended before then, and what their channels were shown by them; how many."""
        ...

    async def forget(self, team: str) -> DeletedCounts:
        """Delete all that is a team's."""
        ...

    async def tidy(self) -> None:
        """Give the disk back what is free."""
        ...


class Feeds(Protocol):
    """Remote feeds and how they fare."""

    async def add(
        self, url: str, team: str | None, now: datetime, asked_by: str | None = None
    ) -> Feed:
        """Due at once; the feed that stands there already when this owner has it.

        `asked_by` is the channel to tell when it breaks; the first that asked is kept.
        """
        ...

    async def all(self, team: str | None) -> tuple[Feed, ...]:
        """The owner's feeds, in order of id."""
        ...

    async def due(self, now: datetime, limit: int = 50) -> tuple[Feed, ...]:
        """Every owner's feeds with `next_check` at or before now."""
        ...

    async def claim(self, feed: Feed, until: datetime) -> bool:
        """Put a check off, if the feed is as it was read: whether this caller did, and is to check it now."""
        ...

    async def save(self, feed: Feed) -> None:
        """Record how a check went; of a feed that is well its channel may be told again."""
        ...

    async def broken(self, failures: int) -> tuple[Feed, ...]:
        """Feeds that ended, or failed so often in a row, of which the channel that asked was not told."""
        ...

    async def note_told(self, feed: Feed, now: datetime | None) -> bool:
        """Note that the channel is told; whether this caller did. With None it is still to be told."""
        ...

    async def remove(self, feed: int, team: str | None) -> bool:
        """Whether the owner had it."""
        ...


class Sources(Protocol):
    """How sources fare, and which files that stay in the feed folder were taken in."""

    async def habits(self, now: datetime) -> tuple[Habit, ...]:
        """Every source that gave something this quarter, of every owner, by the four weeks up to its last."""
        ...

    async def newest(self) -> datetime | None:
        """When the newest article came in, of whatever source and owner; None where none ever did."""
        ...

    async def report(self, habit: Habit, now: datetime) -> bool:
        """Note that its silence is told of; whether nobody had done so, and it is silent still."""
        ...

    async def files(self) -> tuple[KeptFile, ...]:
        """All that are remembered."""
        ...

    async def remember(self, file: KeptFile) -> None:
        """As it is now, whatever was remembered of it."""
        ...

    async def forget(self, paths: Collection[str]) -> None:
        """These are gone."""
        ...
