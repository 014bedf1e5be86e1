"""Articles change their story, as a new one shows; each fact on SQLite and on PostgreSQL."""

import pytest

from bot.model import Placement, StoredArticle, StoryVote
from bot.model.errors import NotFound
from bot.store import Store
from tests.builders import EVENING, NOON, article, later, new_article


async def put(
    store: Store, guid: str, place: Placement | None = None, team: str | None = None, **fields: str
) -> StoredArticle:
    """Store an article at its place, in a new story where none is given."""
    new = new_article(article(f"News {guid} of Farland.", guid=guid, **fields), team=team)
    return await store.articles.put(new, lambda _: place)


async def tell(store: Store, team: str | None = None) -> list[set[str | None]]:
    """Give the guids of each story's articles, by its summaries and by the articles themselves."""
    whole = await store.articles.get_stories(team, NOON, EVENING)
    summaries = await store.articles.get_story_summaries(team, NOON, EVENING)
    short = {story.story: {each.article for each in story.articles} for story in summaries}
    assert short == {story.id: {each.id for each in story.articles} for story in whole}
    assert all(each.story == story.id for story in whole for each in story.articles)
    return sorted(({each.article.guid for each in story.articles} for story in whole), key=sorted)


async def test_stories_that_an_article_ties_become_one(store: Store) -> None:
    """All versions go along; the number that a message may still name leads to the story."""
    first, old = await put(store, "a"), await put(store, "b", version="1")
    second = await put(store, "b", version="2")
    third = await put(store, "c", Placement(first.story, joining=(second.id,)))
    assert await tell(store) == [{"a", "b", "c"}]
    assert (await store.articles.get(old.id)).story == third.story == first.story
    by_old, by_new = [
        await store.articles.get_story(None, number, EVENING) for number in (old.story, first.story)
    ]
    assert (by_old.id, len(by_old.articles)) == (by_new.id, 3)


async def test_a_number_leads_on_from_story_to_story(store: Store) -> None:
    """Where the story that took another is itself taken, both numbers lead to the last."""
    first, second, third = [await put(store, guid) for guid in "abc"]
    await put(store, "d", Placement(second.story, joining=(first.id,)))
    of_second = await store.articles.get_story(None, second.story, EVENING)
    every = tuple(each.id for each in of_second.articles)
    await put(store, "e", Placement(third.story, joining=every))
    for known in (first, second, third):
        story = await store.articles.get_story(None, known.story, EVENING)
        assert (story.id, len(story.articles)) == (third.story, 5)


async def test_articles_that_prove_to_tell_something_else_leave(store: Store) -> None:
    """They begin a story, or join the one given; the story that they leave keeps its number."""
    first, other = await put(store, "a"), await put(store, "x")
    for guid in "bc":
        await put(store, guid, Placement(first.story))
    _, second, third = sorted(
        (await store.articles.get_story(None, first.story, EVENING)).articles,
        key=lambda stored: stored.id,
    )
    leaving = ((second.id,), None), ((third.id,), other.story)
    await put(store, "d", Placement(first.story, leaving=leaving))
    assert await tell(store) == [{"a", "d"}, {"b"}, {"c", "x"}]
    assert (await store.articles.get_story(None, first.story, EVENING)).id == first.story


async def test_a_vote_counts_for_the_story_that_took_the_one_voted_on(store: Store) -> None:
    """Of votes of one person on stories that became one the newest counts."""
    first, second = await put(store, "a"), await put(store, "b")
    for number, person, minutes in ((1, "U1", 1), (0, "U1", 2), (1, "U2", 3)):
        story = (first, second)[number].story
        vote = StoryVote("T1", "C1", story, number == 0, person, later(minutes=minutes), (), ())
        await store.preferences.save_vote(vote)
    await put(store, "c", Placement(first.story, joining=(second.id,)))
    votes = await store.preferences.get_votes("T1", "C1", NOON)
    assert [(vote.story, vote.person, vote.useful) for vote in votes] == [
        (first.story, "U2", False),
        (first.story, "U1", True),
    ]


async def test_what_moved_can_be_replaced_withdrawn_and_deleted(store: Store) -> None:
    """A newer version, a kill and the deletion of a team find the article where it is now."""
    first, second = await put(store, "a", team="T1"), await put(store, "b", team="T1")
    await put(store, "c", Placement(first.story, joining=(second.id,)), team="T1")
    newer = await put(store, "b", version="2", team="T1")
    assert newer.story == first.story
    await store.articles.withdraw("T1", "b")
    assert await tell(store, "T1") == [{"a", "c"}]
    await store.retention.delete_team("T1")
    for number in (first.story, second.story):
        with pytest.raises(NotFound):
            await store.articles.get_story("T1", number, EVENING)


async def test_candidates_tell_how_large_their_story_is(store: Store) -> None:
    """Its articles that are shown count, whoever may see them; older versions do not."""
    first = await put(store, "a")
    await put(store, "a", version="2")
    await put(store, "b", Placement(first.story), team="T2")
    offered: list[tuple[str | None, int]] = []

    def note(candidates: object) -> None:
        offered.extend((each.team, each.story_size) for each in candidates)  # type: ignore[attr-defined]

    await store.articles.put(new_article(article("News c of Farland.", guid="c")), note)
    assert offered == [(None, 2)]
