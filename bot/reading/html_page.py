"""An HTML page: its article's text by trafilatura, its facts from JSON-LD, OpenGraph and meta."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.model.wordlists import load_line_lists
from bot.reading import markup
from bot.reading.cleaning import MAX_URL_CHARS, first_line, join_paragraphs, line_or_none
from bot.reading.document import PARSE_ERRORS, FormatReader, SourceDocument, json_objects
from bot.reading.holds import find_hold, hold_article, mentions_hold
from bot.reading.times import first_time

_TAGS = re.compile(
    r"<(?:p|div|br|h[1-6]|a\s|span|table|ul|article|body|b|i|em|strong|li|section)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_PAGE_START = re.compile(
    r"\s*(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SNIFFED_CHARS = 20_000
_SECTIONS = ("author", "published", "updated")
_META_NAMES = load_line_lists("bot.reading", "data/page_metadata.txt", *_SECTIONS)
_ARTICLE_TYPES = ("Article", "Report", "BlogPosting", "LiveBlogPosting")
_MIN_WORDS = 12
_MAX_HOLD_CHARS = 200
_MAX_JSON_LD_CHARS = 500_000
_NO_ARTICLE = "There is no article text on this page."


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize an HTML root or doctype, or a text that begins with a tag and has several."""
    text, root = document.text[:_SNIFFED_CHARS], (document.root or "").lower()
    is_page = _PAGE_START.match(text) or root == "html"
    may_be_fragment = document.root is None or root in markup.HTML_ELEMENTS["fragment roots"]
    is_html = is_page or (
        may_be_fragment and text.lstrip().startswith("<") and len(_TAGS.findall(text)) >= 2
    )
    return (Format.HTML, _read_page) if is_html else None


def _read_page(document: SourceDocument) -> list[Article]:
    """Return the one article on the page. Raise SourceUnreadable where there is none."""
    text = document.text
    if markup.has_too_many_attributes(text):
        raise SourceUnreadable("One tag of this page has thousands of attributes: this is no news.")
    tree = markup.parse_html(text)
    if tree is None:
        raise SourceUnreadable(_NO_ARTICLE)
    page = PageMetadata(tree, document.zone)
    body = _extract(text)
    if len(body.split()) < _MIN_WORDS:
        body = page.text("articleBody") or join_paragraphs(markup.paragraphs(tree, page=True))
    if len(body.split()) < _MIN_WORDS:
        raise SourceUnreadable(_NO_ARTICLE)
    article = _read_article(tree, page, body)
    if not mentions_hold(text):
        return [article]
    # Above the text, a hold may stand outside of what is taken for the article.
    blocks = [block for block in markup.paragraphs(tree) if len(block) <= _MAX_HOLD_CHARS]
    holds = [block for block in blocks if (hold := find_hold(block, page.zone)) and hold.has_time]
    return [hold_article(article, page.zone, *holds)]


def _read_article(tree: Any, page: "PageMetadata", body: str) -> Article:
    """Return the article; each field comes from the most trusted place that has it."""
    meta, html = page.meta, markup.find_first(tree, "html")
    headings = [markup.text_content(element) for element in markup.find_all(tree, "h1")]
    headlines = (
        page.text("headline"),
        meta.get("og:title") or meta.get("twitter:title"),
        headings[0] if len(headings) == 1 else None,
        markup.text_content(markup.find_first(tree, "title")),
    )
    author = next((meta[name] for name in _META_NAMES["author"] if name in meta), "")
    publisher = page.json_ld.get("publisher") or page.json_ld.get("sourceOrganization")
    languages = (
        page.text("inLanguage"),
        html.get("lang") if html is not None else None,
        meta.get("og:locale", "").replace("_", "-"),
    )
    links = markup.find_all(tree, "link")
    canonical = (link.get("href") for link in links if link.get("rel", "").lower() == "canonical")
    time_elements = (time.get("datetime") for time in markup.find_all(tree, "time"))
    return Article(
        body=body,
        headline=first_line(headlines),
        byline=page.byline() or (line_or_none(author) if "://" not in author else None),
        source=page.party_name(publisher) or line_or_none(meta.get("og:site_name")),
        published=page.time("datePublished", *_META_NAMES["published"])
        or first_time(time_elements, page.zone),
        updated=page.time("dateModified", *_META_NAMES["updated"]),
        language=first_line(languages),
        url=next(canonical, None)
        or meta.get("og:url")
        or line_or_none(page.text("url"), MAX_URL_CHARS),
        correction=bool(page.json_ld.get("correction")),  # schema.org/correction
    )


class PageMetadata:
    """What a page says about its article: a JSON-LD object and meta elements by name."""

    def __init__(self, tree: Any, zone: str) -> None:
        self.zone, self.meta = zone, _meta_elements(tree)
        items = list(_json_ld_items(tree))
        self.json_ld = next((item for item in items if _is_article(item)), {})
        named = (item for item in items if "name" in item and isinstance(item.get("@id"), str))
        self._named_items = {item["@id"]: item for item in named}

    def text(self, key: str) -> str:
        """Return a field of the JSON-LD object as text, or ""."""
        value = self.json_ld.get(key)
        return markup.html_text(value) if isinstance(value, str) else ""

    def time(self, key: str, *meta_names: str) -> datetime | None:
        """Return the time in a field of the JSON-LD object, else in one of the meta elements."""
        texts = (self.json_ld.get(key), *(self.meta.get(name) for name in meta_names))
        return first_time(texts, self.zone)

    def byline(self) -> str | None:
        """Return the names of the JSON-LD object's authors."""
        authors = self.json_ld.get("author")
        names = map(self.party_name, authors if isinstance(authors, list) else [authors])
        return line_or_none(", ".join(name for name in names if name))

    def party_name(self, party: Any) -> str | None:
        """Return a party's name; one that is only referred to is named elsewhere on the page."""
        if isinstance(party, dict) and "name" not in party:
            party = self._named_items.get(str(party.get("@id")), party)
        name = party.get("name") if isinstance(party, dict) else party
        return line_or_none(name[0] if isinstance(name, list) and name else name)


def _extract(text: str) -> str:
    """Return what trafilatura takes for the article, or "" where it gives up."""
    try:
        document = trafilatura.bare_extraction(
            text, fast=True, include_comments=False, include_tables=False
        )
    except (*PARSE_ERRORS, RecursionError, etree.LxmlError):
        return ""
    return join_paragraphs((getattr(document, "text", None) or "").split("\n"))


def _meta_elements(tree: Any) -> dict[str, str]:
    meta: dict[str, str] = {}
    for element in markup.find_all(tree, "meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and element.get("content"):
            meta.setdefault(name.strip().lower(), element.get("content"))
    return meta


def _json_ld_items(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON-LD object of the page."""
    for script in markup.find_all(tree, "script"):
        text = script.text or ""
        is_json_ld = "ld+json" in (script.get("type") or "").lower()
        if not is_json_ld or len(text) > _MAX_JSON_LD_CHARS:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in json_objects(data):
            yield item
            yield from json_objects(item.get("@graph"))
            if isinstance(item.get("mainEntity"), dict):
                yield item["mainEntity"]


def _is_article(item: dict[str, Any]) -> bool:
    types = item.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.endswith(_ARTICLE_TYPES) for name in names)
