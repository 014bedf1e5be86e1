"""The text of a message (RFC 2045-2047): which parts are it, and what mail software adds to it.

Of one that passes another on, inside of its own text, it is the other's.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from itertools import groupby
from operator import itemgetter

from bot.model.wordlists import load_line_lists
from bot.reading.charset import decode
from bot.reading.cleaning import clean_body, unwrap
from bot.reading.markup import html_text
from bot.reading.press_releases import set_release_end_apart

MAX_PARTS = 100
_MAX_DEPTH = 20
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)
_LISTS = load_line_lists("bot.reading", "data/mail.txt", "usual headers", "boilerplate")
USUAL_HEADERS = set(_LISTS["usual headers"])
_BOILERPLATE = re.compile("|".join(_LISTS["boilerplate"]), re.IGNORECASE)
_MAX_BOILERPLATE_CHARS = 600
# What stands for a link or a picture in the plain part of a newsletter: "[https://…]" and the like.
_LINK_MARK = re.compile(
    r"[ \t]{0,3}(?:\[\s{0,2}(?:https?://|mailto:)[^\]\s]{1,2000}\s{0,2}\]"
    r"|<\s{0,2}(?:https?://|mailto:)[^>\s]{1,2000}\s{0,2}>"
    r"|\(\s{0,2}https?://[^)\s]{1,2000}\s{0,2}\)"
    r"|\[(?:image|cid):[^\[\]]{1,300}\])"
)
# A list of links below a text: "[1] https://…"; in the text "[1]" stands behind the linked words.
_NOTE_LINE = re.compile(r"^[ \t]*\[(\d{1,3})\][: \t]+<?https?://\S+>?[ \t]*$\n?", re.MULTILINE)
# Rules between sections, and what software for newsletters sets before a heading.
_RULE = re.compile(r"^[ \t]{0,20}(?:-{10,}|={10,}|_{10,}|\*{10,}|~{10,})[ \t\r]*$", re.MULTILINE)
_HEADING_MARK = re.compile(r"^\*\* (?=[^\s*])", re.MULTILINE)
# Below a rule mailing lists say where they are.
_LIST_FOOTER = re.compile(
    r"^_{20,}[ \t\r]*\n(?=[^_]{0,600}(?:mailing list|unsubscribe|listinfo))[^_]{0,600}\Z",
    re.IGNORECASE | re.MULTILINE,
)
_NOTE_MARK = re.compile(r"[ \t]?\[(\d{1,3})\]")
_QUOTE_MARKS = re.compile(r"(>*)(.*)", re.DOTALL)
# The last character of one line and the first of the next, where a space between them parts words.
_WORD_ENDS = re.compile(r"[^\s\u2e80-\uffef] [^\s>\u2e80-\uffef]")
_SIGNATURE_MARK = "-- "
_FORWARD_LISTS = load_line_lists(
    "bot.reading", "data/mail_forwards.txt", "markers", "originals", "labels"
)
_MARKER, _ORIGINAL = (
    re.compile(rf"[\W_]*(?:{'|'.join(_FORWARD_LISTS[section])})[\W_]*", re.IGNORECASE)
    for section in ("markers", "originals")
)
_LABEL_ROWS = [line.split() for line in _FORWARD_LISTS["labels"]]
_FIELDS = {label: field for field, *labels in _LABEL_ROWS for label in labels}
_HEADER = re.compile(rf"\W*({'|'.join(_FIELDS)})\W{{0,3}}:\W{{0,3}}\s*(.*?)\s*", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"> ?")
_MAX_LINE_CHARS = 1_000
# Above the headers of a message that is passed on stands a note; further below they are its own.
_MAX_LINES_ABOVE, _MAX_HEADER_LINES = 200, 50
_MIN_FIELDS, _MAX_FORWARDS = 2, 5
# Without a marker all of these say that a message begins.
_TELLING_FIELDS = {"from", "date", "subject"}


class TextReader:
    """Read the text of one message.

    `forward` is the message that it passes on, once its text was read. What is attached counts
    only where `with_attachments` says so.
    """

    def __init__(self, encoding: str | None, *, is_forward: bool, with_attachments: bool) -> None:
        self.forward: Forward | None = None
        self._encoding, self._is_forward = encoding, is_forward
        self._with_attachments, self._parts = with_attachments, 0

    def read(self, message: Message) -> str:
        """Return the message's text, without what mailing software sets around it."""
        return without_boilerplate(self._read_part(message, 0))

    def _read_part(self, part: Message, depth: int) -> str:
        """Return the text of a part and of those in it; not of messages in it."""
        self._parts += 1
        if self._parts > MAX_PARTS + 1 or depth > _MAX_DEPTH:
            return ""
        if not part.is_multipart():
            return self._read_text(part)
        if part.get_content_maintype() != "multipart":
            return ""
        parts = ((child, self._read_part(child, depth + 1)) for child in _children(part))
        texts = [(child.get_content_type(), text) for child, text in parts if text]
        if part.get_content_subtype() == "alternative":
            return _best_version(texts)
        # What belongs to a page (RFC 2387) is no text of its own.
        is_related = part.get_content_subtype() == "related"
        return _join_distinct([text for _, text in texts][: 1 if is_related else None])

    def _read_text(self, part: Message) -> str:
        kind, disposition = part.get_content_type(), part.get_content_disposition()
        if disposition == "attachment" and not self._with_attachments:
            return ""
        if kind == "text/plain":
            return self._plain_text(part)
        text = html_text(_decode_part(part, self._encoding)) if kind == "text/html" else ""
        return clean_body(self._split(text))

    def _plain_text(self, part: Message) -> str:
        """Return a part's paragraphs; where it says that its lines flow, joined as it says."""
        text = _SIGNATURE.split(self._split(_decode_part(part, self._encoding)), maxsplit=1)[0]
        text = _without_marks(_LIST_FOOTER.sub("", set_release_end_apart(text)))
        is_flowed = str(part.get_param("format", "")).lower() == "flowed"
        delete_space = str(part.get_param("delsp", "")).lower() == "yes"
        flowed = _join_flowed(text, delete_space=delete_space) if is_flowed else None
        return clean_body(unwrap(text)) if flowed is None else flowed

    def _split(self, text: str) -> str:
        """Return the message that a text passes on, or the text where it passes none on."""
        forward = split_forward(text, is_forward=self._is_forward)
        self.forward = self.forward or forward
        return forward.text if forward else text


