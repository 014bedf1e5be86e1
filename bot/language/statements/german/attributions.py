"""Find who says what in German words: by verbs, by nouns, and by "laut" and its like."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.language.statements.german.according import find_according, find_comparisons
from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.contents import (
    Content,
    content_after,
    content_before,
    hanging_content,
)
from bot.language.statements.german.cues import CueVerb, find_cue_verbs, is_verb_final, opener_of
from bot.language.statements.german.lexicon import (
    COORDINATORS,
    PREPOSITIONS,
    REPORTING_MOOD,
    STANDING_VERBS,
    SUBORDINATORS,
)
from bot.language.statements.german.lone_quotations import (
    find_lone_quotations,
    find_lone_sentence,
    quotation_behind_colon,
)
from bot.language.statements.german.nouns import find_by_nouns
from bot.language.statements.german.people import read_naming
from bot.language.statements.german.phrases import noun_phrase, opening_phrase, phrase_from
from bot.language.statements.german.quoted_words import quotations_joined, quoted_object
from bot.language.statements.german.subjects import agent_of, find_subject, place_of_words
from bot.language.statements.german.words import GermanText, Run, trim_end
from bot.model import ActorKind

_BACK_REFERENCES = frozenset(["das", "dies"])
_WITH_QUOTATION = frozenset(["quote", "quoted object", "quote after colon", "noun"])
_FIRST_PERSONS = frozenset(["ich", "wir", "du", "ihr"])
_OF_THINGS = frozenset(["stehen", "ergeben", "heißen", "lauten"])
_CLOSING = frozenset('“”«»"')
_MAX_CLAUSES = 3
_MAX_BACK_REFERENCE = 25  # words of a sentence that only says whose the last one was


def find_attributions(text: GermanText) -> list[GermanAttribution]:
    """Return the attributions of a text in order, none inside another's content."""
    found: list[GermanAttribution] = []
    for number in range(len(text.sentences)):
        found += _in_sentence(text, number)
    found = _without_told_twice(text, found)
    found = _add_following(text, found)
    return _without_nested(text, found + _left_open_before(text, found))


def _refers_back(text: GermanText, verb: CueVerb) -> bool:
    """Return whether a verb may report "das"; in the passive it needs by whom."""
    is_told = verb.reading.verb_class in {"say", "show"}
    is_of_thing = verb.reading.verb in _OF_THINGS
    return is_told and not is_of_thing and (not verb.is_passive or agent_of(text, verb) is not None)


def _without_told_twice(
    text: GermanText, found: list[GermanAttribution]
) -> list[GermanAttribution]:
    """Return attributions without a "Das sagte X" about a sentence whose speaker is told in it."""
    told = {text.sentence_number(a.cue[0]) for a in found if a.source}
    return [
        a for a in found
        if a.rule != "back reference"
        or text.sentence_number(a.content[0][0]) == text.sentence_number(a.cue[0])
        or text.sentence_number(a.content[0][0]) not in told
    ]  # fmt: skip


def _in_sentence(text: GermanText, number: int) -> list[GermanAttribution]:
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
    found += find_lone_quotations(text, sentence, clauses, found)
    return found + _of_joined(text, found)


def _of_joined(text: GermanText, found: Sequence[GermanAttribution]) -> list[GermanAttribution]:
    """Return the quotations that go on with one: "riefen „Weg damit!“ und „Meer für alle!“"."""
    taken = {run for each in found for run in each.content}
    return [
        replace(each, content=(quoted,), rule="continued")
        for each in found
        if each.rule in _WITH_QUOTATION
        for quoted in quotations_joined(text, each.content[-1])
        if quoted not in taken
    ]


