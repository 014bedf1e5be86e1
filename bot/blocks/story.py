"""One story of a digest: its blocks in the channel, and its full statements and sources in the thread."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.blocks.preferences import NOT_USEFUL, USEFUL
from bot.blocks.statement import (
    earlier_elements,
    flat,
    sentence_elements,
    statement_elements,
    title_words,
)
from bot.blocks.text import (
    CUT,
    ago_token,
    cut,
    isolate,
    mrkdwn,
    plain,
    rich,
    rich_bullets,
    rich_line,
    rich_link,
    shorten,
    text_fragment,
)
from bot.model import Block, DigestEntry, Quote, SourceArticle, SourceChange
from bot.stories.novelty import ARTICLES_READ

# The button's value is the story's id.
ALL_STATEMENTS = "digest_all_statements"
# The overflow's; each option's value is its act, a colon, and the references it acts on.
MORE = "digest_more"
SHOW_IN_TEXT = "show"
COPY_CITATION = "cite"
FOLLOW_OR_MUTE = "actors"

WITHDRAWN = "This story was withdrawn by its source."

_CHANGES = {
    SourceChange.UPDATED: ("Updated", "published a new version"),
    SourceChange.CORRECTED: ("Corrected", "corrected the article"),
    SourceChange.WITHDRAWN: ("Changed", "withdrew an article"),
}

_HEADLINE_ROOM = 160
_SENTENCE_ROOM = 900
_SOURCES_SHOWN = 20
# A block of so many sentences stays well within a message.
_TOGETHER = 6
_OUTLETS_NAMED = 3
_REFERENCE = re.compile(r"(\d{1,18}):(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters a message has for each statement's words and for each sentence of an extract."""

    words: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a stored article's body, small enough for a button's value."""

    article: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.article}:{self.start}-{self.end}"


def read_references(value: str) -> tuple[Reference, ...]:
    """Read the references of an overflow option's value, after its act; raise ValueError for anything else."""
    found = [_REFERENCE.fullmatch(part) for part in value.split(",")]
    if not all(found):
        raise ValueError("no reference to a place in an article")
    return tuple(Reference(*map(int, match.groups())) for match in found if match)


def is_withdrawn(entry: DigestEntry) -> bool:
    """Whether a story has lost all its articles: none of its words may be shown."""
    return not entry.sources


def story_blocks(entry: DigestEntry, now: datetime, room: Room) -> list[Block]:
    """Give a story as the channel sees it: headline, extract, key statements, where from, what to do."""
    if is_withdrawn(entry):
        return [rich_line(rich(WITHDRAWN, italic=True))]
    told: list[dict[str, Any]] = [{"type": "rich_text_section", "elements": _opening(entry, room)}]
    told.extend(_statements(entry.statements, room.words))
    blocks: list[Block] = [{"type": "rich_text", "elements": told}, _context(entry, now)]
    return [*blocks, _actions(entry)] if entry.statements else blocks


