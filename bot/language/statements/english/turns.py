"""Find the turns of an interview or debate inside an article: who has the word, what is said.

"MR. MARSH: ...", "KAYA ATWELL, ANALYST: ...", "Coll: ...", "Ida Roe (Greens, Velm): ..."
"Q: ..." and "A: ..."                  the A is who was named before
"Mr RUDDEN (Griffin) (3.18 pm)—..."    as in Hansard

Where the whole text is a transcript, its reader has found its turns already.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.lexicon import FUNCTION_WORDS, PRESS_NOUNS, TIMES
from bot.language.statements.english.interviews import (
    find_interviewee,
    is_interview,
    name_answers,
    numbered_turns,
    says_interview,
)
from bot.language.statements.english.outlets import is_outlet
from bot.language.trimming import split_paragraphs
from bot.model import Span, Turn, TurnKind
from bot.reading.briefings import find_turns as find_marked_turns
from bot.reading.turns import DIALOGUE, LABELS, assign_kinds, spoken_spans

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
    told = [turn for turn in turns if _says_something(text, turn)]
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


def _says_something(text: str, turn: _Label) -> bool:
    return len(_WORD.findall(text, *turn.words)) >= _MIN_WORDS


def _is_asked(text: str, turn: _Label) -> bool:
    """Return whether an outlet asks, as in "Post: Will the pump hold?"."""
    name = text[slice(*turn.name)] if turn.name else ""
    is_press = is_outlet(name) or name.rsplit(" ", 1)[-1].lower() in PRESS_NOUNS
    return is_press and text[slice(*turn.words)].endswith("?")
