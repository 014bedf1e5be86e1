"""Small Block Kit payloads for the tests of what Slack takes."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    """A section with what is given."""
    return {"type": "section", **more}


def button(number: int = 0, **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain("Press"), "action_id": f"press{number}", **more}


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 0, **more: Any) -> Json:
    """An option."""
    return {"text": plain("One"), "value": f"v{number}", **more}


def select(**more: Any) -> Json:
    """A static_select; it needs options."""
    return {"type": "static_select", "action_id": "choose", "placeholder": plain("Choose"), **more}


def confirm(**more: Any) -> Json:
    """A button that asks first."""
    return button(
        confirm={"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), **more}
    )


def context_actions(*elements: Json) -> Json:
    """A context_actions block."""
    return {"type": "context_actions", "elements": list(elements)}


def feedback(text: str = "Good", value: str = "good") -> Json:
    """Feedback buttons."""
    good, bad = {"text": plain(text), "value": value}, {"text": plain("Bad"), "value": "bad"}
    return {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": good,
        "negative_button": bad,
    }


def rich(*elements: Any) -> Json:
    """A rich_text block."""
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements: Any) -> Json:
    """A rich_text_section."""
    return {"type": "rich_text_section", "elements": list(elements)}


def words(text: str, **style: bool) -> Json:
    """A run of text."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def bullets(*lines: Json, **more: Any) -> Json:
    """A list."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines), **more}


def table(rows: int = 1, columns: int = 1, text: str = "cell") -> Json:
    """A table of equal cells."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def typing(**more: Any) -> Json:
    """A plain_text_input."""
    return {"type": "plain_text_input", "action_id": "type", **more}


def question(element: Json | None = None, **more: Any) -> Json:
    """An input block."""
    return {"type": "input", "label": plain("Name"), "element": element or typing(), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal that can be submitted."""
    shown = list(blocks) or [{"type": "divider"}]
    return {
        "type": "modal",
        "title": plain("Settings"),
        "submit": plain("Save"),
        "blocks": shown,
        **more,
    }
