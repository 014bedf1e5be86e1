"""Slack's limits, as all processes keep them: when a channel may have its next message, and how long a method rests."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database, insert_new
from bot.store.tables import slack_limits

_free_at = slack_limits.c.free_at


class RateLimitStore:
    """Slack's rate limits, shared by all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve_turn(
        self, team: str, channel: str, now: datetime, apart: timedelta
    ) -> datetime:
        """Take the channel's next turn, `apart` after the one before; give when it is."""
        wide = round(apart / timedelta(milliseconds=1))
        async with self._database.writing() as connection:
            free = await _moved(
                connection,
                team,
                channel,
                _at_least(_milliseconds(now)) + wide,
                _milliseconds(now) + wide,
            )
        return _time(free - wide)

    async def block_until(self, team: str, method: str, until: datetime) -> None:
        """Slack asked not to be called again before then."""
        async with self._database.writing() as connection:
            await _moved(
                connection, team, method, _at_least(_milliseconds(until)), _milliseconds(until)
            )

    async def get_blocked_until(self, team: str, method: str) -> datetime | None:
        """When a method may be called again; None where Slack never asked for rest."""
        query = select(_free_at).where(_of(team, method))
        async with self._database.reading() as connection:
            free = (await connection.execute(query)).scalar_one_or_none()
        return None if free is None else _time(free)


async def _moved(
    connection: AsyncConnection, team: str, what: str, later: ColumnElement[int], first: int
) -> int:
    """Move a row's time, or make the row."""
    row = {"team": team, "what": what, "free_at": first}
    made = insert_new(connection, slack_limits, row).returning(_free_at)
    if (free := (await connection.execute(made)).scalar_one_or_none()) is not None:
        return int(free)
    moved = slack_limits.update().where(_of(team, what)).values(free_at=later).returning(_free_at)
    return int((await connection.execute(moved)).scalar_one())


def _of(team: str, what: str) -> ColumnElement[bool]:
    return and_(slack_limits.c.team == team, slack_limits.c.what == what)


def _at_least(moment: int) -> ColumnElement[int]:
    # SQLite's two-armed max() and PostgreSQL's greatest() have no common name.
    return case((_free_at > moment, _free_at), else_=moment)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
