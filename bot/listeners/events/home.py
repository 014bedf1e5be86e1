"""App Home, drawn whenever a person opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.blocks.home import home_view
from bot.listeners.grammar import works
from bot.listeners.places import visible

if TYPE_CHECKING:
    from bot.listeners.ask import Ask
    from bot.listeners.services import Services


async def app_home_opened(ask: Ask, services: Services) -> None:
    """Show what this person may see of the workspace's subscriptions."""
    if ask.body["event"].get("tab") != "home":
        return
    subscriptions = await visible(await services.store.subscriptions.of_team(ask.team), ask)
    view = home_view(subscriptions, [(form.usage, form.meaning) for form in works()])
    await ask.publish_home(view)
