"""Compose a digest's entries: headline, extract, who said what, sources; all of it cited.

picked articles -> the one that leads -> statements, each once -> an extract beside them -> sources
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from bot.model import (
    Digest,
    DigestEntry,
    DisplayLevel,
    Quote,
    Statement,
    StoredArticle,
    Story,
)
from bot.stories.choice import Choice, FitStory
from bot.stories.citations import cite_headline, cite_source, cite_statement
from bot.stories.extracts import pick_extract
from bot.stories.filters import mentions_any, split_topics
from bot.stories.outlets import count_distinct
from bot.stories.people import is_any_actor, is_muted
from bot.stories.quote_check import RecordCheck, is_record
from bot.stories.repetition import (
    ARTICLES_READ,
    ComparableStatement,
    SeenContent,
    comparable_statements,
    count_independent,
    count_outlets,
)
from bot.stories.scoring import publication_time

_KEY_STATEMENTS = 3
# What a statement loses for each already picked of its speaker, and if that shares all words.
_SAME_SPEAKER_COST, _SHARED_WORDS_COST = 0.1, 0.3
_CHECKED_WORTH = 0.3
_OTHER_STATEMENTS = 40  # what a reader of a thread can use; more is read in the sources
_LISTED_ARTICLES = 20  # newest ones, beside those cited: each is a receipt to keep


@dataclass(frozen=True, slots=True)
class _Subjects:
    """What a channel asks for: topics, and the actors that it follows."""

    topics: tuple[str, ...] = ()
    followed: Collection[str] = ()

    def has(self, each: ComparableStatement) -> bool:
        """Return whether a statement is on one of the topics, or by one of the actors."""
        actor = each.statement.actor
        name = actor.name.text if actor else ""
        return is_any_actor(name, self.followed) or mentions_any(
            self.topics, f"{name}\n{each.statement.sentence.text}"
        )


def compose(
    choice: Choice,
    *,
    now: datetime,
    zone: str,
    since: datetime,
    topic: str | None,
    muted: Collection[str] = (),
    followed: Collection[str] = (),
) -> Digest:
    """Compose a choice's digest, without what the channel has seen and what `muted` actors say.

    Of each story stands a statement on one of the topics, or by a `followed` actor, if there is
    one: it may be why the story comes.
    """
    subjects = _Subjects(split_topics(topic), followed)
    entries = tuple(_compose_entry(picked, now, muted, subjects) for picked in choice.picked)
    return Digest(now, zone, since, topic, entries, choice.left_out)


def recompose(
    entry: DigestEntry,
    articles: tuple[StoredArticle, ...],
    made: datetime,
    muted: Collection[str] = (),
    topic: str | None = None,
    seen: tuple[StoredArticle, ...] = (),
) -> DigestEntry:
    """Compose a story of a digest made then anew, from these articles, without what `seen` say."""
    picked = FitStory(Story(entry.story, articles), articles, update=entry.update, seen=seen)
    return _compose_entry(picked, made, muted, _Subjects(split_topics(topic)))


def key_statements(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return those of one article's statements that a digest of it shows first."""
    unique = _merge_same(map(ComparableStatement.of, statements))
    return tuple(key.statement for key in _pick_key(tuple(unique), _Subjects()))


def _compose_entry(
    picked: FitStory, now: datetime, muted: Collection[str], subjects: _Subjects
) -> DigestEntry:
    newest_first = sorted(
        picked.articles, key=lambda stored: (publication_time(stored, now), stored.id), reverse=True
    )
    read = newest_first[:ARTICLES_READ]
    seen = SeenContent.of(picked.seen)
    lead = _pick_lead(newest_first, seen)
    headline = cite_headline(lead)
    outlets = _merge_same(
        statement for stored in reversed(read) for statement in comparable_statements(stored)
    )
    fresh = [
        each
        for each in outlets
        if not is_muted(each.statement, muted) and not seen.has_statement(each)
    ]
    check = RecordCheck(read)
    records = {each: check.cite(each.statement, each.article) for each in fresh}
    key = _pick_key(fresh, subjects, {each for each, record in records.items() if record})
    rest = [each for each in fresh if each not in key][:_OTHER_STATEMENTS]
    others = [stored for stored in read if stored is not lead]
    quoted = [piece for each in key for piece in each.pieces]
    extract = pick_extract([lead, *others], headline, quoted=quoted, muted=muted, seen=seen)
    listed = {lead.id} | {each.article for each in (*key, *rest)}
    cited = (records[each] for each in (*key, *rest))
    listed.update(record.article for record in cited if record)
    listed.update(citation.article for citation in extract)
    listed.update(stored.id for stored in newest_first[:_LISTED_ARTICLES])

    def cite(each: ComparableStatement) -> Quote:
        carried = count_distinct(outlets[each])
        return cite_statement(each.statement, each.article, carried, records[each])

    return DigestEntry(
        story=picked.story.id,
        headline=headline,
        url=lead.article.url,
        published=publication_time(newest_first[0], now),
        extract=extract,
        statements=tuple(map(cite, key)),
        rest=tuple(map(cite, rest)),
        sources=tuple(cite_source(stored) for stored in newest_first if stored.id in listed),
        outlets=count_outlets(newest_first),
        independent=count_independent(read),
        update=picked.update,
        unlisted=tuple(stored.id for stored in newest_first if stored.id not in listed),
        picture=None if lead.policy.show is DisplayLevel.LINK else lead.article.picture,
    )


