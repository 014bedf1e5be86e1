"""What a digest shows of each story: headline, extract, who said what, sources; all of it cited.

picked articles -> the one that leads -> statements, each once -> an extract beside them -> sources
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from heapq import merge

from bot.model import (
    ArticlePart,
    Citation,
    Digest,
    DigestEntry,
    SourceArticle,
    Span,
    Statement,
    StoredArticle,
    Story,
)
from bot.stories.choice import Choice, Picked
from bot.stories.citations import cite_headline
from bot.stories.corroboration import corroborate, outlet_name
from bot.stories.novelty import (
    ARTICLES_READ,
    ComparableStatement,
    SeenContent,
    bare,
    heard_in,
    is_named,
    words_of,
)
from bot.stories.people import is_same_actor
from bot.stories.points import appeared

_KEY_STATEMENTS = 3
_EXTRACT_SENTENCES = 2
# Two sentences of news are some 300 characters; a longer pair is cut to its first.
_EXTRACT_ROOM = 420
# What a reader of a thread can use; a story of more is read in its sources.
_OTHER_STATEMENTS = 40
# The newest articles that stand under a story, beside those that are cited: each is a receipt to keep.
_LISTED = 20
# Stories as they were told, of few: each holds its articles.
_KEPT = 256


def compose(
    choice: Choice,
    *,
    now: datetime,
    zone: str,
    since: datetime,
    topic: str | None,
    muted: Collection[str] = (),
) -> Digest:
    """Make the digest of a choice; what a channel has seen of an update is left out of it, and what `muted` say."""
    entries = tuple(_entry(picked, now, muted) for picked in choice.picked)
    return Digest(now, zone, since, topic, entries, choice.left_out)


def recompose(
    entry: DigestEntry,
    articles: tuple[StoredArticle, ...],
    made: datetime,
    muted: Collection[str] = (),
) -> DigestEntry:
    """Tell a story of a digest made then anew, from these articles."""
    return _entry(Picked(Story(entry.story, articles), articles, update=entry.update), made, muted)


def _entry(picked: Picked, now: datetime, muted: Collection[str] = ()) -> DigestEntry:
    newest_first = sorted(
        picked.articles, key=lambda stored: (appeared(stored, now), stored.id), reverse=True
    )
    published = appeared(newest_first[0], now)
    return _told(
        picked.story.id, tuple(newest_first), published, picked.update, picked.seen, tuple(muted)
    )


@lru_cache(maxsize=_KEPT)
def _told(
    story: int,
    newest_first: tuple[StoredArticle, ...],
    published: datetime,
    update: bool,  # noqa: FBT001 - a cache tells positions from names
    seen: tuple[StoredArticle, ...],
    muted: tuple[str, ...],
) -> DigestEntry:
    """Tell a story. The morning's are told to a thousand channels in the same words; articles are told by identity."""
    known = SeenContent.of(seen)
    lead = _lead(newest_first, known)
    title = cite_headline(lead)
    told_once = _heard_once(newest_first[:ARTICLES_READ])
    heard = [
        one for one in told_once if not _is_muted(one.statement, muted) and not known.has_heard(one)
    ]
    key = _key_statements(heard)
    rest = [one for one in heard if one not in key][:_OTHER_STATEMENTS]
    listed = {
        lead.id,
        *(one.stored.id for one in (*key, *rest)),
        *(one.id for one in newest_first[:_LISTED]),
    }
    return DigestEntry(
        story=story,
        headline=title,
        url=lead.article.url,
        published=published,
        extract=_extract(lead, title, key, muted, known),
        statements=tuple(one.quoted(told_once[one]) for one in key),
        rest=tuple(one.quoted(told_once[one]) for one in rest),
        sources=tuple(_source(stored) for stored in newest_first if stored.id in listed),
        outlets=len(set(map(outlet_name, newest_first))),
        independent=corroborate(newest_first[:ARTICLES_READ]).independent,
        update=update,
        unlisted=tuple(stored.id for stored in newest_first if stored.id not in listed),
    )


