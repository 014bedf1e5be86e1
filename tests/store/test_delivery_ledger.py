"""The ledger of deliveries: every step once, by one caller.

Each fact on SQLite and on PostgreSQL.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    EarlierStatement,
    QuotationType,
    Subscription,
)
from bot.model.errors import NotFound
from bot.store import Store, open_store
from bot.stories.citations import cite_statement
from bot.stories.revision import remove_articles
from tests.builders import (
    NOON,
    article,
    choose_new_story,
    digest_of,
    later,
    new_article,
    story,
    subscription,
)

TEAM, CHANNEL = "T0FARLAND", "C0HARBOUR"
DIGEST = digest_of(story(article(), article(guid="b")), story(article(guid="c"), number=7))
ENDS = (DeliveryState.POSTED, DeliveryState.FAILED, DeliveryState.SKIPPED, DeliveryState.UNSURE)


async def opened(store: Store, key: str = "command-1", channel: str = CHANNEL) -> int:
    """Open a delivery that a command asked for."""
    delivery = await store.deliveries.open(TEAM, channel, DeliveryKind.COMMAND, key, NOON, NOON)
    assert delivery is not None
    return delivery.id


async def in_state(store: Store, state: str, key: str = "command-1") -> int:
    """Bring a new delivery into a state by the shortest way."""
    ledger, delivery = store.deliveries, await opened(store, key)
    ways: dict[str, list[Callable[[], Awaitable[bool]]]] = {"claimed": []}
    ways["composed"] = [lambda: ledger.compose(delivery, DIGEST)]
    ways["sending"] = [*ways["composed"], lambda: ledger.start_sending(delivery, NOON)]
    ways["part posted"] = [*ways["sending"], lambda: ledger.record(delivery, 0, "1.0")]
    ways["sending on"] = [*ways["part posted"], lambda: ledger.start_sending(delivery, NOON)]
    ways["posted"] = [
        *ways["part posted"],
        lambda: ledger.finish(delivery, DeliveryState.POSTED, NOON),
    ]
    ways["unsure"] = [*ways["sending"], lambda: ledger.finish(delivery, DeliveryState.UNSURE, NOON)]
    for end in (DeliveryState.FAILED, DeliveryState.SKIPPED):
        ways[end.value] = [lambda end=end: ledger.finish(delivery, end, NOON)]  # type: ignore[misc]
    for step in ways[state]:
        assert await step()
    return delivery


STEPS: dict[str, Callable[[Store, int], Awaitable[bool]]] = {
    "compose": lambda store, delivery: store.deliveries.compose(delivery, DIGEST),
    "start_sending": lambda store, delivery: store.deliveries.start_sending(
        delivery, later(hours=1)
    ),
    "start_sending again": lambda store, delivery: store.deliveries.start_sending(
        delivery, later(hours=1), resend_unless_touched_since=NOON
    ),
    "record 0": lambda store, delivery: store.deliveries.record(delivery, 0, "1.0"),
    "record 1": lambda store, delivery: store.deliveries.record(delivery, 1, "1.1"),
    "record 2": lambda store, delivery: store.deliveries.record(delivery, 2, "1.2"),
    "record -1": lambda store, delivery: store.deliveries.record(delivery, -1, "1.2"),
    **{
        f"finish {state}": lambda store, delivery, state=state: store.deliveries.finish(  # type: ignore[misc]
            delivery, state, later(hours=1), "so it is"
        )
        for state in DeliveryState
    },
}

ALLOWED = {
    "claimed": {"compose", "finish failed", "finish skipped"},
    "composed": {"start_sending", "finish failed", "finish skipped"},
    "sending": {"start_sending again", "record 0", "finish failed", "finish unsure"},
    "part posted": {"start_sending", "finish posted", "finish failed", "finish skipped"},
    "sending on": {
        "start_sending again",
        "record 1",
        "finish posted",
        "finish failed",
        "finish unsure",
    },
    "posted": set(),
    "failed": set(),
    "skipped": set(),
    "unsure": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
async def test_a_step_is_taken_from_its_own_states_only(store: Store, state: str) -> None:
    """Each step from each state.

    It answers True and changes the row, or False and changes nothing.
    """
    taken = set()
    for name, step in STEPS.items():
        delivery = await in_state(store, state, key=name)
        before = await store.deliveries.get(delivery)
        if await step(store, delivery):
            taken.add(name)
            assert await store.deliveries.get(delivery) != before
        else:
            assert await store.deliveries.get(delivery) == before
        now = await store.deliveries.refresh(before)
        assert now == await store.deliveries.get(delivery)
        assert before.digest is None or now.digest is before.digest
    assert taken == ALLOWED[state]


async def test_no_step_is_taken_on_a_delivery_that_is_not_there(store: Store) -> None:
    """An unknown id is nobody's turn."""
    assert not any([await step(store, 404) for step in STEPS.values()])


