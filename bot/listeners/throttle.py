"""How much one person may ask for: many things at once, then one a second."""

import time
from collections.abc import Callable
from math import ceil

from bot.listeners import messages
from bot.model.errors import NotAllowed

ORDINARY_COST_SECONDS = 1.0
BURST_SECONDS = 60.0
_MAX_REMEMBERED = 1_000


class Throttle:
    """Adds up what each person asked of this process; the sum falls by a second each second."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._paid_at: dict[tuple[str, str], float] = {}

    def charge(self, team: str, user: str, seconds: float) -> None:
        """Add what a request costs; raise NotAllowed where the sum would be over BURST_SECONDS."""
        now = self._monotonic()
        paid_at = max(self._paid_at.get((team, user), now), now) + seconds
        if (wait := ceil(paid_at - now - BURST_SECONDS)) > 0:
            cure = messages.count("retry_in_seconds", wait)
            raise NotAllowed(messages.text("asked_for_a_lot"), cure)
        if len(self._paid_at) >= _MAX_REMEMBERED:
            self._paid_at = {key: at for key, at in self._paid_at.items() if at > now}
        self._paid_at[team, user] = paid_at
