"""Preview a digest, post one now, post what is due, and finish what was begun.

due -> claimed -> composed (digest_builder.py) -> sent part by part (sender.py)
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.blocks.digest import empty_reason
from bot.delivery import messages
from bot.delivery.correction import Correction
from bot.delivery.digest_builder import LOOKBACK, DigestBuilder, DigestRequest
from bot.delivery.metrics import count_delivery, show_waiting
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import DeliverySender
from bot.delivery.slack_errors import Failure
from bot.model import (
    DEFAULT_TOP_STORIES,
    AtOnce,
    ChannelHistory,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    NewBlock,
    Subscription,
)
from bot.model.cadence import next_due
from bot.model.digests import OPEN
from bot.model.errors import Gone, LockTaken, NotFound, StoreUnavailable, log_fields
from bot.model.ids import is_row_id
from bot.model.ports import Chat, Clock
from bot.store import Store
from bot.store.locks import LockCheck
from bot.stories.people import EMPTY_DIRECTORY, Directory
from bot.stories.scoring import OLD_AFTER

log = structlog.get_logger(__name__)


# A call without an answer may still take effect within this time; nobody searches for its message
# before.
UNANSWERED_CALL_GRACE = timedelta(seconds=30)
# Digests composed and posted side by side in one process: most of their time they wait for Slack.
MAX_DELIVERIES_AT_ONCE = 32
# Deliveries that wait for the builder at one time. Its queue is first come, first served: with one,
# somebody who types a command waits for one delivery at the most, not for all that are due.
_MAX_COMPOSED_AT_ONCE = 1
# How long a tick waits for the deliveries it began; a channel that waits for Slack must not hold up
# the others.
TICK_WAIT_SECONDS = 20.0
# Posts older than this are not edited for new versions of their articles. Withdrawn articles are
# taken out however old the post is.
_EDITED_FOR = timedelta(days=3)
# Least time between two edits for new versions: a source may polish a story all day. Withdrawn
# articles are taken out at once.
_BETWEEN_EDITS = timedelta(minutes=5)
# The key of a delivery that posts an unsure one again.
_AGAIN = "again:"
CATCH_UP = timedelta(hours=12)
# A digest so little late is not missed.
_PUNCTUAL = timedelta(minutes=10)


class Digests:
    """Composes digests and sees them into their channels, each part once."""

    def __init__(
        self,
        store: Store,
        chat: Chat,
        clock: Clock,
        *,
        lookback: timedelta = LOOKBACK,
        top: int = DEFAULT_TOP_STORIES,
        actors: Directory = EMPTY_DIRECTORY,
        catch_up: timedelta = CATCH_UP,
        pictures: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Wire the parts together.

        `lookback`, `top` and `actors` are as in DigestBuilder; `catch_up` is how late a missed
        digest may still be posted; `pictures` shows those of the articles.
        """
        self._catch_up, self._pictures = max(catch_up, _PUNCTUAL), pictures
        self._store, self._chat, self._clock, self._sleep = store, chat, clock, sleep
        self._builder = DigestBuilder(store, clock, lookback=lookback, top=top, actors=actors)
        limiter = RateLimiter(store.limits, clock, sleep=sleep, wait=self._wait)
        self._sender = DeliverySender(store, chat, clock, limiter)
        self._correction = Correction(store, chat, limiter, actors)
        self._delivering = asyncio.Semaphore(MAX_DELIVERIES_AT_ONCE)
        self._composing = asyncio.Semaphore(_MAX_COMPOSED_AT_ONCE)
        self._closing = asyncio.Event()
        self._running: dict[int, asyncio.Task[Delivery]] = {}

    async def preview(
        self,
        team: str,
        channel: str,
        topic: str | None = None,
        *,
        zone: str,
        may_repeat: bool = False,
    ) -> Digest:
        """Return what the channel would be shown now; mark nothing as seen.

        With `may_repeat` that includes what it was shown before.
        """
        request, history = await self._builder.request(team, channel, topic, zone)
        request = replace(request, may_repeat=request.may_repeat or may_repeat)
        return await self._build(request, history, asked=True)

    async def preview_subscription(self, subscription: Subscription) -> Digest:
        """Return what a subscription, saved or not, would bring now; mark nothing as seen."""
        history = await self._builder.get_history(subscription.team, subscription.channel)
        return await self._builder.build(DigestRequest.from_subscription(subscription), history)

    async def post_now(
        self, team: str, channel: str, *, key: str, topic: str | None = None, zone: str
    ) -> Delivery:
        """Compose and post what the channel has not seen; with a topic, stories may repeat.

        `key` is the command's id: a second call with it posts nothing more and returns the same
        delivery. Where Slack did not answer, the delivery is returned in "sending": a recovery
        finds out what happened.
        """
        request, history = await self._builder.request(team, channel, topic, zone)
        since = self._builder.get_start(history.last)
        return await self._post(team, channel, key, since, request)

    async def post_anyway(self, delivery_id: int) -> Delivery:
        """Post again a delivery of which nobody knows whether Slack took it, and no other."""
        unsure = await self._store.deliveries.get(delivery_id)
        if unsure.state is not DeliveryState.UNSURE:
            return unsure
        key = f"{_AGAIN}{delivery_id}"
        return await self._post(unsure.team, unsure.channel, key, unsure.since, None)

    async def deliver_due(self) -> int:
        """Post what is due; return how many slots that were. Those missed together count as one."""
        claimed = await self.claim_due()
        await self._advance_all(claimed)
        return len(claimed)

    async def claim_due(self) -> tuple[Delivery, ...]:
        """Claim what is due by moving its schedule on; return the deliveries opened for it."""
        if self._closing.is_set():
            return ()
        due = await self._store.subscriptions.get_due(self._clock.now())
        claims = [await self._claim(subscription) for subscription in due]
        return tuple(delivery for delivery in claims if delivery)

    async def reschedule(self) -> None:
        """Compute again what is due later than its schedule gives: a clock was ahead."""
        now, last, subscriptions = self._clock.now(), ("", ""), self._store.subscriptions
        while page := await subscriptions.get_scheduled(now, last):
            last = page[-1].team, page[-1].channel
            for each in page:
                with suppress(ValueError, KeyError):  # `_claim` tells of a time zone that is none
                    due = next_due(each.cadence, each.zone, now)
                    if each.next_due and due < each.next_due:
                        await subscriptions.reschedule(each, due)
                        log.info("rescheduled", team=each.team, channel=each.channel)
            await asyncio.sleep(0)

    async def recover(self) -> None:
        """Go on with deliveries that a crash, a lost database or a silent Slack left unfinished."""
        await self._advance_all(await self.find_unfinished())

    async def find_unfinished(self) -> tuple[Delivery, ...]:
        """Return the unfinished deliveries, except those in work here or postponed for Slack."""
        if self._closing.is_set():
            return ()
        now, grace = self._clock.now(), UNANSWERED_CALL_GRACE
        unfinished = await self._store.deliveries.get_unfinished(now, grace)
        mine, postponed = self._running, self._sender.is_postponed
        return tuple(each for each in unfinished if each.id not in mine and not postponed(each))

    async def is_over(self, delivery: int) -> bool:
        """Return whether a delivery has come to its end, or was forgotten since."""
        try:
            return (await self._store.deliveries.get(delivery)).state not in OPEN
        except NotFound:
            return True

    async def advance(self, delivery_id: int) -> None:
        """Take one delivery as far as it goes, unless another process holds its channel's lock."""
        if self._closing.is_set() or delivery_id in self._running:
            return
        delivery = await self._store.deliveries.get(delivery_id)
        try:
            await asyncio.shield(self._start(delivery, wait_for_lock=False))
        except LockTaken:
            log.info("delivery in other hands", delivery=delivery_id)

    async def find_outdated(self) -> tuple[Delivery, ...]:
        """Return posted deliveries whose sources have changed since, for `correct_one`."""
        now = self._clock.now()
        return await self._store.deliveries.find_outdated(
            now, posted_since=now - _EDITED_FOR, edited_before=now - _BETWEEN_EDITS
        )

    async def correct_one(self, delivery_id: int) -> int:
        """Make a delivery's messages say what its sources say now; return how many were edited."""
        delivery = await self._store.deliveries.get(delivery_id)
        async with self._store.deliveries.hold_channel(delivery.team, delivery.channel):
            return await self._correction.correct(delivery, self._clock.now())

    async def correct(self) -> int:
        """Edit the messages whose articles were withdrawn or changed; return how many were edited.

        A delivery that cannot be corrected for now is logged and holds up no other.
        """
        edited = 0
        for delivery in await self.find_outdated():
            if self._closing.is_set():
                break
            try:
                edited += await self.correct_one(delivery.id)
            # Whatever it is, words that were withdrawn must go elsewhere too.
            except Exception as e:  # noqa: BLE001
                # Without the error's message, which may hold an article's words.
                fields = {"delivery": delivery.id, **log_fields(e)}
                log.error("correction stopped", **fields)  # noqa: TRY400
        return edited

    async def count_waiting(self) -> None:
        """Show in /metrics what is begun and not over, and what is due and not begun."""
        now = self._clock.now()
        begun = await self._store.deliveries.get_waiting_times(now)
        due = await self._store.subscriptions.get_due(now)
        slots = [subscription.next_due for subscription in due if subscription.next_due]
        show_waiting(begun, slots, now)

    async def stop(self, within: float) -> None:
        """Begin nothing more and finish what is being sent; what waits for Slack is left.

        A call that Slack has not answered `within` seconds is given up: the next start searches for
        its message.
        """
        self._closing.set()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running.values(), timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _post(
        self, team: str, channel: str, key: str, since: datetime, request: DigestRequest | None
    ) -> Delivery:
        """Open a command's delivery and advance it, or return the one that has its key already.

        It goes on when the caller is cancelled.
        """
        deliveries, kind, now = self._store.deliveries, DeliveryKind.COMMAND, self._clock.now()
        if opened := await deliveries.open(team, channel, kind, key, since, now):
            return await asyncio.shield(self._start(opened, request))
        existing = await deliveries.find_by_key(team, channel, kind, key)
        if existing is None:
            raise Gone(messages.text("asked_long_ago"))
        return existing

    async def _claim(self, due: Subscription) -> Delivery | None:
        now = self._clock.now()
        try:
            following = next_due(due.cadence, due.zone, now)
        except (ValueError, KeyError):
            note = messages.text("unknown_due_time", zone=due.zone)
            await self._store.subscriptions.set_last_result(due.team, due.channel, note, pause=True)
            return None
        last = await self._store.deliveries.get_last_posted(due.team, due.channel)
        since = self._builder.get_start(last, due.cadence)
        return await self._store.deliveries.claim_due(due, following, since, now)

    async def _advance_all(self, deliveries: Iterable[Delivery]) -> None:
        """Advance several at once, and wait a while; one that fails or is slow stops no other."""
        tasks = [self._start(delivery) for delivery in deliveries]
        if not tasks:
            return
        done, _ = await asyncio.wait(tasks, timeout=TICK_WAIT_SECONDS)
        errors = [error for task in done if not task.cancelled() and (error := task.exception())]
        if errors:
            raise BaseExceptionGroup("some deliveries could not go on", errors)

    def _start(
        self,
        delivery: Delivery,
        request: DigestRequest | None = None,
        *,
        wait_for_lock: bool = True,
    ) -> asyncio.Task[Delivery]:
        task = asyncio.create_task(self._deliver(delivery, request, wait_for_lock=wait_for_lock))
        self._running[delivery.id] = task
        task.add_done_callback(lambda done: self._log_end(delivery.id, done))
        return task

    def _log_end(self, delivery: int, task: asyncio.Task[Delivery]) -> None:
        self._running.pop(delivery, None)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, LockTaken):
            log.error("delivery stopped", delivery=delivery, **log_fields(error))

    async def _deliver(
        self, delivery: Delivery, request: DigestRequest | None, *, wait_for_lock: bool
    ) -> Delivery:
        # All log lines of this task show the key, from the command or the slot to the post.
        structlog.contextvars.bind_contextvars(delivery=delivery.id, key=delivery.key)
        deliveries = self._store.deliveries
        lock = deliveries.hold_channel(delivery.team, delivery.channel, wait=wait_for_lock)
        async with self._delivering, lock as is_held:
            # Whoever held the lock before us may have done it all.
            delivery = await deliveries.refresh(delivery)
            try:
                return await self._compose_and_send(delivery, request, is_held)
            except StoreUnavailable:
                raise
            except Exception:
                failure = Failure(*messages.pair("broken"))
                await self._sender.fail(await deliveries.get(delivery.id), failure)
                raise

    async def _compose_and_send(
        self, delivery: Delivery, request: DigestRequest | None, is_held: LockCheck
    ) -> Delivery:
        if delivery.state is DeliveryState.CLAIMED:
            delivery = await self._compose(delivery, request)
        elif delivery.state is DeliveryState.SENDING:
            known = await self._sender.resolve(delivery)
            if known is None:
                return delivery
            delivery = known
        if delivery.state in {DeliveryState.COMPOSED, DeliveryState.SENDING}:
            return await self._sender.send(delivery, is_held)
        return delivery

    async def _compose(self, delivery: Delivery, request: DigestRequest | None) -> Delivery:
        is_at_once = False
        if delivery.key.startswith(_AGAIN):
            digest = await self._get_unsure_digest(delivery)
        else:
            if delivery.kind is DeliveryKind.SCHEDULED:
                subscription = await self._store.subscriptions.get(delivery.team, delivery.channel)
                if subscription and self._is_missed(delivery, subscription):
                    await self._skip(delivery, *messages.pair("missed"))
                    return await self._store.deliveries.get(delivery.id)
                if subscription:
                    request = DigestRequest.from_subscription(subscription)
                    is_at_once = isinstance(subscription.cadence, AtOnce)
            if request is None:
                # What a command asked for is gone with the process that had it.
                scheduled = delivery.kind is DeliveryKind.SCHEDULED
                why = messages.pair("unsubscribed" if scheduled else "lost")
                return await self._sender.fail(delivery, Failure(*why))
            async with self._composing:
                history = await self._builder.get_history(delivery.team, delivery.channel)
                asked = delivery.kind is DeliveryKind.COMMAND
                digest = await self._build(request, history, delivery.since, asked=asked)
        if digest is None or not _is_worth_posting(digest, is_at_once=is_at_once):
            reason, note = messages.pair("skipped")
            if digest and digest.empty:
                reason = empty_reason(digest)
            await self._skip(delivery, reason, note)
        else:
            await self._store.deliveries.compose(delivery.id, digest)
        return await self._store.deliveries.get(delivery.id)

    async def _build(
        self,
        request: DigestRequest,
        history: ChannelHistory,
        since: datetime | None = None,
        *,
        asked: bool,
    ) -> Digest:
        """Return a digest that is laid out as the workspace's Slack can show it.

        Where somebody `asked` for an empty one it says why.
        """
        digest = await self._builder.build(request, history, since)
        if request.team is None or not (digest.entries or asked):
            return digest
        if not digest.entries:
            reason = await self._builder.find_empty_reason(request, digest.since)
            return replace(digest, empty=reason)
        supported = await self._chat.supported_blocks(request.team)
        is_folded = NewBlock.CONTAINER in supported
        return replace(digest, folded=is_folded, pictured=self._pictures)

    async def _get_unsure_digest(self, delivery: Delivery) -> Digest | None:
        """Return the digest of the delivery that the key names, if it was in this channel."""
        number = delivery.key.removeprefix(_AGAIN)
        if not is_row_id(number):
            return None
        unsure = await self._store.deliveries.get(int(number))
        if (unsure.team, unsure.channel) != (delivery.team, delivery.channel):
            return None
        return unsure.digest and replace(unsure.digest, made=self._clock.now())

    async def _skip(self, delivery: Delivery, reason: str, note: str) -> None:
        """End a delivery unposted; it keeps the reason, its subscription shows the note."""
        state, now = DeliveryState.SKIPPED, self._clock.now()
        if not await self._store.deliveries.finish(delivery.id, state, now, reason):
            return
        log.info("delivery ended", state=state.value, why=reason)
        count_delivery(delivery.kind, state)
        if delivery.kind is DeliveryKind.SCHEDULED:
            subscriptions = self._store.subscriptions
            await subscriptions.set_last_result(delivery.team, delivery.channel, note)

    def _is_missed(self, delivery: Delivery, subscription: Subscription) -> bool:
        """Return whether a slot, and each later one until now, is too old to catch up on."""
        cadence, oldest = subscription.cadence, self._clock.now() - self._catch_up
        if datetime.fromisoformat(delivery.key) >= oldest or isinstance(cadence, AtOnce):
            return False
        return next_due(cadence, subscription.zone, oldest) > self._clock.now()

    async def _wait(self, seconds: float) -> bool:
        """Sleep; return False when Dateline is stopping instead."""
        waits = [
            asyncio.ensure_future(wait) for wait in (self._sleep(seconds), self._closing.wait())
        ]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return not self._closing.is_set()


def _is_worth_posting(digest: Digest, *, is_at_once: bool) -> bool:
    """Return whether the digest has stories; what only came in lately interrupts nobody."""
    oldest = digest.made - OLD_AFTER
    return any(not is_at_once or entry.published >= oldest for entry in digest.entries)
