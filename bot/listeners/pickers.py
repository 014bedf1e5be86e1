"""What the pickers of the settings form offer for what a person types: zones, sources, topics.

Slack asks at each letter, and waits for the answer as long as for an acknowledgement.
https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from bot.blocks import settings_form as form
from bot.listeners.permissions import require_inside
from bot.listeners.request import SlackRequest
from bot.listeners.schedule_lists import MAX_ITEM_CHARS
from bot.listeners.zones import COMMON_ZONES, find_zone, suggest_zone
from bot.model import StorySummary

# A source that was silent for longer has to be typed.
_SOURCES_AGE = timedelta(days=14)
_TOPICS_AGE = timedelta(days=3)
_MAX_TOPICS = 30
_MIN_WORD_CHARS = 4
# The first parts of the names that are places; the others are for programs, or outdated.
_REGIONS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
}


async def find_options(request: SlackRequest) -> list[str]:
    """Return what the picker offers, best first; nothing to people of another organization."""
    await require_inside(request)
    field, typed = str(request.body.get("block_id") or ""), request.body.get("value")
    query = " ".join(typed.split())[:MAX_ITEM_CHARS] if isinstance(typed, str) else ""
    if field == form.ZONE:
        return match_zones(query)
    if field in {form.SOURCES, form.EXCLUDED_SOURCES}:
        return offer_typed(query, _matching(query, await _find_sources(request)))
    if field in {form.TOPICS, form.EXCLUDED}:
        now = request.now()
        stories = await request.store.articles.get_story_summaries(
            request.team, now - _TOPICS_AGE, now
        )
        return offer_typed(query, match_topics(query, stories))
    return []


async def _find_sources(request: SlackRequest) -> Sequence[str]:
    """Return the names of the sources that the workspace gets news from, the busiest first."""
    now = request.now()
    return await request.store.sources.get_names(request.team, now - _SOURCES_AGE, now)


def offer_typed(query: str, found: Iterable[str]) -> list[str]:
    """Return what was found that can be chosen, and behind it each item that was typed.

    Half a word would be chosen by accident if it stood first.
    """
    typed = [" ".join(item.split()) for item in query.replace('"', "").split(",")]
    items: dict[str, str] = {}
    for item in filter(None, (*found, *typed)):
        items.setdefault(item.casefold(), item)
    return [item for item in items.values() if len(item) <= MAX_ITEM_CHARS and '"' not in item]


def match_zones(query: str) -> list[str]:
    """Return the zones that what was typed may mean; some of all continents for nothing typed."""
    if not query:
        return list(COMMON_ZONES)
    named, found = find_zone(query), _matching(query, _places())
    meant = named or (None if found else suggest_zone(query))
    return list(dict.fromkeys([*([meant] if meant else []), *found]))


@cache
def _places() -> tuple[str, ...]:
    zones = (name for name in available_timezones() if name.partition("/")[0] in _REGIONS)
    return ("UTC", *sorted(zones))


def match_topics(query: str, stories: Iterable[StorySummary]) -> list[str]:
    """Return who speaks in the stories and the words of their headlines that begin like `query`.

    What most stories have comes first; without a query it is who speaks.
    """
    names, words = Counter[str](), Counter[str]()
    for story in stories:
        names.update({name for each in story.articles for name in each.names.split("\n") if name})
        words.update({word for each in story.articles for word in _find_words(each.opening)})
    speakers = _matching(query, (name for name, _ in names.most_common()))
    if not query:
        return speakers[:_MAX_TOPICS]
    return [*speakers, *_matching(query, (word for word, _ in words.most_common()))][:_MAX_TOPICS]


def _find_words(headline: str) -> set[str]:
    found = re.findall(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", headline.casefold())
    return {word for word in found if len(word) >= _MIN_WORD_CHARS}


def _matching(query: str, names: Iterable[str]) -> list[str]:
    """Return the names of which some word begins with each word that was typed."""
    wanted = re.findall(r"[^\W_]+", query.casefold())

    def fits(name: str) -> bool:
        words = re.split(r"[\W_]+", name.casefold())
        return bool(wanted or not query) and all(
            any(word.startswith(each) for word in words) for each in wanted
        )

    return [name for name in names if fits(name)]
