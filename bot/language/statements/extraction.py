"""Who said what in an article: the pipeline from its body to ranked statements.

body -> quotations -> grammar of the sentences worth it -> cues -> readings of each -> the best reading, if good
     -> what marks alone report -> speakers named, outlet credited -> ranked
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from bot.language.coreference import ActorResolver
from bot.language.lexicon import NOUN_LEMMA, SPEAKER_CLASS, STATING, VERB_CLASSES
from bot.language.quotations import Quotation, find_quotations
from bot.language.statements.bounds import as_quoted, with_subjects, with_verdicts
from bot.language.statements.carriers import told_by_speakers
from bot.language.statements.choice import choose, judge
from bot.language.statements.constructions import (
    SUBJECTS,
    Report,
    is_carrier,
    noun_phrase,
    worth_parsing,
)
from bot.language.statements.credit import Credits, without_credit
from bot.language.statements.grammar import parse
from bot.language.statements.marks import add_marked
from bot.language.statements.parsed import ParsedText
from bot.language.statements.polarity import cue_phrase, stance_of
from bot.language.statements.readings import propose
from bot.language.statements.senses import tells
from bot.language.statements.signs import read_signs
from bot.language.statements.statement_ranking import key_statements, rank
from bot.language.statements.weights import load_weights
from bot.language.trimming import strip_dateline
from bot.model import QuotationType, Span, Statement

__all__ = ["find_statements", "key_statements"]

# No article is longer; beyond so many characters nothing is looked for, and `left_out` says how many there are.
LONGEST_TEXT = 1_000_000
_WORD = re.compile(r"[a-z]+")
_SPEECH = STATING | {"urge", "judge", "name"}
_WORD_PART = re.compile(r"-\w+")
_WORD_BEFORE = re.compile(r"(?:\w+-)+$")
_OPENING_WORDS = 4
_TRADES = re.compile(r"\w+(?:men|women|ists|ians|keepers|workers|makers|smiths)")
_DASHES = "-–—―"
_OPENING = "\"“„«‘‹'‚`”"
_CLOSING = "\"”“»’›'"


def find_statements(body: str, sentences: Sequence[Span]) -> tuple[Statement, ...]:
    """Every statement in an English text, best first; each span slices `body`."""
    sentences = _within_reach(body, sentences)
    if not sentences:
        return ()
    quotations = find_quotations(body, sentences)
    parsed = parse(
        body, [_telling(body, s) for s in sentences], quotations, Worth(body, quotations)
    )
    continued = [k for k, quotation in enumerate(quotations) if quotation.continues]
    cut = with_verdicts(parsed, with_subjects(parsed, as_quoted(parsed, _believed(parsed))))
    reports = told_by_speakers(parsed, add_marked(parsed, cut, continued))
    resolver = ActorResolver(
        body,
        sentences,
        subjects=_subject_places(parsed),
        groups=_plural_subjects(parsed),
        quotations=quotations,
    )
    credits_ = Credits(body, sentences)
    found = [
        (_statement(parsed, report, sentences, resolver, credits_), _sure(parsed, report))
        for report in _in_speaking_order(reports)
    ]
    return rank(found, body)


def left_out(body: str) -> int:
    """How many characters at the end of a text `find_statements` does not look at: none but of a very long one."""
    return max(0, len(body) - LONGEST_TEXT)


def _within_reach(body: str, sentences: Sequence[Span]) -> list[Span]:
    """The sentences that begin within reach, the last one cut where that ends."""
    near = [s for s in sentences if s.start < LONGEST_TEXT]
    if near and near[-1].end > LONGEST_TEXT:
        near[-1] = Span.of(body, near[-1].start, LONGEST_TEXT)
    return near


def _believed(parsed: ParsedText) -> list[Report]:
    """The readings that the learned weights believe in, without outlets that only carry what others say."""
    weights = load_weights()
    signs = read_signs(parsed)
    readings = propose(signs, weights.network)
    judge(signs, readings, weights.trees)
    telling = [reading for reading in readings if tells(parsed, reading.report)]
    reports = choose(telling, weights.trees.least)
    return [report for report in reports if not _only_carries(parsed, report, reports)]


def _only_carries(parsed: ParsedText, report: Report, reports: Sequence[Report]) -> bool:
    """Whether an "according to Reuters" stands over a statement of somebody else's: Reuters is its `via`."""
    if (
        parsed.low[report.cue] != "according"
        or not report.source
        or not is_carrier(parsed, *report.source)
    ):
        return False
    said = {i for a, b in report.content for i in range(a, b)}
    return any(other is not report and other.cue in said for other in reports)


