"""Find what is said: the quotation or the clauses that belong to a verb that reports."""

from bot.language.statements.german.content_end import until_end
from bot.language.statements.german.cues import CueVerb, is_verb_final, opener_of
from bot.language.statements.german.lexicon import (
    AUXILIARIES,
    CONTENT_OPENERS,
    COORDINATORS,
    CORE_VERBS,
    DETERMINERS,
    FINITE,
    INFINITIVE_VERBS,
    NEGATIONS,
    PREPOSITIONS,
    QUESTION_WORDS,
    RELATIVES,
    REPORTING_MOOD,
    SUBORDINATORS,
    VERBS,
    may_be_finite,
)
from bot.language.statements.german.phrases import noun_phrase, skip_prepositional
from bot.language.statements.german.quoted_words import (
    is_title,
    is_whole_quotation,
    quotation_before,
    whole_before,
)
from bot.language.statements.german.words import GermanText, Run, trim_end

Content = tuple[tuple[Run, ...], str]
_BEFORE_INFINITIVES = frozenset(["um", "ohne", "statt", "anstatt", "außer"])
_FACTS = frozenset(["Tatsache", "Umstand", "Fall", "Grund", "Folge", "dadurch"])
_ADVERBIAL = frozenset(["wie", "so", "als"])
_WITH_INFINITIVE = frozenset(["demand", "promise", "warn", "accuse"])
_TOLD_AFTER_COLON = frozenset(["say", "ask", "demand", "warn", "deny"])
_HANGING = SUBORDINATORS - {"bis", "seit", "während"}
_ALSO_OTHERWISE = frozenset(["bis", "seit", "während", "damit", "da", "seitdem", "indem"])
_OPENING_PRONOUNS = frozenset(["er", "sie", "es", "man", "das", "dies"])
_TELLING = frozenset(["say", "accuse", "warn", "deny", "promise"])
_REASONS = frozenset(["weil", "da"])
_INSTEAD = frozenset(["aber", "jedoch", "dagegen", "hingegen", "vielmehr"])
_MAX_ASIDES = 3
_TOLD_BY_FINAL = frozenset(["say", "ask", "warn"])


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
    if text.lower[run[0]] in CONTENT_OPENERS and verb_class in {"say", "think", "demand"}:
        return True
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
        if lower in QUESTION_WORDS and text.lower[opener_of(text, clauses[0])] == "um":
            continue
        if clause != clauses[0] and lower in RELATIVES:
            continue
        if any(text.finite_at(i) for i in range(*clause)):
            return clauses[0][0]
    return None


def _is_adverbial(text: GermanText, clause: Run, opener: int) -> bool:
    """Return whether a clause hangs on another; "ohne Geld gehe es nicht" does not."""
    lower = text.lower[opener]
    if lower in _BEFORE_INFINITIVES:
        return "zu" in text.lower[slice(*clause)] or not any(map(text.finite_at, range(*clause)))
    if lower in _ALSO_OTHERWISE and _is_followed_by_verb(text, opener + 1, clause[1]):
        return False  # "bis zum Fest seien", "damit solle"
    return lower in SUBORDINATORS | _ADVERBIAL


def _is_followed_by_verb(text: GermanText, first: int, end: int) -> bool:
    """Return whether a verb that does not end the clause comes next, or behind one phrase."""
    if first >= end:
        return False
    at = first if text.lower[first] in PREPOSITIONS else first - 1
    last = trim_end(text, first, end) - 1
    return any(i < last and text.finite_at(i) for i in (first, skip_prepositional(text, at, end)))


def content_after(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb
) -> Content | None:
    """Return what follows a verb's last clause `k`, and in which form."""
    sentence = text.sentences[number]
    end = clauses[k][1]
    opened = _opened_in_clause(text, clauses[k], verb)
    if opened is not None:
        return ((until_end(text, sentence, clauses, k, opened, verb),), "dass")
    if _reports_behind_and(text, verb.end, end):
        return None  # "rief „Weg!“ und Ida Berg sagte: …"
    if end < sentence[1] and text.word[end] == ":":
        return _after_colon(text, number, end, verb)
    if text.word[end - 1] in _FACTS:
        return None  # "ergibt sich aus der Tatsache, dass", "unterscheidet sich dadurch, dass"
    return _in_clauses(text, number, clauses, k + 1, verb)


def _reports_behind_and(text: GermanText, first: int, end: int) -> bool:
    """Return whether another verb of our lists is joined to a clause between two words."""
    joined = (i for i in range(first, end) if text.lower[i] in COORDINATORS)
    at = next((i for i in joined if not text.quotation[i]), end)
    return any(text.finite_at(i) and text.lower[i] in VERBS for i in range(at, end))


