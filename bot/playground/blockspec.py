"""The table of Slack's blocks and elements: what each must have, may have, and how much of it.

Sources: docs.slack.dev/reference/block-kit and the types of npm's @slack/types. Blocks that Dateline
has no use for (cards, charts, plans, files, video) are not in it and are refused as unsupported.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.rules import (
    Rule,
    address,
    choice,
    error,
    flag,
    items,
    kinds,
    number,
    one_of,
    pattern,
    shape,
    words,
)

ANY_LENGTH = 1_000_000
NAME = words(255)
USER = pattern(r"[UW][A-Z0-9]+", "a user id")
CONVERSATION = pattern(r"[CGD][A-Z0-9]+", "a conversation id")
DATE = pattern(r"\d{4}-\d{2}-\d{2}", "a date in the form YYYY-MM-DD")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "a time in the form HH:mm")


def typed(
    kind: str, needed: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *laws: Rule
) -> Rule:
    """Take an object of this `type`."""
    return shape({"type": choice(kind), **needed}, optional, *laws)


# --- text ---


def not_blank(value: Any, path: str) -> Iterator[str]:
    """Refuse a text of white space alone."""
    if isinstance(value.get("text"), str) and value["text"] and not value["text"].strip():
        yield error("must be more than 0 characters", f"{path}/text")


def plain(most: int) -> Rule:
    """Take a plain_text object."""
    return typed("plain_text", {"text": words(most)}, {"emoji": flag}, not_blank)


def marked(most: int) -> Rule:
    """Take a mrkdwn object."""
    return typed("mrkdwn", {"text": words(most)}, {"verbatim": flag}, not_blank)


def either(most: int) -> Rule:
    """Take a plain_text or a mrkdwn object."""
    return kinds({"plain_text": plain(most), "mrkdwn": marked(most)})


# --- composition objects ---

CONFIRM = shape(
    {"text": either(300)},
    {
        "title": plain(100),
        "confirm": plain(30),
        "deny": plain(30),
        "style": choice("primary", "danger"),
    },
)
OPTION = shape({"text": plain(75), "value": words(150)}, {"description": plain(75)})
MARKED_OPTION = shape({"text": either(75), "value": words(150)}, {"description": either(75)})
OVERFLOW_OPTION = shape(
    {"text": plain(75), "value": words(150)}, {"description": plain(75), "url": address}
)
GROUP = shape({"label": plain(75), "options": items(OPTION, 1, 100)})
DISPATCH = shape(
    {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 1, 2)}
)
FILTER = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 1, 4),
        "exclude_bot_users": flag,
        "exclude_external_shared_channels": flag,
    },
)

# --- elements ---

ACTION = {"action_id": NAME}
FOCUS = {**ACTION, "focus_on_load": flag}
PICK = {**FOCUS, "confirm": CONFIRM}
HINTED = {**PICK, "placeholder": plain(150)}
OPTIONS = {"options": items(OPTION, 1, 100), "option_groups": items(GROUP, 1, 100)}
ONE_LIST = one_of("options", "option_groups")
MANY = {"max_selected_items": number(1, ANY_LENGTH)}
CHANNEL_CHOICE = {"default_to_current_conversation": flag, "filter": FILTER}

BUTTON = typed(
    "button",
    {"text": plain(75)},
    {
        **ACTION,
        "url": address,
        "value": words(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": words(75),
    },
)
OVERFLOW = typed(
    "overflow", {"options": items(OVERFLOW_OPTION, 1, 5)}, {**ACTION, "confirm": CONFIRM}
)
IMAGE_ELEMENT = typed("image", {"image_url": address, "alt_text": words(2000)})

SELECTS: dict[str, Rule] = {
    "static_select": typed(
        "static_select", {}, {**HINTED, **OPTIONS, "initial_option": OPTION}, ONE_LIST
    ),
    "external_select": typed(
        "external_select",
        {},
        {**HINTED, "initial_option": OPTION, "min_query_length": number(0, ANY_LENGTH)},
    ),
    "users_select": typed("users_select", {}, {**HINTED, "initial_user": USER}),
    "channels_select": typed(
        "channels_select",
        {},
        {**HINTED, "initial_channel": CONVERSATION, "response_url_enabled": flag},
    ),
    "conversations_select": typed(
        "conversations_select",
        {},
        {
            **HINTED,
            **CHANNEL_CHOICE,
            "initial_conversation": CONVERSATION,
            "response_url_enabled": flag,
        },
    ),
    "multi_static_select": typed(
        "multi_static_select",
        {},
        {**HINTED, **OPTIONS, **MANY, "initial_options": items(OPTION, 1, 100)},
        ONE_LIST,
    ),
    "multi_external_select": typed(
        "multi_external_select",
        {},
        {
            **HINTED,
            **MANY,
            "initial_options": items(OPTION, 1, 100),
            "min_query_length": number(0, ANY_LENGTH),
        },
    ),
    "multi_users_select": typed(
        "multi_users_select", {}, {**HINTED, **MANY, "initial_users": items(USER, 1, ANY_LENGTH)}
    ),
    "multi_channels_select": typed(
        "multi_channels_select",
        {},
        {**HINTED, **MANY, "initial_channels": items(CONVERSATION, 1, ANY_LENGTH)},
    ),
    "multi_conversations_select": typed(
        "multi_conversations_select",
        {},
        {
            **HINTED,
            **MANY,
            **CHANNEL_CHOICE,
            "initial_conversations": items(CONVERSATION, 1, ANY_LENGTH),
        },
    ),
}

PICKERS: dict[str, Rule] = {
    "checkboxes": typed(
        "checkboxes",
        {"options": items(MARKED_OPTION, 1, 10)},
        {**PICK, "initial_options": items(MARKED_OPTION, 1, 10)},
    ),
    "radio_buttons": typed(
        "radio_buttons",
        {"options": items(MARKED_OPTION, 1, 10)},
        {**PICK, "initial_option": MARKED_OPTION},
    ),
    "datepicker": typed("datepicker", {}, {**HINTED, "initial_date": DATE}),
    "timepicker": typed("timepicker", {}, {**HINTED, "initial_time": TIME, "timezone": words(100)}),
    "datetimepicker": typed(
        "datetimepicker", {}, {**PICK, "initial_date_time": number(10**9, 10**10 - 1)}
    ),
}

TYPED = {**FOCUS, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
INPUTS: dict[str, Rule] = {
    "plain_text_input": typed(
        "plain_text_input",
        {},
        {
            **TYPED,
            "initial_value": words(3000, least=0),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
    ),
    "email_text_input": typed(
        "email_text_input", {}, {**TYPED, "initial_value": words(3000, least=0)}
    ),
    "url_text_input": typed("url_text_input", {}, {**TYPED, "initial_value": words(3000, least=0)}),
    "number_input": typed(
        "number_input",
        {"is_decimal_allowed": flag},
        {
            **TYPED,
            "initial_value": pattern(r"-?\d+(\.\d+)?", "a number in a string"),
            "min_value": pattern(r"-?\d+(\.\d+)?", "a number in a string"),
            "max_value": pattern(r"-?\d+(\.\d+)?", "a number in a string"),
        },
    ),
}

INTERACTIVE: dict[str, Rule] = {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **PICKERS}

FEEDBACK_BUTTON = shape(
    {"text": plain(75), "value": words(2000)}, {"accessibility_label": words(75)}
)
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": typed(
        "feedback_buttons",
        {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON},
        ACTION,
    ),
    "icon_button": typed(
        "icon_button",
        {"icon": choice("trash"), "text": plain(75)},
        {
            **ACTION,
            "value": words(2000),
            "confirm": CONFIRM,
            "accessibility_label": words(75),
            "visible_to_user_ids": items(USER, 1, 10),
        },
    ),
}

# --- rich text ---

STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
STYLED = {"style": STYLE}
RUNS: dict[str, Rule] = {
    "text": typed("text", {"text": words(ANY_LENGTH)}, STYLED),
    "link": typed("link", {"url": address}, {**STYLED, "text": words(ANY_LENGTH), "unsafe": flag}),
    "emoji": typed(
        "emoji", {"name": words(100)}, {**STYLED, "unicode": words(100), "url": address}
    ),
    "user": typed("user", {"user_id": USER}, STYLED),
    "usergroup": typed("usergroup", {"usergroup_id": words(100)}, STYLED),
    "channel": typed("channel", {"channel_id": CONVERSATION}, STYLED),
    "broadcast": typed("broadcast", {"range": choice("here", "channel", "everyone")}, STYLED),
    "date": typed(
        "date",
        {"timestamp": number(0, 10**11), "format": words(1000)},
        {**STYLED, "fallback": words(1000), "url": address},
    ),
    "color": typed("color", {"value": words(100)}, STYLED),
}
RUN = kinds(RUNS)
BORDER = {"border": choice(0, 1)}
RICH_SECTION = typed("rich_text_section", {"elements": items(RUN, 0, ANY_LENGTH)})
RICH_TEXT = typed(
    "rich_text",
    {
        "elements": items(
            kinds(
                {
                    "rich_text_section": RICH_SECTION,
                    "rich_text_quote": typed(
                        "rich_text_quote", {"elements": items(RUN, 0, ANY_LENGTH)}, BORDER
                    ),
                    "rich_text_preformatted": typed(
                        "rich_text_preformatted",
                        {
                            "elements": items(
                                kinds({"text": RUNS["text"], "link": RUNS["link"]}), 0, ANY_LENGTH
                            )
                        },
                        {**BORDER, "language": words(100)},
                    ),
                    "rich_text_list": typed(
                        "rich_text_list",
                        {
                            "style": choice("bullet", "ordered"),
                            "elements": items(
                                kinds({"rich_text_section": RICH_SECTION}), 1, ANY_LENGTH
                            ),
                        },
                        {**BORDER, "indent": number(0, 8), "offset": number(0, ANY_LENGTH)},
                    ),
                }
            ),
            1,
            ANY_LENGTH,
        )
    },
    {"block_id": NAME},
)
INPUTS["rich_text_input"] = typed("rich_text_input", {}, {**TYPED, "initial_value": RICH_TEXT})

# --- blocks ---

BLOCK = {"block_id": NAME}
CELL = kinds({
    "raw_text": typed("raw_text", {"text": words(ANY_LENGTH)}),
    "raw_number": typed("raw_number", {"text": words(ANY_LENGTH), "value": number(-1e300, 1e300)}),
    "rich_text": RICH_TEXT,
})  # fmt: skip

DIVIDER = typed("divider", {}, BLOCK)
HEADER = typed("header", {"text": plain(150)}, BLOCK)
SECTION = typed(
    "section",
    {},
    {
        **BLOCK,
        "text": either(3000),
        "fields": items(either(2000), 1, 10),
        "accessory": kinds({**INTERACTIVE, "image": IMAGE_ELEMENT}),
        "expand": flag,
    },
    one_of("text", "fields", at_most=2),
)
CONTEXT = typed(
    "context",
    {
        "elements": items(
            kinds({"plain_text": plain(3000), "mrkdwn": marked(3000), "image": IMAGE_ELEMENT}),
            1,
            10,
        )
    },
    BLOCK,
)
ACTIONS = typed(
    "actions",
    {
        "elements": items(
            kinds({**INTERACTIVE, "rich_text_input": INPUTS["rich_text_input"]}), 1, 25
        )
    },
    BLOCK,
)
IMAGE = typed(
    "image",
    {"alt_text": words(2000)},
    {
        **BLOCK,
        "image_url": address,
        "title": plain(2000),
        "slack_file": shape({}, {"id": words(255), "url": address}, one_of("id", "url")),
    },
    one_of("image_url", "slack_file"),
)
INPUT = typed(
    "input",
    {
        "label": plain(2000),
        "element": kinds({**INPUTS, **SELECTS, **PICKERS}),
    },
    {**BLOCK, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
)
CONTEXT_ACTIONS_BLOCK = typed(
    "context_actions", {"elements": items(kinds(CONTEXT_ACTIONS), 1, 5)}, BLOCK
)
TABLE = typed(
    "table",
    {"rows": items(items(CELL, 1, 20), 1, 100)},
    {
        **BLOCK,
        "column_settings": items(
            shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag}), 1, 20
        ),
    },
)
MARKDOWN = typed("markdown", {"text": words(12_000)}, BLOCK)
ALERT = typed(
    "alert",
    {"text": either(200)},
    {**BLOCK, "level": choice("default", "info", "warning", "error", "success")},
)

EVERYWHERE: dict[str, Rule] = {
    "actions": ACTIONS,
    "context": CONTEXT,
    "divider": DIVIDER,
    "header": HEADER,
    "image": IMAGE,
    "input": INPUT,
    "rich_text": RICH_TEXT,
    "section": SECTION,
}
SURFACES: dict[str, dict[str, Rule]] = {
    "message": {
        **EVERYWHERE,
        "context_actions": CONTEXT_ACTIONS_BLOCK,
        "markdown": MARKDOWN,
        "table": TABLE,
    },
    "modal": {**EVERYWHERE, "alert": ALERT},
    "home": {**EVERYWHERE, "table": TABLE},
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}

VIEW_KEYS: dict[str, Rule] = {
    "private_metadata": words(3000, least=0),
    "callback_id": words(255, least=0),
    "external_id": words(255, least=0),
}
MODAL_KEYS: dict[str, Rule] = {
    **VIEW_KEYS,
    "close": plain(24),
    "submit": plain(24),
    "clear_on_close": flag,
    "notify_on_close": flag,
    "submit_disabled": flag,
}
