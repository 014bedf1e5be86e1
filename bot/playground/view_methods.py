"""The views.* methods: modals opened, stacked and changed, and App Home."""

import hashlib
import json
from typing import Any

from bot.playground.arguments import Args, Refused
from bot.playground.blockcheck import check_blocks, check_view
from bot.playground.chat_methods import named
from bot.playground.workspace import APP, BOT, TEAM, JsonObject, Trigger, Workspace

LARGEST_VIEW = 250_000  # bytes of JSON
DEEPEST_STACK = 3


def checked_view(workspace: Workspace, args: Args, kind: str) -> JsonObject:
    """Take the view and refuse what Slack refuses."""
    return taken_view(workspace, args.structure("view", "invalid_arguments"), kind)


def taken_view(workspace: Workspace, view: Any, kind: str) -> JsonObject:
    """Check a view and fill in what Slack fills in."""
    if not isinstance(view, dict):
        raise Refused(
            "invalid_arguments", "[ERROR] missing required field: view [json-pointer:/view]"
        )
    if messages := check_view(view, kind):
        raise Refused("invalid_arguments", *messages)
    if len(json.dumps(view).encode()) > LARGEST_VIEW:
        raise Refused("view_too_large")
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
        "blocks": named(workspace, view["blocks"]),
        "id": workspace.mint("V"),
        "team_id": TEAM,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
        "state": {"values": {}},
    }


def hashed(workspace: Workspace, view: JsonObject) -> JsonObject:
    """Give the view the hash of what it shows now; `views.update` may ask that it has not changed."""
    content = json.dumps(view.get("blocks"), sort_keys=True).encode()
    mark = hashlib.sha256(content).hexdigest()[:8]
    return view | {"hash": f"{workspace.new_ts().partition('.')[0]}.{mark}{workspace.number():x}"}


def use_trigger(workspace: Workspace, args: Args) -> Trigger:
    """Take the trigger: it is good once, and only for three seconds."""
    if not args.text("trigger_id"):
        raise Refused("invalid_arguments", "[ERROR] missing required field: trigger_id")
    trigger = workspace.triggers.get(args.text("trigger_id"))
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if trigger.expires < workspace.clock():
        raise Refused("expired_trigger_id")
    return trigger


def unused_name(workspace: Workspace, view: JsonObject) -> None:
    """Refuse an external_id that an open view has."""
    name = view["external_id"]
    if name and any(
        other["external_id"] == name for stack in workspace.modals.values() for other in stack
    ):
        raise Refused("duplicate_external_id")


def place(workspace: Workspace, user: str, view: JsonObject) -> JsonObject:
    """Put a view on top of a person's stack."""
    stack = workspace.modals.setdefault(user, [])
    below = stack[-1] if stack else None
    view = hashed(workspace, view) | {
        "root_view_id": stack[0]["id"] if stack else view["id"],
        "previous_view_id": below["id"] if below else None,
    }
    stack.append(view)
    workspace.changed({"type": "modal", "user": user})
    return view


def open_view(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """views.open: a modal in place of whatever was open."""
    trigger = use_trigger(workspace, args)
    view = checked_view(workspace, args, "modal")
    unused_name(workspace, view)
    trigger.used = True
    workspace.modals[trigger.user] = []
    return {"view": place(workspace, trigger.user, view)}


def push_view(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """views.push: a modal over the one that the trigger came from, three deep at most."""
    trigger = use_trigger(workspace, args)
    view = checked_view(workspace, args, "modal")
    unused_name(workspace, view)
    stack = workspace.modals.get(trigger.user, [])
    if not stack:
        raise Refused("not_found")
    if len(stack) >= DEEPEST_STACK:
        raise Refused("push_limit_reached")
    trigger.used = True
    return {"view": place(workspace, trigger.user, view)}


def update_view(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """views.update: another content for an open view."""
    view = checked_view(workspace, args, "")
    wanted, name = args.text("view_id"), args.text("external_id")
    if not wanted and not name:
        raise Refused("invalid_arguments", "[ERROR] view_id or external_id is needed")
    for user, stack in workspace.modals.items():
        for index, old in enumerate(stack):
            if old["id"] == wanted or (name and old["external_id"] == name):
                return {"view": replace_view(workspace, user, index, view, args.text("hash"))}
    for user, old in workspace.homes.items():
        if old["id"] == wanted:
            return {"view": put_home(workspace, user, view, args.text("hash"))}
    raise Refused("not_found")


def replace_view(
    workspace: Workspace, user: str, index: int, view: JsonObject, mark: str = ""
) -> JsonObject:
    """Change a view in a person's stack; what stands in inputs of the same name stays."""
    old = workspace.modals[user][index]
    if mark and mark != old["hash"]:
        raise Refused("hash_conflict")
    kept = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
    new = hashed(workspace, view | kept)
    workspace.modals[user][index] = new
    workspace.changed({"type": "modal", "user": user})
    return new


def publish_view(workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """views.publish: a person's App Home."""
    user = args.needed("user_id")
    if user not in workspace.people:
        raise Refused("invalid_arguments", "[ERROR] not a member of this workspace: user_id")
    view = checked_view(workspace, args, "home")
    return {"view": put_home(workspace, user, view, args.text("hash"))}


def put_home(workspace: Workspace, user: str, view: JsonObject, mark: str) -> JsonObject:
    """Change what a person's App Home shows."""
    old = workspace.homes.get(user)
    if old and mark and mark != old["hash"]:
        raise Refused("hash_conflict")
    made = hashed(workspace, view | ({"id": old["id"]} if old else {}))
    made |= {"root_view_id": made["id"], "previous_view_id": None}
    workspace.homes[user] = made
    workspace.changed({"type": "home", "user": user})
    return made


def validate_blocks(_workspace: Workspace, args: Args, _call: int) -> JsonObject:
    """blocks.validate: whether Slack would take one of `blocks`, `message` or `view`; each fault with its place."""
    given = [name for name in ("blocks", "message", "view") if args.has(name)]
    if len(given) != 1:
        raise Refused(
            "invalid_arguments", "[ERROR] exactly one of blocks, message and view is needed"
        )
    content = args.structure(given[0], "invalid_blocks_format")
    if given[0] == "view":
        wrong = check_view(content, "")
    else:
        wrong = check_blocks(
            content if given[0] == "blocks" else (content or {}).get("blocks", []), "message"
        )
    if wrong:
        raise Refused("invalid_blocks", errors=[_fault(line) for line in wrong])
    return {}


def _fault(line: str) -> JsonObject:
    message, _, pointer = line.removeprefix("[ERROR] ").partition(" [json-pointer:")
    return {"pointer": pointer.rstrip("]"), "code": "failed_constraint", "message": message}