def _in_clauses(
    text: GermanText, number: int, clauses: list[Run], n: int, verb: CueVerb
) -> Content | None:
    """Return the first of the clauses from `n` on that a verb reports, asides skipped."""
    is_next = True
    while n < len(clauses):
        form = _form_of(text, clauses[n:], verb, is_next=is_next)
        first = clauses[n][0]
        if form == "quote":
            return ((text.quotations[text.quotation[first] - 1],), form)
        if form and text.word[first - 1] in ",-–—":
            return ((until_end(text, text.sentences[number], clauses, n, first, verb),), form)
        if form or not _is_skipped(text, clauses[n]):
            return None
        n, is_next = n + 1, False
    return None


def hanging_content(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb
) -> Content | None:
    """Return a clause in the first subjunctive behind a verb: "lobte den Steg, der sicher sei"."""
    if is_verb_final(text, verb) or verb.is_passive or k + 1 >= len(clauses):
        return None
    clause = clauses[k + 1]
    first, last = clause[0], trim_end(text, *clause) - 1
    opens = text.lower[first] in RELATIVES | _REASONS or text.lower[first] in PREPOSITIONS
    if text.word[first - 1] != "," or not opens or text.word[last] not in REPORTING_MOOD:
        return None
    return ((until_end(text, text.sentences[number], clauses, k + 1, first, verb),), "hanging")


def _opened_in_clause(text: GermanText, clause: Run, verb: CueVerb) -> int | None:
    """Return where "dass" or words with "zu" follow a verb without a comma."""
    i = verb.end
    if i >= clause[1] or text.quotation[i]:
        return None
    is_plan = not verb.reading.is_finite and clause[1] - i > 2 and _takes_infinitive(text, verb)
    is_open = text.lower[i] in CONTENT_OPENERS or (is_plan and is_infinitive(text, (i, clause[1])))
    return i if is_open else None


def _form_of(text: GermanText, clauses: list[Run], verb: CueVerb, *, is_next: bool) -> str:
    """Return as what clauses behind a verb are said: "dass", "infinitive", "V2", or ""."""
    clause = clauses[0]
    first = clause[0]
    if text.quotation[first] and is_whole_quotation(text, first) and not _ends_in_zu(text, clause):
        is_told = not is_verb_final(text, verb) or verb.reading.verb_class in _TOLD_BY_FINAL
        return "quote" if is_told and (is_next or text.word[first - 1] == ":") else ""
    if text.lower[first] in CONTENT_OPENERS or _is_question(text, clause, verb):
        return "dass"
    if is_infinitive(text, clause):
        return "infinitive" if is_next and _takes_infinitive(text, verb) else ""
    if _is_verb_second(text, clause, verb):
        return "V2"
    is_far = is_next and _takes_infinitive(text, verb) and _is_far_infinitive(text, clauses)
    return "infinitive" if is_far else ""


def _is_far_infinitive(text: GermanText, clauses: list[Run]) -> bool:
    """Return whether an infinitive with "zu" ends behind an aside: "Haus, Hof zu räumen"."""
    first = clauses[0][0]
    if text.lower[first] in SUBORDINATORS | COORDINATORS or may_be_finite(text.lower[first]):
        return False
    phrase = noun_phrase(text, *clauses[0])
    if text.lower[first] in RELATIVES and (phrase is None or phrase[1] - phrase[0] == 1):
        return False
    if any(text.finite_at(i) for i in range(*clauses[0])):
        return False
    for clause in clauses[1 : 1 + _MAX_ASIDES]:
        if is_infinitive(text, clause):
            return True
        is_aside = text.lower[clause[0]] in RELATIVES | SUBORDINATORS
        if not is_aside and any(text.finite_at(i) for i in range(*clause)):
            return False
    return False


def _ends_in_zu(text: GermanText, clause: Run) -> bool:
    """Return whether an infinitive goes on behind the quotation that opens a clause."""
    end = text.quotations[text.quotation[clause[0]] - 1][1]
    return end < clause[1] and is_infinitive(text, (end, clause[1]))


def _takes_infinitive(text: GermanText, verb: CueVerb) -> bool:
    reading = verb.reading
    if verb.is_passive and is_verb_final(text, verb):
        return False
    if reading.verb_class in {"say", "think"}:
        return not verb.is_passive or reading.verb in INFINITIVE_VERBS
    return reading.verb_class in _WITH_INFINITIVE or reading.verb in INFINITIVE_VERBS


def _is_question(text: GermanText, clause: Run, verb: CueVerb) -> bool:
    """Return whether a clause is an indirect question and no relative clause."""
    lower, last = text.lower[clause[0]], trim_end(text, *clause) - 1
    is_asked = verb.reading.verb_class in {"say", "ask", "think"} and not verb.is_passive
    ends = text.finite_at(last) or text.lower[last].endswith(("en", "t"))
    is_word = lower in QUESTION_WORDS and not lower.startswith(("was", "welch", "wie"))
    return is_word and is_asked and ends and last - clause[0] > 1


