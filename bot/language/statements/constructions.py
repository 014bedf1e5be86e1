"""Which constructions report words: a reading of the grammar by rules, without anything learned.

"..., said Karen Lee"   verb, inverted subject       according to the ministry, ...
her claim that ...      noun with a clause            he is sure that ...      adjective with a clause
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.language.lexicon import (
    ADJECTIVE_CLASS,
    NOUN_CLASS,
    OUTLETS,
    STATING,
    TAKES_OBJECT,
    VERB_CLASS,
    VERB_CLASSES,
    VERB_LEMMA,
)
from bot.language.statements.parsed import ParsedText

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_NO_CLASSES: frozenset[str] = frozenset()
_QUOTING = STATING | {"name", "judge", "think", "show", "spread"}
_NAMING = frozenset(["tell", "state", "name", "deny", "ask"])
_TOPICS = frozenset(["for", "about", "of", "against", "with", "to", "on", "upon"])
# Verbs of these classes that report only with an infinitive ("decided to go"), never with a plain object.
_WEAK = frozenset(
    """make put go give bring offer air spin show own mean see like love read need want know get take have send consider
    back defend seek plan support""".split()  # noqa: SIM905 - a word list reads as words
)
_TOPIC_VERBS = frozenset(
    ["agree", "disagree", "warn", "apologize", "apologise", "hope", "speak", "talk"]
)
_OUTLETS = frozenset(OUTLETS)
_LAST = 0.0  # the certainty of what only counts where nobody else speaks in the sentence
_MARKS = frozenset(",.;:-–—―")


@dataclass(slots=True)
class Report:
    """One reported piece: word numbers. `source` and the `content` runs end before their second number."""

    cue: int
    source: tuple[int, int] | None
    content: list[tuple[int, int]]
    certainty: float
    rule: str


def find_reports(parsed: ParsedText) -> list[Report]:
    """Every construction that reports words, the surest first where two want the same words."""
    return settle(parsed, _guesses(parsed))


def settle(parsed: ParsedText, reports: Iterable[Report]) -> list[Report]:
    """Give each word to one report's content, the surest report first."""
    taken: set[int] = set()
    kept = []
    for report in sorted(reports, key=lambda r: (-r.certainty, -_size(r.content), r.cue)):
        if report.cue in taken:
            continue
        content = runs(
            parsed, [i for a, b in report.content for i in range(a, b) if i not in taken]
        )
        if not content or (report.certainty == _LAST and content != report.content):
            continue
        report.content = content
        kept.append(report)
        taken.add(report.cue)
        taken.update(i for a, b in content for i in range(a, b))
        if report.source:
            taken.update(range(*report.source))
    return sorted(kept, key=lambda r: r.content[0])


def runs(parsed: ParsedText, words: Iterable[int]) -> list[tuple[int, int]]:
    """Join ascending word numbers to runs without marks at their ends; a run without a word is dropped."""
    joined: list[list[int]] = []
    for i in words:
        if joined and i == joined[-1][1]:
            joined[-1][1] = i + 1
        else:
            joined.append([i, i + 1])
    trimmed = []
    for first, last in joined:
        while first < last and parsed.word[first] in _MARKS:
            first += 1  # noqa: PLW2901 - the run shrinks from both ends
        while last > first and parsed.word[last - 1] in _MARKS:
            last -= 1  # noqa: PLW2901
        if any(parsed.word[i][0].isalnum() for i in range(first, last)):
            trimmed.append((first, last))
    return trimmed


def subject_of(parsed: ParsedText, verb: int, depth: int = 0) -> int | None:
    """The word that does what the verb says: through passives, relative clauses, chained and bare verbs."""
    agents = [o for k in parsed.kids_by(verb, "agent") for o in parsed.kids_by(k, "pobj")]
    if agents:
        return agents[0]
    own = parsed.kids_by(verb, *SUBJECTS)
    if parsed.tag[verb] == "VBN" and parsed.kids_by(verb, "auxpass"):
        return None
    if own:
        relative = parsed.low[own[0]] in {"who", "which", "that"} and parsed.dep[verb] == "relcl"
        return parsed.head[verb] if relative else own[0]
    return _borrowed_subject(parsed, verb, depth)


