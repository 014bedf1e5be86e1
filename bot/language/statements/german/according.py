"""Find what is said without a verb of its own: "laut", "zufolge", "nach Angaben", "wie X sagte"."""

from dataclasses import replace

from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.cues import CueVerb, find_cue_verbs, opener_of
from bot.language.statements.german.lexicon import (
    ADVERBS,
    CUE_NOUNS,
    DETERMINERS,
    FINITE,
    GENITIVE,
    MANNER,
    PREPOSITIONS,
    RELATIVES,
    REPORTING_MOOD,
    SEVERAL,
    SUBORDINATORS,
    VERBS,
)
from bot.language.statements.german.nouns import find_owner
from bot.language.statements.german.people import may_speak
from bot.language.statements.german.phrases import (
    VIEWS,
    is_source_noun,
    noun_phrase,
    phrase_from,
)
from bot.language.statements.german.quoted_words import (
    is_whole_quotation,
    quotation_before,
    whole_before,
)
from bot.language.statements.german.subjects import agent_of, place_of_words, with_apposition
from bot.language.statements.german.words import GermanText, Run, trim_end

_MAX_PHRASE = 14
_COMPARED = frozenset(["say", "think", "show"])
_WHOSE = frozenset(["denen", "dem", "der", "welchem", "welcher", "welchen"])
_ARTICLES = frozenset(["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem"])
_DENYING = frozenset(["weder", "noch", "nicht"])  # "weder laut Ida Berg noch laut der Stadt"
_DEMNACH = frozenset(["demnach", "demzufolge"])
_RULES = {"so": "so", **dict.fromkeys([*_DEMNACH, "danach"], "demnach")}
# "Danach soll der Steg": as told, not later.
_IN_FORCE = REPORTING_MOOD | {
    "ist", "sind", "hat", "haben", "wird", "werden", "soll", "sollen", "kann", "können", "muss",
    "müssen", "darf", "dürfen", "steht", "stehen", "gilt", "gelten", "gibt", "bleibt", "bleiben",
    "liegt", "liegen",
}  # fmt: skip
_MAX_AFTER_SO = 20
_MAX_CLAUSES = 4

_Phrase = tuple[Run, Run | None, Run]


def find_according(text: GermanText, sentence: Run, clauses: list[Run]) -> list[GermanAttribution]:
    """Return what is said "laut", "zufolge", "nach Angaben" and "so"."""
    found = []
    for k, clause in enumerate(clauses):
        for i in range(*clause):
            phrase = _according_phrase(text, i, clause, sentence) if not text.quotation[i] else None
            if phrase is None or (i > clause[0] and text.lower[i - 1] in _DENYING):
                continue
            cue, source, whole = phrase
            article = whole[0] - 1
            if sentence[0] < article and clause[0] < article and text.lower[article] in _ARTICLES:
                continue  # "die ihrer Meinung nach teuren Dämme"; a relative "die" is none
            rule = _RULES.get(text.lower[i], "according")
            content = _around(text, sentence, clauses, k, whole)
            if content:
                found.append(GermanAttribution(cue, source, content, rule))
                break
    return found


def _according_phrase(text: GermanText, i: int, clause: Run, sentence: Run) -> _Phrase | None:
    """Return the cue, the source, and both with what parts them from the rest."""
    lower = text.lower[i]
    if lower in _DEMNACH or (lower == "danach" and _follows_paper(text, i, clause)):
        return (i, i + 1), (i, i + 1), (i, i + 1)
    if lower == "so":
        return _so_phrase(text, i, clause, sentence) if i == opener_of(text, clause) else None
    if lower == "wonach":
        is_told = i == clause[0] and not _is_denied(text, range(sentence[0], i))
        source = _named_before(text, i, sentence) if is_told else None
        return ((i, i + 1), source, (i, i + 1)) if source else None
    return _phrase_before(text, i, clause) or _phrase_behind(text, i, clause, sentence)


def _is_denied(text: GermanText, words: range) -> bool:
    """Return whether a verb denies among words: "dementierte Berichte, wonach"."""
    readings = (each for i in words if text.finite_at(i) for each in VERBS.get(text.lower[i], ()))
    return any(each.verb_class == "deny" and not each.particle for each in readings)


