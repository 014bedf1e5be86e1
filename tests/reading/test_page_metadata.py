"""What a page, or a feed, says about its article: names, titles, times, addresses, languages."""

from collections.abc import Callable

import pytest

from bot.model import Article
from bot.reading import read
from bot.reading.credits import repeats_byline

TEXT = (
    "The board of Sund voted on Monday to move the fish market to the north quay, Oda Lind, who"
    " leads it, said after the vote.\n\nThe stalls will stand under one roof there from the first"
    " week of October, and the old hall is to be let to the sailing club for ten years, she said."
)
HEADLINE = "Fish market moves north"
LD = f'{{"@type": "NewsArticle", "headline": "{HEADLINE}", "author": %s}}'


def _page(head: str = "", above: str = "", *, lang: str = "en", **options: str) -> Article:
    """Return the article of a page with these elements in its head and above its text."""
    paragraphs = TEXT.replace("\n\n", "</p><p>")
    body = f"<article><h1>{HEADLINE}</h1>{above}<p>{paragraphs}</p></article>"
    html = f"<!doctype html><html lang={lang}><head>{head}</head><body>{body}</body></html>"
    return read(html.encode(), **options).articles[0]


def _meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def _ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "wrap",
    [
        "{}".format,
        "//<![CDATA[\n{}\n//]]>".format,
        "/*<![CDATA[*/ {} /*]]>*/".format,
        "<!-- {} -->".format,
        "{};".format,
        lambda text: text.replace("}", ",}"),
        lambda text: text.replace('"}', '",}') + ";\n",
        "[[{}]]".format,
        '{{"@graph": [{{"@type": "WebSite"}}, {}]}}'.format,
        '{{"@type": "WebPage", "mainEntity": {}}}'.format,
        '{{"@type": "WebSite"}}\n{}'.format,
        lambda text: text.replace('"', "&quot;"),
    ],
)
def test_json_ld_is_read_with_the_slips_of_publishing_systems(wrap: Callable[[str], str]) -> None:
    """Wrapped, escaped, with a comma too many or several in one script, JSON-LD is read."""
    assert _page(_ld(wrap(LD % '{"name": "Ulla Roos"}'))).byline == "Ulla Roos"


@pytest.mark.parametrize(
    "authors",
    [
        '[{"name": "Ulla Roos"}, {"name": "Per Ek"}]',
        '["Ulla Roos", "Per Ek"]',
        '{"name": ["Ulla Roos", "Per Ek"]}',
        '[[{"name": "Ulla Roos"}], [{"name": "Per Ek"}, {"name": "Ulla Roos"}]]',
        '{"@list": ["Ulla Roos", "Per Ek"]}',
        '[{"name": "admin"}, {"name": "Ulla Roos"}, "https://sund.example/ek", "Per Ek"]',
        '"Ulla Roos, Per Ek"',
        '["Ulla&#32;Roos", {"name": "pek", "@id": "#p"}]}, {"@id": "#p", "name": "Per Ek"',
    ],
)
def test_all_authors_are_named(authors: str) -> None:
    """Whatever form the list of authors has, each is named once, on one line."""
    assert _page(_ld(f"[{LD % authors}]")).byline == "Ulla Roos, Per Ek"


@pytest.mark.parametrize(
    ("field", "byline"),
    [
        ("Ulla Roos", "Ulla Roos"),
        ("desk@sund.media (Ulla Roos)", "Ulla Roos"),
        ("Ulla Roos &lt;u.roos@sund.photography&gt;", "Ulla Roos"),
        ("<![CDATA[ulla@sund.example (Ulla Roos)]]>", "Ulla Roos"),
        ("Ulla Roos, https://social.example/@ulla", "Ulla Roos"),
        ("By Ulla Roos, wex", "By Ulla Roos, wex"),
        ("AFP", "AFP"),
        ("dpa/AFP", "dpa/AFP"),
        ("Ulla O'Neil", "Ulla O'Neil"),
        ("李 明", "李 明"),
        *(
            (code, None)
            for code in (
                "uroos", "u.roos", "ulla_roos", "roos17", "admin", "WP Admin", "@ulla", "UR",
                "ur/pe", "hm bs/ts", "ulla@sund.photography", "https://sund.example/ulla",
                "4f2c1a7e-0000-4000-8000-00000000000a",
            )
        ),
    ],
)  # fmt: skip
def test_bylines_are_names(field: str, byline: str | None) -> None:
    """A login, a desk's code or an address is no byline, and none is left in one."""
    item = f"<item><title>{HEADLINE}</title><author>{field}</author><link>https://s.example/1"
    feed = f'<rss version="2.0"><channel>{item}</link></item></channel></rss>'
    assert read(feed.encode()).articles[0].byline == byline


