"""Who was quoted most, day by day: a chart and a table of Slack's own, or words for a picture."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages, new_blocks
from bot.model import Message, NewBlock
from bot.model.batches import batched
from bot.stories.tally import Tally, TallyRow

_MAX_ALT_CHARS = 900
_MAX_CELL_CHARS = 160


def chart_title(tally: Tally) -> str:
    """Return the picture's heading."""
    key = "chart_on_topic" if tally.topic else "chart_title"
    return messages.text(key, topic=tally.topic)


def chart_period(tally: Tally) -> str:
    """Say which days were counted, and how many statements and actors."""
    statements = messages.count("statement", tally.statements)
    actors = messages.count("actor", tally.people)
    return messages.text(
        "chart_period", days=_chart_days(tally), statements=statements, actors=actors
    )


def _chart_days(tally: Tally) -> str:
    first, last = tally.days[0], tally.days[-1]
    return messages.text("chart_days", first=f"{first.day} {first:%B}", last=kit.format_date(last))


def chart_caption(tally: Tally) -> str:
    """Say in markup what the picture shows."""
    return f"*{kit.escape(kit.isolate_direction(chart_title(tally)))}*, {chart_period(tally)}"


def chart_alt_text(tally: Tally) -> str:
    """Describe the picture in words for people who cannot see it."""
    text = f"{chart_title(tally)}, {chart_period(tally)}."
    for row in tally.rows:
        story = kit.cut_with_mark(row.mostly, 80)
        line = messages.text("chart_alt_row", name=row.name, total=row.total, story=story)
        if len(text) + len(line) > _MAX_ALT_CHARS:
            break
        text += line
    return text


def empty_chart_message(tally: Tally) -> Message:
    """Say that there is nothing to draw."""
    key = "chart_empty_on_topic" if tally.topic else "chart_empty"
    return kit.compose(key, topic=kit.escape(tally.topic or ""), days=_chart_days(tally))


def chart_message(tally: Tally, supported: Collection[NewBlock], reason: str = "") -> Message:
    """Show the figures as a chart, where Slack draws one, and as a table.

    `reason` says what the operator can do to get a picture.
    """
    caption = chart_caption(tally)
    blocks = [kit.section(caption)]
    if NewBlock.DATA_VISUALIZATION in supported:
        size = -(-len(tally.days) // new_blocks.MAX_CATEGORIES)
        # A chart has room for some twenty bars.
        series = {row.name: [*map(sum, batched(row.days, size))] for row in tally.rows}
        labels = [*map(_span_label, batched(tally.days, size))]
        blocks.append(new_blocks.chart(chart_title(tally), labels, series))
    blocks.append(_table(tally, is_data=NewBlock.DATA_TABLE in supported))
    blocks += [kit.context(reason)] if reason else []
    lines = [
        kit.escape(messages.text("chart_row", name=row.name, total=row.total, story=row.mostly))
        for row in tally.rows
    ]
    return Message(kit.fallback_text([caption, *lines]), tuple(blocks))


def _span_label(days: Sequence[date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return f"{first:%a} {first.day} {first:%b}"
    return f"{first.day}–{last.day} {last:%b}"


def _table(tally: Tally, *, is_data: bool) -> dict[str, Any]:
    header = messages.text("chart_columns").split(", ")
    rows = [_cells(row, tally) for row in tally.rows]
    if is_data:
        return new_blocks.data_table(chart_title(tally), header, rows, page_size=len(rows))
    # https://docs.slack.dev/reference/block-kit/blocks/table-block
    head = [new_blocks.raw_text(word) for word in header]
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}, {}, {"is_wrapped": True}],
        "rows": [head, *rows],
    }


def _cells(row: TallyRow, tally: Tally) -> list[dict[str, Any]]:
    best = max(range(len(row.days)), key=lambda index: (row.days[index], index))
    day = tally.days[best]
    name = f"{row.name}, {row.role}" if row.role else row.name
    most_on = f"{day:%a} {day.day} {day:%b} ({row.days[best]})"
    return [
        new_blocks.raw_text(kit.cut_with_mark(name, _MAX_CELL_CHARS)),
        new_blocks.raw_number(row.total),
        new_blocks.raw_text(most_on),
        new_blocks.raw_text(kit.cut_with_mark(row.mostly, _MAX_CELL_CHARS)),
    ]
