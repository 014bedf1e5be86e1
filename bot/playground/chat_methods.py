"""The chat.* methods, and the answers to interactions at their response_url."""

import json
import re
from typing import Any

from bot.playground.blockcheck import check_blocks, count_text
from bot.playground.method_call import ApiError, MethodCall
from bot.playground.slack_objects import BOT_ID, BOT_USER_ID, OBJECTS, JsonObject
from bot.playground.workspace import Channel, ChannelMessage, ResponseUrl, Workspace

MAX_TEXT_CHARS = 40_000  # chat.postMessage; a warning from 4,000
MAX_UPDATE_CHARS = 4_000  # chat.update refuses what chat.postMessage takes
MAX_BLOCKS_CHARS = 13_000  # all text in a message's blocks; found by trying, not documented
MAX_METADATA_BYTES = 8_000  # of JSON; found by trying

_TS = re.compile(r"\d{10}\.\d{6}")
_METADATA_KEYS = {"event_type", "event_payload", "entities"}


def _get_thread_ts(call: MethodCall, channel: Channel) -> str | None:
    """Return the first message of the thread; the `ts` of a reply leads to its thread."""
    if not call.has("thread_ts"):
        return None
    ts = call.text("thread_ts")
    if not _TS.fullmatch(ts):
        raise ApiError("invalid_thread_ts")
    parent = call.workspace.find_message(channel.id, ts)
    if parent is None or parent.seen_by:
        raise ApiError("thread_not_found")
    return str(parent.message.get("thread_ts", ts))


def parse_content(call: MethodCall, *, max_chars: int = MAX_TEXT_CHARS) -> JsonObject:
    """Return text, blocks and metadata; raise ApiError for what Slack refuses."""
    blocks = call.json("blocks", "invalid_blocks_format")
    text = call.text("text")
    if not text.strip() and not blocks:
        raise ApiError("no_text")
    if len(text) > max_chars:
        raise ApiError("msg_too_long")
    content: JsonObject = {"text": text}
    if blocks is not None:
        content["blocks"] = _validate_blocks(call.workspace, blocks)
    if call.has("metadata"):
        metadata = call.json("metadata", "invalid_metadata_format")
        content["metadata"] = _validate_metadata(metadata)
    return content


def _validate_blocks(workspace: Workspace, blocks: Any) -> list[JsonObject]:
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if problems := check_message(workspace, blocks):
        raise ApiError("invalid_blocks", *problems)
    if count_text(blocks) > MAX_BLOCKS_CHARS:
        raise ApiError("msg_blocks_too_long")
    return fill_in_ids(workspace, blocks)


def check_message(workspace: Workspace, blocks: Any) -> list[str]:
    """Return what is wrong with a message's blocks in this workspace."""
    refused = [
        f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/{index}/type]"
        for index, block in enumerate(blocks if isinstance(blocks, list) else ())
        if isinstance(block, dict) and block.get("type") in workspace.refused_blocks
    ]
    return refused or check_blocks(blocks, "message")


def fill_in_ids(workspace: Workspace, blocks: list[JsonObject]) -> list[JsonObject]:
    """Copy blocks, with the block_id and action_id that Slack adds where the app gave none."""
    copy: list[JsonObject] = json.loads(json.dumps(blocks))
    for block in copy:
        block.setdefault("block_id", f"b{workspace.next_number()}")
        if "child_blocks" in block:
            block["child_blocks"] = fill_in_ids(workspace, block["child_blocks"])
        elements = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in elements:
            if isinstance(element, dict) and _is_interactive(element):
                element.setdefault("action_id", f"a{workspace.next_number()}")
    return copy


def _is_interactive(element: JsonObject) -> bool:
    """Return whether an element sends actions, and so has an action_id."""
    kind = str(element.get("type", ""))
    passive = kind.startswith(("rich_text_", "image", "plain_text", "mrkdwn"))
    return not passive or kind in {"plain_text_input", "rich_text_input"}


def _validate_metadata(metadata: Any) -> JsonObject:
    """Refuse metadata that Slack would not store: it is {"event_type", "event_payload"}."""
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if metadata == {}:
        return metadata
    payload = metadata.get("event_payload")
    has_type = isinstance(metadata.get("event_type"), str)
    if not has_type or not isinstance(payload, dict) or set(metadata) - _METADATA_KEYS:
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > MAX_METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return metadata