@pytest.mark.parametrize(
    "head",
    [
        _meta("og:title", "{} | Sund Courier") + _meta("application-name", "Sund Courier"),
        _meta("og:title", "{} - Sund Courier"),
        _meta("og:title", "Sund Courier: {}") + "<title>Sund Courier | {}</title>",
        _meta("og:title", "Sund Courier") + _meta("og:site_name", "Sund Courier"),
        _meta("og:title", "{} – Sund Courier") + _meta("og:site_name", "sund courier"),
        "<title>{} » News » Sund Courier</title>",
        "<title>{} | Sund Courier</title></head><body><h1>Sund Courier</h1>",
        _meta("og:title", "{} | Live") + "<title>{}</title></head><body><h1>Live</h1>",
    ],
)
def test_a_headline_is_without_the_name_of_the_site(head: str) -> None:
    """The site's name stands neither in place of the headline nor behind it."""
    article = _page(head.format(HEADLINE, HEADLINE))
    assert (article.headline, article.body) == (HEADLINE, TEXT)


@pytest.mark.parametrize("headline", ["North-south talks - a week on", "Post: no jobs go"])
def test_a_headline_keeps_its_own_dash_and_colon(headline: str) -> None:
    """Only the name of the outlet is cut off a headline."""
    assert _page(_meta("og:title", headline) + _meta("og:site_name", "Post")).headline == headline


_OWN, _GERMAN = "https://sund.example/fish", '<link rel="alternate" hreflang="de" href="/de/fisch">'


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="/fish">', _OWN),
        ('<link rel="canonical nofollow" href="../fish">', _OWN),
        ('<base href="/en/"><link rel="canonical" href="fish">', "https://sund.example/en/fish"),
        ('<link rel="canonical" href="https://sund.example/">' + _meta("og:url", _OWN), _OWN),
        (_GERMAN + _GERMAN.replace("de", "en"), "https://sund.example/en/fisch"),
        (_ld(LD % '"A B"' + "").replace("{", '{"url": "/fish",', 1), _OWN),
        ("", "https://sund.example/news/fish?from=1"),
    ],
)
def test_a_page_tells_its_own_address(head: str, url: str) -> None:
    """Relative links are resolved, a home page is no article's address, and languages count."""
    assert _page(head, address="https://sund.example/news/fish?from=1").url == url


_CLAIMS = {
    "canonical": '<link rel="canonical" href="{}">',
    "og:url": _meta("og:url", "{}"),
    "alternate": '<link rel="alternate" hreflang="en" href="{}">',
    "json-ld": _ld(LD % '"A B"').replace("{", '{{"url": "{}",', 1).replace('B"}', 'B"}}'),
}


@pytest.mark.parametrize("claim", _CLAIMS)
@pytest.mark.parametrize(
    ("claimed", "address", "is_own"),
    [
        ("https://sund.example/fish", "https://copies.example/fish", False),
        ("https://sund.example/fish", "https://sund.example.copies.example/fish", False),
        ("https://sund.example/fish", "https://notsund.example/fish", False),
        ("https://sund.example/fish", "https://copies.example/https://sund.example/fish", False),
        ("https://sund.example@copies.example/a", "https://sund.example/fish", False),
        ("http://[/fish", "https://sund.example/fish", False),
        ("https://www.sund.example/fish/", "http://sund.example/fish?utm_source=x", True),
        ("https://sund.example/fish", "https://m.sund.example/fish", True),
        ("https://www.sund.example/fish", "https://amp.sund.example/fish", True),
        ("https://www.sund.example/fish", "https://news.sund.example:8443/a/fish", True),
        ("https://SUND.example/fish", "https://sund.example/fish.amp", True),
        (
            "https://sund.example/f",
            "https://sund-example.cdn.ampproject.org/c/s/sund.example/f",
            True,
        ),
        (
            "https://x.example/f",
            "https://sund-example.cdn.ampproject.org/c/s/sund.example/f",
            False,
        ),
        (
            "https://sund.example/f",
            "https://cdn.ampproject.org.copies.example/c/s/sund.example/f",
            False,
        ),
    ],
)
def test_a_fetched_page_claims_no_other_sites_address(
    claim: str, claimed: str, address: str, *, is_own: bool
) -> None:
    """It stands where it was fetched; a file without an address is believed."""
    head = _CLAIMS[claim].format(claimed)
    assert _page(head, address=address).url == (claimed if is_own else address)
    assert "[" in claimed or _page(head).url == claimed


