"""/metrics has known names and few labels; one id leads from a command to its post."""

import sqlite3
from collections.abc import Iterator

import pytest
import structlog
from prometheus_client import REGISTRY

from bot.app.roles import Heartbeat, Role
from bot.delivery.metrics import measure_slack_call
from bot.delivery.slack import translated
from bot.delivery.slack_errors import FAILURES
from bot.intake import metrics
from bot.model import DeliveryState
from bot.model.errors import PostFailed, StoreUnavailable
from bot.playground.api import FailureMode
from tests.delivery_env import TEAM, ZONE, DeliveryEnv, env, env_url
from tests.slack_server import CHANNEL

__all__ = ["env", "env_url"]

POST = "chat.postMessage"


def value(name: str, **labels: str) -> float:
    """Give a sample as it stands."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """Every log line of ours, with what is bound to it."""
    caught = structlog.testing.LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, caught])
    yield caught.entries
    structlog.configure(**before)


async def test_a_digest_is_counted(env: DeliveryEnv) -> None:
    """A scheduled digest counts once, with its lateness, and its calls by method and error."""
    before = value("dateline_deliveries_total", kind="scheduled", outcome="posted")
    late = value("dateline_digest_lateness_seconds_sum")
    calls = value("dateline_slack_calls_total", method=POST, error="none")
    slow = value("dateline_slack_calls_total", method=POST, error="ratelimited")
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "ratelimited")
    env.clock.forward(seconds=30)
    await env.digests.deliver_due()
    assert value("dateline_deliveries_total", kind="scheduled", outcome="posted") == before + 1
    assert value("dateline_slack_calls_total", method=POST, error="none") == calls + 3
    assert value("dateline_slack_calls_total", method=POST, error="ratelimited") == slow + 1
    assert 30 <= value("dateline_digest_lateness_seconds_sum") - late < 60


async def test_what_waits_is_shown(env: DeliveryEnv) -> None:
    """A slot that nobody claimed and a delivery that nobody ended are shown, with their age."""
    await env.news()
    await env.subscribe()
    env.clock.forward(seconds=40)
    await env.digests.count_waiting()
    assert value("dateline_slots_overdue") == 1
    assert value("dateline_slots_overdue_age_seconds") == 40
    await env.digests.deliver_due()
    await env.digests.count_waiting()
    assert value("dateline_slots_overdue") == 0
    assert value("dateline_deliveries_waiting") == 0


async def test_a_closed_channel_is_no_failed_digest(env: DeliveryEnv) -> None:
    """Where a person of the channel was told the cure it counts as "paused", not as failed."""
    before = [
        value("dateline_deliveries_total", kind="scheduled", outcome=outcome)
        for outcome in ("paused", "failed")
    ]
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "is_archived")
    await env.digests.deliver_due()
    after = [
        value("dateline_deliveries_total", kind="scheduled", outcome=outcome)
        for outcome in ("paused", "failed")
    ]
    assert after == [before[0] + 1, before[1]]


async def test_a_process_shows_when_it_last_wrote(env: DeliveryEnv) -> None:
    """Each beat that the database took moves the figure on; one that it did not take leaves it."""
    heartbeat = Heartbeat(env.store, env.clock, Role.WEB)
    await heartbeat.beat()
    wrote = value("dateline_last_beat_timestamp_seconds")
    assert wrote == env.clock.now().timestamp()
    env.clock.forward(seconds=60)
    await env.store.close()
    with sqlite3.connect(env.url.removeprefix("sqlite:///")) as database:
        database.execute("DROP TABLE processes")
    with pytest.raises(StoreUnavailable):
        await heartbeat.beat()
    assert value("dateline_last_beat_timestamp_seconds") == wrote


def test_labels_stay_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources beyond the most are counted together, and an error that we do not know as "other"."""
    monkeypatch.setattr(metrics, "_labels", set())
    monkeypatch.setattr(metrics, "MAX_SOURCE_LABELS", 3)
    others = value("dateline_articles_total", source="other", outcome="stored")
    for number in range(10):
        metrics.count_article(f"made-up source {number}", "stored", 2)
    assert value("dateline_articles_total", source="other", outcome="stored") == others + 7
    assert len(metrics._labels) == 3


def test_an_unknown_failure_has_a_label_of_ours() -> None:
    """What ends a call without a code is counted, and raised all the same."""
    before = value("dateline_slack_calls_total", method="made.up", error="other")
    with pytest.raises(PostFailed), measure_slack_call("made.up"):
        raise PostFailed("made.up", "something_new", permanent=True)
    assert value("dateline_slack_calls_total", method="made.up", error="other") == before + 1
    assert "something_new" not in FAILURES


async def test_every_call_is_counted_whoever_makes_it() -> None:
    """What listeners and `doctor` call counts as what a digest calls; errors by their name."""

    async def call(fault: Exception | None = None) -> None:
        async with translated("views.publish"):
            if fault:
                raise fault

    before = [
        value("dateline_slack_calls_total", method="views.publish", error=error)
        for error in ("none", "timeout")
    ]
    await call()
    with pytest.raises(PostFailed):
        await call(TimeoutError())
    after = [
        value("dateline_slack_calls_total", method="views.publish", error=error)
        for error in ("none", "timeout")
    ]
    assert after == [count + 1 for count in before]


def test_names_follow_the_conventions() -> None:
    """Each name begins with ours, says its unit, and has a help text."""
    ours = [family for family in REGISTRY.collect() if family.name.startswith("dateline_")]
    assert len(ours) > 10
    for family in ours:
        assert family.documentation.endswith(".")
        assert family.name == family.name.lower()
        if family.type == "histogram":
            assert family.name.endswith("_seconds")


async def test_one_id_leads_from_the_command_to_the_post(
    env: DeliveryEnv, lines: list[dict[str, object]]
) -> None:
    """Every line of a delivery has its key, also in another process that finishes it."""
    await env.news()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=600)
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="command-4711", zone=ZONE)
    assert delivery.state is not DeliveryState.POSTED
    env.clock.forward(seconds=700)
    await env.start().recover()
    assert (await env.store.deliveries.get(delivery.id)).state is DeliveryState.POSTED
    told = [line["event"] for line in lines if line.get("key") == "command-4711"]
    assert told[0] == "post failed"
    assert told[-1] == "delivery ended"
    assert not [
        line
        for line in lines
        if line.get("delivery") == delivery.id and line.get("key") != "command-4711"
    ]
