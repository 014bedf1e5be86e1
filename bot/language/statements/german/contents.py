"""Find what is said: the quotation or the clauses that belong to a verb that reports."""

from bot.language.statements.german.cues import CueVerb, is_verb_final, opener_of
from bot.language.statements.german.lexicon import (
    ADVERBS,
    BEFORE_NAMES,
    CONTENT_OPENERS,
    COORDINATORS,
    CORE_VERBS,
    DETERMINERS,
    INFINITIVE_VERBS,
    PREPOSITIONS,
    QUESTION_WORDS,
    RELATIVES,
    SUBORDINATORS,
    VERBS,
    may_be_finite,
)
from bot.language.statements.german.phrases import noun_phrase
from bot.language.statements.german.words import GermanText, Run

Content = tuple[tuple[Run, ...], str]
_MIN_NAMED = 7  # of what begins with a capital and is no name
_MIN_QUOTED = 4  # tokens, with the marks: fewer are a name or a single word
_BEFORE_INFINITIVES = frozenset(["um", "ohne", "statt", "anstatt", "außer"])
_ADVERBIAL = frozenset(["wie", "so", "als"])
_WITH_INFINITIVE = frozenset(["demand", "promise", "warn", "accuse"])
_TOLD_AFTER_COLON = frozenset(["say", "ask", "demand", "warn", "deny"])
_ANNOUNCE = frozenset(["als", "vor", "von"])


def content_before(
    text: GermanText, sentence: Run, clauses: list[Run], k: int, verb: CueVerb
) -> tuple[Run, ...] | None:
    """Return what stands before an inverted verb: a quotation, or a main clause."""
    opener = opener_of(text, verb.clause)
    if verb.finite != opener or is_verb_final(text, verb):
        return None
    quoted = quotation_before(text, verb.finite, sentence[0])
    if quoted:
        return (whole_before(text, quoted, sentence[0]),)
    if k == 0 or verb.clause[0] != opener or text.word[opener - 1] not in ",–—-":
        return None
    first = _main_clause_start(text, clauses[:k])
    is_inverted = first is not None and _may_be_inverted(text, verb, (first, clauses[k - 1][1]))
    return ((first, clauses[k - 1][1]),) if first is not None and is_inverted else None


def _may_be_inverted(text: GermanText, verb: CueVerb, run: Run) -> bool:
    """Return whether a verb may report the clauses before it without quote marks."""
    if text.lower[verb.finite + 1 : verb.finite + 2] in (["aber"], ["jedoch"], ["auch"]):
        return False
    is_reported = any(text.is_subjunctive(i) for i in range(*run))
    verb_class = verb.reading.verb_class
    is_standing = verb.reading.verb == "heißen" and text.lower[verb.finite + 1] == "es"
    is_free = verb.reading.verb in CORE_VERBS or verb_class == "ask" or is_standing
    return not verb.is_passive and (is_free or (is_reported and verb_class not in {"call", "show"}))


def _main_clause_start(text: GermanText, clauses: list[Run]) -> int | None:
    """Return where the clauses before a verb begin, if there is one that may stand alone."""
    for clause in clauses:
        opener = opener_of(text, clause)
        lower = text.lower[opener]
        is_said = lower in CONTENT_OPENERS or lower in QUESTION_WORDS
        if is_said and clause == clauses[0]:
            return clauses[0][0]
        if _is_adverbial(text, clause, opener) and clause[1] - opener > 2:
            continue
        if clause != clauses[0] and lower in RELATIVES and not _has_early_verb(text, clause):
            continue
        if any(text.finite_at(i) for i in range(*clause)):
            return clauses[0][0]
    return None


def _is_adverbial(text: GermanText, clause: Run, opener: int) -> bool:
    """Return whether a clause hangs on another; "ohne Geld gehe es nicht" does not."""
    lower = text.lower[opener]
    if lower in _BEFORE_INFINITIVES:
        return "zu" in text.lower[slice(*clause)] or not any(map(text.finite_at, range(*clause)))
    return lower in SUBORDINATORS | _ADVERBIAL


def _has_early_verb(text: GermanText, clause: Run) -> bool:
    phrase = noun_phrase(text, clause[0], clause[1])
    return phrase is not None and phrase[1] < clause[1] - 1 and text.finite_at(phrase[1])


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
    if quoted[1] - quoted[0] <= _MIN_QUOTED or (is_part and text.is_name(quoted)):
        return None
    return quoted


def content_after(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb
) -> Content | None:
    """Return what follows a verb's last clause `k`, and in which form."""
    sentence = text.sentences[number]
    end = clauses[k][1]
    opened = _opened_in_clause(text, clauses[k], verb)
    if opened is not None:
        return ((_until_end(text, sentence, clauses, k, opened, verb),), "dass")
    if end < sentence[1] and text.word[end] == ":":
        return _after_colon(text, number, end, verb)
    for n in range(k + 1, len(clauses)):
        form = _form_of(text, clauses[n], verb, is_next=n == k + 1)
        first = clauses[n][0]
        if form == "quote":
            return ((text.quotations[text.quotation[first] - 1],), form)
        if form and text.word[first - 1] in ",-–—":
            return ((_until_end(text, sentence, clauses, n, first, verb),), form)
        if form or not _is_skipped(text, clauses[n]):
            return None
    return None


