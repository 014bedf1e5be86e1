"""What does a mail's header say? RFC 2047's encoded words, and the raw bytes that senders put there instead.

The standard library's own parser of headers recurses into nested comments and rewrites dates: it is not asked.
"""

import base64
import binascii
import re
from email.message import Message

from bot.reading.charset import decode
from bot.reading.cleaning import line_or_none

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bqBQ])\?([^?\n]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_MOST = 20_000


def header(message: Message, name: str, encoding: str | None = None) -> str | None:
    """A header's text on one line, decoded; None where there is none. `encoding` is that of raw bytes in it."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), None)
    if raw is None:
        return None
    text = (
        raw[:_MOST]
        if raw.isascii()
        else decode(raw[:_MOST].encode("utf-8", "surrogateescape"), encoding)
    )
    return line_or_none(_decoded(text), 1000)


def _decoded(text: str) -> str:
    """The words decoded; words that follow one another are one text, a character may be split between them."""
    pieces: list[str] = []
    waiting, charset, at = b"", "", 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for word in _WORD.finditer(text):
        between, named = text[at : word.start()], word.group(1).partition("*")[0]
        if between or named != charset:
            pieces += [decode(waiting, charset), between]
            waiting, charset = b"", named
        waiting += _bytes_of(word.group(2), word.group(3))
        at = word.end()
    return "".join((*pieces, decode(waiting, charset), text[at:]))


def _bytes_of(kind: str, coded: str) -> bytes:
    data = coded.encode("utf-8", "replace")
    if kind in "qQ":
        return _HEX.sub(lambda code: bytes([int(code.group(1), 16)]), data.replace(b"_", b" "))
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data
