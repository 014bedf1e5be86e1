"""Markup to plain text: how XML and HTML are parsed safely, and which paragraphs a tree holds."""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import join_paragraphs
from bot.reading.wrapping import unwrap

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_PROLOGUE = re.compile(
    r"\s*(?:<\?.{0,2000}?\?>\s*|<!--.{0,20000}?-->\s*|<!DOCTYPE[^\[>]{0,2000}(?:\[|>)\s*)",
    re.DOTALL,
)
_ROOT = re.compile(r"\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_ANY_ROOT = re.compile(r"\]\s*>\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{16384,}")
_ATTRIBUTE = re.compile(r"\s[^\s=\"'<>]{1,100}\s*=|\s[a-zA-Z][\w-]{0,50}(?=\s)")
_MOST_ATTRIBUTES = 2_000
_ENTITY = re.compile(r"&(?:#\d{1,20}|#[xX][0-9a-fA-F]{1,20}|[A-Za-z][A-Za-z0-9]{1,30});")
# Paragraphs set in by spaces, their other lines at the margin: XML that was only laid out has no line there.
_SET_IN = re.compile(r"\n {2,8}\S")
_AT_MARGIN = re.compile(r"\n\S")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_XML_OWN = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}

_BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "body.content",
    "block",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hedline",
    "hl1",
    "hl2",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
}
_CELLS = {"td", "th"}
_DROPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "head",
    "figure",
    "figcaption",
    "media",
    "button",
    "select",
    "textarea",
    "input",
    "audio",
    "video",
    "canvas",
}
# Closed as XML closes an element ("<iframe/>"), these swallow what follows: HTML knows no such end.
_CLOSED_AS_XML = re.compile(
    r"<(iframe|object|script|style|video|audio|canvas|textarea|select|button|title|noscript|template|div|p|span|a|b|i|em"
    r"|strong|ul|ol|li|td|tr|table)\b([^<>]{0,2000})/>",
    re.IGNORECASE,
)
_DROPPED_IN_PAGES = {"nav", "aside", "footer", "form", "header"}


def root_name(text: str) -> str | None:
    """The local name of the first element; what comes before it (declaration, comments, DOCTYPE) is skipped."""
    at = 0
    while found := _PROLOGUE.match(text, at):
        at = found.end()
        if found.group().rstrip().endswith("["):
            inner = _ANY_ROOT.search(text, at)
            return inner.group(1) if inner else None
    root = _ROOT.match(text, at)
    return root.group(1) if root else None


def parse_xml(text: str) -> Any:
    """The root element; nothing outside the text is ever read. Raise SourceUnreadable where the end is missing."""
    text = _ILLEGAL_IN_XML.sub("", _DECLARATION.sub("", text, count=1))
    text = sound_entities(text)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise SourceUnreadable("This looks like XML but cannot be read as XML.") from e
    if root is None:
        raise SourceUnreadable("This looks like XML but cannot be read as XML.")
    if not re.search(rf"</(?:[\w.-]+:)?{re.escape(local(root))}\s*>|/>\s*$", text[-2000:]):
        raise SourceUnreadable(
            "The file ends in the middle: its last element is not closed. Drop the complete file again."
        )
    return root


def sound_entities(text: str) -> str:
    """Write out HTML's named entities, which sloppy wires use in XML; drop numbers that stand for no character."""
    return _ENTITY.sub(_entity, text)


def _entity(match: re.Match[str]) -> str:
    entity = match.group()
    if entity in _XML_OWN:
        return entity
    if not entity.startswith("&#"):
        character = html5.get(entity[1:], entity)
        return entity if character in "<>&\"'" else character
    number = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return entity if number <= 0x10FFFF and not _ILLEGAL_IN_XML.match(chr(number)) else ""


def is_overloaded(text: str) -> bool:
    """Whether a tag has thousands of attributes: the parsers' time grows with the square of their number.

    A long tag alone is none such (a picture may stand in its address), nor is a script.
    """
    return any(
        len(_ATTRIBUTE.findall(tag.group())) > _MOST_ATTRIBUTES
        for tag in _LONG_TAG.finditer(_no_scripts(text))
    )


def _no_scripts(text: str) -> str:
    pieces, at = [], 0
    while script := _SCRIPT.search(text, at):
        end = text.find("</", script.end())
        while end >= 0 and text[end + 2 : end + 8].lower() != "script":
            end = text.find("</", end + 2)
        if end < 0:
            break
        pieces.append(text[at : script.start()])
        at = end
    return "".join((*pieces, text[at:]))


