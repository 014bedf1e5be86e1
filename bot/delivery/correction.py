"""Edit posted messages when a source changes or withdraws an article that they show."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.blocks.digest import edited_messages, without_pictures
from bot.delivery.digest_builder import find_spellings
from bot.delivery.rate_limiter import MAX_TRIES, MAX_WAIT, RateLimiter, retry_delay
from bot.delivery.sender import digest_title
from bot.delivery.slack_errors import FailureAction, explain_failure
from bot.model import Delivery, Digest, Message, PreferenceKind, StoredArticle
from bot.model.errors import PostFailed, SpanMismatch
from bot.model.ports import Chat
from bot.store import Store
from bot.stories.citations import find_mismatches
from bot.stories.people import Directory
from bot.stories.revision import revise

log = structlog.get_logger(__name__)


class Correction:
    """Edits messages of posted deliveries; editing one twice changes nothing."""

    def __init__(self, store: Store, chat: Chat, limiter: RateLimiter, actors: Directory) -> None:
        """`actors` are those known under several spellings."""
        self._store, self._chat, self._limiter, self._actors = store, chat, limiter, actors

    async def correct(self, delivery: Delivery, now: datetime) -> int:
        """Make a delivery's messages say what its sources say now; return how many were edited.

        What Slack may take later stays to be corrected; what it will never take (a message deleted,
        or too old to edit) counts as done. Raise SpanMismatch rather than show words that do not
        stand in their article.
        """
        posted, shown = delivery.digest, delivery.shown
        if posted is None or shown is None:
            return 0
        revised = await self._revise(delivery, shown, now)
        results: list[bool | None] = []
        if revised != shown:
            title = digest_title(posted)
            before = edited_messages(posted, shown, channel_title=title)
            after = edited_messages(posted, revised, channel_title=title)
            results = [
                await self._edit(delivery, ts, new)
                for ts, old, new in zip(delivery.part_timestamps, before, after, strict=False)
                if old != new
            ]
        if None not in results:
            await self._store.deliveries.record_edit(delivery.id, revised, now)
        return results.count(True)

    async def _revise(self, delivery: Delivery, shown: Digest, now: datetime) -> Digest:
        """Return what the messages should say, each new word of it proved."""
        articles = self._store.articles
        cited = {*shown.article_ids, *(citation.article for citation in shown.citations())}
        withdrawn = await articles.find_withdrawn(cited)
        newest = await articles.get_newest_versions(delivery.team, cited - withdrawn, now)
        wishes = await self._store.preferences.get_actors(delivery.team, delivery.channel)
        muted = find_spellings(wishes, PreferenceKind.MUTE, self._actors)
        seen = await self._get_seen(delivery, shown, newest, now)
        revised = revise(shown, withdrawn, newest, now=now, muted=muted, seen=seen)
        known = {stored.id: stored.article for stored in newest.values()}
        for wrong in find_mismatches(revised, known):
            if wrong.article in known:
                raise SpanMismatch(wrong.article, wrong.span.start, wrong.span.end)
        return revised

    async def _get_seen(
        self, delivery: Delivery, shown: Digest, newest: Mapping[int, StoredArticle], now: datetime
    ) -> dict[int, tuple[StoredArticle, ...]]:
        """Return, by story that is to be composed anew, what else the channel was shown of it."""
        seen: dict[int, tuple[StoredArticle, ...]] = {}
        for entry in shown.entries:
            known = [number for number in entry.articles if number in newest]
            current = [newest[number] for number in known]
            if not entry.update or known == [stored.id for stored in current]:
                continue  # nothing of it has a newer version
            story = await self._store.articles.get_story(delivery.team, current[0].story, now)
            since = min(stored.seen for stored in story.articles)
            history = await self._store.deliveries.get_channel_history(
                delivery.team, delivery.channel, since
            )
            others = history.articles - {stored.id for stored in current} - {*entry.articles}
            seen[entry.story] = tuple(a for a in story.articles if a.id in others)
        return seen

    async def _edit(self, delivery: Delivery, ts: str, message: Message) -> bool | None:
        """Edit one message; return whether it was edited, None where that may be done later."""
        for attempt in range(MAX_TRIES):
            if not await self._limiter.acquire(delivery.team, delivery.channel, "chat.update"):
                return None
            try:
                await self._chat.update(delivery.team, delivery.channel, ts, message)
            except PostFailed as e:
                log.warning("edit failed", delivery=delivery.id, code=e.code)
                await self._limiter.back_off(delivery.team, e)
                action = explain_failure(e.code).action
                plainer = without_pictures(message)
                if action is FailureAction.RESEND_AS_TEXT and plainer != message:
                    message = plainer
                    continue
                if action is not FailureAction.RETRY:
                    return False
                if not await self._limiter.wait(
                    min(retry_delay(e, attempt), MAX_WAIT.total_seconds())
                ):
                    return None
            else:
                return True
        return None
