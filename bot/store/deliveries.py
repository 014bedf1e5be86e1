"""The ledger of deliveries: each step is taken once, by one caller, whoever else tries."""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    ScalarSelect,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    ChannelHistory,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    Subscription,
    codec,
)
from bot.model.digests import ENDS, TRANSITIONS, Step
from bot.model.errors import NotFound
from bot.store.database import Database, insert_new
from bot.store.locks import Held, Locks
from bot.store.subscriptions import ASKED_FOR, as_subscription, of
from bot.store.tables import (
    Utc,
    articles,
    deliveries,
    delivery_articles,
    delivery_citations,
    delivery_parts,
    killed,
    on_the_way,
    subscriptions,
    unfinished,
    votes,
    wishes,
)
from bot.stories.earlier_statements import get_earlier_articles

# Built once: that takes longer than to ask them.
_OF_CHANNEL = deliveries.c.team == bindparam("team"), deliveries.c.channel == bindparam("channel")
_LAST_POSTED = select(func.max(deliveries.c.posted)).where(*_OF_CHANNEL)
_BUT_ITS_DIGEST = select(
    *(column for column in deliveries.c if column is not deliveries.c.digest),
    null().label("digest"),
)
# Between texts that are JSON (RFC 7464).
_RECORD = "\x1e"


def _past() -> Select[*tuple[Any, ...]]:
    """Build the question for what a channel ordered and had; lists as text, cheaper than hundreds of rows.

    Few articles are not live any more: what still stands has no version to look for.
    """
    gone, version = articles.alias(), articles.alias()
    its = deliveries.join(delivery_articles, delivery_articles.c.delivery == deliveries.c.id)
    its = its.outerjoin(gone, and_(gone.c.id == delivery_articles.c.article, ~gone.c.live))
    its = its.outerjoin(
        version, and_(version.c.identity == gone.c.identity, version.c.team == gone.c.team)
    )
    had = select(
        _joined(delivery_articles.c.article).label("shown"), _joined(version.c.id).label("versions")
    )
    had = had.select_from(its).where(
        *_OF_CHANNEL, deliveries.c.posted >= bindparam("since", type_=Utc)
    )
    # By itself: beside what was posted, SQLite would look through all that ever was.
    digests = select(func.aggregate_strings(cast(deliveries.c.digest, Text), _RECORD)).where(
        *_OF_CHANNEL, on_the_way
    )
    past = had.subquery()
    told = (
        past,
        _LAST_POSTED.scalar_subquery().label("last"),
        digests.scalar_subquery().label("on_the_way"),
        or_(*(_has_any(table) for table in (wishes, votes))).label("leans"),
    )
    return select(*told, subscriptions).select_from(past.outerjoin(subscriptions, ASKED_FOR))


def _joined(numbers: ColumnElement[int]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(numbers, Text), " ")


def _has_any(table: Table) -> ColumnElement[bool]:
    return exists().where(
        table.c.team == bindparam("team"), table.c.channel == bindparam("channel")
    )


_PAST = _past()


