"""Make statements of the turns of a transcript: what is said in them is its speaker's, verbatim.

turn -> sentences without notes -> groups that read by themselves, greetings apart -> statements
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from bot.language.lexicon import SPEECH_CLASSES, VERB_CLASSES
from bot.language.readability import needs_context
from bot.language.sentences import sentence_at
from bot.language.statements.statement_ranking import FoundStatement
from bot.language.statements.turn_speakers import TurnSpeakers
from bot.model import Actor, QuotationType, Span, Stance, Statement, Turn, TurnKind
from bot.model.transcripts import is_question, turn_before
from bot.model.wordlists import load_line_lists

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_MIN_WORDS = 3  # of a turn that says something
_SHORT_TURN_WORDS = 45  # fewer are one statement
_SHORT_WORDS, _MAX_GROUP_WORDS = 8, 60
_MAX_GREETING_WORDS = 14
_MAX_WORDS = 150  # captions without full stops have more, and no sentences
_CERTAINTY = 0.95
# What a chair says goes last, as greetings do; then what others are said to have said.
_PROCEDURE_WEIGHT, _BACK_WEIGHT, _REPORT_WEIGHT = 0.1, 0.6, 0.5
_STALLING_WEIGHT, _VAGUE_WEIGHT, _BROKEN_WEIGHT = 0.4, 0.8, 0.7
_MAX_BREAKS = 1
_SECTIONS = ("greetings", "procedure", "stalling")
_PHRASES = load_line_lists("bot.language", "data/transcript_phrases.txt", *_SECTIONS)
# Who is addressed, or a polite word, goes before: "Mr. Chairman, I yield", "Okay, please sit down".
_GREETING = re.compile(
    r"(?:(?:yes|yeah|no|ok|okay|all right|alright|well|so|and|now|please|everyone|everybody)"
    r"[,.]? ){0,3}(?:(?:mr|mrs|ms|madam)\.? \w+(?: \w+)?, )?"
    rf"(?:{'|'.join(_PHRASES['greetings'] + _PHRASES['procedure'])})",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[♩-♬][^♩-♬]*[♩-♬]")
# A gap inside a sentence, where "not" may have stood: "We (inaudible) close it."
_GAP = re.compile(
    r"[(\[](?:\w+ )?(?:inaudible|indiscernible|unintelligible|garbled)\b[^.()\[\]]*[)\]]",
    re.IGNORECASE,
)
_STALLING = re.compile("|".join(_PHRASES["stalling"]), re.IGNORECASE)
# What speaks of things, not of itself: a number, or a name behind the first word of a sentence.
_FACT = re.compile(r"\d|(?<=[a-z,;:] )[A-Z][a-z]|[$€£%]")
# How records print what was asked: "asked the Minister when", "To ask the Secretary of State".
_ASKED = re.compile(
    r"(?:\d+\. )?(?:asked|to ask|what|when|where|who|whom|whose|which|why|how|whether"
    r"|if (?:he|she|they) will)\b",
    re.IGNORECASE,
)
_BROKEN_OFF = re.compile(r"[—–]|--")
# Behind these a verb of speech reports nobody else's words: "I said", "to say".
_OWN_REPORTERS = frozenset(["i", "we", "you", "i'd", "we'd", "to"])
_LOWER_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_DASHES = ("-", "–", "—", "―")

Range = tuple[int, int]


@dataclass(slots=True)
class _Group:
    """Sentences of a turn that are told together; `content` is their words, `sentence` the run."""

    content: list[Span]
    sentence: Range
    words: int
    paragraph: int
    is_greeting: bool
    is_asking: bool

    @property
    def letters(self) -> int:
        """How many words are no numbers."""
        return sum(len(_LETTERS.findall(span.text)) for span in self.content)


def turn_statements(
    body: str, sentences: Sequence[Span], turns: Sequence[Turn]
) -> list[FoundStatement]:
    """Return the statements of turns with a speaker; those of questions tell least."""
    if not turns:
        return []
    speakers = TurnSpeakers(body, sentences, turns)
    found: list[FoundStatement] = []
    last: dict[str, int] = {}  # where each speaker's last statement is in `found`
    for turn in turns:
        actor = speakers.actor_of(turn)
        if actor is None:
            continue
        for number, group in enumerate(_groups(body, sentences, turn)):
            place = last.get(actor.name.text)
            if number == 0 and place is not None and _resumes(body, found[place], turn, group):
                found[place] = _extended(body, found[place], group)
            elif group.letters >= _MIN_WORDS and group.words <= _MAX_WORDS:
                last[actor.name.text] = len(found)
                found.append(_to_found(body, turn, actor, group))
    return found


def _resumes(body: str, last: FoundStatement, turn: Turn, group: _Group) -> bool:
    """Return whether a turn goes on with a sentence that was interrupted: "-- and they sail"."""
    start = group.content[0].start
    is_dashed = body[turn.mark.end : start].strip()[-1:] in _DASHES
    return is_dashed and last.statement.content[-1].text[-1] in _DASHES


def _extended(body: str, found: FoundStatement, group: _Group) -> FoundStatement:
    """Return a statement with the rest of its words, which followed an interruption."""
    statement = found.statement
    content = (*statement.content, *group.content)
    sentence = Span.of(body, statement.sentence.start, group.sentence[1])
    return replace(
        found, statement=replace(statement, content=content, line=content, sentence=sentence)
    )


def _groups(body: str, sentences: Sequence[Span], turn: Turn) -> list[_Group]:
    groups: list[_Group] = []
    said = list(_said(body, sentences, turn))
    if turn.kind is TurnKind.QUESTION:
        said = [group for group in said if not group.is_asking]
    is_short = sum(group.words for group in said) <= _SHORT_TURN_WORDS
    for new in said:
        last = groups[-1] if groups else None
        between = body[last.content[-1].end : new.content[0].start] if last else ""
        # Words that are printed between two sentences, and not spoken, part them.
        is_apart = any(map(str.isalnum, _NOTE.sub("", between)))
        if last and not is_apart and _goes_on(last, new, is_short=is_short):
            last.content = _joined(body, [*last.content, *new.content])
            last.sentence = last.sentence[0], new.sentence[1]
            last.words += new.words
            last.is_asking &= new.is_asking
            last.paragraph = new.paragraph
        else:
            groups.append(new)
    return [group for group in groups if not group.is_asking]


def _said(body: str, sentences: Sequence[Span], turn: Turn) -> Iterator[_Group]:
    """Yield each sentence of a turn, or what notes leave of it."""
    last: _Group | None = None
    paragraph, end = 0, turn.mark.end
    for words in turn.words:
        paragraph += "\n" in body[end : words.start]
        end = words.end
        for sentence, part in _parts(body, sentences, words.start, words.end):
            bounds = max(sentence.start, turn.mark.start), sentence.end
            if _GAP.search(body, *bounds):
                continue
            count = len(_WORD.findall(part.text))
            if last and last.sentence == bounds:
                last.content.append(part)
                last.words += count
                last.is_asking = _asks(part.text, turn)
                continue
            if last:
                yield last
            # A short sentence that greets, thanks or gives the word tells nothing.
            is_greeting = count <= _MAX_GREETING_WORDS and _GREETING.match(part.text) is not None
            last = _Group([part], bounds, count, paragraph, is_greeting, _asks(part.text, turn))
    if last:
        yield last


def _asks(sentence: str, turn: Turn) -> bool:
    """Return whether a sentence asks and so tells nothing; an asker named in full said it."""
    is_asker = turn.kind is TurnKind.QUESTION
    # A number stands before what a member is to ask: "1. What progress she has made."
    may_be_asked = is_asker or sentence[:1].isdigit()
    is_asked = may_be_asked and _ASKED.match(sentence) is not None
    return is_asked or (not is_asker and is_question(sentence))


def _goes_on(last: _Group, new: _Group, *, is_short: bool) -> bool:
    """Return whether a sentence is told with those before it: it is short, or needs them."""
    if last.is_greeting != new.is_greeting or last.words + new.words > _MAX_GROUP_WORDS:
        return False
    if is_short or min(last.words, new.words) < _SHORT_WORDS:
        return True
    return last.paragraph == new.paragraph and needs_context(new.content[0].text)


def _joined(body: str, spans: Sequence[Span]) -> list[Span]:
    """Join spans between which there is nothing but white space."""
    joined = [spans[0]]
    for span in spans[1:]:
        if body[joined[-1].end : span.start].isspace():
            joined[-1] = Span.of(body, joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _to_found(body: str, turn: Turn, actor: Actor, group: _Group) -> FoundStatement:
    content = tuple(group.content)
    seconds = (seconds for at, seconds in reversed(turn.times) if at <= content[0].start)
    statement = Statement(
        content=content,
        form=QuotationType.DIRECT,
        stance=Stance.SAYS,
        sentence=Span.of(body, *group.sentence),
        speaker=turn.speaker,
        actor=actor,
        cue=_cue_of(body, turn),
        found_by="turn",
        line=content,
        seconds=next(seconds, None),
    )
    tells_nothing = not turn.kind.is_telling or group.is_greeting
    weight = _PROCEDURE_WEIGHT if tells_nothing else 1.0
    weight *= _weigh_substance(" ".join(span.text for span in content))
    return FoundStatement(statement, _CERTAINTY, is_spoken=True, has_verb=True, weight=weight)


def _cue_of(body: str, turn: Turn) -> Span | None:
    """Return the colon or stop of a mark; a name in bold may have none."""
    has_sign = turn.mark.text[-1:].strip() and not turn.mark.text[-1].isalnum()
    return Span.of(body, turn.mark.end - 1, turn.mark.end) if has_sign else None


def _weigh_substance(text: str) -> float:
    """Return a weight up to 1 by how much words tell a reader who was not there."""
    weight = _BACK_WEIGHT if needs_context(text) else 1.0
    weight *= _STALLING_WEIGHT if _STALLING.search(text) else 1.0
    weight *= 1.0 if _FACT.search(text) else _VAGUE_WEIGHT
    return weight * (_BROKEN_WEIGHT if len(_BROKEN_OFF.findall(text)) > _MAX_BREAKS else 1.0)


def narrated_sentences(body: str, sentences: Sequence[Span], turns: Sequence[Turn]) -> list[Span]:
    """Return what may report others' words: sentences outside of turns, and in them but questions.

    Of a sentence in a turn its words are left, without the mark and notes. Between turns stand
    notes and headings alone.
    """
    top, bottom = (turns[0].mark.start, turns[-1].end) if turns else (len(body), len(body))
    told = (words for turn in turns if turn.kind.is_telling for words in turn.words)
    spoken = (part for words in told for part in _trimmed(body, sentences, words.start, words.end))
    return [
        *_trimmed(body, sentences, 0, top),
        *(part for part in spoken if _may_report(part.text)),
        *_trimmed(body, sentences, bottom, len(body)),
    ]


def _trimmed(body: str, sentences: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """Yield the parts of sentences between two places, without white space around them."""
    for _, part in _parts(body, sentences, start, end):
        if text := part.text.strip():
            first = part.start + part.text.index(text)
            yield Span.of(body, first, first + len(text))


def _parts(
    body: str, sentences: Sequence[Span], start: int, end: int
) -> Iterator[tuple[Span, Span]]:
    """Yield each sentence of which a part stands between two places, and that part."""
    first = sentence_at(sentences, start)
    stop = bisect_left(sentences, end, key=attrgetter("start"))
    for sentence in sentences[first:stop]:
        part = Span.of(body, max(sentence.start, start), min(sentence.end, end))
        if part.text:
            yield sentence, part


def _may_report(text: str) -> bool:
    """Return whether words of a turn may report what somebody else said: a verb of speech."""
    before = ""
    for word in _LOWER_WORD.findall(text.lower()):
        classes = VERB_CLASSES.get(word)
        if word == "according" or (
            classes and before not in _OWN_REPORTERS and not classes.isdisjoint(SPEECH_CLASSES)
        ):
            return True
        before = word
    return False


def weigh_report(found: FoundStatement, turns: Sequence[Turn]) -> FoundStatement | None:
    """Return a report with its weight, None for a scrap in a turn or what "I" or nobody said."""
    place = found.statement.content[0].start
    k = turn_before(turns, place)
    if k < 0 or place >= turns[k].end:
        return found
    is_whole = found.statement.actor is not None and found.has_verb
    return replace(found, weight=_REPORT_WEIGHT) if is_whole else None
