"""Put the letters of a printed page back into lines, columns and paragraphs.

glyphs -> rows by their baselines -> pieces parted by white space -> columns -> paragraphs
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from bot.reading.press_releases import is_release_end
from bot.reading.visible import SUBSCRIPTS, SUPERSCRIPTS

# All lengths are in points, or in parts of the size of the letters beside.
_ROW_TOLERANCE = 0.2
_WORD_GAP = 0.16
# A letter that is drawn twice stands within this share of its width.
_DOUBLE_SHARE = 0.4
_PIECE_GAP = 0.9
_COLUMN_SLACK = 3.0
_MIN_COLUMN_LINES = 3
_MIN_COLUMN_CHARS = 15
_SMALL_SHARE = 0.85
_MAX_SMALL_CHARS = 4
_PARAGRAPH_GAP = 1.3
# An initial is so much larger than the lines beside it; these letters are words, too.
_INITIAL_SIZE, _MAX_INITIAL_CHARS = 1.8, 2
_INITIAL_WORDS = {"A", "I", "O"}
_OTHER_SIZE = 1.12
_MIN_INDENT = 0.8
_FULL_LINE = 0.85
_FULL_SHARE = 0.8
# Where running heads and feet stand: so far from the edge, as a share of the page's height.
_MARGIN_SHARE = 0.12
_SAME_HEIGHT = 4.0
_PAGE_NUMBER = re.compile(r"\W*(?:page|seite|página|pagina|sida|side|lk\.?)?\s*\d{1,4}"
                          r"(?:\s*(?:/|of|von|de|di|av)\s*\d{1,4})?\W*", re.IGNORECASE)  # fmt: skip
_FOOTNOTE_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡]{1,3}")
_MARK_IN_TEXT = re.compile(rf"(?<=\S)(?:{_FOOTNOTE_MARK.pattern})")
_MARKED_FOOTNOTE = re.compile(rf"({_FOOTNOTE_MARK.pattern})\s*\S")
# Behind a sentence's end, or a word that is no unit, a raised number is a footnote's.
_AFTER_SENTENCE = re.compile(r"[.,;:!?\"'”’»)\]]$|[^\W\d_]{4,}$")
_SENTENCE_END = re.compile(r"[.:;!?…][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•◦▪‣–—*·-]|\(?\w{1,3}[.)]")
_LABEL = re.compile(r"[^\W\d_][\w /-]{1,24}:\s")
# Behind "pre-" in "pre- and post-war".
_CONJUNCTIONS = frozenset(
    ("and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e", "en", "of", "och", "eller")
)
_HYPHENS = "-\u00ad\u2010\u0002\ufffe"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter as it stands on a page: `y` is its baseline, upward; `size` is that of its type."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class PrintedLine(Glyph):
    """Words of one row and one column."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the size of its type."""

    text: str
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, each once, and its height."""

    lines: tuple[PrintedLine, ...]
    height: float


def compose_lines(glyphs: Iterable[Glyph], height: float) -> Page:
    """Return the lines of a page, parted wherever white space is wider than between words."""
    pieces = [
        piece for row in _rows(glyphs) for piece in _split_row(sorted(row, key=lambda g: g.x0))
    ]
    return Page(_join_initials(list(map(_compose_line, _join_raised(pieces)))), height)


def split_margins(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Return the pages without running heads, feet and page numbers, and the words of those."""
    counts: Counter[tuple[int, str]] = Counter()
    for page in pages:
        counts.update({_place(line) for line in page.lines if _is_in_margin(line, page)})
    min_pages = max(2, (len(pages) + 1) // 2)
    kept, margins = [], []
    for page in pages:
        dropped = {
            line
            for line in page.lines
            if _is_in_margin(line, page)
            and (_repeats(line, counts) >= min_pages or _PAGE_NUMBER.fullmatch(line.text))
        }
        kept.append(replace(page, lines=tuple(each for each in page.lines if each not in dropped)))
        margins += [line.text for line in page.lines if line in dropped]
    return kept, list(dict.fromkeys(margins))


def read_paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """Return the paragraphs of a document column by column; those that run on are joined."""
    columns = [
        lines
        for page in pages
        if page.lines
        for lines in _columns(sorted(page.lines, key=_place_in_page))
    ]
    words = Counter(
        word
        for lines in columns
        for line in lines
        for word in re.findall(r"[\w-]+", line.text.lower())
    )
    paragraphs: list[Paragraph] = []
    for lines in columns:
        for paragraph in _paragraphs(lines, words):
            if paragraphs and _runs_on(paragraphs[-1], paragraph):
                joined = _join(paragraphs[-1].text, paragraph.text, words)
                paragraphs[-1] = replace(paragraphs[-1], text=joined)
            else:
                paragraphs.append(paragraph)
    texts = without_footnote_marks([each.text for each in paragraphs])
    pairs = zip(paragraphs, texts, strict=True)
    return [Paragraph(text, each.size) for each, text in pairs if text]


# --- rows and pieces ---


def _rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda each: -each.y):
        if row and row[0].y - glyph.y > _ROW_TOLERANCE * min(row[0].size, glyph.size):
            yield row
            row = []
        row.append(glyph)
    if row:
        yield row


