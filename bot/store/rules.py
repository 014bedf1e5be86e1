"""Who may subscribe and change channels: what each workspace's admins have set."""

from sqlalchemy import select

from bot.model import EditPermission
from bot.store.database import Database, upsert
from bot.store.tables import rules


class PermissionStore:
    """Who may change subscriptions, by workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, team: str) -> EditPermission | None:
        """What the workspace's admins have set; None where they have set nothing."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(rules).where(rules.c.team == team))).first()
        return None if row is None else EditPermission(row.who_may_change)

    async def set(self, team: str, rule: EditPermission) -> None:
        """Keep what they have set."""
        async with self._database.writing() as connection:
            await connection.execute(
                upsert(connection, rules, {"team": team, "who_may_change": str(rule)})
            )
