"""Find by grammar who spoke where the words nearest to a report name somebody else, or nobody did.

"Lee is furious at Marsh for saying ..."             Marsh said it
"Marsh was quoted by the Post as saying ..."         Marsh said it
"Lee was told by Marsh ..."                          Marsh said it
a shirt that read "...", a book called "...", an actor playing Lee: nobody
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.language.lexicon import FUNCTION_WORDS, PLACES, ROLES, SPEAKER_CLASS, STATING
from bot.language.statements.english.attribution_rules import (
    RELATIVE_PRONOUNS,
    SUBJECT_DEPS,
    Attribution,
    attribution_of_verb,
    find_subject,
    noun_phrase,
    to_runs,
    words_of,
)
from bot.language.statements.english.parsing import FINITE_VERB_TAGS, ParsedText
from bot.model.wordlists import load_word_lists

_LISTS = load_word_lists(
    "bot.language", "data/attributions.txt", "inscribed things", "works", "inscribing", "titling",
    "playing", "reactions", "feelings", "addressing", "read out", "recalled", "labels",
)  # fmt: skip
_GERUND_PREPOSITIONS = frozenset(["for", "over", "as"])
_GERUND_CLASSES = (STATING | {"name"}) - {"deny"}
_OUTER_CLASSES = STATING | {"judge", "name", "urge"}
_GERUND_RULES = frozenset(["quoted words", "reported clause"])
_FEELING_PREPOSITIONS = frozenset(["at", "with", "against", "on", "toward", "towards"])
_PASSIVE_OPENERS = frozenset(["when", "if", "once", "after", "though"])  # "When told that ..."
_DASHES = frozenset(["—", "–", "-", "--"])
_VERB_TAGS = FINITE_VERB_TAGS | {"VB", "VBG"}
_MAX_NAME_WORDS = 4  # between a dash and a colon
_MAX_BEARER_WORDS = 8  # words between a thing and the words on it
_MIN_SHARED = 0.5  # of its words: then one reading is about the same words as another
_RULE_CERTAINTY = 0.6


def correct_speakers(parsed: ParsedText, attributions: Sequence[Attribution]) -> list[Attribution]:
    """Return the attributions with their right speakers, without those that nobody made."""
    kept = [
        _with_parted_subject(parsed, _without_hearer(parsed, attribution))
        for attribution in (_with_name_at_colon(parsed, each) for each in attributions)
        if not _is_nobodys(parsed, attribution)
    ]
    for cue in _find_gerunds(parsed):
        kept = _read_gerund(parsed, cue, kept)
    kept += _find_told(parsed, {attribution.cue for attribution in kept})
    owned = list(_find_in_words(parsed, kept))
    taken = {i for attribution in owned for i in words_of(attribution.content)}
    return [*(a for a in kept if taken.isdisjoint(words_of(a.content))), *owned]


def is_passive(parsed: ParsedText, verb: int) -> bool:
    """Return whether a verb is passive: "was told", or "Told that ..., he left"."""
    if parsed.children_by(verb, "auxpass"):
        return True
    begin = parsed.sentence_of(verb)[0]
    opens = verb == begin or (verb == begin + 1 and parsed.lower[begin] in _PASSIVE_OPENERS)
    is_bare = not parsed.children_by(verb, *SUBJECT_DEPS, "dobj", "dative", "aux")
    return opens and is_bare and parsed.tag[verb] in {"VBN", "VBD"}


# "furious at Marsh for saying", "quoted as saying"


def _find_gerunds(parsed: ParsedText) -> Iterator[int]:
    """Yield every "saying" right after "for", "over" or "as"."""
    for i, tag in enumerate(parsed.tag):
        if (
            tag == "VBG"
            and parsed.dep[i] == "pcomp"
            and parsed.is_unquoted_verb(i, _GERUND_CLASSES)
        ):
            above = parsed.head[i]
            if parsed.lower[above] in _GERUND_PREPOSITIONS and above < i:
                yield i


def _read_gerund(
    parsed: ParsedText, cue: int, attributions: Sequence[Attribution]
) -> list[Attribution]:
    """Replace what was read of the words after "for saying" by what their speaker said.

    "Lee mocked Marsh for saying it" is Lee's judgement, and stays.
    """
    inner = attribution_of_verb(parsed, cue)
    if inner is None or not inner.content or inner.rule not in _GERUND_RULES:
        return list(attributions)
    rivals = [a for a in attributions if _is_about(a, inner)]
    if any(_holds(parsed, rival, cue) for rival in rivals):
        return list(attributions)
    source = noun_phrase(parsed, _find_gerund_speaker(parsed, cue), cue)
    if source is None or parsed.children_by(cue, "neg"):
        unclear = {rival.cue for rival in rivals if not parsed.verb_classes(rival.cue)} | {cue}
        return [a for a in attributions if a.cue not in unclear]
    others = [a for a in attributions if not any(a is rival for rival in rivals)]
    certainty = max((rival.certainty for rival in rivals), default=_RULE_CERTAINTY)
    rule = "who is told to have said it"
    return [*others, replace(inner, source=source, certainty=certainty, rule=rule)]


def _is_about(attribution: Attribution, inner: Attribution) -> bool:
    words, inner_words = {*words_of(attribution.content)}, {*words_of(inner.content)}
    shared = len(words & inner_words)
    return attribution.cue == inner.cue or shared > _MIN_SHARED * len(inner_words)


def _holds(parsed: ParsedText, attribution: Attribution, gerund: int) -> bool:
    """Return whether somebody says or judges that another is right or wrong for saying it."""
    cue = attribution.cue
    is_outer = cue != gerund and gerund in words_of(attribution.content)
    if parsed.lower[parsed.head[gerund]] == "as" and cue == _verb_above(parsed, gerund):
        return False
    is_speech = not parsed.verb_classes(cue).isdisjoint(_OUTER_CLASSES)
    return is_outer and is_speech and not is_passive(parsed, cue)


def _find_gerund_speaker(parsed: ParsedText, gerund: int) -> int | None:
    """Return the head of the phrase for who says what a "saying" tells, None where unclear."""
    preposition = parsed.head[gerund]
    verb = _verb_above(parsed, preposition)
    if verb is None:
        return None
    subject = _find_own_subject(parsed, verb)
    target = parsed.first_child(verb, "dobj", "dative")
    if parsed.lower[preposition] == "as":
        return subject if is_passive(parsed, verb) else target
    if target is None or target > gerund:
        return _felt_at(parsed, verb, gerund) or subject
    if parsed.lower[target] in _LISTS["reactions"]:
        return subject
    persons = [k for k in parsed.subtree(target) if k < gerund and _is_person(parsed, k)]
    if persons:
        return target if target in persons else None
    return _felt_at(parsed, verb, gerund) or subject


def _verb_above(parsed: ParsedText, i: int) -> int | None:
    """Return the verb that a word depends on, through nouns, adjectives and prepositions."""
    above = parsed.head[i]
    while parsed.tag[above][:1] != "V":
        if parsed.head[above] == above:
            return None
        above = parsed.head[above]
    return above


def _find_own_subject(parsed: ParsedText, verb: int) -> int | None:
    """Return the head of a verb's subject, also of a passive one, or of the clause it shares."""
    subject = parsed.first_child(verb, *SUBJECT_DEPS)
    if subject is None:
        return find_subject(parsed, verb) if not is_passive(parsed, verb) else None
    is_relative = parsed.lower[subject] in RELATIVE_PRONOUNS and parsed.dep[verb] == "relcl"
    return parsed.head[verb] if is_relative else subject


