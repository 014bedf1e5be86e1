"""Choose what a reader sees of German words after the speaker's name: slices of the source.

subject, verb, words ->  from the finite verb through the words: "sagte am Freitag, dass es halte"
words, verb, subject ->  the verb as an introduction, then the words: "sagte", „Es hält“
in doubt             ->  nothing: then the whole sentence is shown
"""

from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.lexicon import COORDINATORS, MODALS, NEGATIONS, STANDING_VERBS
from bot.language.statements.german.words import GermanText, Run, trim_end
from bot.model import QuotationType, Span

Line = tuple[Span | None, tuple[Span, ...]]
WHOLE_SENTENCE: Line = (None, ())
_MAX_GAP_WORDS = 20  # between the finite verb and the words
_FOLLOWING = frozenset(["dass", "V2", "infinitive", "quote", "colon", "quoted object"])
_PARTED = frozenset(["inverted", "quote", "V2", "colon", "around"])
_UNSAID_WORDS = (
    NEGATIONS
    | MODALS
    | {
        "angeblich",
        "vermeintlich",
        "fälschlich",
        "fälschlicherweise",
        "irrtümlich",
        "wenn",
        "falls",
        "ob",
    }
)


def find_line(
    text: GermanText, attribution: GermanAttribution, content: tuple[Span, ...], form: QuotationType
) -> Line:
    """Return the introduction and the pieces of a line; without pieces, the whole sentence."""
    if not attribution.verb:
        return WHOLE_SENTENCE
    if attribution.verb in STANDING_VERBS or attribution.verb == "zitieren":
        return WHOLE_SENTENCE
    if attribution.source is None or attribution.is_passive or attribution.is_final:
        return WHOLE_SENTENCE
    line = _running_on(text, attribution, content) or _parted(text, attribution, content, form)
    return line if line and _shows_all(text, attribution, line) else WHOLE_SENTENCE


def _running_on(
    text: GermanText, attribution: GermanAttribution, content: tuple[Span, ...]
) -> Line | None:
    """Return the slice from the verb on, where subject, verb and words follow one another."""
    source, finite = attribution.source, attribution.finite
    first, end = attribution.content[0][0], attribution.content[-1][1]
    if attribution.rule not in _FOLLOWING or source is None or len(content) > 1:
        return None
    is_after = source[1] <= finite < first and first - finite <= _MAX_GAP_WORDS
    if not is_after or not _governs_alone(text, attribution):
        return None
    if attribution.rule == "quoted object":
        end = max(end, trim_end(text, finite, _end_of_deed(text, end, attribution.clause[1])))
    stop = max(text.end[end - 1], content[-1].end)
    return None, (Span.of(text.text, text.start[finite], stop),)


def _end_of_deed(text: GermanText, first: int, end: int) -> int:
    """Return where a clause ends from a word on, before "und" and what somebody does then."""
    for i in range(first, end):
        if text.lower[i] in {"und", "aber"} and any(map(text.finite_at, range(i, end))):
            return i
    return end


def _governs_alone(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether no other verb of the clause stands between the subject and this one.

    "lobte die Helfer und sagte": what goes before is another thing that its subject did.
    """
    finite = attribution.finite
    if attribution.opener == finite or text.lower[finite - 1] in COORDINATORS:
        return True
    source = attribution.source
    return source is None or not any(map(text.finite_at, range(source[1], finite)))


def _parted(
    text: GermanText, attribution: GermanAttribution, content: tuple[Span, ...], form: QuotationType
) -> Line | None:
    """Return the verb, a colon and the words, where the source has them in another order."""
    if attribution.rule not in _PARTED:
        return None
    at, finite = attribution.verb_at, attribution.finite
    if at == finite and not attribution.particle:
        return text.span((at, at + 1)), content
    return (None, content) if form is QuotationType.DIRECT else None


def _shows_all(text: GermanText, attribution: GermanAttribution, line: Line) -> bool:
    """Return whether no negation, modal or condition of the clause is left out of a line."""
    introduction, pieces = line
    shown = [span for span in (introduction, *pieces) if span]
    first, end = _governing(text, attribution)
    return not any(
        text.lower[i] in _UNSAID_WORDS
        and not text.quotation[i]
        and not any(span.start <= text.start[i] < span.end for span in shown)
        for i in range(first, end)
    )


def _governing(text: GermanText, attribution: GermanAttribution) -> Run:
    """Return the words of the sentence in which the verb stands."""
    return text.sentence_at(attribution.cue[0])
