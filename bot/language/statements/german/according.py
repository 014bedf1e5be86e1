"""Find what is said without a verb of its own: "laut", "zufolge", "nach Angaben", "wie X sagte"."""

from dataclasses import replace

from bot.language.statements.german.attribution import Attribution
from bot.language.statements.german.cues import find_cue_verbs, opener_of
from bot.language.statements.german.lexicon import (
    ADVERBS,
    CUE_NOUNS,
    DETERMINERS,
    FINITE,
    GENITIVE,
    MANNER,
    PREPOSITIONS,
    RELATIVES,
    SEVERAL,
    SUBORDINATORS,
)
from bot.language.statements.german.people import may_speak
from bot.language.statements.german.phrases import is_source_noun, noun_phrase, phrase_from
from bot.language.statements.german.quoted_words import quotation_before, whole_before
from bot.language.statements.german.subjects import place_of_words, with_apposition
from bot.language.statements.german.words import GermanText, Run, trim_end

_MAX_PHRASE = 14
_COMPARED = frozenset(["say", "think", "show"])
_WHOSE = frozenset(["denen", "dem", "der", "welchem", "welcher", "welchen"])
_VIEWS = frozenset(["Sicht", "Perspektive", "Blickwinkel"])
_RULES = {"so": "so", "demnach": "demnach", "demzufolge": "demnach"}
_MAX_AFTER_SO = 20

_Phrase = tuple[Run, Run | None, Run]


def find_according(text: GermanText, sentence: Run, clauses: list[Run]) -> list[Attribution]:
    """Return what is said "laut", "zufolge", "nach Angaben" and "so"."""
    found = []
    for k, clause in enumerate(clauses):
        for i in range(*clause):
            phrase = _according_phrase(text, i, clause, sentence) if not text.quotation[i] else None
            if phrase is None:
                continue
            cue, source, whole = phrase
            rule = _RULES.get(text.lower[i], "according")
            content = _around(text, sentence, clauses, k, whole)
            if content:
                found.append(Attribution(cue, source, content, rule))
                break
    return found


def _according_phrase(text: GermanText, i: int, clause: Run, sentence: Run) -> _Phrase | None:
    """Return the cue, the source, and both with what parts them from the rest."""
    lower = text.lower[i]
    if lower in {"demnach", "demzufolge"}:
        return (i, i + 1), (i, i + 1), (i, i + 1)
    if lower == "so":
        return _so_phrase(text, i, clause, sentence) if i == opener_of(text, clause) else None
    if lower == "wonach":
        source = _named_before(text, i, sentence) if i == clause[0] else None
        return ((i, i + 1), source, (i, i + 1)) if source else None
    if lower in {"laut", "nach"} and text.lower[i + 1 : i + 2] and _is_relative(text, i, clause):
        return (i, i + 1), (i + 1, i + 2), (i, i + 2)
    is_to_follow = lower == "folge" and text.lower[i - 1] == "zu"
    is_after = lower == "nach" and _is_after_source(text, i, clause)
    if lower == "zufolge" or is_to_follow or is_after:
        end = i - 1 if is_to_follow else i
        start = _owner_start(text, i, clause) if is_after else _phrase_start(text, end, clause[0])
        return ((end, i + 1), (start, end), (start, i + 1)) if start is not None else None
    if lower not in {"laut", "gemäß", "nach", "aus"}:
        return None
    source = noun_phrase(text, i + 1, clause[1])
    is_view = source is not None and not _VIEWS.isdisjoint(text.word[slice(*source)])
    if lower == "aus" and (not is_view or source is None or source[1] - source[0] < 2):
        return None
    is_said = source and (
        lower == "laut"
        or is_view
        or any(_tells(text, n, source[0]) for n in range(*source))
        or (lower == "gemäß" and may_speak(text, source))
    )
    if source is None or not is_said:
        return None
    source = with_apposition(text, source, sentence) or source
    return (i, i + 1), source, (i, source[1])


