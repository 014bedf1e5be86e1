"""Parse XML and HTML safely, and extract plain paragraphs from a tree.

Nothing outside the text is ever read: no external entity, no DTD, no network. What entities that
it declares itself expand to is bounded.
"""

import re
from html import unescape
from html.entities import html5
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from bot.model.wordlists import load_word_lists
from bot.reading import unreadable
from bot.reading.cleaning import join_paragraphs, unwrap
from bot.reading.trees import has_own_text, local_name
from bot.reading.visible import keep_visible

MAX_EXPANDED_CHARS = 100_000
ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,20}|#[xX][0-9a-fA-F]{1,20}|[A-Za-z_][\w.-]{0,60});")
_XML_ENTITIES = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}
_ESCAPED_ENTITY = re.compile(
    r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|quot|apos|lt|gt|amp|nbsp|[lr][sd]quo|[mn]dash);"
)
_INTERNAL_SUBSET = re.compile(r"<!DOCTYPE[^\[<>]{0,2000}\[(.{0,100000}?)\]\s*>", re.DOTALL)
_SUBSET_START_CHARS = 20_000
_ENTITY_DECLARATION = re.compile(
    r"<!--.*?-->|<!ENTITY\s+(?P<name>[^\s%\"'<>&;]{1,60})\s+"
    r"(?:\"(?P<double>[^\"]{0,5000})\"|'(?P<single>[^']{0,5000})')\s*>",
    re.DOTALL,
)
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?P<name>[^\s#&;<>\"']{1,60});", re.DOTALL
)
# An entity may name others, which name others.
_MAX_DEPTH = 4
SAFE_XML = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_WITHOUT_NOTES = {"remove_comments": True, "remove_pis": True}
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_PROLOGUE = re.compile(
    r"\s*(?:<\?.{0,2000}?\?>\s*|<!--.{0,20000}?-->\s*|<!DOCTYPE[^\[>]{0,2000}(?:\[|>)\s*)",
    re.DOTALL,
)
_ROOT = re.compile(r"\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_ROOT_AFTER_DTD = re.compile(r"\]\s*>\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{16384,}")
_ATTRIBUTE = re.compile(r"\s[^\s=\"'<>]{1,100}\s*=|\s[a-zA-Z][\w-]{0,50}(?=\s)")
MAX_ATTRIBUTES = 2_000
# Markup that stands in a text as words: an element with its end, a break, or attributes.
_ESCAPED_MARKUP = re.compile(
    r"<(?P<name>p|div|a|b|i|u|em|strong|span|h[1-6]|ul|ol|li|blockquote|cite|sup|sub|font|table)\b"
    r"[^<>]{0,500}>[^<>]{1,2000}</(?P=name)>|<(?:br|hr)\s*/>|<(?:p|a|img|div|span)\s[\w-]{1,30}=",
    re.IGNORECASE,
)
# Paragraphs indented by spaces, their other lines at the margin: a wire machine set these lines.
# XML that was only pretty-printed has no line at the margin.
_INDENTED_LINE = re.compile(r"\n {2,8}\S")
_LINE_AT_MARGIN = re.compile(r"\n\S")
# Closed as XML closes an element ("<iframe/>"), these swallow what follows: HTML knows no such end.
_SELF_CLOSED = re.compile(
    r"<(iframe|object|script|style|video|audio|canvas|textarea|select|button|title|noscript"
    r"|template|div|p|span|a|b|i|em|strong|ul|ol|li|td|tr|table)\b([^<>]{0,2000})/>",
    re.IGNORECASE,
)
_SECTIONS = ("blocks", "inline", "dropped", "dropped in pages", "dropped in wires")
HTML_ELEMENTS = load_word_lists(
    "bot.reading", "data/html_elements.txt", *_SECTIONS, "fragment roots"
)
_BLOCKS, _DROPPED = HTML_ELEMENTS["blocks"], HTML_ELEMENTS["dropped"]
_DROPPED_IN_PAGES = _DROPPED | HTML_ELEMENTS["dropped in pages"]
_DROPPED_IN_WIRES = _DROPPED_IN_PAGES | HTML_ELEMENTS["dropped in wires"]
_KNOWN = _BLOCKS | HTML_ELEMENTS["inline"]
_SEPARATORS = {"br": "\n", "td": " ", "th": " "}


def root_name(text: str) -> str | None:
    """Return the local name of the first element after declaration, comments and DOCTYPE."""
    root = _match_root(text)
    return root.group(1) if root else None


def root_start(text: str) -> int:
    """Return where the tag of that element begins; 0 where there is none."""
    root = _match_root(text)
    return text.rfind("<", 0, root.start(1)) if root else 0


def _match_root(text: str) -> re.Match[str] | None:
    at = 0
    while match := _PROLOGUE.match(text, at):
        at = match.end()
        if match.group().rstrip().endswith("["):
            return _ROOT_AFTER_DTD.search(text, at)
    return _ROOT.match(text, at)


