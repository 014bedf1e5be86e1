"""`chart`: who was heard lately, as Slack's own chart; else as a picture, else as a table."""

from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec

import structlog

from bot.blocks import answers
from bot.blocks import chart as blocks
from bot.intake.workers import run_once
from bot.listeners import messages
from bot.listeners.chart_picture import find_fonts_and_draw
from bot.listeners.commands import Command
from bot.listeners.permissions import find_readable_articles
from bot.listeners.request import SlackRequest
from bot.listeners.subscription_commands import get_zone
from bot.model import NewBlock
from bot.model.errors import PostFailed, SourceUnreadable
from bot.stories.filters import split_topics
from bot.stories.tally import Tally, count_statements, to_countable

log = structlog.get_logger(__name__)

# More statements than this change no picture, and would only fill the memory.
_MAX_STATEMENTS = 20_000
_DRAWING_SECONDS = 20.0  # of processor time; one takes two, and loading Matplotlib is most of it


async def show_chart(command: Command, request: SlackRequest) -> None:
    """Count who was heard, and post it in the channel."""
    counting = _count(command, request)
    counts = await request.answer_after(counting, messages.text("counting"))
    if not counts.rows:
        await request.answer_all(blocks.empty_chart_message(counts))
        return
    chat, team, thread = request.services.chat, request.team, request.thread
    supported = await chat.supported_blocks(team)
    if NewBlock.DATA_VISUALIZATION in supported:
        message = blocks.chart_message(counts, supported)
        await chat.post(team, request.channel, message, thread=thread)
    elif reason := await _post_picture(counts, request):
        message = blocks.chart_message(counts, supported, reason)
        await chat.post(team, request.channel, message, thread=thread)
    if not thread:
        await request.answer(answers.posted_message(request.channel))


async def _count(command: Command, request: SlackRequest) -> Tally:
    now, days, topic = request.now(), command.days, command.argument or None
    zone, topics = await get_zone(request), split_topics(topic)
    since = now - timedelta(days=days + 1)
    # All in the channel see the picture.
    readable = await find_readable_articles(replace(request, for_all=True))
    statements = []
    async for statement in request.store.articles.iter_statements(request.team, since, now):
        if readable is not None and statement.article.id not in readable:
            continue
        if countable := to_countable(statement, topics):
            statements.append(countable)
        if len(statements) == _MAX_STATEMENTS:
            break
    actors = request.services.actors
    return count_statements(
        statements, now=now, zone=zone, days=days, topic=topic, directory=actors
    )


async def _post_picture(counts: Tally, request: SlackRequest) -> str:
    """Post the picture; return why there can be none, "" where it was posted."""
    if not find_spec("matplotlib"):
        return messages.text("chart_needs_extra")
    try:
        async with request.services.drawing:
            picture = await run_once(_DRAWING_SECONDS, find_fonts_and_draw, counts)
    except SourceUnreadable:  # run_once has logged why
        return messages.text("chart_not_drawn")
    if picture is None:
        return messages.text("chart_needs_font")
    try:
        await request.services.chat.share(
            request.team,
            request.channel,
            picture,
            name="who-was-heard.png",
            title=blocks.chart_title(counts),
            alt=blocks.chart_alt_text(counts),
            comment=blocks.chart_caption(counts),
            thread=request.thread,
        )
    except PostFailed as e:
        if e.unsure:  # it may be there
            raise
        log.warning("picture refused", code=e.code)
        is_scope = e.code == "missing_scope"
        return messages.text("chart_needs_scope" if is_scope else "chart_not_taken")
    return ""
