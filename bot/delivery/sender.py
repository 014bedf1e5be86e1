"""Send a composed delivery into its channel part by part: each proved, posted and recorded.

composed -> sending -> (posted, recorded) -> composed -> ... -> posted | failed | unsure

What happens between "sending" and the record is the one thing that a crash leaves in doubt. Then,
and after a call that Slack did not answer, the delivery stays in "sending", and the next recovery
searches the channel for the part's metadata before anything else is sent.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.blocks.answers import digests_stopped_message
from bot.blocks.digest import digest_messages, without_pictures
from bot.delivery import messages
from bot.delivery.metrics import PAUSED, count_delivery
from bot.delivery.rate_limiter import MAX_TRIES, MAX_WAIT, RateLimiter, retry_delay
from bot.delivery.slack_errors import Failure, FailureAction, explain_failure
from bot.model import Delivery, DeliveryKind, DeliveryState, Digest, Message, Subscription
from bot.model.errors import PostFailed, SpanMismatch
from bot.model.ports import Chat, Clock, MessageMetadata
from bot.store import Store
from bot.store.locks import LockCheck
from bot.store.processes import MAX_PAUSE
from bot.stories.citations import find_mismatches

log = structlog.get_logger(__name__)

_POST = "chat.postMessage"
_PAUSING = frozenset((FailureAction.PAUSE_CHANNEL, FailureAction.PAUSE_WORKSPACE))
# After so many postponements (no answer, or a pause over MAX_WAIT) a delivery fails.
_MAX_ROUNDS = 5
# Where Slack does not let us search for so long, a person is asked.
_SEARCHED_FOR = timedelta(hours=12)
# Slack dates messages by its clock, we the sending by ours. A clock that is further off than this
# takes no command either: Slack's signatures are good for as long.
_CLOCK_SKEW = timedelta(minutes=5)
# A thousand messages at fifteen a page: in a channel where more was written since, a person looks
# quicker.
_MAX_PAGES = 67
# Deliveries about which something is remembered at one time.
_MAX_REMEMBERED = 1_000


class PostedMessageFinder:
    """Searches a channel for parts that may have been posted, and resumes where it was cut short.

    `_searches` has how many pages were read for a part of a delivery, and the next page's cursor.
    """

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._searches: dict[tuple[int, int], tuple[int, str | None]] = {}

    async def find(self, delivery: Delivery, now: datetime) -> str | None:
        """Return the `ts` of the part that was being sent, or None where it is not in the channel.

        A thread is searched from its last part on, which Slack itself dated, a channel from when
        the sending began by our clock. Raise PostFailed, with "too_much_history" where more was
        written since than is read.
        """
        team, channel, part = delivery.team, delivery.channel, len(delivery.part_timestamps)
        since, thread = min(delivery.touched or delivery.since, now) - _CLOCK_SKEW, None
        if delivery.part_timestamps:
            thread = delivery.part_timestamps[0]
            since = datetime.fromtimestamp(float(delivery.part_timestamps[-1]), UTC)
        pages_read, cursor = self._searches.pop((delivery.id, part), (0, None))
        for page in range(pages_read, _MAX_PAGES):
            try:
                parts, following = await self._chat.find(
                    team, channel, delivery.id, since, thread=thread, cursor=cursor
                )
            except PostFailed as e:
                if not e.permanent and e.code != "invalid_cursor":
                    self._searches[delivery.id, part] = page, cursor
                    _forget_oldest(self._searches)
                raise
            if part in parts or following is None:
                return parts.get(part)
            cursor = following
        raise PostFailed(_search_method(delivery), "too_much_history", permanent=True)


def _search_method(delivery: Delivery) -> str:
    """Return the method that a search for the delivery's next part calls."""
    return "conversations.replies" if delivery.part_timestamps else "conversations.history"


def _forget_oldest(by_delivery: dict[Any, Any]) -> None:
    """Bound what is remembered: another process may have ended a delivery that is in it."""
    while len(by_delivery) > _MAX_REMEMBERED:
        del by_delivery[next(iter(by_delivery))]


