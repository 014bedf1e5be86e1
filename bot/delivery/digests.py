"""The use case of a digest: what a channel would see, post it now, post what is due, and finish what was begun.

due -> claimed -> composed -> a passage of its own (passage.py)
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.delivery.correction import Correction
from bot.delivery.digest_builder import LOOKBACK, DigestBuilder, DigestRequest, subscription_request
from bot.delivery.metrics import count_delivery, show_waiting
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import DeliverySender, Held
from bot.delivery.slack_errors import Failure, FailureAction
from bot.model import TOP, AtOnce, Delivery, DeliveryKind, DeliveryState, Digest, Subscription
from bot.model.cadence import next_due
from bot.model.digests import OPEN
from bot.model.errors import LockTaken, NotFound, StoreUnavailable, log_fields
from bot.model.ports import Chat, Clock
from bot.store import Store
from bot.stories.people import EMPTY_DIRECTORY, Directory

log = structlog.get_logger(__name__)

# A call without an answer may still take effect within this time: nobody looks for it before.
SETTLED_AFTER = timedelta(seconds=30)
# So many digests are composed and posted side by side in one process: most of their time they wait for Slack.
AT_A_TIME = 32
# To compose is to compute: more side by side are no sooner done, and each holds a glance of all that is new.
_COMPOSED_AT_A_TIME = 4
# A tick waits this long (seconds) for what it began; a channel that waits for Slack must not hold up the others.
_PATIENCE = 20.0
# New versions edit what was posted within this time, and not more often than so: a story that its source polishes
# all day is edited a few times. What was withdrawn is taken out at once, however old.
_EDITED_FOR = timedelta(days=3)
_EDITS_APART = timedelta(minutes=5)
_AGAIN = "again:"
CATCH_UP = timedelta(hours=12)
# Nobody calls a digest missed that is so little late.
_PUNCTUAL = timedelta(minutes=10)
_NOTHING_NEW = Failure(FailureAction.STOP, "nothing new", "Nothing new, so nothing was posted.")
_MISSED = Failure(
    FailureAction.STOP,
    "missed: Dateline was not running",
    "Dateline was not running when the digest was due, and that is too long ago. The next one brings the news since.",
)

_LOST = Failure(
    FailureAction.STOP, "Dateline stopped before it had composed the digest.", "Ask for it again."
)
_UNSUBSCRIBED = Failure(
    FailureAction.STOP, "The subscription was ended meanwhile.", "`/digest subscribe` begins anew."
)
_BROKEN = Failure(
    FailureAction.STOP,
    "Something went wrong inside Dateline.",
    "Nothing to do here: its log tells the operator what, and the next digest brings what this one could not.",
)


class Digests:
    """Composes digests and sees them into their channels, each part once."""

    def __init__(
        self,
        store: Store,
        chat: Chat,
        clock: Clock,
        *,
        title: str = "Who said what",
        lookback: timedelta = LOOKBACK,
        top: int = TOP,
        actors: Directory = EMPTY_DIRECTORY,
        settled_after: timedelta = SETTLED_AFTER,
        catch_up: timedelta = CATCH_UP,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`title` heads each digest; `lookback` is how far back a digest reaches at least.

        `actors` are those known under several spellings.
        `top` is how many stories it holds where no subscription says; `settled_after`, how long an unfinished
        delivery is left alone; `catch_up`, how late a digest that was missed may still come.
        """
        self._settled_after = settled_after
        self._catch_up = max(catch_up, _PUNCTUAL)
        self._store, self._clock, self._sleep = store, clock, sleep
        self._contents = DigestBuilder(store, clock, lookback=lookback, top=top, actors=actors)
        pace = RateLimiter(store.limits, clock, sleep=sleep, wait=self._wait)
        self._passage = DeliverySender(store, chat, clock, pace, title=title, wait=self._wait)
        self._correction = Correction(
            store, chat, pace, title=title, actors=actors, wait=self._wait
        )
        self._at_a_time, self._composing = (
            asyncio.Semaphore(AT_A_TIME),
            asyncio.Semaphore(_COMPOSED_AT_A_TIME),
        )
        self._closing = asyncio.Event()
        self._running: dict[int, asyncio.Task[Delivery]] = {}

    async def preview(
        self, team: str, channel: str, topic: str | None = None, *, zone: str
    ) -> Digest:
        """Give what the channel would be shown now; marks nothing as seen."""
        async with self._store.reading():
            past = await self._contents.past(team, channel)
            order = self._contents.asked(past.subscription, topic, zone)
            return await self._contents.composed(
                team, channel, order, past, self._contents.since(past.last)
            )

    async def trial(self, wanted: Subscription) -> Digest:
        """Give what a subscription, saved or not, would bring its channel now; marks nothing as seen."""
        async with self._store.reading():
            past = await self._contents.past(wanted.team, wanted.channel)
            since = self._contents.since(past.last)
            return await self._contents.composed(
                wanted.team, wanted.channel, subscription_request(wanted), past, since
            )

    async def post_now(
        self, team: str, channel: str, *, key: str, topic: str | None = None, zone: str
    ) -> Delivery:
        """Compose and post what the channel has not seen; with a topic it may repeat.

        `key` is the command's id: a second call with it posts nothing more and gives the same delivery.
        Where Slack did not answer, the delivery is given in "sending": a recovery finds out.
        """
        past = await self._contents.past(team, channel)
        order = self._contents.asked(past.subscription, topic, zone)
        delivery = await self._open(team, channel, key, self._contents.since(past.last))
        if delivery is None:
            return await self._of_key(team, channel, key)
        return await self._carried(delivery, order)

    async def post_anyway(self, delivery_id: int) -> Delivery:
        """Post again a delivery of which nobody knows whether Slack took it; any other stays as it is."""
        unsure = await self._store.deliveries.get(delivery_id)
        if unsure.state is not DeliveryState.UNSURE:
            return unsure
        key = f"{_AGAIN}{delivery_id}"
        delivery = await self._open(unsure.team, unsure.channel, key, unsure.since)
        if delivery is None:
            return await self._of_key(unsure.team, unsure.channel, key)
        return await self._carried(delivery)

    async def deliver_due(self) -> int:
        """Post what is due, and give how many slots were taken; slots missed while we were down are one."""
        claimed = await self.claim_due()
        await self._all_carried(claimed)
        return len(claimed)

    async def claim_due(self) -> tuple[Delivery, ...]:
        """Move the schedules of what is due on, and give the deliveries opened for it, still to be carried."""
        if self._closing.is_set():
            return ()
        claims = [
            await self._claim(due)
            for due in await self._store.subscriptions.get_due(self._clock.now())
        ]
        return tuple(delivery for delivery in claims if delivery)

    async def recover(self) -> None:
        """Go on with deliveries that a crash, a lost database or a silent Slack left unfinished."""
        await self._all_carried(await self.left())

    async def left(self) -> tuple[Delivery, ...]:
        """Give the deliveries that were left unfinished, and that nobody here has in hand or was asked to rest."""
        if self._closing.is_set():
            return ()
        left = await self._store.deliveries.get_unfinished(self._clock.now() - self._settled_after)
        return tuple(
            one for one in left if one.id not in self._running and not self._passage.rests(one)
        )

    async def is_over(self, delivery: int) -> bool:
        """Whether a delivery has come to its end, or was forgotten since."""
        try:
            found = await self._store.deliveries.get(delivery)
        except NotFound:
            return True
        return found.state not in OPEN

    async def carry(self, delivery: int) -> None:
        """Take one delivery as far as it goes; leave it to whoever has the right to post to its channel."""
        if self._closing.is_set() or delivery in self._running:
            return
        found = await self._store.deliveries.get(delivery)
        try:
            await asyncio.shield(self._begun(found, wait=False))
        except LockTaken:
            log.info("delivery in other hands", delivery=delivery)

    async def find_outdated(self) -> tuple[Delivery, ...]:
        """Posted deliveries that their sources have changed since, for `correct_one`."""
        now = self._clock.now()
        return await self._store.deliveries.find_outdated(
            now, posted=now - _EDITED_FOR, edited=now - _EDITS_APART
        )

    async def correct_one(self, delivery: int) -> int:
        """Make one delivery's messages say what its sources say now; how many were edited."""
        found = await self._store.deliveries.get(delivery)
        async with self._store.deliveries.hold_channel(found.team, found.channel):
            return await self._correction.correct(found, self._clock.now())

    async def count_waiting(self) -> None:
        """Show in /metrics what is begun and not over, and what is due and not begun."""
        now = self._clock.now()
        begun = await self._store.deliveries.get_waiting_times(now)
        due = await self._store.subscriptions.get_due(now)
        show_waiting(begun, [one.next_due for one in due if one.next_due], now)

    async def correct(self) -> int:
        """Edit the messages whose articles their sources have withdrawn or changed; how many were edited.

        A channel that cannot be corrected for now is told in the log, and holds up no other.
        """
        edited = 0
        for delivery in await self.find_outdated():
            if self._closing.is_set():
                break
            try:
                edited += await self.correct_one(delivery.id)
            except Exception as e:  # noqa: BLE001 - whatever it is, words that were withdrawn must go elsewhere too
                log.error("correction stopped", delivery=delivery.id, **log_fields(e))  # noqa: TRY400 - no message
        return edited

    async def stop(self, within: float) -> None:
        """Begin nothing more, finish what is being sent; what waits for Slack is left to the next start.

        A call that Slack has not answered `within` seconds is given up: the next start looks for its message.
        """
        self._closing.set()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running.values(), timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _open(self, team: str, channel: str, key: str, since: datetime) -> Delivery | None:
        now = self._clock.now()
        return await self._store.deliveries.open(
            team, channel, DeliveryKind.COMMAND, key, since, now
        )

    async def _of_key(self, team: str, channel: str, key: str) -> Delivery:
        delivery = await self._store.deliveries.find_by_key(
            team, channel, DeliveryKind.COMMAND, key
        )
        if delivery is None:
            raise NotFound("That digest was asked for long ago.")
        return delivery

    async def _claim(self, due: Subscription) -> Delivery | None:
        now = self._clock.now()
        try:
            following = next_due(due.cadence, due.zone, now)
        except (ValueError, KeyError):
            problem = f"Dateline cannot tell when this is due (time zone {due.zone}). Set it anew in `/digest settings`."
            await self._store.subscriptions.set_last_result(
                due.team, due.channel, problem, pause=True
            )
            return None
        since = self._contents.since(
            await self._store.deliveries.get_last_posted(due.team, due.channel), due.cadence
        )
        return await self._store.deliveries.claim_due(due, following, since, now)

    async def _all_carried(self, deliveries: Iterable[Delivery]) -> None:
        """Carry several at once, and wait a while; one that fails or is slow does not stop the others."""
        tasks = [self._begun(delivery) for delivery in deliveries]
        if not tasks:
            return
        done, _ = await asyncio.wait(tasks, timeout=_PATIENCE)
        errors = [error for task in done if not task.cancelled() and (error := task.exception())]
        if errors:
            raise BaseExceptionGroup("some deliveries could not go on", errors)

    async def _carried(self, delivery: Delivery, order: DigestRequest | None = None) -> Delivery:
        """Carry a delivery as far as it goes; it goes on when the caller is cancelled."""
        return await asyncio.shield(self._begun(delivery, order))

    def _begun(
        self, delivery: Delivery, order: DigestRequest | None = None, *, wait: bool = True
    ) -> asyncio.Task[Delivery]:
        task = asyncio.create_task(self._carry(delivery, order, wait=wait))
        self._running[delivery.id] = task
        task.add_done_callback(lambda done: self._ended(delivery.id, done))
        return task

    def _ended(self, delivery: int, task: asyncio.Task[Delivery]) -> None:
        self._running.pop(delivery, None)
        if (
            not task.cancelled()
            and (error := task.exception())
            and not isinstance(error, LockTaken)
        ):
            log.error("delivery stopped", delivery=delivery, **log_fields(error))

    async def _carry(
        self, delivery: Delivery, order: DigestRequest | None, *, wait: bool
    ) -> Delivery:
        # A task of its own; the key leads from the command, or the slot, to the post, in whatever process that is.
        structlog.contextvars.bind_contextvars(delivery=delivery.id, key=delivery.key)
        right = self._store.deliveries.hold_channel(delivery.team, delivery.channel, wait=wait)
        async with self._at_a_time, right as held:
            # Whoever held the right before us may have done it all.
            delivery = await self._store.deliveries.refresh(delivery)
            try:
                return await self._advance(delivery, order, held)
            except StoreUnavailable:
                raise
            except Exception:
                await self._passage.fail(await self._store.deliveries.get(delivery.id), _BROKEN)
                raise

    async def _advance(
        self, delivery: Delivery, order: DigestRequest | None, held: Held
    ) -> Delivery:
        if delivery.state is DeliveryState.CLAIMED:
            delivery = await self._compose(delivery, order)
        elif delivery.state is DeliveryState.SENDING:
            known = await self._passage.look(delivery)
            if known is None:
                return delivery
            delivery = known
        if delivery.state in {DeliveryState.COMPOSED, DeliveryState.SENDING}:
            return await self._passage.go(delivery, held)
        return delivery

    async def _compose(self, delivery: Delivery, order: DigestRequest | None) -> Delivery:
        if delivery.key.startswith(_AGAIN):
            digest = await self._unsure_digest(delivery)
        else:
            scheduled = delivery.kind is DeliveryKind.SCHEDULED
            subscription = (
                await self._store.subscriptions.get(delivery.team, delivery.channel)
                if scheduled
                else None
            )
            if subscription and self._is_missed(delivery, subscription):
                await self._skip(delivery, _MISSED)
                return await self._store.deliveries.get(delivery.id)
            if subscription:
                order = subscription_request(subscription)
            if order is None:
                # A command's own wishes are gone with the process that had them.
                return await self._passage.fail(delivery, _UNSUBSCRIBED if scheduled else _LOST)
            async with self._composing, self._store.reading():
                past = await self._contents.past(delivery.team, delivery.channel)
                digest = await self._contents.composed(
                    delivery.team, delivery.channel, order, past, delivery.since
                )
        if digest is None or not digest.entries:
            await self._skip(delivery)
        else:
            await self._store.deliveries.compose(delivery.id, digest)
        return await self._store.deliveries.get(delivery.id)

    async def _unsure_digest(self, delivery: Delivery) -> Digest | None:
        """Give what the delivery that its key names was to post; only if that was in this very channel."""
        number = delivery.key.removeprefix(_AGAIN)
        unsure = (
            await self._store.deliveries.get(int(number))
            if re.fullmatch("[0-9]{1,9}", number)
            else None
        )
        if unsure is None or (unsure.team, unsure.channel) != (delivery.team, delivery.channel):
            return None
        return unsure.digest and replace(unsure.digest, made=self._clock.now())

    async def _skip(self, delivery: Delivery, why: Failure = _NOTHING_NEW) -> None:
        now = self._clock.now()
        ended = await self._store.deliveries.finish(
            delivery.id, DeliveryState.SKIPPED, now, why.meaning
        )
        if ended:
            log.info("delivery ended", state=DeliveryState.SKIPPED.value, why=why.meaning)
            count_delivery(delivery.kind, DeliveryState.SKIPPED)
        if ended and delivery.kind is DeliveryKind.SCHEDULED:
            await self._store.subscriptions.set_last_result(
                delivery.team, delivery.channel, why.cure
            )

    def _is_missed(self, delivery: Delivery, subscription: Subscription) -> bool:
        """Whether a slot, and every later one until now, lies too far back to be made up for."""
        oldest = self._clock.now() - self._catch_up
        if datetime.fromisoformat(delivery.key) >= oldest or isinstance(
            subscription.cadence, AtOnce
        ):
            return False
        return next_due(subscription.cadence, subscription.zone, oldest) > self._clock.now()

    async def _wait(self, seconds: float) -> bool:
        """Sleep; False when we are to stop instead."""
        waits = [
            asyncio.ensure_future(self._sleep(seconds)),
            asyncio.ensure_future(self._closing.wait()),
        ]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return not self._closing.is_set()
