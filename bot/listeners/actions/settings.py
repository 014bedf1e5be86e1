"""Buttons in App Home: change a subscription, set one up."""

from typing import Any

from bot.blocks.answers import preview_lines
from bot.blocks.settings import ANYWHERE, settings_modal
from bot.listeners.ask import SlackRequest
from bot.listeners.orders import Subscribe
from bot.listeners.places import may_see
from bot.listeners.services import Services
from bot.listeners.subscription_commands import ordered
from bot.model import Subscription
from bot.model.errors import NotFound


async def open_settings(ask: SlackRequest, services: Services) -> None:
    """Open the form of the button's channel, or an empty one where the person chooses the channel."""
    if ask.value == ANYWHERE:
        await new_digest(ask, services)
        return
    standing = await services.store.subscriptions.get(ask.team, ask.value)
    # An invitation's button stands in the channel itself, before anything is subscribed there.
    first = ask.value == ask.channel and standing is None
    shown = await ordered(Subscribe(), ask, services, ask.value, None) if first else standing
    if shown is None or not await may_see(shown, ask):
        raise NotFound("That subscription was ended.")
    await ask.open_modal(await filled_modal(shown, services, anywhere=False))


async def filled_modal(
    shown: Subscription, services: Services, *, anywhere: bool
) -> dict[str, Any]:
    """Give the form with what it would bring now."""
    held = preview_lines(shown, await services.digests.trial(shown), services.clock.now())
    return settings_modal(shown, anywhere=anywhere, preview=held)


async def new_digest(ask: SlackRequest, services: Services) -> None:
    """Open an empty form; also a global shortcut."""
    mine = await services.chat.direct(ask.team, ask.person)
    first = await ordered(Subscribe(), ask, services, mine, None)
    await ask.open_modal(await filled_modal(first, services, anywhere=True))
