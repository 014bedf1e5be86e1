"""What the actors of a digest said before on the same topic: on topic, earlier, and not the same again.

digest -> whose words are wanted -> (the store gives what they said earlier) -> one statement beside each key one
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.language.sameness import Gist, gist, last_word
from bot.model import ActorKind, Earlier, Show
from bot.stories.composition import quote
from bot.stories.naming import name_words
from bot.stories.verdicts import alike

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.model import Digest, Entry, Quote, Said, StoredArticle, Story

# Two papers of one evening tell what was said once: what was said before is from another round of the news.
APART = timedelta(hours=6)
# Terms of an article that tell its topic, and how like they must be. A speaker's own name tells nothing of it.
_KEY_TERMS = 20
_LIKE = 0.15
_SHARED = 2


def speakers(entry: Entry) -> tuple[str, ...]:
    """Give the names whose earlier words are wanted, each once."""
    return tuple(dict.fromkeys(said.name.span.text for said in entry.statements if said.name))


def begun(entry: Entry) -> datetime:
    """Give the time before which a statement is an earlier one."""
    return min([entry.published, *(source.published for source in entry.sources if source.published)]) - APART


def recalled(entry: Entry, story: Story, found: Mapping[str, Sequence[Said]]) -> Entry:
    """Put beside each key statement what its actor said before, if that was on the topic; `found` is by name."""
    shown = {source.article for source in entry.sources}
    telling = tuple(stored for stored in story.articles if stored.id in shown)
    taken: set[tuple[int, int]] = set()
    statements = []
    for said in entry.statements:
        name = said.name.span.text if said.name else ""
        earlier = _earlier(said, entry, telling, [one for one in found.get(name, ()) if _place(one) not in taken])
        if earlier:
            taken.add(_place(earlier))
        statements.append(replace(said, before=_shown(earlier)) if earlier else said)
    return replace(entry, statements=tuple(statements))


def cited(digest: Digest) -> frozenset[int]:
    """Give the articles that a digest cites for what was said before, beyond its stories' own."""
    earlier = (quote.before for entry in digest.entries for quote in entry.statements if quote.before)
    return frozenset(citation.article for one in earlier for citation in one.content) - frozenset(digest.article_ids)


def _earlier(said: Quote, entry: Entry, telling: Sequence[StoredArticle], found: Sequence[Said]) -> Said | None:
    """Give the statement that is likest in topic, of those the newest."""
    name = said.name.span.text if said.name else ""
    cue = said.cue.span.text if said.cue else ""
    now_said = gist(last_word(name), (citation.span.text for citation in said.content), cue, said.stance)
    topic = _topic(telling, name)
    best: tuple[float, Said] | None = None
    for one in found:
        fits = _is_of(one, name) and one.when <= begun(entry) and one.article.policy.show is not Show.LINK
        if not fits or now_said.is_same(Gist.of(one.statement)):
            continue
        likeness = _likeness(topic, _topic([one.article], name))
        if likeness >= _LIKE and (best is None or likeness > best[0]):
            best = likeness, one
    return best[1] if best else None


def _is_of(one: Said, name: str) -> bool:
    """Whether the same actor speaks: by the full name. A single word is an organisation's name, or none."""
    actor = one.statement.actor
    if actor is None or name_words(actor.name.text) != name_words(name):
        return False
    if actor.kind is ActorKind.PERSON:
        return len(name_words(name)) > 1
    return actor.kind is ActorKind.ORGANISATION


def _topic(articles: Sequence[StoredArticle], name: str) -> dict[str, float]:
    own = _beginnings(name)
    weights: dict[str, float] = {}
    for stored in articles:
        for term, weight in stored.analysis.terms[:_KEY_TERMS]:
            if term not in own:  # terms are stems
                weights[term] = max(weight, weights.get(term, 0.0))
    return weights


@lru_cache(maxsize=256)
def _beginnings(name: str) -> frozenset[str]:
    return frozenset(word[:end] for word in name_words(name) for end in range(len(word) + 1))


def _likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return alike(one, other) if len(one.keys() & other.keys()) >= _SHARED else 0.0


def _shown(one: Said) -> Earlier:
    article = one.article.article
    told = quote(one.statement, one.article.id)
    return Earlier(told.content, told.form, one.when, article.source, article.url)


def _place(one: Said) -> tuple[int, int]:
    return one.article.id, one.statement.content[0].start
