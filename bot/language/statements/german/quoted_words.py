"""Find the quoted words that belong to a verb or to "so" and "laut", and those that are no name."""

from bot.language.statements.german.cues import CueVerb, is_verb_final
from bot.language.statements.german.lexicon import (
    BEFORE_NAMES,
    COORDINATORS,
    CUE_NOUNS,
    PREPOSITIONS,
    TITLED,
)
from bot.language.statements.german.subjects import agent_of
from bot.language.statements.german.words import GermanText, Run

_MIN_NAMED = 7  # of what begins with a capital and is no name
_MIN_QUOTED = 4  # tokens, with the marks: fewer are a name or a single word
_ANNOUNCE = frozenset(["als", "vor", "von"])
_A = frozenset(["ein", "eine", "einen", "einem", "einer", "kein", "keine", "keinen"])
# "nach einem „Gesetz zum Hafen“" names a thing, "sprach von einem „Wunder“" does not.
_OF_THINGS = PREPOSITIONS - {"von", "vor", "über"}
_IN_IT = frozenset(["in", "im", "darin", "dabei", "hierin", "daran", "dahinter"])
_JUDGING = frozenset(["say", "call", "accuse", "think", "deny", "demand"])


def is_whole_quotation(text: GermanText, i: int) -> bool:
    """Return whether a quotation of more than a few words begins at a token."""
    first, last = text.quotations[text.quotation[i] - 1]
    return first == i and last - first > _MIN_QUOTED


def is_title(text: GermanText, quoted: Run, first: int) -> bool:
    """Return whether a quotation behind a colon names what the words from `first` on speak of."""
    if text.is_quoted_sentence(quoted):
        return False
    words = text.word[first : quoted[0]]
    return quoted[1] - quoted[0] <= _MIN_NAMED or any(word.endswith(TITLED) for word in words)


def whole_before(text: GermanText, quoted: Run, first: int) -> Run:
    """Return a quotation with the words that it is a part of: "kein „guter Tag für alle“"."""
    k = quoted[0] - 1
    if k < first or text.word[k] in ":.!?":
        return quoted
    before = [i for i in range(first, quoted[0]) if text.is_word(i)]
    is_part = any(text.lower[i] not in COORDINATORS for i in before)
    return (first, quoted[1]) if is_part else quoted


def quotation_before(text: GermanText, i: int, first: int) -> Run | None:
    """Return the quotation that ends just before a word, but for marks."""
    k = i - 1
    while k >= first and not text.quotation[k] and not text.is_word(k):
        k -= 1
    if k < first or not text.quotation[k]:
        return None
    quoted = text.quotations[text.quotation[k] - 1]
    is_part = quoted[0] > first and text.is_word(quoted[0] - 1)
    is_answer = quoted[0] == first and text.word[quoted[1]] == ","  # "„Nein“, sagte sie"
    is_short = quoted[1] - quoted[0] <= _MIN_QUOTED and not is_answer
    if is_short or (is_part and text.is_name(quoted)):
        return None
    return quoted


def quotations_joined(text: GermanText, quoted: Run) -> list[Run]:
    """Return the quotations that go on with one: "„Weg damit!“ und „Meer für alle!“"."""
    found = []
    i = quoted[1]
    while i + 1 < len(text.word) and (text.lower[i] in {"und", "oder", "sowie", ",", "/"}):
        i += 1
        if not text.quotation[i]:
            break
        run = text.quotations[text.quotation[i] - 1]
        if run[0] != i:
            break
        found.append(run)
        i = run[1]
    return found


def quoted_object(text: GermanText, verb: CueVerb, last: Run) -> tuple[Run, ...] | None:
    """Return the quoted words in a verb's own clause: "nannte den Plan „ein Wagnis“"."""
    verb_class = verb.reading.verb_class
    if verb.reading.verb == "sprechen":
        verb_class = "call"
    takes_as = verb_class in _JUDGING and verb.reading.verb != "nennen"
    judged = _judged_as(text, verb, last) if takes_as else None
    if judged:
        return (judged,)
    if verb_class in {"show", "think"} or (is_verb_final(text, verb) and verb_class != "call"):
        return None
    first = verb.finite + 1 if verb.finite <= verb.at else verb.clause[0]
    if verb_class == "call":
        first = verb.clause[0]
    end = _calling_end(text, verb, last) if verb_class == "call" else last[1]
    for quoted in _quotations_in(text, min(first, end), end):
        if _is_said(text, quoted, verb):
            return (quoted,)
    return None


