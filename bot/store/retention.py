"""Deletion of old deliveries and of all that belongs to a team (texts: articles.py)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.batches import batched
from bot.store.article_rows import delete_summary
from bot.store.database import GROUPING_LOCK, Repository
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
from bot.store.versions import remove_from_indexes, terms_of

# Rows deleted in one transaction, so that others can write in between.
_DELETE_BATCH = 100
# Free pages of SQLite's file returned to the disk at a time.
_VACUUM_PAGES = 2_000
# Pages of the full-text index merged at a time, in some 0.1 s.
_MERGE_PAGES = 200
# Deleted data stays in free pages, and in the log beside the file, until this is run.
_WIPE = "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);"
_MERGE = sa.text("INSERT INTO searchable (searchable, rank) VALUES ('merge', :pages)")


class RetentionStore(Repository):
    """Deletion of what is kept no longer."""

    async def prune_deliveries(self, before: datetime) -> int:
        """Delete deliveries that ended before then, and what they showed; return how many."""
        old = sa.select(deliveries.c.id).where(deliveries.c.touched < before, sa.not_(unfinished))
        pruned = 0
        while True:
            async with self._database.writing() as connection:
                ids = (await connection.execute(old.limit(_DELETE_BATCH))).scalars().all()
                await _delete_deliveries(connection, deliveries.c.id.in_(ids))
            pruned += len(ids)
            if len(ids) < _DELETE_BATCH:
                return pruned

    async def delete_team(self, team: str) -> dict[str, int]:
        """Delete all that belongs to a team; return how many rows of its main tables."""
        if not team:
            raise ValueError("the operator's own articles belong to no team")
        async with self._database.writing(GROUPING_LOCK) as connection:
            counts = {
                name: await _count(connection, metadata.tables[name].c.team == team)
                for name in ("articles", "deliveries", "subscriptions", "feeds")
            }
            await _delete_deliveries(connection, deliveries.c.team == team)
            await _delete_articles(connection, team)
            for table in metadata.tables.values():
                if "team" in table.c:
                    await connection.execute(sa.delete(table).where(table.c.team == team))
        if self._database.sqlite:
            await self._merge_search_index()
            await self._database.run_maintenance(_WIPE)
        return counts

    async def reclaim_space(self) -> None:
        """Return free pages of SQLite's file to the disk; PostgreSQL does so itself."""
        if self._database.sqlite:
            await self._database.run_maintenance(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})")

    async def _merge_search_index(self) -> None:
        """Merge the segments of the full-text index, which hold deleted words until then.

        A first step with a negative number includes all segments; a step that changes less than two
        rows found nothing left to do (https://www.sqlite.org/fts5.html#the_merge_command).
        """
        total_changes = sa.select(sa.func.total_changes())
        pages, changed = -_MERGE_PAGES, 2
        while changed > 1:
            async with self._database.writing() as connection:
                before = (await connection.execute(total_changes)).scalar_one()
                await connection.execute(_MERGE, {"pages": pages})
                changed = (await connection.execute(total_changes)).scalar_one() - before
            pages = _MERGE_PAGES


async def _delete_articles(connection: AsyncConnection, team: str) -> None:
    of_team, last = articles.c.team == team, 0
    query = sa.select(articles).where(of_team).order_by(articles.c.id).limit(_DELETE_BATCH)
    while rows := (await connection.execute(query.where(articles.c.id > last))).all():
        for row in rows:
            await remove_from_indexes(connection, row)
            await connection.execute(sa.delete(article_terms).where(terms_of(row)))
            await delete_summary(connection, row.story, row.id)
        last = rows[-1].id
    deleted = await connection.execute(
        sa.delete(articles).where(of_team).returning(articles.c.story)
    )
    story_ids = list(set(deleted.scalars()))
    has_articles = sa.select(articles.c.story).where(articles.c.story == stories.c.id).exists()
    for batch in batched(story_ids, _DELETE_BATCH):
        listed = stories.c.id.in_(batch)
        await connection.execute(sa.delete(stories).where(listed, ~has_articles))


async def _count(connection: AsyncConnection, condition: sa.ColumnElement[bool]) -> int:
    count: int = (
        await connection.execute(sa.select(sa.func.count()).where(condition))
    ).scalar_one()
    return count


async def _delete_deliveries(
    connection: AsyncConnection, condition: sa.ColumnElement[bool]
) -> None:
    ids = sa.select(deliveries.c.id).where(condition)
    for table in (delivery_parts, delivery_articles, delivery_citations):
        await connection.execute(sa.delete(table).where(table.c.delivery.in_(ids)))
    await connection.execute(sa.delete(deliveries).where(condition))
