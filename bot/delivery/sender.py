"""One composed delivery on its way into its channel: part after part, each proved, posted and recorded.

composed -> sending -> (posted, recorded) -> composed -> ... -> posted | failed | unsure

What happens between "sending" and the record is the one thing a crash leaves in doubt. Then, and after
a call that Slack did not answer, the delivery stays in "sending", and the next recovery looks for the
part's metadata in the channel (search.py) before anything else is sent.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.blocks.answers import digests_stopped_message
from bot.blocks.digest import digest_messages
from bot.delivery.metrics import PAUSED, count_delivery
from bot.delivery.rate_limiter import LONGEST_WAIT, TRIES, RateLimiter, pause_after
from bot.delivery.slack_errors import Failure, FailureAction, explain_failure
from bot.model import Delivery, DeliveryKind, DeliveryState, Digest, Message, Subscription
from bot.model.errors import PostFailed, SpanMismatch
from bot.model.ports import Chat, Clock, MessageMetadata
from bot.store import Store
from bot.stories.citations import find_mismatches

Held = Callable[[], Coroutine[object, object, bool]]


log = structlog.get_logger(__name__)

_POST = "chat.postMessage"
# A delivery that Slack leaves without an answer, or sends away for long, is put off so often.
_ROUNDS = 5
# Where Slack does not let us look for so long, a person is asked.
_LOOKED_FOR = timedelta(hours=12)

_NO_ANSWER = Failure(
    FailureAction.STOP,
    "Slack did not say whether it took the digest.",
    "Look in the channel; if it is not there, “Post anyway” posts it.",
)
_SILENT = explain_failure("timeout")
_CHANGED = Failure(
    FailureAction.STOP,
    "An article was withdrawn or changed while the digest waited.",
    "Nothing to do: the next digest shows what stands now.",
)
_MISMATCH = Failure(
    FailureAction.STOP,
    "Words of the digest do not stand in their article as they should, so it was not sent.",
    "Please report it: this is a fault of Dateline's.",
)


# Slack keeps the time of a message, we that of the sending. A clock that is further off than this takes no command
# either: Slack's signatures are good for as long.
_CLOCK_SKEW = timedelta(minutes=5)
# A thousand messages, fifteen a page: in a channel where more was said since, a person looks quicker.
_PAGES = 67
# Deliveries that something is kept of at one time.
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a search has come."""

    part: int
    pages: int = 0
    cursor: str | None = None


def method_of(delivery: Delivery) -> str:
    """What a search for the next part of a delivery calls."""
    return "conversations.replies" if delivery.posted else "conversations.history"


