"""The form with all settings of a subscription."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.model import AtIntervals, AtOnce, AtTimes, Block, Cadence, Message, Subscription
from bot.model.batches import batched

# The form's callback_id, the block_ids of its fields, and the one action_id in each.
SETTINGS = "settings"
WHERE, CADENCE, DAYS, TIMES, HOURS = "where", "cadence", "days", "times", "hours"
ZONE, TOP, TOPICS, EXCLUDED = "zone", "top", "topics", "excluded"
SOURCES, EXCLUDED_SOURCES = "sources", "excluded_sources"
FIELD = "value"
_REQUIRED = {CADENCE, ZONE, TOP}
# The button that opens the form, and its value where the person is to choose the channel.
OPEN_SETTINGS = "open_settings"
ANYWHERE = "anywhere"
# The beginning of the block_ids that are replaced while the form is filled in.
PREVIEW = "preview"
# The global shortcut that opens an empty form.
NEW_DIGEST = "new_digest"

AT_TIMES, AT_ONCE = "at set times", "at once"
_INTERVALS = ("every 30m", "hourly", "every 2h", "every 4h", "every 6h", "every 12h")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_STORIES = 10
_MAX_OPTIONS = 100  # of a group in Slack
# The first parts of the names that are places; the others are for programs, or outdated.
_REGIONS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
}
_MAX_INPUT_CHARS = 1000
# What would be read as the end of a list without quotation marks.
_NEEDS_QUOTES = re.compile(
    r"[,]|\b(?:about|not|from|except|without|excluding|but|top|in|at|up|between|quiet)\b",
    re.IGNORECASE,
)


def settings_modal(
    subscription: Subscription,
    *,
    anywhere: bool,
    preview: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the form, filled in; `anywhere` lets the person choose the channel (from App Home).

    `preview` holds paragraphs of markup on what saving it would bring; `sources` are the names of
    those to choose from.
    """
    fields = [*([_channel_field()] if anywhere else []), *_fields(subscription, sources)]
    return kit.modal(
        "new_digest" if anywhere else "settings_title",
        [*_preview(preview), *fields],
        close="cancel",
        submit=kit.plain_text(messages.text("save")),
        callback_id=SETTINGS,
        private_metadata="" if anywhere else subscription.channel,
    )


def announcement_modal(blocks: Sequence[Block]) -> dict[str, Any]:
    """Return the window in which the form will stand, with blocks that say so."""
    return kit.modal("settings_title", blocks)


def replace_preview(view: Mapping[str, Any], preview: Sequence[str]) -> dict[str, Any]:
    """Return an open form with another preview; Slack keeps what is filled in."""
    keys = ("type", "callback_id", "private_metadata", "title", "submit", "close")
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    return {key: view[key] for key in keys} | {"blocks": [*_preview(preview), *fields]}


def saved_modal(message: Message) -> dict[str, Any]:
    """Say in place of the form what was saved."""
    return kit.modal("saved", [block for block in message.blocks if block["type"] != "actions"])


def _preview(paragraphs: Sequence[str]) -> list[Block]:
    if not paragraphs:
        return []
    sections = [
        kit.section(paragraph) | {"block_id": f"{PREVIEW}_{number}"}
        for number, paragraph in enumerate(paragraphs)
    ]
    return [*sections, kit.divider() | {"block_id": PREVIEW}]


def _fields(subscription: Subscription, sources: Sequence[str]) -> list[Block]:
    cadence = subscription.cadence
    times = cadence.times if isinstance(cadence, AtTimes) else AtTimes().times
    hours = None if isinstance(cadence, AtTimes) else cadence.hours
    chosen = _cadence_label(cadence)
    other = [] if chosen in {AT_TIMES, AT_ONCE, *_INTERVALS} else [chosen]
    cadences = (AT_TIMES, *_INTERVALS, *other, AT_ONCE)
    window = f"{hours.first:%H:%M} to {hours.last:%H:%M}" if hours else ""
    stories = [str(number) for number in range(1, _MAX_STORIES + 1)]
    topics = {TOPICS: subscription.topics, EXCLUDED: subscription.excluded}
    outlets = {SOURCES: subscription.sources, EXCLUDED_SOURCES: subscription.excluded_sources}
    return [
        _input(CADENCE, _select(cadences, chosen)),
        _input(DAYS, _day_select(sorted(cadence.days))),
        _input(TIMES, _text_input(", ".join(f"{time:%H:%M}" for time in times))),
        _input(HOURS, _text_input(window, "placeholder_hours")),
        _input(ZONE, _zone_select(subscription.zone)),
        *(
            _input(name, _text_input(_join_words(words), f"placeholder_{name}"))
            for name, words in topics.items()
        ),
        *(_input(name, _source_select(name, chosen, sources)) for name, chosen in outlets.items()),
        _input(TOP, _select(stories, str(subscription.top))),
    ]