def _borrowed_subject(parsed: ParsedText, verb: int, depth: int) -> int | None:
    """The subject of the clause that a bare verb hangs on: "he smiled, saying"."""
    above = parsed.head[verb]
    if above == verb or depth > 3:
        return None
    if parsed.dep[verb] == "acl" and parsed.tag[verb] == "VBG":
        return above
    if parsed.dep[verb] in {"conj", "advcl", "xcomp", "pcomp", "prep"}:
        while parsed.dep[above] in {"prep", "dobj", "pobj", "aux"} and parsed.head[above] != above:
            above = parsed.head[above]
        return subject_of(parsed, above, depth + 1)
    return None


def noun_phrase(parsed: ParsedText, head: int, cue: int) -> tuple[int, int] | None:
    """The subject's own phrase: without relative clauses, and what does not touch its head."""
    clauses = {
        k
        for k in parsed.kids[head]
        if parsed.dep[k] in {"relcl", "advcl", "punct", "acl"} or k == cue
    }
    words = {
        i for i in parsed.subtree(head, clauses) if not parsed.inside[i] or parsed.inside[head]
    }
    if head not in words:
        return None
    first = last = head
    while first - 1 in words:
        first -= 1
    while last + 1 in words:
        last += 1
    return first, last + 1


def according_to(parsed: ParsedText, i: int) -> Report | None:
    """Read "According to the ministry, ..." and "..., according to two officials"."""
    first, last = parsed.bounds[parsed.sentence[i]]
    if parsed.low[i] != "according" or i + 2 >= last or parsed.low[i + 1] != "to":
        return None
    objects = parsed.kids_by(i + 1, "pobj") or parsed.kids_by(i, "pobj")
    if not objects:
        return None
    end = max(parsed.subtree(objects[0])) + 1
    if i == first:
        end = next((k for k in range(i + 2, last) if parsed.low[k] == ","), end)
    commas = (
        k for k in range(i + 2, end) if parsed.low[k] == "," and (i <= first + 1 or k > i + 8)
    )
    end = next(commas, end)
    if end <= i + 2:
        return None
    rest = runs(parsed, [k for k in range(first, last) if not i <= k < end])
    if not rest:
        return None
    return Report(
        i, (i + 2, end), rest, _LAST if is_carrier(parsed, i + 2, end) else 5.0, "according to"
    )


def is_carrier(parsed: ParsedText, first: int, last: int) -> bool:
    """Whether these words name an outlet, which carries what others say more often than it speaks."""
    return parsed.text[parsed.start[first] : parsed.end[last - 1]].removeprefix("the ") in _OUTLETS


def _size(content: list[tuple[int, int]]) -> int:
    return sum(b - a for a, b in content)


def _guesses(parsed: ParsedText) -> Iterator[Report]:
    for i, tag in enumerate(parsed.tag):
        if not tag:
            continue
        report = according_to(parsed, i)
        if report is None and tag[0] == "V":
            report = report_of_verb(parsed, i)
        elif report is None and tag[0] == "N" and parsed.low[i] in NOUN_CLASS:
            report = _by_noun(parsed, i)
        elif report is None and tag[0] == "J" and parsed.low[i] in ADJECTIVE_CLASS:
            report = _by_adjective(parsed, i)
        if report and report.content:
            report.certainty -= 2 * bool(parsed.inside[i])
            yield report


def _by_noun(parsed: ParsedText, i: int) -> Report | None:
    clauses = [
        k
        for k in parsed.kids[i]
        if parsed.dep[k] == "ccomp" or (parsed.dep[k] == "acl" and parsed.kids_by(k, "mark"))
    ]
    if not clauses:
        return None
    owners = parsed.kids_by(i, "poss")
    owner = (
        owners[0]
        if owners
        else subject_of(parsed, parsed.head[i])
        if parsed.dep[i] == "dobj"
        else None
    )
    source = noun_phrase(parsed, owner, i) if owner is not None else None
    return Report(i, source, runs(parsed, parsed.subtree(clauses[0])), 2.0, "reporting noun")


def _by_adjective(parsed: ParsedText, i: int) -> Report | None:
    clauses = parsed.kids_by(i, "ccomp", "xcomp")
    owner = subject_of(parsed, parsed.head[i])
    if not clauses or owner is None:
        return None
    return Report(
        i,
        noun_phrase(parsed, owner, i),
        runs(parsed, parsed.subtree(clauses[0])),
        2.0,
        "reporting adjective",
    )


