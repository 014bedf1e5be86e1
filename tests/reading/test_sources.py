"""Who is told as the source: a name, never an identifier or an address."""

import json

import pytest

from bot.reading import read
from bot.reading.credits import outlet_or_none, without_outlet

TEXT = "The board of Sund voted on Monday to move the fish market, Oda Lind said after the vote."


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Sund Courier", "Sund Courier"),
        ("nprov:AFP", "AFP"),
        ("nprov:SundWire", "SundWire"),
        ("France 24", "France 24"),
        ("24sata", "24sata"),
        ("dpa", "dpa"),
        ("Sund: Morning", "Sund: Morning"),
        ("sund.example", "sund.example"),
        ("approviderid:z01122", None),
        ("urn:newsml:sund.example", None),
        ("https://sund.example/#organization", None),
        ("#organization", None),
        ("@sundcourier", None),
        ("4f2c1a7e-0000-4000-8000-00000000000a", None),
        ("source-17", None),
        ("100234", None),
    ],
)
def test_an_outlet_has_a_name(field: str, name: str | None) -> None:
    """Of a code with a scheme the code may be a name; other identifiers are none."""
    assert outlet_or_none(field) == name


def _newsml_1(identification: str, lines: str = "") -> bytes:
    ids = f"<NewsIdentifier>{identification}</NewsIdentifier>"
    news = f"<NewsLines><HeadLine>Fish</HeadLine>{lines}</NewsLines>"
    text = f"<ContentItem><DataContent>{TEXT}</DataContent></ContentItem>"
    return (
        f"<NewsML><NewsItem><Identification>{ids}</Identification>"
        f"<NewsComponent>{news}{text}</NewsComponent></NewsItem></NewsML>"
    ).encode()


def _g2(head: str) -> bytes:
    text = f"<contentSet><inlineData>{TEXT}</inlineData></contentSet>"
    name = "xmlns='http://iptc.org/std/nar/2006-10-01/'"
    return f"<newsItem {name} guid='g'><itemMeta>{head}</itemMeta>{text}</newsItem>".encode()


def _iptc(agency: str, text: str) -> bytes:
    header = f"\x01snd025 3 ec 121   {agency} 967\n\nFish\n\n\x02Fish market moves =\n\n"
    return f"{header}   {text}\n\x03051223 jun 24".encode()


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (_newsml_1("<ProviderId>www.sund.example</ProviderId>"), "sund.example"),
        (
            _newsml_1("", "<CopyrightLine>(c) SUND WIRE 2026</CopyrightLine>"),
            "SUND WIRE",
        ),
        (_newsml_1("<ProviderId>urn:x:1</ProviderId>"), None),
        (_g2("<provider qcode='nprov:SUND'/>"), "SUND"),
        (_g2("<provider literal='4711'/>"), None),
        (_g2("<provider qcode='id:z01122'><name>Sund Wire</name></provider>"), "Sund Wire"),
        (_iptc("etf", f"Sund (ats) {TEXT}"), "ats"),
        (_iptc("wex", f"Sund (wex/rk) - {TEXT}"), "wex"),
        (_iptc("wex", f"Frankfurt (Oder) {TEXT}"), "wex"),
    ],
)  # fmt: skip
def test_sources_of_wires(data: bytes, source: str | None) -> None:
    """The next place with a name counts; a dateline's agency goes before a desk in the header."""
    assert read(data).articles[0].source == source


def test_a_source_of_ninjs_that_is_an_address() -> None:
    """Where `source` is an address, the provider's name is the source."""
    item = {
        "uri": "urn:x:1",
        "headline": "Fish",
        "body_text": TEXT,
        "source": "https://s.example/1",
    }
    item |= {"infoSources": [{"literal": "nprov:1", "name": "Sund Wire"}]}
    assert read(json.dumps(item).encode()).articles[0].source == "Sund Wire"


def test_an_item_that_only_repeats_its_headline_has_no_text() -> None:
    """A search engine's item has its headline and outlet as text: that is no text of its own."""
    head = "<source url='https://s.example'>Sund Courier</source><link>https://s.example/1</link>"
    title = "<title>Fish market moves - Sund Courier</title>"
    text = "&lt;a href='x'&gt;Fish market moves&lt;/a&gt;&amp;nbsp; &lt;b&gt;Sund Courier&lt;/b&gt;"
    feed = (
        f"<rss><channel><item>{title}{head}<description>{text}</description></item></channel></rss>"
    )
    article = read(feed.encode()).articles[0]
    assert (article.headline, article.body) == ("Fish market moves", "")


@pytest.mark.parametrize(
    ("headline", "bare"),
    [
        ("Fish market moves | Sund Courier", "Fish market moves"),
        ("Fish market moves – sund courier", "Fish market moves"),
        ("Talks - a week on - Sund Courier", "Talks - a week on"),
        ("The future of the Sund Courier", "The future of the Sund Courier"),
        ("Sund Courier: no jobs go", "Sund Courier: no jobs go"),
        ("Sund Courier", None),
    ],
)
def test_a_headline_without_its_outlet(headline: str, bare: str | None) -> None:
    """Only a name that stands apart behind a headline is cut off."""
    assert without_outlet(headline, ["Sund Courier"]) == bare
