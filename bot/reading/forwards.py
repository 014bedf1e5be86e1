"""Messages that somebody passed on inside another: whose words they are, and where they begin."""

import re
from dataclasses import dataclass, replace

from bot.model.wordlists import load_line_lists

_LISTS = load_line_lists("bot.reading", "data/mail_forwards.txt", "markers", "originals", "labels")
_MARKER, _ORIGINAL = (
    re.compile(rf"[\W_]*(?:{'|'.join(_LISTS[section])})[\W_]*", re.IGNORECASE)
    for section in ("markers", "originals")
)
_LABEL_ROWS = [line.split() for line in _LISTS["labels"]]
_FIELDS = {label: field for field, *labels in _LABEL_ROWS for label in labels}
_HEADER = re.compile(rf"\W*({'|'.join(_FIELDS)})\W{{0,3}}:\W{{0,3}}\s*(.*?)\s*", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"> ?")
_MAX_LINE_CHARS = 1_000
# Above the headers of a message that is passed on stands a note; further below they are its own.
_MAX_LINES_ABOVE, _MAX_HEADER_LINES = 200, 50
_MIN_FIELDS, _MAX_DEPTH = 2, 5
# Without a marker all of these say that a message begins.
_TELLING_FIELDS = {"from", "date", "subject"}


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
    for _ in range(_MAX_DEPTH):
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
