"""The statements that a reader needs most rank first in our own short articles."""

from functools import cache

import pytest

from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.model import Statement
from bot.stories.composition import key_statements
from tests.needed_cases import (
    FILE,
    NeededCase,
    StatementPair,
    count_ordered_pairs,
    find_rank,
    read_needed_cases,
)

NEEDS = read_needed_cases()
HARD = read_needed_cases(FILE.with_name("needed_hard.txt"))
LINES = FILE.with_name("needed_known_failures.txt").read_text(encoding="utf-8").splitlines()
KNOWN = [line for line in LINES if " > " in line]
NOT_SHOWN = [line for line in LINES if " > " not in line]


def test_there_are_enough_articles() -> None:
    """There are at least thirty articles."""
    assert len(NEEDS) >= 30


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.title)
def test_needed_statements_rank_first(need: NeededCase) -> None:
    """Each needed statement ranks above each other one, and is a key statement."""
    found = find_statements(need.text, split_sentences(need.text))
    met, pairs = count_ordered_pairs(need, found)
    assert met == pairs
    assert all(find_rank(words, key_statements(found)) is not None for words in need.needed)


@cache
def ranked_statements(text: str) -> tuple[Statement, ...]:
    """Return the statements of a text, best first."""
    return find_statements(text, split_sentences(text))


@pytest.mark.parametrize("pair", [pair for need in HARD for pair in need.pairs()], ids=str)
def test_a_harder_pair_is_in_order(pair: StatementPair) -> None:
    """What a careful editor needs most ranks first.

    `needed_known_failures.txt` lists the pairs that fail today. A pair in it that passes is an
    error too, so that the list can only shrink.
    """
    first, second = (
        find_rank(words, ranked_statements(pair.text)) for words in (pair.needed, pair.other)
    )
    assert first is not None
    assert second is not None, "the other is no statement: the pair proves nothing"
    assert (first < second) is (str(pair) not in KNOWN)


@pytest.mark.parametrize("need", HARD, ids=lambda need: need.title)
def test_what_is_needed_in_a_harder_report_is_among_the_key_statements(need: NeededCase) -> None:
    """A needed statement that is not first is still shown, but for those listed."""
    keys = key_statements(ranked_statements(need.text))
    for words in need.needed:
        is_shown = find_rank(words, keys) is not None
        assert is_shown is (f"{need.title}: {words}" not in NOT_SHOWN)


def test_known_failures_are_pairs_and_statements() -> None:
    """No failure is listed that is no pair and no needed statement."""
    assert len(LINES) == len(set(LINES))
    assert set(KNOWN) <= {str(pair) for need in HARD for pair in need.pairs()}
    assert set(NOT_SHOWN) <= {f"{need.title}: {words}" for need in HARD for words in need.needed}
