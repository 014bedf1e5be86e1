"""Read and write the lists of a schedule: `about`, `not`, `from` and `not from`."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.listeners import messages
from bot.listeners import schedule_phrases as phrases
from bot.listeners.schedule_phrases import Fields, Match, UnclearPhraseError, add_fields, constant
from bot.listeners.zones import find_full_zone, suggest_zone
from bot.model import WEEKDAYS

# An Undo button carries all of these, in at most 2,000 characters.
MAX_TOPICS, MAX_TOPIC_CHARS = 12, 60
MAX_ITEMS, MAX_ITEM_CHARS = 6, 40


@dataclass(frozen=True, slots=True)
class ListField:
    """A list of a subscription: the words before it, its items' name as a message, its limits."""

    words: str
    title: str
    example: str
    emptied_by: tuple[str, ...]
    max_items: int = MAX_ITEMS
    max_chars: int = MAX_ITEM_CHARS


_ANY_TOPIC = ("all", "everything", "anything", "any topic", "all topics")
_ANY_SOURCE = ("anywhere", "everywhere", "any source", "all sources")
LISTS = {
    "topics": ListField(
        "about", "title_topics", "ukraine, nato", _ANY_TOPIC, MAX_TOPICS, MAX_TOPIC_CHARS
    ),
    "excluded": ListField("not", "title_excluded", "sport", ("nothing",)),
    "sources": ListField("from", "title_sources", "reuters", _ANY_SOURCE),
    "excluded_sources": ListField("not from", "title_sources", "reuters", ("nowhere",)),
}
# Words that end a list or begin another phrase: an item with one of them is put in quote marks.
_RESERVED_WORDS = {
    *("top", "in", "at", "from", "between", "quiet", "up"),
    *("not", "except", "without", "but", "about"),
}
_CHANNEL = re.compile(r"<#\w*(?:\|([^>]*))?>")
# A word that opens with "_" would be read as emphasized.
_PLAIN_ITEM = re.compile(r"(?!_)[\w.'-]+(?: (?!_)[\w.'-]+)*")
# Where the next list begins: not at the hours of `from 9 to 17`, nor at those of `not at night`.
_NEXT_LIST = re.compile(
    rf"[\s,](?={phrases.NOT}\s|about\s|from\s)"
    rf"(?!{phrases.FROM_TO}|{phrases.QUIET}|{phrases.QUIET_NIGHT}|{phrases.QUIET_WEEKEND}"
    rf"|from\s+{phrases.DAY}\b)",
    re.IGNORECASE,
)


def parse_list(match: Match) -> tuple[Fields, int]:
    """Read a list, and where it ends: at the next one, or at times, hours, zone or `top N`."""
    offset, text = match.start(2) - 1, " " + match[2]
    for following in _NEXT_LIST.finditer(text):
        if text[: following.start()].count('"') % 2 == 0:
            text = text[: following.start()]
            break
    end = offset + len(text)
    fields: Fields = {}
    while list_end := _parse_list_end(text, offset):
        start, more = list_end
        add_fields(fields, more, (offset + start, end))
        text = text[:start]
    name = _list_name(match[1].lower())
    fields[name] = _list_items(text, LISTS[name], (match.start(), end))
    return fields, end


def _list_name(words: str) -> str:
    if "from" in words:
        return "sources" if words == "from" else "excluded_sources"
    return "topics" if words == "about" else "excluded"


def _parse_list_end(text: str, offset: int) -> tuple[int, Fields] | None:
    """Read the longest phrase at the end of a list that is no item; return its start and fields."""
    ends = [(match, parse) for form, parse in _LIST_ENDS if (match := form.search(text))]
    if not ends:
        return None
    match, parse = min(ends, key=lambda pair: pair[0].start())
    try:
        fields = parse(match)
    except UnclearPhraseError as e:
        e.span = offset + match.start() + 1, offset + match.end()
        raise
    return (match.start(), fields) if fields else None


def _parse_top_at_end(match: Match) -> Fields:
    """Read `top 5`; `top gun` is a topic."""
    return {} if phrases.parse_number(match[1]) is None else phrases.parse_top(match)


def _parse_zone_at_end(match: Match) -> Fields:
    """Read `in Europe/Tallinn`; `in Iran` belongs to a topic."""
    if zone := find_full_zone(match[1]):
        return {"zone": zone}
    looks_like_zone = re.fullmatch(r"[A-Za-z]+/[A-Za-z_]+", match[1])
    if looks_like_zone and (suggestion := suggest_zone(match[1])):
        raise phrases.unknown_zone(match[1], suggestion)
    return {}


_LIST_ENDS = tuple(
    (re.compile(rf"[\s,](?:{form})\s*$", re.IGNORECASE), parse)
    for form, parse in (
        (r"top\s+(\w+)", _parse_top_at_end),
        (phrases.AT_MOST, _parse_top_at_end),
        (r'in\s+([^\s,"]+)', _parse_zone_at_end),
        (phrases.AT_TIMES, phrases.parse_times),
        (phrases.FROM_TO, phrases.parse_hours),
        (phrases.QUIET, phrases.parse_quiet_hours),
        (phrases.QUIET_NIGHT, constant(hours=phrases.DAYTIME_HOURS)),
        (phrases.QUIET_WEEKEND, constant(days=WEEKDAYS)),
        (r"(?:on\s+)?(weekdays|daily)", phrases.parse_day_set),
        (r"hourly", constant(interval=timedelta(hours=1))),
    )
)


def name_channels(text: str) -> str:
    """Return typed text with the names of channels: Slack makes links of words that are one's name.

    `<#C0HARBOUR|harbour>`, or `<#C0HARBOUR>` where the name is not for everybody.
    """
    return _CHANNEL.sub(lambda match: match[1] or "", text)


def _list_items(text: str, field: ListField, span: tuple[int, int]) -> tuple[str, ...]:
    text = re.sub(r"[\s,]+(?:and|but)\s*\Z", "", text, flags=re.IGNORECASE)
    text = name_channels(text)
    pieces = (
        " ".join((quoted or plain).split())
        for quoted, plain in re.findall(r'"([^"]*)"|([^,"]+)', text)
    )
    items = tuple({piece.casefold(): piece for piece in pieces if piece}.values())
    if not items:
        problem = messages.text("empty_list", words=field.words)
        raise UnclearPhraseError(problem, f"{field.words} {field.example}", span)
    if len(items) > field.max_items or any(len(item) > field.max_chars for item in items):
        cut = (item[: field.max_chars].strip() for item in items[: field.max_items])
        items_left, chars, title = field.max_items, field.max_chars, messages.text(field.title)
        problem = messages.text("list_too_long", items=items_left, title=title, chars=chars)
        replacement = f"{field.words} {', '.join(map(_quote_item, cut))}"
        raise UnclearPhraseError(problem, replacement, span)
    return () if text.strip(" ,").casefold() in field.emptied_by else items


def _quote_item(item: str) -> str:
    """Put quote marks round an item that would be read as something else without them."""
    words = item.casefold()
    is_plain = (
        _PLAIN_ITEM.fullmatch(item)
        and not any(words in field.emptied_by for field in LISTS.values())
        and _RESERVED_WORDS.isdisjoint(words.split())
    )
    return item if is_plain else f'"{item}"'


def render_list(field: ListField, items: tuple[str, ...] | None) -> str:
    """Write a list as a person would type it; nothing for None."""
    if items is None:
        return ""
    return f"{field.words} {', '.join(map(_quote_item, items)) or min(field.emptied_by, key=len)}"