async def test_an_opened_delivery_is_claimed(store: Store) -> None:
    """It belongs to whoever opened it, and can be read."""
    delivery = await store.deliveries.open(
        TEAM, CHANNEL, DeliveryKind.COMMAND, "trigger", later(hours=-1), NOON
    )
    assert delivery == Delivery(
        delivery.id if delivery else 0,
        TEAM,
        CHANNEL,
        DeliveryKind.COMMAND,
        "trigger",
        DeliveryState.CLAIMED,
        later(hours=-1),
        touched=NOON,
    )
    assert await store.deliveries.get(delivery.id) == delivery


async def test_a_key_opens_one_delivery(store: Store) -> None:
    """Slack repeats a command: the second opens nothing; another channel's key is another key."""
    await opened(store)
    assert (
        await store.deliveries.open(TEAM, CHANNEL, DeliveryKind.COMMAND, "command-1", NOON, NOON)
        is None
    )
    assert await store.deliveries.open(
        TEAM, CHANNEL, DeliveryKind.SCHEDULED, "command-1", NOON, NOON
    )
    await opened(store, channel="C0OTHER")


async def test_an_unknown_delivery_is_not_found(store: Store) -> None:
    """Neither by its number, nor where it was known and has been forgotten since."""
    with pytest.raises(NotFound):
        await store.deliveries.get(404)
    for state in ("claimed", "composed"):
        delivery = await store.deliveries.get(await in_state(store, state))
        await store.retention.delete_team(TEAM)
        with pytest.raises(NotFound):
            await store.deliveries.refresh(delivery)


async def test_a_digest_is_kept_as_it_was_composed(store: Store) -> None:
    """A retry posts the very same."""
    delivery = await in_state(store, "composed")
    assert (await store.deliveries.get(delivery)).digest == DIGEST


async def test_parts_are_kept_in_order(store: Store) -> None:
    """A part's ts is kept at its index; the same part is not recorded twice."""
    delivery = await in_state(store, "sending on")
    assert not await store.deliveries.record(delivery, 0, "9.9")
    assert await store.deliveries.record(delivery, 1, "1.1")
    assert (await store.deliveries.get(delivery)).part_timestamps == ("1.0", "1.1")


GRACE = timedelta(seconds=30)


