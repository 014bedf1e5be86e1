"""`chart`: who was heard over the last days, as a picture or, where that cannot be, a table."""

import asyncio
from datetime import timedelta

import structlog

from bot.blocks import answers, lookup
from bot.listeners.chart_image import can_draw, draw, find_fonts
from bot.listeners.commands import Command
from bot.listeners.request import SlackRequest
from bot.listeners.subscription_commands import get_zone
from bot.model.errors import PostFailed
from bot.stories.filters import split_topics
from bot.stories.tally import Tally, count_statements, to_countable

log = structlog.get_logger(__name__)

# More statements than this change no picture, and would only fill the memory.
_MAX_STATEMENTS = 20_000
_NO_EXTRA = "As a picture: let the operator install `dateline[chart]`."
_NO_FONT = (
    "As a table: no font of Dateline's machine sets all of these names. "
    "Noto Sans CJK sets Chinese and Japanese."
)
_NO_SCOPE = "As a picture: let an admin grant Dateline the scope `files:write`."


async def show_chart(command: Command, request: SlackRequest) -> None:
    """Count who was heard, draw it and post it in the channel."""
    counting = _count(command, request)
    counts = await request.answer_after(counting, "Counting who was heard")
    if not counts.rows:
        await request.answer(lookup.empty_chart_message(counts))
        return
    await _post(counts, request)
    await request.answer(answers.posted_message(request.channel))


async def _count(command: Command, request: SlackRequest) -> Tally:
    now = request.now()
    zone = await get_zone(request)
    days, topic = command.days, command.argument or None
    topics = split_topics(topic)
    since = now - timedelta(days=days + 1)
    statements = []
    async for statement in request.store.articles.iter_statements(request.team, since, now):
        if light := to_countable(statement, topics):
            statements.append(light)
        if len(statements) == _MAX_STATEMENTS:
            break
    return count_statements(
        statements,
        now=now,
        zone=zone,
        days=days,
        topic=topic,
        directory=request.services.actors,
    )


async def _post(counts: Tally, request: SlackRequest) -> None:
    reason = await _post_picture(counts, request)
    if reason:
        await request.services.chat.post(
            request.team, request.channel, lookup.chart_table(counts, reason)
        )


async def _post_picture(counts: Tally, request: SlackRequest) -> str:
    """Post the picture; return why there can be none, "" where it was posted."""
    if not can_draw():
        return _NO_EXTRA
    families = await asyncio.to_thread(find_fonts, counts)
    if not families:
        return _NO_FONT
    picture = await asyncio.to_thread(draw, counts, families)
    try:
        await request.services.chat.share(
            request.team,
            request.channel,
            picture,
            name="who-was-heard.png",
            title=lookup.chart_title(counts),
            alt=lookup.chart_alt_text(counts),
            comment=lookup.chart_caption(counts),
        )
    except PostFailed as e:
        if e.code != "missing_scope":
            raise
        log.warning("picture refused", code=e.code)
        return _NO_SCOPE
    return ""
