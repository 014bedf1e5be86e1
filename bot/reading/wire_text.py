"""What wires have in common: markup inside markup, bylines in the text, words for status, staff's sign-offs."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from bot.model import Status
from bot.reading.cleaning import clean_body, join_paragraphs, line_or_none
from bot.reading.markup import children, found, html_text, local, paragraphs, words
from bot.reading.wrapping import unwrap

_ESCAPED = re.compile(
    r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|quot|apos|lt|gt|amp|nbsp|[lr][sd]quo|[mn]dash);"
)
# What a desk sets below its text: initials ("hh/ph/ts/hd"), agency and initials ("AAP RTV ar", "dpa hm bs"), "ends".
_SIGN_OFF = re.compile(
    r"[a-z]{1,5}(?:[-/][a-z0-9]{1,5})+|[A-Z]{2,5}(?: [A-Z]{2,4})?(?: [a-z]{2,4}){1,4}|[A-Z]{3} [A-Z]{3}"
    r"|dpa(?: [a-z]{2,4}){1,9}|\W*(?:ends?|ENDS?|more|MORE|mf)\W*|_{3,}=?|NNNN|#{2,}"
)
_MARKED = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|table|tr|td|strong|em|script|html|body)\b[^<>]{0,500}>|</(?:b|i|u|a|span|su[bp])>",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"By [A-ZÀ-Þ][^.!?]{2,100}")
_STATUS = {
    "usable": Status.USABLE,
    "embargoed": Status.USABLE,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "killed": Status.CANCELED,
    "withheld": Status.WITHHELD,
}


def status_of(word: str | None) -> Status:
    """IPTC's publishing status, also as a code of a scheme ("stat:canceled"); nothing said is usable."""
    return _STATUS.get((word or "").rpartition(":")[2].strip().lower(), Status.USABLE)


def tag_of_language(told: str | None) -> str | None:
    """A language tag as the web writes it; some wires say "EN"."""
    return told.lower() if told and len(told) == 2 else told


def embargo(until: datetime | None, issued: datetime | None) -> datetime | None:
    """The end of an embargo, where it is later than the time of sending."""
    return until if until and (issued is None or until > issued) else None


def wire_body(content: Any | None) -> str:
    """The paragraphs of NITF, XHTML or plain text inside another element."""
    if content is None:
        return ""
    holder = next(found(content, "body.content"), None)
    if holder is None:
        holder = next((body for body in found(content, "body") if local(body) == "body"), content)
    if any(local(child) == "p" for child in holder):
        _drop_loose_words(holder)
    if len(holder) == 0:
        return plain_or_marked(words(holder))
    # A page's head (dpa sets headline, date and keywords there) and foot are no part of its text.
    pieces = paragraphs(holder, page=True) or paragraphs(holder)
    return without_sign_off(join_paragraphs(_unmarked(paragraph) for paragraph in pieces))


def plain_or_marked(text: str) -> str:
    """The paragraphs of text that may hold HTML as text (CDATA, or escaped once more)."""
    if _MARKED.search(text):
        return without_sign_off(html_text(text))
    return without_sign_off(clean_body(unescaped(unwrap(text))))


def _unmarked(paragraph: str) -> str:
    """A paragraph that holds HTML as text, as plain text; another one with a double escaping undone."""
    return html_text(paragraph) if _MARKED.search(paragraph) else unescaped(paragraph)


def unescaped(text: str) -> str:
    """Undo an escaping that was done twice."""
    return unescape(text) if _ESCAPED.search(text) else text


def without_sign_off(body: str) -> str:
    """The body without its editors' initials and the mark of its end."""
    before, _, last = body.rpartition("\n\n")
    while before and _SIGN_OFF.fullmatch(last):
        body = before
        before, _, last = body.rpartition("\n\n")
    return body


def is_sign_off(line: str) -> bool:
    """Whether a line is what a desk signs with (some wires put it where the byline goes)."""
    return bool(_SIGN_OFF.fullmatch(line))


def byline_in(body: str) -> str | None:
    """The byline that is the body's first paragraph."""
    first = body.partition("\n\n")[0]
    return first if _BYLINE.fullmatch(first) else None


def byline_of(byline: Any | None) -> str | None:
    """The names in a NITF byline, without the title or outlet below them; a desk's initials are none."""
    if byline is None:
        return None
    pieces = [byline.text or ""]
    for child in byline:
        pieces += ["" if local(child) == "byttl" else f" {words(child)}", child.tail or ""]
    line = line_or_none("".join(pieces))
    return line if line and not is_sign_off(line) else None


def attribute(element: Any | None, *names: str) -> str | None:
    """The first of these attributes that says something, whatever its namespace."""
    if element is None:
        return None
    told = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    return next((line for name in names if (line := line_or_none(told.get(name), 2000))), None)


def named(element: Any | None) -> str | None:
    """The name of a party in NewsML-G2: its name element, else its literal."""
    if element is None:
        return None
    return next(
        (line for name in children(element, "name") if (line := line_or_none(words(name)))), None
    ) or attribute(element, "literal")


def _drop_loose_words(body: Any) -> None:
    """Routing codes stand beside the paragraphs of some wires, in none of them."""
    body.text = None
    for child in body:
        child.tail = None
