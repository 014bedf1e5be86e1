"""Mail (RFC 5322): newsletters and wires that come by post; attachments are left out."""

from __future__ import annotations

import email
import email.policy
import re
from email.errors import MessageError
from typing import TYPE_CHECKING

from bot.model import Article, Format
from bot.reading.charset import decode
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.markup import html_text
from bot.reading.times import read_time
from bot.reading.wrapping import unwrap

if TYPE_CHECKING:
    from email.message import EmailMessage

    from bot.reading.material import Material

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?")
_TELLING = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "delivered-to",
    "content-type",
}
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)
_MOST_PARTS = 100


def recognises(material: Material) -> Format | None:
    """Nothing but mail headers before the first blank line, a sender among them."""
    names = set()
    for line in material.text.lstrip()[:40_000].splitlines():
        header = _HEADER.match(line)
        if header:
            names.add(header.group(1).lower())
        elif not line.strip() or not line.startswith((" ", "\t")):
            break
    else:
        line = ""
    return Format.MAIL if not line.strip() and "from" in names and len(names & _TELLING) >= 3 else None


def articles(material: Material) -> list[Article]:
    """The one article that the message is."""
    try:
        message = email.message_from_bytes(material.data.lstrip(), policy=email.policy.default)
        return [_article(message, material)]
    except (MessageError, ValueError, LookupError, AttributeError, IndexError, TypeError, KeyError, OverflowError):
        # The standard library still trips over broken headers; the text below them is worth saving.
        _, _, body = material.text.lstrip().replace("\r\n", "\n").partition("\n\n")
        return [Article(body=clean_body(unwrap(body)))]


def _article(message: EmailMessage, material: Material) -> Article:
    return Article(
        body=_body(message, material.encoding),
        headline=_header(message, "subject"),
        source=_header(message, "from"),
        guid=_header(message, "message-id"),
        published=read_time(_header(message, "date"), material.zone),
        language=line_or_none((_header(message, "content-language") or "").partition(",")[0], 20),
    )


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return line_or_none(str(value), 1000) if value is not None else None


def _body(message: EmailMessage, encoding: str | None) -> str:
    """The plain text; the HTML where that says clearly more (some senders put a mere notice into the plain part)."""
    plain = html = ""
    for count, part in enumerate(message.walk()):
        if (
            count > _MOST_PARTS
            or part.is_multipart()
            or part.get_filename()
            or part.get_content_disposition() == "attachment"
        ):
            continue
        if part.get_content_type() == "text/plain" and not plain:
            plain = clean_body(unwrap(_SIGNATURE.split(_text(part, encoding), maxsplit=1)[0]))
        elif part.get_content_type() == "text/html" and not html:
            html = html_text(_text(part, encoding))
    return html if len(html) > 3 * len(plain) else plain


def _text(part: EmailMessage, encoding: str | None) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload, part.get_content_charset() or encoding) if isinstance(payload, bytes) else ""
