"""Listeners acknowledge in time, work once, and report failures to the person."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.listeners.error_messages import describe_error
from bot.listeners.registration import wrap
from bot.listeners.request import SlackRequest
from bot.model.errors import PostFailed, StoreUnavailable
from tests.listeners.conftest import SlackEnv, words
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL

SECRET = "the minister's unpublished words"


async def test_slow_work_does_not_hold_the_ack(env: SlackEnv):
    """Slack gets its acknowledgement while the work still waits."""
    env.web.gate.clear()
    reply = await env.slack.command("/digest read https://courier.example/slow")
    assert reply.problem is None
    assert env.tasks.running
    env.web.gate.set()


async def test_work_that_raises_at_once_keeps_the_ack_and_tells_the_person(env: SlackEnv):
    """A failure right after the ack is logged with a reference that the person gets too."""

    async def broken(_request: SlackRequest) -> None:
        raise RuntimeError(SECRET)

    env.bolt.command("/broken")(wrap(broken, env.services))
    with capture_logs() as logs:
        reply = await env.slack.command("/broken")
        await env.tasks.settled()
    assert reply.problem is None
    shown = words(env.slack.ephemerals()[-1])
    assert "Something unexpected" in shown
    assert SECRET not in shown
    (entry,) = [entry for entry in logs if entry["event"] == "listener failed"]
    assert f"`{entry['reference']}`" in shown
    assert SECRET not in str(logs)
    assert "in broken" in entry["trace"]


async def test_an_unreachable_database_is_told_to_the_person(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """Without a database, the person still gets a message."""

    async def gone(*_: object) -> bool:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(env.store, "is_new_event", gone)
    await env.slack.command("/digest status")
    await env.tasks.settled()
    assert "can't reach my database" in words(env.slack.ephemerals()[-1])


async def test_a_repeated_command_is_carried_out_once(env: SlackEnv):
    """Slack repeats a command that it saw no answer to; one trigger id works once."""
    await asyncio.gather(*(env.send_command("now", trigger="8.2.abc") for _ in range(3)))
    await env.tasks.settled()
    assert len([m for m in env.slack.ephemerals() if "nothing was posted" in words(m).lower()]) == 1


@pytest.mark.parametrize("answer_at", ["long-expired", None], ids=["closed", "status 500"])
async def test_an_answer_goes_another_way_where_its_address_is_closed(
    env: SlackEnv, answer_at: str | None
):
    """What the response_url does not take stands in the channel, for the person alone."""
    if answer_at is None:
        env.slack.fail("response_url", how=FailureMode.STATUS, status=500)
    await env.send_command("status", trigger="9.9.z", answer_at=answer_at)
    await env.tasks.settled()
    (answer,) = env.slack.ephemerals()
    assert "subscription" in words(answer)


async def test_how_each_request_ended_is_counted(env: SlackEnv):
    """/metrics counts requests done, misunderstood and failed."""
    labels = {"listener": "digest"}

    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("dateline_asked_total", labels | {"outcome": outcome}) or 0

    before = {outcome: counted(outcome) for outcome in ("done", "misunderstood", "failed")}
    for line in ("status", "stauts", "read https://courier.example/gone"):
        await env.type(line)
    assert {outcome: counted(outcome) - before[outcome] for outcome in before} == dict.fromkeys(
        before, 1
    )


async def test_an_address_stays_out_of_the_log(env: SlackEnv):
    """An address, which may contain a key, is shown to the person and never logged."""
    with capture_logs() as logs:
        await env.type("read https://courier.example/gone?token=sesame")
    assert "sesame" in words(env.slack.ephemerals()[-1])
    assert "sesame" not in str(logs)


@pytest.mark.parametrize(
    "code", ["not_in_channel", "missing_scope", "expired_trigger_id", "never_heard_of"]
)
def test_every_refusal_of_slack_has_something_to_do(code: str):
    """Each of Slack's errors is answered with a cure, known or not."""
    problem, to_do = describe_error(PostFailed("chat.postMessage", code, permanent=True))
    assert problem
    assert to_do


async def test_answers_are_ephemeral(env: SlackEnv):
    """No answer to a command is visible to others."""
    for line in ("help", "status", "list", "subscribe", "who Nobody", "nonsense"):
        await env.type(line)
    assert env.slack.posted(CHANNEL) == []
