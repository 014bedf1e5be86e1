"""The scorer pairs and counts relations as its documentation says."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.scorer import ScoredText, _assign, count_faults, is_right, pair_relations, score

TEXT = "Karen Lee, the harbour master, said the pier was safe and dry. Oskar Lind denied it."


def span(words: str) -> list[int]:
    """Return the offsets of the words in the text."""
    start = TEXT.index(words)
    return [start, start + len(words)]


def report(source: str | None, cue: str, *content: str) -> dict[str, object]:
    """Return a relation by its words."""
    return {
        "source": span(source) if source else None,
        "cue": span(cue),
        "content": [span(c) for c in content],
    }


GOLD = report("Karen Lee, the harbour master", "said", "the pier was safe and dry")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (report("Karen Lee", "said", "the pier was safe and dry"), True),
        (report("Lee", "said", "the pier was safe"), True),
        (report("the harbour master", "said", "the pier was safe and dry"), False),
        (report("Oskar Lind", "said", "the pier was safe and dry"), False),
        (report(None, "said", "the pier was safe and dry"), False),
        (report("Karen Lee", "said", "and dry"), False),
    ],
    ids=["name", "half", "wrong head", "other speaker", "no speaker", "too little"],
)
def test_half_the_words_and_the_same_head_are_right(
    found: dict[str, object],
    expected: bool,  # noqa: FBT001
) -> None:
    """A relation is right with half of the content words and the head of the source."""
    page = ScoredText(TEXT)
    assert is_right(page.place(GOLD), page.place(found)) is expected


@pytest.mark.parametrize(
    ("gold", "found", "fault"),
    [
        (GOLD, [], "missed"),
        (GOLD, [report("Karen Lee", "said", "and dry")], "words"),
        (GOLD, [report("Oskar Lind", "said", "the pier was safe and dry")], "source"),
        (GOLD | {"source": None}, [GOLD], "nobody"),
        (GOLD, [GOLD], None),
    ],
    ids=["missed", "words", "source", "nobody", "right"],
)
def test_faults_have_their_kind(
    gold: dict[str, object], found: list[dict[str, object]], fault: str | None
) -> None:
    """What is not found rightly is counted by why."""
    faults = count_faults({"a": (TEXT, [gold], found)}, "all")
    assert [name for name, count in faults.items() if count] == ([fault] if fault else [])


def test_each_report_pairs_once() -> None:
    """A second relation with the same words has no partner."""
    page = ScoredText(TEXT)
    twice = [page.place(GOLD), page.place(GOLD)]
    assert len(pair_relations([page.place(GOLD)], twice)) == 1


def test_tallies_by_form() -> None:
    """Precision and recall count what was found and what was annotated, by form."""
    tallies = score({"a": (TEXT, [GOLD, report("Oskar Lind", "denied", "it")], [GOLD])})
    assert (tallies["all"].precision, tallies["all"].recall) == (100, 50)
    assert tallies["indirect"].gold == 2
    assert tallies["direct"].gold == 0


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=3))
def test_no_other_pairing_is_worth_more(worth: list[list[int]]) -> None:
    """The pairing has the greatest sum, as trying every one shows."""
    rows = range(len(worth))
    best = max(
        sum(worth[r][c] for r, c in zip(rows, columns, strict=False))
        for columns in permutations(range(3))
    )
    assert sum(worth[r][c] for r, c in _assign(worth).items()) == best
