"""Measure how well and how fast statements are found, beside others' figures and spaCy's speed.

python -m tests.bench.statements DATA [FILE]     (FILE is dev.jsonl unless named)

The English articles lie in DATA, or in DATA/statements; annotated German ones beside them or in
DATA, in german/, are measured too.
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
from bot.language.statements.english.extraction import find_statements
from bot.language.statements.english.parsing import load_language
from bot.language.statements.german.extraction import find_statements as german_statements
from bot.model import Statement
from bot.stories.composition import key_statements
from training.scorer import (
    AFTER_GERMAN_HEAD,
    MIN_OVERLAP,
    MatchCounts,
    ScoredText,
    count_faults,
    is_same_source,
    overlap,
    score,
)

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


def to_relation(statement: Statement) -> dict[str, Any]:
    """Return a statement in the annotation's form."""
    return {
        "source": [statement.speaker.start, statement.speaker.end] if statement.speaker else None,
        "cue": [statement.cue.start, statement.cue.end] if statement.cue else None,
        "content": [[span.start, span.end] for span in statement.content],
    }


def count_words(texts: Iterable[str]) -> int:
    """Count the words of texts, separated by white space."""
    return sum(len(text.split()) for text in texts)


def parse_alone(text: str) -> None:
    """Run spaCy's grammar alone on every sentence of a text."""
    language = load_language()
    docs = (language.make_doc(text[s.start : s.end]) for s in split_sentences(text))
    for _ in language.pipe(docs, batch_size=256):
        pass


def measure_speed(texts: Sequence[str]) -> tuple[list[list[dict[str, Any]]], float, float]:
    """Return every text's statements, and the processor seconds for them and for parsing alone."""
    relations: list[list[dict[str, Any]]] = []
    our_seconds = parse_seconds = 0.0
    for text in texts:
        start = time.process_time()
        relations.append([to_relation(s) for s in find_statements(text, split_sentences(text))])
        middle = time.process_time()
        parse_alone(text)
        our_seconds += middle - start
        parse_seconds += time.process_time() - middle
    return relations, our_seconds, parse_seconds


def format_table(counts_by_form: dict[str, MatchCounts], title: str) -> list[str]:
    """Return a title line and a line for each form."""
    lines = [f"{title:16}     P      R     F1      of"]
    for form in FORMS:
        counts = counts_by_form[form]
        percent = f"{counts.precision:6.1f} {counts.recall:6.1f} {counts.f1:6.1f}"
        lines.append(f"  {form:14} {percent} {counts.gold:7}")
    return lines


def find_file(data: Path, name: str) -> Path:
    """Return where the annotated English articles of that name lie in a folder of corpora."""
    inside = data / "statements" / name
    return inside if inside.is_file() else data / name


def run(path: Path) -> str:
    """Find statements in every text of a file; print quality and speed."""
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [document["text"] for document in documents]
    find_statements("Somebody said it was so.", split_sentences("Somebody said it was so."))
    relations, our_seconds, parse_seconds = measure_speed(texts)
    scored = {
        document["doc"]: (document["text"], document["relations"], found)
        for document, found in zip(documents, relations, strict=True)
    }
    lines = [
        *format_table(score(scored, statements_only=True), "statements"),
        *format_table(score(scored), "whole set"),
        "others, statements F1 on dev.jsonl:",
        *(f"  {name:36} {f1:5.1f}" for name, f1 in PEERS),
    ]
    words = count_words(texts)
    lines.append(
        f"words a second, one core: {words / our_seconds:,.0f}; "
        f"spaCy's parse alone: {words / parse_seconds:,.0f}"
    )
    return "\n".join([*lines, *run_german(path)])


def run_german(path: Path) -> list[str]:
    """Find statements in the German articles beside an English file; [] if there are none.

    Counted are direct and indirect speech that is not nested in another statement; of other kinds
    (free indirect speech, reported topics) neither what is found nor what is missed counts.
    """
    folders = (path.parent / "german", path.parent.parent / "german")
    file = next((f / path.name for f in folders if (f / path.name).is_file()), None)
    if file is None:
        return []
    documents = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [document["text"] for document in documents]
    start = time.process_time()
    found = [german_statements(text, split_sentences(text)) for text in texts]
    seconds = time.process_time() - start
    scored = {
        document["doc"]: (
            document["text"],
            [to_german_relation(document["text"], each) for each in document["relations"]],
            [_found_german(statement) for statement in statements],
        )
        for document, statements in zip(documents, found, strict=True)
    }
    counts = score(scored, statements_only=True, after_head=AFTER_GERMAN_HEAD)
    return [
        *format_table(counts, "German"),
        *(format_faults(form, count_faults(scored, form, AFTER_GERMAN_HEAD)) for form in FORMS[:2]),
        f"words a second, one core: {count_words(texts) / seconds:,.0f}",
        measure_shown(documents, found),
    ]


def format_faults(form: str, faults: dict[str, int]) -> str:
    """Say why annotated statements of a form were not told rightly."""
    told = (
        f"{faults['missed']} missed, {faults['words']} with other words, {faults['nobody']} with a "
        f"source where the annotation has none, {faults['source']} with another source"
    )
    return f"{form}, not told as annotated: {sum(faults.values())}: {told}"


def measure_shown(documents: Sequence[dict[str, Any]], found: Sequence[Sequence[Statement]]) -> str:
    """Say how many statements that a digest would show agree with an annotated report of any kind.

    They do if half of all words, or all of the shown ones, are the report's, and so is the source,
    where the report has one.
    """
    shown = agreed = 0
    for document, statements in zip(documents, found, strict=True):
        text = ScoredText(document["text"], AFTER_GERMAN_HEAD)
        gold = [text.place(relation) for relation in document["relations"]]
        for statement in key_statements(statements):
            placed = text.place(to_relation(statement))
            shown += 1
            agreed += any(
                (overlap(each, placed) >= MIN_OVERLAP or placed.content <= each.content)
                and (each.source is None or is_same_source(each, placed))
                for each in gold
            )
    return f"of {shown} that a digest would show {100 * agreed / max(1, shown):.1f} % agree"


def to_german_relation(text: str, relation: dict[str, Any]) -> dict[str, Any]:
    """Return an annotated German relation with its form, and whether it counts."""
    told = " ".join(text[start:end] for start, end in relation["content"])
    is_partly_quoted = any(mark in told for mark in "„“»«")
    is_direct = relation["type"] == "Direct"
    cue = text[slice(*relation["cue"])].lower().split() if relation["cue"] else []
    return relation | {
        "form": "direct" if is_direct else "mixed" if is_partly_quoted else "indirect",
        "is_statement": relation["type"] in {"Direct", "Indirect"} and not relation["nested"],
        "is_according_to": cue[:1] in (["laut"], ["nach"], ["zufolge"], ["so"], ["gemäß"]),
    }


def _found_german(statement: Statement) -> dict[str, Any]:
    cue = statement.cue.text.lower().split()[:1] if statement.cue else []
    return to_relation(statement) | {
        "form": statement.form.value,
        "is_statement": True,
        "is_according_to": cue in (["laut"], ["nach"], ["zufolge"], ["so"], ["gemäß"]),
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Name the folder that holds dev.jsonl: python -m tests.bench.statements DATA")
    sys.stdout.write(run(find_file(Path(sys.argv[1]), (sys.argv[2:] or ["dev.jsonl"])[0])) + "\n")
