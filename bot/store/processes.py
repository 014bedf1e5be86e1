"""What all processes share: which of them run, and Slack's rate limits."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.ports import RunningProcess
from bot.store.database import Repository, insert_new, upsert
from bot.store.tables import processes, slack_limits

_MAX_SILENCE = timedelta(hours=1)

_free_at = slack_limits.c.free_at


class ProcessRegistry(Repository):
    """The running processes, as each reported itself a few seconds ago."""

    async def save(self, process: RunningProcess) -> None:
        """Report that a process runs, and delete those that have not for an hour."""
        silent = processes.c.seen < process.seen - _MAX_SILENCE
        async with self._database.writing() as connection:
            await connection.execute(sa.delete(processes).where(silent))
            await connection.execute(upsert(connection, processes, asdict(process)))

    async def get_running(self, since: datetime) -> tuple[RunningProcess, ...]:
        """Return the processes that reported since then, in order of role and name."""
        query = sa.select(processes).where(processes.c.seen >= since)
        rows = await self._fetch_all(query.order_by(processes.c.role, processes.c.name))
        return tuple(RunningProcess(**row._asdict()) for row in rows)

    async def remove(self, name: str) -> None:
        """Delete a process that ended in good order."""
        await self._execute(sa.delete(processes).where(processes.c.name == name))


class RateLimitStore(Repository):
    """Slack's rate limits: when a channel may get its next message, and a method its next call."""

    async def reserve_turn(
        self, team: str, channel: str, now: datetime, apart: timedelta
    ) -> datetime:
        """Reserve the channel's next turn, `apart` after the last; return its time."""
        step = round(apart / timedelta(milliseconds=1))
        start = _milliseconds(now)
        async with self._database.writing() as connection:
            later = _at_least(start) + step
            free_at = await _postpone(connection, team, channel, later, start + step)
        return _time(free_at - step)

    async def block_until(self, team: str, method: str, until: datetime) -> None:
        """Record that Slack asked not to call a method before then."""
        end = _milliseconds(until)
        async with self._database.writing() as connection:
            await _postpone(connection, team, method, _at_least(end), end)

    async def get_blocked_until(self, team: str, method: str) -> datetime | None:
        """Return when a method may be called again; None where Slack never blocked it."""
        free_at = await self._fetch_value(sa.select(_free_at).where(_is_limit(team, method)))
        return None if free_at is None else _time(free_at)


async def _postpone(
    connection: AsyncConnection,
    team: str,
    method_or_channel: str,
    later: sa.ColumnElement[int],
    first: int,
) -> int:
    """Insert a limit that ends at `first`, or move an existing one to `later`; return its end."""
    row = {"team": team, "method_or_channel": method_or_channel, "free_at": first}
    statement = insert_new(connection, slack_limits, row).returning(_free_at)
    if (free_at := (await connection.execute(statement)).scalar_one_or_none()) is not None:
        return int(free_at)
    change = slack_limits.update().where(_is_limit(team, method_or_channel)).values(free_at=later)
    return int((await connection.execute(change.returning(_free_at))).scalar_one())


def _is_limit(team: str, method_or_channel: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        slack_limits.c.team == team, slack_limits.c.method_or_channel == method_or_channel
    )


def _at_least(milliseconds: int) -> sa.ColumnElement[int]:
    # SQLite's two-argument max() and PostgreSQL's greatest() have no common name.
    return sa.case((_free_at > milliseconds, _free_at), else_=milliseconds)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