def _lead(newest_first: Sequence[StoredArticle], known: SeenContent) -> StoredArticle:
    """Give the newest of the articles that tell the story best: a headline, named speakers, more than a line.

    Of an update, one that tells something new before one that repeats.
    """
    return max(
        newest_first,
        key=lambda stored: (
            any(not known.has_told(sentence) for sentence in stored.analysis.extract),
            bool(stored.article.headline),
            min(_KEY_STATEMENTS, sum(map(is_named, stored.analysis.statements))),
            min(_EXTRACT_SENTENCES, len(stored.analysis.extract)),
        ),
    )


def _heard_once(newest_first: Sequence[StoredArticle]) -> dict[ComparableStatement, int]:
    """Give all statements, named speakers first, then best first, each with how many outlets carry it.

    The same statement comes once, from who had it first.
    """
    heard = [one for stored in reversed(newest_first) for one in heard_in(stored)]
    carriers: dict[ComparableStatement, set[str]] = {}
    voiced: dict[str, list[tuple[int, ComparableStatement]]] = defaultdict(list)
    for one in sorted(heard, key=lambda one: (not one.named, -one.statement.score)):
        if one.fingerprint.text:
            voice = one.fingerprint.speaker
            # Two with names never share a statement, so that most need not be compared.
            others = merge(voiced[voice], voiced[""]) if voice else enumerate(carriers)
            kept = next((other for _, other in others if one.is_same(other)), one)
            if kept is one:
                voiced[voice].append((len(carriers), one))
            carriers.setdefault(kept, set()).add(outlet_name(one.stored))
    return {one: len(outlets) for one, outlets in carriers.items()}


def _is_muted(statement: Statement, muted: Collection[str]) -> bool:
    actor = statement.actor
    return actor is not None and any(is_same_actor(actor.name.text, name) for name in muted)


def _key_statements(heard: Sequence[ComparableStatement]) -> list[ComparableStatement]:
    """Give the best of each speaker first: three people say more than one person three times."""
    turns: Counter[str] = Counter()
    ranked = []
    for place, one in enumerate(heard):
        ranked.append((not one.named, turns[one.speaker], place))
        turns[one.speaker] += 1
    return [heard[place] for *_, place in sorted(ranked)[:_KEY_STATEMENTS]]


def _extract(
    lead: StoredArticle,
    title: Citation,
    key: Iterable[ComparableStatement],
    muted: Collection[str],
    known: SeenContent,
) -> tuple[Citation, ...]:
    """Give one or two of the lead's best sentences in text order, saying what headline and statements do not.

    Where every sentence is in a statement, the best of them stands all the same; what `muted` say never does,
    nor what an earlier digest told.
    """
    quoted = [one.words for one in key]
    silent = [one.sentence for one in lead.analysis.statements if _is_muted(one, muted)]
    fresh = [
        sentence
        for sentence in lead.analysis.extract
        if not _repeats(sentence, title) and not known.has_told(sentence)
        if not any(_overlap(sentence, other) for other in silent)
    ]
    apart = [
        sentence for sentence in fresh if not any(words in bare(sentence.text) for words in quoted)
    ]
    chosen = (apart or fresh[:1])[:_EXTRACT_SENTENCES]
    if sum(len(sentence.text) for sentence in chosen) > _EXTRACT_ROOM:
        chosen = chosen[:1]
    return tuple(
        Citation(lead.id, ArticlePart.BODY, sentence)
        for sentence in sorted(chosen, key=lambda span: span.start)
    )


def _repeats(sentence: Span, title: Citation) -> bool:
    if title.part is ArticlePart.BODY and _overlap(sentence, title.span):
        return True
    said, headed = words_of(sentence.text), words_of(title.span.text)
    return bool(said) and len(set(said) & set(headed)) >= 0.8 * len(set(said))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _source(stored: StoredArticle) -> SourceArticle:
    article = stored.article
    return SourceArticle(
        stored.id,
        article.source,
        cite_headline(stored),
        article.url,
        article.published,
        show=stored.policy.show,
        correction=article.correction,
    )
