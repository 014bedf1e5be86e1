"""Choose what a reader sees of a statement after its speaker's name: slices of the source.

verb before the words  ->  from the verb group through the words: "denied that the pier is safe"
words before the verb  ->  the verb as an introduction, then the words: "said", "The pier is safe"
in doubt               ->  nothing: then its whole sentence is shown
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.language.lexicon import STATING, TIMES
from bot.language.quotations import closed_at
from bot.language.statements.english.attribution_rules import (
    RELATIVE_PRONOUNS,
    SUBJECT_DEPS,
    Attribution,
)
from bot.language.statements.english.governors import (
    ADDRESSING_VERBS,
    CALLING_PREPOSITIONS,
    GOVERNING_DEPS,
    NEGATIONS,
    POLARITY_WORDS,
    Governors,
    find_helpers,
)
from bot.language.statements.english.parsing import FINITE_VERB_TAGS, ParsedText, Run
from bot.model import QuotationType, Span

_MAX_GAP_WORDS = 20  # between a verb and the words that go on from it
_MAX_PARTING_WORDS = 4  # besides speaker and verb: on Monday, in a statement
_MAX_LEAD_WORDS = 25  # from the finite verb to the participle: rejected the plan, saying
# No phrase ends with such a word.
_OPEN_TAGS = frozenset(["IN", "TO", "CC", "DT", "PRP$", "WDT", "WP$", "MD", "PDT", "POS"])
_SUBORDINATE = frozenset(["that", "to"])


@dataclass(frozen=True, slots=True)
class Line:
    """What a reader sees after the name: a verb before a colon, if any, and the words."""

    introduction: Span | None = None
    pieces: tuple[Span, ...] = ()


_WHOLE_SENTENCE = Line()


def find_line(
    governors: Governors, group: Run, content: Sequence[Span], form: QuotationType
) -> Line:
    """Return the line of an attribution whose verb group and content are given.

    A line without pieces stands for the whole sentence: where the source parts verb and words in
    another way, or where what governs the words would be lost.
    """
    parsed, attribution = governors.parsed, governors.attribution
    spans = _completed(parsed, attribution, content)
    # A verb group may end within a word: told the Paris-based paper.
    is_cut = parsed.text[parsed.end[group[1] - 1] :][:1] == "-"
    if attribution.source is None or spans is None or is_cut:
        return _WHOLE_SENTENCE
    if not _is_parted_by_speaker(parsed, attribution, group):
        return _WHOLE_SENTENCE
    line = _choose(governors, group, spans, form)
    return line if _shows_all(governors, line) else _WHOLE_SENTENCE


def _choose(governors: Governors, group: Run, spans: Sequence[Span], form: QuotationType) -> Line:
    """Return the line of complete words: running on from the verb, or parted from it."""
    parsed, attribution = governors.parsed, governors.attribution
    words = _merged(parsed.text, spans)
    if not any(map(str.isalnum, parsed.word[attribution.cue])):
        return Line(None, words)
    if _lacks_object(governors):
        return _WHOLE_SENTENCE
    if _runs_on(parsed, attribution, group):
        start = _find_start(governors, group)
        if start is not None:
            joined = Span.of(parsed.text, parsed.start[start], spans[0].end)
            return Line(None, _merged(parsed.text, [joined, *spans[1:]]))
    is_bare = parsed.lower[attribution.content[0][0]] in _SUBORDINATE
    if is_bare or _is_passive(parsed, attribution):
        return _WHOLE_SENTENCE
    if not _needs_more(parsed, attribution.cue, group):
        return Line(parsed.span(group), words)
    return Line(None, words) if form is QuotationType.DIRECT else _WHOLE_SENTENCE


def _needs_more(parsed: ParsedText, cue: int, group: Run) -> bool:
    """Return whether a verb group does not stand alone: saying, to say, told."""
    if parsed.lower[cue] == "according":
        return False
    is_infinite = parsed.tag[group[0]] in {"VBG", "VB"} or not parsed.tag[group[0]]
    if parsed.lemma(cue) == "call" and parsed.lower[group[1]] in CALLING_PREPOSITIONS:
        return True
    return is_infinite or (parsed.lemma(cue) in ADDRESSING_VERBS and group[1] == cue + 1)


def _is_parted_by_speaker(parsed: ParsedText, attribution: Attribution, group: Run) -> bool:
    """Return whether between pieces of reported words there is only who said them, and how."""
    own = {*attribution.source_words(), *range(*group)}
    for (_, end), (first, _) in pairwise(attribution.content):
        if parsed.quotation[end - 1] or parsed.quotation[first]:
            continue
        between = range(end, first)
        others = [k for k in between if k not in own and parsed.word[k][0].isalnum()]
        has_colon = any(parsed.word[k] in {":", ";"} for k in between)
        if has_colon or len(others) > _MAX_PARTING_WORDS or own.isdisjoint(between):
            return False
    return True


def _lacks_object(governors: Governors) -> bool:
    """Return whether an object stands before the speaker: what she called unfair, a site he named.

    Words that are a clause or a quotation need no object.
    """
    parsed, attribution = governors.parsed, governors.attribution
    content, top = governors.content, governors.top
    objects = {k for k in governors.children_by("dobj", "attr", "pobj") if k < attribution.cue}
    if any(parsed.tag[k] in {"WP", "WDT"} for k in objects - content):
        return True
    has_clause = any(
        k in content for i in governors.words for k in parsed.children_by(i, "ccomp", "dobj")
    )
    if parsed.dep[top] != "relcl" or has_clause:
        return False
    return parsed.head[top] not in attribution.source_words() and not _has_relative_subject(
        parsed, top
    )


def _has_relative_subject(parsed: ParsedText, verb: int) -> bool:
    subjects = parsed.children_by(verb, *SUBJECT_DEPS)
    return any(parsed.lower[k] in RELATIVE_PRONOUNS for k in subjects)


def _is_passive(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether the source is not the subject: the plan was hailed by critics."""
    cue = attribution.cue
    subjects = set(parsed.children_by(cue, *SUBJECT_DEPS))
    has_agent = bool(parsed.children_by(cue, "agent"))
    is_other = bool(subjects) and subjects.isdisjoint(attribution.source_words())
    return has_agent or (is_other and bool(parsed.children_by(cue, "auxpass")))


