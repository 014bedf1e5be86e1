"""Modals over a digest: all statements of a story, words in their paragraph, a citation to copy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.blocks.answers import in_progress_message
from bot.blocks.lookup import cite_verified, source_markup, verify_span
from bot.blocks.statement import bold_spans, headline_text, single_line, statement_line
from bot.blocks.story import SpanReference, thread_blocks
from bot.model import Block, DigestEntry, Message, StoredArticle
from bot.model.articles import DisplayLevel, QuotationType, Span, Statement
from bot.model.errors import SpanMismatch
from bot.model.transcripts import question_before
from bot.stories.citations import cite_headline, cite_statement
from bot.stories.quote_check import Record, quoted_parts, records_of

# The shortcut of a message that opens a modal.
READ_MESSAGE = "read_message"

_MAX_MODAL_BLOCKS = 100
_MAX_CONTEXT_CHARS = 700  # on each side of the words; a paragraph of news has some 400
_MAX_CITATION_CHARS = 2500

# Words in a stored article.
Place = tuple[StoredArticle, SpanReference]


def statements_modal(entry: DigestEntry, zone: str) -> dict[str, Any]:
    """Show every statement of a story in its sentence, and its sources, with times in `zone`."""
    blocks = thread_blocks(entry, zone, opening=True)
    if (left_out := len(blocks) - _MAX_MODAL_BLOCKS + 1) > 1:
        note = kit.context(messages.text("more_statements", count=left_out))
        blocks = [*blocks[: _MAX_MODAL_BLOCKS - 2], note, blocks[-1]]
    return kit.modal("all_statements", blocks)


def in_text_modal(
    places: Sequence[Place],
    now: datetime,
    transcripts: Mapping[int, Sequence[StoredArticle]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Show words in bold in their paragraph, with headline, source, time and link.

    Words of a transcript stand below the question that they answer. A quotation is checked against
    the `transcripts` of its story, by the story's id.
    """
    blocks: list[Block] = []
    records = {story: [*records_of(articles)] for story, articles in transcripts.items()}
    for stored, reference in places:
        shown = _link_only(stored, now)
        if not shown:
            span = _referenced_span(stored, reference)
            shown = _paragraph_blocks(stored, span, now)
            shown += _record_blocks(stored, span, records.get(stored.story, ()))
        blocks += [*([kit.divider()] if blocks else []), *shown]
    return kit.modal("in_text", blocks)


def citation_modal(places: Sequence[Place], now: datetime) -> dict[str, Any]:
    """Show each statement as a line to copy."""
    blocks: list[Block] = [kit.section(messages.text("select_words"))]
    for stored, reference in places:
        if link := _link_only(stored, now):
            blocks += link
            continue
        citation = format_citation(stored, _referenced_span(stored, reference))
        line = kit.rich_text(kit.shorten(citation, _MAX_CITATION_CHARS))
        blocks.append(kit.rich_block({"type": "rich_text_preformatted", "elements": [line]}))
    return kit.modal("citation", blocks)


def message_modal(message: Message) -> dict[str, Any]:
    """Show an answer to what was done in App Home or a form, which have no channel for it."""
    return kit.modal("dateline", message.blocks or (kit.section(message.text),))


def progress_modal(title: str, work: str) -> dict[str, Any]:
    """Return the window that says which work has begun; `title` is a key."""
    return kit.modal(title, in_progress_message(work).blocks)


def article_modal(blocks: Sequence[Block]) -> dict[str, Any]:
    """Show what an article or a message holds."""
    return kit.modal("read_with_dateline", blocks)


def format_citation(stored: StoredArticle, span: Span) -> str:
    """Cite words: who said them, in which article, when, and where to find it."""
    article, line = stored.article, single_line(span.text)
    if statement := _find_statement(stored, span):
        line = statement_line(cite_verified(statement, stored), len(article.body))
    published = article.published
    details = [
        article.source,
        f"“{headline_text(cite_headline(stored))}”",
        kit.format_date(published) if published else None,
        article.url,
    ]
    return f"{line}\n— {', '.join(filter(None, details))}"


def _find_statement(stored: StoredArticle, span: Span) -> Statement | None:
    """Return the statement whose words, from the first to the last, are this span."""
    for statement in stored.analysis.statements:
        reference = SpanReference.of(cite_statement(statement, stored.id).content)
        if (reference.start, reference.end) == (span.start, span.end):
            return statement
    return None


def _headline(stored: StoredArticle) -> dict[str, Any]:
    return kit.rich_link(headline_text(cite_headline(stored)), stored.article.url, bold=True)


def _link_only(stored: StoredArticle, now: datetime) -> list[Block]:
    """Show headline and link if the source's text may not be shown; else nothing."""
    if stored.dropped:
        reason = messages.text("text_dropped")
    elif stored.policy.show is DisplayLevel.LINK:
        reason = messages.text("text_not_shown")
    else:
        return []
    note = kit.context(f"{reason} {source_markup(stored, now)}")
    return [kit.rich_paragraph(_headline(stored)), note]


