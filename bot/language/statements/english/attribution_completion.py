"""Complete and trim the attributions that the models found, and read reports made by punctuation.

attributions -> contents with their subject and verdict -> quotations announced and continued
             -> "... — Karen Lee", "Minister: no new tax", "Pier safe, mayor says"
             -> contents without the reporter's words: Lee rose and said: | "It leaks", he said
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, islice, pairwise
from operator import itemgetter

from bot.language.lexicon import AUXILIARIES, ROLES, SPEAKER_CLASS, STATING
from bot.language.statements.english.attribution_rules import (
    SUBJECT_DEPS,
    Attribution,
    find_subject,
    is_mostly_quoted,
    noun_phrase,
    to_runs,
    words_of,
)
from bot.language.statements.english.governors import POLARITY_WORDS
from bot.language.statements.english.parsing import FINITE_VERB_TAGS, ParsedText, Run

_OCCASIONS = frozenset(["before", "after", "while", "when", "as", "until", "since", "once"])
_MAX_REPORT_WORDS = 4  # he said; the skipper said
_CALLING_VERBS = frozenset(["call", "deem", "label", "brand", "dub"])
_RELATIVE_TAGS = frozenset(["WDT", "WP"])
_DASHES = frozenset(["—", "–", "―", "-", "--"])
_ANNOUNCING = frozenset(["and", "also", "then", "finally", ","])  # before "from Karen Lee:"
_DESKS = frozenset(["desk", "office", "pen"])
_ARTICLES = frozenset(["a", "an", "the", "his", "her", "its", "their"])
_NARRATION_ENDS = frozenset([",", ".", ":", ";", "-", "–", "—"])
_SENTENCE_ENDS = frozenset('.!?…”"')
_CONDITIONS = frozenset(["if", "unless", "once", "until", "provided", "lest"])
_MAX_NAME_WORDS = 8  # before a colon
_MAX_CREDIT_WORDS = 25  # after a dash; also the longest headline
_MAX_OFFICE_WORDS = 3  # "the finance minister", "police"
_ANNOUNCED_CERTAINTY, _NAMED_CERTAINTY, _HEADLINE_CERTAINTY = 0.8, 0.5, 0.4


def complete_content(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Add the words without which a reader would not understand a content.

    were “the last guest”  ->  Wages, which rose, were “the last guest”
    called the plan        ->  called the plan cowardly
    """
    attribution = _with_subject(parsed, _without_narrator(parsed, attribution))
    return _with_conditions(parsed, _with_verdict(parsed, attribution))


