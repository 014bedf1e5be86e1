"""Statements, articles and stories as fields and as text, for agents that pass them on.

Each field that quotes is a span of its article, as in Slack.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.blocks.lookup import best_sentences, cite_verified, verify_span
from bot.blocks.statement import (
    headline_text,
    is_reported,
    line_words,
    outlet_name,
    single_line,
    statement_line,
)
from bot.model import DigestEntry, Quote, SourceArticle, Statement, StoredArticle, goes_first
from bot.stories.citations import cite_source

Fields = dict[str, Any]

MAX_WORDS_CHARS = 1_000
_PIECES = " … "


def statement_fields(statement: Statement, stored: StoredArticle) -> Fields:
    """Return a statement with its source; raise SpanMismatch where its article differs."""
    return _quote_fields(cite_verified(statement, stored), _source_fields(cite_source(stored)))


def article_answer(stored: StoredArticle, statements: Iterable[Statement]) -> Fields:
    """Return an article with sentences that carry it, and with these of its statements."""
    sentences = [single_line(verify_span(span, stored).text) for span in best_sentences(stored)]
    return _source_fields(cite_source(stored)) | {
        "sentences": [kit.cut_with_mark(each, MAX_WORDS_CHARS) for each in sentences],
        "statements": [statement_fields(statement, stored) for statement in statements],
    }


def story_answer(entry: DigestEntry) -> Fields:
    """Return a story of a digest with its key statements."""
    sources = {source.article: _source_fields(source) for source in entry.sources}
    none: Fields = {}
    return {
        "headline": headline_text(entry.headline),
        "link": kit.web_url(entry.url),
        "date": _date(entry.published),
        "sources": list(dict.fromkeys(each["source"] for each in sources.values())),
        "sentences": [single_line(citation.span.text) for citation in entry.extract],
        "statements": [
            _quote_fields(quote, sources.get(quote.content[0].article, none))
            for quote in entry.statements
        ],
    }


def statements_text(title: str, statements: Sequence[Fields]) -> str:
    """Return statements as text: each line as Dateline shows it, and where it is from."""
    parts = [_statement_text(each) for each in statements]
    return "\n\n".join([f"{title}\n{messages.text('quote_word_for_word')}", *parts])


def articles_text(title: str, articles: Sequence[Fields]) -> str:
    """Return articles or stories as text: headline, source and link, sentences, statements."""
    parts = [f"{title}\n{messages.text('quote_word_for_word')}"]
    for each in articles:
        sources = each.get("sources") or [each["source"]]
        where = ", ".join(filter(None, (*sources, each["date"])))
        parts.append(f"## {each['headline']}\n({where}) {each['link'] or ''}".rstrip())
        parts += each["sentences"]
        parts += [_statement_text(statement) for statement in each["statements"]]
    return "\n\n".join(parts)


def _statement_text(said: Fields) -> str:
    where = ", ".join(filter(None, (said["source"], said["date"], said["headline"])))
    return f"{said['line']}\n({where}) {said['link'] or ''}".rstrip()


def _source_fields(source: SourceArticle) -> Fields:
    return {
        "headline": headline_text(source.headline),
        "source": outlet_name(source.outlet, source.digital_source_type),
        "link": kit.web_url(source.url),
        "date": _date(source.published),
        "language": source.language,
    }


def _quote_fields(quote: Quote, source: Fields) -> Fields:
    """Return a statement's fields.

    `words` begin with the source's verb where that says whether it was said, denied or asked.
    """
    words = _PIECES.join(single_line(citation.span.text) for citation in line_words(quote))
    introduction = single_line(quote.introduction.span.text) if quote.introduction else ""
    if introduction and not goes_first(introduction):
        words = f"{introduction}: {words}"
    link = kit.words_url(source.get("link"), quote.content[0].span.text, quote.seconds)
    return {
        "speaker": single_line(quote.name.span.text) if quote.name else None,
        "role": single_line(quote.role.span.text) if quote.role else None,
        "words": kit.cut_with_mark(words, MAX_WORDS_CHARS),
        "reported": is_reported(quote),
        "line": statement_line(quote, MAX_WORDS_CHARS),
        "via": single_line(quote.via.span.text) if quote.via else None,
        **source,
        "link": link,
    }


def _date(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment else None
