"""`feeds`: the remote feeds that a workspace reads."""



from bot.blocks import answers
from bot.errors import UsageError
from bot.listeners import orders
from bot.listeners.ask import Ask
from bot.listeners.orders import FeedAction
from bot.listeners.progress import told_of
from bot.listeners.rights import require_feeds
from bot.listeners.services import Services


async def feeds(order: orders.Feeds, ask: Ask, services: Services) -> None:
    """List, add or remove."""
    if order.action is FeedAction.ADD and order.url:
        await _add(order.url, ask, services)
    elif order.action is FeedAction.REMOVE and order.number is not None:
        await _remove(order.number, ask, services)
    else:
        own, shared = await services.store.feeds.all(ask.team), await services.store.feeds.all(None)
        await ask.answer(answers.feeds_listed(own, len(shared)))


async def _add(url: str, ask: Ask, services: Services) -> None:
    await require_feeds(ask, services)
    feed = await told_of(ask, "Looking at the feed", services.feeds.add(url, ask.team, ask.channel))
    await ask.answer(answers.feed_added(feed))


async def _remove(number: int, ask: Ask, services: Services) -> None:
    await require_feeds(ask, services)
    if not await services.store.feeds.remove(number, ask.team):
        raise UsageError(f"This workspace has no feed {number}.", "/digest feeds")
    await ask.answer(answers.feed_removed(number))
