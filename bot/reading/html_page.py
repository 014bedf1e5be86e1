"""An HTML page: the article's text by trafilatura, what is known about it from JSON-LD, OpenGraph and meta elements."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import trafilatura
from lxml import etree

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import join_paragraphs, line_or_none
from bot.reading.document import Document
from bot.reading.markup import found, html_text, is_overloaded, parse_html, tree_text, words
from bot.reading.times import parse_time

_TAGS = re.compile(
    r"<(?:p|div|br|h[1-6]|a\s|span|table|ul|article|body|b|i|em|strong|li|section)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_DOCTYPE = re.compile(
    r"\s*(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
# A fragment of a page may begin with any of these; another root is XML of some other kind.
_ROOTS = {
    *(
        "article",
        "section",
        "main",
        "header",
        "body",
        "head",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "table",
        "center",
        "ul",
    ),
    *(
        "ol",
        "a",
        "span",
        "b",
        "i",
        "em",
        "strong",
        "blockquote",
        "br",
        "img",
        "font",
        "title",
        "meta",
        "link",
        "style",
    ),
    *("script", "figure", "aside", "nav", "hr", "pre", "small", "form", "dl", "time"),
}
_ARTICLE_TYPES = ("Article", "Report", "BlogPosting", "LiveBlogPosting")
_AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "byl",
)
_DATE_METAS = (
    *(
        "article:published_time",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.created",
        "dcterms.date",
        "pubdate",
    ),
    *(
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "og:article:published_time",
        "publish-date",
    ),
)
_FEWEST_WORDS = 12
_MOST_JSON_LD = 500_000
_NO_ARTICLE = "There is no article text on this page."


def detect(document: Document) -> Format | None:
    """An HTML root or doctype, or a text that begins with a tag and has several."""
    text = document.text[:20_000]
    if _DOCTYPE.match(text) or (document.root or "").lower() == "html":
        return Format.HTML
    known = document.root is None or document.root.lower() in _ROOTS
    return (
        Format.HTML
        if known and text.lstrip().startswith("<") and len(_TAGS.findall(text)) >= 2
        else None
    )


def articles(document: Document) -> list[Article]:
    """The one article on the page; raise SourceUnreadable where there is none."""
    return [read_page(document.text, document.zone)]


def read_page(text: str, zone: str, url: str | None = None) -> Article:
    """The article of a page that was fetched from `url`."""
    if is_overloaded(text):
        raise SourceUnreadable("One tag of this page has thousands of attributes: this is no news.")
    tree = parse_html(text)
    if tree is None:
        raise SourceUnreadable(_NO_ARTICLE)
    told = Told(tree, zone, url)
    body = _body(text, tree, told)
    if len(body.split()) < _FEWEST_WORDS:
        raise SourceUnreadable(_NO_ARTICLE)
    return Article(
        body=body,
        headline=told.headline(),
        byline=told.byline(),
        source=told.source(),
        published=told.published(),
        updated=told.updated(),
        language=told.language(),
        url=told.address(),
        correction=told.is_correction(),
    )


class Told:
    """What a page says about its article, the most trusted place first."""

    def __init__(self, tree: Any, zone: str, url: str | None) -> None:
        self._tree, self._zone, self._url = tree, zone, url
        self._meta = _meta(tree)
        items = list(_data_items(tree))
        self._data = next((item for item in items if _is_article(item)), {})
        self._named = {
            item["@id"]: item
            for item in items
            if isinstance(item.get("@id"), str) and "name" in item
        }

    def headline(self) -> str | None:
        """The headline, never the site's name alone."""
        h1 = [words(element) for element in found(self._tree, "h1")]
        return (
            self._text("headline")
            or line_or_none(self._meta.get("og:title") or self._meta.get("twitter:title"))
            or (line_or_none(h1[0]) if len(h1) == 1 else None)
            or line_or_none(words(next(found(self._tree, "title"), None)))
        )

    def byline(self) -> str | None:
        """The authors' names."""
        authors = self._data.get("author")
        names = [
            self._party(author) for author in (authors if isinstance(authors, list) else [authors])
        ]
        meta = next((told for name in _AUTHOR_METAS if (told := self._meta.get(name))), None)
        joined = ", ".join(name for name in names if name)
        return line_or_none(joined) or (line_or_none(meta) if meta and "://" not in meta else None)

    def source(self) -> str | None:
        """The outlet."""
        publisher = self._data.get("publisher") or self._data.get("sourceOrganization")
        return self._party(publisher) or line_or_none(self._meta.get("og:site_name"))

    def published(self) -> Any:
        """When it came out, as the page says it in a field for that."""
        return self._time("datePublished", *_DATE_METAS) or self._time_element()

    def updated(self) -> Any:
        """When it was last changed."""
        return self._time(
            "dateModified", "article:modified_time", "og:updated_time", "last-modified"
        )

    def language(self) -> str | None:
        """The page's language tag."""
        root = next(found(self._tree, "html"), None)
        return (
            self._text("inLanguage", 20)
            or line_or_none(root.get("lang") if root is not None else None, 20)
            or line_or_none((self._meta.get("og:locale") or "").replace("_", "-"), 20)
        )

    def address(self) -> str | None:
        """The canonical address; where the page was fetched, else."""
        links = (
            link.get("href")
            for link in found(self._tree, "link")
            if (link.get("rel") or "").lower() == "canonical"
        )
        told = next(links, None) or self._meta.get("og:url") or self._text("url", 2000)
        try:
            absolute = urljoin(self._url or "", told or "")
        except ValueError:
            return self._url
        return absolute if absolute.startswith(("http://", "https://")) else self._url

    def article_body(self) -> str:
        """The whole text where JSON-LD gives it."""
        body = self._data.get("articleBody")
        return html_text(body) if isinstance(body, str) else ""

    def is_correction(self) -> bool:
        """Whether JSON-LD has a correction of it (schema.org/correction)."""
        return bool(self._data.get("correction"))

    def _party(self, party: Any) -> str | None:
        """A party's name; one that is only referred to is named elsewhere on the page."""
        if isinstance(party, dict) and "name" not in party:
            party = self._named.get(str(party.get("@id")), party)
        return _name(party)

    def _text(self, key: str, most: int = 500) -> str | None:
        value = self._data.get(key)
        return line_or_none(html_text(value), most) if isinstance(value, str) else None

    def _time(self, key: str, *names: str) -> Any:
        candidates = (self._data.get(key), *(self._meta.get(name) for name in names))
        return next((time for text in candidates if (time := parse_time(text, self._zone))), None)

    def _time_element(self) -> Any:
        elements = (time.get("datetime") for time in found(self._tree, "time"))
        return next((time for text in elements if (time := parse_time(text, self._zone))), None)