def _join_words(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' if _NEEDS_QUOTES.search(word) else word for word in words)


def _cadence_label(cadence: Cadence) -> str:
    match cadence:
        case AtTimes():
            return AT_TIMES
        case AtOnce():
            return AT_ONCE
        case AtIntervals():
            minutes = int(cadence.interval.total_seconds()) // 60
            if minutes == 60:
                return "hourly"
            return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"


def _channel_field() -> Block:
    select = {
        "type": "conversations_select",
        "action_id": FIELD,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _input(WHERE, select)


def _input(name: str, element: dict[str, Any]) -> Block:
    """Create a field that reports each change, so that the preview can follow."""
    is_optional = name not in _REQUIRED
    fields = {"optional": is_optional, "dispatch_action": True}
    return kit.input_field(f"field_{name}", name, element, **fields)


def _text_input(value: str, placeholder: str = "") -> dict[str, Any]:
    """Create a line to fill in; `placeholder` is the key of what stands in an empty one."""
    field: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "max_length": _MAX_INPUT_CHARS,
        "dispatch_action_config": {
            "trigger_actions_on": ["on_enter_pressed", "on_character_entered"]
        },
    }
    if placeholder:
        field["placeholder"] = kit.plain_text(messages.text(placeholder))
    return field | ({"initial_value": value} if value else {})


def _select(values: Iterable[str], chosen: str) -> dict[str, Any]:
    return kit.select(FIELD, [_option(value, value) for value in values], _option(chosen, chosen))


def _zone_select(chosen: str) -> dict[str, Any]:
    """Create the menu of time zones by region; a chosen one that is no place stands among them."""
    groups = list(_zone_groups())
    if chosen not in {name for _, names in groups for name in names}:
        groups[0] = (groups[0][0], (chosen, *groups[0][1]))
    return {
        "type": "static_select",
        "action_id": FIELD,
        "option_groups": [
            {"label": kit.plain_text(label), "options": list(map(_zone_option, names))}
            for label, names in groups
        ],
        "initial_option": _zone_option(chosen),
    }


@cache
def _zone_groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names of zones by label; a region of more than a group may have is two groups."""
    regions = defaultdict(list)
    for name in sorted(available_timezones()):
        if (region := name.partition("/")[0]) in _REGIONS:
            regions[region].append(name)
    groups: list[tuple[str, tuple[str, ...]]] = [("UTC", ("UTC",))]
    for region, names in sorted(regions.items()):
        for part in map(tuple, batched(names, _MAX_OPTIONS)):
            first, last = part[0].rpartition("/")[2][0], part[-1].rpartition("/")[2][0]
            whole = len(names) <= _MAX_OPTIONS
            groups.append((region if whole else f"{region} ({first}–{last})", part))
    return tuple(groups)


def _zone_option(name: str) -> dict[str, Any]:
    return kit.option(name.replace("_", " "), name)


def _day_select(days: Sequence[int]) -> dict[str, Any]:
    options = [kit.option(messages.text(f"day_{day}"), day) for day in _DAYS]
    return _multi_select(options, [options[day] for day in days], "every_day")


def _source_select(name: str, chosen: Sequence[str], known: Sequence[str]) -> dict[str, Any]:
    """Create the menu of sources, those chosen before among them; a line where there are none."""
    names = {source.casefold(): source for source in reversed((*chosen, *known))}
    if not names:
        return _text_input("", f"placeholder_{name}")
    first = [kit.option(source, source) for source in chosen]
    others = [kit.option(names[key], names[key]) for key in sorted(names)]
    options = first + [option for option in others if option not in first]
    return _multi_select(options[:_MAX_OPTIONS], first, f"placeholder_{name}")


def _multi_select(
    options: Sequence[Block], chosen: Sequence[Block], placeholder: str
) -> dict[str, Any]:
    """Create a select of several options; `placeholder` is a key, as in `_text_input`."""
    select = {
        "type": "multi_static_select",
        "action_id": FIELD,
        "options": list(options),
        "placeholder": kit.plain_text(messages.text(placeholder)),
    }
    return select | ({"initial_options": list(chosen)} if chosen else {})


def _option(label: str, value: str) -> dict[str, Any]:
    shown = messages.text("at_once") if label == AT_ONCE else label[0].upper() + label[1:]
    return kit.option(shown, value)
