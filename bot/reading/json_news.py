"""News in JSON: ninjs 1 to 3 (IPTC), JSON Feed 1.0 and 1.1 (jsonfeed.org), posts of WordPress.

Posts: https://developer.wordpress.org/rest-api/reference/posts
"""

import re
from datetime import datetime
from typing import Any

from bot.model import Article, Format, Status
from bot.reading import unreadable
from bot.reading.cleaning import MAX_URL_CHARS, clean_body, first_line, line_or_none, resolve_link
from bot.reading.credits import join_names, outlet_or_none
from bot.reading.document import FormatReader, SourceDocument, json_objects, with_content
from bot.reading.holds import hold_article
from bot.reading.markup import html_text, text_or_html
from bot.reading.page_metadata import values
from bot.reading.rss_atom import WORDPRESS_PUBLIC_STATUSES, without_short_codes
from bot.reading.times import parse_embargo, parse_time
from bot.reading.wire_text import (
    WIRE_WORDS,
    full_text,
    has_html,
    is_part,
    last_of_code,
    markup_text,
    notes_correction,
    parse_status,
    plain_or_html,
)

_RENDERED = '"rendered"'
_SCHEDULED = "future"
MAX_ITEMS = 2_000
_FEED_MARK = "jsonfeed.org"
_SNIFFED_FEED_CHARS = 5_000
_TEXT_READERS = {"content_html": html_text, "content_text": clean_body, "summary": clean_body}
_PACKAGES = {"composite", "package"}
# Where services put the items of a page of them.
_LIST_NAMES = ("items", "item", "_items")
_SNIFFED_NAMES = re.compile(r'"(?:guid"|uri"|headline)')
_IDENTIFYING = {"guid", "uri", "headline"}
# Media types of what stands among the bodies and is no text to read.
_OTHER_MEDIA = re.compile(
    r"(?:image|audio|video|font)/|application/(?!.*(?:html|xml|nitf))", re.IGNORECASE
)


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize a feed by its `version`, an address, and others by the names of properties.

    A post of WordPress, or a page of them, has a rendered title and content.
    """
    if not document.looks_like_json:
        return None
    if _FEED_MARK in document.text[:_SNIFFED_FEED_CHARS] and _is_feed(document.json):
        return Format.JSONFEED, _read_feed
    if _SNIFFED_NAMES.search(document.text) and any(map(_is_ninjs, _items(document.json))):
        return Format.NINJS, _read_ninjs
    has_post = _RENDERED in document.text and any(map(_is_post, json_objects(document.json)))
    return (Format.WORDPRESS, _read_posts) if has_post else None


def _is_feed(data: Any) -> bool:
    return isinstance(data, dict) and _FEED_MARK in str(data.get("version", ""))


def _read_feed(document: SourceDocument) -> list[Article]:
    """Return every item. Raise FeedEmpty where there is none."""
    feed = document.json
    items = json_objects(feed.get("items"))[:MAX_ITEMS]
    bases = (document.address, feed.get("feed_url"), feed.get("home_page_url"))
    base = next((each for each in bases if isinstance(each, str)), None)
    return with_content(_read_feed_item(item, feed, base, document.zone) for item in items)


def _read_feed_item(
    item: dict[str, Any], feed: dict[str, Any], base: str | None, zone: str
) -> Article:
    guid = item.get("id")
    return Article(
        body=_feed_body(item),
        headline=_plain_line(item.get("title")),
        byline=_feed_byline(item) or _feed_byline(feed),
        source=_plain_line(feed.get("title")),
        guid=line_or_none(str(guid), MAX_URL_CHARS) if guid is not None else None,
        published=parse_time(item.get("date_published"), zone),
        updated=parse_time(item.get("date_modified"), zone),
        language=item.get("language") or feed.get("language"),
        url=resolve_link(base, item.get("url")) or resolve_link(base, item.get("external_url")),
        picture=resolve_link(base, item.get("image")),
    )


def _feed_body(item: dict[str, Any]) -> str:
    for name, read_text in _TEXT_READERS.items():
        if isinstance(text := item.get(name), str) and (body := read_text(text)):
            return body
    return ""


def _plain_line(text: object) -> str | None:
    """Return a title, which is plain text; some systems escape it as HTML."""
    return line_or_none(text_or_html(text)) if isinstance(text, str) else None


def _feed_byline(holder: dict[str, Any]) -> str | None:
    """Return the authors' names: `authors` in version 1.1, `author` in 1.0, or names alone."""
    authors = [*values(holder.get("authors")), *values(holder.get("author"))]
    names = (each.get("name") if isinstance(each, dict) else each for each in authors)
    return join_names(map(_plain_line, names))


