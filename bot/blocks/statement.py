"""A statement as a line: who, in which role, and the source's own words from the verb on.

**Karen Lee**, mayor, denied that the pier is safe       the source has it in this order
**Karen Lee**, mayor, said: “The pier is safe”           the source parts verb and words
**Karen Lee**, mayor (whole sentence): Safe, she said?   no shorter line would be true
"""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.model import ArticlePart, Citation, EarlierStatement, QuotationType, Quote, goes_first

Part = str | Citation  # of a line: words of a source, or what joins them
_MAX_HEADLINE_CHARS = 160
_MAX_MADE_HEADLINE_CHARS = 280  # one made of a sentence is cut already where it reads
_MAX_OUTLET_CHARS = 100
# Types of the IPTC that a person's text may have; all sources of a story show them in the thread.
_PERSON_TYPES = {"digitalCreation", "humanEdits", "minorHumanEdits", "digitalArt"}
# Between two pieces of one statement, where the source's own "he said" was.
_PIECES = " … "
_REPORTED = messages.text("reported")
_WHOLE_SENTENCE = messages.text("whole_sentence")


def single_line(words: str) -> str:
    """Return words on one line."""
    return " ".join(words.split())


def source_type(code: str) -> str:
    """Say who or what made an article, by a code of IPTC's Digital Source Type or other words."""
    key = f"source_type_{code}"
    return messages.text(key) if key in messages else messages.text("source_type", kind=code)


def outlet_name(outlet: str | None, digital_source_type: str | None) -> str | None:
    """Return the name of an outlet, and what made its article where no person did."""
    if outlet is None or digital_source_type in _PERSON_TYPES:
        return outlet
    return f"{outlet} ({source_type(digital_source_type)})" if digital_source_type else outlet


def headline_text(headline: Citation) -> str:
    """Return an article's headline on one line, or a stand-in where none may be shown."""
    words = single_line(headline.span.text) or messages.text("no_headline")
    return f"{words}…" if headline.is_cut else words


def headline_elements(headline: Citation, url: str | None, **style: bool) -> list[dict[str, Any]]:
    """Return a headline, linked to its article, as rich_text elements."""
    is_made = headline.part is ArticlePart.BODY
    max_chars = _MAX_MADE_HEADLINE_CHARS if is_made else _MAX_HEADLINE_CHARS
    words, is_cut = kit.cut_text(headline_text(headline), max_chars)
    return [kit.rich_link(words, url, **style), *([kit.rich_text(kit.CUT_MARK)] if is_cut else [])]


def line_head(quote: Quote) -> list[Part]:
    """Return what stands before the words of a statement's line: citations, and what joins them."""
    who = _who(quote)
    if not quote.line:
        return [*who, _WHOLE_SENTENCE if who else _WHOLE_SENTENCE.lstrip()]
    introduction = quote.introduction
    if introduction and goes_first(introduction.span.text):
        return [introduction, " " if who else "", *who, ": "]
    # After a role, and a clause in the name, a comma goes before the verb.
    is_parted = ", " in who or (quote.name is not None and "," in quote.name.span.text)
    space = ", " if is_parted else " " if who else ""
    if _runs_on(quote):
        return [*who, space]
    if introduction is None:
        return [*who, ": " if who else ""]
    return [*who, space, introduction, ": "]


def _who(quote: Quote) -> list[Part]:
    """Return the speaker: "Karen Lee, mayor", but "Mayor Lee" where the source has it so."""
    name, role = quote.name, quote.role
    if name is None:
        return []
    if role is None:
        return [name]
    is_before = name.span.start - role.span.end == 1 and " " not in name.span.text
    return [role, " ", name] if is_before else [name, ", ", role]


def line_words(quote: Quote) -> tuple[Citation, ...]:
    """Return the pieces of a statement's line: the words, or the whole sentence."""
    return quote.line or ((quote.sentence,) if quote.sentence else quote.content)