def _felt_at(parsed: ParsedText, verb: int, end: int) -> int | None:
    """Return at whom somebody is furious, or in whom disappointed."""
    for i in range(verb + 1, end):
        prepositions = _FEELING_PREPOSITIONS
        if parsed.lower[i - 1] in _LISTS["feelings"]:
            prepositions |= {"in", "by"}
        elif is_passive(parsed, verb):
            continue
        if parsed.dep[i] in {"prep", "agent"} and parsed.lower[i] in prepositions:
            for noun in parsed.children_by(i, "pobj"):
                if _is_person(parsed, noun):
                    return noun
    return None


def _is_person(parsed: ParsedText, i: int) -> bool:
    lower = parsed.lower[i]
    is_name = parsed.tag[i].startswith("NNP") and lower not in PLACES
    return is_name or parsed.tag[i] == "PRP" or lower in ROLES or lower in SPEAKER_CLASS


# "was told", "in the words of"


def _find_told(parsed: ParsedText, cues: Collection[int]) -> Iterator[Attribution]:
    """Yield what a passive reports with its agent, "was told by Marsh that ...", if not found."""
    heads = (parsed.head[k] for k, dep in enumerate(parsed.dep) if dep == "agent")
    for i in dict.fromkeys(heads):
        is_new = i not in cues and parsed.lemma(i) in _LISTS["addressing"]
        if is_new and parsed.children_by(i, "ccomp") and not parsed.quotation[i]:
            attribution = attribution_of_verb(parsed, i)
            if attribution and attribution.content:
                yield replace(attribution, certainty=_RULE_CERTAINTY)


