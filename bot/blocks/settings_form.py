"""All of a subscription in one form to fill in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.blocks.block_kit import divider, plain_text, section
from bot.model import AtIntervals, AtOnce, AtTimes, Block, Cadence, Hours, Message, Subscription

# The form's callback_id, the ids of its blocks, and the one action in each.
SETTINGS = "settings"
OPEN_SETTINGS = "open_settings"
# What the button carries in place of a channel, where the person is to choose it.
ANYWHERE = "anywhere"
WHERE, CADENCE, DAYS, TIMES, HOURS, ZONE, TOP = (
    "where",
    "cadence",
    "days",
    "times",
    "hours",
    "zone",
    "top",
)
TOPICS, EXCLUDED, SOURCES, EXCLUDED_SOURCES = "topics", "excluded", "sources", "excluded_sources"
FIELD = "value"
# Redrawn while the form is filled in.
PREVIEW = "preview"
# The global shortcut that opens an empty form.
NEW_DIGEST = "new_digest"

AT_TIMES, AT_ONCE = "at set times", "at once"
_INTERVALS = ("every 30m", "hourly", "every 2h", "every 4h", "every 6h", "every 12h")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAX_STORIES = 10
_MAX_TITLE_CHARS = 24


def settings_modal(
    subscription: Subscription, *, anywhere: bool, preview: Sequence[str] = ()
) -> dict[str, Any]:
    """Give the form, filled in with what stands. `anywhere` lets the person choose the channel (from App Home).

    `preview` are paragraphs of safe markup on what saving it would bring.
    """
    return {
        "type": "modal",
        "callback_id": SETTINGS,
        "private_metadata": "" if anywhere else subscription.channel,
        "title": plain_text("New digest" if anywhere else "Digest settings", _MAX_TITLE_CHARS),
        "submit": plain_text("Save", _MAX_TITLE_CHARS),
        "close": plain_text("Cancel", _MAX_TITLE_CHARS),
        "blocks": [*_preview(preview), *([_where()] if anywhere else []), *_fields(subscription)],
    }


def replace_preview(view: Mapping[str, Any], preview: Sequence[str]) -> dict[str, Any]:
    """Give an open form again with another preview; Slack keeps what is filled in."""
    kept = {
        key: view[key]
        for key in ("type", "callback_id", "private_metadata", "title", "submit", "close")
    }
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    return kept | {"blocks": [*_preview(preview), *fields]}


def saved_modal(told: Message) -> dict[str, Any]:
    """Say what was saved, where the form stood."""
    blocks = [block for block in told.blocks if block["type"] != "actions"]
    return {
        "type": "modal",
        "title": plain_text("Saved", _MAX_TITLE_CHARS),
        "close": plain_text("Close", _MAX_TITLE_CHARS),
        "blocks": blocks,
    }


def _preview(paragraphs: Sequence[str]) -> list[Block]:
    if not paragraphs:
        return []
    told = [
        section(paragraph) | {"block_id": f"{PREVIEW}_{place}"}
        for place, paragraph in enumerate(paragraphs)
    ]
    return [*told, divider() | {"block_id": PREVIEW}]


def _fields(subscription: Subscription) -> list[Block]:
    cadence = subscription.cadence
    times = cadence.times if isinstance(cadence, AtTimes) else AtTimes().times
    hours = None if isinstance(cadence, AtTimes) else cadence.hours
    steps = list(_INTERVALS)
    if _cadence_label(cadence) not in {AT_TIMES, AT_ONCE, *steps}:
        steps.append(_cadence_label(cadence))
    lists = (
        (TOPICS, "About what", subscription.topics, "anything"),
        (EXCLUDED, "Nothing about", subscription.excluded, "sport, weather"),
        (SOURCES, "Only from", subscription.sources, "any source"),
        (EXCLUDED_SOURCES, "Never from", subscription.excluded_sources, "no source"),
    )
    return [
        _input(
            CADENCE,
            "How often",
            _select((AT_TIMES, *steps, AT_ONCE), _cadence_label(cadence)),
            hint=_HOW_OFTEN,
        ),
        _input(DAYS, "On which days", _day_menu(sorted(cadence.days)), optional=True),
        _input(
            TIMES,
            "At what times",
            _text(", ".join(f"{at:%H:%M}" for at in times)),
            optional=True,
            hint=_SET,
        ),
        _input(
            HOURS,
            "Only within these hours",
            _text(_hours(hours), "7:00 to 22:00"),
            optional=True,
            hint=_QUIET,
        ),
        _input(ZONE, "In which time zone", _text(subscription.zone)),
        *(
            _input(name, label, _text(_join_words(words), f"{empty}"), optional=True)
            for name, label, words, empty in lists
        ),
        _input(
            TOP,
            "Stories at most",
            _select(map(str, range(1, _MAX_STORIES + 1)), str(subscription.top)),
        ),
    ]


_HOW_OFTEN = "At once means each story as it comes."
_SET = "For set times, such as 8:30, 17:00."
_QUIET = "For all but set times; what comes outside of them waits."
# What would be read as the end of a list without quote marks.
_NEEDS_QUOTES = re.compile(
    r"[,]|\b(?:about|not|from|except|without|excluding|but|top|in|at|up|between|quiet)\b",
    re.IGNORECASE,
)


def _hours(hours: Hours | None) -> str:
    return f"{hours.first:%H:%M} to {hours.last:%H:%M}" if hours else ""


def _join_words(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' if _NEEDS_QUOTES.search(word) else word for word in words)


def _cadence_label(cadence: Cadence) -> str:
    match cadence:
        case AtTimes():
            return AT_TIMES
        case AtOnce():
            return AT_ONCE
        case AtIntervals(interval=step):
            minutes = int(step.total_seconds()) // 60
            if minutes == 60:
                return "hourly"
            return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"


def _where() -> Block:
    chooser = {
        "type": "conversations_select",
        "action_id": FIELD,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _input(
        WHERE,
        "In which channel",
        chooser,
        optional=True,
        hint="None: to you alone, by direct message.",
    )


def _input(
    name: str, label: str, element: dict[str, Any], *, optional: bool = False, hint: str = ""
) -> Block:
    """Give a field that tells us of each change, so that the preview keeps up."""
    block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label),
        "element": element,
        "optional": optional,
    }
    return block | {"dispatch_action": True} | ({"hint": plain_text(hint)} if hint else {})


def _text(value: str, empty: str = "") -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "max_length": 1000,
        "dispatch_action_config": {
            "trigger_actions_on": ["on_enter_pressed", "on_character_entered"]
        },
    }
    element |= {"placeholder": plain_text(empty, 150)} if empty else {}
    return element | {"initial_value": value} if value else element


def _select(values: Iterable[str], chosen: str) -> dict[str, Any]:
    options = [_option(value, value) for value in values]
    initial = next(option for option in options if option["value"] == chosen)
    return {
        "type": "static_select",
        "action_id": FIELD,
        "options": options,
        "initial_option": initial,
    }


def _day_menu(days: Sequence[int]) -> dict[str, Any]:
    options = [_option(name, name[:3].lower()) for name in _DAY_NAMES]
    element = {
        "type": "multi_static_select",
        "action_id": FIELD,
        "options": options,
        "placeholder": plain_text("Every day"),
    }
    return element | {"initial_options": [options[day] for day in days]} if days else element


def _option(label: str, value: str) -> dict[str, Any]:
    return {"text": plain_text(label[0].upper() + label[1:], 75), "value": value}
