"""Where a process may die: before and after each step of the ledger, of Slack, of the intake and of the queue."""

from collections.abc import Callable
from typing import Any

STEPS = {"claim_due", "open", "compose", "start_sending", "record", "finish", "post", "find", "put"}


class Watched:
    """The same object, each of whose steps passes a point before and after."""

    def __init__(self, real: Any, point: Callable[[str], None]) -> None:
        self._real, self._point = real, point

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        return self._step(name, real) if name in STEPS else real

    def _step(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        async def step(*args: Any, **told: Any) -> Any:
            self._point(f"before {name}")
            result = await real(*args, **told)
            self._point(f"after {name}")
            return result

        return step


class WatchedStore:
    """The same store, with a watched ledger and watched articles."""

    def __init__(self, real: Any, point: Callable[[str], None]) -> None:
        self._real = real
        self.deliveries, self.articles = (
            Watched(real.deliveries, point),
            Watched(real.articles, point),
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
