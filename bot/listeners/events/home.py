"""App Home, drawn whenever a person opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.listeners.home import draw_home

if TYPE_CHECKING:
    from bot.listeners.ask import Ask
    from bot.listeners.services import Services


async def app_home_opened(ask: Ask, services: Services) -> None:
    """Show what this person may see of the workspace's subscriptions."""
    if ask.body["event"].get("tab") == "home":
        await draw_home(ask, services)
