"""Sources set to extracts or to the link: no word that their licence does not let us show."""

import json
from dataclasses import replace
from datetime import timedelta

from bot.blocks.digest import digest_messages, digest_text
from bot.blocks.digest_html import digest_html
from bot.blocks.lookup import search_results
from bot.blocks.modals import citation_modal, in_text_modal, statements_modal
from bot.blocks.story import SpanReference
from bot.model import DisplayLevel, Policy, StoredArticle, Story
from bot.playground.blockcheck import check_blocks
from bot.stories.choice import choose
from bot.stories.citations import find_mismatches
from bot.stories.composition import compose
from tests.builders import NOON, StoryBuilder

BESIDE = "The wall has cost the town nine million crowns so far."


def held(show: DisplayLevel) -> StoredArticle:
    """The harbour story of a source whose policy is this, as the store gives it back."""
    stored = StoryBuilder().harbour(url="https://wire.example/harbour")
    analysis = (
        replace(stored.analysis, extract=(), statements=())
        if show is DisplayLevel.LINK
        else stored.analysis
    )
    return replace(stored, policy=Policy(show=show), analysis=analysis)


def test_a_digest_shows_what_the_licence_lets_it() -> None:
    """Of a link-only source the page has the headline, of an extracts-only one cited words."""
    for show in DisplayLevel:
        stored = held(show)
        choice = choose([Story(1, (stored,))], posted=frozenset(), now=NOON, top=5)
        digest = compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)
        html = digest_html(digest, {1: stored.article})
        messages = digest_messages(digest, channel_title="Who said what")
        everything = json.dumps(
            [[m.text, m.blocks] for m in messages], ensure_ascii=False
        ) + digest_text(digest)
        everything += json.dumps(statements_modal(digest.entries[0], "UTC"), ensure_ascii=False)
        assert "Sund's harbour wall to stand by winter" in everything
        assert "https://wire.example/harbour" in everything
        assert (BESIDE in html) == (show is DisplayLevel.FULL)
        if show is DisplayLevel.LINK:
            assert "cranes" not in everything + html
            assert "fishermen" not in everything + html


def test_a_link_only_source_without_headline_shows_no_words_of_its_text() -> None:
    """Where the opening stands in for a headline, the licence leaves outlet and link."""
    stored = held(DisplayLevel.LINK)
    stored = replace(stored, article=replace(stored.article, headline=None))
    choice = choose([Story(1, (stored,))], posted=frozenset(), now=NOON, top=5)
    digest = compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)
    messages = digest_messages(digest, channel_title="Who said what")
    everything = json.dumps(
        [[m.text, m.blocks] for m in messages], ensure_ascii=False
    ) + digest_text(digest)
    everything += json.dumps(statements_modal(digest.entries[0], "UTC"), ensure_ascii=False)
    everything += json.dumps(search_results("wall", [stored], NOON).blocks) + digest_html(
        digest, {1: stored.article}
    )
    everything += json.dumps(in_text_modal([(stored, SpanReference(1, 0, 40))], NOON))
    assert "Varga" not in everything
    assert "harbour wall" not in everything
    assert "An article without a headline" in everything
    assert "https://wire.example/harbour" in everything
    assert find_mismatches(digest, {1: stored.article}) == ()
    assert all(check_blocks(list(message.blocks), "message") == [] for message in messages)


def test_a_closed_source_is_not_cited_either() -> None:
    """The window to copy a citation from has no word of a link-only source."""
    told = json.dumps(
        citation_modal([(held(DisplayLevel.LINK), SpanReference(1, 0, 40))], NOON),
        ensure_ascii=False,
    )
    assert "Ilse" not in told
    assert "https://wire.example/harbour" in told
