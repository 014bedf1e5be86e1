"""Press releases in DOCX (ECMA-376, Office Open XML), read by mammoth: what stands, or a refusal.

bytes -> parts without hidden or struck-out words -> mammoth -> HTML -> headline, text

mammoth shows tracked changes as if somebody had accepted them, hidden words as if they showed, and
drops words in places that it does not know. So its input is cleaned first, and where words would
still be gained or lost, the file is refused with the reason. It tells nothing of page headers,
which may hold an embargo: they are read here.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax import SAXException

import mammoth
from lxml import etree

from bot.model import Article
from bot.reading import unreadable
from bot.reading.archives import DOCX_BODY
from bot.reading.document import PARSE_ERRORS, SourceDocument
from bot.reading.holds import hold_article
from bot.reading.markup import SAFE_XML, paragraphs, parse_html
from bot.reading.page_layout import raise_figures, without_footnote_marks
from bot.reading.plain_text import may_head, parse_headed
from bot.reading.trees import (
    find_all,
    find_child,
    find_children,
    find_first,
    local_name,
    text_content,
)
from bot.reading.wire_text import attribute

MAX_XML_BYTES = 20 * 1024 * 1024
_RELATIONS = "word/_rels/document.xml.rels"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_STYLES, _SETTINGS = "word/styles.xml", "word/settings.xml"
_KEPT_PARTS = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/document\.xml\.rels"
                         r"|document\.xml|styles\.xml|numbering\.xml)")  # fmt: skip
# Revisions of the text itself (17.13.5); those of its looks change no word.
_REVISIONS = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge")
# Their content stands in the text, but mammoth drops it.
_UNWRAPPED = {"hyperlink", "fldSimple", "bdo", "dir", "customXml", "smartTag", "rubyBase", "ruby"}
_DROPPED = {"footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef", "rt", "rubyPr"}
_UNKNOWN_ELEMENT = re.compile(r"unrecognised element was ignored: (?:\{[^}]*\}|\w+:)?([\w.-]+)")
_STYLE_MAP = "p[style-name='Title'] => h1:fresh"
_OFF = {"0", "false", "off", "none"}
_WHITE = {"FFFFFF", "FEFEFE"}
_MIN_HALF_POINTS = 4
_MAX_TOP_PARAGRAPHS = 10
_ERRORS = (
    *PARSE_ERRORS,
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, SAXException),
    etree.XMLSyntaxError,
)


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article that the file is. Raise SourceUnreadable where it is in doubt."""
    try:
        parts = _read_parts(document.data)
        root = etree.fromstring(parts[DOCX_BODY], _parser())
        notes = [*_margin_texts(root, parts), *_footnote_texts(parts)]
        _clean(root, _hidden_styles(parts))
        parts[DOCX_BODY] = etree.tostring(root)
        html = _convert(parts, root)
    except _ERRORS as e:
        raise unreadable("docx_broken") from e
    article = _parse(html, document.zone)
    return [hold_article(article, document.zone, *notes, arrived=document.arrived)]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(remove_comments=True, remove_pis=True, **SAFE_XML)


def _read_parts(data: bytes) -> dict[str, bytes]:
    """Return the parts that hold words, by name; pictures and the like are not even unpacked."""
    parts, bytes_left = {}, MAX_XML_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if not member.filename.endswith((".xml", ".rels")) or member.filename in parts:
                continue
            with archive.open(member) as file:
                parts[member.filename] = file.read(bytes_left + 1)
            bytes_left -= len(parts[member.filename])
            if bytes_left < 0:
                size = MAX_XML_BYTES // 2**20
                raise unreadable("docx_too_large", size=size)
    return parts


