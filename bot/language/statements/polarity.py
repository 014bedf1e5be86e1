"""What a cue says with the words around it: "not", refusals and denials stay with it, and tell the stance.

"did | not say"    "refused to | confirm"    "rejected the | claim"
"""

from bot.language.lexicon import NOUN_LEMMA, STANCE, VERB_LEMMA
from bot.language.statements.constructions import Report
from bot.language.statements.parsed import ParsedText
from bot.model import Stance

_REFUSING = frozenset(["refuse", "decline", "fail", "hesitate", "neglect"])
_CALLING = frozenset(["for", "on", "upon"])
_ADDRESSING = frozenset(["tell", "inform", "assure", "remind", "notify"])
_FARTHEST = 5  # words between a cue and what turns it round


def cue_phrase(parsed: ParsedText, report: Report) -> tuple[int, int]:
    """The words of a cue, with those before and after it without which a reader would be told the contrary.

    They end before the second number, and take nothing of the report's speaker or content.
    """
    cue = report.cue
    turning = _turning(parsed, cue)
    first = min(
        [cue, *_negation(parsed, cue if turning is None else turning)]
        + ([] if turning is None else [turning])
    )
    if cue - first > _FARTHEST or _taken(report, first, cue):
        first = cue
    last = cue + 1
    joined = last < len(parsed) and not _taken(report, last, last + 1)
    told = _told(parsed, cue)
    if told and not _taken(report, last, told):
        last = told
    elif joined and (
        last in parsed.kids_by(cue, "prt") or parsed.low[cue : last + 1] == ["according", "to"]
    ):
        last += 1
    return first, last


def _told(parsed: ParsedText, cue: int) -> int | None:
    """Where the addressee ends that stands right behind "told": without it the verb reads as cut off."""
    if VERB_LEMMA.get(parsed.low[cue]) not in _ADDRESSING or not parsed.tag[cue].startswith("V"):
        return None
    for k in parsed.kids_by(cue, "dobj", "dative"):
        words = parsed.subtree(k)
        if words[0] == cue + 1 and len(words) == words[-1] - cue <= _FARTHEST:
            return words[-1] + 1
    return None


def stance_of(parsed: ParsedText, cue: int) -> Stance:
    """What the speaker does by the cue; "did not promise" promises nothing, and is no denial either."""
    own = _listed(parsed, cue)
    if _turning(parsed, cue) is not None:
        return Stance.SAYS if own is Stance.DENIES else Stance.DENIES
    if parsed.kids_by(cue, "neg"):
        return Stance.SAYS
    return own


def _listed(parsed: ParsedText, word: int) -> Stance:
    low = parsed.low[word]
    lemma = VERB_LEMMA.get(low, NOUN_LEMMA.get(low, low))
    if lemma == "call" and parsed.tag[word].startswith("V") and not _calls_for(parsed, word):
        # "called it 'a blow'" asks nothing.
        return Stance.SAYS
    return STANCE.get(lemma, Stance.SAYS)


def _calls_for(parsed: ParsedText, word: int) -> bool:
    return any(parsed.low[k] in _CALLING for k in parsed.kids_by(word, "prep", "prt"))


def _turning(parsed: ParsedText, cue: int) -> int | None:
    """The verb above a cue that turns it round: "refused to confirm", "rejected the claim"."""
    above = parsed.head[cue]
    if above == cue or above > cue:
        return None
    lemma = VERB_LEMMA.get(parsed.low[above], parsed.low[above])
    if parsed.dep[cue] == "xcomp" and lemma in _REFUSING:
        return above
    denies = parsed.dep[cue] == "dobj" and STANCE.get(lemma) is Stance.DENIES
    return above if denies and parsed.low[cue] in NOUN_LEMMA else None


def _negation(parsed: ParsedText, verb: int) -> list[int]:
    """Where "did not" begins; nothing where the verb is not negated."""
    negated = parsed.kids_by(verb, "neg")
    return (
        [k for k in (*negated, *parsed.kids_by(verb, "aux", "auxpass")) if k < verb]
        if negated
        else []
    )


def _taken(report: Report, first: int, last: int) -> bool:
    runs = [*report.content, *([report.source] if report.source else [])]
    return any(a < last and first < b for a, b in runs)
