"""Of a page, the text is its own article's, whole, and no other's."""

import json

import pytest

from bot.model.errors import SourceUnreadable
from bot.reading import read

FIRST = (
    "The council of Orm met on Monday night and talked for hours about the quay, the boats and the"
    " long winter that is to come."
)
LAST = "Nine boats wait outside the quay, and their crews were brought ashore on Sunday evening."
SAID = "“The quay will not open before May,” said Ann Orr, the harbor master."
OTHER = (
    "A ferry ran aground on Friday, and all who were on it were brought ashore by the fire brigade,"
    " said Tom Hale, who led it, when it was over and everybody had gone home to sleep."
)


def page(body: str, head: str = "") -> bytes:
    """Return a page of this title with a menu and a foot."""
    return (
        f"<!doctype html><html lang='en'><head><title>Quay stays shut</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a></nav>{body}<footer><p>All rights are reserved.</p></footer>"
        "</body></html>"
    ).encode()


def body_of(data: bytes) -> list[str]:
    """Return the paragraphs of the page's article."""
    [article] = read(data).articles
    return article.body.split("\n\n")


def article_with(middle: str) -> bytes:
    """Return a page whose article has `middle` between its first and its last paragraph."""
    return page(f"<article><h1>Quay stays shut</h1><p>{FIRST}</p>{middle}<p>{LAST}</p></article>")


@pytest.mark.parametrize(
    ("middle", "paragraphs"),
    [
        (f'<p class="wage-bargaining">{SAID}</p>', [SAID]),
        (f'<p class="quay-authority">{SAID}</p>', [SAID]),
        (f'<p class="social-workers">{SAID}</p>', [SAID]),
        (f'<p id="shareholders">{SAID}</p>', [SAID]),
        (f'<section class="metalworkers"><p>{SAID}</p></section>', [SAID]),
        ('<p class="newsletter-signup">Get our newsletter each day.</p>', []),
        (f'<p><a href="/orr">{SAID}</a></p>', [SAID]),
        (f'<article class="related"><h3>Ferry</h3><p>{OTHER}</p></article>', []),
        ('<p>“No,” said <a href="/o">Ann</a> <a href="/q">Orr</a>.</p>', ["“No,” said Ann Orr."]),
        (f"<figure><blockquote>{SAID}</blockquote></figure>", [SAID]),
        ("<figure><img><figcaption>Orr said so in May, on the quay.</figcaption></figure>", []),
        (f"<table><tr><td><p>{SAID}</p></td></tr></table>", [SAID]),
        (
            "<table><tr><th>Orr</th><td>“It is shut.”</td></tr><tr><td>Hale</td></tr></table>",
            ["Orr “It is shut.”", "Hale"],
        ),
        (f"<ul><li>{SAID}</li></ul>", [SAID]),
        (
            "<p>“We meet on <time>Friday at 9</time> for <output>9</output> hours,” she said.</p>",
            ["“We meet on Friday at 9 for 9 hours,” she said."],
        ),
        (
            "<div>“We meet on <time>Friday</time> for an hour,” she said.</div>",
            ["“We meet on Friday for an hour,” she said."],
        ),
        (
            '<p>“No,” said <span class="author">Orr</span> <b aria-hidden="true">again</b>.</p>',
            ["“No,” said Orr again."],
        ),
        ("<p>She said <q>no <q>new</q> berth</q> again.</p>", ["She said “no ‘new’ berth” again."]),
        ("<p>It holds 10<sup>6</sup> t, she said.<sup>2</sup></p>", ["It holds 10⁶ t, she said."]),
        ("<p>It will <del>never</del> open, she said.</p>", ["It will open, she said."]),
        (f"<p hidden>{OTHER}</p>", []),
        (f'<div style="display:none"><p>{OTHER}</p></div>', []),
        (f"<template><p>{OTHER}</p></template>", []),
        (f"<menu><li>{SAID}</li></menu>", [SAID]),
        ("<p>We <noindex>do</noindex> <blink>so</blink>, she said.</p>", ["We do so, she said."]),
        ("<p><time>9 May 2026</time></p>", ["9 May 2026"]),
    ],
)  # fmt: skip
def test_what_stands_in_an_article_is_read_and_nothing_else(
    middle: str, paragraphs: list[str]
) -> None:
    """Each block that a reader sees is a paragraph as it stands, and no other words are."""
    assert body_of(article_with(middle)) == [FIRST, *paragraphs, LAST]


