"""Two workspaces on one Dateline: no command and no question of one gives a word of the other's."""

import inspect

from bot.model import ActorPreference, DeliveryKind, PreferenceKind, StoryVote
from bot.store import (
    ArticleStore,
    DeliveryLedger,
    FeedStore,
    PreferenceStore,
    RetentionStore,
    Store,
    SubscriptionStore,
)
from tests.builders import NOON, a_new_story, article, later, new_article, subscription

OURS, THEIRS, CHANNEL = "T0FARLAND", "T0NEARLAND", "C0HARBOUR"
EVENING = later(hours=8)
SECRET = "The tunnel stays closed, Runa Solberg said on Monday."
WORDS = ("tunnel", "Solberg", "Runa", "closed")

# Questions that name no workspace: the operator's own, or of a number that only its owner was told.
OF_NOBODY = {
    "get",
    "find_withdrawn",
    "get_texts",
    "find_broken",
    "claim",
    "mark_reported",
    "get_due",
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
    "save_actor",
    "save_vote",
    "claim_due",
}


async def furnish(store: Store) -> None:
    """Give the other workspace an article, a subscription, a delivery, a feed and a taste."""
    held = await store.articles.put(
        new_article(article(SECRET, guid="s", headline="Tunnel closed"), team=THEIRS), a_new_story
    )
    await store.subscriptions.save(subscription(team=THEIRS))
    await store.deliveries.open(THEIRS, CHANNEL, DeliveryKind.COMMAND, "1", NOON, NOON)
    await store.feeds.add("https://tunnel.example/feed", THEIRS, NOON)
    await store.preferences.save_actor(
        ActorPreference(THEIRS, CHANNEL, "Runa Solberg", PreferenceKind.FOLLOW, "U1", NOON)
    )
    await store.preferences.save_vote(
        StoryVote(
            THEIRS, CHANNEL, held.story, True, "U1", NOON, (("tunnel", 1.0),), ("Runa Solberg",)
        )
    )


async def test_no_question_of_one_is_answered_with_the_others(store: Store) -> None:
    """Each question to the store, asked by one workspace in the other's words, gives nothing."""
    await furnish(store)
    articles = store.articles
    glanced = await articles.get_story_summaries(THEIRS, NOON, EVENING)
    assert len(await articles.load_stories(THEIRS, glanced, EVENING)) == 1
    heard = await articles.find_earlier_statements(THEIRS, [("Runa Solberg", EVENING)], EVENING)
    traces = [one for found in heard.values() for one in found]
    assert len(await articles.load_statements(THEIRS, traces, EVENING)) == 1
    for team in (OURS, None):
        assert await articles.find_version(team, "s") is None
        assert await articles.get_stories(team, NOON, EVENING) == ()
        assert await articles.get_story_summaries(team, NOON, EVENING) == ()
        assert await articles.load_stories(team, glanced, EVENING) == ()
        assert (
            await articles.find_visible(team, {one.article for one in traces}, EVENING)
            == frozenset()
        )
        assert await articles.load_statements(team, traces, EVENING) == {}
        assert await articles.find_mentioning(team, WORDS, NOON, EVENING) == frozenset()
        assert [one async for one in articles.iter_statements(team, NOON, EVENING)] == []
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
    assert await store.preferences.get_votes(OURS, CHANNEL, NOON) == ()
    [feed] = await store.feeds.get_all(THEIRS)
    assert not await store.feeds.remove(feed.id, OURS)
    assert await articles.search(THEIRS, "tunnel", EVENING)


def test_every_question_names_a_workspace() -> None:
    """Each method of the store's rooms takes the asking team.

    But for those that are listed with a reason.
    """
    rooms = (
        ArticleStore,
        SubscriptionStore,
        DeliveryLedger,
        FeedStore,
        PreferenceStore,
        RetentionStore,
    )
    for room in rooms:
        for name, method in inspect.getmembers(room, inspect.isfunction):
            if not name.startswith("_") and name not in OF_NOBODY:
                assert "team" in inspect.signature(method).parameters, f"{room.__name__}.{name}"
