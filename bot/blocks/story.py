"""One story of a digest: its blocks in the channel, its statements and sources in the thread."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from bot.blocks import block_kit as kit
from bot.blocks import messages, new_blocks
from bot.blocks.languages import coverage_note, language_names
from bot.blocks.preferences import NOT_USEFUL, USEFUL
from bot.blocks.statement import (
    earlier_elements,
    headline_elements,
    headline_text,
    outlet_name,
    sentence_elements,
    single_line,
    source_type,
    statement_elements,
)
from bot.model import Block, Citation, Digest, DigestEntry, Quote, SourceArticle
from bot.model.batches import batched
from bot.stories.repetition import ARTICLES_READ
from bot.stories.scoring import OLD_AFTER

# The button's value is the story's id.
ALL_STATEMENTS = "digest_all_statements"
# The button that opens the article; Slack tells us of it all the same.
OPEN_ARTICLE = "open_article"
# The values of the overflow's options: an act, a colon, and the references it is about.
MORE = "digest_more"
SHOW_IN_TEXT = "show"
COPY_CITATION = "cite"
FOLLOW_OR_MUTE = "actors"

WITHDRAWN = messages.text("withdrawn")

_MAX_SENTENCE_CHARS = 900
_MAX_SOURCES = 20
_SENTENCES_PER_BLOCK = 6  # stay well within a message
_MAX_OUTLETS, _MAX_ORIGIN_CHARS = 3, 300
_REFERENCE = re.compile(r"(\d{1,18}):(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SpanReference:
    """A span of a stored article's body, small enough for a button's value."""

    article: int
    start: int
    end: int

    @classmethod
    def of(cls, content: Sequence[Citation]) -> Self:
        """Return the span from the first to the last of a statement's words."""
        spans = [citation.span for citation in content]
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        return cls(content[0].article, start, end)

    def __str__(self) -> str:
        return f"{self.article}:{self.start}-{self.end}"


def parse_references(value: str) -> tuple[SpanReference, ...]:
    """Return the references in the value of an option; raise ValueError for anything else."""
    matches = [_REFERENCE.fullmatch(part) for part in value.split(",")]
    if not all(matches):
        raise ValueError("no reference to a place in an article")
    return tuple(SpanReference(*map(int, match.groups())) for match in matches if match)


def is_withdrawn(entry: DigestEntry) -> bool:
    """Return whether all articles of a story were withdrawn: no word of it may be shown."""
    return not entry.sources


def story_blocks(
    entry: DigestEntry, digest: Digest, statement_chars: int, sentence_chars: int
) -> list[Block]:
    """Show a story of a digest in the channel: headline, extract, key statements, origin, buttons.

    Each statement's words and each sentence of the extract is cut to so many characters. A folded
    story shows its headline, its speakers and its picture; the rest unfolds.
    """
    if is_withdrawn(entry):
        return [kit.rich_paragraph(kit.rich_text(WITHDRAWN, italic=True))]
    headline = _headline(entry, digest.zone, digest.made)
    extract = _extract(entry, sentence_chars)
    lists = _statement_lists(entry.statements, statement_chars)
    picture = _picture(entry) if digest.pictured else None
    if digest.folded:
        where = _where(entry, "") or corroboration(entry)
        end = [kit.small_print(_origin_line(where)), *_actions(entry)]
        parts = [*([kit.rich_section(*extract)] if extract else []), *lists]
        children = [*([kit.rich_block(*parts)] if parts else []), *end]
        title, subtitle = kit.rich_paragraph(*headline), _subtitle(entry, digest.made)
        return [new_blocks.container(title, children, subtitle=subtitle, icon=picture)]
    end = [_context(entry, digest.made), *_actions(entry)]
    opening = [*headline, *([kit.rich_text("\n")] if extract else []), *extract]
    if picture is None:
        return [kit.rich_block(kit.rich_section(*opening), *lists), *end]
    shown = [kit.section(kit.to_markup(opening), picture)]
    return [*shown, *([kit.rich_block(*lists)] if lists else []), *end]


