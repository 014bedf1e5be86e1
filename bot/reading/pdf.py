"""Press releases in PDF (ISO 32000), read by PDFium: what a reader of the page sees, or a refusal.

bytes -> visible glyphs of each page -> lines, columns, paragraphs (page_layout) -> headline, text

Text that no reader sees, or that cannot be told for sure, is never part of an article: hidden
layers, struck-out words and fonts without letters refuse the file, and say why. It runs only in
the reader process, which may be killed: PDFium is C++ and takes no second thread.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pypdfium2
from pypdfium2 import raw

from bot.model import Article
from bot.reading import unreadable
from bot.reading.document import PARSE_ERRORS, SourceDocument
from bot.reading.holds import hold_article
from bot.reading.page_layout import (
    Glyph,
    Page,
    Paragraph,
    compose_lines,
    read_paragraphs,
    split_margins,
)
from bot.reading.plain_text import may_head, parse_headed

MAX_PAGES = 60
MAX_GLYPHS = 400_000
# In a file that PDFium wrote anew: layers that are switched off when it is opened.
_LAYERS_OFF = re.compile(rb"/OFF\s*\[\s*\d|/BaseState\s*/OFF")
_FORM_IN_LAYER = re.compile(rb"/OC\s*\d+\s+\d+\s+R")
_INVISIBLE_MODE = 3
# What PDFium gives for a hyphen at the end of a line.
_BROKEN_WORD_MARK = 2
_MIN_GLYPH_POINTS = 2.0
_WHITE = 250
_MAX_STROKE_POINTS = 2.0
# A line at such heights above the baseline, in parts of a letter's size, strikes it out.
_STRUCK_HEIGHTS = (0.15, 0.5)
_MIN_STRUCK_GLYPHS = 3
_RIGHT_ANGLE = math.pi / 2
# In right angles; a watermark stands across the page.
_MAX_SLANT, _ASLANT = 0.05, 4
# Letters that stand aslant are set in a row of this size, as they come.
_ASLANT_POINTS = 10.0
_UNMAPPED = re.compile("[\x00-\x01\x03-\x08\x0b\x0c\x0e-\x1f\ufffd\ue000-\uf8ff]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_MAX_HEADLINE_WORDS = 30
_HEADLINE_SIZE = 1.1
_MAX_TOP_PARAGRAPHS = 12
_Rect = tuple[float, float, float, float]


@dataclass(slots=True)
class _SideNotes:
    """What a file says beside its text: words that may hold it, and layers."""

    notes: list[str] = field(default_factory=list)
    in_layers: bool = False


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article that the file is. Raise SourceUnreadable where it is in doubt."""
    try:
        paragraphs, notes = _read_paragraphs(document.data)
    except (pypdfium2.PdfiumError, *PARSE_ERRORS) as e:
        raise unreadable("pdf_broken") from e
    if not paragraphs:
        raise unreadable("pdf_scanned")
    article = _parse(paragraphs, document.zone)
    return [hold_article(article, document.zone, *notes, arrived=document.arrived)]


def _read_paragraphs(data: bytes) -> tuple[list[Paragraph], list[str]]:
    """Return the paragraphs of a file, and the lines beside them that may hold it."""
    pdf = _open(data)
    try:
        if len(pdf) > MAX_PAGES:
            raise unreadable("pdf_too_long", pages=len(pdf), most=MAX_PAGES)
        side_notes = _SideNotes()
        pages = [_read_page(pdf[number], side_notes) for number in range(len(pdf))]
        _check_layers(pdf, side_notes)
    finally:
        pdf.close()
    pages, margins = split_margins(pages)
    return read_paragraphs(pages), [*side_notes.notes, *margins]


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as e:
        is_locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        raise unreadable("pdf_locked" if is_locked else "pdf_broken") from e


