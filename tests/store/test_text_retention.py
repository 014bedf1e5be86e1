"""A source's texts are dropped when its days are over.

What was posted of them can be proven all the same.
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from structlog.testing import capture_logs

from bot.intake.retention import drop_expired_texts
from bot.model import DisplayLevel, Policy, StoredArticle, TrustLevel
from bot.store import Store, open_store
from tests.builders import BODY, NOON, article, choose_new_story, later, new_article

POLICIES = {
    "wire": Policy(keep_days=7),
    "paper.example": Policy(TrustLevel.LOW, DisplayLevel.LINK, keep_days=1),
}
LONG_AFTER = later(days=400)


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store that knows how its sources' articles are handled."""
    opened = await open_store(database_url, POLICIES)
    yield opened
    await opened.close()


async def put(store: Store, origin: str, number: int = 0, **about: object) -> StoredArticle:
    """An article that came in at noon from there."""
    content = article(f"Number {number}. {BODY}", guid=f"urn:{origin}:{number}", **about)
    return await store.articles.put(new_article(content, origin=origin), choose_new_story)


async def prune(store: Store, **after: float) -> int:
    """As the tick does, so long after noon."""
    with capture_logs() as logs:
        await drop_expired_texts(store.articles, POLICIES, later(**after))
    return sum(line["articles"] for line in logs if line["event"] == "texts dropped")


async def test_texts_are_dropped_after_their_source_s_days(store: Store) -> None:
    """A folder's by its name, a feed's by its host; where nothing is set they stay for good."""
    wire, feed, other = [
        await put(store, origin) for origin in ("wire", "//paper.example", "other")
    ]
    assert [await prune(store, days=days) for days in (0.9, 2, 6, 8)] == [0, 1, 0, 1]
    assert await prune(store, days=4000) == 0
    bodies = [(await store.articles.get(saved.id)).article.body for saved in (wire, feed, other)]
    assert bodies == ["", "", other.article.body]


async def test_dropped_texts_are_not_found(store: Store) -> None:
    """Neither in stories nor by search, nor by who spoke; its neighbours are found as before."""
    await put(store, "wire")
    stays = await put(store, "other", 1)
    assert len(await store.articles.search(None, "harbour ferries", LONG_AFTER)) == 2
    await prune(store, days=8)
    assert [
        saved.id for saved in await store.articles.search(None, "harbour ferries", LONG_AFTER)
    ] == [stays.id]
    assert {
        said.article.id
        for said in await store.articles.find_statements_by(None, "Ilves", LONG_AFTER)
    } == {stays.id}
    left = await store.articles.get_stories(None, NOON - timedelta(days=1), LONG_AFTER)
    assert [saved.id for story in left for saved in story.articles] == [stays.id]


async def test_quotes_can_still_be_proved(store: Store) -> None:
    """The fingerprint is the text's own.

    And every place of the analysis slices the text of whoever still has it.
    """
    before = await put(store, "wire")
    await prune(store, days=8)
    after = await store.articles.get(before.id)
    text = before.article.body
    assert (after.dropped, after.fingerprint) == (
        later(days=8),
        hashlib.sha256(text.encode()).hexdigest(),
    )
    assert (after.article.headline, after.article.url) == (
        before.article.headline,
        before.article.url,
    )
    for was, now in zip(before.analysis.sentences, after.analysis.sentences, strict=True):
        assert text[now.start : now.end] == was.text


async def test_a_copy_of_a_dropped_text_is_a_duplicate(store: Store) -> None:
    """Its name and its hash are kept: the same article again is a duplicate."""
    before = await put(store, "wire")
    await prune(store, days=8)
    known = await store.articles.find_version(None, new_article(before.article).identity)
    assert known is not None
    assert (known.id, known.content_hash) == (before.id, new_article(before.article).content_hash)


async def test_an_embargoed_text_is_kept_until_it_was_shown_for_its_days(store: Store) -> None:
    """The days of an embargoed article begin at its hour."""
    await put(store, "wire", embargoed=later(days=5))
    assert [await prune(store, days=days) for days in (8, 11, 13)] == [0, 0, 1]


async def test_statements_of_a_link_only_source_are_never_shown(store: Store) -> None:
    """Headline and address alone: no extract, no statement, by no way."""
    saved = await put(store, "//paper.example")
    stored = await store.articles.get(saved.id)
    assert (stored.policy.show, stored.policy.trust) == (DisplayLevel.LINK, TrustLevel.LOW)
    assert (stored.analysis.extract, stored.analysis.statements) == ((), ())
    assert await store.articles.find_statements_by(None, "Ilves", LONG_AFTER) == ()
    assert await store.articles.find_similar_names(None, "Ilvess", LONG_AFTER) == ()
    assert [
        said
        async for said in store.articles.iter_statements(None, NOON - timedelta(days=1), LONG_AFTER)
    ] == []
