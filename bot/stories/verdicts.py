"""What a story is about, in few words and names: to find its like among others, or what a channel said of its like."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import hypot

from bot.model import ActorKind, StoredArticle, Story, Verdict
from bot.stories.people import name_words

Profile = Mapping[str, float]


_KEY_TERMS = 12
_REMEMBERED = 1_000  # articles, for whom their speakers are
_KEPT_TERMS, _KEPT_ACTORS = (
    20,
    8,
)  # a verdict is kept for months: what tells the story, not all of it


def verdict_on(story: Story, *, useful: bool) -> Verdict:
    """Write down what a story was about, with what the channel thinks of it."""
    weights = _terms(story.articles)
    best = sorted(weights.items(), key=lambda term: (-term[1], term[0]))[:_KEPT_TERMS]
    names = Counter(named_actors(story.articles))
    return Verdict(
        story.id, useful, tuple(best), tuple(name for name, _ in names.most_common(_KEPT_ACTORS))
    )


def profile(articles: Iterable[StoredArticle]) -> Profile:
    """Weigh the terms and speakers that tell what these articles are about."""
    articles = tuple(articles)
    weights = {term: weight for term, weight in _terms(articles).items() if weight > 0}
    for name in sorted(speakers(articles)):
        weights[name] = max(1.0, weights.get(name, 0.0))
    return weights


def profile_of(verdict: Verdict) -> Profile:
    """Give the profile that the story had when the verdict was spoken."""
    return dict(verdict.terms) | {
        name_words(name)[-1]: 1.0 for name in verdict.actors if name_words(name)
    }


class Opinions:
    """What a channel called useful, and what it did not: a story is compared with all of it at once.

    Held by term, as a search engine holds its documents: most terms of a story are in none.
    """

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._useful: list[bool] = []
        self._holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, one in enumerate(verdicts):
            self._useful.append(one.useful)
            for term, weight in _unit(profile_of(one)).items():
                self._holding[term].append((place, weight))

    def __len__(self) -> int:
        """How many stories it thinks something of."""
        return len(self._useful)

    def likest(self, one: Profile) -> tuple[float, float]:
        """Give the cosine, 0 to 1, to the likest that was useful and to the likest that was not; 0 to none."""
        products = [0.0] * len(self)
        for term, weight in _unit(one).items():
            for place, other in self._holding.get(term, ()):
                products[place] += weight * other
        liked = [product for product, useful in zip(products, self._useful, strict=True) if useful]
        disliked = [
            product for product, useful in zip(products, self._useful, strict=True) if not useful
        ]
        return max(liked, default=0.0), max(disliked, default=0.0)


def alike(one: Profile, other: Profile) -> float:
    """Give the cosine, 0 to 1."""
    if one.keys().isdisjoint(other):  # as most are
        return 0.0
    product = sum([weight * other[term] for term, weight in one.items() if term in other])
    return product / (hypot(*one.values()) * hypot(*other.values())) if product else 0.0


def _unit(one: Profile) -> Profile:
    """Bring a profile to length 1: of two such the inner product is the cosine. What weighs nothing is like none."""
    length = hypot(*one.values())
    return {term: weight / length for term, weight in one.items()} if length else {}


def named_actors(articles: Iterable[StoredArticle]) -> list[str]:
    """Give the name of each named speaker, once a statement."""
    return [name for stored in articles for name in _named_in(stored)]


def speakers(articles: Iterable[StoredArticle]) -> set[str]:
    """Give the last names of those who are named: enough to tell speakers of one story apart."""
    return set().union(*map(_speakers_in, articles))


def _terms(articles: Iterable[StoredArticle]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for stored in articles:
        for term, weight in dict(stored.analysis.terms[:_KEY_TERMS]).items():
            weights[term] = weights.get(term, 0.0) + max(0.0, weight)
    return weights


def _named(stored: StoredArticle) -> tuple[str, ...]:
    return tuple(
        statement.actor.name.text
        for statement in stored.analysis.statements
        if statement.actor and statement.actor.kind is not ActorKind.UNNAMED
    )


_named_in = lru_cache(maxsize=_REMEMBERED)(_named)


def speakers_of(stored: StoredArticle) -> frozenset[str]:
    """Give the last names of those who are named in an article."""
    return frozenset(words[-1] for name in _named(stored) if (words := name_words(name)))


_speakers_in = lru_cache(maxsize=_REMEMBERED)(speakers_of)
