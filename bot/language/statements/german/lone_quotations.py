"""Find whose quoted words are that no verb reports: behind a colon, a noun, a sentence, "für X"."""

from collections.abc import Sequence
from dataclasses import replace

from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.cues import opener_of
from bot.language.statements.german.lexicon import (
    CUE_NOUNS,
    HE_OR_SHE,
    MODALS,
    NEGATIONS,
    VERBS,
    WOULD,
)
from bot.language.statements.german.nouns import find_owner
from bot.language.statements.german.people import is_named_before, may_speak, read_naming
from bot.language.statements.german.phrases import noun_phrase, opening_phrase, phrase_from
from bot.language.statements.german.quoted_words import (
    is_title,
    is_whole_quotation,
    quotation_before,
)
from bot.language.statements.german.subjects import is_object_first, reaches, with_apposition
from bot.language.statements.german.words import GermanText, Run

_MAX_AFTER_NAME = 4  # words between a name and the colon: "Ida Berg zur neuen Heimat:"
_MAX_WITH = 5  # words from "mit" to the noun, and that one
_UNSAID = frozenset(["?", "falsch", "angeblich", "schwieg", "schwiegen", "schweigt", "schweigen"])
_EQUATING = frozenset(
    ["ist", "sind", "war", "waren", "sei", "seien", "bleibt", "blieb", "bedeutet"]
)
_ANNOUNCING = frozenset(
    ["Worten", "Worte", "Antwort", "Frage", "Behauptung", "Feststellung", "Satz", "Aussage",
     "Hinweis", "Begründung", "Parole", "Forderung", "Bemerkung"]
)  # fmt: skip


def find_lone_quotations(
    text: GermanText, sentence: Run, clauses: list[Run], found: Sequence[GermanAttribution]
) -> list[GermanAttribution]:
    """Return the quoted words of a sentence that belong to no verb of `found`."""
    taken = {run for each in found for run in each.content}
    colon = _of_colon(text, sentence, clauses, found)
    others = [
        *_of_noun(text, clauses),
        *_for_whom(text, sentence, clauses),
        *_of_dash(text, sentence),
    ]
    return colon + [each for each in others if taken.isdisjoint(each.content)]


def _of_colon(
    text: GermanText, sentence: Run, clauses: list[Run], found: Sequence[GermanAttribution]
) -> list[GermanAttribution]:
    """Return a quotation behind a colon, whatever its speaker does: "griff Ida Berg an: „…“"."""
    for k, clause in enumerate(clauses[:-1]):
        first = clauses[k + 1][0]
        if text.word[first - 1] != ":" or not text.quotation[first]:
            continue
        quoted = text.quotations[text.quotation[first] - 1]
        told = [run for each in found for run in each.content]
        if not is_whole_quotation(text, first) or any(_holds(run, quoted) for run in told):
            continue
        if is_title(text, quoted, sentence[0]) or not text.is_quoted_sentence(quoted):
            continue
        if _denies_saying(text, clause):
            continue
        found = [each for each in found if not _is_of_subject(text, each)]
        before = [each for each in found if each.cue[0] < first and each.source]
        if before:
            return [replace(before[-1], content=(quoted,), rule="quote after colon")]
        if found or text.is_subjunctive(_first_finite(text, clauses[0], clause)):
            return []  # "Das Boot sei leck: „…“" goes on with what was said before
        source, cue = _who_acts(text, sentence, clauses[0], clause)
        if source or cue[0] != first - 1:
            return [GermanAttribution(cue, source, (quoted,), "quote after colon")]
    return []


def _denies_saying(text: GermanText, clause: Run) -> bool:
    """Return whether a clause tells that somebody did not say so: "sie habe nie gesagt: „…“"."""
    words = [text.lower[i] for i in range(*clause) if not text.quotation[i]]
    is_said = any(each.verb_class == "say" for word in words for each in VERBS.get(word, ()))
    return is_said and not NEGATIONS.isdisjoint(words)


