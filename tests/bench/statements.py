"""Measure how well and how fast statements are found, beside others' figures and spaCy's speed.

python -m tests.bench.statements DATA [FILE]     (FILE is dev.jsonl unless named)
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# One core, as the figures say; must be set before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Iterable, Sequence

from bot.language.sentences import split_sentences
from bot.language.statements.extraction import find_statements
from bot.language.statements.parsing import load_language
from bot.model import Statement
from training.scorer import MatchCounts, score

# F1 on statements of dev.jsonl, content and source right, as measured before Dateline was built.
PEERS = (
    ("two-stage model trained on words", 78.6),
    ("Citron, retrained", 66.1),
    ("60 lines over spaCy", 62.8),
    ("GenderGapTracker", 60.0),
    ("textacy, by paragraph", 37.5),
    ("people, against each other", 91.0),
)
FORMS = ("all", "direct", "indirect", "mixed", "according to", "unnamed")


def relation(statement: Statement) -> dict[str, Any]:
    """A statement in the annotation's form."""
    return {
        "source": [statement.speaker.start, statement.speaker.end] if statement.speaker else None,
        "cue": [statement.cue.start, statement.cue.end] if statement.cue else None,
        "content": [[span.start, span.end] for span in statement.content],
    }


def words_in(texts: Iterable[str]) -> int:
    """How many words texts have, as parted by white space."""
    return sum(len(text.split()) for text in texts)


def parse_alone(text: str) -> None:
    """What spaCy does for every sentence of a text, grammar only."""
    language = load_language()
    docs = (language.make_doc(text[s.start : s.end]) for s in split_sentences(text))
    for _ in language.pipe(docs, batch_size=256):
        pass


def found_and_parsed(texts: Sequence[str]) -> tuple[list[list[dict[str, Any]]], float, float]:
    """Return every text's statements, and the processor seconds for them and for parsing alone."""
    found: list[list[dict[str, Any]]] = []
    ours = alone = 0.0
    for text in texts:
        start = time.process_time()
        found.append([relation(s) for s in find_statements(text, split_sentences(text))])
        middle = time.process_time()
        parse_alone(text)
        ours, alone = ours + middle - start, alone + time.process_time() - middle
    return found, ours, alone


def table(tallies: dict[str, MatchCounts], title: str) -> list[str]:
    """One line a form."""
    lines = [f"{title:16}     P      R     F1      of"]
    for form in FORMS:
        tally = tallies[form]
        lines.append(
            f"  {form:14} {tally.precision:6.1f} {tally.recall:6.1f} {tally.f1:6.1f} {tally.gold:7}"
        )
    return lines


def run(path: Path) -> str:
    """Find statements in every text of a file and say how well that went, and how fast."""
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [document["text"] for document in documents]
    find_statements("Somebody said it was so.", split_sentences("Somebody said it was so."))
    found, ours, spacy = found_and_parsed(texts)
    scored = {
        d["doc"]: (d["text"], d["relations"], f) for d, f in zip(documents, found, strict=True)
    }
    lines = table(score(scored, statements_only=True), "statements") + table(
        score(scored), "whole set"
    )
    lines += [
        "others, statements F1 on dev.jsonl:",
        *(f"  {name:36} {f1:5.1f}" for name, f1 in PEERS),
    ]
    words = words_in(texts)
    lines.append(
        f"words a second, one core: {words / ours:,.0f}; spaCy's parse alone: {words / spacy:,.0f}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Name the folder that holds dev.jsonl: python -m tests.bench.statements DATA")
    sys.stdout.write(
        run(Path(sys.argv[1]) / (sys.argv[2] if len(sys.argv) > 2 else "dev.jsonl")) + "\n"
    )
