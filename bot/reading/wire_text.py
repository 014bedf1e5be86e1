"""The text of wires, and what desks say of it: killed or withheld, a correction, an embargo.

paragraphs in XML of several kinds, bylines, desks' sign-offs
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.model import Status
from bot.model.errors import SourceUnreadable
from bot.model.wordlists import load_line_lists, load_word_lists
from bot.reading.cleaning import MAX_URL_CHARS, clean_body, first_line, join_paragraphs, unwrap
from bot.reading.markup import (
    HTML_ELEMENTS,
    html_text,
    paragraphs,
    parse_xml,
    root_name,
    unescape_twice,
)
from bot.reading.times import parse_time
from bot.reading.trees import find_all, find_child, find_first, text_content
from bot.reading.visible import keep_visible

_SECTIONS = ("newsml 1 media", "newsml 1 asides", "ninjs media", "ninjs properties", "corrections")
_PARTS = ("parts of a text", "other headlines")
WIRE_WORDS = load_word_lists("bot.reading", "data/wire_words.txt", *_SECTIONS, *_PARTS)
# Of several renditions one that keeps its paragraphs is preferred to one that is hardly longer.
_FULL_SHARE = 0.8
_ROLE_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_WIRE_SECTIONS = ("kill", "kill key word", "withhold", "sign-off", "slug", "note", "job title")
_TAKE_SECTIONS = ("notes start", "take key", "headline prefix")
_PATTERNS = load_line_lists(
    "bot.reading", "data/desk_phrases.txt", *_WIRE_SECTIONS, *_TAKE_SECTIONS
)
DESK_PHRASES = {section: re.compile("|".join(lines)) for section, lines in _PATTERNS.items()}
_HTML_TAG = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|table|tr|td|strong|em|script|html|body)\b[^<>]{0,500}>"
    r"|</(?:b|i|u|a|span|su[bp])>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S+\s*")
_BYLINE = re.compile(r"By [A-ZÀ-Þ][^.!?]{2,100}")
_STATUSES = dict.fromkeys(
    ("canceled", "cancelled", "killed", "deleted", "withdrawn", "retracted"), Status.CANCELED
)
_STATUSES["withheld"] = Status.WITHHELD
# How desks mark a correction at the start of a headline or take key, in the languages of wires:
# "CORRECTED-Mayor …", "(Berichtigung: …)", "RECTIFICATIF - …", "2ND LEAD CORRECTION".
_CORRECTION_MARK = re.compile(
    r"[\W\d_]{0,6}(?:(?:\d+(?:st|nd|rd|th)[ -]?)?"
    r"(?:update(?:[ -]\d)?|lead|ld|urgent|refile|extra)\W+){0,2}"
    rf"(?:{'|'.join(WIRE_WORDS['corrections'])})\b"
    r"(?=\W*$|\s*[-–—:;,.)\]*+(/]|\s+(?:et|and|und|to)\b)",
    re.IGNORECASE,
)
# "(In Jan. 3 story, corrects last paragraph …)", "Eds: CORRECTS spelling of …", "Correcting name".
_CORRECTION_NOTE = re.compile(
    r"\(?(?:eds?(?:itors)?\W+)?(?:\([^()]{0,80}\)\W*)?(?:in [^()]{1,60}?, )?"
    r"(?:(?:removes|adds|updates)[^.]{0,60}, )?"
    r"(?:corrects|correcting|corrected|korjattu|korrigiert|berichtigt|corrige)\b",
    re.IGNORECASE,
)


def wire_body(content: Any | None) -> str:
    """Return the paragraphs of NITF, XHTML or plain text inside another element."""
    if content is None:
        return ""
    holder = find_first(content, "body.content")
    if holder is None:
        holder = next(find_all(content, "body"), content)
    if find_child(holder, "p") is not None:
        # Some wires set routing codes beside the paragraphs, in none of them.
        holder.text = None
        for child in holder:
            child.tail = None
    if len(holder) == 0:
        return plain_or_html(text_content(holder))
    keep_visible(holder)
    # A page's head (dpa sets headline, date and keywords there) and foot are no part of its text.
    pieces = paragraphs(holder, wire=True) or paragraphs(holder)
    texts = (
        html_text(piece) if _HTML_TAG.search(piece) else unescape_twice(piece)
        for piece in pieces
        if not _ADDRESS.fullmatch(piece)
    )
    return without_sign_off(join_paragraphs(texts))


def plain_or_html(text: str) -> str:
    """Return the paragraphs of text that may hold HTML or a wire's XML as text, escaped or not."""
    if has_html(text) or _root(text):
        return without_sign_off(markup_text(text))
    return without_sign_off(clean_body(unescape_twice(unwrap(text))))


