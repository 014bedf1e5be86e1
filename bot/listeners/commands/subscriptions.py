"""`subscribe`, `settings`, `list`, `pause`, `resume`, `unsubscribe`: a channel's standing order."""

from dataclasses import replace

from bot.blocks import answers
from bot.listeners import orders
from bot.listeners import subscription_commands as do
from bot.listeners.actions.settings import filled_modal
from bot.listeners.ask import SlackRequest
from bot.listeners.orders import Subscribe
from bot.listeners.places import channel_of, standing, visible
from bot.listeners.schedule_parser import render_subscribe
from bot.listeners.services import Services
from bot.listeners.undo import dump_undo
from bot.model.errors import UsageError


async def subscribe(order: orders.Subscribe, ask: SlackRequest, services: Services) -> None:
    """Save at once; answer with the schedule, the next two times and Undo."""
    _refuse_other_channel(order, ask)
    channel = await channel_of(ask, services, me=order.me)
    after, before = await do.change(order, ask, services, channel)
    notes = ("It was paused, and runs again.",) if before and before.paused else ()
    await ask.answer(
        answers.subscribed(after, services.clock.now(), dump_undo(channel, before), notes=notes)
    )


async def settings(order: orders.Settings, ask: SlackRequest, services: Services) -> None:
    """Open the form, filled in with what stands here, or with what a bare `subscribe` would make."""
    channel = await channel_of(ask, services, me=order.me)
    before = await services.store.subscriptions.get(ask.team, channel)
    shown = before or await do.ordered(Subscribe(), ask, services, channel, None)
    if not ask.trigger:
        raise UsageError(
            "A form opens only from a typed `/digest settings` or a button.", "/digest settings"
        )
    await ask.open_modal(await filled_modal(shown, services, anywhere=False))


def _refuse_other_channel(order: orders.Subscribe, ask: SlackRequest) -> None:
    """Nobody subscribes a channel from outside it: its people see who did."""
    if order.channel not in {None, ask.channel}:
        here = render_subscribe(replace(order, channel=None))
        raise UsageError(
            "A channel is subscribed from inside: type this in that channel.", f"/digest {here}"
        )


async def list_all(_: orders.List, ask: SlackRequest, services: Services) -> None:
    """List what this person may see of the workspace's subscriptions."""
    subscriptions, more = await visible(await services.store.subscriptions.get_all(ask.team), ask)
    await ask.answer(answers.listed(subscriptions, more=more is not None))


async def pause(order: orders.Pause, ask: SlackRequest, services: Services) -> None:
    """Stop the schedule, keep the settings."""
    subscription = await standing(ask, services, await channel_of(ask, services, me=order.me))
    await ask.answer(answers.paused(await do.pause(ask, services, subscription)))


async def resume(order: orders.Resume, ask: SlackRequest, services: Services) -> None:
    """Go on at the next slot from now."""
    subscription = await standing(ask, services, await channel_of(ask, services, me=order.me))
    await ask.answer(
        answers.resumed(await do.resume(ask, services, subscription), services.clock.now())
    )


async def unsubscribe(order: orders.Unsubscribe, ask: SlackRequest, services: Services) -> None:
    """Forget the subscription; Undo brings it back."""
    subscription = await standing(ask, services, await channel_of(ask, services, me=order.me))
    await do.end(ask, services, subscription.channel)
    await ask.answer(
        answers.unsubscribed(subscription, dump_undo(subscription.channel, subscription))
    )
