"""Undo: the subscription that stood before comes back, or goes where there was none."""

from bot.blocks.answers import undone
from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services
from bot.listeners.subscription_commands import restore
from bot.listeners.undo import load_undo


async def undo(ask: SlackRequest, services: Services) -> None:
    """Go back to what the button carries, due from now on."""
    channel, before = load_undo(ask.value, ask.team)
    await restore(ask, services, channel, before)
    await ask.answer(undone(before, services.clock.now()), replace=True)
