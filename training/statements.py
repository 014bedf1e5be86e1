"""Train the statement models on annotated news: cues, sources and contents, good readings.

python -m training.statements DATA        (writes bot/language/statements/english/weights.json.gz)
python -m training.statements DATA MODEL 4  (skips every fourth document, for an ablation)

Needs torch and scikit-learn. DATA is a folder with train.jsonl, one object a line: {"doc", "text",
"relations": [{"source": [s, e] | null, "cue": [s, e] | null, "content": [[s, e], ...]}]}, offsets
in code points. The weights hold names of features and numbers only:
`bot.language.statements.english.token_features` masks every word that is not in our own lists.
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
from bot.language.statements.english.attribution_rules import Attribution
from bot.language.statements.english.models import Network, feature_names
from bot.language.statements.english.pair_features import CONTENT, OTHER, SOURCE, find_window
from bot.language.statements.english.parsing import ParsedText, Run, parse
from bot.language.statements.english.reading_features import find_reading_features
from bot.language.statements.english.readings import propose_readings
from bot.language.statements.english.token_features import (
    TokenColumns,
    TokenFeatures,
    Vocabularies,
    find_cue_candidates,
    find_token_features,
)
from training.network import (
    TrainingExample,
    collect_vocabularies,
    number_vocabularies,
    train_networks,
)
from training.scorer import PlacedRelation, ScoredText, is_right, is_same_source, overlap

MODEL = (
    Path(__file__).parent.parent / "bot" / "language" / "statements" / "english" / "weights.json.gz"
)
TREES = {
    "n_estimators": 200, "max_depth": 5, "learning_rate": 0.08, "min_samples_leaf": 20,
    "subsample": 0.6, "max_features": 0.3, "random_state": 0,
}  # fmt: skip
# The trees also learn from doubtful cues, which the bot leaves alone.
DOUBTFUL_CUE_SCORE = 0.15
# Readings below this quality are not believed: the best F1 on held-out articles of train.jsonl.
MIN_QUALITY = 0.4


@dataclass(frozen=True)
class GoldRelation:
    """One annotated relation in word numbers; `cue` is the word that heads the annotated cue."""

    cue: int
    source: frozenset[int]
    content: frozenset[int]


AnnotatedText = tuple[TokenFeatures, list[GoldRelation]]


def read_documents(path: Path) -> list[dict[str, Any]]:
    """Read annotated documents, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def parse_text(text: str) -> ParsedText:
    """Parse as the bot does."""
    sentences = split_sentences(text)
    return parse(text, sentences, find_quotations(text, sentences))


def find_gold(parsed: ParsedText, relations: Sequence[dict[str, Any]]) -> list[GoldRelation]:
    """Return the annotation in word numbers, without relations that have no cue in a word."""
    gold = []
    for relation in relations:
        cue_spans = relation.get("cue_spans") or [relation["cue"]]
        cue = _cue_head(parsed, sorted(_words_in(parsed, cue_spans)))
        if relation["cue"] and cue is not None:
            source = relation["source"]
            sources = relation.get("source_spans") or ([source] if source else [])
            content = _words_in(parsed, relation["content"])
            gold.append(GoldRelation(cue, _words_in(parsed, sources), content))
    return gold


def _cue_head(parsed: ParsedText, words: list[int]) -> int | None:
    """Return a listed verb that heads the cue, else a verb, a noun or adjective, any word."""
    heads = [i for i in words if parsed.head[i] not in words or parsed.head[i] == i]
    verbs = [i for i in heads if parsed.tag[i].startswith("V")] or [
        i for i in words if parsed.tag[i].startswith("V")
    ]
    best = verbs or [i for i in heads if parsed.tag[i][:1] in {"N", "J"}] or heads
    listed = [i for i in best if parsed.lower[i] in VERB_CLASS]
    return next(iter(listed or best), None)


def _words_in(parsed: ParsedText, spans: Iterable[Sequence[int] | None]) -> frozenset[int]:
    words: set[int] = set()
    for start, end in filter(None, spans):
        i = bisect_right(parsed.end, start)
        while i < len(parsed) and parsed.start[i] < end:
            words.add(i)
            i += 1
    return frozenset(words)


def to_example(text: AnnotatedText, vocabularies: Vocabularies) -> TrainingExample:
    """Return which candidates of a text are cues, and the labels of each cue's window."""
    features, gold = text
    parsed = features.parsed
    cues = {relation.cue for relation in gold}
    windows = [
        (relation, *find_window(parsed, relation.cue))
        for relation in gold
        if parsed.tag[relation.cue]
    ]
    windows = [
        (relation, start, end)
        for relation, start, end in windows
        if any(start <= i < end for i in relation.content)
    ]
    candidates = find_cue_candidates(parsed)
    return TrainingExample(
        TokenColumns(features, vocabularies),
        candidates,
        [i in cues for i in candidates],
        [(relation.cue, start, end) for relation, start, end in windows],
        [[_label(relation, i) for i in range(start, end)] for relation, start, end in windows],
    )