class TestClaiming:
    """A slot comes due."""

    async def test_a_claim_moves_the_schedule_and_opens_the_slot(self, store: Store) -> None:
        """The slot, in UTC, is the delivery's key."""
        await store.subscriptions.save(subscription())
        delivery = await store.deliveries.claim_due(
            subscription(), later(days=1), later(days=-1), NOON
        )
        assert delivery is not None
        assert (delivery.kind, delivery.key) == (
            DeliveryKind.SCHEDULED,
            "2026-11-22T12:00:00+00:00",
        )
        assert (delivery.state, delivery.since) == (DeliveryState.CLAIMED, later(days=-1))
        assert await store.subscriptions.get(TEAM, CHANNEL) == subscription(next_due=later(days=1))
        assert await store.deliveries.get(delivery.id) == delivery

    @pytest.mark.parametrize(
        "now_stands",
        [
            None,
            subscription(next_due=later(minutes=1)),
            subscription(next_due=None),
            subscription(paused=True),
        ],
        ids=["removed", "rescheduled", "no schedule", "paused"],
    )
    async def test_a_schedule_that_changed_is_not_claimed(
        self, store: Store, now_stands: Subscription | None
    ) -> None:
        """What was read as due is not as it was: neither schedule nor delivery."""
        if now_stands is not None:
            await store.subscriptions.save(now_stands)
        assert await store.deliveries.claim_due(subscription(), later(days=1), NOON, NOON) is None
        assert await store.subscriptions.get(TEAM, CHANNEL) == now_stands
        assert await store.deliveries.get_history(TEAM, CHANNEL) == ()

    async def test_what_is_not_scheduled_is_not_claimed(self, store: Store) -> None:
        """Without a slot there is nothing to claim."""
        await store.subscriptions.save(subscription(next_due=None))
        assert (
            await store.deliveries.claim_due(subscription(next_due=None), NOON, NOON, NOON) is None
        )

    async def test_a_slot_is_delivered_once_and_holds_nothing_up(self, store: Store) -> None:
        """Undo brings back a slot that was delivered.

        No second digest, and the schedule moves on.
        """
        await store.subscriptions.save(subscription())
        assert await store.deliveries.claim_due(subscription(), later(days=1), NOON, NOON)
        await store.subscriptions.save(subscription())
        assert await store.deliveries.claim_due(subscription(), later(days=1), NOON, NOON) is None
        assert await store.subscriptions.get_due(NOON) == ()
        assert len(await store.deliveries.get_history(TEAM, CHANNEL)) == 1

    async def test_of_two_claimers_one_wins(self, database_url: str) -> None:
        """Two processes' worth of connections claim the same twenty slots.

        Each slot is claimed once.
        """
        stores = [await open_store(database_url) for _ in range(2)]
        orders = [subscription(f"C{n}") for n in range(20)]
        for order in orders:
            await stores[0].subscriptions.save(order)
        claims = [
            store.deliveries.claim_due(order, later(days=1), NOON, NOON)
            for order in orders
            for store in stores
        ]
        won = [delivery for delivery in await asyncio.gather(*claims) if delivery]
        assert sorted(delivery.channel for delivery in won) == sorted(
            order.channel for order in orders
        )
        for store in stores:
            await store.close()

    async def test_of_two_workers_one_takes_each_step(self, database_url: str) -> None:
        """Compose, send and record, each tried through two connections at once, happen once."""
        one, other = [await open_store(database_url) for _ in range(2)]
        delivery = await opened(one)
        for step in (
            "compose",
            "start_sending",
            "record 0",
            "start_sending",
            "record 1",
            "finish posted",
        ):
            answers = await asyncio.gather(STEPS[step](one, delivery), STEPS[step](other, delivery))
            assert sorted(answers) == [False, True], step
        await one.close()
        await other.close()

    async def test_of_two_who_send_again_one_does(self, database_url: str) -> None:
        """A part that was not found goes out once more, by one of those who looked."""
        one, other = [await open_store(database_url) for _ in range(2)]
        delivery = await in_state(one, "sending")
        tries = [
            store.deliveries.start_sending(
                delivery, later(hours=1), resend_unless_touched_since=NOON
            )
            for store in (one, other)
        ]
        assert sorted(await asyncio.gather(*tries)) == [False, True]
        await one.close()
        await other.close()


