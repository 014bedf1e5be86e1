"""An HTML page: its article's text by main_text.py, its facts from JSON-LD, OpenGraph and meta."""

import re
from dataclasses import replace
from itertools import dropwhile
from typing import Any

from bot.model import Article, Format
from bot.reading import markup, unreadable
from bot.reading.cleaning import line_or_none
from bot.reading.credits import repeats_byline
from bot.reading.document import FormatReader, SourceDocument
from bot.reading.holds import find_hold, hold_article, mentions_hold
from bot.reading.main_text import read_main_text
from bot.reading.page_metadata import PageMetadata, has_type, live_updates
from bot.reading.wire_text import last_of_code

_TAGS = re.compile(
    r"<(?:p|div|br|h[1-6]|a\s|span|table|ul|article|body|b|i|em|strong|li|section)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_PAGE_START = re.compile(
    r"\s*(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_SNIFFED_CHARS = 20_000
_MIN_WORDS = 12
_SCHEMA_SUFFIX = "DigitalSource"
# Two characters of scripts that part no words by spaces stand for a word.
_UNSPACED_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2}"
)
_MAX_HOLD_CHARS = 200


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
        raise unreadable("page_attributes")
    tree = markup.parse_html(text)
    if tree is None:
        raise unreadable("no_article_text")
    page = PageMetadata(tree, document.zone, document.address)
    blocks = markup.paragraphs(tree) if mentions_hold(text) else []
    article, times = _read_metadata(page), page.time_texts()
    article = _without_lines_above(article, times, _read_body(tree, page, article.headline))
    # Above the text, a hold may stand outside of what is taken for the article.
    blocks = [block for block in blocks if len(block) <= _MAX_HOLD_CHARS]
    holds = [block for block in blocks if (hold := find_hold(block, page.zone)) and hold.has_time]
    held = hold_article(article, page.zone, *holds, arrived=document.arrived) if holds else article
    return [held]


def _read_body(tree: Any, page: PageMetadata, headline: str | None) -> str:
    """Return the article's text, which a page may show in its JSON-LD only; change the tree."""
    is_live = has_type(page.json_ld, "LiveBlogPosting")
    shown = read_main_text(tree, headline, is_live=is_live)
    listed = live_updates(page.json_ld) if is_live else page.text("articleBody")
    body = listed if (_is_short(shown) or is_live) and len(listed) > len(shown) else shown
    if _is_short(body):
        raise unreadable("no_article_text")
    return body


def _is_short(text: str) -> bool:
    """Return whether a text has fewer words than an article."""
    words = text.split()
    return len(words) < _MIN_WORDS and len(words) + len(_UNSPACED_WORD.findall(text)) < _MIN_WORDS


def _without_lines_above(article: Article, times: set[str | None], body: str) -> Article:
    """Return the article with its body, without headline, byline and time that stand above it."""
    paragraphs = body.split("\n\n")
    headline = article.headline or ""

    def is_above(paragraph: str) -> bool:
        """Return whether it is time, byline or headline, which may have the outlet's name."""
        is_headline = len(paragraph) > 1 and headline.startswith(paragraph)
        return is_headline or paragraph in times or repeats_byline(paragraph, article.byline)

    text = list(dropwhile(is_above, paragraphs)) or paragraphs
    return replace(article, body="\n\n".join(text))


def _read_metadata(page: PageMetadata) -> Article:
    return Article(
        body="",
        headline=page.headline(),
        byline=page.byline(),
        source=page.source(),
        published=page.published(),
        updated=page.updated(),
        language=page.language(),
        url=page.url,
        correction=bool(page.json_ld.get("correction")),  # schema.org/correction
        digital_source_type=_digital_source_type(page.json_ld.get("digitalSourceType")),
        picture=page.picture(),
    )


def _digital_source_type(kind: object) -> str | None:
    """Return who or what made the page: schema.org names IPTC's codes "...DigitalSource"."""
    name = kind.get("@id") or kind.get("name") if isinstance(kind, dict) else kind
    code = last_of_code(name) if isinstance(name, str) else ""
    if code.endswith(_SCHEMA_SUFFIX):
        code = code[:1].lower() + code.removesuffix(_SCHEMA_SUFFIX)[1:]
    return line_or_none(code)
