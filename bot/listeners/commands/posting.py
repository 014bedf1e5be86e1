"""`/digest` alone, `now`, `history`: digests that a person asks for, and those that were posted."""

from bot.blocks import answers
from bot.blocks.preview import nothing_new, preview_message
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.places import zone_of
from bot.listeners.progress import told_of
from bot.listeners.services import Services


async def preview(_: orders.Preview, ask: SlackRequest, services: Services) -> None:
    """Show what would be posted here, to this person only; nothing counts as seen."""
    subscription = await services.store.subscriptions.get(ask.team, ask.channel)
    zone = await zone_of(ask, services, subscription)
    digest = await services.digests.preview(ask.team, ask.channel, zone=zone)
    shown = (
        preview_message(digest, key=f"preview:{ask.key}") if digest.entries else nothing_new(digest)
    )
    await ask.answer(shown)


async def now(order: orders.Now, ask: SlackRequest, services: Services) -> None:
    """Post what the channel has not seen; the command's id keeps a repeated delivery from posting twice."""
    zone = await zone_of(
        ask, services, await services.store.subscriptions.get(ask.team, ask.channel)
    )
    posting = services.digests.post_now(
        ask.team, ask.channel, key=ask.key, topic=order.topic, zone=zone
    )
    await ask.answer(answers.delivered(await told_of(ask, "Composing the digest", posting)))


async def history(_: orders.History, ask: SlackRequest, services: Services) -> None:
    """List the last digests of this channel."""
    deliveries = await services.store.deliveries.get_history(ask.team, ask.channel)
    await ask.answer(answers.history(deliveries, services.clock.now()))
