"""Remote feeds in the store; each fact on SQLite and on PostgreSQL."""

from dataclasses import replace

from bot.store import Store
from tests.builders import NOON, later

URL = "https://courier.example/feed"


async def test_a_new_feed_is_due_at_once(store: Store) -> None:
    """Added now, checked now, no failures."""
    feed = await store.feeds.add(URL, None, NOON)
    assert (feed.url, feed.team, feed.added, feed.next_check, feed.failures) == (
        URL,
        None,
        NOON,
        NOON,
        0,
    )
    assert await store.feeds.get_due(NOON) == (feed,)
    assert await store.feeds.get_due(later(microseconds=-1)) == ()


async def test_an_owner_has_a_feed_once(store: Store) -> None:
    """Adding again gives the feed as it stands; another owner's is another feed."""
    feed = await store.feeds.add(URL, "T1", NOON)
    resting = replace(feed, failures=3, next_check=None)
    await store.feeds.save(resting)
    assert await store.feeds.add(URL, "T1", later(days=1)) == resting
    other = await store.feeds.add(URL, None, later(days=1))
    assert await store.feeds.get_all("T1") == (resting,)
    assert await store.feeds.get_all(None) == (other,)
    assert await store.feeds.get_all("T2") == ()


async def test_how_a_check_went_is_kept(store: Store) -> None:
    """Every field a check may change."""
    feed = await store.feeds.add(URL, None, NOON)
    checked = replace(
        feed,
        url="https://courier.example/moved",
        title="Farland Courier",
        etag='W/"1"',
        last_modified="Mon, 02 Mar 2026 12:00:00 GMT",
        next_check=later(hours=1),
        failures=2,
        last_error="It gave no feed.",
        left_out=frozenset({"a1", "b2"}),
    )
    await store.feeds.save(checked)
    assert await store.feeds.get_all(None) == (checked,)


async def test_due_feeds_come_longest_due_first(store: Store) -> None:
    """Every owner's; those that ended are never due; up to the limit."""
    first, second, ended = [
        await store.feeds.add(f"{URL}/{n}", team, NOON) for n, team in enumerate((None, "T1", None))
    ]
    await store.feeds.save(replace(second, next_check=later(hours=-1)))
    await store.feeds.save(replace(ended, next_check=None))
    assert [feed.id for feed in await store.feeds.get_due(NOON)] == [second.id, first.id]
    assert [feed.id for feed in await store.feeds.get_due(NOON, limit=1)] == [second.id]


async def test_only_its_owner_removes_a_feed(store: Store) -> None:
    """Another team's No changes nothing."""
    feed = await store.feeds.add(URL, "T1", NOON)
    assert not await store.feeds.remove(feed.id, None)
    assert not await store.feeds.remove(feed.id, "T2")
    assert await store.feeds.remove(feed.id, "T1")
    assert not await store.feeds.remove(feed.id, "T1")


async def test_a_feed_removed_during_its_check_stays_removed(store: Store) -> None:
    """Saving how the check went brings nothing back."""
    feed = await store.feeds.add(URL, None, NOON)
    await store.feeds.remove(feed.id, None)
    await store.feeds.save(replace(feed, title="Farland Courier"))
    assert await store.feeds.get_all(None) == ()


async def test_a_feed_that_moved_onto_another_keeps_its_address(store: Store) -> None:
    """Two addresses of an owner may lead to one.

    Neither feed is lost, the rest of the check is kept.
    """
    one, other = [await store.feeds.add(f"{URL}/{n}", None, NOON) for n in range(2)]
    await store.feeds.save(replace(one, url=other.url, title="Farland Courier"))
    assert await store.feeds.get_all(None) == (replace(one, title="Farland Courier"), other)