@pytest.mark.parametrize(
    "name", ["wage-bargaining", "what-he-is-saying", "barge-crews", "menu-prices", "navy"]
)
def test_a_paragraph_is_not_judged_by_letters_in_its_class(name: str) -> None:
    """A paragraph whose class names a subject stays among others that have classes as well."""
    texts = (FIRST, OTHER, LAST)
    first, *others = (f'<p class="story-p">{text}</p>' for text in texts)
    text = f'{first}<p class="{name}">{SAID}</p>{"".join(others)}'
    shown = body_of(page(f"<article><h1>Quay stays shut</h1>{text}</article>"))
    assert shown == [FIRST, SAID, OTHER, LAST]


@pytest.mark.parametrize("long", [True, False])
def test_another_storys_article_is_not_read(*, long: bool) -> None:
    """A card of another story above the article, or a page's card in it, is no text of it."""
    card = f"<article><h3><a href='/ferry'>Ferry aground</a></h3><p>{OTHER}</p></article>"
    plain_card = f"<section><article><h3>Ferry aground</h3><p>{OTHER * 3}</p></article></section>"
    text = f"<p>{FIRST}</p>{card}<p>{SAID}</p><p>{LAST}</p>" if long else f"<p>{SAID}</p>"
    above = plain_card if long else card
    paragraphs = body_of(page(f"{above}<main><article><h1>Quay</h1>{text}</article></main>"))
    assert paragraphs == ([FIRST, SAID, LAST] if long else [SAID])


def test_text_beside_cards_is_the_article() -> None:
    """Where no article element holds the text, those of other stories do not stand for it."""
    cards = f"<article><h2>Ferry aground</h2><p>{OTHER}</p></article>" * 2
    text = f"<p>{FIRST}</p><p>{SAID}</p><p>{LAST}</p>" * 2
    assert "fire brigade" not in "".join(body_of(page(f"<main><h1>Quay</h1>{text}</main>{cards}")))


LIVE = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Quay"}</script>'


@pytest.mark.parametrize("head", [LIVE, ""])
def test_a_live_blog_is_read_whole(head: str) -> None:
    """All entries of a live blog are its text, in order, with their times and headings."""
    entries = "".join(
        f"<article class='post-body'><h2><time>{hour}:00</time> News</h2><p>{text}</p></article>"
        for hour, text in ((12, SAID), (11, FIRST), (9, LAST))
    )
    assert body_of(page(f"<main><h1>Quay, live</h1>{entries}</main>", head)) == [
        "12:00 News", SAID, "11:00 News", FIRST, "9:00 News", LAST,
    ]  # fmt: skip


@pytest.mark.parametrize("wrapper", ["<div>{}</div>", "<ol><li>{}</li></ol>"])
def test_entries_are_told_from_a_card_below_them(wrapper: str) -> None:
    """The entries of a live blog stand side by side; what stands elsewhere is another story."""
    texts = (SAID, FIRST, LAST)
    entries = wrapper.format("".join(f"<article><p>{text}</p></article>" for text in texts))
    if "<li>" in wrapper:
        entries = entries.replace("</article><article>", "</article></li><li><article>")
    card = f"<section><article><h3>Ferry aground</h3><p>{OTHER}</p></article></section>"
    assert body_of(page(f"<main><h1>Quay, live</h1>{entries}</main>{card}")) == [*texts]


