"""Each format's sample in data/ is read as the JSON file beside it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.model import Article, Status
from bot.model.errors import SourceUnreadable
from bot.reading import article_json, read

DATA = Path(__file__).parent / "data"
SAMPLES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))


def parsed_json(data: bytes, **options: Any) -> dict[str, Any]:
    """Return the output of `dateline parse --json` without fields that have no value."""
    parsed = read(data, **options)
    return {"format": parsed.format, "articles": [_told(article) for article in parsed.articles]}


def _told(article: Article) -> dict[str, Any]:
    more = {"correction": True} if article.correction else {}
    more |= {"replaces": list(article.replaces)} if article.replaces else {}
    return {k: v for k, v in article_json(article).items() if v is not None} | more


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_read_as_the_file_beside_it_says(sample: Path) -> None:
    """Format, every field and the body of each article are as expected, and no more."""
    expected = json.loads(
        sample.with_name(f"{sample.name}.expected.json").read_text(encoding="utf-8")
    )
    assert parsed_json(sample.read_bytes()) == expected


def test_content_decides_the_format() -> None:
    """The format is detected from the bytes alone, without the file's name."""
    assert {read(path.read_bytes()).format.value for path in SAMPLES} == {
        "text", "markdown", "html", "rss", "atom", "jsonfeed", "newsml-g2", "newsml-1.2", "nitf",
        "ninjs", "mail",
        "anpa", "iptc7901",
        "record", "publicwhip", "akoma-ntoso", "tei", "webvtt", "srt", "podcast-transcript",
        "sitemap", "wordpress", "pdf", "docx",
    }  # fmt: skip


@pytest.mark.parametrize(
    "private", ["555", "deputy", "Do not name", "picture follows", "Call the desk", "Please"]
)
def test_notes_to_editors_are_in_no_usable_body(private: str) -> None:
    """Notes to editors never become part of a body that could be quoted."""
    for sample in SAMPLES:
        for article in read(sample.read_bytes()).articles:
            assert article.status is Status.CANCELED or private not in article.body


def test_a_time_without_offset_is_in_the_sources_zone() -> None:
    """A local time is read in the time zone of its source."""
    article = read((DATA / "headline.txt").read_bytes(), zone="Europe/Tallinn").articles[0]
    assert article.published is not None
    assert article.published.isoformat() == "2026-03-14T07:30:00+00:00"


def test_json_of_an_article_has_every_field() -> None:
    """`article_json` returns JSON with the documented fields in order."""
    data = article_json(
        read(b"A headline of a sort\n\nAnd its only paragraph, he said.").articles[0]
    )
    assert list(data) == [
        "guid", "version", "headline", "byline", "source", "published", "updated", "language",
        "url", "status", "embargoed", "body", "digital_source_type",
    ]  # fmt: skip
    assert json.loads(json.dumps(data))["status"] == "usable"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "white space"),
        (b"%PDF-1.7 ...", "This PDF"),
        (bytes(range(256)) * 40, "binary"),
        (b'{"guid": "x", "headline": "cut', "cut short"),
        (b'{"some": "json"}', "JSON"),
        (b"<?xml version='1.0'?><invoice><p>1</p></invoice>", "<invoice>"),
        (b"<invoice number='1'/>\n<!-- sent -->", "<invoice>"),
        (b"<a:invoice/>", "<invoice>"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"<invoice><item>It is cut", "XML"),
        (b"<nitf><body><body.content><p>It ends in the mid", "ends in the middle"),
        (b"\x01nwa1 4 i 6 nw 1\r\n\x02Head =\r\n\r\nBody", "ends in the middle"),
        (b"<!doctype html><html><body><h1>Sign in</h1></body></html>", "no article text"),
        (b"<rss><channel><title>c</title></channel></rss>", "no articles"),
        (b"<akomaNtoso><act><body/></act></akomaNtoso>", "isn't a debate"),
        (b"<TEI><text><body><p>A poem.</p></body></text></TEI>", "no speech"),
        (b"<publicwhip><speech nospeaker='true'><p>x</p></speech></publicwhip>", "No one speaks"),
        (b"<publicwhip><speech speakername='Ann'><p>It is cut", "ends in the middle"),
        (b"WEBVTT\n\nNOTE nothing else", "No one says anything"),
    ],
)
def test_what_holds_no_article_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    """The error says in plain words why nothing could be read."""
    with pytest.raises(SourceUnreadable, match=reason):
        read(data)


def test_readings_above_the_words_of_captions_are_left_out() -> None:
    """A reading says its word a second time; its end tag may be missing."""
    cue = "<v Ida Roe>The <ruby>pier<rt>PEER</rt></ruby> is <ruby>safe<rt>SAYF</ruby> now.\n"
    article = read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{cue}".encode()).articles[0]
    assert article.body == "Ida Roe: The pier is safe now."


