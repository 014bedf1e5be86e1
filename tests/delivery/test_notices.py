"""The channel that added a feed hears once that it broke."""

from dataclasses import replace

from bot.delivery.notices import FeedNotices
from bot.model import Feed
from bot.playground.faults import Failing
from tests.bureau import TEAM, DeliveryEnv
from tests.slack_server import CHANNEL

URL = "https://orm.example/feed"


async def broken(
    bureau: DeliveryEnv, failures: int = 3, *, ended: bool = False, team: str | None = TEAM
) -> Feed:
    """A feed that failed so often, or ended."""
    feed = await bureau.store.feeds.add(URL, team, bureau.hands.now(), CHANNEL if team else None)
    ill = replace(
        feed,
        title="Orm <Weekly>",
        failures=failures,
        last_error="the server has a fault (HTTP 500)",
        next_check=None if ended else bureau.hands.now(),
    )
    await bureau.store.feeds.save(ill)
    return ill


def notices(bureau: DeliveryEnv) -> FeedNotices:
    """As after a restart."""
    return FeedNotices(bureau.store.feeds, bureau.chat, bureau.hands)


def said(bureau: DeliveryEnv) -> list[str]:
    """What Dateline wrote in the channel."""
    return [
        message["text"]
        for message in bureau.slack.messages(CHANNEL, user=None)
        if message.get("bot_id")
    ]


async def test_it_is_told_once_with_the_cure(bureau: DeliveryEnv) -> None:
    """Its channel gets one message, however often it fails on and whatever restarts; it says why and what to do."""
    feed = await broken(bureau)
    assert [await notices(bureau).tell() for _ in range(3)] == [1, 0, 0]
    await bureau.store.feeds.save(replace(feed, failures=7))
    assert await notices(bureau).tell() == 0
    (text,) = said(bureau)
    assert "3 times in a row: the server has a fault (HTTP 500)" in text
    assert f"/digest feeds remove {feed.id}" in text
    assert "<Weekly>" not in text


async def test_a_feed_that_was_well_again_is_told_of_again(bureau: DeliveryEnv) -> None:
    """A success makes the next trouble news."""
    feed = await broken(bureau)
    await notices(bureau).tell()
    await bureau.store.feeds.save(replace(feed, failures=0, last_error=None))
    assert await notices(bureau).tell() == 0
    await bureau.store.feeds.save(feed)
    assert await notices(bureau).tell() == 1


async def test_an_ended_feed_is_told_as_ended(bureau: DeliveryEnv) -> None:
    """410 at the first time: the channel hears that it is asked no more."""
    await broken(bureau, failures=1, ended=True)
    assert await notices(bureau).tell() == 1
    assert "has ended" in said(bureau)[0]


async def test_neither_a_slip_nor_the_operator_s_feed_is_told(bureau: DeliveryEnv) -> None:
    """Two failures are no news; a feed of the operator's has no channel, and stands in the log."""
    await broken(bureau, failures=2)
    await broken(bureau, team=None)
    assert await notices(bureau).tell() == 0
    assert said(bureau) == []


async def test_where_slack_is_away_it_is_told_later(bureau: DeliveryEnv) -> None:
    """A passing fault of Slack's leaves it to be told; a channel that is closed to us is left in peace."""
    await broken(bureau)
    bureau.slack.fail("chat.postMessage", how=Failing.RATE_LIMITED, retry_after=30)
    assert await notices(bureau).tell() == 0
    assert await notices(bureau).tell() == 1
    bureau.slack.fail("chat.postMessage", how=Failing.ERROR, code="is_archived")
    (feed,) = await bureau.store.feeds.get_all(TEAM)
    await bureau.store.feeds.mark_reported(feed, None)
    assert [await notices(bureau).tell() for _ in range(2)] == [0, 0]
    assert len(said(bureau)) == 1
