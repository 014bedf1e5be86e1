"""A digest takes the best unseen stories on topic, and not the same thing five times."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import StoryFilter
from bot.stories.choice import Choice, choose
from bot.stories.filters import find_best_topic, split_topics
from bot.stories.scoring import publication_time
from bot.stories.verdicts import build_profile, cosine_similarity
from tests.builders import NOON, StoryBuilder, picked_numbers


def chosen(
    builder: StoryBuilder,
    *seen: int,
    topics: tuple[str, ...] = (),
    top: int = 5,
    may_repeat: bool = False,
) -> Choice:
    """Choose from all that was filed, at noon."""
    return choose(
        builder.stories(),
        posted=frozenset(seen),
        now=NOON,
        story_filter=StoryFilter(topics),
        top=top,
        may_repeat=may_repeat,
    )


def plain(builder: StoryBuilder, story: int, **told: object) -> None:
    """File an article in which nobody speaks."""
    told = {"headline": f"Council meets on matter {story}", "source": "Coast Radio", **told}
    builder.article(
        f"The council of Lower Sund met on matter {story}. It sat for an hour.", story=story, **told
    )  # type: ignore[arg-type]


def test_what_was_posted_is_not_taken() -> None:
    """A story whose every article the channel has had is not new."""
    builder = StoryBuilder()
    builder.harbour()
    builder.ferry()
    assert picked_numbers(chosen(builder, 1)) == [2]
    nothing = chosen(builder, 1, 2)
    assert (nothing.picked, nothing.left_out) == ((), 0)


def test_an_update_holds_only_what_is_new() -> None:
    """A story seen before comes again with its new articles alone."""
    builder = StoryBuilder()
    builder.harbour(hours=5)
    new = builder.article("The wall fell at noon.", headline="Wall falls", source="Sund Courier")
    [picked] = chosen(builder, 1).picked
    assert picked.update
    assert (picked.articles, picked.seen) == ((new,), (builder.articles[0],))


def test_a_copy_is_no_update() -> None:
    """Another paper's copy of what was shown says nothing new: the story does not come again."""
    builder = StoryBuilder()
    builder.harbour(hours=5)
    builder.harbour(source="Sund Courier")
    choice = chosen(builder, 1)
    assert picked_numbers(choice) == []
    assert choice.passed[0].why == "posted here before; what came since only repeats it"


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ("Three sailors died when the ferry sank off Port Vale on Monday.", False),
        ("Five sailors died when the ferry sank off Port Vale on Monday.", True),
        ("Three sailors died when the ferry sank off Port Vale on Monday, 2 May.", True),
        ("Three sailors died when the old ferry sank off Port Vale on Monday.", False),
        ("The owners of the ferry were arrested on Tuesday.", True),
    ],
    ids=["same", "another number in words", "a number more", "a word more", "another sentence"],
)
def test_what_is_an_update(later: str, *, told: bool) -> None:
    """A changed number or another sentence is news; a word here or there is not."""
    builder = StoryBuilder()
    builder.article(
        "Three sailors died when the ferry sank off Port Vale on Monday.",
        headline="Ferry sinks",
        hours=5,
    )
    builder.article(later, headline="Ferry sinks", source="Sund Courier")
    assert bool(chosen(builder, 1).picked) is told


def test_repeating_brings_the_whole_story() -> None:
    """Where a story may repeat it comes with all its articles, and not as an update."""
    builder = StoryBuilder()
    builder.harbour()
    builder.harbour(source="Sund Courier")
    [picked] = chosen(builder, 1, 2, may_repeat=True).picked
    assert not picked.update
    assert len(picked.articles) == 2


def test_more_outlets_come_first() -> None:
    """Of two stories of one hour, the one that three outlets tell comes first."""
    builder = StoryBuilder()
    plain(builder, 1)
    for source in ("Northern Wire", "Sund Courier", "Coast Radio"):
        own_words = f"{source} saw it: " + " ".join(f"{source[0]}{n}" for n in range(30))
        builder.article(own_words, headline="Seen", source=source, story=2)
    assert picked_numbers(chosen(builder)) == [2, 1]


