"""An article as a source gave it, the words of it that are shown, and how its source may be handled."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """Words and where they stand: `text == source[start:end]`, in code points."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, source: str, start: int, end: int) -> "Span":
        """Slice `source`; the only way the pure core makes a span."""
        return cls(start, end, source[start:end])

    def holds_in(self, source: str) -> bool:
        """Whether the words still stand at this very place of `source`."""
        return (
            0 <= self.start < self.end <= len(source) and source[self.start : self.end] == self.text
        )


class Format(StrEnum):
    """What a file's content is, whatever its name ends in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    RSS = "rss"
    ATOM = "atom"
    JSONFEED = "jsonfeed"
    NEWSML_G2 = "newsml-g2"
    NEWSML_1_2 = "newsml-1.2"
    NITF = "nitf"
    NINJS = "ninjs"
    MAIL = "mail"
    ANPA = "anpa"
    IPTC7901 = "iptc7901"


class Status(StrEnum):
    """Whether an article may be shown (IPTC publishing status)."""

    USABLE = "usable"
    CANCELED = "canceled"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a source gave it, cleaned once; everything later quotes this `body`.

    `body` is plain text, its paragraphs parted by one blank line. Times are aware, in UTC. What the
    source did not say is None (`headline` and `source` too), never a guess. `correction`: its source marks
    it as one. `replaces` has the guids of earlier articles that it stands in for; of one that is canceled,
    those that go with it.
    """

    body: str
    headline: str | None = None
    byline: str | None = None
    source: str | None = None
    guid: str | None = None
    version: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    url: str | None = None
    status: Status = Status.USABLE
    embargoed: datetime | None = None
    correction: bool = False
    replaces: tuple[str, ...] = ()


class DisplayLevel(StrEnum):
    """How much of a source's text its licence lets a reader see.

    All of it; picked sentences and statements; or the headline with its link, and then the store hands on
    neither extract nor statements.
    """

    FULL = "full"
    EXTRACT = "extract"
    LINK = "link"


class TrustLevel(StrEnum):
    """How far the operator trusts a source; where outlets tell the same, the more trusted one is shown."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Policy:
    """How one source's articles are handled, by the operator's word (config/dateline.toml).

    `keep_days`: after so many days the texts of its articles are dropped; None keeps them.
    """

    trust: TrustLevel = TrustLevel.NORMAL
    show: DisplayLevel = DisplayLevel.FULL
    keep_days: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What the reading room made of one file: its format and the articles in it, at least one."""

    format: Format
    articles: tuple[Article, ...]
