"""The conversations.*, users.* and auth.* methods: who and what is there."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.arguments import Args, Refused
from bot.playground.chat_methods import find_channel, shown
from bot.playground.workspace import (
    APP,
    BOT,
    BOT_NAME,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    TEAM_NAME,
    Channel,
    JsonObject,
    Person,
    Workspace,
)

T = TypeVar("T")


HISTORY_SCOPE = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
READ_SCOPE = {"public": "channels:read", "private": "groups:read", "im": "im:read"}


def need_scope(workspace: Workspace, scope: str) -> None:
    """Refuse as Slack does where the app was not granted a scope."""
    if scope not in workspace.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))


def page_of(items: Sequence[T], args: Args, *, default: int, most: int) -> tuple[Sequence[T], str]:
    """Cut one page by `cursor` and `limit`; the cursor of the next one is empty at the end."""
    limit = args.whole("limit", default)
    if not 1 <= limit <= most:
        raise Refused("invalid_limit")
    start = cursor_place(args.text("cursor"))
    more = len(items) > start + limit
    following = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return items[start : start + limit], following


def cursor_place(cursor: str) -> int:
    """Read back where a page begins."""
    if not cursor:
        return 0
    try:
        name, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name != "next":
            raise Refused("invalid_cursor")
        return int(place)
    except (binascii.Error, ValueError) as e:
        raise Refused("invalid_cursor") from e


def shown_channel(channel: Channel) -> JsonObject:
    """Give a conversation in Slack's shape."""
    if channel.kind == "im":
        return {
            "id": channel.id,
            "is_im": True,
            "user": channel.person,
            "is_archived": False,
            "created": 1_700_000_000,
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
        "is_member": BOT_USER in channel.members,
        "num_members": len(channel.members),
        "creator": channel.creator,
        "created": 1_700_000_000,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": TEAM,
    }


def shown_person(person: Person) -> JsonObject:
    """Give a person in Slack's shape."""
    return {
        "id": person.id,
        "team_id": TEAM,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": False,
        "tz": person.zone,
        "is_admin": person.admin,
        "is_owner": False,
        "is_bot": person.bot,
        "is_app_user": False,
        "is_restricted": False,
        "profile": {"real_name": person.real_name, "display_name": person.name, "team": TEAM},
    }


