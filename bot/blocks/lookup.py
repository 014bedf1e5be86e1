"""What somebody said, what was found, what an article holds: answers made of other people's words."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.blocks.block_kit import (
    CUT_MARK,
    actions,
    age_markup,
    button,
    code,
    compose_message,
    context,
    cut_text,
    divider,
    escape,
    fallback_text,
    fit_groups,
    isolate_direction,
    measure_weight,
    plain_text,
    rich_link,
    rich_list,
    rich_paragraph,
    rich_text,
    section,
    shorten,
    text_fragment_url,
)
from bot.blocks.statement import headline_text, single_line, statement_elements, statement_line
from bot.blocks.story import MORE, SHOW_IN_TEXT, SpanReference
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
from bot.stories.tally import Tally, TallyRow

_MAX_STATEMENT_CHARS = 300
_MAX_HEADLINE_CHARS = 160
# Small print holds 2,000 characters; a longer address is left out.
_MAX_LINK_CHARS = 1200
# Buttons below what an actor said; the value is `load_page`'s.
WHO_MEANT = "who_meant"
WHO_NEWER = "who_newer"
WHO_OLDER = "who_older"
WHO_TIMELINE = "who_timeline"

_PAGE_SIZE = 8
_MAX_PEOPLE = 20
_MAX_MODAL_BLOCKS = 95
_MAX_MODAL_WEIGHT = 60_000
_MAX_RESULTS = 8
_MAX_ARTICLE_STATEMENTS = 8
_MAX_EXTRACT_SENTENCES = 3


def actor_not_found(name: str, alike: Sequence[str] = ()) -> Message:
    """Say that nobody of this name was heard, and who may have been meant, of those `alike`."""
    problem = f"Nobody named “{escape(name)}” said anything in what I have read."
    if alike:
        meant = " or ".join(code(f"/digest who {word.title()}") for word in alike)
        return compose_message(problem, hint=f"Did you mean {meant}?")
    return _nothing_found(problem, name)


def actor_choice(name: str, people: Sequence[Person]) -> Message:
    """Ask whom the name means, with a button for each."""
    rows = [
        actions(*(_person_button(person) for person in people[at : at + 5]))
        for at in range(0, min(len(people), _MAX_PEOPLE), 5)
    ]
    asked = f"Several people may be meant by “{escape(name)}”. Whose statements?"
    listed = [
        f"{_person_label(person)}: {_count_statements(len(person.said))}"
        for person in people[:_MAX_PEOPLE]
    ]
    more = len(people) - _MAX_PEOPLE
    hint = (
        f"… and {more} more; type more of the name."
        if more > 0
        else "Type the full name to skip this question."
    )
    return Message(
        fallback_text([asked, *map(escape, listed)]), (section(asked), *rows, context(hint))
    )


def actor_statements(person: Person, now: datetime, page: int = 0) -> Message:
    """Show what an actor said, newest first, each with stance, source and proof; eight a page."""
    pages = max(1, -(-len(person.said) // _PAGE_SIZE))
    page = min(max(page, 0), pages - 1)
    shown = [cite_sourced(one) for one in person.said[page * _PAGE_SIZE : (page + 1) * _PAGE_SIZE]]
    groups = [
        [
            rich_paragraph(*statement_elements(quote, _MAX_STATEMENT_CHARS)),
            _source_section(quote, stored, now),
        ]
        for quote, stored in shown
    ]
    blocks, _ = fit_groups(groups)
    who = escape(isolate_direction(shorten(_person_label(person), 200)))
    told = f"*{who}*: {_count_statements(len(person.said))}, newest first" + (
        f", page {page + 1} of {pages}" if pages > 1 else ""
    )
    buttons = [
        *([button("Newer", WHO_NEWER, _dump_statements_page(person, page - 1))] if page else []),
        *(
            [button("Older", WHO_OLDER, _dump_statements_page(person, page + 1))]
            if page + 1 < pages
            else []
        ),
        button("Timeline", WHO_TIMELINE, _dump_statements_page(person, 0)),
    ]
    hint = context(
        f"{code(f'/digest follow {shorten(person.name, 100)}')} lifts what they say in this channel's digests."
    )
    lines = [statement_line(quote, _MAX_STATEMENT_CHARS) for quote, _ in shown]
    return Message(
        fallback_text([told, *map(escape, lines)]),
        (section(told), *blocks, actions(*buttons), hint),
    )


def actor_timeline_modal(person: Person, now: datetime) -> dict[str, Any]:
    """Show an actor's statements day by day, as many as a window holds."""
    blocks: list[Block] = []
    day, shown = "", 0
    for one in person.said:
        quote, stored = cite_sourced(one)
        told = stored.article.published or stored.seen
        today = f"{told:%A} {told.day} {told:%B %Y}"
        new: list[Block] = [divider(), section(f"*{today}*")] if today != day else []
        new = [
            *new,
            rich_paragraph(*statement_elements(quote, _MAX_STATEMENT_CHARS)),
            _source_section(quote, stored, now),
        ]
        if (
            len(blocks) + len(new) > _MAX_MODAL_BLOCKS
            or measure_weight([*blocks, *new]) > _MAX_MODAL_WEIGHT
        ):
            break
        blocks, day, shown = blocks + new, today, shown + 1
    head = section(
        f"*{escape(isolate_direction(shorten(_person_label(person), 200)))}*: {_count_statements(len(person.said))}"
    )
    more = len(person.said) - shown
    end = [context(f"… and {more} earlier.")] if more else []
    return {
        "type": "modal",
        "title": plain_text("Timeline"),
        "close": plain_text("Close"),
        "blocks": [head, *blocks, *end],
    }


