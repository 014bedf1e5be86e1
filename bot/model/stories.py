"""An article with its place in the store, the story that it tells, and the rows they are read as."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

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


# What an article is about, most telling first.
Terms = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The newest version of the article that was asked for, as the store has it.

    `replaced`: it is another's, which took the place of the one asked for. `succeeded`: it is one that the new
    article says it replaces, and the new one itself is not known. `origin` is as StoredArticle has it.
    """

    id: int
    version: str | None
    content_hash: str
    withdrawn: bool
    origin: str = ""
    replaced: bool = False
    succeeded: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recent article that shares telling terms with a new one; its story may be the new one's."""

    article: int
    story: int
    headline: str
    terms: Terms
    seen: datetime
    published: datetime | None


class ArticleSummary(NamedTuple):
    """What chooses a digest's stories of one article; stories/shortlist.py makes it and reads it.

    Times are seconds since 1970: thousands of these are read for each digest. `opening` is the headline or what
    stands for it, `names` those of all actors, `speakers` what tells the named ones apart, both parted by line feeds;
    `best` is the highest score of a statement.
    """

    story: int
    article: int
    seen: float
    published: float | None
    dated: float
    best: float
    outlet: str
    opening: str
    names: str
    speakers: str


@dataclass(slots=True, eq=False)
class StorySummary:
    """The glances of a story's articles that a team may see.

    As long as nothing of them changes it is the same object. What stories/shortlist.py found out of them, `reckoned`
    and `plain`, goes with it. `dated` and `seen` are the oldest's, in seconds since 1970.
    """

    story: int
    articles: tuple[ArticleSummary, ...]
    numbers: tuple[int, ...]
    dated: float
    seen: float
    reckoned: tuple[float, float] | None = None
    plain: str | None = None

    @classmethod
    def of(cls, articles: Sequence[ArticleSummary]) -> "StorySummary":
        """Take those of one story, one at least."""
        numbers = tuple([one.article for one in articles])
        dated, seen = min([one.dated for one in articles]), min([one.seen for one in articles])
        return cls(articles[0].story, tuple(articles), numbers, dated, seen)


class StatementRef(NamedTuple):
    """Where an actor speaks: the article, which of its statements, and the terms that tell its topic."""

    article: int
    place: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to store. `identity` is guid, else URL, else a hash of headline and text.

    With an identity that the store has for this team, it becomes that article's newer version: the
    older row stays for the digests that cite it, but is shown no more. So it does with one of the identities
    that it `replaces`. `origin` is as StoredArticle has it.
    """

    identity: str
    content_hash: str
    article: Article
    analysis: Analysis
    team: str | None
    seen: datetime
    origin: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntakeCounts:
    """How many stories and articles came in, and when the last did."""

    stories: int
    articles: int
    latest: datetime | None
