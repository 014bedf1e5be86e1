"""Days in a question are the days that a person means."""

from datetime import date

import pytest

from bot.listeners.periods import resolve_period, split_period

TODAY = date(2026, 11, 25)  # a Wednesday
PERIODS = {
    "today": ("2026-11-25", "2026-11-25"),
    "yesterday": ("2026-11-24", "2026-11-24"),
    "since yesterday": ("2026-11-24", "2026-11-25"),
    "this week": ("2026-11-23", "2026-11-25"),
    "last week": ("2026-11-16", "2026-11-22"),
    "this month": ("2026-11-01", "2026-11-25"),
    "last month": ("2026-10-01", "2026-10-31"),
    "since Monday": ("2026-11-23", "2026-11-25"),
    "on Friday": ("2026-11-20", "2026-11-20"),
    "on Wednesday": ("2026-11-25", "2026-11-25"),
    "in March": ("2026-03-01", "2026-03-31"),
    "in December": ("2025-12-01", "2025-12-31"),
    "since October": ("2026-10-01", "2026-11-25"),
    "in November": ("2026-11-01", "2026-11-25"),
    "in the last 3 days": ("2026-11-22", "2026-11-25"),
    "past 2 weeks": ("2026-11-11", "2026-11-25"),
}


@pytest.mark.parametrize(("words", "days"), PERIODS.items(), ids=PERIODS)
def test_the_days_at_the_end_of_a_question(words: str, days: tuple[str, str]) -> None:
    """They are told apart from the rest, and mean the last such days that have begun."""
    rest, period = split_period(f"Ilves about the pier {words}?")
    assert rest == "Ilves about the pier"
    first, last = resolve_period(period, TODAY)
    assert (first.isoformat(), last.isoformat()) == days


@pytest.mark.parametrize("text", ["a march in Lund", "the week", "Monday", "today's paper", ""])
def test_other_words_are_no_days(text: str) -> None:
    """A name or a topic is left as it is."""
    assert split_period(text) == (text, "")


def test_other_words_cannot_be_resolved() -> None:
    """A forged button is refused."""
    with pytest.raises(ValueError, match="no days"):
        resolve_period("some day", TODAY)
