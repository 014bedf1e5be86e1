"""One story of a digest: its blocks in the channel, and its full statements and sources in the thread."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.blocks.block_kit import (
    CUT_MARK,
    age_markup,
    cut_text,
    isolate_direction,
    mrkdwn,
    plain_text,
    rich_link,
    rich_list,
    rich_paragraph,
    rich_text,
    shorten,
    text_fragment_url,
)
from bot.blocks.preferences import NOT_USEFUL, USEFUL
from bot.blocks.statement import (
    earlier_elements,
    headline_text,
    sentence_elements,
    single_line,
    statement_elements,
)
from bot.model import Block, DigestEntry, Quote, SourceArticle, SourceChange
from bot.stories.repetition import ARTICLES_READ

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

_MAX_HEADLINE_CHARS = 160
_MAX_SENTENCE_CHARS = 900
_MAX_SOURCES = 20
# A block of so many sentences stays well within a message.
_SENTENCES_PER_BLOCK = 6
_MAX_OUTLETS = 3
_REFERENCE = re.compile(r"(\d{1,18}):(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoryLimits:
    """How many characters a message has for each statement's words and for each sentence of an extract."""

    words: int
    sentence: int


@dataclass(frozen=True, slots=True)
class SpanReference:
    """A place in a stored article's body, small enough for a button's value."""

    article: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.article}:{self.start}-{self.end}"


def parse_references(value: str) -> tuple[SpanReference, ...]:
    """Read the references of an overflow option's value, after its act; raise ValueError for anything else."""
    found = [_REFERENCE.fullmatch(part) for part in value.split(",")]
    if not all(found):
        raise ValueError("no reference to a place in an article")
    return tuple(SpanReference(*map(int, match.groups())) for match in found if match)


def is_withdrawn(entry: DigestEntry) -> bool:
    """Whether a story has lost all its articles: none of its words may be shown."""
    return not entry.sources


