"""The fields above a Markdown text, whatever form they have."""

import pytest

from bot.model import Article
from bot.reading import read

TEXT = "The board of Sund voted on Monday to move the fish market, Oda Lind said after the vote."


def front(fields: str, *, fence: str = "---") -> Article:
    """Return the article below these fields."""
    return read(f"{fence}\n{fields}\n{fence}\n\n{TEXT}\n".encode()).articles[0]


@pytest.mark.parametrize(
    "authors",
    [
        "author: Ulla Roos, Per Ek",
        "authors: [Ulla Roos, Per Ek]",
        "authors:\n  - name: Ulla Roos\n    email: ulla@sund.example\n  - name: Per Ek",
        "author:\n  name: Ulla Roos, Per Ek\n  url: https://sund.example",
        "author:\n  - Ulla Roos\n  - name: Per Ek",
        "authors:\n  ur: {name: Ulla Roos}\n  pe: {name: Per Ek}",
        "author: ulla\nauthors: [{display-name: Ulla Roos}, {display_name: Per Ek}]",
        "params:\n  author: Ulla Roos, Per Ek",
        "Author: admin\nauthors:\n- ulla@sund.example (Ulla Roos)\n- Per Ek",
    ],
)
def test_authors_may_be_maps_and_lists(authors: str) -> None:
    """Authors are text, lists or maps; a login or an address is none."""
    assert front(authors).byline == "Ulla Roos, Per Ek"


def test_tables_of_toml() -> None:
    """TOML has tables and lists of tables, and dates of its own."""
    fields = (
        'title = "Fish market"\ndate = 2026-05-04T10:00:00Z\n[[authors]]\nname = "Ulla Roos"\n'
        '[[authors]]\nname = "Per Ek"\n[extra]\noutlet = "Sund Courier"'
    )
    article = front(fields, fence="+++")
    assert (article.headline, article.byline) == ("Fish market", "Ulla Roos, Per Ek")
    assert (article.source, str(article.published)) == ("Sund Courier", "2026-05-04 10:00:00+00:00")


@pytest.mark.parametrize(
    ("fields", "published", "updated"),
    [
        ("date: 2026-05-04 10:00:00 UTC", "2026-05-04 10:00:00+00:00", None),
        ("date: 2026-05-04 12:00:00 +0200", "2026-05-04 10:00:00+00:00", None),
        (
            "pubDate: May 4, 2026\nlast-modified: 2026-05-05 10:00 PM UTC",
            "2026-05-04 00:00:00+00:00",
            "2026-05-05 22:00:00+00:00",
        ),
        ("date: soon\ncreated: 2026-05-04", "2026-05-04 00:00:00+00:00", None),
    ],
)
def test_dates(fields: str, published: str, updated: str | None) -> None:
    """Dates have zones by name, and several names of fields; one that is none is passed over."""
    article = front(fields)
    assert str(article.published) == published
    assert str(article.updated) == str(updated)


def test_outlets_and_addresses_may_be_maps() -> None:
    """A source has a name and an address; an identifier or a path is neither."""
    article = front(
        "publisher: {name: Sund Courier, url: https://sund.example}\npermalink: /fish/\n"
        "canonical_url: https://sund.example/fish"
    )
    assert (article.source, article.url) == ("Sund Courier", "https://sund.example/fish")
    assert front("source: urn:sund:1\npublication: Sund Courier").source == "Sund Courier"