def _runs_on(parsed: ParsedText, attribution: Attribution, group: Run) -> bool:
    """Return whether speaker, verb and words follow one another closely."""
    source, first = attribution.source, attribution.content[0][0]
    is_before = source is not None and source[1] <= group[0]
    if not is_before or not group[1] <= first <= group[1] + _MAX_GAP_WORDS:
        return False
    # "As Lee noted, the pier is safe" is parted by the source itself.
    is_parted = parsed.lower[group[1] : first] == [","] and not parsed.quotation[first]
    return not is_parted


def _find_start(governors: Governors, group: Run) -> int | None:
    """Return the first word of the finite verb group whose subject is the source."""
    parsed, verb = governors.parsed, governors.top
    sources = set(governors.attribution.source_words())
    for _ in range(3):
        if _has_subject(parsed, verb, sources) or _follows(parsed, verb, sources, group):
            first = min([verb, *find_helpers(parsed, verb)])
            start = min(first, group[0])
            in_order = max(sources) < start and parsed.tag[start] != "VBG"
            return start if in_order and group[0] - start <= _MAX_LEAD_WORDS else None
        above = parsed.head[verb]
        if parsed.dep[verb] not in {"advcl", "conj", "xcomp", "prep", "pcomp", "dobj"}:
            return None
        while parsed.dep[above] in {"prep", "pcomp"}:
            above = parsed.head[above]
        if above >= verb or parsed.tag[above][:1] != "V" or _lacks_words(parsed, above, verb):
            return None
        verb = above
    return None


def _lacks_words(parsed: ParsedText, above: int, verb: int) -> bool:
    """Return whether a verb's own words stand elsewhere: "It leaks," she said, citing a report."""
    complements = parsed.children_by(above, "dobj", "ccomp", "xcomp", "prep", "oprd", "acomp")
    is_stating = not parsed.verb_classes(above).isdisjoint(STATING)
    has_clause = parsed.children_by(above, "ccomp", "dobj")
    if is_stating:
        return not any(above < k < verb for k in has_clause)
    return not any(above < k < verb for k in complements)


def _has_subject(parsed: ParsedText, verb: int, sources: set[int]) -> bool:
    """Return whether the subject of a verb is the source, or stands for it."""
    subjects = set(parsed.children_by(verb, *SUBJECT_DEPS))
    is_finite = parsed.tag[verb] in FINITE_VERB_TAGS or bool(
        parsed.children_by(verb, "aux", "auxpass")
    )
    is_relative = any(parsed.lower[k] in RELATIVE_PRONOUNS for k in subjects)
    stands_for = is_relative and parsed.dep[verb] == "relcl" and parsed.head[verb] in sources
    return is_finite and (bool(subjects & sources) or stands_for)


