"""Versions of articles: which rows belong together or replace each other."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Status, StoredArticle, StoredVersion
from bot.store import names, search
from bot.store.article_rows import delete_summary, unpack_analysis
from bot.store.database import upsert
from bot.store.tables import article_aliases, article_terms, articles


def versions_of(team: str | None, own: str) -> sa.ColumnElement[bool]:
    """Select all versions of an article, and of those that it replaced or that replaced it."""
    first = sa.select(article_aliases.c.identity).where(*_is_alias(team, own)).scalar_subquery()
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


async def find_version(
    connection: AsyncConnection,
    team: str | None,
    own: str,
    replaces: Iterable[str] = (),
    address: str | None = None,
) -> StoredVersion | None:
    """Describe the newest version of an article, else of one it replaces, else at its address."""
    if row := await read_newest_version(connection, team, own):
        base, replaced = await _find_own_version(connection, team, own, row)
        return _describe(row, base, replaced=replaced, joined=base is not row and not replaced)
    if row := await read_newest_of_any(connection, team, replaces):
        return _describe(row, row, succeeded=True)
    row = await read_at_address(connection, team, own, address) if address else None
    return describe_at_address(row) if row else None


async def read_at_address(
    connection: AsyncConnection, team: str | None, own: str, address: str
) -> sa.Row[Any] | None:
    """Return what may be the same article: the only item at a page's address, or an item's page.

    Items that share an address are told apart by their source, so that none has the page to itself.
    """
    item = _item_at(address)
    found = versions_of(team, item if own == address else address)
    if own != address:
        found = sa.and_(found, ~sa.exists().where(*_is_alias(team, item)))
    query = sa.select(articles).where(found).order_by(articles.c.id.desc()).limit(1)
    return (await connection.execute(query)).first()


def describe_at_address(row: sa.Row[Any]) -> StoredVersion:
    """Describe an article that is only known to stand at the address of the one asked for."""
    return _describe(row, None, joined=True, at_address=True)


async def select_withdrawn(
    connection: AsyncConnection, team: str | None, own: str
) -> sa.ColumnElement[bool] | None:
    """Select what goes when a source withdraws an article, None where there is no such article.

    Of one that was replaced that is itself, of any other all versions of its line. A feed withdraws
    what it brought, not what was read from elsewhere.
    """
    newest = await read_newest_version(connection, team, own)
    if newest is None:
        return None
    base, replaced = await _find_own_version(connection, team, own, newest)
    rows, its_own = versions_of(team, own), articles.c.own == own
    if replaced:
        return sa.and_(rows, its_own)
    if base is None or base is newest or not base.origin.startswith("//"):
        return rows
    return sa.and_(rows, sa.or_(its_own, articles.c.origin == base.origin))


async def _find_own_version(
    connection: AsyncConnection, team: str | None, own: str, newest: sa.Row[Any]
) -> tuple[sa.Row[Any] | None, bool]:
    """Return the newest version under this very identity, and whether one since replaced it.

    A version that says it replaces others replaced all that came before it, save itself.
    """
    if newest.own == own:
        return newest, False
    names = "own", "replaces", "origin", "version", "content_hash", "published", "updated"
    query = sa.select(*(articles.c[name] for name in names)).where(versions_of(team, own))
    for row in await connection.execute(query.order_by(articles.c.id.desc())):
        if row.own == own:
            return row, False
        if row.replaces:
            return newest, True
    return None, False


def _describe(newest: sa.Row[Any], base: sa.Row[Any] | None, **about: bool) -> StoredVersion:
    return StoredVersion(
        id=newest.id,
        team=newest.team,
        article=Article(newest.body, newest.headline, url=newest.url, published=newest.published),
        version=base and base.version,
        content_hash=base and base.content_hash,
        withdrawn=newest.withdrawn or newest.status == Status.CANCELED,
        origin=(base or newest).origin,
        published=base and base.published,
        updated=base and base.updated,
        **about,
    )


def _is_alias(team: str | None, own: str) -> tuple[sa.ColumnElement[bool], ...]:
    return article_aliases.c.own == own, article_aliases.c.team == (team or "")


def _item_at(address: str) -> str:
    """Return the alias that leads to the only item at an address; to "" where it has several."""
    return f"item at {address}"


async def record_identities(
    connection: AsyncConnection,
    team: str | None,
    identities: Sequence[str],
    address: str | None,
    identity: str,
) -> None:
    """Let an article's identities, its own first, lead to `identity`; supersede what others led to.

    So does the address of an item, until another item stands there; then it leads to none.
    """
    if len(identities) > 1 or identities[0] != identity:
        for own in identities:
            other = await read_newest_version(connection, team, own)
            if other is not None and other.identity != identity:
                await supersede(connection, other)
            if own != identity:
                alias = {"own": own, "team": team, "identity": identity}
                await connection.execute(upsert(connection, article_aliases, alias))
    if address is not None and address != identities[0]:
        alias = {"own": _item_at(address), "team": team, "identity": identity}
        is_alone = article_aliases.c.identity == identity
        changes = {"identity": sa.case((is_alone, identity), else_="")}
        await connection.execute(upsert(connection, article_aliases, alias, changes))


async def supersede(connection: AsyncConnection, previous: sa.Row[Any]) -> None:
    """Let an article be shown no more, and be no candidate for grouping."""
    await connection.execute(
        sa.update(articles).where(articles.c.id == previous.id).values(live=False)
    )
    await connection.execute(sa.delete(article_terms).where(terms_of(previous)))
    await delete_summary(connection, previous.story, previous.id)


async def add_to_indexes(
    connection: AsyncConnection, stored: StoredArticle, dated: datetime, words: Sequence[str]
) -> None:
    """Add an article to the indexes of words, which are its own, and names."""
    await names.save(connection, stored, dated)
    await search.save(connection, stored.id, dated, words)


async def remove_from_indexes(connection: AsyncConnection, row: sa.Row[Any]) -> None:
    """Remove an article from the indexes of words and names."""
    content = Article(body=row.body, headline=row.headline)
    await search.remove(connection, row.id, row.dated, content)
    statements = unpack_analysis(row.analysis, row.body).statements
    await names.remove(connection, row.id, statements, row.dated)


def terms_of(row: sa.Row[Any]) -> sa.ColumnElement[bool]:
    """Select the rows of `article_terms` of an article."""
    return sa.and_(
        article_terms.c.term.in_(row.terms),
        article_terms.c.seen == row.seen,
        article_terms.c.article == row.id,
    )