def _label(relation: GoldRelation, i: int) -> int:
    if i == relation.cue:
        return OTHER
    return SOURCE if i in relation.source else CONTENT if i in relation.content else OTHER


def annotate(documents: Iterable[dict[str, Any]]) -> list[AnnotatedText]:
    """Parse documents and turn their annotation to word numbers."""
    texts = []
    for document in documents:
        parsed = parse_text(document["text"])
        texts.append((find_token_features(parsed), find_gold(parsed, document["relations"])))
    return texts


def judge_readings(
    features: TokenFeatures, document: dict[str, Any], network: Network
) -> Iterator[tuple[list[float], float]]:
    """Yield each reading's features, and how well it agrees with the annotation: 0 to 1."""
    text = ScoredText(document["text"])
    gold = [text.place(relation) for relation in document["relations"]]
    readings = propose_readings(features, network, DOUBTFUL_CUE_SCORE)
    for reading, row in zip(readings, find_reading_features(features, readings), strict=True):
        placed = text.place(to_relation(features.parsed, reading.attribution))
        near = [relation for relation in gold if relation.content & placed.content]
        yield row, max((_quality(relation, placed) for relation in near), default=0.0)


def _quality(gold: PlacedRelation, placed: PlacedRelation) -> float:
    """Return half for being right, as the scorer counts, half for how well the content is cut."""
    is_named = is_same_source(gold, placed) or (gold.source is None and placed.source is None)
    return (overlap(gold, placed) + is_right(gold, placed)) / 2 if is_named else 0.0


def to_relation(parsed: ParsedText, attribution: Attribution) -> dict[str, Any]:
    """Return an attribution in the annotation's own form."""

    def place(run: Run) -> list[int]:
        return [parsed.start[run[0]], parsed.end[run[1] - 1]]

    return {
        "source": place(attribution.source) if attribution.source else None,
        "cue": place((attribution.cue, attribution.cue + 1)),
        "content": [place(run) for run in attribution.content],
    }


def train_trees(rows: Sequence[Sequence[float]], qualities: Sequence[float]) -> dict[str, Any]:
    """Train the trees and return them as lists of nodes: feature, threshold or value, children."""
    model = GradientBoostingRegressor(**TREES).fit(np.array(rows, dtype=np.float32), qualities)
    trees = []
    for estimator in model.estimators_[:, 0]:
        tree = estimator.tree_
        nodes = zip(
            tree.feature, tree.threshold, tree.value[:, 0, 0], tree.children_left,
            tree.children_right, strict=True,
        )  # fmt: skip
        trees.append(
            [
                [-1, round(float(value) * model.learning_rate, 6), 0, 0]
                if feature < 0
                else [int(feature), round(float(threshold), 5), int(left), int(right)]
                for feature, threshold, value, left, right in nodes
            ]
        )
    return {"base": float(model.init_.constant_[0, 0]), "trees": trees}


def train(documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Train networks and trees, and return the data of the weights file.

    The trees learn from what networks trained on one half of the documents make of the other.
    """
    texts = annotate(documents)
    vocabularies = collect_vocabularies([features for features, _ in texts])
    numbers = number_vocabularies(vocabularies)
    examples = [to_example(text, numbers) for text in texts]
    log(f"{len(texts)} documents parsed")
    rows: list[list[float]] = []
    qualities: list[float] = []
    for half in (0, 1):
        network = Network(train_networks(vocabularies, examples[1 - half :: 2], log))
        for (features, _), document in zip(texts[half::2], documents[half::2], strict=True):
            for row, quality in judge_readings(features, document, network):
                rows.append(row)
                qualities.append(quality)
        log(f"half {half}: {len(rows)} readings so far")
    networks = train_networks(vocabularies, examples, log)
    trees = train_trees(rows, qualities)
    return {"features": feature_names(), **networks, **trees, "min_quality": MIN_QUALITY}


def write(model: dict[str, Any], path: Path = MODEL) -> None:
    """Write the weights file, the same bytes for the same numbers."""
    data = json.dumps(model, separators=(",", ":"), ensure_ascii=False).encode()
    path.write_bytes(gzip.compress(data, mtime=0))
    log(f"{path.name}: {path.stat().st_size} bytes")


def log(text: str) -> None:
    """Print progress."""
    sys.stderr.write(text + "\n")


def run(data: Path, model: Path = MODEL, skipped: int = 0) -> None:
    """Train on train.jsonl without every `skipped`-th document, and write the weights."""
    documents = read_documents(data / "train.jsonl")
    write(train([d for k, d in enumerate(documents) if not skipped or k % skipped]), model)


if __name__ == "__main__":
    run(Path(sys.argv[1]), *map(Path, sys.argv[2:3]), *map(int, sys.argv[3:4]))
