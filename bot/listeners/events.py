"""What happens in Slack without a command: mentions, direct messages, invitations, removal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.blocks.answers import channel_welcome
from bot.delivery.slack_errors import explain_failure
from bot.listeners import agent_pane, messages
from bot.listeners.command_line import parse_mention
from bot.listeners.digest_command import digest
from bot.listeners.request import SlackRequest
from bot.model.errors import UsageError

log = structlog.get_logger(__name__)

# What a person wrote, and not what became of a message or a channel. "" is a plain message.
# https://docs.slack.dev/reference/events/message#subtypes
_WRITTEN = frozenset(("", "file_share", "thread_broadcast", "me_message"))
# How long an event is known as one that was answered (`Store.is_new_event`).
_KNOWN_SECONDS = 24 * 60 * 60


async def app_mention(request: SlackRequest) -> None:
    """`@Dateline who Kallas` works as `/digest who Kallas`; the name alone asks for help."""
    event = request.body["event"]
    if not _is_written(event):
        return
    if not await _is_new(request):
        return
    line = parse_mention(request.text, request.context.bot_user_id or "")
    if not line and event.get("files"):
        raise UsageError(*messages.pair("file_not_read"))
    await digest(replace(request, text=line or "help"))


def _is_written(event: Mapping[str, Any]) -> bool:
    """Return whether a person wrote the message."""
    return not event.get("bot_id") and (event.get("subtype") or "") in _WRITTEN


async def _is_new(request: SlackRequest) -> bool:
    """Return whether this message was not answered before: an edit tells of a mention again."""
    event, now = request.body["event"], request.now()
    written = float(event.get("ts") or now.timestamp())
    if event.get("edited") and written < now.timestamp() - _KNOWN_SECONDS:
        return False
    return await request.store.is_new_event(f"{request.channel}:{event.get('ts')}", now)


async def message(request: SlackRequest) -> None:
    """Take what a person writes to us directly as a command."""
    event = request.body["event"]
    if event.get("channel_type") != "im" or not _is_written(event):
        return
    async with agent_pane.open_session(request):
        await app_mention(request)


async def unknown_event(_request: SlackRequest) -> None:
    """Do nothing: the app was subscribed to more than this version knows."""


async def outdated(_request: SlackRequest) -> None:
    """Tell a person that a button, menu or window is of another version of Dateline."""
    raise UsageError(*messages.pair("outdated"))


async def member_joined_channel(request: SlackRequest) -> None:
    """Say how to begin when we are invited, in the channel: the people there wonder what came."""
    if request.user == request.context.bot_user_id:
        welcome = channel_welcome(request.channel)
        await request.services.chat.post(request.team, request.channel, welcome)


async def channel_id_changed(request: SlackRequest) -> None:
    """Keep a channel's digests where Slack gave it another id, as when workspaces are merged.

    https://docs.slack.dev/reference/events/channel_id_changed
    """
    event = request.body["event"]
    old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
    await request.store.subscriptions.move_channel(request.team, old, new)
    log.info("a channel has another id", team=request.team, old=old, new=new)


async def app_uninstalled(request: SlackRequest) -> None:
    """Forget the token and pause the subscriptions; added again, `/digest resume` goes on.

    https://docs.slack.dev/reference/events/app_uninstalled
    """
    event_time = request.body.get("event_time")  # in whole seconds
    before = datetime.fromtimestamp(event_time + 1, UTC) if event_time else request.now()
    workspaces, team = request.store.workspaces, request.team
    if not await workspaces.remove(team, before) and await workspaces.get(team):
        return  # added again since
    reason, store = explain_failure("account_inactive").text, request.store.subscriptions
    for subscription in await store.get_all(team):
        await store.set_last_result(team, subscription.channel, reason, pause=True)
    log.info("a workspace removed us", team=team)


async def tokens_revoked(request: SlackRequest) -> None:
    """Do the same if it is the bot's token; people's tokens we never ask for.

    https://docs.slack.dev/reference/events/tokens_revoked
    """
    if (request.body["event"].get("tokens") or {}).get("bot"):
        await app_uninstalled(request)
