"""Text: paragraphs, and at its top perhaps a headline, a byline and a date; or Markdown.

Markdown comes with or without front matter in YAML or TOML.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from markdown_it import MarkdownIt

from bot.model import Article, Format
from bot.reading.cleaning import clean_body, clean_line, line_or_none, unwrap
from bot.reading.document import FormatReader, SourceDocument
from bot.reading.front_matter import LABEL_ROWS, add_front_matter, split_front_matter
from bot.reading.holds import find_hold, hold_article, is_hold
from bot.reading.markup import html_text
from bot.reading.press_releases import (
    find_release_mark,
    is_contact,
    read_release_top,
    set_release_end_apart,
)
from bot.reading.times import parse_time

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
_LABEL_FIELDS = {label: field for field, *labels in LABEL_ROWS for label in labels}
_LABEL = re.compile(rf"({'|'.join(_LABEL_FIELDS)})\s*:\s*(\S.*)$", re.IGNORECASE)
# What a transcript corrects is struck out before its correction: <s>ten</s> [eleven].
_STRUCK_OUT = re.compile(
    r"<(s|del|strike)>[^<>\n]{1,500}</\1>\s?|~~[^~\n]{1,500}~~\s?", re.IGNORECASE
)


def detect(document: SourceDocument) -> FormatReader:
    """Tell Markdown, by front matter, a first heading, or its links and bold type, from text."""
    text = document.text
    is_markdown = (
        split_front_matter(text)[0] is not None
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
    front, text = split_front_matter(document.text)
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
    return [add_front_matter(article, front or {}, document.zone)]