class DeliverySender:
    """Sends composed deliveries; the caller holds the lock of their channel."""

    def __init__(self, store: Store, chat: Chat, clock: Clock, limiter: RateLimiter) -> None:
        self._store, self._chat, self._clock, self._limiter = store, chat, clock, limiter
        self._finder = PostedMessageFinder(chat)
        self._rounds: Counter[int] = Counter()
        self._postponed_until: dict[int, datetime] = {}

    def is_postponed(self, delivery: Delivery) -> bool:
        """Return whether Slack asked to leave a delivery alone for now."""
        until, now = self._postponed_until.get(delivery.id), self._clock.now()
        return until is not None and now < until <= now + MAX_PAUSE

    async def send(self, delivery: Delivery, is_held: LockCheck) -> Delivery:
        """Send what is left of a composed delivery; return it as it then stands."""
        digest = delivery.digest
        if digest is None:
            return delivery
        messages = digest_messages(digest, channel_title=digest_title(digest))
        for message in islice(messages, len(delivery.part_timestamps), None):
            before = delivery.part_timestamps
            delivery = await self._send_part(delivery, digest, message, is_held)
            if delivery.state is not DeliveryState.COMPOSED or delivery.part_timestamps == before:
                return delivery
        return await self._end(delivery, DeliveryState.POSTED, None, _success(digest))

    async def resolve(self, delivery: Delivery) -> Delivery | None:
        """Find out what became of a part that was being sent; return None where that must wait.

        A part that is in the channel is recorded. One that is not was not posted: the delivery
        stays in "sending".
        """
        part = len(delivery.part_timestamps)
        for method in (_search_method(delivery), _POST):
            if await self._limiter.is_backing_off(delivery.team, method):
                return None
        try:
            ts = await self._finder.find(delivery, self._clock.now())
        except PostFailed as e:
            log.warning("cannot look for a delivery", delivery=delivery.id, part=part, code=e.code)
            await self._limiter.back_off(delivery.team, e)
            started = delivery.touched or self._clock.now()
            if e.permanent or self._clock.now() - started > _SEARCHED_FOR:
                return await self._end_unsure(delivery, e)
            return None
        if ts is not None:
            await self._store.deliveries.record(delivery.id, part, ts)
        elif self._rounds[delivery.id] >= _MAX_ROUNDS:
            return await self.fail(delivery, explain_failure("timeout"))
        return await self._store.deliveries.refresh(delivery)

    async def fail(self, delivery: Delivery, failure: Failure) -> Delivery:
        """End a delivery that cannot go on; what is in the channel already counts as posted."""
        subscriptions, team = self._store.subscriptions, delivery.team
        if failure.action is FailureAction.PAUSE_WORKSPACE:
            for each in await subscriptions.get_all(team):
                await subscriptions.set_last_result(team, each.channel, failure.text, pause=True)
        state = DeliveryState.POSTED if delivery.part_timestamps else DeliveryState.FAILED
        # A channel that took the first part is not closed to us, whatever becomes of its thread.
        pause = state is DeliveryState.FAILED and failure.action in _PAUSING
        subscription = await subscriptions.get(team, delivery.channel)
        ended = await self._end(delivery, state, failure.text, failure.text, pause=pause)
        is_closed = pause and failure.action is FailureAction.PAUSE_CHANNEL
        if is_closed and subscription and not subscription.paused:
            await self._tell_owner(subscription, failure)
        return ended

    async def _tell_owner(self, subscription: Subscription, failure: Failure) -> None:
        """Tell the subscriber, once, that a channel's digests stopped and what brings them back."""
        team, channel = subscription.team, subscription.channel
        if channel.startswith("D"):
            return  # it is their own direct messages that are closed
        try:
            direct = await self._chat.direct(team, subscription.created_by)
            if await self._limiter.acquire(team, direct, _POST):
                await self._chat.post(team, direct, digests_stopped_message(channel, failure.text))
        except PostFailed as e:
            log.warning("owner could not be told", team=team, channel=channel, code=e.code)

    async def _send_part(
        self, delivery: Delivery, digest: Digest, message: Message, is_held: LockCheck
    ) -> Delivery:
        """Send the next part, again where Slack refuses it for now, and record it."""
        following: Message | None = message
        attempt = 0
        while following and (begun := await self._begin_part(delivery, digest, is_held)):
            delivery = begun
            part = len(delivery.part_timestamps)
            try:
                ts = await self._post(delivery, following)
            except PostFailed as e:
                log.warning("post failed", delivery=delivery.id, part=part, code=e.code)
                following = await self._handle_failure(e, delivery, following, attempt)
                attempt += 1
            else:
                self._limiter.record_post(delivery.team, delivery.channel)
                await self._store.deliveries.record(delivery.id, part, ts)
                break
        return await self._store.deliveries.refresh(delivery)

    async def _begin_part(
        self, delivery: Delivery, digest: Digest, is_held: LockCheck
    ) -> Delivery | None:
        """Check turn, spans and lock; then record "sending".

        Return None where the part may not go out. "Sending" is recorded after all that takes time,
        so that a stop while we wait leaves nothing in doubt. Each attempt records it anew: a search
        for the message starts from that moment.
        """
        if not await self._limiter.acquire(delivery.team, delivery.channel, _POST):
            return None
        if await self._has_mismatches(digest):
            await self.fail(delivery, Failure(*messages.pair("mismatch")))
            return None
        if not delivery.part_timestamps and not await self._is_showable(delivery.team, digest):
            await self.fail(delivery, Failure(*messages.pair("changed")))
            return None
        now = self._clock.now()
        last_try = delivery.touched if delivery.state is DeliveryState.SENDING else None
        started = await self._store.deliveries.start_sending(
            delivery.id, now, resend_unless_touched_since=last_try
        )
        if not started or not await is_held():
            return None
        return replace(delivery, state=DeliveryState.SENDING, touched=now)

    async def _handle_failure(
        self, error: PostFailed, delivery: Delivery, message: Message, attempt: int
    ) -> Message | None:
        """Return what to send after a failure, None where it ends here, for now or for good."""
        failure = explain_failure(error.code)
        await self._limiter.back_off(delivery.team, error)
        if error.unsure:
            self._count_round(delivery)  # the next search finds out what came of it
            return None
        if failure.action is FailureAction.RESEND_AS_TEXT and message.blocks:
            plainer = without_pictures(message)
            return plainer if plainer != message else Message(message.text)
        if failure.action is not FailureAction.RETRY or attempt >= MAX_TRIES - 1:
            await self.fail(delivery, failure)
            return None
        seconds = retry_delay(error, attempt)
        if seconds <= MAX_WAIT.total_seconds():
            return message if await self._limiter.wait(seconds) else None
        pause = timedelta(seconds=min(seconds, MAX_PAUSE.total_seconds()))
        self._postponed_until[delivery.id] = self._clock.now() + pause
        _forget_oldest(self._postponed_until)
        if self._count_round(delivery):
            await self.fail(delivery, failure)
        return None

    async def _post(self, delivery: Delivery, message: Message) -> str:
        stamp = MessageMetadata(delivery.id, delivery.key, len(delivery.part_timestamps))
        thread = delivery.part_timestamps[0] if delivery.part_timestamps else None
        team, channel = delivery.team, delivery.channel
        return await self._chat.post(team, channel, message, stamp=stamp, thread=thread)

    def _count_round(self, delivery: Delivery) -> bool:
        """Count a round that leaves the part in "sending"; return whether the limit is reached."""
        self._rounds[delivery.id] += 1
        _forget_oldest(self._rounds)
        return self._rounds[delivery.id] >= _MAX_ROUNDS

    async def _end_unsure(self, delivery: Delivery, error: PostFailed) -> Delivery:
        state = DeliveryState.POSTED if delivery.part_timestamps else DeliveryState.UNSURE
        failure = Failure(*messages.pair("no_answer"))
        if error.code == "too_much_history":
            failure = explain_failure(error.code)
        return await self._end(delivery, state, failure.text, failure.text)

    async def _end(
        self,
        delivery: Delivery,
        state: DeliveryState,
        reason: str | None,
        note: str,
        *,
        pause: bool = False,
    ) -> Delivery:
        self._rounds.pop(delivery.id, None)
        self._postponed_until.pop(delivery.id, None)
        # Slack's own time where there is one: what a channel was shown is looked up by it.
        times = [datetime.fromtimestamp(float(ts), UTC) for ts in delivery.part_timestamps]
        ended = times[-1] if times else self._clock.now()
        if await self._store.deliveries.finish(delivery.id, state, ended, reason):
            log.info("delivery ended", delivery=delivery.id, state=state.value)
            outcome = PAUSED if pause and state is DeliveryState.FAILED else state
            count_delivery(delivery.kind, outcome, self._lateness(delivery, state))
            subscriptions, team = self._store.subscriptions, delivery.team
            await subscriptions.set_last_result(team, delivery.channel, note, pause=pause)
        return await self._store.deliveries.refresh(delivery)

    def _lateness(self, delivery: Delivery, state: DeliveryState) -> float | None:
        """Return the seconds from a slot to its last part; None where none was, or not posted."""
        if delivery.kind is not DeliveryKind.SCHEDULED or state is not DeliveryState.POSTED:
            return None
        return (self._clock.now() - datetime.fromisoformat(delivery.key)).total_seconds()

    async def _has_mismatches(self, digest: Digest) -> bool:
        """Slice every span out of its article as stored now, and log those that do not hold."""
        cited = {citation.article for citation in digest.citations()}
        wrong = find_mismatches(digest, await self._store.articles.get_texts(cited))
        for citation in wrong:
            log.error("%s", SpanMismatch(citation.article, citation.span.start, citation.span.end))
        return bool(wrong)

    async def _is_showable(self, team: str, digest: Digest) -> bool:
        """Return whether everything in a digest may still be shown."""
        articles = digest.article_ids
        standing = await self._store.articles.find_visible(team, articles, self._clock.now())
        return set(articles) <= standing


def digest_title(digest: Digest) -> str:
    """Return the heading of a digest, with its topic where it has one."""
    if digest.topic:
        return messages.text("title_with_topic", topic=digest.topic)
    return messages.text("title")


def _success(digest: Digest) -> str:
    stories = messages.count("story", len(digest.entries))
    made = digest.made.astimezone(ZoneInfo(digest.zone))
    day, time = f"{made:%a} {made.day} {made:%b}", f"{made:%H:%M}"
    return messages.text("success", stories=stories, day=day, time=time)
