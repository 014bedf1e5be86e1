"""Looks up what the actors of a digest said before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.stories.memory import begun, recalled, speakers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.model import Digest, Entry, Said, Story
    from bot.ports import Articles

# Of each speaker's earlier statements, the newest so many are looked through for one on the topic.
_LOOKED_AT = 12


async def with_memory(
    digest: Digest, articles: Articles, team: str | None, now: datetime, stories: Mapping[int, Story]
) -> Digest:
    """Put beside each key statement what its actor said before, as far as this team may see it."""
    wanted = {(name, begun(entry)) for entry in digest.entries for name in speakers(entry)}
    found = await articles.said_before(team, wanted, now, _LOOKED_AT)
    entries = [_with_memory(entry, stories[entry.story], found) for entry in digest.entries]
    return replace(digest, entries=tuple(entries))


def _with_memory(entry: Entry, story: Story, found: Mapping[tuple[str, datetime], Sequence[Said]]) -> Entry:
    before = begun(entry)
    return recalled(entry, story, {name: found[name, before] for name in speakers(entry)})