def parse_xml(text: str) -> Any:
    """Return the root element. Raise SourceUnreadable where the XML is broken or cut short."""
    text = resolve_html_entities(expand_declared(strip_declaration(text)))
    options = SAFE_XML | _WITHOUT_NOTES
    parser = etree.XMLParser(recover=True, encoding="utf-8", **options)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise unreadable("not_xml")
    end_tag = rf"</(?:[\w.-]+:)?{re.escape(local_name(root))}\s*>|/>\s*$"
    if not re.search(end_tag, text[-2000:]):
        raise unreadable("xml_cut_short")
    return root


def strip_declaration(text: str) -> str:
    """Remove the XML declaration and the characters that XML forbids."""
    return ILLEGAL_IN_XML.sub("", _DECLARATION.sub("", text, count=1))


def has_too_many_attributes(text: str) -> bool:
    """Return whether a tag has more than MAX_ATTRIBUTES, which no news has.

    A tag that is merely long may hold a picture in an attribute; scripts are not looked at.
    """
    tags = _LONG_TAG.findall(_without_scripts(text))
    return any(len(_ATTRIBUTE.findall(tag)) > MAX_ATTRIBUTES for tag in tags)


def _without_scripts(text: str) -> str:
    pieces, at = [], 0
    while (start := _SCRIPT.search(text, at)) and (end := _SCRIPT_END.search(text, start.end())):
        pieces.append(text[at : start.start()])
        at = end.start()
    return "".join((*pieces, text[at:]))


def parse_html(text: str) -> Any | None:
    """Return the root element of a page or fragment, or None where it is empty."""
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, **_WITHOUT_NOTES
    )
    try:
        return lxml_html.document_fromstring(strip_declaration(text).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def html_text(fragment: str) -> str:
    """Return the cleaned paragraphs of an HTML fragment; blank lines count where no tag does.

    What was escaped twice is read as what it stands for, outside of source code.
    """
    if "<" not in fragment and "&" not in fragment:
        return join_paragraphs(fragment.split("\n\n"))
    text = _fragment_text(fragment)
    if _ESCAPED_MARKUP.search(text) and "<code" not in fragment:
        text = _fragment_text(text)
    return unescape_twice(text)


def text_or_html(text: str) -> str:
    """Return the cleaned paragraphs of what should be plain text, without markup that it has."""
    if _ESCAPED_MARKUP.search(text):
        return html_text(text)
    return join_paragraphs(unescape_twice(text).split("\n\n"))


def _fragment_text(fragment: str) -> str:
    if not re.search(r"<(?:p|div|br|li)\b", fragment, re.IGNORECASE):
        fragment = re.sub(r"\n\s*\n", "<p>", fragment)
    tree = parse_html(_SELF_CLOSED.sub(r"<\1\2></\1>", fragment))
    if tree is None:
        return ""
    keep_visible(tree)
    return join_paragraphs(paragraphs(tree))


def paragraphs(tree: Any, *, page: bool = False, wire: bool = False) -> list[str]:
    """Return the text of each block below an element, in order.

    In a whole `page` navigation, footers and the like are left out; of a `wire` also pictures by
    other names. An element that neither HTML nor NITF has is a block in a wire, unless it stands
    between words. The walk keeps its own stack, because a tree may be deeper than Python's
    recursion limit.
    """
    dropped = _DROPPED_IN_WIRES if wire else _DROPPED_IN_PAGES if page else _DROPPED
    pieces: list[str] = []
    stack: list[tuple[Any, bool]] = [(tree, True)]
    while stack:
        element, is_start = stack.pop()
        name = local_name(element).lower()
        is_block = name in _BLOCKS or (wire and name not in _KNOWN and not _is_among_words(element))
        block_break = "\n\n" if is_block else ""
        if not is_start:
            pieces += [block_break, _collapse(element.tail) if element is not tree else ""]
            continue
        stack.append((element, False))
        if name and name not in dropped:
            pieces += [block_break or _SEPARATORS.get(name, ""), _leading_text(element, name)]
            stack.extend((child, True) for child in reversed(element))
    return _split_at_breaks("".join(pieces))


def _is_among_words(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and has_own_text(parent)


def _collapse(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _leading_text(element: Any, name: str) -> str:
    """Return the text before an element's first child, with its lines where they matter."""
    text = element.text or ""
    if (
        name == "p"
        and len(element) == 0
        and _INDENTED_LINE.search(text)
        and len(_LINE_AT_MARGIN.findall(text)) > 1
    ):
        return unwrap(text)
    return text if name == "pre" else _collapse(text)


def _split_at_breaks(text: str) -> list[str]:
    """Split at two line breaks in a row; a single one after a space only wrapped the line."""
    text = re.sub(r"[^\S\n]\n[^\S\n]*(?=\w)", " ", text)
    return [piece for piece in re.split(r"\n\s*\n", text) if piece.strip()]


def expand_declared(text: str) -> str:
    """Return XML with the entities that it declares replaced by their words.

    One that is declared elsewhere, or nowhere, stays as words: the text shows that it is missing.
    Raise SourceUnreadable where they expand to more than MAX_EXPANDED_CHARS.
    """
    start = text.find("<!DOCTYPE", 0, _SUBSET_START_CHARS)
    subset = _INTERNAL_SUBSET.match(text, start) if start >= 0 else None
    at = subset.end() if subset else 0
    values: dict[str, str] = {}
    for declaration in _ENTITY_DECLARATION.finditer(subset[1] if subset else ""):
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
