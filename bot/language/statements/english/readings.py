"""Propose what each likely cue may mean, score the readings, and choose the best.

words of a text -> likely cues, with what each word near one is to it -> readings of each cue:
the network's own, a generous and a careful one, the rules' -> their qualities -> one reading a cue
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from bot.language import lexicon
from bot.language.statements.english.attribution_rules import (
    Attribution,
    find_subject,
    noun_phrase,
    to_runs,
    words_of,
)
from bot.language.statements.english.models import Network, Trees
from bot.language.statements.english.pair_features import (
    CONTENT,
    OTHER,
    SOURCE,
    Window,
    find_window,
)
from bot.language.statements.english.parsing import ParsedText, Run
from bot.language.statements.english.reading_features import (
    CueWindow,
    Reading,
    find_reading_features,
    overlap,
)
from bot.language.statements.english.token_features import (
    TokenColumns,
    TokenFeatures,
    find_cue_candidates,
)

MIN_CUE_SCORE = 0.3  # below this hardly any candidate is a cue
# The chance from which a word is content, in a generous reading and in a careful one.
_MIN_CONTENT_CHANCE = {"generous": 0.25, "careful": 0.7}
_MIN_SOURCE_CHANCE = 0.25  # from which a word next to the source belongs to it
_RUN_COST = 4.0  # log odds that must speak for one more run of content
_ALTERNATIVE_COST = 0.02  # by so much another reading must be better than the network's own
_MAX_OVERLAP = 0.6  # of all their words: readings that share more are one statement
# Pairs of a cue and a word that are read; news has about one a word, and never over two.
_MAX_PAIRS_PER_WORD, _MIN_PAIRS = 3, 6_000
_MAX_CUES_PER_WORD, _MIN_CUES = 0.08, 100  # news has .03, and never over .05
_BATCH_READINGS = 500  # scored at once: bounds the memory a long text takes
_EXPLANATIONS = {
    "network": "learned bounds",
    "generous": "generous learned bounds",
    "careful": "careful learned bounds",
}
# What a verb takes, as a dependency or a preposition, where it is no speech: call at a port,
# command a view, rule a people, answer to no one.
_SILENT_COMPLEMENTS = {
    "address": frozenset(["dobj"]),
    "answer": frozenset(["to"]),
    "argue": frozenset(["with"]),
    "call": frozenset(["dobj", "at"]),
    "command": frozenset(["dobj"]),
    **dict.fromkeys(["grill", "interview", "query", "quiz"], frozenset(["dobj"])),
    "rule": frozenset(["dobj", "over"]),
}
# What makes it speech all the same: call on them to go, call it a joke, rule it out.
_SPEECH_COMPLEMENTS = {
    "call": frozenset(["for", "on", "upon", "oprd", "advmod"]),
    "rule": frozenset(["prt", "out"]),
}
_CLAUSE_DEPS = ("ccomp", "xcomp", "parataxis", "advcl")
_VERDICT_TAGS = frozenset(["JJ", "NN", "DT", "PR"])
_AMOUNTS = frozenset(["little", "much", "more", "less", "nothing"])


def propose_readings(
    features: TokenFeatures, network: Network, min_score: float = MIN_CUE_SCORE
) -> list[Reading]:
    """Return every reading of every cue of at least this score, the surest cue first."""
    return [
        reading
        for window in find_cue_windows(features, network, min_score)
        for reading in _read_cue(features, window)
    ]


def find_cue_windows(
    features: TokenFeatures, network: Network, min_score: float = MIN_CUE_SCORE
) -> list[CueWindow]:
    """Return the words that may well be cues with the labels around them, the surest first."""
    tokens = TokenColumns(features, network.vocabularies)
    candidates = find_cue_candidates(features.parsed)
    scores = network.score_cues(tokens, candidates)
    scored = [pair for pair in zip(scores, candidates, strict=True) if pair[0] >= min_score]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    windows = [(cue, *find_window(features.parsed, cue)) for _, cue in scored]
    windows = windows[: _affordable(windows, len(features.parsed))]
    return [
        CueWindow.from_chances(cue, score, start, chances)
        for (score, _), (cue, start, _), chances in zip(
            scored[: len(windows)], windows, network.label_words(tokens, windows), strict=True
        )
    ]


def _affordable(windows: Sequence[Window], words: int) -> int:
    """Return of how many windows, the surest first, the words can be read in linear time."""
    most = max(_MIN_PAIRS, _MAX_PAIRS_PER_WORD * words)
    pairs = accumulate(end - start for _, start, end in windows)
    affordable = sum(1 for count in pairs if count <= most)
    return min(affordable, max(_MIN_CUES, int(_MAX_CUES_PER_WORD * words)))


def _read_cue(features: TokenFeatures, window: CueWindow) -> list[Reading]:
    """Return the network's reading first, then those with other content or another source."""
    cue, parsed = window.cue, features.parsed
    source = _likeliest_source(parsed, window)
    by_grammar = _source_by_grammar(parsed, cue) or source
    rule = features.attributions.get(cue)
    kinds: dict[tuple[Run | None, tuple[int, ...]], str] = {}
    for kind, likely in _find_contents(window):
        for run in (source, by_grammar) if kind == "network" else (source,):
            excluded = {cue, *(range(*run) if run else ())}
            kinds.setdefault((run, tuple(i for i in likely if i not in excluded)), kind)
    if rule:
        kinds.setdefault((rule.source, tuple(words_of(rule.content))), "rules")
    readings: dict[tuple[Run | None, frozenset[int]], Reading] = {}
    for (run, proposed), kind in kinds.items():
        content = to_runs(parsed, proposed)
        words = frozenset(words_of(content))
        if content and (run, words) not in readings:
            name = f"rule, {rule.rule}" if kind == "rules" and rule else kind
            attribution = Attribution(cue, run, content, window.score, name)
            readings[run, words] = Reading(attribution, window, kind, words)
    return list(readings.values())


