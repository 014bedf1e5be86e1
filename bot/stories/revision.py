"""Revise a posted digest once its sources have changed what it cites.

posted digest, newest versions -> stories composed anew -> each says what a reader can see changed
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.model import Citation, Digest, DigestEntry, Quote, Revision, SourceChange, StoredArticle
from bot.stories.composition import recompose
from bot.stories.outlets import count_distinct, find_outlet_keys


def revise(
    digest: Digest,
    withdrawn: Collection[int],
    newest: Mapping[int, StoredArticle],
    *,
    now: datetime,
    muted: Collection[str] = (),
    seen: Mapping[int, tuple[StoredArticle, ...]] = MappingProxyType({}),
) -> Digest:
    """Take out withdrawn articles, and compose anew the stories with newer versions of articles.

    `newest` has for each article of the digest the version that stands now; one that is not in it
    stays as it is. `seen` has by story the other articles that its channel was shown.
    """
    superseded = {number for number, stored in newest.items() if stored.id != number}
    entries = []
    for old, left in zip(digest.entries, remove_articles(digest, withdrawn).entries, strict=True):
        revised = left
        outlets = [source.outlet for source in old.sources if source.article in withdrawn]
        if outlets and left.sources:
            revision = Revision(SourceChange.WITHDRAWN, now, _unique(outlets))
            revised = replace(left, revision=revision)
        if not superseded.isdisjoint(left.articles):
            revised = _compose_anew(revised, newest, digest, muted, seen.get(left.story, ()))
        entries.append(remove_earlier(revised, superseded))
    return replace(digest, entries=tuple(entries))


def _compose_anew(
    entry: DigestEntry,
    newest: Mapping[int, StoredArticle],
    digest: Digest,
    muted: Collection[str],
    seen: tuple[StoredArticle, ...],
) -> DigestEntry:
    numbers = entry.articles
    if not all(number in newest for number in numbers):
        return entry  # a version that may not be shown yet: the story stays until it may
    articles = {newest[number].id: newest[number] for number in numbers}
    anew = recompose(entry, tuple(articles.values()), digest.made, muted, digest.topic, seen)
    anew = replace(anew, revision=entry.revision, statements=_with_earlier(anew, entry))
    if _visible_words(anew) == _visible_words(entry):
        return anew
    changed = [newest[number] for number in numbers if newest[number].id != number]
    corrected = any(stored.article.correction for stored in changed)
    change = SourceChange.CORRECTED if corrected else SourceChange.UPDATED
    at = max(stored.seen for stored in changed)
    outlets = _unique(stored.article.source for stored in changed)
    return replace(anew, revision=Revision(change, at, outlets))


def _with_earlier(anew: DigestEntry, entry: DigestEntry) -> tuple[Quote, ...]:
    """Keep what was said before beside the first statement of the same actor."""
    before = {
        quote.name.span.text: quote.before
        for quote in entry.statements
        if quote.name and quote.before
    }
    return tuple(
        replace(quote, before=before.pop(quote.name.span.text, None)) if quote.name else quote
        for quote in anew.statements
    )


def _unique(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _visible_words(entry: DigestEntry) -> list[object]:
    """Return what a reader sees of a story, apart from where it stands."""
    quotes = []
    for quote in (*entry.statements, *entry.rest):
        shown = (*quote.line, quote.introduction) if quote.line else (quote.sentence,)
        citations = (*quote.content, *shown, quote.name, quote.role, quote.via, quote.record)
        quotes.append((quote.form, *(c.span.text if c else "" for c in citations)))
    sources = [(source.outlet, source.headline.span.text, source.url) for source in entry.sources]
    counts = entry.outlets, entry.independent, len(entry.unlisted)
    extract = [citation.span.text for citation in entry.extract]
    return [entry.headline.span.text, extract, quotes, sources, counts]


def remove_articles(digest: Digest, withdrawn: Collection[int]) -> Digest:
    """Take every word of these articles out; a story of no others is left without sources."""
    return replace(digest, entries=tuple(_rest(entry, withdrawn) for entry in digest.entries))


def _rest(entry: DigestEntry, withdrawn: Collection[int]) -> DigestEntry:
    entry = remove_earlier(entry, withdrawn)
    gone = len(set(entry.articles) & set(withdrawn))
    if not gone:
        return entry
    left = tuple(source for source in entry.sources if source.article not in withdrawn)
    unlisted = tuple(article for article in entry.unlisted if article not in withdrawn)

    def stands(citation: Citation) -> bool:
        return citation.article not in withdrawn

    def spoken(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        return tuple(quote for quote in quotes if all(map(stands, quote.content)))

    if left and not stands(entry.headline):
        entry = replace(entry, headline=left[0].headline, url=left[0].url)
    outlets = count_distinct(find_outlet_keys(source.outlet, source.url) for source in left)
    # Nobody wrote down the outlets of those unlisted: each withdrawn may be its outlet's only one.
    if unlisted:
        outlets = max(outlets, entry.outlets - gone)
    return replace(
        entry,
        extract=tuple(filter(stands, entry.extract)),
        statements=spoken(entry.statements),
        rest=spoken(entry.rest),
        sources=left,
        outlets=outlets,
        independent=min(entry.independent, outlets),
        unlisted=unlisted,
    )


def remove_earlier(entry: DigestEntry, changed: Collection[int]) -> DigestEntry:
    """Take out what actors said before in these articles, and quotes of them as records."""

    def kept(quote: Quote) -> Quote:
        if quote.record and quote.record.article in changed:
            quote = replace(quote, record=None)
        cited = quote.before.content if quote.before else ()
        is_gone = any(citation.article in changed for citation in cited)
        return replace(quote, before=None) if is_gone else quote

    statements, rest = tuple(map(kept, entry.statements)), tuple(map(kept, entry.rest))
    if (statements, rest) == (entry.statements, entry.rest):
        return entry
    return replace(entry, statements=statements, rest=rest)
