"""Likeness of stories, by their terms and speakers, and a channel's verdicts on them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import hypot

from bot.model import StoredArticle, Story, Verdict
from bot.stories.people import is_named, last_words

# Term or surname -> weight.
Profile = Mapping[str, float]
# The stories that a channel voted on, and whether it called them useful.
Opinions = Sequence[tuple[Profile, bool]]

_TERMS_PER_ARTICLE = 12
# A verdict is stored for months: what identifies the story, not all of it.
_VERDICT_TERMS, _VERDICT_ACTORS = 20, 8


def make_verdict(story: Story, *, useful: bool) -> Verdict:
    """Record what a story was about, with the channel's vote on it."""
    weights = _terms(story.articles)
    best = sorted(weights.items(), key=lambda term: (-term[1], term[0]))[:_VERDICT_TERMS]
    names = Counter(named_actors(story.articles)).most_common(_VERDICT_ACTORS)
    return Verdict(story.id, useful, tuple(best), tuple(name for name, _ in names))


def build_profile(articles: Sequence[StoredArticle]) -> Profile:
    """Weigh the terms and speakers that tell what these articles are about."""
    weights = {term: weight for term, weight in _terms(articles).items() if weight > 0}
    for surname in sorted(speaker_surnames(articles)):
        weights[surname] = max(1.0, weights.get(surname, 0.0))
    return weights


def cosine_similarity(first: Profile, second: Profile) -> float:
    """Return the cosine of two profiles, 0 to 1."""
    if first.keys().isdisjoint(second):  # as most are
        return 0.0
    product = sum([weight * second[term] for term, weight in first.items() if term in second])
    return product / (hypot(*first.values()) * hypot(*second.values())) if product else 0.0


def build_opinions(verdicts: Iterable[Verdict]) -> Opinions:
    """Return of each verdict the profile that its story had then, and whether it was useful."""
    return [
        (dict(verdict.terms) | dict.fromkeys(last_words(verdict.actors), 1.0), verdict.useful)
        for verdict in verdicts
    ]


def most_similar(articles: Sequence[StoredArticle], opinions: Opinions) -> tuple[float, float]:
    """Return how like these articles are (0 to 1) to a useful story, and to a not useful one."""
    likeness, story = {True: 0.0, False: 0.0}, build_profile(articles) if opinions else {}
    for profile, useful in opinions:
        likeness[useful] = max(likeness[useful], cosine_similarity(story, profile))
    return likeness[True], likeness[False]


def named_actors(articles: Iterable[StoredArticle]) -> list[str]:
    """Return the name of each named speaker, once a statement."""
    statements = (statement for stored in articles for statement in stored.analysis.statements)
    return [spoken.actor.name.text for spoken in statements if spoken.actor and is_named(spoken)]


def speaker_surnames(articles: Iterable[StoredArticle]) -> set[str]:
    """Return the last words of named speakers' names, which tell the speakers of a story apart."""
    return set(last_words(named_actors(articles)))


def _terms(articles: Iterable[StoredArticle]) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for stored in articles:
        for term, weight in dict(stored.analysis.terms[:_TERMS_PER_ARTICLE]).items():
            weights[term] += max(0.0, weight)
    return weights
