"""What actors said, what a search found, what an article holds."""

import json
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from bot.blocks import block_kit as kit
from bot.blocks import messages, new_blocks
from bot.blocks.languages import coverage_note, language_names
from bot.blocks.statement import (
    headline_elements,
    headline_text,
    line_words,
    outlet_name,
    single_line,
    statement_elements,
    statement_line,
)
from bot.blocks.story import MORE, SHOW_IN_TEXT, SpanReference
from bot.model.articles import Span, Stance, Statement
from bot.model.batches import batched
from bot.model.digests import Block, Message, NewBlock, Quote
from bot.model.errors import SpanMismatch
from bot.model.stories import SourcedStatement, StoredArticle
from bot.stories.citations import cite_headline, cite_statement
from bot.stories.people import Person

# The buttons below an actor's statements; `parse_statements_page` reads their values.
WHO_MEANT = "who_meant"
WHO_NEWER = "who_newer"
WHO_OLDER = "who_older"
WHO_TIMELINE = "who_timeline"

_DAY_OR_MONTH = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december)\b"
)
_MAX_STATEMENT_CHARS = 300
_MAX_HEADLINE_CHARS = 160
_MAX_LINK_CHARS = 1200  # of the 2,000 that small print holds; a longer link is left out
_MAX_LABEL_CHARS = 200
_MAX_OUTLET_CHARS = 100
_PAGE_STATEMENTS = 8
_SHORT_ANSWER_ITEMS = 3  # statements or articles in an answer for all in a channel
# Of a table's words and the menu below it; Slack's limit holds for both together.
_MAX_TABLE_WEIGHT = 7_500
_ROWS_SHOWN = 6
_MAX_OPTION_CHARS, _MAX_CELL_HEADLINE_CHARS = 70, 80
_MAX_PEOPLE = 20
_BUTTONS_PER_ROW = 5
_MAX_MODAL_BLOCKS = 95
_MAX_MODAL_WEIGHT = 60_000
_MAX_RESULTS = 8
_MAX_ARTICLE_STATEMENTS = 8
_MAX_EXTRACT_SENTENCES = 3


class ActorQuery(NamedTuple):
    """Whose statements are asked for, on what topic and of what days ("" for all), which page."""

    name: str
    topic: str = ""
    period: str = ""
    page: int = 0

    def dump(self, page: int) -> str:
        """Write it, with another page, into a button's value."""
        narrowed = [kit.shorten(self.topic, 300), self.period]
        name = kit.shorten(self.name, 300)
        return json.dumps([name, page, *(narrowed if any(narrowed) else [])], ensure_ascii=False)


def parse_actor_query(value: str) -> ActorQuery:
    """Read what a button carries; raise ValueError for anything else."""
    name, page, *narrowed = json.loads(value)
    topic, period = narrowed or ("", "")
    return ActorQuery(str(name), str(topic), str(period), int(page))


def actor_not_found(
    name: str, similar: Sequence[str] = (), languages: Sequence[str] = ()
) -> Message:
    """Say that nobody of this name was heard, and suggest `similar` names.

    `languages` are those of articles that hold the name.
    """
    if note := coverage_note(languages):
        return kit.compose("actor_unread", name=kit.escape(name), note=note)
    if not similar:
        subscribe = kit.code(f"/digest subscribe about {name}")
        return kit.compose("actor_not_found", name=kit.escape(name), subscribe=subscribe)
    commands = [kit.code(f"/digest who {word.title()}") for word in similar]
    lines = messages.text("or_between").join(commands)
    return kit.compose("actor_misspelt", name=kit.escape(name), lines=lines)


