"""The workspaces that added Dateline: one row each, its tokens sealed.

slack_sdk has stores of its own for this. They keep tokens in clear, need the organisation's id to find a
workspace (a scheduled post knows only the team), and leave a race between two processes that renew one token.
"""

import hashlib
import json
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.model import Installation
from bot.store.database import Database, insert_new, upsert
from bot.store.locks import Locks
from bot.store.seal import Seal
from bot.store.tables import events, installations

_STATE_LASTS = timedelta(minutes=10)
_SECRET = ("token", "refresh_token")


class WorkspaceStore:
    """The workspaces that installed Dateline; their tokens are encrypted at rest."""

    def __init__(self, database: Database, locks: Locks, seal: Seal) -> None:
        self._database, self._rights, self._seal = database, locks, seal

    async def save(self, installation: Installation) -> None:
        """Insert, or replace the workspace's."""
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, installations, self._row(installation)))

    async def get(self, team: str) -> Installation | None:
        """None too where its token was sealed with a key that we no longer have."""
        async with self._database.reading() as connection:
            row = (
                await connection.execute(select(installations).where(installations.c.team == team))
            ).first()
        return None if row is None else self._installation(row)

    async def get_names(self) -> tuple[tuple[str, str], ...]:
        """Every workspace's id and name, in order of name, whether or not its token can be read."""
        query = select(installations.c.team, installations.c.name).order_by(
            installations.c.name, installations.c.team
        )
        async with self._database.reading() as connection:
            return tuple((row.team, row.name) for row in await connection.execute(query))

    async def find_expiring(self, before: datetime) -> tuple[str, ...]:
        """The workspaces whose token ends before then, soonest first."""
        query = select(installations.c.team).where(installations.c.expires < before)
        async with self._database.reading() as connection:
            rows = await connection.execute(
                query.order_by(installations.c.expires, installations.c.team)
            )
            return tuple(rows.scalars())

    async def reencrypt(self) -> int:
        """Seal with the first key what an older one sealed, so that the older can be given up; how many."""
        async with self._database.reading() as connection:
            found = (
                await connection.execute(select(installations.c.team, installations.c.sealed))
            ).all()
        renewed = [
            (team, sealed, new)
            for team, sealed in found
            if (new := self._seal.renewed(sealed)) is not None
        ]
        if renewed:
            async with self._database.writing() as connection:
                for team, sealed, new in renewed:
                    # Unless its token was renewed meanwhile: that is sealed with the first key.
                    its = (installations.c.team == team, installations.c.sealed == sealed)
                    await connection.execute(update(installations).where(*its).values(sealed=new))
        return len(renewed)

    async def remove(self, team: str, before: datetime) -> bool:
        """Forget a workspace's token; not one of an installation begun after `before`."""
        gone = delete(installations).where(
            installations.c.team == team, installations.c.installed <= before
        )
        async with self._database.writing() as connection:
            return (await connection.execute(gone)).rowcount == 1

    def hold_renewal(self, team: str) -> AbstractAsyncContextManager[Any]:
        """Hold the right to renew a workspace's token: a refresh token can be used once."""
        return self._rights.hold(f"renew/{team}")

    def issue_state(self, now: datetime) -> str:
        """Give a mark that only we can make; nothing is stored, for anybody may ask for one."""
        return self._seal.mark(now)

    async def take_state(self, state: str, now: datetime) -> bool:
        """Whether we issued it in the last ten minutes and never saw it come back before."""
        if not self._seal.knows(state, now, _STATE_LASTS):
            return False
        taken = {"event": f"state {hashlib.sha256(state.encode()).hexdigest()}", "seen": now}
        async with self._database.writing() as connection:
            remember = insert_new(connection, events, taken).returning(events.c.event)
            return (await connection.execute(remember)).first() is not None

    def _row(self, installation: Installation) -> dict[str, Any]:
        fields = {name: getattr(installation, name) for name in Installation.__dataclass_fields__}
        secrets = {name: fields.pop(name) for name in _SECRET}
        scopes = list(installation.scopes)
        return fields | {"scopes": scopes, "sealed": self._seal.close(json.dumps(secrets))}

    def _installation(self, row: Row[Any]) -> Installation | None:
        fields = row._asdict()
        opened = self._seal.open(fields.pop("sealed"))
        if opened is None:
            return None
        return Installation(**fields | {"scopes": tuple(row.scopes)} | json.loads(opened))
