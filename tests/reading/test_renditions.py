"""Of several headlines and texts of one item the main ones are read, and who or what made it."""

import json
from typing import Any

import pytest

from bot.model import Article
from bot.reading import read

SHORT = "The quay closes."
FULL = (
    "The council of Lowhaven closed its north quay on Friday, after two of its posts gave way.\n\n"
    "“Nobody goes out there before we have looked at every post,” said Rina Moll, who runs it."
)
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in FULL.split("\n\n"))
NITF = (
    "<?xml version='1.0'?><nitf><head><title>Quay</title></head><body><body.head><hedline>"
    "<hl1>Quay closes</hl1></hedline><byline>By Ed Orme</byline></body.head>"
    f"<body.content>{HTML}</body.content><body.end><tagline>eo</tagline></body.end></body></nitf>"
)


def ninjs(**fields: Any) -> Article:
    """Read one text item."""
    item = {"uri": "urn:example:1", "type": "text", "versionCreated": "2026-05-01T08:00:00Z"}
    return read(json.dumps(item | fields).encode()).articles[0]


def g2(content: str, meta: str = "") -> Article:
    """Read one NewsML-G2 item."""
    return read(
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:example:2" version="1">'
        '<itemMeta><itemClass qcode="ninat:text"/></itemMeta><contentMeta>'
        f"<headline>Quay</headline>{meta}</contentMeta><contentSet>{content}</contentSet>"
        "</newsItem>".encode()
    ).articles[0]


def entries(*values: tuple[str, str]) -> list[dict[str, str]]:
    """Write a list of ninjs 2 and 3."""
    return [{"role": role, "value": value} for role, value in values]


MAIN, OTHER = "Quay closes after posts give way", "Quay shut"


@pytest.mark.parametrize(
    "fields",
    [
        {"headline_main": MAIN, "headline_short": OTHER},
        {"headline_seo": OTHER, "headline_web_title": MAIN},
        {"headline_short": OTHER, "headline": MAIN},
        {"headline_short": OTHER, "title": MAIN},
        {"headline_text": MAIN, "headline_sub": OTHER},
        {"headline_short": MAIN},
        {"headlines": entries(("subheadline", OTHER), ("headline", MAIN))},
        {"headlines": entries(("SubHeadline", OTHER), ("main", MAIN))},
        {"headlines": entries(("https://cv.example/role/kicker", OTHER), ("", MAIN))},
        {"headlines": [{"value": MAIN}]},
        {"headlines": entries(("seo", OTHER), ("hl:main", MAIN), ("title", OTHER))},
    ],
)
def test_the_main_headline_of_ninjs_is_read(fields: dict[str, Any]) -> None:
    """`headline`, `headline_<type>` and `headlines` give the main headline, in any order."""
    assert ninjs(body_text=FULL, **fields).headline == MAIN


@pytest.mark.parametrize(
    "fields",
    [
        {"body_main": FULL, "body_summary": SHORT},
        {"body_summary": SHORT, "body_text": FULL},
        {"body_teaserHtml": "<p>The quay closes.</p>", "body_text": FULL},
        {"body_text": FULL.replace("\n\n", " "), "body_richtext": HTML},
        {"body_nitf": NITF},
        {"body_xhtml": "<p>Tickets</p>", "body_text": FULL},
        {"bodies": [*entries(("summary", SHORT)), *entries(("full", HTML))]},
        {"bodies": [{"role": "short", "value": SHORT}, {"value": FULL}]},
        {"bodies": [{"contentType": "application/json", "value": "[1]" * 999}, {"value": FULL}]},
        {"bodies": [{"contentType": "text/vnd.IPTC.NITF", "value": NITF}]},
        {"bodies": [{"role": "main", "value": FULL.replace("\n\n", " ")},
                    {"role": "richtext", "contentType": "application/xhtml+xml", "value": HTML}]},
        {"bodies": [{"value": FULL}], "descriptions": [{"value": FULL + " And more."}]},
        {"descriptions": entries(("caption", SHORT), ("text", FULL))},
        {"description_text": FULL},
    ],
)  # fmt: skip
def test_the_full_text_of_ninjs_is_read(fields: dict[str, Any]) -> None:
    """Neither a summary nor a text cut short wins over the whole, which keeps its paragraphs."""
    assert ninjs(**fields).body == FULL


def test_a_text_that_is_only_a_summary_is_read() -> None:
    """Where there is no more than a summary, that is the text."""
    assert ninjs(bodies=entries(("summary", SHORT))).body == SHORT


XHTML = '<inlineXML contenttype="application/xhtml+xml"{}><html><body>{}</body></html></inlineXML>'


@pytest.mark.parametrize(
    "content",
    [
        XHTML.format(' rendition="rnd:summary"', f"<p>{SHORT}</p>") + XHTML.format("", HTML),
        XHTML.format("", f"<p>{SHORT}</p>") + XHTML.format("", HTML),
        XHTML.format("", f"<p>{SHORT}</p>")
        + f'<inlineData contenttype="text/plain">{FULL}</inlineData>',
        XHTML.format(' renditionuri="http://cv.example/rendition/teaser"', HTML + HTML)
        + XHTML.format(' rendition="rnd:full"', HTML),
        f'<inlineData contenttype="text/xml"><![CDATA[{NITF}]]></inlineData>',
    ],
)
def test_the_full_rendition_of_newsml_g2_is_read(content: str) -> None:
    """Of alternate renditions the whole text is read, whichever stands first."""
    assert g2(content).body == FULL


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ({"uri": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"},
         "trainedAlgorithmicMedia"),
        ({"literal": "machine translation"}, "machine translation"),
        ({"name": "Robot desk"}, "Robot desk"),
        ("digsrctype:algorithmicMedia", "algorithmicMedia"),
        ({}, None),
        (7, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["digitalsourcetype", "digitalSourceType"])
def test_ninjs_says_who_or_what_made_it(name: str, kind: object, code: str | None) -> None:
    """`digitalSourceType` (3.1; in small letters in 1.6 and 2.2) is kept as its code or words."""
    assert ninjs(body_text=FULL, **{name: kind}).digital_source_type == code


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ('<digitalSourceType uri="http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"/>',
         "humanEdits"),
        ('<digitalSourceType qcode="digsrctype:algorithmicMedia"/>', "algorithmicMedia"),
        ('<digitalSourceType literal="x"><name>Robot desk</name></digitalSourceType>', "x"),
        ("", None),
    ],
)  # fmt: skip
def test_newsml_g2_says_who_or_what_made_it(meta: str, code: str | None) -> None:
    """`digitalSourceType` (2.33) is kept as its code or words."""
    assert g2(XHTML.format("", HTML), meta).digital_source_type == code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ('"https://schema.org/TrainedAlgorithmicMediaDigitalSource"', "trainedAlgorithmicMedia"),
        ('{"@id": "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"}', "humanEdits"),
        ("null", None),
    ],
)
def test_a_page_says_who_or_what_made_it(kind: str, code: str | None) -> None:
    """`digitalSourceType` of JSON-LD is kept as IPTC's code."""
    data = f'{{"@type": "NewsArticle", "headline": "Quay", "digitalSourceType": {kind}}}'
    page = (
        f'<html><head><script type="application/ld+json">{data}</script></head>'
        f"<body><article>{HTML}</article></body></html>"
    )
    assert read(page.encode()).articles[0].digital_source_type == code
