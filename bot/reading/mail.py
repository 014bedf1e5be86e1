"""Mail (RFC 5322), alone, in an mbox or in Apple's .emlx; also messages that are passed on.

Pages that a browser saved with their pictures in one file (MHTML, RFC 2557) have headers, too.
Headers are decoded here, encoded words (RFC 2047) and raw bytes in their place: the standard
library's parser of headers rewrites dates and does not survive every header.
"""

import binascii
import email
import re
from collections.abc import Set as AbstractSet
from dataclasses import replace
from email.errors import MessageError
from email.message import Message
from itertools import takewhile

from bot.model import Article, Format
from bot.model.wordlists import load_line_lists
from bot.reading import html_page, unreadable
from bot.reading.charset import decode
from bot.reading.cleaning import MAX_URL_CHARS, clean_body, line_or_none, unwrap, web_url_or_none
from bot.reading.document import PARSE_ERRORS, FormatReader, SourceDocument
from bot.reading.holds import hold_article
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
_LOCATION = re.compile(r"^content-location:[ \t]*\S", re.IGNORECASE | re.MULTILINE)
_SAVED = re.compile(r"^from:.{0,40}\bsaved by\b", re.IGNORECASE | re.MULTILINE)
# What only a message that was sent has.
_OF_MAIL = {"to", "received", "delivered-to", "return-path", "message-id"}


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
    if _is_saved_page(names, text):
        return Format.HTML, _read_saved_page
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
    is_note = _is_forward(_read_header(message, "subject")) or len(article.body) < _MAX_NOTE_CHARS
    is_digest = any(part.get_content_type() == "multipart/digest" for part in message.walk())
    if any(each.body for each in passed_on):
        return passed_on if is_note or is_digest else [article, *passed_on]
    return [article]


def _read_article(message: Message, document: SourceDocument) -> Article:
    subject = _read_header(message, "subject", document.encoding)
    reader, body = _read_text(message, document, subject)
    replaced = _read_header(message, "supersedes")
    article = Article(
        body=body,
        headline=_without_marks(subject, is_list=message["list-id"] is not None),
        source=_sender_name(_raw_header(message, "from", document.encoding)),
        guid=_read_header(message, "message-id"),
        published=parse_time(_read_header(message, "date"), document.zone),
        language=_read_header(message, "content-language"),
        url=line_or_none((_read_header(message, "archived-at") or "").strip("<> "), MAX_URL_CHARS),
        replaces=(replaced,) if replaced else (),
    )
    if reader.forward is None:
        return article
    headers = reader.forward.headers
    passed_on = replace(
        article,
        headline=_without_marks(headers.get("subject")) or article.headline,
        source=_sender_name(headers.get("from")),
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
            document.encoding, is_forward=_is_forward(subject), with_attachments=with_attachments
        )
        if body := reader.read(message):
            break
    return reader, body


def _read_header(message: Message, name: str, encoding: str | None = None) -> str | None:
    """Return a header's decoded text on one line, or None; `encoding` is that of raw bytes."""
    raw = _raw_header(message, name, encoding)
    return None if raw is None else line_or_none(_decode_words(raw), 1000)


def _sender_name(text: str | None) -> str | None:
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


def _is_forward(subject: str | None) -> bool:
    """Return whether a subject says that a message was passed on ("Fwd: …")."""
    return bool(_FORWARD.match(subject or ""))


def _without_marks(subject: str | None, *, is_list: bool = False) -> str | None:
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


def _is_saved_page(names: AbstractSet[str], text: str) -> bool:
    """Return whether a file with headers of these `names` is a page: it says where it came from."""
    if "mime-version" not in names or "content-type" not in names:
        return False
    if "snapshot-content-location" in names or _SAVED.search(text):
        return True
    return _OF_MAIL.isdisjoint(names) and _LOCATION.search(text) is not None


def _read_saved_page(document: SourceDocument) -> list[Article]:
    """Return the page's article. Raise SourceUnreadable where there is no page."""
    message = email.message_from_bytes(document.data.lstrip())
    page = _root(message)
    content = None if page is None else page.get_payload(decode=True)
    if page is None or not isinstance(content, bytes):
        raise unreadable("saved_page_without_html")
    names = ("content-location", "snapshot-content-location")
    places = (page["content-location"], *map(message.get, names))
    address = next(filter(None, map(web_url_or_none, map(_stripped, places))), document.address)
    encoding = page.get_content_charset() or document.encoding
    return html_page.read_articles(
        replace(document, data=content, encoding=encoding, address=address)
    )


def _stripped(header: object) -> str:
    return "".join(str(header or "").split())


def _root(message: Message) -> Message | None:
    """Return the part that is the page: named by `start`, else the first of HTML."""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    start = str(message.get_param("start", "") or "").strip("<> ")
    named = (
        page for page in pages if start and str(page["content-id"] or "").strip("<> ") == start
    )
    return next(named, pages[0] if pages else None)
