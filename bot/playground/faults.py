"""How the next calls are to go wrong: what a test orders and the API carries out."""

from dataclasses import dataclass
from enum import StrEnum


class Failing(StrEnum):
    """The ways in which a call fails."""

    ERROR = "error"  # a refusal in Slack's own shape
    RATE_LIMITED = "rate_limited"  # HTTP 429 with Retry-After
    STATUS = "status"  # another HTTP status and no JSON
    HANG_BEFORE = "hang_before"  # nothing is done, nothing is answered
    HANG_AFTER = "hang_after"  # it is done, but nothing is answered
    DROP_BEFORE = "drop_before"  # nothing is done, the connection breaks
    DROP_AFTER = "drop_after"  # it is done, the connection breaks in the answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure to come. `code` is Slack's error name; `retry_after` is in seconds."""

    how: Failing
    code: str = "fatal_error"
    status: int = 500
    retry_after: int = 1


@dataclass(slots=True)
class _Order:
    method: str
    fault: Fault
    left: int


class Faults:
    """Failures ordered for the calls to come, first ordered first taken. The method "*" is any."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def order(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of a method fail."""
        self._orders.append(_Order(method, fault, times))

    def take(self, method: str) -> Fault | None:
        """Give the failure of this call, if one was ordered."""
        for order in self._orders:
            if order.left and order.method in {method, "*"}:
                order.left -= 1
                return order.fault
        return None

    def clear(self) -> None:
        """Forget what was ordered."""
        self._orders.clear()
