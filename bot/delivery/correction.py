"""Editing what was posted, when a source changes or withdraws an article: its old words leave every message."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.blocks.digest import edited_messages
from bot.delivery.digest_builder import load_story_filter
from bot.delivery.rate_limiter import LONGEST_WAIT, TRIES, RateLimiter, pause_after
from bot.delivery.sender import titled
from bot.delivery.slack_errors import FailureAction, explain_failure
from bot.model import Delivery, Digest, Message, StoryFilter
from bot.model.errors import PostFailed, SpanMismatch
from bot.model.ports import Chat
from bot.store import Store
from bot.stories.citations import find_mismatches
from bot.stories.people import EMPTY_DIRECTORY, Directory
from bot.stories.revision import revise

log = structlog.get_logger(__name__)


class Correction:
    """Edits messages of posted deliveries; editing one twice changes nothing."""

    def __init__(
        self,
        store: Store,
        chat: Chat,
        pace: RateLimiter,
        *,
        title: str,
        actors: Directory = EMPTY_DIRECTORY,
        wait: Callable[[float], Awaitable[bool]],
    ) -> None:
        """`title` and `wait` as for a Passage; `actors` are those known under several spellings."""
        self._actors = actors
        self._store, self._chat, self._pace, self._title, self._wait = (
            store,
            chat,
            pace,
            title,
            wait,
        )

    async def correct(self, delivery: Delivery, now: datetime) -> int:
        """Make a delivery's messages say what its sources say now; how many were edited.

        What Slack may take later stays to be corrected; what it will never take (a message deleted, or too old to
        edit) counts as done. Raise SpanMismatch rather than show words that do not stand in their article.
        """
        posted, shown = delivery.digest, delivery.shown
        if posted is None or shown is None:
            return 0
        left = await self._revised(delivery, shown, now)
        if left == shown:
            await self._store.deliveries.record_edit(delivery.id, shown, now)
            return 0
        title = titled(self._title, posted)
        before = edited_messages(posted, shown, channel_title=title)
        after = edited_messages(posted, left, channel_title=title)
        edits = [
            (ts, new)
            for ts, old, new in zip(delivery.posted, before, after, strict=False)
            if old != new
        ]
        results = [await self._edit(delivery, ts, message) for ts, message in edits]
        if None not in results:
            await self._store.deliveries.record_edit(delivery.id, left, now)
        return sum(result is True for result in results)

    async def _revised(self, delivery: Delivery, shown: Digest, now: datetime) -> Digest:
        """Give what the messages should say, each word of what is new in it proved."""
        articles = self._store.articles
        cited = {*shown.article_ids, *(citation.article for citation in shown.citations())}
        withdrawn = await articles.find_withdrawn(cited)
        newest = await articles.get_newest_versions(delivery.team, cited - withdrawn, now)
        story_filter = await load_story_filter(
            self._store.preferences,
            delivery.team,
            delivery.channel,
            StoryFilter(),
            now,
            self._actors,
        )
        left = revise(shown, withdrawn, newest, now=now, muted=story_filter.muted)
        held = {stored.id: stored.article for stored in newest.values()}
        for wrong in find_mismatches(left, held):
            if wrong.article in held:
                raise SpanMismatch(wrong.article, wrong.span.start, wrong.span.end)
        return left

    async def _edit(self, delivery: Delivery, ts: str, message: Message) -> bool | None:
        """Edit one message: whether it was, None where that may still be done later."""
        for turn in range(TRIES):
            if not await self._pace.turn(delivery.team, delivery.channel, "chat.update"):
                return None
            try:
                await self._chat.update(delivery.team, delivery.channel, ts, message)
            except PostFailed as e:
                log.warning("edit failed", delivery=delivery.id, code=e.code)
                await self._pace.slow_down(delivery.team, e)
                if explain_failure(e.code).course is not FailureAction.RETRY:
                    return False
                if not await self._wait(min(pause_after(e, turn), LONGEST_WAIT.total_seconds())):
                    return None
            else:
                return True
        return None
