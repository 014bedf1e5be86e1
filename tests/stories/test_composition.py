"""A digest shows each story's headline, extract, statements and sources, all of it proved."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    ActorKind,
    Article,
    ArticlePart,
    Citation,
    Digest,
    DigestEntry,
    QuotationType,
    Quote,
    Span,
    StoryFilter,
)
from bot.stories.choice import choose
from bot.stories.citations import find_mismatches
from bot.stories.composition import compose
from tests.builders import FERRY, HARBOUR, NOON, StoryBuilder, statement


def digest(builder: StoryBuilder, *seen: int) -> Digest:
    """What a channel that has seen these articles would get at noon."""
    choice = choose(builder.stories(), posted=frozenset(seen), now=NOON, top=5)
    return compose(
        choice, now=NOON, zone="Europe/Tallinn", since=NOON - timedelta(days=1), topic=None
    )


def entry(builder: StoryBuilder, *seen: int) -> DigestEntry:
    """The only story of that digest."""
    [only] = digest(builder, *seen).entries
    return only


def words(quote: Quote) -> str:
    """What a quote says."""
    return " … ".join(citation.span.text for citation in quote.content)


def names(quotes: tuple[Quote, ...]) -> list[str | None]:
    """Who says it."""
    return [quote.name.span.text if quote.name else None for quote in quotes]


def articles(builder: StoryBuilder) -> dict[int, Article]:
    """What was filed, by number."""
    return {stored.id: stored.article for stored in builder.articles}


def test_the_most_central_article_leads() -> None:
    """Headline and extract come from what all articles tell, not from the newest one's aside."""
    builder = StoryBuilder()
    wall = ("wall", 0.8), ("harbour", 0.6)
    builder.harbour(hours=5, terms=wall)
    builder.article(FERRY, headline="A day on the pier", hours=1, terms=(("pier", 0.9), wall[1]))
    builder.article(HARBOUR, headline="Wall to stand", source="Herald", hours=3, terms=wall)
    assert entry(builder).headline.span.text == "Wall to stand"


def test_a_story_told_by_one_article() -> None:
    """Headline, extract, the best statements, the rest, the source: each from the article."""
    builder = StoryBuilder()
    builder.harbour(url="https://wire.example/1")
    shown = entry(builder)
    assert (shown.headline.part, shown.headline.span.text) == (
        ArticlePart.HEADLINE,
        "Sund's harbour wall to stand by winter",
    )
    assert shown.url == "https://wire.example/1"
    assert names(shown.statements) == ["Ilse Varga", "Tomas Brandt", "Sund Courier"]
    assert [words(quote) for quote in shown.rest] == [
        "“We will not ask our fishermen to wait another year,”"
    ]
    assert [source.outlet for source in shown.sources] == ["Northern Wire"]
    first = shown.statements[0]
    assert [c.span.text for c in (first.role, first.cue, first.sentence) if c] == [
        "Mayor",
        "said",
        "Mayor Ilse Varga said the new harbour wall would be finished before the winter storms.",
    ]


def test_a_mark_is_no_verb() -> None:
    """In "Jon Rask: “No leak.”" the colon is found as what reports.

    Nobody is shown it as a word.
    """
    builder, body = StoryBuilder(), "Jon Rask: “No leak.”"
    builder.article(
        body, statement(body, "Jon Rask", "“No leak.”", cue=":", form=QuotationType.DIRECT)
    )
    [quote] = entry(builder).statements
    assert (names((quote,)), quote.cue) == (["Jon Rask"], None)


def test_quoted_words_keep_their_that() -> None:
    """Inside quote marks every word is the speaker's."""
    body = "“that the wall stands is luck,” said Ilse Varga."
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, "Ilse Varga", "that the wall stands is luck", form=QuotationType.DIRECT),
    )
    [told] = entry(builder).statements
    assert words(told) == "that the wall stands is luck"


def test_without_a_headline_the_opening_stands() -> None:
    """An article that has no headline is headed by its analysis's title, a place in its body."""
    builder = StoryBuilder()
    builder.harbour(headline=None)
    head = entry(builder).headline
    assert head.part is ArticlePart.BODY
    assert head.span.holds_in(HARBOUR)


