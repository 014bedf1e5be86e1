"""The conversations.*, users.*, bots.* and auth.* methods."""

import re
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.arguments import ApiError, Arguments
from bot.playground.chat_methods import get_channel
from bot.playground.workspace import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    Channel,
    ChannelMessage,
    JsonObject,
    SlackUser,
    Workspace,
)

T = TypeVar("T")

HISTORY_SCOPES = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
READ_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
CHANNEL_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im"}
CREATED = 1_700_000_000  # seconds since 1970; when every channel was made


def require_scope(workspace: Workspace, scope: str) -> None:
    """Raise ApiError if the app was not granted a scope."""
    if scope not in workspace.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))


# --- pages and shapes -----------------------------------------------------------------------------


def _paginate(
    items: Sequence[T], args: Arguments, *, default: int = 100, most: int = 999
) -> tuple[list[T], JsonObject]:
    """Cut one page by `cursor` and `limit`; return it and the metadata with the next cursor."""
    limit = args.integer("limit", default)
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    cursor = re.fullmatch(r"next:(\d{1,9})", args.text("cursor", "next:0"), re.ASCII)
    if cursor is None:
        raise ApiError("invalid_cursor")
    start = int(cursor[1])
    end = start + limit
    following = f"next:{end}" if len(items) > end else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": following}}


def _message_page(messages: Sequence[ChannelMessage], args: Arguments, **limits: int) -> JsonObject:
    """Return a page of messages; there is a cursor only where more follow."""
    page, metadata = _paginate(messages, args, **limits)
    hidden = set() if args.flag("include_all_metadata") else {"metadata"}
    shown = [
        {key: value for key, value in message.message.items() if key not in hidden}
        for message in page
    ]
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {"messages": shown, "has_more": more} | (metadata if more else {})


def _channel_json(channel: Channel) -> JsonObject:
    common = {"id": channel.id, "is_archived": channel.archived, "created": CREATED}
    if channel.kind == "im":
        return common | {"is_im": True, "user": channel.person}
    return common | {
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_private": channel.kind == "private",
        "is_member": BOT_USER_ID in channel.members,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
    }


def _user_json(user: SlackUser) -> JsonObject:
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "tz": user.zone,
        "is_admin": user.admin,
        "is_owner": False,
        "is_bot": user.bot,
        "is_app_user": False,
        "is_restricted": False,
        "profile": {"real_name": user.real_name, "display_name": user.name, "team": TEAM_ID},
    }


# --- auth.*, bots.*, users.* ----------------------------------------------------------------------


def auth_test(_workspace: Workspace, _args: Arguments, _call: int) -> JsonObject:
    """Carry out auth.test."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def bot_info(_workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out bots.info, by which Bolt finds the bot behind a token."""
    if args.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "app_id": APP_ID}
    return {"bot": bot | {"user_id": BOT_USER_ID, "icons": {}}}


def user_info(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out users.info."""
    user = workspace.users.get(args.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": _user_json(user)}


def user_channels(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out users.conversations; private channels only if the bot is in them, too."""
    user = args.text("user", BOT_USER_ID)
    if user not in workspace.users:
        raise ApiError("user_not_found")
    types = {name.strip() for name in args.text("types", "public_channel").split(",")}
    if not types <= set(CHANNEL_TYPES):
        raise ApiError("invalid_types")
    kinds = {CHANNEL_TYPES[name] for name in types}
    for kind in kinds:
        require_scope(workspace, READ_SCOPES[kind])
    channels = [
        channel
        for channel in workspace.channels.values()
        if channel.kind in kinds
        and user in channel.members
        and (channel.kind == "public" or BOT_USER_ID in channel.members)
        and not (channel.archived and args.flag("exclude_archived"))
    ]
    page, metadata = _paginate(channels, args)
    return {"channels": [_channel_json(channel) for channel in page]} | metadata


# --- conversations.* ------------------------------------------------------------------------------


def channel_info(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.info."""
    channel = get_channel(workspace, args)
    require_scope(workspace, READ_SCOPES[channel.kind])
    return {"channel": _channel_json(channel)}


def open_direct_channel(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.open: the bot's direct messages with one user."""
    user = args.required_text("users")
    if user not in workspace.users:
        raise ApiError("user_not_found")
    channel = workspace.find_direct_channel(user)
    if channel is None:
        raise ApiError("cannot_dm_bot")
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}


def channel_history(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.history: newest first, without replies.

    With `oldest` but no `latest` the oldest page comes first.
    """
    channel = _get_readable_channel(workspace, args)
    messages = [
        message
        for message in workspace.visible_messages(channel.id)
        if message.message.get("thread_ts", message.ts) == message.ts
    ]
    messages = _filter_by_time(messages, args)
    forward = args.has("oldest") and not args.has("latest")
    answer = _message_page(messages if forward else messages[::-1], args)
    if forward:
        answer["messages"].reverse()
    return answer


def thread_replies(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.replies: the first message and its replies, oldest first."""
    channel = _get_readable_channel(workspace, args)
    message = workspace.find_message(channel.id, args.required_text("ts"))
    if message is None or message.seen_by:
        raise ApiError("thread_not_found")
    thread_ts = str(message.message.get("thread_ts", message.ts))
    parent = workspace.find_message(channel.id, thread_ts) or message
    replies = _filter_by_time(workspace.replies(channel.id, parent.ts), args)
    return _message_page([parent, *replies], args, default=1000, most=1000)


def _get_readable_channel(workspace: Workspace, args: Arguments) -> Channel:
    """Return a channel; raise ApiError if the bot may not read its messages."""
    channel = get_channel(workspace, args)
    require_scope(workspace, HISTORY_SCOPES[channel.kind])
    if BOT_USER_ID not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _filter_by_time(messages: Sequence[ChannelMessage], args: Arguments) -> list[ChannelMessage]:
    """Return the messages between `oldest` and `latest`; these themselves only if `inclusive`."""
    oldest, latest = _parse_time(args, "oldest", 0.0), _parse_time(args, "latest", float("inf"))
    edges = {oldest, latest} if args.flag("inclusive") else set()
    times = [float(message.ts) for message in messages]
    return [
        message
        for message, time in zip(messages, times, strict=True)
        if oldest < time < latest or time in edges
    ]


def _parse_time(args: Arguments, key: str, default: float) -> float:
    try:
        return float(args.text(key) or default)
    except ValueError as e:
        raise ApiError(f"invalid_ts_{key}") from e
