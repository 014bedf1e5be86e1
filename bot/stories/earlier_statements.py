"""What the actors of a digest said before on the same topic: on topic, earlier, and not the same again.

digest -> whose words are wanted -> (the store gives what they said earlier) -> one statement beside each key one
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot.language.statements.sameness import StatementFingerprint, last_name
from bot.model import (
    ActorKind,
    Digest,
    DigestEntry,
    DisplayLevel,
    EarlierStatement,
    Quote,
    SourcedStatement,
    StatementRef,
    StoredArticle,
    Story,
    Terms,
)
from bot.stories.citations import cite_statement
from bot.stories.people import name_words
from bot.stories.verdicts import alike

# Two papers of one evening tell what was said once: what was said before is from another round of the news.
APART = timedelta(hours=6)
# Terms of an article that tell its topic, and how like they must be. A speaker's own name tells nothing of it.
_KEY_TERMS = 20
_LIKE = 0.15
_SHARED = 2
# Of what an actor said on the topic the likeliest so many are read: a few of them may only repeat today's words.
_READ = 4


def speaker_names(entry: DigestEntry) -> tuple[str, ...]:
    """Give the names whose earlier words are wanted, each once."""
    return tuple(dict.fromkeys(said.name.span.text for said in entry.statements if said.name))


def get_cutoff(entry: DigestEntry, story: Story) -> datetime:
    """Give the time before which a statement is an earlier one."""
    told = (stored.article.published for stored in _told(entry, story))
    return min([entry.published, *(published for published in told if published)]) - APART


def pick_candidates(
    entry: DigestEntry, story: Story, heard: Mapping[str, Sequence[StatementRef]]
) -> dict[str, tuple[StatementRef, ...]]:
    """Give of where each was heard, newest first, what is on the topic and so worth reading; likest first."""
    topic = _topic(tuple(_told(entry, story)))
    return {name: _likeliest(_without(topic, name), name, traces) for name, traces in heard.items()}


def _likeliest(
    topic: Mapping[str, float], name: str, traces: Sequence[StatementRef]
) -> tuple[StatementRef, ...]:
    # Those of one article, and of its copies, have one list of terms, which is weighed once.
    lists = {id(one.terms): one.terms for one in traces}
    likeness = {number: _likeness(topic, terms, name) for number, terms in lists.items()}
    weighed = [(likeness[id(one.terms)], one) for one in traces]
    fit = sorted((pair for pair in weighed if pair[0] >= _LIKE), key=lambda pair: -pair[0])
    # Copies of one text have the same terms, and its statements in the same places: one of them tells it all.
    apart: dict[tuple[object, int], StatementRef] = {}
    for _, one in fit:
        apart.setdefault((one.terms, one.place), one)
    return tuple(apart.values())[:_READ]


def add_earlier(
    entry: DigestEntry, story: Story, found: Mapping[str, Sequence[SourcedStatement]]
) -> DigestEntry:
    """Put beside each key statement what its actor said before; `found` is by name, on the topic and likest first."""
    if not any(found.values()):
        return entry
    before, taken = get_cutoff(entry, story), set[tuple[int, int]]()
    statements = []
    for said in entry.statements:
        name = said.name.span.text if said.name else ""
        earlier = _earlier(
            said, name, before, [one for one in found.get(name, ()) if _place(one) not in taken]
        )
        if earlier:
            taken.add(_place(earlier))
        statements.append(replace(said, before=_shown(earlier)) if earlier else said)
    return replace(entry, statements=tuple(statements))


def get_earlier_articles(digest: Digest) -> frozenset[int]:
    """Give the articles that a digest cites for what was said before, beyond its stories' own."""
    earlier = (
        quote.before for entry in digest.entries for quote in entry.statements if quote.before
    )
    return frozenset(citation.article for one in earlier for citation in one.content) - frozenset(
        digest.article_ids
    )


def _earlier(
    said: Quote, name: str, before: datetime, found: Sequence[SourcedStatement]
) -> SourcedStatement | None:
    """Give the first that is this actor's, may be shown, and is not the same again."""
    fit = [
        one
        for one in found
        if one.when <= before
        and one.article.policy.show is not DisplayLevel.LINK
        and _is_of(one, name)
    ]
    if not fit:
        return None
    cue = said.cue.span.text if said.cue else ""
    now_said = StatementFingerprint.from_words(
        last_name(name), (citation.span.text for citation in said.content), cue, said.stance
    )
    return next(
        (
            one
            for one in fit
            if not now_said.is_same(StatementFingerprint.from_statement(one.statement))
        ),
        None,
    )


def _is_of(one: SourcedStatement, name: str) -> bool:
    """Whether the same actor speaks: by the full name. A single word is an organisation's name, or none."""
    actor = one.statement.actor
    if actor is None or name_words(actor.name.text) != name_words(name):
        return False
    if actor.kind is ActorKind.PERSON:
        return len(name_words(name)) > 1
    return actor.kind is ActorKind.ORGANISATION


@lru_cache(maxsize=16)  # one story is told to many channels; of few, for each holds its articles
def _topic(articles: tuple[StoredArticle, ...]) -> Mapping[str, float]:
    """Weigh what the shown articles of a story are about."""
    weights: dict[str, float] = {}
    for stored in articles:
        for term, weight in _weights(stored.analysis.terms).items():
            weights[term] = max(weight, weights.get(term, 0.0))
    return weights


def _told(entry: DigestEntry, story: Story) -> list[StoredArticle]:
    """Give the articles that a story is told by here: of an update, only those that are new to its channel."""
    shown = frozenset(entry.articles)
    return [stored for stored in story.articles if stored.id in shown]


def _weights(terms: Terms) -> Mapping[str, float]:
    return {term: max(0.0, weight) for term, weight in terms[:_KEY_TERMS]}


def _without(topic: Mapping[str, float], name: str) -> Mapping[str, float]:
    """Leave out the terms, which are stems, that only name the speaker."""
    own = topic.keys() & _beginnings(name)
    return {term: weight for term, weight in topic.items() if term not in own} if own else topic


@lru_cache(maxsize=256)
def _beginnings(name: str) -> frozenset[str]:
    return frozenset(word[:end] for word in name_words(name) for end in range(len(word) + 1))


def _likeness(topic: Mapping[str, float], terms: Terms, name: str) -> float:
    """Compare a topic, without the speaker's name, with an article's terms; most share too few to be weighed."""
    if len({term for term, _ in terms[:_KEY_TERMS] if term in topic}) < _SHARED:
        return 0.0
    return alike(topic, _without(_weights(terms), name))


def _shown(one: SourcedStatement) -> EarlierStatement:
    article = one.article.article
    told = cite_statement(one.statement, one.article.id)
    return EarlierStatement(told.content, told.form, one.when, article.source, article.url)


def _place(one: SourcedStatement) -> tuple[int, int]:
    return one.article.id, one.statement.content[0].start
