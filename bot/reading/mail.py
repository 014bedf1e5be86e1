"""Mail (RFC 5322), alone, in an mbox or in Apple's .emlx; also messages that are passed on."""

import email
import re
from dataclasses import replace
from email.errors import MessageError
from email.message import Message
from itertools import takewhile

from bot.model import Article, Format
from bot.reading import saved_page
from bot.reading.charset import decode
from bot.reading.cleaning import MAX_URL_CHARS, clean_body, line_or_none, unwrap
from bot.reading.document import PARSE_ERRORS, FormatReader, SourceDocument
from bot.reading.holds import hold_article
from bot.reading.mail_headers import (
    is_forward,
    read_header,
    read_sender,
    sender_name,
    without_marks,
)
from bot.reading.mail_text import USUAL_HEADERS, TextReader, inner_messages
from bot.reading.times import parse_time

_HEADER_NAME = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?")
_MIN_USUAL_HEADERS = 3
MAX_MESSAGES = 1_000
_SNIFFED_CHARS = 40_000
# The line that begins a message in an mbox (RFC 4155): an address and a time as C writes it.
_POSTMARK = re.compile(
    rb"^From [^\r\n]{1,200} \d\d:\d\d:\d\d [^\r\n]{0,40}\d{4}[ \t]*\r?\n", re.MULTILINE
)
# Some tools leave the time out; then it is one message.
_BARE_POSTMARK = re.compile(rb"\AFrom [^\s:]{1,200}@[^\s:]{1,200}[ \t]*\r?\n(?=[A-Za-z-]{2,60}:)")
_QUOTED_FROM = re.compile(rb"^>From ", re.MULTILINE)
_PARAMETERS = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
# A longer header of this kind is cut: the standard library takes too long over it.
MAX_PARAMETER_BYTES = 1_000
# Messages in messages in messages.
_MAX_DEPTH = 3
# What is said above a message that is passed on is shorter than an article.
_MAX_NOTE_CHARS = 400
# Apple's Mail sets the length in bytes above a message, and a property list below it (.emlx).
_EMLX_LENGTH = re.compile(rb"\A\s{0,10}(\d{1,9})[ \t]*\r?\n(?=[A-Za-z][A-Za-z-]{1,60}:)")


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize mail headers with a sender, and nothing else, before the first blank line.

    A page that a browser saved (MHTML) has headers too.
    """
    text = document.text[:_SNIFFED_CHARS].lstrip()
    start = text[:400].encode("utf-8", "replace")
    if any(line.match(start) for line in (_POSTMARK, _BARE_POSTMARK, _EMLX_LENGTH)):
        text = text.partition("\n")[2]
    names = set()
    for line in takewhile(str.strip, text.splitlines()):
        if match := _HEADER_NAME.match(line):
            names.add(match.group(1).lower())
        elif not line.startswith((" ", "\t")):
            return None
    if saved_page.is_saved_page(names, text):
        return Format.HTML, saved_page.read_articles
    is_mail = "from" in names and len(names & USUAL_HEADERS) >= _MIN_USUAL_HEADERS
    return (Format.MAIL, _read_mail) if is_mail else None


def _read_mail(document: SourceDocument) -> list[Article]:
    """Return the articles that the messages are, or pass on."""
    data = document.data.lstrip()
    if length := _EMLX_LENGTH.match(data):
        data = data[length.end() :][: int(length.group(1))]
    data = _BARE_POSTMARK.sub(b"", data, count=1)
    return [
        article for message in _split_mbox(data) for article in _read_message(message, document)
    ]


def _split_mbox(data: bytes) -> list[bytes]:
    """Return the messages of an mbox without their postmarks; anything else is one message."""
    if not _POSTMARK.match(data):
        return [data]
    messages = _POSTMARK.split(data)[1 : MAX_MESSAGES + 1]
    return [_QUOTED_FROM.sub(b"From ", message) for message in messages]


def _read_message(data: bytes, document: SourceDocument) -> list[Article]:
    bounded = _PARAMETERS.sub(lambda header: header.group()[:MAX_PARAMETER_BYTES], data)
    try:
        return _read_articles(email.message_from_bytes(bounded), document, 0)
    except (*PARSE_ERRORS, MessageError, RecursionError):
        # The standard library trips over some broken headers; the text below is worth saving.
        _, _, body = decode(data, document.encoding).replace("\r\n", "\n").partition("\n\n")
        return [Article(body=clean_body(unwrap(body)))]


def _read_articles(message: Message, document: SourceDocument, depth: int) -> list[Article]:
    """Return the article that a message is, or those that it passes on as messages in it.

    What stands beside these, in a digest or above a message passed on, is a note on them.
    """
    article = _read_article(message, document)
    if depth == _MAX_DEPTH:
        return [article]
    inner = list(inner_messages(message))[:MAX_MESSAGES]
    passed_on = [
        hold_article(each, document.zone, article.headline, article.body, arrived=document.arrived)
        for other in inner
        for each in _read_articles(other, document, depth + 1)
    ]
    is_note = is_forward(read_header(message, "subject")) or len(article.body) < _MAX_NOTE_CHARS
    is_digest = any(part.get_content_type() == "multipart/digest" for part in message.walk())
    if any(each.body for each in passed_on):
        return passed_on if is_note or is_digest else [article, *passed_on]
    return [article]


def _read_article(message: Message, document: SourceDocument) -> Article:
    subject = read_header(message, "subject", document.encoding)
    reader, body = _read_text(message, document, subject)
    replaced = read_header(message, "supersedes")
    article = Article(
        body=body,
        headline=without_marks(subject, is_list=message["list-id"] is not None),
        source=read_sender(message, document.encoding),
        guid=read_header(message, "message-id"),
        published=parse_time(read_header(message, "date"), document.zone),
        language=read_header(message, "content-language"),
        url=line_or_none((read_header(message, "archived-at") or "").strip("<> "), MAX_URL_CHARS),
        replaces=(replaced,) if replaced else (),
    )
    if reader.forward is None:
        return article
    headers = reader.forward.headers
    passed_on = replace(
        article,
        headline=without_marks(headers.get("subject")) or article.headline,
        source=sender_name(headers.get("from")),
        published=parse_time(headers.get("date"), document.zone),
        # The letter around it is another one's.
        guid=None,
        replaces=(),
    )
    notes = (subject, reader.forward.note)
    return hold_article(passed_on, document.zone, *notes, arrived=document.arrived)


def _read_text(
    message: Message, document: SourceDocument, subject: str | None
) -> tuple[TextReader, str]:
    """Return the message's text and what read it; what is attached only where there is no other."""
    for with_attachments in (False, True):
        reader = TextReader(
            document.encoding, is_forward=is_forward(subject), with_attachments=with_attachments
        )
        if body := reader.read(message):
            break
    return reader, body
