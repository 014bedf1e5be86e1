"""Choose the story of an article as it arrives, and judge those of recent articles anew.

Only stored terms are used, since this runs in the service itself, which loads neither sumy nor a
grammar.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.model import Candidate, Placement
from bot.stories.clustering import Report, cluster_newest, in_window

_NEW = -1  # the story of an article that has none yet


def place_article(
    terms: Sequence[tuple[str, float]],
    headline: str | None,
    published: datetime | None,
    candidates: Sequence[Candidate],
    team: str | None = None,
) -> Placement | None:
    """Return the story of an article of this team, and what follows for others; None for a new one.

    It is grouped with the candidates anew. The story that most candidates of its group tell is its
    own, between equals one that has to stay as it is, then the older (lower number). The group's
    other articles join that story; articles of it that are in other groups leave. An article that
    stood alone joins what other groups tell. A story stays as it is where not all of its articles
    are at hand, or some are not this team's: articles may join it, no more. The order of the
    candidates does not matter.
    """
    near = sorted(
        (each for each in candidates if in_window(published, *_times(each))),
        key=lambda candidate: candidate.article,
    )
    stories = [each.story for each in near]
    at_hand = Counter(each.story for each in near if each.team == team)
    fixed = {each.story for each in near if at_hand[each.story] < each.story_size}
    reports = [
        Report(each.terms, each.headline, _times(each, whole=each.story in fixed)) for each in near
    ]
    new = Report(dict(terms), headline, (published,))
    clustered = cluster_newest([*reports, new], [*stories, _NEW], fixed)
    if clustered is None:
        return None
    *found, own = clustered
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for candidate, group in zip(near, found, strict=True):
        groups[group].append(candidate)
    members = groups.pop(own)
    told = Counter(each.story for each in members)
    story = min(told, key=lambda story: (-told[story], story not in fixed, story))
    joining = (each.article for each in members if each.story not in {story, *fixed})
    parted = [] if story in fixed else groups.values()
    leaving = [_leave(story, group) for group in parted]
    leaving += [_settle(story, group, fixed) for group in groups.values()]
    return Placement(story, tuple(joining), tuple(filter(None, leaving)))


def _leave(story: int, group: Sequence[Candidate]) -> tuple[tuple[int, ...], int | None] | None:
    """Return the articles of a group that leave the story, and for which; None if it has none."""
    articles = tuple(each.article for each in group if each.story == story)
    told = Counter(each.story for each in group if each.story != story)
    other = min(told, key=lambda other: (-told[other], other), default=None)
    return (articles, other) if articles else None


def _settle(
    story: int, group: Sequence[Candidate], fixed: Collection[int]
) -> tuple[tuple[int, ...], int] | None:
    """Return the articles of a group that stood alone, and the story they tell; None for none."""
    others = [each for each in group if each.story != story]
    told = Counter(each.story for each in others)
    home = min(told, key=lambda other: (-told[other], other), default=None)
    articles = tuple(
        each.article
        for each in others
        if each.story_size == 1 and each.story != home and each.story not in fixed
    )
    return (articles, home) if articles and home is not None else None


def _times(candidate: Candidate, *, whole: bool = True) -> tuple[datetime | None, ...]:
    """Return when the candidate was published, and with `whole` its story's first and last."""
    if not whole:
        return (candidate.published,)
    return candidate.published, candidate.story_begun, candidate.story_newest
