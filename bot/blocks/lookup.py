"""What somebody said, what was found, what an article holds: answers made of other people's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.parts import answer, code, context, divider, fallback, fill, section
from bot.blocks.statement import flat, statement_elements, statement_line
from bot.blocks.text import CUT, ago_token, cut, escape, isolate, rich, rich_link, shorten, text_fragment
from bot.errors import SpanMismatch
from bot.model import Message
from bot.stories.composition import headline, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.model import Block, Quote, Said, Span, Statement, StoredArticle

_WORDS_ROOM = 300
_HEADLINE_ROOM = 160
# Small print holds 2,000 characters; a longer address is left out.
_ADDRESS_ROOM = 1200
_MOST_SAID = 10
_MOST_FOUND = 8
_MOST_STATEMENTS = 8
_MOST_SENTENCES = 3


def said(name: str, found: Sequence[Said], now: datetime, alike: Sequence[str] = ()) -> Message:
    """Show what an actor said, newest first, each with its source; or who may have been meant, of those `alike`."""
    if not found and alike:
        meant = " or ".join(code(f"/digest who {word.title()}") for word in alike)
        return answer(
            f"Nobody named “{escape(name)}” said anything in what I have read.", hint=f"Did you mean {meant}?"
        )
    if not found:
        return _nothing(f"Nobody named “{escape(name)}” said anything in what I have read.", name)
    cited = [(cite(one.statement, one.article), one.article) for one in found[:_MOST_SAID]]
    blocks, _ = fill(
        [_rich(statement_elements(quote, _WORDS_ROOM)), _source(stored, now, quote.content[0].span.text)]
        for quote, stored in cited
    )
    head = section(f"*What “{escape(name)}” said*, newest first")
    hint = context(f"{code(f'/digest subscribe about {name}')} sends a digest about them.")
    return Message(_text([statement_line(quote, _WORDS_ROOM) for quote, _ in cited]), (head, *blocks, hint))


def found(words: str, articles: Sequence[StoredArticle], now: datetime) -> Message:
    """Show the articles that hold the words, each with a statement that speaks of them, or its best sentence."""
    if not articles:
        return _nothing(f"I have read nothing with all of “{escape(words)}”.", words)
    shown = articles[:_MOST_FOUND]
    blocks, _ = fill(
        [_rich([*_headline(stored), rich("\n"), *_telling(stored, words)]), _source(stored, now)] for stored in shown
    )
    head = section(f"*Found for “{escape(words)}”*, newest first")
    hint = context(f"{code('/digest who NAME')} shows what one of them said; {code('/digest now TOPIC')} posts.")
    return Message(_text([flat(headline(stored).span.text) for stored in shown]), (head, *blocks, hint))


def article_read(articles: Sequence[StoredArticle], now: datetime) -> Message:
    """Show what an address holds: the sentences that carry each article, and who said what in it."""
    if not articles:
        return answer("There was no article to read there.", hint="Try the address of one single article.")
    blocks, more = fill(
        [*([divider()] if place else []), *_whole_article(one, now)] for place, one in enumerate(articles)
    )
    if more:
        blocks.append(section(f"… and {more} more articles, which `/digest search` finds."))
    blocks.append(context("Every word is the article's own. It can now stand in this workspace's digests."))
    return Message(_text([flat(headline(stored).span.text) for stored in articles]), tuple(blocks))


def message_read(stored: StoredArticle, now: datetime) -> Message:
    """Show who said what in a message's own words; they are kept nowhere."""
    kept = context("Every word is the message's own. Nothing of it was kept, and it comes in no digest.")
    return Message(_text([flat(headline(stored).span.text)]), (*_whole_article(stored, now), kept))


def cite(statement: Statement, stored: StoredArticle) -> Quote:
    """Cite a statement after slicing every span of it out of its article again; raise SpanMismatch."""
    cited = quote(statement, stored.id)
    for citation in (*cited.content, cited.name, cited.role, cited.cue, cited.via, cited.sentence):
        if citation:
            prove(citation.span, stored)
    return cited


