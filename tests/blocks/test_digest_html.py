"""The digest as a page: every shown word links to its place, and nothing in an article acts."""

import re
from dataclasses import replace

from bot.blocks.digest_html import digest_html
from bot.model import Article, ArticlePart, Citation, Span
from tests.builders import NOON

BODY = 'Ines Valcourt said "the <script>alert(1)</script> lights & lamps" were out. She left.'


def cited(start: int, end: int) -> Citation:
    """Cite a stretch of the body."""
    return Citation(1, ArticlePart.BODY, Span.of(BODY, start, end))


def cited_in(body: str, words: str) -> Citation:
    """Cite words where a text has them."""
    return Citation(
        1, ArticlePart.BODY, Span.of(body, body.index(words), body.index(words) + len(words))
    )


def digest_of(*extract: Citation):
    """Make a digest that shows these stretches."""
    from bot.model import Digest, DigestEntry

    headline = Citation(1, ArticlePart.HEADLINE, Span(0, 6, "Lights"))
    entry = DigestEntry(1, headline, None, NOON, extract, (), (), (), 1, 1)
    return Digest(NOON, "UTC", NOON, None, (entry,))


def test_every_link_leads_to_a_mark() -> None:
    """Each shown word's link has its anchor on the other side, overlapping spans too."""
    made = digest_html(digest_of(cited(0, 13), cited(5, 30)), {1: Article(BODY, "Lights")})
    links = re.findall(r'href="#([^"]+)"', made)
    anchors = re.findall(r'<mark id="([^"]+)"', made)
    assert len(links) == 3
    assert set(links) == set(anchors)


def test_what_is_not_shown_is_not_marked() -> None:
    """A statement kept for the thread leaves no mark among the articles."""
    from bot.model import QuotationType, Quote, Stance

    kept = Quote((cited(70, 79),), QuotationType.INDIRECT, Stance.SAYS, None, None, None, None)
    digest = digest_of(cited(0, 13))
    digest = replace(digest, entries=(replace(digest.entries[0], rest=(kept,)),))
    made = digest_html(digest, {1: Article(BODY, "Lights")})
    assert made.count("<mark") == 2


def test_the_words_are_all_there_and_none_acts() -> None:
    """Markup in an article is shown as text; with the tags taken out the body stands whole."""
    made = digest_html(digest_of(cited(0, len(BODY))), {1: Article(BODY, "Lights")})
    assert "<script>" not in made
    shown = re.sub(r"<[^>]+>", "", made)
    assert shown.count("&lt;script&gt;") == 2


def test_according_to_stands_before_its_speaker() -> None:
    """A verb follows its speaker, "according to" goes in front."""
    from bot.model import QuotationType, Quote, Stance

    body = "According to Ines Valcourt, mayor, it held. She said it would."
    told = [
        Quote(
            (cite,),
            QuotationType.INDIRECT,
            Stance.SAYS,
            name,
            None,
            verb,
            None,
            line=(cite,),
            introduction=verb,
        )
        for cite, name, verb in (
            (
                cited_in(body, "it held"),
                cited_in(body, "Ines Valcourt"),
                cited_in(body, "According to"),
            ),
            (cited_in(body, "it would"), cited_in(body, "She"), cited_in(body, "said")),
        )
    ]
    digest = digest_of()
    digest = replace(digest, entries=(replace(digest.entries[0], statements=tuple(told)),))
    lines = re.findall(r"<li>(.*?)</li>", digest_html(digest, {1: Article(body, "Lights")}))
    assert [re.sub(r"<[^>]+>", "", line) for line in lines] == [
        "According to Ines Valcourt: it held",
        "She said: it would",
    ]


def test_an_empty_digest_says_so() -> None:
    """Without stories the page says that there is nothing new."""
    from bot.model import Digest

    assert "Nothing new." in digest_html(Digest(NOON, "UTC", NOON, None, ()), {})