def test_the_extract_says_what_nothing_else_says() -> None:
    """It repeats neither the headline nor the key statements, and stands in text order."""
    body = (
        "The pier of Sund will be closed for two years from Monday on. Gulls have nested on it "
        "since the cranes were taken down in spring. Ada Fenn said the pier would hold until then. "
        "The work costs nine million crowns and is paid for by the county of Sund."
    )
    builder = StoryBuilder()
    builder.article(body, statement(body, "Ada Fenn", "the pier would hold until then"))
    shown = entry(builder)
    texts = [citation.span.text for citation in shown.extract]
    assert texts
    assert shown.headline.span.text not in texts
    assert not any(words(quote) in text for quote in shown.statements for text in texts)
    assert [c.span.start for c in shown.extract] == sorted(c.span.start for c in shown.extract)


def test_an_extract_that_cannot_avoid_statements_stands() -> None:
    """Where every sentence is somebody's statement the best one is shown all the same."""
    body = "Petra Olin said the ferry would stop in March."
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, "Petra Olin", "the ferry would stop in March"),
        headline="Ferry news",
        source="Radio",
    )
    assert [citation.span.text for citation in entry(builder).extract] == [body]


def test_the_same_words_come_once() -> None:
    """Two outlets with one agency's text give each statement once, from who had it first."""
    builder = StoryBuilder()
    builder.harbour(hours=1)
    builder.harbour(source="Sund Courier", hours=4)
    shown = entry(builder)
    all_words = [words(quote) for quote in (*shown.statements, *shown.rest)]
    assert len(all_words) == len(set(all_words)) == 4
    assert {quote.content[0].article for quote in shown.statements} == {2}
    assert [source.article for source in shown.sources] == [1, 2]


def test_a_shortened_copy_is_the_same_statement() -> None:
    """A paper that prints half of a statement adds none."""
    longer = "Petra Olin said the route had lost money for eleven years and nobody would buy it."
    shorter = "Olin said the route had lost money for eleven years."
    builder = StoryBuilder()
    whole = "the route had lost money for eleven years and nobody would buy it"
    builder.article(longer, statement(longer, "Petra Olin", whole, score=0.6), source="Coast Radio")
    builder.article(
        shorter,
        statement(shorter, "Olin", "the route had lost money for eleven years"),
        source="Sund Courier",
    )
    shown = entry(builder)
    assert [words(quote) for quote in (*shown.statements, *shown.rest)] == [whole]


def test_a_statement_counts_the_outlets_that_carry_it() -> None:
    """Three outlets print one statement, each in its own length.

    One of them twice: it stands once, with three.
    """
    bodies = {
        "Coast Radio": "Petra Olin said the route had lost money for eleven years.",
        "Sund Courier": "Petra Olin said the ferry route had lost money for eleven years.",
        "Northern Wire": "Olin said the route had lost much money for eleven years.",
    }
    builder = StoryBuilder()
    for source, body in [*bodies.items(), ("Coast Radio", bodies["Coast Radio"])]:
        content = body.split(" said ")[1].rstrip(".")
        builder.article(body, statement(body, body.split(" said ")[0], content), source=source)
    (shown,) = entry(builder).statements
    assert shown.outlets == 3


def test_a_denial_is_no_copy_of_what_it_denies() -> None:
    """Two outlets that quote one voice to the contrary give two statements, each of one outlet."""
    first, second = "Petra Olin said the route was lost.", "Petra Olin said the route was not lost."
    builder = StoryBuilder()
    builder.article(
        first, statement(first, "Petra Olin", "the route was lost"), source="Coast Radio"
    )
    builder.article(
        second, statement(second, "Petra Olin", "the route was not lost"), source="Sund Courier"
    )
    assert [quote.outlets for quote in entry(builder).statements] == [1, 1]


def test_two_people_may_say_the_same() -> None:
    """The same short words of two named people are two statements."""
    body = "Petra Olin said it was over. Jon Rask said it was over."
    second = body.rindex("it was over")
    builder = StoryBuilder()
    rask = statement(body, "Jon Rask", "it was over")
    rask = replace(rask, content=(Span.of(body, second, second + 11),))
    builder.article(body, statement(body, "Petra Olin", "it was over"), rask)
    assert names(entry(builder).statements) == ["Petra Olin", "Jon Rask"]


