"""Name the points at which a test may kill a process, before and after each important step."""

from collections.abc import Callable
from typing import Any

STEPS = {"claim_due", "open", "compose", "start_sending", "record", "finish", "post", "find", "put"}


class CrashPointProxy:
    """Call `point` before and after each step of the real object."""

    def __init__(self, real: Any, point: Callable[[str], None]) -> None:
        self._real, self._point = real, point

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        return self._step(name, real) if name in STEPS else real

    def _step(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        async def step(*args: Any, **kwargs: Any) -> Any:
            self._point(f"before {name}")
            result = await real(*args, **kwargs)
            self._point(f"after {name}")
            return result

        return step


class CrashPointStore:
    """Call `point` before and after each step of the store's ledger and articles."""

    def __init__(self, real: Any, point: Callable[[str], None]) -> None:
        self._real = real
        self.deliveries, self.articles = (
            CrashPointProxy(real.deliveries, point),
            CrashPointProxy(real.articles, point),
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