def _follows(parsed: ParsedText, verb: int, sources: set[int], group: Run) -> bool:
    """Return whether a finite verb comes right after the source, whatever the grammar says."""
    is_finite = parsed.tag[group[0]] in FINITE_VERB_TAGS
    shares = parsed.dep[verb] == "conj" and is_finite
    between = frozenset(parsed.lower[max(sources) + 1 : group[0]])  # on Monday
    return is_finite and (between <= TIMES | {"on"} or (shares and max(sources) < group[0]))


# --- the words, whole -----------------------------------------------------------------------------


def _completed(
    parsed: ParsedText, attribution: Attribution, content: Sequence[Span]
) -> list[Span] | None:
    """Return the content with each end moved to the end of a phrase, None where none is near."""
    runs, spans = attribution.content, []
    barred = {attribution.cue, *attribution.source_words()}
    for run, span, following in zip(runs, content, [*runs[1:], None], strict=True):
        is_inner = following is not None
        end = run[1] if is_inner else _phrase_end(parsed, run, barred)
        if end is None:
            return None
        stop = span.end if end == run[1] else parsed.end[end - 1]
        stop = closed_at(parsed.text, stop) if parsed.quotation[end - 1] else stop
        spans.append(Span.of(parsed.text, span.start, stop))
    return spans


def _phrase_end(parsed: ParsedText, run: Run, barred: set[int]) -> int | None:
    """Return where the phrase ends that a run of content breaks off in, None if it is unclear."""
    first, end = run
    _, sentence_end = parsed.sentence_of(end - 1)
    while end < sentence_end and _is_continued(parsed, first, end):
        if end in barred:
            return None
        end += 1
    last = end - 1
    if any(_leans_beyond(parsed, k, end, barred) for k in range(first, end)):
        return None
    is_open = parsed.tag[last] in _OPEN_TAGS and not _is_stranded(parsed, last)
    return None if is_open else end


def _leans_beyond(parsed: ParsedText, i: int, end: int, barred: set[int]) -> bool:
    """Return whether a word waits for its verb after the end: whose leader, Lee | resigned."""
    head = parsed.head[i]
    if head < end or parsed.dep[i] not in {*SUBJECT_DEPS, "det", "poss", "mark", "aux"}:
        return False
    return head not in barred and barred.isdisjoint(parsed.children[head])


def _is_continued(parsed: ParsedText, first: int, end: int) -> bool:
    """Return whether the next word belongs to a phrase of the run, with no pause between."""
    word = parsed.word[end]
    if parsed.quotation[end] != parsed.quotation[end - 1]:
        return False
    is_word = word[0].isalnum() or word in {"'s", "’s", "n't", "n’t", "%", "$"}
    return is_word and _hangs_on(parsed, end, first, end)


def _hangs_on(parsed: ParsedText, i: int, first: int, end: int) -> bool:
    """Return whether a word depends on one of a run, or one of the run depends on it."""
    head = parsed.head[i]
    if any(first <= k < end and parsed.dep[k] != "punct" for k in parsed.children[i]):
        return parsed.tag[i][:1] != "V" or first <= head < end
    seen = {i}
    while head not in seen:
        if first <= head < end:
            return True
        seen.add(head)
        head = parsed.head[head]
    return False


def _is_stranded(parsed: ParsedText, i: int) -> bool:
    """Return whether a preposition or particle ends its clause: something to talk about."""
    if parsed.tag[i] in {"CC", "DT", "PRP$", "WDT", "WP$", "PDT"}:
        return parsed.lower[i] in {"this", "that", "these", "those", "both", "all", "either"}
    return not [k for k in parsed.children[i] if k > i]


def _merged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join pieces with no word between them."""
    merged: list[Span] = []
    for span in spans:
        if merged and not any(map(str.isalnum, text[merged[-1].end : span.start])):
            merged[-1] = Span.of(text, merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


# --- what governs the words -----------------------------------------------------------------------


def _governing_words(governors: Governors) -> set[int]:
    """Return the negations, modals and conditions that govern the words of an attribution."""
    parsed = governors.parsed
    helpers = governors.children_by(*GOVERNING_DEPS, "mark", "det")
    negated = {k for i in governors.words for k in parsed.children[i]}
    deep = {k for i in negated for k in parsed.children_by(i, "neg", "det")}
    return {
        k
        for k in {*helpers, *deep} - governors.content
        if parsed.lower[k] in NEGATIONS | POLARITY_WORDS["conditions"] or parsed.tag[k] == "MD"
    }


def _shows_all(governors: Governors, line: Line) -> bool:
    """Return whether a line shows every word that governs its words."""
    parsed = governors.parsed
    shown = [*filter(None, [line.introduction]), *line.pieces]
    return all(
        any(span.start <= parsed.start[k] and parsed.end[k] <= span.end for span in shown)
        for k in _governing_words(governors)
    )
