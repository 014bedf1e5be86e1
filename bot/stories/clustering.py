"""Group articles by the words they share: the likest first, while their average is high enough.

Judged by the average over two groups' articles: against the nearest centroid, stories grow into
each other (B-cubed .69 against .94). The same for articles all at hand (`grouping.py`) and for one
that arrives among recent ones (`arrival.py`).
"""

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from math import log, sqrt
from typing import NamedTuple

_WINDOW = timedelta(hours=120)  # NewsBlur's; two articles further apart report two events
# Average likeness that makes two groups one. An average of few pairs may be high by chance: that of
# one pair has to be higher by the second number, that of n pairs by an n-th of it.
_MIN_LIKENESS, _CHANCE = 0.06, 0.13
# A term in so large a share of the articles, and in so many stories, tells what the news is about
# these days, not an event.
_COMMON_SHARE, _COMMON_STORIES = 0.2, 4
# Other articles imagined beside those at hand: five stories have rare words too.
_BACKGROUND_ARTICLES = 300
_MAX_NEIGHBOURS = 120  # articles that each is compared with, the likeliest first
# Neighbours are found by so many of an article's rarest terms. The weight of how many others a term
# finds is this power: the rarest alone would tie each article to a few by chance.
_FINDING_TERMS, _SPREAD_POWER = 12, 0.25
_MAX_POSTINGS = 400  # articles a term may find; a commoner one finds the newest of its articles
# Equal headlines of fewer words head a column: "Morning briefing".
_MIN_HEADLINE_WORDS = 3
_MIN_WORD_CHARS = 4  # unless it holds a digit
_TWIN_LIKENESS = 0.3  # of articles under one headline
# n shared terms count for n / (n + the first number) where both texts have so many terms; a
# headline's, which are few and telling, for more.
_DOUBT, _TEXT_TERMS = 5.0, 15
_WORD = re.compile(r"[^\W_]+")


class Report(NamedTuple):
    """What grouping reads of an article; the terms' weights are not yet weighed by rarity."""

    terms: Mapping[str, float]
    headline: str | None
    published: datetime | None


def cluster(reports: Sequence[Report], stories: Sequence[int] | None = None) -> list[int]:
    """Return each report's group, as the number of one of its reports.

    `stories` are those that the reports are known to tell; else a first grouping stands for them.
    They only show which terms many stories share.
    """
    if stories is None:
        stories = _group(reports, set())
    return _group(reports, _find_common_terms(reports, stories))


def _group(reports: Sequence[Report], common: Collection[str]) -> list[int]:
    return _join_by_average(reports, _links(reports, _vectors(reports, common)))


def in_window(*moments: datetime | None) -> bool:
    """Whether articles of these times may report one event, an unknown time being no bar."""
    known = [moment for moment in moments if moment]
    return not known or max(known) - min(known) < _WINDOW


def pair_equals(
    keys: Sequence[Collection[Hashable]], moments: Sequence[datetime | None], size: int
) -> list[tuple[int, int]]:
    """Return each place with the last before it whose key is equal, if near in time.

    A key of fewer parts than `size` is equal to none.
    """
    last: dict[Collection[Hashable], int] = {}
    pairs = []
    for i, key in enumerate(keys):
        if len(key) >= size:
            if key in last and in_window(moments[i], moments[last[key]]):
                pairs.append((last[key], i))
            last[key] = i
    return pairs


def _find_common_terms(reports: Sequence[Report], stories: Sequence[int]) -> set[str]:
    counts = Counter(term for report in reports for term in report.terms)
    often = {term for term, n in counts.items() if n > _COMMON_SHARE * len(reports)}
    holders: dict[str, set[int]] = defaultdict(set)
    for report, story in zip(reports, stories, strict=True):
        for term in often & report.terms.keys():
            holders[term].add(story)
    return {term for term in often if len(holders[term]) >= _COMMON_STORIES}


