"""The conversations.*, users.*, team.*, bots.* and auth.* methods."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.arguments import ApiError, Arguments
from bot.playground.chat_methods import get_channel, message_json
from bot.playground.workspace import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    Channel,
    JsonObject,
    SlackUser,
    Workspace,
)

T = TypeVar("T")

HISTORY_SCOPES = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
READ_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
CHANNEL_TYPES = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}
CREATED = 1_700_000_000  # seconds since 1970; when every channel was made


def require_scope(workspace: Workspace, scope: str) -> None:
    """Raise ApiError if the app was not granted a scope."""
    if scope not in workspace.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))


# --- pages and shapes -----------------------------------------------------------------------------


def _paginate(
    items: Sequence[T], args: Arguments, *, default: int = 100, most: int = 1000
) -> tuple[list[T], JsonObject]:
    """Cut one page by `cursor` and `limit`; return it and the metadata with the next cursor."""
    limit = args.integer("limit", default)
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    start = _parse_cursor(args.text("cursor"))
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if len(items) > end else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _parse_cursor(cursor: str) -> int:
    """Return the index at which a page begins."""
    if not cursor:
        return 0
    try:
        name, _, index = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name != "next":
            raise ApiError("invalid_cursor")
        return int(index)
    except (binascii.Error, ValueError) as e:
        raise ApiError("invalid_cursor") from e


def _message_page(messages: list[JsonObject], args: Arguments, **limits: int) -> JsonObject:
    """Return a page of messages; there is a cursor only where more follow."""
    page, metadata = _paginate(messages, args, **limits)
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {"messages": page, "has_more": more} | (metadata if more else {})


def _channel_json(channel: Channel) -> JsonObject:
    if channel.kind == "im":
        return {
            "id": channel.id,
            "is_im": True,
            "user": channel.person,
            "is_archived": False,
            "created": CREATED,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_member": BOT_USER_ID in channel.members,
        "num_members": len(channel.members),
        "creator": channel.creator,
        "created": CREATED,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": TEAM_ID,
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


# --- auth.*, bots.*, team.*, users.* --------------------------------------------------------------


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


def team_info(_workspace: Workspace, _args: Arguments, _call: int) -> JsonObject:
    """Carry out team.info."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN}}


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


