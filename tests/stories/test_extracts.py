"""The sentences below a headline come from all of a story's articles, and each says whose it is."""

import pytest

from bot.blocks.digest import digest_text
from bot.blocks.story import story_blocks
from bot.model import ArticlePart, DigestEntry
from bot.stories.citations import find_mismatches
from tests.builders import StoryBuilder, statement
from tests.stories.test_composition import articles, digest, entry

WIRE = (
    "A fire destroyed the grain store of Brekka on Tuesday night. "
    "Firefighters from four towns fought it until dawn. "
    "The store was built in 1911."
)
HERALD = (
    "A fire destroyed the grain store of Brekka, where half of the harvest lay. "
    "Brekka has lost 9,000 tons of barley and its only silo. "
    "A market is held there on Saturdays."
)
GAZETTE = (
    "Brekka has lost 9,000 tons of barley in a fire at its grain store. "
    "The county opened two of its own silos to farmers on Wednesday."
)


def fire() -> StoryBuilder:
    """Return three outlets' reports of one fire."""
    builder = StoryBuilder()
    shared = (("grain", 0.8), ("fire", 0.7))
    for hours, (source, body) in enumerate(
        (("Wire", WIRE), ("Herald", HERALD), ("Gazette", GAZETTE)), start=1
    ):
        builder.article(
            body,
            headline=f"Brekka mourns: {source}",
            source=source,
            url=f"https://{source.lower()}.example/fire",
            hours=hours,
            terms=shared,
        )
    return builder


def shown(composed: DigestEntry) -> list[str]:
    """Return the words of an extract."""
    return [citation.span.text for citation in composed.extract]


def test_an_extract_tells_what_several_outlets_carry() -> None:
    """What only another outlet than the headline's says is shown, if others bear it out."""
    composed = entry(fire())
    assert composed.headline.article == 1
    assert any("9,000 tons" in words for words in shown(composed))
    assert {citation.part for citation in composed.extract} == {ArticlePart.BODY}
    assert {citation.article for citation in composed.extract} <= {
        source.article for source in composed.sources
    }
    assert not find_mismatches(digest(fire()), articles(fire()))


def test_the_headlines_article_leads_its_extract() -> None:
    """Its own best sentence comes first, whatever others carry."""
    first, second = entry(fire()).extract
    assert first.article == entry(fire()).headline.article
    assert first.span.text == "A fire destroyed the grain store of Brekka on Tuesday night."
    assert second.article != first.article


def test_a_sentence_that_a_statement_repeats_in_part_is_no_second_one() -> None:
    """A statement in two pieces holds the words of two sentences, each of which it repeats."""
    body = (
        "The store of Brekka burned down on Tuesday. The barley is lost for good, said Ola Vik. "
        "The county opened two silos. We will sow again in April."
    )
    builder = StoryBuilder()
    words = "The barley is lost for good|We will sow again in April."
    builder.article(body, statement(body, "Ola Vik", words), headline="Brekka mourns")
    assert shown(entry(builder)) == [
        "The store of Brekka burned down on Tuesday.",
        "The county opened two silos.",
    ]


def test_two_outlets_sentences_never_tell_the_same() -> None:
    """Of sentences that share most words one is shown, so that two outlets do not seem two news."""
    [first, second] = shown(entry(fire()))
    words, others = set(first.lower().split()), set(second.lower().split())
    assert len(words & others) <= 0.5 * min(len(words), len(others))


def test_a_sentence_of_another_outlet_names_and_links_it() -> None:
    """In Slack and in a terminal, a sentence from elsewhere than the headline says from where."""
    composed = entry(fire())
    elsewhere = [citation for citation in composed.extract if citation.article != 1]
    assert elsewhere
    shown, *_ = story_blocks(composed, digest(fire()), 300, 300)
    opening = shown["elements"][0]["elements"]
    links = {part["text"]: part["url"] for part in opening if part["type"] == "link"}
    printed = digest_text(digest(fire()))
    for citation in elsewhere:
        [source] = [each for each in composed.sources if each.article == citation.article]
        assert links[source.outlet or ""].startswith(source.url or "-")
        assert f"{citation.span.text} ({source.outlet})" in printed


def test_a_copy_of_the_sentence_that_heads_a_story_is_not_shown_below_it() -> None:
    """Where no source gave a headline, a first sentence heads it; others begin with it too."""
    builder, opening = StoryBuilder(), "A fire destroyed the grain store of Brekka on Tuesday"
    for source, rest in (("Wire", "."), ("Herald", ", and with it half of the harvest.")):
        builder.article(f"{opening}{rest} The barley is lost.", source=source)
    assert shown(entry(builder)) == ["The barley is lost."]


def test_a_headline_in_the_text_keeps_no_lead_out() -> None:
    """A sentence that says more than the line above it is shown, though it holds its words."""
    lead = (
        "Coach Bruno Vik leaves Brekka after the fire, the club said on Tuesday, and takes his "
        "brother with him."
    )
    body = f"Coach Bruno Vik leaves Brekka after fire.\n\n{lead}\n\nThe stand was built in 1911."
    builder = StoryBuilder()
    builder.article(body)
    composed = entry(builder)
    assert composed.headline.span.text == "Coach Bruno Vik leaves Brekka after fire."
    assert lead in shown(composed)


@pytest.mark.parametrize("quote", ["“We will sow again in April, all of us,” said Ola Vik."])
def test_what_somebody_says_comes_after_the_news(quote: str) -> None:
    """A sentence that is mostly quoted is shown only where no other is left."""
    builder = StoryBuilder()
    builder.article(f"{quote} The store burned down. The barley is lost.", headline="Brekka mourns")
    assert shown(entry(builder)) == ["The store burned down.", "The barley is lost."]
    alone = StoryBuilder()
    alone.article(f"{quote} The store burned down.", headline="Brekka mourns")
    assert shown(entry(alone)) == [quote, "The store burned down."]
