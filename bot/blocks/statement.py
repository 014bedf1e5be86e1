"""A statement as a line: who, in which role, by which verb, and the words, marked as the source marked them."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks.block_kit import (
    CUT_MARK,
    cut_text,
    isolate_direction,
    rich_link,
    rich_text,
    shorten,
    text_fragment_url,
)
from bot.model import Citation, EarlierStatement, QuotationType, Quote, goes_first

# Between two pieces of one statement, where the source's own "he said" stood.
_PIECES = " … "
_REPORTED = " (reported)"


def single_line(words: str) -> str:
    """Keep words on one line."""
    return " ".join(words.split())


def headline_text(headline: Citation) -> str:
    """Give what heads an article, on one line; our own words where its source gave none that may be shown."""
    return single_line(headline.span.text) or "An article without a headline"


def statement_elements(quote: Quote, room: int) -> list[dict[str, Any]]:
    """Give a statement as rich_text elements, its words cut to `room`."""
    before, name, after = _introduction(quote)
    elements = [rich_text(before)] if before else []
    if name:
        elements.append(rich_text(name, bold=True))
    words, shorter = cut_text(_statement_text(quote), room)
    elements.append(rich_text(f"{after}{isolate_direction(words)}") if after else rich_text(words))
    if shorter:
        elements.append(rich_text(CUT_MARK))
    if quote.form is QuotationType.INDIRECT:
        elements.append(rich_text(_REPORTED, italic=True))
    if quote.outlets > 1:
        elements.append(rich_text(_outlet_count(quote)))
    return elements


def statement_line(quote: Quote, room: int) -> str:
    """Give a statement as plain text; nothing in it is escaped."""
    words, shorter = cut_text(_statement_text(quote), room)
    reported = _REPORTED if quote.form is QuotationType.INDIRECT else ""
    return f"{''.join(_introduction(quote))}{words}{CUT_MARK if shorter else ''}{reported}{_outlet_count(quote)}"


def earlier_elements(earlier: EarlierStatement, room: int) -> list[dict[str, Any]]:
    """Give what an actor said before: dated, its words cut to `room`, its outlet linked to the very words."""
    words, shorter = cut_text(_join_pieces(earlier.content), room)
    elements = [
        rich_text(f"{_said_on(earlier)}: ", italic=True),
        rich_text(words),
        *([rich_text(CUT_MARK)] if shorter else []),
    ]
    if earlier.form is QuotationType.INDIRECT:
        elements.append(rich_text(_REPORTED, italic=True))
    target = text_fragment_url(earlier.url, earlier.content[0].span.text)
    if target or earlier.outlet:
        elements += [
            rich_text(" · "),
            rich_link(shorten(earlier.outlet or "in the article", 100), target),
        ]
    return elements


def earlier_line(earlier: EarlierStatement, room: int) -> str:
    """Give it as plain text; nothing in it is escaped."""
    words, shorter = cut_text(_join_pieces(earlier.content), room)
    reported = _REPORTED if earlier.form is QuotationType.INDIRECT else ""
    outlet = f" · {earlier.outlet}" if earlier.outlet else ""
    return f"{_said_on(earlier)}: {words}{CUT_MARK if shorter else ''}{reported}{outlet}"


def _outlet_count(quote: Quote) -> str:
    """Say how many outlets carry a statement, where it is more than one."""
    return f" · {quote.outlets} outlets" if quote.outlets > 1 else ""


def _said_on(earlier: EarlierStatement) -> str:
    return f"Said before, on {earlier.said.day} {earlier.said:%B %Y}"


def sentence_elements(quote: Quote, room: int) -> list[dict[str, Any]]:
    """Give the sentence a statement stands in, its words bold; only the words where the sentence has no room."""
    sentence = quote.sentence
    if sentence is None or len(sentence.span.text) > room:
        words, shorter = cut_text(_statement_text(quote), room)
        return [rich_text(words, bold=True), *([rich_text(CUT_MARK)] if shorter else [])]
    return _marked(sentence, quote.content)


def _introduction(quote: Quote) -> tuple[str, str, str]:
    """Give what stands before the name, the name, and what stands between it and the words."""
    name, role, cue = (
        single_line(c.span.text) if c else "" for c in (quote.name, quote.role, quote.cue)
    )
    if goes_first(cue):
        return (
            (f"{cue} " if name else f"{cue}: "),
            name,
            f"{', ' if role else ''}{role}: " if name else "",
        )
    told = ", ".join(filter(None, (role, cue)))
    if not name:
        return f"{told}: " if told else "", "", ""
    end = " " if cue and _continues_cue(quote) else ": "
    return "", name, f", {told}{end}" if role else f" {cue}{end}" if cue else ": "


def _continues_cue(quote: Quote) -> bool:
    """Whether the words are a clause of their verb: "added that ...", "asked to ..."."""
    return _statement_text(quote).startswith(("that ", "to "))


def _statement_text(quote: Quote) -> str:
    return _join_pieces(quote.content)


def _join_pieces(content: Sequence[Citation]) -> str:
    return _PIECES.join(single_line(citation.span.text) for citation in content)


def _marked(sentence: Citation, content: Sequence[Citation]) -> list[dict[str, Any]]:
    base = sentence.span.start
    return bold_spans(
        sentence.span.text, [(c.span.start - base, c.span.end - base) for c in content]
    )


def bold_spans(text: str, pieces: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Give a text with these places of it bold."""
    elements, at = [], 0
    for first, last in sorted(pieces):
        start, end = max(at, first), min(len(text), last)
        if start >= end:
            continue
        if start > at:
            elements.append(rich_text(text[at:start]))
        elements.append(rich_text(text[start:end], bold=True))
        at = end
    return [*elements, rich_text(text[at:])] if at < len(text) else elements
