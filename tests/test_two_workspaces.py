"""In one database, no query for a workspace returns anything of another's."""

import inspect

from bot.model import ActorPreference, DeliveryKind, PreferenceKind, StoryVote
from bot.store import Store
from bot.store.articles import ArticleStore
from bot.store.channels import LinkPreviewStore, PreferenceStore, SubscriptionStore
from bot.store.deliveries import DeliveryLedger
from bot.store.retention import RetentionStore
from bot.store.sources import FeedStore
from tests.builders import (
    EVENING,
    NOON,
    article,
    choose_new_story,
    new_article,
    subscription,
)

OURS, THEIRS, CHANNEL = "T0FARLAND", "T0NEARLAND", "C0HARBOUR"
SECRET = "The tunnel stays closed, Runa Solberg said on Monday."
WORDS = ("tunnel", "Solberg", "Runa", "closed")

# Queries without a workspace: the operator's own, or by an id that only its owner has.
WITHOUT_WORKSPACE = {
    "get",
    "find_withdrawn",
    "get_texts",
    "find_broken",
    "claim",
    "mark_reported",
    "get_due",
    "get_scheduled",
    "reschedule",
    "get_unfinished",
    "get_waiting_times",
    "find_outdated",
    "refresh",
    "corrected",
    "drop_texts",
    "record_edit",
    "prune_deliveries",
    "reclaim_space",
    "compose",
    "start_sending",
    "record",
    "finish",
    "save",
    "put",
    "join",
    "save_actor",
    "save_vote",
    "claim_due",
}


async def add_foreign_data(store: Store) -> None:
    """Add an article, a subscription, a delivery, a feed and preferences of the other workspace."""
    article_row = await store.articles.put(
        new_article(article(SECRET, guid="s", headline="Tunnel closed"), team=THEIRS),
        choose_new_story,
    )
    await store.subscriptions.save(subscription(team=THEIRS))
    await store.deliveries.open(THEIRS, CHANNEL, DeliveryKind.COMMAND, "1", NOON, NOON)
    await store.feeds.add("https://tunnel.example/feed", THEIRS, NOON)
    await store.preferences.save_actor(
        ActorPreference(THEIRS, CHANNEL, "Runa Solberg", PreferenceKind.FOLLOW, "U1", NOON)
    )
    await store.preferences.save_vote(
        StoryVote(
            THEIRS,
            CHANNEL,
            article_row.story,
            True,
            "U1",
            NOON,
            (("tunnel", 1.0),),
            ("Runa Solberg",),
        )
    )


async def test_no_query_returns_another_workspaces_data(store: Store) -> None:
    """Every query of the store for one workspace, in the other's words, returns nothing."""
    await add_foreign_data(store)
    articles = store.articles
    summaries = await articles.get_story_summaries(THEIRS, NOON, EVENING)
    assert len(await articles.load_stories(THEIRS, summaries, EVENING)) == 1
    earlier_statements = await articles.find_earlier_statements(
        THEIRS, [("Runa Solberg", EVENING)], EVENING
    )
    references = [reference for group in earlier_statements.values() for reference in group]
    assert len(await articles.load_statements(THEIRS, references, EVENING)) == 1
    for team in (OURS, None):
        assert await articles.find_version(team, "s") is None
        assert await articles.get_stories(team, NOON, EVENING) == ()
        assert await articles.get_story_summaries(team, NOON, EVENING) == ()
        assert await articles.load_stories(team, summaries, EVENING) == ()
        assert (
            await articles.find_visible(
                team, {reference.article for reference in references}, EVENING
            )
            == frozenset()
        )
        assert await articles.load_statements(team, references, EVENING) == {}
        assert await articles.find_mentioning(team, WORDS, NOON, EVENING) == frozenset()
        assert [
            statement async for statement in articles.iter_statements(team, NOON, EVENING)
        ] == []
        assert not await articles.withdraw(team, "s")
        for word in WORDS:
            assert await articles.find_statements_by(team, word, EVENING) == ()
            assert await articles.search(team, word, EVENING) == ()
            assert await articles.find_similar_names(team, f"{word}x", EVENING) == ()
        assert await store.feeds.get_all(team) == ()
    assert await store.subscriptions.get(OURS, CHANNEL) is None
    assert await store.subscriptions.get_all(OURS) == ()
    assert await store.subscriptions.remove(OURS, CHANNEL) is None
    assert await store.deliveries.get_history(OURS, CHANNEL) == ()
    assert await store.deliveries.find_by_key(OURS, CHANNEL, DeliveryKind.COMMAND, "1") is None
    assert await store.deliveries.get_channel_history(OURS, CHANNEL, NOON) == (
        None,
        None,
        frozenset(),
    )
    assert await store.preferences.get_actors(OURS, CHANNEL) == ()
    await store.link_previews.set_domains(THEIRS, ["tunnel.example"])
    assert await store.link_previews.get_domains(OURS) == ()
    assert await store.preferences.get_votes(OURS, CHANNEL, NOON) == ()
    [feed] = await store.feeds.get_all(THEIRS)
    assert not await store.feeds.remove(feed.id, OURS)
    assert await articles.search(THEIRS, "tunnel", EVENING)


def test_every_query_names_a_workspace() -> None:
    """Each method of the store takes `team`, but for those listed with a reason."""
    stores = (
        ArticleStore,
        SubscriptionStore,
        DeliveryLedger,
        FeedStore,
        LinkPreviewStore,
        PreferenceStore,
        RetentionStore,
    )
    for store in stores:
        for name, method in inspect.getmembers(store, inspect.isfunction):
            if not name.startswith("_") and name not in WITHOUT_WORKSPACE:
                assert "team" in inspect.signature(method).parameters, f"{store.__name__}.{name}"
