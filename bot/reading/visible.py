"""Reduce a tree of HTML, or of a wire's XML, to the words that its reader sees.

hidden and struck words go -> quotations get their marks -> raised and lowered digits stay so
-> formulas, preformatted text and figures that hold text become plain elements
"""

import re
from typing import Any

from lxml import etree

from bot.model.wordlists import load_word_lists
from bot.reading.cleaning import unwrap
from bot.reading.trees import find_all, find_first, local_name, text_content

_SECTIONS = ("unseen", "unseen classes", "widget classes", "images")
_LISTS = load_word_lists("bot.reading", "data/visible.txt", *_SECTIONS)
_STYLED = etree.XPath(
    "descendant::*[(@hidden or @style) and not(self::html or self::body)]"
    " | descendant::dialog[not(@open)]"
)
_CLASSED = etree.XPath("descendant::*[@class]")
_HIDING_STYLE = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through"
    r"|(?:left|top|text-indent)\s*:\s*-(?:\d{4}|999)|clip\s*:\s*rect\(\s*[01])",
    re.IGNORECASE,
)
_QUOTE_MARKS = tuple("\"'“”„‟«»‘’‚‛‹›「」『』")
SUPERSCRIPTS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
# Digits, or the letter of an unknown number; other letters are of an ordinal such as "5th".
_MATHEMATICAL = re.compile(r"\d|^\W*[nxyk]\W*$")
_FOOTNOTE_MARK = re.compile(r"[\s*†‡§¶]*|\W*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\W*|\W*[a-z]\W*")
_FOOTNOTE_CLASS = re.compile(r"foot-?note|noteref|reference|citation", re.IGNORECASE)
_ENDS_CLAUSE = re.compile(r"[.,;:!?…\"'”’»]\s*$")
# A line end inside a sentence, in text that is narrower than any margin.
_WRAPPED_SENTENCE = re.compile(r"(?<![\s.!?:;])\n{1,2}(?=[^\W\d_A-ZÀ-ÖØ-ÞА-ЯЁЄІЇҐ])")


def keep_visible(tree: Any) -> None:
    """Change `tree`, whose names are in lower case, so that only what a reader sees remains."""
    unseen = [
        *find_all(tree, *_LISTS["unseen"]),
        *filter(_has_unseen_class, _CLASSED(tree)),
        *filter(_is_hidden, _STYLED(tree)),
    ]
    for element in unseen:
        remove(element)
    _set_formulas(tree)
    _mark_quotations(tree)
    _set_raised_and_lowered(tree)
    for pre in list(find_all(tree, "pre")):
        _split_preformatted(pre)
    for figure in list(find_all(tree, "figure")):
        _flatten_figure(figure)


def remove(element: Any) -> None:
    """Take an element out of its tree; the text that follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _append_text(element.getprevious(), parent, element.tail)
    parent.remove(element)


def _append_text(previous: Any | None, parent: Any, text: str | None) -> None:
    """Set text behind an element, or at its parent's start where there is none."""
    if not text:
        return
    if previous is None:
        parent.text = (parent.text or "") + text
    else:
        previous.tail = (previous.tail or "") + text


def _has_unseen_class(element: Any) -> bool:
    name = element.get("class")
    is_unseen = any(part in name for part in _LISTS["unseen classes"])
    return is_unseen or not _LISTS["widget classes"].isdisjoint(name.split())


def _is_hidden(element: Any) -> bool:
    """Return whether a page does not show it; a formula is often hidden behind its picture."""
    is_hidden = (
        element.tag == "dialog"
        or element.get("hidden") is not None
        or _HIDING_STYLE.search(element.get("style") or "") is not None
    )
    return is_hidden and find_first(element, "math") is None


def _set_formulas(tree: Any) -> None:
    """Set MathML in one line: powers as raised, fractions with a stroke, roots with their sign."""
    for math in find_all(tree, "math"):
        for element in math.iter():
            element.text = (element.text or "").strip()
            element.tail = element.tail if element is math else (element.tail or "").strip()
        for element in find_all(math, "msup", "msub", "msubsup"):
            name = local_name(element)
            for child, tag in zip(
                element[1:], name.replace("subsup", "sub sup").split(), strict=False
            ):
                child.tag = tag.removeprefix("m")
        for root in find_all(math, "msqrt"):
            root.text = "√" + _bracket(root)
        for fraction in find_all(math, "mfrac"):
            for child in fraction[:2]:
                child.text = _bracket(child) + (child.text or "")
            for child in fraction[:1]:
                child.tail = (child.tail or "") + "/"


