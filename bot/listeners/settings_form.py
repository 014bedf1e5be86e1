"""The form with all of a subscription: opened, previewed while it is filled in, checked and saved.

Each field is read by the parser of `/digest subscribe`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.blocks import settings_form as form
from bot.blocks.answers import (
    preview_errors,
    preview_lines,
    subscribed_message,
)
from bot.listeners import messages, subscription_commands
from bot.listeners.commands import Command
from bot.listeners.permissions import may_see, require_inside
from bot.listeners.request import SlackRequest
from bot.listeners.schedule_parser import SubscriptionChange, parse_subscribe
from bot.model import Subscription
from bot.model.errors import Gone, PostFailed, UsageError

_HOURS_BEGIN = ("from", "between", "quiet", "not", "only")


async def open_from_command(command: Command, request: SlackRequest) -> None:
    """Open the form with the channel's subscription, or with what a bare `subscribe` would make."""
    if not request.body.get("trigger_id"):
        raise UsageError(*messages.pair("form_needs_trigger"))

    async def find() -> Subscription:
        channel = await subscription_commands.get_target_channel(request, me=command.me)
        subscription = await request.store.subscriptions.get(request.team, channel)
        return subscription or await subscription_commands.new_subscription(request, channel)

    await _open(request, find)


async def open_from_button(request: SlackRequest) -> None:
    """Open the form of the button's channel, or an empty one where the person chooses a channel."""
    if request.value == form.ANYWHERE:
        await open_empty(request)
    else:
        await _open(request, partial(_find_pressed, request))


async def _find_pressed(request: SlackRequest) -> Subscription:
    channel = request.value
    subscription = await request.store.subscriptions.get(request.team, channel)
    # An invitation's button stands in the channel itself, before anything is subscribed there.
    if subscription is None and channel == request.channel:
        subscription = await subscription_commands.new_subscription(request, channel)
    if subscription is None or not await may_see(subscription, request):
        raise Gone(messages.text("subscription_ended"))
    return subscription


async def open_empty(request: SlackRequest) -> None:
    """Open an empty form; also a global shortcut."""

    async def make() -> Subscription:
        channel = await request.get_direct_channel()
        return await subscription_commands.new_subscription(request, channel)

    await _open(request, make, anywhere=True)


async def _open(
    request: SlackRequest, find: Callable[[], Awaitable[Subscription]], *, anywhere: bool = False
) -> None:
    """Open the form at once, and fill it in when Slack and the store have answered."""

    async def fill_in() -> dict[str, Any]:
        await require_inside(request)
        subscription = await find()
        preview = await _preview_lines(subscription, request)
        return form.settings_modal(subscription, anywhere=anywhere, preview=preview)

    await request.fill_modal("settings_title", fill_in)


async def _preview_lines(subscription: Subscription, request: SlackRequest) -> list[str]:
    """Say when digests come, and what one would hold now."""
    digest = await request.services.digests.preview_subscription(subscription)
    return preview_lines(subscription, digest, request.now())


async def update_preview(request: SlackRequest) -> None:
    """Redraw the preview below the form after a field was changed."""
    view = request.body.get("view") or {}
    if view.get("callback_id") != form.SETTINGS:
        return
    if errors := find_errors(view):
        lines = [preview_errors(errors)]
    else:
        channel = await _chosen_channel(view, request)
        change = read_form(view)
        old = await request.store.subscriptions.get(request.team, channel)
        old = old or await subscription_commands.new_subscription(request, channel, change.zone)
        lines = await _preview_lines(subscription_commands.apply_changes(change, old), request)
    try:
        await request.update_modal(form.replace_preview(view, lines))
    except PostFailed as e:
        # The form was closed, or has changed since: a later preview is on its way.
        if e.code not in {"not_found", "hash_conflict"}:
            raise


