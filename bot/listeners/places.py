"""Which channel a person means, by which clock they read, and what they may look into."""

from collections.abc import Iterable

from bot.blocks.story import Reference
from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services
from bot.model import StoredArticle, Subscription
from bot.model.errors import NotFound, PostFailed, UsageError

MOST_SHOWN = 40
# Slack takes some fifty of these a minute: https://docs.slack.dev/reference/methods/conversations.info
_MOST_QUESTIONS = 20


async def channel_of(ask: SlackRequest, services: Services, *, me: bool) -> str:
    """Give the channel it was typed in, or our direct messages with the person."""
    return await services.chat.direct(ask.team, ask.person) if me else ask.channel


async def zone_of(ask: SlackRequest, services: Services, existing: Subscription | None) -> str:
    """Give the zone of a channel's subscription, or of the person where it has none."""
    return existing.zone if existing else await services.chat.zone(ask.team, ask.person)


async def standing(ask: SlackRequest, services: Services, channel: str) -> Subscription:
    """Give the channel's subscription; raise UsageError where it has none."""
    subscription = await services.store.subscriptions.get(ask.team, channel)
    if subscription is None:
        me = " me" if channel != ask.channel else ""
        raise UsageError("There is no subscription here yet.", f"/digest subscribe{me}")
    return subscription


async def visible(
    subscriptions: Iterable[Subscription],
    ask: SlackRequest,
    *,
    after: str = "",
    room: int = MOST_SHOWN,
) -> tuple[tuple[Subscription, ...], str | None]:
    """Give those that the person may see, and the channel behind which the rest begins (None: there is no more).

    Left out is what others keep to themselves: their direct messages, and what a private channel reads about. The
    person's own channels come first: they are known by one question, each of the others by one of its own.
    """
    own = await _own_channels(ask)
    ordered = sorted(subscriptions, key=lambda one: (not _is_own(one, ask, own), one.channel))
    begin = next((place + 1 for place, one in enumerate(ordered) if one.channel == after), 0)
    shown: list[Subscription] = []
    for place, one in enumerate(ordered[begin:], start=begin):
        if len(shown) == room or place - begin >= room + _MOST_QUESTIONS:
            return tuple(shown), ordered[place - 1].channel
        if _is_own(one, ask, own) or (
            not one.channel.startswith("D") and await ask.is_public(one.channel)
        ):
            shown.append(one)
    return tuple(shown), None


async def may_see(one: Subscription, ask: SlackRequest) -> bool:
    """Whether the person may see this one."""
    shown, _ = await visible([one], ask)
    return bool(shown)


def _is_own(one: Subscription, ask: SlackRequest, own: frozenset[str]) -> bool:
    return one.created_by == ask.person or one.channel == ask.channel or one.channel in own


async def _own_channels(ask: SlackRequest) -> frozenset[str]:
    try:
        return await ask.channels()
    except PostFailed:
        return frozenset()


async def get_visible_article(
    reference: Reference, ask: SlackRequest, services: Services
) -> StoredArticle:
    """Give the article if this team may still see it; raise NotFound where it was withdrawn or replaced."""
    stored = await services.store.articles.get(reference.article)
    story = await services.store.articles.get_story(ask.team, stored.story, services.clock.now())
    if all(shown.id != stored.id for shown in story.articles):
        raise NotFound("This article was withdrawn or replaced.")
    return stored
