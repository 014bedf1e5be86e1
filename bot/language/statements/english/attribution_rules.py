"""Find who said what by rules on the grammar, without anything learned.

"..., said Karen Lee"   verb, inverted subject       according to the ministry, ...
her claim that ...      noun with a clause           he is sure that ...     adjective with a clause
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.language import lexicon
from bot.language.statements.english.parsing import ParsedText, Run

SUBJECT_DEPS = ("nsubj", "nsubjpass", "csubj")
RELATIVE_PRONOUNS = frozenset(["who", "which", "that"])
_CLAUSE_DEPS = ("ccomp", "parataxis")
_MAX_SUBJECT_DEPTH = 3  # verbs between a bare verb and the one whose subject it shares
_PUNCTUATION = frozenset(",.;:-–—―")

_QUOTING_CLASSES = lexicon.STATING | {"name", "judge", "think", "show", "spread"}
_NAMING_CLASSES = frozenset(["tell", "state", "name", "deny", "ask"])
_TOPIC_CLASSES = frozenset(["urge", "complain", "reply", "admit", "judge"])
_OBJECT_CLASSES = frozenset(["state", "deny", "tell", "admit", "ask"])
_TOPIC_PREPOSITIONS = frozenset(["for", "about", "of", "against", "with", "to", "on", "upon"])

# How sure each construction is; the surest wins where two want the same words.
_ACCORDING_TO, _STATING_CLAUSE, _OTHER_CLAUSE, _OBJECT = 5.0, 3.0, 2.0, 1.0
_QUOTED_BONUS = 1.0
_INSIDE_QUOTATION_PENALTY = 2.0
_FALLBACK = 0.0  # counts only where nobody else speaks in the sentence

_LONG_PHRASE_WORDS = 8  # an "according to" phrase may hold a comma after so many words
_MIN_CLAUSE_WORDS = 3  # before ", said Karen Lee"
_MAX_QUOTE_DISTANCE = 12  # words between a verb that does not state and its quotation
_MAX_WORDS_BEFORE_QUOTE = 12  # between a verb of naming and the mark: called the long plan "a joke"
_MAX_CONTINUED_SENTENCES = 12  # that a quotation fills, on either side of its verb's
_MOSTLY_QUOTED = 0.8  # of a sentence's words


@dataclass(slots=True)
class Attribution:
    """Who said what: the cue's word number, and the words of the source and of the content."""

    cue: int
    source: Run | None
    content: list[Run]
    certainty: float
    rule: str

    def source_words(self) -> range:
        """Return the word numbers of the source, none without one."""
        return range(*self.source) if self.source else range(0)


def find_attributions(parsed: ParsedText) -> list[Attribution]:
    """Return every construction that reports words, in text order.

    Each word belongs to the content of one attribution only, the surest first.
    """
    taken: set[int] = set()
    kept = []
    guesses = sorted(_guess(parsed), key=_surest_and_longest_first)
    for guess in guesses:
        if guess.cue in taken:
            continue
        content = to_runs(parsed, [i for i in words_of(guess.content) if i not in taken])
        if not content or (guess.certainty == _FALLBACK and content != guess.content):
            continue
        guess.content = content
        kept.append(guess)
        taken.add(guess.cue)
        taken.update(words_of(content))
        taken.update(guess.source_words())
    return sorted(kept, key=lambda a: a.content[0])


def words_of(runs: Iterable[Run]) -> Iterator[int]:
    """Yield the word numbers of runs."""
    for first, last in runs:
        yield from range(first, last)


def to_runs(parsed: ParsedText, words: Iterable[int]) -> list[Run]:
    """Join ascending word numbers to runs without punctuation at their ends.

    A run without a letter or digit is dropped.
    """
    joined: list[list[int]] = []
    for i in words:
        if joined and i == joined[-1][1]:
            joined[-1][1] = i + 1
        else:
            joined.append([i, i + 1])
    trimmed = (_trim(parsed, first, last) for first, last in joined)
    return [run for run in trimmed if any(parsed.word[i][0].isalnum() for i in range(*run))]


def _trim(parsed: ParsedText, first: int, last: int) -> Run:
    while first < last and parsed.word[first] in _PUNCTUATION:
        first += 1
    while last > first and parsed.word[last - 1] in _PUNCTUATION:
        last -= 1
    return first, last


def _surest_and_longest_first(attribution: Attribution) -> tuple[float, int, int]:
    words = sum(last - first for first, last in attribution.content)
    return -attribution.certainty, -words, attribution.cue