def parse_html(text: str) -> Any | None:
    """The root element of a page or a fragment, or None where there is nothing in it."""
    text = _ILLEGAL_IN_XML.sub("", _DECLARATION.sub("", text, count=1))
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def local(element: Any) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def found(tree: Any, *names: str) -> Iterator[Any]:
    """Every element below `tree` (and itself) of one of these local names, in document order."""
    return (element for element in tree.iter() if local(element) in names)


def first(tree: Any, *path: str) -> Any | None:
    """The first element down a path of local names, each anywhere below the one before; None where there is none."""
    element = tree
    for name in path:
        element = next(found(element, name), None) if element is not None else None
    return element


def children(element: Any, name: str) -> Iterator[Any]:
    """The element's own children of that local name."""
    return (child for child in element if local(child) == name)


def words(element: Any | None) -> str:
    """All text in an element, or nothing for None."""
    return "".join(element.itertext()) if element is not None else ""


def html_text(fragment: str) -> str:
    """The paragraphs of an HTML fragment, cleaned; line ends part them where it has no block elements (WordPress)."""
    if "<" not in fragment and "&" not in fragment:
        return join_paragraphs(fragment.split("\n\n"))
    if not re.search(r"<(?:p|div|br|li)\b", fragment, re.IGNORECASE):
        fragment = re.sub(r"\n\s*\n", "<p>", fragment)
    tree = parse_html(_CLOSED_AS_XML.sub(r"<\1\2></\1>", fragment))
    return tree_text(tree) if tree is not None else ""


def tree_text(tree: Any, *, page: bool = False, keep_lines: bool = False) -> str:
    """The paragraphs below an element, cleaned. In a whole `page` its navigation and the like is left out."""
    return join_paragraphs(paragraphs(tree, page=page, keep_lines=keep_lines))


def paragraphs(tree: Any, *, page: bool = False, keep_lines: bool = False) -> list[str]:
    """The text of each block, in order. Without recursion: a hostile tree is deep."""
    dropped = _DROPPED | _DROPPED_IN_PAGES if page else _DROPPED
    done: list[str] = []
    pieces: list[str] = []

    def close() -> None:
        done.extend(_split("".join(pieces), keep_lines=keep_lines))
        pieces.clear()

    walk: list[tuple[Any, bool]] = [(tree, True)]
    while walk:
        element, entering = walk.pop()
        name = local(element).lower()
        if not entering:
            if name in _BLOCKS:
                close()
            pieces.append(_flat(element.tail, keep_lines=keep_lines) if element is not tree else "")
            continue
        walk.append((element, False))
        if name in dropped or not name or _is_hidden(element):
            continue
        if name in _BLOCKS:
            close()
        elif name == "br":
            pieces.append("\n")
        elif name in _CELLS:
            pieces.append(" ")
        pieces.append(_set_text(element, name, keep_lines=keep_lines))
        walk.extend((child, True) for child in reversed(element))
    close()
    return done


def _is_hidden(element: Any) -> bool:
    """Whether a reader would not see it: newsletters hide a preview of themselves at their top."""
    style = element.get("style")
    return (style is not None and bool(_HIDDEN.search(style))) or element.get("hidden") is not None


def _flat(text: str | None, *, keep_lines: bool) -> str:
    return "" if not text else text if keep_lines else re.sub(r"\s+", " ", text)


def _set_text(element: Any, name: str, *, keep_lines: bool) -> str:
    """The text at an element's start: as it stands in `pre`, by its lines where a wire machine set them."""
    text = element.text or ""
    if (
        name in {"p", "pre"}
        and len(element) == 0
        and _SET_IN.search(text)
        and len(_AT_MARGIN.findall(text)) > 1
    ):
        return unwrap(text)
    return text if name == "pre" else _flat(text, keep_lines=keep_lines)


def _split(text: str, *, keep_lines: bool) -> list[str]:
    """Two line breaks in a row part paragraphs; a single one, after white space, only wrapped the line."""
    if not keep_lines:
        text = re.sub(r"[^\S\n]\n[^\S\n]*(?=\w)", " ", text)
    return [piece for piece in re.split(r"\n\s*\n", text) if piece.strip()]