def _is_relative(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether "nach denen" or "laut dem" opens a clause behind a noun that tells."""
    end = trim_end(text, *clause)
    is_open = i == clause[0] and i > 1 and text.word[i - 1] == "," and i + 2 < end
    if not is_open or text.lower[i + 1] not in _WHOSE or not text.finite_at(end - 1):
        return False
    return text.lower[i] == "laut" or _named_before(text, i, text.sentence_at(i)) is not None


def _named_before(text: GermanText, i: int, sentence: Run) -> Run | None:
    """Return the last phrase before a word in its sentence whose noun tells: "eine Studie, wonach"."""
    for noun in range(i - 1, sentence[0] - 1, -1):
        if text.quotation[noun] or not text.is_capitalized(noun):
            continue
        if is_source_noun(text, noun) or text.word[noun] in CUE_NOUNS:
            first = next(
                n for n in range(noun, sentence[0] - 1, -1)
                if n == sentence[0] or not text.word[n - 1][0].islower() or text.lower[n] in DETERMINERS
                or text.lower[n - 1] in PREPOSITIONS or text.finite_at(n - 1)
            )  # fmt: skip
            return noun_phrase(text, first, i) or (noun, noun + 1)
    return None


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
    if text.lower[source[0]] in SEVERAL and source[1] - source[0] == 1:
        return None  # "so viele wie nie"
    if any(
        text.lower[k] in FINITE or (k == source[1] and text.finite_at(k))
        for k in range(source[1], clause[1])
    ):
        return None
    return (i, i + 1), with_apposition(text, source, sentence), (i, clause[1])


def _tells(text: GermanText, n: int, first: int) -> bool:
    """Return whether a noun is what a phrase speaks of; "Abschluss der Ermittlungen" is a time."""
    is_owner = n - 2 >= first and text.lower[n - 1] in GENITIVE and text.is_capitalized(n - 2)
    return is_source_noun(text, n) and not is_owner


def _is_after_source(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether "nach" closes its phrase: "seiner Meinung nach"."""
    if i <= clause[0] or (not is_source_noun(text, i - 1) and not _noun_before(text, i, clause)):
        return False
    return noun_phrase(text, i + 1, clause[1]) is None or (
        i + 1 < clause[1] and (text.finite_at(i + 1) or is_source_noun(text, i - 1))
    )


def _noun_before(text: GermanText, i: int, clause: Run) -> bool:
    return any(is_source_noun(text, n) for n in range(max(clause[0], i - 4), i))


def _phrase_start(text: GermanText, end: int, first: int) -> int | None:
    """Return where the noun phrase begins that ends before a word."""
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
        return (whole_before(text, quoted, sentence[0]),)
    first = _scope_start(text, sentence, clauses, k)
    end = _scope_end(text, sentence, clauses, k, first)
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


def _scope_start(text: GermanText, sentence: Run, clauses: list[Run], k: int) -> int:
    """Return where the clause begins of which something is said."""
    first = clauses[k][0]
    if k == 0:
        return first
    if text.word[first - 1] in "(;":
        return first
    opener = opener_of(text, clauses[k])
    lower = text.lower[opener]
    if lower in SUBORDINATORS and lower != "wie":
        return first
    if _is_relative(text, first, clauses[k]):
        return first
    if lower in RELATIVES and not text.finite_at(min(opener + 1, clauses[k][1] - 1)):
        phrase = noun_phrase(text, opener, clauses[k][1])
        if phrase is None or phrase[1] - phrase[0] == 1:
            return first
    if text.lower[opener_of(text, clauses[0])] == "wie":
        return first
    before = clauses[k - 1]
    is_main = text.lower[opener_of(text, before)] not in SUBORDINATORS | RELATIVES | {"so", "wie"}
    has_verb = any(text.finite_at(i) for i in range(*before))
    opens_main = not text.finite_at(opener) and any(
        text.finite_at(i) for i in range(opener, clauses[k][1])
    )
    return first if is_main and has_verb and opens_main and lower != "so" else sentence[0]


def _scope_end(
    text: GermanText, sentence: Run, clauses: list[Run], k: int, first: int
) -> int:
    """Return where what is said ends: a dependent clause where the main one begins or goes on."""
    opener = opener_of(text, clauses[k])
    is_dependent = text.lower[opener] in (SUBORDINATORS | RELATIVES) - {"wie"}
    if first == clauses[k][0] and (is_dependent or _is_relative(text, opener, clauses[k])):
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


def find_comparisons(text: GermanText, sentence: Run, clauses: list[Run]) -> list[Attribution]:
    """Return what is said "wie Ida Berg sagte"."""
    found = []
    for k, clause in enumerate(clauses):
        opener = opener_of(text, clause)
        if text.lower[opener] != "wie" or text.quotation[opener]:
            continue
        if text.lower[opener + 1 : opener + 2] and text.lower[opener + 1] in MANNER:
            continue
        last, verb = k, None
        for n in range(k, min(k + 4, len(clauses))):
            verb, last = next(find_cue_verbs(text, clauses[n], sentence), None), n
            if verb or any(text.finite_at(i) for i in range(*clauses[n])):
                break
        if (
            verb is None
            or verb.reading.verb_class not in _COMPARED
            or verb.reading.verb == "heißen"
        ):
            continue
        end = clauses[last][1]
        source = with_apposition(text, phrase_from(text, opener + 1, end), sentence)
        if source is None or text.lower[source[0]] == "es":
            source = place_of_words(text, (opener, end))
        if verb.is_passive:
            source = None
        content = _around(text, sentence, clauses, k, (opener, end))
        if content:
            attribution = Attribution.by_verb(text, verb, source, content, "wie")
            found.append(replace(attribution, cue=(verb.at, verb.at + 1)))
    return found
