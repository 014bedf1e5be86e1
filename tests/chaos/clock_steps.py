"""Step the clock that a process sees, as an operator or a bad time server does."""

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from itertools import cycle

from typing_extensions import override

STEP_SECONDS = 30.0
# What the clock is ahead by, one after another.
_OFFSETS = (timedelta(), timedelta(hours=3), timedelta(), timedelta(hours=-3))
_PACKAGES = ("bot", "apscheduler", "procrastinate")


def step_clock() -> None:
    """Set this process's clock three hours forward and back, again and again.

    The monotonic clock goes on, as it does on a machine whose clock is set.
    """
    began, real_time = time.monotonic(), time.time
    offsets = [offset.total_seconds() for offset, _ in zip(cycle(_OFFSETS), range(1_000))]

    def stepped_time() -> float:
        turn = int((time.monotonic() - began) / STEP_SECONDS)
        return real_time() + offsets[turn % len(offsets)]

    time.time = stepped_time
    stepped = _stepped_datetime(stepped_time)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _PACKAGES and getattr(module, "datetime", None) is datetime:
            module.datetime = stepped  # type: ignore[attr-defined]


def _stepped_datetime(stepped_time: Callable[[], float]) -> type[datetime]:
    class Meta(type):
        @override
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Stepped(datetime, metaclass=Meta):
        @override
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.fromtimestamp(stepped_time(), tz)

    return Stepped
