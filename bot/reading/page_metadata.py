"""What a page says about its article: JSON-LD (schema.org), meta, link and time elements."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import unescape
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from bot.model.wordlists import load_line_lists
from bot.reading import markup
from bot.reading.cleaning import first_line, language_tag_or_none, line_or_none, resolve_link
from bot.reading.credits import (
    adds_outlet,
    byline_or_none,
    join_names,
    outlet_or_none,
    without_outlet,
)
from bot.reading.times import first_time
from bot.reading.trees import find_all, find_first, local_name, text_content

Item = dict[str, Any]
_MAX_CHARS = 500_000
_MAX_NESTING = 5
# Where an object holds others that stand for themselves.
_NESTING_KEYS = ("@graph", "mainEntity")
_UPDATE_KEYS = ("headline", "articleBody")
# What hides a script's content from XML parsers and old browsers.
_WRAPPING = re.compile(r"(?://|/\*)?\s{0,20}(?:<!\[CDATA\[|\]\]>|<!--|-->)(?:\s{0,20}\*/)?")
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_BETWEEN_VALUES = re.compile(r"[\s;,]*")
_SECTIONS = ("author", "published", "updated", "outlet", "language")
_META_NAMES = load_line_lists("bot.reading", "data/page_metadata.txt", *_SECTIONS)
_ARTICLE_TYPES = ("Article", "Report", "BlogPosting", "LiveBlogPosting")
_SITE_TYPES = ("WebSite", "WebPage")
_PICTURE_NAMES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
_MARKED = etree.XPath("descendant-or-self::*[@itemprop or @rel]")
# What surrounds an article.
_FRAME = {"nav", "aside", "footer", "header"}
_MIN_TELLING_CHARS = 12
_TIME_ATTRIBUTES = ("datetime", "content", "title")


class PageMetadata:
    """What a page says about its article; each field comes from the most trusted place with it.

    `json_ld` is the article's JSON-LD object, empty where there is none, and `url` the page's own
    address.
    """

    def __init__(self, tree: Any, zone: str, address: str | None = None) -> None:
        """Take a page's tree, and the address that it was fetched from, where that is known."""
        self.zone, self._tree = zone, tree
        self._meta = _meta_elements(tree)
        base = next((each.get("href") for each in find_all(tree, "base")), None)
        self._base = resolve_link(address, base) or address
        items = find_items(tree)
        named = (item for item in items if "name" in item and isinstance(item.get("@id"), str))
        self._named_items = {item["@id"]: item for item in named}
        self._title = text_content(find_first(tree, "title"))
        self._headings = [line_or_none(text_content(h1)) for h1 in self._find("h1")]
        links = [*self._own_links(), self._resolve(self._first_meta("og:url"))]
        self.json_ld = self._choose_article(items, filter(None, (*links, address)))
        own = map(self._resolve, _addresses(self.json_ld))
        known = [link for link in (*links, *own, address) if link]
        # Some sites name their home page as the canonical address of every page.
        self.url = next(filter(_page_key, known), next(iter(known), None))
        sites = [item.get("name") for item in items if has_type(item, *_SITE_TYPES)]
        names = (self._meta[name] for name in _META_NAMES["outlet"])
        title = line_or_none(self._title)
        # A heading that stands behind the title is the name of the site.
        behind = (
            each for each in self._headings if adds_outlet(title, without_outlet(title, [each]))
        )
        self._outlets = [self.source(), *map(line_or_none, chain(sites, *names)), *behind]

    def text(self, key: str) -> str:
        """Return a field of the JSON-LD object as text, or ""."""
        value = self.json_ld.get(key)
        return markup.html_text(value) if isinstance(value, str) else ""

    def headline(self) -> str | None:
        """Return the headline without the name of the site, which may stand in its place."""
        lines = map(line_or_none, self._titles())
        bare = (without_outlet(line, self._outlets) for line in lines)
        return first_line(self._heading_of(line) for line in bare)

    def byline(self) -> str | None:
        """Return the names of all authors."""
        authors = self.json_ld.get("author") or self.json_ld.get("creator")
        fields = (join_names(self._meta[name]) for name in _META_NAMES["author"])
        marked = join_names(map(_name_of_element, self._marked("author")))
        return first_line((join_names(self._names(authors)), *fields, marked))

    def source(self) -> str | None:
        """Return the name of the outlet."""
        publisher = self.json_ld.get("publisher") or self.json_ld.get("sourceOrganization")
        return first_line(
            map(outlet_or_none, (*self._names(publisher), self._first_meta("og:site_name")))
        )

    def published(self) -> datetime | None:
        """Return when the article came out, or None."""
        elements = list(self._in_article(self._find("time")))
        return (
            self._time("datePublished", _META_NAMES["published"])
            or self._time_of(self._marked("datePublished"))
            or self._time_of(time for time in elements if time.get("pubdate") is not None)
            or self._time_of(elements)
        )

    def updated(self) -> datetime | None:
        """Return when the article was changed last, or None."""
        return self._time("dateModified", _META_NAMES["updated"]) or self._time_of(
            self._marked("dateModified")
        )

    def language(self) -> str | None:
        """Return the tag of the article's language, or None."""
        language = self.json_ld.get("inLanguage")
        tag = language.get("alternateName") if isinstance(language, dict) else language
        metas = (self._first_meta(name) for name in _META_NAMES["language"])
        return first_line(map(language_tag_or_none, (tag, self._root_language(), *metas)))

    def time_texts(self) -> set[str | None]:
        """Return what stands in elements that tell a time, which is no text of the article."""
        elements = [*self._marked("datePublished"), *self._marked("dateModified")]
        return {line_or_none(text_content(element)) for element in elements}

    def _find(self, *names: str) -> Iterator[Any]:
        return find_all(self._tree, *names)

    def _first_meta(self, name: str) -> str | None:
        return next(iter(self._meta[name]), None)

    def _resolve(self, link: object) -> str | None:
        return resolve_link(self._base, link)

    def _root_language(self) -> str | None:
        html = find_first(self._tree, "html")
        return None if html is None else html.get("lang") or html.get("xml:lang")

    def _own_links(self) -> list[str]:
        """Return the page's canonical addresses, else those of its own language."""
        tag = (self._root_language() or "").lower()
        primary = tag.partition("-")[0]
        links: dict[str, list[str]] = {"canonical": [], "same": [], "similar": []}
        for link in self._find("link"):
            kinds, href = (link.get("rel") or "").lower().split(), self._resolve(link.get("href"))
            language = (link.get("hreflang") or "").lower()
            if href and "canonical" in kinds:
                links["canonical"].append(href)
            elif href and "alternate" in kinds and language.partition("-")[0] == primary != "":
                links["same" if language == tag else "similar"].append(href)
        return links["canonical"] or links["same"] or links["similar"]

    def picture(self) -> str | None:
        """Return the address of the picture that the page shows where it is shared (ogp.me)."""
        told = [self._first_meta(name) for name in _PICTURE_NAMES]
        own = (
            image.get("url") if isinstance(image, dict) else image
            for image in values(self.json_ld.get("image"))
        )
        return next(filter(None, map(self._resolve, (*told, *own))), None)

    def _titles(self) -> Iterator[str | None]:
        """Yield what may be the headline, the most trusted first."""
        yield self.text("headline") or None
        yield self._first_meta("og:title")
        yield self._first_meta("twitter:title")
        if len(self._headings) == 1:
            yield self._headings[0]
        yield self._title
        yield self.text("name") or None

    def _heading_of(self, title: str | None) -> str | None:
        """Return the page's heading where a title has it and a name that nothing else tells."""
        own = (each for each in self._headings if without_outlet(each, self._outlets))
        return next((heading for heading in own if adds_outlet(title, heading)), title)

    def _choose_article(self, items: Sequence[Item], links: Iterable[str]) -> Item:
        """Return the article's JSON-LD object: at the page's address, else with its title.

        One at another address, with a title that is not the page's, is another story.
        """
        articles = [item for item in items if has_type(item, *_ARTICLE_TYPES)]
        keys = {key for link in links if (key := _page_key(link))}
        addresses = [
            {key for link in _addresses(item) if (key := _page_key(self._resolve(link)))}
            for item in articles
        ]
        pairs = list(zip(articles, addresses, strict=True))
        at_address = (item for item, own in pairs if own & keys)
        titled = (item for item in articles if self._has_title(item.get("headline")))
        # On a site for phones, or under another section, a page keeps the last part of its path.
        moved = (item for item, own in pairs if set(map(_slug, own)) & set(map(_slug, keys)) - {""})
        without = (item for item, own in pairs if not own or not keys)
        return next(chain(at_address, titled, moved, without), {})

    def _has_title(self, headline: object) -> bool:
        """Return whether the page's title or heading begins with a headline, or is cut from it."""
        lines = map(line_or_none, (*self._headings, self._title, self._first_meta("og:title")))
        titles = [line.casefold().rstrip("… .") for line in lines if line]
        own = (line_or_none(headline) or "").casefold()
        is_cut = any(len(each) >= _MIN_TELLING_CHARS and own.startswith(each) for each in titles)
        return bool(own) and (is_cut or any(each.startswith(own) for each in titles))

    def _names(self, parties: Any) -> list[str | None]:
        """Return the names of JSON-LD parties; one only referred to is named elsewhere."""
        names: list[str | None] = []
        for party in values(parties):
            name = party
            if isinstance(party, dict):
                known = self._named_items.get(str(party.get("@id")), {}).get("name")
                # Some publishing systems set the login in one place and the name in the other.
                name = first_line((byline_or_none(party.get("name")), known)) or party.get("name")
            names += (
                line_or_none(unescape(each)) for each in values(name) if isinstance(each, str)
            )
        return names

    def _time(self, key: str, meta_names: Iterable[str]) -> datetime | None:
        """Return the time in a field of the JSON-LD object, else in one of the meta elements."""
        metas = (self._first_meta(name) for name in meta_names)
        return first_time((self.json_ld.get(key), *metas), self.zone)

    def _time_of(self, elements: Iterable[Any]) -> datetime | None:
        """Return the first time that an element tells, in an attribute or its text."""
        texts = (
            text
            for element in elements
            for text in (*map(element.get, _TIME_ATTRIBUTES), text_content(element))
        )
        return first_time(texts, self.zone)

    def _marked(self, name: str) -> Iterator[Any]:
        """Yield the article's elements that microdata, or a link's `rel`, mark as `name`."""
        marked = (
            element
            for element in _MARKED(self._tree)
            if name in (element.get("itemprop") or element.get("rel") or "").split()
        )
        return self._in_article(marked)

    def _in_article(self, elements: Iterable[Any]) -> Iterator[Any]:
        """Yield those elements that stand beside the page's heading, then others in no frame."""
        heading = find_first(self._tree, "h1")
        above = () if heading is None else heading.iterancestors("article", "main")
        holder = next(iter(above), None)
        outside = []
        for element in elements:
            ancestors = list(element.iterancestors())
            if holder is not None and holder in ancestors:
                yield element
            elif _FRAME.isdisjoint(map(local_name, ancestors)):
                outside.append(element)
        yield from outside