def find_errors(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong in a form by field; empty for one that can be saved."""
    errors = {}
    for field, line in _read_lines(view).items():
        try:
            change = parse_subscribe(line)
        except UsageError as e:
            # The nearest right words are shown without the rest of the line.
            nearest = (e.hint or "").removeprefix("/digest subscribe").strip()
            errors[field] = e.problem
            if nearest:
                errors[field] = messages.text("perhaps", problem=e.problem, nearest=nearest)
        else:
            if change != _keep_field(change, field):
                errors[field] = messages.text("too_much_in_field")
    return errors


async def save_form(request: SlackRequest) -> None:
    """Save what the form says, and show when the next digests come."""
    view = request.body["view"]

    async def save() -> dict[str, Any]:
        channel = await _chosen_channel(view, request)
        after, _ = await subscription_commands.save_changes(read_form(view), request, channel)
        return form.saved_modal(subscribed_message(after, request.now(), ""))

    await request.fill_modal("settings_title", save, messages.text("saving"))


async def _chosen_channel(view: Mapping[str, Any], request: SlackRequest) -> str:
    channel: str = view["private_metadata"] or _read_field(view, form.WHERE)
    return channel or await request.get_direct_channel()


def read_form(view: Mapping[str, Any]) -> SubscriptionChange:
    """Return what a form without errors changes: all but the hours or times that do not apply."""
    changes = {field: parse_subscribe(line) for field, line in _read_lines(view).items() if line}
    cadence = changes.pop(form.CADENCE, SubscriptionChange())
    at_set_times = not (cadence.at_once or cadence.interval)
    changes.pop(form.HOURS if at_set_times else form.TIMES, None)
    fields = {field: getattr(change, field) for field, change in changes.items()}
    return SubscriptionChange(
        at_once=cadence.at_once,
        interval=cadence.interval,
        all_day=not at_set_times and form.HOURS not in fields,
        **fields,
    )


def _read_lines(view: Mapping[str, Any]) -> dict[str, str]:
    """Return each field as the words that `subscribe` takes."""
    cadence, hours = _read_field(view, form.CADENCE), _read_field(view, form.HOURS)
    if hours and not hours.strip().lower().startswith(_HOURS_BEGIN):
        hours = f"from {hours}"
    topics, excluded, sources, excluded_sources = (
        _read_list(view, field)
        for field in (form.TOPICS, form.EXCLUDED, form.SOURCES, form.EXCLUDED_SOURCES)
    )
    lines = {
        form.CADENCE: "" if cadence == form.AT_TIMES else cadence,
        form.DAYS: ",".join(_read_field(view, form.DAYS)) or "daily",
        form.TIMES: f"at {_read_field(view, form.TIMES) or '08:30'}",
        form.HOURS: hours,
        form.ZONE: f"in {_read_field(view, form.ZONE)}",
        form.TOPICS: f"about {topics or 'everything'}",
        form.EXCLUDED: f"not {excluded or 'nothing'}",
        form.SOURCES: f"from {sources or 'anywhere'}",
        form.EXCLUDED_SOURCES: f"not from {excluded_sources or 'nowhere'}",
        form.TOP: f"top {_read_field(view, form.TOP)}",
    }
    return {field: " ".join(line.split()) for field, line in lines.items()}


def _read_list(view: Mapping[str, Any], field: str) -> str:
    """Return a field's items as a list to parse; one such as "bread, butter" is one in quotes."""
    value = _read_field(view, field)
    return value if isinstance(value, str) else ", ".join(f'"{item}"' for item in value)


def _read_field(view: Mapping[str, Any], field: str) -> Any:
    """Return a field's text, its option's value, or a list of ticked values; "" if left empty."""
    state = view["state"]["values"].get(field, {}).get(form.FIELD, {})
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"]]
    chosen = state.get("selected_option") or {}
    return chosen.get("value") or state.get("selected_conversation") or state.get("value") or ""


def _keep_field(change: SubscriptionChange, field: str) -> SubscriptionChange:
    """Return the change with nothing but what belongs in the field."""
    if field == form.CADENCE:
        return SubscriptionChange(interval=change.interval, at_once=change.at_once)
    return SubscriptionChange(**{field: getattr(change, field)})
