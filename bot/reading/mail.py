"""Mail (RFC 5322), alone or in an mbox: newsletters and wires by mail, without attachments.

Headers are decoded here (RFC 2047, and raw bytes that senders put there instead), because the
standard library's header parser rewrites dates and does not survive every header.
"""

import binascii
import email
import re
from collections import deque
from email.errors import MessageError
from email.message import Message
from itertools import takewhile

from bot.model import Article, Format
from bot.model.wordlists import load_line_lists
from bot.reading.charset import decode
from bot.reading.cleaning import MAX_URL_CHARS, clean_body, line_or_none, unwrap
from bot.reading.document import PARSE_ERRORS, FormatReader, SourceDocument
from bot.reading.flowed_text import join_flowed
from bot.reading.markup import html_text
from bot.reading.press_releases import part_release_end
from bot.reading.times import parse_time

_HEADER_NAME = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?")
_LISTS = load_line_lists("bot.reading", "data/mail.txt", "usual headers", "boilerplate")
_USUAL_HEADERS = set(_LISTS["usual headers"])
_MIN_USUAL_HEADERS = 3
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)
MAX_PARTS = 100
MAX_MESSAGES = 1_000
_MAX_HEADER_CHARS = 20_000
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
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bqBQ])\?([^?\n]{0,4000})\?=")
_BETWEEN_ENCODED_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_BOILERPLATE = re.compile("|".join(_LISTS["boilerplate"]), re.IGNORECASE)
_MAX_BOILERPLATE_CHARS = 600


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize mail headers with a sender, and nothing else, before the first blank line."""
    text = document.text[:_SNIFFED_CHARS].lstrip()
    start = text[:400].encode("utf-8", "replace")
    if _POSTMARK.match(start) or _BARE_POSTMARK.match(start):
        text = text.partition("\n")[2]
    names = set()
    for line in takewhile(str.strip, text.splitlines()):
        if match := _HEADER_NAME.match(line):
            names.add(match.group(1).lower())
        elif not line.startswith((" ", "\t")):
            return None
    is_mail = "from" in names and len(names & _USUAL_HEADERS) >= _MIN_USUAL_HEADERS
    return (Format.MAIL, _read_mail) if is_mail else None


def _read_mail(document: SourceDocument) -> list[Article]:
    """Return the article that each message is."""
    data = _BARE_POSTMARK.sub(b"", document.data.lstrip(), count=1)
    return [_read_message(message, document) for message in _split_mbox(data)]


def _split_mbox(data: bytes) -> list[bytes]:
    """Return the messages of an mbox without their postmarks; anything else is one message."""
    if not _POSTMARK.match(data):
        return [data]
    messages = _POSTMARK.split(data)[1 : MAX_MESSAGES + 1]
    return [_QUOTED_FROM.sub(b"From ", message) for message in messages]


def _read_message(data: bytes, document: SourceDocument) -> Article:
    try:
        bounded = _PARAMETERS.sub(lambda header: header.group()[:MAX_PARAMETER_BYTES], data)
        return _read_article(email.message_from_bytes(bounded), document)
    except (*PARSE_ERRORS, MessageError, RecursionError):
        # The standard library trips over some broken headers; the text below is worth saving.
        _, _, body = decode(data, document.encoding).replace("\r\n", "\n").partition("\n\n")
        return Article(body=clean_body(unwrap(body)))


def _read_article(message: Message, document: SourceDocument) -> Article:
    replaced = _header(message, "supersedes")
    language = (_header(message, "content-language") or "").partition(",")[0]
    return Article(
        body=_without_boilerplate(_body(message, document.encoding)),
        headline=_header(message, "subject", document.encoding),
        source=_header(message, "from", document.encoding),
        guid=_header(message, "message-id"),
        published=parse_time(_header(message, "date"), document.zone),
        language=language,
        url=line_or_none((_header(message, "archived-at") or "").strip("<> "), MAX_URL_CHARS),
        replaces=(replaced,) if replaced else (),
    )


def _without_boilerplate(body: str) -> str:
    """Remove the paragraphs that mailing software sets above and below the text."""
    paragraphs = deque(body.split("\n\n"))
    while len(paragraphs) > 1 and _is_boilerplate(paragraphs[0]):
        paragraphs.popleft()
    while len(paragraphs) > 1 and _is_boilerplate(paragraphs[-1]):
        paragraphs.pop()
    return "\n\n".join(paragraphs)


def _is_boilerplate(paragraph: str) -> bool:
    return len(paragraph) <= _MAX_BOILERPLATE_CHARS and bool(_BOILERPLATE.match(paragraph))


def _body(message: Message, encoding: str | None) -> str:
    """Return the plain text, or the HTML where that says clearly more than a mere notice."""
    plain = html = ""
    for count, part in enumerate(message.walk()):
        is_attachment = part.get_filename() or part.get_content_disposition() == "attachment"
        if count > MAX_PARTS or part.is_multipart() or is_attachment:
            continue
        if part.get_content_type() == "text/plain" and not plain:
            text = _SIGNATURE.split(_part_text(part, encoding), maxsplit=1)[0]
            plain = _plain_text(part_release_end(text), part)
        elif part.get_content_type() == "text/html" and not html:
            html = html_text(_part_text(part, encoding))
    return html if len(html) > 3 * len(plain) else plain


def _plain_text(text: str, part: Message) -> str:
    """Return a part's paragraphs; where it says that its lines flow, they are joined as it says."""
    is_flowed = str(part.get_param("format", "")).lower() == "flowed"
    delete_space = str(part.get_param("delsp", "")).lower() == "yes"
    flowed = join_flowed(text, delete_space=delete_space) if is_flowed else None
    return clean_body(unwrap(text)) if flowed is None else flowed


def _part_text(part: Message, encoding: str | None) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset() or encoding
    return decode(payload, charset) if isinstance(payload, bytes) else ""


def _header(message: Message, name: str, encoding: str | None = None) -> str | None:
    """Return a header's decoded text on one line, or None; `encoding` is that of raw bytes."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), None)
    if raw is None:
        return None
    text = raw[:_MAX_HEADER_CHARS]
    if not raw.isascii():
        text = decode(text.encode("utf-8", "surrogateescape"), encoding)
    return line_or_none(_decode_words(text), 1000)


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
