"""The text of a page's own article: trafilatura tells its blocks, after this made them plain.

what a reader sees -> this story's <article>, not another's ->
tables and lines of text as plain blocks -> trafilatura -> paragraphs
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from lxml import etree

from bot.model.wordlists import load_word_lists
from bot.reading import markup
from bot.reading.cleaning import join_paragraphs
from bot.reading.document import PARSE_ERRORS
from bot.reading.trees import has_own_text, text_content
from bot.reading.visible import keep_visible, remove

_WORDS = load_word_lists("bot.reading", "data/page_furniture.txt", "furniture", "neutral")
_INLINE = tuple(markup.HTML_ELEMENTS["inline"] - {"a", "br", "td", "th", "col", "colgroup"})
_WITHIN_LINES = {*_INLINE, "a", "br"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TEXT_BLOCKS = ("p", *_HEADINGS, "li", "dd", "dt", "blockquote", "td", "th", "summary")
_PARTS_OF_TABLES = ("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption")
# HTML's names for those of trafilatura.
_HTML_NAMES = {
    "head": "h2",
    "list": "ul",
    "item": "li",
    "quote": "blockquote",
    "lb": "br",
    "code": "pre",
}
# Elements that trafilatura takes for no text, under a name that it takes for some.
_RENAMED = {
    "menu": "ul",
    "fieldset": "div",
    "legend": "p",
    "dialog": "div",
    "center": "div",
}
_CARD_NAMES = {"card", "related", "teaser", "promo", "recommended", "sponsored"}
_NAME_WORD = re.compile(r"[a-z]+|[A-Z][a-z]+|[A-Z]+(?![a-z])")
_COMPOUND = re.compile(
    f"(?:{'|'.join(sorted(_WORDS['furniture'] | _WORDS['neutral'], key=len, reverse=True))})+"
)
_FURNITURE = re.compile("|".join(_WORDS["furniture"]))
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」]*\s*$")
_MIN_PROSE_CHARS, _MAX_END_CHARS = 15, 6
# trafilatura looks for other places of a text where what it found is shorter.
_SHORT_CHARS = 250
_NEARLY_ALL_SHARE = 0.8
# The share of the text found on the page that its article has at least.
_MIN_TEXT_SHARE = 0.5
_FAR_MORE_TIMES = 2


def read_main_text(tree: Any, headline: str | None, *, is_live: bool) -> str:
    """Return the paragraphs of the page's article, "" where there are none.

    The tree is changed. `is_live`: the page says that it is a live blog.
    """
    etree.strip_elements(tree, "script", "style", with_tail=False)
    keep_visible(tree)
    headings = [_line(text_content(heading)) for heading in tree.iter("h1")]
    entries = _settle_articles(tree, headline, is_live=is_live)
    _make_plain(tree)
    blocks = _own_blocks(_common_ancestor(entries)) if entries else _extract(tree)
    if not entries and not _are_whole(blocks, tree):
        blocks = _own_text(tree, sum(map(len, blocks))) or blocks
    # One first heading is the page's headline, in its words or in others.
    shown = [block for block in blocks if len(headings) != 1 or _line(block) != headings[0]]
    return join_paragraphs(shown)


def _own_text(tree: Any, found: int) -> list[str]:
    """Return the blocks of the page's article; it has a good part of the `found` characters."""
    holders = (next(tree.iter(name), None) for name in ("article", "main"))
    for holder in (*holders, tree):
        blocks = [] if holder is None else _own_blocks(holder)
        if sum(map(len, blocks)) >= found * _MIN_TEXT_SHARE:
            return blocks
    return []


@cache
def _options() -> Any:
    """Return trafilatura's options, made once: it reads eighteen settings from a file."""
    extractor = import_module("trafilatura.settings").Extractor
    return extractor(output_format="python", fast=True, comments=False, tables=False)


def _extract(tree: Any) -> list[str]:
    """Return the paragraphs that trafilatura takes for the article, none where it gives up."""
    # Loaded by the first page, for it takes half of what loading all readers takes.
    trafilatura = import_module("trafilatura")
    try:
        document = trafilatura.bare_extraction(tree, options=_options())
    except (*PARSE_ERRORS, RecursionError, etree.LxmlError):
        return []
    body = getattr(document, "body", None)
    if body is None:
        return []
    for element in body.iter(*_HTML_NAMES):
        element.tag = _HTML_NAMES[element.tag]
    return markup.paragraphs(body)


def _are_whole(blocks: list[str], tree: Any) -> bool:
    """Return whether these are the page's paragraphs; of a short text trafilatura makes one."""
    if sum(map(len, blocks)) < _SHORT_CHARS:
        return False
    shown = {_line(block) for block in blocks}
    texts = filter(None, (_line(text_content(paragraph)) for paragraph in tree.iter("p")))
    first = next(texts, None)
    return first is None or first in shown or any(text in shown for text in texts)


