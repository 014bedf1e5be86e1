"""An HTML page: its article's text by trafilatura, its facts from JSON-LD, OpenGraph and meta."""

import re
from itertools import dropwhile

import trafilatura
from lxml import etree

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading import markup
from bot.reading.cleaning import join_paragraphs
from bot.reading.document import PARSE_ERRORS, FormatReader, SourceDocument
from bot.reading.holds import find_hold, hold_article, mentions_hold
from bot.reading.page_metadata import PageMetadata

_TAGS = re.compile(
    r"<(?:p|div|br|h[1-6]|a\s|span|table|ul|article|body|b|i|em|strong|li|section)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_PAGE_START = re.compile(
    r"\s*(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SNIFFED_CHARS = 20_000
_MIN_WORDS = 12
_MAX_HOLD_CHARS = 200
_NO_ARTICLE = "There is no article text on this page."


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize an HTML root or doctype, or a text that begins with a tag and has several."""
    text, root = document.text[:_SNIFFED_CHARS], (document.root or "").lower()
    is_page = _PAGE_START.match(text) or root == "html"
    may_be_fragment = document.root is None or root in markup.HTML_ELEMENTS["fragment roots"]
    is_html = is_page or (
        may_be_fragment and text.lstrip().startswith("<") and len(_TAGS.findall(text)) >= 2
    )
    return (Format.HTML, read_articles) if is_html else None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article on the page. Raise SourceUnreadable where there is none."""
    text = document.text
    if markup.has_too_many_attributes(text):
        raise SourceUnreadable("One tag of this page has thousands of attributes: this is no news.")
    tree = markup.parse_html(text)
    if tree is None:
        raise SourceUnreadable(_NO_ARTICLE)
    page = PageMetadata(tree, document.zone, document.address)
    body = _extract(text)
    if len(body.split()) < _MIN_WORDS:
        body = page.text("articleBody") or join_paragraphs(markup.paragraphs(tree, page=True))
    if len(body.split()) < _MIN_WORDS:
        raise SourceUnreadable(_NO_ARTICLE)
    article = _read_article(page, body)
    if not mentions_hold(text):
        return [article]
    # Above the text, a hold may stand outside of what is taken for the article.
    blocks = [block for block in markup.paragraphs(tree) if len(block) <= _MAX_HOLD_CHARS]
    holds = [block for block in blocks if (hold := find_hold(block, page.zone)) and hold.has_time]
    return [hold_article(article, page.zone, *holds, arrived=document.arrived)]


def _read_article(page: PageMetadata, body: str) -> Article:
    """Return the article, without the headline and time that its page shows above the text."""
    headline, paragraphs = page.headline(), body.split("\n\n")
    shown_above = {headline, *page.time_texts()}
    text = list(dropwhile(shown_above.__contains__, paragraphs)) or paragraphs
    return Article(
        body="\n\n".join(text),
        headline=headline,
        byline=page.byline(),
        source=page.source(),
        published=page.published(),
        updated=page.updated(),
        language=page.language(),
        url=page.url,
        correction=bool(page.json_ld.get("correction")),  # schema.org/correction
    )


def _extract(text: str) -> str:
    """Return what trafilatura takes for the article, or "" where it gives up."""
    try:
        document = trafilatura.bare_extraction(
            text, fast=True, include_comments=False, include_tables=False
        )
    except (*PARSE_ERRORS, RecursionError, etree.LxmlError):
        return ""
    return join_paragraphs((getattr(document, "text", None) or "").split("\n"))