def _meta_elements(tree: Any) -> dict[str, list[str]]:
    """Return the contents of meta elements by their names in lower case."""
    meta = defaultdict(list)
    for element in find_all(tree, "meta"):
        names = map(element.get, ("property", "name", "itemprop", "http-equiv"))
        if (name := next(filter(None, names), None)) and element.get("content"):
            meta[name.strip().lower()].append(element.get("content"))
    return meta


def _addresses(item: Item) -> list[str]:
    """Return the addresses that a JSON-LD object gives for itself."""
    fields = [item.get(key) for key in ("url", "mainEntityOfPage", "@id")]
    ids = (field.get("@id") if isinstance(field, dict) else field for field in fields)
    return [each for each in ids if isinstance(each, str)]


def _page_key(url: str | None) -> tuple[str, str] | None:
    """Return what tells one page's address from another's; None for a site's home page."""
    parts = urlsplit(url or "")
    path = unquote(parts.path).rstrip("/")
    if not path and not parts.query:
        return None
    return (parts.hostname or "").removeprefix("www."), path or parts.query


def _slug(key: tuple[str, str]) -> str:
    """Return the last part of a path, where it is long enough to tell one article from another."""
    slug = key[1].rpartition("/")[2].partition(".")[0]
    return slug if len(slug) >= _MIN_TELLING_CHARS else ""


