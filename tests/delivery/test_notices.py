"""The channel that added a feed hears once that it broke."""

from dataclasses import replace

from bot.delivery.notices import report_broken_feeds
from bot.model import Feed
from tests.delivery_env import TEAM, DeliveryEnv
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL

URL = "https://orm.example/feed"


async def broken(
    env: DeliveryEnv, failures: int = 3, *, ended: bool = False, team: str | None = TEAM
) -> Feed:
    """A feed that failed so often, or ended."""
    feed = await env.store.feeds.add(URL, team, env.clock.now(), CHANNEL if team else None)
    ill = replace(
        feed,
        title="Orm <Weekly>",
        failures=failures,
        last_error="the server has a fault (HTTP 500)",
        next_check=None if ended else env.clock.now(),
    )
    await env.store.feeds.save(ill)
    return ill


async def report(env: DeliveryEnv) -> int:
    """Report the broken feeds, and return how many."""
    return await report_broken_feeds(env.store.feeds, env.chat, env.clock)


def said(env: DeliveryEnv) -> list[str]:
    """What Dateline wrote in the channel."""
    return [
        message["text"]
        for message in env.slack.messages(CHANNEL, user=None)
        if message.get("bot_id")
    ]


async def test_it_is_told_once_with_the_cure(env: DeliveryEnv) -> None:
    """Its channel gets one message, however often it fails on and whatever restarts.

    It says why and what to do.
    """
    feed = await broken(env)
    assert [await report(env) for _ in range(3)] == [1, 0, 0]
    await env.store.feeds.save(replace(feed, failures=7))
    assert await report(env) == 0
    (text,) = said(env)
    assert "3 times in a row: the server has a fault (HTTP 500)" in text
    assert f"/digest feeds remove {feed.id}" in text
    assert "<Weekly>" not in text


async def test_a_feed_that_was_well_again_is_told_of_again(env: DeliveryEnv) -> None:
    """A success makes the next trouble news."""
    feed = await broken(env)
    await report(env)
    await env.store.feeds.save(replace(feed, failures=0, last_error=None))
    assert await report(env) == 0
    await env.store.feeds.save(feed)
    assert await report(env) == 1


async def test_an_ended_feed_is_told_as_ended(env: DeliveryEnv) -> None:
    """410 at the first time: the channel hears that it is asked no more."""
    await broken(env, failures=1, ended=True)
    assert await report(env) == 1
    assert "has ended" in said(env)[0]


async def test_neither_a_slip_nor_the_operator_s_feed_is_told(env: DeliveryEnv) -> None:
    """Two failures are no news; a feed of the operator's has no channel, and stands in the log."""
    await broken(env, failures=2)
    await broken(env, team=None)
    assert await report(env) == 0
    assert said(env) == []


async def test_where_slack_is_away_it_is_told_later(env: DeliveryEnv) -> None:
    """A passing fault of Slack's leaves it to be told.

    A channel that is closed to us is left in peace.
    """
    await broken(env)
    env.slack.fail("chat.postMessage", how=FailureMode.RATE_LIMITED, retry_after=30)
    assert await report(env) == 0
    assert await report(env) == 1
    env.slack.fail("chat.postMessage", how=FailureMode.ERROR, code="is_archived")
    (feed,) = await env.store.feeds.get_all(TEAM)
    await env.store.feeds.mark_reported(feed, None)
    assert [await report(env) for _ in range(2)] == [0, 0]
    assert len(said(env)) == 1
