"""A digest as Slack messages, and as text for a terminal.

digest -> the channel's message (header, context, stories as far as there is room) -> one thread reply a story
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks.answers import posted_message
from bot.blocks.block_kit import (
    CUT_MARK,
    actions,
    age_markup,
    button,
    code,
    compose_message,
    context,
    count_noun,
    cut_text,
    escape,
    fallback_text,
    format_age,
    format_time,
    isolate_direction,
    measure_weight,
    plain_text,
    section,
    shorten,
)
from bot.blocks.preferences import feedback_buttons
from bot.blocks.statement import earlier_line, headline_text, single_line, statement_line
from bot.blocks.story import (
    WITHDRAWN,
    StoryLimits,
    is_withdrawn,
    lead_in,
    origin,
    revision_note,
    story_blocks,
    thread_blocks,
)
from bot.model import Block, Delivery, DeliveryState, Digest, DigestEntry, Message, Quote

# Slack refuses messages of some 12,000 characters "with a buffer for block containers"
# (https://github.com/slackapi/bolt-js/issues/2509): we stay under 10,000, with 20 for each object.
_MAX_WEIGHT = 10_000
_MAX_BLOCKS = 50
_MAX_HEADER_CHARS = 150
# chat.update takes 4,000 characters of text; some are lost to escaping.
_MAX_TEXT_CHARS = 3_500
_MAX_LINE_CHARS = 240
_MOVED = "Nothing more here: the story above was edited."
# Tried in order: shorter words in the channel before fewer stories, since the thread has them whole.
_LIMITS = (
    StoryLimits(320, 300),
    StoryLimits(220, 220),
    StoryLimits(150, 150),
    StoryLimits(120, 120),
    StoryLimits(100, 100),
)


def digest_messages(digest: Digest, *, channel_title: str) -> tuple[Message, ...]:
    """Give the channel's message and, after it, the replies for its thread; the same digest gives the same ones.

    Raise ValueError for a digest without stories: nothing is posted then.
    """
    if not digest.entries:
        raise ValueError("a digest without stories is not posted")
    shown, stories = _fit_stories(digest)
    parent = Message(_text(digest, channel_title), (*_head(digest, channel_title, shown), *stories))
    return (
        parent,
        *(
            reply
            for place, entry in enumerate(digest.entries)
            for reply in _replies(entry, opening=place >= shown)
        ),
    )


def edited_messages(posted: Digest, shown: Digest, *, channel_title: str) -> tuple[Message, ...]:
    """Give what takes the place of a posted digest's messages, one for each, when it now says what is `shown`."""
    before, after = _fit_stories(posted)[0], _fit_stories(shown)[0]
    parent, *_ = digest_messages(shown, channel_title=channel_title)
    replies: list[Message] = []
    for place, (old, new) in enumerate(zip(posted.entries, shown.entries, strict=True)):
        count = sum(1 for _ in _replies(old, opening=place >= before))
        replies += _match_count(new, count, opening=place >= min(before, after))
    return (parent, *replies)


def _match_count(entry: DigestEntry, count: int, *, opening: bool) -> list[Message]:
    """Give so many replies of a story: what has no room is left to "All statements", what is left over says so."""
    made = list(_replies(entry, opening=opening))
    while len(made) > count and entry.rest:
        entry = replace(entry, rest=entry.rest[:-1])
        made = list(_replies(entry, opening=opening))
    spare = Message(WITHDRAWN if is_withdrawn(entry) else _MOVED)
    return [*made[:count], *[spare] * (count - len(made))]


def digest_text(digest: Digest) -> str:
    """Give a digest for a terminal: the same words, whole."""
    if not digest.entries:
        return f"Nothing new since {format_time(digest.since, digest.zone)}."
    return "\n\n".join(
        (_summary(digest), *(_story_text(digest, n) for n in range(len(digest.entries))))
    )


def _fit_stories(digest: Digest) -> tuple[int, list[Block]]:
    """Give how many stories the channel's message holds, and their blocks."""
    most: tuple[int, list[Block]] = (-1, [])
    for room in _LIMITS:
        found = _fill_message(digest, room)
        if found[0] == len(digest.entries):
            return found
        most = max(most, found, key=lambda one: one[0])
    return most


