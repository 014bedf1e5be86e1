"""The store as a whole."""

from bot.store import Store
from tests.builders import NOON, later


async def test_an_event_is_new_once_a_day(store: Store) -> None:
    """The same event id is new once, and again only after a day."""
    assert await store.is_new_event("Ev1", NOON)
    assert not await store.is_new_event("Ev1", later(hours=23))
    assert await store.is_new_event("Ev2", later(hours=23))
    assert await store.is_new_event("Ev1", later(hours=25))


async def test_a_store_that_can_be_written_to_answers_ping(store: Store) -> None:
    """Ping writes, the first time and the next."""
    await store.ping()
    await store.ping()