def _after_colon(text: GermanText, number: int, colon: int, verb: CueVerb) -> Content | None:
    sentence = text.sentences[number]
    if is_verb_final(text, verb) and verb.reading.verb_class not in _TOLD_BY_FINAL:
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
        quoted = text.quotations[text.quotation[first] - 1]
        return (
            None if is_title(text, quoted, text.sentence_at(verb.at)[0]) else ((quoted,), "quote")
        )
    is_told = verb.reading.verb_class in _TOLD_AFTER_COLON and not verb.is_passive
    return (((first, sentence[1]),), "colon") if is_told else None


def is_infinitive(text: GermanText, clause: Run) -> bool:
    """Return whether a clause ends in an infinitive with "zu" that is no aim."""
    first, end = clause
    if text.lower[first] in _BEFORE_INFINITIVES | _HANGING:
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
    if _opens_dependent(text, clause) or text.lower[first + 1 : first + 2] == ["weil"]:
        return False
    phrase = noun_phrase(text, first, end)
    inner = (i for i in range(first, end - 1) if text.is_subjunctive(i))
    if next((i for i in inner if not text.quotation[i]), None) is not None:
        is_phrase = phrase is not None and phrase[1] - phrase[0] > 1
        is_second = text.is_subjunctive(first + 1) and first + 2 < end  # "das gehe nicht"
        return is_phrase or is_second or text.lower[first] not in RELATIVES
    if text.is_subjunctive(end - 1) and phrase and phrase[1] == end - 1:
        return True  # "der Steg halte"
    return not verb.is_passive and _is_told_plainly(text, clause, verb)


def _is_told_plainly(text: GermanText, clause: Run, verb: CueVerb) -> bool:
    """Return whether a verb may report a main clause that is not in the subjunctive."""
    first, end = clause
    lower = text.lower[first]
    is_of_pronoun = lower in _OPENING_PRONOUNS and verb.reading.verb_class in _TELLING
    if is_of_pronoun and first + 2 < end and text.finite_at(first + 1):
        return not _goes_against(text, verb, clause)
    if not is_of_pronoun and verb.reading.verb not in CORE_VERBS:
        return False
    if _holds_quotation(text, clause) or (
        lower in PREPOSITIONS and _goes_on_reported(text, clause)
    ):
        return True
    phrase = noun_phrase(text, first, end)
    last = trim_end(text, first, end) - 1
    if phrase is None or phrase[1] >= last or text.lower[phrase[1] + 1] in AUXILIARIES:
        return False  # "die im Mai verhaftet worden waren"
    return text.finite_at(phrase[1])


def _goes_against(text: GermanText, verb: CueVerb, clause: Run) -> bool:
    """Return whether a clause tells what was done instead: "sagte nichts, er verwies aber auf"."""
    is_denied = not NEGATIONS.isdisjoint(text.lower[slice(*verb.clause)])
    return is_denied or not _INSTEAD.isdisjoint(text.lower[slice(*clause)])


def _holds_quotation(text: GermanText, clause: Run) -> bool:
    """Return whether the verb of a clause is quoted: "sagte, der Steg „hält noch lange“"."""
    quoted = [i for i in range(*clause) if text.quotation[i] and _is_listed_verb(text.lower[i])]
    return bool(quoted) and not any(text.finite_at(i) for i in range(*clause))


def _is_listed_verb(lower: str) -> bool:
    return lower in FINITE or may_be_finite(lower)


def _opens_dependent(text: GermanText, clause: Run) -> bool:
    """Return whether a clause begins as no main clause does."""
    lower = text.lower[clause[0]]
    return (
        lower in COORDINATORS
        or _is_adverbial(text, clause, clause[0])
        or may_be_finite(lower)
        or lower in RELATIVES - DETERMINERS
    )


def _goes_on_reported(text: GermanText, clause: Run) -> bool:
    """Return whether the subjunctive comes behind an aside: "über den Plan, …, sei er froh"."""
    end = text.sentence_at(clause[0])[1]
    return any(text.is_subjunctive(i) and text.parts(i - 1) for i in range(clause[1], end))


def _is_skipped(text: GermanText, clause: Run) -> bool:
    """Return whether a clause may stand between a verb and what is said: an aside."""
    lower = text.lower[clause[0]]
    if lower in RELATIVES | SUBORDINATORS | PREPOSITIONS | QUESTION_WORDS:
        return True
    return not any(text.finite_at(i) for i in range(*clause))
