"""Group articles by the words they share: the likest first, while their average is high enough.

Judged by the average over two groups' articles: against the nearest centroid, stories grow into
each other (B-cubed .69 against .94). The same for articles that are all at hand
(`batch_grouping.py`) and for one that arrives among recent ones (`arrival.py`).
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, count
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.stories.headlines import fill_one_form, telling_words

_WINDOW = timedelta(hours=120)  # NewsBlur's; two articles further apart report two events
# Average likeness that makes two groups one. An average of few pairs may be high by chance: that of
# one pair has to be higher by the second number, that of n pairs by an n-th of it.
_MIN_LIKENESS, _CHANCE = 0.05, 0.19
_ROUNDING = 1e-9  # sums in another order differ by less
# Two groups of so many articles are two events of one affair (two votes on one bill) where they are
# alike by less than this share of what the articles of the looser one are, unless by very much.
_LARGE_GROUP, _RELATIVE_LIKENESS, _VERY_ALIKE = 3, 0.6, 0.12
# What stays alone joins a group of so many that is alike by _MIN_LIKENESS, where the next one is
# alike by less than this share of that: it tells the event in words of its own.
_HOME_GROUP, _HOME_MARGIN = 4, 0.7
# A term in so large a share of the articles, and in so many stories, tells what the news is about
# these days, not an event.
_COMMON_SHARE, _COMMON_STORIES = 0.2, 4
# Other stories imagined beside those at hand: five stories have rare words too.
_BACKGROUND_STORIES = 100
_MAX_NEIGHBOURS = 120  # articles that each is compared with, the likeliest first
# Neighbours are found by so many of an article's rarest terms. The weight of how many others a term
# finds is this power: the rarest alone would tie each article to a few by chance.
_FINDING_TERMS, _SPREAD_POWER = 25, 0.25
_MAX_POSTINGS = 400  # articles a term may find; a commoner one finds the newest of its articles
# Equal headlines of fewer words head a column: "Morning briefing".
_MIN_HEADLINE_WORDS = 3
_MIN_TWIN_LIKENESS, _TWIN_LIKENESS = 0.06, 0.3  # of articles under one headline: from, to
# n shared terms count for n / (n + the first number) where both texts have so many terms; a
# headline's, which are few and telling, for more.
_DOUBT, _TEXT_TERMS = 3.0, 15


class Report(NamedTuple):
    """What grouping reads of an article; the terms' weights are not yet weighed by rarity.

    `times`: when it was published, and where they are known its story's first and last articles.
    """

    terms: Mapping[str, float]
    headline: str | None
    times: tuple[datetime | None, ...] = ()


def cluster(
    reports: Sequence[Report],
    stories: Sequence[int] | None = None,
    together: Collection[int] = (),
) -> list[int]:
    """Return each report's group, as the number of one of its reports.

    `stories` are those that the reports are thought to tell, which shows the terms that many
    stories share; else a first grouping does. The reports of a story in `together` stay in a group.
    """
    if stories is None:
        alone = range(len(reports))
        vectors = _weigh(reports, alone, leave_out_common=False)
        stories = _Groups(reports, _links(reports, vectors), alone).join()
    return _group(reports, _weigh(reports, stories), stories, together)


def cluster_newest(
    reports: Sequence[Report], stories: Sequence[int], together: Collection[int]
) -> list[int] | None:
    """Return what `cluster` does; None where the last report is in a group of its own.

    Most are: then the others need not be compared with each other.
    """
    vectors = _weigh(reports, stories)
    if not _may_join(reports, vectors, stories, together):
        return None
    groups = _group(reports, vectors, stories, together)
    return groups if groups.count(groups[-1]) > 1 else None


def _group(
    reports: Sequence[Report],
    vectors: "_Vectors",
    stories: Sequence[int],
    together: Collection[int],
) -> list[int]:
    start = [~story if story in together else place for place, story in enumerate(stories)]
    return _Groups(reports, _links(reports, vectors), start).join()


def _may_join(
    reports: Sequence[Report],
    vectors: "_Vectors",
    stories: Sequence[int],
    together: Collection[int],
) -> bool:
    """Return whether the last report is like enough to the others for any group to take it.

    A group of n does where its likenesses are n times the least average, and `_CHANCE`, together; a
    large one that is the last report's home does without `_CHANCE`. What is not so like any others
    itself is in no group, unless its story stays `together`.
    """
    headlines = [telling_words(report.headline) for report in reports]
    *others, last = range(len(reports))
    likenesses = _compare(vectors, headlines, last, others)
    excess, nearest = 0.0, list[float]()
    for i in sorted(others, key=likenesses.__getitem__, reverse=True):
        alike = likenesses[i]
        at_most = sum(nearest) + (_HOME_GROUP - len(nearest)) * alike
        if alike <= _MIN_LIKENESS and at_most < _HOME_GROUP * _MIN_LIKENESS - _ROUNDING:
            return False
        if alike < _MIN_LIKENESS + _CHANCE - _ROUNDING and stories[i] not in together:
            rest = [j for j in others if j != i]
            if _excess(_compare(vectors, headlines, i, rest)) < _CHANCE - _ROUNDING:
                continue
        excess += _excess([alike])
        nearest = [*nearest, alike][:_HOME_GROUP]
        at_home = sum(nearest) >= _HOME_GROUP * _MIN_LIKENESS - _ROUNDING
        if at_home or excess >= _CHANCE - _ROUNDING:
            return True
    return False


def _compare(
    vectors: "_Vectors", headlines: Sequence[frozenset[str]], i: int, others: Sequence[int]
) -> list[float]:
    """Return the likeness of a report to each of the others."""
    own = np.zeros(vectors.terms.max(initial=0) + 1)
    own[vectors.terms[vectors.rows(i)]] = vectors.weights[vectors.rows(i)]
    products = own[vectors.terms] * vectors.weights
    alike = _likenesses(vectors, i, vectors.reports[products > 0], products[products > 0])
    likenesses: list[float] = alike[others].tolist()
    if headlines[i]:
        for place, j in enumerate(others):
            if likenesses[place] > _MIN_LIKENESS and headlines[i] == headlines[j]:
                likenesses[place] = max(likenesses[place], _TWIN_LIKENESS)
    return likenesses


def _excess(likenesses: Sequence[float]) -> float:
    """Return by how much those above the least average are above it, together."""
    return sum(alike - _MIN_LIKENESS for alike in likenesses if alike > _MIN_LIKENESS)


def in_window(*moments: datetime | None) -> bool:
    """Return whether articles of these times may report one event, an unknown time being no bar."""
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


class _Vectors(NamedTuple):
    """The reports' terms weighed by rarity, without those too common.

    A row for each report's term, in the reports' order: `reports`, `terms` (as numbers) and
    `weights` are its columns; `begins` says where each report's rows begin, and the last's end.
    """

    reports: NDArray[np.intp]
    terms: NDArray[np.intp]
    weights: NDArray[np.float64]
    begins: NDArray[np.intp]
    sizes: NDArray[np.intp]  # how many rows each report has
    lengths: NDArray[np.float64]  # Euclid's, of each report

    def rows(self, i: int) -> slice:
        """Return where the rows of a report are."""
        return slice(self.begins[i], self.begins[i + 1])


def _weigh(
    reports: Sequence[Report], stories: Sequence[int], *, leave_out_common: bool = True
) -> _Vectors:
    """Return each report's terms weighed by rarity among the stories that they tell.

    Rare is what few stories tell: one of many articles does not make its words common.
    """
    sizes = [len(report.terms) for report in reports]
    words = list(chain.from_iterable(report.terms for report in reports))
    numbers = dict(zip(dict.fromkeys(words), count()))
    terms = np.fromiter(map(numbers.__getitem__, words), np.intp, len(words))
    values = chain.from_iterable(report.terms.values() for report in reports)
    weights = np.fromiter(values, np.float64, len(words))
    rows = np.repeat(np.arange(len(reports)), sizes)
    names, told = np.unique(np.array(stories, np.intp), return_inverse=True)
    pairs = np.sort(told[rows] * len(numbers) + terms)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # once a story
    telling = np.bincount(pairs % max(len(numbers), 1), minlength=len(numbers))
    weights *= np.log((len(names) + _BACKGROUND_STORIES + 1) / telling)[terms]
    if leave_out_common:
        often = np.bincount(terms, minlength=len(numbers)) > _COMMON_SHARE * len(reports)
        is_rare = ~(often & (telling >= _COMMON_STORIES))[terms]
        rows, terms, weights = rows[is_rare], terms[is_rare], weights[is_rare]
    lengths = np.sqrt(np.bincount(rows, weights**2, len(reports)))
    begins = np.searchsorted(rows, np.arange(len(reports) + 1))
    lengths[lengths == 0] = 1.0
    return _Vectors(rows, terms, weights, begins, np.diff(begins), lengths)


class _Postings:
    """Which reports have a term, for some rows of the vectors."""

    def __init__(self, vectors: _Vectors, chosen: NDArray[np.bool]) -> None:
        self._vectors, self._chosen = vectors, chosen
        rows = np.flatnonzero(chosen)
        self._rows = rows[np.argsort(vectors.terms[rows], kind="stable")]  # term by term
        held = np.bincount(vectors.terms[rows], minlength=vectors.terms.max(initial=0) + 1)
        self._begins = np.cumsum(held) - held
        self._places = np.zeros(len(chosen), np.intp)
        self._places[self._rows] = np.arange(len(rows))

    def find_before(self, i: int, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return pairs of rows of one term, the report's and an earlier one's.

        A term finds the newest of its reports, at most so many.
        """
        own = np.arange(*self._vectors.begins[i : i + 2])
        own = own[self._chosen[own]]
        ends = self._places[own]
        found = np.minimum(ends - self._begins[self._vectors.terms[own]], most)
        steps = np.arange(found.sum()) - np.repeat(np.cumsum(found), found)
        return np.repeat(own, found), self._rows[np.repeat(ends, found) + steps]