def _of_verb(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb
) -> GermanAttribution | None:
    opener = opener_of(text, verb.clause)
    is_other = text.lower[opener : opener + 2] == ["anders", "als"] and verb.end >= verb.clause[1]
    if (text.lower[opener] == "wie" or is_other) and opener != verb.at:
        return None  # a comparison
    last = next(n for n, clause in enumerate(clauses) if clause[1] >= verb.end)
    content = _choose_content(text, number, clauses, k, last, verb) or _said_before(
        text, number, clauses, k, verb
    )
    if content is None or not _says_something(text, verb):
        return None
    if text.lower[verb.finite] in REPORTING_MOOD and not is_verb_final(text, verb):
        return None  # "Sie habe das schon einmal gesagt": it is itself reported
    source = _find_source(text, number, clauses, k, verb, content[1])
    if source and not _may_be_told(text, source, content[0]):
        return None
    return GermanAttribution.by_verb(text, verb, source, *content)


def _find_source(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb, rule: str
) -> Run | None:
    """Return whose the words are that a verb reports by a rule, None where nobody is told."""
    source = find_subject(text, text.sentences[number], clauses, k, verb)
    behind = phrase_from(text, verb.finite + 1, verb.clause[1])
    if rule == "around" and source and source[0] < verb.finite:
        return behind or source
    if verb.reading.verb == "zitieren":
        return _who_is_quoted(text, verb, source)
    if verb.reading.verb in STANDING_VERBS:
        return place_of_words(text, verb.clause) or source
    if source and rule == "back reference" and text.lower[source[0]] in _BACK_REFERENCES:
        return behind or _behind_aside(text, verb)
    is_nobody = source is not None and text.lower[slice(*source)] == ["man"]
    return None if is_nobody else source


def _who_is_quoted(text: GermanText, verb: CueVerb, source: Run | None) -> Run | None:
    """Return whom somebody quotes: "zitierte man Ida Berg", "wurde Ida Berg zitiert"."""
    if verb.is_passive:
        opener = opener_of(text, verb.clause)
        behind = phrase_from(text, verb.finite + 1, verb.clause[1])
        return behind or opening_phrase(text, opener, verb.clause[1])
    is_by_nobody = source is not None and text.lower[slice(*source)] == ["man"]
    first = source[1] if source and is_by_nobody else verb.finite + 1
    quoted = noun_phrase(text, first, verb.clause[1])
    if quoted is None or quoted == source:
        return None if is_by_nobody else source
    is_person = read_naming(text, quoted).kind is ActorKind.PERSON
    has_words = text.lower[quoted[1] : quoted[1] + 3] == ["mit", "den", "worten"]
    return quoted if is_by_nobody or is_person or has_words else source


def _behind_aside(text: GermanText, verb: CueVerb) -> Run | None:
    """Return the subject behind an aside: "Das gab – nach Prüfungen – die Werft bekannt"."""
    for first, end in text.clauses((verb.clause[1], verb.end)):
        phrase = opening_phrase(text, first, end)
        if phrase and not text.finite_at(first):
            return phrase
    return None


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
    after = content_after(text, number, clauses, last, verb)
    if (
        after
        and verb.reading.verb_class == "call"
        and not _is_judged(text, clauses[last], verb, after)
    ):
        after = None
    is_joined = after is not None and after[1] in {"quote", "V2"}
    if before and after and is_joined and (after[1] == "V2" or _is_reported(text, before)):
        return (*before, *after[0]), "around"
    if after and (not before or is_joined or after[1] in {"dass", "infinitive"}):
        return after
    if before:
        return before, "inverted"
    inside = quoted_object(text, verb, clauses[last])
    hanging = hanging_content(text, number, clauses, last, verb)
    return (inside, "quoted object") if inside else hanging


def _is_judged(text: GermanText, clause: Run, verb: CueVerb, content: Content) -> bool:
    """Return whether a verb of calling may take a clause: "hielt es für klar, dass es hält"."""
    is_for = text.lower[clause[1] - 1] == "dafür"  # "nannte Gründe dafür, dass"
    return content[1] == "dass" and verb.reading.verb != "sehen" and not is_for