def _pick_lead(newest_first: Sequence[StoredArticle], seen: SeenContent) -> StoredArticle:
    """Return the article that tells most of what the story's articles share, with a headline.

    Of an update, one with something new goes before one that only repeats, and any goes before a
    transcript; of articles as central, as a copy is, the newest.
    """
    shared = Counter(term for stored in newest_first for term, _ in stored.analysis.terms)
    return max(
        newest_first,
        key=lambda stored: (
            any(not seen.has_sentence(sentence) for sentence in stored.analysis.extract),
            not is_record(stored),
            bool(stored.article.headline),
            bool(stored.analysis.extract),
            sum(weight * (shared[term] - 1) for term, weight in stored.analysis.terms),
        ),
    )


def _merge_same(
    oldest_first: Iterable[ComparableStatement],
) -> dict[ComparableStatement, set[tuple[str, ...]]]:
    """Return each statement worth showing once, from who had it first, with those that carry it.

    Those of named speakers come first, then the best.
    """
    outlets: dict[ComparableStatement, set[tuple[str, ...]]] = {}
    by_speaker: dict[str, list[tuple[int, ComparableStatement]]] = defaultdict(list)
    for new in sorted(oldest_first, key=lambda each: (not each.named, -each.statement.score)):
        if new.fingerprint.text and new.statement.score > 0:
            speaker = new.fingerprint.speaker
            # Two with names never share a statement, so that most need not be compared.
            others = merge(by_speaker[speaker], by_speaker[""]) if speaker else enumerate(outlets)
            kept = next((other for _, other in others if new.is_same(other)), new)
            if kept is new:
                by_speaker[speaker].append((len(outlets), new))
            outlets.setdefault(kept, set()).add(new.outlet)
    return outlets


def _pick_key(
    statements: Sequence[ComparableStatement],
    subjects: _Subjects,
    checked: Collection[ComparableStatement] = (),
) -> list[ComparableStatement]:
    """Return the statements to show: the best one, then what adds most to those picked before.

    Those `checked` are quoted by an article and found in a transcript: somebody chose them.

    If none of them is on the channel's subjects, the best that is takes the last one's place.
    """
    left = list(statements)
    picked: list[ComparableStatement] = []
    while left and len(picked) < _KEY_STATEMENTS:
        worth = {
            each: _added_worth(each, picked) + _CHECKED_WORTH * (each in checked) for each in left
        }
        picked.append(max(left, key=worth.__getitem__))
        left.remove(picked[-1])
    if not any(map(subjects.has, picked)):
        wanted = max(filter(subjects.has, left), key=_score, default=None)
        picked[-1:] = [wanted] if wanted else picked[-1:]
    return picked


def _score(each: ComparableStatement) -> float:
    return each.statement.score


def _added_worth(statement: ComparableStatement, picked: Iterable[ComparableStatement]) -> float:
    """Return a statement's score, less for what its speaker says in those picked."""
    words = statement.fingerprint.words
    lost = 0.0
    for other in picked:
        if other.speaker == statement.speaker:
            others = other.fingerprint.words
            shared = len(words & others) / min(len(words), len(others))
            lost += _SAME_SPEAKER_COST + _SHARED_WORDS_COST * shared
    return statement.statement.score - lost
