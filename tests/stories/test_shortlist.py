"""The stories whose summaries look best are those that a digest takes when all are read whole."""

import sys
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.model import Story, StoryFilter, StorySummary
from bot.stories.choice import choose
from bot.stories.repetition import ARTICLES_READ
from bot.stories.scoring import Shortlist, pick_articles_to_read, shortlist, summarize
from tests.builders import NOON, StoryBuilder

OUTLETS = ("Northern Wire", "The Sund Courier", None)


def desk_of(filed: list[tuple[int, int, int, bool]]) -> StoryBuilder:
    """File articles: story, outlet, hours ago, and whether anybody speaks in it."""
    builder = StoryBuilder()
    for story, outlet, hours, spoken in filed:
        fields = {"story": story, "source": OUTLETS[outlet], "hours": hours}
        if spoken:
            builder.ferry(**fields)
        else:
            builder.article(
                f"The council of Lower Sund met on matter {story}.",
                headline="Council meets",
                **fields,
            )
    return builder


def summarize_stories(stories: Iterable[Story]) -> list[StorySummary]:
    """Give what is known of them before they are read."""
    return [
        StorySummary(story.id, tuple(summarize(stored, stored.seen) for stored in story.articles))
        for story in stories
    ]


def story_ids(fit: Shortlist) -> tuple[int, ...]:
    """Return the numbers of the stories, likeliest first."""
    return tuple(story.story for story in fit.stories)


def test_nothing_is_kept_of_a_summary_that_is_gone() -> None:
    """A story that grows has a new summary: nothing derived from the last one stays."""
    builder = StoryBuilder()
    builder.harbour()
    summaries = summarize_stories(builder.stories())
    before = sys.getrefcount(summaries[0])
    shortlist(
        summaries, posted=frozenset(), now=NOON, story_filter=StoryFilter(followed=("Ilse Varga",))
    )
    after = sys.getrefcount(summaries[0])
    assert after == before


FILED = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 2), st.integers(0, 60), st.booleans()),
    min_size=1,
    max_size=50,
)


@given(FILED, st.sets(st.integers(1, 50)), st.booleans())
def test_nothing_that_a_choice_would_take_is_missed(
    filed: list[tuple[int, int, int, bool]],
    posted: set[int],
    may_repeat: bool,  # noqa: FBT001 - a law's argument
) -> None:
    """Choosing among the first of the shortlist gives what choosing among all stories gives.

    Nothing that was told already is counted as left out; of what was left unread, only updates are
    not counted.
    """
    stories = desk_of(filed).stories()
    asked = {"posted": frozenset(posted), "now": NOON, "may_repeat": may_repeat}
    summaries = summarize_stories(stories)
    fit = shortlist(summaries, story_filter=StoryFilter(), **asked)
    among_all = choose(stories, top=2, **asked)
    first = [story for story in stories if story.id in story_ids(fit)[:20]]
    among_first = choose(first, top=2, **asked)
    assert among_first.picked == among_all.picked
    fields = among_first.left_out + fit.count_unread(20)
    updates = sum(story in fit.updates for story in story_ids(fit)[20:])
    assert among_all.left_out - updates <= fields <= among_all.left_out


@given(FILED, st.sets(st.integers(1, 50)))
def test_what_is_settled_by_few_is_what_all_would_give(
    filed: list[tuple[int, int, int, bool]], posted: set[int]
) -> None:
    """Where no unread story has more points than what was taken, reading all gives the same."""
    stories = desk_of(filed).stories()
    asked = {"posted": frozenset(posted), "now": NOON}
    fit = shortlist(summarize_stories(stories), story_filter=StoryFilter(), **asked)
    few, many = (
        choose([story for story in stories if story.id in story_ids(fit)[:read]], top=2, **asked)
        for read in (4, 20)
    )
    full = len(few.picked) == 2
    settled = full and all(few.picked[-1].score > points for points in fit.points[4:])
    event("settled" if settled else "open")
    if settled:
        assert few.picked == many.picked


def test_an_update_that_nobody_read_is_not_counted() -> None:
    """A story of which the channel has seen an article may only repeat it.

    Unread, it is not told as left out.
    """
    builder = StoryBuilder()
    first = builder.ferry(hours=3)
    builder.ferry(hours=2)
    builder.harbour(story=1)
    summaries = summarize_stories(builder.stories())
    fit = shortlist(summaries, posted={first.id}, now=NOON, story_filter=StoryFilter())
    assert (set(story_ids(fit)), fit.updates, fit.count_unread(0)) == ({1, 2}, {2}, 1)


@pytest.mark.parametrize(("topic", "stories"), [("ferry", (2,)), ("Varga", (1,)), ("tram", ())])
def test_a_topic_keeps_to_the_articles_that_mention_it(
    topic: str, stories: tuple[int, ...]
) -> None:
    """With topics only stories with an article among those that mention one are taken."""
    builder = StoryBuilder()
    builder.harbour()
    builder.ferry()
    held = [stored for story in builder.stories() for stored in story.articles]
    mentioning = {stored.id for stored in held if topic.lower() in stored.article.body.lower()}
    summaries = summarize_stories(builder.stories())
    story_filter = StoryFilter((topic,))
    fit = shortlist(
        summaries, posted=(), now=NOON, story_filter=story_filter, mentioning=mentioning
    )
    assert story_ids(fit) == stories


def test_a_topic_in_a_headline_goes_before_one_in_a_body() -> None:
    """Of two stories alike, the one that names the topic in its headline is read first."""
    builder = StoryBuilder()
    fields = {"source": "Northern Wire", "hours": 1}
    builder.article(
        "The council met. It spoke of the ferry.", headline="Council meets", story=1, **fields
    )
    builder.article(
        "The council met. It spoke of the ferry.", headline="Ferry to stop", story=2, **fields
    )
    summaries = summarize_stories(builder.stories())
    found = shortlist(
        summaries, posted=(), now=NOON, story_filter=StoryFilter(("ferry",)), mentioning={1, 2}
    )
    assert story_ids(found) == (2, 1)


def test_a_date_in_the_future_is_not_believed() -> None:
    """An article that claims to come from tomorrow counts from when it was seen."""
    builder = StoryBuilder()
    builder.ferry(published=NOON + timedelta(days=1), hours=30)
    builder.ferry(story=3, hours=2, published=NOON - timedelta(hours=2))
    summaries = summarize_stories(builder.stories())
    fit = shortlist(summaries, posted=(), now=NOON, story_filter=StoryFilter())
    assert story_ids(fit)[0] == 3


def test_of_a_large_story_the_newest_are_read() -> None:
    """Of each story a few of the newest are read: new ones, seen ones, and those on the topic."""
    builder = StoryBuilder()
    for number in range(5 * ARTICLES_READ):
        builder.ferry(story=1, hours=1 + number / 60)
    builder.harbour(story=2)
    newest_first = [stored.id for stored in builder.stories()[0].articles][: 5 * ARTICLES_READ]
    summaries = summarize_stories(builder.stories())
    story = {s.article for s in summaries[0].articles} & set(newest_first)
    dated = {s.article: s.dated for each in summaries for s in each.articles}
    newest_first = sorted(story, key=lambda article: (dated[article], article), reverse=True)
    posted, relevant = frozenset(newest_first[60:120]), frozenset(newest_first[-3:])
    read = pick_articles_to_read(summaries, posted, relevant)
    assert read & story == {
        *newest_first[:ARTICLES_READ],
        *newest_first[60 : 60 + ARTICLES_READ],
        *newest_first[-3:],
    }
    assert read - story == {s.article for s in summaries[1].articles}
