"""The settings form: each field is read by the grammar of `/digest subscribe`."""

from collections.abc import Mapping
from typing import Any

from bot.blocks import settings as form
from bot.blocks.answers import preview_faults, preview_lines, subscribed
from bot.listeners.ask import SlackRequest
from bot.listeners.orders import Subscribe
from bot.listeners.places import channel_of
from bot.listeners.schedule_parser import read_subscribe
from bot.listeners.services import Services
from bot.listeners.subscription_commands import change, ordered
from bot.model.errors import PostFailed, UsageError


def faults(view: Mapping[str, Any]) -> dict[str, str]:
    """Give what is wrong, by the field it stands in; empty for a form that can be saved."""
    wrong = {}
    for field, line in _lines(view).items():
        try:
            named = read_subscribe(line)
        except UsageError as e:
            wrong[field] = _told(e)
        else:
            if named != _only(named, field):
                wrong[field] = "There is more here than belongs in this field."
    return wrong


async def save(ask: SlackRequest, services: Services) -> None:
    """Save what the form says, and show when the next digests come."""
    view = ask.body["view"]
    after, _ = await change(_order(view), ask, services, await _channel(view, ask, services))
    told = subscribed(after, services.clock.now(), "")
    await ask.open_modal(form.saved_modal(told))


async def preview(ask: SlackRequest, services: Services) -> None:
    """Redraw the preview below the form while it is filled in."""
    view = ask.body.get("view") or {}
    if view.get("callback_id") != form.SETTINGS:
        return
    wrong = faults(view)
    told = [preview_faults(wrong)] if wrong else await previewed(_order(view), view, ask, services)
    try:
        await ask.update_modal(form.with_preview(view, told))
    except PostFailed as e:
        # The form was closed, or has changed since: a later preview is on its way.
        if e.code not in {"not_found", "hash_conflict"}:
            raise


async def previewed(
    order: Subscribe, view: Mapping[str, Any], ask: SlackRequest, services: Services
) -> list[str]:
    """Say what saving would bring: the schedule in words, the next times, and what a digest would hold now."""
    channel = await _channel(view, ask, services)
    before = await services.store.subscriptions.get(ask.team, channel)
    wanted = await ordered(order, ask, services, channel, before)
    return preview_lines(wanted, await services.digests.trial(wanted), services.clock.now())


async def _channel(view: Mapping[str, Any], ask: SlackRequest, services: Services) -> str:
    return str(
        view["private_metadata"]
        or _value(view, form.WHERE)
        or await channel_of(ask, services, me=True)
    )


def _order(view: Mapping[str, Any]) -> Subscribe:
    """Read a form without faults."""
    named = {field: read_subscribe(line) for field, line in _lines(view).items() if line}
    cadence = named.pop(form.CADENCE, Subscribe())
    set_times = not (cadence.at_once or cadence.interval)
    hours = named.get(form.HOURS, Subscribe()).hours
    return Subscribe(
        at_once=cadence.at_once,
        interval=cadence.interval,
        days=named[form.DAYS].days,
        times=named[form.TIMES].times if set_times else None,
        hours=None if set_times else hours,
        all_day=not set_times and hours is None,
        zone=named[form.ZONE].zone,
        topics=named[form.TOPICS].topics,
        excluded=named[form.EXCLUDED].excluded,
        sources=named[form.SOURCES].sources,
        excluded_sources=named[form.EXCLUDED_SOURCES].excluded_sources,
        top=named[form.TOP].top,
    )


def _lines(view: Mapping[str, Any]) -> dict[str, str]:
    """Give each field as the words that `subscribe` takes."""
    cadence, hours = _value(view, form.CADENCE), _value(view, form.HOURS)
    lines = {
        form.CADENCE: "" if cadence == form.AT_TIMES else cadence,
        form.DAYS: ",".join(_value(view, form.DAYS)) or "daily",
        form.TIMES: f"at {_value(view, form.TIMES) or '08:30'}",
        form.HOURS: hours
        if not hours or hours.strip().lower().startswith(_HOURS_BEGIN)
        else f"from {hours}",
        form.ZONE: f"in {_value(view, form.ZONE)}",
        form.TOPICS: f"about {_value(view, form.TOPICS) or 'everything'}",
        form.EXCLUDED: f"not {_value(view, form.EXCLUDED) or 'nothing'}",
        form.SOURCES: f"from {_value(view, form.SOURCES) or 'anywhere'}",
        form.EXCLUDED_SOURCES: f"not from {_value(view, form.EXCLUDED_SOURCES) or 'nowhere'}",
        form.TOP: f"top {_value(view, form.TOP)}",
    }
    return {field: " ".join(line.split()) for field, line in lines.items()}


_HOURS_BEGIN = ("from", "between", "quiet", "not", "only")


def _value(view: Mapping[str, Any], field: str) -> Any:
    """Give a field's text, chosen option's value, or the values of ticked boxes; "" where it was left empty."""
    state = view["state"]["values"].get(field, {}).get(form.FIELD, {})
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"]]
    chosen = state.get("selected_option") or {}
    return chosen.get("value") or state.get("selected_conversation") or state.get("value") or ""


def _only(named: Subscribe, field: str) -> Subscribe:
    """Give the order with nothing but what belongs in the field."""
    if field == form.CADENCE:
        return Subscribe(interval=named.interval, at_once=named.at_once)
    return Subscribe(**{field: getattr(named, field)})


def _told(error: UsageError) -> str:
    """Show the nearest right words without the command around them."""
    nearest = (error.hint or "").removeprefix("/digest subscribe").strip()
    return f"{error.problem} Perhaps: {nearest}" if nearest else error.problem
