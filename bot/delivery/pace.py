"""One message a second in a channel: Slack's limit for posting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.ports import Clock

# https://docs.slack.dev/apis/web-api/rate-limits#posting
APART = timedelta(seconds=1)


class Pace:
    """Lets each message wait for its turn."""

    def __init__(self, clock: Clock, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._clock, self._sleep = clock, sleep
        self._free_at: dict[tuple[str, str], datetime] = {}

    async def turn(self, team: str, channel: str) -> None:
        """Wait until the channel may have its next message."""
        now = self._clock.now()
        self._free_at = {place: free for place, free in self._free_at.items() if free > now}
        free = self._free_at.get((team, channel), now)
        self._free_at[team, channel] = free + APART
        if free > now:
            await self._sleep((free - now).total_seconds())