def _links(reports: Sequence[Report], vectors: _Vectors) -> list[dict[int, float]]:
    """Return each report's likeness to a bounded number of those that share its rarest terms."""
    links: list[dict[int, float]] = [{} for _ in reports]
    spread = np.bincount(vectors.terms)[vectors.terms]
    holders = _Postings(vectors, spread > 1)
    found_by = _Postings(vectors, _choose_finders(vectors, spread))
    times = [[moment.timestamp() for moment in report.times if moment] for report in reports]
    first = np.array([min(known, default=np.nan) for known in times])
    last = np.array([max(known, default=np.nan) for known in times])
    for i, report in enumerate(reports):
        _, rows = found_by.find_before(i, _MAX_POSTINGS)
        counts = np.bincount(vectors.reports[rows], minlength=i)
        found = np.argsort(-counts, kind="stable")[: min(_MAX_NEIGHBOURS, np.count_nonzero(counts))]
        # Times that are not known are no bar.
        apart = np.fmax(last[i], last[found]) - np.fmin(first[i], first[found])
        found = found[~(apart >= _WINDOW.total_seconds())]
        own, rows = holders.find_before(i, len(reports))
        products = vectors.weights[own] * vectors.weights[rows]
        likenesses = _likenesses(vectors, i, vectors.reports[rows], products)[found]
        links[i] = dict(zip(found.tolist(), likenesses.tolist(), strict=True))
        if len(report.terms) < _TEXT_TERMS:
            others = [j for j in links[i] if _are_of_one_form(report, reports[j])]
            links[i] |= dict.fromkeys(others, 0.0)
    for i, of_report in enumerate(links):
        for j, alike in of_report.items():
            if j < i:
                links[j][i] = alike
    # A column's headline stands above texts that share little.
    headlines = [telling_words(report.headline) for report in reports]
    published = [next(iter(report.times), None) for report in reports]
    for i, j in pair_equals(headlines, published, _MIN_HEADLINE_WORDS):
        if (alike := links[i].get(j, 0.0)) >= _MIN_TWIN_LIKENESS:
            links[i][j] = links[j][i] = max(alike, _TWIN_LIKENESS)
    return links


