"""A digest as Slack messages and as text, its preview, and what became of its delivery.

digest -> the channel's message (header, stories as far as there is room) -> thread replies
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks import block_kit as kit
from bot.blocks import messages, story
from bot.blocks.answers import escape_with_code, posted_message
from bot.blocks.preferences import feedback_buttons
from bot.blocks.statement import (
    earlier_line,
    headline_text,
    is_reported,
    single_line,
    statement_line,
)
from bot.model import (
    Block,
    Citation,
    Delivery,
    DeliveryState,
    Digest,
    DigestEntry,
    EmptyReason,
    Message,
    Quote,
)
from bot.stories.outlets import count_distinct, find_outlet_keys

POST_PREVIEW = "post_preview"
POST_ANYWAY = "post_anyway"

# Slack refuses messages of some 12,000 characters "with a buffer for block containers"
# (https://github.com/slackapi/bolt-js/issues/2509): we stay under 10,000, with 16 for each object.
_MAX_WEIGHT = 10_000
_MAX_BLOCKS = 50
_MAX_HEADER_CHARS = 150
# chat.update takes 4,000 characters of text; some are lost to escaping.
_MAX_TEXT_CHARS = 3_500
_MAX_LINE_CHARS = 240
# Tried in order: shorter words before fewer stories, since the thread has the words whole.
# The most characters of each statement's words and of each sentence of an extract.
_LIMITS = ((320, 300), (220, 220), (150, 150), (120, 120), (100, 100))
_THREAD_STORIES = 3  # in an answer for all
_MAX_TOPIC_CHARS = 150
_MAX_TERMINAL_CHARS = 2000  # of a statement


def digest_messages(digest: Digest, *, channel_title: str) -> Iterator[Message]:
    """Yield the channel's message, then the replies for its thread, each made when it is asked for.

    Equal digests give equal messages. Raise ValueError for a digest without stories, which is not
    posted.
    """
    if not digest.entries:
        raise ValueError("a digest without stories is not posted")
    shown, stories = _fit_stories(digest)
    blocks = (*_head(digest, channel_title, shown), *stories, *_legend(digest))
    yield Message(_text(digest, channel_title), blocks)
    for number, entry in enumerate(digest.entries):
        yield from _replies(entry, digest.zone, opening=number >= shown)


def without_pictures(message: Message) -> Message:
    """Return a message without its pictures, which Slack may be unable to get."""
    return Message(message.text, tuple(map(_without_picture, message.blocks)))


def _without_picture(block: Block) -> Block:
    is_picture = (block.get("accessory") or {}).get("type") == "image"
    return {
        key: value
        for key, value in block.items()
        if key != "icon" and not (key == "accessory" and is_picture)
    }


def edited_messages(posted: Digest, current: Digest, *, channel_title: str) -> tuple[Message, ...]:
    """Return the messages that replace those of a posted digest, as many as there were."""
    before, after = _fit_stories(posted)[0], _fit_stories(current)[0]
    parent = next(digest_messages(current, channel_title=channel_title))
    replies: list[Message] = []
    for number, (old, new) in enumerate(zip(posted.entries, current.entries, strict=True)):
        count = sum(1 for _ in _replies(old, posted.zone, opening=number >= before))
        replies += _match_count(new, current.zone, count, opening=number >= min(before, after))
    return (parent, *replies)


def _match_count(entry: DigestEntry, zone: str, count: int, *, opening: bool) -> list[Message]:
    """Return so many replies, with fewer statements where they are too many; mark spare ones."""
    replies = list(_replies(entry, zone, opening=opening))
    while len(replies) > count and entry.rest:
        entry = replace(entry, rest=entry.rest[:-1])
        replies = list(_replies(entry, zone, opening=opening))
    spare = Message(story.WITHDRAWN if story.is_withdrawn(entry) else messages.text("spare_reply"))
    return [*replies[:count], *[spare] * (count - len(replies))]


def _fit_stories(digest: Digest) -> tuple[int, list[Block]]:
    """Return how many stories the channel's message holds, and their blocks."""
    best: tuple[int, list[Block]] = (-1, [])
    for limits in _LIMITS:
        filling = _fill_message(digest, limits)
        if filling[0] > best[0]:
            best = filling
        if best[0] == len(digest.entries):
            break
    return best


