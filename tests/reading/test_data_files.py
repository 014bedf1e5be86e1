"""Data, code and encoded files are no articles; what would be read is said where that helps."""

import base64
import json

import pytest

from bot.model import Format
from bot.model.errors import FeedEmpty, SourceUnreadable
from bot.reading import read

PROSE = "The council of Lowhaven closed its north quay on Friday."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1, 2, 3]", "JSON"),
        ('[true, null, "a"]', "JSON"),
        ("42", "JSON"),
        ("null", "JSON"),
        (json.dumps(f"<p>{PROSE}</p>"), "JSON"),
        (json.dumps(f"{PROSE}\n{PROSE}"), "JSON"),
        (f'callback({{"title": "Quay", "body": "{PROSE}"}});', "JSON"),
        (f'var data = {{"title": "Quay", "text": "{PROSE}"}};', "JSON"),
        (f"{{title: 'Quay', text: '{PROSE}'}}", "JSON"),
        (f'// made by hand\n{{"a": 1, "b": "{PROSE}"}}', "JSON"),
        (f')]}}\'\n{{"a": "{PROSE}"}}', "JSON"),
        (f'{{"a": "{PROSE}"}}\n{{"b": 2}}\n', "cut short"),
        ('{"type": "FeatureCollection", "features": []}', "ninjs, JSON Feed, WordPress"),
        ('{"@context": "https://schema.org", "headline": "Quay"}', "JSON"),
        ('{"code": "rest_no_route", "message": "No route.", "data": {"status": 404}}', "JSON"),
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:Council\r\nEND:VCALENDAR", "calendar"),
        ("\n\nBEGIN:VCARD\nFN:Ida Orr\nEND:VCARD", "address card"),
        ("%!PS-Adobe-3.0\n(The council) show", "PostScript"),
        ("-----BEGIN CERTIFICATE-----\nMIIB", "key"),
        (" {\\rtf1\\ansi The council}", "RTF"),
        ("#!/bin/sh\necho The council", "program"),
        ("HTTP/1.1 404 Not Found\r\n\r\n<html>", "web server"),
        (base64.encodebytes(PROSE.encode() * 40).decode(), "encoded"),
        ("date,place,people\n2026-05-01,Lowhaven,900\n2026-05-02,Skarn,70\n", "table"),
        ("date\tplace\n2026\tLowhaven\n2027\tSkarn\n", "table"),
        ("a;b\n1;2\n3;4\n", "table"),
    ],
)
def test_data_are_refused(text: str, reason: str) -> None:
    """No article is made of markup, numbers or code."""
    with pytest.raises(SourceUnreadable, match=reason):
        read(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        f"“{PROSE}”",
        f'"{PROSE}"',
        f"[Editor's note: it was {PROSE}]\n\n{PROSE}",
        f"(LOWHAVEN) {PROSE} {{sic}}",
        f"{PROSE}\n\nSee https://post.example/{'a' * 90}",
        "Smith, of Dunmere, won.\nRoe, of Skarn, who lost by a second.\nNobody, yet, cared.",
        f"42 people came.\n\n{PROSE}",
        f"true to form, {PROSE}",
        "委員会は金曜日に北埠頭を閉鎖した。" * 20,
    ],
)
def test_prose_is_no_data(text: str) -> None:
    """Quote marks, brackets, numbers and long addresses make no data of a text."""
    assert read(text.encode()).format is Format.TEXT


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xd0\xcf\x11\xe0", "password"), (b"Rar!\x1a", "archive"), (b"7z\xbc\xaf", "archive"),
        (b"OggS", "sound"), (b"II*\0", "picture"), (b"SQLite format 3\0", "database"),
    ],
)  # fmt: skip
def test_files_of_other_kinds_are_named(start: bytes, kind: str) -> None:
    """A refusal says what the file is, and what would be read."""
    with pytest.raises(SourceUnreadable, match=f"{kind}.*DOCX or PDF"):
        read(start + bytes(range(256)))


def test_an_index_of_sitemaps_names_those_for_news() -> None:
    """Who adds the index is told which sitemap to add."""
    names = "".join(
        f"<sitemap><loc>https://post.example/{name}.xml</loc></sitemap>"
        for name in ("pages", "tags", "authors", "news-1")
    )
    with pytest.raises(SourceUnreadable, match=r"of: https://post.example/news-1.xml, "):
        read(f"<sitemapindex>{names}</sitemapindex>".encode())


def test_a_sitemap_without_news_is_none() -> None:
    """Pages without a title are no news; a sitemap without pages may have some tomorrow."""
    page = "<url><loc>https://post.example/</loc></url>"
    with pytest.raises(SourceUnreadable, match="no entries for news"):
        read(f"<urlset>{page}</urlset>".encode())
    with pytest.raises(FeedEmpty):
        read(b"<urlset></urlset>")


def test_a_single_post_of_wordpress_is_read() -> None:
    """One post is an object as a page of them is a list."""
    post = {"title": {"rendered": "Quay"}, "content": {"rendered": f"<p>{PROSE}</p>"}}
    parsed = read(json.dumps(post).encode())
    assert (parsed.format, parsed.articles[0].body) == (Format.WORDPRESS, PROSE)