def _telling(body: str, sentence: Span) -> Span:
    """The sentence less its dateline, whose place speaks nowhere; a dash in front stays, it may credit a quotation."""
    return sentence if sentence.text[:1] in _DASHES else strip_dateline(body, sentence)


class Worth:
    """Whether a sentence can hold a statement: it has a quote mark and a word, or a word that reports."""

    def __init__(self, body: str, quotations: Sequence[Quotation]) -> None:
        self._body = body
        self._quotations = quotations
        self._next = 0

    def __call__(self, start: int, end: int) -> bool:
        """Ask in text order."""
        words = _WORD.findall(self._body[start:end].lower())
        while self._next < len(self._quotations) and self._quotations[self._next].end <= start:
            self._next += 1
        quoted = self._next < len(self._quotations) and self._quotations[self._next].start < end
        return bool(words) and (quoted or worth_parsing(words))


def _sure(parsed: ParsedText, report: Report) -> float:
    """How surely somebody said this: a good reading, of a word that tells speech rather than wish or belief."""
    classes = VERB_CLASSES.get(parsed.low[report.cue], frozenset())
    speaks = bool(classes & _SPEECH) or parsed.low[report.cue] in NOUN_LEMMA or not classes
    return report.certainty * (1.0 if speaks else 0.3)


def _in_speaking_order(reports: list[Report]) -> list[Report]:
    return sorted(reports, key=lambda r: r.source[0] if r.source else r.cue)


def _subject_places(parsed: ParsedText) -> list[int]:
    """Where each word of a subject's phrase starts, for the names that stand there."""
    heads = [i for i, dep in enumerate(parsed.dep) if dep in SUBJECTS]
    return [parsed.start[k] for i in heads for k in (i, *parsed.kids_by(i, "compound", "nmod"))]


def _plural_subjects(parsed: ParsedText) -> list[Span]:
    """The phrases of subjects in the plural, which a later "they" may stand for."""
    heads = [
        i for i, dep in enumerate(parsed.dep) if dep in SUBJECTS and _are_people(parsed.low[i])
    ]
    phrases = [noun_phrase(parsed, i, parsed.head[i]) for i in heads if not parsed.inside[i]]
    phrases += [_opening_group(parsed, first, last) for first, last in parsed.bounds]
    return [_span(parsed, phrase) for phrase in sorted(phrase for phrase in phrases if phrase)]


def _opening_group(parsed: ParsedText, first: int, last: int) -> tuple[int, int] | None:
    """People in the plural at the start of a sentence that was not worth its grammar: "Two officials in ..."."""
    for i in range(first, min(first + _OPENING_WORDS, last)):
        if parsed.tag[i] or parsed.inside[i] or not parsed.word[i][0].isalnum():
            return None
        if _are_people(parsed.low[i]):
            return first, i + 1
    return None


def _are_people(low: str) -> bool:
    """Whether a noun tells of several people: a plural of our list, or one of a trade."""
    listed = low.endswith("s") and SPEAKER_CLASS.get(low) == "person"
    return listed or low == "people" or _TRADES.fullmatch(low) is not None


def _statement(
    parsed: ParsedText,
    report: Report,
    sentences: Sequence[Span],
    resolver: ActorResolver,
    credits_: Credits,
) -> Statement:
    content = tuple(_without_credit(_content_span(parsed, run)) for run in report.content)
    speaker = _whole_words(parsed.text, _span(parsed, report.source)) if report.source else None
    cue = _span(parsed, cue_phrase(parsed, report))
    return Statement(
        content=content,
        form=_form(parsed, report.content),
        stance=stance_of(parsed, report.cue),
        sentence=_sentence(parsed.text, sentences, content, cue),
        speaker=speaker,
        actor=resolver.resolve(_antecedent(parsed, report.source) or speaker)
        if report.source and speaker
        else None,
        cue=cue,
        via=credits_.via(cue.start, speaker),
        found_by=report.rule,
    )


