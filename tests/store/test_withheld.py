"""Texts that were withheld are remembered for a week, until they come in without their hold."""

from datetime import timedelta

from bot.model.stories import WithheldFile
from bot.store import Store
from tests.builders import NOON, article, choose_new_story, new_article


async def test_withheld_texts_are_told_until_they_are_settled(store: Store) -> None:
    """What was stored since, or withheld over a week ago, is told no more; teams are kept apart."""
    withheld = store.articles.withheld
    await withheld.record(None, ["guid:x:0"], "old.txt", NOON - timedelta(days=8))
    await withheld.record(None, ["guid:x:1", "guid:x:2"], "wire/friday.txt", NOON)
    await withheld.record("T1", ["guid:x:3"], "Courier", NOON + timedelta(hours=1))
    assert await withheld.get_files(NOON, None) == (WithheldFile("wire/friday.txt", 2),)
    stored = new_article(article("It is out.", guid="x:1"), identity="guid:x:1")
    await store.articles.put(stored, choose_new_story)
    files = await withheld.get_files(NOON)
    assert files == (WithheldFile("Courier", 1), WithheldFile("wire/friday.txt", 1))
