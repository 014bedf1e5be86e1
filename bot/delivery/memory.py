"""Looks up what the actors of a digest said before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Digest, DigestEntry, SourcedStatement, StatementRef, Story
from bot.store import ArticleStore
from bot.stories.memory import begun, likely, recalled, speakers

# Of each speaker's earlier statements, the newest so many are looked through for one on the topic.
_LOOKED_AT = 12


async def with_memory(
    digest: Digest,
    articles: ArticleStore,
    team: str | None,
    now: datetime,
    stories: Mapping[int, Story],
) -> Digest:
    """Put beside each key statement what its actor said before, as far as this team may see it."""
    since = {entry.story: begun(entry, stories[entry.story]) for entry in digest.entries}
    wanted = {(name, since[entry.story]) for entry in digest.entries for name in speakers(entry)}
    heard = await articles.find_earlier_statements(team, wanted, now, _LOOKED_AT)
    found: dict[int, dict[str, tuple[StatementRef, ...]]] = {
        entry.story: likely(
            entry,
            stories[entry.story],
            {name: heard[name, since[entry.story]] for name in speakers(entry)},
        )
        for entry in digest.entries
    }
    read = [trace for by_name in found.values() for traces in by_name.values() for trace in traces]
    said = await articles.load_statements(team, read, now) if read else {}
    return replace(
        digest,
        entries=tuple(
            _with_memory(one, stories[one.story], found[one.story], said) for one in digest.entries
        ),
    )


def _with_memory(
    entry: DigestEntry,
    story: Story,
    found: Mapping[str, Sequence[StatementRef]],
    said: Mapping[tuple[int, int], SourcedStatement],
) -> DigestEntry:
    told = {
        name: [said[place] for one in traces if (place := (one.article, one.place)) in said]
        for name, traces in found.items()
    }
    return recalled(entry, story, told)
