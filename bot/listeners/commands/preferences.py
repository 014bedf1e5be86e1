"""`follow`, `mute`, `unfollow`: what this channel wants more and less of."""

from bot.blocks import preferences
from bot.delivery.preferences import REMEMBERED
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.permissions import require_right
from bot.listeners.services import Services
from bot.model import ActorPreference, PreferenceKind


async def follow(order: orders.Follow, ask: SlackRequest, services: Services) -> None:
    """Lift an actor here, or list whom the channel follows and mutes."""
    await _wish(order.name, PreferenceKind.FOLLOW, ask, services)


async def mute(order: orders.Mute, ask: SlackRequest, services: Services) -> None:
    """Hide an actor here, or list whom the channel follows and mutes."""
    await _wish(order.name, PreferenceKind.MUTE, ask, services)


async def unfollow(order: orders.Unfollow, ask: SlackRequest, services: Services) -> None:
    """Neither lift nor hide an actor any more."""
    await require_right(ask, services, ask.channel)
    await ask.answer(
        preferences.let_go(
            order.name,
            await services.store.preferences.remove_actor(ask.team, ask.channel, order.name),
        )
    )


async def _wish(
    name: str | None, leaning: PreferenceKind, ask: SlackRequest, services: Services
) -> None:
    now = services.clock.now()
    if name is None:
        wishes = await services.store.preferences.get_actors(ask.team, ask.channel)
        votes = await services.store.preferences.get_votes(ask.team, ask.channel, now - REMEMBERED)
        useful = sum(vote.useful for vote in votes)
        await ask.answer(preferences.wishes_listed(wishes, useful, len(votes) - useful, now))
        return
    await require_right(ask, services, ask.channel)
    wish = ActorPreference(ask.team, ask.channel, name, leaning, ask.person, now)
    before = await services.store.preferences.save_actor(wish)
    heard = await services.store.articles.find_statements_by(ask.team, name, now, limit=1)
    await ask.answer(preferences.wished(wish, before, heard=bool(heard)))
