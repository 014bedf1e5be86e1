"""Find who says what in German words: by verbs, by nouns, and by "laut" and its like."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.language.statements.german.according import find_according, find_comparisons
from bot.language.statements.german.attribution import Attribution
from bot.language.statements.german.contents import (
    Content,
    content_after,
    content_before,
    is_whole_quotation,
    quoted_object,
    trim_end,
)
from bot.language.statements.german.cues import CueVerb, find_cue_verbs, opener_of
from bot.language.statements.german.lexicon import (
    REPORTING_MOOD,
    STANDING_VERBS,
    SUBORDINATORS,
)
from bot.language.statements.german.nouns import find_by_nouns
from bot.language.statements.german.phrases import opening_phrase, phrase_from
from bot.language.statements.german.subjects import find_subject, place_of_words, with_apposition
from bot.language.statements.german.words import GermanText, Run

_BACK_REFERENCES = frozenset(["das", "dies"])
_FIRST_PERSONS = frozenset(["ich", "wir", "du", "ihr"])
_MAX_AFTER_NAME = 4  # words between a name and the colon: "Ida Berg zur neuen Heimat:"
_MAX_BACK_REFERENCE = 25  # words of a sentence that only says whose the last one was


def find_attributions(text: GermanText) -> list[Attribution]:
    """Return the attributions of a text in order, none inside another's content."""
    found: list[Attribution] = []
    for number in range(len(text.sentences)):
        found += _in_sentence(text, number)
    return _without_nested(text, _add_following(text, found))


def _in_sentence(text: GermanText, number: int) -> list[Attribution]:
    sentence = text.sentences[number]
    clauses = text.clauses(sentence)
    found = find_according(text, sentence, clauses) + find_comparisons(text, sentence, clauses)
    for k, clause in enumerate(clauses):
        for verb in find_cue_verbs(text, clause, sentence):
            if any(verb.at == each.cue[0] for each in found):
                continue
            attribution = _of_verb(text, number, clauses, k, verb)
            if attribution:
                found.append(attribution)
    for attribution in find_by_nouns(text, sentence, clauses):
        if not any(set(a.content) & set(attribution.content) for a in found):
            found.append(attribution)
    return found + _of_colon(text, number, clauses, found)


def _of_verb(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb
) -> Attribution | None:
    sentence = text.sentences[number]
    opener = opener_of(text, verb.clause)
    if text.lower[opener] == "wie" and opener != verb.at:
        return None  # a comparison
    last = next(n for n, clause in enumerate(clauses) if clause[1] >= verb.end)
    content = _choose_content(text, number, clauses, k, last, verb)
    if content is None or not _says_something(text, verb):
        return None
    source = find_subject(text, sentence, clauses, k, verb)
    if content[1] == "around" and source and source[0] < verb.finite:
        source = phrase_from(text, verb.finite + 1, verb.clause[1]) or source
    if verb.reading.verb == "zitieren" and verb.is_passive:
        source = phrase_from(text, verb.finite + 1, verb.clause[1]) or opening_phrase(
            text, opener, verb.clause[1]
        )
    if verb.reading.verb in STANDING_VERBS:
        source = place_of_words(text, verb.clause) or source
    if source and not _may_be_told(text, source, content[0]):
        return None
    if source and text.lower[slice(*source)] == ["man"]:
        source = None
    return Attribution.by_verb(text, verb, source, *content)


def _says_something(text: GermanText, verb: CueVerb) -> bool:
    """Return whether "heißen" has its "es", and "stehen" a paper to stand in."""
    if verb.reading.verb == "heißen":
        return "es" in text.lower[slice(*verb.clause)]
    return verb.reading.verb != "stehen" or place_of_words(text, verb.clause) is not None


def _may_be_told(text: GermanText, source: Run, content: Sequence[Run]) -> bool:
    """Return whether a source is no first person, and no name that the quoted words are."""
    if len(range(*source)) == 1 and text.lower[source[0]] in _FIRST_PERSONS:
        return False
    return not any(source[0] < end and first < source[1] for first, end in content)