def add_bot_message(
    call: MethodCall, channel: Channel, content: JsonObject, seen_by: str | None = None
) -> ChannelMessage:
    """Add a message of the bot to a channel or a thread of it; `seen_by` makes it ephemeral."""
    workspace, thread = call.workspace, _get_thread_ts(call, channel)
    message = {
        **OBJECTS["message"],
        "ts": workspace.new_ts(),
        **content,
        **({"thread_ts": thread} if thread else {}),
        **({"is_ephemeral": True} if seen_by else {}),
    }
    added = ChannelMessage(message, seen_by=seen_by, call=call.number)
    workspace.add_message(channel.id, added)
    return added


def post_message(call: MethodCall) -> JsonObject:
    """Carry out chat.postMessage."""
    channel = call.get_writable_channel()
    message = add_bot_message(call, channel, parse_content(call))
    return {"channel": channel.id, "ts": message.ts, "message": message.message}


def update_message(call: MethodCall) -> JsonObject:
    """Carry out chat.update: what is not given stays; an empty list removes the blocks."""
    workspace, channel = call.workspace, call.get_channel()
    message = workspace.find_message(channel.id, call.required_text("ts"))
    if message is None or message.seen_by:
        raise ApiError("message_not_found")
    if message.message.get("bot_id") != BOT_ID:
        raise ApiError("cant_update_message")
    if channel.archived:
        raise ApiError("is_archived")
    if not call.json("blocks", "invalid_blocks_format") and not call.has("text"):
        raise ApiError("no_text")
    content = parse_content(call, max_chars=MAX_UPDATE_CHARS)
    edited = {"user": BOT_USER_ID, "ts": workspace.new_ts()}
    message.message |= content | {"edited": edited}
    message.call = call.number
    workspace.touch_message(channel.id, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.message}


def post_ephemeral(call: MethodCall) -> JsonObject:
    """Carry out chat.postEphemeral: one member sees the message, and no history has it."""
    channel = call.get_writable_channel()
    if BOT_USER_ID not in channel.members:
        raise ApiError("not_in_channel")
    user = call.get_user(call.required_text("user")).id
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    return {"message_ts": add_bot_message(call, channel, parse_content(call), user).ts}


def unfurl(call: MethodCall) -> JsonObject:
    """Carry out chat.unfurl: attach blocks to links of a message, in place of earlier ones."""
    workspace, (channel_id, ts) = call.workspace, _find_unfurled(call)
    message = workspace.find_message(channel_id, ts)
    if message is None or message.seen_by:
        raise ApiError("cannot_find_message")
    unfurls = call.json("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict) or not unfurls:
        raise ApiError("missing_unfurls")
    if any(url not in str(message.message.get("text", "")) for url in unfurls):
        raise ApiError("cannot_unfurl_url")
    attachments = {each["from_url"]: each for each in message.message.get("attachments", [])}
    for url, shown in unfurls.items():
        blocks = _validate_blocks(workspace, shown.get("blocks"))
        attachments[url] = {"from_url": url, "is_app_unfurl": True, "blocks": blocks}
    message.message["attachments"] = list(attachments.values())
    workspace.touch_message(channel_id, message)
    return {}


def _find_unfurled(call: MethodCall) -> tuple[str, str]:
    """Return channel and `ts` of the message; `unfurl_id` tells them in the stand-in."""
    if call.has("unfurl_id"):
        channel, _, ts = call.text("unfurl_id").partition(":")
        if call.text("source") != "conversations_history" or not ts:
            raise ApiError("invalid_source")
        return channel, ts
    return call.get_channel().id, call.required_text("ts")


def answer_response_url(call: MethodCall, key: str) -> JsonObject:
    """Carry out an answer to an interaction; a URL takes five within thirty minutes."""
    url = call.workspace.response_urls.get(key)
    if url is None:
        raise ApiError("invalid_url", status=404)
    if url.expires < call.workspace.clock():
        raise ApiError("expired_url", status=404)
    if url.left <= 0:
        raise ApiError("used_url", status=404)
    try:
        respond(call, url)
    except ApiError as e:
        raise ApiError(e.error, *e.messages, status=400) from e
    url.left -= 1
    return {}


def respond(call: MethodCall, url: ResponseUrl) -> None:
    """Post, replace or delete a message, as an answer says.

    A new message is for one user unless it says "in_channel"; a command has no original.
    """
    workspace = call.workspace
    original = workspace.find_message(url.channel, url.original) if url.original else None
    if call.flag("delete_original"):
        if original:
            workspace.remove_message(url.channel, original)
        return
    content = parse_content(call)
    if call.flag("replace_original") and original:
        original.message.pop("blocks", None)
        original.message |= content
        original.call = call.number
        workspace.touch_message(url.channel, original)
        return
    seen_by = None if call.text("response_type") == "in_channel" else url.user
    add_bot_message(call, workspace.channels[url.channel], content, seen_by)
