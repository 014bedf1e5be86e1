"""Other people's words inside Slack's text: shown as they are, never acting as markup, links or mentions."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from unicodedata import bidirectional, combining
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from bot.model import Block, Message

# Slack knows no escape for emoji codes and format marks: a joiner of no width keeps them from being read as such.
# https://docs.slack.dev/messaging/formatting-message-text#escaping
_JOINER = "\N{WORD JOINER}"
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# Marks that steer direction, each with the one that ends it; readers have taken them out of articles already.
# https://unicode.org/reports/tr9/#Explicit_Directional_Embeddings
_CLOSING_MARKS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
_DIRECTION_MARK = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_FORMAT = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")
_CLAUSE = re.compile(r"[,;:.!?)\]…”»—–](?=\s)|\s(?=[—–(])")
_SPACE = re.compile(r"\s+")
MAX_URL_CHARS = 3000
# Browsers find a long range by its first and last words; a page differs from its feed more often in between.
_MAX_FRAGMENT_WORDS = 12
_FRAGMENT_EDGE_WORDS = 5

CUT_MARK = " […]"


def escape(text: str) -> str:
    """Make text safe for mrkdwn and for a message's `text`: the words stay, nothing in them acts."""
    text = _EMOJI.sub(f":{_JOINER}", _contain_direction(text))
    text = _FORMAT.sub(rf"{_JOINER}\g<0>{_JOINER}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_text(text: str, room: int = 3000) -> dict[str, Any]:
    """Give a plain_text object in which emoji codes stay as they are."""
    return {"type": "plain_text", "text": _contain_direction(shorten(text, room)), "emoji": False}


def mrkdwn(markup: str) -> dict[str, Any]:
    """Give a mrkdwn object of markup that is safe already; Slack adds no links of its own to it."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def rich_text(text: str, **style: bool) -> dict[str, Any]:
    """Give a rich_text element: Slack shows its text as it is."""
    element: dict[str, Any] = {"type": "text", "text": isolate_direction(text)}
    return element | {"style": style} if style else element


def rich_paragraph(*elements: Block) -> dict[str, Any]:
    """Give a rich_text block of one paragraph."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def rich_list(items: Iterable[Sequence[Block]]) -> dict[str, Any]:
    """Give a bulleted list, to stand in a rich_text block."""
    sections = [{"type": "rich_text_section", "elements": list(item)} for item in items]
    return {"type": "rich_text_list", "style": "bullet", "elements": sections}


def rich_link(text: str, url: str | None, **style: bool) -> dict[str, Any]:
    """Give a rich_text link, or plain words where the address is none that Slack would open."""
    address = web_url(url)
    if address is None:
        return rich_text(text, **style)
    element: dict[str, Any] = {"type": "link", "url": address, "text": isolate_direction(text)}
    return element | {"style": style} if style else element


def isolate_direction(text: str) -> str:
    """Keep right-to-left words from reordering what stands around them."""
    if text.isascii():
        return text
    text = _contain_direction(text)
    turns = any(bidirectional(mark) in {"R", "AL", "RLE", "RLO", "RLI"} for mark in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if turns else text


def _contain_direction(text: str) -> str:
    """Take marks that steer direction out of a text in which one would steer what stands after it."""
    ends: list[str] = []
    for found in _DIRECTION_MARK.finditer(text):
        if found[0] in _CLOSING_MARKS:
            ends.append(_CLOSING_MARKS[found[0]])
        elif not ends or ends.pop() != found[0]:
            return _DIRECTION_MARK.sub(_JOINER, text)
    return _DIRECTION_MARK.sub(_JOINER, text) if ends else text


def cut_text(text: str, room: int) -> tuple[str, bool]:
    """Give the longest opening of `text` that fits and ends with a clause, else with a word; and whether it is shorter.

    No mark is added to the words: whoever shows them puts CUT beside them.
    """
    if len(text) <= room:
        return text, False
    ends = [found.end() for found in _CLAUSE.finditer(text, 0, room) if found.end() >= room // 2]
    if not ends:
        ends = [
            found.start()
            for found in _SPACE.finditer(text, 0, room + 1)
            if found.start() >= room // 2
        ]
    return text[: ends[-1] if ends else _avoid_combining(text, room)].rstrip(" \n,;:—–"), True


def shorten(text: str, room: int) -> str:
    """Give text of our own that fits, an ellipsis at its end where it was longer."""
    return text if len(text) <= room else cut_text(text, room - 1)[0] + "…"


def format_time(moment: datetime, zone: str) -> str:
    """Say a time as the clocks of a zone show it: "Mon 23 Nov 08:30"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def format_age(moment: datetime, now: datetime) -> str:
    """Say how long ago: "2 h ago"."""
    minutes = max(0, (now - moment) // timedelta(minutes=1))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def age_markup(moment: datetime, now: datetime) -> str:
    """Say the same in mrkdwn as a date that Slack keeps right while the message grows old."""
    return f"<!date^{int(moment.timestamp())}^{{ago}}|{format_age(moment, now)}>"


def count_noun(number: int, noun: str) -> str:
    """Return "1 story" or "2 stories"."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def web_url(url: str | None) -> str | None:
    """Give an address that Slack can link to; None for anything but http and https."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    address = quote(parts.geturl(), safe="%/:?#[]@!$&'()*+,;=~-._")
    return address if len(address) <= MAX_URL_CHARS else None


def text_fragment_url(url: str | None, words: str) -> str | None:
    """Give the address of these very words in their page (a URL text fragment); None where it cannot be linked.

    https://wicg.github.io/scroll-to-text-fragment/: dash, comma and ampersand have a meaning there.
    """
    address = web_url(url)
    paragraphs = [line.split() for line in words.splitlines() if line.strip()]
    if address is None or not paragraphs:
        return address
    target = ",".join(map(_encode_fragment, _fragment_parts(paragraphs)))
    mark = ":~:text=" if "#" in address else "#:~:text="
    linked = f"{address}{mark}{target}"
    return linked if len(linked) <= MAX_URL_CHARS else address


def _fragment_parts(paragraphs: list[list[str]]) -> list[list[str]]:
    """Give the words whole where they are few, else their first and last: neither may cross a paragraph's end."""
    if len(paragraphs) > 1:
        return [paragraphs[0][:_FRAGMENT_EDGE_WORDS], paragraphs[-1][-_FRAGMENT_EDGE_WORDS:]]
    [found] = paragraphs
    return (
        [found]
        if len(found) <= _MAX_FRAGMENT_WORDS
        else [found[:_FRAGMENT_EDGE_WORDS], found[-_FRAGMENT_EDGE_WORDS:]]
    )


def _encode_fragment(words: list[str]) -> str:
    # Quote marks at the edges are where a page and its feed differ.
    bare = " ".join(words).strip("\"'“”‘’«»„ ")
    return quote(bare, safe="").replace("-", "%2D")


def _avoid_combining(text: str, room: int) -> int:
    while room > 1 and combining(text[room]):
        room -= 1
    return room


# --- blocks ---------------------------------------------------------------------------------------

# https://docs.slack.dev/reference/block-kit/blocks
_MAX_SECTION_CHARS = 3000
_MAX_CONTEXT_CHARS = 2000
_MAX_HEADER_CHARS = 150
_MAX_BUTTON_CHARS = 75
_MAX_FALLBACK_CHARS = 2900
_HALF_TOKEN = re.compile(r"(?:&\w{0,4}|<[^<>]*)…\Z")
_OBJECT_WEIGHT = 20
# As for a digest (digest.py), less what stands before and after the groups.
_MAX_GROUPS_WEIGHT = 9_000
_MAX_GROUPS_BLOCKS = 44


def header(text: str) -> dict[str, Any]:
    """Give a heading of plain words."""
    return {"type": "header", "text": plain_text(text, _MAX_HEADER_CHARS)}


def section(markup: str, accessory: Block | None = None) -> dict[str, Any]:
    """Give a paragraph of safe markup, a button beside it if there is one."""
    block: dict[str, Any] = {
        "type": "section",
        "text": mrkdwn(truncate_markup(markup, _MAX_SECTION_CHARS)),
    }
    return block if accessory is None else block | {"accessory": accessory}


def context(markup: str) -> dict[str, Any]:
    """Give a line of small print, of safe markup."""
    return {"type": "context", "elements": [mrkdwn(truncate_markup(markup, _MAX_CONTEXT_CHARS))]}


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
        "text": plain_text(label, _MAX_BUTTON_CHARS),
        "action_id": action,
        "value": value,
    }
    return block | {"style": "primary"} if primary else block


def compose_message(*paragraphs: str, hint: str = "", buttons: Sequence[Block] = ()) -> Message:
    """Make a message of safe markup: paragraphs, a row of buttons, and what to do next in small print."""
    said = [paragraph for paragraph in paragraphs if paragraph]
    blocks = [section(paragraph) for paragraph in said]
    if buttons:
        blocks.append(actions(*buttons))
    if hint:
        blocks.append(context(hint))
    return Message(fallback_text(said), tuple(blocks))


def truncate_markup(markup: str, room: int) -> str:
    """Cut safe markup so that it stays safe: no half of an entity, a link or a date is left at its end."""
    return markup if len(markup) <= room else _HALF_TOKEN.sub("…", shorten(markup, room))


def fallback_text(paragraphs: Iterable[str]) -> str:
    """Give what notifications and screen readers take of safe markup."""
    return truncate_markup("\n".join(paragraphs), _MAX_FALLBACK_CHARS)


def fit_groups(groups: Iterable[Sequence[Block]]) -> tuple[list[Block], int]:
    """Give the blocks of as many groups, in order, as one message holds, and how many groups were left out."""
    kept: list[Block] = []
    left_out = 0
    for group in groups:
        if (
            left_out
            or measure_weight((*kept, *group)) > _MAX_GROUPS_WEIGHT
            or len(kept) + len(group) > _MAX_GROUPS_BLOCKS
        ):
            left_out += 1
        else:
            kept += group
    return kept, left_out


def measure_weight(value: object) -> int:
    """Count the characters of blocks, and a little for each object that holds them; a style holds none."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return _OBJECT_WEIGHT + sum(
            measure_weight(inner) for key, inner in value.items() if key not in {"type", "style"}
        )
    if isinstance(value, (list, tuple)):
        return sum(measure_weight(inner) for inner in value)
    return 0


def code(line: str) -> str:
    """Show a line to type as code; a backtick in it would end the code early."""
    escaped = line.replace("`", "'").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"`{escaped}`"
