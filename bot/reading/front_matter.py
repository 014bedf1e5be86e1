"""Front matter of Markdown, in YAML or TOML: the fields above a text, whatever form they have."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import yaml

from bot.model import Article, Status
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import MAX_URL_CHARS, first_line, line_or_none, web_url_or_none
from bot.reading.credits import join_names, outlet_or_none
from bot.reading.times import first_time, parse_embargo
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
LABEL_ROWS = [line.split() for line in _NAMES["labels"]]
_FIELD_NAMES = {field: names for field, *names in map(str.split, _NAMES["fields"])}
_HOLDERS = [word for line in _NAMES["holders"] for word in line.split()]
# What a map that stands for a person, an outlet or a page calls its name.
_NAME_KEYS = ("name", "title", "display_name", "displayname", "label", "text", "value")
_TRUE_WORDS, _FALSE_WORDS = {"true", "yes", "1"}, {"false", "no", "0"}
_MAX_DEPTH = 4


def split_front_matter(text: str) -> tuple[dict[str, Any] | None, str]:
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


def add_front_matter(article: Article, front: dict[str, Any], zone: str) -> Article:
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
