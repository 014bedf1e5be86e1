"""Likeness of stories, by their terms and speakers, and a channel's verdicts on them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import hypot

from bot.model import StoredArticle, Story, Verdict
from bot.stories.people import is_named, last_words

# Term or surname -> weight.
Profile = Mapping[str, float]

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


class Opinions:
    """A channel's verdicts on stories, to compare a story with all of them at once.

    An inverted index, as search engines have it: most terms of a story are in no verdict.
    """

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._useful: list[bool] = []
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, verdict in enumerate(verdicts):
            self._useful.append(verdict.useful)
            for term, weight in _normalized(_profile_of(verdict)).items():
                self._postings[term].append((number, weight))

    def __len__(self) -> int:
        """Return the number of verdicts."""
        return len(self._useful)

    def most_similar(self, story: Profile) -> tuple[float, float]:
        """Return the greatest cosine (0 to 1) to a useful story, and to a not useful one."""
        products = [0.0] * len(self)
        for term, weight in _normalized(story).items():
            for number, other in self._postings.get(term, ()):
                products[number] += weight * other
        greatest = {True: 0.0, False: 0.0}
        for product, useful in zip(products, self._useful, strict=True):
            greatest[useful] = max(greatest[useful], product)
        return greatest[True], greatest[False]


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


def _profile_of(verdict: Verdict) -> Profile:
    """Return the profile that the story had when the vote was given."""
    return dict(verdict.terms) | dict.fromkeys(last_words(verdict.actors), 1.0)


def _normalized(weights: Profile) -> Profile:
    """Scale a profile to length 1: the inner product of two such is their cosine."""
    length = hypot(*weights.values())
    return {term: weight / length for term, weight in weights.items()} if length else {}