@dataclass(slots=True)
class _Verb:
    """A verb that may report, with what the rules ask of it."""

    parsed: ParsedText
    at: int
    classes: frozenset[str]
    subject: int | None
    phrase: set[int]
    clauses: list[int]
    quotes: list[int]
    has_subject: bool

    @property
    def states(self) -> bool:
        return bool(self.classes & STATING)


def report_of_verb(parsed: ParsedText, i: int) -> Report | None:
    """What a verb reports, where it reports at all."""
    classes = VERB_CLASSES.get(parsed.low[i], _NO_CLASSES)
    if not classes and not _plain_verb_with_that(parsed, i):
        return None
    verb = _look_at(parsed, i, classes)
    clause, sure = _clause(verb)
    quoted = _quoted(verb, clause)
    if quoted:
        content, certainty, rule = _join(verb, clause, quoted), sure + 1, "quoted words"
    elif clause:
        content, certainty, rule = clause, sure, "reported clause"
    else:
        content, certainty, rule = _object(verb), 1.0, "reported object"
    source = noun_phrase(parsed, verb.subject, i) if verb.subject is not None else None
    own = (
        {i} | (set(range(*source)) if source else set()) | (set() if verb.clauses else verb.phrase)
    )
    return Report(i, source, runs(parsed, [k for k in content if k not in own]), certainty, rule)


def _look_at(parsed: ParsedText, i: int, classes: frozenset[str]) -> _Verb:
    first, last = parsed.bounds[parsed.sentence[i]]
    subject = subject_of(parsed, i)
    phrase = set(parsed.subtree(subject)) if subject is not None else set()
    return _Verb(
        parsed,
        i,
        classes,
        subject,
        set() if i in phrase else phrase,
        _clauses(parsed, i),
        sorted({parsed.inside[k] for k in range(first, last)} - {0, parsed.inside[i]}),
        bool(parsed.kids_by(i, *SUBJECTS)),
    )


def _clauses(parsed: ParsedText, i: int) -> list[int]:
    return parsed.kids_by(i, "ccomp", "parataxis")


def _plain_verb_with_that(parsed: ParsedText, i: int) -> bool:
    """A verb of no list reports where it has a subject and a clause with "that"."""
    that = any(parsed.low[m] == "that" for k in _clauses(parsed, i) for m in parsed.kids[k])
    return that and bool(parsed.kids_by(i, *SUBJECTS))


def _clause(verb: _Verb) -> tuple[list[int], float]:
    """The words of the reported clause, wherever it stands, and how sure that is."""
    parsed, i = verb.parsed, verb.at
    sure = 3.0 if verb.states else 2.0
    if verb.clauses:
        return sorted({k for clause in verb.clauses for k in parsed.subtree(clause, {i})}), sure
    first, last = parsed.bounds[parsed.sentence[i]]
    opening = min(verb.phrase | {i})
    before = parsed.low[opening - 1] if opening > first else ""
    inserted = parsed.dep[i] in {"parataxis", "ccomp", "advcl", "conj"} and not parsed.kids_by(
        i, "mark", "dobj"
    )
    if verb.states and verb.has_subject and inserted and before in set(',"”'):
        own = set(parsed.subtree(i))
        return [k for k in range(first, last) if k not in own], 3.0
    trailing = (
        verb.subject is not None
        and (verb.has_subject or parsed.dep[i] == "ROOT")
        and opening - first > 3
    )
    if verb.states and trailing and before == "," and not verb.quotes:
        return list(range(first, opening)), sure
    return [], sure


def _quoted(verb: _Verb, clause: list[int]) -> list[int]:
    """The quotations that belong to this verb: those nearest to it, and those that go on around the sentence."""
    parsed, i = verb.parsed, verb.at
    if not verb.quotes or parsed.inside[i] or not verb.classes & _QUOTING:
        return []
    if not verb.states:
        if not verb.clauses and not parsed.kids_by(i, "dobj", "prep", "oprd", "xcomp"):
            return []
        return [q for q in verb.quotes if 0 < parsed.quotes[q - 1][0] - i < 12]
    rivals = _stating_verbs(verb)
    mine = [
        q
        for q in verb.quotes
        if all(_gap(parsed, q, i) <= _gap(parsed, q, rival) for rival in rivals)
    ]
    if not clause or any(parsed.inside[k] for k in clause):
        mine += [q for q in _going_on(parsed, parsed.sentence[i]) if q not in mine]
    return mine


