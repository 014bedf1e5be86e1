"""`chart`: who was heard over the last days, as a picture in the channel, or a table where there can be none."""

import asyncio
from datetime import timedelta

import structlog

from bot.blocks import answers, chart
from bot.delivery.drawing import can_draw, draw, fonts_for
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.places import zone_of
from bot.listeners.progress import told_of
from bot.listeners.services import Services
from bot.model.errors import PostFailed
from bot.stories.heard import Tally, counted, tally
from bot.stories.topics import split_topics

log = structlog.get_logger(__name__)

# More statements than this change no picture, and would only fill the memory.
_MOST = 20_000
_NO_EXTRA = "As a picture: let the operator install `dateline[chart]`."
_NO_FONT = "As a table: no font of Dateline's machine sets all of these names. Noto Sans CJK sets Chinese and Japanese."
_NO_SCOPE = "As a picture: let an admin grant Dateline the scope `files:write`."


async def heard(order: orders.Chart, ask: SlackRequest, services: Services) -> None:
    """Count, draw and post."""
    made = await told_of(ask, "Counting who was heard", _tally(order, ask, services))
    if not made.rows:
        await ask.answer(chart.nobody_heard(made))
        return
    await _post(made, ask, services)
    await ask.answer(answers.posted_here(ask.channel))


async def _tally(order: orders.Chart, ask: SlackRequest, services: Services) -> Tally:
    now = services.clock.now()
    zone = await zone_of(
        ask, services, await services.store.subscriptions.get(ask.team, ask.channel)
    )
    topics = split_topics(order.topic)
    found = []
    async for one in services.store.articles.iter_statements(
        ask.team, now - timedelta(days=order.days + 1), now
    ):
        if light := counted(one, topics):
            found.append(light)
        if len(found) == _MOST:
            break
    return tally(
        found, now=now, zone=zone, days=order.days, topic=order.topic, directory=services.actors
    )


async def _post(made: Tally, ask: SlackRequest, services: Services) -> None:
    if not can_draw():
        await services.chat.post(ask.team, ask.channel, chart.table(made, _NO_EXTRA))
        return
    families = await asyncio.to_thread(fonts_for, made)
    if not families:
        await services.chat.post(ask.team, ask.channel, chart.table(made, _NO_FONT))
        return
    picture = await asyncio.to_thread(draw, made, families)
    try:
        await services.chat.share(
            ask.team,
            ask.channel,
            picture,
            name="who-was-heard.png",
            title=chart.title_of(made),
            alt=chart.alt_text(made),
            comment=chart.comment(made),
        )
    except PostFailed as e:
        if e.code != "missing_scope":
            raise
        log.warning("picture refused", code=e.code)
        await services.chat.post(ask.team, ask.channel, chart.table(made, _NO_SCOPE))
