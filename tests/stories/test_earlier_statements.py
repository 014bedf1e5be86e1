"""What an actor said before.

Earlier, on the topic, by the same full name, and never the same statement again.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    ActorKind,
    Digest,
    DigestEntry,
    DisplayLevel,
    Policy,
    SourcedStatement,
    StatementRef,
    StoredArticle,
)
from bot.stories.choice import choose
from bot.stories.citations import find_mismatches
from bot.stories.composition import compose
from bot.stories.earlier_statements import add_earlier, get_cutoff, pick_candidates, speaker_names
from bot.stories.verdicts import cosine_similarity
from tests.builders import NOON, StoryBuilder, statement

TOPIC = (("harbour", 1.0), ("wall", 0.8), ("storm", 0.5), ("varga", 0.9))
EARLIER = (
    "Ilse Varga promised last week that no boat would be left without a berth. Nobody believed it."
)


def today(builder: StoryBuilder) -> Digest:
    """The digest of the harbour story."""
    builder.harbour(terms=TOPIC)
    choice = choose(builder.stories(), posted=frozenset(), now=NOON, top=5)
    return compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)


def earlier(
    body: str = EARLIER, words: str = "no boat would be left without a berth", **fields: Any
) -> StoredArticle:
    """An article of two days ago, of which the builder's own stories know nothing."""
    kind = fields.pop("kind", ActorKind.PERSON)
    name = fields.pop("name", "Ilse Varga")
    told = {"hours": 48, "terms": TOPIC, "story": 9, "source": "Sund Courier", **fields}
    other = StoryBuilder()
    other.articles = [other.article("Nothing.")] * 50  # numbers of its own
    return other.article(
        body,
        statement(body, name, words, cue="promised" if "promised" in body else "said", kind=kind),
        **told,
    )


def with_memory(digest: Digest, builder: StoryBuilder, *held: StoredArticle) -> DigestEntry:
    """The first story with what was found."""
    [entry] = digest.entries
    [story, *_] = builder.stories()
    heard = {
        name: [StatementRef(place, place, one.analysis.terms) for place, one in enumerate(held)]
        for name in speaker_names(entry)
    }
    said = [SourcedStatement(one.analysis.statements[0], one) for one in held]
    found = {
        name: [said[one.place] for one in traces]
        for name, traces in pick_candidates(entry, story, heard).items()
    }
    return add_earlier(entry, story, found)


def recalls(*held: StoredArticle) -> list[str]:
    """The earlier words that a digest of today shows."""
    builder = StoryBuilder()
    entry = with_memory(today(builder), builder, *held)
    return [
        citation.span.text
        for quote in entry.statements
        if quote.before
        for citation in quote.before.content
    ]


def test_earlier_words_stand_under_a_key_statement() -> None:
    """They are dated, have their outlet, and stand once however much the actor says today."""
    builder = StoryBuilder()
    held = earlier(url="https://courier.example/berths")
    entry = with_memory(today(builder), builder, held)
    before = [quote.before for quote in entry.statements if quote.before]
    assert [(one.outlet, one.url, one.said) for one in before] == [
        ("Sund Courier", "https://courier.example/berths", NOON - timedelta(hours=48))
    ]
    assert entry.statements[0].before == before[0]


def test_the_contrary_of_what_was_said_before_is_shown() -> None:
    """An actor who said no two days ago said something else then, in however like words."""
    contrary = "the new harbour wall would not be finished before the winter storms"
    assert recalls(earlier(f"Ilse Varga said {contrary}.", contrary)) == [contrary]


def test_earlier_words_are_proved_like_any_others() -> None:
    """A digest cites them; where they do not stand in their article, that is found."""
    builder = StoryBuilder()
    held = earlier()
    digest = today(builder)
    shown = replace(digest, entries=(with_memory(digest, builder, held),))
    articles = {stored.id: stored.article for stored in (*builder.articles, held)}
    assert held.id in {citation.article for citation in shown.citations()}
    assert find_mismatches(shown, articles) == ()
    assert (
        find_mismatches(shown, articles | {held.id: replace(held.article, body=f" {EARLIER}")})
        != ()
    )
    assert held.id not in shown.article_ids


