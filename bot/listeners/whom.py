"""Whom a name means, and what they said: for the command, its buttons and its window."""

from collections.abc import Iterable
from datetime import datetime

from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services
from bot.model import SourcedStatement
from bot.stories.naming import name_words
from bot.stories.people import Person, meant, people

# Of each spelling the newest statements are looked at: a reader stops long before.
_LOOKED_AT = 200
_MOST_SPELLINGS = 6


async def whom(name: str, ask: SlackRequest, services: Services) -> tuple[Person, ...]:
    """Give the people whom a name may mean, with what they said, newest first."""
    found: dict[tuple[int, int], SourcedStatement] = {}
    for spelling in services.actors.spellings(name)[:_MOST_SPELLINGS]:
        await _gather(spelling, found, ask, services)
    for surname in _surnames(found.values()):
        stories = {one.article.story for one in found.values()}
        others: dict[tuple[int, int], SourcedStatement] = {}
        await _gather(surname, others, ask, services)
        found |= {place: one for place, one in others.items() if one.article.story in stories}
    newest_first = sorted(
        found.values(),
        key=lambda one: one.article.article.published or one.article.seen,
        reverse=True,
    )
    return meant(people(newest_first, services.actors), name, services.actors)


def _when(one: SourcedStatement) -> datetime:
    return one.article.article.published or one.article.seen


async def _gather(
    name: str, found: dict[tuple[int, int], SourcedStatement], ask: SlackRequest, services: Services
) -> None:
    now = services.clock.now()
    for one in await services.store.articles.find_statements_by(ask.team, name, now, _LOOKED_AT):
        found[one.article.id, one.statement.content[0].start] = one


def _surnames(said: Iterable[SourcedStatement]) -> tuple[str, ...]:
    """Give the last words of full names: within their stories they stand for these people."""
    names = (one.statement.actor.name.text for one in said if one.statement.actor)
    words = (name_words(name) for name in names)
    return tuple(dict.fromkeys(name[-1] for name in words if len(name) > 1))[:_MOST_SPELLINGS]
