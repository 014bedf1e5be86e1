"""Mail (RFC 5322), alone or in an mbox: newsletters and wires that come by post; attachments are left out."""

import email
import re
from email.errors import MessageError
from email.message import Message

from bot.model import Article, Format
from bot.reading.charset import decode
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.document import Document
from bot.reading.mail_headers import header
from bot.reading.markup import html_text
from bot.reading.times import parse_time
from bot.reading.wrapping import unwrap

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
_MOST_MESSAGES = 1_000
# The line that begins a message in an mbox (RFC 4155): an address and a time as C writes it.
_POSTMARK = re.compile(
    rb"^From [^\r\n]{1,200} \d\d:\d\d:\d\d [^\r\n]{0,40}\d{4}[ \t]*\r?\n", re.MULTILINE
)
# Some tools leave the time out; then it is one message.
_BARE_POSTMARK = re.compile(rb"\AFrom [^\s:]{1,200}@[^\s:]{1,200}[ \t]*\r?\n(?=[A-Za-z-]{2,60}:)")
_PARAMETERS = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_PARAMETERS = 1_000
_QUOTED_FROM = re.compile(rb"^>From ", re.MULTILINE)
# What a sender's machine sets above and below the text.
_MACHINE = re.compile(
    r"(?:view (?:this (?:e-?mail|message|newsletter) )?(?:in|on) (?:your |a |the )?(?:web )?browser"
    r"|(?:im browser|online) (?:ansehen|anzeigen|lesen)|voir (?:cet e-?mail|ce message)? ?dans (?:le|votre) navigateur"
    r"|(?:you(?:'|’)?(?:re| are)|this (?:e-?mail|message) (?:was|is)) (?:receiving|subscribed|sent|intended)"
    r"|(?:to )?unsubscribe|manage (?:your )?(?:preferences|subscription)|update (?:your )?(?:preferences|profile)"
    r"|(?:newsletter )?(?:abbestellen|abmelden)|se d[ée]s(?:abonner|inscrire)|darse de baja"
    r"|(?:annulla|cancella) (?:l')?iscrizione|uitschrijven|avslutt abonnement|avregistrera|peruuta tilaus"
    r"|privacy policy|sent from my |get outlook for "
    r"|this e-?mail (?:and any|may contain|message is)|(?:confidentiality|legal) (?:notice|note)"
    r"|copyright ©|© ?(?:19|20)\d\d|[-_=*]{3,}$)",
    re.IGNORECASE,
)
_MOST_MACHINE = 600


def detect(document: Document) -> Format | None:
    """Nothing but mail headers before the first blank line, a sender among them; an mbox has a postmark before."""
    names = set()
    text = document.text[:40_000].lstrip()
    start = text[:400].encode("utf-8", "replace")
    if _POSTMARK.match(start) or _BARE_POSTMARK.match(start):
        text = text.partition("\n")[2]
    for line in text.splitlines():
        named = _HEADER.match(line)
        if named:
            names.add(named.group(1).lower())
        elif not line.strip() or not line.startswith((" ", "\t")):
            break
    else:
        line = ""
    return (
        Format.MAIL if not line.strip() and "from" in names and len(names & _TELLING) >= 3 else None
    )


def articles(document: Document) -> list[Article]:
    """The article that each message is."""
    return [
        _read(data, document)
        for data in _messages(_BARE_POSTMARK.sub(b"", document.data.lstrip(), count=1))
    ]


def _messages(data: bytes) -> list[bytes]:
    """The messages of an mbox without their postmarks; the one message that anything else is."""
    if not _POSTMARK.match(data):
        return [data]
    marks = [
        mark
        for mark in _POSTMARK.finditer(data)
        if mark.start() == 0 or data[: mark.start()].endswith(b"\n")
    ]
    ends = [mark.start() for mark in marks[1:]] + [len(data)]
    pieces = [data[mark.end() : end] for mark, end in zip(marks, ends, strict=True)][
        :_MOST_MESSAGES
    ]
    return [_QUOTED_FROM.sub(b"From ", piece) for piece in pieces]


def _read(data: bytes, document: Document) -> Article:
    try:
        return _article(email.message_from_bytes(_PARAMETERS.sub(_shortened, data)), document)
    except (
        MessageError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        ArithmeticError,
        RecursionError,
    ):
        # The standard library still trips over broken headers; the text below them is worth saving.
        _, _, body = decode(data, document.encoding).replace("\r\n", "\n").partition("\n\n")
        return Article(body=clean_body(unwrap(body)))


def _shortened(parameters: re.Match[bytes]) -> bytes:
    """The start of a header with parameters: the library's time grows with the square of their number."""
    return parameters.group()[:_MOST_PARAMETERS]


def _article(message: Message, document: Document) -> Article:
    replaced = header(message, "supersedes")
    return Article(
        body=_without_machine(_body(message, document.encoding)),
        headline=header(message, "subject", document.encoding),
        source=header(message, "from", document.encoding),
        guid=header(message, "message-id"),
        published=parse_time(header(message, "date"), document.zone),
        language=line_or_none((header(message, "content-language") or "").partition(",")[0], 20),
        url=line_or_none((header(message, "archived-at") or "").strip("<> "), 2000),
        replaces=(replaced,) if replaced else (),
    )


def _without_machine(body: str) -> str:
    """The text without links to a browser above it, without what lets one leave, and legal notices, below it."""
    paragraphs = body.split("\n\n")
    start, end = 0, len(paragraphs)
    while start < end - 1 and _is_machine(paragraphs[start]):
        start += 1
    while start < end - 1 and _is_machine(paragraphs[end - 1]):
        end -= 1
    return "\n\n".join(paragraphs[start:end])


def _is_machine(paragraph: str) -> bool:
    return len(paragraph) <= _MOST_MACHINE and bool(_MACHINE.match(paragraph))


def _body(message: Message, encoding: str | None) -> str:
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


def _text(part: Message, encoding: str | None) -> str:
    payload = part.get_payload(decode=True)
    return (
        decode(payload, part.get_content_charset() or encoding)
        if isinstance(payload, bytes)
        else ""
    )
