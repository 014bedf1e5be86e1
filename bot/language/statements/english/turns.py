"""Find the turns of an interview or debate inside an article: who has the word, what is said.

"MR. MARSH: ...", "KAYA ATWELL, ANALYST: ...", "Coll: ...", "Ida Roe (Greens, Velm): ..."
"Q: ..." and "A: ..."                  the A is who was named before
"Mr RUDDEN (Griffin) (3.18 pm)—..."    as in Hansard

Where the whole text is a transcript, its reader has found its turns already. Answers that are not
marked by name ("Q: ... A: ...", questions in bold type, "1. Why now?") are the interviewee's,
nobody's where it is not certain who that is.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language.lexicon import FUNCTION_WORDS, PRESS_NOUNS, TIMES
from bot.language.mentions import Mention, find_mentions
from bot.language.statements.english.outlets import is_outlet
from bot.language.trimming import split_paragraphs
from bot.model import ActorKind, Span, Turn, TurnKind
from bot.model.wordlists import load_line_lists
from bot.reading.briefings import find_turns as find_marked_turns
from bot.reading.interviews import alternate
from bot.reading.turns import DIALOGUE, LABELS, assign_kinds, spoken_spans

_NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+[^\n]{3,400}\?[\"'”’)]*$", re.MULTILINE)
_PHRASES = load_line_lists("bot.language", "data/interviews.txt", "interview", "no interview")
_INTERVIEW, _NO_INTERVIEW = (
    re.compile("|".join(_PHRASES[section]), re.IGNORECASE)
    for section in ("interview", "no interview")
)
_OF_SELF = re.compile(r"\b(?:I|my|me|mine|myself)\b|\b(?:I|my|me)['’]")
_OF_US = re.compile(r"\b(?:I|my|me|mine|we|our|ours|us)\b", re.IGNORECASE)
_BY = re.compile(r"\b[Bb]y(?: \w+)? $")
# What others are quoted with does not count: an explainer has questions as headings.
_QUOTED = re.compile(r"[\"“„][^\"“”]{1,1000}[\"”“]")
_MIN_OF_US, _MIN_OF_SELF, _MAX_ASKING_OF_SELF = 0.4, 0.6, 0.5
_MIN_NUMBERED = 2
Range = tuple[int, int]
_COURTESY = r"(?:(?i:mr|mrs|ms|miss|dr|sen|rep|sir|dame|lord|lady|senator|prof)\.? )"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.’'-]+"
_CAPITALIZED = r"[A-ZÀ-Þ][\w.’'-]*"
_BRACKETS = r"(?: \([^()\n]{1,60}\)){0,3}"
_ASKER = re.compile(
    r"(?:Q|(?i:question|reporter|interviewer|journalist|host|presenter|anchor))(?: \d+)?[.:](?=\s)"
)
_ANSWERER = re.compile(r"(?:A|(?i:answer|respondent|interviewee|guest))(?: \d+)?[.:](?=\s)")
# A name in capitals, or with a courtesy or a bracket, opens a turn by itself.
_SURE = re.compile(
    rf"(?P<name>{_COURTESY}{_CAPITALS}(?: {_CAPITALS}){{0,3}}){_BRACKETS}(?:, [^:\n]{{1,60}})?:"
    rf"|(?P<listed>{_CAPITALS}(?: {_CAPITALS}){{1,3}})(?:, [^:\na-z]{{1,60}}){_BRACKETS}:"
    rf"|(?P<member>{_COURTESY}{_CAPITALS}(?: {_CAPITALS}){{0,2}})"
    r"(?: \([^()\n]{1,60}\)){1,3} ?[—–-]"
    rf"|(?P<bracketed>{_COURTESY}?{_CAPITALIZED}(?: {_CAPITALIZED}){{1,3}})"
    r" \((?:[^()\n,]{1,30}, )?[^()\n]{1,30}\):"
)
# Another name and colon does where the same name opens two.
_NAMED = re.compile(
    rf"(?P<name>{_COURTESY}?{_CAPITALIZED}(?: (?:de |van |von |al-)?{_CAPITALIZED}){{0,3}})"
    rf"{_BRACKETS}:(?=\s)"
)
_MAX_LABEL_CHARS = 160
_MIN_TURNS = 2
_MAX_CONTINUED_PARAGRAPHS = 6  # paragraphs without a label between two turns
_WORD = re.compile(r"[^\W\d_]+")
_MIN_WORDS = 3  # of a turn that says something


@dataclass(frozen=True, slots=True)
class _Label:
    """A turn: where its label begins, the name in it, and where its words begin and end.

    A question without a name has the name None, and so has an answer whose speaker is not known.
    """

    start: int
    name: Range | None
    words: Range


def find_turns(
    text: str, sentences: Sequence[Span], headline: str | None = None
) -> tuple[Turn, ...]:
    """Return the turns of a text in order, () if it has none."""
    if marked := find_marked_turns(text):
        return marked
    if numbered := numbered_turns(text):
        return name_answers(text, sentences, numbered, headline)
    paragraphs = split_paragraphs(text, sentences)
    spans = [(paragraph[0].start, paragraph[-1].end) for paragraph in paragraphs]
    labels = _find_labels(text, sentences, spans, headline)
    turns = [
        _to_turn(text, label, _continued(spans, label, following))
        for label, following in zip(labels, [*labels[1:], None], strict=False)
    ]
    return tuple(assign_kinds(turns))


def _continued(spans: Sequence[Range], label: _Label, following: _Label | None) -> list[Range]:
    """Return the paragraphs that go on with a turn: those before the next one, if they are few."""
    if following is None:
        return []
    first = bisect_left(spans, label.words[1], key=lambda span: span[0])
    last = bisect_left(spans, following.start, key=lambda span: span[0])
    return list(spans[first:last]) if last - first <= _MAX_CONTINUED_PARAGRAPHS else []


def _to_turn(text: str, label: _Label, continued: Sequence[Range]) -> Turn:
    """Return the turn of a label; an answer without a name is nobody's."""
    mark_text = text[label.start : label.words[0]].rstrip()
    mark = Span.of(text, label.start, label.start + len(mark_text))
    name = Span.of(text, *label.name) if label.name else None
    kind = TurnKind.SPEECH
    if _ANSWERER.match(text, label.start):
        kind = TurnKind.ANSWER
    elif name is None or _is_asked(text, label):
        kind = TurnKind.QUESTION
    words = tuple(span for run in (label.words, *continued) for span in spoken_spans(text, *run))
    return Turn(kind, mark, name, None, words)


