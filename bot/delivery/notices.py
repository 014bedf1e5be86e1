"""Tell whoever added a feed that it broke: once, until it has worked again."""

import structlog

from bot.blocks.answers import feed_broken_message
from bot.intake.feeds import FAILURES_BEFORE_REST
from bot.model import Feed
from bot.model.errors import PostFailed
from bot.model.ports import Chat, Clock
from bot.store import FeedStore

log = structlog.get_logger(__name__)


class FeedNotices:
    """Tells channels of their broken feeds; any number of processes may do so again and again."""

    def __init__(self, feeds: FeedStore, chat: Chat, clock: Clock) -> None:
        self._feeds, self._chat, self._clock = feeds, chat, clock

    async def tell(self) -> int:
        """Post the notices that are due; return how many."""
        broken = await self._feeds.find_broken(FAILURES_BEFORE_REST)
        return sum([await self._tell(feed) for feed in broken])

    async def _tell(self, feed: Feed) -> bool:
        """Record the notice, then post it: a crash leaves it unsaid, never said twice."""
        team, channel = feed.team, feed.asked_by
        if team is None or channel is None:
            return False
        if not await self._feeds.mark_reported(feed, self._clock.now()):
            return False
        try:
            await self._chat.post(team, channel, feed_broken_message(feed))
        except PostFailed as e:
            log.warning("feed's channel not told", feed=feed.id, code=e.code)
            if not e.permanent and not e.unsure:
                await self._feeds.mark_reported(feed, None)
            return False
        log.info("feed's channel told", feed=feed.id)
        return True
