"""A part that Slack may have taken is found or sent, however much was written meanwhile."""

from datetime import timedelta

import pytest

from bot.delivery.digests import UNANSWERED_CALL_GRACE
from bot.model import Delivery, DeliveryState
from tests.delivery_env import TEAM, ZONE, DeliveryEnv
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL

POST, HISTORY, REPLIES = "chat.postMessage", "conversations.history", "conversations.replies"


async def say(env: DeliveryEnv, times: int, thread: str | None = None) -> None:
    """Let people talk in the channel, or in a thread."""
    for number in range(times):
        await env.slack.say(f"talk {number}", thread=thread)


async def in_doubt(env: DeliveryEnv, how: FailureMode, *, parts: int = 0) -> Delivery:
    """A digest whose next part, after so many, got no answer."""
    await env.news()
    real, calls = env.chat.post, []

    async def failing(*args: object, **told: object) -> str:
        calls.append(told)
        if len(calls) == parts + 1:
            env.slack.fail(POST, how=how)
        return await real(*args, **told)  # type: ignore[arg-type]

    env.chat.post = failing  # type: ignore[method-assign]
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.chat.post = real  # type: ignore[method-assign]
    assert (delivery.state, len(delivery.part_timestamps)) == (DeliveryState.SENDING, parts)
    return delivery


async def recovered(env: DeliveryEnv, delivery: Delivery, *, ticks: int = 1) -> Delivery:
    """The delivery after some ticks, each once nothing may take effect any more."""
    for _ in range(ticks):
        env.clock.forward(seconds=UNANSWERED_CALL_GRACE.total_seconds() + 31)
        await env.digests.recover()
    return await env.store.deliveries.get(delivery.id)


def whole(env: DeliveryEnv, delivery: Delivery) -> bool:
    """Whether each part stands there once."""
    return sorted(env.parts()) == [(delivery.id, part) for part in range(3)]


@pytest.mark.parametrize("how", [FailureMode.DROP_BEFORE, FailureMode.DROP_AFTER])
async def test_sixty_messages_later_it_is_still_found_out(
    env: DeliveryEnv, how: FailureMode
) -> None:
    """However far the channel has gone on, the digest is posted once, and nobody is asked."""
    delivery = await in_doubt(env, how)
    await say(env, 60)
    assert (await recovered(env, delivery)).state is DeliveryState.POSTED
    assert whole(env, delivery)


@pytest.mark.parametrize("how", [FailureMode.DROP_BEFORE, FailureMode.DROP_AFTER])
async def test_a_thread_that_went_on_is_looked_through(env: DeliveryEnv, how: FailureMode) -> None:
    """The same in the digest's thread, where people answered sixty times."""
    delivery = await in_doubt(env, how, parts=1)
    await say(env, 60, thread=delivery.part_timestamps[0])
    ended = await recovered(env, delivery)
    assert (ended.state, ended.reason) == (DeliveryState.POSTED, None)
    assert whole(env, delivery)


async def test_only_what_came_since_the_sending_is_read(env: DeliveryEnv) -> None:
    """What was said between composing and sending costs no call.

    A digest may have waited for hours.
    """
    await env.news()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=3600)
    waits = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    await say(env, 60)
    env.clock.forward(hours=1, minutes=1)
    env.slack.fail(POST, how=FailureMode.DROP_AFTER)
    await env.digests.recover()
    calls = len(env.slack.calls_of(HISTORY))
    assert (await recovered(env, waits)).state is DeliveryState.POSTED
    assert len(env.slack.calls_of(HISTORY)) == calls + 1
    assert whole(env, waits)


async def test_a_look_goes_on_where_a_limit_cut_it_short(env: DeliveryEnv) -> None:
    """An app that may read one page a minute gets through five pages in five minutes.

    They are the newest, and the four from the beginning of the try.
    """
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    await say(env, 50)
    real = env.slack.faults.take
    last: list[float] = []

    def one_a_minute(method: str) -> object:
        now = env.clock.now().timestamp()
        if method == HISTORY and last and now - last[-1] < 60:
            env.slack.fail(
                HISTORY, how=FailureMode.RATE_LIMITED, retry_after=round(60 - (now - last[-1]))
            )
        elif method == HISTORY:
            last.append(now)
        return real(method)

    env.slack.faults.take = one_a_minute  # type: ignore[method-assign,assignment]
    assert (await recovered(env, delivery, ticks=4)).state is DeliveryState.SENDING
    assert (await recovered(env, delivery, ticks=2)).state is DeliveryState.POSTED
    assert len(last) == 5
    assert whole(env, delivery)


