"""Find whose words they are: the subject of a verb that reports."""

from bot.language.mentions import Gender
from bot.language.statements.german.cues import CueVerb, is_verb_final, opener_of
from bot.language.statements.german.lexicon import (
    ADVERBS,
    COORDINATORS,
    CUE_NOUNS,
    OBLIQUE,
    PLACES_OF_WORDS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    STANDING_VERBS,
    SUBORDINATORS,
    VerbForm,
)
from bot.language.statements.german.people import (
    is_body,
    is_named_before,
    may_speak,
    read_naming,
)
from bot.language.statements.german.phrases import (
    is_source_noun,
    noun_phrase,
    opening_phrase,
    phrase_from,
)
from bot.language.statements.german.words import GermanText, Run

# What may end an apposition; a colon or full stop ends one behind its verb.
_CLOSING = frozenset(",(.:")
_HE_BEHIND = (["er"], ["wir"], ["ich"], ["man"])
_MAX_BEFORE_APPOSITION = 14
_IMPERSONAL = frozenset(["es", "das", "dies"])


def find_subject(
    text: GermanText, sentence: Run, clauses: list[Run], k: int, verb: CueVerb
) -> Run | None:
    """Return who says it: the subject of a verb in clause `k`, None where nobody is named."""
    if verb.is_passive:
        return agent_of(text, verb) or _opening_paper(text, clauses[0])
    subject = _find_subject(text, sentence, clauses, k, verb)
    if subject and text.lower[subject[0]] == "es" and subject[1] - subject[0] == 1:
        if verb.reading.verb not in STANDING_VERBS:
            return subject
        return place_of_words(text, verb.clause) or _opening_place(text, clauses[0])
    if subject is None and verb.reading.verb in {"hervorgehen", "verlauten"}:
        return place_of_words(text, verb.clause)
    if subject and verb.reading.verb == "vorwerfen" and subject[0] > verb.finite:
        subject = _without_dative(text, subject)
    subject = with_apposition(text, subject, sentence)
    return _before_apposition(text, subject, sentence) if subject else None


def _find_subject(
    text: GermanText, sentence: Run, clauses: list[Run], k: int, verb: CueVerb
) -> Run | None:
    if is_verb_final(text, verb):
        return _of_final_verb(text, verb)
    clause = verb.clause
    if verb.finite < clause[0]:  # the auxiliary stands in an earlier clause
        k = next(n for n, each in enumerate(clauses) if each[1] > verb.finite)
        clause = clauses[k]
    opener = opener_of(text, clause)
    end = clause[1] if verb.at <= verb.finite or verb.at >= clause[1] else verb.at
    if verb.finite > opener:
        found = _of_second_verb(text, opener, end, verb, k)
        if found or not k:
            return found
        is_joined = text.lower[verb.finite - 1] in COORDINATORS
        main = _main_subject(text, sentence, clauses, k) if is_joined else None
        return _opening_alone(text, clauses, k) or main
    return _of_inverted(text, sentence, clauses, k, verb.finite, (opener, end))


def _of_inverted(
    text: GermanText, sentence: Run, clauses: list[Run], k: int, finite: int, run: Run
) -> Run | None:
    """Return the subject of a verb that opens its clause `run`."""
    opener, end = run
    if text.lower[finite + 1 : finite + 2] in _HE_BEHIND:
        return finite + 1, finite + 2
    if k and (first := _opening_alone(text, clauses, k)):
        return first
    after = phrase_from(text, finite + 1, end)
    is_joined = opener > clauses[k][0] and text.lower[opener - 1] in COORDINATORS
    if after and not is_joined:
        return after
    return _phrase_before(text, clauses, k) or _main_subject(text, sentence, clauses, k) or after


def _phrase_before(text: GermanText, clauses: list[Run], k: int) -> Run | None:
    """Return the phrase that alone is the clause before a verb: "es regnet, Ida Berg, sagte"."""
    if k < 2 or not any(map(text.finite_at, range(*clauses[0]))):
        return None
    phrase = opening_phrase(text, *clauses[k - 1])
    return phrase if phrase == clauses[k - 1] else None


def _of_second_verb(text: GermanText, opener: int, end: int, verb: CueVerb, k: int) -> Run | None:
    """Return the subject before or behind a verb that stands second in its clause."""
    finite = verb.finite
    if text.lower[finite - 1] in COORDINATORS:
        return _shared_subject(text, opener, finite, k)
    opener = _opener_behind_and(text, opener, finite)
    if text.lower[finite + 1 : finite + 2] in _HE_BEHIND:
        return finite + 1, finite + 2
    phrase = opening_phrase(text, opener, finite)
    after = phrase_from(text, finite + 1, end)
    if phrase is None or not reaches(text, phrase[1], finite):
        return after
    is_impersonal = text.lower[phrase[0]] in _IMPERSONAL and phrase[1] - phrase[0] == 1
    if verb.reading.verb_class == "call" and _is_object(text, phrase, verb):
        return after
    is_object = after is not None and (is_impersonal or _is_said_of(text, phrase, after, verb))
    return after if is_object else phrase


