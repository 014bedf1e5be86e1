"""Prometheus metrics of deliveries and of the calls to Slack.

Names follow https://prometheus.io/docs/practices/naming/; every label has a fixed set of values.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from bot.delivery.slack_errors import FAILURES
from bot.model import DeliveryKind, DeliveryState
from bot.model.errors import PostFailed

_OTHER_ERROR, _NO_ERROR = "other", "none"
# A delivery that failed because its channel or workspace is closed: who can mend it was told.
PAUSED = "paused"

_DELIVERIES = Counter(
    "dateline_deliveries",
    "Deliveries that ended, by what asked for them and how.",
    ["kind", "outcome"],
)
_LATENESS = Histogram(
    "dateline_digest_lateness_seconds",
    "From the minute a scheduled digest was due until all of it stood in its channel.",
    buckets=(1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 6 * 3600),
)
_CALLS = Counter(
    "dateline_slack_calls", "Calls to Slack, by method and error.", ["method", "error"]
)
_CALL_SECONDS = Histogram(
    "dateline_slack_call_seconds",
    "How long Slack took to answer, by method.",
    ["method"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_WAITING = Gauge("dateline_deliveries_waiting", "Deliveries that were begun and are not over.")
_WAITING_AGE = Gauge(
    "dateline_deliveries_waiting_age_seconds", "How long the oldest of them was left alone."
)
_OVERDUE = Gauge(
    "dateline_slots_overdue", "Subscriptions whose time has come and that nobody claimed."
)
_OVERDUE_AGE = Gauge("dateline_slots_overdue_age_seconds", "How long the oldest of them waits.")
_LAST_LOOK = Gauge(
    "dateline_last_look_timestamp_seconds", "When the figures of what waits were last looked up."
)

# What config/alerts.yml watches starts at 0: Prometheus sees no increase from absent to 1.
for _kind in DeliveryKind:
    for _outcome in ("posted", "skipped", "failed", "unsure", PAUSED):
        _DELIVERIES.labels(_kind.value, _outcome)
for _error in (_NO_ERROR, "invalid_auth", "not_authed", "token_expired", "token_rotation"):
    _CALLS.labels("chat.postMessage", _error)


def count_delivery(
    kind: DeliveryKind, outcome: DeliveryState | str, lateness: float | None = None
) -> None:
    """Count a delivery that ended; `lateness` is the seconds that a posted digest came late."""
    _DELIVERIES.labels(kind.value, str(outcome)).inc()
    if lateness is not None:
        _LATENESS.observe(max(0.0, lateness))


@contextmanager
def measure_slack_call(method: str) -> Iterator[None]:
    """Count and time a call, by the error that it ends with, if any."""
    error, start = _NO_ERROR, time.perf_counter()
    try:
        yield
    except BaseException as e:
        error = e.code if isinstance(e, PostFailed) and e.code in FAILURES else _OTHER_ERROR
        raise
    finally:
        _CALLS.labels(method, error).inc()
        _CALL_SECONDS.labels(method).observe(time.perf_counter() - start)


def show_waiting(started: Sequence[datetime], due: Sequence[datetime], now: datetime) -> None:
    """Set the gauges from when each open delivery was last touched, and each slot was due."""
    for count, age, times in ((_WAITING, _WAITING_AGE, started), (_OVERDUE, _OVERDUE_AGE, due)):
        count.set(len(times))
        age.set((now - min(times)).total_seconds() if times else 0.0)
    _LAST_LOOK.set(now.timestamp())
