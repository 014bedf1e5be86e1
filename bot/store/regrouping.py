"""Begin stories, and move articles between them."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Placement
from bot.store.tables import article_summaries, articles, stories


async def begin_story(connection: AsyncConnection, begun: datetime) -> int:
    """Insert a story without articles; return its number."""
    begin = sa.insert(stories).values(begun=begun).returning(stories.c.id)
    story: int = (await connection.execute(begin)).scalar_one()
    return story


async def regroup(connection: AsyncConnection, placement: Placement | None, now: datetime) -> int:
    """Return a new article's story; move the articles that it shows to tell another one."""
    if placement is None:
        return await begin_story(connection, now)
    await _move(connection, placement.joining, placement.story)
    for leaving, other in placement.leaving:
        await _move(connection, leaving, other or await begin_story(connection, now))
    return placement.story


async def _move(connection: AsyncConnection, moving: Collection[int], story: int) -> None:
    """Let articles, with all of their versions, tell another story."""
    if not moving:
        return
    columns = articles.c.story, articles.c.identity, articles.c.team
    rows = (await connection.execute(sa.select(*columns).where(articles.c.id.in_(moving)))).all()
    for row in rows:
        versions = articles.c.identity == row.identity, articles.c.team == (row.team or "")
        await connection.execute(sa.update(articles).where(*versions).values(story=story))
    left = {row.story for row in rows}
    summaries = article_summaries.c.story.in_(left), article_summaries.c.article.in_(moving)
    await connection.execute(sa.update(article_summaries).where(*summaries).values(story=story))
    for old in left:
        await _close_if_empty(connection, old, story)


async def _close_if_empty(connection: AsyncConnection, old: int, story: int) -> None:
    """Let the number of a story without articles, and those that led to it, lead to the other."""
    if (await connection.execute(sa.select(sa.exists().where(articles.c.story == old)))).scalar():
        return
    led_there = sa.or_(stories.c.id == old, stories.c.joined == old)
    await connection.execute(sa.update(stories).where(led_there).values(joined=story))
