"""Blocks of 2026 that not every workspace's Slack takes: containers, charts, tables of data.

They are made here alone, and `samples` has one of each to ask Slack about. slack_sdk's models make
unknown blocks null, so all are plain dicts.
https://docs.slack.dev/reference/block-kit/blocks/container-block, …/data-visualization-block,
…/data-table-block
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import block_kit as kit
from bot.model import Block, NewBlock

# Where two of Slack's pages differ, the lower limit holds.
MAX_SUBTITLE_CHARS = 150
MAX_SERIES, MAX_CATEGORIES, MAX_LABEL_CHARS = 6, 20, 20
MAX_TABLE_ROWS, MAX_TABLE_CHARS = 100, 10_000
_MAX_CHART_TITLE_CHARS = 50
_MAX_BAR_CATEGORIES = 8  # more bars side by side are too thin


def container(
    title: Block, children: Sequence[Block], *, subtitle: str = "", icon: Block | None = None
) -> dict[str, Any]:
    """Create a container that is folded at first; `title` is a rich_text block, `subtitle` markup.

    `subtitle` has at most MAX_SUBTITLE_CHARS, `children` are one to ten.
    """
    return {
        "type": NewBlock.CONTAINER,
        "rich_text_title": title,
        **({"subtitle": kit.mrkdwn(subtitle)} if subtitle else {}),
        **({"icon": icon} if icon else {}),
        "child_blocks": list(children),
        "is_collapsible": True,
        "default_collapsed": True,
        "width": "full",
    }


def chart(
    title: str, categories: Sequence[str], series: Mapping[str, Sequence[int]]
) -> dict[str, Any]:
    """Create a chart of the first MAX_SERIES series: bars, or lines where there are many points.

    Each has a value for each of the categories, at most MAX_CATEGORIES.
    """
    labels: dict[str, Sequence[int]] = {}
    for name, values in list(series.items())[:MAX_SERIES]:
        labels[_unique_label(name, labels)] = values
    return {
        "type": NewBlock.DATA_VISUALIZATION,
        "title": kit.shorten(title, _MAX_CHART_TITLE_CHARS),
        "chart": {
            "type": "bar" if len(categories) <= _MAX_BAR_CATEGORIES else "line",
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(categories, values, strict=True)
                    ],
                }
                for name, values in labels.items()
            ],
            "axis_config": {"categories": list(categories)},
        },
    }


def _unique_label(name: str, others: Mapping[str, Any]) -> str:
    """Return a name that fits below a chart, with a number where another is cut to the same."""
    label, number = kit.shorten(name, MAX_LABEL_CHARS), 2
    while label in others:
        label = f"{kit.shorten(name, MAX_LABEL_CHARS - 3)} {number}"
        number += 1
    return label


def data_table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[Block]], *, page_size: int
) -> dict[str, Any]:
    """Create a table whose reader sorts and turns its pages; one row at least."""
    return {
        "type": NewBlock.DATA_TABLE,
        "caption": caption,
        "rows": [[raw_text(word) for word in header], *map(list, rows)],
        "page_size": page_size,
    }


def raw_text(text: str) -> dict[str, Any]:
    """Create a cell of text, which Slack shows as it is."""
    return {"type": "raw_text", "text": kit.isolate_direction(text) or "–"}


def raw_number(number: int) -> dict[str, Any]:
    """Create a cell of a number, by which a table is sorted."""
    return {"type": "raw_number", "value": number, "text": f"{number:,}"}


def samples() -> dict[NewBlock, dict[str, Any]]:
    """Return one of each block, as this version draws it."""
    line = kit.rich_paragraph(kit.rich_link("Dateline", "https://example.org/", bold=True))
    picture = kit.image("https://example.org/picture.png", "Dateline")
    button = kit.link_button("open_article", "sample", "https://example.org/")
    return {
        NewBlock.CONTAINER: container(
            line,
            [line, kit.context("Dateline"), kit.actions(button)],
            subtitle="Dateline",
            icon=picture,
        ),
        NewBlock.DATA_TABLE: data_table(
            "Dateline", ["Dateline", "Dateline"], [[line, raw_number(1)]], page_size=8
        ),
        NewBlock.DATA_VISUALIZATION: chart("Dateline", ["Monday"], {"Dateline": [1]}),
    }
