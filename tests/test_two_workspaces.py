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
from tests.newsroom import NOON, a_new_story, article, later, new_article, subscription

OURS, THEIRS, CHANNEL = "T0FARLAND", "T0NEARLAND", "C0HARBOUR"
EVENING = later(hours=8)
SECRET = "The tunnel stays closed, Runa Solberg said on Monday."
WORDS = ("tunnel", "Solberg", "Runa", "closed")

# Questions that name no workspace: the operator's own, or of a number that only its owner was told.
OF_NOBODY = {
    "article",
    "withdrawn",
    "words",
    "broken",
    "claim",
    "note_told",
    "due",
    "unfinished",
    "waiting",
    "outdated",
    "get",
    "as_it_stands",
    "corrected",
    "drop_texts",
    "edited",
    "prune_deliveries",
    "tidy",
    "compose",
    "start_sending",
    "record",
    "finish",
    "save",
    "put",
    "wish",
    "vote",
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
    await store.preferences.wish(
        ActorPreference(THEIRS, CHANNEL, "Runa Solberg", PreferenceKind.FOLLOW, "U1", NOON)
    )
    await store.preferences.vote(
        StoryVote(
            THEIRS, CHANNEL, held.story, True, "U1", NOON, (("tunnel", 1.0),), ("Runa Solberg",)
        )
    )


async def test_no_question_of_one_is_answered_with_the_others(store: Store) -> None:
    """Each question to the store, asked by one workspace in the other's words, gives nothing."""
    await furnish(store)
    articles = store.articles
    glanced = await articles.glances(THEIRS, NOON, EVENING)
    assert len(await articles.whole(THEIRS, glanced, EVENING)) == 1
    heard = await articles.heard_before(THEIRS, [("Runa Solberg", EVENING)], EVENING)
    traces = [one for found in heard.values() for one in found]
    assert len(await articles.said(THEIRS, traces, EVENING)) == 1
    for team in (OURS, None):
        assert await articles.known(team, "s") is None
        assert await articles.stories(team, NOON, EVENING) == ()
        assert await articles.glances(team, NOON, EVENING) == ()
        assert await articles.whole(team, glanced, EVENING) == ()
        assert (
            await articles.standing(team, {one.article for one in traces}, EVENING) == frozenset()
        )
        assert await articles.said(team, traces, EVENING) == {}
        assert await articles.mentioning(team, WORDS, NOON, EVENING) == frozenset()
        assert [one async for one in articles.statements(team, NOON, EVENING)] == []
        assert not await articles.withdraw(team, "s")
        for word in WORDS:
            assert await articles.said_by(team, word, EVENING) == ()
            assert await articles.search(team, word, EVENING) == ()
            assert await articles.names_like(team, f"{word}x", EVENING) == ()
        assert await store.feeds.all(team) == ()
    assert await store.subscriptions.get(OURS, CHANNEL) is None
    assert await store.subscriptions.of_team(OURS) == ()
    assert await store.subscriptions.remove(OURS, CHANNEL) is None
    assert await store.deliveries.history(OURS, CHANNEL) == ()
    assert await store.deliveries.of_key(OURS, CHANNEL, DeliveryKind.COMMAND, "1") is None
    assert await store.deliveries.past(OURS, CHANNEL, NOON) == (None, None, frozenset(), False)
    assert await store.preferences.wishes(OURS, CHANNEL) == ()
    assert await store.preferences.votes(OURS, CHANNEL, NOON) == ()
    [feed] = await store.feeds.all(THEIRS)
    assert not await store.feeds.remove(feed.id, OURS)
    assert await articles.search(THEIRS, "tunnel", EVENING)


def test_every_question_names_a_workspace() -> None:
    """Each method of the store's rooms takes the asking team, but for those that are listed with a reason."""
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
