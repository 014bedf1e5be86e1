"""A phrase that was read, one that was not, and what may stand beside what in one order."""

from dataclasses import dataclass
from datetime import time
from typing import Any


class UnclearError(Exception):
    """Text from `start` to `end` is not understood; with `better` in its place it may be."""

    def __init__(self, problem: str, start: int, end: int, better: str = "") -> None:
        self.problem, self.start, self.end, self.better = problem, start, end, better
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase in the text: what it says of the order, and where it ends."""

    named: dict[str, Any]
    end: int


_CLASHES = {
    "times": {"interval", "at_once", "min_interval", "hours", "all_day"},
    "interval": {"times", "at_once", "min_interval"},
    "at_once": {"times", "interval"},
    "min_interval": {"times", "interval"},
    "hours": {"times", "all_day"},
    "all_day": {"times", "hours"},
}

_TITLES = {
    "times": "a time of day",
    "interval": "a step",
    "at_once": "“at once”",
    "min_interval": "a pause between digests",
    "hours": "hours",
    "all_day": "“around the clock”",
}


def join(named: dict[str, Any], more: dict[str, Any], start: int, end: int) -> None:
    """Add a phrase to what was named before; days and times add up, anything else is named once."""
    for field, value in more.items():
        for other in _CLASHES.get(field, set()) & named.keys():
            raise UnclearError(f"Name {_TITLES[other]} or {_TITLES[field]}, not both.", start, end)
        known = named.get(field, value)
        if field == "days":
            value = known | value  # noqa: PLW2901 -- the joined value is the one to keep
        elif field == "times":
            value = _times({*known, *value}, start, end)  # noqa: PLW2901
        elif known != value:
            raise UnclearError("The same thing is named twice, and differently.", start, end)
        named[field] = value


def _times(times: set[time], start: int, end: int) -> tuple[time, ...]:
    if len(times) > 24:
        raise UnclearError("That is more than 24 times a day.", start, end, "hourly")
    return tuple(sorted(times))
