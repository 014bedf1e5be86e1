"""Find the words that govern a content: "refused to say", "could neither confirm nor deny".

attribution -> the word that its content depends on, and up from there as far as one leans on
another: say -> refused; saying -> of -> short -> stopped; deny -> confirm
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.language.lexicon import NOUN_CLASS, STATING
from bot.language.statements.english.attribution_rules import SUBJECT_DEPS, Attribution, words_of
from bot.language.statements.english.parsing import ParsedText
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