class DeliveryLedger:
    """The ledger of deliveries. Each step is one conditional UPDATE that returns whether this caller made it."""

    def __init__(self, database: Database, locks: Locks) -> None:
        self._database, self._rights = database, locks

    async def claim_due(
        self, due: Subscription, next_due: datetime | None, since: datetime, now: datetime
    ) -> Delivery | None:
        """Move the subscription's schedule on and open the slot's delivery, in one transaction.

        None when the schedule has moved since `due` was read. None too when the slot has its delivery
        already; the schedule then moves on all the same, or the slot would be due for ever.
        """
        if due.next_due is None:
            return None
        slot = due.next_due.astimezone(UTC).isoformat()
        still_due = (
            of(due.team, due.channel),
            subscriptions.c.next_due == due.next_due,
            ~subscriptions.c.paused,
        )
        async with self._database.writing() as connection:
            moved = await connection.execute(
                update(subscriptions).where(*still_due).values(next_due=next_due)
            )
            if moved.rowcount == 0:
                return None
            return await _open(
                connection, due.team, due.channel, DeliveryKind.SCHEDULED, slot, since, now
            )

    async def open(
        self, team: str, channel: str, kind: DeliveryKind, key: str, since: datetime, now: datetime
    ) -> Delivery | None:
        """Open a delivery that no schedule asked for; None when this key has one."""
        async with self._database.writing() as connection:
            return await _open(connection, team, channel, kind, key, since, now)

    async def compose(self, delivery: int, digest: Digest) -> bool:
        """From claimed to composed: keep what will be posted, so that a retry posts the same."""
        async with self._database.writing() as connection:
            return await _step(connection, delivery, Step.COMPOSE, digest=codec.dump(digest))

    async def start_sending(
        self, delivery: int, now: datetime, *, again: datetime | None = None
    ) -> bool:
        """From composed to sending: the next part goes out now.

        `again`: the same part goes out anew, from sending, if nobody has touched it since that moment.
        """
        async with self._database.writing() as connection:
            if again is None:
                return await _step(connection, delivery, Step.SEND, touched=now)
            return await _step(
                connection, delivery, Step.AGAIN, deliveries.c.touched == again, touched=now
            )

    async def record(self, delivery: int, part: int, ts: str) -> bool:
        """A part was posted: keep its ts; only as the next part in order. The state goes back to composed."""
        async with self._database.writing() as connection:
            if not await _step(connection, delivery, Step.RECORD, _parts_of(delivery) == part):
                return False
            await connection.execute(
                insert(delivery_parts).values(delivery=delivery, part=part, ts=ts)
            )
            return True

    async def finish(
        self, delivery: int, state: DeliveryState, now: datetime, reason: str | None = None
    ) -> bool:
        """End in posted, failed, skipped or unsure. Posted marks the digest's articles as seen in the channel."""
        step = ENDS.get(state)
        if step is None:
            return False
        async with self._database.writing() as connection:
            if step is not Step.POST:
                ended = await _step(connection, delivery, step, touched=now, reason=reason)
                if ended and step is Step.SKIP:
                    await _fold(connection, delivery)
                return ended
            some_part = _parts_of(delivery) > 0
            if not await _step(
                connection, delivery, step, some_part, touched=now, reason=reason, posted=now
            ):
                return False
            await _mark_shown(connection, delivery)
            return True

    async def get(self, delivery: int) -> Delivery:
        """Raise NotFound."""
        async with self._database.reading() as connection:
            found = await _read(connection, select(deliveries).where(deliveries.c.id == delivery))
        return _the_one(found, delivery)

    async def refresh(self, delivery: Delivery) -> Delivery:
        """This delivery now; what was composed is not read again, for it never changes. Raise NotFound."""
        if delivery.digest is None:
            return await self.get(delivery.id)
        async with self._database.reading() as connection:
            found = await _read(connection, _BUT_ITS_DIGEST.where(deliveries.c.id == delivery.id))
        return replace(_the_one(found, delivery.id), digest=delivery.digest)

    async def get_unfinished(self, before: datetime) -> tuple[Delivery, ...]:
        """Deliveries in claimed, composed or sending that nobody touched since `before`, oldest first."""
        query = select(deliveries).where(unfinished, deliveries.c.touched < before)
        async with self._database.reading() as connection:
            return await _read(connection, query.order_by(deliveries.c.touched, deliveries.c.id))

    async def get_waiting_times(self, before: datetime) -> tuple[datetime, ...]:
        """When each of these was last touched: to count them, without reading what they hold."""
        query = select(deliveries.c.touched).where(unfinished, deliveries.c.touched < before)
        async with self._database.reading() as connection:
            return tuple((await connection.execute(query.order_by(deliveries.c.touched))).scalars())

    async def get_history(self, team: str, channel: str, limit: int = 10) -> tuple[Delivery, ...]:
        """A channel's deliveries, newest first."""
        query = select(deliveries).where(deliveries.c.team == team, deliveries.c.channel == channel)
        async with self._database.reading() as connection:
            return await _read(connection, query.order_by(deliveries.c.id.desc()).limit(limit))

    async def find_by_key(
        self, team: str, channel: str, kind: DeliveryKind, key: str
    ) -> Delivery | None:
        """The delivery of this key, if it has one."""
        its = (deliveries.c.team == team, deliveries.c.channel == channel)
        query = select(deliveries).where(*its, deliveries.c.kind == kind, deliveries.c.key == key)
        async with self._database.reading() as connection:
            return next(iter(await _read(connection, query)), None)

    async def get_last_posted(self, team: str, channel: str) -> datetime | None:
        """When the channel last got a digest."""
        async with self._database.reading() as connection:
            asked = await connection.execute(_LAST_POSTED, {"team": team, "channel": channel})
            posted: datetime | None = asked.scalar_one()
        return posted

    async def get_channel_history(self, team: str, channel: str, since: datetime) -> ChannelHistory:
        """What the channel ordered, and had since then; what is composed, sending or unsure counts as shown."""
        async with self._database.reading() as connection:
            row = (
                await connection.execute(_PAST, {"team": team, "channel": channel, "since": since})
            ).one()
        shown = map(int, f"{row.shown or ''} {row.versions or ''}".split())
        digests = [
            codec.load(Digest, json.loads(text))
            for text in (row.on_the_way or "").split(_RECORD)
            if text
        ]
        coming = (article for digest in digests for article in digest.article_ids)
        ordered = None if row.team is None else as_subscription(row)
        return ChannelHistory(ordered, row.last, frozenset([*shown, *coming]), row.leans)

    async def find_outdated(
        self, now: datetime, *, posted: datetime, edited: datetime, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """Posted deliveries that show what their source has changed since, oldest first."""
        newer = articles.alias()
        free = or_(newer.c.embargoed.is_(None), newer.c.embargoed <= now)
        its = and_(
            newer.c.identity == articles.c.identity,
            newer.c.team == articles.c.team,
            newer.c.live,
            free,
        )
        superseded = and_(~articles.c.live, exists().where(its, newer.c.id > articles.c.id))
        recent = and_(
            deliveries.c.posted >= posted,
            or_(deliveries.c.edited_at.is_(None), deliveries.c.edited_at < edited),
        )
        query = select(deliveries).where(
            or_(
                deliveries.c.id.in_(_citing(killed)),
                and_(recent, deliveries.c.id.in_(_citing(superseded))),
            )
        )
        async with self._database.reading() as connection:
            return await _read(connection, query.order_by(deliveries.c.id).limit(limit))

    async def record_edit(self, delivery: int, shown: Digest, now: datetime) -> None:
        """Its messages now say this; what was taken out of them, its channel has not seen any more."""
        its = update(deliveries).where(deliveries.c.id == delivery)
        async with self._database.writing() as connection:
            await connection.execute(its.values(edited=codec.dump(shown), edited_at=now))
            for table in (delivery_articles, delivery_citations):
                await connection.execute(delete(table).where(table.c.delivery == delivery))
            await _mark(connection, delivery, shown)

    def hold_channel(
        self, team: str, channel: str, *, wait: bool = True
    ) -> AbstractAsyncContextManager[Held]:
        """Hold the right to post to a channel: one holder at a time over all processes."""
        return self._rights.hold(f"{team}/{channel}", wait=wait)


def _the_one(found: Sequence[Delivery], delivery: int) -> Delivery:
    if not found:
        raise NotFound(f"There is no delivery {delivery}.")
    return found[0]


async def _open(
    connection: AsyncConnection,
    team: str,
    channel: str,
    kind: DeliveryKind,
    key: str,
    since: datetime,
    now: datetime,
) -> Delivery | None:
    row: dict[str, Any] = {"team": team, "channel": channel, "kind": kind.value, "key": key}
    row |= {"state": DeliveryState.CLAIMED.value, "since": since, "touched": now}
    opened = await connection.execute(
        insert_new(connection, deliveries, row).returning(deliveries.c.id)
    )
    delivery = opened.scalar_one_or_none()
    return (
        None
        if delivery is None
        else Delivery(delivery, team, channel, kind, key, DeliveryState.CLAIMED, since, touched=now)
    )


async def _step(
    connection: AsyncConnection,
    delivery: int,
    step: Step,
    *conditions: ColumnElement[bool],
    **values: object,
) -> bool:
    """Take a step where the ledger's rules and these conditions let it be taken: whether it was.

    The one place that changes a delivery's state.
    """
    move = TRANSITIONS[step]
    its = (deliveries.c.id == delivery, deliveries.c.state.in_(move.sources))
    change = update(deliveries).where(*its, *conditions).values({"state": move.target, **values})
    return (await connection.execute(change)).rowcount == 1


async def _fold(connection: AsyncConnection, delivery: int) -> None:
    """Of slots skipped one after the other keep the last: `every 1m` would leave half a million rows a year."""
    earlier = deliveries.alias()
    its = select(deliveries.c.team, deliveries.c.channel).where(deliveries.c.id == delivery)
    team, channel = (await connection.execute(its)).one()
    told = select(func.max(earlier.c.id)).where(
        earlier.c.team == team,
        earlier.c.channel == channel,
        earlier.c.id < delivery,
        (earlier.c.state != DeliveryState.SKIPPED) | (earlier.c.kind != DeliveryKind.SCHEDULED),
    )
    last = (await connection.execute(told)).scalar_one() or 0
    same = (
        deliveries.c.team == team,
        deliveries.c.channel == channel,
        deliveries.c.kind == DeliveryKind.SCHEDULED,
    )
    between = (
        deliveries.c.id > last,
        deliveries.c.id < delivery,
        deliveries.c.state == DeliveryState.SKIPPED,
    )
    await connection.execute(delete(deliveries).where(*same, *between))


def _parts_of(delivery: int) -> ScalarSelect[int]:
    return select(func.count()).where(delivery_parts.c.delivery == delivery).scalar_subquery()


async def _mark_shown(connection: AsyncConnection, delivery: int) -> None:
    row = await connection.execute(select(deliveries.c.digest).where(deliveries.c.id == delivery))
    await _mark(connection, delivery, codec.load(Digest, row.scalar_one()))


async def _mark(connection: AsyncConnection, delivery: int, digest: Digest) -> None:
    for table, ids in (
        (delivery_articles, frozenset(digest.article_ids)),
        (delivery_citations, get_earlier_articles(digest)),
    ):
        if ids:
            await connection.execute(
                insert(table),
                [{"delivery": delivery, "article": article} for article in sorted(ids)],
            )


def _citing(changed: ColumnElement[bool]) -> CompoundSelect[int]:
    """Give the deliveries that show or cite articles of this kind: few of all, so they lead to the deliveries."""
    few = select(articles.c.id).where(changed)
    shown, quoted = (
        select(table.c.delivery).where(table.c.article.in_(few))
        for table in (delivery_articles, delivery_citations)
    )
    return shown.union(quoted)


async def _read(connection: AsyncConnection, query: Select[Any]) -> tuple[Delivery, ...]:
    rows = (await connection.execute(query)).all()
    if not rows:
        return ()
    its_parts = delivery_parts.c.delivery.in_([row.id for row in rows])
    parts = await connection.execute(
        select(delivery_parts).where(its_parts).order_by(delivery_parts.c.part)
    )
    posted: dict[int, list[str]] = {row.id: [] for row in rows}
    for part in parts:
        posted[part.delivery].append(part.ts)
    return tuple(_delivery(row, posted[row.id]) for row in rows)


def _delivery(row: Row[Any], posted: Iterable[str]) -> Delivery:
    return Delivery(
        id=row.id,
        team=row.team,
        channel=row.channel,
        kind=DeliveryKind(row.kind),
        key=row.key,
        state=DeliveryState(row.state),
        since=row.since,
        digest=None if row.digest is None else codec.load(Digest, row.digest),
        posted=tuple(posted),
        reason=row.reason,
        touched=row.touched,
        edited=None if row.edited is None else codec.load(Digest, row.edited),
    )
