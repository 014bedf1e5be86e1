"""What somebody said, what was found, what an article holds: answers made of other people's words."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.blocks.parts import (
    actions,
    answer,
    button,
    code,
    context,
    divider,
    fallback,
    fill,
    section,
    weight,
)
from bot.blocks.statement import flat, statement_elements, statement_line, title_words
from bot.blocks.story import MORE, SHOW_IN_TEXT, Reference
from bot.blocks.text import (
    CUT,
    ago_token,
    cut,
    escape,
    isolate,
    plain,
    rich,
    rich_bullets,
    rich_line,
    rich_link,
    shorten,
    text_fragment,
)
from bot.model import (
    Block,
    Message,
    Quote,
    SourcedStatement,
    Span,
    Stance,
    Statement,
    StoredArticle,
)
from bot.model.errors import SpanMismatch
from bot.stories.citations import cite_headline, cite_statement
from bot.stories.people import Person

_WORDS_ROOM = 300
_HEADLINE_ROOM = 160
# Small print holds 2,000 characters; a longer address is left out.
_ADDRESS_ROOM = 1200
# Buttons below what an actor said; the value is `load_page`'s.
WHO_MEANT = "who_meant"
WHO_NEWER = "who_newer"
WHO_OLDER = "who_older"
WHO_TIMELINE = "who_timeline"

_ON_A_PAGE = 8
_MOST_PEOPLE = 20
_MOST_IN_WINDOW = 95
_WINDOW_WEIGHT = 60_000
_MOST_FOUND = 8
_MOST_STATEMENTS = 8
_MOST_SENTENCES = 3


def nobody(name: str, alike: Sequence[str] = ()) -> Message:
    """Say that nobody of this name was heard, and who may have been meant, of those `alike`."""
    problem = f"Nobody named “{escape(name)}” said anything in what I have read."
    if alike:
        meant = " or ".join(code(f"/digest who {word.title()}") for word in alike)
        return answer(problem, hint=f"Did you mean {meant}?")
    return _nothing(problem, name)


def which(name: str, people: Sequence[Person]) -> Message:
    """Ask whom the name means, with a button for each."""
    rows = [
        actions(*(_person_button(person) for person in people[at : at + 5]))
        for at in range(0, min(len(people), _MOST_PEOPLE), 5)
    ]
    asked = f"Several people may be meant by “{escape(name)}”. Whose statements?"
    listed = [
        f"{_called(person)}: {_statements(len(person.said))}" for person in people[:_MOST_PEOPLE]
    ]
    more = len(people) - _MOST_PEOPLE
    hint = (
        f"… and {more} more; type more of the name."
        if more > 0
        else "Type the full name to skip this question."
    )
    return Message(fallback([asked, *map(escape, listed)]), (section(asked), *rows, context(hint)))


def timeline(person: Person, now: datetime, page: int = 0) -> Message:
    """Show what an actor said, newest first, each with stance, source and proof; eight a page."""
    pages = max(1, -(-len(person.said) // _ON_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = [cited(one) for one in person.said[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]]
    groups = [
        [
            rich_line(*statement_elements(quote, _WORDS_ROOM)),
            _proof(quote, stored, now),
        ]
        for quote, stored in shown
    ]
    blocks, _ = fill(groups)
    who = escape(isolate(shorten(_called(person), 200)))
    told = f"*{who}*: {_statements(len(person.said))}, newest first" + (
        f", page {page + 1} of {pages}" if pages > 1 else ""
    )
    buttons = [
        *([button("Newer", WHO_NEWER, _page(person, page - 1))] if page else []),
        *([button("Older", WHO_OLDER, _page(person, page + 1))] if page + 1 < pages else []),
        button("Timeline", WHO_TIMELINE, _page(person, 0)),
    ]
    hint = context(
        f"{code(f'/digest follow {shorten(person.name, 100)}')} lifts what they say in this channel's digests."
    )
    lines = [statement_line(quote, _WORDS_ROOM) for quote, _ in shown]
    return Message(
        fallback([told, *map(escape, lines)]), (section(told), *blocks, actions(*buttons), hint)
    )


def timeline_modal(person: Person, now: datetime) -> dict[str, Any]:
    """Show an actor's statements day by day, as many as a window holds."""
    blocks: list[Block] = []
    day, shown = "", 0
    for one in person.said:
        quote, stored = cited(one)
        told = stored.article.published or stored.seen
        today = f"{told:%A} {told.day} {told:%B %Y}"
        new: list[Block] = [divider(), section(f"*{today}*")] if today != day else []
        new = [
            *new,
            rich_line(*statement_elements(quote, _WORDS_ROOM)),
            _proof(quote, stored, now),
        ]
        if len(blocks) + len(new) > _MOST_IN_WINDOW or weight([*blocks, *new]) > _WINDOW_WEIGHT:
            break
        blocks, day, shown = blocks + new, today, shown + 1
    head = section(
        f"*{escape(isolate(shorten(_called(person), 200)))}*: {_statements(len(person.said))}"
    )
    more = len(person.said) - shown
    end = [context(f"… and {more} earlier.")] if more else []
    return {
        "type": "modal",
        "title": plain("Timeline"),
        "close": plain("Close"),
        "blocks": [head, *blocks, *end],
    }


