"""What a feed says about its items: their addresses, languages and authors."""

import json

import pytest

from bot.reading import read

ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Sund Courier</title>{}</feed>'
)
ENTRY = "<entry><id>urn:x:1</id><title>Fish market moves</title>{}</entry>"
RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom">'
    "<channel><title>Sund Courier</title>{}</channel></rss>"
)
ITEM = "<item><title>Fish market moves</title>{}</item>"
ADDRESS = "https://feeds.sund.example/rss/all.xml"


@pytest.mark.parametrize(
    ("feed", "url"),
    [
        (RSS.format(ITEM.format("<link>/fish</link>")), "https://feeds.sund.example/fish"),
        (RSS.format(ITEM.format("<link>fish</link>")), "https://feeds.sund.example/rss/fish"),
        (RSS.format(ITEM.format("<link>//sund.example/a</link>")), "https://sund.example/a"),
        (
            RSS.format("<link>https://sund.example</link>" + ITEM.format("<link>/a</link>")),
            "https://sund.example/a",
        ),
        (RSS.format("<link>/en/</link>" + ITEM.format("<link>a</link>")), "/en/a"),
        (RSS.format(ITEM.format('<guid isPermaLink="true">/a</guid>')), "/a"),
        (ATOM.format(ENTRY.format('<link href="../fish"/>')), "https://feeds.sund.example/fish"),
        (
            ATOM.format('<link href="https://s.example/"/>' + ENTRY.format('<link href="a"/>')),
            "/rss/a",
        ),
        (ATOM.format(ENTRY.format('<link xml:base="/en/" href="a"/>')), "/en/a"),
    ],
)
def test_relative_links_are_resolved(feed: str, url: str) -> None:
    """Against `xml:base`, an RSS feed's site, or the address that the feed was fetched from."""
    host = "" if url.startswith("https:") else "https://feeds.sund.example"
    assert read(feed.encode(), address=ADDRESS).articles[0].url == host + url


def test_a_feed_in_a_file_may_tell_its_address() -> None:
    """Where nobody fetched the feed, its link to itself is what links are resolved against."""
    own = f'<link rel="self" href="{ADDRESS}"/>'
    entry = ENTRY.format('<link href="/a"/>')
    assert read(ATOM.format(own + entry).encode()).articles[0].url == "https://feeds.sund.example/a"
    item = ITEM.format("<link>/a</link>")
    feed = RSS.format(own.replace("<link", "<atom:link") + item)
    assert read(feed.encode()).articles[0].url == "https://feeds.sund.example/a"