def _picture(entry: DigestEntry) -> Block | None:
    url = kit.web_url(entry.picture)
    alt = messages.text("picture_of", headline=headline_text(entry.headline))
    return kit.image(url, alt) if url else None


def _subtitle(entry: DigestEntry, now: datetime) -> str:
    """Say below a folded headline who speaks, how many sources have it, and when it came."""
    end = f"{corroboration(entry)} · {kit.age_markup(entry.published, now)}"
    speakers = _unique_names(quote.name.span.text for quote in entry.statements if quote.name)
    names = list(map(kit.escape, speakers))
    for count in range(len(names), 0, -1):
        shown = messages.list_first("and_more_names", names, count)
        if len(f"{shown} · {end}") <= new_blocks.MAX_SUBTITLE_CHARS:
            return f"{shown} · {end}"
    return end


def _statement_lists(quotes: Sequence[Quote], max_chars: int) -> list[dict[str, Any]]:
    """List statements; what an actor said before is indented below theirs."""
    lists: list[dict[str, Any]] = []
    items: list[list[dict[str, Any]]] = []
    for quote in quotes:
        items.append(statement_elements(quote, max_chars))
        if quote.before:
            earlier = kit.rich_list([earlier_elements(quote.before, max_chars // 2)])
            lists += [kit.rich_list(items), earlier | {"indent": 1}]
            items = []
    return [*lists, kit.rich_list(items)] if items else lists


def thread_blocks(entry: DigestEntry, zone: str, *, opening: bool) -> list[Block]:
    """Show every statement of a story in its sentence, and its sources, with times in `zone`.

    `opening` adds the extract, for a story that the channel's own message had no room for.
    """
    if is_withdrawn(entry):
        return [kit.rich_paragraph(kit.rich_text(WITHDRAWN, italic=True))]
    extract = _extract(entry, _MAX_SENTENCE_CHARS) if opening else []
    between = [kit.rich_text("\n")] if extract else []
    blocks: list[Block] = [kit.rich_paragraph(*_headline(entry, zone), *between, *extract)]
    sources = {source.article: source for source in entry.sources}
    for quotes in _group_by_speaker((*entry.statements, *entry.rest)):
        batches = batched(quotes, _SENTENCES_PER_BLOCK)
        blocks += [_speaker_block(batch, sources) for batch in batches]
    return [*blocks, _sources(entry, zone)]


def corroboration(entry: DigestEntry) -> str:
    """Say how many outlets have a story, and how many of them independently."""
    if entry.outlets <= 1:
        return messages.text("one_outlet")
    key = "outlets_at_least" if len(entry.articles) > ARTICLES_READ else "outlets"
    return messages.text(key, count=entry.outlets, independent=entry.independent)


def origin(entry: DigestEntry) -> str:
    """Say where a story comes from: outlets, whom they credit, corroboration, languages."""
    return _where(entry, corroboration(entry))


def _where(entry: DigestEntry, sources: str) -> str:
    """Say where a story comes from, with how many `sources` there are unless that stands above."""
    outlets = _unique_names(
        outlet_name(source.outlet, source.digital_source_type) for source in entry.sources
    )
    names = ", ".join(outlets[:_MAX_OUTLETS])
    if len(outlets) > _MAX_OUTLETS:
        names = messages.text("and_others", names=names)
    credited = _unique_names(quote.via.span.text for quote in entry.statements if quote.via)
    via = messages.text("via", names=", ".join(credited)) if credited else ""
    languages = [source.language for source in entry.sources]
    unheard = "" if entry.statements or entry.rest else coverage_note(languages)
    is_checked = any(quote.record for quote in entry.statements)
    checked = messages.text("quote_found") if is_checked else ""
    parts = (names, via, sources, language_names(languages), unheard, checked)
    return " · ".join(filter(None, parts))


def _extract(entry: DigestEntry, max_chars: int) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = []
    for number, citation in enumerate(entry.extract):
        words, is_cut = kit.cut_text(single_line(citation.span.text), max_chars)
        space, mark = " " if number else "", kit.CUT_MARK if is_cut else ""
        elements.append(kit.rich_text(f"{space}{kit.isolate_direction(words)}{mark}"))
        elements += _other_outlet(entry, citation)
    return elements


def _other_outlet(entry: DigestEntry, citation: Citation) -> list[dict[str, Any]]:
    """Return the outlet of a sentence that is not from the headline's article, linked to it."""
    source = sentence_source(entry, citation)
    if source is None:
        return []
    url = kit.text_fragment_url(source.url, citation.span.text)
    outlet = kit.rich_link(source.outlet or messages.text("in_the_article"), url)
    return [kit.rich_text(" ("), outlet, kit.rich_text(")")]


def sentence_source(entry: DigestEntry, citation: Citation) -> SourceArticle | None:
    """Return the article of a sentence of the extract, if the headline links another one."""
    if citation.article == entry.headline.article:
        return None
    return next((each for each in entry.sources if each.article == citation.article), None)


def lead_in(entry: DigestEntry, now: datetime | None) -> str:
    """Return what goes before a headline: whether it was seen before, corrected, or is old."""
    if entry.revision:
        return messages.text(f"lead_{entry.revision.change}")
    if any(source.correction for source in entry.sources):
        return messages.text("lead_correction")
    if entry.update:
        return messages.text("lead_update")
    is_old = now is not None and entry.published < now - OLD_AFTER
    return messages.text("lead_old", date=kit.format_date(entry.published)) if is_old else ""


def revision_note(entry: DigestEntry, zone: str) -> str:
    """Say what changed since a story was posted, with the time in `zone`; "" if nothing did."""
    if entry.revision is None:
        return ""
    at, outlets = entry.revision.at, entry.revision.outlets
    who = kit.shorten(", ".join(outlets[:_MAX_OUTLETS]), 200) or messages.text("its_source")
    time = kit.format_moment(at, zone)
    return messages.text(f"note_{entry.revision.change}", who=who, time=time)


def _headline(entry: DigestEntry, zone: str, now: datetime | None = None) -> list[dict[str, Any]]:
    note, lead = revision_note(entry, zone), lead_in(entry, now)
    return [
        *([kit.rich_text(lead, italic=True)] if lead else []),
        *headline_elements(entry.headline, entry.url, bold=True),
        *([kit.rich_text(f"\n{note}", italic=True)] if note else []),
    ]


def _context(entry: DigestEntry, now: datetime) -> Block:
    when = kit.mrkdwn(f"· {kit.age_markup(entry.published, now)}")
    where = kit.plain_text(_origin_line(origin(entry)))
    return {"type": "context", "elements": [where, when]}


def _origin_line(words: str) -> str:
    return kit.isolate_direction(kit.shorten(words, _MAX_ORIGIN_CHARS))


def _actions(entry: DigestEntry) -> list[Block]:
    """Return a story's row of buttons, if it has any."""
    url = kit.web_url(entry.url)
    opening = [kit.link_button("open_article", OPEN_ARTICLE, url)] if url else []
    buttons = [*_statement_buttons(entry), *opening, *_overflow(entry)]
    return [kit.actions(*buttons) | {"block_id": f"story:{entry.story}"}] if buttons else []


def _statement_buttons(entry: DigestEntry) -> list[Block]:
    if not entry.statements:
        return []
    spoken = messages.text("all_statements_of", headline=headline_text(entry.headline))
    all_statements = kit.button("all_statements", ALL_STATEMENTS, str(entry.story))
    return [all_statements | {"accessibility_label": kit.shorten(spoken, 75)}]


def _overflow(entry: DigestEntry) -> list[Block]:
    if not entry.statements:
        return []
    places = ",".join(str(SpanReference.of(quote.content)) for quote in entry.statements)
    values = {
        "show_in_text": f"{SHOW_IN_TEXT}:{places}",
        "copy_citation": f"{COPY_CITATION}:{places}",
        "follow_or_mute": f"{FOLLOW_OR_MUTE}:{entry.story}",
        "useful": f"{USEFUL}:{entry.story}",
        "not_useful": f"{NOT_USEFUL}:{entry.story}",
    }
    options = [kit.option(messages.text(key), value) for key, value in values.items()]
    return [{"type": "overflow", "action_id": MORE, "options": options}]


def _group_by_speaker(quotes: Iterable[Quote]) -> Iterable[list[Quote]]:
    """Group statements by the speaker's name, in the order in which speakers first come."""
    groups: dict[str, list[Quote]] = {}
    for quote in quotes:
        name = single_line(quote.name.span.text).casefold() if quote.name else ""
        groups.setdefault(name, []).append(quote)
    return groups.values()


def _speaker_block(quotes: Sequence[Quote], sources: Mapping[int, SourceArticle]) -> Block:
    """Show what one person says, each statement in its sentence."""
    name, role = quotes[0].name, next((quote.role for quote in quotes if quote.role), None)
    speaker = kit.rich_text(messages.text("speaker_not_named"), italic=True)
    if name:
        speaker = kit.rich_text(single_line(name.span.text), bold=True)
    role_part = [kit.rich_text(f", {single_line(role.span.text)}")] if role else []
    parts = [kit.rich_section(speaker, *role_part)]
    for quote in quotes:
        sentence = sentence_elements(quote, _MAX_SENTENCE_CHARS)
        elements = [*sentence, *_outlet_link(quote, sources), *_record_link(quote, sources)]
        parts.append({"type": "rich_text_quote", "elements": elements})
    return kit.rich_block(*parts)


def _outlet_link(quote: Quote, sources: Mapping[int, SourceArticle]) -> list[dict[str, Any]]:
    """Return a statement's outlet, linked to its words; nothing if neither is known."""
    source = sources.get(quote.content[0].article)
    if source is None or not (source.url or source.outlet):
        return []
    url = kit.words_url(source.url, quote.content[0].span.text, quote.seconds)
    others = messages.text("and_more_names", count=quote.outlets - 1)
    link = kit.rich_link(source.outlet or messages.text("in_the_article"), url)
    more = [kit.rich_text(others)] if quote.outlets > 1 else []
    return [kit.rich_text(" · "), link, *more]


def _record_link(quote: Quote, sources: Mapping[int, SourceArticle]) -> list[dict[str, Any]]:
    """Return that a quotation was found in a transcript, linked to its words there."""
    record = quote.record
    if record is None or record.article == quote.content[0].article:
        return []
    source = sources.get(record.article)
    url = kit.text_fragment_url(source.url if source else None, record.span.text)
    return [kit.rich_text(" · "), kit.rich_link(messages.text("quote_found"), url)]


def _sources(entry: DigestEntry, zone: str) -> Block:
    shown = entry.sources[:_MAX_SOURCES]
    items = [_source_elements(source, zone) for source in shown]
    if more := len(entry.articles) - len(shown):
        items.append([kit.rich_text(messages.text("more_sources", count=more))])
    title = kit.rich_section(kit.rich_text(messages.text("sources"), bold=True))
    return kit.rich_block(title, kit.rich_list(items))


def _source_elements(source: SourceArticle, zone: str) -> list[dict[str, Any]]:
    details = [kit.shorten(source.outlet or messages.text("source_not_named"), 100)]
    details += [messages.text("correction")] if source.correction else []
    if source.digital_source_type:
        details.append(kit.shorten(source_type(source.digital_source_type), 100))
    if source.published:
        details.append(kit.format_moment(source.published, zone))
    headline = headline_elements(source.headline, source.url)
    return [*headline, kit.rich_text(f" ({', '.join(details)})")]


def _unique_names(names: Iterable[str | None]) -> list[str]:
    """Return each name once, on one line, without regard to case."""
    unique: dict[str, str] = {}
    for name in filter(None, names):
        unique.setdefault(name.casefold(), single_line(name))
    return list(unique.values())