def _find_labels(
    text: str, sentences: Sequence[Span], spans: Sequence[Range], headline: str | None
) -> list[_Label]:
    sure = {span: label for span in spans if (label := _match(_SURE, text, *span))}
    asked = {span: label for span in spans if (label := _match(_ASKER, text, *span))}
    answered = {span: label for span in spans if (label := _match(_ANSWERER, text, *span))}
    if asked and answered:
        start = min(*asked, *answered)[0]
        person = find_interviewee(text, sentences, start, headline)
        head = f"{headline or ''}\n{text[:start]}"
        told = [_to_turn(text, label, []) for label in (*asked.values(), *answered.values())]
        if person and not (says_interview(head) or is_interview(head, told, is_told=True)):
            person = None
        if person is None and not sure:
            return []  # a page of questions and answers, which nobody speaks
        sure |= asked
        sure |= {span: _Label(found.start, person, found.words) for span, found in answered.items()}
    elif sure:
        sure |= asked
    named = {span: label for span in spans if (label := _match(_NAMED, text, *span))}
    if sure or _is_dialogue(text, list(named.values())):
        sure = named | sure
    return [label for _, label in sorted(sure.items())]


def _match(pattern: re.Pattern[str], text: str, start: int, end: int) -> _Label | None:
    """Return the turn that a paragraph is by one pattern of its label."""
    label = pattern.match(text, start, min(end, start + _MAX_LABEL_CHARS))
    if label is None or not text[label.end() : end].strip():
        return None
    kind = label.lastgroup
    name = label.span(kind) if kind else None
    first = end - len(text[label.end() : end].lstrip())
    if name and _is_no_name(text[slice(*name)]):
        return None
    return _Label(start, name, (first, end))


def _is_no_name(name: str) -> bool:
    last = name.rsplit(" ", 1)[-1].lower()
    return name.lower() in LABELS or last in TIMES or last in FUNCTION_WORDS


def _is_dialogue(text: str, turns: Sequence[_Label]) -> bool:
    """Return whether one of two names at least opens several turns that say something.

    Full names that share a last word are headings: "Getting to Gull Island", "Seeing Seal Island".
    """
    told = [turn for turn in turns if len(_WORD.findall(text, *turn.words)) >= _MIN_WORDS]
    names = [text[slice(*turn.name)].lower() for turn in told if turn.name]
    full = {name for name in names if " " in name}
    counts = Counter(name.rsplit(" ", 1)[-1] for name in names)
    for last, distinct in Counter(name.rsplit(" ", 1)[-1] for name in full).items():
        counts[last] *= distinct == 1
    is_known = bool(full) or _is_named_above(text, told)
    return len(counts) > 1 and is_known and counts.most_common(1)[0][1] >= _MIN_TURNS


def _is_named_above(text: str, turns: Sequence[_Label]) -> bool:
    """Return whether several turns of one name that the text above has in full talk: "Ida: I"."""
    above = text[: turns[0].start] if turns else ""
    talking = [turn for turn in turns if turn.name and DIALOGUE.search(text, *turn.words)]
    counts = Counter(text[slice(*turn.name)] for turn in talking if turn.name)
    names = "|".join(re.escape(name) for name in counts if counts[name] >= _MIN_TURNS)
    full = rf"\b(?:(?:{names}) {_CAPITALIZED}|{_CAPITALIZED} (?:{names}))\b"
    is_talk = 2 * len(talking) >= len(turns)
    return bool(names) and is_talk and re.search(full, above) is not None


