"""Find the turns of a transcript or interview: who has the word, and what is said.

"MR. MARSH: ...", "KAYA ATWELL, ANALYST: ...", "Coll: ...", "Ida Roe (Greens, Velm): ..."
"Q: ..." and "A: ..."                  the A is who was named before
"Mr RUDDEN (Griffin) (3.18 pm)—..."    as in Hansard

A turn is a quotation without marks: its label ends in a colon or dash, which is its cue.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.language.lexicon import FUNCTION_WORDS, PRESS_NOUNS, TIMES
from bot.language.mentions import find_mentions
from bot.language.quotations import Quotation
from bot.language.statements.english.attribution_rules import Attribution
from bot.language.statements.english.outlets import is_outlet
from bot.language.statements.english.parsing import ParsedText
from bot.language.trimming import split_paragraphs
from bot.model import ActorKind, Span

Range = tuple[int, int]

_COURTESY = r"(?:(?i:mr|mrs|ms|miss|dr|sen|rep|sir|dame|lord|lady|senator|prof)\.? )"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.’'-]+"
_CAPITALIZED = r"[A-ZÀ-Þ][\w.’'-]*"
_BRACKETS = r"(?: \([^()\n]{1,60}\)){0,3}"
_ASKER = re.compile(r"(?:Q|QUESTION|Question|REPORTER)(?: \d+)?[.:](?=\s)")
_ANSWERER = re.compile(r"(?:A|ANSWER|Answer)(?: \d+)?[.:](?=\s)")
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
_WORD = re.compile(r"[^\W\d_]+")
_MIN_WORDS = 3  # of a turn that says something
_CERTAINTY = 0.7


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn: where its label begins, the name in it, and where its words begin and end.

    A question without a name has the name None, and so has an answer whose speaker is not known.
    """

    start: int
    name: Range | None
    words: Range


def find_turns(text: str, sentences: Sequence[Span]) -> list[Turn]:
    """Return the turns of a text in order, [] if it is no transcript."""
    paragraphs = split_paragraphs(text, sentences)
    spans = [(paragraph[0].start, paragraph[-1].end) for paragraph in paragraphs]
    sure = {span: turn for span in spans if (turn := _match(_SURE, text, *span))}
    asked = {span: turn for span in spans if (turn := _match(_ASKER, text, *span))}
    answered = {span: turn for span in spans if (turn := _match(_ANSWERER, text, *span))}
    if asked and answered:
        person = _find_interviewee(text, sentences, min(*asked, *answered)[0])
        sure |= asked
        sure |= {span: Turn(turn.start, person, turn.words) for span, turn in answered.items()}
    elif sure:
        sure |= asked
    named = {span: turn for span in spans if (turn := _match(_NAMED, text, *span))}
    if sure or _is_dialogue(text, list(named.values())):
        sure = named | sure
    return [sure[span] for span in sorted(sure)]


def _match(pattern: re.Pattern[str], text: str, start: int, end: int) -> Turn | None:
    """Return the turn that a paragraph is by one pattern of its label."""
    label = pattern.match(text, start, min(end, start + _MAX_LABEL_CHARS))
    if label is None or not text[label.end() : end].strip():
        return None
    kind = label.lastgroup
    name = label.span(kind) if kind else None
    first = len(text[:end]) - len(text[label.end() : end].lstrip())
    if name and _is_no_name(text[slice(*name)]):
        return None
    return Turn(start, name, (first, end))


def _is_no_name(name: str) -> bool:
    last = name.rsplit(" ", 1)[-1].lower()
    return last in TIMES or last in FUNCTION_WORDS


def _is_dialogue(text: str, turns: Sequence[Turn]) -> bool:
    """Return whether one of two names at least opens several turns that say something.

    Full names that share a last word are headings: "Getting to Gull Island", "Seeing Seal Island".
    """
    told = [turn for turn in turns if _says_something(text, turn)]
    names = [text[slice(*turn.name)].lower() for turn in told if turn.name]
    full = {name for name in names if " " in name}
    counts = Counter(name.rsplit(" ", 1)[-1] for name in names)
    for last, distinct in Counter(name.rsplit(" ", 1)[-1] for name in full).items():
        counts[last] *= distinct == 1
    return len(counts) > 1 and bool(full) and counts.most_common(1)[0][1] >= _MIN_TURNS


def _says_something(text: str, turn: Turn) -> bool:
    return len(_WORD.findall(text, *turn.words)) >= _MIN_WORDS


def _find_interviewee(text: str, sentences: Sequence[Span], end: int) -> Range | None:
    """Return where the person is named who is named most before the first question."""
    before = [sentence for sentence in sentences if sentence.start < end]
    mentions = [
        mention for mention in find_mentions(text[:end], before) if mention.kind is ActorKind.PERSON
    ]
    full = {mention.last for mention in mentions if len(mention.words) > 1}
    counts = Counter(mention.last for mention in mentions if mention.last in full)
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    person = max(
        (mention for mention in mentions if mention.last == ranked[0][0]),
        key=lambda mention: len(mention.words),
    )
    return person.start, person.end


def split_labels(text: str, sentences: Sequence[Span], turns: Sequence[Turn]) -> list[Span]:
    """Return the sentences with each turn's label as a sentence of its own."""
    cuts = [cut for turn in turns for cut in (turn.start, turn.words[0])]
    parts: list[Span] = []
    for sentence in sentences:
        inside = cuts[bisect_left(cuts, sentence.start + 1) : bisect_left(cuts, sentence.end)]
        bounds = [sentence.start, *inside, sentence.end]
        parts += (Span.of(text, *pair) for pair in pairwise(bounds))
    return parts


def quote_turns(quotations: Sequence[Quotation], turns: Sequence[Turn]) -> list[Quotation]:
    """Return the quotations with each turn as one, in which others are no longer apart."""
    starts = [turn.start for turn in turns]
    apart = []
    for quotation in quotations:
        k = bisect_left(starts, quotation.start + 1) - 1
        if k < 0 or turns[k].words[1] <= quotation.start:
            apart.append(quotation)
    return sorted([*apart, *(Quotation(*turn.words) for turn in turns)], key=lambda q: q.start)


def read_turns(
    parsed: ParsedText, turns: Sequence[Turn], attributions: Sequence[Attribution]
) -> list[Attribution]:
    """Return the attributions with one for each turn of a known speaker, none from inside one."""
    runs = [[bisect_left(parsed.start, at) for at in (turn.start, *turn.words)] for turn in turns]
    taken = {i for first, _, end in runs for i in range(first, end)}
    kept = [a for a in attributions if a.cue not in taken]
    for turn, (_, first, end) in zip(turns, runs, strict=True):
        if turn.name and _says_something(parsed.text, turn) and not _is_asked(parsed.text, turn):
            source = (
                bisect_left(parsed.start, turn.name[0]),
                bisect_left(parsed.start, turn.name[1]),
            )
            kept.append(Attribution(first - 1, source, [(first, end)], _CERTAINTY, "turn"))
    return kept


def _is_asked(text: str, turn: Turn) -> bool:
    """Return whether an outlet asks, as in "Post: Will the pump hold?"."""
    name = text[slice(*turn.name)] if turn.name else ""
    is_press = is_outlet(name) or name.rsplit(" ", 1)[-1].lower() in PRESS_NOUNS
    return is_press and text[slice(*turn.words)].endswith("?")