def test_copies_count_once() -> None:
    """Of two stories by three outlets, one that they wrote comes before one that they copied."""
    builder = StoryBuilder()
    for source in ("Northern Wire", "Sund Courier", "Coast Radio"):
        plain(builder, 1, source=source)
        words = " ".join(f"{source[0]}{n}" for n in range(30))
        builder.article(
            f"{source} learned on the pier that {words} was true.",
            headline=f"Pier, by {source}",
            source=source,
            story=2,
        )
    assert picked_numbers(chosen(builder)) == [2, 1]


def test_speakers_come_first() -> None:
    """Of two stories by one outlet, the one in which people speak comes first.

    That is what readers come for.
    """
    builder = StoryBuilder()
    plain(builder, 1)
    builder.ferry()
    assert picked_numbers(chosen(builder)) == [2, 1]


def test_fresh_comes_first() -> None:
    """Of two like stories the newer comes first."""
    builder = StoryBuilder()
    plain(builder, 1, hours=20)
    plain(builder, 2, hours=1)
    assert picked_numbers(chosen(builder)) == [2, 1]


def test_an_old_article_that_came_late_is_old() -> None:
    """What was published days ago is not fresh because it was seen just now.

    The future is not believed.
    """
    builder = StoryBuilder()
    old = builder.ferry(published=NOON - timedelta(days=3))
    early = builder.ferry(published=NOON + timedelta(days=3))
    assert publication_time(old, NOON) == NOON - timedelta(days=3)
    assert publication_time(early, NOON) == early.seen


def test_what_is_years_old_stands_last_and_says_so() -> None:
    """A richer story that was published long before it came in stands below a poor one of today."""
    builder = StoryBuilder()
    builder.ferry(published=NOON - timedelta(days=900))
    plain(builder, 1, hours=20)
    choice = chosen(builder)
    assert picked_numbers(choice) == [1, 2]
    assert "old when it came in" in [reason.words for reason in choice.picked[1].reasons]


def test_left_out_are_counted() -> None:
    """Those that would have done but for the number are counted."""
    builder = StoryBuilder()
    for story in range(1, 8):
        plain(builder, story)
    choice = chosen(builder, top=3)
    assert (len(choice.picked), choice.left_out) == (3, 4)


def test_variety() -> None:
    """A story like the best one makes room for another of a little less weight."""
    builder = StoryBuilder()
    storm = tuple((word, 1.0) for word in ("storm", "roof", "harbour", "wind"))
    builder.harbour(story=1, terms=storm, hours=1)
    builder.harbour(story=2, terms=storm, hours=2)
    builder.ferry(story=3, terms=(("ferry", 1.0), ("island", 1.0)), hours=3)
    assert picked_numbers(chosen(builder)) == [1, 3, 2]


def test_reasons() -> None:
    """Each pick says why it was taken."""
    builder = StoryBuilder()
    builder.harbour(hours=30)
    builder.harbour(source="Sund Courier", hours=0.5)
    assert [picked.reason for picked in chosen(builder, topics=("harbour",)).picked] == [
        (
            "2 sources, 1 independent, 3 named speakers, telling statements, 30 min old, about "
            "“harbour”"
        )
    ]
    builder.article("The wall fell at noon.", headline="Wall falls", source="Sund Courier")
    assert chosen(builder, 1, 2).picked[0].reason.startswith("seen before, now one source")


def test_points_are_the_sum_of_reasons() -> None:
    """What orders the stories is what the reasons say, the discount for likeness too.

    Best first.
    """
    builder = StoryBuilder()
    builder.harbour(story=1, hours=1)
    builder.harbour(story=3, hours=2)
    builder.ferry()
    picked = chosen(builder).picked
    scores = [sum(reason.points for reason in one.reasons) for one in picked]
    assert scores == [one.score for one in picked] == sorted(scores, reverse=True)
    [discount] = [reason for one in picked for reason in one.reasons if reason.points < 0]
    assert discount.words == "like story 1 of this digest"


