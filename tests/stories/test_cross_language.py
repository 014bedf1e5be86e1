"""Articles in several languages share a story where their names tie them, and rarely else."""

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from bot.stories.batch_grouping import Item, group_articles

# Fictional events, each told in two or three languages, some of them two events of one affair:
# one name, one town, another day's news.
_FILE = Path(__file__).parents[1] / "data" / "events_languages.jsonl"
ARTICLES = [json.loads(line) for line in _FILE.read_text("utf-8").splitlines()]


class PairCounts(NamedTuple):
    """How many pairs of articles stand together.

    `same` are of one event in two languages, of `events`; `wrong` are of two events, `wrong_alone`
    those in one language.
    """

    same: int
    events: int
    wrong: int
    wrong_alone: int


def group(articles: Sequence[dict[str, str]]) -> list[int]:
    """Return each article's story, with all at hand."""
    return group_articles([Item(each["title"], each["text"]) for each in articles])


def count_pairs() -> PairCounts:
    """Count the pairs that stand together in our events of several languages."""
    found = group(ARTICLES)
    same = events = wrong = wrong_alone = 0
    for i, j in combinations(range(len(ARTICLES)), 2):
        first, second = ARTICLES[i], ARTICLES[j]
        is_one_language = first["language"] == second["language"]
        is_together = found[i] == found[j]
        if first["event"] != second["event"]:
            wrong += is_together
            wrong_alone += is_together and is_one_language
        elif not is_one_language:
            events += 1
            same += is_together
    return PairCounts(same, events, wrong, wrong_alone)


def test_two_languages_alone_make_no_wrong_pair() -> None:
    """Two articles in two languages, alone at hand, never share a story that is not theirs."""
    for first, second in combinations(ARTICLES, 2):
        if first["language"] != second["language"] and first["event"] != second["event"]:
            a, b = group([first, second])
            assert a != b, (first["title"], second["title"])


def test_names_tie_some_events_across_languages() -> None:
    """Names alone tie about a third of what is told in two languages, and few other pairs."""
    counts = count_pairs()
    assert counts.same >= counts.events // 3
    assert counts.wrong - counts.wrong_alone <= 2
