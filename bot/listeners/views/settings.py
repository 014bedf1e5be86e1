"""The settings form: each field is read by the grammar of `/digest subscribe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks import settings as form
from bot.blocks.answers import subscribed
from bot.errors import UsageError
from bot.listeners.orders import Subscribe
from bot.listeners.phrases import read_subscribe
from bot.listeners.places import channel_of
from bot.listeners.standing import change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.listeners.ask import Ask
    from bot.listeners.services import Services


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


async def save(ask: Ask, services: Services) -> None:
    """Save what the form says, and show when the next digests come."""
    view = ask.body["view"]
    channel = view["private_metadata"] or _value(view, form.WHERE) or await channel_of(ask, services, me=True)
    after, _ = await change(_order(view), ask, services, channel)
    told = subscribed(after, services.clock.now(), "")
    await ask.open_modal(form.saved_modal(told))


def _order(view: Mapping[str, Any]) -> Subscribe:
    """Read a form without faults."""
    named = {field: read_subscribe(line) for field, line in _lines(view).items()}
    cadence = named.pop(form.CADENCE, Subscribe())
    days = named.pop(form.DAYS, Subscribe()).days
    times = named.pop(form.TIMES, Subscribe()).times
    return Subscribe(
        at_once=cadence.at_once,
        step=cadence.step,
        days=None if cadence.at_once else days,
        times=None if cadence.at_once or cadence.step else times,
        zone=named[form.ZONE].zone,
        topics=named[form.TOPICS].topics,
        top=named[form.TOP].top,
    )


def _lines(view: Mapping[str, Any]) -> dict[str, str]:
    """Give each field as the words that `subscribe` takes."""
    cadence = _value(view, form.CADENCE)
    lines = {
        form.CADENCE: "" if cadence == form.AT_TIMES else cadence,
        form.DAYS: ",".join(_value(view, form.DAYS)) or "daily",
        form.TIMES: f"at {_value(view, form.TIMES) or '08:30'}",
        form.ZONE: f"in {_value(view, form.ZONE)}",
        form.TOPICS: f"about {_value(view, form.TOPICS) or 'everything'}",
        form.TOP: f"top {_value(view, form.TOP)}",
    }
    return {field: " ".join(line.split()) for field, line in lines.items()}


def _value(view: Mapping[str, Any], field: str) -> Any:
    """Give a field's text, chosen option's value, or the values of ticked boxes; "" where it was left empty."""
    state = view["state"]["values"].get(field, {}).get(form.FIELD, {})
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"]]
    chosen = state.get("selected_option") or {}
    return chosen.get("value") or state.get("selected_conversation") or state.get("value") or ""


def _only(named: Subscribe, field: str) -> Subscribe:
    """Give the order with nothing but what belongs in the field."""
    match field:
        case form.CADENCE:
            return Subscribe(step=named.step, at_once=named.at_once)
        case form.DAYS:
            return Subscribe(days=named.days)
        case form.TIMES:
            return Subscribe(times=named.times)
        case form.ZONE:
            return Subscribe(zone=named.zone)
        case form.TOPICS:
            return Subscribe(topics=named.topics)
        case _:
            return Subscribe(top=named.top)


def _told(error: UsageError) -> str:
    """Show the nearest right words without the command around them."""
    nearest = (error.hint or "").removeprefix("/digest subscribe").strip()
    return f"{error.problem} Perhaps: {nearest}" if nearest else error.problem
