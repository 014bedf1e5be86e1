"""Which characters of a source reach a reader? Text is cleaned here once; everything later quotes the result.

raw paragraphs -> no control or bidi characters -> NFC -> one space for white space -> paragraphs parted by a blank line
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

# Control characters, soft hyphens, zero-width spaces, bidi marks and overrides, annotation and tag
# characters, surrogates, noncharacters. The zero-width joiners stay: Persian and emoji are wrong without them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n\n+")


def clean_body(text: str) -> str:
    """Clean text whose paragraphs stand apart by a blank line; a single line end within one stays."""
    text = _LINE_END.sub("\n", text.replace("\u2029", "\n\n"))
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    text = _AROUND_LINE_END.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """Clean a text of one line: a headline, a name."""
    return " ".join(clean_body(text).split())


def line_or_none(text: object, most: int = 500) -> str | None:
    """A cleaned line; None where there is none, or where it is too long to be a headline or a name."""
    if not isinstance(text, str) or len(text) > most * 20:
        return None
    line = clean_line(text)
    return line if 0 < len(line) <= most else None


def address_or_none(url: str | None) -> str | None:
    """A web address that can be taken apart; None for what only looks like one ("http://[")."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None


def join_paragraphs(paragraphs: Iterable[str]) -> str:
    """Clean each paragraph and part them by one blank line."""
    cleaned = (_BLANK_LINES.sub("\n", clean_body(paragraph)) for paragraph in paragraphs)
    return "\n\n".join(paragraph for paragraph in cleaned if paragraph)