def _check_layers(pdf: pypdfium2.PdfDocument, side_notes: _SideNotes) -> None:
    """Refuse a file in which some text is in layers, some of which are off (14.11.4)."""
    buffer = _Buffer()
    # Written anew, what was in compressed streams of objects stands in the open.
    pdf.save(buffer)
    data = bytes(buffer.data)
    if _LAYERS_OFF.search(data) and (side_notes.in_layers or _FORM_IN_LAYER.search(data)):
        raise unreadable("pdf_hidden_layers")


class _Buffer:
    """What `PdfDocument.save` writes to."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def _utf_16(get: Callable[[Any, int], int]) -> str:
    """Return the text that a function of PDFium writes into a buffer of so many bytes."""
    size = get(None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    get(buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").strip("\0")


# --- from pages to glyphs ---


@dataclass(frozen=True, slots=True)
class _TextObject:
    """How PDFium draws the glyphs of one text object.

    `order` is its place among what is drawn on the page, None inside of a form; `turns` says by
    how many right angles it is turned, counterclockwise; `color` is red, green, blue and alpha;
    `marks` are the names of the marked content that it is in.
    """

    address: int
    drawn: Any
    order: int | None
    turns: int
    color: tuple[int, int, int, int]
    marks: frozenset[str]
    is_unseen: bool


@dataclass(frozen=True, slots=True)
class _PlacedGlyph:
    """A glyph as if its text ran from left to right, with its box on the page as it is."""

    glyph: Glyph
    box: _Rect
    owner: _TextObject

    @property
    def turns(self) -> int:
        return self.owner.turns

    @property
    def center(self) -> tuple[float, float]:
        left, bottom, right, top = self.box
        return (left + right) / 2, (bottom + top) / 2


def _read_page(page: pypdfium2.PdfPage, side_notes: _SideNotes) -> Page:
    """Return the lines that a reader of the page sees."""
    _read_annotations(page, side_notes)
    text_page = page.get_textpage()
    objects = _PageObjects(page)
    glyphs = list(_read_glyphs(text_page, objects))
    side_notes.in_layers |= any("OC" in each.owner.marks for each in glyphs)
    standing = [each for each in glyphs if "Artifact" not in each.owner.marks]
    # A scanned page has its text unseen, above or below its picture.
    shown = list(filter(objects.is_visible, standing)) or list(filter(objects.is_scan, standing))
    text_page.close()
    if objects.count_struck(shown) >= _MIN_STRUCK_GLYPHS:
        raise unreadable("pdf_struck_out")
    most = Counter(each.turns for each in shown if each.turns != _ASLANT).most_common(1)
    turns = most[0][0] if most else 0
    seen = set(map(id, shown))
    aside = [each for each in glyphs if id(each) not in seen or each.turns != turns]
    for other in {each.turns for each in aside}:
        lines = compose_lines((each.glyph for each in aside if each.turns == other), 1.0).lines
        side_notes.notes += [line.text for line in lines]
    left, bottom, right, top = objects.page_box
    height = right - left if turns in {1, 3} else top - bottom
    return _check_letters(
        compose_lines((each.glyph for each in shown if each.turns == turns), max(height, 1.0))
    )


def _read_annotations(page: pypdfium2.PdfPage, side_notes: _SideNotes) -> None:
    """Add what is stamped or typed onto the page to the notes; refuse words struck out on it."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind in {raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK}:
            contents = partial(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
            side_notes.notes.append(_utf_16(contents))
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in {raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_REDACT}:
            raise unreadable("pdf_struck_out")


def _read_glyphs(
    text_page: pypdfium2.PdfTextPage, objects: "_PageObjects"
) -> Iterator[_PlacedGlyph]:
    count = text_page.count_chars()
    if count > MAX_GLYPHS:
        raise unreadable("pdf_page_too_long", letters=count)
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    page_left, page_bottom, page_right, page_top = objects.page_box
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        # PDFium's own spaces and line ends are not used: it takes columns for one line.
        if code in {0, 10, 13} or raw.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        raw.FPDFText_GetLooseCharBox(text_page, index, rect)
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        owner = objects.find_owner(text_page, index)
        turns = owner.turns
        size = (top - bottom, right - left, top - bottom, right - left, _ASLANT_POINTS)[turns]
        is_inside = (
            left < page_right and right > page_left and bottom < page_top and top > page_bottom
        )
        if size < _MIN_GLYPH_POINTS or not is_inside:
            continue
        start, end, baseline = (
            (left, right, y.value - page_bottom),
            (bottom, top, page_right - x.value),
            (-right, -left, page_top - y.value),
            (-top, -bottom, x.value - page_left),
            (index * size, (index + 1) * size, 0.0),
        )[turns]
        text = "-" if code == _BROKEN_WORD_MARK else chr(code)
        glyph = Glyph(text, start, end, baseline, size)
        yield _PlacedGlyph(glyph, (left, bottom, right, top), owner)


class _PageObjects:
    """What is drawn on a page, in the order in which it covers what was drawn before."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.page_box: _Rect = page.get_cropbox()
        self._order: dict[int, int] = {}
        self._owners: dict[int, _TextObject] = {}
        self._areas: list[tuple[int, _Rect, bool]] = []
        self._areas_near: dict[int, list[tuple[int, _Rect, bool]]] = {}
        self._strokes: list[_Rect] = []
        for order in range(raw.FPDFPage_CountObjects(page)):
            drawn = raw.FPDFPage_GetObject(page, order)
            kind = raw.FPDFPageObj_GetType(drawn)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._order[_address(drawn)] = order
            elif kind in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
                self._add_area(drawn, order, is_image=kind == raw.FPDF_PAGEOBJ_IMAGE)

    def _add_area(self, drawn: Any, order: int, *, is_image: bool) -> None:
        box = left, bottom, right, top = _bounds(drawn)
        if (
            not is_image
            and top - bottom <= _MAX_STROKE_POINTS
            and right - left > 2 * (top - bottom)
        ):
            self._strokes.append(box)
        elif (is_image or _is_filled(drawn)) and not raw.FPDFPageObj_HasTransparency(drawn):
            self._areas.append((order, box, is_image))

    def find_owner(self, text_page: pypdfium2.PdfTextPage, index: int) -> _TextObject:
        """Return a glyph's text object, which is looked at once."""
        drawn = raw.FPDFText_GetTextObject(text_page, index)
        address = _address(drawn)
        if address not in self._owners:
            self._owners[address] = self._read_owner(text_page, index, drawn)
        return self._owners[address]

    def _read_owner(self, text_page: pypdfium2.PdfTextPage, index: int, drawn: Any) -> _TextObject:
        # PDFium counts it clockwise, and says -1 where it fails.
        turns = -max(raw.FPDFText_GetCharAngle(text_page, index), 0.0) / _RIGHT_ANGLE
        is_aslant = abs(turns - round(turns)) > _MAX_SLANT
        parts = [ctypes.c_uint(255) for _ in range(4)]
        raw.FPDFText_GetFillColor(text_page, index, *parts)
        red, green, blue, alpha = (part.value for part in parts)
        address = _address(drawn)
        mode = raw.FPDFTextObj_GetTextRenderMode(drawn) if address else None
        return _TextObject(
            address,
            drawn,
            self._order.get(address),
            _ASLANT if is_aslant else round(turns) % 4,
            (red, green, blue, alpha),
            frozenset(_mark_names(drawn)) if address else frozenset(),
            is_unseen=mode == _INVISIBLE_MODE,
        )

    def is_visible(self, placed: _PlacedGlyph) -> bool:
        """Return whether the glyph is drawn in a color that shows, and nothing is drawn over it."""
        red, green, blue, alpha = placed.owner.color
        if placed.owner.is_unseen or alpha == 0 or self._is_covered(placed):
            return False
        is_white = min(red, green, blue) >= _WHITE
        return not is_white or any(_holds(box, placed.center) for _, box, _ in self._areas)

    def is_scan(self, placed: _PlacedGlyph) -> bool:
        """Return whether the glyph is the unseen text of a picture that shows it."""
        has_picture = any(
            is_image and _holds(box, placed.center) for _, box, is_image in self._areas
        )
        return has_picture and (placed.owner.is_unseen or self._is_covered(placed))

    def count_struck(self, glyphs: Sequence[_PlacedGlyph]) -> int:
        """Return how many glyphs have a line through them."""
        low, high = _STRUCK_HEIGHTS
        return sum(
            stroke[0] - 1 <= placed.center[0] <= stroke[2] + 1
            and low < (stroke[1] - self.page_box[1] - placed.glyph.y) / placed.glyph.size < high
            for stroke in self._strokes
            for placed in glyphs
            if placed.turns == 0
        )

    def _is_covered(self, placed: _PlacedGlyph) -> bool:
        own = placed.owner.order
        if own is None:
            return False
        later = (box for order, box, _ in self._near(placed.owner) if order > own)
        return any(_holds(box, placed.center) for box in later)

    def _near(self, owner: _TextObject) -> list[tuple[int, _Rect, bool]]:
        """Return the areas that touch a text object; on a page with a map there are thousands."""
        if owner.address not in self._areas_near:
            left, bottom, right, top = _bounds(owner.drawn)
            self._areas_near[owner.address] = [
                area
                for area in self._areas
                if area[1][0] <= right and area[1][2] >= left
                if area[1][1] <= top and area[1][3] >= bottom
            ]
        return self._areas_near[owner.address]


def _bounds(drawn: Any) -> _Rect:
    sides = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(drawn, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _address(drawn: Any) -> int:
    return ctypes.cast(drawn, ctypes.c_void_p).value or 0


def _is_filled(path: Any) -> bool:
    mode, has_stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, mode, has_stroke)
    return bool(mode.value != raw.FPDF_FILLMODE_NONE)


def _holds(box: _Rect, point: tuple[float, float]) -> bool:
    left, bottom, right, top = box
    return left <= point[0] <= right and bottom <= point[1] <= top


def _mark_names(drawn: Any) -> Iterator[str]:
    """Yield the names of the marked content that an object is in (ISO 32000-1, 14.6)."""
    for index in range(max(raw.FPDFPageObj_CountMarks(drawn), 0)):
        mark = raw.FPDFPageObj_GetMark(drawn, index)
        buffer, size = (ctypes.c_ushort * 64)(), ctypes.c_ulong()
        raw.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), size)
        yield bytes(buffer).decode("utf-16-le", "replace").split("\0")[0]


