"""A digest and its articles side by side as one self-contained page: each shown word links to where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise

from bot.blocks.statement import headline_text
from bot.model import (
    Article,
    ArticlePart,
    Citation,
    Digest,
    DigestEntry,
    DisplayLevel,
    EarlierStatement,
    Quote,
    goes_first,
)

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --mark: #ffe58a; --soft: #777; --link: #1264a3; }
@media (prefers-color-scheme: dark) { :root { --mark: #665200; --soft: #aaa; --link: #6cb8f0; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); height: 100vh; }
section { overflow-y: auto; padding: 1.5rem 2rem; }
section + section { border-left: 1px solid var(--line); }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
a:hover { color: var(--link); }
ul { padding-left: 1.1rem; }
li { margin: .35rem 0; }
.soft { color: var(--soft); font-size: .9rem; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
mark:target { outline: 2px solid var(--link); }
article p { white-space: pre-line; }
@media (max-width: 50rem) { main { display: block; height: auto; } section + section { border-left: 0; } }
"""


def digest_html(digest: Digest, articles: Mapping[int, Article]) -> str:
    """Give the whole page as HTML; `articles` holds every article that the digest cites."""
    cited = [citation for entry in digest.entries for citation in _shown(entry)]
    order = list(dict.fromkeys(citation.article for citation in cited))
    left = "".join(_entry(entry) for entry in digest.entries) or "<p>Nothing new.</p>"
    whole = {
        source.article
        for entry in digest.entries
        for source in entry.sources
        if source.show is DisplayLevel.FULL
    }
    right = "".join(
        _article(
            number,
            articles[number],
            [c for c in cited if c.article == number],
            whole=number in whole,
        )
        for number in order
    )
    title = f"Digest of {digest.made:%Y-%m-%d %H:%M} UTC"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>"
        f'<section aria-label="Digest"><h1>{title}</h1><p class="soft">Every word stands in an article on the '
        f'other side; follow a link to see where.</p>{left}</section><section aria-label="Articles">{right}</section>'
        "</main></body></html>\n"
    )


def _shown(entry: DigestEntry) -> Iterator[Citation]:
    """What the left side shows of a story, and the right side therefore marks."""
    yield from [entry.headline] if entry.headline.span.text else []
    yield from entry.extract
    for quote in entry.statements:
        yield from (
            citation
            for citation in (quote.name, quote.role, quote.cue, *quote.content, quote.via)
            if citation
        )
        yield from quote.before.content if quote.before else ()


def _entry(entry: DigestEntry) -> str:
    outlets = ", ".join(
        dict.fromkeys(escape(source.outlet) for source in entry.sources if source.outlet)
    )
    if entry.unlisted:
        outlets += f" and {len(entry.unlisted)} more articles"
    quotes = "".join(f"<li>{_quote(quote)}</li>" for quote in entry.statements)
    return (
        f"<h2>{_heading(entry.headline)}</h2>"
        f"<p>{' '.join(_link(citation) for citation in entry.extract)}</p>"
        f"<ul>{quotes}</ul>"
        f'<p class="soft">{outlets}</p>'
    )


def _quote(quote: Quote) -> str:
    name = f"<b>{_link(quote.name)}</b>" if quote.name else ""
    who = name + (f" ({_link(quote.role)})" if quote.role else "")
    told = [who, _link(quote.cue) if quote.cue else ""]
    if quote.cue and goes_first(quote.cue.span.text):
        told.reverse()
    words = " … ".join(_link(citation) for citation in quote.content)
    via = f' <span class="soft">via {_link(quote.via)}</span>' if quote.via else ""
    before = _before(quote.before) if quote.before else ""
    return f"{' '.join(filter(None, told))}: {words}{via}{before}"


def _before(earlier: EarlierStatement) -> str:
    words = " … ".join(_link(citation) for citation in earlier.content)
    outlet = f" ({escape(earlier.outlet)})" if earlier.outlet else ""
    return f'<br><span class="soft">Said before, on {earlier.said.day} {earlier.said:%B %Y}{outlet}:</span> {words}'


def _heading(headline: Citation) -> str:
    return _link(headline) if headline.span.text else escape(headline_text(headline))


def _link(citation: Citation) -> str:
    return f'<a href="#{_anchor(citation)}">{escape(citation.span.text)}</a>'


def _anchor(citation: Citation) -> str:
    return f"{citation.part}-{citation.article}-{citation.span.start}"


def _article(number: int, article: Article, cited: Sequence[Citation], *, whole: bool) -> str:
    """Give an article, its cited words marked; where it may not be shown whole, those words alone."""
    headline = article.headline or ""
    told = [
        article.source,
        article.byline,
        f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else None,
    ]
    address = (
        f'<a href="{escape(article.url)}" rel="noreferrer">{escape(article.url)}</a>'
        if article.url
        else ""
    )
    return (
        f"<article><h2>{_marked(headline, [c for c in cited if c.part is ArticlePart.HEADLINE])}</h2>"
        f'<p class="soft">{" · ".join(escape(word) for word in told if word)} {address} (article {number})</p>'
        f"<p>{_body(article.body, [c for c in cited if c.part is ArticlePart.BODY], whole=whole)}</p></article>"
    )


def _body(body: str, cited: Sequence[Citation], *, whole: bool) -> str:
    return _marked(body, cited) if whole else " […] ".join(_pieces(body, cited, between=False))


def _marked(text: str, cited: Sequence[Citation]) -> str:
    return "".join(_pieces(text, cited, between=True))


def _pieces(text: str, cited: Sequence[Citation], *, between: bool) -> Iterator[str]:
    """Mark every cited stretch; where spans overlap, the text is cut at each of their borders.

    What is not cited is left out unless `between`.
    """
    spans = {(c.span.start, c.span.end): _anchor(c) for c in cited}
    borders = sorted({0, len(text), *(place for span in spans for place in span)})
    starts = {start: anchor for (start, _), anchor in spans.items()}
    for start, end in pairwise(borders):
        words = escape(text[start:end])
        if any(s <= start and end <= e for s, e in spans):
            anchor = f' id="{starts[start]}"' if start in starts else ""
            yield f"<mark{anchor}>{words}</mark>"
        elif between:
            yield words
