"""A statement as a line: who, in which role, by which verb, and the words as in the source."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks import block_kit as kit
from bot.model import Citation, EarlierStatement, QuotationType, Quote, goes_first

_MAX_HEADLINE_CHARS = 160
_MAX_OUTLET_CHARS = 100
# Between two pieces of one statement, where the source's own "he said" was.
_PIECES = " … "
_REPORTED = " (reported)"


def single_line(words: str) -> str:
    """Return words on one line."""
    return " ".join(words.split())


def headline_text(headline: Citation) -> str:
    """Return an article's headline on one line, or a stand-in where none may be shown."""
    return single_line(headline.span.text) or "An article without a headline"


def headline_elements(headline: Citation, url: str | None, **style: bool) -> list[dict[str, Any]]:
    """Return a headline, linked to its article, as rich_text elements."""
    words, is_cut = kit.cut_text(headline_text(headline), _MAX_HEADLINE_CHARS)
    return [kit.rich_link(words, url, **style), *([kit.rich_text(kit.CUT_MARK)] if is_cut else [])]


def statement_elements(quote: Quote, max_chars: int) -> list[dict[str, Any]]:
    """Return a statement as rich_text elements, its words cut to so many characters."""
    before, name, after = _introduction(quote)
    words, *cut_mark = kit.rich_cut_text(_join_pieces(quote.content), max_chars)
    if after:
        words = kit.rich_text(f"{after}{words['text']}")
    return [
        *([kit.rich_text(before)] if before else []),
        *([kit.rich_text(name, bold=True)] if name else []),
        words,
        *cut_mark,
        *_reported_elements(quote.form),
        *([kit.rich_text(_outlet_count(quote))] if quote.outlets > 1 else []),
    ]


def statement_line(quote: Quote, max_chars: int) -> str:
    """Return a statement as unescaped plain text, its words cut to so many characters."""
    words = kit.cut_with_mark(_join_pieces(quote.content), max_chars)
    return f"{''.join(_introduction(quote))}{words}{_reported(quote.form)}{_outlet_count(quote)}"


def earlier_elements(earlier: EarlierStatement, max_chars: int) -> list[dict[str, Any]]:
    """Return an earlier statement as rich_text: its date, its words, its outlet linked to them."""
    elements = [
        kit.rich_text(f"{_said_on(earlier)}: ", italic=True),
        *kit.rich_cut_text(_join_pieces(earlier.content), max_chars),
        *_reported_elements(earlier.form),
    ]
    url = kit.text_fragment_url(earlier.url, earlier.content[0].span.text)
    if url or earlier.outlet:
        outlet = kit.shorten(earlier.outlet or "in the article", _MAX_OUTLET_CHARS)
        elements += [kit.rich_text(" · "), kit.rich_link(outlet, url)]
    return elements


def earlier_line(earlier: EarlierStatement, max_chars: int) -> str:
    """Return an earlier statement as unescaped plain text."""
    words = kit.cut_with_mark(_join_pieces(earlier.content), max_chars)
    outlet = f" · {earlier.outlet}" if earlier.outlet else ""
    return f"{_said_on(earlier)}: {words}{_reported(earlier.form)}{outlet}"


def sentence_elements(quote: Quote, max_chars: int) -> list[dict[str, Any]]:
    """Return a statement's sentence with its words bold, or only the words if it is too long."""
    sentence = quote.sentence
    if sentence is None or len(sentence.span.text) > max_chars:
        return kit.rich_cut_text(_join_pieces(quote.content), max_chars, bold=True)
    base = sentence.span.start
    spans = [(piece.span.start - base, piece.span.end - base) for piece in quote.content]
    return bold_spans(sentence.span.text, spans)


def bold_spans(text: str, spans: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return a text as rich_text elements, the (start, end) spans in bold."""
    elements, done = [], 0
    for first, last in sorted(spans):
        start, end = max(done, first), min(len(text), last)
        if start >= end:
            continue
        if start > done:
            elements.append(kit.rich_text(text[done:start]))
        elements.append(kit.rich_text(text[start:end], bold=True))
        done = end
    return [*elements, kit.rich_text(text[done:])] if done < len(text) else elements


def _reported(form: QuotationType) -> str:
    return _REPORTED if form is QuotationType.INDIRECT else ""


def _reported_elements(form: QuotationType) -> list[dict[str, Any]]:
    return [kit.rich_text(_REPORTED, italic=True)] if _reported(form) else []


def _outlet_count(quote: Quote) -> str:
    return f" · {quote.outlets} outlets" if quote.outlets > 1 else ""


def _said_on(earlier: EarlierStatement) -> str:
    return f"Said before, on {kit.format_date(earlier.said)}"


def _introduction(quote: Quote) -> tuple[str, str, str]:
    """Return what comes before the name, the name, and what comes between it and the words."""
    citations = (quote.name, quote.role, quote.cue)
    name, role, cue = (single_line(c.span.text) if c else "" for c in citations)
    if goes_first(cue):
        if not name:
            return f"{cue}: ", "", ""
        return f"{cue} ", name, f", {role}: " if role else ": "
    label = ", ".join(filter(None, (role, cue)))
    if not name:
        return f"{label}: " if label else "", "", ""
    # "added that ...", "asked to ...": the words are a clause of their verb.
    is_clause = _join_pieces(quote.content).startswith(("that ", "to "))
    end = " " if cue and is_clause else ": "
    return "", name, f", {label}{end}" if role else f" {cue}{end}" if cue else ": "


def _join_pieces(content: Sequence[Citation]) -> str:
    return _PIECES.join(single_line(citation.span.text) for citation in content)
