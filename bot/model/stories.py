"""An article with its place in the store, and the story that it tells."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.articles import Article, Policy
from bot.model.statements import Analysis, Statement


@dataclass(
    frozen=True, slots=True, eq=False
)  # what is found in one is remembered for it; to compare two reads both
class StoredArticle:
    """An article in the store. `team` is None where every team may see it (the operator's sources).

    `origin` is where it came in: the source's folder, "//host" of a feed, "" for the rest. `policy` is that
    source's as it is set now, not as it was then. `dropped` is when its text was, its source's days being over:
    the body is empty then, places stay, and `fingerprint` (SHA-256 of the body's UTF-8, in hex) proves the text
    to whoever still has it.
    """

    id: int
    story: int
    team: str | None
    seen: datetime
    article: Article
    analysis: Analysis
    origin: str = ""
    policy: Policy = field(default_factory=Policy)
    dropped: datetime | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event, newest first, at least one; only what the asking team may see."""

    id: int
    articles: tuple[StoredArticle, ...]


@dataclass(frozen=True, slots=True)
class SourcedStatement:
    """A statement with the article it stands in (`who`, `search`, export)."""

    statement: Statement
    article: StoredArticle

    @property
    def when(self) -> datetime:
        """When its article was published, or first seen where that was earlier or nothing is told."""
        return min(self.article.seen, self.article.article.published or self.article.seen)
