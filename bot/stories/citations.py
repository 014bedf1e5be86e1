"""Cite headlines and statements as spans of their articles, and prove citations."""

from collections.abc import Mapping

from bot.model.articles import Article, DisplayLevel, Span, Statement
from bot.model.digests import ArticlePart, Citation, Digest, Quote, SourceArticle
from bot.model.stories import StoredArticle

_NO_WORDS = Span(0, 0, "")  # heads an article of which neither headline nor opening may be shown


def cite_statement(
    statement: Statement, article: int, outlets: int = 1, record: Citation | None = None
) -> Quote:
    """Cite a statement of a stored article, which so many outlets carry, and its `record`."""

    def cite(span: Span | None) -> Citation | None:
        return None if span is None else Citation(article, ArticlePart.BODY, span)

    def cite_all(spans: tuple[Span, ...]) -> tuple[Citation, ...]:
        return tuple(Citation(article, ArticlePart.BODY, span) for span in spans)

    actor = statement.actor
    return Quote(
        content=cite_all(statement.content),
        form=statement.form,
        stance=statement.stance,
        name=cite(actor.name if actor else statement.speaker),
        role=cite(actor.role if actor else None),
        cue=cite(statement.verb),
        via=cite(statement.via),
        sentence=cite(statement.sentence),
        outlets=outlets,
        line=cite_all(statement.line),
        introduction=cite(statement.introduction),
        record=record,
        seconds=statement.seconds,
    )


def cite_headline(stored: StoredArticle) -> Citation:
    """Cite an article's headline, else its opening, or no words where its licence forbids that."""
    words = stored.article.headline
    if words and words.strip():
        return Citation(stored.id, ArticlePart.HEADLINE, Span.of(words, 0, len(words)))
    if stored.policy.show is DisplayLevel.LINK:
        return Citation(stored.id, ArticlePart.BODY, _NO_WORDS)
    title = stored.analysis.title
    # A whole sentence has lost its full stop at most.
    is_cut = any(
        sentence.start <= title.start and title.end + 1 < sentence.end
        for sentence in stored.analysis.sentences
        if title.start < sentence.end
    )
    return Citation(stored.id, ArticlePart.BODY, title, is_cut=is_cut)


def cite_source(stored: StoredArticle) -> SourceArticle:
    """Return an article as a source of what is shown: where and when it was published."""
    article = stored.article
    return SourceArticle(
        stored.id,
        article.source,
        cite_headline(stored),
        article.url,
        article.published,
        show=stored.policy.show,
        correction=article.correction,
        digital_source_type=article.digital_source_type,
        language=stored.analysis.language,
    )


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