def actor_choice(query: ActorQuery, people: Sequence[Person]) -> Message:
    """Ask which person the name means, with a button for each."""
    shown = people[:_MAX_PEOPLE]
    buttons = [_person_button(person, query) for person in shown]
    rows = [kit.actions(*row) for row in batched(buttons, _BUTTONS_PER_ROW)]
    question, hint = messages.pair("which_actor", name=kit.escape(query.name))
    if more := len(people) - len(shown):
        hint = messages.text("more_actors", count=more)
    counts = [messages.count("statement", len(person.said)) for person in shown]
    labels = map(_person_label, shown)
    lines = [kit.escape(f"{who}: {count}") for who, count in zip(labels, counts, strict=True)]
    text = kit.fallback_text([question, *lines])
    return Message(text, (kit.section(question), *rows, kit.context(hint)))


def actor_statements(
    person: Person,
    now: datetime,
    query: ActorQuery,
    supported: Collection[NewBlock] = (),
    *,
    is_short: bool = False,
) -> Message:
    """Show one page of an actor's statements, newest first, each with stance and source.

    They stand in a table where Slack has one, with as many on a page as it takes. A short answer
    lists the first few, with the button to all of them.
    """
    query = query._replace(name=person.name)
    is_table = NewBlock.DATA_TABLE in supported and not is_short
    pages = _table_pages(person, now) if is_table else _pages(person, is_short=is_short)
    page = min(max(query.page, 0), len(pages) - 1)
    statements = pages[page]
    follow = kit.code(f"/digest follow {kit.shorten(person.name, 100)}")
    title, hint = messages.pair(
        "newest_first", person=_person_title(person), narrowed=_narrowed(query), follow=follow
    )
    if len(pages) > 1:
        title += messages.text("page_of", page=page + 1, pages=len(pages))
    menus: list[Block] = []
    if is_table:
        blocks, menus = [_statement_table(person, statements)], [_in_text_menu(statements, now)]
    else:
        blocks, _ = kit.fit_groups(_statement_blocks(statement, now) for statement in statements)
    if is_short and len(person.said) > len(statements):
        hint = messages.text("newest_shown", shown=len(statements), count=len(person.said))
    targets = (
        ("newer", WHO_NEWER, page - 1, page > 0),
        ("older", WHO_OLDER, page + 1, page + 1 < len(pages)),
        ("timeline", WHO_TIMELINE, 0, True),
    )
    buttons = [
        kit.button(label, action, query.dump(target))
        for label, action, target, is_shown in targets
        if is_shown
    ]
    quotes = [cite_verified(sourced.statement, sourced.article) for sourced in statements]
    lines = [kit.escape(statement_line(quote, _MAX_STATEMENT_CHARS)) for quote in quotes]
    text = kit.fallback_text([title, *lines])
    end = (kit.actions(*menus, *buttons), kit.context(hint))
    return Message(text, (kit.section(title), *blocks, *end))


def _pages(person: Person, *, is_short: bool) -> Sequence[Sequence[SourcedStatement]]:
    if is_short:
        return [person.said[:_SHORT_ANSWER_ITEMS]]
    starts = range(0, max(1, len(person.said)), _PAGE_STATEMENTS)
    return [person.said[at : at + _PAGE_STATEMENTS] for at in starts]


def _table_pages(person: Person, now: datetime) -> Sequence[Sequence[SourcedStatement]]:
    """Return an actor's statements in as many tables as they need."""
    pages: list[list[SourcedStatement]] = [[]]
    weight = 0
    for statement in person.said:
        added = kit.measure_weight([_row(statement), _in_text_option(statement, now)])
        is_full = len(pages[-1]) == new_blocks.MAX_TABLE_ROWS or weight + added > _MAX_TABLE_WEIGHT
        if pages[-1] and is_full:
            pages.append([])
            weight = 0
        pages[-1].append(statement)
        weight += added
    return pages


def _statement_table(person: Person, statements: Sequence[SourcedStatement]) -> Block:
    header = messages.text("who_columns").split(", ")
    rows = [_row(statement) for statement in statements]
    caption = messages.text("who_caption", person=person.name)
    return new_blocks.data_table(caption, header, rows, page_size=_ROWS_SHOWN)