def _is_said_of(text: GermanText, phrase: Run, after: Run, verb: CueVerb) -> bool:
    """Return whether the phrase before a verb is its object, and the one behind it its subject."""
    is_said = verb.reading.verb_class not in {"show", "think"}
    return after[0] == verb.finite + 1 and (
        is_object_first(text, phrase, after) or (is_said and _is_thing(text, phrase, after))
    )


def _is_thing(text: GermanText, phrase: Run, after: Run) -> bool:
    """Return whether what was said opens a clause: "Die Kritik wies Brandt zurück"."""
    is_name = after[1] - after[0] == 1 and text.is_capitalized(after[0])
    nouns = (i for i in range(*phrase) if text.word[i] in CUE_NOUNS)
    claim = next(nouns, None)
    is_claim = claim is not None and not is_source_noun(text, claim)
    return is_name and is_claim and text.lower[phrase[0]] not in {"der", "ein"}


def _opener_behind_and(text: GermanText, opener: int, finite: int) -> int:
    """Return where the last main clause before a verb begins: "es sei leck und | Ida Berg rief"."""
    for i in range(finite - 1, opener, -1):
        if text.lower[i] in {"und", "aber"} and not text.quotation[i]:
            phrase = opening_phrase(text, i + 1, finite)
            has_verb = any(map(text.is_verb, range(opener, i)))
            return i + 1 if phrase and phrase[1] == finite and has_verb else opener
    return opener


def is_object_first(text: GermanText, phrase: Run, after: Run) -> bool:
    """Return whether the phrase behind a verb is its subject: "Die Idee lobte der Minister"."""
    naming = read_naming(text, after)
    is_masculine = text.lower[after[0]] == "der" and naming.gender is Gender.MALE
    if is_masculine:
        return text.lower[phrase[0]] != "der"
    is_name = naming.is_proper and naming.name[1] - naming.name[0] > 1
    is_last = after[1] - after[0] == 1 and is_named_before(text, after[0])
    return (is_name or is_last) and not may_speak(text, phrase)


def _shared_subject(text: GermanText, opener: int, finite: int, k: int) -> Run | None:
    """Return the subject of the verb that this one is joined to: "Er kam und sagte"."""
    first = next((i for i in range(opener, finite) if text.finite_at(i)), None)
    if first is not None and k and text.is_subjunctive(first):
        return None  # "sagte, das Boot sei leck und fügte hinzu": of the verb before
    if first is None:
        return opening_phrase(text, opener, finite) or phrase_from(text, opener, finite)
    phrase = opening_phrase(text, opener, first) if first > opener else None
    after = phrase_from(text, first + 1, finite)
    if phrase and after and after[0] == first + 1 and _is_thing(text, phrase, after):
        return after
    if phrase and reaches(text, phrase[1], first) and text.lower[phrase[0]] not in _IMPERSONAL:
        return phrase
    return after


def _opening_alone(text: GermanText, clauses: list[Run], k: int) -> Run | None:
    """Return the phrase that alone is a sentence's first clause: "Ida Berg, die …, sagte"."""
    first = clauses[0]
    if any(text.is_verb(each[0]) for each in clauses[1:k]):
        return None  # it has its verb already
    opener = opener_of(text, first)
    phrase = opening_phrase(text, opener, first[1])
    if phrase is None or text.quotation[first[0]] or not reaches(text, phrase[1], first[1]):
        return None
    return None if any(map(text.finite_at, range(phrase[1], first[1]))) else phrase


def _is_object(text: GermanText, phrase: Run, verb: CueVerb) -> bool:
    """Return whether what opens a clause is called something, by the name behind the verb."""
    if verb.reading.form is not VerbForm.SINGULAR or not text.lower[phrase[1] - 1].endswith("en"):
        if text.lower[phrase[0]] not in {"deren", "dessen", "dies", "das"}:
            return False
        if text.lower[phrase[0]] == "das" and phrase[1] - phrase[0] > 1:
            return False
    i = verb.finite + 1
    return i < verb.clause[1] and (text.is_capitalized(i) or text.lower[i] in {"der", "er"})


def _of_final_verb(text: GermanText, verb: CueVerb) -> Run | None:
    opener = opener_of(text, verb.clause)
    if text.lower[opener] in PREPOSITIONS - SUBORDINATORS:
        is_owned = text.lower[opener + 1] in {"dessen", "deren"}
        return phrase_from(text, opener + (3 if is_owned else 2), verb.finite)
    if text.lower[opener] in RELATIVES - SUBORDINATORS:
        behind = opening_phrase(text, opener + 1, verb.finite)
        if text.lower[opener] in OBLIQUE:
            return phrase_from(text, opener + 1, verb.finite)
        is_object = behind is not None and _is_surely_subject(text, behind)
        return behind if is_object else (opener, opener + 1)
    return phrase_from(text, opener + 1, max(verb.finite, opener + 1))