def test_the_better_statement_comes_first_whoever_speaks() -> None:
    """An unnamed speaker goes before a named one only with a higher score."""
    body = "One official said the pier was lost. Harbour master Ada Fenn said the pier would hold."
    for score, expected in (
        (0.9, ["One official", "Ada Fenn"]),
        (0.6, ["Ada Fenn", "One official"]),
    ):
        builder = StoryBuilder()
        lost = statement(
            body, "One official", "the pier was lost", kind=ActorKind.UNNAMED, score=score
        )
        builder.article(body, lost, statement(body, "Ada Fenn", "the pier would hold", score=0.6))
        assert names(entry(builder).statements) == expected


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.88, ["Ada Fenn", "Jon Rask", "Ada Fenn"]), (0.2, ["Ada Fenn", "Ada Fenn", "Ada Fenn"])],
)
def test_one_speaker_seldom_fills_the_digest(score: float, expected: list[str]) -> None:
    """Others are heard before the same person's second statement, unless theirs is far worse."""
    body = (
        "Ada Fenn said the pier sank. Ada Fenn said two cranes broke. Ada Fenn said work ends. "
        "Jon Rask said no."
    )
    builder = StoryBuilder()
    fenn = [
        statement(body, "Ada Fenn", content, score=0.9)
        for content in ("the pier sank", "two cranes broke", "work ends")
    ]
    builder.article(body, *fenn, statement(body, "Jon Rask", "no", score=score))
    shown = entry(builder)
    assert names(shown.statements) == expected
    assert len(shown.rest) == 1


@pytest.mark.parametrize(
    ("second", "expected"),
    [("Ada Fenn", ["Ada Fenn", "Eva Holm", "Otto Lund"]), ("Jon Rask", ["Ada Fenn", "Jon Rask"])],
)
def test_who_says_nearly_the_same_twice_gives_way(second: str, expected: list[str]) -> None:
    """What a speaker varies comes after what others say; what another contradicts does not."""
    body = (
        f"Ada Fenn said the pier sinks by June. {second} said the pier never sinks by June. "
        "Eva Holm said the mayor knew. Otto Lund said the cranes were sold."
    )
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, "Ada Fenn", "the pier sinks by June", score=0.9),
        statement(body, second, "the pier never sinks by June", score=0.5),
        statement(body, "Eva Holm", "the mayor knew", score=0.45),
        statement(body, "Otto Lund", "the cranes were sold", score=0.4),
    )
    assert names(entry(builder).statements)[: len(expected)] == expected


@pytest.mark.parametrize(
    "asked", [{"topic": "quays, gulls"}, {"topic": None, "followed": ["Otto Lund"]}]
)
def test_what_a_story_came_for_is_shown(asked: dict[str, Any]) -> None:
    """A statement on the topic, or by an actor followed, is shown though others score higher."""
    said = {
        "Ada Fenn": "the pier sinks",
        "Jon Rask": "two cranes broke",
        "Eva Holm": "the mayor knew",
        "Otto Lund": "the gulls have left",
    }
    body = " ".join(f"{name} said {each}." for name, each in said.items())
    builder = StoryBuilder()
    scores = (0.9, 0.8, 0.7, 0.2)
    builder.article(
        body,
        *(
            statement(body, name, each, score=score)
            for (name, each), score in zip(said.items(), scores, strict=True)
        ),
    )
    choice = choose(builder.stories(), posted=frozenset(), now=NOON, top=5)
    made = compose(choice, now=NOON, zone="UTC", since=NOON, **asked)
    assert names(made.entries[0].statements) == ["Ada Fenn", "Jon Rask", "Otto Lund"]


def test_what_is_no_statement_is_never_shown() -> None:
    """A score of 0 keeps a deed or a scrap out of the digest and its thread."""
    body = "Ada Fenn said the pier would hold. Jon Rask supported the pier."
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, "Ada Fenn", "the pier would hold"),
        statement(body, "Jon Rask", "the pier", cue="supported", score=0.0),
    )
    shown = entry(builder)
    assert names((*shown.statements, *shown.rest)) == ["Ada Fenn"]


def test_a_speaker_nobody_knows_keeps_the_words_beside_the_verb() -> None:
    """Without an actor the speaker's own words stand for the name; without either there is none."""
    body = "They said the pier would hold. It was said to be old."
    builder = StoryBuilder()
    they = replace(statement(body, "They", "the pier would hold"), actor=None)
    nobody = statement(body, None, "be old")
    builder.article(body, they, nobody)
    assert names(entry(builder).statements) == ["They", None]


