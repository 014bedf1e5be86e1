"""The views.* methods (modals and App Home), blocks.validate, and what the agent pane shows.

https://docs.slack.dev/ai/migrating-to-agent-messaging
"""

import json

from bot.playground.blockcheck import check_view
from bot.playground.chat_methods import check_message, fill_in_ids
from bot.playground.method_call import ApiError, MethodCall
from bot.playground.slack_objects import BOT_USER_ID, OBJECTS, JsonObject
from bot.playground.workspace import Channel, Trigger, Workspace

MAX_VIEW_BYTES = 250_000  # of JSON
MAX_STACK_DEPTH = 3
MAX_PROMPTS = 4
MAX_TITLE_CHARS = 200
STATUSES = frozenset(("active", "processing", "suspended", "closed"))


def _parse_view(call: MethodCall, kind: str) -> JsonObject:
    """Return a view with the fields that Slack adds; raise ApiError for what Slack refuses."""
    view = call.json("view", "invalid_arguments")
    if not isinstance(view, dict):
        problem = "[ERROR] missing required field: view [json-pointer:/view]"
        raise ApiError("invalid_arguments", problem)
    if problems := check_view(view, kind):
        raise ApiError("invalid_arguments", *problems)
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        raise ApiError("view_too_large")
    return {
        **OBJECTS["view_defaults"],
        "close": None,
        "submit": None,
        **view,
        **OBJECTS["view"],
        "blocks": fill_in_ids(call.workspace, view["blocks"]),
        "id": call.workspace.new_id("V"),
    }


def _new_hash(workspace: Workspace) -> str:
    """Return a new hash for a view; `views.update` may ask that it is still the same."""
    return f"{workspace.new_ts()}{workspace.next_number():x}"


def _stack_view(workspace: Workspace, trigger: Trigger, view: JsonObject) -> JsonObject:
    """Use up the trigger to open a modal on top of its user's others."""
    trigger.used = True
    stack = workspace.modals.setdefault(trigger.user, [])
    view |= {
        "hash": _new_hash(workspace),
        "root_view_id": stack[0]["id"] if stack else view["id"],
        "previous_view_id": stack[-1]["id"] if stack else None,
    }
    stack.append(view)
    workspace.notify({"type": "modal", "user": trigger.user})
    return {"view": dict(view)}


def _replace_view(call: MethodCall, old: JsonObject, new: JsonObject) -> None:
    """Change an open view in place; raise ApiError if it is not the one that `hash` names."""
    if call.text("hash", old["hash"]) != old["hash"]:
        raise ApiError("hash_conflict")
    kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
    old.clear()
    old |= new | kept | {"hash": _new_hash(call.workspace)}


def open_view(call: MethodCall) -> JsonObject:
    """Carry out views.open: a modal in place of those that are open."""
    trigger, view = _parse_opening(call)
    call.workspace.modals[trigger.user] = []
    return _stack_view(call.workspace, trigger, view)


def push_view(call: MethodCall) -> JsonObject:
    """Carry out views.push: a modal over the one that the trigger came from."""
    trigger, view = _parse_opening(call)
    stack = call.workspace.modals.get(trigger.user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= MAX_STACK_DEPTH:
        raise ApiError("push_limit_reached")
    return _stack_view(call.workspace, trigger, view)


def _parse_opening(call: MethodCall) -> tuple[Trigger, JsonObject]:
    """Return a valid trigger and a modal."""
    trigger = call.workspace.triggers.get(call.required_text("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if trigger.expires < call.workspace.clock():
        raise ApiError("expired_trigger_id")
    return trigger, _parse_view(call, "modal")


def update_view(call: MethodCall) -> JsonObject:
    """Carry out views.update: a modal or an App Home in place, by its id."""
    new, view_id, workspace = _parse_view(call, ""), call.required_text("view_id"), call.workspace
    modals = [("modal", user, view) for user, views in workspace.modals.items() for view in views]
    homes = [("home", user, view) for user, view in workspace.homes.items()]
    for kind, user, view in (*modals, *homes):
        if view["id"] == view_id:
            _replace_view(call, view, new)
            workspace.notify({"type": kind, "user": user})
            return {"view": dict(view)}
    raise ApiError("not_found")


def publish_view(call: MethodCall) -> JsonObject:
    """Carry out views.publish: a user's App Home."""
    workspace, user = call.workspace, call.required_text("user_id")
    if user not in workspace.users:
        raise ApiError("invalid_arguments", "[ERROR] not a member of this workspace: user_id")
    view = _parse_view(call, "home")
    if home := workspace.homes.get(user):
        _replace_view(call, home, view)
    else:
        ids = {"root_view_id": view["id"], "previous_view_id": None}
        workspace.homes[user] = view | ids | {"hash": _new_hash(workspace)}
    workspace.notify({"type": "home", "user": user})
    return {"view": dict(workspace.homes[user])}


def validate_blocks(call: MethodCall) -> JsonObject:
    """Carry out blocks.validate: report each problem of `blocks`, `message` or `view`."""
    names = [name for name in ("blocks", "message", "view") if call.has(name)]
    if len(names) != 1:
        problem = "[ERROR] exactly one of blocks, message and view is needed"
        raise ApiError("invalid_arguments", problem)
    content = call.json(names[0], "invalid_blocks_format")
    if names == ["view"]:
        problems = check_view(content, "")
    else:
        blocks = content if names == ["blocks"] else (content or {}).get("blocks", [])
        problems = check_message(call.workspace, blocks)
    if problems:
        raise ApiError("invalid_blocks", errors=list(map(_problem_json, problems)))
    return {}


def _problem_json(problem: str) -> JsonObject:
    message, _, pointer = problem.removeprefix("[ERROR] ").partition(" [json-pointer:")
    return {"pointer": pointer.rstrip("]"), "code": "failed_constraint", "message": message}


# --- the agent pane: https://docs.slack.dev/ai/agent-sessions -------------------------------------


def set_suggested_prompts(call: MethodCall) -> JsonObject:
    """Carry out assistant.threads.setSuggestedPrompts; for agents a `thread_ts` makes it vain."""
    workspace, channel = call.workspace, _get_agent_channel(call)
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
    workspace, channel = call.workspace, _get_agent_channel(call)
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


def _get_agent_channel(call: MethodCall) -> Channel:
    call.values["channel"] = call.required_text("channel_id")
    return call.get_channel()
