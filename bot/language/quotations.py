"""Find the passages inside quote marks: curly, straight, single, German, French, unpaired ones.

Marks pair within a paragraph. One left open runs to the paragraph's end; where the next paragraph
opens with a mark again, the same quotation goes on. A mark that nothing opened closes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.model import Span

_CLOSING_MARKS = frozenset("\"”“»’›'")
_MARK = re.compile(r"``|''|[\"“”„‟«»‹›‘’‚']")
# Closing marks of what opens a quotation; straight marks close themselves.
_CLOSERS = {
    '"': ('"', "”", "''"),
    "“": ("”", '"', "''"),
    "”": ("”", '"'),
    "„": ("“", "”", '"', "‟"),
    "‟": ("”",),
    "``": ("''", '"', "”"),
    "''": ("''",),
    "«": ("»",),
    "»": ("«",),
    "‹": ("›",),
    "‘": ("’", "'"),
    "‚": ("‘", "’"),
    "'": ("'", "’"),
}
# Marks that open only, so that a second one opens a quotation within: „Die „Möwe“ fährt“
_NESTING = frozenset("„«")
_MAX_NESTED_CHARS = 1_000
_SINGLE_CLOSE = re.compile(r"(?<=\S)['’](?!\w)")
_GERMAN_SINGLE_CLOSE = re.compile(r"(?<=\S)[‘’](?!\w)")
_MAX_SINGLE_QUOTE_CHARS = 600
# In "'The owners' papers were lost,'" the first mark after the opening one is an apostrophe: after
# it the quotation goes on to a mark of its own, and none opens before.
_OWNERS = re.compile(r"s['’] [a-z](?:[^'’‘\n]|(?<=\w)['’](?=\w))*+(?<=[^\ss])['’](?!\w)")
_SINGLE_MARKS = frozenset("‘’‚'")
_NAME = r"(?:[A-Z][\w.’'-]* ){0,3}[A-Z][\w’'-]*"
_VERB = (
    r"(?:said|says|told|added|adds|wrote|writes|explained|argued|warned|insisted|replied|asked"
    r"|noted)"
)
_SPEAKER_FOLLOWS = re.compile(
    rf",(?= (?:{_VERB} (?:{_NAME}|he|she|they|the )|(?:{_NAME}|he|she|they) {_VERB}\b))"
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted passage with its marks. `continues`: it goes on from the one before it."""

    start: int
    end: int
    continues: bool = False
    closed: bool = True


def find_quotations(
    text: str, sentences: Sequence[Span], speaker_follows: re.Pattern[str] = _SPEAKER_FOLLOWS
) -> list[Quotation]:
    """Return every quotation that is not inside another, in text order.

    One that nobody closes ends at the comma that `speaker_follows` finds.
    """
    quotations: list[Quotation] = []
    left_open = False
    for start, end in _find_paragraphs(text, sentences):
        inside = list(_find_in_paragraph(text, start, end))
        if left_open and inside and not text[start : inside[0].start].strip():
            inside[0] = replace(inside[0], continues=True)
        elif left_open:
            quotations[-1] = _cut_at_speaker(text, quotations[-1], speaker_follows)
        left_open = bool(inside) and not inside[-1].closed
        quotations += inside
    if left_open:
        quotations[-1] = _cut_at_speaker(text, quotations[-1], speaker_follows)
    return quotations


def _find_paragraphs(text: str, sentences: Sequence[Span]) -> list[tuple[int, int]]:
    """Return runs of sentences without a line break between them."""
    paragraphs: list[tuple[int, int]] = []
    for sentence in sentences:
        if paragraphs and "\n" not in text[paragraphs[-1][1] : sentence.start]:
            paragraphs[-1] = (paragraphs[-1][0], sentence.end)
        else:
            paragraphs.append((sentence.start, sentence.end))
    return paragraphs


def _find_in_paragraph(text: str, start: int, end: int) -> Iterator[Quotation]:
    opener = ""
    opened = start
    inner = 0  # quotations of the same marks that are open inside
    for match in _MARK.finditer(text, start, end):
        mark, at = match.group(), match.start()
        if not opener:
            if _opens(text, mark, at, start, end):
                opener, opened = mark, at
        elif mark == opener and mark in _NESTING and _is_nested(text, match.end(), opener, end):
            inner += 1
        elif mark in _CLOSERS[opener] and inner:
            inner -= 1
        elif mark in _CLOSERS[opener] and _closes(text, mark, at, end):
            yield Quotation(opened, match.end())
            opener = ""
        elif mark == opener == "“":
            yield Quotation(opened, at)
            opened = at
    if opener and opener not in _SINGLE_MARKS:
        yield Quotation(opened, end, closed=False)


def _is_nested(text: str, at: int, opener: str, end: int) -> bool:
    """Return whether two quotations end behind a place where the inner one begins."""
    still_open = 2
    for match in _MARK.finditer(text, at, min(end, at + _MAX_NESTED_CHARS)):
        if match.group() == opener:
            still_open += 1
        elif match.group() in _CLOSERS[opener]:
            still_open -= 1
        if not still_open:
            return True
    return False


def _cut_at_speaker(text: str, quotation: Quotation, speaker_follows: re.Pattern[str]) -> Quotation:
    """End a quotation whose mark is never closed where its speaker follows: ..., Karen Lee said."""
    speaker = speaker_follows.search(text, quotation.start, quotation.end)
    return replace(quotation, end=speaker.start() + 1) if speaker else quotation


def _opens(text: str, mark: str, at: int, start: int, end: int) -> bool:
    """Return whether a mark outside any quotation begins one; inch signs and apostrophes do not."""
    before = text[at - 1] if at > start else " "
    after = text[at + len(mark)] if at + len(mark) < end else " "
    if mark in _SINGLE_MARKS:
        return (
            mark != "’"
            and not before.isalnum()
            and after.isalnum()
            and _single_closes(text, mark, at, end)
        )
    if mark in {"”", "''", "»"} and (before.isalnum() or before in ".,?!…"):
        return False
    return not (mark == '"' and before.isdigit()) and mark != "›"


def _single_closes(text: str, mark: str, at: int, end: int) -> bool:
    """Return whether a single mark has its partner close by; else it is an apostrophe ('tis)."""
    pattern = _GERMAN_SINGLE_CLOSE if mark == "‚" else _SINGLE_CLOSE
    return pattern.search(text, at + 2, min(end, at + _MAX_SINGLE_QUOTE_CHARS)) is not None


def _closes(text: str, mark: str, at: int, end: int) -> bool:
    """Return whether a mark closes; a single one does at a word's end only: "don't" goes on."""
    after = text[at + len(mark)] if at + len(mark) < end else " "
    if mark not in _SINGLE_MARKS:
        return True
    is_at_end = not after.isalnum() and not text[at - 1].isspace()
    return is_at_end and not _OWNERS.match(text, at - 1, min(end, at + _MAX_SINGLE_QUOTE_CHARS))


def closed_at(text: str, end: int) -> int:
    """Return where quoted words end with the full stop or the like and the mark behind them."""
    if text[end - 1] in _CLOSING_MARKS:
        return end
    while end < len(text) and text[end] in ".,!?…;":
        end += 1
    return end + (text[end : end + 1] in _CLOSING_MARKS)