def story_blocks(entry: DigestEntry, now: datetime, room: StoryLimits) -> list[Block]:
    """Give a story as the channel sees it: headline, extract, key statements, where from, what to do."""
    if is_withdrawn(entry):
        return [rich_paragraph(rich_text(WITHDRAWN, italic=True))]
    told: list[dict[str, Any]] = [
        {"type": "rich_text_section", "elements": _headline_and_extract(entry, room)}
    ]
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
                rich_list(items),
                rich_list([earlier_elements(quote.before, room // 2)]) | {"indent": 1},
            ]
            items = []
    return [*lists, rich_list(items)] if items else lists


def thread_blocks(entry: DigestEntry, *, opening: bool) -> list[Block]:
    """Give every statement of a story in its sentence, and its sources.

    `opening` adds the extract, for a story that the channel's own message had no room for.
    """
    if is_withdrawn(entry):
        return [rich_paragraph(rich_text(WITHDRAWN, italic=True))]
    room = StoryLimits(_MAX_SENTENCE_CHARS, _MAX_SENTENCE_CHARS)
    head = _headline_and_extract(entry, room) if opening else _headline(entry)
    blocks: list[Block] = [rich_paragraph(*head)]
    sources = {source.article: source for source in entry.sources}
    for quotes in _by_speaker((*entry.statements, *entry.rest)):
        blocks.extend(
            _speaker_block(quotes[at : at + _SENTENCES_PER_BLOCK], sources)
            for at in range(0, len(quotes), _SENTENCES_PER_BLOCK)
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
    outlets = _unique_names(source.outlet for source in entry.sources)
    named = ", ".join(outlets[:_MAX_OUTLETS]) + (
        " and others" if len(outlets) > _MAX_OUTLETS else ""
    )
    credited = _unique_names(
        quote.via.span.text if quote.via else None for quote in entry.statements
    )
    via = f"via {', '.join(credited)}" if credited else ""
    return " · ".join(filter(None, (named, via, corroboration(entry))))


def _headline_and_extract(entry: DigestEntry, room: StoryLimits) -> list[dict[str, Any]]:
    elements = _headline(entry)
    if entry.extract:
        elements.append(rich_text("\n"))
    for place, citation in enumerate(entry.extract):
        words, shorter = cut_text(single_line(citation.span.text), room.sentence)
        elements.append(
            rich_text(
                f"{' ' if place else ''}{isolate_direction(words)}{CUT_MARK if shorter else ''}"
            )
        )
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
    who = shorten(", ".join(outlets[:_MAX_OUTLETS]), 200) if outlets else "Its source"
    return f"{who} {_CHANGES[entry.revision.change][1]} on {at.day} {at:%B} at {at:%H:%M} UTC."


def _headline(entry: DigestEntry) -> list[dict[str, Any]]:
    words, shorter = cut_text(headline_text(entry.headline), _MAX_HEADLINE_CHARS)
    note = revision_note(entry)
    return [
        *([rich_text(lead_in(entry), italic=True)] if lead_in(entry) else []),
        rich_link(words, entry.url, bold=True),
        *([rich_text(CUT_MARK)] if shorter else []),
        *([rich_text(f"\n{note}", italic=True)] if note else []),
    ]


def _context(entry: DigestEntry, now: datetime) -> Block:
    when = mrkdwn(f"· {age_markup(entry.published, now)}")
    return {
        "type": "context",
        "elements": [plain_text(isolate_direction(shorten(origin(entry), 300))), when],
    }


def _actions(entry: DigestEntry) -> Block:
    places = ",".join(str(_reference(quote)) for quote in entry.statements)
    return {
        "type": "actions",
        "block_id": f"story:{entry.story}",
        "elements": [
            {
                "type": "button",
                "action_id": ALL_STATEMENTS,
                "text": plain_text("All statements"),
                "value": str(entry.story),
                "accessibility_label": shorten(
                    f"All statements: {headline_text(entry.headline)}", 75
                ),
            },
            {
                "type": "overflow",
                "action_id": MORE,
                "options": [
                    {"text": plain_text("Show in text"), "value": f"{SHOW_IN_TEXT}:{places}"},
                    {"text": plain_text("Copy citation"), "value": f"{COPY_CITATION}:{places}"},
                    {
                        "text": plain_text("Follow or mute …"),
                        "value": f"{FOLLOW_OR_MUTE}:{entry.story}",
                    },
                    {"text": plain_text("Useful"), "value": f"{USEFUL}:{entry.story}"},
                    {"text": plain_text("Not useful"), "value": f"{NOT_USEFUL}:{entry.story}"},
                ],
            },
        ],
    }


def _reference(quote: Quote) -> SpanReference:
    spans = [citation.span for citation in quote.content]
    return SpanReference(
        quote.content[0].article, min(s.start for s in spans), max(s.end for s in spans)
    )


def _by_speaker(quotes: Iterable[Quote]) -> Iterable[list[Quote]]:
    """Put together what one person says, in the order in which people are first heard."""
    heard: dict[str, list[Quote]] = {}
    for quote in quotes:
        heard.setdefault(
            single_line(quote.name.span.text).casefold() if quote.name else "", []
        ).append(quote)
    return heard.values()


def _speaker_block(quotes: Sequence[Quote], sources: Mapping[int, SourceArticle]) -> Block:
    """Give what one person says, each statement in its sentence."""
    name, role = quotes[0].name, next((quote.role for quote in quotes if quote.role), None)
    speaker = (
        [rich_text(single_line(name.span.text), bold=True)]
        if name
        else [rich_text("Speaker not named", italic=True)]
    )
    if role:
        speaker.append(rich_text(f", {single_line(role.span.text)}"))
    told: list[dict[str, Any]] = [{"type": "rich_text_section", "elements": speaker}]
    for quote in quotes:
        sentence = sentence_elements(quote, _MAX_SENTENCE_CHARS)
        told.append(
            {"type": "rich_text_quote", "elements": [*sentence, *_outlet_link(quote, sources)]}
        )
    return {"type": "rich_text", "elements": told}


def _outlet_link(quote: Quote, sources: Mapping[int, SourceArticle]) -> list[dict[str, Any]]:
    """Say which outlet has a statement, linked to the very words; nothing where there is neither to tell."""
    source = sources.get(quote.content[0].article)
    if source is None or not (source.url or source.outlet):
        return []
    target = text_fragment_url(source.url, quote.content[0].span.text)
    others = [rich_text(f" and {quote.outlets - 1} more")] if quote.outlets > 1 else []
    return [rich_text(" · "), rich_link(source.outlet or "in the article", target), *others]


def _sources(entry: DigestEntry) -> Block:
    shown = entry.sources[:_MAX_SOURCES]
    items = [_source(source) for source in shown]
    if more := len(entry.articles) - len(shown):
        items.append([rich_text(f"and {more} more")])
    title = {"type": "rich_text_section", "elements": [rich_text("Sources", bold=True)]}
    return {"type": "rich_text", "elements": [title, rich_list(items)]}


def _source(source: SourceArticle) -> list[dict[str, Any]]:
    words, shorter = cut_text(headline_text(source.headline), _MAX_HEADLINE_CHARS)
    elements = [rich_link(words, source.url), *([rich_text(CUT_MARK)] if shorter else [])]
    told = [
        shorten(source.outlet or "source not named", 100),
        *(["correction"] if source.correction else []),
    ]
    if source.published:
        told.append(f"{source.published.day} {source.published:%B %Y, %H:%M} UTC")
    return [*elements, rich_text(f" ({', '.join(told)})")]


def _unique_names(names: Iterable[str | None]) -> list[str]:
    seen: dict[str, str] = {}
    for name in names:
        if name:
            seen.setdefault(name.casefold(), single_line(name))
    return list(seen.values())
