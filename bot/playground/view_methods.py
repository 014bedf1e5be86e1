"""The views.* methods (modals and App Home), and blocks.validate."""

import hashlib
import json
from typing import Any

from bot.playground.arguments import ApiError, Arguments
from bot.playground.blockcheck import check_blocks, check_view
from bot.playground.chat_methods import fill_in_ids
from bot.playground.workspace import APP_ID, BOT_ID, TEAM_ID, JsonObject, Trigger, Workspace

MAX_VIEW_BYTES = 250_000  # of JSON
MAX_STACK_DEPTH = 3


# --- views ----------------------------------------------------------------------------------------


def _parse_view(workspace: Workspace, args: Arguments, kind: str) -> JsonObject:
    return complete_view(workspace, args.json("view", "invalid_arguments"), kind)


def complete_view(workspace: Workspace, view: Any, kind: str) -> JsonObject:
    """Return a view with the fields that Slack adds; raise ApiError for what Slack refuses."""
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
        "clear_on_close": False,
        "notify_on_close": False,
        **view,
        "blocks": fill_in_ids(workspace, view["blocks"]),
        "id": workspace.new_id("V"),
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "state": {"values": {}},
    }


def _with_hash(workspace: Workspace, view: JsonObject) -> JsonObject:
    """Return a view with a new hash; `views.update` may ask that it is still the same."""
    content = json.dumps(view.get("blocks"), sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()[:8]
    seconds = workspace.new_ts().partition(".")[0]
    return view | {"hash": f"{seconds}.{digest}{workspace.next_number():x}"}


def _require_same_hash(view: JsonObject, expected: str) -> None:
    if expected and expected != view["hash"]:
        raise ApiError("hash_conflict")


def stack_view(workspace: Workspace, user: str, view: JsonObject) -> JsonObject:
    """Open a modal on top of a user's others."""
    stack = workspace.modals.setdefault(user, [])
    view = _with_hash(workspace, view) | {
        "root_view_id": stack[0]["id"] if stack else view["id"],
        "previous_view_id": stack[-1]["id"] if stack else None,
    }
    stack.append(view)
    workspace.notify({"type": "modal", "user": user})
    return view


def replace_view(
    workspace: Workspace, user: str, index: int, view: JsonObject, expected_hash: str = ""
) -> JsonObject:
    """Replace one of a user's modals; what was typed into inputs of the same name stays."""
    old = workspace.modals[user][index]
    _require_same_hash(old, expected_hash)
    kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
    workspace.modals[user][index] = _with_hash(workspace, view | kept)
    workspace.notify({"type": "modal", "user": user})
    return workspace.modals[user][index]


def _set_home(workspace: Workspace, user: str, view: JsonObject, expected_hash: str) -> JsonObject:
    old = workspace.homes.get(user)
    if old:
        _require_same_hash(old, expected_hash)
        view = view | {"id": old["id"]}
    ids = {"root_view_id": view["id"], "previous_view_id": None}
    workspace.homes[user] = _with_hash(workspace, view) | ids
    workspace.notify({"type": "home", "user": user})
    return workspace.homes[user]


# --- the methods ----------------------------------------------------------------------------------


def open_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.open: a modal in place of those that are open."""
    trigger, view = _parse_opening(workspace, args)
    trigger.used = True
    workspace.modals[trigger.user] = []
    return {"view": stack_view(workspace, trigger.user, view)}


def push_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.push: a modal over the one that the trigger came from."""
    trigger, view = _parse_opening(workspace, args)
    stack = workspace.modals.get(trigger.user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= MAX_STACK_DEPTH:
        raise ApiError("push_limit_reached")
    trigger.used = True
    return {"view": stack_view(workspace, trigger.user, view)}


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
    """Carry out views.update."""
    view, expected_hash = _parse_view(workspace, args, ""), args.text("hash")
    view_id = args.required_text("view_id")
    for user, stack in workspace.modals.items():
        for index, old in enumerate(stack):
            if old["id"] == view_id:
                return {"view": replace_view(workspace, user, index, view, expected_hash)}
    for user, old in workspace.homes.items():
        if old["id"] == view_id:
            return {"view": _set_home(workspace, user, view, expected_hash)}
    raise ApiError("not_found")


def publish_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """Carry out views.publish: a user's App Home."""
    user = args.required_text("user_id")
    if user not in workspace.users:
        raise ApiError("invalid_arguments", "[ERROR] not a member of this workspace: user_id")
    view = _parse_view(workspace, args, "home")
    return {"view": _set_home(workspace, user, view, args.text("hash"))}


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
