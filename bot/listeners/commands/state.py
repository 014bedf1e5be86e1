"""`status`: how Dateline fares, as far as this workspace may know."""

from datetime import timedelta

from bot.blocks import answers
from bot.blocks.text import ago_token
from bot.intake.source_health import find_quiet_sources
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services

_LATELY = timedelta(hours=24)


async def status(_: orders.Status, ask: SlackRequest, services: Services) -> None:
    """Count what came in lately, what is ordered and what is held back."""
    now = services.clock.now()
    tally = await services.store.articles.count_intake(ask.team, now - _LATELY, now)
    subscriptions = await services.store.subscriptions.get_all(ask.team)
    shown = answers.status(
        subscriptions=len(subscriptions),
        paused=sum(one.paused for one in subscriptions),
        stories=tally.stories,
        articles=tally.articles,
        latest=f"the last came {ago_token(tally.latest, now)}"
        if tally.latest
        else "nothing came in",
        held=await services.store.articles.count_embargoed(ask.team, now),
        quiet=[
            (silence.habit.name or silence.habit.origin, ago_token(silence.since, now))
            for silence in await find_quiet_sources(services.store.sources, now, ask.team)
        ],
        wishes=await services.store.preferences.get_actors(ask.team, ask.channel),
    )
    await ask.answer(shown)
