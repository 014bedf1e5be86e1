"""Which addresses are one page, and which feeds a page links to."""

import pytest

from bot.intake.dedup import identify
from bot.intake.feed_discovery import find_feed_links
from bot.intake.links import page_identity
from bot.model import Article
from tests.builders import BODY


@pytest.mark.parametrize(
    "url",
    [
        "http://sund.example/fish",
        "https://www.sund.example/fish/",
        "https://SUND.example:443/fish#comments",
        "https://sund.example/fish;jsessionid=0A1B2C3D",
        "https://sund.example/(S(lit3py55t21z5v55vlm25s55))/fish",
        "https://sund.example/fish?PHPSESSID=q1w2e3",
        "https://sund.example/fish?sid=8c7e55a1d0",
        "https://sund.example/fish?session_id=f00ba4&utm_source=rss",
        "https://sund.example/fish?maca=en-rss-en-all-1573-rdf",
        "https://sund.example/fish?fbclid=IwAR0&at_medium=RSS&CMP=share",
        "https://sund.example/fish?source=rss",
        "https://sund.example/fish?wt_mc=red.soc&ns_mchannel=rss",
    ],
)
def test_one_page_has_many_addresses(url: str) -> None:
    """Neither scheme nor "www.", session, tracking or a slash at the end makes another page."""
    assert page_identity(url) == "sund.example/fish"


@pytest.mark.parametrize(
    "url",
    [
        "https://sund.example/fish2",
        "https://sund.example/fish?p=1",
        "https://sund.example/fish?sid=12",
        "https://sund.example/fish?session=45",
        "https://sund.example/fish?source=moon",
        "https://sund.example/fish?page=2&ref=x",
        "https://sund.example/fish#!/cod",
        "https://sund.example:8080/fish",
        "https://news.sund.example/fish",
        "https://sund.example/Fish",
    ],
)
def test_other_pages_stay_apart(url: str) -> None:
    """What may tell an article is kept: numbers, paths, other hosts, routes in fragments."""
    assert page_identity(url) != "sund.example/fish"


@pytest.mark.parametrize(
    ("guid", "url", "later_guid", "later_url"),
    [
        ("http://sund.example/?p=1", None, "https://www.sund.example/?p=1", None),
        ("7", "http://www.sund.example/fish", "7", "https://sund.example/fish"),
        (None, "http://sund.example/a;jsessionid=1a2b3c", None, "https://sund.example/a"),
    ],
)
def test_an_article_keeps_its_identity_when_its_site_moves_to_https(
    guid: str | None, url: str | None, later_guid: str | None, later_url: str | None
) -> None:
    """Guids that are addresses, short guids within a site, and bare links all stay the same."""
    earlier, later = (
        Article(BODY, guid=guid, url=url),
        Article(BODY, guid=later_guid, url=later_url),
    )
    assert identify([earlier], "Sund") == identify([later], "Sund")


@pytest.mark.parametrize(
    ("page", "links"),
    [
        ('<link href="/rss?a=1&amp;b=2" rel=alternate type="application/rss+xml">', "/rss?a=1&b=2"),
        ("<LINK REL='alternate' TYPE='application/atom+xml' HREF='//f.example'>", "//f.example"),
        ('<link rel="alternate" type="text/xml" href="r.xml">', "/news/r.xml"),
        ('<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/a">', "/a"),
        ('<link rel="feed" href="/a">', "/a"),
        ('<link rel="alternate" href="/feed/">', "/feed/"),
        ('<base href="/sub/"><link rel=alternate type="application/rss+xml" href=f>', "/sub/f"),
        ('<a href="/feed.xml">RSS</a>', "/feed.xml"),
        ('<base href="/en/"><a title="RSS feed" href="n.xml"><img src=i></a>', "/en/n.xml"),
        ('<a href="?feed=rss2">Follow</a>', "/news/?feed=rss2"),
        ('<a href="feed:https://sund.example/rss">Follow</a>', "/rss"),
        ('<a href="feed://sund.example/rss">Follow</a>', "/rss"),
        ('<a href="https://feeds.host.example/sund">RSS</a>', "//feeds.host.example/sund"),
        ('<a href="/f.rss">a</a><link rel=alternate type="text/xml" href=/b>', "/b /f.rss"),
        ('<link rel="stylesheet" href="/s.css"><a href="/bird-feed">Bird feed</a>', ""),
        ('<link rel="alternate" type="application/json+oembed" href="/o">', ""),
        ('<link rel="alternate" type="application/json" href="/wp-json/1">', ""),
        ('<link rel="alternate" type="text/xml" title="Comments" href="/c">', ""),
        ('<link rel="alternate" hreflang="de" href="/de/">', ""),
        ('<link rel="alternate" href="http://[x/feed"><link rel=alternate href=/feed>', "/feed"),
        ('<!-- <a href="/feed.xml">RSS</a> --><a href="https://x.example/feed/1">x</a>', ""),
    ],
)  # fmt: skip
def test_feeds_of_a_page_are_found(page: str, links: str) -> None:
    """Links in the head, then those that look like feeds, against `base`; none of comments."""
    found = find_feed_links(page.encode(), "https://sund.example/news/")
    hosts = (
        "https:" if link.startswith("//") else "https://sund.example" for link in links.split()
    )
    assert found == tuple(f"{host}{link}" for host, link in zip(hosts, links.split(), strict=True))