@pytest.mark.parametrize(
    ("why", "held"),
    [
        ("not on the topic", earlier(terms=(("cheese", 1.0), ("milk", 0.5), ("varga", 0.9)))),
        ("only the speaker's name is shared", earlier(terms=(("varga", 1.0), ("ils", 0.5)))),
        ("hours ago, not before", earlier(hours=3)),
        (
            "another person",
            earlier("Otto Varga said the boats stay.", "the boats stay", name="Otto Varga"),
        ),
        ("a surname alone", earlier("Varga said the boats stay.", "the boats stay", name="Varga")),
        (
            "the same again",
            earlier(
                "Ilse Varga said the new harbour wall would be finished before winter storms.",
                "the new harbour wall would be finished before winter storms",
            ),
        ),
        ("link only", replace(earlier(), policy=Policy(show=DisplayLevel.LINK))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_earlier_words_on_the_topic_is_left_out(why: str, held: StoredArticle) -> None:
    """No guess is shown: in doubt there is nothing below a statement."""
    assert recalls(held) == [], why


def test_the_likest_is_shown() -> None:
    """Of several, the one whose article is likest in topic, and of those the newest."""
    loose = earlier(
        "Ilse Varga said cranes are dear.",
        "cranes are dear",
        terms=(("harbour", 0.2), ("wall", 0.2), ("crane", 1.0)),
    )
    assert recalls(loose, earlier()) == ["no boat would be left without a berth"]
    newer = earlier("Ilse Varga said masons were found.", "masons were found", hours=24)
    assert recalls(newer, earlier()) == ["masons were found"]


def test_an_organisation_is_known_by_a_single_word() -> None:
    """A surname is not a name across articles, an organisation's one word is."""
    body = "Seafarers said the quay was closed to them."
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, "Seafarers", "the quay was closed to them", kind=ActorKind.ORGANISATION),
        terms=TOPIC,
    )
    choice = choose(builder.stories(), posted=frozenset(), now=NOON, top=5)
    digest = compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)
    held = earlier(
        "Seafarers said pay must rise.",
        "pay must rise",
        name="Seafarers",
        kind=ActorKind.ORGANISATION,
    )
    entry = with_memory(digest, builder, held)
    assert entry.statements[0].before is not None
    assert get_cutoff(entry, builder.stories()[0]) < NOON


def test_copies_of_one_text_leave_room_for_another() -> None:
    """Of six prints of one text one is read, and so what the speaker said elsewhere is read too."""
    builder = StoryBuilder()
    [entry] = today(builder).entries
    [story, *_] = builder.stories()
    elsewhere = StatementRef(57, 0, (*TOPIC, ("berth", 0.2)))
    copies = [StatementRef(50 + number, 0, TOPIC) for number in range(6)]
    found = pick_candidates(
        entry, story, {name: [*copies, elsewhere] for name in speaker_names(entry)}
    )
    assert [trace.article for trace in found["Ilse Varga"]] == [50, 57]


_WORDS = (
    "harbour",
    "wall",
    "storm",
    "varga",
    "ils",
    "berth",
    "crane",
    "toll",
    "ice",
    "quay",
    "fog",
    "pilot",
)
_terms = st.lists(
    st.tuples(st.sampled_from(_WORDS), st.sampled_from((-0.5, 0.0, 0.1, 0.4, 1.0))),
    max_size=8,
    unique_by=lambda term: term[0],
).map(tuple)


@given(st.lists(st.tuples(_terms, st.integers(0, 2)), max_size=9))
def test_what_is_passed_over_unweighed_would_not_have_been_read(
    heard: list[tuple[Any, int]],
) -> None:
    """The traces to read are those that weighing each in full would give.

    Likest first, newest first, copies once.
    """
    builder = StoryBuilder()
    [entry] = today(builder).entries
    [story, *_] = builder.stories()
    name = "Ilse Varga"
    traces = [StatementRef(number, place, terms) for number, (terms, place) in enumerate(heard)]
    topic = {term: weight for term, weight in TOPIC if term != "varga"}

    def likeness(trace: StatementRef) -> float:
        other = {
            term: max(0.0, weight) for term, weight in trace.terms if term not in {"varga", "ils"}
        }
        return cosine_similarity(topic, other) if len(topic.keys() & other.keys()) >= 2 else 0.0

    apart: dict[object, StatementRef] = {}
    for trace in sorted(traces, key=likeness, reverse=True):
        if likeness(trace) >= 0.15:
            apart.setdefault((trace.terms, trace.place), trace)
    assert pick_candidates(entry, story, {name: traces})[name] == tuple(apart.values())[:4]