def find_subject(parsed: ParsedText, verb: int, depth: int = 0) -> int | None:
    """Return the head of a verb's subject: through passives, relative clauses and chained verbs."""
    for agent in parsed.children_by(verb, "agent"):
        for noun in parsed.children_by(agent, "pobj"):
            return noun
    if parsed.tag[verb] == "VBN" and parsed.children_by(verb, "auxpass"):
        return None
    subject = parsed.first_child(verb, *SUBJECT_DEPS)
    if subject is None:
        return _find_shared_subject(parsed, verb, depth)
    is_relative = parsed.lower[subject] in RELATIVE_PRONOUNS and parsed.dep[verb] == "relcl"
    return parsed.head[verb] if is_relative else subject


def _find_shared_subject(parsed: ParsedText, verb: int, depth: int) -> int | None:
    """Return the subject of the clause that a bare verb depends on: "he smiled, saying"."""
    above = parsed.head[verb]
    if above == verb or depth > _MAX_SUBJECT_DEPTH:
        return None
    if parsed.dep[verb] == "acl" and parsed.tag[verb] == "VBG":
        return above
    if parsed.dep[verb] not in {"conj", "advcl", "xcomp", "pcomp", "prep"}:
        return None
    while parsed.dep[above] in {"prep", "dobj", "pobj", "aux"} and parsed.head[above] != above:
        above = parsed.head[above]
    return find_subject(parsed, above, depth + 1)


def noun_phrase(parsed: ParsedText, head: int | None, cue: int) -> Run | None:
    """Return the words around `head` that belong to it, without its clauses and without the cue."""
    if head is None:
        return None
    clauses = parsed.children_by(head, "relcl", "advcl", "punct", "acl")
    left_out = {*clauses, *({cue} & set(parsed.children[head]))}
    words = set(parsed.subtree(head, without=left_out))
    if not parsed.quotation[head]:
        words = {i for i in words if not parsed.quotation[i]}
    if head not in words:
        return None
    first = last = head
    while first - 1 in words:
        first -= 1
    while last + 1 in words:
        last += 1
    return first, last + 1


def _guess(parsed: ParsedText) -> Iterator[Attribution]:
    for i, tag in enumerate(parsed.tag):
        attribution = _attribution_at(parsed, i) if tag else None
        if attribution and attribution.content:
            attribution.certainty -= _INSIDE_QUOTATION_PENALTY * bool(parsed.quotation[i])
            yield attribution


def _attribution_at(parsed: ParsedText, i: int) -> Attribution | None:
    part_of_speech, lower = parsed.tag[i][0], parsed.lower[i]
    if attribution := _by_according_to(parsed, i):
        return attribution
    if part_of_speech == "V":
        return attribution_of_verb(parsed, i)
    if part_of_speech == "N" and lower in lexicon.NOUN_CLASS:
        return _by_noun(parsed, i)
    return (
        _by_adjective(parsed, i)
        if lower in lexicon.ADJECTIVE_CLASS and part_of_speech == "J"
        else None
    )


def _by_according_to(parsed: ParsedText, i: int) -> Attribution | None:
    """Read "According to the ministry, ..." and "..., according to two officials"."""
    first, last = parsed.sentence_of(i)
    if parsed.lower[i] != "according" or i + 2 >= last or parsed.lower[i + 1] != "to":
        return None
    noun = next(iter(parsed.children_by(i + 1, "pobj") or parsed.children_by(i, "pobj")), None)
    if noun is None:
        return None
    source = i + 2, _according_to_end(parsed, i, max(parsed.subtree(noun)) + 1)
    content = to_runs(parsed, [k for k in range(first, last) if not i <= k < source[1]])
    if source[1] <= source[0] or not content:
        return None
    # An outlet of our list mostly carries what others say.
    is_outlet = parsed.span(source).text.removeprefix("the ") in lexicon.OUTLETS
    certainty = _FALLBACK if is_outlet else _ACCORDING_TO
    return Attribution(i, source, content, certainty, "according to")


def _according_to_end(parsed: ParsedText, i: int, end: int) -> int:
    """Return where the source ends: at a comma, if the phrase opens the sentence or is long."""
    first, last = parsed.sentence_of(i)
    if i == first:
        end = next((k for k in range(i + 2, last) if parsed.lower[k] == ","), end)
    begin = i + 2 if i <= first + 1 else i + 1 + _LONG_PHRASE_WORDS
    return next((k for k in range(begin, end) if parsed.lower[k] == ","), end)


def _by_noun(parsed: ParsedText, i: int) -> Attribution | None:
    """Read "her claim that ..." and "she made the claim that ..."."""
    clauses = (
        child
        for child in parsed.children[i]
        if parsed.dep[child] == "ccomp"
        or (parsed.dep[child] == "acl" and parsed.children_by(child, "mark"))
    )
    owner = parsed.first_child(i, "poss")
    if owner is None and parsed.dep[i] == "dobj":
        owner = find_subject(parsed, parsed.head[i])
    return _with_clause(parsed, i, owner, next(clauses, None), "reporting noun")