def _likeliest_source(parsed: ParsedText, window: CueWindow) -> Run | None:
    """Return the likeliest run of source words, with the doubtful words that depend on it."""
    start, head = window.start, parsed.head
    sure = {i for i, label in enumerate(window.label, start) if label == SOURCE}
    if not sure:
        return None
    heads = {head[i] for i in sure}
    doubtful = {
        i
        for i, (label, chance) in enumerate(zip(window.label, window.source, strict=True), start)
        if label == OTHER
        and chance > _MIN_SOURCE_CHANCE
        and (head[i] in sure or (i in heads and i - 1 in sure))
    }

    def chance(run: Run) -> float:
        return sum(window.source[run[0] - start : run[1] - start])

    runs = to_runs(parsed, sorted(sure | doubtful))
    return max((r for r in runs if not sure.isdisjoint(range(*r))), key=chance, default=None)


def _find_contents(window: CueWindow) -> Iterator[tuple[str, list[int]]]:
    """Yield the labelled content, and that with more and with fewer of the words."""
    barred = {i for i, label in enumerate(window.label) if label == SOURCE}
    barred.add(window.cue - window.start)
    labelled = [i for i, label in enumerate(window.label) if label == CONTENT]
    yield "network", _join_content(window, labelled, barred)
    for kind, min_chance in _MIN_CONTENT_CHANCE.items():
        likely = [i for i, chance in enumerate(window.content) if chance > min_chance]
        yield kind, _join_content(window, likely, barred)


def _join_content(window: CueWindow, words: Sequence[int], barred: set[int]) -> list[int]:
    """Fill gaps, and drop runs, that too little speaks for: people cut few runs of content."""
    odds = window.content_odds
    runs: list[list[int]] = []
    for i in words:
        end = runs[-1][1] if runs else -1
        is_joined = i == end or (
            runs and sum(odds[end:i]) > -_RUN_COST and barred.isdisjoint(range(end, i))
        )
        if is_joined:
            runs[-1][1] = i + 1
        else:
            runs.append([i, i + 1])
    weights = [sum(odds[first:last]) for first, last in runs]
    min_weight = min(_RUN_COST, max(weights, default=0.0))
    kept = [run for run, weight in zip(runs, weights, strict=True) if weight >= min_weight]
    return [window.start + i for first, last in kept for i in range(first, last)]


