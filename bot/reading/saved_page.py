"""A page that a browser saved with its pictures in one file: MHTML (RFC 2557)."""

import email
import re
from collections.abc import Set as AbstractSet
from dataclasses import replace
from email.message import Message

from bot.model import Article
from bot.model.errors import SourceUnreadable
from bot.reading import html_page, messages
from bot.reading.cleaning import web_url_or_none
from bot.reading.document import SourceDocument

_LOCATION = re.compile(r"^content-location:[ \t]*\S", re.IGNORECASE | re.MULTILINE)
_SAVED = re.compile(r"^from:.{0,40}\bsaved by\b", re.IGNORECASE | re.MULTILINE)
# What only a message that was sent has.
_OF_MAIL = {"to", "received", "delivered-to", "return-path", "message-id"}


def is_saved_page(names: AbstractSet[str], text: str) -> bool:
    """Return whether a file with headers of these `names` is a page: it says where it came from."""
    if "mime-version" not in names or "content-type" not in names:
        return False
    if "snapshot-content-location" in names or _SAVED.search(text):
        return True
    return _OF_MAIL.isdisjoint(names) and _LOCATION.search(text) is not None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the page's article. Raise SourceUnreadable where there is no page."""
    message = email.message_from_bytes(document.data.lstrip())
    page = _root(message)
    content = None if page is None else page.get_payload(decode=True)
    if page is None or not isinstance(content, bytes):
        raise SourceUnreadable(messages.text("saved_page_without_html"))
    names = ("content-location", "snapshot-content-location")
    places = (page["content-location"], *map(message.get, names))
    address = next(filter(None, map(web_url_or_none, map(_stripped, places))), document.address)
    encoding = page.get_content_charset() or document.encoding
    return html_page.read_articles(
        replace(document, data=content, encoding=encoding, address=address)
    )


def _stripped(header: object) -> str:
    return "".join(str(header or "").split())


def _root(message: Message) -> Message | None:
    """Return the part that is the page: named by `start`, else the first of HTML."""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    start = str(message.get_param("start", "") or "").strip("<> ")
    named = (
        page for page in pages if start and str(page["content-id"] or "").strip("<> ") == start
    )
    return next(named, pages[0] if pages else None)
