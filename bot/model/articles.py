"""An article as its source gave it, its source's policy, and what was found in its text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """A slice of a text: `text == source[start:end]`, in code points."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, source: str, start: int, end: int) -> "Span":
        """Slice `source`; pure code makes spans in no other way."""
        return cls(start, end, source[start:end])

    def holds_in(self, source: str) -> bool:
        """Return whether `source` has these words at this place."""
        return (
            0 <= self.start < self.end <= len(source) and source[self.start : self.end] == self.text
        )

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two share a character of their text."""
        return self.start < other.end and other.start < self.end


class Format(StrEnum):
    """The format of a file's content, whatever its name says."""

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
    RECORD = "record"
    PUBLICWHIP = "publicwhip"
    AKOMA_NTOSO = "akoma-ntoso"
    TEI = "tei"
    WEBVTT = "webvtt"
    SRT = "srt"
    PODCAST_TRANSCRIPT = "podcast-transcript"
    SITEMAP = "sitemap"
    WORDPRESS = "wordpress"
    PDF = "pdf"
    DOCX = "docx"


class Status(StrEnum):
    """Whether an article may be shown: http://cv.iptc.org/newscodes/pubstatusg2."""

    USABLE = "usable"
    CANCELED = "canceled"
    WITHHELD = "withheld"


class TurnKind(StrEnum):
    """What a turn of a transcript is.

    `PROCEDURE` is a chair's, moderator's or clerk's. `WRITTEN` is printed in a record as its
    speaker's words, and was handed in: nobody heard it.
    """

    SPEECH = "speech"
    QUESTION = "question"
    ANSWER = "answer"
    PROCEDURE = "procedure"
    WRITTEN = "written"

    @property
    def is_telling(self) -> bool:
        """Whether its speaker tells something, rather than asks, keeps order or is silent."""
        return self in {TurnKind.SPEECH, TurnKind.ANSWER}


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a transcript: the words of one speaker, until another has the word.

    `mark` stands before the words ("MS. BERG:", "Q"). Inside it are `speaker` (the name or office
    as printed, None for a question without a name) and `role`. It is empty where bold type or
    numbers mark the questions of an interview, whose text tells elsewhere who answers, and where a
    speaker goes on below what was handed in. `words` are what was said, in text order, one or more
    spans a paragraph, without notes such as "(Laughter.)"; () where nobody could hear it. `times`
    has places in the body and their time codes, in seconds from the start.
    """

    kind: TurnKind
    mark: Span
    speaker: Span | None
    role: Span | None
    words: tuple[Span, ...]
    times: tuple[tuple[int, float], ...] = ()

    @property
    def end(self) -> int:
        """Where its last words end, or its mark where it has none."""
        return self.words[-1].end if self.words else self.mark.end


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its source gave it, cleaned once; all later quotations slice this `body`.

    `body` is plain text, with a blank line between paragraphs. Times are aware, in UTC. What the
    source did not say is None, never a guess. `correction`: the source marks it as one. `replaces`
    has the guids of earlier articles that it stands in for, or that are canceled with it.
    `digital_source_type` says who or what made it, as a code of IPTC's Digital Source Type
    NewsCodes ("trainedAlgorithmicMedia") or in the source's own words. `turns` are those of a
    transcript, whose body begins with its headline: names and offices stand there. `transcript` is
    the address of a podcast episode's, which is fetched as it comes in, and not stored. `picture`
    is the address of the one that the article shows of itself; it is never fetched.
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
    digital_source_type: str | None = None
    turns: tuple[Turn, ...] = ()
    transcript: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file's format and the articles in it, at least one."""

    format: Format
    articles: tuple[Article, ...]


class DisplayLevel(StrEnum):
    """How much of a source's text its licence lets a reader see.

    All of it; picked sentences and statements; or the headline with its link: then the store
    returns neither extract nor statements.
    """

    FULL = "full"
    EXTRACT = "extract"
    LINK = "link"


class TrustLevel(StrEnum):
    """How far the operator trusts a source; of equal texts the most trusted outlet's is shown."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Policy:
    """How the operator wants a source's articles handled; texts are dropped after `keep_days`."""

    trust: TrustLevel = TrustLevel.NORMAL
    show: DisplayLevel = DisplayLevel.FULL
    keep_days: int | None = None


class ActorKind(StrEnum):
    """What kind of speaker an actor is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    GROUP = "group"
    UNNAMED = "unnamed"


class QuotationType(StrEnum):
    """How words are reported: inside quote marks, in the reporter's words, or both."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Stance(StrEnum):
    """What the speaker does by speaking, as far as the verb shows it."""

    SAYS = "says"
    DENIES = "denies"
    WARNS = "warns"
    PROMISES = "promises"
    ASKS = "asks"
    ACCUSES = "accuses"


@dataclass(frozen=True, slots=True)
class Actor:
    """A speaker by the best name that the article has; both spans slice its body."""

    name: Span
    role: Span | None
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that somebody said; every span slices the article's body.

    `speaker` is the words beside the verb ("He"), `actor` the person they stand for. `content` is
    in text order, split where the reporting clause stands inside; it keeps the source's quote marks
    where a piece is quoted whole. `sentence` is the sentence, or run of sentences, it stands in.
    `via` is the outlet that the article credits. `score` is how much a reader needs it, 0 to 1.
    `found_by` names the rule, for `--explain`. `line` is what a reader sees after the speaker's
    name, () for the whole sentence; `introduction` the verb before a colon, where the line does not
    begin with its verb. `seconds` is the time code of its first word in a recording.
    """

    content: tuple[Span, ...]
    form: QuotationType
    stance: Stance
    sentence: Span
    speaker: Span | None = None
    actor: Actor | None = None
    cue: Span | None = None
    via: Span | None = None
    score: float = 0.0
    found_by: str = ""
    line: tuple[Span, ...] = ()
    introduction: Span | None = None
    seconds: float | None = None

    @property
    def shown(self) -> tuple[Span, ...]:
        """What a reader sees after the speaker's name, in that order."""
        line = self.line or (self.sentence,)
        return (self.introduction, *line) if self.introduction else line

    @property
    def verb(self) -> Span | None:
        """The cue if it is a word: a colon or a dash can also report, and is not shown."""
        return self.cue if self.cue and any(map(str.isalnum, self.cue.text)) else None


def goes_first(verb: str) -> bool:
    """Return whether a cue stands before its speaker: "according to" Lee, but Lee "said"."""
    return verb.casefold().startswith("according")


# Words that say what an article is about, with their weights, the heaviest first.
Terms = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the language room found in one article's body.

    `title` is a span to head the article with where its source gave no headline: its first
    sentence, cut at a clause. `extract` holds the sentences that carry the article, `statements`
    all of them, both best first. `terms` serve to group articles into stories. `turns` are those of
    a transcript or interview.
    """

    language: str
    title: Span
    sentences: tuple[Span, ...]
    extract: tuple[Span, ...]
    statements: tuple[Statement, ...]
    terms: Terms
    turns: tuple[Turn, ...] = ()
