"""A digest beside its articles as one HTML page, in which all words shown link to their source."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise

from bot.blocks import messages
from bot.blocks.block_kit import format_date
from bot.blocks.statement import (
    Part,
    earlier_parts,
    headline_text,
    line_head,
    line_words,
    outlet_name,
)
from bot.model.articles import Article, DisplayLevel
from bot.model.digests import ArticlePart, Citation, Digest, DigestEntry, EarlierStatement, Quote
from bot.model.wordlists import load_text

_STYLE = load_text("bot.blocks", "data/digest.css")
_PAGE = load_text("bot.blocks", "data/digest.html")


def digest_html(digest: Digest, articles: Mapping[int, Article]) -> str:
    """Return the page; `articles` holds, by its id, every article that the digest cites."""
    cited = [citation for entry in digest.entries for citation in _shown_citations(entry)]
    sources = [source for entry in digest.entries for source in entry.sources]
    whole = {source.article for source in sources if source.show is DisplayLevel.FULL}
    left = "".join(map(_entry, digest.entries)) or messages.text("html_nothing_new")
    right = ""
    for number in dict.fromkeys(citation.article for citation in cited):
        here = [citation for citation in cited if citation.article == number]
        right += _article(number, articles[number], here, whole=number in whole)
    title = messages.text("html_title", time=f"{digest.made:%Y-%m-%d %H:%M}")
    names = ("digest", "articles", "promise")
    texts = {name: messages.text(f"html_{name}") for name in names}
    return _PAGE.format(title=title, style=_STYLE, left=left, right=right, **texts)


def _shown_citations(entry: DigestEntry) -> Iterator[Citation]:
    """Yield what the left side shows of a story, which the right side then marks."""
    if entry.headline.span.text:
        yield entry.headline
    yield from entry.extract
    for quote in entry.statements:
        parts = [*line_head(quote), *line_words(quote), quote.via]
        parts += earlier_parts(quote.before) if quote.before else []
        yield from (part for part in parts if isinstance(part, Citation))


def _entry(entry: DigestEntry) -> str:
    outlets = (outlet_name(each.outlet, each.digital_source_type) for each in entry.sources)
    names = dict.fromkeys(escape(outlet) for outlet in outlets if outlet)
    listed = ", ".join(names)
    if entry.unlisted:
        listed += messages.text("html_more_articles", count=len(entry.unlisted))
    headline = escape(headline_text(entry.headline))
    if entry.headline.span.text:
        headline = _link(entry.headline) + ("…" if entry.headline.is_cut else "")
    quotes = "".join(f"<li>{_quote(quote)}</li>" for quote in entry.statements)
    extract = " ".join(map(_link, entry.extract))
    head = f"<h2>{headline}</h2><p>{extract}</p>"
    return f'{head}<ul>{quotes}</ul><p class="soft">{listed}</p>'


def _quote(quote: Quote) -> str:
    head = "".join(
        f"<b>{_link_part(part)}</b>" if part is quote.name else _link_part(part)
        for part in line_head(quote)
    )
    words = " … ".join(map(_link, line_words(quote)))
    via = messages.text("html_via", source=_link(quote.via)) if quote.via else ""
    earlier = _earlier(quote.before) if quote.before else ""
    return f"{head}{words}{via}{earlier}"


def _earlier(earlier: EarlierStatement) -> str:
    words = "".join(map(_link_part, earlier_parts(earlier)))
    outlet = f" ({escape(earlier.outlet)})" if earlier.outlet else ""
    date = format_date(earlier.said)
    return messages.text("html_said_before", date=date, outlet=outlet, words=words)


def _link_part(part: Part) -> str:
    return escape(part) if isinstance(part, str) else _link(part)


def _link(citation: Citation) -> str:
    return f'<a href="#{_anchor(citation)}">{escape(citation.span.text)}</a>'


def _anchor(citation: Citation) -> str:
    return f"{citation.part}-{citation.article}-{citation.span.start}"


def _article(number: int, article: Article, cited: Sequence[Citation], *, whole: bool) -> str:
    """Show an article with its cited words marked, or if not `whole` only these words."""
    time = f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else None
    details = filter(None, (article.source, article.byline, time))
    url = escape(article.url or "")
    link = f'<a href="{url}" rel="noreferrer">{url}</a>' if url else ""
    in_headline = [c for c in cited if c.part is ArticlePart.HEADLINE]
    in_body = [c for c in cited if c.part is ArticlePart.BODY]
    headline = "".join(_mark(article.headline or "", in_headline, between=True))
    between = "" if whole else " […] "
    body = between.join(_mark(article.body, in_body, between=whole))
    source = f"{' · '.join(map(escape, details))} {link}"
    return messages.text("html_article", headline=headline, source=source, number=number, body=body)


def _mark(text: str, cited: Sequence[Citation], *, between: bool) -> Iterator[str]:
    """Yield the pieces of a text, those that are cited marked, the others only if `between`.

    Where spans overlap, the text is cut at each of their borders.
    """
    spans = {(c.span.start, c.span.end): _anchor(c) for c in cited}
    borders = sorted({0, len(text), *(border for span in spans for border in span)})
    anchors = {start: anchor for (start, _), anchor in spans.items()}
    for start, end in pairwise(borders):
        words = escape(text[start:end])
        if any(first <= start and end <= last for first, last in spans):
            anchor = f' id="{anchors[start]}"' if start in anchors else ""
            yield f"<mark{anchor}>{words}</mark>"
        elif between:
            yield words
