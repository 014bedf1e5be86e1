"""A channel's filters, followed and muted actors and votes decide what it is shown."""

from collections.abc import Mapping
from dataclasses import replace
from math import hypot
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import StoryFilter, Subscription, Verdict
from bot.stories.choice import Choice, choose
from bot.stories.filters import is_from
from bot.stories.people import is_same_actor
from bot.stories.verdicts import cosine_similarity, make_verdict
from tests.builders import NOON, StoryBuilder, picked_numbers, subscription

STORM = (("storm", 0.8), ("wall", 0.6))
BOATS = (("ferry", 0.8), ("island", 0.6))


def builder() -> StoryBuilder:
    """The harbour story (1) by Northern Wire and the older ferry story (2) by Coast Radio."""
    filed = StoryBuilder()
    filed.harbour(terms=STORM, url="https://www.wire.example/harbour")
    filed.ferry(terms=BOATS, hours=3)
    return filed


def chosen(filed: StoryBuilder, **filters: object) -> Choice:
    """What a channel of these filters is shown at noon."""
    return choose(
        filed.stories(), posted=frozenset(), now=NOON, story_filter=StoryFilter(**filters), top=5
    )  # type: ignore[arg-type]


def why(choice: Choice) -> dict[int, str]:
    """Why each story that was passed over was."""
    return {passed.story.id: passed.why for passed in choice.passed}


@pytest.mark.parametrize(
    ("filters", "shown", "reasons"),
    [
        ({}, [1, 2], {}),
        ({"topics": ("ferry",)}, [2], {1: "on none of the topics"}),
        ({"excluded": ("harbour wall",)}, [2], {1: "about “harbour wall”, which is excluded"}),
        ({"excluded": ("PETRA OLIN",)}, [1], {2: "about “PETRA OLIN”, which is excluded"}),
        ({"sources": ("coast radio",)}, [2], {1: "from sources that this channel doesn't read"}),
        ({"sources": ("wire.example",)}, [1], {2: "from sources that this channel doesn't read"}),
        (
            {"excluded_sources": ("Northern Wire",)},
            [2],
            {1: "from sources that this channel doesn't read"},
        ),
        (
            {"topics": ("island",), "excluded": ("ferry",)},
            [],
            {2: "about “ferry”, which is excluded"},
        ),
        (
            {"muted": ("Petra Olin", "Jon Rask")},
            [1],
            {2: "only muted people and organizations speak"},
        ),
        ({"muted": ("Sund",)}, [2], {1: "about Sund, who is muted"}),
        ({"followed": ("Rask",)}, [2, 1], {}),
    ],
    ids=[
        "anything",
        "topic",
        "excluded phrase",
        "excluded actor",
        "source",
        "host",
        "excluded source",
        "topic and excluded",
        "muted speakers",
        "muted in the headline",
        "followed",
    ],
)
def test_filters_and_preferences(
    filters: dict[str, tuple[str, ...]], shown: list[int], reasons: dict[int, str]
) -> None:
    """Each filter keeps what it should, in order, and says why the rest is not there."""
    choice = chosen(builder(), **filters)
    assert picked_numbers(choice) == shown
    assert why(choice) | reasons == why(choice)


def test_an_excluded_word_in_passing_hides_nothing() -> None:
    """What stands far down in a story is not what it is about.

    Nor does one stray article of three hide a story.
    """
    filed = StoryBuilder()
    body = (
        "The council of Lower Sund met on the budget. "
        + "It sat for hours on one line after another. " * 12
    )
    filed.article(body + "A football match was put off.", headline="Council meets")
    assert picked_numbers(chosen(filed, excluded=("football",))) == [1]
    filed.article("Football fans met the council.", headline="Football", source="Sund Courier")
    filed.article("The council sat late.", headline="Council", source="Coast Radio")
    assert picked_numbers(chosen(filed, excluded=("football",))) == [1]


