"""Markdown, with or without front matter in YAML or TOML."""

import re
import tomllib
from dataclasses import replace
from datetime import date, time
from typing import Any

import yaml
from markdown_it import MarkdownIt

from bot.model import Article, Format, Status
from bot.reading.cleaning import line_or_none
from bot.reading.document import Document
from bot.reading.markup import html_text
from bot.reading.plain_text import article_of
from bot.reading.times import parse_time
from bot.reading.wire_text import embargo

_FRONT = re.compile(
    r"\s*---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_TOML_FRONT = re.compile(
    r"\s*\+\+\+[ \t]*\r?\n(.{0,20000}?)\r?\n\+\+\+[ \t]*(?:\r?\n|$)", re.DOTALL
)
# An anchor: none is needed, and they can explode. An "&" inside a word is none.
_ANCHOR = re.compile(r"(?:^|[\s\[{,])&\w", re.MULTILINE)
_TRUE = {"true", "yes", "1"}
_FIRST_HEADING = re.compile(
    r"\s*(?:#[ \t]+([^\n]{1,500}?)[ \t]*#*[ \t]*|([^\n]{1,500})\n=+[ \t]*)(?:\n|$)"
)
_MARKS = re.compile(
    r"^(?:#{1,6} \S|={3,}\s*$|[*+-] \*\*|> \S|```)|\[[^\]\n]{1,200}\]\(https?://[^)\s]{1,500}\)|\*\*[^*\n]{1,200}\*\*",
    re.MULTILINE,
)
_LOOKED_AT = 20_000
_NAMES = {
    "headline": ("headline", "title"),
    "byline": ("byline", "author", "authors", "by"),
    "source": ("source", "outlet", "publisher"),
    "guid": ("guid", "id", "identifier"),
    "version": ("version",),
    "published": ("published", "date", "created"),
    "updated": ("updated", "modified", "lastmod"),
    "language": ("language", "lang"),
    "url": ("url", "link", "canonical"),
    "status": ("status",),
    "embargoed": ("embargoed", "embargo", "publishdate"),
    "draft": ("draft",),
    "correction": ("correction", "corrected"),
    "replaces": ("replaces", "supersedes"),
}


def detect(document: Document) -> Format | None:
    """Front matter, a first heading, or links and bold type in Markdown's way."""
    text = document.text
    if _front_matter(text)[0] is not None or _FIRST_HEADING.match(text):
        return Format.MARKDOWN
    return Format.MARKDOWN if _MARKS.search(text[:_LOOKED_AT]) else None


def articles(document: Document) -> list[Article]:
    """The one article that the document is."""
    front, text = _front_matter(document.text)
    heading = _FIRST_HEADING.match(text)
    if heading:
        text = text[heading.end() :]
    plain = html_text(MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).render(text))
    told = {name: _first(front or {}, keys) for name, keys in _NAMES.items()}
    article = Article(body=plain)
    if heading:
        article = replace(
            article, headline=line_or_none(html_text(heading.group(1) or heading.group(2)))
        )
    elif front is None:
        article = article_of(plain, document.zone)
    return [_with_front(article, told, document.zone)]


def _with_front(article: Article, told: dict[str, Any], zone: str) -> Article:
    """What the front matter says goes before what the text says."""
    published = parse_time(told["published"], zone) or article.published
    return replace(
        article,
        headline=line_or_none(told["headline"]) or article.headline,
        byline=line_or_none(told["byline"]) or article.byline,
        source=line_or_none(told["source"]) or article.source,
        guid=line_or_none(told["guid"]),
        version=line_or_none(told["version"]),
        published=published,
        updated=parse_time(told["updated"], zone) or article.updated,
        language=line_or_none(told["language"], 20) or article.language,
        url=line_or_none(told["url"], 2000) or article.url,
        status=Status.WITHHELD if _is_true(told["draft"]) else _status(told["status"]),
        embargoed=embargo(parse_time(told["embargoed"], zone), published),
        correction=bool(told["correction"]) and not _is_false(told["correction"]),
        replaces=(replaced,) if (replaced := line_or_none(told["replaces"], 2000)) else (),
    )


def _is_true(told: object) -> bool:
    return isinstance(told, str) and told.lower() in _TRUE


def _is_false(told: object) -> bool:
    return isinstance(told, str) and told.lower() in {"false", "no", "0"}


def _front_matter(text: str) -> tuple[dict[str, Any] | None, str]:
    match = _FRONT.match(text) or _TOML_FRONT.match(text)
    data = _loaded(match) if match else None
    if match is None or not isinstance(data, dict):
        return None, text
    return {str(key).lower(): value for key, value in data.items()}, text[match.end() :]


def _loaded(match: re.Match[str]) -> Any:
    """The front matter's fields as text; None where it cannot be read."""
    try:
        if match.group().lstrip().startswith("+++"):
            return {key: _text_of(value) for key, value in tomllib.loads(match.group(1)).items()}
        if _ANCHOR.search(match.group(1)):
            return None
        return yaml.load(match.group(1), Loader=yaml.BaseLoader)  # noqa: S506 -- BaseLoader makes only strings, lists and dicts
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _text_of(value: Any) -> Any:
    """TOML's values as YAML's BaseLoader gives them."""
    if isinstance(value, list):
        return [_text_of(item) for item in value]
    return (
        value.isoformat()
        if isinstance(value, date | time)
        else value
        if isinstance(value, dict)
        else str(value)
    )


def _first(front: dict[str, Any], keys: tuple[str, ...]) -> Any:
    value = next((front[key] for key in keys if front.get(key)), None)
    return (
        ", ".join(name for name in value if isinstance(name, str))
        if isinstance(value, list)
        else value
    )


def _status(told: object) -> Status:
    word = told.lower() if isinstance(told, str) else ""
    if word in {"canceled", "cancelled", "killed"}:
        return Status.CANCELED
    return Status.WITHHELD if word in {"withheld", "draft"} else Status.USABLE
