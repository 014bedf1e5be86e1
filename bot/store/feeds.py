"""Remote feeds: whose they are, when they are asked next, and how they fare."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, exists, or_, select, update

from bot.model import Feed
from bot.store.database import Database, insert_new
from bot.store.tables import feeds

_NOT_BY_CHECKS = {"id", "team", "added", "asked_by", "told"}


class FeedStore:
    """Remote feeds and how their checks went."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, url: str, team: str | None, now: datetime, asked_by: str | None = None
    ) -> Feed:
        """Due at once; the feed that stands there already when this owner has it."""
        row = {
            "url": url,
            "team": team,
            "next_check": now,
            "failures": 0,
            "added": now,
            "asked_by": asked_by,
        }
        its = and_(feeds.c.team == (team or ""), feeds.c.url == url)
        async with self._database.writing() as connection:
            await connection.execute(insert_new(connection, feeds, row))
            return _feed((await connection.execute(select(feeds).where(its))).one())

    async def get_all(self, team: str | None) -> tuple[Feed, ...]:
        """The owner's feeds, in order of id."""
        return await self._read(
            select(feeds).where(feeds.c.team == (team or "")).order_by(feeds.c.id)
        )

    async def get_due(self, now: datetime, limit: int = 50) -> tuple[Feed, ...]:
        """Every owner's feeds with `next_check` at or before now, longest due first."""
        query = select(feeds).where(feeds.c.next_check <= now)
        return await self._read(query.order_by(feeds.c.next_check, feeds.c.id).limit(limit))

    async def claim(self, feed: Feed, until: datetime) -> bool:
        """Put a check off, if the feed is as it was read: whether this caller did."""
        as_read = and_(feeds.c.id == feed.id, feeds.c.next_check == feed.next_check)
        async with self._database.writing() as connection:
            put_off = await connection.execute(
                update(feeds).where(as_read).values(next_check=until)
            )
        return put_off.rowcount == 1

    async def save(self, feed: Feed) -> None:
        """Record how a check went; a feed removed meanwhile stays removed.

        Where it moved to an address that its owner has as another feed, it keeps its own.
        """
        values = _changeable(feed)
        taken = exists().where(
            feeds.c.team == (feed.team or ""), feeds.c.url == feed.url, feeds.c.id != feed.id
        )
        async with self._database.writing() as connection:
            if (await connection.execute(select(taken))).scalar_one():
                del values["url"]
            await connection.execute(update(feeds).where(feeds.c.id == feed.id).values(values))

    async def find_broken(self, failures: int) -> tuple[Feed, ...]:
        """Feeds that ended, or failed so often in a row, of which the channel that asked was not told."""
        ill = or_(feeds.c.next_check.is_(None), feeds.c.failures >= failures)
        query = select(feeds).where(ill, feeds.c.asked_by.is_not(None), feeds.c.told.is_(None))
        return await self._read(query.order_by(feeds.c.id))

    async def mark_reported(self, feed: Feed, now: datetime | None) -> bool:
        """Note that the channel is told; whether this caller did. With None it is still to be told."""
        before = feeds.c.told.is_not(None) if now is None else feeds.c.told.is_(None)
        note = update(feeds).where(feeds.c.id == feed.id, before).values(told=now)
        async with self._database.writing() as connection:
            return (await connection.execute(note)).rowcount == 1

    async def remove(self, feed: int, team: str | None) -> bool:
        """Whether the owner had it."""
        gone = delete(feeds).where(feeds.c.id == feed, feeds.c.team == (team or ""))
        async with self._database.writing() as connection:
            return (await connection.execute(gone)).rowcount == 1

    async def _read(self, query: Select[Any]) -> tuple[Feed, ...]:
        async with self._database.reading() as connection:
            return tuple(_feed(row) for row in await connection.execute(query))


def _changeable(feed: Feed) -> dict[str, Any]:
    """What a check may change."""
    changed = {
        name: getattr(feed, name)
        for name in Feed.__dataclass_fields__
        if name not in _NOT_BY_CHECKS
    }
    return changed if feed.failures else changed | {"told": None}


def _feed(row: Row[Any]) -> Feed:
    return Feed(**row._asdict())