def _vectors(reports: Sequence[Report], common: Collection[str]) -> list[dict[str, float]]:
    """Return each report's terms weighed by rarity, at length 1, without the `common` ones."""
    spread = Counter(term for report in reports for term in report.terms)
    vectors = []
    for report in reports:
        vector = {
            term: weight * log((len(reports) + _BACKGROUND_ARTICLES + 1) / spread[term])
            for term, weight in report.terms.items()
            if term not in common
        }
        length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors.append({term: weight / length for term, weight in vector.items()})
    return vectors


def _links(
    reports: Sequence[Report], vectors: Sequence[Mapping[str, float]]
) -> list[dict[int, float]]:
    """Return each report's likeness to a bounded number of those that share its rarest terms."""
    moments = [report.published for report in reports]
    links: list[dict[int, float]] = [{} for _ in vectors]
    spread = Counter(term for vector in vectors for term in vector)
    index: dict[str, list[int]] = defaultdict(list)
    for i, vector in enumerate(vectors):
        telling = {
            term: weight * (spread[term] - 1) ** _SPREAD_POWER
            for term, weight in vector.items()
            if spread[term] > 1
        }
        finders = heapq.nlargest(_FINDING_TERMS, telling, key=telling.__getitem__)
        shared = Counter(j for term in finders for j in index[term][-_MAX_POSTINGS:])
        for j, _ in shared.most_common(_MAX_NEIGHBOURS):
            if in_window(moments[i], moments[j]):
                links[i][j] = links[j][i] = _likeness(vector, vectors[j])
        for term in finders:
            index[term].append(i)
    # A column's headline stands above texts that share little.
    headlines = [_headline_words(report.headline) for report in reports]
    for i, j in pair_equals(headlines, moments, _MIN_HEADLINE_WORDS):
        if (alike := links[i].get(j, 0.0)) >= _MIN_LIKENESS:
            links[i][j] = links[j][i] = max(alike, _TWIN_LIKENESS)
    return links


def _headline_words(headline: str | None) -> frozenset[str]:
    """Return the words that tell one headline from another: the longer ones, and numbers."""
    words = _WORD.findall((headline or "").lower())
    return frozenset(w for w in words if len(w) >= _MIN_WORD_CHARS or not w.isalpha())


def _likeness(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the cosine, less where few terms are shared: those may be one name's."""
    both = first.keys() & second.keys()
    cosine = sum(sorted(first[term] * second[term] for term in both))
    doubt = _DOUBT * min(1.0, min(len(first), len(second)) / _TEXT_TERMS) ** 2
    return cosine * len(both) / (len(both) + doubt) if both else 0.0


def _join_by_average(reports: Sequence[Report], links: Sequence[Mapping[int, float]]) -> list[int]:
    """Join the likest groups while they are alike enough; return each report's leader."""
    sums = [dict(near) for near in links]
    members = {i: [i] for i in range(len(sums))}
    queue = [(-alike, i, j) for i, near in enumerate(sums) for j, alike in near.items() if i < j]
    heapq.heapify(queue)
    while queue:
        alike, i, j = heapq.heappop(queue)
        both = [*members.get(i, ()), *members.get(j, ())]
        pairs = len(members.get(i, ())) * len(members.get(j, ()))
        if not pairs or -alike != sums[i].get(j, 0.0) / pairs:
            continue
        if -alike < _MIN_LIKENESS + _CHANCE / pairs:
            continue
        if in_window(*(reports[k].published for k in both)):
            _join(sums, members, i, j)
            for k, total in sums[i].items():
                average = total / (len(members[i]) * len(members[k]))
                heapq.heappush(queue, (-average, min(i, k), max(i, k)))
    leaders = {i: leader for leader, group in members.items() for i in group}
    return [leaders[i] for i in range(len(sums))]


def _join(sums: Sequence[dict[int, float]], members: dict[int, list[int]], i: int, j: int) -> None:
    members[i] += members.pop(j)
    sums[i].pop(j, None)
    for k, alike in sums[j].items():
        if k != i:
            sums[i][k] = sums[k][i] = sums[i].get(k, 0.0) + alike
            del sums[k][j]
    sums[j].clear()