def _without_narrator(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Cut out what the narrator tells between two quotations: "Old," and after a pause, "ours."."""
    words = list(words_of(attribution.content))
    # "According to CNN, "...," Lee said": the narrator's words name who speaks.
    if not parsed.quotation[words[0]] or parsed.lower[attribution.cue] == "according":
        return attribution
    cut = set[int]()
    quoted = [i for i in words if parsed.quotation[i]]
    for before, after in pairwise(quoted):
        gap = range(before + 1, after)
        is_apart = len(gap) > 1 and parsed.word[after - 1] in _NARRATION_ENDS
        # A clause of its own may be reported: "Old," and unless it is mended, "a wreck".
        has_verb = any(parsed.tag[i] in FINITE_VERB_TAGS for i in gap)
        if is_apart and not has_verb:
            cut.update(i for i in gap if parsed.word[i][0].isalnum() or i - 1 in cut)
    content = to_runs(parsed, [i for i in words if i not in cut])
    return replace(attribution, content=content) if cut else attribution


def _with_subject(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Let no content begin with a finite verb: add its subject, or begin at the quotation mark."""
    (first, last), *others = attribution.content
    if parsed.tag[first] not in FINITE_VERB_TAGS or parsed.quotation[first]:
        return attribution
    subject = _subject_before(parsed, first)
    words: Iterable[int] = range(first, last)
    if subject and not {attribution.cue, *attribution.source_words()}.intersection(subject):
        words = sorted({*subject, *words})
    else:
        opens = (i for i in words if parsed.quotation[i] or parsed.lower[i] not in AUXILIARIES)
        opening = next(opens, first)
        if not parsed.quotation[opening]:
            return attribution
        words = range(opening, last)
    return replace(attribution, content=[*to_runs(parsed, words), *others])


def _subject_before(parsed: ParsedText, verb: int) -> list[int]:
    """Return the words of a verb's subject, or of the verb it helps, if they stand before it."""
    head = parsed.head[verb] if parsed.dep[verb] in {"aux", "auxpass"} else verb
    for subject in parsed.children_by(head, *SUBJECT_DEPS):
        words = parsed.subtree(subject)
        if words[-1] < verb and parsed.tag[subject] not in _RELATIVE_TAGS:
            return words
    return []


def _with_conditions(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Let no words lose the condition before them: unless it is mended, | "it will fall"."""
    own, runs, done = {attribution.cue, *attribution.source_words()}, list[Run](), 0
    for first, last in attribution.content:
        begin = max(done, parsed.sentence_of(first)[0])
        gaps = (range(k, first) for k in range(begin, first) if parsed.lower[k] in _CONDITIONS)
        whole = (gap for gap in gaps if own.isdisjoint(gap) and _is_told(parsed, gap))
        runs.append((next((gap[0] for gap in whole), first), last))
        done = last
    return replace(attribution, content=runs)


def _is_told(parsed: ParsedText, gap: range) -> bool:
    """Return whether a condition is told with what follows: no "asked if", no other report."""
    is_asked = gap[0] > 0 and parsed.tag[gap[0] - 1][:1] == "V"
    is_reported = any(parsed.is_unquoted_verb(i, STATING) for i in gap)
    return not is_asked and not is_reported and not parsed.quotation[gap[0]]


def _with_verdict(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Add the last word of "called the plan cowardly"."""
    first, last = attribution.content[-1]
    if parsed.lemma(attribution.cue) not in _CALLING_VERBS or attribution.cue >= first:
        return attribution
    _, sentence_end = parsed.sentence_of(first)
    end = last
    while end < sentence_end and parsed.tag[end][:2] in {"RB", "JJ"}:
        end += 1
    is_verdict = parsed.tag[end - 1].startswith("JJ") or parsed.lower[end - 1].endswith("ly")
    if end == last or not is_verdict:
        return attribution
    return replace(attribution, content=[*attribution.content[:-1], (first, end)])


def add_punctuation_attributions(
    parsed: ParsedText, attributions: Sequence[Attribution], continued: Sequence[int]
) -> list[Attribution]:
    """Return the attributions with what colons, dashes and headlines report; quotations run on.

    These have no verb, or stand in a headline, where the grammar misses them. They take only words
    that no attribution has. `continued` numbers the quotations that go on from the one before.
    """
    reader = _PunctuationReader(parsed, attributions)
    reader.add_announced_quotations()
    reader.add_inverted()
    reader.add_per()
    reader.extend_to_next_sentences()
    reader.extend_to_next_paragraphs(continued)
    reader.add_paragraphs()
    return reader.attributions


class _PunctuationReader:
    """Attributions that grow, and which words they have: `used[i]` for word i."""

    def __init__(self, parsed: ParsedText, attributions: Sequence[Attribution]) -> None:
        self.attributions = list(attributions)
        self._parsed = parsed
        self._used = [False] * len(parsed)
        for attribution in attributions:
            self._use(attribution.cue, *attribution.source_words(), *words_of(attribution.content))

    def _use(self, *words: int) -> None:
        for i in words:
            self._used[i] = True

    def _extend(self, attribution: Attribution, run: Run) -> None:
        attribution.content.append(run)
        self._use(*range(*run))

    def add_announced_quotations(self) -> None:
        """Attribute a quotation to the speaker of the sentence before: Karen Lee said: "..."."""
        parsed = self._parsed
        for (begin, end), (first, _) in pairwise(parsed.sentence_bounds):
            is_free = parsed.quotation[first] > 0 and not self._used[first]
            if not is_free or _read_dash(parsed, first, self._paragraph_end(first)):
                continue
            announced = self._announced_by_verb(begin, end) or _announced_by_name(
                parsed, begin, end
            )
            if announced:
                cue, source = announced
                quoted = parsed.quotation_bounds[parsed.quotation[first] - 1]
                attribution = Attribution(
                    cue, source, [(first, quoted[1])], _ANNOUNCED_CERTAINTY, "announced quotation"
                )
                self.attributions.append(attribution)
                self._use(*range(first, quoted[1]), *range(*source))

    def _paragraph_end(self, i: int) -> int:
        """Return the end of the paragraph that a word stands in."""
        paragraph = self._parsed.paragraph
        last = bisect_right(paragraph, paragraph[self._parsed.sentence[i]]) - 1
        return self._parsed.sentence_bounds[last][1]

    def _announced_by_verb(self, begin: int, end: int) -> tuple[int, Run] | None:
        """Return the cue and source of "Karen Lee said:", unless its cue reports other words."""
        parsed = self._parsed
        verbs = (i for i in range(begin, end - 1) if parsed.is_unquoted_verb(i, STATING))
        cue = max(verbs, default=None)
        if cue is None or parsed.word[end - 1] != ":":
            return None
        others = [a for a in self.attributions if a.cue == cue]
        if any(len(list(words_of(other.content))) > 1 for other in others):
            return None
        # "What Lee said:" has no words of hers yet.
        self.attributions = [a for a in self.attributions if a.cue != cue]
        source = noun_phrase(parsed, find_subject(parsed, cue), cue)
        return (cue, source) if source else None

    def add_inverted(self) -> None:
        """Attribute "..." shout the crew: a verb that spaCy takes for a noun, and a speaker."""
        parsed = self._parsed
        for first, cue in parsed.quotation_bounds:
            if cue + 1 >= len(parsed) or self._used[first] or self._used[cue]:
                continue
            begin, end = parsed.sentence_of(cue)
            if begin != first or parsed.verb_classes(cue).isdisjoint(STATING):
                continue
            rest = range(cue + 1, end)
            stop = next((i for i in rest if parsed.word[i] in {",", ".", ";", "!"}), rest.stop)
            is_speaker = cue + 1 < stop and (
                parsed.word[cue + 1][0].isupper() or parsed.lower[cue + 1] == "the"
            )
            if is_speaker and stop - cue <= _MAX_NAME_WORDS:
                source, content = (cue + 1, stop), [(first, cue)]
                self.attributions.append(
                    Attribution(cue, source, content, _NAMED_CERTAINTY, "verb after a quotation")
                )
                self._use(*range(first, stop))

    def add_per(self) -> None:
        """Attribute "The dam leaks, per a report by the board." and "Per the board, it leaks."."""
        parsed = self._parsed
        for begin, end in parsed.sentence_bounds:
            last = end - 1 if parsed.word[end - 1] in _SENTENCE_ENDS else end
            if "per" not in parsed.lower[begin:last] or any(self._used[begin:end]):
                continue
            cue = parsed.lower.index("per", begin)
            comma = next((i for i in range(cue, last) if parsed.lower[i] == ","), last)
            if cue == begin:
                source, content = (cue + 1, comma), (comma + 1, last)
            else:
                source, content = (cue + 1, last), (begin, cue - 1)
            is_apart = cue == begin or parsed.lower[cue - 1] == ","
            opens = parsed.lower[source[0]] in _ARTICLES or parsed.word[source[0]][0].isupper()
            if is_apart and opens and content[0] < content[1] and source[0] < source[1]:
                attribution = Attribution(cue, source, [content], _NAMED_CERTAINTY, "per")
                self.attributions.append(attribution)
                self._use(*range(begin, end))

    def extend_to_next_sentences(self) -> None:
        """Attribute "B." to the speaker of "A," she said. "B.", in one paragraph."""
        parsed = self._parsed
        for attribution in sorted(self.attributions, key=lambda a: a.cue):
            is_quoted = any(parsed.quotation[i] for i in words_of(attribution.content))
            if not is_quoted or parsed.quotation[attribution.cue]:
                continue
            sentence = parsed.sentence[attribution.cue] + 1
            while self._is_unused_quoted_sentence(sentence):
                self._extend(attribution, parsed.sentence_bounds[sentence])
                sentence += 1

    def _is_unused_quoted_sentence(self, sentence: int) -> bool:
        """Return whether a sentence in the paragraph of the one before it is mostly quoted."""
        parsed, paragraph = self._parsed, self._parsed.paragraph
        if sentence >= len(paragraph) or paragraph[sentence] != paragraph[sentence - 1]:
            return False
        first, last = parsed.sentence_bounds[sentence]
        is_quoted = parsed.quotation[first] > 0 and is_mostly_quoted(parsed, sentence)
        return is_quoted and not any(self._used[first:last])

    def extend_to_next_paragraphs(self, continued: Sequence[int]) -> None:
        """Attribute a quotation that goes on in other paragraphs to its speaker."""
        bounds = self._parsed.quotation_bounds
        for number in continued:
            self._join(bounds[number - 1], bounds[number])
        # "A. / "B," she said: whose speaker is named at the end only.
        for number in reversed(continued):
            marks = (self._parsed.word[first] for first, _ in bounds[number - 1 : number + 1])
            if len(set(marks)) == 1:
                self._join(bounds[number], bounds[number - 1])

    def _join(self, told: Run, run: Run) -> None:
        """Attribute a quotation that nobody has to the speaker of the one before or behind it."""
        if run[1] <= run[0] or any(self._used[slice(*run)]):
            return
        for attribution in self.attributions:
            if any(a < told[1] and b > told[0] for a, b in attribution.content):
                self._extend(attribution, run)
                attribution.content.sort()
                return

    def add_paragraphs(self) -> None:
        """Add what paragraphs report that no attribution has a word of."""
        readers = (_read_dash, _read_headline, _read_says_so)
        sentences = zip(self._parsed.paragraph, self._parsed.sentence_bounds, strict=True)
        for _, group in groupby(sentences, key=itemgetter(0)):
            (_, (first, last)), *others = group
            last = others[-1][1][1] if others else last
            if not any(self._used[first:last]):
                readings = (read(self._parsed, first, last) for read in readers)
                self.attributions += islice(filter(None, readings), 1)


def _announced_by_name(parsed: ParsedText, begin: int, end: int) -> tuple[int, Run] | None:
    """Return mark and name of "And from Karen Lee:", "From the desk of Karen Lee.", "Lee, in ...:".

    The mark is the cue.
    """
    lower, mark = parsed.lower, end - 1
    first = next((i for i in range(begin, mark) if lower[i] not in _ANNOUNCING), mark)
    is_from = lower[first] == "from"
    is_desk = is_from and lower[first + 1] == "the" and lower[first + 2] in _DESKS
    if is_from:
        first += 4 if is_desk else 1
    stop = next((i for i in range(first, mark) if lower[i] == ","), mark)
    is_in = lower[stop + 1 : stop + 2] == ["in"] and lower[stop + 2] in _ARTICLES
    is_announced = is_from or (is_in and parsed.word[first][0].isupper())
    is_marked = parsed.word[mark] == ":" or (is_desk and parsed.word[mark] == ".")
    is_short = 0 < stop - first <= _MAX_NAME_WORDS and end - begin <= _MAX_CREDIT_WORDS
    is_named = is_short and parsed.word[stop - 1][0].isupper()
    return (mark, (first, stop)) if is_announced and is_marked and is_named else None


def _read_dash(parsed: ParsedText, first: int, last: int) -> Attribution | None:
    """Read a quotation, a dash and a name, alone in their paragraph."""
    if not parsed.quotation[first]:
        return None
    begin, end = parsed.quotation_bounds[parsed.quotation[first] - 1]
    dash = next((i for i in range(end, min(last, end + 2)) if parsed.word[i] in _DASHES), None)
    if dash is None or not 0 < last - dash - 1 <= _MAX_CREDIT_WORDS:
        return None
    stop = next((i for i in range(dash + 1, last) if parsed.lower[i] in {",", ".", ";", "("}), last)
    if stop == dash + 1 or not parsed.word[dash + 1][0].isupper():
        return None
    content = [(begin, min(end, dash))]
    return Attribution(dash, (dash + 1, stop), content, _NAMED_CERTAINTY, "dash and name")


def _read_headline(parsed: ParsedText, first: int, last: int) -> Attribution | None:
    """Read "Minister: no new tax" and "Harvest is lost - farmers": a line without a full stop."""
    marks = [
        i for i in range(first + 1, last - 1) if parsed.word[i] in _DASHES or parsed.word[i] == ":"
    ]
    is_headline = last - first <= _MAX_CREDIT_WORDS and parsed.word[last - 1] not in _SENTENCE_ENDS
    if len(marks) != 1 or not is_headline:
        return None
    mark = marks[0]
    source, content = (first, mark), (mark + 1, last)
    if parsed.word[mark] != ":":
        source, content = content, source
    is_short = source[1] - source[0] <= _MAX_OFFICE_WORDS < content[1] - content[0]
    if not is_short or not _is_office(parsed, source):
        return None
    return Attribution(mark, source, [content], _HEADLINE_CERTAINTY, "office in a headline")


def _is_office(parsed: ParsedText, run: Run) -> bool:
    noun = parsed.lower[run[1] - 1]
    return noun in ROLES or SPEAKER_CLASS.get(noun) not in {None, "paper"}


def _read_says_so(parsed: ParsedText, first: int, last: int) -> Attribution | None:
    """Read "Pier safe, mayor says": a line that ends with an office or a name and its verb."""
    cue = last - 1
    comma = next((i for i in range(cue - 1, first, -1) if parsed.lower[i] == ","), None)
    is_headline = last - first <= _MAX_CREDIT_WORDS and parsed.verb_classes(cue) & STATING
    if comma is None or not is_headline:
        return None
    source = comma + 1, cue
    is_name = all(parsed.word[i][0].isupper() for i in range(*source))
    if not 0 < cue - comma - 1 <= _MAX_OFFICE_WORDS or not (is_name or _is_office(parsed, source)):
        return None
    rule = "who says so ends a headline"
    return Attribution(cue, source, [(first, comma)], _HEADLINE_CERTAINTY, rule)


def trim_content(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Return the attribution without the reporter's words in its content."""
    attribution = _without_announcement(parsed, _without_plea(parsed, attribution))
    attribution = _without_occasion(parsed, attribution)
    source = attribution.source
    runs = [_without_second_report(parsed, run, source) for run in attribution.content]
    return replace(attribution, content=runs)


def _without_plea(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Take "not guilty to" out of the content of a plea, so that the cue can have it."""
    (first, last), *others = attribution.content
    opening = [parsed.lower[i] for i in range(first, min(first + 3, last))]
    if parsed.lemma(attribution.cue) != "plead" or attribution.cue > first:
        return attribution
    skipped = 0
    for word in opening:
        if word not in POLARITY_WORDS["pleas"] | {"not", "no", "to"}:
            break
        skipped += 1
    if first + skipped == last:
        return attribution
    return replace(attribution, content=[(first + skipped, last), *others])


def _without_announcement(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Read "Lee rose and said: 'It leaks,' he said" as Lee saying that it leaks."""
    (first, last), *others = attribution.content
    if parsed.quotation[first] or attribution.cue < last or not parsed.quotation[last - 1]:
        return attribution
    opening = parsed.quotation_bounds[parsed.quotation[last - 1] - 1][0]
    marks = [i for i in range(first, min(opening, last)) if parsed.word[i] == ":"]
    cue = marks[-1] - 1 if marks else first
    if cue <= first or not parsed.is_unquoted_verb(cue, STATING):
        return attribution
    subject = find_subject(parsed, cue)
    if subject is None:  # got angry and said
        subject = parsed.first_child(parsed.head[cue], "nsubjpass")
    source = noun_phrase(parsed, subject, cue)
    content = [*to_runs(parsed, range(marks[-1] + 1, last)), *others]
    return replace(attribution, cue=cue, source=source, content=content) if source else attribution


def _without_occasion(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Leave out the clause behind "Lee said before", where words of hers are quoted as well."""
    if not any(parsed.quotation[i] for i, _ in attribution.content):
        return attribution
    kept = [
        (first, last)
        for first, last in attribution.content
        if parsed.quotation[first]
        or first <= attribution.cue
        or parsed.lower[first - 1] not in _OCCASIONS
    ]
    return replace(attribution, content=kept)


def _without_second_report(parsed: ParsedText, run: Run, source: Run | None) -> Run:
    """End a run at its quotation where only "he said", or a word of the speaker's name, follows."""
    first, last = run
    end = last
    while end > first and not parsed.quotation[end - 1]:
        end -= 1
    is_report = 0 < last - end <= _MAX_REPORT_WORDS and any(
        parsed.is_unquoted_verb(i, STATING) and parsed.children_by(i, *SUBJECT_DEPS)
        for i in range(end, last)
    )
    is_name = source is not None and source[0] == last and last - end <= _MAX_REPORT_WORDS
    is_cut = (is_report or (is_name and end < last)) and end > first
    return next(iter(to_runs(parsed, range(first, end))), run) if is_cut else run
