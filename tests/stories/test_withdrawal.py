"""What a source takes back leaves a digest, with every word of it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Digest
from bot.stories.choice import choose
from bot.stories.composition import compose
from bot.stories.revision import remove_articles
from tests.builders import NOON, StoryBuilder


def made(filed: list[tuple[str, int]]) -> Digest:
    """A digest of harbour and ferry articles in these stories."""
    builder = StoryBuilder()
    for hours, (name, story) in enumerate(filed, 1):
        getattr(builder, name)(story=story, hours=hours, source=f"Outlet {hours}")
    choice = choose(builder.stories(), posted=frozenset(), now=NOON, top=9)
    return compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)


filings = st.lists(
    st.tuples(st.sampled_from(["harbour", "ferry"]), st.integers(1, 3)), min_size=1, max_size=8
)


@given(filings, st.frozensets(st.integers(1, 8)))
def test_no_word_is_left(filed: list[tuple[str, int]], withdrawn: frozenset[int]) -> None:
    """Whatever is withdrawn: no citation of it remains where the story still rests on something."""
    digest = made(filed)
    left = remove_articles(digest, withdrawn)
    assert len(left.entries) == len(digest.entries)
    for entry in left.entries:
        assert withdrawn.isdisjoint(source.article for source in entry.sources)
        assert withdrawn.isdisjoint(
            c.article for quote in (*entry.statements, *entry.rest) for c in quote.content
        )
        assert withdrawn.isdisjoint(c.article for c in entry.extract)
        assert not entry.sources or entry.headline.article not in withdrawn
        assert entry.independent <= entry.outlets


@given(filings, st.frozensets(st.integers(1, 8)), st.frozensets(st.integers(1, 8)))
def test_it_does_not_matter_in_which_order(
    filed: list[tuple[str, int]], one: frozenset[int], other: frozenset[int]
) -> None:
    """Taking back twice is taking back once; what stands is not touched."""
    digest = made(filed)
    assert remove_articles(remove_articles(digest, one), one) == remove_articles(digest, one)
    assert remove_articles(digest, frozenset({99})) == digest
    sources = {
        source.article
        for entry in remove_articles(digest, one | other).entries
        for source in entry.sources
    }
    assert sources == set(digest.article_ids) - one - other
