"""Cite headlines and statements as spans of their articles, and prove citations."""

import re
from collections.abc import Mapping

from bot.model.articles import Article, DisplayLevel, QuotationType, Span, Statement
from bot.model.digests import ArticlePart, Citation, Digest, Quote
from bot.model.stories import StoredArticle
from bot.model.wordlists import load_word_lists

_NO_WORDS = Span(0, 0, "")  # heads an article of which neither headline nor opening may be shown
# The conjunction that opens reported words ("said that the wall..."), told from the pronoun ("said
# that was wrong") and the determiner ("called that sum too small") by what follows it. In doubt it
# stays.
_CLAUSE_OPENERS = load_word_lists("bot.stories", "data/clause_openers.txt", "after that")
_CONJUNCTION = re.compile(
    rf"that(?:,\s+|\s+(?=[A-Z\d$€£“\"]|(?:{'|'.join(sorted(_CLAUSE_OPENERS['after that']))})\b"
    r"|\w+s (?:are|were|have|had|would|will|can|could|may|might|must|should|did|do)\b))"
)


def cite_statement(statement: Statement, article: int, outlets: int = 1) -> Quote:
    """Cite a statement of a stored article, which so many outlets carry."""

    def cite(span: Span | None) -> Citation | None:
        return None if span is None else Citation(article, ArticlePart.BODY, span)

    actor = statement.actor
    return Quote(
        content=tuple(Citation(article, ArticlePart.BODY, span) for span in _shown(statement)),
        form=statement.form,
        stance=statement.stance,
        name=cite(actor.name if actor else statement.speaker),
        role=cite(actor.role if actor else None),
        cue=cite(statement.verb),
        via=cite(statement.via),
        sentence=cite(statement.sentence),
        outlets=outlets,
    )


def cite_headline(stored: StoredArticle) -> Citation:
    """Cite an article's headline, else its opening, or no words where its licence forbids that."""
    words = stored.article.headline
    if words and words.strip():
        return Citation(stored.id, ArticlePart.HEADLINE, Span.of(words, 0, len(words)))
    is_shown = stored.policy.show is not DisplayLevel.LINK
    return Citation(stored.id, ArticlePart.BODY, stored.analysis.title if is_shown else _NO_WORDS)


def _shown(statement: Statement) -> tuple[Span, ...]:
    """Return the words to show: of an indirect statement those after the conjunction "that"."""
    first, *rest = statement.content
    opening = _CONJUNCTION.match(first.text) if statement.form is QuotationType.INDIRECT else None
    if opening is None:
        return statement.content
    return Span(first.start + opening.end(), first.end, first.text[opening.end() :]), *rest


def find_mismatches(digest: Digest, articles: Mapping[int, Article]) -> tuple[Citation, ...]:
    """Return the citations whose article is missing, or has other words in their place."""
    return tuple(citation for citation in digest.citations() if not _holds(citation, articles))


def _holds(citation: Citation, articles: Mapping[int, Article]) -> bool:
    article = articles.get(citation.article)
    if article is None:
        return False
    if citation.span == _NO_WORDS:
        return True
    source = article.headline if citation.part is ArticlePart.HEADLINE else article.body
    return source is not None and citation.span.holds_in(source)
