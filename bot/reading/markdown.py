"""Markdown, with or without front matter in YAML or TOML."""

import re
import tomllib
from dataclasses import replace
from typing import Any

import yaml
from markdown_it import MarkdownIt

from bot.model import Article, Format, Status
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import MAX_LANGUAGE_CHARS, MAX_URL_CHARS, line_or_none
from bot.reading.document import SourceDocument
from bot.reading.markup import html_text
from bot.reading.plain_text import parse_text
from bot.reading.times import parse_time
from bot.reading.wire_text import embargo_end, parse_status

MAX_NESTING = 20
_YAML_FRONT = re.compile(
    r"\s*---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_TOML_FRONT = re.compile(
    r"\s*\+\+\+[ \t]*\r?\n(.{0,20000}?)\r?\n\+\+\+[ \t]*(?:\r?\n|$)", re.DOTALL
)
# Front matter with an anchor is not read: it needs none. An "&" inside a word is none.
_YAML_ANCHOR = re.compile(r"(?:^|[\s\[{,])&\w", re.MULTILINE)
_FIRST_HEADING = re.compile(
    r"\s*(?:#[ \t]+([^\n]{1,500}?)[ \t]*#*[ \t]*|([^\n]{1,500})\n=+[ \t]*)(?:\n|$)"
)
_MARKDOWN_SIGNS = re.compile(
    r"^(?:#{1,6} \S|={3,}\s*$|[*+-] \*\*|> \S|```)"
    r"|\[[^\]\n]{1,200}\]\(https?://[^)\s]{1,500}\)|\*\*[^*\n]{1,200}\*\*",
    re.MULTILINE,
)
_SNIFFED_CHARS = 20_000
_FIELD_LINES = load_line_lists("bot.reading", "data/front_matter.txt", "fields")["fields"]
_FIELD_NAMES = {field: names for field, *names in map(str.split, _FIELD_LINES)}
_TRUE_WORDS, _FALSE_WORDS = {"true", "yes", "1"}, {"false", "no", "0"}


def detect(document: SourceDocument) -> Format | None:
    """Recognize front matter, a first heading, or Markdown's links and bold type."""
    text = document.text
    is_markdown = (
        _split_front_matter(text)[0] is not None
        or _FIRST_HEADING.match(text)
        or _MARKDOWN_SIGNS.search(text[:_SNIFFED_CHARS])
    )
    return Format.MARKDOWN if is_markdown else None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article that the document is."""
    front, text = _split_front_matter(document.text)
    heading = _FIRST_HEADING.match(text)
    if heading:
        text = text[heading.end() :]
    renderer = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    body = html_text(renderer.render(text))
    if heading:
        headline = line_or_none(html_text(heading.group(1) or heading.group(2)))
        article = Article(body=body, headline=headline)
    else:
        article = parse_text(body, document.zone) if front is None else Article(body=body)
    fields = {name: _first_value(front or {}, keys) for name, keys in _FIELD_NAMES.items()}
    return [_add_front_matter(article, fields, document.zone)]


def _add_front_matter(article: Article, fields: dict[str, Any], zone: str) -> Article:
    """Return the article with what the front matter says, which goes before the text's word."""
    published = parse_time(fields["published"], zone) or article.published
    replaced = line_or_none(fields["replaces"], MAX_URL_CHARS)
    return replace(
        article,
        headline=line_or_none(fields["headline"]) or article.headline,
        byline=line_or_none(fields["byline"]) or article.byline,
        source=line_or_none(fields["source"]) or article.source,
        guid=line_or_none(fields["guid"]),
        version=line_or_none(fields["version"]),
        published=published,
        updated=parse_time(fields["updated"], zone) or article.updated,
        language=line_or_none(fields["language"], MAX_LANGUAGE_CHARS) or article.language,
        url=line_or_none(fields["url"], MAX_URL_CHARS) or article.url,
        status=_status(fields),
        embargoed=embargo_end(parse_time(fields["embargoed"], zone), published),
        correction=bool(fields["correction"]) and _lower(fields["correction"]) not in _FALSE_WORDS,
        replaces=(replaced,) if replaced else (),
    )


def _status(fields: dict[str, Any]) -> Status:
    is_draft = _lower(fields["draft"]) in _TRUE_WORDS or _lower(fields["status"]) == "draft"
    return Status.WITHHELD if is_draft else parse_status(_lower(fields["status"]))


def _lower(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""


def _split_front_matter(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the front matter's fields, None where there is none, and the text below it."""
    match = _YAML_FRONT.match(text) or _TOML_FRONT.match(text)
    data = _load_front_matter(match) if match else None
    if match is None or not isinstance(data, dict):
        return None, text
    return {str(key).lower(): value for key, value in data.items()}, text[match.end() :]


def _load_front_matter(match: re.Match[str]) -> Any:
    """Return the front matter's fields as text, or None where it cannot be read."""
    try:
        if match.group().lstrip().startswith("+++"):
            return {key: _to_text(value) for key, value in tomllib.loads(match.group(1)).items()}
        if _YAML_ANCHOR.search(match.group(1)):
            return None
        return yaml.load(match.group(1), Loader=yaml.BaseLoader)  # noqa: S506 -- BaseLoader makes only strings, lists and dicts
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _to_text(value: Any) -> Any:
    """Return a TOML value as YAML's BaseLoader gives it."""
    if isinstance(value, list):
        return [_to_text(item) for item in value]
    return value if isinstance(value, dict) else str(value)


def _first_value(front: dict[str, Any], keys: list[str]) -> Any:
    """Return the first field among `keys` that is not empty; a list as one text."""
    value = next((front[key] for key in keys if front.get(key)), None)
    if isinstance(value, list):
        return ", ".join(name for name in value if isinstance(name, str))
    return value