def _bracket(element: Any) -> str:
    """Close a bracket behind what an element holds, if that is several things; return its start."""
    if not element[1:]:
        return ""
    _append_text(element[-1], element, ")")
    return "("


def _mark_quotations(tree: Any) -> None:
    """Write the marks that a page sets around <q>, unless the text has them."""
    for element in find_all(tree, "q"):
        text, before = text_content(element), _text_before(element)
        if text.strip().startswith(_QUOTE_MARKS) or before.endswith(_QUOTE_MARKS):
            continue
        is_nested = sum(1 for _ in element.iterancestors("{*}q")) % 2 == 1
        opening, closing = "‘’" if is_nested else "“”"
        element.text = opening + (element.text or "").lstrip()
        _append_text(element[-1] if len(element) else None, element, closing)
    etree.strip_tags(tree, "{*}q")


def _text_before(element: Any) -> str:
    """Return the text right before an element, in its parent."""
    previous, parent = element.getprevious(), element.getparent()
    text = previous.tail if previous is not None else parent.text if parent is not None else None
    return text or ""


def _set_raised_and_lowered(tree: Any) -> None:
    """Write raised and lowered digits as such ("10⁶", "CO₂"); a footnote's mark is no text."""
    for element in list(find_all(tree, "sup", "sub", "a")):
        text, is_raised = text_content(element), local_name(element) == "sup"
        if _is_footnote_mark(element, text):
            remove(element)
        elif local_name(element) != "a" and _MATHEMATICAL.search(text):
            for child in list(element):
                element.remove(child)
            element.text = _in_one_line(text.strip(), is_raised=is_raised)
    etree.strip_tags(tree, "{*}sup", "{*}sub")


def _in_one_line(text: str, *, is_raised: bool) -> str:
    moved = text.translate(SUPERSCRIPTS if is_raised else SUBSCRIPTS)
    is_complete = all(old != new for old, new in zip(text, moved, strict=True))
    return moved if is_complete else f"{'^' if is_raised else '_'}{text}"


def _is_footnote_mark(element: Any, text: str) -> bool:
    """Return whether a raised sign, or a link within the page, leads to a footnote."""
    if not text.strip() or not _FOOTNOTE_MARK.fullmatch(text):
        return False
    name = local_name(element)
    links = [element] if name == "a" else list(find_all(element, "a"))
    is_link = any((link.get("href") or "").startswith("#") for link in links)
    if is_link or _FOOTNOTE_CLASS.search(element.get("class") or ""):
        return True
    if name != "sup":
        return False
    is_sign = not any(map(str.isalnum, text)) or text.strip().startswith("[")
    is_number = text.strip()[:1].isdigit()
    return is_sign or (is_number and bool(_ENDS_CLAUSE.search(_text_before(element))))


def _split_preformatted(pre: Any) -> None:
    """Replace preformatted text by its paragraphs; source code stays as it is."""
    if find_first(pre, "code") is not None:
        return
    text = unwrap(text_content(pre))
    paragraphs = _WRAPPED_SENTENCE.sub(" ", text).split("\n\n")
    tail = pre.tail
    pre.clear()
    pre.tag, pre.tail = "div", tail
    for paragraph in paragraphs:
        first, *others = paragraph.split("\n")
        element = etree.SubElement(pre, "p")
        element.text = first
        for line in others:
            etree.SubElement(element, "br").tail = line


def _flatten_figure(figure: Any) -> None:
    """Make a plain element of a figure that holds text; of a picture only a quotation beside it."""
    has_image = next(find_all(figure, *_LISTS["images"]), None) is not None
    has_text = next(find_all(figure, "blockquote", "table", "pre"), None) is not None
    captions = list(find_all(figure, "figcaption"))
    caption_text = "".join(map(text_content, captions))
    is_text = not has_image and text_content(figure).strip() != caption_text.strip()
    if not has_text and not is_text:
        return
    figure.tag = "div"
    for caption in captions:
        if has_image:
            remove(caption)
        else:
            caption.tag = "p"
