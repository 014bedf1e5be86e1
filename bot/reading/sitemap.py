"""News sitemaps (sitemaps.org, Google's news extension): pages to fetch, with title and date."""

from typing import Any

from bot.model import Article
from bot.model.errors import FeedEmpty
from bot.reading import messages, unreadable
from bot.reading.cleaning import MAX_URL_CHARS, first_line, line_or_none
from bot.reading.document import SourceDocument
from bot.reading.markup import html_text
from bot.reading.times import parse_time
from bot.reading.trees import find_child, find_children, find_first, text_content

# Google's limit for a news sitemap; what is beyond it is not news of the last two days.
MAX_ENTRIES = 1_000
_MAX_NAMED = 3


def read_articles(document: SourceDocument) -> list[Article]:
    """Return an article without text for each news entry.

    Raise FeedEmpty where a sitemap has no entries, and SourceUnreadable where none is news.
    """
    entries = list(find_children(document.tree, "url"))
    news = [entry for entry in entries if find_child(entry, "news") is not None]
    if not entries:
        raise FeedEmpty(messages.text("sitemap_unnamed"))
    if not news:
        raise unreadable("sitemap_without_news")
    return [_read_entry(entry, document.zone) for entry in news[:MAX_ENTRIES]]


def read_index(document: SourceDocument) -> list[Article]:
    """Raise SourceUnreadable, which names sitemaps of the index, those for news first."""
    sitemaps = find_children(document.tree, "sitemap")
    addresses = [address for each in sitemaps if (address := _address(each))]
    addresses.sort(key=lambda address: "news" not in address.lower())
    named = ", ".join(addresses[:_MAX_NAMED]) or "none"
    raise unreadable("sitemap_index", names=named)


def _read_entry(entry: Any, zone: str) -> Article:
    news = find_child(entry, "news")
    title = html_text(text_content(find_first(news, "title")))
    return Article(
        body="",
        headline=line_or_none(title),
        source=line_or_none(text_content(find_first(news, "publication", "name"))),
        published=parse_time(text_content(find_first(news, "publication_date")), zone),
        language=line_or_none(text_content(find_first(news, "publication", "language"))),
        url=_address(entry),
    )


def _address(entry: Any) -> str | None:
    return first_line(map(text_content, find_children(entry, "loc")), MAX_URL_CHARS)
