"""Sources of articles: feeds, when each source published, files that stay in place."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Feed, Habit, KeptFile, NewArticle
from bot.model.batches import batched
from bot.store.database import Repository, insert_new, upsert
from bot.store.tables import arrivals, articles, feeds, files, sources, visible

MAX_POLL_INTERVAL = timedelta(hours=24)
# Long enough to include weekends and a holiday.
_HABIT_PERIOD = timedelta(weeks=4)
# A source that was silent for so long has ended.
_MAX_SILENCE = timedelta(weeks=13)
# SQLite takes 32,766 parameters in a statement.
_DELETE_BATCH = 1_000
# Fields of a feed that a check does not change.
_FIXED_FEED_FIELDS = {"id", "team", "added", "asked_by", "failure_reported_at"}


class FeedStore(Repository):
    """Remote feeds and how their checks went. Team None stands for the operator."""

    async def add(
        self, url: str, team: str | None, now: datetime, asked_by: str | None = None
    ) -> Feed:
        """Add a feed, due at once; return the existing one where this owner has it.

        `asked_by` is the channel to notify when the feed breaks; the first that asked is kept.
        """
        row: dict[str, Any] = {"url": url, "team": team, "asked_by": asked_by}
        row |= {"next_check": now, "failures": 0, "added": now}
        same = sa.and_(feeds.c.team == (team or ""), feeds.c.url == url)
        async with self._database.writing() as connection:
            await connection.execute(insert_new(connection, feeds, row))
            stored = (await connection.execute(sa.select(feeds).where(same))).one()
        return _decode(stored)

    async def get_all(self, team: str | None) -> tuple[Feed, ...]:
        """Return the owner's feeds, in order of id."""
        query = sa.select(feeds).where(feeds.c.team == (team or ""))
        return await self._read(query.order_by(feeds.c.id))

    async def get_due(self, now: datetime, limit: int = 50) -> tuple[Feed, ...]:
        """Return every owner's feeds that are due now, longest due first.

        One to be checked later than MAX_POLL_INTERVAL from now was put off by a clock that was
        ahead.
        """
        due, ahead = feeds.c.next_check <= now, feeds.c.next_check > now + MAX_POLL_INTERVAL
        order = feeds.c.next_check, feeds.c.id
        queries = (
            sa.select(feeds).where(part).order_by(*order).limit(limit) for part in (due, ahead)
        )
        return tuple([feed for query in queries for feed in await self._read(query)][:limit])

    async def claim(self, feed: Feed, until: datetime) -> bool:
        """Postpone a feed's check if it is unchanged; return whether this caller checks it."""
        unchanged = sa.and_(feeds.c.id == feed.id, feeds.c.next_check == feed.next_check)
        return await self._execute(sa.update(feeds).where(unchanged).values(next_check=until)) == 1

    async def save(self, feed: Feed) -> None:
        """Store how a check went; a feed removed meanwhile stays removed.

        A feed that moved to the address of another feed of its owner keeps its old address. After a
        successful check its channel may be notified again.
        """
        values = {k: v for k, v in asdict(feed).items() if k not in _FIXED_FEED_FIELDS}
        if feed.left_out is not None:
            values["left_out"] = sorted(feed.left_out)
        if not feed.failures:
            values["failure_reported_at"] = None
        duplicate = sa.exists().where(
            feeds.c.team == (feed.team or ""), feeds.c.url == feed.url, feeds.c.id != feed.id
        )
        async with self._database.writing() as connection:
            if (await connection.execute(sa.select(duplicate))).scalar_one():
                del values["url"]
            await connection.execute(sa.update(feeds).where(feeds.c.id == feed.id).values(values))

    async def find_broken(self, failures: int) -> tuple[Feed, ...]:
        """Return feeds that ended or failed so often, whose channel was not notified yet."""
        broken = sa.or_(feeds.c.next_check.is_(None), feeds.c.failures >= failures)
        unreported = sa.and_(feeds.c.asked_by.is_not(None), feeds.c.failure_reported_at.is_(None))
        return await self._read(sa.select(feeds).where(broken, unreported).order_by(feeds.c.id))

    async def mark_reported(self, feed: Feed, now: datetime | None) -> bool:
        """Record when the feed's channel was notified, or None; return whether that is a change."""
        changes = (
            feeds.c.failure_reported_at.is_not(None)
            if now is None
            else feeds.c.failure_reported_at.is_(None)
        )
        change = sa.update(feeds).where(feeds.c.id == feed.id, changes)
        return await self._execute(change.values(failure_reported_at=now)) == 1

    async def remove(self, feed: int, team: str | None) -> bool:
        """Delete a feed; return whether this owner had it."""
        owned = sa.and_(feeds.c.id == feed, feeds.c.team == (team or ""))
        return await self._execute(sa.delete(feeds).where(owned)) == 1

    async def _read(self, query: sa.Select[Any]) -> tuple[Feed, ...]:
        return tuple(map(_decode, await self._fetch_all(query)))


