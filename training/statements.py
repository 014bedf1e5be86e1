"""Learn which words are cues, and what around them is source and content, from annotated news.

python -m training.statements DATA              (writes bot/language/statements/weights.json.gz)
python -m training.statements DATA MODEL 4      (leaves out every fourth document, for `tests.bench.ablation`)

Needs torch and scikit-learn.

DATA is a folder with train.jsonl: {"doc", "text", "relations": [{"source": [s, e] | null, "cue": [s, e] | null,
"content": [[s, e], ...]}]}, offsets in code points. What is written holds names of grammatical features and
numbers only: `bot.language.statements.signs` lets no word through that our own lists do not hold.
"""

import gzip
import json
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor

from bot.language.lexicon import VERB_CLASS
from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.statements.constructions import Report
from bot.language.statements.cues import candidates
from bot.language.statements.extraction import Worth
from bot.language.statements.grammar import parse
from bot.language.statements.network import CONTENT, OTHER, SOURCE, Network
from bot.language.statements.parsed import ParsedText
from bot.language.statements.readings import propose
from bot.language.statements.signs import Signs, read_signs
from bot.language.statements.values import reading_values
from bot.language.statements.views import Lists, Words, window
from training.network import Lesson, learn_lists, learn_network, numbered
from training.scorer import Page, Placed, overlap, right, same_source

MODEL = Path(__file__).parent.parent / "bot" / "language" / "statements" / "weights.json.gz"
TREES = {
    "n_estimators": 200, "max_depth": 5, "learning_rate": 0.08, "min_samples_leaf": 20, "subsample": 0.6,
    "max_features": 0.3, "random_state": 0,
}  # fmt: skip
DOUBTFUL_CUE = 0.15  # the trees learn from cues that the bot leaves alone, too
LEAST = 0.4  # the quality below which a reading is not believed: the best F1 on held-out articles of train.jsonl


@dataclass(frozen=True)
class Gold:
    """One annotated report in word numbers; its cue is the word that heads the annotated cue."""

    cue: int
    source: frozenset[int]
    content: frozenset[int]


def read(path: Path) -> list[dict[str, Any]]:
    """Read annotated documents, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def parse_text(text: str) -> ParsedText:
    """Parse as the bot does."""
    sentences = split_sentences(text)
    quotations = find_quotations(text, sentences)
    return parse(text, sentences, quotations, Worth(text, quotations))


def gold_reports(parsed: ParsedText, relations: Sequence[dict[str, Any]]) -> list[Gold]:
    """The annotation in word numbers; what has no cue in a word is left out."""
    found = []
    for relation in relations:
        cue = _cue_word(
            parsed, sorted(_words(parsed, relation.get("cue_spans") or [relation["cue"]]))
        )
        if relation["cue"] and cue is not None:
            sources = relation.get("source_spans") or (
                [relation["source"]] if relation["source"] else []
            )
            found.append(Gold(cue, _words(parsed, sources), _words(parsed, relation["content"])))
    return found


def _cue_word(parsed: ParsedText, words: list[int]) -> int | None:
    """The listed verb among the words that head the cue, else a verb, else a noun or adjective, else the first."""
    inside = set(words)
    heads = [i for i in words if parsed.head[i] not in inside or parsed.head[i] == i]
    verbs = [i for i in heads if parsed.tag[i].startswith("V")] or [
        i for i in words if parsed.tag[i].startswith("V")
    ]
    best = verbs or [i for i in heads if parsed.tag[i][:1] in {"N", "J"}] or heads
    listed = [i for i in best if parsed.low[i] in VERB_CLASS]
    return next(iter(listed or best), None)


def _words(parsed: ParsedText, spans: Iterable[Sequence[int] | None]) -> frozenset[int]:
    found: set[int] = set()
    for span in spans:
        if span is None:
            continue
        i = bisect_right(parsed.end, span[0])
        while i < len(parsed) and parsed.start[i] < span[1]:
            found.add(i)
            i += 1
    return frozenset(found)


Example = tuple[Signs, list[Gold]]


def lesson_of(example: Example, lists: Lists) -> Lesson:
    """What the networks learn from a text: which candidates are cues, and the labels of each cue's window."""
    signs, gold = example
    cues = {report.cue for report in gold}
    told = [(report, *window(signs, report.cue)) for report in gold if signs.parsed.tag[report.cue]]
    told = [
        (report, start, end)
        for report, start, end in told
        if any(start <= i < end for i in report.content)
    ]
    places = candidates(signs)
    return Lesson(
        Words(signs, lists),
        places,
        [i in cues for i in places],
        [(report.cue, start, end) for report, start, end in told],
        [[_label(report, i) for i in range(start, end)] for report, start, end in told],
    )