def parse_statements_page(value: str) -> tuple[str, int]:
    """Read whose statements a button shows, and which page; raise ValueError for anything else."""
    name, page = json.loads(value)
    return str(name), int(page)


def _dump_statements_page(person: Person, page: int) -> str:
    return json.dumps([shorten(person.name, 300), page], ensure_ascii=False)


def _person_button(person: Person) -> dict[str, Any]:
    label = shorten(f"{_person_label(person)} ({len(person.said)})", 75)
    # Each action_id of a row must be its own.
    return button(label, f"{WHO_MEANT}:{_short_key(person.name)}", _dump_statements_page(person, 0))


def _short_key(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:12]


def _person_label(person: Person) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _count_statements(number: int) -> str:
    return f"{number} statement{'' if number == 1 else 's'}"


def cite_sourced(one: SourcedStatement) -> tuple[Quote, StoredArticle]:
    """Cite what was said, proved."""
    return cite_verified(one.statement, one.article), one.article


def _source_section(quote: Quote, stored: StoredArticle, now: datetime) -> Block:
    """Say which source has a statement and what the speaker does by it; a button shows it in its paragraph."""
    stance = "" if quote.stance is Stance.SAYS else f" · {quote.stance}"
    spans = [citation.span for citation in quote.content]
    place = SpanReference(
        stored.id, min(span.start for span in spans), max(span.end for span in spans)
    )
    button_ = button("Show in text", MORE, f"{SHOW_IN_TEXT}:{place}")
    return section(_source_line(stored, now, spans[0].text) + stance, button_)


def search_results(words: str, articles: Sequence[StoredArticle], now: datetime) -> Message:
    """Show the articles that hold the words, each with a statement that speaks of them, or its best sentence."""
    if not articles:
        return _nothing_found(f"I have read nothing with all of “{escape(words)}”.", words)
    shown = articles[:_MAX_RESULTS]
    blocks, _ = fit_groups(
        [
            rich_paragraph(
                *_headline_elements(stored), rich_text("\n"), *_best_match(stored, words)
            ),
            _source_context(stored, now),
        ]
        for stored in shown
    )
    head = section(f"*Found for “{escape(words)}”*, newest first")
    hint = context(
        f"{code('/digest who NAME')} shows what one of them said; {code('/digest now TOPIC')} posts."
    )
    return Message(
        _escape_lines([headline_text(cite_headline(stored)) for stored in shown]),
        (head, *blocks, hint),
    )


