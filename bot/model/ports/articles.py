"""The store's articles and stories."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.model import Analysis, Article, SourcedStatement, StoredArticle, Story

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


class Articles(Protocol):
    """Articles, their analyses and stories. `team` sees the operator's articles and its own.

    What is superseded, withdrawn or under embargo at `now` is in none of the lists.
    """

    async def known(
        self, team: str | None, identity: str, replaces: Sequence[str] = ()
    ) -> StoredVersion | None:
        """Ask before an article is analysed: new, a duplicate or an update; of itself, or of one it replaces."""
        ...

    async def put(
        self, new: NewArticle, choose: Callable[[Sequence[Candidate]], int | None]
    ) -> StoredArticle:
        """Store with analysis and story, in one transaction.

        `choose` is given the candidates (of the last 120 h, that share terms, that the owner may see; those that
        share most first, 150 at the most) and answers with the story to join, or None for a new one. A newer
        version keeps its story. Where the newest version is this very article, and was not withdrawn, it is
        given back.
        """
        ...

    async def withdraw(self, team: str | None, identity: str) -> bool:
        """Mark an article, with those it replaced, as killed by its source; whether there was one.

        Of one that was replaced itself, what took its place stays.
        """
        ...

    async def article(self, article: int) -> StoredArticle:
        """One article, whatever its state (for proof); raise NotFound."""
        ...

    async def words(self, numbers: Collection[int]) -> Mapping[int, Article]:
        """Headline and body alone of these articles, as they are stored, whatever their state (for proof)."""
        ...

    async def withdrawn(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of these that their source has killed."""
        ...

    async def standing(
        self, team: str | None, numbers: Collection[int], now: datetime
    ) -> frozenset[int]:
        """Those of these that the team may be shown now."""
        ...

    async def newest(
        self, team: str | None, numbers: Collection[int], now: datetime
    ) -> Mapping[int, StoredArticle]:
        """The version of each of these articles that may be shown now: itself or a later one; absent where none may."""
        ...

    async def stories(self, team: str | None, since: datetime, now: datetime) -> tuple[Story, ...]:
        """Stories with an article first seen since then, whole, newest first. None sees the operator's only."""
        ...

    async def glances(
        self, team: str | None, since: datetime, now: datetime
    ) -> tuple[StorySummary, ...]:
        """What `stories` would give, in no order, with no more of each article than a choice needs."""
        ...

    async def whole(
        self, team: str | None, glanced: Collection[StorySummary], now: datetime
    ) -> tuple[Story, ...]:
        """The stories that the team was shown at a glance a moment ago, newest first.

        What was withdrawn since may still be in them. What belongs to others, or is under embargo, is left out.
        """
        ...

    async def mentioning(
        self, team: str | None, topics: Collection[str], since: datetime, now: datetime
    ) -> frozenset[int]:
        """Articles dated since then that hold all the words of one of the topics, in whatever order."""
        ...

    async def story(self, team: str | None, story: int, now: datetime) -> Story:
        """One story as the team may see it; raise NotFound."""
        ...

    async def said_by(
        self, team: str | None, name: str, now: datetime, limit: int = 20
    ) -> tuple[SourcedStatement, ...]:
        """Statements of actors whose name holds all words of `name` (case and accents aside), newest first."""
        ...

    async def heard_before(
        self,
        team: str | None,
        wanted: Collection[tuple[str, datetime]],
        now: datetime,
        limit: int = 20,
    ) -> dict[tuple[str, datetime], tuple[StatementRef, ...]]:
        """For each name and time, where actors of this very name speak in articles dated before then; newest first.

        All of them in one question, and none of the articles read.
        """
        ...

    async def said(
        self, team: str | None, traces: Collection[StatementRef], now: datetime
    ) -> dict[tuple[int, int], SourcedStatement]:
        """Read the statements that the team was led to a moment ago, by article and place; as `whole` reads stories."""
        ...

    async def names_like(self, team: str | None, name: str, now: datetime) -> tuple[str, ...]:
        """Words of speaking actors' names that look like the last one of `name`, likeliest first, three at most."""
        ...

    async def search(
        self, team: str | None, words: str, now: datetime, limit: int = 10
    ) -> tuple[StoredArticle, ...]:
        """Articles that hold all the words, newest first."""
        ...

    def statements(
        self, team: str | None, since: datetime, now: datetime
    ) -> AsyncIterator[SourcedStatement]:
        """Every statement of articles first seen since then, newest first (export)."""
        ...

    async def drop_texts(
        self, source: str, before: datetime, now: datetime, limit: int = 200
    ) -> int:
        """Drop the texts of a source's articles first shown before then; how many, `limit` at the most.

        What was posted of them can be proven still (StoredArticle.fingerprint); shown they are no more.
        """
        ...

    async def tally(self, team: str | None, since: datetime, now: datetime) -> IntakeCounts:
        """How much came in since then, and when the last did: without reading any of it."""
        ...

    async def held(self, team: str | None, now: datetime) -> int:
        """How many articles wait for their embargo to end."""
        ...