def _convert(parts: Mapping[str, bytes], root: Any) -> str:
    """Return the document as HTML. Raise SourceUnreadable where words would be lost."""
    cleaned = io.BytesIO()
    with zipfile.ZipFile(cleaned, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            if _KEPT_PARTS.fullmatch(name):
                archive.writestr(name, content)
    result = mammoth.convert_to_html(
        cleaned, style_map=_STYLE_MAP, convert_image=mammoth.images.img_element(lambda _: {})
    )
    warnings = " ".join(str(message.message) for message in result.messages)
    for name in dict.fromkeys(_UNKNOWN_ELEMENT.findall(warnings)):
        if any(text_content(each).strip() for each in find_all(root, name)):
            raise unreadable("docx_unread_words", name=name)
    return str(result.value)


# --- cleaning ---


def _clean(root: Any, hidden_styles: set[str]) -> None:
    """Take out of a body what a reader of the document does not see, or must not believe."""
    _refuse_tracked_changes(root)
    if find_first(root, "altChunk") is not None:
        raise unreadable("docx_unread_words", name="altChunk")
    for element in list(find_all(root, "AlternateContent")):
        _place_text_box(element)
    for element in list(find_all(root, "r")):
        _clean_run(element, hidden_styles)
    for element in list(find_all(root, "sdt")):
        if find_first(element, "sdtPr", "showingPlcHdr") is not None:
            _remove(element)
    for element in list(root.iter()):
        name = local_name(element)
        if name in _DROPPED:
            _remove(element)
        elif name in _UNWRAPPED:
            _unwrap(element)


def _refuse_tracked_changes(root: Any) -> None:
    if next(find_all(root, *_REVISIONS), None) is not None:
        raise unreadable("tracked_changes")


def _clean_run(run: Any, hidden_styles: set[str]) -> None:
    properties = find_child(run, "rPr")
    holder = run.getparent()
    holder_properties = find_child(holder, "pPr")
    styles = {
        attribute(style, "val")
        for owner, name in ((properties, "rStyle"), (holder_properties, "pStyle"))
        for style in find_children(owner, name)
    }
    is_struck = _is_on(properties, "strike") or _is_on(properties, "dstrike")
    if is_struck or _is_hidden(properties) or styles & hidden_styles or _is_unseen(run, properties):
        # What else is in a run (a break, a tab) parts the words beside it.
        for text in list(find_all(run, "t", "sym")):
            _remove(text)
    elif attribute(find_child(properties, "vertAlign"), "val") == "superscript":
        for text in find_all(run, "t"):
            text.text = raise_figures(text.text or "")


def _is_on(properties: Any | None, name: str) -> bool:
    mark = find_child(properties, name)
    return mark is not None and (attribute(mark, "val") or "on").lower() not in _OFF


def _is_hidden(properties: Any | None) -> bool:
    return _is_on(properties, "vanish") or _is_on(properties, "specVanish")


def _is_unseen(run: Any, properties: Any | None) -> bool:
    """Return whether words are white on white, or too small to be seen."""
    size = attribute(find_child(properties, "sz"), "val") or ""
    if size.isdecimal() and int(size) <= _MIN_HALF_POINTS:
        return True
    color = attribute(find_child(properties, "color"), "val") or ""
    return color.upper() in _WHITE and not _has_ground(run)


def _has_ground(run: Any) -> bool:
    """Return whether a run, its paragraph or a cell around it has a ground of some color."""
    for holder in (run, *run.iterancestors()):
        for properties in holder:
            if not local_name(properties).endswith("Pr"):
                continue
            fills = [attribute(each, "fill") for each in find_children(properties, "shd")]
            if find_child(properties, "highlight") is not None:
                return True
            if any(fill and fill.upper() not in {"AUTO", *_WHITE} for fill in fills):
                return True
    return any(local_name(holder) in {"tbl", "txbxContent"} for holder in run.iterancestors())


def _hidden_styles(parts: Mapping[str, bytes]) -> set[str]:
    """Return the ids of styles whose words are hidden, also by the style that they are based on."""
    if _STYLES not in parts:
        return set()
    styles = {
        attribute(style, "styleId") or "": style
        for style in find_all(etree.fromstring(parts[_STYLES], _parser()), "style")
    }
    hidden = {
        name
        for name, style in styles.items()
        if any(_is_hidden(properties) for properties in find_children(style, "rPr"))
    }
    based_on = {
        name: attribute(find_child(style, "basedOn"), "val") for name, style in styles.items()
    }
    while more := {name for name, base in based_on.items() if base in hidden} - hidden:
        hidden |= more
    return hidden


def _place_text_box(alternate: Any) -> None:
    """Set the paragraphs of a text box below the paragraph that it hangs in, each once."""
    box = find_first(alternate, "txbxContent")
    if box is None:
        return
    holder = next((each for each in alternate.iterancestors() if local_name(each) == "p"), None)
    inner = [child for child in box if local_name(child) in {"p", "tbl"}]
    _remove(alternate)
    if holder is not None:
        for child in reversed(inner):
            holder.addnext(child)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    for child in list(element):
        if not local_name(child).endswith("Pr"):
            element.addprevious(child)
    parent.remove(element)


# --- what stands beside the text ---


def _margin_texts(root: Any, parts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the paragraphs of the page headers and footers that are shown."""
    relations = etree.fromstring(parts.get(_RELATIONS, b"<none/>"), _parser())
    targets = {attribute(each, "Id"): attribute(each, "Target") or "" for each in relations}
    settings = etree.fromstring(parts.get(_SETTINGS, b"<none/>"), _parser())
    has_even = _is_on(settings, "evenAndOddHeaders")
    for section in find_all(root, "sectPr"):
        shown = {"default", *(["first"] if _is_on(section, "titlePg") else [])}
        shown |= {"even"} if has_even else set()
        for name in ("headerReference", "footerReference"):
            for reference in find_children(section, name):
                target = targets.get(attribute(reference, "id"), "")
                part = parts.get(f"word/{target}".replace("word//word/", "word/"))
                if part and (attribute(reference, "type") or "default") in shown:
                    yield from _paragraph_texts(part)


def _footnote_texts(parts: Mapping[str, bytes]) -> Iterator[str]:
    for name in _NOTES:
        if name in parts:
            yield from _paragraph_texts(parts[name])


def _paragraph_texts(part: bytes) -> Iterator[str]:
    root = etree.fromstring(part, _parser())
    _refuse_tracked_changes(root)
    for paragraph in find_all(root, "p"):
        yield "".join(map(text_content, find_all(paragraph, "t")))


# --- from HTML to an article ---


def _parse(html: str, zone: str) -> Article:
    """Return the article, headed by its title or first heading, or by a first line in bold."""
    tree = parse_html(html.replace("\u2011", "-"))
    blocks = [] if tree is None else list(find_all(tree, "h1", "h2", "h3", "p", "li"))
    headline = next(
        (
            text
            for block in blocks[:_MAX_TOP_PARAGRAPHS]
            if (text := _heading_text(block)) and may_head(text, zone)
        ),
        None,
    )
    for cell in list(find_all(tree, "td", "th")):
        # A row is a paragraph where its cells have one each.
        if len(cell) == 1 and local_name(cell[0]) == "p":
            cell[0].drop_tag()
    texts = [] if tree is None else paragraphs(tree)
    plain = without_footnote_marks(texts)
    at = plain.index(headline) if headline in plain else None
    return parse_headed(plain, at, zone)


def _heading_text(block: Any) -> str | None:
    """Return the words of a heading, or of a paragraph that is in bold type throughout."""
    text = " ".join(text_content(block).split())
    if local_name(block).startswith("h"):
        return text
    bold = " ".join("".join(map(text_content, find_children(block, "strong"))).split())
    return text if bold == text else None