def list_users(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out users.list."""
    page, metadata = _paginate(list(workspace.users.values()), args)
    return {"members": [_user_json(user) for user in page]} | metadata


def user_channels(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out users.conversations; private channels only if the bot is in them, too."""
    user = args.text("user", BOT_USER_ID)
    if user not in workspace.users:
        raise ApiError("user_not_found")
    channels = [c for c in _select_channels(workspace, args) if user in c.members]
    page, metadata = _paginate(channels, args, most=999)
    return {"channels": [_channel_json(channel) for channel in page]} | metadata


# --- conversations.* ------------------------------------------------------------------------------


def list_channels(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.list."""
    page, metadata = _paginate(_select_channels(workspace, args), args)
    return {"channels": [_channel_json(channel) for channel in page]} | metadata


def _select_channels(workspace: Workspace, args: Arguments) -> list[Channel]:
    """Return the channels of the given `types`; private ones only if the bot is in them."""
    types = {name.strip() for name in args.text("types", "public_channel").split(",")}
    if not types <= set(CHANNEL_TYPES):
        raise ApiError("invalid_types")
    kinds = {CHANNEL_TYPES[name] for name in types}
    for kind in kinds & set(READ_SCOPES):
        require_scope(workspace, READ_SCOPES[kind])
    return [
        channel
        for channel in workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or BOT_USER_ID in channel.members)
        and not (channel.archived and args.flag("exclude_archived"))
    ]


def _get_known_channel(workspace: Workspace, args: Arguments) -> Channel:
    """Return a channel; raise ApiError if the bot may not read about it."""
    channel = get_channel(workspace, args)
    require_scope(workspace, READ_SCOPES[channel.kind])
    return channel


def channel_info(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.info."""
    return {"channel": _channel_json(_get_known_channel(workspace, args))}


def channel_members(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.members."""
    page, metadata = _paginate(sorted(_get_known_channel(workspace, args).members), args)
    return {"members": page} | metadata


def open_direct_channel(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.open: the channel with one user, or a channel by its id."""
    if args.has("channel"):
        channel = get_channel(workspace, args)
    else:
        channel = _get_direct_channel(workspace, args)
    answer = _channel_json(channel) if args.flag("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": answer}


def _get_direct_channel(workspace: Workspace, args: Arguments) -> Channel:
    listed = args.text("users")
    is_json = listed.startswith("[")
    users = args.json("users", "invalid_arguments") if is_json else listed.split(",")
    users = [user for user in users if user]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        raise ApiError("method_not_supported_for_channel_type")
    if users[0] not in workspace.users:
        raise ApiError("user_not_found")
    channel = workspace.find_direct_channel(users[0])
    if channel is None:
        raise ApiError("cannot_dm_bot")
    return channel


def join_channel(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.join, for public channels only."""
    channel = get_channel(workspace, args)
    if channel.archived:
        raise ApiError("is_archived")
    if channel.kind != "public":
        raise ApiError("method_not_supported_for_channel_type")
    warning = {"warning": "already_in_channel"} if BOT_USER_ID in channel.members else {}
    channel.members.add(BOT_USER_ID)
    workspace.notify({"type": "channel", "channel": channel.id})
    return {"channel": _channel_json(channel)} | warning


def leave_channel(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.leave."""
    channel = get_channel(workspace, args)
    if channel.kind == "im":
        raise ApiError("method_not_supported_for_channel_type")
    if BOT_USER_ID not in channel.members:
        return {"not_in_channel": True}
    channel.members.discard(BOT_USER_ID)
    workspace.notify({"type": "channel", "channel": channel.id})
    return {}


# --- messages -------------------------------------------------------------------------------------


def channel_history(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.history: newest first, without replies.

    With `oldest` but no `latest` the oldest page comes first.
    """
    channel = _get_readable_channel(workspace, args)
    metadata = args.flag("include_all_metadata")
    messages = [
        message_json(message, metadata=metadata)
        for message in workspace.visible_messages(channel.id)
        if message.message.get("thread_ts", message.ts) == message.ts
        or message.message.get("subtype") == "thread_broadcast"
    ]
    messages = _filter_by_time(messages, args)
    forward = args.has("oldest") and not args.has("latest")
    answer = _message_page(messages if forward else messages[::-1], args, most=999)
    if forward:
        answer["messages"].reverse()
    return answer | {"pin_count": 0}


def thread_replies(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out conversations.replies: the first message and its replies, oldest first."""
    channel = _get_readable_channel(workspace, args)
    message = workspace.find_message(channel.id, args.required_text("ts"))
    if message is None or message.seen_by:
        raise ApiError("thread_not_found")
    thread_ts = str(message.message.get("thread_ts", message.ts))
    parent = workspace.find_message(channel.id, thread_ts) or message
    metadata = args.flag("include_all_metadata")
    replies = [
        message_json(reply, metadata=metadata) for reply in workspace.replies(channel.id, parent.ts)
    ]
    thread = [message_json(parent, metadata=metadata), *_filter_by_time(replies, args)]
    return _message_page(thread, args, default=1000)


def _get_readable_channel(workspace: Workspace, args: Arguments) -> Channel:
    """Return a channel; raise ApiError if the bot may not read its messages."""
    channel = get_channel(workspace, args)
    require_scope(workspace, HISTORY_SCOPES[channel.kind])
    if BOT_USER_ID not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _filter_by_time(messages: Sequence[JsonObject], args: Arguments) -> list[JsonObject]:
    """Return the messages between `oldest` and `latest`; these themselves only if `inclusive`."""
    oldest, latest = _parse_time(args, "oldest", 0.0), _parse_time(args, "latest", float("inf"))
    inclusive = args.flag("inclusive")
    return [
        message
        for message in messages
        if oldest < float(message["ts"]) < latest
        or (inclusive and float(message["ts"]) in {oldest, latest})
    ]


def _parse_time(args: Arguments, key: str, default: float) -> float:
    try:
        return float(args.text(key) or default)
    except ValueError as e:
        raise ApiError(f"invalid_ts_{key}") from e