@pytest.mark.parametrize("element", ["section", "div"])
def test_parts_of_the_same_class_are_one_text(element: str) -> None:
    """A live blog need have no article elements; each of its parts is read, with its heading."""
    parts = "".join(
        f'<{element} class="entry"><h3>{hour}:00</h3><p>{text}</p></{element}>'
        for hour, text in ((12, SAID), (11, FIRST), (9, LAST))
    )
    assert body_of(page(f"<main><h1>Quay, live</h1>{parts}</main>")) == [
        "12:00", SAID, "11:00", FIRST, "9:00", LAST,
    ]  # fmt: skip


def test_the_next_story_is_not_read() -> None:
    """Of several articles, the one under the page's own headline is read, however short."""
    own = f"<article><h1>Quay stays shut</h1><p>{FIRST}</p><p>{SAID}</p></article>"
    following = f"<article><h1>Ferry aground</h1>{f'<p>{OTHER}</p>' * 3}</article>"
    assert body_of(page(own + following)) == [FIRST, SAID]
    assert body_of(page(following + own)) == [FIRST, SAID]


def test_a_live_blog_may_be_in_json_ld_only() -> None:
    """Updates that a page only shows by script are read from its JSON-LD."""
    updates = [{"headline": "At noon", "articleBody": f"{SAID}\n\n{LAST}"}, {"articleBody": FIRST}]
    data = {"@type": "LiveBlogPosting", "headline": "Quay", "liveBlogUpdate": updates}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert body_of(page("<div id='app'></div>", script)) == ["At noon", SAID, LAST, FIRST]


def test_paragraphs_of_json_ld_stay_apart() -> None:
    """An article's text that stands in JSON-LD only keeps its paragraphs."""
    data = {"@type": "NewsArticle", "articleBody": f"{FIRST}\n\n{SAID}"}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert body_of(page("<div>Loading</div>", script)) == [FIRST, SAID]


@pytest.mark.parametrize(
    "text",
    [
        f"<p>It stays shut, Orm's council says.</p><p>{SAID}</p>",
        f"<div>It stays shut, Orm's council says.</div><div>{SAID}</div>",
        f"It stays shut, Orm's council says.<br><br>{SAID}",
    ],
)
@pytest.mark.parametrize("holder", ["article", "main", "div"])
def test_a_short_page_keeps_its_paragraphs_apart(text: str, holder: str) -> None:
    """Paragraphs of a brief are paragraphs, and its headline is not one of them."""
    data = page(f"<{holder}><h1>Quay stays shut</h1>{text}</{holder}>")
    assert body_of(data) == ["It stays shut, Orm's council says.", SAID]


@pytest.mark.parametrize(
    "text",
    ["桟橋は五月まで開かない、と港の長アン・オルは月曜日に述べた。", "ท่าเรือจะไม่เปิดจนถึงเดือนพฤษภาคม"],
)
def test_words_without_spaces_are_words(text: str) -> None:
    """A short page in a script that parts no words by spaces is an article as well."""
    assert body_of(page(f"<article><h1>Quay stays shut</h1><p>{text}</p></article>")) == [text]


def test_preformatted_minutes_are_paragraphs() -> None:
    """Lines of preformatted text that were broken at a margin are joined."""
    text = (
        "  The council of Orm met on Monday night and talked for hours about\nthe quay, the boats"
        " and the long winter that is to come, and that\nis all.\n  Mr. ORR. It is shut.\n"
        "  Mr. HALE. It is not, and I will say so as often as you like, for\nas long as you like.\n"
    )
    paragraphs = body_of(page(f"<pre>\n{text}</pre>"))
    assert [paragraph[:8] for paragraph in paragraphs] == ["The coun", "Mr. ORR.", "Mr. HALE"]


def test_a_page_without_text_is_refused() -> None:
    """Menus and a foot are no article."""
    with pytest.raises(SourceUnreadable, match="no article text"):
        read(page("<article><h1>Quay</h1></article>"))