def _choose_content(
    text: GermanText, number: int, clauses: list[Run], k: int, last: int, verb: CueVerb
) -> Content | None:
    sentence = text.sentences[number]
    parted = _parted_by_verb(text, clauses, k, verb)
    if parted:
        return parted, "around"
    before = content_before(text, sentence, clauses, k, verb)
    is_calling = verb.reading.verb_class == "call"
    after = None if is_calling else content_after(text, number, clauses, last, verb)
    if before and (after is None or after[1] not in {"dass", "infinitive"}):
        if after and after[1] in {"quote", "V2"}:
            return (*before, *after[0]), "around"
        return before, "inverted"
    if after:
        return after
    inside = quoted_object(text, verb, clauses[last])
    if inside:
        return inside, "quoted object"
    return _back_reference_within(text, clauses, k, verb) or _back_reference(
        text, number, clauses, verb
    )


def _parted_by_verb(
    text: GermanText, clauses: list[Run], k: int, verb: CueVerb
) -> tuple[Run, ...] | None:
    """Return the two pieces of a clause that a verb parts: "Der Preis, sagte Lind, werde"."""
    if not k or k + 1 >= len(clauses) or verb.finite != opener_of(text, verb.clause):
        return None
    first = clauses[k + 1][0]
    is_open = not any(text.finite_at(i) for n in range(k) for i in range(*clauses[n]))
    if not is_open or not (text.is_subjunctive(first) or text.finite_at(first)):
        return None
    last = trim_end(text, first, text.sentence_at(first)[1])
    return (clauses[0][0], clauses[k - 1][1]), (first, last)


def _back_reference_within(
    text: GermanText, clauses: list[Run], k: int, verb: CueVerb
) -> Content | None:
    """Return the clauses before ", das sagte Ida Berg" or ", so heißt es"."""
    opener = opener_of(text, verb.clause)
    if not k or text.lower[opener] not in _BACK_REFERENCES | {"so"} or verb.finite <= opener:
        return None
    if verb.is_passive or verb.reading.verb_class not in {"say", "demand", "think"}:
        return None
    if verb.finite > opener + 2 or not any(text.finite_at(i) for i in range(*clauses[0])):
        return None
    return (((clauses[0][0], clauses[k - 1][1]),), "back reference")


def _back_reference(
    text: GermanText, number: int, clauses: list[Run], verb: CueVerb
) -> Content | None:
    """Return the sentence before, where this one only says whose it was: "Das sagte Ida Berg."."""
    sentence = text.sentences[number]
    opener = opener_of(text, clauses[0])
    if text.lower[opener] not in _BACK_REFERENCES or verb.finite != opener + 1 or number == 0:
        return None
    if sentence[1] - sentence[0] > _MAX_BACK_REFERENCE or len(clauses) > 3:
        return None
    if verb.reading.verb_class not in {"say", "show"} or verb.is_passive:
        return None
    if verb.reading.verb in {"stehen", "ergeben", "heißen", "lauten"}:
        return None
    before = text.sentences[number - 1]
    if any(text.quotation[i] for i in range(*before)):
        return None
    return ((before,), "back reference")


def _of_colon(
    text: GermanText, number: int, clauses: list[Run], found: Sequence[Attribution]
) -> list[Attribution]:
    """Return a quotation behind a colon, whatever its speaker does: "griff Ida Berg an: „…“"."""
    sentence = text.sentences[number]
    for k, clause in enumerate(clauses[:-1]):
        first = clauses[k + 1][0]
        if text.word[first - 1] != ":" or not text.quotation[first]:
            continue
        quoted = text.quotations[text.quotation[first] - 1]
        if not is_whole_quotation(text, first) or any(quoted in each.content for each in found):
            continue
        before = [each for each in found if each.cue[0] < first and each.source]
        if before:
            return [replace(before[-1], content=(quoted,), rule="quote after colon")]
        if found:
            return []
        source, cue = _who_acts(text, sentence, clauses[0], clause)
        if source or cue[0] != first - 1:
            return [Attribution(cue, source, (quoted,), "quote after colon")]
    return []


def _who_acts(text: GermanText, sentence: Run, opening: Run, clause: Run) -> tuple[Run | None, Run]:
    """Return the subject of the clause before a colon and its verb, or the colon without one."""
    opener = opener_of(text, opening)
    finite = next((i for i in range(opener, clause[1]) if text.finite_at(i)), None)
    if finite is None:
        source = opening_phrase(text, opener, opening[1])
        if source and source[1] == opening[1] and clause != opening:
            source = (source[0], clause[1])  # "Ida Berg, Leiterin des Zolls:"
        is_name = source is not None and clause[1] - source[1] <= _MAX_AFTER_NAME
        return source if is_name else None, (clause[1], clause[1] + 1)
    source = opening_phrase(text, opener, finite) if finite > opener else None
    if source is None or (source[1] < finite and text.is_word(source[1])):
        source = phrase_from(text, finite + 1, clause[1])
    return with_apposition(text, source, sentence), (finite, finite + 1)


