"""The agents.* and assistant.* methods: what the agent pane shows.

https://docs.slack.dev/ai/migrating-to-agent-messaging, https://docs.slack.dev/ai/agent-sessions
"""

from bot.playground.method_call import ApiError, MethodCall
from bot.playground.slack_objects import BOT_USER_ID, JsonObject
from bot.playground.workspace import Channel

MAX_PROMPTS = 4
MAX_TITLE_CHARS = 200
STATUSES = frozenset(("active", "processing", "suspended", "closed"))


def set_suggested_prompts(call: MethodCall) -> JsonObject:
    """Carry out assistant.threads.setSuggestedPrompts; for agents a `thread_ts` makes it vain."""
    workspace, channel = call.workspace, _get_channel(call)
    if not workspace.has_agents:
        raise ApiError("access_denied")
    prompts = call.json("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MAX_PROMPTS:
        raise ApiError("invalid_arguments", "[ERROR] 1 to 4 items are needed: prompts")
    if not all(
        isinstance(row, dict) and row.get("title") and row.get("message") for row in prompts
    ):
        raise ApiError("invalid_arguments", "[ERROR] missing title or message: prompts")
    if not call.has("thread_ts"):
        workspace.prompts[channel.id] = {"title": call.text("title"), "prompts": prompts}
        workspace.notify({"type": "agent", "channel": channel.id})
    return {}


def set_session_status(call: MethodCall) -> JsonObject:
    """Carry out agents.sessions.setStatus: open a thread's session, or change its status."""
    workspace, channel = call.workspace, _get_channel(call)
    if not workspace.has_agents:
        raise ApiError("feature_disabled")
    if BOT_USER_ID not in channel.members:
        raise ApiError("not_authorized")
    status = call.text("status")
    if status not in STATUSES:
        raise ApiError("invalid_status")
    if not call.has("thread_ts"):
        raise ApiError("thread_ts_required")
    title = call.text("title")
    if len(title) > MAX_TITLE_CHARS:
        raise ApiError("invalid_arguments", "[ERROR] must be at most 200 characters: title")
    sessions = workspace.sessions.setdefault(channel.id, {})
    session = sessions.setdefault(call.text("thread_ts"), {"title": title})
    session["status"] = status
    workspace.notify({"type": "agent", "channel": channel.id})
    return {"status": status, "agent_status": status, "title": session["title"]}


def _get_channel(call: MethodCall) -> Channel:
    call.values["channel"] = call.required_text("channel_id")
    return call.get_channel()
