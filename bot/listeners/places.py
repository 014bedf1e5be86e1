"""Which channel a person means, by which clock they read, and what they may look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.blocks.story import Reference
    from bot.listeners.ask import Ask
    from bot.listeners.services import Services
    from bot.model import StoredArticle, Subscription


async def channel_of(ask: Ask, services: Services, *, me: bool) -> str:
    """Give the channel it was typed in, or our direct messages with the person."""
    return await services.chat.direct(ask.team, ask.person) if me else ask.channel


async def zone_of(ask: Ask, services: Services, existing: Subscription | None) -> str:
    """Give the zone of a channel's subscription, or of the person where it has none."""
    return existing.zone if existing else await services.chat.zone(ask.team, ask.person)


async def standing(ask: Ask, services: Services, channel: str) -> Subscription:
    """Give the channel's subscription; raise UsageError where it has none."""
    subscription = await services.store.subscriptions.get(ask.team, channel)
    if subscription is None:
        me = " me" if channel != ask.channel else ""
        raise UsageError("There is no subscription here yet.", f"/digest subscribe{me}")
    return subscription


async def visible(subscriptions: Iterable[Subscription], ask: Ask) -> tuple[Subscription, ...]:
    """Leave out what others keep to themselves: their direct messages, and what a private channel reads about."""
    return tuple([one for one in subscriptions if await _may_see(one, ask)])


async def _may_see(one: Subscription, ask: Ask) -> bool:
    if one.created_by == ask.person or one.channel == ask.channel:
        return True
    return not one.channel.startswith("D") and await ask.is_public(one.channel)


async def placed(reference: Reference, ask: Ask, services: Services) -> StoredArticle:
    """Give the article if this team may still see it; raise NotFound where it was withdrawn or replaced."""
    stored = await services.store.articles.article(reference.article)
    story = await services.store.articles.story(ask.team, stored.story, services.clock.now())
    if all(shown.id != stored.id for shown in story.articles):
        raise NotFound("This article was withdrawn or replaced.")
    return stored