def _find_in_words(parsed: ParsedText, found: Sequence[Attribution]) -> Iterator[Attribution]:
    """Yield the quotations of "in Marsh's words" and "to quote Marsh", if they have no speaker."""
    spoken = {
        i for attribution in found if attribution.source for i in words_of(attribution.content)
    }
    for i, lower in enumerate(parsed.lower):
        if lower not in {"words", "quote"}:
            continue
        begin, end = parsed.sentence_of(i)
        owners = parsed.children_by(i, "poss") if lower == "words" else []
        if lower == "quote" and i > begin and parsed.lower[i - 1] == "to":
            owners = parsed.children_by(i, "dobj")
        source = noun_phrase(parsed, owners[0], i) if owners and not parsed.quotation[i] else None
        numbers = {parsed.quotation[k] for k in range(begin, end)} - {0}
        if source and numbers and not spoken.intersection(range(begin, end)):
            run = parsed.quotation_bounds[min(numbers) - 1]
            content = to_runs(parsed, range(*run))
            yield Attribution(i, source, content, _RULE_CERTAINTY, "in the words of")


def _without_hearer(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Return what was told with who told it: the subject of a passive only heard it."""
    cue = attribution.cue
    if not is_heard(parsed, cue):
        return attribution
    agents = (k for agent in parsed.children_by(cue, "agent") for k in parsed.children[agent])
    return replace(attribution, source=noun_phrase(parsed, next(agents, None), cue))


def is_heard(parsed: ParsedText, cue: int) -> bool:
    """Return whether a cue tells what its subject heard: "was told", "Told that ..., he left"."""
    is_told = parsed.lemma(cue) in _LISTS["addressing"] and parsed.tag[cue][:1] == "V"
    return is_told and is_passive(parsed, cue)


# Words that nobody said


def _is_nobodys(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether the words stand on a thing, are a title, or played."""
    return (
        _is_inscription(parsed, attribution)
        or _is_song(parsed, attribution)
        or _is_played(parsed, attribution)
        or _is_label(parsed, attribution)
        or _is_blamed(parsed, attribution)
        or _is_read_out(parsed, attribution)
        or _is_deed(parsed, attribution)
    )


def _is_blamed(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether a participle behind "themselves" tells what others say of them."""
    words = [parsed.lower[i] for i in attribution.source_words()]
    return len(words) == 1 and words[0].endswith(("self", "selves"))


def _is_read_out(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether somebody reads what another wrote: a letter, a statement on his behalf."""
    cue = attribution.cue
    texts = parsed.children_by(cue, "dobj") if parsed.lemma(cue) == "read" else []
    kin = {parsed.lower[k] for noun in texts for k in parsed.subtree(noun) if k < noun + 3}
    end = attribution.content[0][0]
    after = {parsed.lower[k] for noun in texts for k in range(noun + 1, max(noun + 1, end))}
    is_own = not kin.isdisjoint({"own", "prepared"})
    return not is_own and not (kin | after).isdisjoint(_LISTS["read out"])


def _is_deed(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether nobody speaks: ordered the retreat, recalled its envoy."""
    cue = attribution.cue
    objects = parsed.children_by(cue, "dobj")
    words = list(words_of(attribution.content))
    if not objects or any(parsed.quotation[i] for i in words):
        return False
    if parsed.lemma(cue) == "order":
        return not any(parsed.tag[i] in _VERB_TAGS for i in words)
    kin = {parsed.lower[k] for noun in objects for k in (noun, *parsed.children[noun])}
    return parsed.lemma(cue) == "recall" and not kin.isdisjoint(_LISTS["recalled"])


def _with_name_at_colon(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Return the attribution with who stands before its colon: Pier shut - Karen Lee: ..."""
    first = attribution.content[0][0]
    colon = first - 1
    begin = parsed.sentence_of(first)[0]
    if not parsed.quotation[first] or colon <= begin or parsed.word[colon] != ":":
        return attribution
    dash = next((i for i in range(colon - 1, begin, -1) if parsed.word[i] in _DASHES), colon)
    names = range(dash + 1, colon)
    is_name = 0 < len(names) <= _MAX_NAME_WORDS and all(parsed.word[i][0].isupper() for i in names)
    return replace(attribution, cue=colon, source=(dash + 1, colon)) if is_name else attribution


def _is_label(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether a noun before a colon only says what follows: Parking: the lot is free."""
    if parsed.word[attribution.cue] != ":" or attribution.source is None:
        return False
    noun = attribution.source[1] - 1
    has_mark = any(parsed.word[i] == ":" for i in attribution.source_words())
    if has_mark or parsed.lower[noun] in _LISTS["labels"]:
        return True
    names_somebody = parsed.lower[noun] in ROLES or parsed.lower[noun] in SPEAKER_CLASS
    is_quoted = any(parsed.quotation[i] for i in words_of(attribution.content))
    return parsed.tag[noun] in {"NN", "NNS"} and not names_somebody and not is_quoted


def _with_parted_subject(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Return the attribution with its verb's own subject as the source.

    A phrase between commas parts the two, and a nearer name was taken instead.

    "where Lee spoke after the owners, led by Marsh, announced that ..."     the owners
    """
    cue, source = attribution.cue, attribution.source
    has_own = parsed.tag[cue] not in FINITE_VERB_TAGS or parsed.children_by(cue, *SUBJECT_DEPS)
    noun = None if source is None or has_own else _noun_before_phrase(parsed, cue)
    subject = noun_phrase(parsed, noun, cue) if noun and source and source[1] <= noun else None
    return replace(attribution, source=subject) if subject else attribution


def _noun_before_phrase(parsed: ParsedText, verb: int) -> int | None:
    """Return the noun that a phrase between commas right before a verb belongs to."""
    comma = verb - 1
    begin = parsed.sentence_of(verb)[0]
    if comma <= begin or parsed.word[comma] != ",":
        return None
    for part in range(comma - 1, begin, -1):
        noun = parsed.head[part]
        if parsed.dep[part] in {"acl", "relcl"} and noun < part and parsed.tag[noun][:1] == "N":
            phrase = [i for i in parsed.subtree(part) if i < comma]
            is_between = phrase[-1] == comma - 1 and parsed.word[phrase[0] - 1] == ","
            return noun if is_between else None
    return None


def _is_inscription(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether the content is no more than the words on a thing, or the title of a work."""
    last = attribution.content[-1][1] - 1
    if not parsed.quotation[last]:
        return False
    quoted = parsed.quotation_bounds[parsed.quotation[last] - 1][0]
    begin = parsed.sentence_of(quoted)[0]
    words = [i for i in range(begin, quoted) if parsed.word[i][0].isalnum()]
    if not words or ":" in parsed.word[words[-1] : quoted]:
        return False
    thing = _thing_with_words(parsed, words[-_MAX_BEARER_WORDS:])
    return thing is not None and (thing < attribution.content[0][0] or thing == attribution.cue)


def _is_song(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether somebody sang a title, each word with a capital: sang "The Long Way"."""
    cue, words = attribution.cue, list(words_of(attribution.content))
    if parsed.lemma(cue) != "sing" or words[0] < cue or ":" in parsed.word[cue : words[0]]:
        return False
    words = [i for i in words if parsed.word[i][0].isalpha()]
    return all(parsed.word[i][0].isupper() or parsed.lower[i] in FUNCTION_WORDS for i in words)


def _thing_with_words(parsed: ParsedText, words: Sequence[int]) -> int | None:
    """Return the thing or work whose words or title follow these words."""
    *others, last = words
    lower = parsed.lower
    if lower[last] in _LISTS["works"]:
        return last
    if lower[last] in _LISTS["titling"]:
        return others[-1] if others and lower[others[-1]] in _LISTS["works"] else None
    if lower[last] not in _LISTS["inscribing"]:
        return None
    subject = find_subject(parsed, last) if parsed.tag[last][:1] == "V" else None
    things = [i for i in others if lower[i] in _LISTS["inscribed things"]]
    if subject is not None and parsed.tag[last] in {"VBD", "VBZ", "VBP"}:
        head = parsed.head[last] if lower[subject] in RELATIVE_PRONOUNS else subject
        return head if lower[head] in _LISTS["inscribed things"] else None
    return things[-1] if things else None


def _is_played(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether an actor speaks: "an actor playing the mayor shouts"."""
    source = attribution.source
    if source is None:
        return False
    begin = parsed.sentence_of(source[0])[0]
    before = parsed.lower[source[0] - 1] if source[0] > begin else ""
    inside = (i for i in attribution.source_words() if parsed.tag[i] == "VBG")
    return before in _LISTS["playing"] or any(parsed.lower[i] in _LISTS["playing"] for i in inside)
