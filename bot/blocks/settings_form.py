"""The form with all settings of a subscription."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.model import AtIntervals, AtOnce, AtTimes, Block, Cadence, Message, Subscription

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
_MAX_OPTIONS = 100  # of a select in Slack
_MAX_INPUT_CHARS = 1000


def settings_modal(
    subscription: Subscription,
    *,
    anywhere: bool,
    preview: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the form, filled in; `anywhere` lets the person choose the channel (from App Home).

    `preview` holds paragraphs of markup on what saving it would bring.
    """
    fields = [*([_channel_field()] if anywhere else []), *_fields(subscription)]
    return kit.modal(
        "new_digest" if anywhere else "settings_title",
        [*_preview(preview), *fields],
        close="cancel",
        submit=kit.plain_text(messages.text("save")),
        callback_id=SETTINGS,
        private_metadata="" if anywhere else subscription.channel,
    )


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


def _fields(subscription: Subscription) -> list[Block]:
    cadence = subscription.cadence
    times = cadence.times if isinstance(cadence, AtTimes) else AtTimes().times
    hours = None if isinstance(cadence, AtTimes) else cadence.hours
    chosen = _cadence_label(cadence)
    other = [] if chosen in {AT_TIMES, AT_ONCE, *_INTERVALS} else [chosen]
    cadences = (AT_TIMES, *_INTERVALS, *other, AT_ONCE)
    window = f"{hours.first:%H:%M} to {hours.last:%H:%M}" if hours else ""
    stories = [str(number) for number in range(1, _MAX_STORIES + 1)]
    lists = {
        TOPICS: subscription.topics,
        EXCLUDED: subscription.excluded,
        SOURCES: subscription.sources,
        EXCLUDED_SOURCES: subscription.excluded_sources,
    }
    return [
        _input(CADENCE, _select(cadences, chosen)),
        _input(DAYS, _day_select(sorted(cadence.days))),
        _input(TIMES, _text_input(", ".join(f"{time:%H:%M}" for time in times))),
        _input(HOURS, _text_input(window, "placeholder_hours")),
        _input(ZONE, _zone_picker(subscription.zone)),
        *(_input(name, _picker(name, chosen)) for name, chosen in lists.items()),
        _input(TOP, _select(stories, str(subscription.top))),
    ]


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


def _zone_option(name: str) -> dict[str, Any]:
    return kit.option(name.replace("_", " "), name)


def _day_select(days: Sequence[int]) -> dict[str, Any]:
    options = [kit.option(messages.text(f"day_{day}"), day) for day in _DAYS]
    select = {
        "type": "multi_static_select",
        "action_id": FIELD,
        "options": options,
        "placeholder": kit.plain_text(messages.text("every_day")),
    }
    return select | ({"initial_options": [options[day] for day in days]} if days else {})


def _picker(name: str, chosen: Sequence[str]) -> dict[str, Any]:
    """Create the picker of several items; what it offers is asked of us as a person types."""
    options = [kit.option(item, item) for item in chosen]
    picker = {
        "type": "multi_external_select",
        "action_id": FIELD,
        "min_query_length": 0,
        "placeholder": kit.plain_text(messages.text(f"placeholder_{name}")),
    }
    return picker | ({"initial_options": options} if options else {})


def _zone_picker(chosen: str) -> dict[str, Any]:
    return {
        "type": "external_select",
        "action_id": FIELD,
        "min_query_length": 0,
        "initial_option": _zone_option(chosen),
    }


def picker_options(field: str, values: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the picker of a field offers as options."""
    make = _zone_option if field == ZONE else lambda value: kit.option(value, value)
    return [make(value) for value in values][:_MAX_OPTIONS]


def _option(label: str, value: str) -> dict[str, Any]:
    shown = messages.text("at_once") if label == AT_ONCE else label[0].upper() + label[1:]
    return kit.option(shown, value)