def article_contents(articles: Sequence[StoredArticle], now: datetime) -> Message:
    """Show what an address holds: the sentences that carry each article, and who said what in it."""
    if not articles:
        return compose_message(
            "There was no article to read there.", hint="Try the address of one single article."
        )
    blocks, more = fit_groups(
        [*([divider()] if place else []), *_article_blocks(one, now)]
        for place, one in enumerate(articles)
    )
    if more:
        blocks.append(section(f"… and {more} more articles, which `/digest search` finds."))
    blocks.append(
        context("Every word is the article's own. It can now stand in this workspace's digests.")
    )
    return Message(
        _escape_lines([headline_text(cite_headline(stored)) for stored in articles]), tuple(blocks)
    )


def message_contents(stored: StoredArticle, now: datetime) -> Message:
    """Show who said what in a message's own words; they are kept nowhere."""
    kept = context(
        "Every word is the message's own. Nothing of it was kept, and it comes in no digest."
    )
    return Message(
        _escape_lines([headline_text(cite_headline(stored))]), (*_article_blocks(stored, now), kept)
    )


def cite_verified(statement: Statement, stored: StoredArticle) -> Quote:
    """Cite a statement after slicing every span of it out of its article again; raise SpanMismatch."""
    cited = cite_statement(statement, stored.id)
    for citation in (*cited.content, cited.name, cited.role, cited.cue, cited.via, cited.sentence):
        if citation:
            verify_span(citation.span, stored)
    return cited


def verify_span(span: Span, stored: StoredArticle) -> Span:
    """Give the span back if it holds in the article's body, else raise SpanMismatch."""
    if not span.holds_in(stored.article.body):
        raise SpanMismatch(stored.id, span.start, span.end)
    return span


def source_markup(stored: StoredArticle, now: datetime) -> str:
    """Say where an article is from and how old it is, in markup."""
    outlet = escape(isolate_direction(shorten(stored.article.source or "source not named", 100)))
    return f"{outlet} · {age_markup(stored.article.published or stored.seen, now)}"


def _article_blocks(stored: StoredArticle, now: datetime) -> list[Block]:
    extract = sorted(stored.analysis.extract[:_MAX_EXTRACT_SENTENCES], key=lambda span: span.start)
    sentences = " ".join(
        isolate_direction(_cut_sentence(verify_span(span, stored).text)) for span in extract
    )
    statements = stored.analysis.statements
    blocks: list[Block] = [
        rich_paragraph(*_headline_elements(stored), rich_text(f"\n{sentences}")),
        _source_context(stored, now),
    ]
    if not statements:
        return [*blocks, section("I found nobody speaking in it.")]
    cited = [cite_verified(statement, stored) for statement in statements[:_MAX_ARTICLE_STATEMENTS]]
    bullets = rich_list(statement_elements(one, _MAX_STATEMENT_CHARS) for one in cited)
    blocks.append({"type": "rich_text", "elements": [bullets]})
    more = len(statements) - len(cited)
    return [*blocks, context(f"… and {more} more statements.")] if more > 0 else blocks


def _best_match(stored: StoredArticle, words: str) -> list[dict[str, Any]]:
    """Give the statement that holds most of the words; the article's best sentence where none holds any."""
    wanted = words.casefold().split()
    scored = [(_count_matches(one, wanted), one) for one in stored.analysis.statements]
    hits, best = max(scored, key=lambda pair: (pair[0], pair[1].score), default=(0, None))
    if best and hits:
        return statement_elements(cite_verified(best, stored), _MAX_STATEMENT_CHARS)
    return [
        rich_text(isolate_direction(_cut_sentence(verify_span(span, stored).text)))
        for span in stored.analysis.extract[:1]
    ]


def _count_matches(statement: Statement, wanted: Sequence[str]) -> int:
    held = f"{statement.sentence.text} {statement.actor.name.text if statement.actor else ''}".casefold()
    return sum(word in held for word in wanted)


def _headline_elements(stored: StoredArticle) -> list[dict[str, Any]]:
    words, shorter = cut_text(headline_text(cite_headline(stored)), _MAX_HEADLINE_CHARS)
    return [
        rich_link(words, stored.article.url, bold=True),
        *([rich_text(CUT_MARK)] if shorter else []),
    ]


def _source_context(stored: StoredArticle, now: datetime, words: str = "") -> Block:
    """Say where words are from; the headline links to them in their page."""
    return context(_source_line(stored, now, words) if words else source_markup(stored, now))


