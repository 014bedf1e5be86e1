"""A digest is posted into its channel once, and a person is told what stands in the way."""

import asyncio
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.blocks.digest import digest_messages
from bot.delivery.digests import UNANSWERED_CALL_GRACE, Digests
from bot.delivery.slack import SlackChat
from bot.model import (
    Article,
    AtIntervals,
    AtOnce,
    ChannelHistory,
    DeliveryKind,
    DeliveryState,
    Message,
    Placement,
)
from bot.model.errors import NotFound
from bot.playground.slack_objects import BOT_USER_ID
from bot.playground.workspace import Channel
from bot.store import open_store
from tests.builders import HARBOUR, statement
from tests.delivery_env import TEAM, ZONE, DeliveryEnv, on_postgresql
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL

POST = "chat.postMessage"


async def test_preview_marks_nothing(env: DeliveryEnv) -> None:
    """Two previews show the same stories, and nothing is posted or marked as seen."""
    await env.news()
    first = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    second = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    assert len(first.entries) == 2
    assert first == second
    assert env.slack.calls == []
    assert (
        await env.store.deliveries.get_channel_history(TEAM, CHANNEL, env.clock.now())
    ).articles == frozenset()


async def test_post_now_posts_parent_and_thread(env: DeliveryEnv) -> None:
    """The channel gets one message, its thread one a story, each with its place in the delivery."""
    await env.news()
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.POSTED
    assert env.parts() == [(delivery.id, 0), (delivery.id, 1), (delivery.id, 2)]
    [parent] = env.slack.posted()
    assert delivery.part_timestamps[0] == parent["ts"]
    assert [reply["ts"] for reply in env.slack.thread(CHANNEL, parent["ts"])] == list(
        delivery.part_timestamps[1:]
    )
    assert parent["metadata"]["event_type"] == "dateline_digest"


async def test_what_was_posted_is_not_new(env: DeliveryEnv) -> None:
    """A second digest has nothing new; it says so and posts nothing."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    again = await env.digests.post_now(TEAM, CHANNEL, key="c2", zone=ZONE)
    assert again.state is DeliveryState.SKIPPED
    assert "was already posted here" in (again.reason or "")
    assert len(env.slack.posted()) == 1


async def test_a_topic_may_repeat(env: DeliveryEnv) -> None:
    """With a topic the channel is shown the matching stories again, and only those."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    again = await env.digests.post_now(TEAM, CHANNEL, key="c2", topic="ferry", zone=ZONE)
    assert again.state is DeliveryState.POSTED
    assert "Grey Island" in env.texts()[1]
    assert "harbour" not in env.texts()[1]


async def test_the_same_key_posts_once(env: DeliveryEnv) -> None:
    """A command that Slack delivers twice, even at once, posts one digest and returns it twice."""
    await env.news()
    one, two = await asyncio.gather(
        env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE),
        env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE),
    )
    assert one.id == two.id
    assert len(env.slack.posted()) == 1


async def test_two_commands_at_once_share_the_news(env: DeliveryEnv) -> None:
    """Two people ask at the same moment.

    The stories come once, and the second is told that nothing is new.
    """
    await env.news()
    states = await asyncio.gather(
        *(env.digests.post_now(TEAM, CHANNEL, key=key, zone=ZONE) for key in ("c1", "c2"))
    )
    assert sorted(delivery.state for delivery in states) == [
        DeliveryState.POSTED,
        DeliveryState.SKIPPED,
    ]
    assert len(env.slack.posted()) == 1


async def test_new_articles_make_an_update(env: DeliveryEnv) -> None:
    """A story the channel has seen comes back with its new article alone, marked as an update."""
    harbour = await env.file(env.builder.harbour())
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.clock.forward(hours=1)
    body = "Engineer Tomas Brandt said the third crane had failed too. " + HARBOUR
    words = statement(body, "Tomas Brandt", "the third crane had failed too", score=0.9)
    await env.file(
        env.builder.article(body, words, headline="Third crane fails", source="Sund Courier"),
        story=harbour.story,
    )
    digest = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    [entry] = digest.entries
    assert entry.update
    assert [source.outlet for source in entry.sources] == ["Sund Courier"]


