"""Entities of XML and HTML: what stands for a character or, declared by a document, for words.

Nothing outside the document is read, and what its own entities expand to is bounded.
"""

import re
from html import unescape
from html.entities import html5

from bot.reading import unreadable

MAX_EXPANDED_CHARS = 100_000
ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,20}|#[xX][0-9a-fA-F]{1,20}|[A-Za-z_][\w.-]{0,60});")
_XML_ENTITIES = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}
_ESCAPED_ENTITY = re.compile(
    r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|quot|apos|lt|gt|amp|nbsp|[lr][sd]quo|[mn]dash);"
)
_INTERNAL_SUBSET = re.compile(r"<!DOCTYPE[^\[<>]{0,2000}\[(.{0,100000}?)\]\s*>", re.DOTALL)
_SUBSET_START_CHARS = 20_000
_DECLARATION = re.compile(
    r"<!--.*?-->|<!ENTITY\s+(?P<name>[^\s%\"'<>&;]{1,60})\s+"
    r"(?:\"(?P<double>[^\"]{0,5000})\"|'(?P<single>[^']{0,5000})')\s*>",
    re.DOTALL,
)
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?P<name>[^\s#&;<>\"']{1,60});", re.DOTALL
)
# An entity may name others, which name others.
_MAX_DEPTH = 4


def expand_declared(text: str) -> str:
    """Return XML with the entities that it declares replaced by their words.

    One that is declared elsewhere, or nowhere, stays as words: the text shows that it is missing.
    Raise SourceUnreadable where they expand to more than MAX_EXPANDED_CHARS.
    """
    start = text.find("<!DOCTYPE", 0, _SUBSET_START_CHARS)
    subset = _INTERNAL_SUBSET.match(text, start) if start >= 0 else None
    at = subset.end() if subset else 0
    values: dict[str, str] = {}
    for declaration in _DECLARATION.finditer(subset[1] if subset else ""):
        if name := declaration["name"]:
            values.setdefault(name, declaration["double"] or declaration["single"] or "")
    if not values:
        return text
    expanded = text[at:]
    for _ in range(_MAX_DEPTH):
        before, expanded = expanded, _replace_references(expanded, values)
        if expanded == before:
            break
    return text[:at] + expanded


def _replace_references(text: str, values: dict[str, str]) -> str:
    left = MAX_EXPANDED_CHARS

    def replace(match: re.Match[str]) -> str:
        nonlocal left
        value = values.get(match["name"] or "")
        left -= len(value or "")
        return match.group() if value is None or left < 0 else value

    expanded = _REFERENCE.sub(replace, text)
    if left < 0:
        raise unreadable("entities")
    return expanded


def resolve_html_entities(text: str) -> str:
    """Replace HTML's named entities by their characters; drop numbers that are no character."""
    return _ENTITY.sub(_resolve_entity, text)


def _resolve_entity(match: re.Match[str]) -> str:
    entity = match.group()
    if entity in _XML_ENTITIES:
        return entity
    if not entity.startswith("&#"):
        character = html5.get(entity[1:])
        # What nobody declares stays as words.
        if character is None:
            return f"&amp;{entity[1:]}"
        return entity if character in "<>&\"'" else character
    number = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return entity if number <= 0x10FFFF and not ILLEGAL_IN_XML.match(chr(number)) else ""


def unescape_twice(text: str) -> str:
    """Return the text without entities, which are left where something was escaped twice."""
    return unescape(text) if _ESCAPED_ENTITY.search(text) else text
