"""Choose a digest's stories: the most important unseen ones, and not five times the same.

stories -> unseen, wanted, on topic -> scored -> one after the other, each compared with those
already picked
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter, itemgetter

from bot.model import StoredArticle, Story, StoryFilter
from bot.stories import messages
from bot.stories.filters import find_best_topic, find_objection, wanted_articles
from bot.stories.repetition import ARTICLES_READ, SeenContent, count_independent, count_outlets
from bot.stories.scoring import Reason, outlets_reason, score_whole
from bot.stories.verdicts import Opinions, Profile, build_opinions, build_profile, cosine_similarity

ANYTHING = StoryFilter()
_SAMENESS = 0.7  # share of its points that a story loses when it is wholly like one already picked
_MIN_LIKENESS = 0.1  # that is worth a word in the explanation
_MAX_COMPARED = 12  # newest articles of a story, to find copies: texts are compared two by two
_MIN_FINALISTS, _FINALISTS_PER_PLACE = 20, 4


@dataclass(frozen=True, slots=True)
class FitStory:
    """A story for the digest: the articles to show of it, and why it was taken.

    `update`: the channel has seen the story before, `articles` are only those that are new to it,
    and `seen` those that it was shown: what they say is not shown again.
    """

    story: Story
    articles: tuple[StoredArticle, ...]
    update: bool = False
    reasons: tuple[Reason, ...] = ()
    seen: tuple[StoredArticle, ...] = ()

    @property
    def score(self) -> float:
        """The points of all rules."""
        return sum([reason.points for reason in self.reasons])

    @property
    def reason(self) -> str:
        """The rules' words."""
        words = ", ".join(reason.words for reason in self.reasons)
        return messages.text("seen_before", reasons=words) if self.update else words


@dataclass(frozen=True, slots=True)
class RejectedStory:
    """A story that the digest does not hold, and why; `fits` where only the room was lacking."""

    story: Story
    why: str
    reasons: tuple[Reason, ...] = ()
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories picked, and those passed over, what found no room first; each best first."""

    picked: tuple[FitStory, ...]
    passed: tuple[RejectedStory, ...] = ()

    @property
    def left_out(self) -> int:
        """How many stories were left out only for lack of room."""
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
    """Pick the `top` best stories that hold an article not in `posted`; seen too if `may_repeat`.

    A story that the channel has seen is an update: only its new articles count. With `explained`
    the reasons of all that found no room are complete; else only as far as the choice needed them.
    """
    opinions = build_opinions(story_filter.verdicts)
    judged = [
        _judge(story, frozenset() if may_repeat else posted, now, story_filter, opinions)
        for story in stories
    ]
    fit = sorted((story for story in judged if isinstance(story, FitStory)), key=_rank)
    finalists = max(_MIN_FINALISTS, _FINALISTS_PER_PLACE * top)
    picked, left = _pick_varied(fit[:finalists], top, explained=explained)
    why = messages.text("no_room", top=top)
    passed = [
        RejectedStory(other.story, why, other.reasons, fits=True)
        for other in (*left, *fit[finalists:])
    ]
    passed += [story for story in judged if isinstance(story, RejectedStory)]
    return Choice(picked, tuple(passed))


def _rank(picked: FitStory) -> tuple[float, int]:
    return -picked.score, -picked.story.id


def _judge(
    story: Story,
    posted: frozenset[int],
    now: datetime,
    story_filter: StoryFilter,
    opinions: Opinions,
) -> FitStory | RejectedStory:
    """Judge a story by itself: what it is worth to the channel, or why it is not wanted."""
    new = tuple(stored for stored in story.articles if stored.id not in posted)
    if not new:
        return RejectedStory(story, messages.text("posted_before"))
    shown = wanted_articles(new, story_filter)
    if not shown:
        return RejectedStory(story, messages.text("other_sources"))
    if why := find_objection(story, shown, story_filter):
        return RejectedStory(story, why)
    if story_filter.topics and find_best_topic(story_filter.topics, shown) is None:
        return RejectedStory(story, messages.text("no_topic"))
    seen = tuple(stored for stored in story.articles if stored.id in posted)
    if seen and not SeenContent.of(seen).is_extended_by(shown[:ARTICLES_READ]):
        return RejectedStory(story, messages.text("only_repeats"))
    reasons = score_whole(shown, story_filter, now, opinions)
    return FitStory(story, shown, bool(seen), reasons, seen)


class _Finalist:
    """A story that may be picked; what it loses to copies and likeness is found when it seems best.

    Until then it has more points than it will keep, so that nothing better is overlooked.
    """

    def __init__(self, picked: FitStory) -> None:
        self._picked = self.result = picked
        self._likest = (0.0, 0)  # likeness to a picked story, and its place
        self._compared: int | None = None  # with how many picked stories

    @property
    def rank(self) -> tuple[float, float, int]:
        """What the best has most of."""
        return self.result.score, self._picked.score, self._picked.story.id

    @cached_property
    def profile(self) -> Profile:
        """What its articles are about."""
        return build_profile(self._picked.articles)

    def settle(self, picked: "Sequence[_Finalist]") -> bool:
        """Find what it loses beside those picked; return whether that was known already."""
        if self._compared == len(picked):
            return True
        if self._compared is None:
            self._picked = _count_copies_once(self._picked)
        for place, other in enumerate(picked[self._compared :], (self._compared or 0) + 1):
            likeness = cosine_similarity(self.profile, other.profile)
            self._likest = max(self._likest, (likeness, place), key=itemgetter(0))
        self._compared = len(picked)
        self.result = _discount(self._picked, *self._likest)
        return False


def _count_copies_once(picked: FitStory) -> FitStory:
    """Count copies of one text once: what five papers took from an agency is told by one."""
    outlets = count_outlets(picked.articles)
    if outlets == 1:
        return picked
    independent = count_independent(picked.articles[:_MAX_COMPARED])
    return replace(picked, reasons=(outlets_reason(outlets, independent), *picked.reasons[1:]))


def _pick_varied(
    fit: Iterable[FitStory], top: int, *, explained: bool
) -> tuple[tuple[FitStory, ...], tuple[FitStory, ...]]:
    """Pick the best, again and again, after a discount for likeness to those already picked.

    Return those picked and those left, each best first and with the discount among its reasons.
    """
    left, picked = list(map(_Finalist, fit)), list[_Finalist]()
    while left and len(picked) < top:
        best = max(left, key=attrgetter("rank"))
        if best.settle(picked):
            picked.append(best)
            left.remove(best)
    for finalist in left if explained else ():
        finalist.settle(picked)
    rest = sorted((finalist.result for finalist in left), key=_rank)
    return tuple(finalist.result for finalist in picked), tuple(rest)


def _discount(picked: FitStory, likeness: float, place: int) -> FitStory:
    if likeness < _MIN_LIKENESS:
        return picked
    lost = -_SAMENESS * likeness * max(0.0, picked.score)
    reason = Reason(lost, "like_story", {"place": place})
    return replace(picked, reasons=(*picked.reasons, reason))