def auth_test(_workspace: Workspace, _args: Args, _call: int) -> JsonObject:
    """auth.test."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": BOT_NAME,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


def list_channels(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.list: public channels unless `types` says otherwise; private ones only with the bot in."""
    names = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    types = [name.strip() for name in args.text("types", "public_channel").split(",")]
    if not set(types) <= set(names):
        raise Refused("invalid_types")
    kinds = {names[name] for name in types}
    for kind in kinds & set(READ_SCOPE):
        need_scope(workspace, READ_SCOPE[kind])
    found = [
        channel
        for channel in workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or BOT_USER in channel.members)
        and not (channel.archived and args.flag("exclude_archived"))
    ]
    page, cursor = page_of(found, args, default=100, most=1000)
    return {
        "channels": [shown_channel(channel) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def channels_of(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """users.conversations: those that a person is in; private ones only with the bot in, too."""
    user = args.text("user", BOT_USER)
    if user not in workspace.people:
        raise Refused("user_not_found")
    found = list_channels(workspace, Args(args.values | {"limit": 1000, "cursor": ""}), _call)[
        "channels"
    ]
    its = [channel for channel in found if user in workspace.channels[channel["id"]].members]
    page, cursor = page_of(its, args, default=100, most=999)
    return {"channels": list(page), "response_metadata": {"next_cursor": cursor}}


def channel_info(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.info."""
    channel = find_channel(workspace, args)
    need_scope(workspace, READ_SCOPE[channel.kind])
    return {"channel": shown_channel(channel)}


def channel_members(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.members."""
    channel = find_channel(workspace, args)
    need_scope(workspace, READ_SCOPE[channel.kind])
    page, cursor = page_of(sorted(channel.members), args, default=100, most=1000)
    return {"members": list(page), "response_metadata": {"next_cursor": cursor}}


def open_direct(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.open: direct messages with one person, or a conversation by its id."""
    need_scope(workspace, "im:write")
    if args.has("channel"):
        channel = find_channel(workspace, args)
    else:
        users = (
            args.structure("users", "invalid_arguments")
            if args.text("users").startswith("[")
            else None
        )
        names = users or [name for name in args.text("users").split(",") if name]
        if len(names) != 1:
            raise Refused(
                "users_list_not_supplied" if not names else "method_not_supported_for_channel_type"
            )
        if names[0] not in workspace.people:
            raise Refused("user_not_found")
        found = workspace.direct(names[0])
        if found is None:
            raise Refused("cannot_dm_bot")
        channel = found
    answer = shown_channel(channel) if args.flag("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": answer}


def join(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.join: public channels only."""
    need_scope(workspace, "channels:join")
    channel = find_channel(workspace, args)
    if channel.archived:
        raise Refused("is_archived")
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    there = BOT_USER in channel.members
    channel.members.add(BOT_USER)
    workspace.changed({"type": "channel", "channel": channel.id})
    return {"channel": shown_channel(channel)} | (
        {"warning": "already_in_channel"} if there else {}
    )


def leave(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.leave."""
    channel = find_channel(workspace, args)
    if channel.kind == "im":
        raise Refused("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        return {"not_in_channel": True}
    channel.members.discard(BOT_USER)
    workspace.changed({"type": "channel", "channel": channel.id})
    return {}


def readable(workspace: Workspace, args: Args) -> Channel:
    """Find a channel whose messages the bot may read."""
    channel = find_channel(workspace, args)
    need_scope(workspace, HISTORY_SCOPE[channel.kind])
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    return channel


def between(messages: Sequence[JsonObject], args: Args) -> list[JsonObject]:
    """Keep those between `oldest` and `latest`; the ends count only when `inclusive`."""
    oldest, latest = bound(args, "oldest", 0.0), bound(args, "latest", float("inf"))
    if args.flag("inclusive"):
        return [message for message in messages if oldest <= float(message["ts"]) <= latest]
    return [message for message in messages if oldest < float(message["ts"]) < latest]


def bound(args: Args, key: str, default: float) -> float:
    """Read a time in seconds."""
    try:
        return float(args.text(key) or default)
    except ValueError as e:
        raise Refused(f"invalid_ts_{key}") from e


def history(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.history: newest first, without replies; from `oldest` alone, the oldest page first."""
    channel = readable(workspace, args)
    metadata = args.flag("include_all_metadata")
    top = [
        shown(post, metadata=metadata)
        for post in workspace.visible(channel.id)
        if post.message.get("thread_ts", post.ts) == post.ts
        or post.message.get("subtype") == "thread_broadcast"
    ]
    found = between(top, args)
    forward = args.has("oldest") and not args.has("latest")
    page, cursor = page_of(found if forward else found[::-1], args, default=100, most=999)
    answer: JsonObject = {
        "messages": list(page)[::-1] if forward else list(page),
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def replies(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """conversations.replies: the first message and its replies, oldest first."""
    channel = readable(workspace, args)
    post = workspace.post(channel.id, args.needed("ts"))
    if post is None or post.seen_by:
        raise Refused("thread_not_found")
    root = workspace.post(channel.id, str(post.message.get("thread_ts", post.ts))) or post
    metadata = args.flag("include_all_metadata")
    answers = [shown(reply, metadata=metadata) for reply in workspace.replies(channel.id, root.ts)]
    found = [shown(root, metadata=metadata), *between(answers, args)]
    page, cursor = page_of(found, args, default=1000, most=1000)
    answer: JsonObject = {"messages": list(page), "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def person_info(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """users.info."""
    need_scope(workspace, "users:read")
    person = workspace.people.get(args.text("user"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": shown_person(person)}


def list_people(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """users.list."""
    need_scope(workspace, "users:read")
    page, cursor = page_of(list(workspace.people.values()), args, default=100, most=1000)
    return {
        "members": [shown_person(person) for person in page],
        "response_metadata": {"next_cursor": cursor},
    }


def team_info(_workspace: Workspace, _args: Args, _call: int) -> JsonObject:
    """team.info."""
    return {"team": {"id": TEAM, "name": TEAM_NAME, "domain": TEAM_DOMAIN}}


def bot_info(_workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """bots.info; Bolt asks it for the bot behind a token."""
    if args.text("bot", BOT) != BOT:
        raise Refused("bot_not_found")
    return {
        "bot": {
            "id": BOT,
            "deleted": False,
            "name": BOT_NAME,
            "app_id": APP,
            "user_id": BOT_USER,
            "icons": {},
        }
    }