def _stating_verbs(verb: _Verb) -> list[int]:
    """The other verbs of the sentence that could report its quotations."""
    parsed = verb.parsed
    return [
        k
        for k in range(*parsed.bounds[parsed.sentence[verb.at]])
        if k != verb.at
        and parsed.tag[k].startswith("V")
        and not parsed.inside[k]
        and VERB_CLASSES.get(parsed.low[k], _NO_CLASSES) & STATING
    ]


def _gap(parsed: ParsedText, quote: int, i: int) -> int:
    first, last = parsed.quotes[quote - 1]
    return min(abs(first - i), abs(last - 1 - i))


def _going_on(parsed: ParsedText, sentence: int) -> Iterator[int]:
    """Quotations that fill the sentences next to this one, within its paragraph."""
    for step in (-1, 1):
        k = sentence + step
        while 0 <= k < len(parsed.bounds) and parsed.paragraphs[k] == parsed.paragraphs[sentence]:
            words = range(*parsed.bounds[k])
            if sum(1 for i in words if parsed.inside[i]) < 0.8 * len(words):
                break
            yield from sorted({parsed.inside[i] for i in words} - {0})
            k += step


def _join(verb: _Verb, clause: list[int], quotes: list[int]) -> list[int]:
    """Quoted words with the clause around them, or with the words between verb and mark: called it "a joke"."""
    parsed, i = verb.parsed, verb.at
    quoted = sorted({k for q in quotes for k in range(*parsed.quotes[q - 1])})
    if clause:
        return sorted({*clause, *quoted})
    first = quoted[0] if quoted else i
    between = range(i + 1, first)
    if (
        verb.classes & _NAMING
        and 0 < len(between) < 13
        and all(parsed.low[k] not in set(".;:,") for k in between)
    ):
        return [*between, *quoted]
    return quoted


def _object(verb: _Verb) -> list[int]:
    """The object, infinitive or topic of a verb that needs no clause: "rejected the plan", "vowed to stay"."""
    parsed, i, classes = verb.parsed, verb.at, verb.classes
    if not verb.has_subject:
        return []
    infinitives = parsed.kids_by(i, "xcomp")
    objects = parsed.kids_by(i, "dobj")
    topics = [k for k in parsed.kids_by(i, "prep") if k > i and parsed.low[k] in _TOPICS]
    lemma = VERB_LEMMA.get(parsed.low[i], "")
    if classes & TAKES_OBJECT:
        by_topic = topics and (
            classes & {"urge", "complain", "reply", "admit", "judge"} or lemma in _TOPIC_VERBS
        )
        if not infinitives and (lemma in _WEAK or classes == {"feel"} or not (objects or by_topic)):
            return []
        return _words_below(
            parsed, [k for k in parsed.kids_by(i, "dobj", "xcomp", "prep", "oprd") if k > i]
        )
    if infinitives and classes & ({"think"} | STATING) and not classes & {"say", "add", "show"}:
        return _words_below(parsed, infinitives)
    told = objects and classes & {"state", "deny", "tell", "admit", "ask"}
    about = (
        topics
        and classes & {"tell", "state", "complain"}
        and parsed.low[topics[0]] in {"about", "of", "against"}
    )
    if classes & STATING and (told or about) and lemma not in {"say", "continue", "begin", "point"}:
        return _words_below(parsed, [k for k in parsed.kids_by(i, "dobj", "prep") if k > i])
    return []


def _words_below(parsed: ParsedText, roots: list[int]) -> list[int]:
    return sorted({k for root in roots for k in parsed.subtree(root)})


def worth_parsing(words: Iterable[str]) -> bool:
    """Whether a sentence with these words (in lower case) can report anything without a quote mark."""
    return any(word in _TELLING for word in words)


_TELLING = (
    frozenset(VERB_CLASS) | frozenset(NOUN_CLASS) | frozenset(ADJECTIVE_CLASS) | {"according"}
)
