"""Spans of time as people type them: 90m, 24h, 3d, 2w."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from bot.model.errors import UsageError

_AGE = re.compile(r"(\d+)\s*([mhdw])")
_MOST = 10**6
# Further back nothing was stored, and dates come to an end.
_LONGEST = timedelta(weeks=5_000)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

Since = Annotated[str, typer.Option(help="how far back: 90m, 24h, 3d, 2w")]


def age(text: str) -> timedelta:
    """Read one; raise UsageError."""
    match = _AGE.fullmatch(text.strip().lower())
    if not match:
        raise UsageError(f"{text!r} is no span of time.", "Write one such as 90m, 24h, 3d or 2w.")
    return min(timedelta(**{_UNITS[match[2]]: min(int(match[1]), _MOST)}), _LONGEST)


def this_moment() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