def _label(report: Gold, i: int) -> int:
    if i == report.cue:
        return OTHER
    return SOURCE if i in report.source else CONTENT if i in report.content else OTHER


def examples_of(documents: Iterable[dict[str, Any]]) -> list[Example]:
    """Parse documents and turn their annotation to word numbers."""
    found = []
    for document in documents:
        parsed = parse_text(document["text"])
        found.append((read_signs(parsed), gold_reports(parsed, document["relations"])))
    return found


def judged_readings(
    example: Example, document: dict[str, Any], network: Network
) -> Iterator[tuple[list[float], float]]:
    """Each reading of a document, as the trees see it, with how well it agrees with the annotation: 0 to 1."""
    signs = example[0]
    page = Page(document["text"])
    gold = [page.place(relation) for relation in document["relations"]]
    by_word: dict[int, set[int]] = {}
    for number, placed in enumerate(gold):
        for word in placed.content:
            by_word.setdefault(word, set()).add(number)
    readings = propose(signs, network, DOUBTFUL_CUE)
    for reading, values in zip(readings, reading_values(signs, readings), strict=True):
        mine = page.place(as_relation(signs.parsed, reading.report))
        near = {number for word in mine.content for number in by_word.get(word, ())}
        yield values, max((_quality(gold[number], mine) for number in near), default=0.0)


def _quality(gold: Placed, mine: Placed) -> float:
    """Half for being right, as the scorer counts, half for how well the content is cut."""
    named = same_source(gold, mine) or (gold.source is None and mine.source is None)
    return (overlap(gold, mine) + right(gold, mine)) / 2 if named else 0.0


def as_relation(parsed: ParsedText, report: Report) -> dict[str, Any]:
    """A report in the annotation's own form."""

    def place(run: tuple[int, int]) -> list[int]:
        return [parsed.start[run[0]], parsed.end[run[1] - 1]]

    return {
        "source": place(report.source) if report.source else None,
        "cue": place((report.cue, report.cue + 1)),
        "content": [place(run) for run in report.content],
    }


def learn_trees(rows: Sequence[Sequence[float]], answers: Sequence[float]) -> dict[str, Any]:
    """Trees that tell how good a reading is, as lists of nodes: feature, threshold or value, left, right."""
    model = GradientBoostingRegressor(**TREES).fit(np.array(rows, dtype=np.float32), answers)
    trees = []
    for estimator in model.estimators_[:, 0]:
        tree = estimator.tree_
        columns = zip(
            tree.feature,
            tree.threshold,
            tree.value[:, 0, 0],
            tree.children_left,
            tree.children_right,
            strict=True,
        )
        trees.append(
            [
                [-1, round(float(value) * model.learning_rate, 6), 0, 0]
                if feature < 0
                else [int(feature), round(float(threshold), 5), int(left), int(right)]
                for feature, threshold, value, left, right in columns
            ]
        )
    return {"base": float(model.init_.constant_[0, 0]), "trees": trees}


def learn(documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Networks and trees: the trees learn from what each half's networks make of the other half."""
    examples = examples_of(documents)
    lists = learn_lists([signs for signs, _ in examples])
    lessons = [lesson_of(example, numbered(lists)) for example in examples]
    say(f"{len(examples)} documents parsed")
    rows: list[list[float]] = []
    answers: list[float] = []
    for half in (0, 1):
        network = Network(learn_network(lists, lessons[1 - half :: 2], say))
        for number in range(half, len(examples), 2):
            for values, quality in judged_readings(examples[number], documents[number], network):
                rows.append(values)
                answers.append(quality)
        say(f"half {half}: {len(rows)} readings so far")
    return {**learn_network(lists, lessons, say), **learn_trees(rows, answers), "least": LEAST}


def write(model: dict[str, Any], path: Path = MODEL) -> None:
    """Write the numbers, the same bytes for the same numbers."""
    data = json.dumps(model, separators=(",", ":"), ensure_ascii=False).encode()
    path.write_bytes(gzip.compress(data, mtime=0))
    say(f"{path.name}: {path.stat().st_size} bytes")


def say(text: str) -> None:
    """Tell how far the work is."""
    sys.stderr.write(text + "\n")


def run(data: Path, model: Path = MODEL, every: int = 0) -> None:
    """Learn from train.jsonl, leaving out every so-manieth document where one is named, and write the weights."""
    documents = read(data / "train.jsonl")
    write(
        learn([one for number, one in enumerate(documents) if not every or number % every]), model
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), *map(Path, sys.argv[2:3]), *map(int, sys.argv[3:4]))
