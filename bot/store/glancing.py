"""Articles at a glance: the narrow table that a digest's choice reads in place of the articles themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, any_, bindparam, delete, func, insert, select

from bot.ports import Glance
from bot.store.tables import articles, glances, owned_when_asked
from bot.stories.shortlist import glance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import StoredArticle

# Some days' news, at half a kilobyte each.
_KEPT = 20_000
_BATCH = 1_000


def row(stored: StoredArticle, shown_from: datetime, dated: datetime) -> dict[str, Any]:
    """Give the row of an article that may be shown from then on."""
    found = glance(stored, dated)
    own = {"team": stored.team, "shown_from": shown_from.timestamp(), "speakers": "\n".join(found.speakers)}
    return found._asdict() | own


async def remember(connection: AsyncConnection, stored: StoredArticle, shown_from: datetime, dated: datetime) -> None:
    """Keep an article's row."""
    await connection.execute(insert(glances), row(stored, shown_from, dated))


async def forget(connection: AsyncConnection, story: int, article: int) -> None:
    """The article is shown no more."""
    await connection.execute(delete(glances).where(glances.c.story == story, glances.c.article == article))


class Glances:
    """Reads glances by number, and only those whole that were not read of late: every digest asks for the same."""

    def __init__(self) -> None:
        self._lately: dict[int, Glance] = {}

    async def read(
        self, connection: AsyncConnection, team: str | None, since: datetime, now: datetime
    ) -> tuple[Glance, ...]:
        """Every article of the stories with one first seen since then, as the team may see them."""
        asked = {"team": team, "since": since.timestamp(), "now": now.timestamp()}
        query = _WANTED[connection.dialect.name == "sqlite"]
        numbers = (await connection.execute(query, asked)).scalars().all()
        lately = self._lately
        missing = [number for number in numbers if number not in lately]
        for start in range(0, len(missing), _BATCH):
            rows = (await connection.execute(_WHOLE, {"numbers": missing[start : start + _BATCH]})).all()
            for row in rows:
                # What is remembered of a story holds its glances: another copy of each would live as long.
                if row.article not in lately:
                    lately[row.article] = _glance(row)
        if len(lately) > _KEPT:
            self._lately = {number: lately[number] for number in numbers if number in lately}
        return tuple([lately[number] for number in numbers if number in lately])


def _wanted(*, sqlite: bool) -> Select[int]:
    """Build the query for `team`, `since` and `now`: that takes longer than to ask it."""
    may_see = and_(owned_when_asked(glances.c.team), glances.c.shown_from <= bindparam("now"))
    fresh = select(glances.c.story).where(glances.c.shown_from >= bindparam("since"), may_see)
    # PostgreSQL would read the whole table to join it; a list of stories it looks up.
    listed = any_(func.array(fresh.distinct().scalar_subquery()))
    its = glances.c.story.in_(fresh) if sqlite else glances.c.story == listed
    return select(glances.c.article).where(its, may_see)


_WANTED = {sqlite: _wanted(sqlite=sqlite) for sqlite in (True, False)}
_numbers: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_its = and_(glances.c.story == articles.c.story, glances.c.article == articles.c.id)
_WHOLE = select(*(glances.c[name] for name in Glance._fields)).join(articles, _its).where(articles.c.id.in_(_numbers))


def _glance(row: Row[Any]) -> Glance:
    *told, speakers = cast("Sequence[Any]", row)
    return Glance._make((*told, tuple(speakers.split("\n")) if speakers else ()))
