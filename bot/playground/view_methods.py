"""The views.* methods: modals opened, stacked and changed, and App Home."""

import hashlib
import json
from typing import Any

from bot.playground.arguments import ApiError, Arguments
from bot.playground.blockcheck import check_blocks, check_view
from bot.playground.chat_methods import fill_in_ids
from bot.playground.workspace import APP_ID, BOT_ID, TEAM_ID, JsonObject, Trigger, Workspace

MAX_VIEW_BYTES = 250_000  # bytes of JSON
MAX_STACK_DEPTH = 3


def parse_view(workspace: Workspace, args: Arguments, kind: str) -> JsonObject:
    """Take the view and refuse what Slack refuses."""
    return complete_view(workspace, args.json("view", "invalid_arguments"), kind)


def complete_view(workspace: Workspace, view: Any, kind: str) -> JsonObject:
    """Check a view and fill in what Slack fills in."""
    if not isinstance(view, dict):
        raise ApiError(
            "invalid_arguments", "[ERROR] missing required field: view [json-pointer:/view]"
        )
    if messages := check_view(view, kind):
        raise ApiError("invalid_arguments", *messages)
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


def with_hash(workspace: Workspace, view: JsonObject) -> JsonObject:
    """Give the view the hash of what it shows now; `views.update` may ask that it has not changed."""
    content = json.dumps(view.get("blocks"), sort_keys=True).encode()
    mark = hashlib.sha256(content).hexdigest()[:8]
    return view | {
        "hash": f"{workspace.new_ts().partition('.')[0]}.{mark}{workspace.next_number():x}"
    }


def get_trigger(workspace: Workspace, args: Arguments) -> Trigger:
    """Take the trigger: it is good once, and only for three seconds."""
    if not args.text("trigger_id"):
        raise ApiError("invalid_arguments", "[ERROR] missing required field: trigger_id")
    trigger = workspace.triggers.get(args.text("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if trigger.expires < workspace.clock():
        raise ApiError("expired_trigger_id")
    return trigger


def require_unused_external_id(workspace: Workspace, view: JsonObject) -> None:
    """Refuse an external_id that an open view has."""
    name = view["external_id"]
    if name and any(
        other["external_id"] == name for stack in workspace.modals.values() for other in stack
    ):
        raise ApiError("duplicate_external_id")


def stack_view(workspace: Workspace, user: str, view: JsonObject) -> JsonObject:
    """Put a view on top of a person's stack."""
    stack = workspace.modals.setdefault(user, [])
    below = stack[-1] if stack else None
    view = with_hash(workspace, view) | {
        "root_view_id": stack[0]["id"] if stack else view["id"],
        "previous_view_id": below["id"] if below else None,
    }
    stack.append(view)
    workspace.notify({"type": "modal", "user": user})
    return view


def open_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """views.open: a modal in place of whatever was open."""
    trigger = get_trigger(workspace, args)
    view = parse_view(workspace, args, "modal")
    require_unused_external_id(workspace, view)
    trigger.used = True
    workspace.modals[trigger.user] = []
    return {"view": stack_view(workspace, trigger.user, view)}


def push_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """views.push: a modal over the one that the trigger came from, three deep at most."""
    trigger = get_trigger(workspace, args)
    view = parse_view(workspace, args, "modal")
    require_unused_external_id(workspace, view)
    stack = workspace.modals.get(trigger.user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= MAX_STACK_DEPTH:
        raise ApiError("push_limit_reached")
    trigger.used = True
    return {"view": stack_view(workspace, trigger.user, view)}


def update_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """views.update: another content for an open view."""
    view = parse_view(workspace, args, "")
    wanted, name = args.text("view_id"), args.text("external_id")
    if not wanted and not name:
        raise ApiError("invalid_arguments", "[ERROR] view_id or external_id is needed")
    for user, stack in workspace.modals.items():
        for index, old in enumerate(stack):
            if old["id"] == wanted or (name and old["external_id"] == name):
                return {"view": replace_view(workspace, user, index, view, args.text("hash"))}
    for user, old in workspace.homes.items():
        if old["id"] == wanted:
            return {"view": set_home(workspace, user, view, args.text("hash"))}
    raise ApiError("not_found")


def replace_view(
    workspace: Workspace, user: str, index: int, view: JsonObject, mark: str = ""
) -> JsonObject:
    """Change a view in a person's stack; what stands in inputs of the same name stays."""
    old = workspace.modals[user][index]
    if mark and mark != old["hash"]:
        raise ApiError("hash_conflict")
    kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
    new = with_hash(workspace, view | kept)
    workspace.modals[user][index] = new
    workspace.notify({"type": "modal", "user": user})
    return new


def publish_view(workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """views.publish: a person's App Home."""
    user = args.required_text("user_id")
    if user not in workspace.users:
        raise ApiError("invalid_arguments", "[ERROR] not a member of this workspace: user_id")
    view = parse_view(workspace, args, "home")
    return {"view": set_home(workspace, user, view, args.text("hash"))}


def set_home(workspace: Workspace, user: str, view: JsonObject, mark: str) -> JsonObject:
    """Change what a person's App Home shows."""
    old = workspace.homes.get(user)
    if old and mark and mark != old["hash"]:
        raise ApiError("hash_conflict")
    made = with_hash(workspace, view | ({"id": old["id"]} if old else {}))
    made |= {"root_view_id": made["id"], "previous_view_id": None}
    workspace.homes[user] = made
    workspace.notify({"type": "home", "user": user})
    return made


def validate_blocks(_workspace: Workspace, args: Arguments, _call: int) -> JsonObject:
    """blocks.validate: whether Slack would take one of `blocks`, `message` or `view`; each fault with its place."""
    given = [name for name in ("blocks", "message", "view") if args.has(name)]
    if len(given) != 1:
        raise ApiError(
            "invalid_arguments", "[ERROR] exactly one of blocks, message and view is needed"
        )
    content = args.json(given[0], "invalid_blocks_format")
    if given[0] == "view":
        wrong = check_view(content, "")
    else:
        wrong = check_blocks(
            content if given[0] == "blocks" else (content or {}).get("blocks", []), "message"
        )
    if wrong:
        raise ApiError("invalid_blocks", errors=[_fault(line) for line in wrong])
    return {}


def _fault(line: str) -> JsonObject:
    message, _, pointer = line.removeprefix("[ERROR] ").partition(" [json-pointer:")
    return {"pointer": pointer.rstrip("]"), "code": "failed_constraint", "message": message}
