"""Check an article's quotations against the record: a transcript of the same story.

quoted words, speaker -> the transcript's words of that speaker -> where they stand verbatim

Case, punctuation and the form of quotation marks and apostrophes do not count; words, signs of
numbers and their order do. Ellipses and brackets part a quotation: each part must be found, in one
turn and in order.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence

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
from bot.model.transcripts import is_transcript, turn_before
from bot.stories.people import name_words

_MIN_WORDS = 4  # of quoted words together; fewer are said by anybody
_KEY_WORDS = 3  # by which a place is looked up
# "$5" is not "€5", nor "5%", and "-5" is not "5".
_MINUS = r"(?<![^\s(\[“\"„«])[-−–](?=[$€£¥]?\d)"
_TOKEN = re.compile(rf"[^\W_]+(?:['’][^\W_]+)*|[$€£¥%]|{_MINUS}")
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"»]")
_GAP = re.compile(r"\.\s?\.\s?\.|…|[(\[][^()\[\]]*[)\]]")


def is_record(stored: StoredArticle) -> bool:
    """Return whether an article is a transcript whose words may be shown."""
    is_shown = stored.policy.show is not DisplayLevel.LINK and not stored.dropped
    return is_shown and is_transcript(stored.article.body, stored.analysis.turns)


def quoted_parts(statement: Statement) -> list[list[str]]:
    """Return each run of quoted words, in parts where words were left out; [] for too few words."""
    if statement.form is QuotationType.INDIRECT:
        return []
    text = "\n".join(span.text for span in statement.content)
    quoted = _QUOTED.findall(text)
    if not quoted and statement.form is QuotationType.DIRECT:
        quoted = [text]
    runs = [[part for part in _GAP.split(each) if _tokens(part)] for each in quoted]
    words = sum(len(_tokens(part)) for parts in runs for part in parts)
    return [parts for parts in runs if parts] if words >= _MIN_WORDS else []


# Who asks does not say it, and what was handed in nobody said.
_UNTOLD = {TurnKind.QUESTION, TurnKind.WRITTEN}


class Record:
    """A transcript whose words are looked up, with who said them."""

    def __init__(self, stored: StoredArticle) -> None:
        """Index the words of every speaker with a name; those of questions are nobody's here."""
        self.stored = stored
        self._body = stored.article.body
        self._words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._turns: list[int] = []
        self._speakers: list[tuple[str, ...]] = []
        self._places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        names = {
            statement.speaker.text: _name_of(statement)
            for statement in stored.analysis.statements
            if statement.speaker
        }
        for number, turn in enumerate(stored.analysis.turns):
            name = names.get(turn.speaker.text, ()) if turn.speaker else ()
            self._speakers.append(() if turn.kind in _UNTOLD else name)
            for span in turn.words:
                for token in _TOKEN.finditer(self._body, span.start, span.end):
                    self._words.append(_normalize(token[0]))
                    self._spans.append(token.span())
                    self._turns.append(number)
        for place in range(len(self._words) - _KEY_WORDS + 1):
            self._places[tuple(self._words[place : place + _KEY_WORDS])].append(place)
        self._namesakes = _shared_last_names(self._speakers)

    def has_speaker(self, statement: Statement) -> bool:
        """Return whether a statement's speaker has a turn in it."""
        name = _name_of(statement)
        return any(self._is_same(name, speaker) for speaker in self._speakers)

    def find(self, statement: Statement) -> Span | None:
        """Return where the longest part of a quotation stands, if its speaker said each part."""
        name = _name_of(statement)
        return self._find_by(
            statement,
            {k for k, each in enumerate(self._speakers) if self._is_same(name, each)},
        )

    def find_other(self, statement: Statement) -> tuple[Span, Span] | None:
        """Return where a quotation's words stand, and who said them, if not its speaker."""
        name = _name_of(statement)
        others = {k for k, each in enumerate(self._speakers) if not self._is_same(name, each)}
        others = {k for k in others if self._speakers[k]} if name else set()
        span = self._find_by(statement, others)
        turn = self.stored.analysis.turns[self._turn_at(span)] if span else None
        return (span, turn.speaker) if span and turn and turn.speaker else None

    def _turn_at(self, span: Span) -> int:
        return turn_before(self.stored.analysis.turns, span.start)

    def _find_by(self, statement: Statement, turns: Container[int]) -> Span | None:
        """Return the longest part of a quotation, if each of its runs stands in one of the turns.

        The parts of a run must follow each other in one turn: put together from several, they may
        say what nobody said.
        """
        found: list[Span] = []
        for parts in quoted_parts(statement):
            run = self._find_run([_tokens(part) for part in parts], turns)
            if not run:
                return None
            found += run
        return max(found, key=lambda span: len(span.text), default=None)

    def _find_run(self, parts: Sequence[Sequence[str]], turns: Container[int]) -> list[Span]:
        longest = max(range(len(parts)), key=lambda k: len(parts[k]))
        for turn in dict.fromkeys(self._turns[place] for place in self._starts(parts[longest])):
            if turn in turns and (run := self._find_in_turn(parts, turn)):
                return run
        return []

    def _find_in_turn(self, parts: Sequence[Sequence[str]], turn: int) -> list[Span]:
        """Return where the parts stand in this turn, one behind the other; [] if one does not."""
        place, end = bisect_left(self._turns, turn), bisect_right(self._turns, turn)
        run: list[Span] = []
        for part in parts:
            size = len(part)
            places = range(place, end - size + 1)
            first = next((k for k in places if self._words[k : k + size] == list(part)), None)
            if first is None:
                return []
            place = first + size
            run.append(Span.of(self._body, self._spans[first][0], self._spans[place - 1][1]))
        return run

    def _starts(self, words: Sequence[str]) -> Iterable[int]:
        if len(words) >= _KEY_WORDS:
            return self._places.get(tuple(words[:_KEY_WORDS]), ())
        return (place for place, word in enumerate(self._words) if word == words[0])

    def _is_same(self, name: Sequence[str], speaker: Sequence[str]) -> bool:
        """Return whether two names end alike, and begin so where two speakers' names end so."""
        if not name or not speaker or name[-1] != speaker[-1]:
            return False
        return name[-1] not in self._namesakes or name[0] == speaker[0]


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


def _name_of(statement: Statement) -> tuple[str, ...]:
    """Return the words of a speaker's name, by which records and articles are compared."""
    return tuple(name_words(statement.actor.name.text)) if statement.actor else ()


def _shared_last_names(names: Iterable[tuple[str, ...]]) -> set[str]:
    """Return the last names of more than one speaker."""
    counts = Counter(name[-1] for name in set(names) if name)
    return {last for last, count in counts.items() if count > 1}


def _tokens(text: str) -> list[str]:
    return [_normalize(word) for word in _TOKEN.findall(text)]


def _normalize(word: str) -> str:
    return "-" if word in "−–" else word.casefold().replace("’", "'")
