"""What a digest holds: entries, quotes, what each cites, and what was changed since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.articles import DisplayLevel, Span
from bot.model.statements import QuotationType, Stance


class ArticlePart(StrEnum):
    """Which text of an article a citation slices."""

    HEADLINE = "headline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words shown to a reader, with the proof: this span, of this part, of this stored article."""

    article: int
    part: ArticlePart
    span: Span


@dataclass(frozen=True, slots=True)
class EarlierStatement:
    """What the same actor said before on the topic, as an earlier article has it."""

    content: tuple[Citation, ...]
    form: QuotationType
    said: datetime
    outlet: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement as a digest shows it; its words carry the source's own quote marks, and no others.

    `sentence` is the sentence (or run of sentences) it stands in, which the thread shows whole. `before` is
    what its actor said earlier. `outlets` is how many of the story's outlets carry it.
    """

    content: tuple[Citation, ...]
    form: QuotationType
    stance: Stance
    name: Citation | None
    role: Citation | None
    cue: Citation | None
    via: Citation | None
    sentence: Citation | None = None
    before: EarlierStatement | None = None
    outlets: int = 1


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """An article that a digest entry rests on. `show` is how much of its text may stand in Slack."""

    article: int
    outlet: str | None
    headline: Citation
    url: str | None
    published: datetime | None
    show: DisplayLevel = DisplayLevel.FULL
    correction: bool = False


class SourceChange(StrEnum):
    """What a source did to an article after it was posted."""

    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Revision:
    """Why a posted story was edited, when, and whose articles changed."""

    change: SourceChange
    at: datetime
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One story of a digest: headline, extract, key statements, sources.

    `independent` counts outlets whose text is their own: copies of one agency's text count once; of a story of
    many articles those that were read, so that it is the least they are. `sources` are those that are cited, and the
    newest; `unlisted` the story's other articles, of which a reader is told how many they are.
    `rest` are the statements that the thread shows beyond the key ones. `update` marks a story that
    this channel has seen before. `revision` says why the story no longer stands as it was posted.
    """

    story: int
    headline: Citation
    url: str | None
    published: datetime
    extract: tuple[Citation, ...]
    statements: tuple[Quote, ...]
    rest: tuple[Quote, ...]
    sources: tuple[SourceArticle, ...]
    outlets: int
    independent: int
    update: bool = False
    revision: Revision | None = None
    unlisted: tuple[int, ...] = ()

    @property
    def articles(self) -> tuple[int, ...]:
        """All articles that it rests on."""
        return (*(source.article for source in self.sources), *self.unlisted)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel is shown: the best stories it has not seen, best first. Empty has no entries."""

    made: datetime
    zone: str
    since: datetime
    topic: str | None
    entries: tuple[DigestEntry, ...]
    left_out: int = 0

    @property
    def article_ids(self) -> tuple[int, ...]:
        """The articles that posting this digest marks as seen."""
        return tuple(article for entry in self.entries for article in entry.articles)

    def citations(self) -> Iterator[Citation]:
        """Every span that a reader is shown."""
        for entry in self.entries:
            yield entry.headline
            yield from entry.extract
            yield from (source.headline for source in entry.sources)
            for quote in (*entry.statements, *entry.rest):
                yield from quote.content
                yield from (
                    c for c in (quote.name, quote.role, quote.cue, quote.via, quote.sentence) if c
                )
                yield from quote.before.content if quote.before else ()
