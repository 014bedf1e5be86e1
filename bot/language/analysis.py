"""What does the language room find in an article? All of it at once, for the workers.

article -> language -> sentences -> title, extract, statements, terms
"""

from dataclasses import replace

from bot.language.statements.extraction import find_statements
from bot.language.statements.sameness import content_words
from bot.language.summaries.summary import Document, best_first
from bot.language.terms import event_terms
from bot.language.texts.detection import detect_language
from bot.language.texts.sentences import split_sentences
from bot.language.texts.title import title_of
from bot.model import Analysis, Article, QuotationType, Span, Statement

_EXTRACT = 5


def analyse(article: Article) -> Analysis:
    """Read one article; never refuses a text. Statements are found in English only."""
    body = article.body
    language = detect_language(body or article.headline or "", article.language)
    sentences = split_sentences(body)
    extract = best_first([Document(body, article.headline)], sentences=_EXTRACT, language=language)
    return Analysis(
        language=language,
        title=title_of(body, sentences),
        sentences=sentences,
        extract=tuple(chosen.span for chosen in extract),
        statements=_found(article, sentences) if language == "en" else (),
        terms=event_terms(body, article.headline, language),
    )


def _found(article: Article, sentences: tuple[Span, ...]) -> tuple[Statement, ...]:
    """Find the statements that tell a reader something; an outlet is not credited in its own pages."""
    own = _bare(article.source or "")
    found = [
        s
        for s in find_statements(article.body, sentences)
        if s.form is not QuotationType.INDIRECT or content_words(s)
    ]
    return tuple(
        replace(s, via=None) if s.via and own and _bare(s.via.text) == own else s for s in found
    )


def _bare(outlet: str) -> str:
    return outlet.casefold().removeprefix("the ").strip()