@given(
    st.lists(st.tuples(st.integers(1, 6), st.floats(0, 100), st.booleans()), max_size=12),
    st.integers(1, 5),
)
def test_picks_are_new_and_few(filed: list[tuple[int, float, bool]], top: int) -> None:
    """Whatever was filed and seen.

    No more than `top` stories, each once, each with something unseen.
    """
    builder = StoryBuilder()
    for story, hours, spoken in filed:
        (builder.ferry if spoken else builder.harbour)(story=story, hours=hours)
    seen = {stored.id for stored in builder.articles if stored.id % 3 == 0}
    choice = chosen(builder, *seen, top=top)
    stories = picked_numbers(choice)
    assert len(stories) == len(set(stories)) <= top
    assert all(stored.id not in seen for picked in choice.picked for stored in picked.articles)
    assert len(stories) + len(choice.passed) == len(builder.stories())
    unseen = {stored.story for stored in builder.articles} - {
        stored.story for stored in builder.articles if stored.id in seen
    }
    assert unseen <= {*stories, *(passed.story.id for passed in choice.passed if passed.fits)}


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("harbour", True),
        ("HARBOUR WALL", True),
        ("Varga", True),
        ("ilse  varga", True),
        ("fishermen", True),
        ("harbor", False),
        ("harb", False),
        ("wall harbour", False),
        ("...", False),
        ("", False),
    ],
)
def test_topics_are_whole_words(topic: str, *, found: bool) -> None:
    """A topic is found as whole words in order, whatever their case, in headline, names or body."""
    builder = StoryBuilder()
    assert (find_best_topic((topic,), [builder.harbour()]) is not None) == found


@given(st.text("ab+ -", max_size=12), st.text("ab+ -", max_size=5))
def test_a_topic_stands_between_marks_or_spaces(body: str, topic: str) -> None:
    """Of the places with the topic's words, those count that no letter touches on either side."""
    words = topic.split()
    apart = r"(?<![a-z])" + r"\s+".join(map(re.escape, words)) + r"(?![a-z])"
    found = bool(words) and re.search(apart, f"{body} .") is not None
    builder = StoryBuilder()
    assert (
        find_best_topic((topic,), [builder.article(f"{body} .", headline="Xyz")]) is not None
    ) == found


def test_topics_take_no_notice_of_accents() -> None:
    """“Lukasenko” finds “Lukašenko”, and the other way round."""
    builder = StoryBuilder()
    stored = builder.article("Café owner René Öberg closed his café in Ålsund.", headline=None)
    assert find_best_topic(("oberg",), [stored])
    assert find_best_topic(("CAFÉ",), [stored])


def test_the_nearer_the_top_the_more_it_is_about() -> None:
    """A headline outweighs a name, a name the body, and the body's beginning its end."""
    builder = StoryBuilder()
    stored = builder.harbour()
    weights = [
        match.weight
        for topic in ("harbour", "Brandt", "fishermen", "pier")
        if (match := find_best_topic((topic,), [stored]))
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4


def test_typed_topics_are_parted() -> None:
    """Commas part topics; empty ones are none."""
    assert split_topics(" ukraine,  grey   island,, ") == ("ukraine", "grey island")
    assert split_topics(None) == ()


@given(
    told=st.lists(
        st.tuples(
            st.integers(1, 6),
            st.integers(0, 3),
            st.integers(0, 40),
            st.sampled_from(["a", "b", "c"]),
        ),
        min_size=1,
        max_size=12,
        unique=True,
    ),
    top=st.integers(1, 5),
)
def test_what_is_left_unweighed_changes_no_choice(
    told: list[tuple[int, int, int, str]], top: int
) -> None:
    """The choice is that of weighing copies and likeness of every story each time."""
    builder = StoryBuilder()
    for story, subject, hours, outlet in told:
        words = " ".join(f"word{subject}{n}" for n in range(12))
        own = outlet if hours % 2 else ""
        builder.article(
            f"{own} {words}.",
            headline=f"On {subject}",
            source=f"Outlet {outlet}",
            story=story,
            hours=hours,
        )
    assert picked_numbers(chosen(builder, top=top)) == by_weighing_all(builder, top)


def by_weighing_all(builder: StoryBuilder, top: int) -> list[int]:
    """Choose as slowly as can be."""
    alone = [
        choose([story], posted=frozenset(), now=NOON, top=1).picked[0]
        for story in builder.stories()
    ]
    left, taken = {picked.story.id: picked for picked in alone}, list[int]()
    profiles = {number: build_profile(picked.articles) for number, picked in left.items()}

    def worth(number: int) -> tuple[float, float, int]:
        like = max(
            (cosine_similarity(profiles[number], profiles[other]) for other in taken), default=0.0
        )
        score = left[number].score
        return score - (0.7 * like * max(0.0, score) if like >= 0.1 else 0.0), score, number

    while left and len(taken) < top:
        best = max(left, key=worth)
        taken.append(best)
        del left[best]
    return taken