def _is_asked(text: str, turn: _Label) -> bool:
    """Return whether an outlet asks, as in "Post: Will the pump hold?"."""
    name = text[slice(*turn.name)] if turn.name else ""
    is_press = is_outlet(name) or name.rsplit(" ", 1)[-1].lower() in PRESS_NOUNS
    return is_press and text[slice(*turn.words)].endswith("?")


def numbered_turns(text: str) -> tuple[Turn, ...]:
    """Return the questions that a text counts from 1 on, each in a paragraph, and their answers."""
    questions = list(_NUMBERED.finditer(text))
    are_counted = [int(match[1]) for match in questions] == list(range(1, len(questions) + 1))
    if len(questions) < _MIN_NUMBERED or not are_counted:
        return ()
    return tuple(alternate(text, [match.span() for match in questions]))


def name_answers(
    text: str, sentences: Sequence[Span], turns: Sequence[Turn], headline: str | None
) -> tuple[Turn, ...]:
    """Return the turns with the interviewee as who answers, () where that is not certain.

    It is where one person is named in full above the first question, or one of several in the
    headline too, and where the answers are somebody's who speaks for himself.
    """
    start = turns[0].mark.start
    head = f"{headline or ''}\n{text[:start]}"
    person = find_interviewee(text, sentences, start, headline)
    is_told = _INTERVIEW.search(head) is not None or _is_named_in(person, headline, text)
    if person is None or not is_interview(head, turns, is_told=is_told):
        return ()
    last = text[slice(*person)].rsplit(" ", 1)[-1]
    return tuple(_name_answer(turn, Span.of(text, *person), last) for turn in turns)


def _is_named_in(person: tuple[int, int] | None, headline: str | None, text: str) -> bool:
    last = text[slice(*person)].rsplit(" ", 1)[-1] if person else ""
    return bool(last) and re.search(rf"\b{re.escape(last)}\b", headline or "") is not None


def _name_answer(turn: Turn, person: Span, last: str) -> Turn:
    """Return a turn with its speaker; paragraphs that tell of the speaker are not said."""
    if turn.kind is not TurnKind.ANSWER:
        return turn
    told_of = re.compile(rf"\b{re.escape(last)}(?:['’]s)?\b")
    words = [w for w in turn.words if not told_of.search(w.text) or _OF_SELF.search(w.text)]
    return replace(turn, speaker=person, words=tuple(words))


def says_interview(head: str) -> bool:
    """Return whether what stands above the first question says that it is an interview."""
    return _INTERVIEW.search(head) is not None and _NO_INTERVIEW.search(head) is None


def is_interview(head: str, turns: Sequence[Turn], *, is_told: bool) -> bool:
    """Return whether somebody answers for himself: no list of questions that readers have.

    `is_told`: the text says that it is an interview, or its marks do.
    """
    asked = [_words(turn) for turn in turns if turn.kind is TurnKind.QUESTION]
    answered = [_words(turn) for turn in turns if turn.kind is TurnKind.ANSWER]
    if _NO_INTERVIEW.search(head) or not asked or not answered:
        return False
    if _share(_OF_SELF, asked) >= _MAX_ASKING_OF_SELF:
        return False
    is_of_us = is_told and _share(_OF_US, answered) >= _MIN_OF_US
    return is_of_us or _share(_OF_SELF, answered) >= _MIN_OF_SELF


def _words(turn: Turn) -> str:
    return _QUOTED.sub("", " ".join(span.text for span in turn.words))


def _share(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(pattern.search(text) is not None for text in texts) / len(texts)


def find_interviewee(
    text: str, sentences: Sequence[Span], end: int, headline: str | None = None
) -> tuple[int, int] | None:
    """Return where the person is named who answers: the only one named in full before a place.

    Of several the one in the headline, else the one who is named most; not who wrote it.
    """
    before = [sentence for sentence in sentences if sentence.start < end]
    mentions = [
        mention
        for mention in find_mentions(text[:end], before)
        if mention.kind is ActorKind.PERSON and not _BY.search(text[: mention.start][-20:])
    ]
    full = {mention.last for mention in mentions if len(mention.words) > 1}
    in_headline = {
        last for last in full if re.search(rf"\b{re.escape(last)}\b", headline or "", re.IGNORECASE)
    }
    if len(in_headline) > 1:
        return None
    candidates = in_headline or full
    counts = Counter(mention.last for mention in mentions if mention.last in candidates)
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return _fullest([mention for mention in mentions if mention.last == ranked[0][0]])


def _fullest(mentions: Sequence[Mention]) -> tuple[int, int]:
    person = max(mentions, key=lambda mention: len(mention.words))
    return person.start, person.end
