"""The chat.* methods: messages posted, changed, removed, shown to one person."""

import json
import re
from typing import Any

from bot.playground.arguments import Args, Refused
from bot.playground.blockcheck import check_blocks, count_text
from bot.playground.workspace import (
    APP,
    BOT,
    BOT_NAME,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    Channel,
    JsonObject,
    Post,
    Workspace,
)

LONGEST_TEXT = 40_000  # chat.postMessage; a warning from 4,000
LONGEST_UPDATE = 4_000  # chat.update refuses what chat.postMessage takes
LONGEST_BLOCKS = 13_000  # all text in a message's blocks; found by trying, not documented
LARGEST_METADATA = 8_000  # bytes of JSON; found by trying
MOST_ATTACHMENTS = 100

TS = re.compile(r"\d{10}\.\d{6}")


def find_channel(workspace: Workspace, args: Args) -> Channel:
    """Find the channel that the bot may know of."""
    channel = workspace.channel_of(args.text("channel"))
    if channel is None or (channel.kind == "private" and BOT_USER not in channel.members):
        raise Refused("channel_not_found")
    return channel


def open_channel(workspace: Workspace, args: Args) -> Channel:
    """Find a channel that the bot may write to."""
    channel = find_channel(workspace, args)
    if channel.archived:
        raise Refused("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in workspace.scopes:
        raise Refused("not_in_channel")
    return channel


def content(workspace: Workspace, args: Args, *, longest: int = LONGEST_TEXT) -> JsonObject:
    """Take the text, blocks, attachments and metadata of a message, each checked as Slack does."""
    blocks = args.structure("blocks", "invalid_blocks_format")
    attachments = args.structure("attachments", "invalid_attachments")
    text = args.text("text")
    if not text.strip() and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > longest:
        raise Refused("msg_too_long")
    made: JsonObject = {"text": text}
    if blocks is not None:
        made["blocks"] = checked_blocks(workspace, blocks)
    if attachments:
        made["attachments"] = checked_attachments(attachments)
    if args.has("metadata"):
        made["metadata"] = checked_metadata(args.structure("metadata", "invalid_metadata_format"))
    return made


def checked_blocks(workspace: Workspace, blocks: Any) -> list[JsonObject]:
    """Refuse what Slack refuses, and give each block and element the id that it lacks."""
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if messages := check_blocks(blocks, "message"):
        raise Refused("invalid_blocks", *messages)
    if count_text(blocks) > LONGEST_BLOCKS:
        raise Refused("msg_blocks_too_long")
    return named(workspace, blocks)


def named(workspace: Workspace, blocks: list[JsonObject]) -> list[JsonObject]:
    """Copy the blocks, with the block_id and action_id that Slack gives where the app gave none."""
    copy: list[JsonObject] = json.loads(json.dumps(blocks))
    for block in copy:
        block.setdefault("block_id", f"b{workspace.number()}")
        inner = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in inner:
            if isinstance(element, dict) and acts(element):
                element.setdefault("action_id", f"a{workspace.number()}")
    return copy


def acts(element: JsonObject) -> bool:
    """Whether an element sends actions, and so has an action_id."""
    return not str(element.get("type", "")).startswith(
        ("rich_text_", "image", "plain_text", "mrkdwn")
    ) or (element.get("type") in {"plain_text_input", "rich_text_input"})


def checked_attachments(attachments: Any) -> list[JsonObject]:
    """Refuse what is no list of attachments, or too long a one."""
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refused("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    return attachments


def checked_metadata(metadata: Any) -> JsonObject:
    """Refuse metadata that Slack would not store: it is {"event_type", "event_payload"}."""
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if metadata == {}:
        return metadata
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema")
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > LARGEST_METADATA:
        raise Refused("metadata_too_large")
    return metadata


def bot_message(workspace: Workspace, made: JsonObject) -> JsonObject:
    """Give the message as Slack stores it."""
    return {
        "type": "message",
        "user": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "team": TEAM,
        "ts": workspace.new_ts(),
        "bot_profile": {
            "id": BOT,
            "app_id": APP,
            "name": BOT_NAME,
            "deleted": False,
            "team_id": TEAM,
        },
        **made,
    }


def thread_of(workspace: Workspace, channel: Channel, args: Args) -> str | None:
    """Give the first message of the thread asked for; a reply's own `ts` leads to its thread."""
    if not args.has("thread_ts"):
        return None
    asked = args.text("thread_ts")
    if not TS.fullmatch(asked):
        raise Refused("invalid_thread_ts")
    parent = workspace.post(channel.id, asked)
    if parent is None or parent.seen_by:
        raise Refused("thread_not_found")
    return str(parent.message.get("thread_ts", asked))


def shown(post: Post, *, metadata: bool = True) -> JsonObject:
    """Give a message as the API answers it."""
    hidden = set() if metadata and post.message.get("metadata") else {"metadata"}
    return {key: value for key, value in post.message.items() if key not in hidden}


def post_message(workspace: Workspace, args: Args, call: int) -> JsonObject:
    """chat.postMessage."""
    channel = open_channel(workspace, args)
    made = content(workspace, args)
    thread = thread_of(workspace, channel, args)
    if thread:
        made["thread_ts"] = thread
    post = Post(bot_message(workspace, made), call=call)
    workspace.add_post(channel.id, post)
    return {"channel": channel.id, "ts": post.ts, "message": shown(post)}


def own_post(workspace: Workspace, args: Args, error: str) -> tuple[Channel, Post]:
    """Find a message that the bot posted; refuse another's with `error`."""
    channel = find_channel(workspace, args)
    post = workspace.post(channel.id, args.needed("ts"))
    if post is None or post.seen_by:
        raise Refused("message_not_found")
    if post.message.get("bot_id") != BOT:
        raise Refused(error)
    if channel.archived:
        raise Refused("is_archived")
    return channel, post


def update(workspace: Workspace, args: Args, call: int) -> JsonObject:
    """chat.update: what is not given stays, an empty list of blocks takes them away."""
    channel, post = own_post(workspace, args, "cant_update_message")
    kept = {
        key: post.message[key]
        for key in ("blocks", "attachments", "metadata")
        if key in post.message
    }
    blocks = args.structure("blocks", "invalid_blocks_format")
    asked = args if blocks or args.has("text") or args.has("attachments") else None
    if asked is None:
        raise Refused("no_text")
    made = content(workspace, args, longest=LONGEST_UPDATE)
    post.message.update(kept | made | {"edited": {"user": BOT_USER, "ts": workspace.new_ts()}})
    post.call = call
    workspace.touch_post(channel.id, post)
    return {
        "channel": channel.id,
        "ts": post.ts,
        "text": post.message["text"],
        "message": shown(post),
    }


def delete(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """chat.delete."""
    channel, post = own_post(workspace, args, "cant_delete_message")
    workspace.remove_post(channel.id, post)
    return {"channel": channel.id, "ts": post.ts}


def post_ephemeral(workspace: Workspace, args: Args, call: int) -> JsonObject:
    """chat.postEphemeral: one member sees it, and it is in no history."""
    channel = find_channel(workspace, args)
    if channel.archived:
        raise Refused("is_archived")
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    user = args.needed("user")
    if user not in workspace.people:
        raise Refused("user_not_found")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    made = content(workspace, args)
    thread = thread_of(workspace, channel, args)
    if thread:
        made["thread_ts"] = thread
    post = Post(bot_message(workspace, made) | {"is_ephemeral": True}, seen_by=user, call=call)
    workspace.add_post(channel.id, post)
    return {"message_ts": post.ts}


def get_permalink(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """chat.getPermalink."""
    channel = find_channel(workspace, args)
    post = workspace.post(channel.id, args.needed("message_ts"))
    if post is None:
        raise Refused("message_not_found")
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{post.ts.replace('.', '')}"
    thread = post.message.get("thread_ts")
    if thread and thread != post.ts:
        link += f"?thread_ts={thread}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
