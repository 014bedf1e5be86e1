"""Whether every word of a digest still stands where the digest says it does."""

from collections.abc import Mapping

from bot.model import Article, ArticlePart, Citation, Digest, Span

# What heads an article of which neither headline nor opening may be shown.
_NO_WORDS = Span(0, 0, "")


def mismatches(digest: Digest, articles: Mapping[int, Article]) -> tuple[Citation, ...]:
    """Give the citations that do not hold in the articles as stored; an article that is missing holds nothing."""
    return tuple(citation for citation in digest.citations() if not _holds(citation, articles))


def _holds(citation: Citation, articles: Mapping[int, Article]) -> bool:
    article = articles.get(citation.article)
    if article is None:
        return False
    if citation.span == _NO_WORDS:
        return True
    source = article.headline if citation.part is ArticlePart.HEADLINE else article.body
    return source is not None and citation.span.holds_in(source)
