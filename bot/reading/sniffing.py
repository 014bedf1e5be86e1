"""Detect a file's format by its content, never by its name, and read its articles.

bytes -> caps -> format -> articles, or SourceUnreadable in a person's words
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Article, Format, ParsedFile, Status
from bot.model.errors import SourceUnreadable
from bot.model.hosts import is_same_site
from bot.model.wordlists import load_tables
from bot.reading import (
    captions,
    html_page,
    json_news,
    mail,
    newsml_1,
    newsml_g2,
    nitf,
    parliaments,
    plain_text,
    records,
    rss_atom,
    telex,
    unreadable,
)
from bot.reading.archives import GZIP_START, ZIP_START, detect_office, unpack
from bot.reading.briefings import mark_turns
from bot.reading.cleaning import language_tag_or_none, web_url_or_none
from bot.reading.credits import byline_or_none, outlet_or_none, without_outlet
from bot.reading.data_files import refuse_data
from bot.reading.document import FormatReader, SourceDocument
from bot.reading.holds import hold_article
from bot.reading.interviews import bold_texts, mark_interview
from bot.reading.press_releases import without_release_marks
from bot.reading.wire_text import is_correction, notes_correction, status_in

MAX_BYTES = 20 * 1024 * 1024
# Some 50,000 words: a short novel, not an article; analyzing more would take minutes.
MAX_BODY_CHARS = 300_000
# A file without a format of its own may have so many times as much, markup included.
_MAX_TEXT_CHARS = 4 * MAX_BODY_CHARS
_SNIFFED_BYTES = 100_000

# XML formats by the name of their root element.
_XML_READERS: dict[str, FormatReader] = {
    "nitf": (Format.NITF, nitf.read_articles),
    "NewsML": (Format.NEWSML_1_2, newsml_1.read_articles),
    **dict.fromkeys(newsml_g2.ROOTS, (Format.NEWSML_G2, newsml_g2.read_articles)),
    **dict.fromkeys(("rss", "rdf"), (Format.RSS, rss_atom.read_articles)),
    "feed": (Format.ATOM, rss_atom.read_articles),
    "publicwhip": (Format.PUBLICWHIP, parliaments.read_publicwhip),
    "akomaNtoso": (Format.AKOMA_NTOSO, parliaments.read_akoma_ntoso),
    "TEI": (Format.TEI, parliaments.read_tei),
    "deleted-entry": (Format.ATOM, rss_atom.read_deleted_entry),
    "urlset": (Format.SITEMAP, rss_atom.read_sitemap),
    "sitemapindex": (Format.SITEMAP, rss_atom.read_sitemap_index),
}
# Their items link to pages that may stand on any site.
_LISTS = {Format.RSS, Format.ATOM, Format.JSONFEED, Format.SITEMAP, Format.WORDPRESS}
_XML_DECLARATION = re.compile(r"\s*<\?xml\b")
# An end tag, an empty element, a tag with an attribute, or two tags in a row: names in angle
# brackets ("<Orr> We sail.") have none of these.
_XML_TAG = re.compile(
    r"</[\w:.-]{1,100}\s*>|<[\w:.-]{1,100}(?:\s+[\w:.-]{1,100}\s*=\s*[\"'][^<>]{0,1000})?\s*/>"
    r"|<[\w:.-]{1,100}\s+[\w:.-]{1,100}\s*=\s*[\"']|<[\w:.-]{1,100}>\s*<[A-Za-z]"
)
_SIGNATURES = {
    start.encode("latin-1"): kind
    for start, kind in load_tables("bot.reading", "data/signatures.toml").items()
}
# UTF-16 has zero bytes, and telex wires are framed by control characters.
_STARTS_WITH_CONTROLS = (b"\xff\xfe", b"\xfe\xff", b"\x16\x16", b"\x16\x01", b"\x01")
# ANPA 1312 sets its tables with control characters; ESC shifts between scripts in ISO-2022 mail:
# "\x1b$B" and "\x1b(B" are text.
_CONTROL_BYTE = re.compile(rb"[\x00\x05-\x08\x0e-\x10\x15\x17-\x1a]|\x1b(?![$(])")


def read(
    data: bytes,
    *,
    zone: str = "UTC",
    encoding: str | None = None,
    address: str | None = None,
    arrived: datetime | None = None,
) -> ParsedFile:
    """Return the format and the articles of a file.

    `zone` is the IANA time zone of times without offset, `encoding` that of bytes that declare
    none, `address` the web address that it was fetched from, `arrived` when it came in. Raise
    SourceUnreadable, and nothing else, where there is no article.
    """
    document = SourceDocument(data, zone, encoding, address, arrived)
    is_archive = data.startswith((GZIP_START, ZIP_START)) and len(data) <= MAX_BYTES
    if is_archive and detect_office(document) is None:
        return _read_archive(unpack(data, MAX_BYTES), document)
    return _read_file(document)


def _read_archive(files: list[bytes], archive: SourceDocument) -> ParsedFile:
    """Return every article of an archive, and the first one's format; skip unreadable files."""
    parsed_files, error = [], unreadable("archive_empty")
    for data in files:
        try:
            parsed_files.append(_read_file(replace(archive, data=data)))
        except SourceUnreadable as e:
            error = e
    if not parsed_files:
        raise error
    articles = tuple(article for parsed in parsed_files for article in parsed.articles)
    return ParsedFile(parsed_files[0].format, articles)


