"""RSS 0.9 to 2.0, RDF, Atom and WordPress exports, through feedparser, which is given bytes.

News sitemaps (sitemaps.org, Google's news extension) list pages to fetch, with title and date.
"""

import io
import re
import warnings
from html import escape, unescape
from itertools import chain, islice
from typing import Any

import feedparser

from bot.model import Article, Status
from bot.model.errors import FeedEmpty
from bot.reading import markup, messages, unreadable
from bot.reading.cleaning import (
    MAX_URL_CHARS,
    first_line,
    join_paragraphs,
    line_or_none,
    resolve_link,
)
from bot.reading.credits import byline_or_none, join_names, outlet_or_none
from bot.reading.document import PARSE_ERRORS, SourceDocument
from bot.reading.markup import expand_declared, html_text, resolve_html_entities
from bot.reading.times import parse_time
from bot.reading.trees import find_child, find_children, find_first, text_content

# Google's limit for a news sitemap; what is beyond it is not news of the last two days.
MAX_ENTRIES = 1_000
_MAX_NAMED = 3
# A driver that is not installed, which feedparser would look for on the disk at each feed.
feedparser.api.PREFERRED_XML_PARSERS.clear()
MAX_ITEMS = 2_000
MAX_OPEN_TAGS = 300
_ITEM_END = re.compile(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
_FEED_END = re.compile(
    r"</(?:[\w.-]{1,20}:)?(?:rss|rdf|feed)\s*>\s*(?:<!--.{0,2000}?-->\s*)*$",
    re.IGNORECASE | re.DOTALL,
)
_FEED_END_CHARS = 4_000
_OPENING_TAGS = re.compile(r"(?:<[A-Za-z][^<>]{0,100}>\s*)+")
# Escaped, so that feedparser stays with its strict parser, which is quicker.
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)")
_SHORT_CODE = re.compile(r"\[/?([a-z][a-z0-9_-]{1,40})( [^\[\]]{0,500})?\]")
_CLOSING_SHORT_CODE = re.compile(r"\[/([a-z][a-z0-9_-]{1,40})\]")
_CAPTION = re.compile(
    r"\[caption\b[^\[\]]{0,500}\](?:(?!\[/?caption).){0,3000}\[/caption\]", re.DOTALL
)
# A comment, a CDATA section, or an entry that an Atom feed takes back (RFC 6721).
_DELETED_ENTRY = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<(?P<prefix>(?:[\w.-]{1,20}:)?)deleted-entry\b(?P<attributes>[^<>]{1,2000}?)"
    r"(?:/>|>(?:.{0,4000}?</(?P=prefix)deleted-entry\s*>)?)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s*=\s*[\"']([^\"'<>]{0,2000})[\"']")
# An author in RSS. feedparser cuts addresses after four letters of their last label.
_AUTHOR = re.compile(
    r"(?P<start><(?P<name>(?:[\w.-]{1,20}:)?(?:author|creator))\b[^<>]{0,500}>\s{0,100})"
    r"(?:<!\[CDATA\[)?(?P<text>[^<>]{0,500}@[^<>]{0,500})(?:\]\]>)?(?P<end>\s*</(?P=name)\s*>)",
    re.IGNORECASE,
)
# Media RSS: texts about a picture or film. feedparser would take them for the item's own.
_MEDIA_PREFIX = re.compile(
    r"xmlns:([\w.-]{1,20})\s*=\s*[\"']https?://(?:video\.)?search\.yahoo\.com/mrss/?[\"']"
)
_MEDIA_TEXT_NAME = "about-media"
# Of a feed or an item: neither its title nor its text is the item's.
_PICTURE_OR_FORM = re.compile(
    r"<(image|textinput)(?:\s[^<>]{0,500})?>.{0,5000}?</\1\s*>", re.IGNORECASE | re.DOTALL
)
# Atom says of a text that it is no markup.
_ATOM_PLAIN_TEXT = re.compile(
    r"(<(?:[\w.-]{1,20}:)?(?:title|summary|content)\s[^<>]{0,500}?\btype\s*=\s*[\"'])text(?=[\"'])"
)
_LITERAL_TYPE = "text/x-literal"
# Of other types, what is in an item is no text: a picture, a sound, a file.
_TEXT_TYPES = re.compile(r"text/|application/(?:(?:[\w.-]+\+)?xml|octet-stream)")
# The end that WordPress sets to an item: "The post ... appeared first on ...".
_APPEARED_FIRST = re.compile(
    r"<p>\s*The post\s+<a\s[^<>]{1,2000}>.{1,1000}?</a>[^<>]{1,60}first on\s.{0,1000}$", re.DOTALL
)
_WORD = re.compile(r"\w+")
_MAX_REPEATED_CHARS = 1_000
# Post types and statuses of WordPress that are articles shown to everyone; None: no WordPress.
_WORDPRESS_TEXT_TYPES = {"post", "page", None}
WORDPRESS_PUBLIC_STATUSES = {"publish", "inherit", None}


