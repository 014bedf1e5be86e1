"""The ledger of deliveries: each step is taken once, by one caller, whoever else tries."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
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
from bot.store.channels import decode_subscription, of_channel
from bot.store.database import Database, Repository, insert_new, messages
from bot.store.locks import LockCheck, Locks
from bot.store.tables import (
    articles,
    deliveries,
    delivery_articles,
    delivery_citations,
    delivery_parts,
    is_withdrawn,
    pending_or_unsure,
    subscriptions,
    unfinished,
)
from bot.stories.earlier_statements import get_earlier_articles


class DeliveryLedger(Repository):
    """The deliveries. Each step is one conditional UPDATE; it returns whether it was made."""

    def __init__(self, database: Database, locks: Locks) -> None:
        super().__init__(database)
        self._locks = locks

    async def claim_due(
        self, due: Subscription, next_due: datetime | None, since: datetime, now: datetime
    ) -> Delivery | None:
        """Advance the subscription's schedule and open the slot's delivery, in one transaction.

        Return None when the schedule has advanced since `due` was read, or the slot has its
        delivery already. In the latter case the schedule advances all the same, or the slot would
        stay due.
        """
        if due.next_due is None:
            return None
        slot, kind = due.next_due.astimezone(UTC).isoformat(), DeliveryKind.SCHEDULED
        still_due = (subscriptions.c.next_due == due.next_due, ~subscriptions.c.paused)
        in_channel = of_channel(subscriptions, due.team, due.channel)
        advance = sa.update(subscriptions).where(in_channel, *still_due).values(next_due=next_due)
        async with self._database.writing() as connection:
            if (await connection.execute(advance)).rowcount == 0:
                return None
            return await _open(connection, due.team, due.channel, kind, slot, since, now)

    async def open(
        self, team: str, channel: str, kind: DeliveryKind, key: str, since: datetime, now: datetime
    ) -> Delivery | None:
        """Open a delivery outside of any schedule; return None when this key has one."""
        async with self._database.writing() as connection:
            return await _open(connection, team, channel, kind, key, since, now)

    async def compose(self, delivery: int, digest: Digest) -> bool:
        """Go from claimed to composed: store what is posted, so that a retry posts the same."""
        step = _step(delivery, Step.COMPOSE, digest=codec.pack(digest))
        return await self._execute(step) == 1

    async def start_sending(
        self, delivery: int, now: datetime, *, resend_unless_touched_since: datetime | None = None
    ) -> bool:
        """Go from composed to sending, just before the next part is posted.

        With `resend_unless_touched_since` stay in sending, to post the same part once more, if the
        delivery was not touched since that moment.
        """
        step, last_try = _step(delivery, Step.SEND, touched=now), resend_unless_touched_since
        if last_try is not None:
            step = _step(delivery, Step.RESEND, deliveries.c.touched == last_try, touched=now)
        return await self._execute(step) == 1

    async def record(self, delivery: int, part: int, ts: str) -> bool:
        """Go from sending to composed: store the ts of a posted part, the next in order."""
        step = _step(delivery, Step.RECORD, _count_parts(delivery) == part)
        row = {"delivery": delivery, "part": part, "ts": ts}
        async with self._database.writing() as connection:
            if (await connection.execute(step)).rowcount == 0:
                return False
            await connection.execute(sa.insert(delivery_parts).values(row))
        return True

    async def finish(
        self, delivery: int, state: DeliveryState, now: datetime, reason: str | None = None
    ) -> bool:
        """End in posted, failed, skipped or unsure. Posted marks the digest's articles as seen.

        Posted: from composed or sending, with a part recorded. Failed: from any open state.
        Skipped: from claimed or composed. Unsure: from sending.
        """
        end = ENDS.get(state)
        if end is None:
            return False
        step = _step(delivery, end, touched=now, reason=reason)
        if end is Step.FINISH:
            step = step.where(_count_parts(delivery) > 0).values(posted=now)
        async with self._database.writing() as connection:
            if (await connection.execute(step)).rowcount == 0:
                return False
            if end is Step.SKIP:
                await _merge_skipped(connection, delivery)
            if end is Step.FINISH:
                query = sa.select(deliveries.c.digest).where(deliveries.c.id == delivery)
                digest = (await connection.execute(query)).scalar_one()
                await _mark_shown(connection, delivery, codec.unpack(digest))
        return True

    async def get(self, delivery: int) -> Delivery:
        """Return a delivery; raise NotFound."""
        return await self._get(sa.select(deliveries), delivery)

    async def refresh(self, delivery: Delivery) -> Delivery:
        """Read a delivery again, without its digest, which never changes; raise NotFound."""
        if delivery.digest is None:
            return await self.get(delivery.id)
        others = (column for column in deliveries.c if column is not deliveries.c.digest)
        without_digest = sa.select(*others, sa.null().label("digest"))
        return replace(await self._get(without_digest, delivery.id), digest=delivery.digest)

    async def get_unfinished(self, now: datetime, grace: timedelta) -> tuple[Delivery, ...]:
        """Return the deliveries in an open state untouched for `grace`, oldest first.

        One touched later than `grace` from now was touched by a clock that was ahead.
        """
        early, late = deliveries.c.touched < now - grace, deliveries.c.touched > now + grace
        query = sa.select(deliveries).where(unfinished, sa.or_(early, late))
        return await self._read(query.order_by(deliveries.c.touched, deliveries.c.id))

    async def get_waiting_times(self, before: datetime) -> tuple[datetime, ...]:
        """Return when each open delivery untouched since `before` was last touched."""
        query = sa.select(deliveries.c.touched).where(unfinished, deliveries.c.touched < before)
        return tuple(await self._fetch_values(query.order_by(deliveries.c.touched)))

    async def get_history(self, team: str, channel: str, limit: int = 10) -> tuple[Delivery, ...]:
        """Return a channel's deliveries, newest first."""
        query = sa.select(deliveries).where(of_channel(deliveries, team, channel))
        return await self._read(query.order_by(deliveries.c.id.desc()).limit(limit))

    async def find_by_key(
        self, team: str, channel: str, kind: DeliveryKind, key: str
    ) -> Delivery | None:
        """Return the channel's delivery of this kind and key, if there is one."""
        matches = deliveries.c.kind == kind, deliveries.c.key == key
        query = sa.select(deliveries).where(of_channel(deliveries, team, channel), *matches)
        return next(iter(await self._read(query)), None)

    async def get_last_posted(self, team: str, channel: str) -> datetime | None:
        """Return when the channel last got a digest."""
        last: datetime | None = await self._fetch_value(_select_last_posted(team, channel))
        return last

    async def get_channel_history(self, team: str, channel: str, since: datetime) -> ChannelHistory:
        """Return the subscription, and what was shown, or is being sent or unsure, since then."""
        in_channel = of_channel(deliveries, team, channel)
        ordered = sa.select(subscriptions).where(of_channel(subscriptions, team, channel))
        shown = (
            sa.select(delivery_articles.c.article)
            .join(deliveries, delivery_articles.c.delivery == deliveries.c.id)
            .where(in_channel, deliveries.c.posted >= since)
        )
        pending = sa.select(deliveries.c.digest).where(in_channel, pending_or_unsure)
        async with self._database.reading() as connection:
            row = (await connection.execute(ordered)).first()
            last = (await connection.execute(_select_last_posted(team, channel))).scalar_one()
            # Pending before shown: a digest posted between the two queries is in one of them.
            digests = (await connection.execute(pending)).scalars().all()
            ids = set((await connection.execute(shown)).scalars())
            ids.update((await connection.execute(_other_versions(shown))).scalars())
        for digest in digests:
            ids.update(codec.unpack(digest).article_ids)
        subscription = None if row is None else decode_subscription(row)
        return ChannelHistory(subscription, last, frozenset(ids))

    async def find_outdated(
        self, now: datetime, *, posted_since: datetime, edited_before: datetime, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """Return posted deliveries that show what a source has changed since, oldest first.

        They show an article that was withdrawn; or, if they were posted since `posted_since` and
        last edited before `edited_before`, one with a newer version that may be shown now.
        """
        newer = articles.alias()
        has_newer = sa.exists().where(
            newer.c.identity == articles.c.identity,
            newer.c.team == articles.c.team,
            newer.c.id > articles.c.id,
            newer.c.live,
            sa.or_(newer.c.embargoed.is_(None), newer.c.embargoed <= now),
        )
        recent = sa.and_(
            deliveries.c.posted >= posted_since,
            sa.or_(
                deliveries.c.edited_at.is_(None),
                ~deliveries.c.edited_at.between(edited_before, now),
            ),
        )
        citing_newer = deliveries.c.id.in_(_citing(sa.and_(~articles.c.live, has_newer)))
        query = sa.select(deliveries).where(
            sa.or_(deliveries.c.id.in_(_citing(is_withdrawn)), sa.and_(recent, citing_newer))
        )
        return await self._read(query.order_by(deliveries.c.id).limit(limit))

    async def record_edit(self, delivery: int, shown: Digest, now: datetime) -> None:
        """Store what the messages say after an edit; removed articles count as shown no more."""
        change = sa.update(deliveries).where(deliveries.c.id == delivery)
        async with self._database.writing() as connection:
            await connection.execute(change.values(edited=codec.pack(shown), edited_at=now))
            for table in (delivery_articles, delivery_citations):
                await connection.execute(sa.delete(table).where(table.c.delivery == delivery))
            await _mark_shown(connection, delivery, shown)

    def hold_channel(
        self, team: str, channel: str, *, wait: bool = True
    ) -> AbstractAsyncContextManager[LockCheck]:
        """Hold the lock for posting to a channel, as `Locks.hold` does."""
        return self._locks.hold(f"{team}/{channel}", wait=wait)

    async def _get(self, query: sa.Select[Any], delivery: int) -> Delivery:
        rows = await self._read(query.where(deliveries.c.id == delivery))
        if not rows:
            raise NotFound(messages.text("no_delivery", number=delivery))
        return rows[0]

    async def _read(self, query: sa.Select[Any]) -> tuple[Delivery, ...]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
            if not rows:
                return ()
            listed = delivery_parts.c.delivery.in_([row.id for row in rows])
            parts = sa.select(delivery_parts).where(listed).order_by(delivery_parts.c.part)
            timestamps: dict[int, list[str]] = {row.id: [] for row in rows}
            for part in await connection.execute(parts):
                timestamps[part.delivery].append(part.ts)
        return tuple(_decode(row, timestamps[row.id]) for row in rows)


async def _open(
    connection: AsyncConnection,
    team: str,
    channel: str,
    kind: DeliveryKind,
    key: str,
    since: datetime,
    now: datetime,
) -> Delivery | None:
    row: dict[str, Any] = {"team": team, "channel": channel, "kind": kind, "key": key}
    row |= {"state": DeliveryState.CLAIMED, "since": since, "touched": now}
    statement = insert_new(connection, deliveries, row).returning(deliveries.c.id)
    delivery = (await connection.execute(statement)).scalar_one_or_none()
    return None if delivery is None else Delivery(id=delivery, **row)


def _step(
    delivery: int, step: Step, *conditions: sa.ColumnElement[bool], **values: object
) -> sa.Update:
    """Build the UPDATE that takes a step if it is allowed; nothing else changes a state."""
    transition = TRANSITIONS[step]
    allowed = (deliveries.c.id == delivery, deliveries.c.state.in_(transition.sources), *conditions)
    return sa.update(deliveries).where(*allowed).values({"state": transition.target, **values})


async def _merge_skipped(connection: AsyncConnection, delivery: int) -> None:
    """Of skipped slots in a row keep the last: `every 1m` would add 500,000 rows a year."""
    place = sa.select(deliveries.c.team, deliveries.c.channel).where(deliveries.c.id == delivery)
    team, channel = (await connection.execute(place)).one()
    earlier = sa.and_(of_channel(deliveries, team, channel), deliveries.c.id < delivery)
    is_scheduled = deliveries.c.kind == DeliveryKind.SCHEDULED
    skipped = sa.and_(deliveries.c.state == DeliveryState.SKIPPED, is_scheduled)
    query = sa.select(sa.func.max(deliveries.c.id)).where(earlier, ~skipped)
    last_other = (await connection.execute(query)).scalar_one() or 0
    since = deliveries.c.id > last_other
    await connection.execute(sa.delete(deliveries).where(earlier, skipped, since))


def _count_parts(delivery: int) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(delivery_parts.c.delivery == delivery).scalar_subquery()


def _select_last_posted(team: str, channel: str) -> sa.Select[datetime | None]:
    return sa.select(sa.func.max(deliveries.c.posted)).where(of_channel(deliveries, team, channel))


async def _mark_shown(connection: AsyncConnection, delivery: int, digest: Digest) -> None:
    for table, ids in (
        (delivery_articles, frozenset(digest.article_ids)),
        (delivery_citations, get_earlier_articles(digest)),
    ):
        if ids:
            rows = [{"delivery": delivery, "article": article} for article in sorted(ids)]
            await connection.execute(sa.insert(table), rows)


def _other_versions(shown: sa.Select[int]) -> sa.Select[int]:
    """Select the ids of all versions of those shown articles that are live no more."""
    old, version = articles.alias(), articles.alias()
    same = sa.and_(version.c.identity == old.c.identity, version.c.team == old.c.team)
    return sa.select(version.c.id).join(old, same).where(old.c.id.in_(shown), ~old.c.live)


def _citing(changed: sa.ColumnElement[bool]) -> sa.CompoundSelect[int]:
    """Select the deliveries that show or quote articles that meet this condition, which few do."""
    ids = sa.select(articles.c.id).where(changed)
    shown, quoted = (
        sa.select(table.c.delivery).where(table.c.article.in_(ids))
        for table in (delivery_articles, delivery_citations)
    )
    return shown.union(quoted)


def _decode(row: sa.Row[Any], part_timestamps: Iterable[str]) -> Delivery:
    fields = row._asdict() | {"part_timestamps": tuple(part_timestamps)}
    del fields["edited_at"], fields["posted"]
    for name in ("digest", "edited"):
        fields[name] = fields[name] and codec.unpack(fields[name])
    kind, state = DeliveryKind(row.kind), DeliveryState(row.state)
    return Delivery(**fields | {"kind": kind, "state": state})