class PostedMessageFinder:
    """Finds parts; goes on where a limit of Slack's cut it short."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._places: dict[int, _Place] = {}

    async def find(self, delivery: Delivery) -> str | None:
        """Give the `ts` of the part that was being sent; None where it is not there.

        Raise PostFailed, with "too_much_history" where more was said since than is read.
        """
        part = len(delivery.posted)
        place = self._places.pop(delivery.id, _Place(part))
        if place.part != part:
            place = _Place(part)
        since = (delivery.touched or delivery.since) - _CLOCK_SKEW
        thread = delivery.posted[0] if delivery.posted else None
        while place.pages < _PAGES:
            try:
                found, cursor = await self._chat.find(
                    delivery.team,
                    delivery.channel,
                    delivery.id,
                    since,
                    thread=thread,
                    cursor=place.cursor,
                )
            except PostFailed as e:
                if not e.permanent and e.code != "invalid_cursor":
                    self._places[delivery.id] = place
                    forget_oldest(self._places)
                raise
            if part in found or cursor is None:
                return found.get(part)
            place = replace(place, pages=place.pages + 1, cursor=cursor)
        raise PostFailed(method_of(delivery), "too_much_history", permanent=True)


def forget_oldest(kept: dict[int, Any]) -> None:
    """Keep no more than so many: another process may have ended a delivery that we keep something of."""
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]


class DeliverySender:
    """Sends composed deliveries; the caller holds the right to post to their channel."""

    def __init__(
        self,
        store: Store,
        chat: Chat,
        clock: Clock,
        pace: RateLimiter,
        *,
        title: str,
        wait: Callable[[float], Awaitable[bool]],
    ) -> None:
        """`wait` sleeps so many seconds, and answers False when Dateline is stopping instead."""
        self._store, self._chat, self._clock, self._pace = store, chat, clock, pace
        self._title, self._wait = title, wait
        self._search = PostedMessageFinder(chat)
        self._rounds: Counter[int] = Counter()
        self._rests_until: dict[int, datetime] = {}

    def rests(self, delivery: Delivery) -> bool:
        """Whether Slack asked to leave a delivery alone for now."""
        until = self._rests_until.get(delivery.id)
        return until is not None and self._clock.now() < until

    async def go(self, delivery: Delivery, held: Held) -> Delivery:
        """Send what is left of a composed delivery; give it as it then stands."""
        digest = delivery.digest
        if digest is None:
            return delivery
        messages = digest_messages(digest, channel_title=titled(self._title, digest))
        while len(delivery.posted) < len(messages):
            posted = delivery.posted
            delivery = await self._step(delivery, digest, messages[len(posted)], held)
            if delivery.state is not DeliveryState.COMPOSED or delivery.posted == posted:
                return delivery
        return await self._end(delivery, DeliveryState.POSTED, None, _success(digest))

    async def look(self, delivery: Delivery) -> Delivery | None:
        """Find out what became of a part that was being sent; None when that cannot be known for now.

        What is found is recorded. What is not there was not posted: the delivery stays in "sending".
        """
        part = len(delivery.posted)
        if await self._resting(delivery.team, method_of(delivery)):
            return None
        try:
            ts = await self._search.find(delivery)
        except PostFailed as e:
            log.warning("cannot look for a delivery", delivery=delivery.id, part=part, code=e.code)
            await self._pace.slow_down(delivery.team, e)
            return (
                await self._unsure(delivery, e)
                if e.permanent or self._looked_long(delivery)
                else None
            )
        if ts is not None:
            await self._store.deliveries.record(delivery.id, part, ts)
        elif self._rounds[delivery.id] >= _ROUNDS:
            return await self.fail(delivery, _SILENT)
        return await self._store.deliveries.refresh(delivery)

    async def fail(self, delivery: Delivery, failure: Failure) -> Delivery:
        """End a delivery that cannot go on; what is in the channel already counts as posted."""
        if failure.course is FailureAction.END:
            for one in await self._store.subscriptions.get_all(delivery.team):
                await self._store.subscriptions.set_last_result(
                    delivery.team, one.channel, failure.text, pause=True
                )
        state = DeliveryState.POSTED if delivery.posted else DeliveryState.FAILED
        pause = failure.course in {FailureAction.PAUSE, FailureAction.END}
        subscription = await self._store.subscriptions.get(delivery.team, delivery.channel)
        ended = await self._end(delivery, state, failure.text, failure.text, pause=pause)
        if failure.course is FailureAction.PAUSE and subscription and not subscription.paused:
            await self._tell_owner(subscription, failure)
        return ended

    async def _tell_owner(self, subscription: Subscription, failure: Failure) -> None:
        """Say once, to who subscribed, that a channel's digests stopped, and what brings them back."""
        team, channel = subscription.team, subscription.channel
        if channel.startswith("D"):
            return  # it is their own direct messages that are closed
        try:
            direct = await self._chat.direct(team, subscription.created_by)
            if await self._pace.turn(team, direct, _POST):
                await self._chat.post(team, direct, digests_stopped_message(channel, failure.text))
        except PostFailed as e:
            log.warning("owner could not be told", team=team, channel=channel, code=e.code)

    async def _step(
        self, delivery: Delivery, digest: Digest, message: Message, held: Held
    ) -> Delivery:
        """Send the next part and record it."""
        following: Message | None = message
        turn = 0
        while following and (begun := await self._begun(delivery, digest, held)):
            delivery = begun
            try:
                ts = await self._post(delivery, following)
            except PostFailed as e:
                log.warning(
                    "post failed", delivery=delivery.id, part=len(delivery.posted), code=e.code
                )
                following = await self._after(e, delivery, following, turn)
                turn += 1
            else:
                self._pace.answered(delivery.team, delivery.channel)
                await self._store.deliveries.record(delivery.id, len(delivery.posted), ts)
                break
        return await self._store.deliveries.refresh(delivery)

    async def _begun(self, delivery: Delivery, digest: Digest, held: Held) -> Delivery | None:
        """Say in the ledger that a part goes out now: its turn come, its words proved, the right to post still ours.

        None where it may not. "Sending" is written last of what takes time: a stop while we wait leaves nothing in
        doubt. Each try writes it: what Slack does with one is looked for from that moment on, and not too soon.
        """
        if not await self._pace.turn(delivery.team, delivery.channel, _POST):
            return None
        if await self._mismatched(digest):
            await self.fail(delivery, _MISMATCH)
            return None
        if not delivery.posted and not await self._stands(delivery.team, digest):
            await self.fail(delivery, _CHANGED)
            return None
        now = self._clock.now()
        again = delivery.touched if delivery.state is DeliveryState.SENDING else None
        if (
            not await self._store.deliveries.start_sending(delivery.id, now, again=again)
            or not await held()
        ):
            return None
        return replace(delivery, state=DeliveryState.SENDING, touched=now)

    async def _resting(self, team: str, method: str) -> bool:
        """Whether Slack asked for rest from what a search, or the message after it, would call."""
        return await self._pace.rests(team, method) or await self._pace.rests(team, _POST)

    async def _after(
        self, error: PostFailed, delivery: Delivery, message: Message, turn: int
    ) -> Message | None:
        """Give what to send after a failure; None where this is the end of it, for now or for good."""
        failure = explain_failure(error.code)
        await self._pace.slow_down(delivery.team, error)
        if error.unsure:
            self._last_round(delivery)  # and the next look tells what came of it
            return None
        if failure.course is FailureAction.PLAIN and message.blocks:
            return Message(message.text)
        if failure.course is not FailureAction.RETRY or turn >= TRIES - 1:
            await self.fail(delivery, failure)
            return None
        seconds = pause_after(error, turn)
        if seconds <= LONGEST_WAIT.total_seconds():
            return message if await self._wait(seconds) else None
        self._rests_until[delivery.id] = self._clock.now() + timedelta(seconds=seconds)
        forget_oldest(self._rests_until)
        if self._last_round(delivery):
            await self.fail(delivery, failure)
        return None

    async def _post(self, delivery: Delivery, message: Message) -> str:
        stamp = MessageMetadata(delivery.id, delivery.key, len(delivery.posted))
        thread = delivery.posted[0] if delivery.posted else None
        return await self._chat.post(
            delivery.team, delivery.channel, message, stamp=stamp, thread=thread
        )

    def _last_round(self, delivery: Delivery) -> bool:
        """Count a round after which the part stays in "sending", for a later recovery; whether it was the last."""
        self._rounds[delivery.id] += 1
        forget_oldest(self._rounds)
        return self._rounds[delivery.id] >= _ROUNDS

    def _looked_long(self, delivery: Delivery) -> bool:
        return delivery.touched is not None and self._clock.now() - delivery.touched > _LOOKED_FOR

    async def _unsure(self, delivery: Delivery, why: PostFailed) -> Delivery:
        state = DeliveryState.POSTED if delivery.posted else DeliveryState.UNSURE
        text = (explain_failure(why.code) if why.code == "too_much_history" else _NO_ANSWER).text
        return await self._end(delivery, state, text, text)

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
        self._rests_until.pop(delivery.id, None)
        if await self._store.deliveries.finish(delivery.id, state, self._clock.now(), reason):
            log.info("delivery ended", delivery=delivery.id, state=state.value)
            outcome = PAUSED if pause and state is DeliveryState.FAILED else state
            count_delivery(delivery.kind, outcome, self._lateness(delivery, state))
            await self._store.subscriptions.set_last_result(
                delivery.team, delivery.channel, note, pause=pause
            )
        return await self._store.deliveries.refresh(delivery)

    def _lateness(self, delivery: Delivery, state: DeliveryState) -> float | None:
        """Seconds from the slot to its last part; None for what no schedule asked for, or was not posted."""
        if delivery.kind is not DeliveryKind.SCHEDULED or state is not DeliveryState.POSTED:
            return None
        return (self._clock.now() - datetime.fromisoformat(delivery.key)).total_seconds()

    async def _mismatched(self, digest: Digest) -> bool:
        """Slice every span out of its article once more, as stored now."""
        cited = {citation.article for citation in digest.citations()}
        wrong = find_mismatches(digest, await self._store.articles.get_texts(cited))
        for citation in wrong:
            log.error("%s", SpanMismatch(citation.article, citation.span.start, citation.span.end))
        return bool(wrong)

    async def _stands(self, team: str, digest: Digest) -> bool:
        """Whether everything in a digest may still be shown."""
        told = digest.article_ids
        return set(told) <= await self._store.articles.find_visible(team, told, self._clock.now())


def titled(title: str, digest: Digest) -> str:
    """Head a digest: the same at each try."""
    return f"{title}: {digest.topic}" if digest.topic else title


def _success(digest: Digest) -> str:
    stories = len(digest.entries)
    made = digest.made.astimezone(ZoneInfo(digest.zone))
    return f"Posted {stories} {'story' if stories == 1 else 'stories'} on {made:%a} {made.day} {made:%b at %H:%M}."
