"""`feeds`: the remote feeds that a workspace reads."""

from bot.blocks import answers
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.orders import FeedAction
from bot.listeners.permissions import require_feeds
from bot.listeners.progress import told_of
from bot.listeners.services import Services
from bot.model.errors import UsageError


async def feeds(order: orders.Feeds, ask: SlackRequest, services: Services) -> None:
    """List, add or remove."""
    if order.action is FeedAction.ADD and order.url:
        await _add(order.url, ask, services)
    elif order.action is FeedAction.REMOVE and order.number is not None:
        await _remove(order.number, ask, services)
    else:
        own, shared = (
            await services.store.feeds.get_all(ask.team),
            await services.store.feeds.get_all(None),
        )
        await ask.answer(answers.feeds_listed(own, len(shared)))


async def _add(url: str, ask: SlackRequest, services: Services) -> None:
    await require_feeds(ask, services)
    feed = await told_of(ask, "Looking at the feed", services.feeds.add(url, ask.team, ask.channel))
    await ask.answer(answers.feed_added(feed))


async def _remove(number: int, ask: SlackRequest, services: Services) -> None:
    await require_feeds(ask, services)
    if not await services.store.feeds.remove(number, ask.team):
        raise UsageError(f"This workspace has no feed {number}.", "/digest feeds")
    await ask.answer(answers.feed_removed(number))
