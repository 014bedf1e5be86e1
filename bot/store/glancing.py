"""Articles at a glance: the narrow table that a digest's choice reads in place of the articles themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, any_, delete, func, insert, select

from bot.ports import Glance
from bot.store.tables import glances
from bot.stories.shortlist import glance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import StoredArticle

_columns = [glances.c[name] for name in Glance._fields]


def row(stored: StoredArticle, shown_from: datetime, dated: datetime) -> dict[str, Any]:
    """Give the row of an article that may be shown from then on."""
    found = glance(stored, dated)
    own = {"team": stored.team, "shown_from": shown_from.timestamp(), "speakers": "\n".join(found.speakers)}
    return found._asdict() | own


async def remember(connection: AsyncConnection, stored: StoredArticle, shown_from: datetime, dated: datetime) -> None:
    """Keep an article's row."""
    await connection.execute(insert(glances).values(row(stored, shown_from, dated)))


async def forget(connection: AsyncConnection, story: int, article: int) -> None:
    """The article is shown no more."""
    await connection.execute(delete(glances).where(glances.c.story == story, glances.c.article == article))


async def read(connection: AsyncConnection, team: str | None, since: datetime, now: datetime) -> tuple[Glance, ...]:
    """Every article of the stories with one first seen since then, as the team may see them."""
    may_see = and_(glances.c.team.in_(["", team or ""]), glances.c.shown_from <= now.timestamp())
    fresh = select(glances.c.story).where(glances.c.shown_from >= since.timestamp(), may_see)
    # PostgreSQL would read the whole table to join it; a list of stories it looks up.
    listed = any_(func.array(fresh.distinct().scalar_subquery()))
    its = glances.c.story.in_(fresh) if connection.dialect.name == "sqlite" else glances.c.story == listed
    query = select(*_columns).where(its, may_see)
    return tuple(map(_glance, await connection.execute(query)))


def _glance(row: Row[Any]) -> Glance:
    *told, speakers = cast("Sequence[Any]", row)
    return Glance._make((*told, tuple(speakers.split("\n")) if speakers else ()))
