"""`who`, `search`, `read` with their buttons, and the windows that a story's menu opens."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.blocks import lookup
from bot.blocks.modals import Place, citation_modal, in_text_modal, statements_modal
from bot.blocks.preferences import NOT_USEFUL, USEFUL
from bot.blocks.story import COPY_CITATION, FOLLOW_OR_MUTE, parse_references
from bot.listeners import messages
from bot.listeners.commands import Command
from bot.listeners.periods import resolve_period
from bot.listeners.permissions import (
    find_readable_articles,
    get_visible_article,
    get_visible_story,
    require_inside,
)
from bot.listeners.preference_commands import open_actors, vote
from bot.listeners.questions import iter_fewer_words
from bot.listeners.request import SlackRequest, parse_id
from bot.listeners.subscription_commands import get_zone
from bot.model import Message, SourcedStatement, StoredArticle
from bot.model.errors import NotFound
from bot.model.hosts import hostname_of
from bot.stories.choice import Choice, FitStory
from bot.stories.composition import compose
from bot.stories.filters import is_about_topics, split_topics
from bot.stories.people import Person, group_by_person, match_people, name_words

# Of each spelling the newest statements are looked at: a reader stops long before.
_MAX_STATEMENTS = 200
_MAX_SPELLINGS = 6
# Articles that a search looks at: of certain days the newest may be too new.
_NEWEST, _MAX_ARTICLES = 10, 200
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Statements = dict[tuple[int, int], SourcedStatement]  # by article id and first character


class LookUp(NamedTuple):
    """What was found, and the message that shows it."""

    message: Message
    statements: tuple[SourcedStatement, ...] = ()
    articles: tuple[StoredArticle, ...] = ()


async def who(command: Command, request: SlackRequest) -> None:
    """Show what an actor said lately; ask which where the name may mean several."""
    await request.answer_all((await look_up_actor(command, request)).message)


async def look_up_actor(command: Command, request: SlackRequest) -> LookUp:
    """Find what an actor said on the topic and the days, as far as who sees it may read it."""
    name, now = command.argument, request.now()
    query = lookup.ActorQuery(name, command.topic, command.period)
    actors = await resolve_actor(name, request)
    if narrowed := await _narrow(actors, query, request):
        actors = narrowed
    elif actors:
        return LookUp(lookup.nothing_said(query._replace(name=actors[0].name)))
    if not actors:
        similar: tuple[str, ...] = ()
        if await find_readable_articles(request) is None:
            similar = await request.store.articles.find_similar_names(request.team, name, now)
        naming = [] if similar else await _find_articles(name, request)
        languages = [stored.analysis.language for stored in naming]
        return LookUp(lookup.actor_not_found(name, similar, languages))
    if len(actors) > 1:
        return LookUp(lookup.actor_choice(query, actors))
    return LookUp(await _show_statements(actors[0], query, request), actors[0].said)


async def _narrow(
    people: Sequence[Person], query: lookup.ActorQuery, request: SlackRequest
) -> tuple[Person, ...]:
    """Return the people with what they said on the topic and on the days that are asked for."""
    topics, (since, until) = split_topics(query.topic), await _find_days(query.period, request)
    narrowed = [
        replace(
            person,
            said=tuple(
                sourced
                for sourced in person.said
                if since <= sourced.when < until
                and (not topics or is_about_topics(sourced, topics))
            ),
        )
        for person in people
    ]
    return tuple(person for person in narrowed if person.said)


async def _find_days(period: str, request: SlackRequest) -> tuple[datetime, datetime]:
    """Return when the days begin and end in the person's zone; all of time for ""."""
    if not period:
        return _FIRST, _LAST
    zone = ZoneInfo(await get_zone(request))
    first, last = resolve_period(period, request.now().astimezone(zone).date())
    begin = datetime.combine(first, time.min, zone)
    return begin, datetime.combine(last + timedelta(days=1), time.min, zone)


async def turn_page(request: SlackRequest) -> None:
    """Show the page of an actor's statements that the button carries, in place of the one shown.

    Where all see that message it stays short, and holds what the channel may see.
    """
    request = replace(request, for_all=request.is_public_button)
    actor, query = await _pressed_actor(request)
    await request.answer(await _show_statements(actor, query, request), replace=True)


async def _show_statements(
    person: Person, query: lookup.ActorQuery, request: SlackRequest
) -> Message:
    supported = await request.services.chat.supported_blocks(request.team)
    now, is_short = request.now(), request.for_all
    return lookup.actor_statements(person, now, query, supported, is_short=is_short)


async def open_timeline(request: SlackRequest) -> None:
    """Open the window with all that an actor said."""

    async def show() -> dict[str, Any]:
        actor, _ = await _pressed_actor(request)
        return lookup.actor_timeline_modal(actor, request.now())

    await request.fill_modal("timeline", show)


async def _pressed_actor(request: SlackRequest) -> tuple[Person, lookup.ActorQuery]:
    query = request.decode(_parse_query)
    actors = await _narrow(await resolve_actor(query.name, request), query, request)
    if not actors:
        raise NotFound(messages.text("words_withdrawn"))
    return actors[0], query


def _parse_query(value: str) -> lookup.ActorQuery:
    query = lookup.parse_actor_query(value)
    if query.period:
        resolve_period(query.period, date.min.replace(year=2000))
    return query