class TestCrashes:
    """The plug is pulled in the middle of a step: what was before is there, whole."""

    @pytest.fixture
    def pull_the_plug(self, store: Store) -> Iterator[Callable[[str], None]]:
        """Make the next statement that begins so the last one of its transaction."""
        engine = store._database.engine.sync_engine
        pulled: list[Callable[..., None]] = []

        def pull(beginning: str) -> None:
            def at_statement(_: object, __: object, statement: str, *___: object) -> None:
                if statement.startswith(beginning):
                    raise RuntimeError("the plug was pulled")

            event.listen(engine, "after_cursor_execute", at_statement)
            pulled.append(at_statement)

        yield pull
        for listener in pulled:
            event.remove(engine, "after_cursor_execute", listener)

    async def test_in_a_claim(self, store: Store, pull_the_plug: Callable[[str], None]) -> None:
        """The schedule stands where it stood, and the slot has no delivery."""
        await store.subscriptions.save(subscription())
        pull_the_plug("INSERT INTO deliveries")
        with pytest.raises(RuntimeError, match="plug"):
            await store.deliveries.claim_due(subscription(), later(days=1), NOON, NOON)
        assert await store.subscriptions.get_due(NOON) == (subscription(),)
        assert await store.deliveries.get_history(TEAM, CHANNEL) == ()

    async def test_in_a_record(self, store: Store, pull_the_plug: Callable[[str], None]) -> None:
        """The delivery is still sending, so that recovery looks for the message."""
        delivery = await in_state(store, "sending")
        pull_the_plug("INSERT INTO delivery_parts")
        with pytest.raises(RuntimeError, match="plug"):
            await store.deliveries.record(delivery, 0, "1.0")
        found = await store.deliveries.get(delivery)
        assert (found.state, found.part_timestamps) == (DeliveryState.SENDING, ())

    async def test_in_the_end(self, store: Store, pull_the_plug: Callable[[str], None]) -> None:
        """Not posted, and nothing marked as seen."""
        delivery = await in_state(store, "part posted")
        pull_the_plug("INSERT INTO delivery_articles")
        with pytest.raises(RuntimeError, match="plug"):
            await store.deliveries.finish(delivery, DeliveryState.POSTED, NOON)
        assert (await store.deliveries.get(delivery)).state is DeliveryState.COMPOSED
        assert await store.deliveries.get_last_posted(TEAM, CHANNEL) is None
        assert await store.deliveries.finish(delivery, DeliveryState.FAILED, NOON)
        assert (
            await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)
        ).articles == frozenset()