def read_articles(document: SourceDocument) -> list[Article]:
    """Return every item. Raise FeedEmpty where there is none."""
    text, deleted = _split_deleted_entries(document.text, document.zone)
    text = _apply_caps(text, may_be_empty=bool(deleted))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        feed = _parse_feed(text)
        base = _base_address(feed, document.address)
        articles = (
            _read_entry(entry, feed, base, document.zone)
            for entry in feed.entries
            if entry.get("wp_post_type") in _WORDPRESS_TEXT_TYPES
        )
        items = [article for article in articles if article.headline or article.body]
    items = _without_deleted(items, deleted)
    if not items:
        raise FeedEmpty
    return items


def read_deleted_entry(document: SourceDocument) -> list[Article]:
    """Return the entry that a Deleted Entry Document takes back (RFC 6721, section 4)."""
    _, deleted = _split_deleted_entries(document.text, document.zone)
    if not deleted:
        raise unreadable("deleted_entry_unnamed")
    return deleted


def _apply_caps(text: str, *, may_be_empty: bool) -> str:
    """Cut the text down to what feedparser is given, or raise SourceUnreadable.

    Without DOCTYPE, oversized tags and deep nesting, with MAX_ITEMS at most, none cut in two.
    """
    text = expand_declared(markup.strip_declaration(text))
    # DOCTYPE, comments and instructions before the root say nothing.
    text = text[markup.root_start(text) :]
    if markup.has_too_many_attributes(text):
        raise unreadable("feed_attributes")
    if _is_deeply_nested(text):
        raise unreadable("feed_too_deep")
    text = _AUTHOR.sub(_without_address, text) if "@" in text else text
    text = _BARE_AMPERSAND.sub("&amp;", resolve_html_entities(text))
    text = _PICTURE_OR_FORM.sub("", _set_media_texts_apart(text))
    text = _ATOM_PLAIN_TEXT.sub(rf"\1{_LITERAL_TYPE}", text)
    is_complete = _FEED_END.search(text[-_FEED_END_CHARS:]) is not None
    ends = [match.end() for match in islice(_ITEM_END.finditer(text), MAX_ITEMS)]
    if ends:
        return text if len(ends) < MAX_ITEMS and is_complete else text[: ends[-1]]
    if not is_complete:
        raise unreadable("feed_without_articles")
    if not may_be_empty:
        raise FeedEmpty
    return text


def _without_address(author: re.Match[str]) -> str:
    name = byline_or_none(unescape(author["text"])) or ""
    return f"{author['start']}{escape(name)}{author['end']}"


def _set_media_texts_apart(text: str) -> str:
    """Rename the descriptions of Media RSS, for an item may have a description of its own."""
    for prefix in dict.fromkeys(_MEDIA_PREFIX.findall(text)):
        # Without attributes: of an element with some, feedparser keeps only these.
        name = rf"(</?{re.escape(prefix)}:)(?:description|text)(?:\s[^<>]{{0,1000}}?)?(/?>)"
        text = re.sub(name, rf"\1{_MEDIA_TEXT_NAME}\2", text)
    return text


def _is_deeply_nested(text: str) -> bool:
    """Return whether MAX_OPEN_TAGS tags follow one another with no text or end tag between."""
    return any(tags.count("<") >= MAX_OPEN_TAGS for tags in _OPENING_TAGS.findall(text))


