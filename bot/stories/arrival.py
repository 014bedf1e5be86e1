"""Choose the story of an article as it arrives: that of the recent articles it is grouped with.

Only stored terms are used, since this runs in the service itself, which loads neither sumy nor a
grammar.
"""

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import Candidate
from bot.stories.clustering import Report, cluster, in_window

_MAX_COMPARED = 120  # candidates


def choose_story(
    terms: Sequence[tuple[str, float]],
    headline: str | None,
    published: datetime | None,
    candidates: Sequence[Candidate],
) -> int | None:
    """Return the story that the article belongs to, None for one of its own.

    It is grouped with the candidates anew: of the stories in its group that of most candidates is
    its own, between equals the older (lower number). The order of the candidates does not matter.
    """
    own = dict(terms)
    in_time = [each for each in candidates if in_window(published, *_times(each))]
    near = _pick_nearest(own, in_time)
    reports = [Report(dict(each.terms), each.headline, _times(each)) for each in near]
    stories = [each.story for each in near]
    new = Report(own, headline, (published,))
    *groups, group = cluster([*reports, new], [*stories, -1])
    shared = Counter(story for story, other in zip(stories, groups, strict=True) if other == group)
    return min(shared, key=lambda story: (-shared[story], story), default=None)


def _times(candidate: Candidate) -> tuple[datetime | None, ...]:
    """Return when the candidate and its story's first and last articles were published."""
    return candidate.published, candidate.story_begun, candidate.story_newest


def _pick_nearest(own: Mapping[str, float], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that share most, so that the cost of an article stays bounded."""

    def rank(candidate: Candidate) -> tuple[float, int]:
        shared = sum(own[term] * weight for term, weight in candidate.terms if term in own)
        return -shared, candidate.article

    return heapq.nsmallest(_MAX_COMPARED, candidates, key=rank)
