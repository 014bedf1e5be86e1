"""Undo: the subscription that stood before comes back, or goes where there was none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.blocks.answers import undone
from bot.listeners.undo import load_undo
from bot.stories.cadence import next_due

if TYPE_CHECKING:
    from bot.listeners.ask import Ask
    from bot.listeners.services import Services


async def undo(ask: Ask, services: Services) -> None:
    """Go back to what the button carries, due from now on."""
    channel, before = load_undo(ask.value, ask.team)
    now = services.clock.now()
    if before is None:
        await services.store.subscriptions.remove(ask.team, channel)
    else:
        due = None if before.paused else next_due(before.cadence, before.zone, now)
        await services.store.subscriptions.save(replace(before, next_due=due))
    await ask.answer(undone(before, now), replace=True)
