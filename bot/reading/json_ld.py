"""JSON-LD (schema.org) in a page's scripts, with the slips that search engines bear."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from bot.reading import markup
from bot.reading.trees import find_all

Item = dict[str, Any]
_MAX_CHARS = 500_000
_MAX_NESTING = 5
# Where an object holds others that stand for themselves.
_NESTING_KEYS = ("@graph", "mainEntity")
_UPDATE_KEYS = ("headline", "articleBody")
# What hides a script's content from XML parsers and old browsers.
_WRAPPING = re.compile(r"(?://|/\*)?\s{0,20}(?:<!\[CDATA\[|\]\]>|<!--|-->)(?:\s{0,20}\*/)?")
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_BETWEEN_VALUES = re.compile(r"[\s;,]*")


def find_items(tree: Any) -> list[Item]:
    """Return every JSON-LD object of a page, in order; a script that cannot be read has none."""
    scripts = (
        script.text or ""
        for script in find_all(tree, "script")
        if "ld+json" in (script.get("type") or "").lower()
    )
    return [item for text in scripts for data in _load(text) for item in _items(data)]


def has_type(item: Item, *endings: str) -> bool:
    """Return whether a type of an object has one of these names, or one that ends in it."""
    return any(
        isinstance(name, str) and name.endswith(endings) for name in values(item.get("@type"))
    )


def values(value: Any, depth: int = 0) -> list[Any]:
    """Return what a property has, one value or a list, nested or not; nothing for None."""
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if not isinstance(value, list):
        return [] if value is None else [value]
    if depth == _MAX_NESTING:
        return []
    return [each for part in value for each in values(part, depth + 1)]


def live_updates(item: Item) -> str:
    """Return the text of a live blog: each update's headline and paragraphs, as they stand."""
    updates = (each for each in values(item.get("liveBlogUpdate")) if isinstance(each, dict))
    texts = (each.get(key) for each in (item, *updates) for key in _UPDATE_KEYS)
    own = (text for text in texts if isinstance(text, str) and text != item.get("headline"))
    return "\n\n".join(filter(None, map(markup.html_text, own)))


def _load(text: str) -> Iterator[Any]:
    """Yield the JSON values in a script."""
    if len(text) > _MAX_CHARS:
        return
    try:
        yield json.loads(text, strict=False)
    except RecursionError:
        return
    except ValueError:
        yield from _load_leniently(text)


def _load_leniently(text: str) -> Iterator[Any]:
    """Yield the values of a script that is wrapped, has a comma too many, or ends in ";"."""
    text = _WRAPPING.sub("", text).strip()
    # Some systems escape the script as if it were text.
    text = text if '"' in text else unescape(text)
    text = _STRING_OR_COMMA.sub(lambda match: match.group(1) or "", text)
    decoder, at = json.JSONDecoder(strict=False), 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
        between = _BETWEEN_VALUES.match(text, at)
        at = between.end() if between else at


def _items(data: Any, depth: int = 0) -> Iterator[Item]:
    """Yield the objects in a value: of a list, and those that an object holds."""
    for item in values(data):
        if isinstance(item, dict):
            yield item
            if depth < _MAX_NESTING:
                for key in _NESTING_KEYS:
                    yield from _items(item.get(key), depth + 1)