def statement_elements(quote: Quote, max_chars: int) -> list[dict[str, Any]]:
    """Return a statement as rich_text elements, its words cut to so many characters."""
    head = [
        kit.rich_text(_text_of(part), bold=True)
        if part is quote.name
        else kit.rich_text(_text_of(part))
        for part in line_head(quote)
        if part
    ]
    words = kit.rich_cut_text(_join_pieces(line_words(quote)), max_chars)
    count = [kit.rich_text(_outlet_count(quote))] if quote.outlets > 1 else []
    reported = [kit.rich_text(_REPORTED, italic=True)] if is_reported(quote) else []
    return [*_joined(head, words), *reported, *count]


def _joined(head: list[dict[str, Any]], words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the elements in order, the first words in one with what stands before them."""
    joined: list[dict[str, Any]] = []
    for element in (*head, words[0]):
        if joined and "style" not in element and "style" not in joined[-1]:
            joined[-1] = kit.rich_text(joined[-1]["text"] + element["text"])
        else:
            joined.append(element)
    return [*joined, *words[1:]]


def statement_line(quote: Quote, max_chars: int) -> str:
    """Return a statement as unescaped plain text, its words cut to so many characters."""
    head = "".join(map(_text_of, line_head(quote)))
    words = kit.cut_with_mark(_join_pieces(line_words(quote)), max_chars)
    reported = _REPORTED if is_reported(quote) else ""
    return f"{head}{words}{reported}{_outlet_count(quote)}"


def is_reported(quote: Quote) -> bool:
    """Return whether a colon could make the reporter's words look like the speaker's own."""
    is_indirect = quote.form is QuotationType.INDIRECT
    return is_indirect and bool(quote.line) and not _runs_on(quote)


def _runs_on(quote: Quote) -> bool:
    """Return whether the line begins with its verb."""
    first = quote.line[0].span
    return quote.cue is not None and first.start <= quote.cue.span.start < first.end


def _text_of(part: Part) -> str:
    return part if isinstance(part, str) else single_line(part.span.text)


def earlier_elements(earlier: EarlierStatement, max_chars: int) -> list[dict[str, Any]]:
    """Return an earlier statement as rich_text: its date, its words, its outlet linked to them."""
    elements = [
        kit.rich_text(f"{_said_on(earlier)}: ", italic=True),
        *kit.rich_cut_text(_earlier_words(earlier), max_chars),
    ]
    url = kit.text_fragment_url(earlier.url, earlier.content[0].span.text)
    if url or earlier.outlet:
        outlet = kit.shorten(earlier.outlet or messages.text("in_the_article"), _MAX_OUTLET_CHARS)
        elements += [kit.rich_text(" · "), kit.rich_link(outlet, url)]
    return elements


def earlier_line(earlier: EarlierStatement, max_chars: int) -> str:
    """Return an earlier statement as unescaped plain text."""
    words = kit.cut_with_mark(_earlier_words(earlier), max_chars)
    outlet = f" · {earlier.outlet}" if earlier.outlet else ""
    return f"{_said_on(earlier)}: {words}{outlet}"


def earlier_parts(earlier: EarlierStatement) -> list[Part]:
    """Return the line of an earlier statement: citations, and what joins them."""
    parts: list[Part] = [earlier.introduction, ": "] if earlier.introduction else []
    for number, piece in enumerate(earlier.line or earlier.content):
        parts += [_PIECES, piece] if number else [piece]
    return parts


def _earlier_words(earlier: EarlierStatement) -> str:
    return "".join(map(_text_of, earlier_parts(earlier)))


def sentence_elements(quote: Quote, max_chars: int) -> list[dict[str, Any]]:
    """Return a statement's sentence with its words bold, or its line if it is too long."""
    sentence = quote.sentence
    if sentence is None or len(sentence.span.text) > max_chars:
        words = line_words(quote)  # never the content alone: a "not" may stand before it
        introduction = f"{_text_of(quote.introduction)}: " if quote.introduction else ""
        return kit.rich_cut_text(introduction + _join_pieces(words), max_chars, bold=True)
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


def _outlet_count(quote: Quote) -> str:
    count = messages.text("said_by_sources", count=quote.outlets)
    return count if quote.outlets > 1 else ""


def _said_on(earlier: EarlierStatement) -> str:
    return messages.text("said_before", date=kit.format_date(earlier.said))


def _join_pieces(content: Sequence[Citation]) -> str:
    return _PIECES.join(single_line(citation.span.text) for citation in content)
