"""Measure what each family of rules and features earns: leave one out, search again, score.

python -m tests.bench.ablation DATA MODEL [DOCUMENTS]

Uses 24 held-out documents of DATA/train.jsonl, or DOCUMENTS.
MODEL holds weights trained without every fourth document: python -m training.statements DATA
MODEL 4. They are not trained again without a family, which makes it look more useful than it is.
"""

import gzip
import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from bot.language.sentences import split_sentences
from bot.language.statements.english import extraction
from bot.language.statements.english.attribution_rules import Attribution
from bot.language.statements.english.models import Models, pack_array, unpack_array
from bot.language.statements.english.parsing import ParsedText
from bot.language.statements.english.reading_features import Reading
from tests.bench.statements import to_relation
from training.scorer import score

Changes = Mapping[str, Any]


# What the networks look at, by the names of their arrays.
FAMILIES = {
    "spaCy's vectors": "token.vector",
    "masked words and classes": "token.masked_word token.word_class",
    "tags and dependencies": "token.tag token.dep",
    "flags: place, quotations": "token.flags",
    "head, children, neighbors": "context",
    "paths to the cue": "pair.path path_gate",
    "branches of the path": "upper_root lower_root pair.lower_branch",
    "quotations and pauses": "pair.pauses",
    "distance": "pair.distance",
    "other cues between": "pair.between",
    "what the rules found": "pair.rule pair.rule_labels pair.rule_role token.rule token.rule_role",
    "convolutions": "convolution0 convolution1 convolution2",
    "strongest of the window": "pool",
}
_DOCUMENTS = 24
_HELD_OUT = 4  # as `training.statements` leaves them out


def without_families(
    data: dict[str, Any], families: Mapping[str, str]
) -> Iterator[tuple[str, Changes]]:
    """Yield models that each see one family of features as the same for every word."""
    for title, names in families.items():
        arrays = set(names.split())
        flattened = {
            part: {
                name: _flat(packed) if name in arrays else packed
                for name, packed in data[part].items()
            }
            for part in ("cue", "label")
        }
        models = Models({**data, **flattened})
        yield f"networks: {title}", {"load_models": lambda models=models: models}


def _flat(packed: dict[str, Any]) -> dict[str, Any]:
    """Return an array whose rows are all their mean: a table then tells nothing."""
    array = unpack_array(packed)
    return pack_array(np.broadcast_to(array.mean(axis=0), array.shape))


def without_rules() -> Iterator[tuple[str, Changes]]:
    """Yield changes that each leave out one rule of the pipeline."""
    propose = extraction.propose_readings

    def only(*kinds: str) -> Callable[..., list[Reading]]:
        return lambda *args: [reading for reading in propose(*args) if reading.kind in kinds]

    def by_cue_score(_: object, readings: Sequence[Reading], __: object) -> None:
        for reading in readings:
            reading.quality = reading.window.score

    def unchanged(_: ParsedText, attributions: list[Attribution], *__: object) -> list[Attribution]:
        return attributions

    yield "other readings than the network's", {"propose_readings": only("network")}
    yield "trees: the cue's score alone", {"score_readings": by_cue_score}
    yield "verbs in another sense", {"is_speech": lambda *_: True}
    yield "what punctuation reports", {"add_punctuation_attributions": unchanged}
    yield "contents completed", {"complete_content": lambda _, attribution: attribution}
    yield "outlets that only carry", {"attribute_to_speaker": unchanged}


def measure_f1(documents: Sequence[dict[str, Any]], changes: Changes) -> tuple[float, float]:
    """Return F1 on statements and on the whole set with functions of the pipeline changed."""
    with ExitStack() as stack:
        for name, other in changes.items():
            stack.enter_context(patch.object(extraction, name, other))
        found = {
            d["doc"]: (
                d["text"],
                d["relations"],
                [
                    to_relation(s)
                    for s in extraction.find_statements(d["text"], split_sentences(d["text"]))
                ],
            )
            for d in documents
        }
    return score(found, statements_only=True)["all"].f1, score(found)["all"].f1


def find_table(documents: Sequence[dict[str, Any]], data: dict[str, Any]) -> Iterator[str]:
    """Yield one line for each part left out: what it earns in F1."""
    parsed: dict[str, ParsedText] = {}
    parse = extraction.parse

    def parse_once(text: str, *args: Any) -> ParsedText:
        if text not in parsed:
            parsed[text] = parse(text, *args)
        return parsed[text]

    models = Models(data)
    with (
        patch.object(extraction, "parse", parse_once),
        patch.object(extraction, "load_models", lambda: models),
    ):
        statements, whole = measure_f1(documents, {})
        yield f"{'all of it, F1':36} {statements:11.1f} {whole:10.1f}"
        yield f"{'earned by':36} {'statements':>11} {'whole set':>10}"
        for title, changes in (*without_rules(), *without_families(data, FAMILIES)):
            statements_without, whole_without = measure_f1(documents, changes)
            earned = statements - statements_without
            yield f"  {title:34} {earned:+11.1f} {whole - whole_without:+10.1f}"


def run(folder: str, model: str, count: int = _DOCUMENTS) -> None:
    """Print the table."""
    lines = (Path(folder) / "train.jsonl").read_text(encoding="utf-8").splitlines()[::_HELD_OUT]
    documents = [
        json.loads(line) for line in lines[1 :: 2 * max(1, len(lines) // (2 * count))][:count]
    ]
    data = json.loads(gzip.decompress(Path(model).read_bytes()))
    for line in find_table(documents, data):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(*sys.argv[1:3], *map(int, sys.argv[3:4]))
