"""Coverage picks what many articles report, once, within its budgets."""

import time
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.concept_coverage import CandidateSentence, choose_covering, pair_weights
from bot.language.summaries import Document, summarize


def candidate(place: int, words: str) -> CandidateSentence:
    """Return a sentence as coverage sees it."""
    each = words.split()
    return CandidateSentence(place, len(each), frozenset(pairwise(each)))


def value(sentences: list[CandidateSentence], chosen: tuple[int, ...] | list[int]) -> float:
    """Return the weight that a choice covers, each pair once."""
    weights = pair_weights(sentences)
    return sum(weights[pair] for pair in {pair for i in chosen for pair in sentences[i].pairs})


SENTENCES = [
    candidate(0, "ferry sank off port vale on monday"),
    candidate(1, "its owners paid for new lamps"),
    candidate(0, "a storm broke the mast"),
    candidate(1, "ferry sank off port vale at dawn"),
    candidate(0, "islanders wait for bread"),
    candidate(1, "ferry sank off port vale with sheep"),
]


def test_what_three_articles_carry_comes_first_and_once():
    """The sentence that all articles report is chosen first, and its repeats last."""
    chosen = choose_covering(SENTENCES, max_sentences=4, max_words=100)
    assert chosen[0] == 0
    assert not {3, 5} & set(chosen[:3])


def pair_worth(sentences: list[CandidateSentence], *pair: str) -> float:
    """Return what telling a pair is worth."""
    one, two = pair
    return pair_weights(sentences)[one, two]


def test_what_several_tell_and_what_stands_early_weighs_more():
    """Each sentence that holds a pair adds to it; an earlier place does too."""
    once = [candidate(0, "bread is dear"), candidate(0, "mast broke")]
    again = [*once, candidate(1, "bread is")]
    late = [candidate(9, "bread is dear"), candidate(0, "mast broke")]
    assert pair_worth(late, "bread", "is") < pair_worth(once, "bread", "is")
    assert pair_worth(once, "bread", "is") < pair_worth(again, "bread", "is")


def test_what_may_not_stand_tells_what_the_story_is_about_all_the_same():
    """A sentence that leans on another is not chosen, but its pairs count."""
    leaning = candidate(0, "bread is dear today")._replace(may_stand=False)
    pool = [candidate(0, "bread is dear"), candidate(0, "mast broke off"), leaning]
    assert choose_covering(pool, max_sentences=1, max_words=100) == [0]
    assert pair_worth(pool, "is", "dear") > pair_worth(pool[:2], "is", "dear")


WORDS = st.lists(
    st.sampled_from(["ferry", "sank", "port", "vale", "mast", "storm", "bread", "owners"]),
    max_size=9,
).map(" ".join)
POOLS = st.lists(st.builds(candidate, st.integers(0, 6), WORDS), max_size=9)


@settings(deadline=None, max_examples=200)
@given(POOLS, st.integers(0, 5), st.integers(0, 25))
def test_both_budgets_hold_and_no_single_exchange_is_better(
    pool: list[CandidateSentence], most: int, room: int
):
    """Both budgets hold, and no other sentence in the place of one would tell more."""
    chosen = choose_covering(pool, max_sentences=most, max_words=room)
    assert len(chosen) == len(set(chosen)) <= most
    spare = room - sum(pool[i].size for i in chosen)
    assert spare >= 0
    for old in chosen:
        rest = [i for i in chosen if i != old]
        for new in set(range(len(pool))) - set(chosen):
            if pool[new].size <= spare + pool[old].size:
                assert value(pool, [*rest, new]) <= value(pool, chosen) + 1e-6


@settings(deadline=None, max_examples=100)
@given(POOLS, st.integers(1, 3))
def test_it_is_near_the_best_choice(pool: list[CandidateSentence], most: int):
    """The weight is at least half that of the best choice, found by trying all.

    The greedy choice alone guarantees a share of .63.
    """
    best = max(
        (value(pool, some) for some in combinations(range(len(pool)), min(most, len(pool)))),
        default=0,
    )
    assert value(pool, choose_covering(pool, max_sentences=most, max_words=10**6)) >= 0.5 * best


def test_copies_of_one_text_add_nothing():
    """Ten copies of one agency's text count once, which leaves room for others."""
    agency = (
        "The ferry sank off Port Vale on Monday morning. Its 64 passengers were saved by fishing "
        "boats."
    )
    own = "Islanders will wait until Thursday for bread and mail from the mainland."
    shown = [
        one.span.text
        for one in summarize([*[Document(agency)] * 10, Document(own)], sentences=None, words=40)
    ]
    assert sorted(shown) == sorted([*agency.replace(". Its", ".|Its").split("|"), own])


def test_many_long_articles_take_no_longer_than_their_length():
    """Of thirty articles of a thousand sentences, only a bounded number is compared."""
    text = " ".join(
        f"Ferry {i} of line {i % 97} sank near island {i % 31} in year {i % 13}."
        for i in range(1_000)
    )
    began = time.process_time()
    assert summarize([Document(text)] * 30, sentences=None, words=100)
    assert summarize([Document(text)] * 3, sentences=None)
    assert time.process_time() - began < 20
