"""Find the words that govern a content: "refused to say", "could neither confirm nor deny".

attribution -> the word that its content depends on, and up from there as far as one leans on
another: say -> refused; saying -> of -> short -> stopped; deny -> confirm -> the words of the cue
with all that governs it ("pleaded not guilty", "told the harbour board"), and the stance
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.language.lexicon import NOUN_CLASS, NOUN_LEMMA, STANCE, STATING, VERB_LEMMA
from bot.language.statements.english.attribution_rules import SUBJECT_DEPS, Attribution, words_of
from bot.language.statements.english.parsing import ParsedText, Run
from bot.model import Stance
from bot.model.wordlists import load_word_lists

POLARITY_WORDS = load_word_lists(
    "bot.language", "data/polarity.txt", "modals", "refusing modals", "undoing adverbs",
    "wrong reports", "unreal heads", "unsaying prepositions", "conditions", "doubts",
    "prepositions", "no speakers", "no contents", "empty contents",
    "unsaid nouns", "nouns of certainty", "made up", "kept adverbs", "pleas",
    "quoting verbs", "leaving out", "pleading", "inability",
)  # fmt: skip
GOVERNING_DEPS = ("neg", "aux", "auxpass", "preconj", "advmod")
NEGATIONS = frozenset(["not", "n't", "n’t", "never", "no", "nor", "neither", "cannot"])
MAX_GROUP_WORDS = 12
_SPOKEN_WITH_CLAUSE = frozenset(["urge", "judge", "name", "promise", "show", "spread"])
_COMPLEMENT_DEPS = frozenset(["xcomp", "acomp", "attr", "oprd"])
_LEANING_PREPOSITIONS = POLARITY_WORDS["prepositions"] | POLARITY_WORDS["unsaying prepositions"]
_QUOTING_WORDS = POLARITY_WORDS["quoting verbs"] | POLARITY_WORDS["pleading"]
_BARE_TAGS = frozenset(["VB", "VBN", "VBG"])
_AUXILIARY_DEPS = ("neg", "aux", "auxpass", "preconj")
_REFUSING_VERBS = frozenset(["refuse", "decline", "fail", "hesitate", "neglect"])
CALLING_PREPOSITIONS = frozenset(["for", "on", "upon", "with"])
ADDRESSING_VERBS = frozenset(["tell", "inform", "assure", "remind", "notify"])
_MAX_ADDRESSEE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Governors:
    """The words above a content, from the one that it depends on to the finite verb.

    "has refused to say whether": say, refused. `content` are the words of the content.
    """

    parsed: ParsedText
    attribution: Attribution
    words: tuple[int, ...]
    content: frozenset[int]

    @classmethod
    def of(cls, parsed: ParsedText, attribution: Attribution) -> "Governors":
        """Climb from the content through the cue, as far as one verb leans on another."""
        cue, barred = attribution.cue, frozenset(words_of(attribution.content))
        free = barred if attribution.source else frozenset[int]()
        said = [k for k in parsed.children_by(cue, "xcomp") if k not in free]
        spoken = [k for k in said if is_infinitive(parsed, k) and _says_more(parsed, k)]
        upper = [*spoken[:1], *climb(parsed, cue, barred)]
        for i in words_of(attribution.content):
            if parsed.head[i] not in barred:
                path = climb(parsed, _above_prepositions(parsed, parsed.head[i]), barred)
                longer = cue in path and len(path) > len(upper)
                return cls(parsed, attribution, tuple(path if longer else upper), barred)
        return cls(parsed, attribution, tuple(upper), barred)

    @property
    def top(self) -> int:
        """The finite verb, as far as there is one."""
        return self.words[-1]

    def children_by(self, *deps: str) -> Iterator[int]:
        """Yield the children of all these words with one of the dependencies.

        None that the content has, nor any of another quotation: there the grammar errs.
        """
        quotation = self.parsed.quotation
        for i in self.words:
            for k in self.parsed.children_by(i, *deps):
                if k not in self.content and quotation[k] == quotation[i]:
                    yield k

    def lowers(self) -> frozenset[str]:
        """Return these words in lower case."""
        return frozenset(self.parsed.lower[i] for i in self.words)

    def is_negated(self) -> bool:
        """Return whether a negation is among the helpers of these words."""
        helpers = self.children_by(*GOVERNING_DEPS, "cc")
        return any(self.parsed.lower[k] in NEGATIONS for k in helpers)


def _says_more(parsed: ParsedText, i: int) -> bool:
    """Return whether a verb is one of speech, and not one such as "continue"."""
    return is_speech_word(parsed, i) and "add" not in parsed.verb_classes(i)


def climb(parsed: ParsedText, i: int, barred: AbstractSet[int]) -> list[int]:
    """Return a word and those above it of one chain: saying -> of -> stopped (short)."""
    path = [i]
    while True:
        above = parsed.head[i]
        if above in barred or above in path or parsed.quotation[above] != parsed.quotation[i]:
            return path
        if not _leans_on_head(parsed, i, path):
            return path
        path.append(above)
        i = above


def _above_prepositions(parsed: ParsedText, i: int) -> int:
    while parsed.dep[i] in {"prep", "pobj"} and parsed.head[i] != i and is_preposition(parsed, i):
        i = parsed.head[i]
    return i


def is_preposition(parsed: ParsedText, i: int) -> bool:
    """Return whether a word is a preposition or "to"."""
    return parsed.tag[i] in {"IN", "TO"}


def _leans_on_head(parsed: ParsedText, i: int, path: list[int]) -> bool:
    """Return whether a word is governed together with the word that it depends on."""
    dep, above = parsed.dep[i], parsed.head[i]
    if parsed.children_by(i, *SUBJECT_DEPS):
        return False
    if dep in {"pcomp", "advmod"}:
        preposition = parsed.lower[above if dep == "pcomp" else i]
        return preposition in _LEANING_PREPOSITIONS
    if dep == "prep":
        return len(path) > 1
    if dep == "dobj":
        return is_report(parsed, i) and not parsed.children_by(i, "poss")
    if dep == "conj":
        return shares_auxiliary(parsed, i) or _is_negated_pair(parsed, above)
    is_clause = dep in {"advcl", "ccomp", "acl"} and above < i and is_infinitive(parsed, i)
    return is_clause or dep in _COMPLEMENT_DEPS


def is_report(parsed: ParsedText, i: int) -> bool:
    """Return whether a word is a noun that reports, or that tells what was not said: mention."""
    is_said = NOUN_CLASS.get(parsed.lower[i], "thought") != "thought"
    is_listed = is_said or parsed.lower[i] in POLARITY_WORDS["unsaid nouns"]
    return is_listed and not parsed.tag[i].startswith("V")


def is_infinitive(parsed: ParsedText, i: int) -> bool:
    """Return whether a verb has "to" before it."""
    return any(parsed.lower[k] == "to" for k in parsed.children_by(i, "aux"))


def _is_negated_pair(parsed: ParsedText, i: int) -> bool:
    """Return whether "nor" follows a verb, or "neither" stands before it: nor denied."""
    joining = parsed.children_by(i, "cc", "preconj", "det", "advmod")
    return any(parsed.lower[k] in {"neither", "nor"} for k in joining)


def shares_auxiliary(parsed: ParsedText, i: int) -> bool:
    """Return whether the auxiliary of the verb before is that of this one: nor deny."""
    return (
        parsed.tag[i] in _BARE_TAGS
        and not parsed.children_by(i, "aux", "auxpass", *SUBJECT_DEPS)
        and bool(parsed.children_by(parsed.head[i], "aux", "auxpass"))
    )


def is_speech_word(parsed: ParsedText, i: int) -> bool:
    """Return whether a word is one of speech, not of a belief, a wish or an attitude."""
    classes = parsed.verb_classes(i)
    has_clause = bool(classes & _SPOKEN_WITH_CLAUSE and parsed.children_by(i, "ccomp", "acl"))
    is_quoting = parsed.lower[i] in _QUOTING_WORDS
    return is_quoting or has_clause or is_report(parsed, i) or not classes.isdisjoint(STATING)


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
