"""What happens in Slack without a command: mentions, direct messages, invitations, removal."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.blocks.answers import channel_welcome
from bot.delivery.slack_errors import explain_failure
from bot.listeners.digest_command import digest
from bot.listeners.request import SlackRequest

log = structlog.get_logger(__name__)

_MENTION = re.compile(r"\A\s*<@\w+(?:\|[^>]*)?>[\s,:]*")


async def app_mention(request: SlackRequest) -> None:
    """`@Dateline who Kallas` works as `/digest who Kallas`; the name alone asks for help."""
    event = request.body["event"]
    # A bot wrote it, or Slack tells of a change to a message.
    if event.get("bot_id") or event.get("subtype"):
        return
    line = _MENTION.sub("", request.text).strip()
    await digest(replace(request, text=line or "help"))


async def message(request: SlackRequest) -> None:
    """Take what a person writes to us directly as a command."""
    if request.body["event"].get("channel_type") == "im":
        await app_mention(request)


async def member_joined_channel(request: SlackRequest) -> None:
    """Say how to begin when we are invited, in the channel: the people there wonder what came."""
    if request.user == request.context.bot_user_id:
        welcome = channel_welcome(request.channel)
        await request.services.chat.post(request.team, request.channel, welcome)


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
