"""Articles in the store, the stories that they tell, their summaries, and their sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from bot.model.articles import Analysis, Article, Policy, Statement, Terms


# Without __eq__: to compare two would read both.
@dataclass(frozen=True, slots=True, eq=False)
class StoredArticle:
    """An article in the store. `team` is None where every team may see it (the operator's sources).

    `origin` is where it came in: the source's folder, "//host" of a feed, "" otherwise. `policy` is
    that source's as it is set now. `dropped` is when its text was dropped, its source's days being
    over: the body is empty then, spans keep their places, and `fingerprint` (SHA-256 of the body's
    UTF-8, in hex) proves the text to whoever still has it.

    `summary` stands for what was not read of one of a story's many articles: the body is empty
    then, and the analysis holds the terms alone.
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
    summary: "ArticleSummary | None" = None

    @property
    def published_or_seen(self) -> datetime:
        """When it was published as its source says, else when it came in."""
        return self.article.published or self.seen


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event, newest first, at least one; only those that the team may see."""

    id: int
    articles: tuple[StoredArticle, ...]


@dataclass(frozen=True, slots=True)
class SourcedStatement:
    """A statement with the article it stands in."""

    statement: Statement
    article: StoredArticle

    @property
    def when(self) -> datetime:
        """When its article was published, or first seen where that is earlier or all we know."""
        return min(self.article.seen, self.article.published_or_seen)


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to store. `identity` is its guid, else its URL, else a hash of headline and text.

    Where the store has that identity, or one of those in `replaces`, for this team, it becomes that
    article's newer version: the older row stays for digests that cite it, and is shown no more.
    `origin` is as StoredArticle has it. `address` is the identity that the page it stands on would
    have, None where the address tells no article.
    """

    identity: str
    content_hash: str
    article: Article
    analysis: Analysis
    team: str | None
    seen: datetime
    origin: str = ""
    replaces: tuple[str, ...] = ()
    address: str | None = None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The newest version in the store of the article that was asked for.

    `article` is only its text, headline, address and time.
    `replaced`: it is another article, which took the place of that one. `succeeded`: it is one that
    the new article says it replaces, and the new one itself is not known. `joined`: it came in
    under another identity of the same article, as a page beside its feed item; then `version`,
    `content_hash`, `origin`, `published` and `updated` are of the newest that came in under this
    one, and without any None, save `origin`. `at_address`: it is only known to stand at the same
    address. `origin` is as StoredArticle has it.
    """

    id: int
    team: str | None
    article: Article
    version: str | None
    content_hash: str | None
    withdrawn: bool
    origin: str = ""
    replaced: bool = False
    succeeded: bool = False
    published: datetime | None = None
    updated: datetime | None = None
    joined: bool = False
    at_address: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recent article that shares terms with a new one; its story may be the new one's.

    `team` is None for the operator's. `story_size` is the number of the story's articles that are
    shown, whoever owns them; `story_begun` and `story_newest`: when the first and the last of them
    were published.
    """

    article: int
    story: int
    headline: str
    terms: Mapping[str, float]
    seen: datetime
    published: datetime | None
    story_begun: datetime | None = None
    story_newest: datetime | None = None
    story_size: int = 1
    team: str | None = None


class Placement(NamedTuple):
    """The story of a new article, and what else changes its story now that it is known.

    `joining` are articles of other stories that tell the same event. `leaving` are articles that
    tell another than was thought, with its number, None for a new one.
    """

    story: int
    joining: tuple[int, ...] = ()
    leaving: tuple[tuple[tuple[int, ...], int | None], ...] = ()


class ArticleSummary(NamedTuple):
    """What choosing a digest's stories needs of one article; stories/scoring.py makes it.

    Times are seconds since 1970: thousands of these are read for each digest. `opening` is the
    headline or what stands for it. `names` are those of all actors, `speakers` the keys of the
    named ones, both separated by line feeds. `outlet` is its name or
    address and what it is known by, likewise. `best` is the highest score of a statement.
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


class StorySummary(NamedTuple):
    """The summaries of a story's articles that a team may see."""

    story: int
    articles: tuple[ArticleSummary, ...]


class StatementRef(NamedTuple):
    """Where an actor speaks: the article, the statement's index, and the article's terms."""

    article: int
    place: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class IntakeCounts:
    """How many stories and articles came in, and when the last did."""

    stories: int
    articles: int
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class WithheldFile:
    """A file or feed with texts that are withheld, and how many they are."""

    name: str
    texts: int


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a source gives articles, to tell when it has gone quiet.

    `hours` are those with an article in the four weeks up to its `last`, oldest first, never empty.
    `reported` is when its present silence was reported.
    """

    origin: str
    team: str | None
    name: str | None
    hours: tuple[datetime, ...]
    articles: int
    last: datetime
    reported: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that stays in the feed folder, as it was when read; `reason` if it was unreadable."""

    path: str
    size: int
    modified: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was looked at and not added: its articles, newest first."""

    url: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A remote feed and its state. `team` is None for the operator's, `next_check` once it ended.

    `asked_by` is the channel to notify when it breaks, `failure_reported_at` when that was done.
    `left_out` has marks of the items that it held when it was added and that were not taken in;
    None where they were not kept yet.
    """

    id: int
    url: str
    team: str | None
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_check: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    added: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC))
    asked_by: str | None = None
    failure_reported_at: datetime | None = None
    left_out: frozenset[str] | None = None