def _best_version(texts: list[tuple[str, str]]) -> str:
    """Return the plain version, or another where that says clearly more than a mere notice."""
    plain = next((text for kind, text in texts if kind == "text/plain"), "")
    other = next((text for kind, text in texts if kind != "text/plain"), "")
    return other if len(other) > 3 * len(plain) else plain


def _join_distinct(texts: list[str]) -> str:
    """Join texts; one that says what another one before it says is its HTML version."""
    seen: set[str] = set()
    distinct = []
    for text in texts:
        words = " ".join(text.split())
        if words not in seen:
            seen.add(words)
            distinct.append(text)
    return "\n\n".join(distinct)


def inner_messages(message: Message) -> Iterator[Message]:
    """Yield the messages that a message holds as parts (RFC 2046, 5.2.1), not those in them."""
    parts = deque([message])
    while parts:
        for child in _children(parts.popleft()):
            if child.get_content_type() == "message/rfc822":
                yield from _children(child)
            elif child.get_content_maintype() == "multipart":
                parts.append(child)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    children = payload if isinstance(payload, list) else []
    return [child for child in children if isinstance(child, Message)]


def without_boilerplate(body: str) -> str:
    """Remove the paragraphs that mailing software sets above and below the text."""
    paragraphs = deque(body.split("\n\n"))
    while len(paragraphs) > 1 and _is_boilerplate(paragraphs[0]):
        paragraphs.popleft()
    while len(paragraphs) > 1 and _is_boilerplate(paragraphs[-1]):
        paragraphs.pop()
    return "\n\n".join(paragraphs)


def _is_boilerplate(paragraph: str) -> bool:
    return len(paragraph) <= _MAX_BOILERPLATE_CHARS and bool(_BOILERPLATE.match(paragraph))


def _decode_part(part: Message, encoding: str | None) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset() or encoding
    return decode(payload, charset) if isinstance(payload, bytes) else ""


def _without_marks(text: str) -> str:
    """Remove what stands for links, rules and headings in the plain part of a newsletter."""
    text = _HEADING_MARK.sub("", _RULE.sub("", text))
    if "://" not in text and "[" not in text:
        return text
    numbers = set(_NOTE_LINE.findall(text))
    text = _LINK_MARK.sub("", _NOTE_LINE.sub("", text))
    if not numbers:
        return text
    return _NOTE_MARK.sub(lambda mark: "" if mark[1] in numbers else mark.group(), text)


# --- the format "flowed" (RFC 3676): lines that mail software broke are put together again --------


