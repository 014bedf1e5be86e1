"""/metrics counts what happens, under names and labels that follow Prometheus' conventions."""

import sqlite3
from collections.abc import Iterator

import pytest
import structlog
from prometheus_client import REGISTRY

from bot.app.roles import Heartbeat, Role
from bot.delivery.metrics import measure_slack_call
from bot.delivery.slack import slack_call
from bot.delivery.slack_errors import FAILURES
from bot.intake import intake
from bot.model import DeliveryState
from bot.model.errors import PostFailed, StoreUnavailable
from tests.delivery_env import TEAM, ZONE, DeliveryEnv, env, env_url
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL

__all__ = ["env", "env_url"]

POST = "chat.postMessage"


def sample_value(name: str, **labels: str) -> float:
    """Return the current sample_value of a sample."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """Collect each log line, with the context bound to it."""
    caught = structlog.testing.LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, caught])
    yield caught.entries
    structlog.configure(**before)


async def test_a_digest_is_counted(env: DeliveryEnv) -> None:
    """A scheduled digest counts once, with its lateness; Slack calls count by method and error."""
    before = sample_value("dateline_deliveries_total", kind="scheduled", outcome="posted")
    late = sample_value("dateline_digest_lateness_seconds_sum")
    calls = sample_value("dateline_slack_calls_total", method=POST, error="none")
    slow = sample_value("dateline_slack_calls_total", method=POST, error="ratelimited")
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "ratelimited")
    env.clock.forward(seconds=30)
    await env.digests.deliver_due()
    assert (
        sample_value("dateline_deliveries_total", kind="scheduled", outcome="posted") == before + 1
    )
    assert sample_value("dateline_slack_calls_total", method=POST, error="none") == calls + 3
    assert sample_value("dateline_slack_calls_total", method=POST, error="ratelimited") == slow + 1
    assert 30 <= sample_value("dateline_digest_lateness_seconds_sum") - late < 60


async def test_waiting_work_is_shown(env: DeliveryEnv) -> None:
    """A due slot and an unfinished delivery show in the gauges, with their age."""
    await env.news()
    await env.subscribe()
    env.clock.forward(seconds=40)
    await env.digests.count_waiting()
    assert sample_value("dateline_slots_overdue") == 1
    assert sample_value("dateline_slots_overdue_age_seconds") == 40
    await env.digests.deliver_due()
    await env.digests.count_waiting()
    assert sample_value("dateline_slots_overdue") == 0
    assert sample_value("dateline_deliveries_waiting") == 0


async def test_a_closed_channel_counts_as_paused(env: DeliveryEnv) -> None:
    """A digest stopped by a closed channel counts as "paused", which raises no alert."""
    before = [
        sample_value("dateline_deliveries_total", kind="scheduled", outcome=outcome)
        for outcome in ("paused", "failed")
    ]
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "is_archived")
    await env.digests.deliver_due()
    after = [
        sample_value("dateline_deliveries_total", kind="scheduled", outcome=outcome)
        for outcome in ("paused", "failed")
    ]
    assert after == [before[0] + 1, before[1]]


async def test_a_process_shows_when_it_last_wrote(env: DeliveryEnv) -> None:
    """A heartbeat that the database stored moves the gauge, and one that failed does not."""
    heartbeat = Heartbeat(env.store, env.clock, Role.WEB)
    await heartbeat.beat()
    wrote = sample_value("dateline_last_beat_timestamp_seconds")
    assert wrote == env.clock.now().timestamp()
    env.clock.forward(seconds=60)
    await env.store.close()
    with sqlite3.connect(env.url.removeprefix("sqlite:///")) as database:
        database.execute("DROP TABLE processes")
    with pytest.raises(StoreUnavailable):
        await heartbeat.beat()
    assert sample_value("dateline_last_beat_timestamp_seconds") == wrote


def test_labels_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources beyond the maximum share one label, and unknown errors are labelled "other"."""
    monkeypatch.setattr(intake, "_source_labels", set())
    monkeypatch.setattr(intake, "MAX_SOURCE_LABELS", 3)
    others = sample_value("dateline_articles_total", source="other", outcome="stored")
    for number in range(10):
        intake.count_article(f"made-up source {number}", "stored", 2)
    assert sample_value("dateline_articles_total", source="other", outcome="stored") == others + 7
    assert len(intake._source_labels) == 3


def test_a_failure_without_a_code_is_counted() -> None:
    """An exception without an error code is counted under a fixed label, and still raised."""
    before = sample_value("dateline_slack_calls_total", method="made.up", error="other")
    with pytest.raises(PostFailed), measure_slack_call("made.up"):
        raise PostFailed("made.up", "something_new", permanent=True)
    assert sample_value("dateline_slack_calls_total", method="made.up", error="other") == before + 1
    assert "something_new" not in FAILURES


async def test_every_slack_call_is_counted() -> None:
    """Calls by listeners and `doctor` count like those of a digest, refusals by their code."""

    async def call(fault: Exception | None = None) -> None:
        async with slack_call("views.publish"):
            if fault:
                raise fault

    before = [
        sample_value("dateline_slack_calls_total", method="views.publish", error=error)
        for error in ("none", "timeout")
    ]
    await call()
    with pytest.raises(PostFailed):
        await call(TimeoutError())
    after = [
        sample_value("dateline_slack_calls_total", method="views.publish", error=error)
        for error in ("none", "timeout")
    ]
    assert after == [count + 1 for count in before]


def test_names_follow_the_conventions() -> None:
    """Each metric begins with our prefix, names its unit, and has a help text."""
    ours = [family for family in REGISTRY.collect() if family.name.startswith("dateline_")]
    assert len(ours) > 10
    for family in ours:
        assert family.documentation.endswith(".")
        assert family.name == family.name.lower()
        if family.type == "histogram":
            assert family.name.endswith("_seconds")


async def test_log_lines_of_a_delivery_share_its_key(
    env: DeliveryEnv, lines: list[dict[str, object]]
) -> None:
    """Every log line of a delivery has its key, also when another process finishes it."""
    await env.news()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=600)
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="command-4711", zone=ZONE)
    assert delivery.state is not DeliveryState.POSTED
    env.clock.forward(seconds=700)
    await env.start().recover()
    assert (await env.store.deliveries.get(delivery.id)).state is DeliveryState.POSTED
    events = [line["event"] for line in lines if line.get("key") == "command-4711"]
    assert "post failed" in events
    assert events[-1] == "delivery ended"
    assert not [
        line
        for line in lines
        if line.get("delivery") == delivery.id and line.get("key") != "command-4711"
    ]
