"""Drawing a person's App Home, whatever made it change."""

from bot.blocks.home import PAGE, HomePage, home_view
from bot.intake.source_health import find_quiet_sources
from bot.listeners.ask import SlackRequest
from bot.listeners.grammar import works
from bot.listeners.permissions import rule_of
from bot.listeners.places import visible
from bot.listeners.services import Services
from bot.model.errors import PostFailed


async def draw_home(
    ask: SlackRequest, services: Services, *, after: str = "", notice: str = "", undo: str = ""
) -> None:
    """Draw it anew, as this person may see it; `notice` says what was just done, in markup."""
    store, now = services.store, services.clock.now()
    every = await store.subscriptions.get_all(ask.team)
    shown, following = await visible(every, ask, after=after, room=PAGE)
    page = HomePage(
        shown,
        len(every),
        await rule_of(ask, services),
        now,
        admin=await _is_admin(ask),
        after=after,
        following=following,
        wishes={
            one.channel: await store.preferences.get_actors(ask.team, one.channel) for one in shown
        },
        feeds=await store.feeds.get_all(ask.team),
        shared_feeds=len(await store.feeds.get_all(None)),
        silent=[
            (one.habit.name or one.habit.origin, one.since)
            for one in await find_quiet_sources(store.sources, now, ask.team)
        ],
        notice=notice,
        undo=undo,
    )
    await ask.publish_home(
        home_view(page, [(form.hint, form.meaning) for form in works() if form.hint])
    )


async def _is_admin(ask: SlackRequest) -> bool:
    try:
        return await ask.is_admin()
    except PostFailed:
        return False
