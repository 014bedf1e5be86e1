"""What is kept no longer: deliveries of long ago, and all that was a team's. Texts are dropped in articles.py."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, not_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeletedCounts
from bot.store import analyses, glancing, names, search
from bot.store.database import GROUPING_LOCK, Database
from bot.store.shelf import ArticleCache
from bot.store.tables import (
    article_terms,
    articles,
    deliveries,
    delivery_articles,
    delivery_citations,
    delivery_parts,
    metadata,
    stories,
    unfinished,
)

# So many in one transaction: others write in between.
_BATCH = 100
# Pages of SQLite's file given back at a time.
_PAGES = 2_000
# Pages of the index of words that are merged at a time, some 0.1 s of it.
_MERGED = 200
# What was deleted stays in free pages, and in the log beside the file.
_WIPE = "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);"
_MERGE = text("INSERT INTO searchable (searchable, rank) VALUES ('merge', :pages)")
_CHANGES = select(func.total_changes())


class RetentionStore:
    """Deletion of what is kept no longer."""

    def __init__(self, database: Database, shelf: ArticleCache) -> None:
        self._database, self._shelf = database, shelf

    async def prune_deliveries(self, before: datetime) -> int:
        """Forget deliveries that ended before then, and what they showed; how many."""
        old = (
            select(deliveries.c.id)
            .where(deliveries.c.touched < before, not_(unfinished))
            .limit(_BATCH)
        )
        pruned = 0
        while True:
            async with self._database.writing() as connection:
                numbers = (await connection.execute(old)).scalars().all()
                await _forget_deliveries(connection, deliveries.c.id.in_(numbers))
            pruned += len(numbers)
            if len(numbers) < _BATCH:
                return pruned

    async def delete_team(self, team: str) -> DeletedCounts:
        """Delete all that is a team's, whatever it is; what belongs to all teams stays."""
        if not team:
            raise ValueError("the operator's own articles belong to no team")
        async with self._database.writing(GROUPING_LOCK) as connection:
            told = {
                name: await _count(connection, metadata.tables[name].c.team == team)
                for name in ("articles", "deliveries", "subscriptions", "feeds")
            }
            await _forget_deliveries(connection, deliveries.c.team == team)
            await self._forget_articles(connection, team)
            for table in metadata.tables.values():
                if "team" in table.c:
                    await connection.execute(delete(table).where(table.c.team == team))
        self._shelf.clear()
        if self._database.sqlite:
            await self._merge()
            await self._database.tend(_WIPE)
        return DeletedCounts(**told)

    async def _merge(self) -> None:
        """Merge the parts of the index of words, in which deleted ones stay until then: others write in between.

        A first step with a negative number takes in all parts; one that changes less than two rows found nothing left
        (https://www.sqlite.org/fts5.html#the_merge_command).
        """
        step, changed = -_MERGED, 2
        while changed > 1:
            async with self._database.writing() as connection:
                before = (await connection.execute(_CHANGES)).scalar_one()
                await connection.execute(_MERGE, {"pages": step})
                changed = (await connection.execute(_CHANGES)).scalar_one() - before
            step = _MERGED

    async def reclaim_space(self) -> None:
        """Let go what everybody has read; give free room of SQLite's file to the disk, as PostgreSQL does itself."""
        async with self._database.writing() as connection:
            await glancing.tidy(connection)
        if self._database.sqlite:
            await self._database.tend(f"PRAGMA incremental_vacuum({_PAGES})")

    async def _unfind(self, connection: AsyncConnection, row: Row[Any]) -> None:
        """Take an article out of every index that we keep ourselves."""
        stored = self._shelf.stored(row)
        await search.forget(connection, row.id, row.dated, stored.article)
        whole = replace(stored, analysis=analyses.unpack(row.analysis, row.body))
        await names.forget(connection, whole, row.dated)
        its_terms = and_(article_terms.c.seen == row.seen, article_terms.c.article == row.id)
        terms = [term for term, _ in row.terms]
        await connection.execute(
            delete(article_terms).where(article_terms.c.term.in_(terms), its_terms)
        )
        await glancing.forget(connection, row.story, row.id)

    async def _forget_articles(self, connection: AsyncConnection, team: str) -> None:
        its = articles.c.team == team
        last = 0
        while rows := (
            await connection.execute(
                select(articles)
                .where(its, articles.c.id > last)
                .order_by(articles.c.id)
                .limit(_BATCH)
            )
        ).all():
            for row in rows:
                await self._unfind(connection, row)
            last = rows[-1].id
        begun = (
            (await connection.execute(delete(articles).where(its).returning(articles.c.story)))
            .scalars()
            .all()
        )
        told = select(articles.c.story).where(articles.c.story == stories.c.id)
        for start in range(0, len(begun), _BATCH):
            batch = set(begun[start : start + _BATCH])
            await connection.execute(delete(stories).where(stories.c.id.in_(batch), ~told.exists()))


async def _count(connection: AsyncConnection, its: ColumnElement[bool]) -> int:
    count: int = (await connection.execute(select(func.count()).where(its))).scalar_one()
    return count


async def _forget_deliveries(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    its = select(deliveries.c.id).where(which)
    for table in (delivery_parts, delivery_articles, delivery_citations):
        await connection.execute(delete(table).where(table.c.delivery.in_(its)))
    await connection.execute(delete(deliveries).where(which))
