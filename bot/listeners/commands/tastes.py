"""`follow`, `mute`, `unfollow`: what this channel wants more and less of."""



from bot.blocks import tastes
from bot.delivery.wishes import REMEMBERED
from bot.listeners import orders
from bot.listeners.ask import Ask
from bot.listeners.rights import require_right
from bot.listeners.services import Services
from bot.model import Leaning, Wish


async def follow(order: orders.Follow, ask: Ask, services: Services) -> None:
    """Lift an actor here, or list whom the channel follows and mutes."""
    await _wish(order.name, Leaning.FOLLOW, ask, services)


async def mute(order: orders.Mute, ask: Ask, services: Services) -> None:
    """Hide an actor here, or list whom the channel follows and mutes."""
    await _wish(order.name, Leaning.MUTE, ask, services)


async def unfollow(order: orders.Unfollow, ask: Ask, services: Services) -> None:
    """Neither lift nor hide an actor any more."""
    await require_right(ask, services, ask.channel)
    await ask.answer(tastes.let_go(order.name, await services.store.tastes.unwish(ask.team, ask.channel, order.name)))


async def _wish(name: str | None, leaning: Leaning, ask: Ask, services: Services) -> None:
    now = services.clock.now()
    if name is None:
        wishes = await services.store.tastes.wishes(ask.team, ask.channel)
        votes = await services.store.tastes.votes(ask.team, ask.channel, now - REMEMBERED)
        useful = sum(vote.useful for vote in votes)
        await ask.answer(tastes.wishes_listed(wishes, useful, len(votes) - useful, now))
        return
    await require_right(ask, services, ask.channel)
    wish = Wish(ask.team, ask.channel, name, leaning, ask.person, now)
    before = await services.store.tastes.wish(wish)
    heard = await services.store.articles.said_by(ask.team, name, now, limit=1)
    await ask.answer(tastes.wished(wish, before, heard=bool(heard)))
