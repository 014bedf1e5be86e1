"""Where the grammar takes a report in the middle of a sentence, "The fault, said Lee, lies in the pump", for its verb.

A comma, a verb of saying, a speaker, a comma, a verb: what stands before the first comma is the subject of the last.
"""

from bot.language.lexicon import ROLES, SPEAKER_CLASS, STATING, TIMES, VERB_CLASSES, VERB_LEMMA
from bot.language.statements.parsed import ParsedText

_FINITE = frozenset(["VBD", "VBZ", "VBP", "MD"])
_SAYING = frozenset(["VBD", "VBZ", "VBP", "VBN"])
_SPEAKER_STARTS = frozenset(["DT", "PRP$", "NNP", "NNPS", "NN", "NNS", "JJ", "CD"])
_LONGEST_SPEAKER = 10
_INVERTED = STATING - {"tell", "ask"}  # "the man, told Lee, left" would leave open who told whom


def mend_inserted(parsed: ParsedText, first: int, last: int) -> None:
    """Hang each inserted report of a sentence, words `first` to `last`, on the verb behind it."""
    for cue in range(first + 2, last - 3):
        if parsed.low[cue - 1] == "," and parsed.tag[cue] in _SAYING and _inverts(parsed.low[cue]):
            comma = _end_of_speaker(parsed, cue, last)
            if comma is not None and _is_speaker(parsed, cue + 1, comma):
                _hang(parsed, first, cue, comma)


def _inverts(low: str) -> bool:
    return bool(VERB_CLASSES.get(low, frozenset()) & _INVERTED) or VERB_LEMMA.get(low) == "warn"


def _end_of_speaker(parsed: ParsedText, cue: int, last: int) -> int | None:
    """The comma behind the words after the cue, where no verb stands among them and one follows it."""
    reach = range(cue + 2, min(last - 1, cue + _LONGEST_SPEAKER + 2))
    comma = next((i for i in reach if parsed.low[i] == ","), None)
    if comma is None or parsed.tag[comma + 1] not in _FINITE:
        return None
    return None if any(parsed.tag[i] in _FINITE for i in range(cue + 1, comma)) else comma


def _is_speaker(parsed: ParsedText, begin: int, end: int) -> bool:
    if parsed.tag[begin] not in _SPEAKER_STARTS:
        return False
    named = (i for i in range(begin, end) if parsed.low[i] not in TIMES)
    return any(
        parsed.tag[i][:3] == "NNP" or parsed.low[i] in ROLES or parsed.low[i] in SPEAKER_CLASS
        for i in named
    )


def _hang(parsed: ParsedText, first: int, cue: int, comma: int) -> None:
    """Give the cue's first subject, and what else stands before it, to the verb behind the comma."""
    before = [i for i in range(first, cue - 1) if parsed.head[i] == cue]
    if not any(parsed.dep[i] == "nsubj" for i in before):
        return
    main = comma + 1
    if parsed.dep[main] in {"aux", "auxpass"} and parsed.head[main] > comma:
        main = parsed.head[main]
    if parsed.head[cue] != main:
        if not _is_below(parsed, main, cue):
            return
        is_root = parsed.head[cue] == cue
        parsed.head[main], parsed.dep[main] = main if is_root else parsed.head[cue], parsed.dep[cue]
    for i in before:
        parsed.head[i] = main
    parsed.head[cue], parsed.dep[cue] = main, "parataxis"
    speaker = next(
        i for i in range(cue + 1, comma) if not cue < parsed.head[i] < comma or parsed.head[i] == i
    )
    parsed.head[speaker], parsed.dep[speaker] = cue, "nsubj"


def _is_below(parsed: ParsedText, i: int, top: int) -> bool:
    while parsed.head[i] != i:
        i = parsed.head[i]
        if i == top:
            return True
    return False
