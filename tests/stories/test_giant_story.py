"""A story that hundreds of articles tell.

A digest lists what it cites and the newest, and counts them all.
"""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.digest import digest_messages
from bot.model import Digest, DigestEntry, codec
from bot.stories.choice import choose
from bot.stories.composition import compose
from bot.stories.earlier_statements import get_cutoff
from bot.stories.revision import remove_articles
from tests.builders import NOON, StoryBuilder

_ARTICLES, _OUTLETS = 300, 150


def told(count: int = _ARTICLES) -> tuple[StoryBuilder, Digest]:
    """A digest of one story by so many articles, each outlet with two of them."""
    builder = StoryBuilder()
    for number in range(count):
        builder.harbour(story=1, hours=1 + number / 60, source=f"Outlet {number % _OUTLETS}")
    choice = choose(builder.stories(), posted=frozenset(), now=NOON, top=5)
    return builder, compose(
        choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None
    )


GIANT = told()


def cited(entry: DigestEntry) -> set[int]:
    """The articles whose words are shown."""
    return {
        citation.article for quote in (*entry.statements, *entry.rest) for citation in quote.content
    }


def test_receipts_are_kept_for_what_is_shown() -> None:
    """The newest and what is cited stand as sources.

    The digest stays small however many tell the story.
    """
    _, digest = GIANT
    [entry] = digest.entries
    assert 20 <= len(entry.sources) <= 20 + len(cited(entry) | {entry.headline.article})
    assert cited(entry) | {entry.headline.article} <= {source.article for source in entry.sources}
    assert len(json.dumps(codec.dump(digest))) < 40_000


def test_all_articles_count_and_are_seen() -> None:
    """Each article is in the digest once.

    Posting it marks all as seen, and an earlier statement is older than all.
    """
    builder, digest = GIANT
    [entry] = digest.entries
    assert (
        sorted(entry.articles)
        == sorted(digest.article_ids)
        == [stored.id for stored in builder.articles]
    )
    assert entry.outlets == _OUTLETS
    [story] = builder.stories()
    oldest = min(
        stored.article.published for stored in builder.articles if stored.article.published
    )
    assert get_cutoff(entry, story) < oldest - timedelta(hours=5)
    again = choose(builder.stories(), posted=frozenset(digest.article_ids), now=NOON, top=5)
    assert again.picked == ()


def test_a_reader_is_told_how_many_there_are() -> None:
    """The thread lists twenty and says how many more.

    Copies are told apart only among those that were read.
    """
    _, digest = GIANT
    parent, *thread = (
        json.dumps(message.blocks) for message in digest_messages(digest, channel_title="News")
    )
    assert f"{_ARTICLES} articles" in parent
    assert f"at least {_OUTLETS} sources" in parent
    assert f"{_OUTLETS} sources, at least " in parent
    assert f"and {_ARTICLES - 20} more" in thread[-1]


def test_a_story_of_few_lists_them_all() -> None:
    """Nothing is left unlisted, and nothing is said to be at least so many."""
    _, digest = told(12)
    [entry] = digest.entries
    assert (len(entry.sources), entry.unlisted) == (12, ())
    assert "at least" not in "".join(
        json.dumps(one.blocks) for one in digest_messages(digest, channel_title="News")
    )


@given(st.frozensets(st.integers(1, _ARTICLES), max_size=40))
def test_what_is_withdrawn_is_counted_no_more(withdrawn: frozenset[int]) -> None:
    """Listed or not, it leaves.

    What stands still counts, and no outlet is claimed that may be gone.
    """
    builder, digest = GIANT
    [entry] = remove_articles(digest, withdrawn).entries
    assert sorted(entry.articles) == sorted(set(digest.article_ids) - withdrawn)
    assert withdrawn.isdisjoint(cited(entry))
    standing = {stored.article.source for stored in builder.articles if stored.id not in withdrawn}
    assert _OUTLETS - len(withdrawn) <= entry.outlets <= len(standing)
