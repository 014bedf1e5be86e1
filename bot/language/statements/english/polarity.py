"""Decide what was not said at all: futures, conditions, omissions, doubts, and what nobody said.

"will say", "has yet to say", "if she says", "without saying", "it is not true that she said"
"""

from collections.abc import Iterable

from bot.language.lexicon import SPEAKER_CLASS
from bot.language.statements.english.attribution_rules import SUBJECT_DEPS
from bot.language.statements.english.governors import (
    GOVERNING_DEPS,
    MAX_GROUP_WORDS,
    NEGATIONS,
    POLARITY_WORDS,
    Governors,
    climb,
    is_infinitive,
    is_report,
    is_speech_word,
)
from bot.language.statements.english.parsing import ParsedText

_AUXILIARIES = frozenset(["do", "does", "did", "have", "has", "had", "is", "are", "was", "were"])
_MAX_WORDS_BACK = 5  # without so much as saying
_MEDIUM_PREPOSITIONS = frozenset(["in", "on", "from"])  # in a fake post
_BE = frozenset(["is", "are", "was", "were", "'s", "’s", "am", "be"])


def why_unsaid(governors: Governors) -> str | None:
    """Return why an attribution tells of nothing that was said, None if it does."""
    parsed = governors.parsed
    if not parsed.tag[governors.attribution.cue]:
        return None
    if _is_empty(governors):
        return "empty"
    if not any(is_speech_word(parsed, i) for i in governors.words):
        return "unable" if governors.lowers() & POLARITY_WORDS["inability"] else None
    checks = {
        "nobody": _has_no_speaker,
        "modal": _is_modal,
        "still to come": _is_unreal,
        "undone": _is_undone,
        "condition": _is_condition,
        "question": _is_inverted,
        "doubt": _is_doubted,
        "nothing": _has_no_content,
        "made up": _is_made_up,
    }
    return next((reason for reason, check in checks.items() if check(governors)), None)


def _is_empty(governors: Governors) -> bool:
    """Return whether the content is a greeting or a lone pronoun."""
    parsed = governors.parsed
    words = [i for i in governors.content if parsed.word[i][0].isalnum()]
    is_quoted = any(parsed.quotation[i] for i in words)
    cue = governors.attribution.cue
    if parsed.lemma(cue) in {"cite", "quote"} and words and not is_quoted:
        # Citing court papers: they speak, if anybody does.
        objects = [k for k in parsed.children_by(cue, "dobj") if not parsed.children_by(k, "prep")]
        has_verb = any(parsed.tag[i][:1] == "V" for i in words)
        return not has_verb and any(parsed.lower[k] in SPEAKER_CLASS for k in objects)
    return (
        not is_quoted
        and len(words) == 1
        and parsed.lower[words[0]] in POLARITY_WORDS["empty contents"]
    )


def _has_no_speaker(governors: Governors) -> bool:
    """Return whether nobody speaks: none of the three, neither Lee nor Berg, no minister."""
    parsed = governors.parsed
    heads = set(governors.children_by(*SUBJECT_DEPS))
    if source := governors.attribution.source:
        heads.add(source[0])
    for head in heads:
        kin = [head, *parsed.children_by(head, "det", "preconj", "neg", "advmod", "nummod")]
        lowers = {parsed.lower[k] for k in kin}
        if (lowers & POLARITY_WORDS["no speakers"] and "a" not in lowers) or _is_no(parsed, kin):
            return True
    opening = parsed.lower[source[0] : source[0] + 2] if source else []
    return opening in (["not", "a"], ["not", "one"], ["not", "any"])


def _is_no(parsed: ParsedText, words: Iterable[int]) -> bool:
    """Return whether "no" is among the words, and is no number: No. 10."""
    return any(
        parsed.lower[i] == "no" and i + 1 < len(parsed) and parsed.word[i + 1][0].isalpha()
        for i in words
    )


def _is_modal(governors: Governors) -> bool:
    parsed = governors.parsed
    modals = {
        parsed.lower[k]
        for k in governors.children_by("aux")
        if parsed.tag[k] == "MD" and parsed.lower[k] in POLARITY_WORDS["modals"]
    }
    if not modals or (governors.is_negated() and modals <= POLARITY_WORDS["refusing modals"]):
        return False
    is_limited = any(parsed.lower[k] == "only" for k in governors.children_by("advmod"))
    return not is_limited and not _speaks_of_itself(governors)