def _said_before(
    text: GermanText, number: int, clauses: list[Run], k: int, verb: CueVerb
) -> Content | None:
    """Return what "das", "so" or "dies" points back at."""
    return _back_reference_within(text, clauses, k, verb) or _back_reference(
        text, number, clauses, verb
    )


def _is_reported(text: GermanText, runs: Sequence[Run]) -> bool:
    """Return whether words are quoted or in the subjunctive."""
    words = [i for run in runs for i in range(*run)]
    return any(text.quotation[i] or text.is_subjunctive(i) for i in words)


def _parted_by_verb(
    text: GermanText, clauses: list[Run], k: int, verb: CueVerb
) -> tuple[Run, ...] | None:
    """Return the two pieces of a clause that a verb parts: "Der Preis, sagte Lind, werde"."""
    opener = opener_of(text, verb.clause)
    is_early = verb.finite == opener or (text.lower[opener] == "so" and verb.finite == opener + 1)
    if not k or k + 1 >= len(clauses) or not is_early:
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
    is_so = text.lower[opener] == "so"
    is_said = verb.reading.verb_class in {"say", "demand", "think", "show" if is_so else "say"}
    if (
        verb.is_passive
        or verb.reading.verb == "lauten"
        or not (is_said or verb.reading.verb == "heißen")
    ):
        return None
    is_told = any(text.finite_at(i) or text.quotation[i] for i in range(*clauses[0]))
    if verb.finite > opener + 2 or not is_told:
        return None
    before = (clauses[0][0], clauses[k - 1][1])
    is_parted = is_so and k + 1 < len(clauses) and text.lower[clauses[k + 1][0]] in PREPOSITIONS
    if not is_parted:
        return (before,), "back reference"
    after = clauses[k + 1][0], trim_end(text, clauses[k + 1][0], text.sentence_at(verb.at)[1])
    return (before, after), "back reference"


def _back_reference(
    text: GermanText, number: int, clauses: list[Run], verb: CueVerb
) -> Content | None:
    """Return the sentence before, where this one only says whose it was: "Das sagte Ida Berg."."""
    sentence = text.sentences[number]
    opener = opener_of(text, clauses[0])
    if text.lower[opener] not in _BACK_REFERENCES or verb.finite != opener + 1 or number == 0:
        return None
    is_short = sentence[1] - sentence[0] <= _MAX_BACK_REFERENCE and len(clauses) <= _MAX_CLAUSES
    if not is_short or not _refers_back(text, verb):
        return None
    before = text.sentences[number - 1]
    quoted = [i for i in range(*before) if text.quotation[i]]
    if quoted and not (quoted[0] == before[0] and len(quoted) >= before[1] - before[0] - 1):
        return None
    return (((before[0], quoted[-1] + 1) if quoted else before,), "back reference")


def _add_following(text: GermanText, found: list[GermanAttribution]) -> list[GermanAttribution]:
    """Add the sentences that go on with somebody's words in a paragraph.

    They are quoted as a whole, or stand in the subjunctive: "Der Steg halte noch ein Jahr."
    """
    taken = {text.quotation[i] for a in found for run in a.content for i in range(*run)} - {0}
    added = list(found)
    last: GermanAttribution | None = None
    by_sentence: dict[int, list[GermanAttribution]] = defaultdict(list)
    for attribution in found:
        by_sentence[text.sentence_number(attribution.cue[0])].append(attribution)
    for number, sentence in enumerate(text.sentences):
        is_first = number == 0 or _opens_paragraph(text, sentence)
        if is_first and not (number and _goes_on_quoted(text, number)):
            last = None
        of = by_sentence.get(number, [])
        if of:
            last = of[-1]
            continue
        following: list[GermanAttribution] = []
        if last and last.source:
            following = _following(text, sentence, last, taken)
        elif last is None and not is_first:
            alone = find_lone_sentence(text, text.sentences[number - 1], sentence)
            following = [alone] if alone else []
        if last is None or not following:
            last = following[-1] if following else None
        for each in following:
            if added and added[-1].rule == each.rule == "subjunctive" and _touch(added[-1], each):
                added.append(_joined(added.pop(), each))
            else:
                added.append(each)
    return added


