"""Find the words of a cue with all that governs it, and what its speaker does by it.

"did not say", "could neither confirm nor deny", "pleaded not guilty", "told the harbour board"
"""

from bot.language.lexicon import NOUN_LEMMA, STANCE, VERB_LEMMA
from bot.language.statements.english.governors import (
    MAX_GROUP_WORDS,
    NEGATIONS,
    POLARITY_WORDS,
    Governors,
    is_preposition,
    shares_auxiliary,
)
from bot.language.statements.english.parsing import ParsedText, Run
from bot.model import Stance

_AUXILIARY_DEPS = ("neg", "aux", "auxpass", "preconj")
_REFUSING_VERBS = frozenset(["refuse", "decline", "fail", "hesitate", "neglect"])
CALLING_PREPOSITIONS = frozenset(["for", "on", "upon", "with"])
ADDRESSING_VERBS = frozenset(["tell", "inform", "assure", "remind", "notify"])
_MAX_ADDRESSEE_WORDS = 5


def cue_phrase(governors: Governors) -> Run:
    """Return the words of a cue with all that governs it, and with its addressee.

    "did not say", "could neither confirm nor deny", "pleaded not guilty", "told the harbour board".
    They take no word of the source or of the content.
    """
    parsed, cue = governors.parsed, governors.attribution.cue
    barred = governors.content.union(governors.attribution.source_words())
    if not parsed.tag[cue]:
        return cue, cue + 1
    words = _group_words(governors) | _negation_before_content(governors)
    first, end = _widest(cue, sorted(words - barred), barred)
    while is_preposition(parsed, first) and first < cue:
        first += 1
    return first, _with_addressee(parsed, cue, end, barred)


def _group_words(governors: Governors) -> set[int]:
    """Return the governing verbs with their helpers, and what they would be turned round without.

    Of the verbs above the cue only those that it is an infinitive of, or that negate it.
    """
    parsed, cue = governors.parsed, governors.attribution.cue
    words = {cue}
    for i in governors.words:
        words |= {i, *find_helpers(parsed, i)}
    lowest = governors.words[0]
    for k in parsed.children_by(lowest, "acomp", "oprd", "dobj", "advmod", "conj"):
        if _turns_round(parsed, k):
            words |= {k, *parsed.children_by(k, "neg", "det")}
    words |= {k for k in parsed.children_by(cue, "prt") if k == cue + 1}
    if parsed.lower[cue : cue + 2] == ["according", "to"]:
        words.add(cue + 1)
    return words


def _negation_before_content(governors: Governors) -> set[int]:
    """Return the words up to the content if "no" is among them: made no secret of her view."""
    parsed, cue = governors.parsed, governors.attribution.cue
    first = governors.attribution.content[0][0]
    if not 0 < first - cue <= MAX_GROUP_WORDS or parsed.sentence[first] != parsed.sentence[cue]:
        return set()
    between = range(cue + 1, first)
    is_negated = any(parsed.lower[i] in NEGATIONS for i in between)
    return set(between) if is_negated else set()


def find_helpers(parsed: ParsedText, i: int) -> set[int]:
    """Return the auxiliaries, negations and governing adverbs before a verb."""
    helpers = set(parsed.children_by(i, *_AUXILIARY_DEPS))
    for k in parsed.children_by(i, "advmod"):
        if k < i and (
            parsed.children_by(k, "neg") or parsed.lower[k] in POLARITY_WORDS["kept adverbs"]
        ):
            helpers |= {k, *parsed.children_by(k, "neg")}
    return {k for k in helpers if k < i}


def _turns_round(parsed: ParsedText, i: int) -> bool:
    """Return whether a word after a verb says what the verb leaves open: (not) guilty, no doubt."""
    lower = parsed.lower[i]
    if parsed.dep[i] == "conj":
        return bool(parsed.children_by(parsed.head[i], "preconj", "neg")) and shares_auxiliary(
            parsed, i
        )
    return lower in POLARITY_WORDS["pleas"] or bool(parsed.children_by(i, "neg"))


def _widest(cue: int, words: list[int], barred: frozenset[int]) -> Run:
    """Return the widest run around the cue from one of the words to another, none of it barred."""
    first = end = cue
    for i in reversed([i for i in words if i < cue]):
        if cue - i > MAX_GROUP_WORDS or not barred.isdisjoint(range(i, cue)):
            break
        first = i
    for i in (i for i in words if i > cue):
        if i - cue > MAX_GROUP_WORDS or not barred.isdisjoint(range(cue + 1, i + 1)):
            break
        end = i
    return first, end + 1


def _with_addressee(parsed: ParsedText, cue: int, end: int, barred: frozenset[int]) -> int:
    """Return the end with the addressee right after "told", without which the verb reads cut."""
    if parsed.lemma(cue) not in ADDRESSING_VERBS or not parsed.tag[cue].startswith("V"):
        return end
    for child in parsed.children_by(cue, "dobj", "dative"):
        words = parsed.subtree(child)
        if words[0] == cue + 1 and len(words) == words[-1] - cue <= _MAX_ADDRESSEE_WORDS:
            return max(end, words[-1] + 1) if barred.isdisjoint(words) else end
    return end


def stance_of(governors: Governors) -> Stance:
    """Return what the speaker does by the cue: "did not promise" neither promises nor denies."""
    parsed, cue = governors.parsed, governors.attribution.cue
    complements = list(governors.children_by("acomp", "oprd"))
    pleas = {parsed.lower[k] for k in complements} & POLARITY_WORDS["pleas"]
    is_negated = governors.is_negated() or any(parsed.children_by(k, "neg") for k in complements)
    if pleas:
        return Stance.DENIES if is_negated or "innocent" in pleas else Stance.SAYS
    stance = _listed_stance(parsed, cue)
    if any(_reverses(parsed, i) for i in governors.words if i < cue):
        return Stance.SAYS if stance is Stance.DENIES else Stance.DENIES
    return Stance.SAYS if is_negated else stance


def _listed_stance(parsed: ParsedText, cue: int) -> Stance:
    lower = parsed.lower[cue]
    lemma = VERB_LEMMA.get(lower, NOUN_LEMMA.get(lower, lower))
    if lemma in {"call", "plead"} and parsed.tag[cue].startswith("V"):
        after = (k for k in parsed.children_by(cue, "prep", "prt") if k > cue)
        prepositions = {parsed.lower[k] for k in after}
        if not prepositions & CALLING_PREPOSITIONS:
            return Stance.SAYS  # "called it 'a blow'" and "pleaded guilty" ask nothing
    return STANCE.get(lemma, Stance.SAYS)


def _reverses(parsed: ParsedText, verb: int) -> bool:
    """Return whether a verb reverses what hangs on it: refused to confirm, rejected the claim."""
    lemma = VERB_LEMMA.get(parsed.lower[verb], parsed.lower[verb])
    return lemma in _REFUSING_VERBS or STANCE.get(lemma) is Stance.DENIES
