"""What a response_url takes: answers to one interaction, shown to one person or to all."""

from bot.playground.arguments import Args, Refused
from bot.playground.chat_methods import bot_message, content, thread_of
from bot.playground.workspace import JsonObject, Post, ResponseUrl, Workspace


def answer_response_url(workspace: Workspace, key: str, args: Args, call: int) -> JsonObject:
    """Carry out one answer; an address is good for five of them, within thirty minutes."""
    address = workspace.response_urls.get(key)
    if address is None:
        raise Refused("invalid_url", status=404)
    if address.expires < workspace.clock():
        raise Refused("expired_url", status=404)
    if address.left <= 0:
        raise Refused("used_url", status=404)
    try:
        respond(workspace, address, args, call)
    except Refused as refused:
        raise Refused(
            refused.error,
            *refused.answer.get("response_metadata", {}).get("messages", ()),
            status=400,
        ) from (refused)
    address.left -= 1
    return {}


def respond(workspace: Workspace, address: ResponseUrl, args: Args, call: int | None) -> None:
    """Post, replace or remove, as the answer says; after a command there is no message to replace."""
    original = workspace.post(address.channel, address.original) if address.original else None
    if args.flag("delete_original"):
        if original:
            workspace.remove_post(address.channel, original)
        return
    made = content(workspace, args)
    if args.flag("replace_original") and original:
        original.message = {
            key: value
            for key, value in original.message.items()
            if key not in {"blocks", "attachments"}
        } | made
        original.call = call
        workspace.touch_post(address.channel, original)
        return
    post_answer(workspace, address, args, made, call)


def post_answer(
    workspace: Workspace, address: ResponseUrl, args: Args, made: JsonObject, call: int | None
) -> None:
    """Post a new message: to the person alone unless it says "in_channel"."""
    public = args.text("response_type") == "in_channel"
    thread = thread_of(workspace, workspace.channels[address.channel], args)
    if thread:
        made["thread_ts"] = thread
    message = bot_message(workspace, made)
    if not public:
        message["is_ephemeral"] = True
    post = Post(message, seen_by=None if public else address.user, call=call)
    workspace.add_post(address.channel, post)