def _is_of_subject(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether the subject of the sentence has the word: "ihrer Meinung nach", "wonach"."""
    source = attribution.source
    is_own = source is not None and text.lower[source[0]].startswith(("ihre", "seine", "eigene"))
    return (is_own and not attribution.verb) or text.lower[attribution.cue[0]] == "wonach"


def _holds(run: Run, quoted: Run) -> bool:
    return run[0] <= quoted[0] and quoted[1] <= run[1]


def _who_acts(text: GermanText, sentence: Run, opening: Run, clause: Run) -> tuple[Run | None, Run]:
    """Return the subject of the clause before a colon and its verb, or the colon without one."""
    opener = opener_of(text, opening)
    finite = _first_finite(text, opening, clause)
    if finite == clause[1]:
        source = opening_phrase(text, opener, opening[1])
        if source and source[1] == opening[1] and clause != opening:
            source = (source[0], clause[1])  # "Ida Berg, Leiterin des Zolls:"
        is_name = source is not None and clause[1] - source[1] <= _MAX_AFTER_NAME
        return source if is_name else None, (clause[1], clause[1] + 1)
    source = opening_phrase(text, opener, finite) if finite > opener else None
    after = phrase_from(text, finite + 1, clause[1])
    if (
        source is None
        or not reaches(text, source[1], finite)
        or (after and after[0] == finite + 1 and is_object_first(text, source, after))
    ):
        source = after or _for_someone(text, opener, finite)
    return _owner_of_words(text, source) or with_apposition(text, source, sentence), (
        finite,
        finite + 1,
    )


def _for_someone(text: GermanText, opener: int, finite: int) -> Run | None:
    """Return for whom it is so: "Für Ida Berg steht fest: „…“"."""
    whom = noun_phrase(text, opener + 1, finite) if text.lower[opener] == "für" else None
    return whom if whom and whom[1] == finite and may_speak(text, whom) else None


def _first_finite(text: GermanText, opening: Run, clause: Run) -> int:
    """Return the first finite verb before a colon, or the colon without one."""
    first = opener_of(text, opening)
    return next((i for i in range(first, clause[1]) if text.finite_at(i)), clause[1])


def _owner_of_words(text: GermanText, source: Run | None) -> Run | None:
    """Return whose "Fazit" or "Begründung" a subject is."""
    if source is None:
        return None
    nouns = (i for i in range(*source) if text.word[i] in CUE_NOUNS)
    noun = next(nouns, None)
    return find_owner(text, noun, source) if noun is not None else None


def _of_dash(text: GermanText, sentence: Run) -> list[GermanAttribution]:
    """Return a quotation that a name behind a dash signs: "„Wir bleiben“ – Ida Berg zum Plan"."""
    if not text.quotation[sentence[0]]:
        return []
    quoted = text.quotations[text.quotation[sentence[0]] - 1]
    dash = quoted[1]
    if dash + 1 >= sentence[1] or text.word[dash] not in {"–", "—", "-"}:
        return []
    source = noun_phrase(text, dash + 1, sentence[1])
    is_verbless = not any(map(text.finite_at, range(dash, sentence[1])))
    if source is None or not is_verbless or not read_naming(text, source).is_proper:
        return []
    return [GermanAttribution((dash, dash + 1), source, (quoted,), "quote after colon")]


def _of_noun(text: GermanText, clauses: list[Run]) -> list[GermanAttribution]:
    """Return a quotation right behind a noun: "schloss Ida Berg mit den Worten „…“"."""
    found = []
    for clause in clauses:
        for i in range(clause[0] + 1, clause[1]):
            quoted = _quotation_at_noun(text, i, clause)
            if quoted is None or not text.is_quoted_sentence(quoted):
                continue
            finite = next((n for n in range(*clause) if text.finite_at(n)), None)
            if finite is None or _may_be_unsaid(text, clause):
                continue
            opener = opener_of(text, clause)
            source = opening_phrase(text, opener, finite) if finite > opener else None
            if source is None or source[0] <= i - 1 < source[1]:
                source = phrase_from(text, finite + 1, clause[1])
            if source and (text.lower[source[0]] in HE_OR_SHE or may_speak(text, source)):
                found.append(GermanAttribution((i - 1, i), source, (quoted,), "noun"))
    return found


def _may_be_unsaid(text: GermanText, run: Run) -> bool:
    """Return whether a word denies, or tells of a wish or a question."""
    words = {text.lower[i] for i in range(*run) if not text.quotation[i]}
    return not words.isdisjoint(NEGATIONS | MODALS | WOULD | _UNSAID)


def _quotation_at_noun(text: GermanText, i: int, clause: Run) -> Run | None:
    """Return the quotation behind the noun before a word, or before "mit diesen Worten"."""
    if text.word[i - 1] not in _ANNOUNCING:
        return None
    if text.quotation[i]:
        is_with = (
            "mit" in text.lower[max(clause[0], i - _MAX_WITH) : i]
        )  # "den Satz „…“" is told of
        is_whole = is_with and is_whole_quotation(text, i)
        return text.quotations[text.quotation[i] - 1] if is_whole else None
    first = opener_of(text, clause)
    is_back = text.lower[first:i] == ["mit", "diesen", "worten"]
    return quotation_before(text, first, text.sentence_at(i)[0]) if is_back else None


def _for_whom(text: GermanText, sentence: Run, clauses: list[Run]) -> list[GermanAttribution]:
    """Return what something is for somebody: "Für Ida Berg ist das „ein Skandal“"."""
    found = []
    for clause in clauses:
        for i in range(*clause):
            if text.lower[i] != "für" or text.quotation[i]:
                continue
            source = noun_phrase(text, i + 1, clause[1])
            if source is None or not may_speak(text, source):
                continue
            source = with_apposition(text, source, sentence) or source
            verb = next((n for n in range(*clause) if text.lower[n] in _EQUATING), None)
            begins = i == opener_of(text, clause) or text.lower[i - 1] in {"was", "war", "ist"}
            quoted = _quotation_behind(text, source[1], clause[1])
            if begins and verb is not None and quoted:
                found.append(GermanAttribution((i, i + 1), source, (quoted,), "for"))
    return found


def _quotation_behind(text: GermanText, first: int, end: int) -> Run | None:
    """Return the first quotation between two words that ends what is said of a thing."""
    i = next((i for i in range(first, end) if text.quotation[i]), None)
    if i is None or text.lower[i - 1] in {"der", "die", "das", "den", "dem"}:
        return None
    quoted = text.quotations[text.quotation[i] - 1]
    rest = [k for k in range(quoted[1], end) if text.is_word(k)]
    return quoted if rest == [] or text.lower[rest[0]] in _EQUATING else None


def find_lone_sentence(text: GermanText, before: Run, sentence: Run) -> GermanAttribution | None:
    """Return a sentence that is quoted as a whole, behind one that a person is the subject of."""
    number = text.quotation[sentence[0]]
    if not number:
        return None
    quoted = text.quotations[number - 1]
    is_whole = quoted[0] == sentence[0] and quoted[1] >= sentence[1] - 1
    if (
        not is_whole
        or not is_whole_quotation(text, quoted[0])
        or not text.is_quoted_sentence(quoted)
    ):
        return None
    if any(text.quotation[i] for i in range(*before)) or _may_be_unsaid(text, before):
        return None
    clauses = text.clauses(before)
    source, cue = _who_acts(text, before, clauses[0], clauses[-1])
    if source is None or not _names_person(text, source, cue[0]):
        return None
    return GermanAttribution(cue, source, (quoted,), "quote alone")


def _names_person(text: GermanText, source: Run, verb: int) -> bool:
    """Return whether a subject is a person's name, "er", or "sie" with a verb in the singular."""
    if source[1] - source[0] == 1:
        lower = text.lower[source[0]]
        is_she = lower == "sie" and not text.lower[verb].endswith("n")
        return lower == "er" or is_she or is_named_before(text, source[0])
    return read_naming(text, source).is_proper


def quotation_behind_colon(text: GermanText, sentence: Run) -> Run | None:
    """Return the quotation behind the colon of a sentence in the subjunctive."""
    for first, _ in text.clauses(sentence)[1:]:
        if text.word[first - 1] == ":" and text.quotation[first]:
            return text.quotations[text.quotation[first] - 1]
    return None
