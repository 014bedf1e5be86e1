"""Text: paragraphs, and at its top perhaps a headline, a byline and a date; or Markdown.

Markdown comes with or without front matter in YAML or TOML.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import yaml
from markdown_it import MarkdownIt

from bot.model import Article, Format, Status
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import (
    MAX_URL_CHARS,
    clean_body,
    clean_line,
    first_line,
    line_or_none,
    unwrap,
    web_url_or_none,
)
from bot.reading.credits import join_names, outlet_or_none
from bot.reading.document import FormatReader, SourceDocument
from bot.reading.holds import find_hold, hold_article, is_hold
from bot.reading.markup import html_text
from bot.reading.press_releases import (
    find_release_mark,
    is_contact,
    read_release_top,
    set_release_end_apart,
)
from bot.reading.times import first_time, parse_embargo, parse_time
from bot.reading.wire_text import embargo_end, parse_status

_YAML_FRONT = re.compile(
    r"\s*---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_TOML_FRONT = re.compile(
    r"\s*\+\+\+[ \t]*\r?\n(.{0,20000}?)\r?\n\+\+\+[ \t]*(?:\r?\n|$)", re.DOTALL
)
# Front matter with an anchor is not read: it needs none. An "&" inside a word is none.
_YAML_ANCHOR = re.compile(r"(?:^|[\s\[{,])&\w", re.MULTILINE)
_NAMES = load_line_lists("bot.reading", "data/front_matter.txt", "fields", "labels", "holders")
_LABEL_ROWS = [line.split() for line in _NAMES["labels"]]
_FIELD_NAMES = {field: names for field, *names in map(str.split, _NAMES["fields"])}
_HOLDERS = [word for line in _NAMES["holders"] for word in line.split()]
# What a map that stands for a person, an outlet or a page calls its name.
_NAME_KEYS = ("name", "title", "display_name", "displayname", "label", "text", "value")
_TRUE_WORDS, _FALSE_WORDS = {"true", "yes", "1"}, {"false", "no", "0"}
_MAX_DEPTH = 4
_MAX_HEADLINE_CHARS = 160
_MAX_HEADLINE_WORDS = 30
# Of a document whose type or style sets its headline apart.
_MAX_TITLE_CHARS, _MIN_TITLE_WORDS = 200, 3
_MAX_LABEL_LINE_CHARS = 200
_MAX_DATE_LINE_CHARS = 60
_MAX_TOP_LINES = 12
# Whom to ask stands among so many paragraphs below a headline.
_MAX_CONTACTS = 5
_SENTENCE_END = re.compile(r"[.:;,…][\"'”’»)\]]*$|\)$")
_BYLINE = re.compile(r"(?:by|von|par|por|di|door)\s+(?=[^\W\d_])[^.!?]{2,120}$", re.IGNORECASE)
_URL = re.compile(r"https?://\S+$")
MAX_NESTING = 20
_FIRST_HEADING = re.compile(
    r"\s*(?:#[ \t]+([^\n]{1,500}?)[ \t]*#*[ \t]*|([^\n]{1,500})\n=+[ \t]*)(?:\n|$)"
)
_MARKDOWN_SIGNS = re.compile(
    r"^(?:#{1,6} [^\s#]|={3,}\s*$|[*+-] \*\*|> \S|```)"
    r"|\[[^\]\n]{1,200}\]\(https?://[^)\s]{1,500}\)|\*\*[^*\n]{1,200}\*\*",
    re.MULTILINE,
)
_SNIFFED_CHARS = 20_000
_LABEL_FIELDS = {label: field for field, *labels in _LABEL_ROWS for label in labels}
_LABEL = re.compile(rf"({'|'.join(_LABEL_FIELDS)})\s*:\s*(\S.*)$", re.IGNORECASE)
# What a transcript corrects is struck out before its correction: <s>ten</s> [eleven].
_STRUCK_OUT = re.compile(
    r"<(s|del|strike)>[^<>\n]{1,500}</\1>\s?|~~[^~\n]{1,500}~~\s?", re.IGNORECASE
)


def detect(document: SourceDocument) -> FormatReader:
    """Tell Markdown, by front matter, a first heading, or its links and bold type, from text."""
    text = document.text
    is_markdown = (
        _split_front_matter(text)[0] is not None
        or _FIRST_HEADING.match(text)
        or _MARKDOWN_SIGNS.search(text[:_SNIFFED_CHARS])
    )
    return (Format.MARKDOWN, _read_markdown) if is_markdown else (Format.TEXT, _read_text)


def _read_text(document: SourceDocument) -> list[Article]:
    return [parse_text(_STRUCK_OUT.sub("", document.text), document.zone, document.arrived)]


def parse_text(text: str, zone: str, arrived: datetime | None = None) -> Article:
    """Parse the lines at the top of `text`, and take what follows as the article's body."""
    text, released = read_release_top(set_release_end_apart(text), zone)
    blocks = clean_body(text).split("\n\n")[:_MAX_TOP_LINES]
    lines = [line for block in blocks for line in (*block.split("\n")[:_MAX_TOP_LINES], "")]
    fields, count = _read_top(lines, zone)
    body = clean_body(unwrap(_skip_lines(text, count)))
    if not body:
        fields, body = {}, clean_body(unwrap(text))
    url = fields.get("url", "")
    article = Article(
        body=body,
        headline=line_or_none(fields.get("headline")),
        byline=line_or_none(fields.get("byline")),
        source=line_or_none(fields.get("source")),
        published=parse_time(fields.get("published"), zone) or released,
        updated=parse_time(fields.get("updated"), zone),
        language=fields.get("language"),
        url=url if _URL.match(url) else None,
    )
    hold = fields.get("hold")
    return hold_article(article, zone, hold, arrived=arrived) if hold else article


