"""Who said what: actors, statements, and all that was found in one article."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.articles import Span


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
    """What the speaker does by speaking, where the verb tells."""

    SAYS = "says"
    DENIES = "denies"
    WARNS = "warns"
    PROMISES = "promises"
    ASKS = "asks"
    ACCUSES = "accuses"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks, as this article names them best: both spans slice its body."""

    name: Span
    role: Span | None
    kind: ActorKind


def goes_first(verb: str) -> bool:
    """Whether a cue is read before its speaker: "according to" Karen Lee, where "said" comes after her."""
    return verb.casefold().startswith("according")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing somebody said: every span slices the article's body.

    `speaker` is the words beside the verb ("He"), `actor` whom they stand for (Anders Fogh Rasmussen).
    `content` is in text order, split where the reporting clause stands inside; it keeps the source's
    quote marks where a piece is quoted whole. `sentence` is the
    sentence (or run of sentences) it stands in. `via` is the outlet that the article credits.
    `score` is how much a reader needs it, 0 to 1. `found_by` names the rule, for `--explain`.
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

    @property
    def verb(self) -> Span | None:
        """The cue where it can be read out: a colon or a dash reports as well, and is shown as none."""
        return self.cue if self.cue and any(map(str.isalnum, self.cue.text)) else None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the language room found in one article's body.

    `title` is a span to head the article with where its source gave no headline: its first sentence,
    cut at a clause. `extract` holds the sentences that carry the article, best first. `statements`
    are all of them, best first. `terms` weigh the words that tell its event (for grouping), best first.
    """

    language: str
    title: Span
    sentences: tuple[Span, ...]
    extract: tuple[Span, ...]
    statements: tuple[Statement, ...]
    terms: tuple[tuple[str, float], ...]
