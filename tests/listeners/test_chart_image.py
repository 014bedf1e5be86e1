"""Who was heard, as a picture: every letter is set, or there is no picture."""

import warnings
from datetime import date

import pytest

from bot.listeners.chart_image import draw, find_fonts
from bot.stories.tally import Tally, TallyRow

pytest.importorskip("matplotlib")
from matplotlib.font_manager import findfont, get_font


def tally(name: str) -> Tally:
    """One actor, heard once a day."""
    days = tuple(date(2026, 3, day) for day in range(1, 8))
    return Tally(days, None, (TallyRow(name, None, (1,) * 7, "Harbour"),), 1, 7)


def only_in_another_font() -> str:
    """A letter that the usual font has not, and another that comes with Matplotlib has."""
    usual, other = (
        get_font(findfont(name)).get_charmap().keys() for name in ("DejaVu Sans", "STIXGeneral")
    )
    return chr(max(letter for letter in other - usual if chr(letter).isprintable()))


@pytest.mark.parametrize("name", ["Mara Ilves", "Ιώ Πάππας", "Олег Тарр", only_in_another_font()])
def test_every_letter_is_set(name: str):
    """Letters that the usual font lacks come from another one: Matplotlib warns of no empty box."""
    families = find_fonts(tally(name))
    assert families
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(tally(name), families).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["\u0378", "\N{ARABIC LETTER ALEF}\N{ARABIC LETTER LAM}"])
def test_what_cannot_be_set_is_not_drawn(name: str):
    """A letter that no font has, and words from right to left."""
    assert find_fonts(tally(name)) == []