class TestAfterwards:
    """What the ledger tells of deliveries."""

    async def test_posting_marks_the_articles_as_seen(self, store: Store) -> None:
        """In this channel, at this time, those of the digest."""
        await in_state(store, "posted")
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON) == (
            None,
            NOON,
            frozenset(DIGEST.article_ids),
        )
        assert await store.deliveries.get_last_posted(TEAM, CHANNEL) == NOON
        for team, channel in ((TEAM, "C0OTHER"), ("T0OTHER", CHANNEL)):
            assert await store.deliveries.get_channel_history(team, channel, NOON) == (
                None,
                None,
                frozenset(),
            )
            assert await store.deliveries.get_last_posted(team, channel) is None

    @pytest.mark.parametrize("state", ["claimed", "failed", "skipped"])
    async def test_what_never_stood_in_the_channel_was_not_seen(
        self, store: Store, state: str
    ) -> None:
        """Nor was what is not composed yet."""
        await in_state(store, state)
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON) == (
            None,
            None,
            frozenset(),
        )
        assert await store.deliveries.get_last_posted(TEAM, CHANNEL) is None

    @pytest.mark.parametrize("state", ["composed", "sending", "part posted", "unsure"])
    async def test_what_is_on_the_way_may_stand_in_the_channel(
        self, store: Store, state: str
    ) -> None:
        """Its articles count as seen, however many deliveries came after it.

        As a digest that came it does not.
        """
        await in_state(store, state)
        for number in range(3):
            await in_state(store, "skipped", key=f"later {number}")
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON) == (
            None,
            None,
            frozenset(DIGEST.article_ids),
        )
        assert (
            await store.deliveries.get_channel_history(TEAM, "C0OTHER", NOON)
        ).articles == frozenset()
        assert await store.deliveries.get_last_posted(TEAM, CHANNEL) is None

    async def test_what_was_posted_and_what_is_on_the_way_are_told_together(
        self, store: Store
    ) -> None:
        """All that was and is being shown, by whatever number of digests.

        And the newest of their times.
        """
        first, second, third = (
            digest_of(story(article(guid=f"{n}"), number=n)) for n in (10, 20, 30)
        )
        for hour, shown in enumerate((first, second)):
            posted = await opened(store, f"posted {hour}")
            assert await store.deliveries.compose(posted, shown)
            for step in ("start_sending", "record 0"):
                assert await STEPS[step](store, posted)
            assert await store.deliveries.finish(posted, DeliveryState.POSTED, later(hours=hour))
        for key, shown in (("composed", third), ("unsure", DIGEST)):
            delivery = await opened(store, key)
            assert await store.deliveries.compose(delivery, shown)
            if key == "unsure":
                assert await store.deliveries.start_sending(delivery, NOON)
                assert await store.deliveries.finish(delivery, DeliveryState.UNSURE, NOON)
        articles = {
            number for shown in (first, second, third, DIGEST) for number in shown.article_ids
        }
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON) == (
            None,
            later(hours=1),
            articles,
        )

    async def test_the_past_reaches_back_as_far_as_is_asked(self, store: Store) -> None:
        """What was posted before is not told, but that it was.

        What is on the way is told, however old.
        """
        await in_state(store, "posted")
        shown = frozenset(DIGEST.article_ids)
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON) == (
            None,
            NOON,
            shown,
        )
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, later(seconds=1)) == (
            None,
            NOON,
            frozenset(),
        )
        await in_state(store, "unsure", key="lost")
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, later(seconds=1)) == (
            None,
            NOON,
            shown,
        )

    async def test_a_digest_posted_between_two_reads_counts(self, store: Store) -> None:
        """What is on the way is read first: posted meanwhile, a digest is among what was shown."""
        delivery = await in_state(store, "part posted")
        asked: list[str] = []
        engine = store._database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
        await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)
        [pending] = [n for n, sql in enumerate(asked) if "'unsure'" in sql]
        shown = [n for n, sql in enumerate(asked) if "delivery_articles" in sql]
        assert pending < min(shown)
        assert await store.deliveries.finish(delivery, DeliveryState.POSTED, NOON)

    async def test_its_order_is_part_of_a_channels_past(self, store: Store) -> None:
        """What it subscribed to as it stands, with or without a digest that came.

        No other channel's.
        """
        await store.subscriptions.save(subscription(topics=("harbour",), top=3))
        ordered = await store.subscriptions.get(TEAM, CHANNEL)
        assert ordered is not None
        assert (
            await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)
        ).subscription == ordered
        await in_state(store, "posted")
        assert await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON) == (
            ordered,
            NOON,
            frozenset(DIGEST.article_ids),
        )
        for team, channel in ((TEAM, "C0OTHER"), ("T0OTHER", CHANNEL)):
            assert (
                await store.deliveries.get_channel_history(team, channel, NOON)
            ).subscription is None

    async def test_all_versions_of_a_seen_article_are_seen(self, store: Store) -> None:
        """A newer version of what the channel was shown is no news.

        And neither is the older one.
        """
        old = await store.articles.put(new_article(article(guid="a")), choose_new_story)
        digest = digest_of(await store.articles.get_story(None, old.story, NOON))
        delivery = await opened(store)
        assert await store.deliveries.compose(delivery, digest)
        for step in ("start_sending", "record 0", "finish posted"):
            assert await STEPS[step](store, delivery)
        update = new_article(
            article(guid="a", headline="Farland harbour open"), seen=later(hours=1)
        )
        new = await store.articles.put(update, choose_new_story)
        other = await store.articles.put(
            new_article(article(guid="a"), team=TEAM), choose_new_story
        )
        seen = (await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)).articles
        assert seen == {old.id, new.id}
        assert other.id not in seen

    async def test_an_empty_digest_may_be_posted(self, store: Store) -> None:
        """A note that there is nothing new marks nothing."""
        delivery = await opened(store)
        nothing = Digest(made=NOON, zone="UTC", since=NOON, topic=None, entries=())
        assert await store.deliveries.compose(delivery, nothing)
        for step in ("start_sending", "record 0", "finish posted"):
            assert await STEPS[step](store, delivery)
        assert (
            await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)
        ).articles == frozenset()

    async def test_an_end_keeps_its_reason(self, store: Store) -> None:
        """In a person's words, for the history."""
        delivery = await opened(store)
        assert await store.deliveries.finish(delivery, DeliveryState.SKIPPED, NOON, "Nothing new.")
        found = await store.deliveries.get(delivery)
        assert (found.state, found.reason) == (DeliveryState.SKIPPED, "Nothing new.")

    async def test_history_is_newest_first(self, store: Store) -> None:
        """This channel's, up to the limit, each with its parts."""
        first = await in_state(store, "posted", key="1")
        second = await in_state(store, "skipped", key="2")
        await opened(store, channel="C0OTHER")
        history = await store.deliveries.get_history(TEAM, CHANNEL)
        assert [(each.id, each.part_timestamps) for each in history] == [
            (second, ()),
            (first, ("1.0",)),
        ]
        assert [each.id for each in await store.deliveries.get_history(TEAM, CHANNEL, limit=1)] == [
            second
        ]

    async def test_a_delivery_is_found_by_its_key(self, store: Store) -> None:
        """The channel's, of that kind; None where the key has none."""
        first = await opened(store, "1")
        await opened(store, "1", channel="C0OTHER")
        found = await store.deliveries.find_by_key(TEAM, CHANNEL, DeliveryKind.COMMAND, "1")
        assert found == await store.deliveries.get(first)
        assert (
            await store.deliveries.find_by_key(TEAM, CHANNEL, DeliveryKind.SCHEDULED, "1") is None
        )
        assert (
            await store.deliveries.find_by_key("T0OTHER", CHANNEL, DeliveryKind.COMMAND, "1")
            is None
        )

    async def test_what_nobody_touched_is_unfinished(self, store: Store) -> None:
        """Open states only, last touched before the grace, or later than it from now."""
        held, unfinished = [await in_state(store, state, key=state) for state in ALLOWED], []
        for seconds in (-31, -30, 30, 31):
            left = await store.deliveries.get_unfinished(later(seconds=seconds), GRACE)
            unfinished.append([each.id for each in left])
        assert unfinished == [held[:5], [], [], held[:5]]
        assert await store.deliveries.get_waiting_times(later(microseconds=1)) == (NOON,) * 5
        assert await store.deliveries.get_waiting_times(NOON) == ()

    async def test_sending_touches_a_delivery(self, store: Store) -> None:
        """It is not left over while its parts go out."""
        delivery = await in_state(store, "composed")
        assert await store.deliveries.start_sending(delivery, later(hours=1))
        assert await store.deliveries.get_unfinished(later(hours=1), GRACE) == ()
        [left] = await store.deliveries.get_unfinished(later(hours=1, seconds=31), GRACE)
        assert left.id == delivery