def _json_feed(item: dict[str, object] | None = None, **fields: object) -> bytes:
    own = {"id": 1, "title": "Fish &amp; chips", "content_text": "It moves.", "url": "/a"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Sund&#8217;s"}
    return json.dumps(feed | fields | {"items": [own | (item or {})]}).encode()


def test_a_json_feed_has_relative_links_and_escaped_titles() -> None:
    """Links are resolved against the feed; titles are plain text, also where they were escaped."""
    article = read(_json_feed(), address=ADDRESS).articles[0]
    assert (article.headline, article.source) == ("Fish & chips", "Sund’s")
    assert article.url == "https://feeds.sund.example/a"
    told = read(_json_feed(feed_url="https://sund.example/f.json")).articles[0]
    assert told.url == "https://sund.example/a"


@pytest.mark.parametrize(
    "authors",
    [
        [{"name": "Ulla Roos"}, {"name": "Per Ek"}],
        ["Ulla Roos", "Per Ek"],
        {"name": "Ulla Roos, Per Ek"},
        {"name": "Ulla Roos, Per &#69;k"},
        [
            {"name": "admin"},
            {"name": "Ulla Roos"},
            {"url": "https://x.example"},
            {"name": "Per Ek"},
        ],
    ],
)
def test_authors_of_a_json_feed(authors: object) -> None:
    """Authors are a list of objects, of names, or one object; a login is none."""
    assert read(_json_feed({"authors": authors})).articles[0].byline == "Ulla Roos, Per Ek"
    assert read(_json_feed(authors=authors)).articles[0].byline == "Ulla Roos, Per Ek"


def test_authors_of_an_atom_feed() -> None:
    """All authors of an entry are named; an entry without has those of its feed."""
    names = "".join(f"<author><name>{name}</name></author>" for name in ("Ulla Roos", "Per Ek"))
    assert read(ATOM.format(ENTRY.format(names)).encode()).articles[0].byline == "Ulla Roos, Per Ek"
    feed = ATOM.format(names + ENTRY.format("<summary>It moves.</summary>"))
    assert read(feed.encode()).articles[0].byline == "Ulla Roos, Per Ek"


def test_authors_of_an_rss_item() -> None:
    """Several creators are all named."""
    names = "<dc:creator>Ulla Roos</dc:creator><dc:creator>Per Ek</dc:creator>"
    assert read(RSS.format(ITEM.format(names)).encode()).articles[0].byline == "Ulla Roos, Per Ek"


@pytest.mark.parametrize(
    ("language", "url"), [("en", "/en/fish"), ("de", "/de/fisch"), ("de-AT", "/de/fisch")]
)
def test_the_link_in_the_entrys_language_is_its_address(language: str, url: str) -> None:
    """Of alternates in several languages the one in the entry's own counts."""
    links = '<link hreflang="en" href="/en/fish"/><link hreflang="de" href="/de/fisch"/>'
    links += '<link type="application/pdf" hreflang="en" href="/en/fish.pdf"/>'
    feed = ATOM.replace('"en"', f'"{language}"', 1).format(ENTRY.format(links))
    assert (
        read(feed.encode(), address="https://s.example/").articles[0].url
        == f"https://s.example{url}"
    )


@pytest.mark.parametrize(
    ("channel", "item", "language"),
    [
        ("<language>sv-SE</language>", "", "sv-SE"),
        ("<dc:language>sv</dc:language>", "", "sv"),
        ("<language>sv</language>", "<dc:language>fi</dc:language>", "fi"),
        ("<language>sv_FI</language>", "", "sv-FI"),
        ("<language>Swedish</language>", "", None),
    ],
)
def test_the_language_of_an_rss_item(channel: str, item: str, language: str | None) -> None:
    """An item's `dc:language` goes before its channel's; a name is no tag."""
    feed = RSS.format(channel + ITEM.format(item))
    assert read(feed.encode()).articles[0].language == language


def test_an_items_source_that_is_an_id_gives_way_to_the_feeds_name() -> None:
    """An identifier names no outlet; then the feed does."""
    item = "<item><title>Quay</title><source url='https://x.example/'>urn:x:1</source></item>"
    feed = f"<rss version='2.0'><channel><title>Sund Post</title>{item}</channel></rss>"
    assert read(feed.encode()).articles[0].source == "Sund Post"


@pytest.mark.parametrize(
    "fields",
    [
        '<enclosure url="/a.jpg" type="image/jpeg" length="1"/>',
        (
            '<enclosure url="/b.mp3" type="audio/mpeg" length="1"/>'
            '<enclosure url="/a.jpg" type="image/jpeg" length="1"/>'
        ),
        '<media:content url="/b.mp4" medium="video"/><media:content url="/a.jpg" medium="image"/>',
        '<media:thumbnail url="/a.jpg"/>',
    ],
)
def test_the_picture_of_an_item(fields: str) -> None:
    """It is one of Media RSS, or an enclosure that is a picture; a sound or film is none."""
    media = RSS.replace("<rss ", '<rss xmlns:media="http://search.yahoo.com/mrss/" ')
    text = "<description>The market moves.</description>"
    feed = media.format(ITEM.format(f"{text}{fields}"))
    assert read(feed.encode(), address=ADDRESS).articles[0].picture == (
        "https://feeds.sund.example/a.jpg"
    )


def test_the_picture_of_an_item_in_json() -> None:
    """A JSON Feed names it `image`."""
    item = {"id": "1", "title": "Fish market moves", "image": "/a.jpg"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Sund", "items": [item]}
    [article] = read(json.dumps(feed).encode(), address=ADDRESS).articles
    assert article.picture == "https://feeds.sund.example/a.jpg"
