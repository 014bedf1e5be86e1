"""Which stories a digest takes: the most important that its channel has not seen, and not five times the same.

stories -> unseen, wanted, on topic -> weighed -> one after the other, each judged against those already taken
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter, itemgetter

from bot.model import StoredArticle, Story, StoryFilter
from bot.stories.filters import find_best_topic, find_objection, wanted_articles
from bot.stories.repetition import ARTICLES_READ, SeenContent, corroborate, outlet_name
from bot.stories.scoring import Reason, outlets_reason, score_whole
from bot.stories.verdicts import Opinions, Profile, alike, profile

ANYTHING = StoryFilter()
# What a story loses when it is wholly like one already taken.
_SAMENESS = 0.7
# Likeness that is worth a word in the explanation.
_TOLD = 0.1
# Finding copies takes comparing texts two by two: only for the newest of the stories that may be taken.
_COMPARED = 12
_FINALISTS = 20


@dataclass(frozen=True, slots=True)
class Picked:
    """A story for the digest: the articles to show of it, and why it was taken.

    `update`: the channel has seen the story before, `articles` are only those that are new to it, and `seen` those
    that it was shown: what they tell is not told again.
    """

    story: Story
    articles: tuple[StoredArticle, ...]
    update: bool = False
    reasons: tuple[Reason, ...] = ()
    seen: tuple[StoredArticle, ...] = ()

    @property
    def score(self) -> float:
        """What the rules make of it, all in all."""
        return sum([reason.points for reason in self.reasons])

    @property
    def reason(self) -> str:
        """The rules' words."""
        words = ", ".join(reason.words for reason in self.reasons)
        return f"seen before, now {words}" if self.update else words


@dataclass(frozen=True, slots=True)
class PassedStory:
    """A story that the digest does not hold, and why; `fits` where it would have done but for the room."""

    story: Story
    why: str
    reasons: tuple[Reason, ...] = ()
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories taken, best first, and those passed over: what found no room first, best first."""

    picked: tuple[Picked, ...]
    passed: tuple[PassedStory, ...] = ()

    @property
    def left_out(self) -> int:
        """How many that would have done were left out."""
        return sum(passed.fits for passed in self.passed)


def choose(
    stories: Iterable[Story],
    *,
    posted: frozenset[int],
    now: datetime,
    story_filter: StoryFilter = ANYTHING,
    top: int,
    may_repeat: bool = False,
    explained: bool = False,
) -> Choice:
    """Take the `top` best stories that hold an article not in `posted`; with `may_repeat` seen ones too.

    A story that the channel has seen is an update: only its new articles count. With `explained` the reasons of those
    that found no room are told to the last; else only as far as the choice asked for them.
    """
    judge = _Judge(posted, now, story_filter, Opinions(story_filter.verdicts), may_repeat)
    judged = [judge.of(story) for story in stories]
    fit = sorted((one for one in judged if isinstance(one, Picked)), key=_rank)
    certain = max(_FINALISTS, 4 * top)
    taken, left = _varied(fit[:certain], top, explained=explained)
    no_room = [
        PassedStory(one.story, _no_room(top), one.reasons, fits=True)
        for one in (*left, *fit[certain:])
    ]
    return Choice(taken, (*no_room, *(one for one in judged if isinstance(one, PassedStory))))


def _rank(picked: Picked) -> tuple[float, int]:
    return -picked.score, -picked.story.id


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges each story by itself, for one channel."""

    posted: frozenset[int]
    now: datetime
    story_filter: StoryFilter
    opinions: Opinions
    may_repeat: bool

    def of(self, story: Story) -> Picked | PassedStory:
        """Say what it is worth, or why it is not wanted."""
        story_filter = self.story_filter
        new = tuple(stored for stored in story.articles if stored.id not in self.posted)
        if not (shown := story.articles if self.may_repeat else new):
            return PassedStory(story, "posted here before, and nothing new since")
        if not (shown := wanted_articles(shown, story_filter)):
            return PassedStory(story, "from sources that this channel does not read")
        if why := find_objection(story, shown, story_filter):
            return PassedStory(story, why)
        if story_filter.topics and find_best_topic(story_filter.topics, shown) is None:
            return PassedStory(story, "on none of the topics")
        seen = (
            ()
            if self.may_repeat
            else tuple(stored for stored in story.articles if stored.id in self.posted)
        )
        if seen and not SeenContent.of(seen).is_extended_by(shown[:ARTICLES_READ]):
            return PassedStory(story, "posted here before; what came since only repeats it")
        reasons = score_whole(shown, story_filter, self.now, self.opinions)
        return Picked(story, shown, bool(seen), reasons, seen)


class _Finalist:
    """A story that may be taken. What it loses to its copies and to its like is found once it seems the best.

    Until then it has more points than it will keep, so that nothing better is overlooked.
    """

    def __init__(self, picked: Picked) -> None:
        self._picked = self.told = picked
        self._likest = (0.0, 0)  # likeness to a story taken, and its place
        self._beside: int | None = None  # how many of those taken it was settled beside
        self.rank = self._ranked()

    def _ranked(self) -> tuple[float, float, int]:
        """Give what the best has most of."""
        return self.told.score, self._picked.score, self._picked.story.id

    @cached_property
    def _profile(self) -> Profile:
        return profile(self._picked.articles)

    def settle(self, taken: "Sequence[_Finalist]") -> bool:
        """Find what it loses beside those taken; whether that was known."""
        if self._beside == len(taken):
            return True
        if self._beside is None:
            self._picked = _corroborated(self._picked)
        for place, other in enumerate(taken[self._beside :], (self._beside or 0) + 1):
            like = alike(self._profile, other._profile)  # noqa: SLF001
            self._likest = max(self._likest, (like, place), key=itemgetter(0))
        self._beside = len(taken)
        self.told = _discounted(self._picked, *self._likest)
        self.rank = self._ranked()
        return False


def _corroborated(picked: Picked) -> Picked:
    """Count copies of one text once: a story that five papers took from one agency is told by one."""
    outlets = len(_outlets(picked.articles))
    if outlets == 1:
        return picked
    told = outlets_reason(outlets, corroborate(picked.articles[:_COMPARED]).independent)
    return replace(picked, reasons=(told, *picked.reasons[1:]))


def _varied(
    fit: Iterable[Picked], top: int, *, explained: bool
) -> tuple[tuple[Picked, ...], tuple[Picked, ...]]:
    """Take the best, then again the best of what is left after a discount for likeness to those taken.

    Gives those taken and those left, each best first and with the discount among its reasons.
    """
    left, taken = [_Finalist(picked) for picked in fit], list[_Finalist]()
    while left and len(taken) < top:
        best = max(left, key=attrgetter("rank"))
        if best.settle(taken):
            taken.append(best)
            left.remove(best)
    for one in left if explained else ():
        one.settle(taken)
    return tuple(one.told for one in taken), tuple(sorted((one.told for one in left), key=_rank))


def _discounted(picked: Picked, like: float, place: int) -> Picked:
    if like < _TOLD:
        return picked
    lost = -_SAMENESS * like * max(0.0, picked.score)
    return replace(
        picked, reasons=(*picked.reasons, Reason(lost, f"like story {place} of this digest"))
    )


def _no_room(top: int) -> str:
    return f"no room: the digest holds {top}"


def _outlets(articles: Iterable[StoredArticle]) -> set[str]:
    return {outlet_name(stored) for stored in articles}