def may_head(text: str, zone: str) -> bool:
    """Return whether a paragraph of a document may be its headline: short, and no desk's mark."""
    is_short = len(text) <= _MAX_TITLE_CHARS and len(text.split()) >= _MIN_TITLE_WORDS
    is_mark = find_release_mark(text, zone) is not None or find_hold(text, zone) is not None
    return is_short and not is_mark


def parse_headed(paragraphs: Sequence[str], headline_at: int | None, zone: str) -> Article:
    """Return the article of a document whose type or style tells which paragraph is its headline.

    Of what stands above that, fields and sentences are read; a letterhead is no text.
    """
    if headline_at is None:
        return parse_text("\n\n".join(paragraphs), zone)
    above, below = paragraphs[:headline_at], paragraphs[headline_at + 1 :]
    below = [each for at, each in enumerate(below) if at >= _MAX_CONTACTS or not is_contact(each)]
    kept = [each for each in above if _SENTENCE_END.search(each) or _read_field(each, zone)]
    article = parse_text("\n\n".join((*kept, *below)), zone)
    # What seemed to be the headline is a line below the headline.
    second = f"{article.headline}\n\n" if article.headline else ""
    headline = line_or_none(paragraphs[headline_at])
    return replace(article, headline=headline, body=second + article.body)


def _read_top(lines: list[str], zone: str) -> tuple[dict[str, str], int]:
    """Return the fields at the top, and how many lines that are not blank they take up."""
    fields: dict[str, str] = {}
    for at, line in enumerate(lines):
        if not line:
            continue
        name, value = _read_field(line, zone) or ("", line)
        if not name or name in fields:
            if "headline" in fields or not _is_headline(lines, at, zone):
                break
            name, value = "headline", line
        fields[name] = value
    # A byline alone may be a sentence that begins with "By".
    return ({}, 0) if set(fields) == {"byline"} else (fields, len(fields))


def _read_field(line: str, zone: str) -> tuple[str, str] | None:
    """Return the name and value of the field that a line sets, or None where it sets none."""
    label = _LABEL.match(line)
    if label and len(line) <= _MAX_LABEL_LINE_CHARS:
        name, value = _LABEL_FIELDS[label.group(1).lower()], label.group(2)
        is_bad_time = name in {"published", "updated"} and parse_time(value, zone) is None
        return None if is_bad_time else (name, value)
    if _BYLINE.match(line):
        return "byline", line
    if is_hold(line):
        return "hold", line
    if _URL.match(line):
        return "url", line
    is_date = len(line) <= _MAX_DATE_LINE_CHARS and parse_time(line, zone) is not None
    return ("published", line) if is_date else None


def _is_headline(lines: list[str], at: int, zone: str) -> bool:
    """Return whether a line is short, no sentence, and stands apart.

    Below it comes a blank line, a byline or the like, or a long paragraph.
    """
    line, following = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
    if not 1 < len(line.split()) <= _MAX_HEADLINE_WORDS or len(line) > _MAX_HEADLINE_CHARS:
        return False
    if _SENTENCE_END.search(line) or not any(lines[at + 1 :]):
        return False
    stands_apart = not following or len(following) > _MAX_HEADLINE_CHARS
    return stands_apart or _read_field(following, zone) is not None


def _skip_lines(text: str, count: int) -> str:
    """Return the text after its first `count` lines that hold words."""
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        if count == 0:
            return "".join(lines[at:])
        count -= bool(clean_line(line))
    return ""


def _read_markdown(document: SourceDocument) -> list[Article]:
    front, text = _split_front_matter(document.text)
    text = _STRUCK_OUT.sub("", text)
    heading = _FIRST_HEADING.match(text)
    if heading:
        text = text[heading.end() :]
    renderer = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    body = html_text(renderer.render(text))
    if heading:
        headline = line_or_none(html_text(heading.group(1) or heading.group(2)))
        article = Article(body=body, headline=headline)
    else:
        article = (
            parse_text(body, document.zone, document.arrived)
            if front is None
            else Article(body=body)
        )
    return [_add_front_matter(article, front or {}, document.zone)]


