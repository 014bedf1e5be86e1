"""How SQLite answers the store's questions: by an index, never by reading a whole table."""

import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.model import ActorPreference, DeliveryKind, DeliveryState, PreferenceKind, StoryVote
from bot.store import Store
from bot.store.tables import metadata
from tests.builders import (
    NOON,
    article,
    choose_nearest_story,
    digest_of,
    later,
    new_article,
    subscription,
)

TEAM, CHANNEL = "T0FARLAND", "C0HARBOUR"
# A full-text table, and the indexes of what was superseded or withdrawn or is not over: few of all.
PARTIAL = ("articles_not_live", "articles_withdrawn", "deliveries_unfinished")
FINE = ("VIRTUAL", *(f"USING INDEX {name}" for name in PARTIAL))


async def ask_everything(store: Store) -> None:
    """Every question whose table grows with the years."""
    held = await store.articles.put(new_article(article(guid="a")), choose_nearest_story)
    await store.articles.put(
        new_article(article(guid="a", headline="Harbour open")), choose_nearest_story
    )
    await store.articles.put(
        new_article(article(guid="b", embargoed=later(hours=1)), team=TEAM), choose_nearest_story
    )
    for identity in ("a", "url:courier.example/a"):
        await store.articles.find_version(TEAM, identity, address="url:courier.example/a")
    await store.articles.get(held.id)
    story = await store.articles.get_story(TEAM, held.story, NOON)
    await store.articles.get_stories(TEAM, NOON, NOON)
    await store.articles.find_statements_by(TEAM, "Mara Ilves", NOON)
    await store.articles.search(TEAM, "harbour ferries", NOON)
    await store.articles.count_embargoed(TEAM, NOON)
    await store.sources.get_names(TEAM, NOON, NOON)
    assert [said async for said in store.articles.iter_statements(TEAM, NOON, NOON)]
    await store.articles.withdraw(TEAM, "b")
    await store.subscriptions.save(subscription())
    await store.subscriptions.get_due(NOON)
    await store.deliveries.claim_due(subscription(), None, NOON, NOON)
    delivery = await store.deliveries.open(TEAM, CHANNEL, DeliveryKind.COMMAND, "1", NOON, NOON)
    assert delivery is not None
    await store.deliveries.compose(delivery.id, digest_of(story))
    await store.deliveries.start_sending(delivery.id, NOON)
    await store.deliveries.record(delivery.id, 0, "1.0")
    await store.deliveries.finish(delivery.id, DeliveryState.POSTED, NOON)
    await store.deliveries.get_channel_history(TEAM, CHANNEL, NOON)
    await store.deliveries.find_outdated(NOON, posted_since=NOON, edited_before=NOON)
    await store.deliveries.record_edit(delivery.id, digest_of(story), NOON)
    await store.articles.get_newest_versions(TEAM, {held.id}, NOON)
    await store.articles.find_earlier_statements(
        TEAM, [("Mara Ilves", NOON), ("Ilves", NOON)], NOON
    )
    await store.deliveries.get_last_posted(TEAM, CHANNEL)
    await store.deliveries.get_history(TEAM, CHANNEL)
    await store.deliveries.find_by_key(TEAM, CHANNEL, DeliveryKind.COMMAND, "1")
    await store.deliveries.get_unfinished(NOON, timedelta(seconds=30))
    await store.deliveries.get_waiting_times(NOON)
    await store.subscriptions.get_scheduled(NOON, ("", ""))
    await store.feeds.add("https://courier.example/feed", None, NOON)
    await store.feeds.get_due(NOON)
    await store.preferences.save_actor(
        ActorPreference(TEAM, CHANNEL, "Mara Ilves", PreferenceKind.FOLLOW, "U0WREN", NOON)
    )
    await store.preferences.get_actors(TEAM, CHANNEL)
    await store.preferences.remove_actor(TEAM, CHANNEL, "Mara Ilves")
    await store.preferences.save_vote(
        StoryVote(TEAM, CHANNEL, 1, useful=True, person="U0WREN", at=NOON)
    )
    await store.preferences.get_votes(TEAM, CHANNEL, NOON)
    await store.preferences.remove_vote(TEAM, CHANNEL, 1, "U0WREN")
    await store.is_new_event("Ev1", NOON)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_question_reads_a_whole_table(store: Store, sqlite_url: str) -> None:
    """The plan of every statement searches; it scans no table of ours."""
    asked: list[tuple[str, Any]] = []

    def note(
        _: object,
        __: object,
        statement: str,
        parameters: Any,
        ___: object,
        many: bool,  # noqa: FBT001
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, parameters[0] if many else parameters))

    engine = store._database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await ask_everything(store)
    event.remove(engine, "before_cursor_execute", note)
    assert len(asked) > 30
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    for statement, parameters in asked:
        steps = [
            row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        scans = [
            step
            for step in steps
            if step.startswith("SCAN") and not any(fine in step for fine in FINE)
        ]
        scanned = {step.split()[1] for step in scans}
        assert not scanned & {*metadata.tables, "articles_1", "articles_2"}, "\n".join(
            (statement, *steps)
        )
    connection.close()