def _quotations_in(text: GermanText, first: int, end: int) -> list[Run]:
    """Return the quotations that begin or lie between two words."""
    return [
        text.quotations[text.quotation[i] - 1]
        for i in range(first, end)
        if text.quotation[i] and not (i and text.quotation[i - 1] == text.quotation[i])
    ]


def _judged_as(text: GermanText, verb: CueVerb, last: Run) -> Run | None:
    """Return as what somebody judges something: "kritisierte den Plan als „Wortbruch“"."""
    sentence = text.sentence_at(verb.at)
    for quoted in _quotations_in(text, verb.clause[0], sentence[1]):
        at = quoted[0] - 2 if text.lower[quoted[0] - 1] in _A else quoted[0] - 1
        if at < verb.clause[0] or text.lower[at] != "als":
            continue
        is_near = at < (verb.end if verb.reading.particle else last[1]) or text.word[at - 1] in ",)"
        is_term = verb.reading.verb_class != "call" and not _may_judge(text, quoted)
        return quoted if is_near and not is_term and not _is_of_nobody(text, verb) else None
    return None


def _may_judge(text: GermanText, quoted: Run) -> bool:
    """Return whether quoted words say how a thing is, and do not name it."""
    first, end = quoted
    return text.word[min(first + 1, end - 1)][0].islower() or end - first > _MIN_QUOTED


def _is_of_nobody(text: GermanText, verb: CueVerb) -> bool:
    """Return whether something is called so by nobody who is told: "wird „Sonnenwind“ genannt"."""
    return verb.is_passive and agent_of(text, verb) is None


def _calling_end(text: GermanText, verb: CueVerb, last: Run) -> int:
    """Return where the clauses without a verb of their own end that go on with "nannte"."""
    sentence = text.sentence_at(verb.at)
    end = last[1]
    for first, stop in text.clauses((end, sentence[1])):
        if any(text.finite_at(i) for i in range(first, stop)):
            break
        end = stop
    return end


def _is_said(text: GermanText, quoted: Run, verb: CueVerb) -> bool:
    """Return whether quoted words in a clause are said, and are no name of something."""
    if verb.reading.verb in {"nennen", "sehen"}:
        return _is_called(text, quoted, verb)
    if verb.reading.verb_class == "call" and _is_of_nobody(text, verb):
        return False
    behind = text.lower[quoted[1] : quoted[1] + 2]
    if verb.reading.verb == "vorwerfen" and behind[:1] and behind[0].startswith("vor"):
        return "lassen" not in behind  # "warf ihr „Wortbruch“ vor"
    return quoted[0] == 0 or _is_no_name(text, quoted, verb)


def _is_no_name(text: GermanText, quoted: Run, verb: CueVerb) -> bool:
    """Return whether the words before quoted ones make no name of them."""
    first, end = quoted
    before, is_small = text.lower[first - 1], text.word[first + 1][0].islower()
    if before in _A and text.lower[first - 2] in _OF_THINGS and not is_small:
        return False
    if before == "wie" or text.lower[max(0, first - 2) : first] == ["zum", "beispiel"]:
        said = text.word[max(0, first - 5) : first]
        return any(word in CUE_NOUNS or word.endswith("parolen") for word in said)
    if text.is_capitalized(first - 1) and first - 1 != verb.at:
        return text.lower[first - 1] in {"als", "von", "nennt"} and end - first > 2
    is_named = before in {"das", "die"} and not is_small and text.is_name(quoted)
    is_thing = before in BEFORE_NAMES or (before == "von" and verb.reading.verb != "sprechen")
    if is_named or is_thing:
        return False
    if not _ANNOUNCE.isdisjoint(text.lower[max(0, first - 4) : first]):
        return end - first > 2
    return end - first > _MIN_QUOTED


def _is_called(text: GermanText, quoted: Run, verb: CueVerb) -> bool:
    """Return whether somebody calls something so: "nannte es einen „Wortbruch“", no own name."""
    first, end = quoted
    clause = text.lower[verb.clause[0] : first]
    is_judged = text.lower[first - 1] in _A
    if verb.reading.verb == "sehen":
        return is_judged and not _IN_IT.isdisjoint(clause)
    if {"sich", "man"} & set(clause) or _is_of_nobody(text, verb):
        return False
    return is_judged or text.word[first + 1][0].islower() or end - first > _MIN_NAMED
