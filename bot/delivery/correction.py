"""Taking back what was posted, when a source withdraws an article: its words leave every message they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.blocks.digest import corrected_messages, digest_messages
from bot.delivery.failures import Course, explain
from bot.delivery.passage import titled
from bot.errors import PostFailed
from bot.stories.withdrawal import without

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.delivery.pace import Pace
    from bot.model import Delivery, Message
    from bot.ports import Chat, Store

log = structlog.get_logger(__name__)

_TRIES = 4
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 60.0


class Correction:
    """Edits messages of posted deliveries; editing one twice changes nothing."""

    def __init__(
        self, store: Store, chat: Chat, pace: Pace, *, title: str, wait: Callable[[float], Awaitable[bool]]
    ) -> None:
        """`title` and `wait` as for a Passage."""
        self._store, self._chat, self._pace, self._title, self._wait = store, chat, pace, title, wait

    async def correct(self, delivery: Delivery) -> int:
        """Take out of a delivery's messages what was withdrawn; how many were edited.

        What Slack may take later stays to be corrected; what it will never take counts as done.
        """
        digest = delivery.digest
        if digest is None:
            return 0
        withdrawn = await self._store.articles.withdrawn({citation.article for citation in digest.citations()})
        left = without(digest, withdrawn)
        if left == digest:
            return 0
        title = titled(self._title, digest)
        before = digest_messages(digest, channel_title=title)
        after = corrected_messages(digest, left, channel_title=title)
        edits = [(ts, new) for ts, old, new in zip(delivery.posted, before, after, strict=False) if old != new]
        results = [await self._edit(delivery, ts, message) for ts, message in edits]
        if None not in results:
            await self._store.deliveries.corrected(delivery.id, withdrawn)
        return sum(result is True for result in results)

    async def _edit(self, delivery: Delivery, ts: str, message: Message) -> bool | None:
        """Edit one message: whether it was, None where that may still be done later."""
        for turn in range(_TRIES):
            if not await self._pace.turn(delivery.team, delivery.channel, "chat.update"):
                return None
            try:
                await self._chat.update(delivery.team, delivery.channel, ts, message)
            except PostFailed as e:
                log.warning("edit failed", delivery=delivery.id, code=e.code)
                await self._pace.slow_down(delivery.team, e)
                if explain(e.code).course is not Course.RETRY:
                    return False
                seconds = e.retry_after if e.retry_after is not None else _FIRST_WAIT * 2**turn
                if not await self._wait(min(seconds, _LONGEST_WAIT)):
                    return None
            else:
                return True
        return None