def _settle_articles(tree: Any, headline: str | None, *, is_live: bool) -> list[Any]:
    """Remove the articles of other stories; return the entries of a live blog, which are one."""
    every = list(tree.iter("article"))
    outer = [each for each in every if _outer(each, "article") is None]
    if is_live:
        return [each for each in every if each not in outer] if len(outer) == 1 else outer
    if not every or (len(every) == 1 and next(every[0].iter("h1"), None) is not None):
        return []
    own = _own_article([each for each in outer if _prose_length(each)], headline)
    longest = max(outer, key=_prose_length, default=None) if own is None else own
    _remove_all(each for each in every if each is not longest and _is_card(each))
    articles = [each for each in outer if each.getparent() is not None]
    lengths = {each: _prose_length(each) for each in articles}
    outside = _prose_length(tree) - sum(lengths.values())
    entries = _entries(tree, lengths) if own is None and len(articles) > 1 else []
    if sum(map(lengths.__getitem__, entries)) > outside:
        _remove_all(each for each in articles if each not in entries)
        return entries
    sizes = [len(_line(text_content(each))) for each in articles]
    if own is None and outside > _FAR_MORE_TIMES * max(sizes, default=outside):
        _remove_all(articles)
    elif len(articles) > 1:
        own = max(articles, key=lengths.__getitem__) if own is None else own
        _remove_all(each for each in articles if each is not own)
    return []


def _entries(tree: Any, lengths: dict[Any, int]) -> list[Any]:
    """Return the articles that are parts of one text: side by side, below one heading."""
    headings = list(tree.iter("h1"))
    if len(headings) != 1 or _outer(headings[0], "article") is not None:
        return []
    groups: dict[Any, list[Any]] = {}
    for article, length in lengths.items():
        parent = article.getparent()
        is_alone = len(list(parent.iterchildren("article"))) == 1
        if length:
            groups.setdefault(parent.getparent() if is_alone else parent, []).append(article)
    best = max(groups.values(), key=lambda group: sum(map(lengths.__getitem__, group)), default=[])
    return best if len(best) > 1 else []


def _own_article(articles: list[Any], headline: str | None) -> Any | None:
    """Return the article under the page's headline, else the only one under a first heading."""
    wanted = _line(headline or "")
    for article in articles:
        headings = map(text_content, article.iter(*_HEADINGS))
        if wanted and any(_line(heading) == wanted for heading in headings):
            return article
    under_h1 = [article for article in articles if next(article.iter("h1"), None) is not None]
    return under_h1[0] if len(under_h1) == 1 else None


def _is_card(article: Any) -> bool:
    """Return whether it only shows another story: by its class, or its heading links to that."""
    words = map(str.lower, _NAME_WORD.findall(_names(article)))
    if not _CARD_NAMES.isdisjoint(words):
        return True
    heading = next(article.iter(*_HEADINGS), None)
    links = [] if heading is None else [*heading.iter("a"), *heading.iterancestors("a")]
    return any(not (link.get("href") or "#").startswith("#") for link in links)


def _prose_length(element: Any) -> int:
    return sum(len(text) for text in map(text_content, element.iter("p")) if _is_prose(text))


def _is_prose(text: str) -> bool:
    text = text.strip()
    return (
        len(text) >= _MIN_PROSE_CHARS and _SENTENCE_END.search(text[-_MAX_END_CHARS:]) is not None
    )


def _line(text: str) -> str:
    return " ".join(text.split()).casefold()


def _outer(element: Any, *names: str) -> Any | None:
    return next(element.iterancestors(*names), None)


def _remove_all(elements: Iterator[Any] | list[Any]) -> None:
    for element in list(elements):
        remove(element)


def _common_ancestor(elements: list[Any]) -> Any:
    shared = list(elements[0].iterancestors())
    for element in elements[1:]:
        above = set(element.iterancestors())
        shared = [each for each in shared if each in above]
    return shared[0]


def _make_plain(tree: Any) -> None:
    """Leave of the markup what says which blocks are text, and no more."""
    for element in tree.iter(*_RENAMED):
        element.tag = _RENAMED[element.tag]
    _drop_repeated_names(tree)
    for table in reversed(list(tree.iter("table"))):
        _flatten_table(table)
    for parent in {paragraph.getparent() for paragraph in tree.iter("p")}:
        _keep_among_prose(parent)
    for element in list(tree.iter(*_INLINE)):
        block = next(each for each in element.iterancestors() if each.tag not in _WITHIN_LINES)
        if _is_line(block) and not _is_only_time(element, block):
            element.drop_tag()