def test_an_update_is_composed_of_the_new_alone() -> None:
    """Neither words nor sources of what the channel has seen come again."""
    builder = StoryBuilder()
    builder.harbour(hours=5)
    builder.article(
        FERRY,
        statement(FERRY, "Jon Rask", "“Nobody told us,”", form=QuotationType.DIRECT),
        headline="New",
        source="Radio",
    )
    shown = entry(builder, 1)
    assert shown.update
    assert {citation.article for citation in digest(builder, 1).citations()} == {2}
    assert [source.article for source in shown.sources] == [2]


def test_an_update_tells_only_what_is_new() -> None:
    """A copy with one new sentence and one new statement.

    Neither what was said nor what was told comes again.
    """
    news = (
        "The ferry will sail until May after all. Minister Ada Fenn said the state would "
        "pay for it."
    )
    builder = StoryBuilder()
    builder.ferry(story=1, hours=5)
    body = f"{FERRY} {news}"
    again = statement(
        body, "Petra Olin", "the route had lost money for eleven years", role="owner", score=0.9
    )
    builder.article(
        body,
        again,
        statement(body, "Ada Fenn", "the state would pay for it", role="Minister"),
        headline="Ferry saved",
        source="Sund Courier",
    )
    builder.articles[1] = replace(
        builder.articles[1],
        analysis=replace(
            builder.articles[1].analysis, extract=builder.articles[1].analysis.sentences
        ),
    )
    shown = entry(builder, 1)
    assert shown.update
    assert names((*shown.statements, *shown.rest)) == ["Ada Fenn"]
    assert [citation.span.text for citation in shown.extract] == [
        "The ferry will sail until May after all."
    ]


def test_muted_actors_are_not_heard() -> None:
    """What a muted actor said is in neither the digest nor its thread.

    The story stands on the others.
    """
    builder = StoryBuilder()
    builder.harbour()
    story_filter = StoryFilter(muted=("Varga",))
    choice = choose(
        builder.stories(), posted=frozenset(), now=NOON, story_filter=story_filter, top=5
    )
    [shown] = compose(
        choice, now=NOON, zone="UTC", since=NOON, topic=None, muted=story_filter.muted
    ).entries
    assert names((*shown.statements, *shown.rest)) == ["Tomas Brandt", "Sund Courier"]


def test_left_out_is_told() -> None:
    """The digest knows how many stories it has no room for."""
    builder = StoryBuilder()
    for story in range(1, 9):
        builder.ferry(story=story)
    assert digest(builder).left_out == 3


def test_nothing_new_is_an_empty_digest() -> None:
    """Without news there are no entries, and nothing to mark as seen."""
    empty = digest(StoryBuilder())
    assert empty.entries == ()
    assert empty.article_ids == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(["harbour", "ferry"]), st.integers(1, 3), st.floats(0, 50)),
        max_size=8,
    )
)
def test_every_word_is_proved(filed: list[tuple[str, int, float]]) -> None:
    """Whatever was filed, each citation of its digest slices its article."""
    builder = StoryBuilder()
    for name, story, hours in filed:
        getattr(builder, name)(story=story, hours=hours)
    assert find_mismatches(digest(builder), articles(builder)) == ()


def test_a_changed_body_is_found() -> None:
    """A body that moved by a character breaks every citation of it, a headline only its own."""
    builder = StoryBuilder()
    stored = builder.harbour()
    made = digest(builder)
    moved = {stored.id: replace(stored.article, body=f" {HARBOUR}")}
    wrong = find_mismatches(made, moved)
    assert {citation.part for citation in wrong} == {ArticlePart.BODY}
    assert len(wrong) == sum(citation.part is ArticlePart.BODY for citation in made.citations())
    renamed = {stored.id: replace(stored.article, headline=None)}
    assert {citation.part for citation in find_mismatches(made, renamed)} == {ArticlePart.HEADLINE}


def test_an_article_that_is_not_there_proves_nothing() -> None:
    """Citations of an article that the store has not are all mismatches."""
    builder = StoryBuilder()
    builder.ferry()
    made = digest(builder)
    assert find_mismatches(made, {}) == tuple(made.citations())


def test_an_empty_span_proves_nothing() -> None:
    """A citation of no words does not hold."""
    builder = StoryBuilder()
    builder.ferry()
    made = digest(builder)
    hollow = replace(made.entries[0], headline=Citation(1, ArticlePart.BODY, Span(3, 3, "")))
    assert len(find_mismatches(replace(made, entries=(hollow,)), articles(builder))) == 1
