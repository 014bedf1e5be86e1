"""Outlets are counted honestly.

Copies of one agency's text, and what it is credited with, count once.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from bot.model import Span, StoredArticle
from bot.stories.outlets import count_distinct, find_outlet_keys
from bot.stories.repetition import agency_of, count_independent, count_outlets
from tests.builders import article, stored

AGENCY = (
    "The ferry Tern sank off Port Vale on Monday night with 64 people aboard, the coastguard said. "
    "Fishing boats saved all of them within an hour.\n\n"
    "Vale Lines, which owns the ferry, had been told in January that it must not sail, a "
    "letter shows. "
    "The company declined to comment on the letter."
)
CUT = AGENCY.partition("\n\n")[0]
OWN = (
    "For an hour nobody in Port Vale knew whether the Tern would stay afloat. Then the first "
    "fishing boat came in, "
    "with eleven people wrapped in sails, and the bells of the town began to ring."
)
THIRD = (
    "Islanders will have no ferry until Thursday. The ministry of ports said it would "
    "send one from Talmoor."
)


def told(source: str | None, body: str, number: int = 1, **fields: Any):
    """An article on the ferry as stored."""
    return stored(article(body, **({"source": source, "url": None} | fields)), number=number)


def count_all(articles: Sequence[StoredArticle]) -> tuple[int, int]:
    """Count outlets, and the independent ones among them."""
    return count_outlets(articles), count_independent(articles)


def test_outlets_with_texts_of_their_own_all_count():
    """Three reporters, three voices."""
    articles = [told("Courier", AGENCY), told("Herald", OWN), told("Islander", THIRD)]
    assert count_all(articles) == (3, 3)


def test_copies_count_once():
    """A text that two outlets took from one agency, one of them cut, is one voice."""
    articles = [told("Courier", AGENCY), told("Herald", CUT), told("Islander", THIRD)]
    assert all(count_all(order) == (3, 2) for order in permutations(articles))


def test_an_edited_copy_is_a_copy():
    """New words at the start do not make a text one's own; other words throughout do."""

    def voices(one: str, other: str) -> int:
        return count_independent([told("Courier", one), told("Herald", other)])

    assert voices(AGENCY, f"Sad news from the islands. {AGENCY}") == 1
    assert voices(AGENCY, OWN) == 2
    assert voices("--", "--") == 2


@pytest.mark.parametrize(
    "credited",
    [
        {"body": f"PORT VALE, March 2 (Tidings) — {OWN}"},
        {"body": f"{OWN} (Tidings)"},
        {"body": f"{OWN}\n\n(Tidings)."},
    ],
)
def test_an_agency_and_those_who_credit_it_are_one_voice(credited: dict[str, str]):
    """A dateline or a closing credit says whose text it is, even where the words differ."""
    herald = told("Herald", **credited)
    assert agency_of(herald) == "tidings"
    assert count_all([told("Tidings", AGENCY), herald]) == (2, 1)


def test_a_byline_names_the_agency():
    """It is then AP's text, whoever prints it."""
    assert agency_of(told("Herald", OWN, byline="Ann Lee, Associated Press")) == "ap"


def test_an_agency_behind_most_statements_is_the_origin():
    """An article all of whose statements come "according to Tidings" is not a voice of its own."""
    body = "Mara Ilves said the harbour stays open, according to Tidings."
    one = stored(article(body))
    via = Span.of(body, body.index("Tidings"), body.index("Tidings") + 7)
    credited = replace(
        one.analysis, statements=tuple(replace(s, via=via) for s in one.analysis.statements)
    )
    assert agency_of(one) is None
    assert agency_of(replace(one, analysis=credited)) == "tidings"


def test_an_outlet_with_several_texts_is_one():
    """More articles from one newsroom corroborate nothing."""
    articles = [told("Courier", AGENCY), told("Courier", OWN), told(" courier", THIRD)]
    assert count_all(articles) == (1, 1)


def test_an_unnamed_source_is_known_by_its_address():
    """Where a file names no source, the host of its address tells outlets apart.

    Without both it is nobody's.
    """
    herald = told(None, OWN, url="https://www.herald.example/a")
    courier = told(None, AGENCY, url="https://courier.example/b")
    assert count_all([herald, courier, told("The Herald", THIRD)]) == (2, 2)
    assert count_all([told(None, OWN), told(None, THIRD)]) == (1, 1)


OUTLETS = {
    "a name and its hosts": ["VBC News", "vbc.co.uk", "www.vbc.com", "VBC", "https://m.vbc.com/a"],
    "a feed's title and the page's own name": [
        "Sund Times > World https://www.sundtimes.example/1",
        "The Times of Sund https://sundtimes.example/2",
        "The Times of Sund",
    ],
    "an article and a hyphen": ["The Amar Post", "https://amar-post.example/a", "Amar Post Online"],
    "a section's and an edition's host": [
        "https://feeds.lantern.example/rss",
        "https://sport.lantern.example/a",
        "https://uk.lantern.example/b",
        "LANTERN",
    ],
    "an agency's long and short name": ["Associated Press", "AP", "https://apnews.com/a"],
}


def name_outlets(outlets: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the keys of "NAME URL", of which one may lack."""
    parted = [one.partition("https://") for one in outlets]
    return [find_outlet_keys(name.strip() or None, mark + rest) for name, mark, rest in parted]


@pytest.mark.parametrize("outlets", OUTLETS.values(), ids=OUTLETS)
def test_an_outlet_under_several_names_is_one(outlets: list[str]):
    """By its name, the host of its pages, or another article that has both."""
    assert all(count_distinct(order) == 1 for order in permutations(name_outlets(outlets)))


def test_outlets_that_share_a_site_or_a_word_are_several():
    """A platform's host is nobody's name, and "Times" or "News" is not all of one."""
    outlets = [
        "Courier https://news.google.com/a",
        "Herald https://news.google.com/b",
        "https://anna.substack.com/p",
        "https://bert.substack.com/p",
        "Sund Times",
        "Times",
        "Amar News",
        "https://desk.broken]host/",
    ]
    assert count_distinct(name_outlets(outlets)) == len(outlets)


def test_no_article_no_outlet():
    """Nothing corroborates nothing."""
    assert count_all([]) == (0, 0)


def test_a_bracket_in_the_text_is_no_credit():
    """Only a dateline's or the last bracket names an agency."""
    assert agency_of(told("Herald", f"Ann Lee (Harborough) won. {OWN}")) is None
