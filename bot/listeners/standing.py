"""Changing a channel's standing order, whoever asks: a typed command or a form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.listeners.phrases import apply
from bot.listeners.places import zone_of
from bot.stories.cadence import next_due

if TYPE_CHECKING:
    from bot.listeners.ask import Ask
    from bot.listeners.orders import Subscribe
    from bot.listeners.services import Services
    from bot.model import Subscription


async def change(
    order: Subscribe, ask: Ask, services: Services, channel: str
) -> tuple[Subscription, Subscription | None]:
    """Save what the order makes of the channel's subscription; give what stands now, and what stood before."""
    before = await services.store.subscriptions.get(ask.team, channel)
    after = await ordered(order, ask, services, channel, before)
    due = next_due(after.cadence, after.zone, services.clock.now())
    await services.store.subscriptions.save(replace(after, next_due=due))
    return after, before


async def ordered(
    order: Subscribe, ask: Ask, services: Services, channel: str, before: Subscription | None
) -> Subscription:
    """Give what the order would make of the channel's subscription."""
    zone = order.zone or await zone_of(ask, services, before)
    return apply(order, before, team=ask.team, channel=channel, person=ask.person, zone=zone, top=services.top)