def _add_following(text: GermanText, found: list[Attribution]) -> list[Attribution]:
    """Add the sentences that go on with somebody's words in a paragraph.

    They are quoted as a whole, or stand in the subjunctive: "Der Steg halte noch ein Jahr."
    """
    taken = {text.quotation[i] for a in found for run in a.content for i in range(*run)} - {0}
    added = list(found)
    last: Attribution | None = None
    by_sentence: dict[int, list[Attribution]] = defaultdict(list)
    for attribution in found:
        by_sentence[text.sentence_number(attribution.cue[0])].append(attribution)
    for number, sentence in enumerate(text.sentences):
        if "\n" in text.text[text.end[sentence[0] - 1] : text.start[sentence[0]]]:
            last = None
        of = by_sentence.get(number, [])
        if of or last is None or last.source is None:
            last = of[-1] if of else None
            continue
        following = _following(text, sentence, last, taken)
        if following is None:
            last = None
            continue
        if added[-1].rule == following.rule == "subjunctive" and _touch(added[-1], following):
            following = _joined(added.pop(), following)
        added.append(following)
    return added


def _touch(before: Attribution, following: Attribution) -> bool:
    """Return whether nothing but a mark stands between two sentences."""
    return following.content[0][0] - before.content[0][1] <= 1


def _joined(before: Attribution, following: Attribution) -> Attribution:
    """Return two sentences in the subjunctive as one statement."""
    return replace(before, content=((before.content[0][0], following.content[0][1]),))


def _following(
    text: GermanText, sentence: Run, last: Attribution, taken: set[int]
) -> Attribution | None:
    """Return what goes on with the last words in a sentence that names nobody else."""
    number = text.quotation[sentence[0]]
    if number:
        run = text.quotations[number - 1]
        is_whole = run[0] == sentence[0] and run[1] >= sentence[1] - 1
        goes_on = is_whole and number not in taken
        return replace(last, content=(run,), rule="continued") if goes_on else None
    verb = _reported_verb(text, sentence)
    if verb is None:
        return None
    content = (sentence[0], trim_end(text, *sentence))
    return Attribution((verb, verb + 1), last.source, (content,), "subjunctive")


def _reported_verb(text: GermanText, sentence: Run) -> int | None:
    """Return the verb of the first main clause, if it is in the first subjunctive."""
    clauses = text.clauses(sentence)
    if not _FIRST_PERSONS.isdisjoint(text.lower[slice(*sentence)]):
        return None
    for clause in clauses:
        opener = opener_of(text, clause)
        if text.lower[opener] in SUBORDINATORS:
            continue
        finite = (i for i in range(opener, clause[1]) if text.finite_at(i))
        first = next(finite, None)
        if first is None:
            continue
        is_told = text.lower[first] in REPORTING_MOOD and first < clause[1] - 1
        return first if is_told else None
    return None


def _precedence(attribution: Attribution) -> tuple[int, int]:
    """Put who tells most first; of two verbs the one nearest to the words."""
    length = sum(end - first for first, end in attribution.content)
    return -length, abs(attribution.content[0][0] - attribution.cue[0])


def _without_nested(text: GermanText, found: Sequence[Attribution]) -> list[Attribution]:
    """Return the attributions without those whose cue stands in another's content."""
    kept: list[Attribution] = []
    by_sentence: dict[int, list[Attribution]] = defaultdict(list)
    for attribution in sorted(found, key=_precedence):
        cue, contents = attribution.cue[0], set(attribution.content)
        near = by_sentence[text.sentence_number(cue)]
        told = by_sentence[text.sentence_number(attribution.content[0][0])]
        is_inside = any(first <= cue < end for other in near for first, end in other.content)
        if is_inside or any(contents & set(other.content) for other in told):
            continue
        kept.append(attribution)
        for number in _sentences_of(text, attribution):
            by_sentence[number].append(attribution)
    return sorted(kept, key=lambda a: a.content[0][0])


def _sentences_of(text: GermanText, attribution: Attribution) -> range:
    """Return the numbers of the sentences from the first word of a content to its last."""
    first, last = attribution.content[0][0], attribution.content[-1][1] - 1
    return range(text.sentence_number(first), text.sentence_number(last) + 1)