def _split_front_matter(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the front matter's fields, None where there is none, and the text below it."""
    match = _YAML_FRONT.match(text) or _TOML_FRONT.match(text)
    data = _load(match) if match else None
    if match is None or not isinstance(data, dict):
        return None, text
    fields = _lower_keys(data)
    # Site generators keep fields of one's own in a table.
    for holder in _HOLDERS:
        inner = fields.get(holder)
        fields = (_lower_keys(inner) if isinstance(inner, dict) else {}) | fields
    return fields, text[match.end() :]


def _add_front_matter(article: Article, front: dict[str, Any], zone: str) -> Article:
    """Return the article with what the front matter says, which goes before the text's word."""
    lines = {name: first_line(_texts_of(front, keys)) for name, keys in _FIELD_NAMES.items()}
    published = _time(front, "published", zone) or article.published
    embargoed = parse_embargo(lines["embargoed"], zone)
    has_embargo = _lower(lines["embargoed"]) not in {"", "none", *_FALSE_WORDS}
    is_held = (has_embargo and embargoed is None) or article.status is Status.WITHHELD
    urls = _texts_of(front, _FIELD_NAMES["url"], "url", "href")
    return replace(
        article,
        headline=lines["headline"] or article.headline,
        byline=_byline(front) or article.byline,
        source=first_line(map(outlet_or_none, _texts_of(front, _FIELD_NAMES["source"])))
        or article.source,
        guid=lines["guid"],
        version=lines["version"],
        published=published,
        updated=_time(front, "updated", zone) or article.updated,
        language=lines["language"] or article.language,
        url=first_line(map(web_url_or_none, urls), MAX_URL_CHARS) or article.url,
        status=_status(lines, is_held=is_held),
        embargoed=embargo_end(embargoed, published) or article.embargoed,
        correction=_lower(lines["correction"]) not in {"", *_FALSE_WORDS},
        replaces=tuple(filter(None, (line_or_none(lines["replaces"], MAX_URL_CHARS),))),
    )


def _byline(front: dict[str, Any]) -> str | None:
    """Return all names in the first field of authors that has some."""
    fields = ([*_texts(front.get(key), _NAME_KEYS)] for key in _FIELD_NAMES["byline"])
    return first_line(map(join_names, fields))


def _time(front: dict[str, Any], name: str, zone: str) -> datetime | None:
    return first_time(_texts_of(front, _FIELD_NAMES[name]), zone)


def _texts_of(front: dict[str, Any], keys: list[str], *names: str) -> Iterator[str]:
    """Yield the texts in the fields of these keys; of a map those that it calls `names`."""
    return (text for key in keys for text in _texts(front.get(key), names or _NAME_KEYS))


def _texts(value: Any, names: tuple[str, ...], depth: int = 0) -> Iterator[str]:
    """Yield the texts in a value: itself, those of a list, the name of a map or of those in it."""
    if isinstance(value, str):
        yield value
    elif depth < _MAX_DEPTH and isinstance(value, list):
        for item in value:
            yield from _texts(item, names, depth + 1)
    elif depth < _MAX_DEPTH and isinstance(value, dict):
        inner = _lower_keys(value)
        named = [inner[name] for name in names if inner.get(name)][:1]
        # Authors by their logins: {ur: {name: Ulla Roos}}.
        for item in named or [each for each in inner.values() if isinstance(each, dict)]:
            yield from _texts(item, names, depth + 1)


def _lower_keys(data: dict[Any, Any]) -> dict[str, Any]:
    """Return the fields by name in lower case, "-" as "_"."""
    return {str(key).lower().replace("-", "_"): value for key, value in data.items()}


def _status(lines: dict[str, str | None], *, is_held: bool) -> Status:
    status = _lower(lines["status"])
    is_draft = _lower(lines["draft"]) in _TRUE_WORDS or status == "draft"
    return Status.WITHHELD if is_draft else parse_status(status, is_held=is_held)


def _lower(value: str | None) -> str:
    return (value or "").lower()


def _load(match: re.Match[str]) -> Any:
    """Return the front matter's fields as text, or None where it cannot be read."""
    try:
        if match.group().lstrip().startswith("+++"):
            return _to_text(tomllib.loads(match.group(1)))
        if _YAML_ANCHOR.search(match.group(1)):
            return None
        # BaseLoader makes only strings, lists and dicts.
        return yaml.load(match.group(1), Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _to_text(value: Any) -> Any:
    """Return a TOML value as YAML's BaseLoader gives it."""
    if isinstance(value, list):
        return [_to_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _to_text(item) for key, item in value.items()}
    return str(value)