def _is_line(block: Any) -> bool:
    """Return whether an element is a paragraph or the like, or a div that is in place of one."""
    if block.tag in _TEXT_BLOCKS:
        return True
    is_flat = all(child.tag in _WITHIN_LINES for child in block)
    return block.tag in {"div", "section"} and is_flat and has_own_text(block)


def _is_only_time(element: Any, block: Any) -> bool:
    return element.tag == "time" and text_content(element).strip() == text_content(block).strip()


def _drop_repeated_names(tree: Any) -> None:
    """Drop the class that several parts of a text have: none of them is the text alone."""
    parts: dict[tuple[Any, str], list[Any]] = {}
    for element in tree.iter("article", "section", "div"):
        if name := element.get("class"):
            parts.setdefault((element.getparent(), name), []).append(element)
    for (_, name), elements in parts.items():
        if len(elements) > 1 and not _FURNITURE.search(name) and all(map(_prose_length, elements)):
            for element in elements:
                _drop_names(element)


def _keep_among_prose(parent: Any) -> None:
    """Keep what stands among plain paragraphs, whatever letters are in the name of its class.

    "port-authority" is no author, and a paragraph of the class "social-workers" not for sharing;
    a paragraph that is a link to its source is no list of links.
    """
    prose = [
        child for child in parent.iterchildren("p", "blockquote") if _is_prose(text_content(child))
    ]
    odd = [child for child in prose if _FURNITURE.search(_names(child)) or _is_link(child)]
    if len(odd) == len(prose):
        return
    for child in prose:
        if not _is_furniture_name(_names(child)):
            _drop_names(child)
            etree.strip_tags(child, "a")
    for child in parent.iterchildren("div", "section"):
        words = map(str.lower, _NAME_WORD.findall(_names(child)))
        is_prose = _prose_length(child) > _NEARLY_ALL_SHARE * len(text_content(child).strip())
        if is_prose and _WORDS["furniture"].isdisjoint(words):
            _drop_names(child)


def _names(element: Any) -> str:
    return " ".join(filter(None, map(element.get, ("class", "id"))))


def _drop_names(element: Any) -> None:
    for attribute in ("class", "id"):
        element.attrib.pop(attribute, None)


def _is_furniture_name(names: str) -> bool:
    """Return whether all words of one name are of what surrounds or interrupts a text."""
    return any(
        _COMPOUND.fullmatch("".join(words)) and _FURNITURE.search(name.lower())
        for name in names.split()
        if (words := [word.lower() for word in _NAME_WORD.findall(name)])
    )


def _is_link(element: Any) -> bool:
    linked = sum(len(text_content(link).strip()) for link in element.iter("a"))
    return linked > 0 and linked > _NEARLY_ALL_SHARE * max(len(text_content(element).strip()), 1)


def _flatten_table(table: Any) -> None:
    """Make plain blocks of a table that lays out a page, and of rows that hold sentences."""
    cells = list(table.iter("td", "th"))
    if any(
        next(cell.iterchildren("p", "div", "ul", "ol", "blockquote", *_HEADINGS), None) is not None
        for cell in cells
    ):
        for part in table.iter(*_PARTS_OF_TABLES):
            part.tag = "div"
    elif any(_is_prose(text_content(cell)) for cell in cells):
        for row in table.iter("tr"):
            for cell in row.iterchildren("td", "th"):
                cell.tag, cell.tail = "span", f" {cell.tail or ''}"
            row.tag = "p"
        etree.strip_tags(table, "thead", "tbody", "tfoot", "caption")
        table.tag = "div"


def _own_blocks(holder: Any) -> list[str]:
    """Return the blocks in an element without what surrounds and interrupts its text."""
    # Some systems set a whole page in a form.
    for form in holder.iter("form"):
        form.tag = "div" if _prose_length(form) else "form"
    for header in list(holder.iter("header")):
        for child in list(header.iter("p", "div", "span", "ul", "time")):
            remove(child)
        header.tag = "div"
    most = _prose_length(holder) * _MIN_TEXT_SHARE
    _remove_all(
        each
        for each in holder.iter("div", "section", "p", "ul", "ol", "span")
        if _is_furniture(each) and (not most or _prose_length(each) < most)
    )
    return markup.paragraphs(holder, page=True)


def _is_furniture(element: Any) -> bool:
    words = (word.lower() for word in _NAME_WORD.findall(_names(element)))
    if any(_COMPOUND.fullmatch(word) and _FURNITURE.search(word) for word in words):
        return True
    return not _is_prose(text_content(element)) and _is_link(element)