def _left_open_before(
    text: GermanText, found: Sequence[GermanAttribution]
) -> list[GermanAttribution]:
    """Return the paragraphs before quoted ones whose quotation was left open and goes on there."""
    added = []
    for attribution in found:
        first = attribution.content[0][0]
        number = text.quotation[first] - 1
        while number > 0 and text.quotations[number - 1][1] == first:
            run = text.quotations[number - 1]
            if text.word[run[1] - 1] in '“”«»"' or not _opens_paragraph(text, (first, first + 1)):
                break
            added.append(replace(attribution, content=(run,), rule="continued"))
            first, number = run[0], number - 1
    return added


def _opens_paragraph(text: GermanText, sentence: Run) -> bool:
    return "\n" in text.text[text.end[sentence[0] - 1] : text.start[sentence[0]]]


def _goes_on_quoted(text: GermanText, number: int) -> bool:
    """Return whether a quotation opens a paragraph where one ended the paragraph before."""
    first, before = text.sentences[number][0], text.sentences[number - 1]
    return bool(text.quotation[first] and text.quotation[before[1] - 1])


def _touch(before: GermanAttribution, following: GermanAttribution) -> bool:
    """Return whether nothing but a mark stands between two sentences."""
    return following.content[0][0] - before.content[0][1] <= 1


def _joined(before: GermanAttribution, following: GermanAttribution) -> GermanAttribution:
    """Return two sentences in the subjunctive as one statement."""
    return replace(before, content=((before.content[0][0], following.content[0][1]),))


def _following(
    text: GermanText, sentence: Run, last: GermanAttribution, taken: set[int]
) -> list[GermanAttribution]:
    """Return what goes on with the last words in a sentence that names nobody else."""
    first = sentence[0]
    while first < sentence[1] - 1 and (
        text.lower[first] in COORDINATORS or text.word[first] in ":,"
    ):
        first += 1  # "Und: „…“"
    number = text.quotation[first]
    if number:
        run = text.quotations[number - 1]
        is_whole = run[0] == first and run[1] >= sentence[1] - 1
        goes_on = is_whole and number not in taken
        return [replace(last, content=(run,), rule="continued")] if goes_on else []
    verb = _reported_verb(text, sentence)
    if verb is None:
        return []
    quoted = quotation_behind_colon(text, sentence)
    end = trim_end(text, sentence[0], quoted[0] if quoted else sentence[1])
    told = GermanAttribution((verb, verb + 1), last.source, ((sentence[0], end),), "subjunctive")
    return [told, replace(last, content=(quoted,), rule="continued")] if quoted else [told]


def _reported_verb(text: GermanText, sentence: Run) -> int | None:
    """Return the verb of the first main clause, if it is in the first subjunctive."""
    clauses = text.clauses(sentence)
    if any(text.lower[i] in _FIRST_PERSONS and not text.quotation[i] for i in range(*sentence)):
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


def _precedence(attribution: GermanAttribution) -> tuple[int, bool, int]:
    """Put who tells most first; of two verbs one of saying, then the one nearest to the words."""
    length = sum(end - first for first, end in attribution.content)
    is_said = attribution.verb_class == "say" or attribution.verb in STANDING_VERBS
    return -length, not is_said, abs(attribution.content[0][0] - attribution.cue[0])


def _without_nested(
    text: GermanText, found: Sequence[GermanAttribution]
) -> list[GermanAttribution]:
    """Return the attributions without those whose cue stands in another's content."""
    kept: list[GermanAttribution] = []
    by_sentence: dict[int, list[GermanAttribution]] = defaultdict(list)
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


def _sentences_of(text: GermanText, attribution: GermanAttribution) -> range:
    """Return the numbers of the sentences from the first word of a content to its last."""
    first, last = attribution.content[0][0], attribution.content[-1][1] - 1
    return range(text.sentence_number(first), text.sentence_number(last) + 1)