def _by_adjective(parsed: ParsedText, i: int) -> Attribution | None:
    """Read "he is sure that ..."."""
    owner = find_subject(parsed, parsed.head[i])
    clause = parsed.first_child(i, "ccomp", "xcomp")
    return None if owner is None else _with_clause(parsed, i, owner, clause, "reporting adjective")


def _with_clause(
    parsed: ParsedText, i: int, owner: int | None, clause: int | None, rule: str
) -> Attribution | None:
    if clause is None:
        return None
    content = to_runs(parsed, parsed.subtree(clause))
    return Attribution(i, noun_phrase(parsed, owner, i), content, _OTHER_CLAUSE, rule)


class _Verb:
    """A verb that may report, with its grammar.

    `subject` is the head of the subject and `phrase` all its words; `quotations` are the numbers of
    the quotations of the sentence that the verb stands outside of.
    """

    def __init__(self, parsed: ParsedText, i: int) -> None:
        first, last = parsed.sentence_of(i)
        self.parsed, self.i, self.first, self.last = parsed, i, first, last
        self.classes = parsed.verb_classes(i)
        self.states = not self.classes.isdisjoint(lexicon.STATING)
        self.has_own_subject = bool(parsed.children_by(i, *SUBJECT_DEPS))
        self.clauses = parsed.children_by(i, *_CLAUSE_DEPS)
        self.quotations = sorted(set(parsed.quotation[first:last]) - {0, parsed.quotation[i]})
        self.subject = find_subject(parsed, i)
        phrase = parsed.subtree(self.subject) if self.subject is not None else []
        self.phrase = set() if i in phrase else set(phrase)


def attribution_of_verb(parsed: ParsedText, i: int) -> Attribution | None:
    """Return what a verb reports, or None if it is no verb of reporting; the content may be []."""
    if not parsed.verb_classes(i) and not _has_that_clause(parsed, i):
        return None
    verb = _Verb(parsed, i)
    clause, certainty = _reported_clause(verb)
    quotations = _quotations_of(verb, clause)
    if quotations:
        content, certainty = _with_quotations(verb, clause, quotations), certainty + _QUOTED_BONUS
        rule = "quoted words"
    elif clause:
        content, rule = clause, "reported clause"
    else:
        content, certainty, rule = _reported_object(verb), _OBJECT, "reported object"
    source = noun_phrase(parsed, verb.subject, i)
    excluded = {i, *(range(*source) if source else ()), *(() if verb.clauses else verb.phrase)}
    runs = to_runs(parsed, [k for k in content if k not in excluded])
    return Attribution(i, source, runs, certainty, rule)


def _has_that_clause(parsed: ParsedText, i: int) -> bool:
    """Return whether a verb has a subject and a clause with "that": then one of no list reports."""
    heads = (k for clause in parsed.children_by(i, *_CLAUSE_DEPS) for k in parsed.children[clause])
    has_that = any(parsed.lower[k] == "that" for k in heads)
    return has_that and bool(parsed.children_by(i, *SUBJECT_DEPS))


def _reported_clause(verb: _Verb) -> tuple[list[int], float]:
    """Return the words of the reported clause, before, after or around the verb, and how sure."""
    parsed, i = verb.parsed, verb.i
    certainty = _STATING_CLAUSE if verb.states else _OTHER_CLAUSE
    if verb.clauses:
        return parsed.subtree(*verb.clauses, without={i}), certainty
    if not verb.states:
        return [], certainty
    opening = min(verb.phrase | {i})
    before = parsed.lower[opening - 1] if opening > verb.first else ""
    is_inserted = parsed.dep[i] in {"parataxis", "ccomp", "advcl", "conj"}
    is_inserted = is_inserted and not parsed.children_by(i, "mark", "dobj")
    if verb.has_own_subject and is_inserted and before in {",", '"', "”"}:
        inserted = set(parsed.subtree(i))
        return [k for k in range(verb.first, verb.last) if k not in inserted], certainty
    is_last = verb.subject is not None and (verb.has_own_subject or parsed.dep[i] == "ROOT")
    is_long = opening - verb.first > _MIN_CLAUSE_WORDS
    if is_last and is_long and before == "," and not verb.quotations:
        return list(range(verb.first, opening)), certainty
    return [], certainty