def _opened_in_clause(text: GermanText, clause: Run, verb: CueVerb) -> int | None:
    """Return where "dass" follows a verb without a comma."""
    i = verb.end
    is_open = i < clause[1] and text.lower[i] in {"dass", "daß", "ob"} and not text.quotation[i]
    return i if is_open else None


def _form_of(text: GermanText, clause: Run, verb: CueVerb, *, is_next: bool) -> str:
    """Return as what a clause behind a verb is said: "dass", "infinitive", "V2", or ""."""
    first = clause[0]
    if text.quotation[first] and is_whole_quotation(text, first):
        is_told = not is_verb_final(text, verb) or verb.reading.verb_class in _TOLD_AFTER_COLON
        return "quote" if is_told and (is_next or text.word[first - 1] == ":") else ""
    if text.lower[first] in CONTENT_OPENERS or _is_question(text, clause, verb):
        return "dass"
    if is_infinitive(text, clause):
        return "infinitive" if is_next and _takes_infinitive(verb) else ""
    return "V2" if _is_verb_second(text, clause, verb) else ""


def _takes_infinitive(verb: CueVerb) -> bool:
    reading = verb.reading
    if reading.verb_class in {"say", "think"}:
        return not verb.is_passive or reading.verb in INFINITIVE_VERBS
    return reading.verb_class in _WITH_INFINITIVE or reading.verb in INFINITIVE_VERBS


def _is_question(text: GermanText, clause: Run, verb: CueVerb) -> bool:
    """Return whether a clause is an indirect question and no relative clause."""
    lower = text.lower[clause[0]]
    if lower not in QUESTION_WORDS or lower.startswith("welch"):
        return False
    if verb.reading.verb_class not in {"say", "ask", "think"} or verb.is_passive:
        return False
    ends = text.finite_at(clause[1] - 1) or text.lower[clause[1] - 1].endswith(("en", "t"))
    return ends and clause[1] - clause[0] > 2


def is_whole_quotation(text: GermanText, i: int) -> bool:
    """Return whether a quotation of more than a few words begins at a token."""
    first, last = text.quotations[text.quotation[i] - 1]
    return first == i and last - first > _MIN_QUOTED


def _after_colon(text: GermanText, number: int, colon: int, verb: CueVerb) -> Content | None:
    sentence = text.sentences[number]
    if is_verb_final(text, verb) and verb.reading.verb_class not in _TOLD_AFTER_COLON:
        return None
    first = colon + 1
    if first >= sentence[1]:
        if number + 1 >= len(text.sentences):
            return None
        sentence = text.sentences[number + 1]
        first = sentence[0]
        if not text.quotation[first]:
            return None
    if text.quotation[first]:
        return ((text.quotations[text.quotation[first] - 1],), "quote")
    is_told = verb.reading.verb_class in _TOLD_AFTER_COLON and not verb.is_passive
    return (((first, sentence[1]),), "colon") if is_told else None


def is_infinitive(text: GermanText, clause: Run) -> bool:
    """Return whether a clause ends in an infinitive with "zu" that is no aim."""
    first, end = clause
    if text.lower[first] in _BEFORE_INFINITIVES:
        return False
    last = end - 1
    while last > first and not text.is_word(last):
        last -= 1
    for k in range(max(first, last - 1), last + 1):
        word = text.lower[k]
        if not word.endswith("n") or text.is_capitalized(k):
            continue
        if (k and text.lower[k - 1] == "zu") or "zu" in word[2:-4]:
            return True
    return False


def _is_verb_second(text: GermanText, clause: Run, verb: CueVerb) -> bool:
    """Return whether a clause behind a comma is said: its verb second, no conjunction first."""
    first, end = clause
    lower = text.lower[first]
    if _opens_dependent(text, clause):
        return False
    phrase = noun_phrase(text, first, end)
    inner = (i for i in range(first, end - 1) if text.is_subjunctive(i))
    if next((i for i in inner if not text.quotation[i]), None) is not None:
        return not (lower in RELATIVES and (phrase is None or phrase[1] - phrase[0] == 1))
    if text.is_subjunctive(end - 1) and phrase and phrase[1] == end - 1:
        return True  # "der Steg halte"
    if verb.is_passive or verb.reading.verb not in CORE_VERBS:
        return False
    if lower in PREPOSITIONS and _goes_on_reported(text, clause):
        return True
    return (
        phrase is not None
        and phrase[1] < end - 1
        and (text.finite_at(phrase[1]) or _may_be_subjunctive(text, phrase[1]))
    )