def has_html(text: str) -> bool:
    """Return whether a text has tags of HTML."""
    return _HTML_TAG.search(text) is not None


def markup_text(text: str) -> str:
    """Return the paragraphs of a text in HTML, or in NITF or another XML that wires use."""
    root = _root(text)
    if root and root.lower() not in HTML_ELEMENTS["fragment roots"] | {"html"}:
        with suppress(SourceUnreadable):
            return wire_body(parse_xml(text))
    return html_text(text)


def _root(text: str) -> str | None:
    return root_name(text) if text.lstrip()[:1] == "<" else None


def last_of_code(code: str) -> str:
    """Return a code without its scheme: "text" of "ninat:text" or of ".../ninature/text"."""
    return re.split("[:/#]", code.strip().rstrip("/"))[-1]


def is_part(role: str, section: str) -> bool:
    """Return whether a role ("summary", "bodyShort", "rend:teaser") has a word of a list."""
    words = (word.lower() for word in _ROLE_WORD.findall(last_of_code(role)))
    return any(word.startswith(tuple(WIRE_WORDS[section])) for word in words)


def full_text(renditions: Sequence[tuple[str, str]]) -> str:
    """Return the whole text among renditions of one: pairs of a role and a cleaned text.

    Those that stand first are preferred, but never a summary to the text, nor what is cut.
    """
    whole = [text for role, text in renditions if text and not is_part(role, "parts of a text")]
    texts = whole or [text for _, text in renditions if text]
    longest = max(map(len, texts), default=0)
    return next((text for text in texts if len(text) >= _FULL_SHARE * longest), "")


def without_sign_off(body: str) -> str:
    """Return the body without its editors' initials and the mark of its end."""
    before, _, last = body.rpartition("\n\n")
    while before and DESK_PHRASES["sign-off"].fullmatch(last):
        body = before
        before, _, last = body.rpartition("\n\n")
    return body


def byline_in(body: str) -> str | None:
    """Return the byline that is the body's first paragraph, or None."""
    first = body.partition("\n\n")[0]
    return first if _BYLINE.fullmatch(first) else None


def find_time(holder: Any | None, zone: str, *path: str) -> datetime | None:
    """Return the time in the first element down a path of names, or None."""
    return parse_time(text_content(find_first(holder, *path)), zone)


def attribute(element: Any | None, *names: str) -> str | None:
    """Return the first of these attributes that is not empty, whatever its namespace."""
    if element is None:
        return None
    values = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    return first_line((values.get(name) for name in names), MAX_URL_CHARS)


def lower_attributes(elements: Iterable[Any], *names: str) -> set[str]:
    """Return one attribute of each element, as `attribute` reads it, in lower case."""
    return {(attribute(element, *names) or "").lower() for element in elements}


def parse_status(word: str | None, *, is_held: bool = False) -> Status:
    """Parse IPTC's publishing status, a code or an address too; any other, or none, is usable.

    What is usable is withheld where `is_held`: other fields leave open whether it may be shown.
    """
    default = Status.WITHHELD if is_held else Status.USABLE
    return _STATUSES.get(last_of_code(word or "").lower(), default)


def status_in(*lines: str | None, slug: str | None = None) -> Status:
    """Return the status that headlines, notes or a wire's slug name, where no field does."""
    stripped = [line.strip() for line in lines if line]
    is_killed = slug and DESK_PHRASES["kill key word"].fullmatch(slug.strip())
    if is_killed or any(map(DESK_PHRASES["kill"].fullmatch, stripped)):
        return Status.CANCELED
    is_withheld = any(map(DESK_PHRASES["withhold"].fullmatch, stripped))
    return Status.WITHHELD if is_withheld else Status.USABLE


def is_correction(*lines: str | None) -> bool:
    """Return whether a headline or take key begins with the mark of a correction."""
    return any(line and _CORRECTION_MARK.match(line) for line in lines)


def notes_correction(*notes: str | None) -> bool:
    """Return whether a note to editors, or one above the text, says what was corrected."""
    return any(note and _CORRECTION_NOTE.match(note.strip()) for note in notes)


def embargo_end(until: datetime | None, issued: datetime | None) -> datetime | None:
    """Return the end of an embargo where it is later than the time of sending, else None."""
    return until if until and (issued is None or until > issued) else None