def _in_text_menu(statements: Sequence[SourcedStatement], now: datetime) -> Block:
    """Return a menu that shows one of the statements in its paragraph."""
    return {
        "type": "static_select",
        "action_id": MORE,
        "placeholder": kit.plain_text(messages.text("choose_in_text")),
        "options": [_in_text_option(statement, now) for statement in statements],
    }


def _row(sourced: SourcedStatement) -> list[dict[str, Any]]:
    """Return when and where an actor said what; the outlet links to the words in their page."""
    stored, quote = sourced.article, cite_verified(sourced.statement, sourced.article)
    words = statement_elements(quote, _MAX_STATEMENT_CHARS)
    url = kit.words_url(stored.article.url, quote.content[0].span.text, quote.seconds)
    headline, is_cut = kit.cut_text(headline_text(cite_headline(stored)), _MAX_CELL_HEADLINE_CHARS)
    outlet = kit.shorten(_outlet(stored), _MAX_OUTLET_CHARS)
    mark = kit.CUT_MARK if is_cut else ""
    return [
        kit.rich_paragraph(kit.rich_time(stored.published_or_seen)),
        kit.rich_paragraph(*words),
        kit.rich_paragraph(kit.rich_link(headline, url), kit.rich_text(f"{mark} · {outlet}")),
        new_blocks.raw_text(messages.text(f"stance_{quote.stance}")),
    ]


def _in_text_option(sourced: SourcedStatement, now: datetime) -> dict[str, Any]:
    quote = cite_verified(sourced.statement, sourced.article)
    age = kit.format_age(sourced.article.published_or_seen, now)
    words = line_words(quote)[0].span.text
    label = kit.cut_with_mark(f"{age}: {single_line(words)}", _MAX_OPTION_CHARS)
    return kit.option(label, f"{SHOW_IN_TEXT}:{SpanReference.of(quote.content)}")


def _outlet(stored: StoredArticle) -> str:
    source = stored.article.source or messages.text("source_not_named")
    return outlet_name(source, stored.article.digital_source_type) or source


def actor_timeline_modal(person: Person, now: datetime) -> dict[str, Any]:
    """Show an actor's statements day by day, as many as a modal holds."""
    blocks: list[Block] = []
    last_day, shown = "", 0
    for statement in person.said:
        time = statement.article.published_or_seen
        day = f"{time:%A} {kit.format_date(time)}"
        heading = [kit.divider(), kit.section(f"*{day}*")] if day != last_day else []
        longer = [*blocks, *heading, *_statement_blocks(statement, now)]
        if len(longer) > _MAX_MODAL_BLOCKS or kit.measure_weight(longer) > _MAX_MODAL_WEIGHT:
            break
        blocks, last_day, shown = longer, day, shown + 1
    more = len(person.said) - shown
    end = [kit.context(messages.text("more_earlier", count=more))] if more else []
    return kit.modal("timeline", [kit.section(_person_title(person)), *blocks, *end])


def nothing_said(query: ActorQuery) -> Message:
    """Say that an actor said nothing on the topic or on these days, and offer all statements."""
    name, narrowed = kit.escape(query.name), _narrowed(query)
    every = kit.button("all_they_said", WHO_OLDER, ActorQuery(query.name).dump(0))
    return kit.compose("nothing_said", buttons=(every,), name=name, narrowed=narrowed)


def _narrowed(query: ActorQuery) -> str:
    topic = messages.text("on_topic", topic=kit.escape(query.topic)) if query.topic else ""
    period = _DAY_OR_MONTH.sub(lambda match: match[0].title(), query.period)
    return topic + (f" {period}" if period else "")


def _person_button(person: Person, query: ActorQuery) -> dict[str, Any]:
    # The action_ids of a row must differ.
    action = f"{WHO_MEANT}:{sha256(person.name.encode()).hexdigest()[:12]}"
    label, value = _person_label(person), query._replace(name=person.name).dump(0)
    return kit.button("person", action, value, person=label, count=len(person.said))