def _source_by_grammar(parsed: ParsedText, cue: int) -> Run | None:
    """Return the subject of a verb, or the owner of a noun."""
    is_verb = parsed.tag[cue][:1] == "V"
    head = find_subject(parsed, cue) if is_verb else parsed.first_child(cue, "poss")
    phrase = noun_phrase(parsed, head, cue) if head != cue else None
    return phrase if phrase and not phrase[0] <= cue < phrase[1] else None


def score_readings(features: TokenFeatures, readings: Sequence[Reading], trees: Trees) -> None:
    """Set the quality of each reading."""
    rows = find_reading_features(features, readings)
    for first in range(0, len(readings), _BATCH_READINGS):
        batch = slice(first, first + _BATCH_READINGS)
        for reading, quality in zip(readings[batch], trees.score(rows[batch]), strict=True):
            reading.quality = quality


def choose_readings(readings: Sequence[Reading], min_quality: float) -> list[Attribution]:
    """Return the best reading of each cue, unless a better one has said the same words already."""
    chosen: list[Reading] = []
    cues: set[int] = set()
    by_word: dict[int, list[Reading]] = {}

    def rank(reading: Reading) -> tuple[float, int]:
        return -reading.quality - _ALTERNATIVE_COST * (reading.kind == "network"), reading.cue

    for reading in sorted(readings, key=rank):
        if reading.quality < min_quality or reading.cue in cues:
            continue
        rivals = {id(r): r for i in reading.words for r in by_word.get(i, ())}
        if any(overlap(reading.words, rival.words) > _MAX_OVERLAP for rival in rivals.values()):
            continue
        cues.add(reading.cue)
        chosen.append(reading)
        for i in reading.words:
            by_word.setdefault(i, []).append(reading)
    return [_explain(reading) for reading in chosen]


def _explain(reading: Reading) -> Attribution:
    """Return the attribution with what speaks for it, for `--explain`."""
    name = _EXPLANATIONS.get(reading.kind, reading.attribution.rule)
    rule = f"{name}; cue {reading.window.score:.2f}, reading {reading.quality:.2f}"
    return replace(reading.attribution, certainty=reading.quality, rule=rule)


def is_speech(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether a cue is speech: "called the plan a joke", not "called her brother"."""
    cue = attribution.cue
    lemma = parsed.lemma(cue) if parsed.tag[cue].startswith("V") else ""
    objects = {parsed.lower[k] for k in parsed.children_by(cue, "dobj")}
    if lemma == "claim" and objects & lexicon.PRIZES:
        return False
    if lemma not in _SILENT_COMPLEMENTS and lemma != "ask":
        return True
    if parsed.children_by(cue, *_CLAUSE_DEPS) or _is_quoted(parsed, attribution):
        return True
    if lemma == "ask":
        return objects.isdisjoint(_AMOUNTS)
    complements = {
        parsed.lower[k] if parsed.dep[k] == "prep" else parsed.dep[k]
        for k in parsed.children[cue]
        if k > cue
    }
    if lemma in _SPEECH_COMPLEMENTS and (
        complements & _SPEECH_COMPLEMENTS[lemma] or _has_verdict(parsed, cue)
    ):
        return True
    return not complements & _SILENT_COMPLEMENTS[lemma]


def _has_verdict(parsed: ParsedText, verb: int) -> bool:
    """Return whether a verdict follows the object, whatever spaCy makes of it: the talks useful."""
    tags = [parsed.tag[k + 1] for k in parsed.children_by(verb, "dobj") if k + 1 < len(parsed)]
    return any(tag[:2] in _VERDICT_TAGS for tag in tags)


def _is_quoted(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether the sentence or the content has quoted words."""
    sentence = parsed.sentence_of(attribution.cue)
    runs = [sentence, *attribution.content]
    return any(any(parsed.quotation[first:last]) for first, last in runs)
