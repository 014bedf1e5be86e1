"""Standing orders: who gets a digest where and when; `next_due` is the schedule."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, select, update

from bot.model import FILTERS, Subscription, codec
from bot.store.database import Database, upsert
from bot.store.tables import subscriptions


class SubscriptionStore:
    """Standing orders for digests, one a channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, subscription: Subscription) -> None:
        """Insert, or replace the channel's."""
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, subscriptions, _row(subscription)))

    async def get(self, team: str, channel: str) -> Subscription | None:
        """A channel's subscription."""
        async with self._database.reading() as connection:
            row = (
                await connection.execute(_OF_CHANNEL, {"team": team, "channel": channel})
            ).first()
        return None if row is None else as_subscription(row)

    async def get_all(self, team: str) -> tuple[Subscription, ...]:
        """A workspace's subscriptions, in order of channel."""
        query = (
            select(subscriptions)
            .where(subscriptions.c.team == team)
            .order_by(subscriptions.c.channel)
        )
        async with self._database.reading() as connection:
            return tuple(as_subscription(row) for row in await connection.execute(query))

    async def remove(self, team: str, channel: str) -> Subscription | None:
        """Forget a channel's subscription; it is given back for Undo."""
        gone = delete(subscriptions).where(of(team, channel)).returning(subscriptions)
        async with self._database.writing() as connection:
            row = (await connection.execute(gone)).first()
        return None if row is None else as_subscription(row)

    async def get_due(self, now: datetime, limit: int = 100) -> tuple[Subscription, ...]:
        """Those with `next_due` at or before now, not paused, longest due first."""
        query = select(subscriptions).where(
            subscriptions.c.next_due <= now, ~subscriptions.c.paused
        )
        query = query.order_by(
            subscriptions.c.next_due, subscriptions.c.team, subscriptions.c.channel
        ).limit(limit)
        async with self._database.reading() as connection:
            return tuple(as_subscription(row) for row in await connection.execute(query))

    async def set_last_result(
        self, team: str, channel: str, result: str, *, pause: bool = False
    ) -> None:
        """Keep what became of the last delivery, and pause the subscription where only a person can help."""
        values: dict[str, Any] = {"last_result": result}
        if pause:
            values |= {"paused": True, "next_due": None}
        async with self._database.writing() as connection:
            await connection.execute(update(subscriptions).where(of(team, channel)).values(values))


def of(team: str, channel: str) -> ColumnElement[bool]:
    """The one subscription of a channel."""
    return and_(subscriptions.c.team == team, subscriptions.c.channel == channel)


# Built once: that takes longer than to ask it.
ASKED_FOR = and_(
    subscriptions.c.team == bindparam("team"), subscriptions.c.channel == bindparam("channel")
)
_OF_CHANNEL = select(subscriptions).where(ASKED_FOR)


def _row(subscription: Subscription) -> dict[str, Any]:
    fields = {name: getattr(subscription, name) for name in Subscription.__dataclass_fields__}
    return (
        fields
        | {"cadence": codec.dump(subscription.cadence)}
        | {name: list(fields[name]) for name in FILTERS}
    )


def as_subscription(row: Row[Any]) -> Subscription:
    """Read a subscription from a row that holds its columns, and maybe others."""
    fields = {name: getattr(row, name) for name in Subscription.__dataclass_fields__}
    lists = {name: tuple(fields[name]) for name in FILTERS}
    return Subscription(**fields | lists | {"cadence": codec.load_cadence(row.cadence)})
