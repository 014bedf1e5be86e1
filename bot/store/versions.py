"""Versions of articles: which rows belong together or replace each other."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, NewArticle
from bot.store import names, search
from bot.store.article_rows import delete_summary, unpack_analysis
from bot.store.database import upsert
from bot.store.tables import article_aliases, article_terms, articles


def versions_of(team: str | None, own: str) -> sa.ColumnElement[bool]:
    """Select all versions of an article, and of those that it replaced or that replaced it."""
    alias = sa.and_(article_aliases.c.own == own, article_aliases.c.team == (team or ""))
    first = sa.select(article_aliases.c.identity).where(alias).scalar_subquery()
    return sa.and_(
        articles.c.team == (team or ""), articles.c.identity == sa.func.coalesce(first, own)
    )


async def read_newest_version(
    connection: AsyncConnection, team: str | None, own: str
) -> sa.Row[Any] | None:
    """Return the newest version of an article, whatever its state."""
    query = (
        sa.select(articles).where(versions_of(team, own)).order_by(articles.c.id.desc()).limit(1)
    )
    return (await connection.execute(query)).first()


async def read_newest_of_any(
    connection: AsyncConnection, team: str | None, identities: Iterable[str]
) -> sa.Row[Any] | None:
    """Return the newest version of the first of these identities that the store has."""
    for identity in identities:
        if row := await read_newest_version(connection, team, identity):
            return row
    return None


async def redirect_identities(connection: AsyncConnection, new: NewArticle, identity: str) -> None:
    """Let each identity of a new article lead to `identity`, and supersede what others led to."""
    for own in (new.identity, *new.replaces):
        other = await read_newest_version(connection, new.team, own)
        if other is not None and other.identity != identity:
            await supersede(connection, other)
        if own != identity:
            alias = {"own": own, "team": new.team, "identity": identity}
            await connection.execute(upsert(connection, article_aliases, alias))


async def supersede(connection: AsyncConnection, previous: sa.Row[Any]) -> None:
    """Let an article be shown no more, and be no candidate for grouping."""
    await connection.execute(
        sa.update(articles).where(articles.c.id == previous.id).values(live=False)
    )
    await connection.execute(sa.delete(article_terms).where(terms_of(previous)))
    await delete_summary(connection, previous.story, previous.id)


async def remove_from_indexes(connection: AsyncConnection, row: sa.Row[Any]) -> None:
    """Remove an article from the indexes of words and names."""
    content = Article(body=row.body, headline=row.headline)
    await search.remove(connection, row.id, row.dated, content)
    statements = unpack_analysis(row.analysis, row.body).statements
    await names.remove(connection, row.id, statements, row.dated)


def terms_of(row: sa.Row[Any]) -> sa.ColumnElement[bool]:
    """Select the rows of `article_terms` of an article."""
    return sa.and_(
        article_terms.c.term.in_([term for term, _ in row.terms]),
        article_terms.c.seen == row.seen,
        article_terms.c.article == row.id,
    )
