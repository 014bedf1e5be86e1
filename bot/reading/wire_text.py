"""What wire formats share: statuses, notes to editors, bylines in the text, desks' sign-offs."""

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import Any

from bot.model import Status
from bot.model.wordlists import load_word_lists
from bot.reading.cleaning import (
    MAX_URL_CHARS,
    clean_body,
    first_line,
    join_paragraphs,
    line_or_none,
    unwrap,
)
from bot.reading.markup import (
    find_all,
    find_children,
    html_text,
    local_name,
    paragraphs,
    text_content,
)

_SECTIONS = ("newsml 1 media", "newsml 1 asides", "ninjs media", "ninjs properties", "corrections")
WIRE_WORDS = load_word_lists("bot.reading", "data/wire_words.txt", *_SECTIONS)
_ESCAPED_ENTITY = re.compile(
    r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|quot|apos|lt|gt|amp|nbsp|[lr][sd]quo|[mn]dash);"
)
# What a desk sets below its text: initials ("hh/ph/ts/hd"), agency and initials ("AAP RTV ar",
# "dpa hm bs"), "ends".
_SIGN_OFF = re.compile(
    r"[a-z]{1,5}(?:[-/][a-z0-9]{1,5})+|[A-Z]{2,5}(?: [A-Z]{2,4})?(?: [a-z]{2,4}){1,4}"
    r"|[A-Z]{3} [A-Z]{3}|dpa(?: [a-z]{2,4}){1,9}|\W*(?:ends?|ENDS?|more|MORE|mf)\W*"
    r"|_{3,}=?|NNNN|#{2,}"
)
_HTML_TAG = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|table|tr|td|strong|em|script|html|body)\b[^<>]{0,500}>"
    r"|</(?:b|i|u|a|span|su[bp])>",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"By [A-ZÀ-Þ][^.!?]{2,100}")
_STATUSES = {
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "killed": Status.CANCELED,
    "withheld": Status.WITHHELD,
}
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
# "BULLETIN KILL", "KILL NOTICE", "BC-Harbour, Kill", "KILL:"; never "Kill Bill opens today".
_KILL = re.compile(
    r"(?i:(?:bulletin|mandatory|advisory|story)[ -]kill)\b.*|KILL(?:\s+NOTICE)?(?:\s*[:,-].*)?"
    r"|.{1,120},\s*(?:KILL|Kill)\b[\s,\d]*|(?i:editors|eds?)\W+(?i:please\s+)?(?:KILL|kill)\s+.*",
    re.DOTALL,
)
_WITHHOLD = re.compile(r"(?:BULLETIN |MANDATORY |ADVISORY )?WITHH(?:OLD|ELD)(?:\W.*)?", re.DOTALL)


def parse_status(word: str | None) -> Status:
    """Parse IPTC's publishing status, also as a scheme's code ("stat:canceled").

    No status and any other one, "embargoed" among them, is usable.
    """
    return _STATUSES.get((word or "").rpartition(":")[2].strip().lower(), Status.USABLE)


def status_in(*lines: str | None) -> Status:
    """For wires without a status field: the status that keywords or notes name."""
    stripped = [line.strip() for line in lines if line]
    if any(map(_KILL.fullmatch, stripped)):
        return Status.CANCELED
    return Status.WITHHELD if any(map(_WITHHOLD.fullmatch, stripped)) else Status.USABLE


def is_correction(*lines: str | None) -> bool:
    """Return whether a headline or take key begins with the mark of a correction."""
    return any(line and _CORRECTION_MARK.match(line) for line in lines)


def notes_correction(*notes: str | None) -> bool:
    """Return whether a note to editors, or one above the text, says what was corrected."""
    return any(note and _CORRECTION_NOTE.match(note.strip()) for note in notes)


def embargo_end(until: datetime | None, issued: datetime | None) -> datetime | None:
    """Return the end of an embargo where it is later than the time of sending, else None."""
    return until if until and (issued is None or until > issued) else None


def wire_body(content: Any | None) -> str:
    """Return the paragraphs of NITF, XHTML or plain text inside another element."""
    if content is None:
        return ""
    holder = next(find_all(content, "body.content"), None)
    if holder is None:
        holder = next(find_all(content, "body"), content)
    if next(find_children(holder, "p"), None) is not None:
        # Some wires set routing codes beside the paragraphs, in none of them.
        holder.text = None
        for child in holder:
            child.tail = None
    if len(holder) == 0:
        return plain_or_html(text_content(holder))
    # A page's head (dpa sets headline, date and keywords there) and foot are no part of its text.
    pieces = paragraphs(holder, page=True) or paragraphs(holder)
    texts = (html_text(piece) if _HTML_TAG.search(piece) else _unescape(piece) for piece in pieces)
    return without_sign_off(join_paragraphs(texts))


def plain_or_html(text: str) -> str:
    """Return the paragraphs of text that may hold HTML as text (CDATA, or escaped twice)."""
    if _HTML_TAG.search(text):
        return without_sign_off(html_text(text))
    return without_sign_off(clean_body(_unescape(unwrap(text))))


def _unescape(text: str) -> str:
    """Undo an escaping that was done twice."""
    return unescape(text) if _ESCAPED_ENTITY.search(text) else text


def without_sign_off(body: str) -> str:
    """Return the body without its editors' initials and the mark of its end."""
    before, _, last = body.rpartition("\n\n")
    while before and _SIGN_OFF.fullmatch(last):
        body = before
        before, _, last = body.rpartition("\n\n")
    return body


def byline_in(body: str) -> str | None:
    """Return the byline that is the body's first paragraph, or None."""
    first = body.partition("\n\n")[0]
    return first if _BYLINE.fullmatch(first) else None


def nitf_byline(byline: Any | None) -> str | None:
    """Return the names in a NITF byline, without the title or outlet below them.

    A desk's initials, which some wires put there, are no byline.
    """
    if byline is None:
        return None
    pieces = [byline.text or ""]
    for child in byline:
        is_title = local_name(child) == "byttl"
        pieces += ["" if is_title else f" {text_content(child)}", child.tail or ""]
    line = line_or_none("".join(pieces))
    return line if line and not _SIGN_OFF.fullmatch(line) else None


def attribute(element: Any | None, *names: str) -> str | None:
    """Return the first of these attributes that is not empty, whatever its namespace."""
    if element is None:
        return None
    values = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    return first_line((values.get(name) for name in names), MAX_URL_CHARS)


def lower_attributes(elements: Iterable[Any], *names: str) -> set[str]:
    """Return one attribute of each element, as `attribute` reads it, in lower case."""
    return {(attribute(element, *names) or "").lower() for element in elements}
