"""App Home, drawn whenever a person opens it."""

from bot.listeners.ask import SlackRequest
from bot.listeners.home import draw_home
from bot.listeners.services import Services


async def app_home_opened(ask: SlackRequest, services: Services) -> None:
    """Show what this person may see of the workspace's subscriptions."""
    if ask.body["event"].get("tab") == "home":
        await draw_home(ask, services)
