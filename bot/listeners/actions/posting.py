"""Buttons that post: a preview, and a digest of which nobody knows whether it arrived."""

from bot.blocks.answers import delivered
from bot.listeners.ask import SlackRequest
from bot.listeners.places import zone_of
from bot.listeners.services import Services
from bot.model.errors import NotFound


async def post_preview(ask: SlackRequest, services: Services) -> None:
    """Post what is new now; the button carries the delivery's key, so that two presses post once."""
    zone = await zone_of(
        ask, services, await services.store.subscriptions.get(ask.team, ask.channel)
    )
    done = await services.digests.post_now(ask.team, ask.channel, key=ask.value, zone=zone)
    await ask.answer(delivered(done), replace=True)


async def post_anyway(ask: SlackRequest, services: Services) -> None:
    """Post it, for better or worse: a person has looked."""
    delivery = await services.store.deliveries.get(int(ask.value))
    if delivery.team != ask.team:
        raise NotFound(f"no delivery {delivery.id} in this workspace")
    await ask.answer(delivered(await services.digests.post_anyway(delivery.id)))
