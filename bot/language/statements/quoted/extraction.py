"""Tell quoted words with a named speaker and a reporting verb beside them, in many languages.

« Le pont tient », a déclaré Anna Berg.      words, verb, name
Anna Berg a déclaré : « Le pont tient. »     name, verb, colon, words
– Bron håller, säger Anna Berg.              words behind a dash at the start of a paragraph

Nothing is told in doubt: no part of a sentence, no pronoun, no name that may belong to another
word ("the lawyer of Anna Berg"), nothing behind a negation. What is not found is not told.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.language.quotations import find_quotations
from bot.language.statements.quoted.names import Names, Speaker
from bot.language.statements.quoted.tables import Table, load_table, read_tokens
from bot.language.statements.spans import sentence_around
from bot.language.statements.statement_ranking import FoundStatement, rank_statements
from bot.language.statements.turn_statements import turn_statements
from bot.model import QuotationType, Span, Stance, Statement, Turn

_MIN_WORDS = 3  # quoted: fewer are a name or a term
_MAX_TOKENS_BEFORE_COLON = 30  # tokens
_MAX_FILLER_TOKENS = 3
_MAX_TAIL_TOKENS = 7  # tokens between a speaker and the end of the sentence
_MAX_GAP_CHARS = 3  # characters between a comma and the quotation behind it
_CERTAINTY = 0.95
_SHORT_WORD_CHARS = 3  # letters: such words tell nothing of a topic
_PLATFORMS = frozenset(
    ["x", "twitter", "twitterze", "facebook", "facebooku", "instagram", "telegram", "bluesky",
     "фейсбуці", "телеграмі", "твіттері", "інстаграмі"]
)  # fmt: skip
_DASHES = frozenset("–—-")
_PAUSES = frozenset(",.!?…;")
_CLOSING = frozenset("»“”\"’'«")


@dataclass(frozen=True, slots=True)
class _Found:
    """Quoted words, the verb beside them, and who said them; `runs_on`: the verb goes first."""

    content: tuple[Span, ...]
    cue: Span
    speaker: Speaker
    rule: str
    runs_on: bool = False


def find_statements(
    language: str,
    body: str,
    sentences: Sequence[Span],
    headline: str | None = None,
    turns: Sequence[Turn] | None = None,
) -> tuple[Statement, ...]:
    """Return the quoted words of a text that surely are somebody's, best first.

    `turns` are those of a transcript, which are not looked for.
    """
    finder = _Finder(body, sentences, load_table(language))
    found = [
        *turn_statements(body, sentences, turns or ()),
        *_find_quoted(finder, body, sentences),
    ]
    short = frozenset(w for w in body.lower().split() if len(w) <= _SHORT_WORD_CHARS)
    return rank_statements(found, body, headline, short)


def _find_quoted(finder: "_Finder", body: str, sentences: Sequence[Span]) -> list[FoundStatement]:
    return [
        FoundStatement(
            _to_statement(each, body, sentences), _CERTAINTY, is_spoken=True, has_verb=True
        )
        for each in finder.find()
    ]


def _to_statement(found: _Found, body: str, sentences: Sequence[Span]) -> Statement:
    line = found.content
    if found.runs_on:
        line = (Span.of(body, found.cue.start, found.content[-1].end),)
    return Statement(
        content=found.content,
        form=QuotationType.DIRECT,
        stance=Stance.SAYS,
        sentence=sentence_around(body, sentences, (found.cue, *found.content)),
        speaker=found.speaker.words,
        actor=found.speaker.actor,
        cue=found.cue,
        found_by=found.rule,
        line=line,
        introduction=None if found.runs_on else found.cue,
    )


class _Finder:
    """Finds quoted words in one text."""

    def __init__(self, body: str, sentences: Sequence[Span], table: Table) -> None:
        self._body = body
        self._table = table
        self._tokens = read_tokens(body, sentences[-1].end if sentences else 0, table)
        self._names = Names(body, self._tokens, table)
        self._quotations = find_quotations(body, sentences)
        self._ends_by_start = {each.start: each.end for each in self._quotations if each.closed}
        self._openings = {sentence.start for sentence in sentences}

    def find(self) -> Iterator[_Found]:
        """Yield what is said, in text order."""
        last: _Found | None = None
        for quotation in self._quotations:
            span = Span.of(self._body, quotation.start, quotation.end)
            if not quotation.closed:
                continue
            found = self._after(span)
            if self._count_words(span) >= _MIN_WORDS:
                found = found or self._before(span) or self._goes_on(span, last)
            elif found is None or sum(map(self._count_words, found.content)) < _MIN_WORDS:
                continue
            if found:
                yield found
            last = found
        yield from self._behind_dashes()

    def _count_words(self, span: Span) -> int:
        tokens = self._tokens[self._token_from(span.start) : self._token_from(span.end)]
        return sum(token.is_word for token in tokens)

    def _token_from(self, position: int) -> int:
        """Return the number of the first token at or behind a position."""
        return bisect_left(self._tokens, position, key=attrgetter("start"))

    def _opens_sentence(self, start: int) -> bool:
        """Return whether only marks stand between a sentence's start and a position."""
        k = self._token_from(start) - 1
        while k >= 0 and self._tokens[k].text in _DASHES:
            k -= 1
        if start in self._openings or k < 0:
            return True
        gap = self._body[self._tokens[k].end : start]
        return "\n" in gap or (self._tokens[k].text in ".!?…" and not gap.strip(" "))

    def _after(self, quoted: Span) -> _Found | None:
        """Return the words before a verb and a name, if they are a sentence's first."""
        if not self._opens_sentence(quoted.start):
            return None
        k = self._token_from(quoted.end)
        ended = self._body[quoted.start : quoted.end].rstrip("».\"”“’' \u00a0")[-1:]
        is_paused = ended in _PAUSES or self._body[quoted.end - 2 : quoted.end - 1] in _PAUSES
        while k < len(self._tokens) and self._tokens[k].text in {",", *_DASHES}:
            is_paused = True
            k += 1
        reported = self._verb_and_name(k) if is_paused else None
        if reported is None:
            return None
        cue, speaker, end = reported
        pieces = [quoted, *self._second_piece(end)]
        return _Found(tuple(pieces), cue, speaker, "words, verb, name")

    def _verb_and_name(self, k: int) -> tuple[Span, Speaker, int] | None:
        """Return the verb at a token, the speaker behind it, and the token after both."""
        table, tokens = self._table, self._tokens
        first = k
        if k < len(tokens) and tokens[k].lower in table.auxiliaries:
            k += 1
        if k + 1 < len(tokens) and tokens[k].lower + tokens[k + 1].lower in table.verbs:
            k += 1  # "s'" "emporte"
        elif k >= len(tokens) or tokens[k].lower not in table.verbs:
            return None
        cue = Span.of(self._body, tokens[first].start, tokens[k].end)
        k += 1
        k = self._skip_circumstances(k)
        named = self._names.speaker_from(k)
        return (cue, *named) if named and not self._is_hearsay(named[1]) else None

    def _is_hearsay(self, k: int) -> bool:
        """Return whether a sentence goes on with who tells it: "said Anna Berg, according to"."""
        for i in range(k, min(k + _MAX_TOKENS_BEFORE_COLON, len(self._tokens))):
            if self._told_by_others(i):
                return True
            if i + 1 < len(self._tokens) and self._ends_at(i):
                break
        return False

    def _told_by_others(self, k: int) -> bool:
        """Return whether a word tells that somebody else says so: "selon", "d'après"."""
        lower = self._tokens[k].lower
        before = self._tokens[k - 1].lower if k else ""
        return not self._table.hearsay.isdisjoint({lower, before + lower})

    def _skip_circumstances(self, k: int) -> int:
        """Return the token behind when and where it was said: "lundi", "on X", "w Lunowie"."""
        table, tokens = self._table, self._tokens
        for _ in range(_MAX_FILLER_TOKENS):
            if k + 2 >= len(tokens):
                return k
            is_preposition = tokens[k].lower in table.stops
            is_dated = tokens[k].lower in table.articles and tokens[k + 1].lower in table.fillers
            if tokens[k].lower in table.fillers:
                k += 1
            elif is_dated:
                k += 2  # "el martes"
            elif is_preposition and tokens[k + 1].lower in table.fillers | _PLATFORMS:
                k += 2
            elif (is_preposition or self._names.is_place(k)) and (
                end := self._place_end(k + is_preposition)
            ):
                k = end
            else:
                return k
        return k

    def _place_end(self, k: int) -> int | None:
        """Return the token behind a place's name, if an article or an office follows it."""
        table, tokens = self._table, self._tokens
        first = k
        while k < len(tokens) - 1 and k - first < _MAX_FILLER_TOKENS and tokens[k].is_capitalized:
            k += 1
        is_followed = tokens[k].text in table.articles or tokens[k].lower in table.offices
        return k if k > first and is_followed else None

    def _second_piece(self, k: int) -> list[Span]:
        """Return the quotation that goes on behind ", said Anna Berg,"."""
        if k >= len(self._tokens) or self._tokens[k].text not in {",", ":"}:
            return []
        start = self._tokens[k].end
        near = (at for at in range(start, start + _MAX_GAP_CHARS) if at in self._ends_by_start)
        return [Span.of(self._body, at, self._ends_by_start[at]) for at in near][:1]

    def _before(self, quoted: Span) -> _Found | None:
        """Return the words behind a name, a verb and a colon."""
        colon = self._token_from(quoted.start) - 1
        gap = self._body[self._tokens[colon].end : quoted.start]
        if colon < 0 or self._tokens[colon].text != ":" or "\n\n" in gap:
            return None
        first = max(0, colon - _MAX_TOKENS_BEFORE_COLON)
        start = next((k + 1 for k in range(colon - 1, first - 1, -1) if self._ends_at(k)), first)
        clause = range(start, colon)
        if any(self._is_unsaid(k, start) for k in clause):
            return None
        if self._is_asked(quoted):
            return None
        verbs = [k for k in clause if self._tokens[k].lower in self._table.verbs]
        return self._named_verb(start, verbs, colon, quoted) if verbs else None

    def _is_unsaid(self, k: int, start: int) -> bool:
        """Return whether a word denies what is said, or opens a condition in its clause."""
        opens = k == start or not self._tokens[k - 1].is_word
        lower = self._tokens[k].lower
        is_condition = opens and lower in self._table.conditions
        return is_condition or lower in self._table.negations or self._told_by_others(k)

    def _is_asked(self, quoted: Span) -> bool:
        """Return whether a question mark stands behind a quotation: "Did she say: «…»?"."""
        k = self._token_from(quoted.end)
        return k < len(self._tokens) and self._tokens[k].text == "?"

    def _ends_at(self, k: int) -> bool:
        """Return whether a sentence ends at a token that others follow."""
        gap = self._body[self._tokens[k].end : self._tokens[k + 1].start]
        ends = self._tokens[k].text in ".!?…" or self._tokens[k].text in _CLOSING
        return "\n" in gap or (ends and self._tokens[k + 1].start in self._openings)

    def _named_verb(self, start: int, verbs: list[int], colon: int, quoted: Span) -> _Found | None:
        tokens, verb = self._tokens, verbs[-1]
        first = verb - 1 if verb and tokens[verb - 1].lower in self._table.auxiliaries else verb
        reported = self._verb_and_name(first)
        has_subject = first > start and not self._names.opens_elsewhere(start)
        if reported and not has_subject and self._runs_to_colon(reported[2], colon):
            return _Found((quoted,), reported[0], reported[1], "verb, name, words")
        speaker = self._names.speaker_before(start, first)
        if speaker is None or not self._runs_to(verb + 1, colon):
            return None
        cue = Span.of(self._body, tokens[first].start, tokens[verb].end)
        return _Found((quoted,), cue, speaker, "name, verb, words", runs_on=True)

    def _runs_to_colon(self, k: int, colon: int) -> bool:
        """Return whether only to whom it is said stands before a colon: "till ministern:"."""
        between = self._tokens[k:colon]
        if not between:
            return True
        is_short = len(between) <= _MAX_TAIL_TOKENS and between[0].lower in self._table.stops
        return is_short and not any(token.is_capitalized for token in between)

    def _runs_to(self, k: int, colon: int) -> bool:
        """Return whether nobody else is named between a verb and its colon."""
        between = self._tokens[k:colon]
        return len(between) <= _MAX_TOKENS_BEFORE_COLON // 3 and not any(
            token.text in _CLOSING for token in between
        )

    def _goes_on(self, quoted: Span, last: _Found | None) -> _Found | None:
        """Return the quoted sentence that follows somebody's and ends their paragraph."""
        if last is None or last.rule != "words, verb, name":
            return None
        gap = self._body[last.speaker.words.end : quoted.start]
        behind = self._token_from(quoted.end)
        while behind < len(self._tokens) and self._tokens[behind].text in _PAUSES:
            behind += 1
        is_last = (
            behind >= len(self._tokens)
            or "\n" in self._body[quoted.end : self._tokens[behind].start]
        )
        if not is_last or not self._is_plain_end(gap, last.speaker.words.end, quoted.start):
            return None
        return _Found((quoted,), last.cue, last.speaker, "goes on")

    def _is_plain_end(self, gap: str, start: int, end: int) -> bool:
        """Return whether a sentence ends between two places, and tells of nobody's deeds."""
        words = self._tokens[self._token_from(start) : self._token_from(end)]
        others = self._table.verbs | self._table.auxiliaries | self._table.tags | {",", "?", "!"}
        is_end = gap.rstrip(" \u00a0").endswith(".") and gap.count(".") == 1
        is_short = len(words) <= _MAX_TAIL_TOKENS
        return is_end and is_short and all(token.lower not in others for token in words)

    def _behind_dashes(self) -> Iterator[_Found]:
        """Yield what stands behind a dash that opens a paragraph, up to its verb and name."""
        for k, token in enumerate(self._tokens):
            is_first = k == 0 or "\n" in self._body[self._tokens[k - 1].end : token.start]
            if token.text not in _DASHES or not is_first:
                continue
            found = self._in_dialogue(k)
            if found:
                yield found

    def _in_dialogue(self, first: int) -> _Found | None:
        tokens = self._tokens
        for k in range(first + 1, len(tokens)):
            if "\n" in self._body[tokens[k - 1].end : tokens[k].start]:
                return None
            if tokens[k].text not in _PAUSES | _DASHES:
                continue
            follows = k + 1
            while follows < len(tokens) and tokens[follows].text in _DASHES:
                follows += 1
            reported = self._verb_and_name(follows)
            if reported is None:
                continue
            cue, speaker, _ = reported
            is_whole = tokens[k].text not in {",", *_DASHES}
            end = tokens[k].end if is_whole else tokens[k - 1].end
            content = Span.of(self._body, tokens[first + 1].start, end)
            # Behind quote marks a quotation tells it better.
            has_marks = any(token.text in '«»„“”"' for token in tokens[first:k])
            if self._count_words(content) < _MIN_WORDS or has_marks:
                return None
            return _Found((content,), cue, speaker, "dash, words, verb, name")
        return None