def _person_title(person: Person) -> str:
    label = kit.name_markup(_person_label(person), _MAX_LABEL_CHARS)
    return f"*{label}*: {messages.count('statement', len(person.said))}"


def _person_label(person: Person) -> str:
    return f"{person.name}, {person.role}" if person.role else person.name


def _statement_blocks(sourced: SourcedStatement, now: datetime) -> list[Block]:
    """Show a statement, its stance and its source, with a button that shows it in its paragraph."""
    stored = sourced.article
    quote = cite_verified(sourced.statement, stored)
    stance = ""
    if quote.stance is not Stance.SAYS:
        stance = f" · {messages.text(f'stance_{quote.stance}')}"
    show = kit.button("show_in_text", MORE, f"{SHOW_IN_TEXT}:{SpanReference.of(quote.content)}")
    words = kit.rich_paragraph(*statement_elements(quote, _MAX_STATEMENT_CHARS))
    source = _source_line(stored, now, quote)
    return [words, kit.section(source + stance, show)]


def search_results(
    words: str,
    articles: Sequence[StoredArticle],
    now: datetime,
    *,
    is_short: bool = False,
    asked: str = "",
) -> Message:
    """Show the articles that hold the words, each with its best matching statement or sentence.

    Say so where the words are fewer than those that were `asked` for.
    """
    if not articles:
        subscribe = kit.code(f"/digest subscribe about {words}")
        return kit.compose("nothing_found", words=kit.escape(words), subscribe=subscribe)
    shown = articles[: _SHORT_ANSWER_ITEMS if is_short else _MAX_RESULTS]
    start = kit.rich_text("\n")
    groups = (
        _headed(stored, now, start, *_best_match(stored, words), note=_unheard(stored))
        for stored in shown
    )
    blocks, _ = kit.fit_groups(groups)
    title, hint = messages.pair("search_results", words=kit.escape(words))
    if asked:
        title = messages.text("fewer_words", asked=kit.escape(asked), title=title)
    if is_short and len(articles) > len(shown):
        hint = messages.text("first_results", shown=len(shown), count=len(articles))
    return Message(_headlines_text(shown), (kit.section(title), *blocks, kit.context(hint)))


def article_contents(
    articles: Sequence[StoredArticle], now: datetime, *, is_short: bool = False
) -> Message:
    """Show each article of a URL: the sentences that carry it, and who said what in it."""
    most = _SHORT_ANSWER_ITEMS if is_short else _MAX_ARTICLE_STATEMENTS
    if not articles:
        return kit.compose("no_article")
    blocks, left_out = kit.fit_groups(
        [*([kit.divider()] if number else []), *_article_blocks(stored, now, most)]
        for number, stored in enumerate(articles)
    )
    more, note = messages.pair("article_contents", count=left_out)
    if left_out:
        blocks.append(kit.section(more))
    return Message(_headlines_text(articles), (*blocks, kit.context(note)))


def message_contents(stored: StoredArticle, now: datetime) -> Message:
    """Show who said what in a Slack message, of which nothing is stored."""
    note = kit.context(messages.text("message_contents"))
    return Message(_headlines_text([stored]), (*_article_blocks(stored, now), note))


def cite_verified(statement: Statement, stored: StoredArticle) -> Quote:
    """Cite a statement after slicing each of its spans again; raise SpanMismatch if one differs."""
    quote = cite_statement(statement, stored.id)
    for citation in quote.citations():
        verify_span(citation.span, stored)
    return quote


def verify_span(span: Span, stored: StoredArticle) -> Span:
    """Return the span if the article's body holds its text there; raise SpanMismatch if not."""
    if not span.holds_in(stored.article.body):
        raise SpanMismatch(stored.id, span.start, span.end)
    return span


