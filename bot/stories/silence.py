"""Which sources have fallen silent: they used to send articles and do so no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.model import Outlet

# How far back to look, and how many articles make a habit.
LOOKBACK = timedelta(days=14)
_HABIT = 5
# A source that sends each half hour is not missed at night, nor a weekly one on Tuesday.
_SHORTEST = timedelta(hours=24)
_TIMES_ITS_PACE = 4


def silent(outlets: Iterable[Outlet], now: datetime) -> tuple[Outlet, ...]:
    """Give those that were not heard for a day and for four times their usual pause, longest silent first."""
    missed = [one for one in outlets if one.articles >= _HABIT and now - one.last > _patience(one)]
    return tuple(sorted(missed, key=lambda one: one.last))


def _patience(outlet: Outlet) -> timedelta:
    return max(_SHORTEST, _TIMES_ITS_PACE * LOOKBACK / outlet.articles)
