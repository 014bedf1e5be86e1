"""Who runs: each process of Dateline says so every few seconds."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.model.ports import RunningProcess
from bot.store.database import Database, upsert
from bot.store.tables import processes

_FORGOTTEN = timedelta(hours=1)


class ProcessRegistry:
    """The running processes, as each reported itself a few seconds ago."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, process: RunningProcess) -> None:
        """Say that it runs; forget those that have not said so for an hour."""
        async with self._database.writing() as connection:
            await connection.execute(
                delete(processes).where(processes.c.seen < process.seen - _FORGOTTEN)
            )
            await connection.execute(upsert(connection, processes, asdict(process)))

    async def get_running(self, since: datetime) -> tuple[RunningProcess, ...]:
        """Those that were seen since then, in order of role and name."""
        query = (
            select(processes)
            .where(processes.c.seen >= since)
            .order_by(processes.c.role, processes.c.name)
        )
        async with self._database.reading() as connection:
            return tuple(RunningProcess(**row._asdict()) for row in await connection.execute(query))

    async def remove(self, name: str) -> None:
        """It ended in good order."""
        async with self._database.writing() as connection:
            await connection.execute(delete(processes).where(processes.c.name == name))
