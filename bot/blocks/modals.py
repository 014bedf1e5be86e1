"""Windows over a digest: all statements of a story, words in their paragraph, a citation to copy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.blocks.block_kit import (
    CUT_MARK,
    context,
    divider,
    plain_text,
    rich_link,
    rich_paragraph,
    rich_text,
    section,
    shorten,
    text_fragment_url,
    web_url,
)
from bot.blocks.lookup import cite_verified, source_markup
from bot.blocks.statement import bold_spans, headline_text, single_line, statement_line
from bot.blocks.story import SpanReference, thread_blocks
from bot.model import (
    Block,
    Citation,
    DigestEntry,
    DisplayLevel,
    Message,
    QuotationType,
    Span,
    Statement,
    StoredArticle,
)
from bot.model.errors import SpanMismatch
from bot.stories.citations import cite_headline, cite_statement

# The shortcut of a message that opens a window.
READ_MESSAGE = "read_message"

_MAX_MODAL_BLOCKS = 100
_MAX_TITLE_CHARS = 24
# Around the words; a paragraph of news has some 400 characters.
_MAX_CONTEXT_CHARS = 700
_MAX_CITATION_CHARS = 2500

Placed = tuple["StoredArticle", "SpanReference"]


def statements_modal(entry: DigestEntry) -> dict[str, Any]:
    """Show every statement of a story in its sentence, and its sources."""
    blocks = thread_blocks(entry, opening=True)
    if len(blocks) > _MAX_MODAL_BLOCKS:
        left = len(blocks) - _MAX_MODAL_BLOCKS + 1
        blocks = [
            *blocks[: _MAX_MODAL_BLOCKS - 2],
            context(f"… and {left} more statements."),
            blocks[-1],
        ]
    return _modal("All statements", blocks)


def in_text_modal(places: Sequence[Placed], now: datetime) -> dict[str, Any]:
    """Show words bold in the paragraph they stand in, with headline, source, time and address."""
    blocks: list[Block] = []
    for stored, reference in places:
        shown = _link_only(stored, now) or _paragraph_blocks(
            stored, _referenced_span(stored, reference), now
        )
        blocks += [*([divider()] if blocks else []), *shown]
    return _modal("In the article", blocks)


def citation_modal(places: Sequence[Placed], now: datetime) -> dict[str, Any]:
    """Show each statement as a line to copy."""
    blocks: list[Block] = [section("Select the words and copy them.")]
    for stored, reference in places:
        if closed := _link_only(stored, now):
            blocks += closed
            continue
        text = shorten(
            format_citation(stored, _referenced_span(stored, reference)), _MAX_CITATION_CHARS
        )
        blocks.append(
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_preformatted", "elements": [rich_text(text)]}],
            }
        )
    return _modal("Citation", blocks)


def message_modal(message: Message, title: str = "Dateline") -> dict[str, Any]:
    """Show an answer in a window of its own: what a person did in App Home or a form has no channel to answer in."""
    return _modal(title, message.blocks or (section(message.text),))


def article_modal(blocks: Sequence[Block]) -> dict[str, Any]:
    """Show what an article or a message holds."""
    return _modal("Read with Dateline", blocks)


def format_citation(stored: StoredArticle, span: Span) -> str:
    """Cite words: who said them, in which article, when, and where to find it."""
    article = stored.article
    statement = _statement_at(stored, span)
    line = (
        statement_line(cite_verified(statement, stored), len(article.body))
        if statement
        else single_line(span.text)
    )
    published = article.published
    told = [
        article.source,
        f"“{headline_text(cite_headline(stored))}”",
        f"{published.day} {published:%B %Y}" if published else None,
        article.url,
    ]
    return f"{line}\n— {', '.join(part for part in told if part)}"


def _statement_at(stored: StoredArticle, span: Span) -> Statement | None:
    """Give the statement that a digest shows at this place: a reference leads to the words it shows."""
    for statement in stored.analysis.statements:
        shown = [citation.span for citation in cite_statement(statement, stored.id).content]
        if min(s.start for s in shown) == span.start and max(s.end for s in shown) == span.end:
            return statement
    return None


def _link_only(stored: StoredArticle, now: datetime) -> list[Block]:
    """Give headline and link alone where the source's text may be shown no more; nothing where it may."""
    if not stored.dropped and stored.policy.show is not DisplayLevel.LINK:
        return []
    title = rich_link(headline_text(cite_headline(stored)), stored.article.url, bold=True)
    reason = (
        "Its text was dropped, as its source asks."
        if stored.dropped
        else "Its source lets no text be shown."
    )
    return [rich_paragraph(title), context(f"{reason} {source_markup(stored, now)}")]


def _referenced_span(stored: StoredArticle, reference: SpanReference) -> Span:
    body = stored.article.body
    if not 0 <= reference.start < reference.end <= len(body):
        raise SpanMismatch(stored.id, reference.start, reference.end)
    return Span.of(body, reference.start, reference.end)


def _paragraph_blocks(stored: StoredArticle, span: Span, now: datetime) -> list[Block]:
    before, words, after = _split_paragraph(stored, span)
    said = _statement_at(stored, span)
    pieces = (
        [_piece(piece, span) for piece in cite_statement(said, stored.id).content]
        if said
        else [(0, len(words))]
    )
    elements = [
        *([rich_text(before)] if before else []),
        *bold_spans(words, pieces),
        *([rich_text(after)] if after else []),
    ]
    title = rich_link(headline_text(cite_headline(stored)), stored.article.url, bold=True)
    reported = said is not None and said.form is QuotationType.INDIRECT
    blocks: list[Block] = [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [title]},
                {"type": "rich_text_quote", "elements": elements},
            ],
        },
        context(source_markup(stored, now) + (" · reported, not quoted" if reported else "")),
    ]
    target = text_fragment_url(stored.article.url, span.text)
    if target and web_url(target):
        link = rich_link("Open at these words", target)
        blocks.append(rich_paragraph(link))
    return blocks


def _piece(piece: Citation, span: Span) -> tuple[int, int]:
    """Say where a piece of a statement stands in the statement."""
    return piece.span.start - span.start, piece.span.end - span.start


def _split_paragraph(stored: StoredArticle, span: Span) -> tuple[str, str, str]:
    """Give the rest of the paragraph before the words, the words, and the rest after them.

    Of a source that is shown in extracts, the rest of the sentence.
    """
    body = stored.article.body
    if stored.policy.show is not DisplayLevel.FULL:
        within = [
            one
            for one in stored.analysis.sentences
            if one.start <= span.start and span.end <= one.end
        ]
        sentence = within[0] if within else span
        return body[sentence.start : span.start], span.text, body[span.end : sentence.end]
    start = body.rfind("\n\n", 0, span.start) + 2 if "\n\n" in body[: span.start] else 0
    end = body.find("\n\n", span.end)
    before, after = body[start : span.start], body[span.end : end if end >= 0 else len(body)]
    if len(before) > _MAX_CONTEXT_CHARS:
        before = CUT_MARK.strip() + " " + before[-_MAX_CONTEXT_CHARS:].partition(" ")[2]
    if len(after) > _MAX_CONTEXT_CHARS:
        after = after[:_MAX_CONTEXT_CHARS].rpartition(" ")[0] + CUT_MARK
    return before, span.text, after


def _modal(title: str, blocks: Sequence[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain_text(title, _MAX_TITLE_CHARS),
        "close": plain_text("Close", _MAX_TITLE_CHARS),
        "blocks": list(blocks),
    }