def _opens_dependent(text: GermanText, clause: Run) -> bool:
    """Return whether a clause begins as no main clause does."""
    lower = text.lower[clause[0]]
    return (
        lower in COORDINATORS
        or _is_adverbial(text, clause, clause[0])
        or may_be_finite(lower)
        or lower in RELATIVES - DETERMINERS
        or _is_relative_phrase(text, clause)
    )


def _goes_on_reported(text: GermanText, clause: Run) -> bool:
    """Return whether the subjunctive comes behind an aside: "über den Plan, …, sei er froh"."""
    end = text.sentence_at(clause[0])[1]
    return any(text.is_subjunctive(i) and text.parts(i - 1) for i in range(clause[1], end))


def _may_be_subjunctive(text: GermanText, i: int) -> bool:
    lower = text.lower[i]
    return text.word[i][0].islower() and lower.endswith("e") and lower not in ADVERBS


def _is_relative_phrase(text: GermanText, clause: Run) -> bool:
    """Return whether a clause begins like "in dem die Leute"."""
    first, end = clause
    if text.lower[first] not in PREPOSITIONS or first + 2 >= end:
        return False
    if text.lower[first + 1] not in RELATIVES | {"denen", "dessen", "deren"}:
        return False
    return noun_phrase(text, first + 1, end) is None or (
        not text.is_capitalized(first + 2)
        and (text.lower[first + 2] in DETERMINERS | ADVERBS | PREPOSITIONS)
    )


def _is_skipped(text: GermanText, clause: Run) -> bool:
    """Return whether a clause may stand between a verb and what is said: an aside."""
    lower = text.lower[clause[0]]
    if lower in RELATIVES | SUBORDINATORS | PREPOSITIONS:
        return True
    return not any(text.finite_at(i) for i in range(*clause))


def _until_end(
    text: GermanText, sentence: Run, clauses: list[Run], n: int, first: int, verb: CueVerb
) -> Run:
    """Return the words from `first` on, up to where the reporter's own begin again."""
    is_within = is_verb_final(text, verb)
    for k, (start, end) in enumerate(clauses[n + 1 :], start=n + 1):
        if (
            text.word[start - 1] == ":"
            and text.quotation[start]
            and is_whole_quotation(text, start)
        ):
            return first, start - 1
        if text.quotation[start]:
            continue
        if text.word[start - 1] == ";":
            return first, start - 1
        if is_within and text.is_verb(start):
            return first, start - 1
        lower = text.lower[start]
        if lower in {"und", "doch", "aber"} and _reports_again(text, (start + 1, end)):
            return first, start - 1
        if (
            lower == "so"
            and k == len(clauses) - 1
            and not any(text.finite_at(i) for i in range(start, end))
        ):
            return first, start - 1
    return first, trim_end(text, first, sentence[1])


def _reports_again(text: GermanText, run: Run) -> bool:
    """Return whether words behind "und" report: "und kündigte an"."""
    i = run[0]
    return (
        i < run[1]
        and any(
            reading.is_finite and reading.verb_class in {"say", "warn", "demand", "deny"}
            for reading in VERBS.get(text.lower[i], ())
        )
        and not text.is_subjunctive(i)
        and not text.lower[i].endswith("e") | text.lower[i].endswith("en")
    )


def trim_end(text: GermanText, first: int, end: int) -> int:
    """Return an end without the marks before it."""
    while end - 1 > first and not text.is_word(end - 1) and not text.quotation[end - 1]:
        end -= 1
    return end


def quoted_object(text: GermanText, verb: CueVerb, last: Run) -> tuple[Run, ...] | None:
    """Return the quoted words in a verb's own clause: "nannte den Plan „ein Wagnis“"."""
    verb_class = verb.reading.verb_class
    if verb.reading.verb == "sprechen":
        verb_class = "call"
    if verb_class in {"show", "think"} or (is_verb_final(text, verb) and verb_class != "call"):
        return None
    first = verb.finite + 1 if verb.finite <= verb.at else verb.clause[0]
    if verb_class == "call":
        first = verb.clause[0]
    end = _calling_end(text, verb, last) if verb_class == "call" else last[1]
    for i in range(min(first, end), end):
        if not text.quotation[i] or (i and text.quotation[i - 1] == text.quotation[i]):
            continue
        quoted = text.quotations[text.quotation[i] - 1]
        if _is_said(text, quoted, verb):
            return (quoted,)
    return None


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
    first, end = quoted
    before = text.lower[first - 1] if first else ""
    if verb.reading.verb == "nennen":
        is_term = text.lower[verb.finite + 1] == "sich" or text.lower[max(0, first - 2)] == "man"
        return not is_term and (text.word[first + 1][0].islower() or end - first > _MIN_NAMED)
    if first and text.is_capitalized(first - 1) and first - 1 != verb.at:
        return text.lower[first - 1] in {"als", "von", "nennt"} and end - first > 2
    if before in BEFORE_NAMES or (before == "von" and verb.reading.verb != "sprechen"):
        return False
    if not _ANNOUNCE.isdisjoint(text.lower[max(0, first - 4) : first]):
        return end - first > 2
    return end - first > _MIN_QUOTED
