"""Draws who was heard: small columns, a row an actor. Needs matplotlib, the optional extra `chart`."""

from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from io import BytesIO
from typing import Any
from unicodedata import bidirectional

from bot.blocks.block_kit import shorten
from bot.blocks.lookup import chart_period, chart_title, cut_with_mark
from bot.stories.tally import Tally, TallyRow

# One dark blue on white: it needs no colour vision, and a phone in dark mode shows it on its own light ground.
_INK, _SOFT, _BAR, _GRID = "#1d1c1d", "#5b5a5c", "#0b5fa5", "#e3e3e6"
_WIDTH, _HEAD, _ROW, _FOOT = (
    8.0,
    1.15,
    0.9,
    0.65,
)  # inches; 8 are 1,200 pixels, a phone shows a third of them
_DPI = 150
_LEFT, _RIGHT = 0.5, 0.92  # where the columns stand, as parts of the width
_USUAL = "DejaVu Sans"  # comes with Matplotlib
_NO_LETTERS = "Last Resort High-Efficiency"  # boxes for everything
_NAME_ROOM, _STORY_ROOM, _TITLE_ROOM = 26, 40, 50


def can_draw() -> bool:
    """Whether the extra is installed."""
    return find_spec("matplotlib") is not None


def fonts_for(tally: Tally) -> list[str]:
    """Give the families that hold every letter of the picture between them, the usual one first.

    Empty where no installed font has one of them, or where words run from right to left: Matplotlib sets them
    in the wrong order. Opens many fonts where the usual one will not do, so call it in a thread.
    """
    from matplotlib.font_manager import fontManager, get_font  # noqa: PLC0415 - an optional extra

    words = f"{chart_title(tally)}{chart_period(tally)}" + "".join(
        f"{row.name}{row.mostly}" for row in tally.rows
    )
    missing = {ord(letter) for letter in words if not letter.isspace()}
    if any(bidirectional(chr(letter)) in {"R", "AL"} for letter in missing):
        return []
    upright = [
        font for font in fontManager.ttflist if font.style == "normal" and font.name != _NO_LETTERS
    ]
    families: list[str] = []
    for font in sorted(
        upright, key=lambda font: (font.name != _USUAL, font.name, font.weight != 400)
    ):
        if font.name not in families and (
            held := get_font(font.fname).get_charmap().keys() & missing
        ):
            families.append(font.name)
            missing -= held
        if not missing:
            return families
    return []


def draw(tally: Tally, families: Sequence[str] = (_USUAL,)) -> bytes:
    """Give the picture as PNG, set in the families of `fonts_for`; takes a moment, so call it in a thread."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an optional extra, a second to load
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    height = _HEAD + _ROW * len(tally.rows) + _FOOT
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.axis("off")
    _write(axes, 0.04, 0.42, shorten(chart_title(tally), _TITLE_ROOM), size=19, weight="bold")
    _write(axes, 0.04, 0.78, chart_period(tally), size=13, color=_SOFT)
    highest = max((max(row.days) for row in tally.rows), default=1)
    for place, row in enumerate(tally.rows):
        _row(axes, _HEAD + _ROW * place, row, highest)
    _dates(axes, _HEAD + _ROW * len(tally.rows), tally.days)
    for written in axes.texts:
        written.set_fontfamily(list(families))
    made = BytesIO()
    figure.savefig(made, format="png", metadata={"Software": "Dateline"})
    return made.getvalue()


def _row(axes: Any, top: float, row: TallyRow, highest: int) -> None:
    axes.plot([0.04, 0.96], [top, top], color=_GRID, linewidth=1)
    _write(axes, 0.04, top + 0.34, cut_with_mark(row.name, _NAME_ROOM), size=15, weight="bold")
    _write(axes, 0.04, top + 0.64, cut_with_mark(row.mostly, _STORY_ROOM), size=11, color=_SOFT)
    _write(axes, 0.96, top + 0.66, str(row.total), size=16, weight="bold", ha="right")
    step = (_RIGHT - _LEFT) / len(row.days)
    base, most = top + _ROW - 0.14, _ROW - 0.38
    for place, count in enumerate(row.days):
        left = _LEFT + place * step
        axes.plot([left + step * 0.1, left + step * 0.8], [base, base], color=_GRID, linewidth=1)
        if count:
            tall = most * count / highest
            axes.bar(left + step * 0.45, -tall, width=step * 0.7, bottom=base, color=_BAR)
            if len(row.days) <= 7:
                _write(
                    axes,
                    left + step * 0.45,
                    base - tall - 0.04,
                    str(count),
                    size=11,
                    ha="center",
                    color=_SOFT,
                )


def _dates(axes: Any, top: float, days: tuple[date, ...]) -> None:
    """Write below which day a column is: each of a week, each seventh of a month."""
    step = (_RIGHT - _LEFT) / len(days)
    for place, day in enumerate(days):
        if len(days) <= 7 or (len(days) - 1 - place) % 7 == 0:
            told = f"{day:%a}\n{day.day}" if len(days) <= 7 else f"{day.day}\n{day:%b}"
            _write(
                axes,
                _LEFT + (place + 0.45) * step,
                top + 0.4,
                told,
                size=11,
                ha="center",
                color=_SOFT,
            )


def _write(axes: Any, x: float, y: float, words: str, *, size: float, **how: Any) -> None:
    # Article words with two dollar signs are no formula.
    axes.text(
        x, y, words, fontsize=size, parse_math=False, va="baseline", **({"color": _INK} | how)
    )