def load_page(value: str) -> tuple[str, int]:
    """Read whose statements a button shows, and which page; raise ValueError for anything else."""
    name, page = json.loads(value)
    return str(name), int(page)


def _page(person: Person, page: int) -> str:
    return json.dumps([shorten(person.name, 300), page], ensure_ascii=False)


def _person_button(person: Person) -> dict[str, Any]:
    label = shorten(f"{_called(person)} ({len(person.said)})", 75)
    # Each action_id of a row must be its own.
    return button(label, f"{WHO_MEANT}:{_short_key(person.name)}", _page(person, 0))


def _short_key(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:12]


def _called(person: Person) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _statements(number: int) -> str:
    return f"{number} statement{'' if number == 1 else 's'}"


def cited(one: SourcedStatement) -> tuple[Quote, StoredArticle]:
    """Cite what was said, proved."""
    return cite(one.statement, one.article), one.article


def _proof(quote: Quote, stored: StoredArticle, now: datetime) -> Block:
    """Say which source has a statement and what the speaker does by it; a button shows it in its paragraph."""
    stance = "" if quote.stance is Stance.SAYS else f" · {quote.stance}"
    spans = [citation.span for citation in quote.content]
    place = Reference(stored.id, min(span.start for span in spans), max(span.end for span in spans))
    button_ = button("Show in text", MORE, f"{SHOW_IN_TEXT}:{place}")
    return section(_source_line(stored, now, spans[0].text) + stance, button_)


def found(words: str, articles: Sequence[StoredArticle], now: datetime) -> Message:
    """Show the articles that hold the words, each with a statement that speaks of them, or its best sentence."""
    if not articles:
        return _nothing(f"I have read nothing with all of “{escape(words)}”.", words)
    shown = articles[:_MOST_FOUND]
    blocks, _ = fill(
        [rich_line(*_headline(stored), rich("\n"), *_telling(stored, words)), _source(stored, now)]
        for stored in shown
    )
    head = section(f"*Found for “{escape(words)}”*, newest first")
    hint = context(
        f"{code('/digest who NAME')} shows what one of them said; {code('/digest now TOPIC')} posts."
    )
    return Message(
        _text([title_words(cite_headline(stored)) for stored in shown]), (head, *blocks, hint)
    )


def article_read(articles: Sequence[StoredArticle], now: datetime) -> Message:
    """Show what an address holds: the sentences that carry each article, and who said what in it."""
    if not articles:
        return answer(
            "There was no article to read there.", hint="Try the address of one single article."
        )
    blocks, more = fill(
        [*([divider()] if place else []), *_whole_article(one, now)]
        for place, one in enumerate(articles)
    )
    if more:
        blocks.append(section(f"… and {more} more articles, which `/digest search` finds."))
    blocks.append(
        context("Every word is the article's own. It can now stand in this workspace's digests.")
    )
    return Message(
        _text([title_words(cite_headline(stored)) for stored in articles]), tuple(blocks)
    )


def message_read(stored: StoredArticle, now: datetime) -> Message:
    """Show who said what in a message's own words; they are kept nowhere."""
    kept = context(
        "Every word is the message's own. Nothing of it was kept, and it comes in no digest."
    )
    return Message(
        _text([title_words(cite_headline(stored))]), (*_whole_article(stored, now), kept)
    )


def cite(statement: Statement, stored: StoredArticle) -> Quote:
    """Cite a statement after slicing every span of it out of its article again; raise SpanMismatch."""
    cited = cite_statement(statement, stored.id)
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
    blocks: list[Block] = [
        rich_line(*_headline(stored), rich(f"\n{sentences}")),
        _source(stored, now),
    ]
    if not statements:
        return [*blocks, section("I found nobody speaking in it.")]
    cited = [cite(statement, stored) for statement in statements[:_MOST_STATEMENTS]]
    bullets = rich_bullets(statement_elements(one, _WORDS_ROOM) for one in cited)
    blocks.append({"type": "rich_text", "elements": [bullets]})
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
    words, shorter = cut(title_words(cite_headline(stored)), _HEADLINE_ROOM)
    return [rich_link(words, stored.article.url, bold=True), *([rich(CUT)] if shorter else [])]


def _source(stored: StoredArticle, now: datetime, words: str = "") -> Block:
    """Say where words are from; the headline links to them in their page."""
    return context(_source_line(stored, now, words) if words else source_markup(stored, now))


def _source_line(stored: StoredArticle, now: datetime, words: str) -> str:
    title = escape(isolate(shorten(title_words(cite_headline(stored)), _HEADLINE_ROOM))).replace(
        "|", "¦"
    )
    target = text_fragment(stored.article.url, words)
    linked = f"<{_in_link(target)}|{title}>" if target and len(target) <= _ADDRESS_ROOM else title
    return f"{linked} · {source_markup(stored, now)}"


def _in_link(url: str) -> str:
    return url.replace("&", "&amp;").replace("|", "%7C")


def _short(sentence: str) -> str:
    words, shorter = cut(flat(sentence), _WORDS_ROOM)
    return f"{words}{CUT if shorter else ''}"


def _nothing(problem: str, words: str) -> Message:
    return answer(
        problem,
        hint=f"Try fewer words, or let it come: {code(f'/digest subscribe about {words}')}.",
    )


def _text(lines: Sequence[str]) -> str:
    return fallback(escape(line) for line in lines)
