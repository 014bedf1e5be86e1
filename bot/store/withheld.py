"""Which texts were withheld lately: they are not kept, and somebody should know of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.model.stories import WithheldFile
from bot.store.database import Repository, upsert
from bot.store.tables import articles, withheld_texts

_REMEMBERED = timedelta(days=7)


class WithheldStore(Repository):
    """Texts that were withheld in the last week, until they come in again without their hold."""

    async def record(
        self, team: str | None, identities: Iterable[str], name: str, now: datetime
    ) -> None:
        """Remember withheld texts of the file or feed called `name`; forget the old ones."""
        old = sa.delete(withheld_texts).where(withheld_texts.c.seen < now - _REMEMBERED)
        async with self._database.writing() as connection:
            await connection.execute(old)
            for identity in identities:
                row = {"team": team, "identity": identity, "name": name, "seen": now}
                await connection.execute(upsert(connection, withheld_texts, row))

    async def get_files(self, now: datetime, *teams: str | None) -> tuple[WithheldFile, ...]:
        """Return the files and feeds with withheld texts, newest first: of these teams, or of all.

        What was stored since, or withdrawn, is not among them.
        """
        texts = withheld_texts.c
        settled = sa.exists().where(
            articles.c.team == texts.team, articles.c.identity == texts.identity
        )
        query = sa.select(texts.name, sa.func.count().label("texts")).where(
            texts.seen >= now - _REMEMBERED,
            ~settled,
            texts.team.in_([team or "" for team in teams]) if teams else sa.true(),
        )
        query = query.group_by(texts.name).order_by(sa.func.max(texts.seen).desc(), texts.name)
        return tuple(WithheldFile(**row._asdict()) for row in await self._fetch_all(query))
