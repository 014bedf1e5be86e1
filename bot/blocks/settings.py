"""All of a subscription in one form to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.parts import context, section
from bot.blocks.text import plain
from bot.model import AtOnce, AtTimes, Every

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model import Block, Cadence, Message, Subscription

# The form's callback_id, the ids of its blocks, and the one action in each.
SETTINGS = "settings"
OPEN_SETTINGS = "open_settings"
# What the button carries in place of a channel, where the person is to choose it.
ANYWHERE = "anywhere"
WHERE, CADENCE, DAYS, TIMES, ZONE, TOPICS, TOP = "where", "cadence", "days", "times", "zone", "topics", "top"
FIELD = "value"

AT_TIMES, AT_ONCE = "at set times", "at once"
_STEPS = ("every 30m", "hourly", "every 2h", "every 4h", "every 6h", "every 12h")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_STORIES = 10
_TITLE_LONGEST = 24


def settings_modal(subscription: Subscription, *, anywhere: bool) -> dict[str, Any]:
    """Give the form, filled in with what stands. `anywhere` lets the person choose the channel (from App Home)."""
    return {
        "type": "modal",
        "callback_id": SETTINGS,
        "private_metadata": "" if anywhere else subscription.channel,
        "title": plain("Digest settings", _TITLE_LONGEST),
        "submit": plain("Save", _TITLE_LONGEST),
        "close": plain("Cancel", _TITLE_LONGEST),
        "blocks": [*([_where()] if anywhere else []), *_fields(subscription)],
    }


def saved_modal(told: Message) -> dict[str, Any]:
    """Say what was saved, where the form stood."""
    blocks = [block for block in told.blocks if block["type"] != "actions"]
    return {
        "type": "modal",
        "title": plain("Saved", _TITLE_LONGEST),
        "close": plain("Close", _TITLE_LONGEST),
        "blocks": blocks,
    }


def _fields(subscription: Subscription) -> list[Block]:
    cadence = subscription.cadence
    days = sorted(cadence.days) if isinstance(cadence, (AtTimes, Every)) else sorted(AtTimes().days)
    times = cadence.times if isinstance(cadence, AtTimes) else AtTimes().times
    steps = list(_STEPS)
    if _chosen(cadence) not in {AT_TIMES, AT_ONCE, *steps}:
        steps.append(_chosen(cadence))
    return [
        _input(CADENCE, "How often", _select((AT_TIMES, *steps, AT_ONCE), _chosen(cadence))),
        _input(DAYS, "On which days", _checkboxes(days), optional=True),
        _input(TIMES, "At what times (for set times)", _text(", ".join(f"{at:%H:%M}" for at in times)), optional=True),
        _input(ZONE, "In which time zone", _text(subscription.zone)),
        _input(TOPICS, "About what (none: anything)", _text(_topics(subscription.topics)), optional=True),
        _input(TOP, "Stories at most", _select(map(str, range(1, _MOST_STORIES + 1)), str(subscription.top))),
        *([section("This subscription is paused; saving ends the pause.")] if subscription.paused else []),
        context("Topics are parted by commas. At once means each story as it comes."),
    ]


def _chosen(cadence: Cadence) -> str:
    match cadence:
        case AtTimes():
            return AT_TIMES
        case AtOnce():
            return AT_ONCE
        case Every(step=step):
            minutes = int(step.total_seconds()) // 60
            if minutes == 60:
                return "hourly"
            return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"


def _topics(topics: Sequence[str]) -> str:
    return ", ".join(f'"{topic}"' if "," in topic else topic for topic in topics)


def _where() -> Block:
    chooser = {
        "type": "conversations_select",
        "action_id": FIELD,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _input(WHERE, "In which channel (none: to me alone)", chooser, optional=True)


def _input(name: str, label: str, element: dict[str, Any], *, optional: bool = False) -> Block:
    return {"type": "input", "block_id": name, "label": plain(label), "element": element, "optional": optional}


def _text(value: str) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": FIELD, "max_length": 1000}
    return element | {"initial_value": value} if value else element


def _select(values: Iterable[str], chosen: str) -> dict[str, Any]:
    options = [_option(value, value) for value in values]
    initial = next(option for option in options if option["value"] == chosen)
    return {"type": "static_select", "action_id": FIELD, "options": options, "initial_option": initial}


def _checkboxes(days: Sequence[int]) -> dict[str, Any]:
    options = [_option(name, name[:3].lower()) for name in _DAY_NAMES]
    element = {"type": "checkboxes", "action_id": FIELD, "options": options}
    return element | {"initial_options": [options[day] for day in days]} if days else element


def _option(label: str, value: str) -> dict[str, Any]:
    return {"text": plain(label[0].upper() + label[1:], 75), "value": value}
