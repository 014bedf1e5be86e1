"""Group articles by event when all are at hand, joining the likest first.

Judged by the average over a story's articles, as `arrival.py` does with articles that come one by
one. How alike two groups must be to be one depends on the language, the length of the texts and how
near their subjects are to each other: of several bars that is taken at which articles lie closest
to their own group and farthest from the next.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log, log2, sqrt

from bot.language.language_detection import detect_language
from bot.language.terms import term_weights
from bot.stories.arrival import headline_words, in_window

_BARS = (
    0.06,
    0.07,
    0.08,
    0.1,
    0.12,
    0.14,
    0.16,
    0.18,
    0.2,
    0.23,
    0.26,
    0.3,
)  # average likeness that joins two groups
_USUAL = 0.12  # the bar where nothing speaks for another
_INSISTS = 0.01  # what each halving or doubling of that must gain
# Articles on other things that are imagined beside those at hand: five stories have rare words too.
_BACKGROUND = 300
_ALMOST = 1e-9  # what parts two texts that are the same
_NEIGHBOURS = 120  # articles that each is compared with, the likeliest first
_RAREST = 12  # of the terms that an article shares with any find those
# Power of how many others a term finds: the rarest alone would tie each to a few by chance
_FINDS = 0.25
_POSTINGS = 400  # articles a term may find; a commoner one finds the newest of its articles


@dataclass(frozen=True, slots=True)
class Item:
    """An article to group: `text` may be empty, `published` a time or its ISO 8601 text."""

    title: str
    text: str
    published: datetime | str | None = None
    id: object = None


def group_articles(items: Sequence[Item]) -> list[int]:
    """Give each item its story's number, from 1 in the order of the stories' first items."""
    moments = [_moment(item.published) for item in items]
    originals = _originals(items, moments)
    told = sorted(set(originals))
    leaders = dict(
        zip(told, _leaders([items[i] for i in told], [moments[i] for i in told]), strict=True)
    )
    numbers: dict[int, int] = {}
    return [numbers.setdefault(leaders[original], len(numbers) + 1) for original in originals]


def _originals(items: Sequence[Item], moments: Sequence[datetime | None]) -> list[int]:
    """Return for each item the first of which it is a copy, word for word; copies count once."""
    last: dict[tuple[str, str], int] = {}
    originals = list(range(len(items)))
    for i, item in enumerate(items):
        words = (item.title, item.text)
        if item.text and words in last and in_window(moments[i], moments[last[words]]):
            originals[i] = originals[last[words]]
        last[words] = i
    return originals


def _leaders(items: Sequence[Item], moments: Sequence[datetime | None]) -> list[int]:
    """Give each item's story by the number of one of its items."""
    links = _links(_vectors(items), moments)
    for i, j in _same_headlines(items, moments):
        links[i][j] = links[j][i] = max(links[i].get(j, 0.0), _BARS[-1])
    joins = _average_link([dict(near) for near in links])
    groupings = {bar: _joined(len(items), joins, bar) for bar in _BARS}
    apart = {
        bar: _apart(links, groupings[bar]) - _INSISTS * log2(bar / _USUAL) ** 2 for bar in _BARS
    }
    return groupings[max(_BARS, key=apart.__getitem__)]


def _moment(published: datetime | str | None) -> datetime | None:
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
            term: weight * log((len(items) + _BACKGROUND + 1) / spread[term])
            for term, weight in terms.items()
        }
        length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors.append({term: weight / length for term, weight in vector.items()})
    return vectors


def _links(
    vectors: Sequence[Mapping[str, float]], moments: Sequence[datetime | None]
) -> list[dict[int, float]]:
    """Give each item its likeness to the items that share its weightiest terms.

    Work per item is bounded.
    """
    links: list[dict[int, float]] = [{} for _ in vectors]
    spread = Counter(term for vector in vectors for term in vector)
    index: dict[str, list[int]] = defaultdict(list)
    for i, vector in enumerate(vectors):
        telling = {
            term: weight * (spread[term] - 1) ** _FINDS
            for term, weight in vector.items()
            if spread[term] > 1
        }
        finders = heapq.nlargest(_RAREST, telling, key=telling.__getitem__)
        found: Counter[int] = Counter()
        for term in finders:
            for j in index[term][-_POSTINGS:]:
                found[j] += 1
        for j, _ in found.most_common(_NEIGHBOURS):
            if in_window(moments[i], moments[j]):
                links[i][j] = links[j][i] = _dot(vector, vectors[j])
        for term in finders:
            index[term].append(i)
    return links


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def _same_headlines(
    items: Sequence[Item], moments: Sequence[datetime | None]
) -> list[tuple[int, int]]:
    """Give neighbours in a list of equal headlines: a chain is enough to join them."""
    last: dict[frozenset[str], int] = {}
    found = []
    for i, item in enumerate(items):
        words = headline_words(item.title)
        if len(words) > 1:
            if item.text and words in last and in_window(moments[i], moments[last[words]]):
                found.append((last[words], i))
            last[words] = i
    return found


def _average_link(links: Sequence[dict[int, float]]) -> list[tuple[float, int, int]]:
    """Join the two groups of highest average likeness until none reaches the lowest bar.

    Give the joins in order.

    `links` is used up: it becomes the sums of likeness between groups.
    """
    members = {i: [i] for i in range(len(links))}
    joins = []
    queue = [(-alike, i, j) for i, near in enumerate(links) for j, alike in near.items() if i < j]
    heapq.heapify(queue)
    while queue and -queue[0][0] >= _BARS[0]:
        alike, i, j = heapq.heappop(queue)
        if i in members and j in members and -alike == _average(links, members, i, j):
            _join(links, members, i, j)
            joins.append((-alike, i, j))
            for k in links[i]:
                heapq.heappush(queue, (-_average(links, members, i, k), min(i, k), max(i, k)))
    return joins


def _joined(count: int, joins: Iterable[tuple[float, int, int]], bar: float) -> list[int]:
    """Give each item's leader after the joins that reach the bar."""
    leaders = list(range(count))
    for alike, i, j in joins:
        if alike >= bar:
            leaders[j] = i
    for i in range(count):
        while leaders[i] != leaders[leaders[i]]:
            leaders[i] = leaders[leaders[i]]
    return leaders


def _apart(links: Sequence[Mapping[int, float]], leaders: Sequence[int]) -> float:
    """Return how much closer items are to their own group than to the next (silhouette)."""
    size = Counter(leaders)
    told = 0.0
    for i, near in enumerate(links):
        if size[leaders[i]] == 1:
            continue
        sums: dict[int, float] = defaultdict(float)
        for j, alike in near.items():
            sums[leaders[j]] += alike
        own = sums.pop(leaders[i], 0.0) / (size[leaders[i]] - 1)
        other = max((total / size[leader] for leader, total in sums.items()), default=0.0)
        told += (own - other) / max(1 - own, 1 - other, _ALMOST)
    return told / max(len(links), 1)


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