def prove(span: Span, stored: StoredArticle) -> Span:
    """Give the span back if it holds in the article's body, else raise SpanMismatch."""
    if not span.holds_in(stored.article.body):
        raise SpanMismatch(stored.id, span.start, span.end)
    return span


def source_markup(stored: StoredArticle, now: datetime) -> str:
    """Say where an article is from and how old it is, in markup."""
    outlet = escape(isolate(shorten(stored.article.source or "source not named", 100)))
    return f"{outlet} · {ago_token(stored.article.published or stored.seen, now)}"


def _whole_article(stored: StoredArticle, now: datetime) -> list[Block]:
    extract = sorted(stored.analysis.extract[:_MOST_SENTENCES], key=lambda span: span.start)
    sentences = " ".join(isolate(_short(prove(span, stored).text)) for span in extract)
    statements = stored.analysis.statements
    blocks: list[Block] = [_rich([*_headline(stored), rich(f"\n{sentences}")]), _source(stored, now)]
    if not statements:
        return [*blocks, section("I found nobody speaking in it.")]
    cited = [cite(statement, stored) for statement in statements[:_MOST_STATEMENTS]]
    blocks.append(_bullets(statement_elements(one, _WORDS_ROOM) for one in cited))
    more = len(statements) - len(cited)
    return [*blocks, context(f"… and {more} more statements.")] if more > 0 else blocks


def _telling(stored: StoredArticle, words: str) -> list[dict[str, Any]]:
    """Give the statement that holds most of the words; the article's best sentence where none holds any."""
    wanted = words.casefold().split()
    scored = [(_hits(one, wanted), one) for one in stored.analysis.statements]
    hits, best = max(scored, key=lambda pair: (pair[0], pair[1].score), default=(0, None))
    if best and hits:
        return statement_elements(cite(best, stored), _WORDS_ROOM)
    return [rich(isolate(_short(prove(span, stored).text))) for span in stored.analysis.extract[:1]]


def _hits(statement: Statement, wanted: Sequence[str]) -> int:
    held = f"{statement.sentence.text} {statement.actor.name.text if statement.actor else ''}".casefold()
    return sum(word in held for word in wanted)


def _headline(stored: StoredArticle) -> list[dict[str, Any]]:
    words, shorter = cut(flat(headline(stored).span.text), _HEADLINE_ROOM)
    return [rich_link(words, stored.article.url, bold=True), *([rich(CUT)] if shorter else [])]


def _source(stored: StoredArticle, now: datetime, words: str = "") -> Block:
    """Say where words are from; the headline links to them in their page."""
    if not words:
        return context(source_markup(stored, now))
    title = escape(isolate(shorten(flat(headline(stored).span.text), _HEADLINE_ROOM))).replace("|", "¦")
    target = text_fragment(stored.article.url, words)
    linked = f"<{_in_link(target)}|{title}>" if target and len(target) <= _ADDRESS_ROOM else title
    return context(f"{linked} · {source_markup(stored, now)}")


def _in_link(url: str) -> str:
    return url.replace("&", "&amp;").replace("|", "%7C")


def _short(sentence: str) -> str:
    words, shorter = cut(flat(sentence), _WORDS_ROOM)
    return f"{words}{CUT if shorter else ''}"


def _rich(elements: list[dict[str, Any]]) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _bullets(items: Iterable[list[dict[str, Any]]]) -> Block:
    sections = [{"type": "rich_text_section", "elements": item} for item in items]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": sections}]}


def _nothing(problem: str, words: str) -> Message:
    return answer(problem, hint=f"Try fewer words, or let it come: {code(f'/digest subscribe about {words}')}.")


def _text(lines: Sequence[str]) -> str:
    return fallback(escape(line) for line in lines)
