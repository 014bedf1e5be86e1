"""The blocks that answers, App Home and modals are put together from, each within Slack's limits."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks.text import mrkdwn, plain, shorten
from bot.model import Block, Message

# https://docs.slack.dev/reference/block-kit/blocks
_SECTION_LONGEST = 3000
_CONTEXT_LONGEST = 2000
_HEADER_LONGEST = 150
_BUTTON_LONGEST = 75
_TEXT_LONGEST = 2900
_HALF = re.compile(r"(?:&\w{0,4}|<[^<>]*)…\Z")
_OBJECT_WEIGHT = 20
# As for a digest (digest.py), less what stands before and after the groups.
_MESSAGE_WEIGHT = 9_000
_MESSAGE_BLOCKS = 44


def header(text: str) -> dict[str, Any]:
    """Give a heading of plain words."""
    return {"type": "header", "text": plain(text, _HEADER_LONGEST)}


def section(markup: str, accessory: Block | None = None) -> dict[str, Any]:
    """Give a paragraph of safe markup, a button beside it if there is one."""
    block: dict[str, Any] = {"type": "section", "text": mrkdwn(fit(markup, _SECTION_LONGEST))}
    return block if accessory is None else block | {"accessory": accessory}


def context(markup: str) -> dict[str, Any]:
    """Give a line of small print, of safe markup."""
    return {"type": "context", "elements": [mrkdwn(fit(markup, _CONTEXT_LONGEST))]}


def divider() -> dict[str, Any]:
    """Give a line across."""
    return {"type": "divider"}


def actions(*buttons: Block) -> dict[str, Any]:
    """Give a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action: str, value: str, *, primary: bool = False) -> dict[str, Any]:
    """Give a button; `value` comes back with the press, in at most 2,000 characters."""
    block: dict[str, Any] = {
        "type": "button",
        "text": plain(label, _BUTTON_LONGEST),
        "action_id": action,
        "value": value,
    }
    return block | {"style": "primary"} if primary else block


def answer(*paragraphs: str, hint: str = "", buttons: Sequence[Block] = ()) -> Message:
    """Make a message of safe markup: paragraphs, a row of buttons, and what to do next in small print."""
    said = [paragraph for paragraph in paragraphs if paragraph]
    blocks = [section(paragraph) for paragraph in said]
    if buttons:
        blocks.append(actions(*buttons))
    if hint:
        blocks.append(context(hint))
    return Message(fallback(said), tuple(blocks))


def fit(markup: str, room: int) -> str:
    """Cut safe markup so that it stays safe: no half of an entity, a link or a date is left at its end."""
    return markup if len(markup) <= room else _HALF.sub("…", shorten(markup, room))


def fallback(paragraphs: Iterable[str]) -> str:
    """Give what notifications and screen readers take of safe markup."""
    return fit("\n".join(paragraphs), _TEXT_LONGEST)


def fill(groups: Iterable[Sequence[Block]]) -> tuple[list[Block], int]:
    """Give the blocks of as many groups, in order, as one message holds, and how many groups were left out."""
    kept: list[Block] = []
    left_out = 0
    for group in groups:
        if (
            left_out
            or weight((*kept, *group)) > _MESSAGE_WEIGHT
            or len(kept) + len(group) > _MESSAGE_BLOCKS
        ):
            left_out += 1
        else:
            kept += group
    return kept, left_out


def weight(value: object) -> int:
    """Count the characters of blocks, and a little for each object that holds them; a style holds none."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return _OBJECT_WEIGHT + sum(
            weight(inner) for key, inner in value.items() if key not in {"type", "style"}
        )
    if isinstance(value, (list, tuple)):
        return sum(weight(inner) for inner in value)
    return 0


def code(line: str) -> str:
    """Show a line to type as code; a backtick in it would end the code early."""
    escaped = line.replace("`", "'").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"`{escaped}`"