async def test_many_limits_in_a_row_leave_nothing_unsure(env: DeliveryEnv) -> None:
    """Ten looks that Slack sends away are ten waits: the eleventh finds the part."""
    delivery = await in_doubt(env, FailureMode.DROP_AFTER)
    env.slack.fail(HISTORY, how=FailureMode.RATE_LIMITED, retry_after=1, times=10)
    assert (await recovered(env, delivery, ticks=10)).state is DeliveryState.SENDING
    assert (await recovered(env, delivery)).state is DeliveryState.POSTED
    assert whole(env, delivery)


async def test_a_history_that_is_never_told_asks_a_person(env: DeliveryEnv) -> None:
    """Half a day in which Slack's history gave no answer ends the looking."""
    delivery = await in_doubt(env, FailureMode.DROP_AFTER)
    env.slack.fail(HISTORY, "service_unavailable", times=3)
    env.clock.forward(hours=11)
    assert (await recovered(env, delivery)).state is DeliveryState.SENDING
    env.clock.forward(hours=1)
    assert (await recovered(env, delivery)).state is DeliveryState.UNSURE


async def test_a_place_that_slack_forgot_is_looked_for_anew(env: DeliveryEnv) -> None:
    """A cursor that has become void costs a look, not the digest."""
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    await say(env, 20)
    real = env.slack.faults.take
    orders = iter([None, "ratelimited", "invalid_cursor"])

    def in_turn(method: str) -> object:
        if method == HISTORY and (code := next(orders, None)):
            env.slack.fail(HISTORY, code)
        return real(method)

    env.slack.faults.take = in_turn  # type: ignore[method-assign,assignment]
    assert (await recovered(env, delivery, ticks=2)).state is DeliveryState.SENDING
    assert (await recovered(env, delivery)).state is DeliveryState.POSTED
    assert whole(env, delivery)


async def test_more_than_a_thousand_messages_ask_a_person(env: DeliveryEnv) -> None:
    """The looking has an end, and the reason says which."""
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    await say(env, 1_010)
    ended = await recovered(env, delivery)
    assert ended.state is DeliveryState.UNSURE
    assert "1,000 messages" in (ended.reason or "")
    assert env.parts() == []


@pytest.mark.parametrize("ahead", [-4, 4], ids=["behind", "ahead"])
async def test_a_clock_some_minutes_off_finds_the_part(env: DeliveryEnv, ahead: int) -> None:
    """Our clock need not be Slack's: four minutes of difference post nothing twice."""

    def slacks() -> float:
        return (env.clock.now() - timedelta(minutes=ahead)).timestamp()

    env.slack.workspace.clock = slacks
    delivery = await in_doubt(env, FailureMode.DROP_AFTER)
    assert (await recovered(env, delivery)).state is DeliveryState.POSTED
    assert whole(env, delivery)


async def test_each_try_has_its_half_minute(env: DeliveryEnv) -> None:
    """The second call without an answer, too, may take effect for half a minute.

    Nobody looks before.
    """
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    env.slack.fail(POST, how=FailureMode.DROP_AFTER)
    await recovered(env, delivery)
    looks = len(env.slack.calls_of(HISTORY))
    env.clock.forward(seconds=UNANSWERED_CALL_GRACE.total_seconds() - 5)
    await env.digests.recover()
    assert len(env.slack.calls_of(HISTORY)) == looks
    assert (await recovered(env, delivery)).state is DeliveryState.POSTED
    assert whole(env, delivery)


async def test_an_article_withdrawn_while_in_doubt_is_not_sent(env: DeliveryEnv) -> None:
    """What is looked for and not there is sent only if it may still be shown."""
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    assert await env.store.articles.withdraw(None, "article-1")
    ended = await recovered(env, delivery)
    assert ended.state is DeliveryState.FAILED
    assert env.parts() == []


async def test_five_silences_are_a_failure_and_no_doubt(env: DeliveryEnv) -> None:
    """Slack that takes nothing and answers nothing is looked at after the fifth try as after each.

    Nothing is there.
    """
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    env.slack.fail(POST, how=FailureMode.DROP_BEFORE, times=100)
    ended = await recovered(env, delivery, ticks=10)
    assert ended.state is DeliveryState.FAILED
    assert "didn't answer" in (ended.reason or "")
    assert len(env.slack.calls_of(POST)) == 5


async def test_the_fifth_silence_is_looked_at_too(env: DeliveryEnv) -> None:
    """What Slack took at last, without an answer, is found and counts."""
    delivery = await in_doubt(env, FailureMode.DROP_BEFORE)
    env.slack.fail(POST, how=FailureMode.DROP_BEFORE, times=3)
    env.slack.fail(POST, how=FailureMode.DROP_AFTER)
    assert (await recovered(env, delivery, ticks=5)).state is DeliveryState.POSTED
    assert whole(env, delivery)
