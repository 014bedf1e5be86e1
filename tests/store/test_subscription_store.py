"""Standing orders in the store; each fact on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.model import EVERY_DAY, AtIntervals, AtOnce, AtTimes, Cadence
from bot.store import Store
from tests.builders import NOON, later, subscription

TEAM = "T0FARLAND"


@pytest.mark.parametrize(
    "cadence",
    [
        AtTimes(days=frozenset({0, 3}), times=(time(8, 30), time(17))),
        AtIntervals(interval=timedelta(minutes=1), days=EVERY_DAY),
        AtOnce(min_interval=timedelta(minutes=7)),
    ],
    ids=["times", "every", "at once"],
)
async def test_a_subscription_comes_back_whole(store: Store, cadence: Cadence) -> None:
    """Every field, whatever its cadence."""
    saved = subscription(
        cadence=cadence,
        topics=("nato", "élan vital"),
        top=3,
        paused=True,
        last_result="Posted.",
        excluded=("sport", "transfer window"),
        sources=("Reuters",),
        excluded_sources=("Coast Radio",),
    )
    await store.subscriptions.save(saved)
    assert await store.subscriptions.get(TEAM, "C0HARBOUR") == saved


async def test_a_channel_has_one_subscription(store: Store) -> None:
    """Saving again replaces what was there; another channel or team keeps its own."""
    await store.subscriptions.save(subscription())
    await store.subscriptions.save(subscription(team="T0OTHER"))
    await store.subscriptions.save(subscription(top=9, next_due=None))
    assert await store.subscriptions.get_all(TEAM) == (subscription(top=9, next_due=None),)
    assert await store.subscriptions.get("T0OTHER", "C0HARBOUR") == subscription(team="T0OTHER")


async def test_a_team_sees_its_subscriptions_in_order(store: Store) -> None:
    """By channel, and nobody else's."""
    for channel in ("C2", "C1", "D3"):
        await store.subscriptions.save(subscription(channel))
    await store.subscriptions.save(subscription("C0", team="T0OTHER"))
    assert [each.channel for each in await store.subscriptions.get_all(TEAM)] == ["C1", "C2", "D3"]


async def test_what_was_removed_is_given_back(store: Store) -> None:
    """Once, for Undo; then there is none."""
    await store.subscriptions.save(subscription())
    assert await store.subscriptions.remove(TEAM, "C0HARBOUR") == subscription()
    assert await store.subscriptions.remove(TEAM, "C0HARBOUR") is None
    assert await store.subscriptions.get(TEAM, "C0HARBOUR") is None


async def test_due_is_what_is_at_or_before_now(store: Store) -> None:
    """Longest due first, paused and unscheduled ones never, up to the limit."""
    for channel, at in (
        ("C1", NOON),
        ("C2", later(minutes=-5)),
        ("C3", later(microseconds=1)),
        ("C4", None),
    ):
        await store.subscriptions.save(subscription(channel, next_due=at))
    await store.subscriptions.save(subscription("C5", next_due=later(hours=-1), paused=True))
    assert [each.channel for each in await store.subscriptions.get_due(NOON)] == ["C2", "C1"]
    assert [each.channel for each in await store.subscriptions.get_due(NOON, limit=1)] == ["C2"]


async def test_a_note_is_kept_with_the_subscription(store: Store) -> None:
    """The schedule goes on unless the note pauses it; a paused one has no next time."""
    await store.subscriptions.save(subscription())
    await store.subscriptions.set_last_result(TEAM, "C0HARBOUR", "Posted 3 stories.")
    assert await store.subscriptions.get(TEAM, "C0HARBOUR") == replace(
        subscription(), last_result="Posted 3 stories."
    )
    await store.subscriptions.set_last_result(TEAM, "C0HARBOUR", "Invite me again.", pause=True)
    paused = replace(subscription(), last_result="Invite me again.", paused=True, next_due=None)
    assert await store.subscriptions.get(TEAM, "C0HARBOUR") == paused
    assert await store.subscriptions.get_due(later(days=9)) == ()


async def test_a_note_on_nothing_makes_nothing(store: Store) -> None:
    """The channel unsubscribed meanwhile: it stays so."""
    await store.subscriptions.set_last_result(TEAM, "C0HARBOUR", "Posted.")
    assert await store.subscriptions.get_all(TEAM) == ()


async def test_times_of_any_zone_are_one_time(store: Store) -> None:
    """A time given in another zone comes back as the same moment, in UTC.

    A naive one is refused.
    """
    from zoneinfo import ZoneInfo

    local = NOON.astimezone(ZoneInfo("Asia/Kathmandu"))
    await store.subscriptions.save(subscription(next_due=local))
    (due,) = await store.subscriptions.get_due(NOON)
    assert due.next_due == NOON
    assert str(due.next_due).endswith("+00:00")
    with pytest.raises(Exception, match="without a zone"):
        await store.subscriptions.save(subscription(next_due=NOON.replace(tzinfo=None)))
