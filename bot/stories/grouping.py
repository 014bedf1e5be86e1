"""Group articles by event when all are at hand, joining the likest first.

Judged by the average over a story's articles, as `arrival.py` does with articles that come one by
one. How alike two groups must be to be one depends on the language, the length of the texts and how
near their subjects are to each other: of several bars that is taken at which articles lie closest
to their own group and farthest from the next.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log, log2, sqrt

from bot.language.language_detection import detect_language
from bot.language.terms import term_weights
from bot.stories.arrival import headline_words, in_window

# Average likeness that joins two groups: the thresholds that are tried.
_THRESHOLDS = (0.06, 0.07, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.23, 0.26, 0.3)
_USUAL_THRESHOLD = 0.12  # where nothing speaks for another
_GAIN_NEEDED = 0.01  # by each halving or doubling of the usual threshold
# Other articles imagined beside those at hand: five stories have rare words too.
_BACKGROUND_ARTICLES = 300
_EPSILON = 1e-9  # against a division by zero
_MAX_NEIGHBOURS = 120  # articles that each is compared with, the likeliest first
# Neighbours are found by so many of an article's rarest terms. The weight of how many others a term
# finds is this power: the rarest alone would tie each article to a few by chance.
_FINDING_TERMS, _SPREAD_POWER = 12, 0.25
_MAX_POSTINGS = 400  # articles a term may find; a commoner one finds the newest of its articles


@dataclass(frozen=True, slots=True)
class Item:
    """An article to group: `text` may be empty, `published` a time or its ISO 8601 text."""

    title: str
    text: str
    published: datetime | str | None = None
    id: object = None


def group_articles(items: Sequence[Item]) -> list[int]:
    """Return each item's story number, from 1 in the order of the stories' first items."""
    moments = [_parse_time(item.published) for item in items]
    originals = _find_originals(items, moments)
    unique = sorted(set(originals))
    stories = _find_leaders([items[i] for i in unique], [moments[i] for i in unique])
    leaders = dict(zip(unique, stories, strict=True))
    numbers: dict[int, int] = {}
    return [numbers.setdefault(leaders[original], len(numbers) + 1) for original in originals]


def _find_originals(items: Sequence[Item], moments: Sequence[datetime | None]) -> list[int]:
    """Return for each item the first of which it is a copy, word for word; copies count once."""
    originals = list(range(len(items)))
    for before, i in _pair_equals(items, moments, [(item.title, item.text) for item in items]):
        originals[i] = originals[before]
    return originals


def _pair_equals(
    items: Sequence[Item], moments: Sequence[datetime | None], keys: Sequence[Collection[str]]
) -> list[tuple[int, int]]:
    """Return each item whose key equals that of the last one with it, if near in time, with it."""
    last: dict[Collection[str], int] = {}
    pairs = []
    for i, key in enumerate(keys):
        if len(key) > 1:
            if items[i].text and key in last and in_window(moments[i], moments[last[key]]):
                pairs.append((last[key], i))
            last[key] = i
    return pairs


def _find_leaders(items: Sequence[Item], moments: Sequence[datetime | None]) -> list[int]:
    """Return each item's story, as the number of one of its items."""
    links = _links(_vectors(items), moments)
    # A chain of pairs of equal headlines is enough to join them all.
    for i, j in _pair_equals(items, moments, [headline_words(item.title) for item in items]):
        links[i][j] = links[j][i] = max(links[i].get(j, 0.0), _THRESHOLDS[-1])
    joins = _join_by_average([dict(near) for near in links])

    def separation(threshold: float) -> float:
        leaders = _leaders_after(len(items), joins, threshold)
        unusual = log2(threshold / _USUAL_THRESHOLD) ** 2
        return _mean_silhouette(links, leaders) - _GAIN_NEEDED * unusual

    return _leaders_after(len(items), joins, max(_THRESHOLDS, key=separation))


def _parse_time(published: datetime | str | None) -> datetime | None:
    """Read a time; a wrong one counts as not given, since the words may still find the story."""
    if isinstance(published, str):
        try:
            published = datetime.fromisoformat(published)
        except ValueError:
            return None
    return published.replace(tzinfo=UTC) if published and published.tzinfo is None else published


def _vectors(items: Sequence[Item]) -> list[dict[str, float]]:
    raw = [
        term_weights(item.text, item.title, detect_language(item.text or item.title))
        for item in items
    ]
    spread = Counter(term for terms in raw for term in terms)
    vectors = []
    for terms in raw:
        vector = {
            term: weight * log((len(items) + _BACKGROUND_ARTICLES + 1) / spread[term])
            for term, weight in terms.items()
        }
        length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors.append({term: weight / length for term, weight in vector.items()})
    return vectors


def _links(
    vectors: Sequence[Mapping[str, float]], moments: Sequence[datetime | None]
) -> list[dict[int, float]]:
    """Return each item's likeness to a bounded number of items that share its weightiest terms."""
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
                links[i][j] = links[j][i] = _dot(vector, vectors[j])
        for term in finders:
            index[term].append(i)
    return links


def _dot(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    shorter, longer = sorted((first, second), key=len)
    return sum(weight * longer[term] for term, weight in shorter.items() if term in longer)


def _join_by_average(links: Sequence[dict[int, float]]) -> list[tuple[float, int, int]]:
    """Join the likest groups while they reach the lowest threshold; `links` becomes their sums."""
    members = {i: [i] for i in range(len(links))}
    joins = []
    queue = [(-alike, i, j) for i, near in enumerate(links) for j, alike in near.items() if i < j]
    heapq.heapify(queue)
    while queue and -queue[0][0] >= _THRESHOLDS[0]:
        alike, i, j = heapq.heappop(queue)
        if i in members and j in members and -alike == _average(links, members, i, j):
            _join(links, members, i, j)
            joins.append((-alike, i, j))
            for k in links[i]:
                heapq.heappush(queue, (-_average(links, members, i, k), min(i, k), max(i, k)))
    return joins


def _leaders_after(
    count: int, joins: Iterable[tuple[float, int, int]], threshold: float
) -> list[int]:
    """Return each item's leader after the joins that reach the threshold."""
    leaders = list(range(count))
    for alike, i, j in joins:
        if alike >= threshold:
            leaders[j] = i
    for i in range(count):
        while leaders[i] != leaders[leaders[i]]:
            leaders[i] = leaders[leaders[i]]
    return leaders


def _mean_silhouette(links: Sequence[Mapping[int, float]], leaders: Sequence[int]) -> float:
    """Return how much closer items are to their own group than to the next (silhouette)."""
    size = Counter(leaders)
    total = 0.0
    for i, near in enumerate(links):
        if size[leaders[i]] == 1:
            continue
        sums: dict[int, float] = defaultdict(float)
        for j, alike in near.items():
            sums[leaders[j]] += alike
        own = sums.pop(leaders[i], 0.0) / (size[leaders[i]] - 1)
        other = max((sums[leader] / size[leader] for leader in sums), default=0.0)
        total += (own - other) / max(1 - own, 1 - other, _EPSILON)
    return total / max(len(links), 1)


def _average(
    links: Sequence[dict[int, float]], members: Mapping[int, list[int]], i: int, j: int
) -> float:
    return links[i].get(j, 0.0) / (len(members[i]) * len(members[j]))


def _join(links: Sequence[dict[int, float]], members: dict[int, list[int]], i: int, j: int) -> None:
    members[i] += members.pop(j)
    links[i].pop(j, None)
    for k, alike in links[j].items():
        if k != i:
            links[i][k] = links[k][i] = links[i].get(k, 0.0) + alike
            del links[k][j]
    links[j].clear()
