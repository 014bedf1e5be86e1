"""Check an article's quotations against the record: a transcript of the same story.

quoted words, speaker -> the transcript's words of that speaker -> where they stand verbatim

Case, punctuation and the form of quotation marks and apostrophes do not count; words and their
order do. Ellipses and brackets part a quotation: each part must be found.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bot.model import (
    ArticlePart,
    Citation,
    DisplayLevel,
    QuotationType,
    Span,
    Statement,
    StoredArticle,
    TurnKind,
)
from bot.model.transcripts import is_transcript
from bot.stories.people import name_words

_MIN_WORDS = 4  # of quoted words together; fewer are said by anybody
_KEY_WORDS = 3  # by which a place is looked up
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"»]")
_GAP = re.compile(r"\.\s?\.\s?\.|…|[(\[][^()\[\]]*[)\]]")


def is_record(stored: StoredArticle) -> bool:
    """Return whether an article is a transcript whose words may be shown."""
    is_shown = stored.policy.show is not DisplayLevel.LINK and not stored.dropped
    return is_shown and is_transcript(stored.article.body, stored.analysis.turns)


def quoted_parts(statement: Statement) -> list[str]:
    """Return what a statement quotes, parted where words were left out; [] for too few words."""
    if statement.form is QuotationType.INDIRECT:
        return []
    text = "\n".join(span.text for span in statement.content)
    quoted = _QUOTED.findall(text)
    if not quoted and statement.form is QuotationType.DIRECT:
        quoted = [text]
    parts = [part for each in quoted for part in _GAP.split(each) if _tokens(part)]
    return parts if sum(len(_tokens(part)) for part in parts) >= _MIN_WORDS else []


class Record:
    """A transcript whose words are looked up, with who said them."""

    def __init__(self, stored: StoredArticle) -> None:
        """Index the words of every speaker with a name; those of questions are nobody's here."""
        self.stored = stored
        self._body = stored.article.body
        self._words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._turns: list[int] = []
        self._speakers: list[str] = []
        self._places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        names = {
            statement.speaker.text: _last_name(statement)
            for statement in stored.analysis.statements
            if statement.speaker
        }
        for number, turn in enumerate(stored.analysis.turns):
            name = names.get(turn.speaker.text, "") if turn.speaker else ""
            self._speakers.append("" if turn.kind is TurnKind.QUESTION else name)
            for span in turn.words:
                for token in _TOKEN.finditer(self._body, span.start, span.end):
                    self._words.append(_normalize(token[0]))
                    self._spans.append(token.span())
                    self._turns.append(number)
        for place in range(len(self._words) - _KEY_WORDS + 1):
            self._places[tuple(self._words[place : place + _KEY_WORDS])].append(place)

    def has_speaker(self, statement: Statement) -> bool:
        """Return whether a statement's speaker has a turn in it."""
        name = _last_name(statement)
        return bool(name) and name in self._speakers

    def find(self, statement: Statement) -> Span | None:
        """Return where the longest part of a quotation stands, if its speaker said each part."""
        name, found = _last_name(statement), []
        for part in quoted_parts(statement):
            span = self._find_words(_tokens(part), name) if name else None
            if span is None:
                return None
            found.append(span)
        return max(found, key=lambda span: len(span.text), default=None)

    def _find_words(self, words: Sequence[str], speaker: str) -> Span | None:
        size = len(words)
        for place in self._starts(words):
            last = place + size - 1
            is_same = self._words[place : place + size] == list(words)
            is_one_turn = is_same and self._turns[place] == self._turns[last]
            if is_one_turn and self._speakers[self._turns[place]] == speaker:
                return Span.of(self._body, self._spans[place][0], self._spans[last][1])
        return None

    def _starts(self, words: Sequence[str]) -> Iterable[int]:
        if len(words) >= _KEY_WORDS:
            return self._places.get(tuple(words[:_KEY_WORDS]), ())
        return (place for place, word in enumerate(self._words) if word == words[0])


def records_of(articles: Iterable[StoredArticle]) -> Iterator[Record]:
    """Yield the records among articles."""
    return (Record(stored) for stored in articles if is_record(stored))


class RecordCheck:
    """The records among a story's articles, and what the other articles quote of them."""

    def __init__(self, articles: Sequence[StoredArticle]) -> None:
        """Find in the records what the other articles quote."""
        self._records = list(records_of(articles))
        self._quoted: dict[int, list[Citation]] = {each.stored.id: [] for each in self._records}
        others = (stored for stored in articles if stored.id not in self._quoted)
        for stored in others if self._records else ():
            for statement in stored.analysis.statements:
                if citation := self._find(statement):
                    self._quoted[citation.article].append(citation)

    def cite(self, statement: Statement, article: int) -> Citation | None:
        """Return the words of a record that an article quotes, for a statement of either."""
        own = self._quoted.get(article)
        if own is None:
            return self._find(statement)
        return next((each for each in own if any(map(each.span.overlaps, statement.content))), None)

    def _find(self, statement: Statement) -> Citation | None:
        for record in self._records:
            if span := record.find(statement):
                return Citation(record.stored.id, ArticlePart.BODY, span)
        return None


def _last_name(statement: Statement) -> str:
    """Return the last word of a speaker's name, by which records and articles are compared."""
    words = name_words(statement.actor.name.text) if statement.actor else ()
    return words[-1] if words else ""


def _tokens(text: str) -> list[str]:
    return [_normalize(word) for word in _TOKEN.findall(text)]


def _normalize(word: str) -> str:
    return word.casefold().replace("’", "'")
