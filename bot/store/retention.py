"""What is kept no longer: texts whose source's time is up, deliveries of long ago, all that was a team's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, not_, or_, select, text, update

from bot.model import Analysis, Span
from bot.ports import Forgotten
from bot.store import analyses, glancing, names, search
from bot.store.database import GROUPING_LOCK
from bot.store.tables import (
    article_terms,
    articles,
    deliveries,
    delivery_articles,
    delivery_parts,
    metadata,
    statements,
    stories,
    unfinished,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.articles import SqlArticles
    from bot.store.database import Database

# So many in one transaction: others write in between.
_BATCH = 100
# Pages of SQLite's file given back at a time.
_PAGES = 2_000
# An origin is a folder's name, or a feed's host behind two strokes (articles.py).
_MARKS = ("", "//")
_NOTHING = analyses.pack(Analysis("", Span(0, 0, ""), (), (), (), ()), "")


class SqlRetention:
    """Implements `ports.Retention`."""

    def __init__(self, database: Database, held: SqlArticles, keeps: Mapping[str, timedelta]) -> None:
        """`keeps` says by source how long; it knows no others."""
        self._database, self._held, self._keeps = database, held, keeps

    async def let_go(self, now: datetime, others: timedelta | None) -> int:
        """Drop the texts whose time is up, those of sources without a time of their own after `others`."""
        origins = {f"{mark}{name}": time for name, time in self._keeps.items() for mark in _MARKS}
        over = [and_(articles.c.origin == origin, articles.c.seen < now - time) for origin, time in origins.items()]
        if others is not None:
            over.append(and_(articles.c.origin.not_in(list(origins)), articles.c.seen < now - others))
        if not over:
            return 0
        query = select(articles.c.id).where(articles.c.let_go.is_(None), or_(*over)).order_by(articles.c.id)
        async with self._database.reading() as connection:
            numbers = (await connection.execute(query)).scalars().all()
        for start in range(0, len(numbers), _BATCH):
            async with self._database.writing(GROUPING_LOCK) as connection:
                for number in numbers[start : start + _BATCH]:
                    await self._let_go(connection, number, now)
        return len(numbers)

    async def gone(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of these articles whose text was let go."""
        query = select(articles.c.id).where(articles.c.id.in_(numbers), articles.c.let_go.is_not(None))
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def prune_deliveries(self, before: datetime) -> int:
        """Forget deliveries that ended before then, and what they showed; how many."""
        old = select(deliveries.c.id).where(deliveries.c.touched < before, not_(unfinished)).limit(_BATCH)
        pruned = 0
        while True:
            async with self._database.writing() as connection:
                numbers = (await connection.execute(old)).scalars().all()
                await _forget_deliveries(connection, deliveries.c.id.in_(numbers))
            pruned += len(numbers)
            if len(numbers) < _BATCH:
                return pruned

    async def forget(self, team: str) -> Forgotten:
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
        return Forgotten(**told)

    async def tidy(self) -> None:
        """Give room that is free in SQLite's file back to the disk; PostgreSQL sees to that itself."""
        if self._database.sqlite:
            async with self._database.writing() as connection:
                await connection.execute(text(f"PRAGMA incremental_vacuum({_PAGES})"))

    async def _let_go(self, connection: AsyncConnection, number: int, now: datetime) -> None:
        row = (await connection.execute(select(articles).where(articles.c.id == number))).one()
        await self._unfind(connection, row)
        nothing: dict[str, Any] = {
            "headline": None,
            "byline": None,
            "title": "",
            "terms": [],
            "body": "",
            "analysis": _NOTHING,
        }
        values = {**nothing, "live": False, "let_go": now}
        await connection.execute(update(articles).where(articles.c.id == number).values(values))
        shown = select(delivery_articles.c.delivery).where(delivery_articles.c.article == number)
        query = select(deliveries.c.id, deliveries.c.digest).where(deliveries.c.id.in_(shown))
        for delivery in (await connection.execute(query)).all():
            left = {"digest": _without_words(delivery.digest, number)}
            await connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(left))

    async def _unfind(self, connection: AsyncConnection, row: Row[Any]) -> None:
        """Take an article out of every index that we keep ourselves."""
        stored = self._held.stored(row)
        await search.forget(connection, row.id, row.dated, stored.article)
        for key in names.rows(stored, row.dated):
            await connection.execute(delete(statements).where(*(statements.c[name] == key[name] for name in key)))
        its_terms = and_(article_terms.c.seen == row.seen, article_terms.c.article == row.id)
        terms = [term for term, _ in row.terms]
        await connection.execute(delete(article_terms).where(article_terms.c.term.in_(terms), its_terms))
        await glancing.forget(connection, row.story, row.id)

    async def _forget_articles(self, connection: AsyncConnection, team: str) -> None:
        its = articles.c.team == team
        last = 0
        while rows := (
            await connection.execute(
                select(articles).where(its, articles.c.id > last).order_by(articles.c.id).limit(_BATCH)
            )
        ).all():
            for row in rows:
                await self._unfind(connection, row)
            last = rows[-1].id
        begun = (await connection.execute(delete(articles).where(its).returning(articles.c.story))).scalars().all()
        told = select(articles.c.story).where(articles.c.story == stories.c.id)
        for start in range(0, len(begun), _BATCH):
            batch = set(begun[start : start + _BATCH])
            await connection.execute(delete(stories).where(stories.c.id.in_(batch), ~told.exists()))


async def _count(connection: AsyncConnection, its: ColumnElement[bool]) -> int:
    count: int = (await connection.execute(select(func.count()).where(its))).scalar_one()
    return count


async def _forget_deliveries(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    its = select(deliveries.c.id).where(which)
    for table in (delivery_parts, delivery_articles):
        await connection.execute(delete(table).where(table.c.delivery.in_(its)))
    await connection.execute(delete(deliveries).where(which))


def _without_words(data: Any, article: int) -> Any:
    """Give a digest's JSON without the words that it shows of an article; where they stood stays."""

    def strike(found: dict[str, Any]) -> dict[str, Any]:
        if found.get("article") == article and isinstance(found.get("span"), dict):
            found["span"]["text"] = ""
        return found

    return json.loads(json.dumps(data), object_hook=strike)
