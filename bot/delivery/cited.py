"""The articles that a digest cites, as they are stored: what its words are proved against."""

from contextlib import suppress

from bot.model import Digest, StoredArticle
from bot.model.errors import NotFound
from bot.store import ArticleStore


async def cited(articles: ArticleStore, digest: Digest) -> dict[int, StoredArticle]:
    """Fetch each once; one that is not in this store is left out."""
    found = {}
    for number in sorted({citation.article for citation in digest.citations()}):
        with suppress(NotFound):
            found[number] = await articles.get(number)
    return found
