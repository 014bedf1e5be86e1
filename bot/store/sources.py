"""How sources fare: when each gave something lately; and files that stay where they are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Habit, KeptFile, NewArticle
from bot.store.database import Database, upsert
from bot.store.tables import arrivals, articles, files, sources

# Long enough to hold weekends and a holiday.
_LATELY = timedelta(weeks=4)
# A source that is silent for so long has ended.
_GIVEN_UP = timedelta(weeks=13)
# SQLite takes 32,766 values in a query.
_BATCH = 1_000


class SourceStore:
    """When each source last published, and which files that stay in the feed folder were taken in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_habits(self, now: datetime) -> tuple[Habit, ...]:
        """Every source that gave something this quarter, of every owner, by the four weeks up to its last."""
        its = and_(arrivals.c.origin == sources.c.origin, arrivals.c.team == sources.c.team)
        query = select(sources, arrivals.c.hour, arrivals.c.articles).join(arrivals, its)
        query = query.where(sources.c.last >= now - _GIVEN_UP).order_by(
            *sources.primary_key, arrivals.c.hour
        )
        grouped = defaultdict(list)
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
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

    async def get_latest_arrival(self) -> datetime | None:
        """When the newest article came in, of whatever source and owner; None where none ever did."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(articles.c.seen).order_by(articles.c.id.desc()).limit(1)
            )
            newest: datetime | None = found.scalar_one_or_none()
        return newest

    async def mark_reported(self, habit: Habit, now: datetime) -> bool:
        """Note that its silence is told of; whether nobody had done so, and it is silent still."""
        its = and_(sources.c.origin == habit.origin, sources.c.team == (habit.team or ""))
        silent = and_(its, sources.c.reported.is_(None), sources.c.last == habit.last)
        async with self._database.writing() as connection:
            return (
                await connection.execute(update(sources).where(silent).values(reported=now))
            ).rowcount == 1

    async def get_files(self) -> tuple[KeptFile, ...]:
        """All that are remembered."""
        async with self._database.reading() as connection:
            return tuple(
                KeptFile(**row._asdict()) for row in await connection.execute(select(files))
            )

    async def save_file(self, file: KeptFile) -> None:
        """As it is now, whatever was remembered of it."""
        row = {name: getattr(file, name) for name in KeptFile.__dataclass_fields__}
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, files, row))

    async def remove_files(self, paths: Collection[str]) -> None:
        """These are gone."""
        listed = list(paths)
        for start in range(0, len(listed), _BATCH):
            async with self._database.writing() as connection:
                await connection.execute(
                    delete(files).where(files.c.path.in_(listed[start : start + _BATCH]))
                )


async def note_arrival(connection: AsyncConnection, new: NewArticle) -> None:
    """A source gave an article: it is silent no more, and what is older than its habit is dropped."""
    key = {"origin": new.origin, "team": new.team}
    row = key | {"name": new.article.source, "last": new.seen, "reported": None}
    await connection.execute(upsert(connection, sources, row))
    hour = new.seen.replace(minute=0, second=0, microsecond=0)
    one_more = {"articles": arrivals.c.articles + 1}
    count = upsert(connection, arrivals, key | {"hour": hour, "articles": 1}, one_more).returning(
        arrivals.c.articles
    )
    if (await connection.execute(count)).scalar_one() == 1:
        its = and_(arrivals.c.origin == new.origin, arrivals.c.team == (new.team or ""))
        await connection.execute(delete(arrivals).where(its, arrivals.c.hour < new.seen - _LATELY))
