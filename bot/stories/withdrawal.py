"""What is left of a digest when a source takes articles back."""

from collections.abc import Collection
from dataclasses import replace

from bot.model import Citation, Digest, DigestEntry, Quote


def without(digest: Digest, withdrawn: Collection[int]) -> Digest:
    """Take every word of these articles out; a story that rests on nothing else is left without sources."""
    return replace(digest, entries=tuple(_rest(entry, withdrawn) for entry in digest.entries))


def _rest(entry: DigestEntry, withdrawn: Collection[int]) -> DigestEntry:
    entry = without_earlier(entry, withdrawn)
    gone = len(set(entry.articles) & set(withdrawn))
    if not gone:
        return entry
    left = tuple(source for source in entry.sources if source.article not in withdrawn)
    unlisted = tuple(article for article in entry.unlisted if article not in withdrawn)

    def stands(citation: Citation) -> bool:
        return citation.article not in withdrawn

    def spoken(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        return tuple(quote for quote in quotes if all(map(stands, quote.content)))

    headed = (
        entry
        if stands(entry.headline) or not left
        else replace(entry, headline=left[0].headline, url=left[0].url)
    )
    outlets = len({(source.outlet or "").casefold() for source in left})
    if unlisted:  # whose outlets nobody wrote down: those withdrawn may have been each their outlet's only one
        outlets = max(outlets, entry.outlets - gone)
    return replace(
        headed,
        extract=tuple(filter(stands, entry.extract)),
        statements=spoken(entry.statements),
        rest=spoken(entry.rest),
        sources=left,
        outlets=outlets,
        independent=min(entry.independent, outlets),
        unlisted=unlisted,
    )


def without_earlier(entry: DigestEntry, changed: Collection[int]) -> DigestEntry:
    """Take out what actors said before in these articles, and nothing else."""

    def kept(quote: Quote) -> Quote:
        gone = quote.before and any(
            citation.article in changed for citation in quote.before.content
        )
        return replace(quote, before=None) if gone else quote

    statements = tuple(map(kept, entry.statements))
    return entry if statements == entry.statements else replace(entry, statements=statements)