async def test_a_killed_article_makes_its_deliveries_outdated(store: Store) -> None:
    """Posted deliveries that show it, and no others, until they are corrected.

    Its channel has then not seen it.
    """
    first = await store.articles.put(new_article(article(guid="a")), choose_new_story)
    other = await store.articles.put(
        new_article(article(guid="b", body="Another text.")), choose_new_story
    )
    deliveries = []
    for key, stored in (("one", first), ("two", other), ("unsure", first)):
        delivery = await opened(store, key, channel="C0OTHER" if key == "unsure" else CHANNEL)
        await store.deliveries.compose(
            delivery, digest_of(await store.articles.get_story(TEAM, stored.story, NOON))
        )
        await store.deliveries.start_sending(delivery, NOON)
        if key != "unsure":
            await store.deliveries.record(delivery, 0, "1.0")
        assert await store.deliveries.finish(
            delivery, DeliveryState.UNSURE if key == "unsure" else DeliveryState.POSTED, NOON
        )
        deliveries.append(delivery)
    assert await outdated(store) == ()
    assert await store.articles.withdraw(None, "a")
    [found] = await outdated(store)
    assert (found.id, found.part_timestamps) == (deliveries[0], ("1.0",))
    assert found.digest is not None
    left = remove_articles(found.digest, {first.id})
    await store.deliveries.record_edit(found.id, left, NOON)
    assert await outdated(store) == ()
    edited = await store.deliveries.get(found.id)
    assert (edited.digest, edited.edited, edited.shown) == (found.digest, left, left)
    assert (await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)).articles == {other.id}


async def outdated(store: Store, *, hours: float = 0) -> tuple[Delivery, ...]:
    """What is to be edited so long after noon: of the last day, an hour apart."""
    now = later(hours=hours)
    return await store.deliveries.find_outdated(
        now, posted_since=now - timedelta(days=1), edited_before=now - timedelta(hours=1)
    )


