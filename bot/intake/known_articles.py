"""Find what the store has of an article on its way in: a version, its page or its feed item."""

from dataclasses import dataclass

from bot.intake.dedup import IntakeDecision, address_of, decide, is_same_article
from bot.model.articles import Analysis, Article
from bot.model.errors import SourceUnreadable
from bot.model.stories import StoredVersion
from bot.store.articles import ArticleStore


@dataclass(frozen=True, slots=True)
class IncomingArticle:
    """One article on its way in, for a team or, with None, for all.

    `replaces` are the identities of those that it replaces; `origin` is as StoredArticle has it.
    `analysis` is None where none was needed yet, and an error where it failed.
    """

    identity: str
    article: Article
    team: str | None
    origin: str
    replaces: tuple[str, ...] = ()
    analysis: Analysis | SourceUnreadable | None = None

    @property
    def address(self) -> str | None:
        """The identity of the page that is this article, None where its address tells none."""
        return address_of(self.article, self.identity)


async def find_known(articles: ArticleStore, incoming: IncomingArticle) -> StoredVersion | None:
    """Find what the owner has of an article, or what all teams have just so."""
    known = await _find_owned(articles, incoming, incoming.team)
    if known is not None or incoming.team is None:
        return known
    shared = await _find_owned(articles, incoming, None)
    if shared is None:
        return None
    decision = decide(incoming.article, shared, incoming.origin)
    return shared if decision is IntakeDecision.SAME else None


def supersedes(incoming: IncomingArticle, known: StoredVersion) -> bool | None:
    """Return whether it is a newer version of what is at its address; None if another article."""
    if not is_same_article(incoming.article, known.article):
        return None
    return decide(incoming.article, known, incoming.origin) is IntakeDecision.NEWER


async def _find_owned(
    articles: ArticleStore, incoming: IncomingArticle, team: str | None
) -> StoredVersion | None:
    known = await articles.find_version(
        team, incoming.identity, incoming.replaces, incoming.address
    )
    if known and known.at_address and not is_same_article(incoming.article, known.article):
        return None
    return known
