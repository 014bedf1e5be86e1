"""What all processes share: which of them run, and Slack's rate limits."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from math import floor

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.ports import RunningProcess
from bot.store.database import Repository, insert_new, upsert
from bot.store.tables import processes, slack_limits

_MAX_SILENCE = timedelta(hours=1)
# No limit ends later than this from now; one that seems to was written by a clock that was ahead.
MAX_TURN_WAIT = timedelta(minutes=1)
MAX_PAUSE = timedelta(minutes=10)

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
        """Reserve the channel's next turn, `apart` after the last; return its time.

        It is MAX_TURN_WAIT from now at most.
        """
        step = round(apart / timedelta(milliseconds=1))
        start = _milliseconds(now)
        async with self._database.writing() as connection:
            later = _later_of(start, until=now + MAX_TURN_WAIT) + step
            free_at = await _postpone(connection, team, channel, later, start + step)
        return _time(free_at - step)

    async def block(self, team: str, method: str, now: datetime, pause: timedelta) -> None:
        """Record that Slack asked not to call a method for so long, MAX_PAUSE at most."""
        end = _milliseconds(now + min(pause, MAX_PAUSE))
        async with self._database.writing() as connection:
            later = _later_of(end, until=now + MAX_PAUSE)
            await _postpone(connection, team, method, later, end)

    async def get_pause(self, team: str, method: str, now: datetime) -> timedelta:
        """Return for how long a method may not be called; zero where it may be."""
        free_at = await self._fetch_value(sa.select(_free_at).where(_is_limit(team, method)))
        pause = timedelta(0) if free_at is None else _time(free_at) - now
        return pause if timedelta(0) < pause <= MAX_PAUSE else timedelta(0)


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


def _later_of(milliseconds: int, *, until: datetime) -> sa.ColumnElement[int]:
    """Choose the stored end where it is later, but not where it is beyond `until`."""
    return sa.case(
        (_free_at.between(milliseconds, _milliseconds(until)), _free_at), else_=milliseconds
    )


def _milliseconds(moment: datetime) -> int:
    return floor(moment.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