def _speaks_of_itself(governors: Governors) -> bool:
    """Return whether I or we speak: "I would say", "I must admit" are said by saying so."""
    source = governors.attribution.source
    return source is not None and governors.parsed.lower[source[0]] in {"i", "we"}


def _is_unreal(governors: Governors) -> bool:
    """Return whether saying is still to come: due to say, is to say, has yet to say."""
    parsed = governors.parsed
    for lower, upper in zip(governors.words, governors.words[1:], strict=False):
        if not is_infinitive(parsed, lower):
            continue
        between = {parsed.lower[k] for k in range(upper + 1, lower)}
        if parsed.lower[upper] in POLARITY_WORDS["unreal heads"] or "yet" in between:
            return not _speaks_of_itself(governors)
        if parsed.lower[upper] in _BE | {"has", "have"} and parsed.dep[lower] == "xcomp":
            return True
        if parsed.children_by(lower, "neg"):
            return True
    return False


def _is_undone(governors: Governors) -> bool:
    """Return whether it was not quite said: almost said, without saying, wrongly quoted."""
    parsed, top = governors.parsed, governors.top
    adverbs = {parsed.lower[k] for k in governors.children_by("advmod")}
    prepositions = {i for i in governors.words if parsed.dep[i] in {"prep", "advmod"}}
    nearby = {parsed.lower[k] for i in prepositions for k in (i, max(0, i - 1))}
    if (
        adverbs & POLARITY_WORDS["undoing adverbs"]
        or nearby & POLARITY_WORDS["unsaying prepositions"]
    ):
        return True
    if (
        adverbs & POLARITY_WORDS["wrong reports"]
        and governors.lowers() & POLARITY_WORDS["quoting verbs"]
    ):
        return True
    before = parsed.lower[max(0, top - 3) : top]
    if before[-2:] == ["all", "but"] or before == ["as", "good", "as"]:
        return True
    return (
        _is_left_out(governors)
        or "misquoted" in governors.lowers()
        or _is_reported_wrongly(governors)
    )


def _is_left_out(governors: Governors) -> bool:
    """Return whether "saying" stands after "without" or the like, whatever the grammar says."""
    parsed, first = governors.parsed, governors.words[0]
    if parsed.tag[first] not in {"VBG", "VB"} or is_infinitive(parsed, first):
        return False
    start, _ = parsed.sentence_of(first)
    for i in range(first - 1, max(start, first - _MAX_WORDS_BACK) - 1, -1):
        if parsed.lower[i] in POLARITY_WORDS["leaving out"]:
            return True
        if parsed.tag[i][:1] == "V" or not parsed.word[i][0].isalpha():
            return False
    return False


def _is_reported_wrongly(governors: Governors) -> bool:
    """Return whether a report is taken back: did not, as first reported, say."""
    parsed, attribution = governors.parsed, governors.attribution
    source, first = attribution.source, min(governors.words)
    if source and 0 < first - source[1] <= MAX_GROUP_WORDS:
        between = [parsed.lower[i] for i in range(source[1], first)]
        if "as" in between and not NEGATIONS.isdisjoint(between):
            return True
    if not any(parsed.lower[k] == "as" for k in governors.children_by("mark")):
        return False
    if any(parsed.lower[last - 1] in NEGATIONS for _, last in attribution.content):
        return True
    after = range(attribution.cue + 1, attribution.content[0][0])
    commas = [i for i in after if parsed.lower[i] == ","]
    return bool(commas) and any(is_speech_word(parsed, i) for i in range(commas[0], after.stop))


def _is_condition(governors: Governors) -> bool:
    parsed, top = governors.parsed, governors.top
    marks = {parsed.lower[k] for k in governors.children_by("mark", "advmod") if k < top}
    is_present = parsed.tag[top] in {"VBZ", "VBP"}
    return bool(marks & POLARITY_WORDS["conditions"]) or (is_present and "once" in marks)