def _span(parsed: ParsedText, run: tuple[int, int]) -> Span:
    return Span.of(parsed.text, parsed.start[run[0]], parsed.end[run[1] - 1])


def _antecedent(parsed: ParsedText, source: tuple[int, int]) -> Span | None:
    """Whom a lone "who" or "which" stands for: the phrase that its clause hangs on."""
    i = source[0]
    if source[1] - i > 1 or parsed.low[i] not in {"who", "which", "that"}:
        return None
    verb = parsed.head[i]
    while parsed.dep[verb] in {"conj", "xcomp", "aux"} and parsed.head[verb] != verb:
        verb = parsed.head[verb]
    noun = parsed.head[verb]
    phrase = (
        noun_phrase(parsed, noun, verb) if parsed.dep[verb] == "relcl" and noun != verb else None
    )
    return _whole_words(parsed.text, _span(parsed, phrase)) if phrase else None


def _whole_words(text: str, span: Span) -> Span:
    """Reach out over hyphens, at which the grammar cuts names: Holt-Jensen."""
    before = _WORD_BEFORE.search(text, max(0, span.start - 30), span.start)
    after = _WORD_PART.match(text, span.end)
    start = before.start() if before else span.start
    end = after.end() if after else span.end
    return Span.of(text, start, end)


def _content_span(parsed: ParsedText, run: tuple[int, int]) -> Span:
    """Keep the marks of a piece that is quoted whole, and a full stop before the closing mark."""
    start, end = parsed.start[run[0]], parsed.end[run[1] - 1]
    text = parsed.text
    if start and text[start - 1] in _OPENING and parsed.inside[run[0]]:
        start -= 1
    if parsed.inside[run[1] - 1] and text[start] in _OPENING and text[end - 1] not in _CLOSING:
        while end < len(text) and text[end] in ".,!?…;" and parsed.inside[run[1] - 1]:
            end += 1
        if end < len(text) and text[end] in _CLOSING:
            end += 1
    return Span.of(text, start, end)


def _without_credit(span: Span) -> Span:
    kept = len(without_credit(span.text))
    return (
        Span(span.start, span.start + kept, span.text[:kept]) if 0 < kept < len(span.text) else span
    )


def _form(parsed: ParsedText, content: Sequence[tuple[int, int]]) -> QuotationType:
    words = [i for a, b in content for i in range(a, b) if parsed.word[i][0].isalnum()]
    quoted = sum(1 for i in words if parsed.inside[i])
    if not quoted:
        return QuotationType.INDIRECT
    return QuotationType.DIRECT if quoted == len(words) else QuotationType.MIXED


def _sentence(text: str, sentences: Sequence[Span], content: tuple[Span, ...], cue: Span) -> Span:
    """The sentence, or the run of sentences, that holds both the cue and all of the content."""
    start = min(cue.start, *(span.start for span in content))
    end = max(cue.end, *(span.end for span in content))
    first = max(0, bisect_right(sentences, start, key=lambda s: s.start) - 1)
    last = min(len(sentences) - 1, bisect_left(sentences, end, key=lambda s: s.end))
    return Span.of(text, min(start, sentences[first].start), max(end, sentences[last].end))


def statement_to_json(statement: Statement) -> dict[str, Any]:
    """Return one element of "statements" in `dateline statements --jsonl`: offsets in code points."""
    actor = statement.actor
    return {
        "speaker": _span_to_json(statement.speaker),
        "actor": actor
        and {
            "name": actor.name.text,
            "role": actor.role.text if actor.role else None,
            "kind": actor.kind.value,
        },
        "cue": _span_to_json(statement.cue),
        "content": [_span_to_json(span) for span in statement.content],
        "form": statement.form.value,
        "stance": statement.stance.value,
        "via": statement.via.text if statement.via else None,
        "score": statement.score,
    }


def _span_to_json(span: Span | None) -> dict[str, Any] | None:
    return {"text": span.text, "start": span.start, "end": span.end} if span else None