def _is_surely_subject(text: GermanText, phrase: Run) -> bool:
    """Return whether a phrase behind a relative pronoun is "er" or a full name: "die er sagte"."""
    naming = read_naming(text, phrase)
    is_full = naming.is_proper and naming.name[1] - naming.name[0] > 1
    return is_full or text.lower[phrase[0]] in {"er", "man", "ich", "wir"}


def _main_subject(text: GermanText, sentence: Run, clauses: list[Run], k: int) -> Run | None:
    """Return the subject of the clause that a verb without one goes on from."""
    first = opener_of(text, clauses[0])
    phrase = opening_phrase(text, first, sentence[1])
    if phrase:
        return phrase
    for i in range(first, clauses[k][0]):
        if text.lower[i] not in ADVERBS and text.finite_at(i):
            return phrase_from(text, i + 1, clauses[k][1])
    return None


def reaches(text: GermanText, first: int, finite: int) -> bool:
    """Return whether only what belongs to an opening phrase stands before the verb."""
    if first >= finite:
        return True
    return (
        text.lower[first] in PREPOSITIONS or text.lower[first] in ADVERBS
        or text.quotation[first] > 0 or not text.is_word(first)
    )  # fmt: skip


def with_apposition(text: GermanText, phrase: Run | None, sentence: Run) -> Run | None:
    """Return a phrase with the name or role behind a comma: "der Leiter, Ida Berg,"."""
    if phrase is None or phrase[1] >= sentence[1] or text.word[phrase[1]] != ",":
        return phrase
    if text.quotation[phrase[1]]:
        return phrase
    more = noun_phrase(text, phrase[1] + 1, sentence[1])
    if more is None or more[1] >= sentence[1] or text.word[more[1]] not in _CLOSING:
        return phrase
    first = text.lower[more[0]]
    if more[1] - more[0] == 1 and first in PRONOUNS | RELATIVES:
        return phrase
    return phrase[0], more[1]


def _before_apposition(text: GermanText, phrase: Run, sentence: Run) -> Run:
    """Return a phrase with the one before it whose apposition it is: "Ida Berg, die Leiterin,"."""
    at = phrase[0] - 1
    if phrase[1] - phrase[0] == 1 and text.lower[phrase[0]] in RELATIVES | PRONOUNS:
        return phrase
    if at <= sentence[0] or text.word[at] != "," or text.quotation[at]:
        return phrase
    for start in range(max(sentence[0], at - _MAX_BEFORE_APPOSITION), at):
        before = opening_phrase(text, start, at)
        if before and before[1] == at:
            is_first = start == sentence[0] or not text.is_word(start - 1)
            return (start, phrase[1]) if is_first else phrase
    return phrase


def agent_of(text: GermanText, verb: CueVerb) -> Run | None:
    """Return by whom something is said in the passive."""
    for i in range(*verb.clause):
        if text.lower[i] in {"von", "vom", "seitens"} and not text.quotation[i]:
            is_first = i == verb.clause[0] or text.lower[i - 1] in SUBORDINATORS
            is_near = is_first or i - 1 == verb.finite or i + 1 == verb.at
            phrase = noun_phrase(text, i + 1, verb.clause[1])
            return phrase if phrase and (is_near or phrase[1] >= verb.at) else None
    return None


def _without_dative(text: GermanText, subject: Run) -> Run:
    """Return a subject without whom it blames: "wirft die Werft | der Stadt vor"."""
    first, end = subject
    for i in range(first + 1, end):
        is_name = text.is_capitalized(i) and is_body(text.word[i - 1])
        if is_name or (text.lower[i] == "der" and i > first + 1):
            return first, i
    return subject


def _opening_paper(text: GermanText, clause: Run) -> Run | None:
    """Return the paper that a sentence in the passive opens with: "Im Bericht wurde gefordert"."""
    place = _opening_place(text, clause)
    is_paper = place and any(is_source_noun(text, i) for i in range(*place))
    return place if is_paper else None


def _opening_place(text: GermanText, clause: Run) -> Run | None:
    """Return the paper that a sentence opens with: "In dem Bericht, der …, heißt es"."""
    is_place = text.lower[clause[0]] in {"in", "im", "aus", "laut"}
    return place_of_words(text, clause) if is_place else None


def place_of_words(text: GermanText, clause: Run) -> Run | None:
    """Return the paper in which it stands, or the circle it comes from: "heißt es in"."""
    for i in range(*clause):
        if text.lower[i] in PLACES_OF_WORDS and not text.quotation[i]:
            return noun_phrase(text, i + 1, clause[1])
    return None
