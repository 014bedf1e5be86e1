"""Find what repeats: copied texts, and statements or sentences that a channel has seen."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.language.statements.sameness import NUMBER_WORDS, StatementFingerprint
from bot.model import Span, Statement, StoredArticle
from bot.stories.outlets import count_distinct, find_outlet_keys, group_by_key, normalize_outlet
from bot.stories.people import is_named

_STATEMENTS_READ = 60  # of an article: what a reader of a thread can use, and half as many more
ARTICLES_READ = 25  # of a story's articles, the newest: what a reader of a digest can use
_WORD = re.compile(r"\w+")
_SHINGLE_WORDS = 5  # in a run; shorter runs are shared by texts that nobody copied
_COPIED_SHARE = (
    0.5  # of the shorter text's runs that make it a copy: two reporters' texts share less
)
_MAX_COMPARED_CHARS = 20_000
_CREDITED_SHARE = (
    0.5  # of an article's statements that come through an agency make it that agency's
)
_CREDIT = re.compile(r"\(([^\W\d_][\w .&'’-]{1,30})\)(?:\s?(?:--|[–—-])\s|[.\s]*\Z)")
_CREDIT_CHARS = 100  # within which a body's opening credit ends
_AGENCY = re.compile(
    r"\b(Reuters|AP|Associated Press|AFP|Agence France-Presse|dpa|UPI|EFE|ANSA|TASS|Xinhua)\b"
)
_SAME_SENTENCE_SHARE = 0.8  # of the longer sentence's words that two forms of one sentence share
_NUMBERS = frozenset(NUMBER_WORDS) | {"one"}


def count_outlets(articles: Iterable[StoredArticle]) -> int:
    """Count the outlets; articles of unknown source are one together: nothing more is known."""
    return count_distinct(map(outlet_keys, articles))


def count_independent(articles: Sequence[StoredArticle]) -> int:
    """Count outlets, of which those with copies of a text, or texts of one agency, count once."""
    outlets = list(map(outlet_keys, articles))
    agencies = [agency_of(stored) for stored in articles]
    voices = group_by_key(
        find_outlet_keys(agency, None) if agency else outlet
        for agency, outlet in zip(agencies, outlets, strict=True)
    )
    if len(set(voices)) > 1:
        shingles = [_shingles(stored.article.body) for stored in articles]
        for i, j in combinations(range(len(articles)), 2):
            if voices[i] != voices[j] and _share_most(shingles[i], shingles[j]):
                voices = [voices[i] if voice == voices[j] else voice for voice in voices]
    return min(count_distinct(outlets), len(set(voices)))


def outlet_keys(stored: StoredArticle) -> tuple[str, ...]:
    """Return what the outlet of an article is known by."""
    return find_outlet_keys(stored.article.source, stored.article.url)


def agency_of(stored: StoredArticle) -> str | None:
    """Return the agency that an article credits: by-line, dateline, ending, or most statements."""
    article = stored.article
    if match := _AGENCY.search(article.byline or ""):
        return normalize_outlet(match[1])
    head, tail = article.body[:_CREDIT_CHARS], article.body[-_CREDIT_CHARS:].rstrip()
    if match := _CREDIT.search(head) or _CREDIT.search(tail):
        return normalize_outlet(match[1])
    statements = stored.analysis.statements
    credited = Counter(normalize_outlet(each.via.text) for each in statements if each.via)
    for name, count in credited.most_common(1):
        return name if count >= _CREDITED_SHARE * len(statements) else None
    return None


def is_copy(first: str, second: str) -> bool:
    """Return whether two texts share half of the runs of words that the shorter one has."""
    return _share_most(_shingles(first), _shingles(second))


def _shingles(body: str) -> frozenset[int]:
    """Return the runs of a body's words, each as a hash."""
    words = _WORD.findall(body[:_MAX_COMPARED_CHARS].casefold())
    size = min(_SHINGLE_WORDS, len(words))
    return frozenset(map(hash, zip(*(words[start:] for start in range(size)), strict=False)))


def _share_most(first: frozenset[int], second: frozenset[int]) -> bool:
    smaller = min(len(first), len(second))
    return smaller > 0 and len(first & second) >= _COPIED_SHARE * smaller


# Compared by identity: equal statements may stand at the same places of two articles.
@dataclass(frozen=True, slots=True, eq=False)
class ComparableStatement:
    """A statement with what tells it from others; `speaker` is a last name, or stands for it."""

    statement: Statement
    article: int
    outlet: tuple[str, ...]
    named: bool
    speaker: str
    fingerprint: StatementFingerprint

    @classmethod
    def of(
        cls, statement: Statement, article: int = 0, outlet: tuple[str, ...] = ()
    ) -> "ComparableStatement":
        """Derive it from a statement of an article (its id) of an outlet (its keys)."""
        name = statement.actor.name if statement.actor else statement.speaker
        words = name.text.casefold().split() if name else []
        fingerprint = StatementFingerprint.from_statement(statement)
        named, speaker = is_named(statement), words[-1] if words else ""
        return cls(statement, article, outlet, named, speaker, fingerprint)

    @property
    def pieces(self) -> list[str]:
        """What was said, piece by piece, in lower case without punctuation."""
        return [" ".join(lower_words(span.text)) for span in self.statement.content]

    def is_same(self, other: "ComparableStatement") -> bool:
        """Return whether two statements are one: papers shorten and edit what they copy."""
        return self.fingerprint.is_same(other.fingerprint)


def comparable_statements(stored: StoredArticle) -> tuple[ComparableStatement, ...]:
    """Return an article's statements, the best of a transcript, which has hundreds."""
    outlet, statements = outlet_keys(stored), stored.analysis.statements[:_STATEMENTS_READ]
    return tuple(ComparableStatement.of(each, stored.id, outlet) for each in statements)


@dataclass(frozen=True, slots=True)
class SeenContent:
    """What a channel was shown of a story: statements, and the words of sentences."""

    statements: tuple[ComparableStatement, ...] = ()
    sentences: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, seen: Sequence[StoredArticle]) -> "SeenContent":
        """Read the newest of the articles that were shown, as many as a digest's entry reads."""
        read = seen[:ARTICLES_READ]
        statements = tuple(each for stored in read for each in comparable_statements(stored))
        spans = (sentence for stored in read for sentence in stored.analysis.sentences)
        sentences = {frozenset(lower_words(sentence.text)) for sentence in spans}
        return cls(statements, tuple(sentences))

    def has_statement(self, statement: ComparableStatement) -> bool:
        """Return whether the statement stood in what was shown."""
        return any(statement.is_same(other) for other in self.statements)

    def has_sentence(self, sentence: Span) -> bool:
        """Return whether a sentence of nearly these words stood in what was shown."""
        words = frozenset(lower_words(sentence.text))
        return any(_tells_same(words, other) for other in self.sentences)

    def is_extended_by(self, articles: Iterable[StoredArticle]) -> bool:
        """Return whether an article has a new statement, or a new sentence among its best."""
        return any(
            not all(map(self.has_statement, comparable_statements(stored)))
            or not all(map(self.has_sentence, stored.analysis.extract))
            for stored in articles
        )


def _tells_same(words: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether nearly all words and all numbers are the same: not "five" and "three"."""
    alike = len(words & other) >= _SAME_SENTENCE_SHARE * max(len(words), len(other))
    return alike and not any(word[0].isdigit() or word in _NUMBERS for word in words - other)


def lower_words(text: str) -> list[str]:
    """Return a text's words in lower case."""
    return _WORD.findall(text.casefold())