def test_another_storys_json_ld_is_not_the_pages() -> None:
    """Of several JSON-LD articles the one at the page's address counts; another story's never."""
    other = '{"@type": "NewsArticle", "headline": "Ice", "url": "/ice", "author": "Per Ek"}'
    own = LD.replace("{", '{"mainEntityOfPage": {"@id": "http://www.sund.example/fish/"},', 1)
    canonical = '<link rel="canonical" href="https://sund.example/fish">'
    address = "https://sund.example/fish?ref=front"
    both = _page(canonical + _ld(other) + _ld(own % '"Ulla Roos"'), address=address)
    assert (both.headline, both.byline) == (HEADLINE, "Ulla Roos")
    alone = _page(canonical + _ld(other), address=address)
    assert (alone.headline, alone.byline) == (HEADLINE, None)


@pytest.mark.parametrize(
    "address",
    [
        "https://m.sund.example/fish-market-moves",
        "https://sund.example/news/fish-market-moves.html",
        "https://sund.example/",
        "#article",
    ],
)
def test_the_pages_json_ld_may_be_for_its_other_address(address: str) -> None:
    """The JSON-LD of a page for phones, or of its place in another section, is the page's."""
    own = LD.replace(HEADLINE, "Why the market moves").replace("{", f'{{"url": "{address}",', 1)
    canonical = '<link rel="canonical" href="https://sund.example/fish-market-moves">'
    assert _page(canonical + _ld(own % '"Ulla Roos"')).byline == "Ulla Roos"


@pytest.mark.parametrize(
    "above",
    [
        '<time datetime="2026-05-04T10:00Z">today</time>',
        '<abbr class=published itemprop=datePublished title="2026-05-04T12:00+02:00">noon</abbr>',
        '<span itemprop="datePublished" content="2026-05-04T10:00:00Z">4 May</span>',
        '<div itemprop="datePublished">4 May 2026 10:00 UTC</div>',
    ],
)
def test_the_articles_own_time_counts(above: str) -> None:
    """The time beside the heading counts, not a teaser's, and it is no text of the article."""
    teaser = '<div><a href=/x>Ice</a> <time datetime="2019-01-01T08:00Z">1 January</time></div>'
    article = _page("</head><body>" + teaser, above)
    assert str(article.published) == "2026-05-04 10:00:00+00:00"
    assert article.body == TEXT


@pytest.mark.parametrize(
    "above",
    [
        '<span itemprop=author itemscope><a href=/u><b itemprop="name">Ulla Roos</b></a></span>',
        'By <a rel="author" href="/u">Ulla Roos</a>',
        '<p>By <a rel="author" href="/u">Ulla Roos</a> | 4 May 2026</p>',
    ],
)
def test_the_author_above_the_text_is_its_byline(above: str) -> None:
    """Who is marked as the author is the byline, and no text of the article."""
    article = _page(_meta("author", "admin"), above)
    assert article.byline == "Ulla Roos"
    assert article.body.endswith(TEXT)


@pytest.mark.parametrize(
    ("line", "is_it"),
    [
        ("By Ulla Roos and Per Ek", True),
        ("Per Ek", True),
        ("ULLA ROOS, PER EK", True),
        ("By Ulla Roos in Sund", False),
        ("Ulla Roos says no", False),
        ("By order of the board", False),
    ],
)
def test_a_line_that_only_repeats_the_byline(line: str, *, is_it: bool) -> None:
    """A line is the byline once more where it has no other word."""
    assert repeats_byline(line, "Ulla Roos, Per Ek") is is_it


@pytest.mark.parametrize(
    ("head", "lang", "language"),
    [
        ('<meta name="dc.language" content="sv">', '""', "sv"),
        ('<meta property="og:locale" content="sv_SE">', '""', "sv-SE"),
        ('<meta http-equiv="Content-Language" content="sv, en">', '""', "sv"),
        (_ld('{"@type": "Article", "inLanguage": "Swedish"}'), "sv", "sv"),
        (_ld('{"@type": "Article", "inLanguage": {"alternateName": "sv"}}'), '""', "sv"),
    ],
)
def test_a_pages_language(head: str, lang: str, language: str) -> None:
    """A language is a tag, from whichever place has one."""
    assert _page(head, lang=lang).language == language


@pytest.mark.parametrize(
    "head",
    [
        _meta("og:image", "/a.jpg"),
        _meta("og:image", "javascript:alert(1)")
        + _meta("og:image:url", "https://sund.example/a.jpg"),
        '<meta name="twitter:image" content="a.jpg">',
        _ld(LD % '"Ulla Roos", "image": "/a.jpg"'),
        _ld(LD % '"Ulla Roos", "image": [{"@type": "ImageObject", "url": "/a.jpg"}, "/b.jpg"]'),
    ],
)
def test_the_picture_that_a_page_shows_of_itself(head: str) -> None:
    """It is what the page names for sharing, else its article's; only its address is kept."""
    assert _page(head, address="https://sund.example/fish").picture == "https://sund.example/a.jpg"
    assert _page().picture is None