def _read_ninjs(document: SourceDocument) -> list[Article]:
    """Return every text and then what is associated with it; pictures and the like are withheld.

    Raise SourceUnreadable where there is no text.
    """
    items = [item for item in _items(document.json) if _is_ninjs(item)][:MAX_ITEMS]
    texts = [item for item in items if not _is_media(item)]
    if not texts:
        raise unreadable("ninjs_without_text")
    associated = [other for item in texts for other in _associated(item) if _is_ninjs(other)]
    return [_read_item(item, document.zone) for item in (*texts, *associated[:MAX_ITEMS])]


def _items(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict) and not _is_ninjs(data):
        lists = (data[name] for name in _LIST_NAMES if isinstance(data.get(name), list))
        data = next(lists, data)
    return json_objects(data)


def _associated(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the associated items: named in ninjs 1, a list in 2 and 3."""
    items = item.get("associations")
    return json_objects(list(items.values()) if isinstance(items, dict) else items)


def _is_media(item: dict[str, Any]) -> bool:
    return _text(item, "type") in WIRE_WORDS["ninjs media"]


def _is_ninjs(item: dict[str, Any]) -> bool:
    # JSON-LD has headlines too.
    is_ours = not {"@context", "@type"} & item.keys()
    has_names = WIRE_WORDS["ninjs properties"] & item.keys() and _IDENTIFYING & item.keys()
    return bool(is_ours and has_names)


def _read_item(item: dict[str, Any], zone: str) -> Article:
    created = _text(item, "firstcreated", "firstCreated", "contentcreated", "contentCreated")
    changed = parse_time(_text(item, "versioncreated", "versionCreated"), zone)
    published = parse_time(created, zone)
    is_media = _is_media(item)
    body = "" if is_media else _body(item)
    only_refers = is_media or (_text(item, "type") in _PACKAGES and not body)
    replaced, version = _text(item, "evolvedfrom", "evolvedFrom"), item.get("version")
    is_version = isinstance(version, str | int) and not isinstance(version, bool)
    note, embargo = _text(item, "ednote", "edNote"), _text(item, "embargoed", "embargoedUntil")
    embargoed = parse_embargo(embargo, zone)
    is_held = only_refers or (embargo is not None and embargoed is None)
    article = Article(
        body=body,
        headline=line_or_none(html_text(_headline(item))),
        byline=line_or_none(_text(item, "byline", "by")),
        source=outlet_or_none(_text(item, "source")) or _provider(item),
        guid=line_or_none(_text(item, "guid", "uri"), MAX_URL_CHARS),
        version=line_or_none(str(version)) if is_version else None,
        published=published or changed,
        updated=changed if published else None,
        language=item.get("language"),
        url=line_or_none(_text(item, "url", "canonical", "link"), MAX_URL_CHARS),
        status=parse_status(_text(item, "pubstatus", "pubStatus"), is_held=is_held),
        embargoed=embargoed,
        correction=notes_correction(note),
        replaces=(replaced,) if replaced else (),
        digital_source_type=_digital_source_type(item),
    )
    return hold_article(article, zone, note)


def _text(item: dict[str, Any], *names: str) -> str | None:
    """Return the first of these properties that is a text and not blank."""
    texts = (item.get(name) for name in names)
    return next((text for text in texts if isinstance(text, str) and text.strip()), None)


def _entries(item: dict[str, Any], name: str, names: str) -> list[tuple[str, str, str]]:
    """Return the role, media type and text of each entry of a field.

    ninjs 1 has properties such as "body_xhtml", ninjs 2 and 3 a list of objects.
    """
    entries = [
        (entry.get("role"), entry.get("contentType") or entry.get("contenttype"), entry["value"])
        for entry in json_objects(item.get(names))
        if isinstance(entry.get("value"), str)
    ]
    start = f"{name}_"
    properties = ((key, value) for key, value in item.items() if key.startswith(start))
    entries += [
        (key.removeprefix(start), None, value)
        for key, value in properties
        if isinstance(value, str)
    ]
    return [(str(role or ""), str(kind or ""), value) for role, kind, value in entries]


def _headline(item: dict[str, Any]) -> str:
    """Return the main headline: not a short one or one below another, unless there is no other."""
    entries = _entries(item, "headline", "headlines")
    main = [text for role, _, text in entries if "main" in role.lower()]
    full = [text for role, _, text in entries if not is_part(role, "other headlines")]
    others = [text for _, _, text in entries]
    candidates = (_text(item, "headline"), *main, *full, _text(item, "title"), *others)
    return next((text for text in candidates if text and text.strip()), "")


def _body(item: dict[str, Any]) -> str:
    """Return the full text, marked up before plain; a description where there is no other."""
    bodies, descriptions = (
        sorted(
            (each for each in _entries(item, *names) if not _OTHER_MEDIA.match(each[1])),
            key=lambda each: not (_is_html(*each[:2]) or has_html(each[2])),
        )
        for names in (("body", "bodies"), ("description", "descriptions"))
    )
    return _full_text(bodies) or _full_text(descriptions)


def _full_text(entries: list[tuple[str, str, str]]) -> str:
    return full_text(
        [
            (role, markup_text(text) if _is_html(role, kind) else plain_or_html(text))
            for role, kind, text in entries
        ]
    )


def _is_html(role: str, kind: str) -> bool:
    return "html" in f"{role} {kind}".lower()


def _digital_source_type(item: dict[str, Any]) -> str | None:
    """Return who or what made it: an object of uri, literal and name, some write a text."""
    kinds = item.get("digitalsourcetype"), item.get("digitalSourceType")
    kind = next((kind for kind in kinds if kind), None)
    if isinstance(kind, str):
        kind = {"uri": kind}
    found = json_objects(kind)[:1]
    return first_line(
        name
        for each in found
        for name in (last_of_code(_text(each, "uri") or ""), each.get("literal"), each.get("name"))
    )


def _provider(item: dict[str, Any]) -> str | None:
    names = ("infoSources", "infosources", "infosource", "provider")
    parties = (party for name in names for party in json_objects(item.get(name))[:1])
    names_of = (value for party in parties for value in map(party.get, ("name", "literal")))
    return first_line(map(outlet_or_none, names_of))


def _read_posts(document: SourceDocument) -> list[Article]:
    posts = filter(_is_post, json_objects(document.json))
    return with_content(_read_post(post, document.zone) for post in posts)[:MAX_ITEMS]


def _is_post(item: dict[str, Any]) -> bool:
    texts = item.get("title"), item.get("content")
    return all(isinstance(text, dict) and isinstance(text.get("rendered"), str) for text in texts)


def _read_post(post: dict[str, Any], zone: str) -> Article:
    status = post.get("status")
    published = _time(post, "date", zone)
    is_scheduled = status == _SCHEDULED
    embargoed = parse_embargo(_zoned(post, "date"), zone) if is_scheduled else None
    is_shown = status in WORDPRESS_PUBLIC_STATUSES or embargoed is not None
    is_open = is_shown and not post["content"].get("protected")
    return Article(
        body=html_text(without_short_codes(post["content"]["rendered"])),
        headline=line_or_none(html_text(post["title"]["rendered"])),
        byline=_byline(post),
        source=line_or_none(_seo(post).get("og_site_name")),
        guid=_rendered(post, "guid") or line_or_none(post.get("link"), MAX_URL_CHARS),
        published=published,
        updated=_time(post, "modified", zone),
        language=line_or_none(post.get("lang")),
        url=line_or_none(post.get("link"), MAX_URL_CHARS),
        status=Status.USABLE if is_open else Status.WITHHELD,
        embargoed=embargoed,
    )


def _zoned(post: dict[str, Any], name: str) -> str | None:
    """Return a time as text: the site's own has no offset, the other one is in UTC."""
    utc, local = post.get(f"{name}_gmt"), post.get(name)
    if isinstance(utc, str) and utc:
        return utc if utc.endswith("Z") or "+" in utc else f"{utc}Z"
    return local if isinstance(local, str) else None


def _time(post: dict[str, Any], name: str, zone: str) -> datetime | None:
    return parse_time(_zoned(post, name), zone)


def _rendered(post: dict[str, Any], name: str) -> str | None:
    holder = post.get(name)
    return line_or_none(holder.get("rendered"), MAX_URL_CHARS) if isinstance(holder, dict) else None


def _byline(post: dict[str, Any]) -> str | None:
    """Return the authors that the answer embeds, else the one of a search plug-in."""
    embedded = post.get("_embedded")
    authors = json_objects(embedded.get("author")) if isinstance(embedded, dict) else []
    names = [author["name"] for author in authors if isinstance(author.get("name"), str)]
    seo_author = _seo(post).get("author")
    return join_names(names or ([seo_author] if isinstance(seo_author, str) else []))


def _seo(post: dict[str, Any]) -> dict[str, Any]:
    """Return what the plug-in Yoast SEO adds."""
    head = post.get("yoast_head_json")
    return head if isinstance(head, dict) else {}
