"""A statement as a line: who, in which role, by which verb, and the words, marked as the source marked them."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks.text import CUT, cut, isolate, rich, rich_link, shorten, text_fragment
from bot.model import Citation, EarlierStatement, QuotationType, Quote, goes_first

# Between two pieces of one statement, where the source's own "he said" stood.
_PIECES = " … "
_REPORTED = " (reported)"


def flat(words: str) -> str:
    """Keep words on one line."""
    return " ".join(words.split())


def title_words(headline: Citation) -> str:
    """Give what heads an article, on one line; our own words where its source gave none that may be shown."""
    return flat(headline.span.text) or "An article without a headline"


def statement_elements(quote: Quote, room: int) -> list[dict[str, Any]]:
    """Give a statement as rich_text elements, its words cut to `room`."""
    before, name, after = _introduction(quote)
    elements = [rich(before)] if before else []
    if name:
        elements.append(rich(name, bold=True))
    words, shorter = cut(_words(quote), room)
    elements.append(rich(f"{after}{isolate(words)}") if after else rich(words))
    if shorter:
        elements.append(rich(CUT))
    if quote.form is QuotationType.INDIRECT:
        elements.append(rich(_REPORTED, italic=True))
    if quote.outlets > 1:
        elements.append(rich(_outlets(quote)))
    return elements


def statement_line(quote: Quote, room: int) -> str:
    """Give a statement as plain text; nothing in it is escaped."""
    words, shorter = cut(_words(quote), room)
    reported = _REPORTED if quote.form is QuotationType.INDIRECT else ""
    return (
        f"{''.join(_introduction(quote))}{words}{CUT if shorter else ''}{reported}{_outlets(quote)}"
    )


def earlier_elements(earlier: EarlierStatement, room: int) -> list[dict[str, Any]]:
    """Give what an actor said before: dated, its words cut to `room`, its outlet linked to the very words."""
    words, shorter = cut(_joined(earlier.content), room)
    elements = [
        rich(f"{_said_on(earlier)}: ", italic=True),
        rich(words),
        *([rich(CUT)] if shorter else []),
    ]
    if earlier.form is QuotationType.INDIRECT:
        elements.append(rich(_REPORTED, italic=True))
    target = text_fragment(earlier.url, earlier.content[0].span.text)
    if target or earlier.outlet:
        elements += [
            rich(" · "),
            rich_link(shorten(earlier.outlet or "in the article", 100), target),
        ]
    return elements


def earlier_line(earlier: EarlierStatement, room: int) -> str:
    """Give it as plain text; nothing in it is escaped."""
    words, shorter = cut(_joined(earlier.content), room)
    reported = _REPORTED if earlier.form is QuotationType.INDIRECT else ""
    outlet = f" · {earlier.outlet}" if earlier.outlet else ""
    return f"{_said_on(earlier)}: {words}{CUT if shorter else ''}{reported}{outlet}"


def _outlets(quote: Quote) -> str:
    """Say how many outlets carry a statement, where it is more than one."""
    return f" · {quote.outlets} outlets" if quote.outlets > 1 else ""


def _said_on(earlier: EarlierStatement) -> str:
    return f"Said before, on {earlier.said.day} {earlier.said:%B %Y}"


def sentence_elements(quote: Quote, room: int) -> list[dict[str, Any]]:
    """Give the sentence a statement stands in, its words bold; only the words where the sentence has no room."""
    sentence = quote.sentence
    if sentence is None or len(sentence.span.text) > room:
        words, shorter = cut(_words(quote), room)
        return [rich(words, bold=True), *([rich(CUT)] if shorter else [])]
    return _marked(sentence, quote.content)


def _introduction(quote: Quote) -> tuple[str, str, str]:
    """Give what stands before the name, the name, and what stands between it and the words."""
    name, role, cue = (flat(c.span.text) if c else "" for c in (quote.name, quote.role, quote.cue))
    if goes_first(cue):
        return (
            (f"{cue} " if name else f"{cue}: "),
            name,
            f"{', ' if role else ''}{role}: " if name else "",
        )
    told = ", ".join(filter(None, (role, cue)))
    if not name:
        return f"{told}: " if told else "", "", ""
    end = " " if cue and _goes_on(quote) else ": "
    return "", name, f", {told}{end}" if role else f" {cue}{end}" if cue else ": "


def _goes_on(quote: Quote) -> bool:
    """Whether the words are a clause of their verb: "added that ...", "asked to ..."."""
    return _words(quote).startswith(("that ", "to "))


def _words(quote: Quote) -> str:
    return _joined(quote.content)


def _joined(content: Sequence[Citation]) -> str:
    return _PIECES.join(flat(citation.span.text) for citation in content)


def _marked(sentence: Citation, content: Sequence[Citation]) -> list[dict[str, Any]]:
    base = sentence.span.start
    return bold_pieces(
        sentence.span.text, [(c.span.start - base, c.span.end - base) for c in content]
    )


def bold_pieces(text: str, pieces: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Give a text with these places of it bold."""
    elements, at = [], 0
    for first, last in sorted(pieces):
        start, end = max(at, first), min(len(text), last)
        if start >= end:
            continue
        if start > at:
            elements.append(rich(text[at:start]))
        elements.append(rich(text[start:end], bold=True))
        at = end
    return [*elements, rich(text[at:])] if at < len(text) else elements