def _body(text: str, tree: Any, told: Told) -> str:
    extracted = _extract(text)
    if len(extracted.split()) < _FEWEST_WORDS:
        extracted = told.article_body() or tree_text(tree, page=True)
    return extracted


def _extract(text: str) -> str:
    """What trafilatura takes for the article; nothing where it gives up."""
    try:
        document = trafilatura.bare_extraction(
            text, fast=True, include_comments=False, include_tables=False
        )
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError, etree.LxmlError):
        return ""
    extracted = getattr(document, "text", None) or ""
    return join_paragraphs(extracted.split("\n"))


def _meta(tree: Any) -> dict[str, str]:
    meta: dict[str, str] = {}
    for element in found(tree, "meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and element.get("content"):
            meta.setdefault(name.strip().lower(), element.get("content"))
    return meta


def _data_items(tree: Any) -> Iterator[dict[str, Any]]:
    """Every JSON-LD object of the page."""
    for script in found(tree, "script"):
        if (
            "ld+json" not in (script.get("type") or "").lower()
            or len(script.text or "") > _MOST_JSON_LD
        ):
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _items(data)


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """The objects of a script, a graph's nodes, and what a page says is its subject."""
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            inner = item.get("@graph")
            subject = item.get("mainEntity")
            yield from (
                node
                for node in (item, *(inner if isinstance(inner, list) else [inner]))
                if isinstance(node, dict)
            )
            if isinstance(subject, dict):
                yield subject


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLE_TYPES) for kind in kinds)


def _name(party: Any) -> str | None:
    if isinstance(party, dict):
        party = party.get("name")
    if isinstance(party, list):
        party = party[0] if party and isinstance(party[0], str) else None
    return line_or_none(party)
