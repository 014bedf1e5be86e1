"""Posts from WordPress's REST API (developer.wordpress.org/rest-api/reference/posts)."""

from datetime import datetime
from typing import Any

from bot.model import Article, Format, Status
from bot.reading.cleaning import MAX_URL_CHARS, line_or_none
from bot.reading.credits import join_names
from bot.reading.document import FormatReader, SourceDocument, json_objects, with_content
from bot.reading.markup import html_text
from bot.reading.rss_atom import WORDPRESS_PUBLIC_STATUSES, without_short_codes
from bot.reading.times import parse_embargo, parse_time

MAX_POSTS = 2_000
_SNIFFED_NAME = '"rendered"'
_SCHEDULED = "future"


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize one post, or a page of them, by a rendered title and content."""
    if not document.looks_like_json or _SNIFFED_NAME not in document.text:
        return None
    has_post = any(map(_is_post, json_objects(document.json)))
    return (Format.WORDPRESS, _read_posts) if has_post else None


def _read_posts(document: SourceDocument) -> list[Article]:
    posts = filter(_is_post, json_objects(document.json))
    return with_content(_read_post(post, document.zone) for post in posts)[:MAX_POSTS]


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
