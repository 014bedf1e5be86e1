"""The question for candidates looks at a bounded number of index rows, whatever a term finds."""

from dataclasses import replace

import pytest

from bot.model import Candidate, NewArticle, Placement
from bot.store import Store, candidates
from tests.builders import article, later, new_article


def article_of(number: int, *terms: str) -> NewArticle:
    """An article of these terms, seen so many seconds after noon."""
    new = new_article(article(guid=f"{number}"), seen=later(seconds=number))
    return replace(new, analysis=replace(new.analysis, terms=tuple((term, 1.0) for term in terms)))


async def find_offered(store: Store, new: NewArticle) -> list[Candidate]:
    """What a new article is offered."""
    offered: list[Candidate] = []
    await store.articles.put(new, offered.extend)
    return offered


async def test_a_rare_term_finds_what_a_common_one_buries(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A common term is followed to its newest articles only.

    One that a rare term shares comes first, however old.
    """
    monkeypatch.setattr(candidates, "_MAX_ARTICLES_PER_TERM", 4)
    await store.articles.put(article_of(0, "common", "rare"), lambda _: None)
    for number in range(1, 8):
        await store.articles.put(
            article_of(number, "common", "rare" if number == 2 else f"own{number}"), lambda _: None
        )
    offered = await find_offered(store, article_of(9, "common", "rare"))
    seconds = [round((candidate.seen - later(seconds=0)).total_seconds()) for candidate in offered]
    assert sorted(seconds[:2]) == [0, 2]
    assert sorted(seconds[2:]) == [4, 5, 6, 7]


async def test_candidates_are_few(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more are offered than a choice can use."""
    monkeypatch.setattr(candidates, "_MAX_CANDIDATES", 3)
    for number in range(6):
        await store.articles.put(article_of(number, "common"), lambda _: None)
    assert len(await find_offered(store, article_of(9, "common"))) == 3


async def test_the_stories_of_the_nearest_are_read_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What shares no term with the new article is offered where its story does, newest first."""
    monkeypatch.setattr(candidates, "_NEAREST", 1)
    monkeypatch.setattr(candidates, "_MAX_OTHERS_OF_STORIES", 2)
    first = await store.articles.put(article_of(0, "near", "rare"), lambda _: None)
    for number in (1, 2, 3):
        await store.articles.put(article_of(number, "own"), lambda _: Placement(first.story))
    other = await store.articles.put(article_of(4, "near"), lambda _: None)
    await store.articles.put(article_of(5, "other"), lambda _: Placement(other.story))
    offered = await find_offered(store, article_of(9, "near", "rare"))
    seconds = [round((candidate.seen - later(seconds=0)).total_seconds()) for candidate in offered]
    assert seconds == [0, 4, 3, 2]
    assert {candidate.story_size for candidate in offered if candidate.story == first.story} == {4}