def _quotations_of(verb: _Verb, clause: list[int]) -> list[int]:
    """Return the quotations nearest to this verb, and those that go on in sentences around it."""
    parsed, i = verb.parsed, verb.i
    if not verb.quotations or parsed.quotation[i] or not verb.classes & _QUOTING_CLASSES:
        return []
    if not verb.states:
        if not verb.clauses and not parsed.children_by(i, "dobj", "prep", "oprd", "xcomp"):
            return []
        starts = {q: parsed.quotation_bounds[q - 1][0] for q in verb.quotations}
        return [q for q in verb.quotations if 0 < starts[q] - i < _MAX_QUOTE_DISTANCE]
    words = range(verb.first, verb.last)
    rivals = [k for k in words if k != i and parsed.is_unquoted_verb(k, lexicon.STATING)]
    nearest = [
        q for q in verb.quotations if _distance(parsed, q, [i]) <= _distance(parsed, q, rivals)
    ]
    if not clause or any(parsed.quotation[k] for k in clause):
        continued = _continued(parsed, parsed.sentence[i])
        nearest = list(dict.fromkeys([*nearest, *continued]))
    return nearest


def _distance(parsed: ParsedText, quotation: int, words: Sequence[int]) -> float:
    """Return the distance of a quotation's ends from the nearest of ascending words."""
    first, last = parsed.quotation_bounds[quotation - 1]
    ends = (first, last - 1)
    at = {end: bisect_left(words, end) for end in ends}
    near = ((end, k) for end in ends for k in words[max(0, at[end] - 1) : at[end] + 1])
    return min((abs(end - k) for end, k in near), default=math.inf)


def _continued(parsed: ParsedText, sentence: int) -> Iterator[int]:
    """Yield the quotations that fill the sentences next to this one, within its paragraph."""
    for step in (-1, 1):
        for k in range(sentence + step, sentence + step * (_MAX_CONTINUED_SENTENCES + 1), step):
            if not 0 <= k < len(parsed.paragraph):
                break
            is_near = parsed.paragraph[k] == parsed.paragraph[sentence]
            if not is_near or not is_mostly_quoted(parsed, k):
                break
            yield from sorted(set(parsed.quotation[slice(*parsed.sentence_bounds[k])]) - {0})


def is_mostly_quoted(parsed: ParsedText, sentence: int) -> bool:
    """Return whether four of five words of a sentence are quoted."""
    quotations = parsed.quotation[slice(*parsed.sentence_bounds[sentence])]
    return sum(map(bool, quotations)) >= _MOSTLY_QUOTED * len(quotations)


def _with_quotations(verb: _Verb, clause: list[int], quotations: list[int]) -> list[int]:
    """Return quoted words with the clause, or with the words before them: called it "a joke"."""
    parsed, i = verb.parsed, verb.i
    quoted = sorted({k for q in quotations for k in range(*parsed.quotation_bounds[q - 1])})
    if clause:
        return sorted({*clause, *quoted})
    between = range(i + 1, quoted[0] if quoted else i)
    if (
        verb.classes & _NAMING_CLASSES
        and 0 < len(between) <= _MAX_WORDS_BEFORE_QUOTE
        and all(parsed.lower[k] not in set(".;:,") for k in between)
    ):
        return [*between, *quoted]
    return quoted


def _reported_object(verb: _Verb) -> list[int]:
    """Return the object, infinitive or topic: "rejected the plan", "vowed to stay"."""
    parsed, i, classes = verb.parsed, verb.i, verb.classes
    if not verb.has_own_subject:
        return []
    infinitives, objects = parsed.children_by(i, "xcomp"), parsed.children_by(i, "dobj")
    topics = [
        k for k in parsed.children_by(i, "prep") if k > i and parsed.lower[k] in _TOPIC_PREPOSITIONS
    ]
    lemma = parsed.lemma(i)
    if classes & lexicon.TAKES_OBJECT:
        has_topic = topics and (classes & _TOPIC_CLASSES or lemma in lexicon.TOPIC_VERBS)
        needs_infinitive = lemma in lexicon.INFINITIVE_VERBS or classes == {"feel"}
        if not infinitives and (needs_infinitive or not (objects or has_topic)):
            return []
        return _words_below(parsed, i, "dobj", "xcomp", "prep", "oprd")
    if (
        infinitives
        and classes & ({"think"} | lexicon.STATING)
        and not classes & {"say", "add", "show"}
    ):
        return parsed.subtree(*infinitives)
    tells = objects and classes & _OBJECT_CLASSES
    tells_about = (
        topics
        and classes & {"tell", "state", "complain"}
        and parsed.lower[topics[0]] in {"about", "of", "against"}
    )
    takes_any = verb.states and lemma not in {"say", "continue", "begin", "point"}
    return _words_below(parsed, i, "dobj", "prep") if takes_any and (tells or tells_about) else []


def _words_below(parsed: ParsedText, i: int, *deps: str) -> list[int]:
    """Return the words of the branches after a word with these dependencies."""
    return parsed.subtree(*(k for k in parsed.children_by(i, *deps) if k > i))