async def test_a_newer_version_makes_recent_deliveries_outdated(store: Store) -> None:
    """For as long as they are edited at all, and not too often.

    A version under embargo does not yet.
    """
    first = await store.articles.put(new_article(article(guid="a")), choose_new_story)
    delivery = await opened(store, "one")
    digest = digest_of(await store.articles.get_story(TEAM, first.story, NOON))
    await store.deliveries.compose(delivery, digest)
    await store.deliveries.start_sending(delivery, NOON)
    await store.deliveries.record(delivery, 0, "1.0")
    await store.deliveries.finish(delivery, DeliveryState.POSTED, NOON)
    newer = article(guid="a", headline="Harbour shut", embargoed=later(hours=2))
    await store.articles.put(new_article(newer, seen=later(hours=1)), choose_new_story)
    assert await outdated(store, hours=1) == ()
    assert [one.id for one in await outdated(store, hours=3)] == [delivery]
    assert await outdated(store, hours=25) == ()
    await store.deliveries.record_edit(delivery, digest, later(hours=3))
    assert await outdated(store, hours=3.5) == ()
    assert len(await outdated(store, hours=5)) == 1


async def test_earlier_words_are_taken_back_but_were_no_news(store: Store) -> None:
    """An article cited for what was said before makes a delivery outdated.

    And is still new to the channel.
    """
    old = await store.articles.put(new_article(article(guid="old")), choose_new_story)
    held = await store.articles.put(new_article(article(guid="a")), choose_new_story)
    digest = digest_of(await store.articles.get_story(TEAM, held.story, NOON))
    [entry] = digest.entries
    words = cite_statement(old.analysis.statements[0], old.id).content
    said = replace(
        entry.statements[0], before=EarlierStatement(words, QuotationType.INDIRECT, NOON)
    )
    digest = replace(digest, entries=(replace(entry, statements=(said, *entry.statements[1:])),))
    delivery = await opened(store, "one")
    await store.deliveries.compose(delivery, digest)
    await store.deliveries.start_sending(delivery, NOON)
    await store.deliveries.record(delivery, 0, "1.0")
    await store.deliveries.finish(delivery, DeliveryState.POSTED, NOON)
    assert (await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)).articles == {held.id}
    assert await outdated(store) == ()
    assert await store.articles.withdraw(None, "old")
    assert [one.id for one in await outdated(store)] == [delivery]


async def test_the_newest_version_of_an_article_is_known(store: Store) -> None:
    """Itself, or the last that may be shown.

    None of another team, of what is withdrawn or under embargo.
    """
    first = await store.articles.put(new_article(article(guid="a")), choose_new_story)
    second = await store.articles.put(
        new_article(article(guid="a", headline="Again")), choose_new_story
    )
    third = await store.articles.put(
        new_article(article(guid="a", headline="Once more")), choose_new_story
    )
    theirs = await store.articles.put(
        new_article(article(guid="b"), team="T0OTHER"), choose_new_story
    )
    held = await store.articles.put(new_article(article(guid="c")), choose_new_story)
    await store.articles.put(
        new_article(article(guid="c", headline="Later", embargoed=later(hours=1))), choose_new_story
    )
    numbers = {first.id, second.id, third.id, theirs.id, held.id}
    found = await store.articles.get_newest_versions(TEAM, numbers, NOON)
    assert {number: stored.id for number, stored in found.items()} == dict.fromkeys(
        [first.id, second.id, third.id], third.id
    )
    assert (await store.articles.get_newest_versions(TEAM, {held.id}, later(hours=2)))[
        held.id
    ].article.headline == "Later"
    assert await store.articles.withdraw(None, "a")
    assert await store.articles.get_newest_versions(TEAM, numbers, NOON) == {}


async def test_withdrawn_articles_are_known(store: Store) -> None:
    """Of some articles, those that their source killed, in every version."""
    first = await store.articles.put(new_article(article(guid="a")), choose_new_story)
    newer = await store.articles.put(new_article(article(guid="a", version="2")), choose_new_story)
    other = await store.articles.put(new_article(article(guid="b")), choose_new_story)
    numbers = {first.id, newer.id, other.id}
    assert await store.articles.find_withdrawn(numbers) == frozenset()
    assert await store.articles.withdraw(None, "a")
    assert await store.articles.find_withdrawn(numbers) == {first.id, newer.id}
    assert await store.articles.find_withdrawn(()) == frozenset()