def test_a_package_is_an_article_that_is_not_shown() -> None:
    """A NewsML-G2 package, which only refers to articles, is read as withheld, without text."""
    package = (
        b'<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g">'
        b'<itemMeta><itemClass qcode="ninat:composite"/>'
        b"<title>Top news</title></itemMeta><groupSet><group><itemRef><title>A story</title>"
        b"</itemRef></group></groupSet></packageItem>"
    )
    article = read(package).articles[0]
    assert (article.headline, article.status, article.body) == ("Top news", Status.WITHHELD, "")


def test_placeholder_dates_are_none() -> None:
    """A wire's placeholder for a date is read as no date, without an error."""
    nitf = (
        b'<nitf><head><docdata><date.issue norm="YYYYMMDD000000-HHMM"/></docdata></head>'
        b"<body><body.content><p>It rained, she said.</p></body.content></body></nitf>"
    )
    assert read(nitf).articles[0].published is None


@pytest.mark.parametrize("date", ["T08:00", "Sat, 14 Mar 2026 25:00:00 GMT", "1773738000", "soon"])
def test_a_feed_gives_no_date_that_cannot_be_read(date: str) -> None:
    """An item's date that is broken or no date is none: neither today nor another day."""
    item = f"<item><title>t</title><description>d</description><pubDate>{date}</pubDate></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    assert read(feed.encode()).articles[0].published is None


def test_bracketed_words_stay_and_shortcodes_go() -> None:
    """A reporter's "[the mayor]" is kept in the quote, and WordPress's shortcodes are removed."""
    said = (
        "“[the mayor] lied [sic],” she said. [dropcap]O[/dropcap]n went [gallery ids=1,2] the band"
        " [contact_form]."
    )
    item = f"<item><title>t</title><description>{said}</description></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    assert (
        read(feed.encode()).articles[0].body
        == "“[the mayor] lied [sic],” she said. On went the band ."
    )


def test_the_sender_is_read_as_it_stands_and_the_date_by_us() -> None:
    """A comment in a sender's name stays; zones unknown to the standard library are read."""
    mail = (
        b"Subject: Nine berths\nFrom: Desk (night) <a@port.example>\n"
        b"Date: Mon, 11 May 2026 07:00:00 MEST\n\nThe port, he said."
    )
    article = read(mail).articles[0]
    assert (article.headline, article.source) == ("Nine berths", "Desk (night)")
    assert article.published is not None
    assert article.published.isoformat() == "2026-05-11T05:00:00+00:00"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?q?Ni_kajplasser?= =?utf-8?q?_og_en_kran?=", "Ni kajplasser og en kran"),
        (b"=?utf-8?b?w6VwZW4gaA==?= og =?iso-8859-1?Q?=F8?=", "åpen h og ø"),
        (b"=?utf-8?q?=C3?= =?utf-8?q?=A5pen?=", "åpen"),
        (b"=?windows-1252?Q?port\xe2\x80\x99s_berths?=", "port’s berths"),
        ("Åpen havn".encode(), "Åpen havn"),
        (b"=?koi8-r?B?8M/S1A==?=", "Порт"),
        (b"=?no-such-charset?q?harbour?=", "harbour"),
        (b"=?iso-2022-jp?B?GyRCOUEbKEI=?=", "港"),
    ],
)
def test_subjects_in_every_coding(raw: bytes, subject: str) -> None:
    """Subjects are decoded: RFC 2047 with split characters, raw bytes, unknown charsets."""
    mail = (
        b"From: a@port.example\nDate: Mon, 11 May 2026 07:00:00 +0200\nSubject: "
        + raw
        + b"\n\nThe port, he said."
    )
    assert read(mail).articles[0].headline == subject


def test_a_message_may_follow_a_bare_from_line() -> None:
    """A "From address" line without mbox's time may precede a message."""
    mail = (
        b"From desk@port.example\nFrom: desk@port.example\nSubject: Nine berths\n"
        b"MIME-Version: 1.0\n"
        b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B9A\x1b(B, he said.\n"
    )
    article = read(mail).articles[0]
    assert (article.headline, article.body) == ("Nine berths", "港, he said.")


def test_a_year_beyond_reason_is_no_date() -> None:
    """A mistyped year such as 3026 is no date: it would lead every list forever."""
    mail = (
        b"From: a@port.example\nSubject: Nine berths\nDate: Mon, 11 May 3026 07:00:00 +0200\n\n"
        b"The port, he said."
    )
    assert read(mail).articles[0].published is None
