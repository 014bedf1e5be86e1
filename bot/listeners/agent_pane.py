"""The agent pane: questions to click, a status while Dateline works, the channel in view.

What people write there are direct messages, each in a thread of its own. Where a workspace has no
pane Slack refuses the calls below, and direct messages are answered one below the other.
https://docs.slack.dev/ai/migrating-to-agent-messaging, https://docs.slack.dev/ai/agent-sessions
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.blocks.prompts import Prompt, suggest_prompts
from bot.delivery.slack import slack_call
from bot.listeners import messages
from bot.listeners.command_line import strip_markup
from bot.listeners.permissions import is_outsider, require_readable_channel
from bot.listeners.request import SlackRequest
from bot.listeners.subscription_commands import get_zone
from bot.listeners.throttle import ORDINARY_COST_SECONDS
from bot.model import Digest
from bot.model.errors import BotError, NotAllowed, PostFailed
from bot.model.ids import CHANNEL_ID

log = structlog.get_logger(__name__)

# A person waits for the answer, which does without a status.
_STATUS_TIMEOUT_SECONDS = 3.0
_SET_STATUS = "agents.sessions.setStatus"
_MAX_TITLE_CHARS = 100


@asynccontextmanager
async def open_session(request: SlackRequest) -> AsyncIterator[None]:
    """Answer a direct message in its thread, and show that Dateline works, where there is a pane.

    Slack opens sessions only for apps that the workspace has as agents, so its answer tells.
    """
    event = request.body["event"]
    thread = str(event.get("thread_ts") or event.get("ts"))
    title = " ".join(strip_markup(request.text).split())[:_MAX_TITLE_CHARS]
    fields = {"initiator_user_id": request.user, **({"title": title} if title else {})}
    has_session = await _set_status(request, thread, "processing", **fields)
    if has_session or "app_context" in event:
        request.reply_in(thread)
    try:
        yield
    finally:
        if has_session:
            await _set_status(request, thread, "active")


async def _set_status(request: SlackRequest, thread: str, status: str, **fields: str) -> bool:
    """Set the status of the conversation in a thread; return whether Slack did."""
    try:
        async with asyncio.timeout(_STATUS_TIMEOUT_SECONDS), slack_call(_SET_STATUS):
            await request.context.client.agents_sessions_setStatus(
                channel_id=request.channel, thread_ts=thread, status=status, **fields
            )
    except (PostFailed, TimeoutError) as e:
        log.debug("no agent session", code=getattr(e, "code", "timeout"))
        return False
    return True


async def app_context_changed(request: SlackRequest) -> None:
    """Suggest questions about the channel that the person now looks at."""
    if request.user:
        await show_prompts(request)


async def show_prompts(request: SlackRequest) -> None:
    """Show up to four questions above the box for messages.

    Nobody asked for them: what fails is logged, and told to nobody.
    """
    try:
        request.charge(ORDINARY_COST_SECONDS)
        prompts = await _choose_prompts(request)
        channel = request.body["event"].get("channel") or await request.get_direct_channel()
        async with slack_call("assistant.threads.setSuggestedPrompts"):
            # With a `thread_ts` the call would do nothing, and not say so.
            await request.context.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel,
                title=messages.text("prompts_title"),
                prompts=[prompt._asdict() for prompt in prompts],
            )
    except BotError as e:
        log.info("no prompts are shown", code=getattr(e, "code", type(e).__name__))


async def _choose_prompts(request: SlackRequest) -> tuple[Prompt, ...]:
    if await is_outsider(request):
        return suggest_prompts((), request.now(), in_channel=False)
    channel, zone = await find_channel_in_view(request), await get_zone(request)
    news = await preview_news(request, channel or await request.get_direct_channel(), zone)
    local = request.now().astimezone(ZoneInfo(zone))
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(local.weekday())
    return suggest_prompts(news.entries, monday, in_channel=bool(channel))


async def preview_news(request: SlackRequest, channel: str, zone: str) -> Digest:
    """Return the news that a channel's digest is about, what it was shown before included."""
    digests = request.services.digests
    return await digests.preview(request.team, channel, zone=zone, may_repeat=True)


async def find_channel_in_view(request: SlackRequest) -> str:
    """Return the channel that the person looks at, if they may read it and it has a digest.

    "" otherwise: what other channels hold says nothing of what the person wants to read.
    """
    event: Mapping[str, Any] = {} if request.is_mention else request.body.get("event") or {}
    for channel in _find_channels(event, request.team):
        if not await request.store.subscriptions.get(request.team, channel):
            continue
        try:
            await require_readable_channel(request, channel)
        except NotAllowed:
            continue
        return channel
    return ""


def _find_channels(event: Mapping[str, Any], team: str) -> Iterator[str]:
    """Yield the channels of this workspace that an event says are in view, the likeliest first.

    https://docs.slack.dev/reference/events/app_context_changed; messages have `app_context`.
    """
    context = event.get("app_context") or event.get("context")
    entities = context.get("entities") if isinstance(context, Mapping) else None
    for entity in entities if isinstance(entities, list) else ():
        if not isinstance(entity, Mapping) or entity.get("team_id", team) != team:
            continue
        value, kind = entity.get("value"), entity.get("type")
        if kind == "slack#/types/message_context" and isinstance(value, Mapping):
            value = value.get("channel_id")
        elif kind != "slack#/types/channel_id":
            continue
        if isinstance(value, str) and CHANNEL_ID.fullmatch(value):
            yield value
