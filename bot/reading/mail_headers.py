"""Headers of mail (RFC 5322), decoded: encoded words (RFC 2047), and raw bytes in their place.

The standard library's header parser rewrites dates and does not survive every header.
"""

import binascii
import re
from email.message import Message

from bot.model.wordlists import load_line_lists
from bot.reading.charset import decode
from bot.reading.cleaning import line_or_none

_MAX_HEADER_CHARS = 20_000
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bqBQ])\?([^?\n]{0,4000})\?=")
_BETWEEN_ENCODED_WORDS = re.compile(r"(\?=)\s+(?==\?)")
# "Name" <address>, Name [mailto:address], and address (Name), as old software writes.
_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*[<\[](?:mailto:)?(?P<address>[^<>\[\]]*)[>\]]")
_COMMENTED = re.compile(r"\s*(?P<address>[^\s()<>]+@[^\s()<>]+)\s*\((?P<name>.+)\)\s*$")
_QUOTED = re.compile(r"([\"'])(.*)\1", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)")
_SUBJECT_MARKS = load_line_lists("bot.reading", "data/mail_subjects.txt", "forward", "reply")
_FORWARDS, _REPLIES = ("|".join(_SUBJECT_MARKS[kind]) for kind in ("forward", "reply"))
_FORWARD = re.compile(rf"\s*(?:{_FORWARDS})\s*:", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*\[[^\[\]]{1,40}\]\s*")
_MARK = re.compile(rf"\s*(?:{_FORWARDS}|{_REPLIES})(?:\[\d+\])?\s*:\s*", re.IGNORECASE)


def read_header(message: Message, name: str, encoding: str | None = None) -> str | None:
    """Return a header's decoded text on one line, or None; `encoding` is that of raw bytes."""
    raw = _raw_header(message, name, encoding)
    return None if raw is None else line_or_none(_decode_words(raw), 1000)


def read_sender(message: Message, encoding: str | None) -> str | None:
    """Return the name of the sender, or the address where there is no name."""
    return sender_name(_raw_header(message, "from", encoding))


def sender_name(text: str | None) -> str | None:
    """Return the name in `"Name" <address>` or `address (Name)`, else the address."""
    match = _NAMED.match(text or "") or _COMMENTED.match(text or "")
    if match is None:
        return line_or_none(_decode_words(text or ""), 1000)
    name = line_or_none(_decode_words(_unquoted(match["name"])), 1000)
    return line_or_none(_unquoted(name or "")) or line_or_none(match["address"])


def _unquoted(name: str) -> str:
    """Return a name without the quotation marks around it (RFC 5322, section 3.2.4)."""
    quoted = _QUOTED.fullmatch(name.strip())
    return _QUOTED_PAIR.sub(r"\1", quoted.group(2)) if quoted else name


def is_forward(subject: str | None) -> bool:
    """Return whether a subject says that a message was passed on ("Fwd: …")."""
    return bool(_FORWARD.match(subject or ""))


def without_marks(subject: str | None, *, is_list: bool = False) -> str | None:
    """Return a subject without what mail software set before it ("Fwd: Re: …").

    With `is_list` that may be the name of a mailing list, in brackets.
    """
    text = _LIST_MARK.sub("", subject or "", count=1) if is_list else subject or ""
    while match := _MARK.match(text):
        text = text[match.end() :]
    return line_or_none(text, 1000)


def _raw_header(message: Message, name: str, encoding: str | None) -> str | None:
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), None)
    if raw is None or raw.isascii():
        return None if raw is None else raw[:_MAX_HEADER_CHARS]
    return decode(raw[:_MAX_HEADER_CHARS].encode("utf-8", "surrogateescape"), encoding)


def _decode_words(text: str) -> str:
    """Decode the encoded words; adjacent ones are one text, even in mid-character."""
    pieces: list[str] = []
    pending, charset, at = b"", "", 0
    text = _BETWEEN_ENCODED_WORDS.sub(r"\1", text)
    for word in _ENCODED_WORD.finditer(text):
        between, word_charset = text[at : word.start()], word.group(1).partition("*")[0]
        if between or word_charset != charset:
            pieces += [decode(pending, charset), between]
            pending, charset = b"", word_charset
        pending += _word_bytes(word.group(2), word.group(3))
        at = word.end()
    return "".join((*pieces, decode(pending, charset), text[at:]))


def _word_bytes(encoding: str, text: str) -> bytes:
    """Return the bytes of an encoded word in Q or B (base64) encoding."""
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data