def _decode(row: sa.Row[Any]) -> Feed:
    marks = row.left_out
    return Feed(**row._asdict() | {"left_out": None if marks is None else frozenset(marks)})


class SourceStore(Repository):
    """What sources are called, when each published, which files that stay in place were read."""

    async def get_habits(self, now: datetime) -> tuple[Habit, ...]:
        """Return the habit of each source, of every owner, that published in the last 13 weeks.

        It covers the four weeks up to the source's last article.
        """
        same = sa.and_(arrivals.c.origin == sources.c.origin, arrivals.c.team == sources.c.team)
        query = (
            sa.select(sources, arrivals.c.hour, arrivals.c.articles)
            .join(arrivals, same)
            .where(sources.c.last >= now - _MAX_SILENCE)
            .order_by(*sources.primary_key, arrivals.c.hour)
        )
        grouped = defaultdict(list)
        for row in await self._fetch_all(query):
            grouped[row.origin, row.team].append(row)
        return tuple(
            Habit(
                origin=origin,
                team=team,
                name=rows[0].name,
                hours=tuple(row.hour for row in rows),
                articles=sum(row.articles for row in rows),
                last=rows[0].last,
                reported=rows[0].reported,
            )
            for (origin, team), rows in grouped.items()
        )

    async def get_names(
        self, team: str | None, since: datetime, now: datetime, limit: int = 100
    ) -> tuple[str, ...]:
        """Return the names of the sources whose articles came since then, the busiest first."""
        query = (
            sa.select(articles.c.source)
            .where(
                articles.c.shown_from.between(since, now),
                articles.c.source.is_not(None),
                visible(team, now),
            )
            .group_by(articles.c.source)
            .order_by(sa.func.count().desc(), articles.c.source)
            .limit(limit)
        )
        return tuple([row.source for row in await self._fetch_all(query)])

    async def get_latest_arrival(self) -> datetime | None:
        """Return when the newest article of all came in."""
        query = sa.select(articles.c.seen).order_by(articles.c.id.desc()).limit(1)
        latest: datetime | None = await self._fetch_value(query)
        return latest

    async def mark_reported(self, habit: Habit, now: datetime) -> bool:
        """Record that a source still silent was reported; return whether this caller is first."""
        silent = sa.and_(
            sources.c.origin == habit.origin,
            sources.c.team == (habit.team or ""),
            sources.c.reported.is_(None),
            sources.c.last == habit.last,
        )
        return await self._execute(sa.update(sources).where(silent).values(reported=now)) == 1

    async def get_files(self) -> tuple[KeptFile, ...]:
        """Return all files that stay in the feed folder."""
        return tuple(KeptFile(**row._asdict()) for row in await self._fetch_all(sa.select(files)))

    async def save_file(self, file: KeptFile) -> None:
        """Insert or replace a file."""
        await self._execute(upsert(self._database.engine, files, asdict(file)))

    async def remove_files(self, paths: Collection[str]) -> None:
        """Delete the files with these paths."""
        for batch in batched(list(paths), _DELETE_BATCH):
            await self._execute(sa.delete(files).where(files.c.path.in_(batch)))


async def record_arrival(connection: AsyncConnection, new: NewArticle) -> None:
    """Record that a source published; drop what is older than its habit."""
    key = {"origin": new.origin, "team": new.team}
    row = key | {"name": new.article.source, "last": new.seen, "reported": None}
    await connection.execute(upsert(connection, sources, row))
    hour = new.seen.replace(minute=0, second=0, microsecond=0)
    increment = {"articles": arrivals.c.articles + 1}
    count = upsert(connection, arrivals, key | {"hour": hour, "articles": 1}, increment)
    if (await connection.execute(count.returning(arrivals.c.articles))).scalar_one() == 1:
        old = sa.and_(
            arrivals.c.origin == new.origin,
            arrivals.c.team == (new.team or ""),
            arrivals.c.hour < new.seen - _HABIT_PERIOD,
        )
        await connection.execute(sa.delete(arrivals).where(old))
