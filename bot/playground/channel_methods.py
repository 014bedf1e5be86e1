"""The conversations.*, users.*, bots.* and auth.* methods."""

import re
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.method_call import ApiError, MethodCall
from bot.playground.slack_objects import BOT_ID, BOT_USER_ID, OBJECTS, TEAM_ID, JsonObject
from bot.playground.workspace import Channel, ChannelMessage, SlackUser

T = TypeVar("T")

HISTORY_SCOPES = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
READ_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
CHANNEL_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im"}
CREATED_SECONDS = 1_700_000_000  # seconds since 1970; when every channel was made


def auth_test(_call: MethodCall) -> JsonObject:
    """Carry out auth.test."""
    return dict(OBJECTS["auth"])


def bot_info(call: MethodCall) -> JsonObject:
    """Carry out bots.info, by which Bolt finds the bot behind a token."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    return {"bot": OBJECTS["bot"]}


def user_info(call: MethodCall) -> JsonObject:
    """Carry out users.info."""
    return {"user": _user_json(call.get_user(call.text("user")))}


def user_channels(call: MethodCall) -> JsonObject:
    """Carry out users.conversations; private channels only if the bot is in them, too."""
    user = call.get_user(call.text("user", BOT_USER_ID))
    types = {name.strip() for name in call.text("types", "public_channel").split(",")}
    if not types <= set(CHANNEL_TYPES):
        raise ApiError("invalid_types")
    kinds = {CHANNEL_TYPES[name] for name in types}
    for kind in kinds:
        call.require_scope(READ_SCOPES[kind])
    channels = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and user.id in channel.members
        and (channel.kind == "public" or BOT_USER_ID in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    page, metadata = _paginate(channels, call)
    return {"channels": list(map(_channel_json, page))} | metadata


def channel_info(call: MethodCall) -> JsonObject:
    """Carry out conversations.info."""
    channel = call.get_channel()
    call.require_scope(READ_SCOPES[channel.kind])
    return {"channel": _channel_json(channel, is_shared=call.workspace.is_shared(channel))}


def open_direct_channel(call: MethodCall) -> JsonObject:
    """Carry out conversations.open: the bot's direct messages with one user."""
    user = call.get_user(call.required_text("users"))
    channel = call.workspace.find_direct_channel(user.id)
    if channel is None:
        raise ApiError("cannot_dm_bot")
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}


def channel_history(call: MethodCall) -> JsonObject:
    """Carry out conversations.history: no replies, newest first, from `oldest` if that is all."""
    channel = _get_readable_channel(call)
    messages = [
        message
        for message in call.workspace.visible_messages(channel.id)
        if message.message.get("thread_ts", message.ts) == message.ts
    ]
    messages = _filter_by_time(messages, call)
    forward = call.has("oldest") and not call.has("latest")
    answer = _message_page(messages if forward else messages[::-1], call)
    if forward:
        answer["messages"].reverse()
    return answer


def thread_replies(call: MethodCall) -> JsonObject:
    """Carry out conversations.replies: the first message and its replies, oldest first."""
    workspace, channel = call.workspace, _get_readable_channel(call)
    message = workspace.find_message(channel.id, call.required_text("ts"))
    if message is None or message.seen_by:
        raise ApiError("thread_not_found")
    thread_ts = str(message.message.get("thread_ts", message.ts))
    parent = workspace.find_message(channel.id, thread_ts) or message
    replies = _filter_by_time(workspace.replies(channel.id, parent.ts), call)
    return _message_page([parent, *replies], call, default=1000, most=1000)


def _get_readable_channel(call: MethodCall) -> Channel:
    """Return the channel; raise ApiError if the bot may not read its messages."""
    channel = call.get_channel()
    call.require_scope(HISTORY_SCOPES[channel.kind])
    if BOT_USER_ID not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _filter_by_time(messages: Sequence[ChannelMessage], call: MethodCall) -> list[ChannelMessage]:
    """Return the messages between `oldest` and `latest`; these themselves only if `inclusive`."""
    oldest, latest = _parse_time(call, "oldest", 0.0), _parse_time(call, "latest", float("inf"))
    edges = {oldest, latest} if call.flag("inclusive") else set()
    times = [float(message.ts) for message in messages]
    return [
        message
        for message, time in zip(messages, times, strict=True)
        if oldest < time < latest or time in edges
    ]


def _parse_time(call: MethodCall, key: str, default: float) -> float:
    try:
        return float(call.text(key) or default)
    except ValueError as e:
        raise ApiError(f"invalid_ts_{key}") from e


def _paginate(
    items: Sequence[T], call: MethodCall, *, default: int = 100, most: int = 999
) -> tuple[list[T], JsonObject]:
    """Cut one page by `cursor` and `limit`; return it and the metadata with the next cursor."""
    limit = call.integer("limit", default)
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    cursor = re.fullmatch(r"next:(\d{1,9})", call.text("cursor", "next:0"), re.ASCII)
    if cursor is None:
        raise ApiError("invalid_cursor")
    start = int(cursor[1])
    end = start + limit
    following = f"next:{end}" if len(items) > end else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": following}}


def _message_page(
    messages: Sequence[ChannelMessage], call: MethodCall, **limits: int
) -> JsonObject:
    """Return a page of messages; there is a cursor only where more follow."""
    page, metadata = _paginate(messages, call, **limits)
    hidden = set() if call.flag("include_all_metadata") else {"metadata"}
    shown = [
        {key: value for key, value in message.message.items() if key not in hidden}
        for message in page
    ]
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {"messages": shown, "has_more": more} | (metadata if more else {})


def _channel_json(channel: Channel, *, is_shared: bool = False) -> JsonObject:
    common = {"id": channel.id, "is_archived": channel.archived, "created": CREATED_SECONDS}
    if channel.kind == "im":
        return common | {"is_im": True, "user": channel.person}
    return common | {
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_private": channel.kind == "private",
        "is_ext_shared": is_shared,
        "is_member": BOT_USER_ID in channel.members,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
    }


def _user_json(user: SlackUser) -> JsonObject:
    names = {"name": user.name, "real_name": user.real_name}
    profile = {"real_name": user.real_name, "display_name": user.name, "team": TEAM_ID}
    rights = {"tz": user.zone, "is_admin": user.admin, "is_bot": user.bot}
    rights |= {"is_restricted": user.guest, "team_id": user.team}
    rights |= {"is_stranger": True} if user.team != TEAM_ID else {}
    return OBJECTS["user"] | {"id": user.id, **names, **rights, "profile": profile}
