"""Keep to Slack's rate limits over all processes: a message a second, and requested pauses."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.model.errors import PostFailed
from bot.model.ports import Clock
from bot.store.processes import MAX_PAUSE, RateLimitStore

# https://docs.slack.dev/apis/web-api/rate-limits#posting
MIN_INTERVAL = timedelta(seconds=1)
# Where Slack asks for a longer pause, the delivery is postponed and others go first.
MAX_WAIT = timedelta(seconds=60)
# How often a call that Slack refuses for now is made before it is given up.
MAX_TRIES = 4
FIRST_RETRY_SECONDS = 2.0


def retry_delay(error: PostFailed, attempt: int) -> float:
    """Return the seconds before the next attempt, as Slack asks, or doubling from attempt 0 on."""
    return FIRST_RETRY_SECONDS * 2**attempt if error.retry_after is None else error.retry_after


class RateLimiter:
    """Lets each call wait until Slack takes it."""

    def __init__(
        self,
        limits: RateLimitStore,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]],
        wait: Callable[[float], Awaitable[bool]],
    ) -> None:
        """`wait` sleeps so many seconds, and returns False when Dateline is stopping instead."""
        self._limits, self._clock, self._sleep, self.wait = limits, clock, sleep, wait
        self._posted: dict[tuple[str, str], datetime] = {}

    async def acquire(self, team: str, channel: str, method: str) -> bool:
        """Wait until the channel may have its next message; return False where that is too long.

        A stop cuts every wait short but the second between two parts: what was begun is sent whole.
        """
        while (pause := await self._get_pause(team, method)) > timedelta(0):
            # Another process may make the pause longer meanwhile.
            if pause > MAX_WAIT or not await self.wait(pause.total_seconds()):
                return False
        now = self._clock.now()
        wait = await self._limits.reserve_turn(team, channel, now, MIN_INTERVAL) - now
        if posted := self._posted.pop((team, channel), None):
            # Slack counts from when a message came in, which may be long after it was sent.
            wait = max(wait, min(posted - now, timedelta(0)) + MIN_INTERVAL)
        if wait > MIN_INTERVAL:
            return await self.wait(wait.total_seconds())
        if wait > timedelta(0):
            await self._sleep(wait.total_seconds())
        return True

    def record_post(self, team: str, channel: str) -> None:
        """Let the channel's next message wait from now, when Slack has the last one."""
        now = self._clock.now()
        self._posted = {key: at for key, at in self._posted.items() if abs(now - at) < MIN_INTERVAL}
        self._posted[team, channel] = now

    async def back_off(self, team: str, error: PostFailed) -> None:
        """Let all processes pause where the error says that Slack asked for it."""
        if error.retry_after:
            pause = timedelta(seconds=min(error.retry_after, MAX_PAUSE.total_seconds()))
            await self._limits.block(team, error.method, self._clock.now(), pause)

    async def is_backing_off(self, team: str, method: str) -> bool:
        """Return whether Slack asked not to be called with this method just now."""
        return await self._get_pause(team, method) > timedelta(0)

    async def _get_pause(self, team: str, method: str) -> timedelta:
        return await self._limits.get_pause(team, method, self._clock.now())
