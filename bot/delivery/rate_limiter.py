"""Slack's pace: one message a second in a channel, and rest where Slack asks for it, over all processes."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.model.errors import PostFailed
from bot.model.ports import Clock
from bot.store import RateLimitStore

# https://docs.slack.dev/apis/web-api/rate-limits#posting
APART = timedelta(seconds=1)
# Where Slack asks for more, the delivery rests, and others go first.
LONGEST_WAIT = timedelta(seconds=60)
# A call that Slack does not take is made so often before it is given up.
TRIES = 4
_FIRST_WAIT = 2.0


def pause_after(error: PostFailed, turn: int) -> float:
    """Seconds before a call is made again: as Slack asks, else longer each turn; the first turn is 0."""
    return error.retry_after if error.retry_after is not None else _FIRST_WAIT * 2**turn


class RateLimiter:
    """Lets each call wait for its turn."""

    def __init__(
        self,
        limits: RateLimitStore,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]],
        wait: Callable[[float], Awaitable[bool]],
    ) -> None:
        """`wait` sleeps so many seconds, and answers False when Dateline is stopping instead."""
        self._limits, self._clock, self._sleep, self._wait = limits, clock, sleep, wait
        self._answered: dict[tuple[str, str], datetime] = {}

    async def turn(self, team: str, channel: str, method: str) -> bool:
        """Wait until the channel may have its next message; False where Slack asked for rest, and it is too long.

        A stop cuts a rest short, and not the second between two parts: what was begun is sent whole.
        """
        if not await self._rested(team, method):
            return False
        free = await self._limits.reserve_turn(team, channel, self._clock.now(), APART)
        answered = self._answered.pop((team, channel), None)
        # Slack counts from when a message came in, which may be long after it was sent.
        free = max(free, answered + APART) if answered else free
        seconds = (free - self._clock.now()).total_seconds()
        if seconds > 0:
            await self._sleep(seconds)
        return True

    def answered(self, team: str, channel: str) -> None:
        """Slack has the message: the next one waits from now."""
        now = self._clock.now()
        self._answered = {place: at for place, at in self._answered.items() if now - at < APART}
        self._answered[team, channel] = now

    async def slow_down(self, team: str, error: PostFailed) -> None:
        """Tell all processes what Slack asked for, if it did."""
        if error.retry_after:
            until = self._clock.now() + timedelta(seconds=error.retry_after)
            await self._limits.block_until(team, error.method, until)

    async def rests(self, team: str, method: str) -> bool:
        """Whether Slack asked not to be called like this just now."""
        return await self._rest(team, method) > timedelta(0)

    async def _rested(self, team: str, method: str) -> bool:
        """Wait for the end of a rest, which another process may have made longer meanwhile."""
        while (rest := await self._rest(team, method)) > timedelta(0):
            if rest > LONGEST_WAIT or not await self._wait(rest.total_seconds()):
                return False
        return True

    async def _rest(self, team: str, method: str) -> timedelta:
        until = await self._limits.get_blocked_until(team, method)
        return until - self._clock.now() if until else timedelta(0)
