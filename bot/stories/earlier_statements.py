"""Pick what a digest's speakers said earlier on the same topic, and not the same again.

digest -> whose words are wanted -> (the store returns their earlier statements) -> one beside the
first key statement of each
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
from bot.stories.verdicts import cosine_similarity

APART = timedelta(hours=6)  # two papers of one evening report what was said once
_TOPIC_TERMS = 20  # of an article that describe its topic
_SHARED_TERMS = 2  # at least, of two articles on one topic
_MIN_LIKENESS = 0.15  # of their topics
_MAX_CANDIDATES = 4  # read of what an actor said on the topic: some may only repeat today's words


def speaker_names(entry: DigestEntry) -> tuple[str, ...]:
    """Return the names whose earlier words are wanted, each once."""
    return tuple(dict.fromkeys(quote.name.span.text for quote in entry.statements if quote.name))


def get_cutoff(entry: DigestEntry, story: Story) -> datetime:
    """Return the time before which a statement counts as an earlier one."""
    published = (stored.article.published for stored in _shown_articles(entry, story))
    return min([entry.published, *(time for time in published if time)]) - APART


def pick_candidates(
    entry: DigestEntry, story: Story, refs: Mapping[str, Sequence[StatementRef]]
) -> dict[str, tuple[StatementRef, ...]]:
    """Return the earlier statements worth reading: by speaker, on the topic, the likest first.

    `refs` holds each speaker's, the newest first.
    """
    topic: dict[str, float] = {}
    for stored in _shown_articles(entry, story):
        for term, weight in _term_weights(stored.analysis.terms).items():
            topic[term] = max(weight, topic.get(term, 0.0))
    return {name: _pick_likest(topic, name, some) for name, some in refs.items()}


def add_earlier(
    entry: DigestEntry, story: Story, candidates: Mapping[str, Sequence[SourcedStatement]]
) -> DigestEntry:
    """Put beside each speaker's first key statement the first candidate that fits.

    What repeats any of the key statements does not.
    """
    if not any(candidates.values()):
        return entry
    cutoff, shown = get_cutoff(entry, story), list(map(_fingerprint, entry.statements))
    left, quotes = dict(candidates), []
    for quote in entry.statements:
        name = quote.name.span.text if quote.name else ""
        earlier = _find_earlier(shown, name, cutoff, left.pop(name, ()))
        quotes.append(replace(quote, before=_as_shown(earlier)) if earlier else quote)
    return replace(entry, statements=tuple(quotes))


def get_earlier_articles(digest: Digest) -> frozenset[int]:
    """Return the articles that a digest cites for earlier statements only."""
    quotes = (quote.before for entry in digest.entries for quote in entry.statements)
    cited = {citation.article for quote in quotes if quote for citation in quote.content}
    return frozenset(cited) - frozenset(digest.article_ids)


def _shown_articles(entry: DigestEntry, story: Story) -> list[StoredArticle]:
    """Return the articles shown of the story: of an update, those that are new to its channel."""
    shown = frozenset(entry.articles)
    return [stored for stored in story.articles if stored.id in shown]


def _pick_likest(
    topic: Mapping[str, float], name: str, refs: Sequence[StatementRef]
) -> tuple[StatementRef, ...]:
    # Terms are stems; those that only name the speaker say nothing of the topic.
    own = {word[:end] for word in name_words(name) for end in range(len(word) + 1)}
    topic = _without(topic, own)
    terms_of = {ref.article: ref.terms for ref in refs}
    likeness = {article: _likeness(topic, terms, own) for article, terms in terms_of.items()}
    fit = [ref for ref in refs if likeness[ref.article] >= _MIN_LIKENESS]
    # Copies of one text have the same terms, and its statements the same places: one is enough.
    unique: dict[tuple[Terms, int], StatementRef] = {}
    for ref in sorted(fit, key=lambda ref: -likeness[ref.article]):
        unique.setdefault((ref.terms, ref.place), ref)
    return tuple(unique.values())[:_MAX_CANDIDATES]


def _likeness(topic: Mapping[str, float], terms: Terms, own: Collection[str]) -> float:
    """Compare a topic with an article's terms; most share too few to be weighed."""
    if len({term for term, _ in terms[:_TOPIC_TERMS] if term in topic}) < _SHARED_TERMS:
        return 0.0
    return cosine_similarity(topic, _without(_term_weights(terms), own))


def _term_weights(terms: Terms) -> dict[str, float]:
    return {term: max(0.0, weight) for term, weight in terms[:_TOPIC_TERMS]}


def _without(weights: Mapping[str, float], terms: Collection[str]) -> dict[str, float]:
    return {term: weight for term, weight in weights.items() if term not in terms}


def _find_earlier(
    shown: Sequence[StatementFingerprint],
    name: str,
    cutoff: datetime,
    candidates: Sequence[SourcedStatement],
) -> SourcedStatement | None:
    """Return the first that is this actor's, may be shown, and repeats nothing shown."""
    for earlier in candidates:
        if (
            earlier.when <= cutoff
            and earlier.article.policy.show is not DisplayLevel.LINK
            and earlier.statement.line  # else its verb would be lost
            and _is_said_by(earlier, name)
            and not any(map(StatementFingerprint.from_statement(earlier.statement).is_same, shown))
        ):
            return earlier
    return None


def _fingerprint(quote: Quote) -> StatementFingerprint:
    cue = quote.cue.span.text if quote.cue else ""
    words = (citation.span.text for citation in quote.content)
    speaker = last_name(quote.name.span.text if quote.name else "")
    return StatementFingerprint.from_words(speaker, words, cue, quote.stance)


def _is_said_by(earlier: SourcedStatement, name: str) -> bool:
    """Return whether the actor has this very name; a single word must be an organization's."""
    actor = earlier.statement.actor
    if actor is None or name_words(actor.name.text) != name_words(name):
        return False
    if actor.kind is ActorKind.PERSON:
        return len(name_words(name)) > 1
    return actor.kind is ActorKind.ORGANISATION


def _as_shown(earlier: SourcedStatement) -> EarlierStatement:
    article = earlier.article.article
    quote = cite_statement(earlier.statement, earlier.article.id)
    return EarlierStatement(
        quote.content,
        quote.form,
        earlier.when,
        article.source,
        article.url,
        quote.line,
        quote.introduction,
    )