# --- from lines to an article ---


def _check_letters(page: Page) -> Page:
    """Return the page without icons; refuse what no one can tell, or tell in which order."""
    text = "".join(line.text for line in page.lines)
    if _RTL.search(text):
        raise unreadable("pdf_right_to_left")
    lines = []
    for line in page.lines:
        words = line.text.split()
        # Bullets and the icons beside an address are letters of fonts that have no others.
        kept = [word for word in words if not (len(word) == 1 and _UNMAPPED.match(word))]
        if any(map(_UNMAPPED.search, kept)):
            raise unreadable("pdf_without_letters")
        if kept:
            lines.append(line if len(kept) == len(words) else replace(line, text=" ".join(kept)))
    return replace(page, lines=tuple(lines))


def _parse(paragraphs: Sequence[Paragraph], zone: str) -> Article:
    """Return the article whose headline is in the largest type above the text, if any is."""
    headline = _find_headline(paragraphs, zone)
    at = next((at for at, each in enumerate(paragraphs) if each is headline), None)
    return parse_headed([each.text for each in paragraphs], at, zone)


def _find_headline(paragraphs: Sequence[Paragraph], zone: str) -> Paragraph | None:
    sizes: Counter[float] = Counter()
    for each in paragraphs:
        sizes[each.size] += len(each.text)
    usual = sizes.most_common(1)[0][0]
    candidates = [
        each
        for each in paragraphs[:_MAX_TOP_PARAGRAPHS]
        if each.size >= _HEADLINE_SIZE * usual
        and len(each.text.split()) <= _MAX_HEADLINE_WORDS
        and may_head(each.text, zone)
    ]
    return max(candidates, key=lambda each: each.size, default=None)