def _split_row(row: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    piece: list[Glyph] = []
    for glyph in row:
        if piece and _is_double(piece[-1], glyph):
            continue
        if piece and glyph.x0 - piece[-1].x1 > _PIECE_GAP * max(piece[-1].size, glyph.size):
            yield piece
            piece = []
        if piece or not glyph.text.isspace():
            piece.append(glyph)
    if piece:
        yield piece


def _is_double(first: Glyph, second: Glyph) -> bool:
    """Return whether a letter was drawn twice, to look bold."""
    is_same = first.text == second.text and not first.text.isspace()
    return is_same and abs(first.x0 - second.x0) < _DOUBLE_SHARE * (first.x1 - first.x0)


def _join_raised(pieces: list[list[Glyph]]) -> list[list[Glyph]]:
    """Put small raised and lowered letters and figures into the words that they belong to."""
    whole = [piece for piece in pieces if len(piece) > _MAX_SMALL_CHARS]
    for piece in pieces:
        if len(piece) > _MAX_SMALL_CHARS:
            continue
        at = next((at for at, other in enumerate(whole) if _is_beside(piece, other)), None)
        if at is None:
            whole.append(piece)
            continue
        table = SUPERSCRIPTS if piece[0].y > whole[at][0].y else SUBSCRIPTS
        raised = [
            replace(glyph, text=glyph.text.translate(table)) if _is_figure(piece) else glyph
            for glyph in piece
        ]
        whole[at] = sorted((*whole[at], *raised), key=lambda glyph: glyph.x0)
    return whole


def _join_initials(lines: list[PrintedLine]) -> tuple[PrintedLine, ...]:
    """Put a large initial, which hangs beside several lines, before the first of these."""
    for initial in [line for line in lines if len(line.text) <= _MAX_INITIAL_CHARS]:
        beside = [
            line
            for line in lines
            if initial.size >= _INITIAL_SIZE * line.size
            and initial.y <= line.y <= initial.y + initial.size
            and -_COLUMN_SLACK <= line.x0 - initial.x1 <= line.size
        ]
        if initial.text.isupper() and len(beside) > 1:
            first = max(beside, key=lambda line: line.y)
            words = {word.lower() for line in lines for word in line.text.split() if line != first}
            # "A council" where "council" is a word here, else "After".
            is_word = initial.text in _INITIAL_WORDS and first.text.split()[0].lower() in words
            text = f"{initial.text}{' ' if is_word else ''}{first.text}"
            lines[lines.index(first)] = replace(first, text=text, x0=min(initial.x0, first.x0))
            lines.remove(initial)
    return tuple(lines)


def _is_figure(piece: Sequence[Glyph]) -> bool:
    return all(glyph.text in "0123456789+-−()n*†‡ " for glyph in piece)


def _is_beside(figures: Sequence[Glyph], piece: Sequence[Glyph]) -> bool:
    size = max(glyph.size for glyph in piece)
    rise = (figures[0].y - piece[0].y) / size
    is_small = max(glyph.size for glyph in figures) <= _SMALL_SHARE * size
    is_off_line = 0.12 < rise < 0.8 or -0.5 < rise < -0.05
    slack = _WORD_GAP * 2 * size
    is_within = figures[-1].x1 >= piece[0].x0 - slack and figures[0].x0 <= piece[-1].x1 + slack
    return is_small and is_off_line and is_within


def _compose_line(piece: Sequence[Glyph]) -> PrintedLine:
    size = Counter(round(glyph.size, 1) for glyph in piece if not glyph.text.isspace())
    text = piece[0].text
    for before, glyph in pairwise(piece):
        gap = glyph.x0 - before.x1
        is_wide = gap > _WORD_GAP * max(before.size, glyph.size)
        is_apart = is_wide and not _FOOTNOTE_MARK.fullmatch(glyph.text)
        text += (" " if is_apart and not text.endswith(" ") else "") + glyph.text
    line = " ".join(text.split())
    baselines = Counter(glyph.y for glyph in piece)
    y, most = baselines.most_common(1)[0][0], size.most_common(1)
    return PrintedLine(line, piece[0].x0, piece[-1].x1, y, most[0][0] if most else piece[0].size)


# --- running heads and feet ---


def _is_in_margin(line: PrintedLine, page: Page) -> bool:
    return not _MARGIN_SHARE < line.y / page.height < 1 - _MARGIN_SHARE


def _place(line: PrintedLine) -> tuple[int, str]:
    """Return where a line stands, and its words without what changes from page to page."""
    return round(line.y / _SAME_HEIGHT), re.sub(r"\d+", "0", line.text)


def _repeats(line: PrintedLine, counts: Counter[tuple[int, str]]) -> int:
    at, words = _place(line)
    return max(counts[near, words] for near in (at - 1, at, at + 1))


# --- columns ---


def _place_in_page(line: PrintedLine) -> tuple[float, float]:
    return -line.y, line.x0


def _columns(lines: Sequence[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Yield the lines of each column, in the order in which they are read.

    Lines that cross from one column into another stand above or below both of them.
    """
    start = next(filter(None, (_column_start(lines, x) for x in _left_edges(lines))), None)
    if start is None:
        yield _join_rows(lines)
        return
    for crosses, band in groupby(lines, lambda line: _crosses(line, start)):
        group = list(band)
        left = [line for line in group if line.x1 <= start]
        if crosses or not left or len(left) == len(group):
            yield _join_rows(group)
            continue
        yield from _columns(left)
        yield from _columns([line for line in group if line.x1 > start])


def _left_edges(lines: Sequence[PrintedLine]) -> list[float]:
    """Return where several lines begin, the leftmost first, without the page's own edge."""
    edges = Counter(round(line.x0 / _COLUMN_SLACK) for line in lines)
    return sorted(x * _COLUMN_SLACK for x, n in edges.items() if n >= _MIN_COLUMN_LINES)[1:]


def _crosses(line: PrintedLine, start: float) -> bool:
    return line.x0 < start - _COLUMN_SLACK and line.x1 > start - _COLUMN_SLACK


def _column_start(lines: Sequence[PrintedLine], x: float) -> float | None:
    """Return `x` where prose stands on both sides of it, one beside the other."""
    start = x - _COLUMN_SLACK
    for crosses, band in groupby(lines, lambda line: _crosses(line, start)):
        group = list(band)
        left = [line for line in group if line.x1 <= start]
        right = [line for line in group if line.x1 > start]
        if crosses or min(len(left), len(right)) < _MIN_COLUMN_LINES:
            continue
        chars = min(median(len(line.text) for line in side) for side in (left, right))
        overlap = min(left[0].y, right[0].y) - max(left[-1].y, right[-1].y)
        if chars >= _MIN_COLUMN_CHARS and overlap > 0:
            return start
    return None


def _join_rows(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Join what stands in one row of a column, such as a bullet and its text."""
    rows: list[PrintedLine] = []
    for line in sorted(lines, key=_place_in_page):
        if rows and abs(rows[-1].y - line.y) <= _ROW_TOLERANCE * min(rows[-1].size, line.size):
            before = rows[-1]
            text = f"{before.text} {line.text}"
            rows[-1] = replace(before, text=text, x1=line.x1, size=max(before.size, line.size))
        else:
            rows.append(line)
    return rows


# --- paragraphs ---


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's edges, its usual step from line to line, and its usual size of type.

    `full` is where most of its full lines end, short of its edge where they end ragged.
    """

    left: float
    right: float
    full: float
    step: float
    size: float

    @classmethod
    def of(cls, lines: Sequence[PrintedLine]) -> "_Column":
        """Measure the lines of a column."""
        steps = [above.y - below.y for above, below in pairwise(lines)]
        ends = sorted(line.x1 for line in lines)
        return cls(
            min(line.x0 for line in lines),
            ends[-1],
            ends[int(_FULL_SHARE * len(ends))],
            median(steps) if steps else 0.0,
            median(line.size for line in lines),
        )


def _paragraphs(lines: Sequence[PrintedLine], words: Counter[str]) -> Iterator[Paragraph]:
    column = _Column.of(lines)
    text, size = lines[0].text, lines[0].size
    for above, below in pairwise(lines):
        if _starts_paragraph(above, below, column):
            yield Paragraph(text, size)
            text, size = below.text, below.size
        else:
            text = _join(text, below.text, words)
    yield Paragraph(text, size)


def _starts_paragraph(above: PrintedLine, below: PrintedLine, column: _Column) -> bool:
    gap = above.y - below.y
    is_other_size = max(above.size, below.size) > _OTHER_SIZE * min(above.size, below.size)
    is_indented = below.x0 - column.left > _MIN_INDENT * below.size
    is_indented &= above.x0 - column.left < _MIN_INDENT
    is_bullet = _BULLET.fullmatch(below.text.split(" ")[0]) is not None and " " in below.text
    is_apart = gap > _PARAGRAPH_GAP * min(column.step or gap, 1.6 * below.size)
    ends_early = above.x1 < column.left + _FULL_LINE * (column.right - column.left)
    is_end = _SENTENCE_END.search(above.text) or _LABEL.match(below.text)
    reasons = (
        is_other_size,
        is_apart,
        is_indented,
        is_bullet and above.text[-1] not in _HYPHENS,
        ends_early and is_end,
        _was_ended(above, below, column),
        is_release_end(above.text) or is_release_end(below.text),
    )
    return any(reasons)


def _was_ended(above: PrintedLine, below: PrintedLine, column: _Column) -> bool:
    """Return whether the next word would have fitted into a line, which so was ended on purpose.

    A headline is broken where it looks well.
    """
    first_word = below.text.split(" ")[0]
    width = (below.x1 - below.x0) * len(first_word) / len(below.text)
    fits = above.x1 + width + 3 * above.size < column.full
    is_plain = above.size <= _OTHER_SIZE * column.size
    goes_on = below.text[0].islower() or above.text[-1] in f"{_HYPHENS},"
    return fits and is_plain and not goes_on


def _runs_on(before: Paragraph, after: Paragraph) -> bool:
    """Return whether a paragraph goes on in the next column or on the next page."""
    is_same_type = max(before.size, after.size) <= _OTHER_SIZE * min(before.size, after.size)
    is_open = not _SENTENCE_END.search(before.text)
    goes_on = after.text[:1].islower() or before.text[-1:] in _HYPHENS or before.text[-1:] == ","
    return is_same_type and is_open and goes_on


def _join(before: str, after: str, words: Counter[str]) -> str:
    """Join two lines; a hyphen goes where the word stands elsewhere without it."""
    is_broken = before[-1:] in _HYPHENS and before[-2:-1].isalnum()
    if not is_broken or after.split(" ", maxsplit=1)[0].lower() in _CONJUNCTIONS:
        return f"{before} {after}"
    first = re.findall(r"[\w-]*$", before[:-1].lower())[0]
    second = re.findall(r"^[\w-]*", after.lower())[0]
    is_soft = before[-1] == "\u00ad" or (
        words[f"{first}{second}"] > 0 and not words[f"{first}-{second}"]
    )
    return before[:-1] + ("" if is_soft else "-") + after


def raise_figures(text: str) -> str:
    """Return a text whose figures stand as raised ones; other raised words stay as they are."""
    is_figure = all(character in "0123456789+-−()n*†‡ ," for character in text)
    return text.translate(SUPERSCRIPTS) if is_figure else text


def without_footnote_marks(paragraphs: Sequence[str]) -> list[str]:
    """Drop raised figures that are marks of footnotes, and keep those of a power or a unit."""
    notes = {match.group(1) for each in paragraphs if (match := _MARKED_FOOTNOTE.match(each))}

    def drop(match: re.Match[str]) -> str:
        before = match.string[: match.start()]
        is_figure = match.group()[0] not in "*†‡"
        is_mark = match.group() in notes or (is_figure and _AFTER_SENTENCE.search(before))
        return "" if is_mark else match.group()

    return [_MARK_IN_TEXT.sub(drop, each) for each in paragraphs]
