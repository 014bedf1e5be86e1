"""Block Kit parts within Slack's limits, and other people's words as text in which nothing acts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from unicodedata import bidirectional, combining
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from bot.blocks import messages
from bot.model import Block, Message

# Slack has no escape for emoji codes and format marks; a joiner of no width hides them.
# https://docs.slack.dev/messaging/formatting-message-text#escaping
_JOINER = "\N{WORD JOINER}"
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# Marks that change the direction of text, with the ones that end it. Articles have none left.
# https://unicode.org/reports/tr9/#Explicit_Directional_Embeddings
_CLOSING_MARKS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
_DIRECTION_MARK = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_FORMAT = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")
_CLAUSE = re.compile(r"[,;:.!?)\]…”»—–](?=\s)|\s(?=[—–(])")
_SPACE = re.compile(r"\s+")
_MARKS = {"bold": "*", "italic": "_"}
MAX_URL_CHARS = 3000
_TIMED_BY_QUERY = frozenset(["youtube.com", "m.youtube.com", "youtu.be"])
# Browsers find a long range by its first and last words; in between page and feed may differ.
_MAX_FRAGMENT_WORDS = 12
_FRAGMENT_EDGE_WORDS = 5

CUT_MARK = " […]"


def escape(text: str) -> str:
    """Escape text for mrkdwn and for a message's `text`, so that nothing in it acts as markup."""
    text = _EMOJI.sub(f":{_JOINER}", _contain_direction(text))
    text = _FORMAT.sub(rf"{_JOINER}\g<0>{_JOINER}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def name_markup(text: str, max_chars: int) -> str:
    """Return a name or title as mrkdwn, cut to so many characters."""
    return escape(isolate_direction(shorten(text, max_chars)))


def plain_text(text: str, max_chars: int = 3000) -> dict[str, Any]:
    """Create a plain_text object in which emoji codes stay as they are."""
    words = _contain_direction(shorten(text, max_chars))
    return {"type": "plain_text", "text": words, "emoji": False}


def mrkdwn(markup: str) -> dict[str, Any]:
    """Create a mrkdwn object of escaped markup; Slack adds no links of its own to it."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def rich_text(text: str, **style: bool) -> dict[str, Any]:
    """Create a rich_text element, whose text Slack shows as it is."""
    element: dict[str, Any] = {"type": "text", "text": isolate_direction(text)}
    return element | {"style": style} if style else element


def rich_time(moment: datetime) -> dict[str, Any]:
    """Create a time that Slack shows in each reader's own zone."""
    fallback, stamp = format_moment(moment, "UTC"), int(moment.timestamp())
    fields = {"format": "{date_short_pretty}, {time}", "fallback": fallback}
    return {"type": "date", "timestamp": stamp, **fields}


def rich_cut_text(text: str, max_chars: int, **style: bool) -> list[dict[str, Any]]:
    """Create a rich_text element of text cut to so many characters, and the mark beside it."""
    words, is_cut = cut_text(text, max_chars)
    return [rich_text(words, **style), *([rich_text(CUT_MARK)] if is_cut else [])]


def rich_section(*elements: Block) -> dict[str, Any]:
    """Create a paragraph, to stand in a rich_text block."""
    return {"type": "rich_text_section", "elements": list(elements)}


def rich_block(*parts: Block) -> dict[str, Any]:
    """Create a rich_text block of paragraphs, lists and quotes."""
    return {"type": "rich_text", "elements": list(parts)}


def rich_paragraph(*elements: Block) -> dict[str, Any]:
    """Create a rich_text block of one paragraph."""
    return rich_block(rich_section(*elements))


def rich_list(items: Iterable[Sequence[Block]]) -> dict[str, Any]:
    """Create a bulleted list, to stand in a rich_text block."""
    sections = [rich_section(*item) for item in items]
    return {"type": "rich_text_list", "style": "bullet", "elements": sections}


def rich_link(text: str, url: str | None, **style: bool) -> dict[str, Any]:
    """Create a rich_text link, or a plain element if Slack would not open the URL."""
    target = web_url(url)
    element = rich_text(text, **style)
    return element if target is None else element | {"type": "link", "url": target}


def to_markup(elements: Iterable[Block]) -> str:
    """Write the elements of a paragraph of rich_text as markup, for a section with a picture."""
    return "".join(map(_element_markup, elements))


def _element_markup(element: Block) -> str:
    text = element["text"]
    marks = [mark for style, mark in _MARKS.items() if element.get("style", {}).get(style)]
    words = escape(text.strip())
    if element["type"] == "link":
        words = link_markup(words, element["url"])
    for mark in marks if words else ():
        words = f"{mark}{words}{mark}"
    before = text[: len(text) - len(text.lstrip())]
    return f"{before}{words}{text[len(text.rstrip()) :]}" if words else text


def link_markup(label: str, url: str) -> str:
    """Link escaped text, in which a bar would end the address."""
    target = url.replace("&", "&amp;").replace("|", "%7C")
    return f"<{target}|{label.replace('|', '¦')}>"


def isolate_direction(text: str) -> str:
    """Isolate right-to-left text, so that it does not reorder the text around it."""
    if text.isascii():
        return text
    text = _contain_direction(text)
    turns = any(bidirectional(mark) in {"R", "AL", "RLE", "RLO", "RLI"} for mark in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if turns else text


def _contain_direction(text: str) -> str:
    """Remove direction marks from a text in which one would act on the text after it."""
    ends: list[str] = []
    for match in _DIRECTION_MARK.finditer(text):
        if match[0] in _CLOSING_MARKS:
            ends.append(_CLOSING_MARKS[match[0]])
        elif not ends or ends.pop() != match[0]:
            return _DIRECTION_MARK.sub(_JOINER, text)
    return _DIRECTION_MARK.sub(_JOINER, text) if ends else text


def cut_text(text: str, max_chars: int) -> tuple[str, bool]:
    """Return the longest beginning of `text` that fits, and whether it is shorter.

    It ends with a clause, else with a word. No mark is added to the words: whoever shows them puts
    CUT_MARK beside them.
    """
    if len(text) <= max_chars:
        return text, False
    least = max_chars // 2
    ends = [match.end() for match in _CLAUSE.finditer(text, 0, max_chars) if match.end() >= least]
    if not ends:
        spaces = _SPACE.finditer(text, 0, max_chars + 1)
        ends = [match.start() for match in spaces if match.start() >= least]
    end = ends[-1] if ends else max_chars
    while not ends and end > 1 and combining(text[end]):
        end -= 1
    return text[:end].rstrip(" \n,;:—–"), True


def cut_with_mark(text: str, max_chars: int) -> str:
    """Cut text as `cut_text` does, with CUT_MARK after it if it is shorter."""
    words, is_cut = cut_text(text, max_chars)
    return f"{words}{CUT_MARK}" if is_cut else words


def shorten(text: str, max_chars: int) -> str:
    """Cut text of our own to so many characters, with an ellipsis if it was longer."""
    return text if len(text) <= max_chars else cut_text(text, max_chars - 1)[0] + "…"


def format_time(moment: datetime, zone: str) -> str:
    """Format a time in a time zone: "Mon 23 Nov 08:30"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def format_moment(moment: datetime, zone: str) -> str:
    """Format a time and its date in a time zone: "23 November 2026, 08:30"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_date(local)}, {local:%H:%M}{' UTC' if zone == 'UTC' else ''}"


def format_date(day: date) -> str:
    """Format a day: "23 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def format_age(moment: datetime, now: datetime) -> str:
    """Format how long ago a time is: "2 h ago"."""
    minutes = max(0, (now - moment) // timedelta(minutes=1))
    if minutes < 1:
        return messages.text("just_now")
    if minutes < 60:
        return messages.text("minutes_ago", minutes=minutes)
    if minutes < 48 * 60:
        return messages.text("hours_ago", hours=minutes // 60)
    return messages.text("days_ago", days=minutes // (24 * 60))


def age_markup(moment: datetime, now: datetime) -> str:
    """Format an age as a date in mrkdwn, which Slack keeps right while the message grows old."""
    return f"<!date^{int(moment.timestamp())}^{{ago}}|{format_age(moment, now)}>"


def web_url(url: str | None) -> str | None:
    """Return a URL that Slack can link to; None for anything but http and https."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    encoded = quote(parts.geturl(), safe="%/:?#[]@!$&'()*+,;=~-._")
    return encoded if len(encoded) <= MAX_URL_CHARS else None


def text_fragment_url(url: str | None, words: str) -> str | None:
    """Return the URL of these words in their page; None if it cannot be linked.

    https://wicg.github.io/scroll-to-text-fragment/: dash, comma and ampersand have a meaning there.
    """
    page = web_url(url)
    paragraphs = [line.split() for line in words.splitlines() if line.strip()]
    if page is None or not paragraphs:
        return page
    fragment = ",".join(map(_encode_fragment, _fragment_parts(paragraphs)))
    mark = ":~:text=" if "#" in page else "#:~:text="
    linked = f"{page}{mark}{fragment}"
    return linked if len(linked) <= MAX_URL_CHARS else page


def words_url(url: str | None, words: str, seconds: float | None) -> str | None:
    """Return the URL of words in their page, or of their place in a recording."""
    return text_fragment_url(url, words) if seconds is None else time_code_url(url, seconds)


def time_code_url(url: str | None, seconds: float) -> str | None:
    """Return the URL of a place in a recording; None if it cannot be linked.

    https://www.w3.org/TR/media-frags/#naming-time; YouTube reads `t` of the query alone.
    """
    page = web_url(url)
    if page is None:
        return None
    host = (urlsplit(page).hostname or "").removeprefix("www.")
    if host in _TIMED_BY_QUERY:
        return f"{page}{'&' if '?' in page else '?'}t={int(seconds)}s"
    return f"{page.partition('#')[0]}#t={int(seconds)}"


def format_time_code(seconds: float) -> str:
    """Return a place in a recording as hours, if any, minutes and seconds: 1:02:09."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _fragment_parts(paragraphs: list[list[str]]) -> list[list[str]]:
    """Return a few words whole, of more the first and the last; neither crosses a paragraph."""
    first, last = paragraphs[0], paragraphs[-1]
    if len(paragraphs) == 1 and len(first) <= _MAX_FRAGMENT_WORDS:
        return [first]
    return [first[:_FRAGMENT_EDGE_WORDS], last[-_FRAGMENT_EDGE_WORDS:]]


def _encode_fragment(words: list[str]) -> str:
    # Quote marks at the edges are where a page and its feed differ.
    bare = " ".join(words).strip("\"'“”‘’«»„ ")
    return quote(bare, safe="").replace("-", "%2D")


# https://docs.slack.dev/reference/block-kit/blocks
_MAX_SECTION_CHARS = 3000
_MAX_CONTEXT_CHARS = 2000
_MAX_HEADER_CHARS = 150
_MAX_BUTTON_CHARS = 75
_MAX_ALT_CHARS = 300
_MAX_FALLBACK_CHARS = 2900
_HALF_TOKEN = re.compile(r"(?:&\w{0,4}|<[^<>]*)…\Z")
_OBJECT_WEIGHT = 16
# The limits of a digest (digest.py), less what stands before and after the groups.
_MAX_GROUPS_WEIGHT = 9_000
_MAX_GROUPS_BLOCKS = 44
_MAX_TITLE_CHARS = 24


def header(text: str) -> dict[str, Any]:
    """Create a heading of plain text."""
    return {"type": "header", "text": plain_text(text, _MAX_HEADER_CHARS)}


def section(markup: str, accessory: Block | None = None) -> dict[str, Any]:
    """Create a paragraph of escaped markup, with a button or picture beside it if there is one."""
    text = mrkdwn(truncate_markup(markup, _MAX_SECTION_CHARS))
    block = {"type": "section", "text": text}
    return block if accessory is None else block | {"accessory": accessory}


def context(markup: str) -> dict[str, Any]:
    """Create a line of small print of escaped markup."""
    return {"type": "context", "elements": [mrkdwn(truncate_markup(markup, _MAX_CONTEXT_CHARS))]}


def small_print(text: str) -> dict[str, Any]:
    """Create a line of small print, shown as it is."""
    return {"type": "context", "elements": [plain_text(text, _MAX_CONTEXT_CHARS)]}


def divider() -> dict[str, Any]:
    """Create a line across."""
    return {"type": "divider"}


def actions(*buttons: Block) -> dict[str, Any]:
    """Create a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(
    key: str, action: str, value: str, *, primary: bool = False, **fields: object
) -> dict[str, Any]:
    """Create a button labeled by a message; `value` has at most 2,000 characters."""
    text = plain_text(messages.text(key, **fields), _MAX_BUTTON_CHARS)
    block = {"type": "button", "text": text, "action_id": action, "value": value}
    return block | {"style": "primary"} if primary else block


def link_button(key: str, action: str, url: str) -> dict[str, Any]:
    """Create a button that opens an address, labeled by a message."""
    text = plain_text(messages.text(key), _MAX_BUTTON_CHARS)
    return {"type": "button", "text": text, "action_id": action, "url": url}


def image(url: str, alt: str) -> dict[str, Any]:
    """Create a small picture, to stand beside text; `alt` says what it shows."""
    return {"type": "image", "image_url": url, "alt_text": shorten(alt, _MAX_ALT_CHARS)}


def option(label: str, value: str) -> dict[str, Any]:
    """Create an option of a menu or a select."""
    return {"text": plain_text(label, _MAX_BUTTON_CHARS), "value": value}


def select(action: str, options: Iterable[Block], chosen: Block) -> dict[str, Any]:
    """Create a select of one option."""
    fields = {"action_id": action, "options": list(options), "initial_option": chosen}
    return {"type": "static_select", **fields}


def modal(
    title: str, blocks: Sequence[Block], *, close: str = "close", **fields: object
) -> dict[str, Any]:
    """Create a modal's view; `title` and `close` are keys, `fields` are more of its fields."""
    return {
        "type": "modal",
        "title": plain_text(messages.text(title), _MAX_TITLE_CHARS),
        "close": plain_text(messages.text(close), _MAX_TITLE_CHARS),
        "blocks": list(blocks),
        **fields,
    }


def input_field(key: str, name: str, element: Mapping[str, Any], **fields: object) -> Block:
    """Create a form's field; `key` gives its label and hint, `name` is its block id."""
    label, hint = messages.pair(key)
    block = {"type": "input", "block_id": name, "label": plain_text(label), "element": element}
    return block | fields | ({"hint": plain_text(hint)} if hint else {})


def remove_button(action: str, value: str, *, title: str, text: str) -> Block:
    """Create a button that asks before it acts; `title` and `text` are keys of the question."""
    labels = {"title": title, "text": text, "confirm": "remove", "deny": "keep"}
    question = {field: plain_text(messages.text(key)) for field, key in labels.items()}
    return button("remove", action, value) | {"confirm": question | {"style": "danger"}}


def compose(key: str, *more: str, buttons: Sequence[Block] = (), **fields: object) -> Message:
    """Compose a message: its paragraphs and `more`, a row of buttons, its hint in small print.

    `more` and `fields` are escaped markup. Empty paragraphs are left out.
    """
    paragraphs, hint = messages.paragraphs(key, **fields)
    shown = [paragraph for paragraph in (*paragraphs, *more) if paragraph]
    blocks = [section(paragraph) for paragraph in shown]
    blocks += [actions(*buttons)] if buttons else []
    blocks += [context(hint)] if hint else []
    return Message(fallback_text(shown), tuple(blocks))


def truncate_markup(markup: str, max_chars: int) -> str:
    """Cut escaped markup without leaving half of an entity, a link or a date at its end."""
    if len(markup) <= max_chars:
        return markup
    return _HALF_TOKEN.sub("…", shorten(markup, max_chars))


def fallback_text(paragraphs: Iterable[str]) -> str:
    """Join escaped markup as the text for notifications and screen readers."""
    return truncate_markup("\n".join(paragraphs), _MAX_FALLBACK_CHARS)


def fit_groups(groups: Iterable[Sequence[Block]]) -> tuple[list[Block], int]:
    """Return the blocks of the first groups that fit into a message, and how many do not."""
    kept: list[Block] = []
    left_out = 0
    for group in groups:
        blocks = [*kept, *group]
        fits = len(blocks) <= _MAX_GROUPS_BLOCKS and measure_weight(blocks) <= _MAX_GROUPS_WEIGHT
        if fits and not left_out:
            kept = blocks
        else:
            left_out += 1
    return kept, left_out


def measure_weight(value: object) -> int:
    """Count the characters of blocks, and some for each object; types and styles do not count."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        fields = [field for key, field in value.items() if key not in {"type", "style"}]
        return _OBJECT_WEIGHT + sum(map(measure_weight, fields))
    if isinstance(value, (list, tuple)):
        return sum(map(measure_weight, value))
    return 0


def command(line: str) -> str:
    """Show the line of a `/digest` command as code."""
    return code(f"/digest {line}".strip())


def code(line: str) -> str:
    """Show a line to type as code; a backtick in it would end the code early."""
    line = line.replace("`", "'").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"`{line}`"
