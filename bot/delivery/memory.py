"""Looks up what the actors of a digest said before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.stories.memory import begun, recalled, speakers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.model import Digest, Entry, Story
    from bot.ports import Articles

# Of each speaker's earlier statements, the newest so many are looked through for one on the topic.
_LOOKED_AT = 12


async def with_memory(
    digest: Digest, articles: Articles, team: str | None, now: datetime, stories: Mapping[int, Story]
) -> Digest:
    """Put beside each key statement what its actor said before, as far as this team may see it."""
    entries = [await _with_memory(entry, articles, team, now, stories[entry.story]) for entry in digest.entries]
    return replace(digest, entries=tuple(entries))


async def _with_memory(entry: Entry, articles: Articles, team: str | None, now: datetime, story: Story) -> Entry:
    before = begun(entry)
    found = {name: await articles.said_by(team, name, now, _LOOKED_AT, before=before) for name in speakers(entry)}
    return recalled(entry, story, found)