def _source_line(stored: StoredArticle, now: datetime, words: str) -> str:
    title = escape(
        isolate_direction(shorten(headline_text(cite_headline(stored)), _MAX_HEADLINE_CHARS))
    ).replace("|", "¦")
    target = text_fragment_url(stored.article.url, words)
    linked = (
        f"<{_escape_url(target)}|{title}>" if target and len(target) <= _MAX_LINK_CHARS else title
    )
    return f"{linked} · {source_markup(stored, now)}"


def _escape_url(url: str) -> str:
    return url.replace("&", "&amp;").replace("|", "%7C")


def _cut_sentence(sentence: str) -> str:
    words, shorter = cut_text(single_line(sentence), _MAX_STATEMENT_CHARS)
    return f"{words}{CUT_MARK if shorter else ''}"


def _nothing_found(problem: str, words: str) -> Message:
    return compose_message(
        problem,
        hint=f"Try fewer words, or let it come: {code(f'/digest subscribe about {words}')}.",
    )


def _escape_lines(lines: Sequence[str]) -> str:
    return fallback_text(escape(line) for line in lines)


# --- who was heard: the chart ---------------------------------------------------------------------

_MAX_ALT_CHARS = 900
_MAX_CELL_CHARS = 160


def chart_title(tally: Tally) -> str:
    """Head the picture."""
    return f"Who was heard on {tally.topic}" if tally.topic else "Who was heard"


def chart_period(tally: Tally) -> str:
    """Say from when to when, and how much it rests on."""
    first, last = tally.days[0], tally.days[-1]
    counted = f"{_count(tally.statements, 'statement', 'statements')} by {_count(tally.people, 'actor', 'actors')}"
    return f"{first.day} {first:%B} to {last.day} {last:%B %Y} · {counted}"


def chart_caption(tally: Tally) -> str:
    """Say in markup what the picture shows."""
    return f"*{escape(isolate_direction(chart_title(tally)))}*, {chart_period(tally)}"


def chart_alt_text(tally: Tally) -> str:
    """Describe the picture for who cannot see it: the same figures in words."""
    told = f"{chart_title(tally)}, {chart_period(tally)}."
    for row in tally.rows:
        line = f" {row.name}: {row.total}, mostly on “{cut_with_mark(row.mostly, 80)}”."
        if len(told) + len(line) > _MAX_ALT_CHARS:
            break
        told += line
    return told


def empty_chart_message(tally: Tally) -> Message:
    """Say that there is nothing to draw."""
    about = f" on “{escape(tally.topic)}”" if tally.topic else ""
    return compose_message(
        f"Nobody who is named said anything{about} from {chart_period(tally).partition(' · ')[0]}.",
        hint=f"{code('/digest chart month')} looks further back.",
    )


def chart_table(tally: Tally, why: str = "") -> Message:
    """Show the same as a table, where no picture can be shown; `why` tells the operator's cure.

    https://docs.slack.dev/reference/block-kit/blocks/table-block
    """
    head = ["Who", "Said", "Most on", "Mostly about"]
    rows = [head, *(_chart_cells(row, tally) for row in tally.rows)]
    block: dict[str, Any] = {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}, {}, {"is_wrapped": True}],
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
    }
    small = [context(why)] if why else []
    lines = [
        chart_caption(tally),
        *(escape(f"{row.name}: {row.total}, mostly on {row.mostly}") for row in tally.rows),
    ]
    return Message(fallback_text(lines), (section(chart_caption(tally)), block, *small))


def _chart_cells(row: TallyRow, tally: Tally) -> list[str]:
    best = max(range(len(row.days)), key=lambda place: (row.days[place], place))
    day = tally.days[best]
    who = f"{row.name}, {row.role}" if row.role else row.name
    told = [who, str(row.total), f"{day:%a} {day.day} {day:%b} ({row.days[best]})", row.mostly]
    return [isolate_direction(cut_with_mark(cell, _MAX_CELL_CHARS)) for cell in told]


def cut_with_mark(words: str, room: int) -> str:
    """Cut an article's words as everywhere else: the mark beside them is not theirs."""
    kept, shorter = cut_text(words, room)
    return f"{kept}{CUT_MARK}" if shorter else kept


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
