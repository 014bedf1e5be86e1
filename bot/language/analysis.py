"""Analyse an article: all that the language room finds in it, at once, for the workers.

article -> language -> sentences -> title, extract, statements, terms
"""

from dataclasses import replace

from bot.language.language_detection import detect_language
from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.language.summaries import Document, make_title, summarize
from bot.language.terms import event_terms
from bot.model import Analysis, Article, Span, Statement

_EXTRACT_SENTENCES = 5


def analyse(article: Article) -> Analysis:
    """Analyse one article, whatever its text. Statements are found in English only."""
    body = article.body
    language = detect_language(body or article.headline or "", article.language)
    sentences = split_sentences(body)
    document = Document(body, article.headline)
    extract = summarize(
        [document], sentences=_EXTRACT_SENTENCES, best_first=True, language=language
    )
    return Analysis(
        language=language,
        title=make_title(body, sentences, language),
        sentences=sentences,
        extract=tuple(chosen.span for chosen in extract),
        statements=_find_statements(article, sentences) if language == "en" else (),
        terms=event_terms(body, article.headline, language),
    )


def _find_statements(article: Article, sentences: tuple[Span, ...]) -> tuple[Statement, ...]:
    """Return the statements; an outlet is not credited in its own pages."""
    own = _normalize_outlet(article.source or "")
    statements = []
    for statement in find_statements(article.body, sentences, article.headline):
        via = statement.via
        is_own = via is not None and own and _normalize_outlet(via.text) == own
        statements.append(replace(statement, via=None) if is_own else statement)
    return tuple(statements)


def _normalize_outlet(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()