async def resolve_actor(name: str, request: SlackRequest) -> tuple[Person, ...]:
    """Return the people that a name may mean, each with what they said, newest first."""
    statements: Statements = {}
    directory, readable = request.services.actors, await find_readable_articles(request)
    for spelling in directory.spellings(name)[:_MAX_SPELLINGS]:
        statements |= await _load_statements(spelling, request, readable)
    for surname in _surnames(statements.values()):
        stories = {statement.article.story for statement in statements.values()}
        more = await _load_statements(surname, request, readable)
        statements |= {key: other for key, other in more.items() if other.article.story in stories}
    newest_first = sorted(
        statements.values(),
        key=lambda statement: statement.article.published_or_seen,
        reverse=True,
    )
    return match_people(group_by_person(newest_first, directory), name, directory)


async def _load_statements(
    name: str, request: SlackRequest, readable: frozenset[int] | None
) -> Statements:
    now, articles = request.now(), request.store.articles
    statements = await articles.find_statements_by(request.team, name, now, _MAX_STATEMENTS)
    return {
        (statement.article.id, statement.statement.content[0].start): statement
        for statement in statements
        if readable is None or statement.article.id in readable
    }


def _surnames(statements: Iterable[SourcedStatement]) -> tuple[str, ...]:
    """Return the last words of full names: within their stories they stand for these people."""
    actors = (statement.statement.actor for statement in statements)
    words = (name_words(actor.name.text) for actor in actors if actor)
    surnames = dict.fromkeys(name[-1] for name in words if len(name) > 1)
    return tuple(surnames)[:_MAX_SPELLINGS]


async def search(command: Command, request: SlackRequest) -> None:
    """Show the articles that hold all the words; where none does, those with most of them."""
    found = await look_up_words(command, request)
    for fewer in () if found.articles else iter_fewer_words(command.argument):
        narrower = await look_up_words(
            replace(command, argument=fewer), request, asked=command.argument
        )
        if narrower.articles:
            found = narrower
            break
    await request.answer_all(found.message)


async def look_up_words(command: Command, request: SlackRequest, asked: str = "") -> LookUp:
    """Find the articles of the days with all the words that whoever asks may read.

    `asked` are the words of which no article has all, where these are fewer.
    """
    limit = _MAX_ARTICLES if command.period else _NEWEST
    found = await _find_articles(command.argument, request, limit)
    since, until = await _find_days(command.period, request)
    of_days = tuple(stored for stored in found if since <= stored.published_or_seen < until)
    words = f"{command.argument} {command.period}".strip()
    message = lookup.search_results(
        words, of_days, request.now(), is_short=request.for_all, asked=asked
    )
    return LookUp(message, articles=of_days)


async def _find_articles(
    words: str, request: SlackRequest, limit: int = _NEWEST
) -> list[StoredArticle]:
    """Return the articles with all the words that whoever asks may read, newest first."""
    readable = await find_readable_articles(request)
    articles = await request.store.articles.search(request.team, words, request.now(), limit)
    return [article for article in articles if readable is None or article.id in readable]


async def read(command: Command, request: SlackRequest) -> None:
    """Fetch an article, store it for this workspace, and show what is in it."""
    reading = request.services.intake.read_address(command.argument, team=request.team)
    place = hostname_of(command.argument) or command.argument
    articles = await request.answer_after(reading, messages.text("reading", place=place))
    message = lookup.article_contents(articles, request.now(), is_short=request.for_all)
    await request.answer_all(message)


async def open_statements(request: SlackRequest) -> None:
    """Show the story as it stands now, with articles that came since the digest."""

    async def show() -> dict[str, Any]:
        now = request.now()
        story = await get_visible_story(request.decode(parse_id), request)
        choice = Choice((FitStory(story, story.articles),))
        zone = await get_zone(request)
        digest = compose(choice, now=now, zone=zone, since=now - timedelta(days=1), topic=None)
        return statements_modal(digest.entries[0], zone)

    await request.fill_modal("all_statements", show)


async def choose_from_menu(request: SlackRequest) -> None:
    """Show words in their article or a citation, follow or mute, or vote, as chosen in the menu."""
    action, _, target = request.value.partition(":")
    if action == FOLLOW_OR_MUTE:
        await open_actors(request, request.decode(parse_id, target))
    elif action in {USEFUL, NOT_USEFUL}:
        await require_inside(request)
        await vote(request)
    elif action == COPY_CITATION:
        await request.fill_modal("citation", partial(_show_citation, target, request))
    else:
        await request.fill_modal("in_text", partial(_show_in_text, target, request))


async def _show_citation(target: str, request: SlackRequest) -> dict[str, Any]:
    return citation_modal(await _find_places(target, request), request.now())


async def _show_in_text(target: str, request: SlackRequest) -> dict[str, Any]:
    places = await _find_places(target, request)
    stories = {stored.story for stored, _ in places}
    visible = {number: await get_visible_story(number, request) for number in stories}
    articles = {number: story.articles for number, story in visible.items()}
    return in_text_modal(places, request.now(), articles)


async def _find_places(target: str, request: SlackRequest) -> list[Place]:
    references = request.decode(parse_references, target)
    return [(await get_visible_article(place, request), place) for place in references]