def _statements(quotes: Sequence[Quote], room: int) -> list[dict[str, Any]]:
    """Give a list of statements; what an actor said before stands indented under theirs."""
    lists: list[dict[str, Any]] = []
    items: list[list[dict[str, Any]]] = []
    for quote in quotes:
        items.append(statement_elements(quote, room))
        if quote.before:
            lists += [
                rich_bullets(items),
                rich_bullets([earlier_elements(quote.before, room // 2)]) | {"indent": 1},
            ]
            items = []
    return [*lists, rich_bullets(items)] if items else lists


def thread_blocks(entry: DigestEntry, *, opening: bool) -> list[Block]:
    """Give every statement of a story in its sentence, and its sources.

    `opening` adds the extract, for a story that the channel's own message had no room for.
    """
    if is_withdrawn(entry):
        return [rich_line(rich(WITHDRAWN, italic=True))]
    room = Room(_SENTENCE_ROOM, _SENTENCE_ROOM)
    head = _opening(entry, room) if opening else _headline(entry)
    blocks: list[Block] = [rich_line(*head)]
    sources = {source.article: source for source in entry.sources}
    for quotes in _by_speaker((*entry.statements, *entry.rest)):
        blocks.extend(
            _said(quotes[at : at + _TOGETHER], sources) for at in range(0, len(quotes), _TOGETHER)
        )
    return [*blocks, _sources(entry)]


def corroboration(entry: DigestEntry) -> str:
    """Say how many outlets tell a story, and how many of them in their own words."""
    if entry.outlets <= 1:
        return "one outlet"
    least = "at least " if len(entry.articles) > ARTICLES_READ else ""
    return f"{entry.outlets} outlets, {least}{entry.independent} independent"


def origin(entry: DigestEntry) -> str:
    """Say where a story comes from: outlets, whom they credit, corroboration."""
    outlets = _once(source.outlet for source in entry.sources)
    named = ", ".join(outlets[:_OUTLETS_NAMED]) + (
        " and others" if len(outlets) > _OUTLETS_NAMED else ""
    )
    credited = _once(quote.via.span.text if quote.via else None for quote in entry.statements)
    via = f"via {', '.join(credited)}" if credited else ""
    return " · ".join(filter(None, (named, via, corroboration(entry))))


def _opening(entry: DigestEntry, room: Room) -> list[dict[str, Any]]:
    elements = _headline(entry)
    if entry.extract:
        elements.append(rich("\n"))
    for place, citation in enumerate(entry.extract):
        words, shorter = cut(flat(citation.span.text), room.sentence)
        elements.append(rich(f"{' ' if place else ''}{isolate(words)}{CUT if shorter else ''}"))
    return elements


def lead_in(entry: DigestEntry) -> str:
    """Say before a headline what the reader should know of it: seen before, or corrected by its source."""
    if entry.revision:
        return f"{_CHANGES[entry.revision.change][0]}: "
    if any(source.correction for source in entry.sources):
        return "Correction: "
    return "Update: " if entry.update else ""


def revision_note(entry: DigestEntry) -> str:
    """Say what changed since a story was posted; "" where nothing did."""
    if entry.revision is None:
        return ""
    at, outlets = entry.revision.at, entry.revision.outlets
    who = shorten(", ".join(outlets[:_OUTLETS_NAMED]), 200) if outlets else "Its source"
    return f"{who} {_CHANGES[entry.revision.change][1]} on {at.day} {at:%B} at {at:%H:%M} UTC."


def _headline(entry: DigestEntry) -> list[dict[str, Any]]:
    words, shorter = cut(title_words(entry.headline), _HEADLINE_ROOM)
    note = revision_note(entry)
    return [
        *([rich(lead_in(entry), italic=True)] if lead_in(entry) else []),
        rich_link(words, entry.url, bold=True),
        *([rich(CUT)] if shorter else []),
        *([rich(f"\n{note}", italic=True)] if note else []),
    ]


def _context(entry: DigestEntry, now: datetime) -> Block:
    when = mrkdwn(f"· {ago_token(entry.published, now)}")
    return {"type": "context", "elements": [plain(isolate(shorten(origin(entry), 300))), when]}


def _actions(entry: DigestEntry) -> Block:
    places = ",".join(str(_reference(quote)) for quote in entry.statements)
    return {
        "type": "actions",
        "block_id": f"story:{entry.story}",
        "elements": [
            {
                "type": "button",
                "action_id": ALL_STATEMENTS,
                "text": plain("All statements"),
                "value": str(entry.story),
                "accessibility_label": shorten(
                    f"All statements: {title_words(entry.headline)}", 75
                ),
            },
            {
                "type": "overflow",
                "action_id": MORE,
                "options": [
                    {"text": plain("Show in text"), "value": f"{SHOW_IN_TEXT}:{places}"},
                    {"text": plain("Copy citation"), "value": f"{COPY_CITATION}:{places}"},
                    {"text": plain("Follow or mute …"), "value": f"{FOLLOW_OR_MUTE}:{entry.story}"},
                    {"text": plain("Useful"), "value": f"{USEFUL}:{entry.story}"},
                    {"text": plain("Not useful"), "value": f"{NOT_USEFUL}:{entry.story}"},
                ],
            },
        ],
    }


def _reference(quote: Quote) -> Reference:
    spans = [citation.span for citation in quote.content]
    return Reference(
        quote.content[0].article, min(s.start for s in spans), max(s.end for s in spans)
    )


def _by_speaker(quotes: Iterable[Quote]) -> Iterable[list[Quote]]:
    """Put together what one person says, in the order in which people are first heard."""
    heard: dict[str, list[Quote]] = {}
    for quote in quotes:
        heard.setdefault(flat(quote.name.span.text).casefold() if quote.name else "", []).append(
            quote
        )
    return heard.values()


def _said(quotes: Sequence[Quote], sources: Mapping[int, SourceArticle]) -> Block:
    """Give what one person says, each statement in its sentence."""
    name, role = quotes[0].name, next((quote.role for quote in quotes if quote.role), None)
    speaker = (
        [rich(flat(name.span.text), bold=True)]
        if name
        else [rich("Speaker not named", italic=True)]
    )
    if role:
        speaker.append(rich(f", {flat(role.span.text)}"))
    told: list[dict[str, Any]] = [{"type": "rich_text_section", "elements": speaker}]
    for quote in quotes:
        sentence = sentence_elements(quote, _SENTENCE_ROOM)
        told.append({"type": "rich_text_quote", "elements": [*sentence, *_place(quote, sources)]})
    return {"type": "rich_text", "elements": told}


def _place(quote: Quote, sources: Mapping[int, SourceArticle]) -> list[dict[str, Any]]:
    """Say which outlet has a statement, linked to the very words; nothing where there is neither to tell."""
    source = sources.get(quote.content[0].article)
    if source is None or not (source.url or source.outlet):
        return []
    target = text_fragment(source.url, quote.content[0].span.text)
    others = [rich(f" and {quote.outlets - 1} more")] if quote.outlets > 1 else []
    return [rich(" · "), rich_link(source.outlet or "in the article", target), *others]


def _sources(entry: DigestEntry) -> Block:
    shown = entry.sources[:_SOURCES_SHOWN]
    items = [_source(source) for source in shown]
    if more := len(entry.articles) - len(shown):
        items.append([rich(f"and {more} more")])
    title = {"type": "rich_text_section", "elements": [rich("Sources", bold=True)]}
    return {"type": "rich_text", "elements": [title, rich_bullets(items)]}


def _source(source: SourceArticle) -> list[dict[str, Any]]:
    words, shorter = cut(title_words(source.headline), _HEADLINE_ROOM)
    elements = [rich_link(words, source.url), *([rich(CUT)] if shorter else [])]
    told = [
        shorten(source.outlet or "source not named", 100),
        *(["correction"] if source.correction else []),
    ]
    if source.published:
        told.append(f"{source.published.day} {source.published:%B %Y, %H:%M} UTC")
    return [*elements, rich(f" ({', '.join(told)})")]


def _once(names: Iterable[str | None]) -> list[str]:
    seen: dict[str, str] = {}
    for name in names:
        if name:
            seen.setdefault(name.casefold(), flat(name))
    return list(seen.values())