async def test_an_article_that_its_feed_tells_by_another_id_is_not_news(env: DeliveryEnv) -> None:
    """It is stored again, and has no word that the channel has not seen."""
    harbour = await env.file(env.builder.harbour())
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.clock.forward(hours=1)
    await env.file(env.builder.harbour(), story=harbour.story)
    assert (await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries == ()


async def test_two_stories_that_became_one_are_not_told_again(env: DeliveryEnv) -> None:
    """A channel that saw both is shown what tied them alone; old numbers lead to the story."""
    await env.news()
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.digest is not None
    first, second = delivery.digest.entries
    env.clock.forward(hours=1)
    body = "Engineer Tomas Brandt said the third crane had failed too. " + HARBOUR
    words = statement(body, "Tomas Brandt", "the third crane had failed too", score=0.9)
    place = Placement(first.story, joining=second.articles)
    tie = await env.file(env.builder.article(body, words, headline="Cranes fail"), place=place)
    digest = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    assert [(entry.update, entry.articles) for entry in digest.entries] == [(True, (tie.id,))]
    for entry in (first, second):
        story = await env.store.articles.get_story(TEAM, entry.story, env.clock.now())
        shown = {article.id for article in story.articles}
        assert shown == {*first.articles, *second.articles, tie.id}


@pytest.mark.parametrize("days", [1, 13, 15, 90])
async def test_what_a_channel_saw_of_a_running_story_is_not_told_again(
    env: DeliveryEnv, days: int
) -> None:
    """However long ago that was, and whatever else it has been shown since.

    Only what is new is told.
    """
    harbour = await env.file(env.builder.harbour())
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.clock.forward(days=days)
    body = "Engineer Tomas Brandt said the third crane had failed too. " + HARBOUR
    words = statement(body, "Tomas Brandt", "the third crane had failed too", score=0.9)
    later = await env.file(
        env.builder.article(body, words, headline="Third crane fails", source="Sund Courier"),
        story=harbour.story,
    )
    other = await env.file(env.builder.ferry())
    found = (await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries
    told = {(entry.story, entry.update, entry.articles) for entry in found}
    assert told == {(harbour.story, True, (later.id,)), (other.story, False, (other.id,))}
    await env.digests.post_now(TEAM, CHANNEL, key="c2", zone=ZONE)
    assert (await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries == ()


async def test_what_a_channel_saw_long_ago_is_not_looked_through(env: DeliveryEnv) -> None:
    """A channel of many digests is asked for those of the last weeks.

    No story of today is older.
    """
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.clock.forward(days=20)
    await env.file(env.builder.harbour())
    reached: list[frozenset[int]] = []
    past = env.store.deliveries.get_channel_history

    async def noted(team: str, channel: str, since: datetime) -> ChannelHistory:
        found = await past(team, channel, since)
        reached.append(found.articles)
        return found

    env.store.deliveries.get_channel_history = noted  # type: ignore[method-assign]
    assert len((await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries) == 1
    assert reached == [frozenset()]


# --- on schedule ---


async def test_a_due_slot_is_posted_once(env: DeliveryEnv) -> None:
    """The tick posts what is due and moves the schedule on; a second tick finds nothing due."""
    await env.news()
    await env.subscribe()
    assert await env.digests.deliver_due() == 1
    assert await env.digests.deliver_due() == 0
    assert len(env.slack.posted()) == 1
    subscription = await env.subscription()
    assert subscription.next_due is not None
    assert subscription.next_due > env.clock.now()
    assert subscription.last_result == "Posted 2 stories on Sun 22 Nov at 14:00."


@on_postgresql
async def test_two_processes_post_a_slot_once(env: DeliveryEnv) -> None:
    """Two processes on one database tick at the same moment: the slot is taken by one."""
    await env.news()
    await env.subscribe()
    other = await open_store(env.url)
    taken = await asyncio.gather(env.digests.deliver_due(), env.start(other).deliver_due())
    await other.close()
    assert sorted(taken) == [0, 1]
    assert len(env.slack.posted()) == 1


@on_postgresql
async def test_two_processes_recover_a_delivery_once(env: DeliveryEnv) -> None:
    """Two processes find the same unfinished delivery: each part is posted by one of them."""
    await env.news()
    digest = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    now = env.clock.now()
    delivery = await env.store.deliveries.open(
        TEAM, CHANNEL, DeliveryKind.COMMAND, "c1", digest.since, now
    )
    assert delivery is not None
    await env.store.deliveries.compose(delivery.id, digest)
    env.clock.forward(minutes=1)
    other = await open_store(env.url)
    await asyncio.gather(env.digests.recover(), env.start(other).recover())
    await other.close()
    assert env.parts() == [(delivery.id, 0), (delivery.id, 1), (delivery.id, 2)]


async def test_missed_slots_are_one(env: DeliveryEnv) -> None:
    """After three days without a tick, one digest catches up."""
    await env.subscribe()
    env.clock.forward(days=3)
    await env.news()
    assert await env.digests.deliver_due() == 1
    assert await env.digests.deliver_due() == 0
    assert len(env.slack.posted()) == 1


async def test_without_a_subscription_the_operator_says_how_many(env: DeliveryEnv) -> None:
    """A digest holds as many stories as it was built to where no subscription says."""
    await env.news()
    one = Digests(env.store, env.chat, env.clock, top=1, sleep=env.clock.sleep)
    assert [
        len((await d.preview(TEAM, CHANNEL, zone=ZONE)).entries) for d in (one, env.digests)
    ] == [1, 2]


async def test_nothing_new_posts_nothing(env: DeliveryEnv) -> None:
    """A slot without news is skipped, and the ledger says why."""
    await env.subscribe()
    assert await env.digests.deliver_due() == 1
    [delivery] = await env.store.deliveries.get_history(TEAM, CHANNEL)
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, "nothing new")
    assert env.slack.calls == []


async def test_at_once_keeps_its_gap(env: DeliveryEnv) -> None:
    """Stories that come a minute apart make one digest in each gap."""
    await env.subscribe(cadence=AtOnce(timedelta(minutes=3)))
    await env.file(env.builder.harbour())
    await env.digests.deliver_due()
    env.clock.forward(minutes=1)
    await env.file(env.builder.ferry())
    assert await env.digests.deliver_due() == 0
    env.clock.forward(minutes=2)
    assert await env.digests.deliver_due() == 1
    assert len(env.slack.posted()) == 2


async def test_old_articles_are_not_posted_at_once(env: DeliveryEnv) -> None:
    """What was published years ago and came in now is no news to interrupt anybody with."""
    await env.subscribe(cadence=AtOnce(timedelta(minutes=3)))
    years_ago = env.clock.now() - timedelta(days=900)
    await env.file(env.builder.harbour(published=years_ago))
    await env.digests.deliver_due()
    assert env.slack.posted() == []
    assert len((await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries) == 1


async def test_topics_and_top_of_the_subscription(env: DeliveryEnv) -> None:
    """A subscription's digest keeps to its topics and its number of stories."""
    await env.news()
    await env.subscribe(topics=("ferry", "harbour"), top=1)
    await env.digests.deliver_due()
    [text] = env.texts()
    assert text.startswith("Who said what: ferry, harbour, Sunday 22 November 2026: 1 story.")


async def test_other_teams_articles_are_not_shown(env: DeliveryEnv) -> None:
    """An article of another workspace's source is in no digest of this one."""
    await env.file(env.builder.harbour(), team="T0ELSEWHERE")
    assert (await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries == ()


async def test_a_zone_that_is_none_pauses(env: DeliveryEnv) -> None:
    """A subscription whose zone nobody knows is paused with words, and the others are served."""
    await env.news()
    await env.subscribe("C0GENERAL", zone="Mars/Olympus")
    await env.subscribe()
    assert await env.digests.deliver_due() == 1
    broken = await env.subscription("C0GENERAL")
    assert broken.paused
    assert "Mars/Olympus" in (broken.last_result or "")


async def test_one_message_a_second(env: DeliveryEnv) -> None:
    """Slack takes one message a second in a channel, and the digest keeps to it."""
    env.slack.faults.pace = 1.0
    await env.news()
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.POSTED
    assert all(call.ok for call in env.slack.calls_of(POST))


# --- proof ---


async def test_words_that_do_not_hold_are_not_sent(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article that no longer holds the digest's words stops the delivery before it is sent."""
    await env.news()
    real = env.store.articles.get_texts

    async def changed(numbers: Collection[int]) -> dict[int, Article]:
        stored = await real(numbers)
        return {
            number: replace(one, body=one.body.replace("winter", "summer"))
            for number, one in stored.items()
        }

    monkeypatch.setattr(env.store.articles, "get_texts", changed)
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.FAILED
    assert "don't match" in (delivery.reason or "")
    assert env.slack.calls == []


async def test_an_article_withdrawn_meanwhile_is_not_sent(env: DeliveryEnv) -> None:
    """A digest that waited while one of its articles was killed is not posted.

    The next one is made without it.
    """
    await env.news()
    digest = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    delivery = await env.store.deliveries.open(
        TEAM,
        CHANNEL,
        DeliveryKind.COMMAND,
        "c1",
        digest.since,
        env.clock.now(),
    )
    assert delivery is not None
    await env.store.deliveries.compose(delivery.id, digest)
    assert await env.store.articles.withdraw(None, "article-1")
    env.clock.forward(minutes=1)
    await env.digests.recover()
    ended = await env.store.deliveries.get(delivery.id)
    assert ended.state is DeliveryState.FAILED
    assert "withdrawn" in (ended.reason or "")
    assert env.slack.calls == []
    assert len((await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries) == 1


async def test_a_withdrawn_article_leaves_what_was_posted(env: DeliveryEnv) -> None:
    """A kill takes the story's every word out of channel and thread.

    The other story and its thread stay.
    """
    await env.news()
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    before = env.slack.messages(user=None)
    assert await env.store.articles.withdraw(None, "article-1")
    assert await env.digests.correct() == 2
    parent, first, second = env.slack.messages(user=None)
    everything = json.dumps([parent, first, second])
    assert "harbour" not in everything
    assert "Varga" not in everything
    assert "The source withdrew this story" in parent["text"]
    assert "Grey Island" in parent["text"]
    assert [message["ts"] for message in before] == list(delivery.part_timestamps)
    assert second in before
    assert "withdrew" in first["text"]


async def test_a_correction_that_fails_stops_no_other(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are taken out of the next channel all the same, and the first is tried again."""
    await env.news()
    for channel in (CHANNEL, "C0GENERAL"):
        await env.digests.post_now(TEAM, channel, key="c1", zone=ZONE)
    assert await env.store.articles.withdraw(None, "article-1")
    update = env.chat.update

    async def stumbling(team: str, channel: str, ts: str, message: Message) -> None:
        if channel == CHANNEL:
            raise KeyError(ts)
        await update(team, channel, ts, message)

    with monkeypatch.context() as patched:
        patched.setattr(env.chat, "update", stumbling)
        assert await env.digests.correct() == 2
    assert "Varga" not in json.dumps(env.slack.messages("C0GENERAL", user=None))
    assert await env.digests.correct() == 2
    assert "Varga" not in json.dumps(env.slack.messages(user=None))


async def test_a_second_withdrawal_keeps_the_first(env: DeliveryEnv) -> None:
    """Taking back a second article does not bring back the first."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    for number in (1, 2):
        assert await env.store.articles.withdraw(None, f"article-{number}")
        await env.digests.correct()
    everything = json.dumps(env.slack.messages(user=None))
    assert "Varga" not in everything
    assert "Olin" not in everything


async def test_a_story_keeps_what_others_tell(env: DeliveryEnv) -> None:
    """Of a story that two outlets tell, the other's words stay, under its own headline."""
    first = await env.file(env.builder.harbour(headline="Wire headline"))
    body = "Jon Rask said the wall was a waste. It is long."
    words = statement(body, "Jon Rask", "the wall was a waste")
    other = env.builder.article(body, words, headline="Wall a waste", source="Coast Radio", hours=3)
    await env.file(other, story=first.story)
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert await env.store.articles.withdraw(None, "article-1")
    assert await env.digests.correct() == 2
    [parent] = env.slack.posted()
    assert "Wall a waste" in parent["text"]
    assert "Wire headline" not in json.dumps(env.slack.messages(user=None))
    assert "one source" in json.dumps(parent["blocks"])


async def test_an_edit_that_fails_does_not_stop_the_others(env: DeliveryEnv) -> None:
    """A message that somebody deleted is passed over, a rate limit waited out."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert await env.store.articles.withdraw(None, "article-1")
    env.slack.fail("chat.update", "message_not_found")
    env.slack.fail("chat.update", how=FailureMode.RATE_LIMITED, retry_after=3)
    assert await env.digests.correct() == 1
    assert await env.digests.correct() == 0


async def test_an_edit_that_slack_takes_later_is_made_later(env: DeliveryEnv) -> None:
    """While Slack is ill the words stand, and the next tick takes them back."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert await env.store.articles.withdraw(None, "article-1")
    env.slack.fail("chat.update", "service_unavailable", times=8)
    assert await env.digests.correct() == 0
    await env.digests.correct()
    assert "Varga" not in json.dumps(env.slack.messages(user=None))


@pytest.mark.parametrize("key", ["again:1", "again:x", "again:", "again:²"])
async def test_a_forged_key_brings_no_other_channels_digest(env: DeliveryEnv, key: str) -> None:
    """The key of a pressed button names a digest of its own channel, or nothing is posted."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    done = await env.digests.post_now(TEAM, "C0GENERAL", key=key, zone=ZONE)
    assert done.state is DeliveryState.SKIPPED
    assert env.parts("C0GENERAL") == []


async def test_nothing_withdrawn_edits_nothing(env: DeliveryEnv) -> None:
    """Asked about an article that stands, nothing is edited."""
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert await env.digests.correct() == 0
    assert env.slack.calls_of("chat.update") == []


# --- failures ---


async def test_a_refusal_for_a_while_is_tried_again(env: DeliveryEnv) -> None:
    """A rate limit is waited out as long as Slack says, and the digest comes once."""
    await env.news()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=17)
    began = env.clock.now()
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.POSTED
    assert env.clock.now() - began >= timedelta(seconds=17)
    assert len(env.slack.posted()) == 1


async def test_a_long_rest_is_honoured(env: DeliveryEnv) -> None:
    """Sent away for five minutes, the delivery rests, whatever ticks pass, and goes on then."""
    await env.news()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=300)
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.SENDING
    for _ in range(4):
        env.clock.forward(minutes=1)
        await env.digests.recover()
    assert len(env.slack.calls) == 1
    env.clock.forward(minutes=1)
    await env.digests.recover()
    assert (await env.store.deliveries.get(delivery.id)).state is DeliveryState.POSTED
    assert len(env.slack.posted()) == 1


async def test_a_channel_that_waits_does_not_hold_up_the_others(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tick goes on while one workspace waits out a rate limit.

    Stop leaves that one to the next start.
    """
    monkeypatch.setattr("bot.delivery.digests.TICK_WAIT_SECONDS", 0)
    waiting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if seconds < 30:
            await env.clock.sleep(seconds)
        else:
            waiting.set()
            await asyncio.Event().wait()

    slow = Digests(env.store, env.chat, env.clock, sleep=sleep)
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=30)
    assert await slow.deliver_due() == 1
    await waiting.wait()
    elsewhere = await env.subscribe("C0GENERAL")
    await env.store.subscriptions.remove(TEAM, "C0GENERAL")
    await env.store.subscriptions.save(replace(elsewhere, team="T0ELSEWHERE"))
    assert await slow.deliver_due() == 1
    await env.slack.wait_for(lambda: len(env.parts("C0GENERAL")) == 3)
    await slow.stop(5)
    [left] = await env.store.deliveries.get_history(TEAM, CHANNEL)
    assert left.state is DeliveryState.SENDING


async def test_one_digest_is_composed_at_a_time(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of twelve that are due at once one is composed at a time, and all are posted."""
    await env.news()
    for number in range(12):
        channel = Channel(f"C0SIDE{number:02}", f"side-{number}", "public", {BOT_USER_ID})
        env.slack.workspace.channels[channel.id], env.slack.workspace.messages[channel.id] = (
            channel,
            [],
        )
        await env.subscribe(channel.id)
    real, inside, most = env.store.articles.get_story_summaries, 0, 0

    async def counted(*args: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        found = await real(*args)
        inside -= 1
        return found

    monkeypatch.setattr(env.store.articles, "get_story_summaries", counted)
    assert await env.digests.deliver_due() == 12
    assert most == 1
    assert all(len(env.parts(f"C0SIDE{number:02}")) == 3 for number in range(12))


async def test_every_process_honours_what_slack_asked_of_one(env: DeliveryEnv) -> None:
    """After a rate limit of two minutes in one channel no process calls before they are over."""
    other = await open_store(env.url)
    await env.news()
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=120)
    first = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    elsewhere = env.start(store=other)
    second = await elsewhere.post_now(TEAM, "C0GENERAL", key="c2", zone=ZONE)
    assert (first.state, second.state) == (DeliveryState.SENDING, DeliveryState.COMPOSED)
    env.clock.forward(seconds=50)
    await elsewhere.recover()
    assert len(env.slack.calls) == 1
    env.clock.forward(seconds=70)
    await elsewhere.recover()
    assert [call.ok for call in env.slack.calls_of(POST)] == [False] + [True] * 6
    await other.close()


async def test_one_message_a_second_over_processes(env: DeliveryEnv) -> None:
    """Two processes that post to one channel in turn keep the second between their messages."""
    other = await open_store(env.url)
    await env.news()
    await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    await env.start(store=other).post_now(TEAM, CHANNEL, key="c2", topic="ferry", zone=ZONE)
    times = [float(call.answer["ts"]) for call in env.slack.calls_of(POST)]
    assert len(times) > 3
    assert all(later - one >= 0.999 for one, later in pairwise(times))
    await other.close()


async def test_tries_are_bounded(env: DeliveryEnv) -> None:
    """Slack that stays unavailable fails the delivery after four tries.

    Its stories are still new.
    """
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "service_unavailable", times=100)
    assert await env.digests.deliver_due() == 1
    assert len(env.slack.calls_of(POST)) == 4
    [delivery] = await env.store.deliveries.get_history(TEAM, CHANNEL)
    assert delivery.state is DeliveryState.FAILED
    subscription = await env.subscription()
    assert not subscription.paused
    assert subscription.last_result == delivery.reason
    assert len((await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries) == 2


@pytest.mark.parametrize(
    "code",
    ["is_archived", "not_in_channel", "restricted_action", "channel_not_found", "user_disabled"],
)
async def test_a_closed_channel_pauses_its_subscription(env: DeliveryEnv, code: str) -> None:
    """A closed channel pauses its own subscription and no other, and says how to mend it."""
    await env.news()
    await env.subscribe()
    await env.subscribe("C0GENERAL", next_due=env.clock.now() + timedelta(hours=1))
    env.slack.fail(POST, code)
    await env.digests.deliver_due()
    subscription = await env.subscription()
    assert subscription.paused
    assert "/digest resume" in (subscription.last_result or "")
    assert not (await env.subscription("C0GENERAL")).paused
    assert [call.args["channel"] for call in env.slack.calls_of(POST)] == [CHANNEL, "D0WREN"]


async def test_a_revoked_token_ends_the_whole_team(env: DeliveryEnv) -> None:
    """An app that was removed pauses every subscription of the workspace."""
    await env.news()
    await env.subscribe()
    await env.subscribe("C0GENERAL", next_due=env.clock.now() + timedelta(hours=1))
    env.slack.fail(POST, "token_revoked")
    await env.digests.deliver_due()
    assert (await env.subscription()).paused
    assert (await env.subscription("C0GENERAL")).paused


async def test_blocks_that_slack_refuses_go_as_text(env: DeliveryEnv) -> None:
    """Where Slack refuses our layout the words come as plain text."""
    await env.news()
    env.slack.fail(POST, "invalid_blocks")
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.POSTED
    [parent] = env.slack.posted()
    assert "blocks" not in parent or parent["blocks"][0]["type"] == "rich_text"
    assert "Grey Island" in parent["text"]


async def test_a_picture_that_slack_cannot_get_costs_no_layout(env: DeliveryEnv) -> None:
    """Slack refuses a message whose picture it cannot fetch: the same one goes without pictures."""
    harbour = env.builder.harbour()
    pictured = replace(harbour.article, picture="https://wire.example/wall.jpg")
    await env.file(replace(harbour, article=pictured))
    digests = Digests(env.store, env.chat, env.clock, pictures=True, sleep=env.clock.sleep)
    env.slack.fail(POST, "invalid_blocks")
    delivery = await digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.POSTED
    refused, *_ = env.slack.calls_of(POST)
    assert "https://wire.example/wall.jpg" in json.dumps(refused.args)
    [parent] = env.slack.posted()
    assert "container" in {block["type"] for block in parent["blocks"]}
    assert "wall.jpg" not in json.dumps(parent)


async def test_the_layout_is_what_the_workspace_takes(env: DeliveryEnv) -> None:
    """Stories stand in containers, or as before where Slack takes none, with the same words."""
    await env.news()
    folded = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    env.slack.workspace.refused_blocks = {"container"}
    other = SlackChat(env.chat._client_for)
    flat = await env.start(chat=other).preview(TEAM, CHANNEL, zone=ZONE)
    new, old = [next(digest_messages(each, channel_title="")) for each in (folded, flat)]
    assert "container" in {block["type"] for block in new.blocks}
    assert {block["type"] for block in old.blocks} <= {
        *("header", "context", "rich_text", "actions", "divider")
    }
    assert new.text == old.text


@pytest.mark.parametrize(
    "code", ["restricted_action_thread_locked", "restricted_action_non_threadable_channel"]
)
async def test_a_broken_thread_still_counts_as_posted(env: DeliveryEnv, code: str) -> None:
    """Once the first message stands, its stories don't come again, and the schedule goes on."""
    await env.news()
    await env.subscribe()
    real = env.chat.post

    async def refusing(*args: object, **told: object) -> str:
        if told.get("thread"):
            env.slack.fail(POST, code)
        return await real(*args, **told)  # type: ignore[arg-type]

    env.chat.post = refusing  # type: ignore[method-assign]
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.POSTED
    assert delivery.reason
    assert "Threads are turned off" in delivery.reason
    assert env.parts() == [(delivery.id, 0)]
    assert (await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries == ()
    assert not (await env.subscription()).paused


# --- in doubt ---


@pytest.mark.parametrize(
    "how",
    [
        FailureMode.DROP_AFTER,
        FailureMode.HANG_AFTER,
        FailureMode.DROP_BEFORE,
        FailureMode.HANG_BEFORE,
    ],
)
@pytest.mark.parametrize("calls_before", [0, 1], ids=["parent", "reply"])
async def test_an_answer_that_never_came(
    env: DeliveryEnv, how: FailureMode, calls_before: int
) -> None:
    """Whether or not Slack took a message that it did not answer for, each part is there once."""
    await env.news()
    real, calls = env.chat.post, []

    async def failing(*args: object, **told: object) -> str:
        calls.append(told)
        if len(calls) == calls_before + 1:
            env.slack.fail(POST, how=how)
        return await real(*args, **told)  # type: ignore[arg-type]

    env.chat.post = failing  # type: ignore[method-assign]
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert delivery.state is DeliveryState.SENDING
    env.clock.forward(seconds=UNANSWERED_CALL_GRACE.total_seconds() + 1)
    await env.digests.recover()
    assert (await env.store.deliveries.get(delivery.id)).state is DeliveryState.POSTED
    assert sorted(env.parts()) == [(delivery.id, 0), (delivery.id, 1), (delivery.id, 2)]


async def test_without_history_a_person_decides(env: DeliveryEnv) -> None:
    """Where history may not be read, stories wait, and "Post anyway" posts them once."""
    await env.news()
    env.slack.workspace.scopes -= {"channels:history"}
    env.slack.fail(POST, how=FailureMode.DROP_BEFORE)
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.clock.forward(minutes=1)
    await env.digests.recover()
    unsure = await env.store.deliveries.get(delivery.id)
    assert unsure.state is DeliveryState.UNSURE
    assert (await env.digests.preview(TEAM, CHANNEL, zone=ZONE)).entries == ()
    again, twice = [await env.digests.post_anyway(delivery.id) for _ in range(2)]
    assert again.state is DeliveryState.POSTED
    assert twice.id == again.id
    assert len(env.slack.posted()) == 1


async def test_post_anyway_leaves_others_alone(env: DeliveryEnv) -> None:
    """Only an unsure delivery is posted again."""
    await env.news()
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert (await env.digests.post_anyway(delivery.id)).id == delivery.id
    assert len(env.slack.posted()) == 1
    with pytest.raises(NotFound):
        await env.digests.post_anyway(999)


# --- stopping ---


async def test_stopping_finishes_what_is_being_sent(env: DeliveryEnv) -> None:
    """A digest whose caller was cancelled is still sent whole before stop returns.

    Nothing is begun after it.
    """
    await env.news()
    asked = asyncio.create_task(env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE))
    await env.slack.wait_for(env.slack.posted)
    asked.cancel()
    await env.digests.stop(5)
    assert len(env.parts()) == 3
    await env.subscribe()
    assert await env.digests.deliver_due() == 0


async def test_stopping_does_not_wait_for_slack(env: DeliveryEnv) -> None:
    """A delivery that waits out a rate limit is left to the next start, which sends it."""
    await env.news()
    waiting = asyncio.Event()

    async def for_ever(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    stopped = Digests(env.store, env.chat, env.clock, sleep=for_ever)
    env.slack.fail(POST, how=FailureMode.RATE_LIMITED, retry_after=50)
    asked = asyncio.create_task(stopped.post_now(TEAM, CHANNEL, key="c1", zone=ZONE))
    await waiting.wait()
    await stopped.stop(5)
    left = await asked
    assert left.state is DeliveryState.SENDING
    env.clock.forward(minutes=1)
    await env.digests.recover()
    assert (await env.store.deliveries.get(left.id)).state is DeliveryState.POSTED
    assert len(env.slack.posted()) == 1


async def test_a_stop_gives_up_a_call_that_is_not_answered(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform would kill us anyway.

    The next start finds out what became of it, and posts once.
    """
    await env.news()
    await env.subscribe()
    sent = asyncio.Event()

    async def unanswered(*_: object, **__: object) -> str:
        sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(env.chat, "post", unanswered)
        tick = asyncio.create_task(env.digests.deliver_due())
        await sent.wait()
        await asyncio.wait_for(env.digests.stop(0.01), 5)
        await tick
    [left] = await env.store.deliveries.get_history(TEAM, CHANNEL)
    assert left.state is DeliveryState.SENDING
    env.clock.forward(minutes=1)
    await env.start().recover()
    assert len(env.slack.posted()) == 1


async def test_every_minute_has_its_slot(env: DeliveryEnv) -> None:
    """A subscription of one minute is due again a minute later."""
    await env.subscribe(cadence=AtIntervals(timedelta(minutes=1)))
    for _ in range(3):
        assert await env.digests.deliver_due() == 1
        env.clock.forward(minutes=1)


async def test_a_clock_that_goes_on_recovers_too(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real clock shows another time at each look.

    What was left in the middle is found all the same.
    """
    await env.news()
    env.slack.fail(POST, how=FailureMode.HANG_AFTER)
    left = await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert left.state is DeliveryState.SENDING
    env.clock.forward(minutes=1)

    def going_on() -> datetime:
        env.clock.forward(microseconds=1)
        return env.clock.time

    monkeypatch.setattr(env.clock, "now", going_on)
    await env.start().recover()
    assert (await env.store.deliveries.get(left.id)).state is DeliveryState.POSTED
    assert len(env.slack.posted()) == 1