def _fill_message(digest: Digest, limits: tuple[int, int]) -> tuple[int, list[Block]]:
    blocks: list[Block] = []
    frame = [*_head(digest, "", 0), *_legend(digest)]
    weight_left = _MAX_WEIGHT - kit.measure_weight(frame) - _MAX_HEADER_CHARS
    blocks_left = _MAX_BLOCKS - len(frame)
    for number, entry in enumerate(digest.entries):
        shown = story.story_blocks(entry, digest, *limits)
        shown = [kit.divider(), *shown] if number and not digest.folded else shown
        weight_left -= kit.measure_weight(shown)
        blocks_left -= sum(1 + len(block.get("child_blocks", ())) for block in shown)
        if weight_left < 0 or blocks_left < 0:
            return number, blocks
        blocks.extend(shown)
    return len(digest.entries), blocks


def _head(digest: Digest, title: str, shown: int) -> list[Block]:
    details = [_summary(digest)]
    if digest.left_out:
        details.append(messages.count("more_stories", digest.left_out))
    if hidden := len(digest.entries) - shown:
        details.append(messages.text("in_thread", stories=messages.count("story", hidden)))
    heading = f"{kit.isolate_direction(kit.shorten(title, 110))} · {_date(digest)}"
    return [
        kit.header(heading),
        kit.small_print(" · ".join(details)),
    ]


def _legend(digest: Digest) -> list[Block]:
    """Explain once what "reported" means, where a statement is marked so."""
    quotes = (quote for entry in digest.entries for quote in entry.statements)
    if not any(map(is_reported, quotes)):
        return []
    return [kit.small_print(messages.text("legend"))]


def _summary(digest: Digest) -> str:
    sources = [source for entry in digest.entries for source in entry.sources]
    outlets = count_distinct(find_outlet_keys(source.outlet, source.url) for source in sources)
    # Nobody knows which outlets of unlisted articles are in two stories.
    unsure = any(entry.unlisted for entry in digest.entries)
    count = max([outlets, *(entry.outlets for entry in digest.entries if unsure)])
    return messages.text(
        "summary_at_least" if unsure else "summary",
        stories=messages.count("story", len(digest.entries)),
        articles=messages.count("article", len(digest.article_ids)),
        sources=messages.count("source", count),
        since=kit.format_time(digest.since, digest.zone),
    )