def _choose_finders(vectors: _Vectors, spread: NDArray[np.intp]) -> NDArray[np.bool]:
    """Return of each row whether its report is found by it; `spread` is how many have its term."""
    telling = vectors.weights * (spread - 1.0) ** _SPREAD_POWER
    ordered = np.lexsort((-telling, vectors.reports))
    is_finder = np.zeros(len(telling), np.bool)
    is_finder[ordered] = np.arange(len(telling)) - vectors.begins[vectors.reports] < _FINDING_TERMS
    return is_finder & (spread > 1)


def _are_of_one_form(first: Report, second: Report) -> bool:
    """Return whether both are hardly more than headlines, which fill one form with other names."""
    is_short = max(len(first.terms), len(second.terms)) < _TEXT_TERMS
    return is_short and fill_one_form(first.headline or "", second.headline or "")


def _likenesses(
    vectors: _Vectors, i: int, others: NDArray[np.intp], products: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the cosine with each report, less where few terms are shared: those may be one name's.

    `products` are those of the weights of each shared term, `others` whose it is.
    """
    number = len(vectors.lengths)
    fewest = np.minimum(vectors.sizes[i], vectors.sizes)
    doubt = _DOUBT * np.minimum(1.0, fewest / _TEXT_TERMS) ** 2
    cosines = np.bincount(others, products, number) / (vectors.lengths[i] * vectors.lengths)
    shared = np.bincount(others, minlength=number)
    likenesses: NDArray[np.float64] = cosines * shared / np.maximum(shared + doubt, 1.0)
    return likenesses


class _Groups:
    """Groups of reports, each under the number of one of them, that are joined step by step."""

    def __init__(
        self,
        reports: Sequence[Report],
        links: Sequence[Mapping[int, float]],
        start: Sequence[int],
    ) -> None:
        firsts: dict[int, int] = {}
        leaders = [firsts.setdefault(story, i) for i, story in enumerate(start)]
        self._members: dict[int, list[int]] = defaultdict(list)
        self._times: dict[int, list[datetime | None]] = defaultdict(list)
        # The likeness of all pairs of two groups, summed, and of all pairs within each.
        self._between: dict[int, dict[int, float]] = {i: defaultdict(float) for i in leaders}
        self._within: dict[int, float] = defaultdict(float)
        for i, leader in enumerate(leaders):
            self._members[leader].append(i)
            self._times[leader] += reports[i].times
            for j, alike in links[i].items():
                if leaders[j] != leader:
                    self._between[leader][leaders[j]] += alike
                elif i < j:
                    self._within[leader] += alike

    def join(self) -> list[int]:
        """Join the likest groups while they are alike enough; return each report's group."""
        queue = [
            (-self._average(i, j), i, j)
            for i, others in self._between.items()
            for j, alike in others.items()
            if i < j and alike >= _MIN_LIKENESS + _CHANCE and self._is_alike(i, j)
        ]
        heapq.heapify(queue)
        while queue:
            alike, i, j = heapq.heappop(queue)
            if i not in self._members or j not in self._members or -alike != self._average(i, j):
                continue
            if self._is_one_event(i, j):
                self._join(i, j)
                for k in self._between[i]:
                    if self._is_alike(i, k):
                        heapq.heappush(queue, (-self._average(i, k), min(i, k), max(i, k)))
        large = [i for i, group in self._members.items() if len(group) >= _HOME_GROUP]
        homes = {
            i: self._find_home(i)
            for i, group in self._members.items()
            if len(group) == 1 and any(self._average(i, j) >= _MIN_LIKENESS for j in large)
        }
        for i, home in homes.items():
            if home is not None and in_window(*self._times[i], *self._times[home]):
                self._join(home, i)
        leaders = {i: leader for leader, group in self._members.items() for i in group}
        return [leaders[i] for i in range(len(leaders))]

    def _find_home(self, i: int) -> int | None:
        """Return the large group that a report alone is far more like than any other group."""
        nearest = sorted(self._between[i], key=lambda j: (-self._average(i, j), j))[:2]
        if len(self._members[nearest[0]]) < _HOME_GROUP:
            return None
        first, *second = (self._average(i, j) for j in nearest)
        is_clear = all(alike < _HOME_MARGIN * first for alike in second)
        return nearest[0] if is_clear else None

    def _average(self, i: int, j: int) -> float:
        pairs = len(self._members[i]) * len(self._members[j])
        return self._between[i].get(j, 0.0) / pairs

    def _is_alike(self, i: int, j: int) -> bool:
        """Return whether two groups are alike by more than chance."""
        pairs = len(self._members[i]) * len(self._members[j])
        return self._between[i].get(j, 0.0) / pairs >= _MIN_LIKENESS + _CHANCE / pairs

    def _is_one_event(self, i: int, j: int) -> bool:
        """Return whether two groups that are alike tell one event."""
        sizes = [len(self._members[i]), len(self._members[j])]
        alike = self._average(i, j)
        if min(sizes) >= _LARGE_GROUP and alike < _VERY_ALIKE:
            averages = [self._within[k] / comb(len(self._members[k]), 2) for k in (i, j)]
            if alike < _RELATIVE_LIKENESS * min(averages):
                return False
        return in_window(*self._times[i], *self._times[j])

    def _join(self, i: int, j: int) -> None:
        self._within[i] += self._within.pop(j, 0.0) + self._between[i].pop(j)
        self._members[i] += self._members.pop(j)
        self._times[i] += self._times.pop(j)
        for k, alike in self._between.pop(j).items():
            if k != i:
                del self._between[k][j]
                self._between[i][k] = self._between[k][i] = self._between[i].get(k, 0.0) + alike
