"""Tell whoever added a feed that it broke: once, until it has worked again."""

import structlog

from bot.blocks.feeds import feed_broken_message
from bot.intake.feeds import FAILURES_BEFORE_REST
from bot.model import Feed
from bot.model.errors import PostFailed
from bot.model.ports import Chat, Clock
from bot.store.sources import FeedStore

log = structlog.get_logger(__name__)


async def report_broken_feeds(feeds: FeedStore, chat: Chat, clock: Clock) -> int:
    """Tell channels of their broken feeds; return how many were told.

    Any number of processes may do so, again and again.
    """
    broken = await feeds.find_broken(FAILURES_BEFORE_REST)
    return sum([await _report(feed, feeds, chat, clock) for feed in broken])


async def _report(feed: Feed, feeds: FeedStore, chat: Chat, clock: Clock) -> bool:
    """Record the notice, then post it: a crash leaves it unsaid, never said twice."""
    team, channel = feed.team, feed.asked_by
    if team is None or channel is None or not await feeds.mark_reported(feed, clock.now()):
        return False
    try:
        await chat.post(team, channel, feed_broken_message(feed))
    except PostFailed as e:
        log.warning("feed's channel not told", feed=feed.id, code=e.code)
        if not e.permanent and not e.unsure:
            await feeds.mark_reported(feed, None)
        return False
    log.info("feed's channel told", feed=feed.id)
    return True