def _join_flowed(text: str, *, delete_space: bool) -> str | None:
    """Return the cleaned text with its paragraphs whole, or None where no line of it was broken.

    `delete_space` is the parameter DelSp: the space that marks a broken line is no space of the
    text, which may be broken inside a word; a space that the next line begins with is one of the
    text, although it may also be stuffing. What is quoted from another message keeps its marks.
    """
    lines = [_split_marks(line) for line in text.splitlines()]
    if not any(_is_broken(content) for _, content in lines):
        return None
    blocks = [
        list(_flowed_paragraphs(block, delete_space=delete_space))
        for _, block in groupby(lines, key=itemgetter(0))
    ]
    # Where no blank line parts them, each paragraph has a line of its own.
    is_parted = any(not paragraph for block in blocks for paragraph in block[1:-1])
    separator = "\n" if is_parted else "\n\n"
    return clean_body("\n\n".join(map(separator.join, blocks)))


def _split_marks(line: str) -> tuple[str, str]:
    """Return the quote marks that a line begins with, and the line without them."""
    match = _QUOTE_MARKS.fullmatch(line)
    return (match[1], match[2]) if match else ("", line)


def _is_broken(content: str) -> bool:
    return content.endswith(" ") and content != _SIGNATURE_MARK and bool(content.strip())


def _flowed_paragraphs(block: Iterable[tuple[str, str]], *, delete_space: bool) -> Iterator[str]:
    """Yield the paragraphs of lines that are quoted equally deep."""
    prefix = paragraph = ""
    for marks, content in block:
        prefix = f"{marks} " if marks else ""
        is_broken = _is_broken(content)
        line = content[:-1] if is_broken and delete_space else content
        is_spaced = delete_space and _WORD_ENDS.match(paragraph[-1:] + line)
        paragraph += line if is_spaced else line.removeprefix(" ")
        if not is_broken:
            yield prefix + paragraph if paragraph.strip() else ""
            paragraph = ""
    if paragraph.strip():
        yield prefix + paragraph


@dataclass(frozen=True, slots=True)
class Forward:
    """A message that was passed on: its headers by `from`, `date` and `subject`, and its text.

    `note` is what stands above it: the words of whoever passed it on.
    """

    headers: dict[str, str]
    text: str
    note: str


def split_forward(text: str, *, is_forward: bool) -> Forward | None:
    """Return the message that a text passes on, or None.

    With `is_forward`, which the subject tells, it may begin with its headers alone, or below a line
    that a reply has as well. Of messages passed on again it is the innermost.
    """
    forward = _split_once(text, is_forward=is_forward)
    if forward is None:
        return None
    for _ in range(_MAX_FORWARDS):
        inner = _split_once(forward.text, is_forward=False)
        if inner is None:
            break
        forward = replace(inner, note=f"{forward.note}\n{inner.note}")
    return forward


def _split_once(text: str, *, is_forward: bool) -> Forward | None:
    lines = text.splitlines()
    for at, line in enumerate(lines[:_MAX_LINES_ABOVE]):
        content = _QUOTE_MARK.sub("", line, count=1) if len(line) <= _MAX_LINE_CHARS else ""
        is_original = is_forward and _ORIGINAL.fullmatch(content) is not None
        is_marker = is_original or _MARKER.fullmatch(content) is not None
        if is_marker or (is_forward and _read_field(content)):
            below = lines[at + is_marker :]
            headers, _ = _read_headers(_without_quote_marks(below[:_MAX_HEADER_LINES]))
            is_whole = headers.keys() >= _TELLING_FIELDS
            if is_whole or (is_marker and "from" in headers and len(headers) >= _MIN_FIELDS):
                below = _without_quote_marks(below)
                headers, count = _read_headers(below[:_MAX_HEADER_LINES])
                return Forward(headers, "\n".join(below[count:]), "\n".join(lines[:at]))
    return None


def _without_quote_marks(lines: list[str]) -> list[str]:
    """Return the lines without "> ", where all of them have it."""
    if all(line.startswith(">") for line in lines if line.strip()):
        return [_QUOTE_MARK.sub("", line, count=1) for line in lines]
    return lines


def _read_headers(lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the headers that lines begin with, and how many lines they take up."""
    headers: dict[str, str] = {}
    last, count = None, 0
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        field = _read_field(line)
        if field is None and (last is None or not _goes_on(lines, at)):
            break
        if field is None and last:
            headers[last] += f" {line.strip()}"
        elif field:
            last, value = field
            headers.setdefault(last, value)
        count = at + 1
    return headers, count


def _goes_on(lines: list[str], at: int) -> bool:
    """Return whether a line continues the header above it: more headers follow, no blank line."""
    if at == 0 or not lines[at - 1].strip():
        return False
    below = (line for line in lines[at + 1 : at + 3])
    return any(line.strip() and _read_field(line) is not None for line in below)


def _read_field(line: str) -> tuple[str, str] | None:
    match = _HEADER.fullmatch(line) if len(line) <= _MAX_LINE_CHARS else None
    return (_FIELDS[match.group(1).lower()], match.group(2).strip("*_ ")) if match else None