def test_a_source_that_is_not_read_takes_only_its_own_articles_away() -> None:
    """A story that another outlet tells too stands on that one."""
    filed = builder()
    filed.harbour(source="Sund Courier", terms=STORM)
    [first, _] = chosen(filed, excluded_sources=("Northern Wire",)).picked
    assert [stored.article.source for stored in first.articles] == ["Sund Courier"]


def test_an_agency_is_a_source() -> None:
    """A paper's article that is an agency's text is from the agency too; a host needs its dot."""
    filed = StoryBuilder()
    stored = filed.article(
        "LOWER SUND (Northern Wire) — The wall stands.",
        source="Sund Courier",
        url="https://a.example",
    )
    assert is_from(stored, ("northern wire",))
    assert is_from(stored, ("courier",))
    assert is_from(stored, ("a.example",))
    assert not is_from(stored, ("example",))
    assert not is_from(stored, ())


def test_what_was_not_useful_does_not_come_again() -> None:
    """Two votes keep a story away, one lowers it; its like loses points, or gains some."""
    filed = builder()
    filed.ferry(story=3, terms=BOATS, hours=2, source="Sund Courier")
    unloved = make_verdict(filed.stories()[1], useful=False)
    choice = chosen(filed, verdicts=(unloved,))
    assert why(choice) == {}
    [one_vote] = [one for one in choice.picked if one.story.id == 2]
    assert one_vote.reasons[-1].points < -0.5
    answered = chosen(filed, verdicts=(unloved, unloved, replace(unloved, useful=True)))
    assert why(answered) == {}
    choice = chosen(filed, verdicts=(unloved, unloved))
    assert why(choice) == {2: "rated not useful here"}
    [like] = [one for one in choice.picked if one.story.id == 3]
    assert like.reasons[-1].words == "like a story rated not useful here"
    assert like.reasons[-1].points < -0.5
    loved = replace(unloved, useful=True, story=9)
    [like] = [one for one in chosen(filed, verdicts=(loved,)).picked if one.story.id == 3]
    assert like.reasons[-1].points > 0.3


def test_a_verdict_holds_what_tells_the_story() -> None:
    """Its best terms and its named speakers, and neither too many nor its words."""
    verdict = make_verdict(builder().stories()[0], useful=True)
    assert verdict == Verdict(
        1, useful=True, terms=STORM, actors=("Ilse Varga", "Tomas Brandt", "Sund Courier")
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kaja Kallas", "Kallas", True),
        ("kaja", "Kaja Kallas", True),
        ("Lukasenko", "Alaksandr Lukašenko", True),
        ("Kaja Kallas", "Siim Kallas", False),
        ("Finance Ministry", "Ministry of Finance", False),
        ("Kall", "Kallas", False),
        ("", "Kallas", False),
        ("—", "—", False),
    ],
)
def test_names_that_may_be_one(one: str, other: str, *, same: bool) -> None:
    """The shorter name begins or ends the longer, whichever is asked first."""
    assert is_same_actor(one, other) is same
    assert is_same_actor(other, one) is same


def test_a_subscription_knows_its_filter() -> None:
    """A subscription has filters of its own; followed and muted actors are stored apart."""
    order: Subscription = subscription(
        topics=("nato",), excluded=("sport",), sources=("Reuters",), excluded_sources=("Radio",)
    )
    assert order.story_filter == StoryFilter(("nato",), ("sport",), ("Reuters",), ("Radio",))


_profiles = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from((0.0, 0.2, 1.0, 3.0)))


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    vectors = [[profile.get(term, 0.0) for term in "abcdef"] for profile in (one, other)]
    lengths = hypot(*vectors[0]) * hypot(*vectors[1])
    return sum(map(mul, *vectors)) / lengths if lengths else 0.0


@given(_profiles, _profiles)
def test_likeness_is_the_cosine(one: dict[str, float], other: dict[str, float]) -> None:
    """What weighs nothing is like nothing, itself included."""
    assert cosine_similarity(one, other) == pytest.approx(_cosine(one, other))