def _read_file(document: SourceDocument) -> ParsedFile:
    file_format, read_articles = _detect(document)
    articles = _check_articles(read_articles(document), document)
    if document.address and file_format not in _LISTS:
        articles = _at_own_addresses(articles, document.address)
    return ParsedFile(file_format, articles)


def _at_own_addresses(articles: Sequence[Article], address: str) -> tuple[Article, ...]:
    """Return what was fetched from an address without claims to stand on another site.

    Any page may name another's address as its own, by a canonical link, or as the one that it was
    saved from. A single article stands where it was fetched.
    """
    own = address if len(articles) == 1 else None
    return tuple(
        article
        if article.url is None or is_same_site(article.url, address)
        else replace(article, url=own)
        for article in articles
    )


def _detect(document: SourceDocument) -> FormatReader:
    """Return the format and its reader. Raise SourceUnreadable where no reader knows the file."""
    is_small = len(document.data) <= MAX_BYTES
    if is_small and (office_reader := detect_office(document)):
        return office_reader
    _refuse_binary(document.data)
    return (
        telex.detect(document)
        or captions.detect(document)
        or json_news.detect(document)
        or _XML_READERS.get(document.root or "")
        or _XML_READERS.get((document.root or "").lower())
        or records.detect(document)
        or html_page.detect(document)
        or mail.detect(document)
        or _detect_text(document)
    )


def _detect_text(document: SourceDocument) -> FormatReader:
    """Take the document for text, once it is sure that it is no data of an unknown kind."""
    text = document.text
    if _is_xml(document):
        key = "unknown_xml_root" if document.root else "unknown_xml"
        raise unreadable(key, root=document.root)
    if len(text) > _MAX_TEXT_CHARS:
        raise _too_long(len(text))
    if not text.strip():
        raise unreadable("only_spaces")
    refuse_data(document)
    return plain_text.detect(document)


def _is_xml(document: SourceDocument) -> bool:
    is_declared = _XML_DECLARATION.match(document.text) is not None
    return is_declared or bool(document.root and _XML_TAG.search(document.text))


def _refuse_binary(data: bytes) -> None:
    """Raise SourceUnreadable for what is empty, too large, or no text."""
    if not data:
        raise unreadable("file_empty")
    if len(data) > MAX_BYTES:
        raise unreadable("file_too_large", size=len(data) / 2**20)
    kind = next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), None)
    if kind:
        raise unreadable("not_a_text", kind=kind)
    sample = data[:_SNIFFED_BYTES]
    control_bytes = len(_CONTROL_BYTE.findall(sample))
    if not data.startswith(_STARTS_WITH_CONTROLS) and control_bytes * 100 > len(sample):
        raise unreadable("binary_file")


def _check_articles(articles: list[Article], document: SourceDocument) -> tuple[Article, ...]:
    """Return what is an article, made consistent. Raise SourceUnreadable where none is."""
    articles = [item for item in articles if item.headline or item.body or _is_withdrawal(item)]
    if not articles:
        raise unreadable("no_article")
    short = (item for item in articles if len(item.body) <= MAX_BODY_CHARS)
    held = (_without_desk_marks(item, document) for item in short)
    marked = (mark_turns(_make_consistent(item), document.zone) for item in held)
    bold = bold_texts(document.text)
    checked = [mark_interview(item, bold) for item in marked]
    if not checked:
        raise _too_long(max(len(item.body) for item in articles))
    return tuple(checked)


def _without_desk_marks(article: Article, document: SourceDocument) -> Article:
    """Return the article without holds and marks of press releases, which records do not have.

    The turns of a record say where its words stand: its body must stay as it is.
    """
    if article.turns:
        return article
    held = hold_article(article, document.zone, arrived=document.arrived)
    return without_release_marks(held, document.zone)


def _only_repeats(body: str, headline: str | None, source: str | None) -> bool:
    """Return whether a text has no word of its own, as items of news search engines have none."""
    if not headline or not source or not body.startswith(headline) or source not in body:
        return False
    rest = body.replace(headline, "", 1).replace(source, "", 1)
    return not any(map(str.isalnum, rest))


def _is_withdrawal(article: Article) -> bool:
    """Return whether it takes an article back: it needs to say no more than which one."""
    return article.status is not Status.USABLE and article.guid is not None


def _too_long(chars: int) -> SourceUnreadable:
    return unreadable("text_too_long", chars=chars, most=MAX_BODY_CHARS)


def _make_consistent(article: Article) -> Article:
    """Return the article with its headline once, and only valid tags, addresses and times.

    Mark it as a correction where its headline, or a note in brackets above its text, says so, and
    as a kill where its headline does.
    """
    is_early = article.updated and article.published and article.updated <= article.published
    first, _, rest = article.body.partition("\n\n")
    is_repeated = first.casefold() == (article.headline or "").casefold()
    repeats = rest and is_repeated and not article.turns
    has_note = first.startswith("(") and notes_correction(first[:400])
    source = outlet_or_none(article.source)
    headline = without_outlet(article.headline, [source])
    body = rest if repeats else article.body
    return replace(
        article,
        headline=headline,
        source=source,
        body="" if _only_repeats(body, headline, source) else body,
        byline=byline_or_none(article.byline),
        status=status_in(article.headline) if article.status is Status.USABLE else article.status,
        updated=None if is_early else article.updated,
        language=language_tag_or_none(article.language),
        url=web_url_or_none(article.url),
        correction=article.correction or is_correction(article.headline) or has_note,
    )