def source_markup(stored: StoredArticle, now: datetime) -> str:
    """Say where an article is from and how old it is, in markup."""
    outlet = kit.name_markup(_outlet(stored), _MAX_OUTLET_CHARS)
    language = language_names([stored.analysis.language])
    age = kit.age_markup(stored.published_or_seen, now)
    return " · ".join(filter(None, (outlet, language, age)))


def _headed(stored: StoredArticle, now: datetime, *elements: Block, note: str = "") -> list[Block]:
    """Show rich_text elements below an article's headline and above its source and a note."""
    headline = headline_elements(cite_headline(stored), stored.article.url, bold=True)
    small = " · ".join(filter(None, (source_markup(stored, now), note)))
    return [kit.rich_paragraph(*headline, *elements), kit.context(small)]


def _article_blocks(
    stored: StoredArticle, now: datetime, most: int = _MAX_ARTICLE_STATEMENTS
) -> list[Block]:
    sentences = " ".join(_sentence(span, stored) for span in best_sentences(stored))
    blocks = _headed(stored, now, kit.rich_text(f"\n{sentences}"))
    statements = stored.analysis.statements
    if not statements:
        return [*blocks, kit.section(_unheard(stored) or messages.text("nobody_speaks"))]
    quotes = [cite_verified(shown, stored) for shown in statements[:most]]
    bullets = kit.rich_list(statement_elements(quote, _MAX_STATEMENT_CHARS) for quote in quotes)
    blocks.append(kit.rich_block(bullets))
    if more := len(statements) - len(quotes):
        blocks.append(kit.context(messages.text("more_statements", count=more)))
    return blocks


def best_sentences(stored: StoredArticle) -> list[Span]:
    """Return the few sentences that carry an article, in its order."""
    return sorted(stored.analysis.extract[:_MAX_EXTRACT_SENTENCES], key=lambda span: span.start)


def _unheard(stored: StoredArticle) -> str:
    """Say that statements of an article without any are not looked for, if that is so."""
    return "" if stored.analysis.statements else coverage_note([stored.analysis.language])


def _best_match(stored: StoredArticle, words: str) -> list[dict[str, Any]]:
    """Show the statement with most of the words; if none has any, the article's best sentence."""
    for best in best_statements(stored, words):
        return statement_elements(cite_verified(best, stored), _MAX_STATEMENT_CHARS)
    return [kit.rich_text(_sentence(span, stored)) for span in stored.analysis.extract[:1]]


def best_statements(stored: StoredArticle, words: str) -> list[Statement]:
    """Return the statements with any of the words, those with most first; all without words."""
    terms, statements = words.casefold().split(), stored.analysis.statements
    if not terms:
        return list(statements)
    scored = [(_count_matches(each, terms), each.score, each) for each in statements]
    scored.sort(key=lambda row: row[:2], reverse=True)
    return [statement for matches, _, statement in scored if matches]


def _count_matches(statement: Statement, terms: Sequence[str]) -> int:
    name = statement.actor.name.text if statement.actor else ""
    text = f"{statement.sentence.text} {name}".casefold()
    return sum(term in text for term in terms)


def _source_line(stored: StoredArticle, now: datetime, quote: Quote) -> str:
    """Say where words are from; the headline links to them in their page or recording."""
    title = kit.name_markup(headline_text(cite_headline(stored)), _MAX_HEADLINE_CHARS)
    url = kit.words_url(stored.article.url, quote.content[0].span.text, quote.seconds)
    if url and len(url) <= _MAX_LINK_CHARS:
        title = kit.link_markup(title, url)
    return f"{title} · {source_markup(stored, now)}"


def _sentence(span: Span, stored: StoredArticle) -> str:
    text = single_line(verify_span(span, stored).text)
    return kit.isolate_direction(kit.cut_with_mark(text, _MAX_STATEMENT_CHARS))


def _headlines_text(articles: Sequence[StoredArticle]) -> str:
    headlines = (headline_text(cite_headline(stored)) for stored in articles)
    return kit.fallback_text(map(kit.escape, headlines))
