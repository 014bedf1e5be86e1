"""Draw who was heard as a PNG: a row an actor, a column a day. Needs matplotlib (extra `chart`).

Each picture is drawn in a process of its own: a figure is one large cycle of some 7 MB, which the
service, whose old objects are hardly ever looked through, would keep.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any
from unicodedata import bidirectional

from bot.blocks import chart
from bot.blocks.block_kit import cut_with_mark, shorten
from bot.stories.tally import Tally, TallyRow

# One dark blue on white: it needs no colour vision, and a phone in dark mode shows it on its own
# light ground.
_INK, _SOFT_INK, _BAR_COLOR, _LINE_COLOR = "#1d1c1d", "#5b5a5c", "#0b5fa5", "#e3e3e6"
_DPI = 150
_WIDTH_INCHES = 8.0  # 1,200 pixels; a phone shows a third of them
_HEAD_INCHES, _ROW_INCHES, _FOOT_INCHES = 1.15, 0.9, 0.65
_COLUMNS_LEFT, _COLUMNS_RIGHT = 0.5, 0.92  # as parts of the width
_USUAL_FONT = "DejaVu Sans"  # comes with Matplotlib
_PLACEHOLDER_FONT = "Last Resort High-Efficiency"  # has an empty box for every letter
_MAX_NAME_CHARS, _MAX_STORY_CHARS, _MAX_TITLE_CHARS = 26, 40, 50
_DAYS_PER_WEEK = 7


def find_fonts_and_draw(tally: Tally) -> bytes | None:
    """Return the picture as PNG, None where no fonts set all of its letters."""
    families = find_fonts(tally)
    return draw(tally, families) if families else None


def find_fonts(tally: Tally) -> list[str]:
    """Return font families that together hold every letter of the picture, the usual one first.

    Empty if a letter is in no installed font, and for words from right to left, which Matplotlib
    sets in the wrong order.
    """
    from matplotlib.font_manager import fontManager, get_font  # noqa: PLC0415 - an optional extra

    names = "".join(f"{row.name}{row.mostly}" for row in tally.rows)
    letters = f"{chart.chart_title(tally)}{chart.chart_period(tally)}{names}"
    missing = {ord(letter) for letter in letters if not letter.isspace()}
    if any(bidirectional(chr(letter)) in {"R", "AL"} for letter in missing):
        return []
    upright = [
        font
        for font in fontManager.ttflist
        if font.style == "normal" and font.name != _PLACEHOLDER_FONT
    ]
    upright.sort(key=lambda font: (font.name != _USUAL_FONT, font.name, font.weight != 400))
    families: list[str] = []
    for font in upright:
        if font.name in families:
            continue
        if held := get_font(font.fname).get_charmap().keys() & missing:
            families.append(font.name)
            missing -= held
        if not missing:
            return families
    return []


def draw(tally: Tally, families: Sequence[str] = (_USUAL_FONT,)) -> bytes:
    """Return the picture as PNG, in the families of `find_fonts`."""
    # An optional extra that takes a second to load.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    height = _HEAD_INCHES + _ROW_INCHES * len(tally.rows) + _FOOT_INCHES
    figure = Figure(figsize=(_WIDTH_INCHES, height), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.axis("off")
    _write(
        axes,
        0.04,
        0.42,
        shorten(chart.chart_title(tally), _MAX_TITLE_CHARS),
        size=19,
        weight="bold",
    )
    _write(axes, 0.04, 0.78, chart.chart_period(tally), size=13, color=_SOFT_INK)
    highest = max((max(row.days) for row in tally.rows), default=1)
    for index, row in enumerate(tally.rows):
        _draw_row(axes, _HEAD_INCHES + _ROW_INCHES * index, row, highest)
    _write_dates(axes, _HEAD_INCHES + _ROW_INCHES * len(tally.rows), tally.days)
    for text in axes.texts:
        text.set_fontfamily(list(families))
    png = BytesIO()
    figure.savefig(png, format="png", metadata={"Software": "Dateline"})
    return png.getvalue()


def _draw_row(axes: Any, top: float, row: TallyRow, highest: int) -> None:
    axes.plot([0.04, 0.96], [top, top], color=_LINE_COLOR, linewidth=1)
    _write(axes, 0.04, top + 0.34, cut_with_mark(row.name, _MAX_NAME_CHARS), size=15, weight="bold")
    story = cut_with_mark(row.mostly, _MAX_STORY_CHARS)
    _write(axes, 0.04, top + 0.64, story, size=11, color=_SOFT_INK)
    _write(axes, 0.96, top + 0.66, str(row.total), size=16, weight="bold", ha="right")
    step = (_COLUMNS_RIGHT - _COLUMNS_LEFT) / len(row.days)
    base, max_height = top + _ROW_INCHES - 0.14, _ROW_INCHES - 0.38
    for index, count in enumerate(row.days):
        left = _COLUMNS_LEFT + index * step
        ends = [left + step * 0.1, left + step * 0.8]
        axes.plot(ends, [base, base], color=_LINE_COLOR, linewidth=1)
        if not count:
            continue
        center, height = left + step * 0.45, max_height * count / highest
        axes.bar(center, -height, width=step * 0.7, bottom=base, color=_BAR_COLOR)
        if len(row.days) <= _DAYS_PER_WEEK:
            label_y = base - height - 0.04
            _write(axes, center, label_y, str(count), size=11, ha="center", color=_SOFT_INK)


def _write_dates(axes: Any, top: float, days: tuple[date, ...]) -> None:
    """Write the dates below their columns: each day of a week, each seventh of a month."""
    is_week = len(days) <= _DAYS_PER_WEEK
    step = (_COLUMNS_RIGHT - _COLUMNS_LEFT) / len(days)
    for index, day in enumerate(days):
        if is_week or (len(days) - 1 - index) % _DAYS_PER_WEEK == 0:
            label = f"{day:%a}\n{day.day}" if is_week else f"{day.day}\n{day:%b}"
            center = _COLUMNS_LEFT + (index + 0.45) * step
            _write(axes, center, top + 0.4, label, size=11, ha="center", color=_SOFT_INK)


def _write(axes: Any, x: float, y: float, text: str, **style: Any) -> None:
    # Two dollar signs in an article's words are no formula.
    axes.text(x, y, text, parse_math=False, va="baseline", **({"color": _INK} | style))