def _replies(entry: DigestEntry, zone: str, *, opening: bool) -> Iterator[Message]:
    blocks = story.thread_blocks(entry, zone, opening=opening)
    text, title = story.WITHDRAWN, headline_text(entry.headline)
    if not story.is_withdrawn(entry):
        blocks = [*blocks, feedback_buttons(entry.story, title)]
        text = messages.text("thread_text", headline=title)
    for chunk in _chunks(blocks):
        yield Message(kit.escape(kit.shorten(text, _MAX_TEXT_CHARS // 2)), tuple(chunk))


def _chunks(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the blocks in as many messages as they need."""
    chunk: list[Block] = []
    for block in blocks:
        is_full = len(chunk) == _MAX_BLOCKS or kit.measure_weight([*chunk, block]) > _MAX_WEIGHT
        if chunk and is_full:
            yield chunk
            chunk = []
        chunk.append(block)
    yield chunk


def _text(digest: Digest, title: str) -> str:
    """Return the text for notifications and screen readers: headlines, each with its statements."""
    stories = messages.count("story", len(digest.entries))
    lines = [f"{title}, {_date(digest)}: {stories}."]
    for number, entry in enumerate(digest.entries, 1):
        if story.is_withdrawn(entry):
            lines.append(f"{number}. {story.WITHDRAWN}")
            continue
        headline = kit.cut_with_mark(headline_text(entry.headline), _MAX_LINE_CHARS)
        lines.append(
            f"{number}. {story.lead_in(entry, digest.made)}{headline} ({story.origin(entry)})"
        )
        lines.extend(filter(None, [story.revision_note(entry, digest.zone)]))
        lines.extend(statement_line(quote, _MAX_LINE_CHARS) for quote in entry.statements)
    text = ""
    for number, line in enumerate(map(kit.escape, lines)):
        longer = f"{text}\n{line}" if number else line
        if len(longer) > _MAX_TEXT_CHARS:
            break
        text = longer
    return text


def _date(digest: Digest) -> str:
    made = digest.made.astimezone(ZoneInfo(digest.zone))
    return f"{made:%A} {kit.format_date(made)}"


def digest_text(digest: Digest) -> str:
    """Return a digest as text for a terminal, with the same words in full."""
    if not digest.entries:
        since = kit.format_time(digest.since, digest.zone)
        return messages.text("nothing_new", since=since)
    stories = [_story_text(entry, digest) for entry in digest.entries]
    numbered = [f"{number}. {text}" for number, text in enumerate(stories, 1)]
    return "\n\n".join([_summary(digest), *numbered])


def _story_text(entry: DigestEntry, digest: Digest) -> str:
    if story.is_withdrawn(entry):
        return story.WITHDRAWN
    lines = [
        entry.url or "",
        story.revision_note(entry, digest.zone),
        " ".join(_extract_sentence(entry, citation) for citation in entry.extract),
        *(line for quote in entry.statements for line in _statement_lines(quote)),
        f"({story.origin(entry)} · {kit.format_age(entry.published, digest.made)})",
    ]
    title = f"{story.lead_in(entry, digest.made)}{headline_text(entry.headline)}"
    return f"{title}\n" + "\n".join(f"   {line}" for line in lines if line)


def _extract_sentence(entry: DigestEntry, citation: Citation) -> str:
    source = story.sentence_source(entry, citation)
    outlet = f" ({source.outlet or source.url})" if source and (source.outlet or source.url) else ""
    return f"{single_line(citation.span.text)}{outlet}"


def _statement_lines(quote: Quote) -> Iterator[str]:
    yield f"- {statement_line(quote, _MAX_TERMINAL_CHARS)}"
    if quote.before:
        yield f"  - {earlier_line(quote.before, _MAX_TERMINAL_CHARS)}"


def preview_message(digest: Digest, *, key: str) -> Message:
    """Show a digest to one person, with a button to post it; `key` names that delivery."""
    post = kit.button("post_here", POST_PREVIEW, key, primary=True)
    return _titled_message(digest, "preview", kit.actions(post))


def news_message(digest: Digest) -> Message:
    """Show the first stories of a digest in the thread of a question, for all."""
    left_out = digest.left_out + max(0, len(digest.entries) - _THREAD_STORIES)
    digest = replace(digest, entries=digest.entries[:_THREAD_STORIES], left_out=left_out)
    return _titled_message(digest, "news_for_all")


def news_in_pane(digest: Digest, channel: str = "") -> Message:
    """Show a person the news, or what the digest of a channel that they look at is about."""
    key = "news_of_channel" if channel else "news"
    if not digest.entries:
        return kit.compose(f"no_{key}", channel=channel)
    return _titled_message(digest, key, channel=channel)


def _titled_message(digest: Digest, key: str, *end: Block, **fields: object) -> Message:
    """Return a digest's first message below a title; the hint of the title and `end` follow it."""
    title, note = messages.pair(key, **fields)
    message = next(digest_messages(digest, channel_title=title))
    return Message(message.text, (*message.blocks, kit.context(note), *end))


def nothing_new_message(digest: Digest) -> Message:
    """Say that there is nothing the channel has not seen, and where to look instead."""
    return kit.compose("nothing_new_here", reason=kit.escape(empty_reason(digest)))


def empty_reason(digest: Digest) -> str:
    """Say why a digest holds no stories."""
    reason = digest.empty or EmptyReason.NOTHING_ARRIVED
    key = f"empty_{reason}"
    if reason is EmptyReason.NO_MATCH and digest.topic:
        key = "empty_no_topic"
    wanted = f"“{kit.shorten(digest.topic or '', _MAX_TOPIC_CHARS)}”"
    return messages.text(key, since=kit.format_time(digest.since, digest.zone), wanted=wanted)


def delivery_message(delivery: Delivery) -> Message:
    """Say the outcome of a digest that was asked for."""
    if delivery.state is DeliveryState.POSTED:
        return posted_message(delivery.channel)
    reason = f" {escape_with_code(delivery.reason)}" if delivery.reason else ""
    button = _post_anyway_button(delivery)
    return kit.compose(
        f"delivery_{delivery.state}", buttons=(button,) if button else (), reason=reason
    )


def _post_anyway_button(delivery: Delivery) -> Block | None:
    if delivery.state is not DeliveryState.UNSURE:
        return None
    return kit.button("post_anyway", POST_ANYWAY, str(delivery.id))


def delivery_history(deliveries: Sequence[Delivery], now: datetime) -> Message:
    """List deliveries, newest first, with a button where it is unknown whether one arrived."""
    if not deliveries:
        return kit.compose("no_deliveries")
    lines = [_delivery_line(delivery, now) for delivery in deliveries]
    buttons = map(_post_anyway_button, deliveries)
    blocks = [kit.section(line, button) for line, button in zip(lines, buttons, strict=True)]
    blocks.append(kit.context(messages.text("history_hint")))
    return Message(kit.fallback_text(lines), tuple(blocks))


def _delivery_line(delivery: Delivery, now: datetime) -> str:
    state, digest = messages.text(f"state_{delivery.state}"), delivery.digest
    content = messages.text("a_digest")
    if digest:
        content = messages.count("story", len(digest.entries))
    when = kit.age_markup(digest.made if digest else delivery.touched or delivery.since, now)
    text = escape_with_code(kit.shorten(delivery.reason or "", 300))
    reason = f" — {text}" if text else ""
    return f"{when}: {content}, {state}{reason}"