def _referenced_span(stored: StoredArticle, reference: SpanReference) -> Span:
    body = stored.article.body
    if not 0 <= reference.start < reference.end <= len(body):
        raise SpanMismatch(stored.id, reference.start, reference.end)
    return Span.of(body, reference.start, reference.end)


def _paragraph_blocks(stored: StoredArticle, span: Span, now: datetime) -> list[Block]:
    before, words, after = _split_paragraph(stored, span)
    statement, spans = _find_statement(stored, span), [(0, len(words))]
    if statement:
        pieces = cite_statement(statement, stored.id).content
        spans = [(p.span.start - span.start, p.span.end - span.start) for p in pieces]
    elements = [
        *([kit.rich_text(before)] if before else []),
        *bold_spans(words, spans),
        *([kit.rich_text(after)] if after else []),
    ]
    paragraph = {"type": "rich_text_quote", "elements": elements}
    is_reported = statement is not None and statement.form is QuotationType.INDIRECT
    note = source_markup(stored, now) + (messages.text("reported_note") if is_reported else "")
    blocks: list[Block] = [
        kit.rich_block(
            kit.rich_section(_headline(stored)), *_question_parts(stored, span), paragraph
        ),
        kit.context(note),
    ]
    seconds = statement.seconds if statement else None
    label = messages.text("open_at_words")
    if seconds is not None:
        label = messages.text("open_at_time", time=kit.format_time_code(seconds))
    url = kit.words_url(stored.article.url, span.text, seconds)
    if url and kit.web_url(url):
        blocks.append(kit.rich_paragraph(kit.rich_link(label, url)))
    return blocks


def _record_blocks(stored: StoredArticle, span: Span, records: Sequence[Record]) -> list[Block]:
    """Say whether a quotation stands word for word in a transcript, and link that."""
    statement = _find_statement(stored, span)
    if statement is None or not quoted_parts(statement):
        return []
    others = [record for record in records if record.stored.id != stored.id]
    for record in others:
        if found := record.find(statement):
            url = kit.text_fragment_url(record.stored.article.url, found.text)
            return [_record_note("quote_in_record", record, url, found)]
    for record in others:
        if found_other := record.find_other(statement):
            found, speaker = found_other
            url = kit.text_fragment_url(record.stored.article.url, found.text)
            name = verify_span(speaker, record.stored).text
            return [_record_note("quote_by_other", record, url, found, name=name)]
    # A translation is never the words of the record, which says nothing against it.
    language = stored.analysis.language
    same = (record for record in others if record.stored.analysis.language == language)
    held = (record for record in same if record.has_speaker(statement))
    return [
        _record_note("quote_not_in_record", record, record.stored.article.url)
        for record in islice(held, 1)
    ]


def _record_note(
    key: str, record: Record, url: str | None, found: Span | None = None, **fields: str
) -> Block:
    title = kit.rich_link(headline_text(cite_headline(record.stored)), url)
    note = kit.rich_section(kit.rich_text(messages.text(key, **fields), italic=True), title)
    if found is None:
        return kit.rich_block(note)
    words = kit.rich_text(single_line(verify_span(found, record.stored).text), bold=True)
    return kit.rich_block(note, {"type": "rich_text_quote", "elements": [words]})


def _question_parts(stored: StoredArticle, span: Span) -> list[dict[str, Any]]:
    """Show the question that words of a transcript answer."""
    question = question_before(stored.analysis.turns, span.start)
    if not question:
        return []
    text = " ".join(single_line(verify_span(piece, stored).text) for piece in question)
    asked = kit.rich_text(messages.text("question"), italic=True)
    return [kit.rich_section(asked, *kit.rich_cut_text(text, _MAX_CONTEXT_CHARS))]


def _split_paragraph(stored: StoredArticle, span: Span) -> tuple[str, str, str]:
    """Return the paragraph's text before the words, the words, and the text after them.

    Of a source that is shown in extracts it is the sentence in place of the paragraph.
    """
    body = stored.article.body
    if stored.policy.show is not DisplayLevel.FULL:
        sentences = stored.analysis.sentences
        around = (s for s in sentences if s.start <= span.start and span.end <= s.end)
        sentence = next(around, span)
        return body[sentence.start : span.start], span.text, body[span.end : sentence.end]
    before = body[: span.start].rpartition("\n\n")[2]
    after = body[span.end :].partition("\n\n")[0]
    if len(before) > _MAX_CONTEXT_CHARS:
        before = kit.CUT_MARK.strip() + " " + before[-_MAX_CONTEXT_CHARS:].partition(" ")[2]
    if len(after) > _MAX_CONTEXT_CHARS:
        after = after[:_MAX_CONTEXT_CHARS].rpartition(" ")[0] + kit.CUT_MARK
    return before, span.text, after
