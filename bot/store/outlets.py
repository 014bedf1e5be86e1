"""Which sources articles came from lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.model import Outlet
from bot.store.tables import articles

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Database


class SqlOutlets:
    """Implements `ports.Outlets`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heard(self, team: str, since: datetime, now: datetime) -> tuple[Outlet, ...]:
        """Those of which an article came since then that the team may see, in order of name."""
        last = func.max(articles.c.shown_from)
        query = (
            select(articles.c.source, func.count(), last)
            .where(articles.c.shown_from.between(since, now), articles.c.team.in_(["", team]))
            .where(articles.c.source.is_not(None), articles.c.live)
            .group_by(articles.c.source)
            .order_by(articles.c.source)
        )
        async with self._database.reading() as connection:
            return tuple(Outlet(*row) for row in await connection.execute(query))
