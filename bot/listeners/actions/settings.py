"""Buttons in App Home: change a subscription, set one up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.settings import ANYWHERE, settings_modal
from bot.errors import NotFound
from bot.listeners.orders import Subscribe
from bot.listeners.places import may_see
from bot.listeners.standing import ordered

if TYPE_CHECKING:
    from bot.listeners.ask import Ask
    from bot.listeners.services import Services


async def open_settings(ask: Ask, services: Services) -> None:
    """Open the form of the button's channel, or an empty one where the person chooses the channel."""
    if ask.value == ANYWHERE:
        first = await ordered(Subscribe(), ask, services, "", None)
        await ask.open_modal(settings_modal(first, anywhere=True))
        return
    subscription = await services.store.subscriptions.get(ask.team, ask.value)
    if subscription is None or not await may_see(subscription, ask):
        raise NotFound("That subscription was ended.")
    await ask.open_modal(settings_modal(subscription, anywhere=False))
