"""The text of a feed's item is its own."""

import json

import pytest

from bot.model import Article
from bot.reading import read

CAPTION = "A caption, longer than the item, in which other people said what is not in the item."


def rss_item(item: str) -> Article:
    """Read a feed of one item."""
    namespace = 'xmlns:m="http://search.yahoo.com/mrss/"'
    feed = f"<rss {namespace}><channel><title>Quay News</title><item>{item}</item></channel></rss>"
    return read(feed.encode()).articles[0]


def atom_entry(entry: str) -> Article:
    """Read a feed of one entry."""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><entry>{entry}</entry></feed>'
    return read(feed.encode()).articles[0]


@pytest.mark.parametrize(
    "picture",
    [
        f'<m:content url="1.jpg"><m:description type="plain">{CAPTION}</m:description></m:content>',
        f'<m:group><m:content url="1.jpg"/><m:text type="html">{CAPTION}</m:text></m:group>',
        f"<image><title>No</title><description>{CAPTION}</description></image>",
    ],
)
def test_a_caption_is_not_the_text(picture: str) -> None:
    """What stands with a picture is not the item's text or title, however long it is."""
    item = rss_item(f"<title>Quay opens</title>{picture}<description>It opens.</description>")
    assert (item.headline, item.body) == ("Quay opens", "It opens.")


@pytest.mark.parametrize(("medium", "body"), [("video", "A film of the quay."), ("image", "")])
def test_a_film_is_told_by_its_description(medium: str, body: str) -> None:
    """An item that has no text but a film's description is told by it; not so a picture."""
    media = f'<m:content medium="{medium}"/><m:description>A film of the quay.</m:description>'
    assert rss_item(f"<title>Quay</title>{media}").body == body


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml", "audio/mpeg", "application/pdf"])
def test_content_that_is_no_text(kind: str) -> None:
    """Atom's content may be a picture or a file; then the summary is the text."""
    content = f'<content type="{kind}">QSBwaWN0dXJlIHRoYXQgaXMgbG9uZ2Vy</content>'
    assert atom_entry(f"{content}<summary>It opens.</summary>").body == "It opens."


def test_atom_says_what_is_plain_text() -> None:
    """Signs in Atom's plain text are signs, though they look like markup."""
    entry = atom_entry(
        '<title type="text">Its &lt;b>bold&lt;/b> move</title>'
        '<content type="text">A &lt;p> tag.</content>'
    )
    assert (entry.headline, entry.body) == ("Its <b>bold</b> move", "A <p> tag.")


def test_a_text_that_repeats_headline_and_outlet_is_none() -> None:
    """An item of a search service has no text of its own."""
    linked = "&lt;a href='x'>Quay opens&lt;/a> &lt;font>Quay News&lt;/font>"
    assert (
        rss_item(f"<title>Quay opens - Quay News</title><description>{linked}</description>").body
        == ""
    )


def test_the_end_that_wordpress_sets_is_no_text() -> None:
    """The line that names post and blog is not in the body."""
    end = "The post &lt;a href='x'>Quay&lt;/a> appeared first on &lt;a href='y'>News&lt;/a>."
    text = f"&lt;p>It opens.&lt;/p>&lt;p>{end}&lt;/p>"
    assert rss_item(f"<title>Quay</title><description>{text}</description>").body == "It opens."


def test_lines_of_a_json_feed_have_no_entities() -> None:
    """Entities in titles and names of a JSON Feed are read as their characters."""
    item = {"id": 1, "title": "Quay &#8216;opens&#8217;", "content_text": "It opens."}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Quay &amp; News"}
    article = read(json.dumps(feed | {"items": [item]}).encode()).articles[0]
    assert (article.headline, article.source) == ("Quay ‘opens’", "Quay & News")


def test_a_root_in_a_comment_begins_no_feed() -> None:
    """The feed begins at its own root element, not at one in a comment above it."""
    feed = b"<!-- <rss> was here --><rss><channel><item><title>Quay</title></item></channel></rss>"
    assert read(feed).articles[0].headline == "Quay"
