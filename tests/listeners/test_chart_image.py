"""The chart's picture shows every letter, or there is no picture."""

import warnings
from datetime import date

import pytest

from bot.listeners.chart_picture import draw, find_fonts
from bot.stories.tally import Tally, TallyRow

pytest.importorskip("matplotlib")
from matplotlib.font_manager import findfont, get_font


def tally(name: str) -> Tally:
    """Return one actor, with one statement each day."""
    days = tuple(date(2026, 3, day) for day in range(1, 8))
    return Tally(days, None, (TallyRow(name, None, (1,) * 7, "Harbour"),), 1, 7)


def only_in_another_font() -> str:
    """Return a letter that only another of Matplotlib's fonts has."""
    usual, other = (
        get_font(findfont(name)).get_charmap().keys() for name in ("DejaVu Sans", "STIXGeneral")
    )
    return chr(max(letter for letter in other - usual if chr(letter).isprintable()))


@pytest.mark.parametrize("name", ["Mara Ilves", "Ιώ Πάππας", "Олег Тарр", only_in_another_font()])
def test_every_letter_is_drawn(name: str):
    """Letters missing in the usual font come from another one, without a warning."""
    families = find_fonts(tally(name))
    assert families
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(tally(name), families).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["\u0378", "\N{ARABIC LETTER ALEF}\N{ARABIC LETTER LAM}"])
def test_unsupported_letters_give_no_picture(name: str):
    """Letters that no font has, and text from right to left, give no picture."""
    assert find_fonts(tally(name)) == []
