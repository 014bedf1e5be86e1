"""Learn the weights by which statements are ranked: python -m training.ranking DATA.

DATA is a folder with `editor/dev.jsonl`, what an editor would show of articles ("doc" and
"statements", each with a "grade", 2 for surely and 1 for acceptable, and its "words" as offsets),
and the articles themselves in `statements/dev.jsonl` and `summaries/dev.jsonl`.

A statement is wanted if it shares half of its words with one of the editor's; a logistic regression
is fitted to that, and to our own pairs of statements (tests/language/data/needed*.txt), of which
the first should stand above the second: they keep quoted color from counting too much. It is
convex, so the same data give the same numbers. Prints the weights for
bot/language/statements/statement_ranking.py, and for each fact left out how many of the statements
shown are wanted, and how many of those surely shown are among them, both cross-validated over
articles. Takes under a minute.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.language.statements.statement_ranking import FACTS, FoundStatement, find_facts, gate
from bot.stories.composition import key_statements
from tests.bench.ranking import find_unranked
from tests.needed_cases import FILE, find_rank, read_needed_cases

Floats = npt.NDArray[np.float64]

L2 = 10.0  # per standard deviation of a fact
SURE = 2  # the grade of what an editor would surely show
SURE_WEIGHT = 2.0  # of a statement that the editor would surely show, beside any other
PAIR_WEIGHT = 0.5
PAIR_FILES = (FILE, FILE.with_name("needed_hard.txt"))
NEWTON_STEPS = 30
FOLDS, REPEATS = 5, 12
_MAX_SHOWN = 3
_MIN_SHARED = 0.5  # of the words of two statements that make them one
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")


@dataclass
class Example:
    """An article's statements, the facts about each, and which of the editor's each one is.

    `grades` are those of the editor's statements; `matches` their places, -1 for none.
    """

    found: Sequence[FoundStatement]
    rows: Floats
    matches: npt.NDArray[np.int_]
    grades: list[int]

    @property
    def wanted(self) -> Floats:
        """Return 1 for a statement that the editor would show, 0 for another."""
        return (self.matches >= 0).astype(float)

    @property
    def weights(self) -> Floats:
        """Return how much each statement counts."""
        sure = [match >= 0 and self.grades[match] == SURE for match in self.matches]
        return np.where(sure, SURE_WEIGHT, 1.0)


def read_examples(data: Path) -> list[Example]:
    """Run the editor's articles through the bot's pipeline to facts."""
    texts = dict(_read_texts(data / "statements" / "dev.jsonl"))
    texts.update(_read_texts(data / "summaries" / "dev.jsonl"))
    lines = (data / "editor" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        _example(texts[record["doc"]], record["statements"]) for record in map(json.loads, lines)
    ]


def _read_texts(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        paragraphs = record.get("paragraphs", ())
        text = record.get("text") or "\n\n".join(" ".join(each) for each in paragraphs)
        yield record.get("doc") or record["id"], text


def _example(text: str, wanted: Sequence[dict[str, Any]]) -> Example:
    found, *article = find_unranked(text)
    rows = [list(facts.values()) for facts in find_facts(found, *article)]
    spans = [[(span.start, span.end) for span in each.statement.content] for each in found]
    words = [_places(text, pieces) for pieces in spans]
    others = [_places(text, each["words"]) for each in wanted]
    return Example(
        found,
        np.array(rows, dtype=float).reshape(-1, len(FACTS)),
        np.array([_match(each, others) for each in words], dtype=int),
        [each["grade"] for each in wanted],
    )


def _places(text: str, pieces: Sequence[Sequence[int]]) -> set[int]:
    """Return where each word of the pieces starts."""
    return {m.start() for start, end in pieces for m in _WORD.finditer(text, start, end)}


def _match(words: set[int], others: Sequence[set[int]]) -> int:
    shares = [len(words & other) / max(1, len(words | other)) for other in others]
    best = max(range(len(others)), key=shares.__getitem__, default=-1)
    return best if best >= 0 and shares[best] >= _MIN_SHARED else -1


def read_pairs() -> Floats:
    """Return the differences between the facts of the first and the second of our own pairs."""
    rows = []
    for need in (each for file in PAIR_FILES for each in read_needed_cases(file)):
        found, *article = find_unranked(need.text)
        statements = [each.statement for each in found]
        facts = [list(each.values()) for each in find_facts(found, *article)]
        for pair in need.pairs():
            first, second = find_rank(pair.needed, statements), find_rank(pair.other, statements)
            if first is not None and second is not None:
                rows.append(np.subtract(facts[first], facts[second]))
    return np.array(rows)


def fit(examples: Sequence[Example], pairs: Floats, columns: Sequence[int]) -> Floats:
    """Return the weights of these facts, and the bias, by Newton's method."""
    rows = np.vstack([example.rows[:, columns] for example in examples])
    wanted = np.concatenate([example.wanted for example in examples])
    weights = np.concatenate([example.weights for example in examples])
    mean, scale = rows.mean(0), rows.std(0) + 1e-9
    rows = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    differences = np.hstack([pairs[:, columns] / scale, np.zeros((len(pairs), 1))])
    rows = np.vstack([rows, differences])
    wanted = np.append(wanted, np.ones(len(pairs)))
    weights = np.append(weights, np.full(len(pairs), PAIR_WEIGHT))
    penalty = np.append(np.full(len(columns), L2), 0.0)
    found = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        chances = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weights * (chances - wanted)) + penalty * found
        curve = (rows * (weights * chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty)
        found -= np.linalg.solve(curve, slope)
    in_units = found[:-1] / scale
    return np.append(in_units, found[-1] - in_units @ mean)


def show(example: Example, weights: Floats, columns: Sequence[int]) -> tuple[int, int, int]:
    """Return how many statements are shown, how many are wanted, and how many surely so."""
    chances = 1 / (1 + np.exp(-example.rows[:, columns] @ weights[:-1] - weights[-1]))
    scored = [
        replace(each.statement, score=gate(each, float(chance)))
        for each, chance in zip(example.found, chances, strict=True)
    ]
    places = {(each.content, each.cue): place for place, each in enumerate(scored)}
    shown = key_statements(scored)
    matches = {example.matches[places[each.content, each.cue]] for each in shown} - {-1}
    return len(shown), len(matches), sum(example.grades[match] == SURE for match in matches)


def cross_validate(
    examples: Sequence[Example], pairs: Floats, columns: Sequence[int]
) -> tuple[float, float]:
    """Return the shares of those shown that are wanted, and of those surely wanted that are shown.

    Each article is judged by weights learned without it, and without a fifth of the others.
    """
    counts = np.zeros(3)
    shuffled = np.random.default_rng(0)
    for _ in range(REPEATS):
        order = shuffled.permutation(len(examples))
        for fold in range(FOLDS):
            held = set(order[fold::FOLDS].tolist())
            learned = [example for i, example in enumerate(examples) if i not in held]
            weights = fit(learned, pairs, columns)
            counts += sum(np.array(show(examples[i], weights, columns)) for i in held)
    sure = sum(min(_MAX_SHOWN, example.grades.count(SURE)) for example in examples) * REPEATS
    return counts[1] / counts[0], counts[2] / sure


def main(data: Path) -> None:
    """Print the weights, and what each fact is worth."""
    examples = read_examples(data)
    every = range(len(FACTS))
    pairs = read_pairs()
    *weights, bias = fit(examples, pairs, every)
    print(f"BIAS = {bias:.2f}")
    for name, weight in zip(FACTS, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("without    wanted  sure")
    for without in (None, *every):
        columns = [column for column in every if column != without]
        wanted, sure = cross_validate(examples, pairs, columns)
        name = "nothing" if without is None else FACTS[without]
        print(f"{name:10} {100 * wanted:6.1f} {100 * sure:5.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
