"""Other people's words inside Slack's text: shown as they are, never acting as markup, links or mentions."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from unicodedata import bidirectional, combining
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from bot.model import Block

# Slack knows no escape for emoji codes and format marks: a joiner of no width keeps them from being read as such.
# https://docs.slack.dev/messaging/formatting-message-text#escaping
_JOINER = "\N{WORD JOINER}"
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# Marks that steer direction, each with the one that ends it; readers have taken them out of articles already.
# https://unicode.org/reports/tr9/#Explicit_Directional_Embeddings
_STEERS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_FORMAT = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")
_CLAUSE = re.compile(r"[,;:.!?)\]…”»—–](?=\s)|\s(?=[—–(])")
_SPACE = re.compile(r"\s+")
_URL_LONGEST = 3000
# Browsers find a long range by its first and last words; a page differs from its feed more often in between.
_FRAGMENT_WORDS = 12
_FRAGMENT_EDGE = 5

CUT = " […]"


def escape(text: str) -> str:
    """Make text safe for mrkdwn and for a message's `text`: the words stay, nothing in them acts."""
    text = _EMOJI.sub(f":{_JOINER}", _kept_within(text))
    text = _FORMAT.sub(rf"{_JOINER}\g<0>{_JOINER}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, room: int = 3000) -> dict[str, Any]:
    """Give a plain_text object in which emoji codes stay as they are."""
    return {"type": "plain_text", "text": _kept_within(shorten(text, room)), "emoji": False}


def mrkdwn(markup: str) -> dict[str, Any]:
    """Give a mrkdwn object of markup that is safe already; Slack adds no links of its own to it."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def rich(text: str, **style: bool) -> dict[str, Any]:
    """Give a rich_text element: Slack shows its text as it is."""
    element: dict[str, Any] = {"type": "text", "text": isolate(text)}
    return element | {"style": style} if style else element


def rich_line(*elements: Block) -> dict[str, Any]:
    """Give a rich_text block of one paragraph."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def rich_bullets(items: Iterable[Sequence[Block]]) -> dict[str, Any]:
    """Give a bulleted list, to stand in a rich_text block."""
    sections = [{"type": "rich_text_section", "elements": list(item)} for item in items]
    return {"type": "rich_text_list", "style": "bullet", "elements": sections}


def rich_link(text: str, url: str | None, **style: bool) -> dict[str, Any]:
    """Give a rich_text link, or plain words where the address is none that Slack would open."""
    address = web_address(url)
    if address is None:
        return rich(text, **style)
    element: dict[str, Any] = {"type": "link", "url": address, "text": isolate(text)}
    return element | {"style": style} if style else element


def isolate(text: str) -> str:
    """Keep right-to-left words from reordering what stands around them."""
    if text.isascii():
        return text
    text = _kept_within(text)
    turns = any(bidirectional(mark) in {"R", "AL", "RLE", "RLO", "RLI"} for mark in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if turns else text


def _kept_within(text: str) -> str:
    """Take marks that steer direction out of a text in which one would steer what stands after it."""
    ends: list[str] = []
    for found in _STEERING.finditer(text):
        if found[0] in _STEERS:
            ends.append(_STEERS[found[0]])
        elif not ends or ends.pop() != found[0]:
            return _STEERING.sub(_JOINER, text)
    return _STEERING.sub(_JOINER, text) if ends else text


def cut(text: str, room: int) -> tuple[str, bool]:
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
    return text[: ends[-1] if ends else _whole_letters(text, room)].rstrip(" \n,;:—–"), True


def shorten(text: str, room: int) -> str:
    """Give text of our own that fits, an ellipsis at its end where it was longer."""
    return text if len(text) <= room else cut(text, room - 1)[0] + "…"


def clock(moment: datetime, zone: str) -> str:
    """Say a time as the clocks of a zone show it: "Mon 23 Nov 08:30"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago: "2 h ago"."""
    minutes = max(0, (now - moment) // timedelta(minutes=1))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def ago_token(moment: datetime, now: datetime) -> str:
    """Say the same in mrkdwn as a date that Slack keeps right while the message grows old."""
    return f"<!date^{int(moment.timestamp())}^{{ago}}|{ago(moment, now)}>"


def web_address(url: str | None) -> str | None:
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
    return address if len(address) <= _URL_LONGEST else None


def text_fragment(url: str | None, words: str) -> str | None:
    """Give the address of these very words in their page (a URL text fragment); None where it cannot be linked.

    https://wicg.github.io/scroll-to-text-fragment/: dash, comma and ampersand have a meaning there.
    """
    address = web_address(url)
    paragraphs = [line.split() for line in words.splitlines() if line.strip()]
    if address is None or not paragraphs:
        return address
    target = ",".join(map(_encoded, _edges(paragraphs)))
    mark = ":~:text=" if "#" in address else "#:~:text="
    linked = f"{address}{mark}{target}"
    return linked if len(linked) <= _URL_LONGEST else address


def _edges(paragraphs: list[list[str]]) -> list[list[str]]:
    """Give the words whole where they are few, else their first and last: neither may cross a paragraph's end."""
    if len(paragraphs) > 1:
        return [paragraphs[0][:_FRAGMENT_EDGE], paragraphs[-1][-_FRAGMENT_EDGE:]]
    [found] = paragraphs
    return (
        [found]
        if len(found) <= _FRAGMENT_WORDS
        else [found[:_FRAGMENT_EDGE], found[-_FRAGMENT_EDGE:]]
    )


def _encoded(words: list[str]) -> str:
    # Quote marks at the edges are where a page and its feed differ.
    bare = " ".join(words).strip("\"'“”‘’«»„ ")
    return quote(bare, safe="").replace("-", "%2D")


def _whole_letters(text: str, room: int) -> int:
    while room > 1 and combining(text[room]):
        room -= 1
    return room