def _parse_feed(text: str) -> Any:
    data = b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8")
    try:
        return feedparser.parse(
            io.BytesIO(data),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except PARSE_ERRORS as e:
        raise unreadable("feed_broken") from e


def _split_deleted_entries(text: str, zone: str) -> tuple[str, list[Article]]:
    """Return the text without the entries that an Atom feed takes back, and these as canceled."""
    if "deleted-entry" not in text:
        return text, []
    deleted: list[Article] = []

    def take(piece: re.Match[str]) -> str:
        if piece["attributes"] is None:
            return piece.group()
        attributes = {
            name: unescape(value) for name, value in _ATTRIBUTE.findall(piece["attributes"])
        }
        if guid := line_or_none(attributes.get("ref"), MAX_URL_CHARS):
            when = parse_time(attributes.get("when"), zone)
            deleted.append(Article("", guid=guid, updated=when, status=Status.CANCELED))
        return ""

    return _DELETED_ENTRY.sub(take, text), deleted[:MAX_ITEMS]


def _without_deleted(items: list[Article], deleted: list[Article]) -> list[Article]:
    """Return items and deletions; where an entry has both the later, in doubt the deletion."""
    changed = {item.guid: item.updated or item.published for item in items}

    def is_outdated(deletion: Article) -> bool:
        entry_time = changed.get(deletion.guid)
        return bool(entry_time and deletion.updated and deletion.updated < entry_time)

    standing = [deletion for deletion in deleted if not is_outdated(deletion)]
    gone = {deletion.guid for deletion in standing}
    return [item for item in items if item.guid not in gone] + standing


def _read_entry(entry: Any, parsed: Any, base: str | None, zone: str) -> Article:
    feed, own_source = parsed.feed, entry.get("source") or {}
    publishers = (markup.html_text(str(each.get("title") or "")) for each in (own_source, feed))
    source = next(filter(None, map(outlet_or_none, publishers)), None)
    headline = line_or_none(_text(entry.get("title_detail") or {}, may_be_plain=True))
    body = _body(entry, is_atom=_is_atom(parsed))
    updated = parse_time(entry.get("updated"), zone)
    # WordPress exports drafts too, and posts behind a password.
    is_published = entry.get("wp_status") in WORDPRESS_PUBLIC_STATUSES
    is_public = is_published and not entry.get("wp_post_password")
    language = _language(entry, feed)
    return Article(
        body="" if _only_repeats(body, headline, source) else body,
        headline=headline,
        byline=_byline(entry, *((own_source, feed) if _is_atom(parsed) else ())),
        source=source,
        guid=line_or_none(entry.get("id"), MAX_URL_CHARS),
        published=parse_time(entry.get("published"), zone) or updated,
        updated=updated if entry.get("published") else None,
        language=language,
        url=resolve_link(base, _link(entry, language)),
        status=Status.USABLE if is_public else Status.WITHHELD,
        # podcast:transcript; of several feedparser keeps the last.
        transcript=resolve_link(base, (entry.get("podcast_transcript") or {}).get("url")),
        picture=_picture(entry, base),
    )


def _picture(entry: Any, base: str | None) -> str | None:
    """Return the address of an item's picture: of Media RSS, or an enclosure that is one."""
    media = [each for each in entry.get("media_content") or [] if _is_picture(each)]
    enclosed = [link for link in entry.get("links") or [] if link.get("rel") == "enclosure"]
    addresses = [
        *(each.get("url") for each in (*media, *(entry.get("media_thumbnail") or []))),
        *(link.get("href") for link in enclosed if _is_picture(link)),
    ]
    return next(filter(None, (resolve_link(base, address) for address in addresses)), None)


def _is_picture(media: Any) -> bool:
    return "image" in f"{media.get('medium')} {media.get('type')}"


def _only_repeats(body: str, headline: str | None, source: str | None) -> bool:
    """Return whether a text is only its headline, with the outlet's name or without it."""
    if len(body) > _MAX_REPEATED_CHARS:
        return False
    words, outlet = (_WORD.findall((text or "").casefold()) for text in (headline, source))
    return _WORD.findall(body.casefold()) in (words, [*words, *outlet])


def _base_address(feed: Any, address: str | None) -> str | None:
    """Return what relative links are resolved against; `address` is where the feed came from.

    In Atom that is the feed itself (RFC 4287, section 2); in RSS the site that it links to, where
    it links to one.
    """
    links = feed.feed.get("links") or []
    itself = next((link.get("href") for link in links if link.get("rel") == "self"), None)
    own = address or resolve_link(None, itself)
    site = resolve_link(own, feed.feed.get("link"))
    return (own or site) if _is_atom(feed) else (site or own)


def _is_atom(feed: Any) -> bool:
    return str(feed.get("version")).startswith("atom")


def _link(entry: Any, language: str | None) -> Any:
    """Return the link to the item's page, of several the one in its language."""
    links = [link for link in entry.get("links") or [] if link.get("rel") == "alternate"]
    tag = (language or "").lower()
    same = (link for link in links if tag and (link.get("hreflang") or "").lower() == tag)
    primary = tag.partition("-")[0]
    similar = (
        link
        for link in links
        if tag and (link.get("hreflang") or "").lower().partition("-")[0] == primary
    )
    pages = (link for link in links if "html" in (link.get("type") or "html"))
    best: dict[str, Any] = next(chain(same, similar, pages, links), {})
    return best.get("href") or entry.get("link")


def _body(entry: Any, *, is_atom: bool) -> str:
    """Return the longest text the item has, of its contents and its summary.

    Where it has none, it is a film, which has a description, unless that is a picture's caption.
    """
    contents = [*(entry.get("content") or []), entry.get("summary_detail") or {}]
    body = max((_text(content, may_be_plain=is_atom) for content in contents), key=len)
    shows_picture = any(map(_is_picture, entry.get("media_content") or []))
    if body or shows_picture:
        return body
    return markup.html_text(str(entry.get(f"media_{_MEDIA_TEXT_NAME}") or ""))


def _text(detail: Any, *, may_be_plain: bool) -> str:
    """Return the text of a title, summary or content; one that is a picture or sound is none."""
    value, kind = str(detail.get("value") or ""), detail.get("type") or "text/plain"
    if kind == _LITERAL_TYPE:
        return join_paragraphs(value.split("\n\n"))
    if not _TEXT_TYPES.match(kind):
        return ""
    value = without_short_codes(_APPEARED_FIRST.sub("", value))
    is_plain = may_be_plain and kind == "text/plain"
    return markup.text_or_html(value) if is_plain else markup.html_text(value)


def without_short_codes(text: str) -> str:
    """Remove WordPress's short codes ("[gallery ids=1]"); keep the reporter's bracketed words."""
    if "[" not in text:
        return text
    text = _CAPTION.sub("", text) if "[caption" in text else text
    closed = set(_CLOSING_SHORT_CODE.findall(text))

    def replace_code(code: re.Match[str]) -> str:
        name, parameters = code.group(1), code.group(2) or ""
        is_code = code.group().startswith("[/") or name in closed
        return "" if is_code or "_" in name or "=" in parameters else code.group()

    return _SHORT_CODE.sub(replace_code, text)


def _byline(*holders: Any) -> str | None:
    """Return the authors of the first of an entry, its source and its feed that has some.

    In Atom an entry without authors has those of its source or feed (RFC 4287, section 4.2.1).
    """
    authors: list[Any] = next((each["authors"] for each in holders if each.get("authors")), [])
    return join_names(markup.html_text(author.get("name") or "") for author in authors)


def _language(entry: Any, feed: Any) -> str | None:
    holders = ((entry.get("content") or [{}])[0], entry, entry.get("title_detail", {}), feed)
    tag = next((holder["language"] for holder in holders if holder.get("language")), None)
    return line_or_none(tag)


def read_sitemap(document: SourceDocument) -> list[Article]:
    """Return an article without text for each news entry.

    Raise FeedEmpty where a sitemap has no entries, and SourceUnreadable where none is news.
    """
    entries = list(find_children(document.tree, "url"))
    news = [entry for entry in entries if find_child(entry, "news") is not None]
    if not entries:
        raise FeedEmpty(messages.text("sitemap_unnamed"))
    if not news:
        raise unreadable("sitemap_without_news")
    return [_read_page(entry, document.zone) for entry in news[:MAX_ENTRIES]]


def read_sitemap_index(document: SourceDocument) -> list[Article]:
    """Raise SourceUnreadable, which names sitemaps of the index, those for news first."""
    sitemaps = find_children(document.tree, "sitemap")
    addresses = [address for each in sitemaps if (address := _location(each))]
    addresses.sort(key=lambda address: "news" not in address.lower())
    named = ", ".join(addresses[:_MAX_NAMED]) or "none"
    raise unreadable("sitemap_index", names=named)


def _read_page(entry: Any, zone: str) -> Article:
    news = find_child(entry, "news")
    title = html_text(text_content(find_first(news, "title")))
    return Article(
        body="",
        headline=line_or_none(title),
        source=line_or_none(text_content(find_first(news, "publication", "name"))),
        published=parse_time(text_content(find_first(news, "publication_date")), zone),
        language=line_or_none(text_content(find_first(news, "publication", "language"))),
        url=_location(entry),
    )


def _location(entry: Any) -> str | None:
    return first_line(map(text_content, find_children(entry, "loc")), MAX_URL_CHARS)