def _is_inverted(governors: Governors) -> bool:
    """Return whether an auxiliary stands before the subject: had she said, did she say."""
    parsed, top = governors.parsed, governors.top
    subject = parsed.first_child(top, *SUBJECT_DEPS)
    if subject is None or subject > top:
        return False
    auxiliaries = [
        k
        for k in parsed.children_by(top, "aux", "auxpass")
        if k < subject and (parsed.tag[k] == "MD" or parsed.lower[k] in _AUXILIARIES)
    ]
    if not auxiliaries:
        return False
    first, _ = parsed.sentence_of(top)
    before = {parsed.lower[k] for k in range(max(first, auxiliaries[0] - 3), auxiliaries[0])}
    return not before & {"only", "so"}


def _is_doubted(governors: Governors) -> bool:
    """Return whether the clause hangs on a doubt: it is not true that she said."""
    parsed, top = governors.parsed, governors.top
    if parsed.dep[top] not in {"ccomp", "csubj", "acl"}:
        return False
    above = parsed.head[top]
    if above in governors.content or above > top:
        return False
    upper = climb(parsed, above, set())
    kin = [k for i in upper for k in (i, *parsed.children_by(i, *GOVERNING_DEPS, "acomp", "attr"))]
    kin += [k for i in kin for k in parsed.children_by(i, "det") if parsed.lower[k] == "no"]
    if parsed.dep[above] in SUBJECT_DEPS:  # reports that she said so are false
        verb = parsed.head[above]
        kin += [verb, *parsed.children_by(verb, "acomp", "attr", "neg")]
    lowers = {parsed.lower[k] for k in kin}
    return bool(lowers & (POLARITY_WORDS["doubts"] | NEGATIONS))


def _has_no_content(governors: Governors) -> bool:
    """Return whether nothing or little was said, no promise made, no mention."""
    parsed, lowest = governors.parsed, governors.words[0]
    content = governors.content
    for i in governors.words:
        is_verb = parsed.tag[i].startswith("V")
        if governors.is_negated() and _has_vague_object(parsed, i) - content:
            return True
        if is_verb and i + 1 < len(parsed) and parsed.lower[i + 1] in POLARITY_WORDS["no contents"]:
            after = parsed.lower[i + 2] if i + 2 < len(parsed) else "."
            # "said none of the nine had left": there it is the subject of what was said.
            is_object = parsed.dep[i + 1] not in SUBJECT_DEPS
            is_whole = is_object and after in {"about", "of", "on", "to", "."}
            return i + 1 not in content or is_whole
        is_certain = parsed.lower[i] in POLARITY_WORDS["nouns of certainty"]
        has_no = _is_no(parsed, parsed.children_by(i, "det"))
        if has_no and is_report(parsed, i) and not is_certain:
            return True
    return parsed.lower[lowest] in POLARITY_WORDS["no contents"]


def _has_vague_object(parsed: ParsedText, verb: int) -> set[int]:
    """Return the object of "did not say anything about it"."""
    objects = parsed.children_by(verb, "dobj")
    return {k for k in objects if parsed.lower[k] in {"anything", "much", "more"}}


def _is_made_up(governors: Governors) -> bool:
    """Return whether a forged letter or a fake video has the words, or nobody in particular."""
    parsed, top = governors.parsed, governors.top
    above = parsed.head[top]
    nouns = {*governors.children_by(*SUBJECT_DEPS), *parsed.children_by(above, *SUBJECT_DEPS)}
    if parsed.dep[top] in {"relcl", "acl"}:
        nouns |= {above, *parsed.children_by(parsed.head[above], *SUBJECT_DEPS)}
        if parsed.lower[above] in POLARITY_WORDS["no speakers"]:
            return True
    media = (k for k in governors.children_by("prep") if parsed.lower[k] in _MEDIUM_PREPOSITIONS)
    nouns |= {noun for k in media for noun in parsed.children_by(k, "pobj")}
    nouns |= set(governors.attribution.source_words())
    nouns -= governors.content
    kin = {k for noun in nouns for k in (noun, *parsed.children_by(noun, "amod", "compound"))}
    return any(parsed.lower[k] in POLARITY_WORDS["made up"] for k in kin)