def _name_of_element(author: Any) -> str:
    """Return the name in an element that microdata or a link's `rel` mark as an author."""
    names = (each for each in author.iter() if "name" in (each.get("itemprop") or "").split())
    element = next(names, author)
    return element.get("content") or text_content(element)


def find_items(tree: Any) -> list[Item]:
    """Return every JSON-LD object of a page, in order; a script that cannot be read has none."""
    scripts = (
        script.text or ""
        for script in find_all(tree, "script")
        if "ld+json" in (script.get("type") or "").lower()
    )
    return [item for text in scripts for data in _load(text) for item in _items(data)]


def has_type(item: Item, *endings: str) -> bool:
    """Return whether a type of an object has one of these names, or one that ends in it."""
    return any(
        isinstance(name, str) and name.endswith(endings) for name in values(item.get("@type"))
    )


def values(value: Any, depth: int = 0) -> list[Any]:
    """Return what a property has, one value or a list, nested or not; nothing for None."""
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if not isinstance(value, list):
        return [] if value is None else [value]
    if depth == _MAX_NESTING:
        return []
    return [each for part in value for each in values(part, depth + 1)]


def live_updates(item: Item) -> str:
    """Return the text of a live blog: each update's headline and paragraphs, as they stand."""
    updates = (each for each in values(item.get("liveBlogUpdate")) if isinstance(each, dict))
    texts = (each.get(key) for each in (item, *updates) for key in _UPDATE_KEYS)
    own = (text for text in texts if isinstance(text, str) and text != item.get("headline"))
    return "\n\n".join(filter(None, map(markup.html_text, own)))


def _load(text: str) -> Iterator[Any]:
    """Yield the JSON values in a script."""
    if len(text) > _MAX_CHARS:
        return
    try:
        yield json.loads(text, strict=False)
    except RecursionError:
        return
    except ValueError:
        yield from _load_leniently(text)


def _load_leniently(text: str) -> Iterator[Any]:
    """Yield the values of a script that is wrapped, has a comma too many, or ends in ";"."""
    text = _WRAPPING.sub("", text).strip()
    # Some systems escape the script as if it were text.
    text = text if '"' in text else unescape(text)
    text = _STRING_OR_COMMA.sub(lambda match: match.group(1) or "", text)
    decoder, at = json.JSONDecoder(strict=False), 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
        between = _BETWEEN_VALUES.match(text, at)
        at = between.end() if between else at


def _items(data: Any, depth: int = 0) -> Iterator[Item]:
    """Yield the objects in a value: of a list, and those that an object holds."""
    for item in values(data):
        if isinstance(item, dict):
            yield item
            if depth < _MAX_NESTING:
                for key in _NESTING_KEYS:
                    yield from _items(item.get(key), depth + 1)