def _follows_paper(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether "danach" refers to a paper of the sentence before, and to no time."""
    finite = next((n for n in range(*clause) if text.finite_at(n)), None)
    number = text.sentence_number(i)
    if not number or finite is None or abs(finite - i) != 1:
        return False
    papers = (n for n in range(*text.sentences[number - 1]) if is_source_noun(text, n))
    return text.lower[finite] in _IN_FORCE and next(papers, None) is not None


def _phrase_before(text: GermanText, i: int, clause: Run) -> _Phrase | None:
    """Return what a word closes: "dem Amt zufolge", "seiner Meinung nach"."""
    lower = text.lower[i]
    is_to_follow = lower == "folge" and text.lower[i - 1] == "zu"
    is_after = lower == "nach" and _is_after_source(text, i, clause)
    if not (lower == "zufolge" or is_to_follow or is_after):
        return None
    end = i - 1 if is_to_follow else i
    start = _owner_start(text, i, clause) if is_after else _phrase_start(text, end, clause[0])
    return ((end, i + 1), (start, end), (start, i + 1)) if start is not None else None


def _phrase_behind(text: GermanText, i: int, clause: Run, sentence: Run) -> _Phrase | None:
    """Return what a word opens: "laut Ida Berg", "nach Angaben des Amts", "aus Sicht der Stadt"."""
    lower = text.lower[i]
    if lower not in {"laut", "gemäß", "nach", "aus"}:
        return None
    if _is_relative(text, i, clause):
        return (i, i + 1), (i + 1, i + 2), (i, i + 2)
    source = noun_phrase(text, i + 1, clause[1])
    if source is None or not _is_said(text, lower, source):
        return None
    source = with_apposition(text, source, sentence) or source
    return (i, i + 1), source, (i, source[1])


def _is_said(text: GermanText, opener: str, source: Run) -> bool:
    """Return whether a preposition tells that the phrase behind it said something."""
    if opener == "aus":
        views = (n for n in range(*source) if text.word[n] in VIEWS)
        return any(find_owner(text, n, source) for n in views)
    return (
        opener == "laut"
        or any(_tells(text, n, source[0]) for n in range(*source))
        or (opener == "gemäß" and may_speak(text, source))
    )


def _is_relative(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether "nach denen" or "laut dem" opens a clause behind a noun that tells."""
    end = trim_end(text, *clause)
    is_open = i == clause[0] and i > 1 and text.word[i - 1] == "," and i + 2 < end
    if not is_open or text.lower[i + 1] not in _WHOSE or not text.finite_at(end - 1):
        return False
    lower, sentence = text.lower[i], text.sentence_at(i)
    return lower == "laut" or (lower == "nach" and _named_before(text, i, sentence) is not None)


def _named_before(text: GermanText, i: int, sentence: Run) -> Run | None:
    """Return the last phrase before a word whose noun tells: "eine Studie, wonach"."""
    for noun in range(i - 1, sentence[0] - 1, -1):
        is_noun = text.is_capitalized(noun) and not text.quotation[noun]
        if is_noun and (is_source_noun(text, noun) or text.word[noun] in CUE_NOUNS):
            return noun_phrase(text, _first_of_phrase(text, noun, sentence[0]), i)
    return None


def _first_of_phrase(text: GermanText, noun: int, first: int) -> int:
    """Return where the article or the adjectives before a noun begin."""
    while noun > first and text.lower[noun] not in DETERMINERS:
        before = text.word[noun - 1]
        if not before[0].islower() or before in PREPOSITIONS or text.finite_at(noun - 1):
            break
        noun -= 1
    return noun


def _owner_start(text: GermanText, i: int, clause: Run) -> int:
    """Return where "seiner Meinung nach" begins."""
    determiners = (n for n in range(i - 1, clause[0] - 1, -1) if text.lower[n] in DETERMINERS)
    return next(determiners, i - 1)


def _so_phrase(text: GermanText, i: int, clause: Run, sentence: Run) -> _Phrase | None:
    """Return whom "so Ida Berg" names."""
    if i == sentence[0] and not (clause[1] < sentence[1] and text.word[clause[1]] == ":"):
        return None
    source = noun_phrase(text, i + 1, clause[1])
    if source is None or clause[1] - source[1] > _MAX_AFTER_SO:
        return None
    is_several = text.lower[source[0]] in SEVERAL and source[1] - source[0] == 1
    is_clause = text.finite_at(i + 1) or text.lower[i + 1] in SUBORDINATORS
    if is_several or is_clause:
        return None  # "so viele wie nie", "so kamen sie", "so dass"
    has_verb = any(text.lower[k] in FINITE for k in range(source[1], clause[1]))
    if has_verb or (source[1] < clause[1] and text.finite_at(source[1])):
        return None
    return (i, i + 1), with_apposition(text, source, sentence), (i, clause[1])


def _tells(text: GermanText, n: int, first: int) -> bool:
    """Return whether a noun is what a phrase speaks of; "Abschluss der Ermittlungen" is a time."""
    is_owner = n - 2 >= first and text.lower[n - 1] in GENITIVE and text.is_capitalized(n - 2)
    return is_source_noun(text, n) and not is_owner


def _is_after_source(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether "nach" closes its phrase: "seiner Meinung nach"."""
    is_view = i > clause[0] and is_source_noun(text, i - 1)
    # "das Gesetz nach Ansicht der Fischer"
    return is_view and not (i + 1 < clause[1] and is_source_noun(text, i + 1))


def _phrase_start(text: GermanText, end: int, first: int) -> int | None:
    """Return where the noun phrase begins that ends before a word."""
    if end > first and text.lower[end - 1] in {"ihm", "ihr", "ihnen"}:
        return end - 1
    opens = text.lower[first] in DETERMINERS or text.is_capitalized(first)
    opens = opens and text.lower[first] not in PREPOSITIONS | ADVERBS
    if opens and end - first < _MAX_PHRASE and not any(map(text.finite_at, range(first, end))):
        return first
    for start in range(max(first, end - _MAX_PHRASE), end):
        after_noun = start > first and text.is_capitalized(start - 1)
        if after_noun and text.lower[start] in GENITIVE and text.is_capitalized(start + 1):
            continue
        if start > first and text.is_capitalized(start) and text.is_capitalized(start - 1):
            continue
        phrase = noun_phrase(text, start, end)
        if phrase and phrase[1] == end:
            return start
    return None


def _around(
    text: GermanText, sentence: Run, clauses: list[Run], k: int, whole: Run
) -> tuple[Run, ...]:
    """Return the sentence, or its part, without the words that tell whose it is."""
    quoted = quotation_before(text, whole[0], sentence[0])
    if quoted and text.lower[whole[0]] == "so":
        whole_quoted = whole_before(text, quoted, sentence[0])
        return (whole_quoted, *_quoted_on(text, whole[1], sentence[1]))
    first = _scope_start(text, sentence, clauses, k)
    end = _scope_end(text, sentence, clauses, k, first)
    quoted_at = _quoted_behind_colon(text, clauses, k, whole)
    end = quoted_at - 1 if quoted_at is not None else end
    if first > sentence[0] and text.word[first - 1] == "(":
        end = next((i for i in range(first, end) if text.word[i] == ")"), end)
    start = _skip_relative(text, clauses, k, whole)
    pieces = []
    left = (first, trim_end(text, first, whole[0]) if whole[0] > first else first)
    if any(text.is_word(i) for i in range(*left)):
        pieces.append(left)
    while start < end and not text.is_word(start) and not text.quotation[start]:
        start += 1
    if start < end:
        pieces.append((start, end))
    return tuple(pieces)


def _quoted_on(text: GermanText, i: int, end: int) -> list[Run]:
    """Return the quotation behind a comma: "„Wer das sagt“, so Berg, „lügt“"."""
    if i + 1 >= end or text.word[i] != "," or not text.quotation[i + 1]:
        return []
    return [text.quotations[text.quotation[i + 1] - 1]]


def _quoted_behind_colon(text: GermanText, clauses: list[Run], k: int, whole: Run) -> int | None:
    """Return where a sentence is quoted behind a colon: "laut der Stadt leckt es: „…“".

    There is none where a verb of the clause reports it, but for "ihrer Meinung nach".
    """
    is_own = text.lower[whole[0]].startswith(("ihre", "seine"))
    if not is_own and any(text.finite_at(i) and text.lower[i] in VERBS for i in range(*clauses[k])):
        return None
    for first, _ in clauses:
        is_behind = first >= whole[1] and text.word[first - 1] == ":" and text.quotation[first]
        if is_behind and is_whole_quotation(text, first):
            quoted = text.quotations[text.quotation[first] - 1]
            return first if text.is_quoted_sentence(quoted) else None
    return None


def _scope_start(text: GermanText, sentence: Run, clauses: list[Run], k: int) -> int:
    """Return where the clause begins of which something is said."""
    first = clauses[k][0]
    opener = opener_of(text, clauses[k])
    lower = text.lower[opener]
    behind_colon = (each[0] for each in clauses[1 : k + 1] if text.word[each[0] - 1] == ":")
    start = max(behind_colon, default=sentence[0])
    if k == 0 or text.word[first - 1] in "(;" or _is_dependent(text, clauses[k]):
        return first
    if text.lower[opener_of(text, clauses[0])] == "wie":
        return first
    before = clauses[k - 1]
    is_main = text.lower[opener_of(text, before)] not in SUBORDINATORS | RELATIVES | {"so", "wie"}
    has_verb = any(text.finite_at(i) for i in range(*before))
    opens_main = not text.finite_at(opener) and any(
        text.finite_at(i) for i in range(opener, clauses[k][1])
    )
    return first if is_main and has_verb and opens_main and lower not in {"so", "wie"} else start


def _is_dependent(text: GermanText, clause: Run) -> bool:
    """Return whether a clause hangs on another, as behind "weil", "die" and "nach denen"."""
    opener = opener_of(text, clause)
    lower = text.lower[opener]
    if (lower in SUBORDINATORS and lower != "wie") or _is_relative(text, opener, clause):
        return True
    if lower not in RELATIVES or text.finite_at(min(opener + 1, clause[1] - 1)):
        return False
    phrase = noun_phrase(text, opener, clause[1])
    return phrase is None or phrase[1] - phrase[0] == 1


def _scope_end(text: GermanText, sentence: Run, clauses: list[Run], k: int, first: int) -> int:
    """Return where what is said ends: a dependent clause where the main one goes on."""
    if first == clauses[k][0] and _is_dependent(text, clauses[k]):
        for start, _ in clauses[k + 1 :]:
            if text.is_verb(start):
                return start - 1
    return trim_end(text, first, sentence[1])


def _skip_relative(text: GermanText, clauses: list[Run], k: int, whole: Run) -> int:
    """Return where what is said goes on behind a relative clause of the source."""
    end = whole[1]
    if end + 1 >= len(text.word) or text.word[end] != ",":
        return end
    if text.lower[end + 1] in RELATIVES:
        for start, _ in clauses[k + 1 :]:
            if text.is_verb(start):
                return start
    return end


def find_comparisons(
    text: GermanText, sentence: Run, clauses: list[Run]
) -> list[GermanAttribution]:
    """Return what is said "wie Ida Berg sagte"."""
    found = []
    for k, clause in enumerate(clauses):
        opener = opener_of(text, clause)
        is_open = text.lower[opener] == "wie" and not text.quotation[opener]
        if not is_open or text.lower[min(opener + 1, clause[1] - 1)] in MANNER:
            continue
        verb, end = _compared_verb(text, sentence, clauses, k)
        if verb is None:
            continue
        source = _who_compares(text, verb, sentence, (opener, end))
        content = _around(text, sentence, clauses, k, (opener, end)) if source else ()
        if content:
            attribution = GermanAttribution.by_verb(text, verb, source, content, "wie")
            found.append(replace(attribution, cue=(verb.at, verb.at + 1)))
    return found


def _compared_verb(
    text: GermanText, sentence: Run, clauses: list[Run], k: int
) -> tuple[CueVerb | None, int]:
    """Return the verb that reports in "wie Ida Berg, die Ministerin, sagte", and where it ends."""
    verb, end = None, clauses[k][1]
    for clause in clauses[k : k + _MAX_CLAUSES]:
        verb, end = next(find_cue_verbs(text, clause, sentence), None), clause[1]
        is_relative = text.lower[clause[0]] in RELATIVES  # "Wie Ida Berg, die dort war, sagte"
        if verb or (not is_relative and any(text.finite_at(i) for i in range(*clause))):
            break
    is_told = verb and verb.reading.verb_class in _COMPARED and verb.reading.verb != "heißen"
    return verb if is_told else None, end


def _who_compares(text: GermanText, verb: CueVerb, sentence: Run, run: Run) -> Run | None:
    """Return who says it in the words of a comparison, from "wie" on."""
    if verb.is_passive:
        return agent_of(text, verb)
    source = with_apposition(text, phrase_from(text, run[0] + 1, run[1]), sentence)
    if source is None or text.lower[source[0]] == "es":
        return place_of_words(text, run)
    return source
