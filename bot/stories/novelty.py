"""What did a channel hear of a story already? A statement that an earlier article had, a sentence of the same words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.language.statements.sameness import NUMBER_WORDS, StatementFingerprint
from bot.model import ActorKind, Quote, Span, Statement, StoredArticle
from bot.stories.citations import cite_statement

ARTICLES_READ = 40  # of a story's articles, the newest: what a reader of a digest can use
# Of the longer of two sentences' words: an edited copy keeps more, a sentence with news in it less.
_TOLD_BEFORE = 0.8
_WORD = re.compile(r"\w+")
_NUMBERS = frozenset(NUMBER_WORDS) | {"one"}
_KEPT = 500  # articles: those of some digests, which tell much the same to many channels


def is_named(statement: Statement) -> bool:
    """Whether the speaker has a name."""
    return statement.actor is not None and statement.actor.kind is not ActorKind.UNNAMED


@dataclass(
    frozen=True, slots=True, eq=False
)  # to compare two would be to compare their articles, word by word
class ComparableStatement:
    """A statement with the article it was found in; `speaker` is a last name, or what stands for it."""

    statement: Statement
    stored: StoredArticle
    named: bool
    speaker: str
    fingerprint: StatementFingerprint

    @classmethod
    def of(cls, statement: Statement, stored: StoredArticle) -> "ComparableStatement":
        """Note what tells the statement from others."""
        actor = statement.actor
        name = actor.name if actor else statement.speaker
        speaker = name.text.casefold().split()[-1] if name and name.text.strip() else ""
        return cls(
            statement,
            stored,
            is_named(statement),
            speaker,
            StatementFingerprint.from_statement(statement),
        )

    @property
    def words(self) -> str:
        """What was said, without case and marks."""
        return bare(" ".join(span.text for span in self.statement.content))

    def quoted(self, outlets: int) -> Quote:
        """Cite it, carried by so many outlets."""
        return cite_statement(self.statement, self.stored.id, outlets)

    def is_same(self, other: "ComparableStatement") -> bool:
        """Whether two statements are one: papers shorten and edit what they copy."""
        return self.fingerprint.is_same(other.fingerprint)


@lru_cache(maxsize=_KEPT)
def heard_in(stored: StoredArticle) -> tuple[ComparableStatement, ...]:
    """Give an article's statements."""
    return tuple(ComparableStatement.of(one, stored) for one in stored.analysis.statements)


@dataclass(frozen=True, slots=True)
class SeenContent:
    """What the articles that a channel was shown of a story have told it: statements, and sentences by their words."""

    heard: tuple[ComparableStatement, ...] = ()
    sentences: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, seen: Sequence[StoredArticle]) -> "SeenContent":
        """Read what was shown; the newest articles of it, as far as an entry reads."""
        read = seen[:ARTICLES_READ]
        said = tuple(one for stored in read for one in heard_in(stored))
        told = {
            frozenset(words_of(sentence.text))
            for stored in read
            for sentence in stored.analysis.sentences
        }
        return cls(said, tuple(told))

    def has_heard(self, one: ComparableStatement) -> bool:
        """Whether the statement stood in what was shown."""
        return any(one.is_same(other) for other in self.heard)

    def has_told(self, sentence: Span) -> bool:
        """Whether a sentence of nearly these words stood there."""
        words = frozenset(words_of(sentence.text))
        return any(_tells_same(words, told) for told in self.sentences)

    def tells_more(self, articles: Iterable[StoredArticle]) -> bool:
        """Whether any of these articles says what was not heard, or tells in its best sentences what was not told."""
        return any(
            any(not self.has_heard(one) for one in heard_in(stored))
            or any(not self.has_told(sentence) for sentence in stored.analysis.extract)
            for stored in articles
        )


def _tells_same(words: frozenset[str], told: frozenset[str]) -> bool:
    """Whether nearly all words are the same, and no number is another: "five dead" is news after "three dead"."""
    alike = len(words & told) >= _TOLD_BEFORE * max(len(words), len(told))
    return alike and not any(word[0].isdigit() or word in _NUMBERS for word in words - told)


def bare(text: str) -> str:
    """Give a text's words without case and marks."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """Give a text's words in lower case."""
    return _WORD.findall(text.casefold())
