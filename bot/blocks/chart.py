"""Who was heard, in words: what stands beside the picture, its description, and the table in its place."""

from typing import Any

from bot.blocks.parts import answer, code, context, fallback, section
from bot.blocks.text import CUT, cut, escape, isolate
from bot.model import Message
from bot.stories.tally import Tally, TallyRow

_ALT_ROOM = 900
_CELL_ROOM = 160


def title_of(tally: Tally) -> str:
    """Head the picture."""
    return f"Who was heard on {tally.topic}" if tally.topic else "Who was heard"


def span_of(tally: Tally) -> str:
    """Say from when to when, and how much it rests on."""
    first, last = tally.days[0], tally.days[-1]
    counted = f"{_count(tally.statements, 'statement', 'statements')} by {_count(tally.people, 'actor', 'actors')}"
    return f"{first.day} {first:%B} to {last.day} {last:%B %Y} · {counted}"


def comment(tally: Tally) -> str:
    """Say in markup what the picture shows."""
    return f"*{escape(isolate(title_of(tally)))}*, {span_of(tally)}"


def alt_text(tally: Tally) -> str:
    """Describe the picture for who cannot see it: the same figures in words."""
    told = f"{title_of(tally)}, {span_of(tally)}."
    for row in tally.rows:
        line = f" {row.name}: {row.total}, mostly on “{cut_words(row.mostly, 80)}”."
        if len(told) + len(line) > _ALT_ROOM:
            break
        told += line
    return told


def nobody_heard(tally: Tally) -> Message:
    """Say that there is nothing to draw."""
    about = f" on “{escape(tally.topic)}”" if tally.topic else ""
    return answer(
        f"Nobody who is named said anything{about} from {span_of(tally).partition(' · ')[0]}.",
        hint=f"{code('/digest chart month')} looks further back.",
    )


def table(tally: Tally, why: str = "") -> Message:
    """Show the same as a table, where no picture can be shown; `why` tells the operator's cure.

    https://docs.slack.dev/reference/block-kit/blocks/table-block
    """
    head = ["Who", "Said", "Most on", "Mostly about"]
    rows = [head, *(_cells(row, tally) for row in tally.rows)]
    block: dict[str, Any] = {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}, {}, {"is_wrapped": True}],
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
    }
    small = [context(why)] if why else []
    lines = [
        comment(tally),
        *(escape(f"{row.name}: {row.total}, mostly on {row.mostly}") for row in tally.rows),
    ]
    return Message(fallback(lines), (section(comment(tally)), block, *small))


def _cells(row: TallyRow, tally: Tally) -> list[str]:
    best = max(range(len(row.days)), key=lambda place: (row.days[place], place))
    day = tally.days[best]
    who = f"{row.name}, {row.role}" if row.role else row.name
    told = [who, str(row.total), f"{day:%a} {day.day} {day:%b} ({row.days[best]})", row.mostly]
    return [isolate(cut_words(cell, _CELL_ROOM)) for cell in told]


def cut_words(words: str, room: int) -> str:
    """Cut an article's words as everywhere else: the mark beside them is not theirs."""
    kept, shorter = cut(words, room)
    return f"{kept}{CUT}" if shorter else kept


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
