"""The views.* methods (modals and App Home), and blocks.validate."""

import json

from bot.playground.arguments import ApiError, Arguments
from bot.playground.blockcheck import check_blocks, check_view
from bot.playground.chat_methods import fill_in_ids
from bot.playground.workspace import APP_ID, BOT_ID, TEAM_ID, JsonObject, Trigger, Workspace

MAX_VIEW_BYTES = 250_000  # of JSON
MAX_STACK_DEPTH = 3


# --- views ----------------------------------------------------------------------------------------


def _parse_view(workspace: Workspace, args: Arguments, kind: str) -> JsonObject:
    """Return a view with the fields that Slack adds; raise ApiError for what Slack refuses."""
    view = args.json("view", "invalid_arguments")
    if not isinstance(view, dict):
        problem = "[ERROR] missing required field: view [json-pointer:/view]"
        raise ApiError("invalid_arguments", problem)
    if problems := check_view(view, kind):
        raise ApiError("invalid_arguments", *problems)
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        raise ApiError("view_too_large")
    return {
        "title": {"type": "plain_text", "text": "View Title"},
        "close": None,
        "submit": None,
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        **view,
        "blocks": fill_in_ids(workspace, view["blocks"]),
        "id": workspace.new_id("V"),
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "state": {"values": {}},
    }


def _new_hash(workspace: Workspace) -> str:
    """Return a new hash for a view; `views.update` may ask that it is still the same."""
    return f"{workspace.new_ts()}{workspace.next_number():x}"


def _stack_view(workspace: Workspace, user: str, view: JsonObject) -> JsonObject:
    """Open a modal on top of a user's others."""
    stack = workspace.modals.setdefault(user, [])
    view |= {
        "hash": _new_hash(workspace),
        "root_view_id": stack[0]["id"] if stack else view["id"],
        "previous_view_id": stack[-1]["id"] if stack else None,
    }
    stack.append(view)
    workspace.notify({"type": "modal", "user": user})
    return {"view": dict(view)}


def _replace_view(workspace: Workspace, args: Arguments, old: JsonObject, new: JsonObject) -> None:
    """Change an open view in place; raise ApiError if it is not the one that `hash` names."""
    if args.text("hash", old["hash"]) != old["hash"]:
        raise ApiError("hash_conflict")
    kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
    old.clear()
    old |= new | kept | {"hash": _new_hash(workspace)}


# --- the methods ----------------------------------------------------------------------------------


def open_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.open: a modal in place of those that are open."""
    trigger, view = _parse_opening(workspace, args)
    trigger.used = True
    workspace.modals[trigger.user] = []
    return _stack_view(workspace, trigger.user, view)


def push_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.push: a modal over the one that the trigger came from."""
    trigger, view = _parse_opening(workspace, args)
    stack = workspace.modals.get(trigger.user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= MAX_STACK_DEPTH:
        raise ApiError("push_limit_reached")
    trigger.used = True
    return _stack_view(workspace, trigger.user, view)


def _parse_opening(workspace: Workspace, args: Arguments) -> tuple[Trigger, JsonObject]:
    """Return a valid trigger and a modal."""
    trigger = workspace.triggers.get(args.required_text("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if trigger.expires < workspace.clock():
        raise ApiError("expired_trigger_id")
    return trigger, _parse_view(workspace, args, "modal")


def update_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.update: a modal or an App Home in place, by its id."""
    new, view_id = _parse_view(workspace, args, ""), args.required_text("view_id")
    modals = [("modal", user, view) for user, views in workspace.modals.items() for view in views]
    homes = [("home", user, view) for user, view in workspace.homes.items()]
    for kind, user, view in (*modals, *homes):
        if view["id"] == view_id:
            _replace_view(workspace, args, view, new)
            workspace.notify({"type": kind, "user": user})
            return {"view": dict(view)}
    raise ApiError("not_found")


def publish_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.publish: a user's App Home."""
    user = args.required_text("user_id")
    if user not in workspace.users:
        raise ApiError("invalid_arguments", "[ERROR] not a member of this workspace: user_id")
    view = _parse_view(workspace, args, "home")
    if home := workspace.homes.get(user):
        _replace_view(workspace, args, home, view)
    else:
        ids = {"root_view_id": view["id"], "previous_view_id": None}
        workspace.homes[user] = view | ids | {"hash": _new_hash(workspace)}
    workspace.notify({"type": "home", "user": user})
    return {"view": dict(workspace.homes[user])}


def validate_blocks(_workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out blocks.validate: report each problem of `blocks`, `message` or `view`."""
    names = [name for name in ("blocks", "message", "view") if args.has(name)]
    if len(names) != 1:
        problem = "[ERROR] exactly one of blocks, message and view is needed"
        raise ApiError("invalid_arguments", problem)
    content = args.json(names[0], "invalid_blocks_format")
    if names == ["view"]:
        problems = check_view(content, "")
    else:
        blocks = content if names == ["blocks"] else (content or {}).get("blocks", [])
        problems = check_blocks(blocks, "message")
    if problems:
        raise ApiError("invalid_blocks", errors=list(map(_problem_json, problems)))
    return {}


def _problem_json(problem: str) -> JsonObject:
    message, _, pointer = problem.removeprefix("[ERROR] ").partition(" [json-pointer:")
    return {"pointer": pointer.rstrip("]"), "code": "failed_constraint", "message": message}
