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
        """Take out of a delivery's messages what was withdrawn; how many were edited."""
        digest = delivery.digest
        if digest is None:
            return 0
        left = without(digest, await self._store.articles.withdrawn({c.article for c in digest.citations()}))
        if left == digest:
            return 0
        title = titled(self._title, digest)
        before = digest_messages(digest, channel_title=title)
        after = corrected_messages(digest, left, channel_title=title)
        edits = [(ts, new) for ts, old, new in zip(delivery.posted, before, after, strict=False) if old != new]
        return sum([await self._edit(delivery, ts, message) for ts, message in edits])

    async def _edit(self, delivery: Delivery, ts: str, message: Message) -> bool:
        """Edit one message, trying again where that may help; one that cannot be edited does not stop the others."""
        for turn in range(_TRIES):
            await self._pace.turn(delivery.team, delivery.channel)
            try:
                await self._chat.update(delivery.team, delivery.channel, ts, message)
            except PostFailed as e:
                log.warning("edit failed", delivery=delivery.id, code=e.code)
                seconds = e.retry_after if e.retry_after is not None else _FIRST_WAIT * 2**turn
                if explain(e.code).course is not Course.RETRY or not await self._wait(min(seconds, _LONGEST_WAIT)):
                    return False
            else:
                return True
        return False
