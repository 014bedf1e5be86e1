"""What is counted for /metrics: names by Prometheus' conventions, labels that cannot grow without end.

https://prometheus.io/docs/practices/naming/
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from bot.model import DeliveryKind, DeliveryState

# Teams add feeds as they like: beyond so many, sources are counted together.
MOST_SOURCES = 200
OTHERS = "other"
_NEVER = "none"

_ARTICLES = Counter(
    "dateline_articles",
    "Articles that came in, by source and what became of them.",
    ["source", "outcome"],
)
_STATEMENTS = Counter("dateline_statements", "Statements found in the articles that were stored.")
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
WAITING = Gauge("dateline_deliveries_waiting", "Deliveries that were begun and are not over.")
WAITING_AGE = Gauge(
    "dateline_deliveries_waiting_age_seconds", "How long the oldest of them was left alone."
)
OVERDUE = Gauge(
    "dateline_slots_overdue", "Subscriptions whose time has come and that nobody claimed."
)
OVERDUE_AGE = Gauge("dateline_slots_overdue_age_seconds", "How long the oldest of them waits.")
TICKED = Gauge(
    "dateline_last_look_timestamp_seconds", "When the figures of what waits were last looked up."
)
JOBS = Gauge("dateline_jobs", "Jobs in the queue of many processes, by state.", ["state"])
JOBS_AGE = Gauge(
    "dateline_jobs_waiting_age_seconds", "How long the oldest job that may begin has waited."
)
BEAT_AT = Gauge(
    "dateline_last_beat_timestamp_seconds",
    "When this process last wrote to the database that it runs.",
)

# A delivery that failed for a channel, or a workspace, that is closed to us: whoever can mend that was told.
PAUSED = "paused"
_ENDS = (
    DeliveryState.POSTED,
    DeliveryState.SKIPPED,
    DeliveryState.FAILED,
    DeliveryState.UNSURE,
    PAUSED,
)
# Slack does not take our token: config/alerts.yml.
_REFUSED = ("invalid_auth", "not_authed", "token_expired", "token_rotation")

# What an alert counts stands at 0 before it first happens: from nothing to 1 Prometheus sees no increase.
for _kind in DeliveryKind:
    for _end in _ENDS:
        _DELIVERIES.labels(_kind.value, str(_end))
for _error in (_NEVER, *_REFUSED):
    _CALLS.labels("chat.postMessage", _error)

_sources: set[str] = set()


def count_article(source: str | None, outcome: str, statements: int = 0) -> None:
    """Count an article that came in; of a new one, what is said in it."""
    _ARTICLES.labels(_bounded(source or "unnamed"), outcome).inc()
    _STATEMENTS.inc(statements)


def count_delivery(kind: str, outcome: str, late: float | None = None) -> None:
    """Count a delivery that ended; `late` is in seconds, for a digest that a schedule asked for and that was posted."""
    _DELIVERIES.labels(kind, outcome).inc()
    if late is not None:
        _LATENESS.observe(max(0.0, late))


@contextmanager
def slack_call(method: str) -> "Iterator[Outcome]":
    """Time a call; the block names its error, if there is one."""
    outcome = Outcome()
    began = time.perf_counter()
    try:
        yield outcome
    except BaseException:
        outcome.error = outcome.error or OTHERS
        raise
    finally:
        _CALLS.labels(method, outcome.error or _NEVER).inc()
        _CALL_SECONDS.labels(method).observe(time.perf_counter() - began)


class Outcome:
    """How a call ended: the error's name, from a list that is ours."""

    error: str | None = None


def show_waiting(begun: Sequence[datetime], due: Sequence[datetime], now: datetime) -> None:
    """Show how much waits: since when deliveries were left alone, since when slots are due."""
    for count, age, since in ((WAITING, WAITING_AGE, begun), (OVERDUE, OVERDUE_AGE, due)):
        count.set(len(since))
        age.set((now - min(since)).total_seconds() if since else 0.0)
    TICKED.set(now.timestamp())


def _bounded(source: str) -> str:
    if source not in _sources:
        if len(_sources) >= MOST_SOURCES:
            return OTHERS
        _sources.add(source)
    return source