def _fill_message(digest: Digest, room: StoryLimits) -> tuple[int, list[Block]]:
    blocks: list[Block] = []
    head = _head(digest, "", 0)
    left, free = _MAX_WEIGHT - measure_weight(head) - _MAX_HEADER_CHARS, _MAX_BLOCKS - len(head)
    for place, entry in enumerate(digest.entries):
        story = [*([{"type": "divider"}] if place else []), *story_blocks(entry, digest.made, room)]
        left, free = left - measure_weight(story), free - len(story)
        if left < 0 or free < 0:
            return place, blocks
        blocks.extend(story)
    return len(digest.entries), blocks


def _head(digest: Digest, title: str, shown: int) -> list[Block]:
    told = [_summary(digest)]
    if digest.left_out:
        told.append(f"{digest.left_out} more left out")
    if shown < len(digest.entries):
        told.append(f"{_count(len(digest.entries) - shown, 'story', 'stories')} in the thread only")
    header = plain_text(
        f"{isolate_direction(shorten(title, 110))} · {_date(digest)}", _MAX_HEADER_CHARS
    )
    return [
        {"type": "header", "text": header},
        {"type": "context", "elements": [plain_text(" · ".join(told))]},
    ]


def _summary(digest: Digest) -> str:
    articles = digest.article_ids
    outlets = {
        (source.outlet or "").casefold() for entry in digest.entries for source in entry.sources
    }
    # Of those unlisted nobody knows which outlet is in two stories.
    unsure = any(entry.unlisted for entry in digest.entries)
    sources = max([len(outlets), *(entry.outlets for entry in digest.entries if unsure)])
    return " · ".join(
        (
            _count(len(digest.entries), "story", "stories"),
            _count(len(articles), "article", "articles"),
            ("at least " if unsure else "") + _count(sources, "source", "sources"),
            f"since {format_time(digest.since, digest.zone)}",
        )
    )


