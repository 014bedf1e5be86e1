"""Undo: the subscription that stood before comes back, or goes where there was none."""



from bot.blocks.answers import undone
from bot.listeners.ask import Ask
from bot.listeners.services import Services
from bot.listeners.standing import restore
from bot.listeners.undo import load_undo


async def undo(ask: Ask, services: Services) -> None:
    """Go back to what the button carries, due from now on."""
    channel, before = load_undo(ask.value, ask.team)
    await restore(ask, services, channel, before)
    await ask.answer(undone(before, services.clock.now()), replace=True)