def _replies(entry: DigestEntry, *, opening: bool) -> Iterator[Message]:
    text = (
        WITHDRAWN
        if is_withdrawn(entry)
        else f"All statements and sources: {headline_text(entry.headline)}"
    )
    text = escape(shorten(text, _MAX_TEXT_CHARS // 2))
    asked = (
        []
        if is_withdrawn(entry)
        else [feedback_buttons(entry.story, headline_text(entry.headline))]
    )
    for chunk in _chunks([*thread_blocks(entry, opening=opening), *asked]):
        yield Message(text, tuple(chunk))


def _chunks(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    chunk: list[Block] = []
    for block in blocks:
        if chunk and (len(chunk) == _MAX_BLOCKS or measure_weight([*chunk, block]) > _MAX_WEIGHT):
            yield chunk
            chunk = []
        chunk.append(block)
    yield chunk


def _text(digest: Digest, title: str) -> str:
    """Give what a notification shows first and a screen reader reads: headlines, each with its first statement."""
    lines = [f"{title}, {_date(digest)}: {_count(len(digest.entries), 'story', 'stories')}."]
    for number, entry in enumerate(digest.entries, 1):
        if is_withdrawn(entry):
            lines.append(f"{number}. {WITHDRAWN}")
            continue
        words, shorter = cut_text(headline_text(entry.headline), _MAX_LINE_CHARS)
        lines.append(
            f"{number}. {lead_in(entry)}{words}{CUT_MARK if shorter else ''} ({origin(entry)})"
        )
        lines.extend(filter(None, [revision_note(entry)]))
        lines.extend(statement_line(quote, _MAX_LINE_CHARS) for quote in entry.statements)
    kept: list[str] = []
    for line in map(escape, lines):
        if sum(map(len, kept)) + len(kept) + len(line) > _MAX_TEXT_CHARS:
            break
        kept.append(line)
    return "\n".join(kept)


def _story_text(digest: Digest, place: int) -> str:
    entry = digest.entries[place]
    if is_withdrawn(entry):
        return f"{place + 1}. {WITHDRAWN}"
    title = f"{lead_in(entry)}{headline_text(entry.headline)}"
    extract = " ".join(single_line(citation.span.text) for citation in entry.extract)
    said = [line for quote in entry.statements for line in _lines(quote)]
    told = f"({origin(entry)} · {format_age(entry.published, digest.made)})"
    lines = [entry.url or "", revision_note(entry), extract, *said, told]
    return f"{place + 1}. {title}\n" + "\n".join(f"   {line}" for line in lines if line)


def _lines(quote: Quote) -> list[str]:
    line = f"- {statement_line(quote, 2000)}"
    return [line, f"  - {earlier_line(quote.before, 2000)}"] if quote.before else [line]


def _date(digest: Digest) -> str:
    made = digest.made.astimezone(ZoneInfo(digest.zone))
    return f"{made:%A} {made.day} {made:%B %Y}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


# --- preview --------------------------------------------------------------------------------------

POST_PREVIEW = "post_preview"
POST_ANYWAY = "post_anyway"


def preview_message(digest: Digest, *, key: str) -> Message:
    """Show the channel's message of a digest with a button; `key` names the delivery that it would make."""
    message, *_ = digest_messages(digest, channel_title="Preview, for you only")
    told = context(
        f"Nobody else sees this, and nothing counts as seen. {code('/digest now')} posts at once."
    )
    return Message(
        message.text,
        (*message.blocks, told, actions(button("Post it here", POST_PREVIEW, key, primary=True))),
    )


def nothing_new_message(digest: Digest) -> Message:
    """Say that there is nothing the channel has not seen, and where to look instead."""
    return compose_message(
        f"Nothing new here since {format_time(digest.since, digest.zone)}.",
        hint=f"{code('/digest now TOPIC')} may repeat; {code('/digest search WORDS')} looks further back.",
    )


# --- deliveries ---------------------------------------------------------------------------------


def delivery_message(delivery: Delivery) -> Message:
    """Say the outcome of a digest that was asked for."""
    reason = f" {escape(delivery.reason)}" if delivery.reason else ""
    see_history = f"{code('/digest history')} tells what became of it."
    match delivery.state:
        case DeliveryState.POSTED:
            return posted_message(delivery.channel)
        case DeliveryState.SKIPPED:
            return compose_message(
                "There is nothing new here, so nothing was posted.",
                hint=f"{code('/digest now TOPIC')} may repeat; "
                f"{code('/digest search WORDS')} looks further back.",
            )
        case DeliveryState.FAILED:
            failed = f":warning: The digest could not be posted.{reason}"
            return compose_message(failed, hint="Mend that, then try again.")
        case DeliveryState.UNSURE:
            unsure = "Slack did not say whether it took the digest. Look in the channel first."
            return compose_message(unsure, buttons=(_post_anyway_button(delivery),))
        case DeliveryState.SENDING:
            sending = "Slack has not said yet whether it took the digest; I am finding out."
            return compose_message(sending, hint=see_history)
        case _:
            return compose_message("The digest is on its way.", hint=see_history)


def _post_anyway_button(delivery: Delivery) -> Block:
    return button("Post anyway", POST_ANYWAY, str(delivery.id))


_STATES = {
    DeliveryState.POSTED: "posted",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "nothing to post",
    DeliveryState.UNSURE: "not sure whether Slack took it",
}


def delivery_history(deliveries: Sequence[Delivery], now: datetime) -> Message:
    """List deliveries, newest first, with a button where it is unknown whether one arrived."""
    if not deliveries:
        hint = f"{code('/digest now')} posts one."
        return compose_message("No digest was posted here yet.", hint=hint)
    lines = [_delivery_line(delivery, now) for delivery in deliveries]
    buttons = [
        _post_anyway_button(delivery) if delivery.state is DeliveryState.UNSURE else None
        for delivery in deliveries
    ]
    next_hint = context(f"{code('/digest list')} shows what comes next.")
    blocks = [section(line, button) for line, button in zip(lines, buttons, strict=True)]
    return Message(fallback_text(lines), (*blocks, next_hint))


def _delivery_line(delivery: Delivery, now: datetime) -> str:
    state = _STATES.get(delivery.state, "on its way")
    digest = delivery.digest
    content = count_noun(len(digest.entries), "story") if digest else "a digest"
    when = age_markup(digest.made if digest else delivery.touched or delivery.since, now)
    reason = f" — {escape(shorten(delivery.reason, 300))}" if delivery.reason else ""
    return f"{when}: {content}, {state}{reason}"
