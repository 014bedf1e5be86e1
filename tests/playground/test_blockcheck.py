"""What Slack refuses is refused here: one under each limit passes, one over does not."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import blockcheck
from bot.playground.blockcheck import check_blocks, check_view, count_text
from tests.playground.kit import (
    actions,
    bullets,
    button,
    confirm,
    context_actions,
    feedback,
    line,
    marked,
    modal,
    option,
    plain,
    question,
    rich,
    section,
    select,
    table,
    typing,
    words,
)

PICTURE = {"type": "image", "image_url": "https://pictures.example/", "alt_text": "A harbour"}
DIVIDER = {"type": "divider"}


def x(length: int) -> str:
    """So many characters."""
    return "x" * length


def container(**fields: Any) -> dict[str, Any]:
    """A container of a line."""
    return {"type": "container", "title": plain("x"), "child_blocks": [DIVIDER], **fields}


def data_table(
    rows: int = 2,
    columns: int = 1,
    text: str = "x",
    head: dict[str, Any] | None = None,
    last: list[dict[str, Any]] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """A table of data, whose last cell has this text."""
    cells = [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)]
    if rows * columns <= 2:
        cells[-1] = [{"type": "raw_text", "text": text}]
        cells[0] = [head] if head else cells[0]
    cells[-1:] = [last] if last else cells[-1:]
    return {"type": "data_table", "caption": "x", "rows": cells, **fields}


def chart(
    title: str = "x",
    names: Sequence[str] = ("a",),
    labels: Sequence[str] = ("x",),
    **fields: Any,
) -> dict[str, Any]:
    """A chart of ones."""
    series = [
        {"name": name, "data": [{"label": label, "value": 1} for label in labels]} for name in names
    ]
    axes = {"categories": list(fields.pop("categories", labels))}
    drawn = {"type": "bar", "series": series, "axis_config": axes, **fields}
    return {"type": "data_visualization", "title": title, "chart": drawn}


def link(length: int) -> str:
    """An address of so many characters."""
    return "https://a.example/" + x(length - 18)


LIMITS = [
    ("blocks", 50, lambda n: [DIVIDER] * n),
    ("header", 150, lambda n: [{"type": "header", "text": plain(x(n))}]),
    ("section text", 3000, lambda n: [section(text=marked(x(n)))]),
    ("fields", 10, lambda n: [section(fields=[marked("f")] * n)]),
    ("field text", 2000, lambda n: [section(fields=[marked(x(n))])]),
    ("context elements", 10, lambda n: [{"type": "context", "elements": [marked("c")] * n}]),
    ("actions elements", 25, lambda n: [actions(*(button(i) for i in range(n)))]),
    ("button text", 75, lambda n: [actions(button(text=plain(x(n))))]),
    ("button value", 2000, lambda n: [actions(button(value=x(n)))]),
    ("button url", 3000, lambda n: [actions(button(url=link(n)))]),
    ("button accessibility_label", 75, lambda n: [actions(button(accessibility_label=x(n)))]),
    ("action_id", 255, lambda n: [actions(button(action_id=x(n)))]),
    ("block_id", 255, lambda n: [{"type": "divider", "block_id": x(n)}]),
    (
        "overflow options",
        5,
        lambda n: [actions({"type": "overflow", "options": [option(i) for i in range(n)]})],
    ),
    ("option text", 75, lambda n: [actions(select(options=[option(text=plain(x(n)))]))]),
    ("option value", 150, lambda n: [actions(select(options=[option(value=x(n))]))]),
    (
        "option description",
        75,
        lambda n: [actions(select(options=[option(description=plain(x(n)))]))],
    ),
    ("select options", 100, lambda n: [actions(select(options=[option(i) for i in range(n)]))]),
    (
        "groups",
        100,
        lambda n: [
            actions(select(option_groups=[{"label": plain("g"), "options": [option()]}] * n))
        ],
    ),
    (
        "group label",
        75,
        lambda n: [actions(select(option_groups=[{"label": plain(x(n)), "options": [option()]}]))],
    ),
    ("placeholder", 150, lambda n: [actions(select(options=[option()], placeholder=plain(x(n))))]),
    (
        "checkboxes",
        10,
        lambda n: [actions({"type": "checkboxes", "options": [option(i) for i in range(n)]})],
    ),
    (
        "radio buttons",
        10,
        lambda n: [actions({"type": "radio_buttons", "options": [option(i) for i in range(n)]})],
    ),
    ("confirm title", 100, lambda n: [actions(confirm(title=plain(x(n))))]),
    ("confirm text", 300, lambda n: [actions(confirm(text=plain(x(n))))]),
    ("confirm confirm", 30, lambda n: [actions(confirm(confirm=plain(x(n))))]),
    ("confirm deny", 30, lambda n: [actions(confirm(deny=plain(x(n))))]),
    ("image alt_text", 2000, lambda n: [{**PICTURE, "alt_text": x(n)}]),
    ("image url", 3000, lambda n: [{**PICTURE, "image_url": link(n)}]),
    ("image title", 2000, lambda n: [{**PICTURE, "title": plain(x(n))}]),
    ("markdown", 12_000, lambda n: [{"type": "markdown", "text": x(n)}]),
    ("table rows", 100, lambda n: [table(rows=n)]),
    ("table columns", 20, lambda n: [table(columns=n)]),
    ("table text", 10_000, lambda n: [table(text=x(n))]),
    ("container title", 150, lambda n: [container(title=plain(x(n)))]),
    ("container subtitle", 150, lambda n: [container(subtitle=marked(x(n)))]),
    ("container children", 10, lambda n: [container(child_blocks=[DIVIDER] * n)]),
    ("data table rows", 101, lambda n: [data_table(rows=n)]),
    ("data table columns", 20, lambda n: [data_table(columns=n)]),
    ("data table page", 100, lambda n: [data_table(page_size=n)]),
    ("data table text", 10_000, lambda n: [data_table(text=x(n - 1))]),
    ("chart title", 50, lambda n: [chart(title=x(n))]),
    ("chart series", 6, lambda n: [chart(names=[str(i) for i in range(n)])]),
    ("chart series name", 20, lambda n: [chart(names=[x(n)])]),
    ("chart categories", 20, lambda n: [chart(labels=[str(i) for i in range(n)])]),
    ("chart label", 20, lambda n: [chart(labels=[x(n)])]),
    ("charts", 2, lambda n: [chart()] * n),
    ("feedback text", 75, lambda n: [context_actions(feedback(text=x(n)))]),
    ("feedback value", 2000, lambda n: [context_actions(feedback(value=x(n)))]),
    ("list indent", 8, lambda n: [rich(bullets(line(words("one")), indent=n))]),
]

VIEW_LIMITS = [
    ("title", 24, lambda n: modal(title=plain(x(n)))),
    ("submit", 24, lambda n: modal(submit=plain(x(n)))),
    ("close", 24, lambda n: modal(close=plain(x(n)))),
    ("private_metadata", 3000, lambda n: modal(private_metadata=x(n))),
    ("callback_id", 255, lambda n: modal(callback_id=x(n))),
    ("blocks", 100, lambda n: modal(*[DIVIDER] * n)),
    ("label", 2000, lambda n: modal(question(label=plain(x(n))))),
    ("hint", 2000, lambda n: modal(question(hint=plain(x(n))))),
    ("max_length", 3000, lambda n: modal(question(typing(max_length=n)))),
    ("input placeholder", 150, lambda n: modal(question(typing(placeholder=plain(x(n)))))),
    ("alert", 200, lambda n: modal({"type": "alert", "text": plain(x(n))})),
]

WRONG = {
    "unknown type": [{"type": "nope"}],
    "no type": [{}],
    "a string": ["x"],
    "unknown key": [{**DIVIDER, "colour": "red"}],
    "header without text": [{"type": "header"}],
    "header in mrkdwn": [{"type": "header", "text": marked("x")}],
    "button in mrkdwn": [actions(button(text=marked("x")))],
    "empty section": [section()],
    "blank text": [section(text=marked("  "))],
    "empty text": [section(text=marked(""))],
    "text that is no string": [section(text=True)],
    "verbatim in plain text": [section(text={**plain("x"), "verbatim": True})],
    "same block_id twice": [{**DIVIDER, "block_id": "a"}, {**DIVIDER, "block_id": "a"}],
    "same action_id twice": [actions(button(1), button(1))],
    "empty actions": [actions()],
    "actions that are a string": [{"type": "actions", "elements": "x"}],
    "empty context": [{"type": "context", "elements": []}],
    "input in actions": [actions(typing())],
    "button in context": [{"type": "context", "elements": [button()]}],
    "unknown style": [actions(button(style="blue"))],
    "relative url": [actions(button(url="/x"))],
    "script url": [actions(button(url="javascript:alert(1)"))],
    "select without options": [actions(select())],
    "select with both": [
        actions(
            select(options=[option()], option_groups=[{"label": plain("g"), "options": [option()]}])
        )
    ],
    "first choice that is no option": [
        actions(select(options=[option()], initial_option=option(9)))
    ],
    "image without alt_text": [{"type": "image", "image_url": "https://pictures.example/"}],
    "two tables": [table(), table()],
    "container without title": [{"type": "container", "child_blocks": [DIVIDER]}],
    "container without children": [container(child_blocks=[])],
    "container in a container": [container(child_blocks=[container()])],
    "folded container that cannot unfold": [container(default_collapsed=True)],
    "collapsible container with a divider": [
        container(is_collapsible=True, has_header_divider=True)
    ],
    "same block_id in and out of a container": [
        {**DIVIDER, "block_id": "a"},
        container(child_blocks=[{**DIVIDER, "block_id": "a"}]),
    ],
    "two tables, one in a container": [table(), container(child_blocks=[table()])],
    "data table without rows": [data_table(rows=1)],
    "data table with rich text in its header": [data_table(head=rich(line(words("x"))))],
    "data table with a shorter row": [data_table(last=[{"type": "raw_text", "text": "x"}] * 2)],
    "data table with a row header that is no column": [data_table(row_header_column_index=1)],
    "chart with a name twice": [chart(names=["a", "a"])],
    "chart with other labels": [chart(categories=["b"])],
    "chart of an unknown type": [chart(type="radar")],
    "alert in a message": [{"type": "alert", "text": plain("x")}],
    "rich text of a string": [rich("x")],
    "rich text with text on top": [rich(words("x"))],
    "rich text with an unknown style": [rich(line(words("x", loud=True)))],
    "rich text link without url": [rich(line({"type": "link", "text": "x"}))],
    "rich text without a character": [rich(line(words("")))],
    "list in a list": [rich(bullets(bullets()))],
    "list of unknown style": [rich({**bullets(line(words("x"))), "style": "dash"})],
    "no date": [actions({"type": "datepicker", "initial_date": "tomorrow"})],
    "no time": [actions({"type": "timepicker", "initial_time": "25:00"})],
    "two that want focus": [
        question(typing(focus_on_load=True)),
        question(typing(focus_on_load=True, action_id="b")),
    ],
}

WRONG_VIEWS: dict[str, dict[str, Any]] = {
    "unknown type": {"type": "sheet", "blocks": [DIVIDER]},
    "modal without title": {"type": "modal", "blocks": [DIVIDER]},
    "modal without blocks": {"type": "modal", "title": plain("x")},
    "modal of no blocks": {"type": "modal", "title": plain("x"), "blocks": []},
    "input without submit": {"type": "modal", "title": plain("x"), "blocks": [question()]},
    "home with title": {"type": "home", "title": plain("x"), "blocks": [DIVIDER]},
    "unknown key": {"type": "home", "blocks": [DIVIDER], "colour": "red"},
    "table in a modal": modal(table()),
    "feedback in a modal": modal(context_actions(feedback())),
    "markdown in a home": {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
}


@pytest.mark.parametrize(
    ("limit", "build"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
def test_message_limits(limit: int, build: Any) -> None:
    """A message at the limit is taken; one over it is refused."""
    assert check_blocks(build(limit), "message") == []
    assert check_blocks(build(limit + 1), "message")


@pytest.mark.parametrize(
    ("limit", "build"), [row[1:] for row in VIEW_LIMITS], ids=[row[0] for row in VIEW_LIMITS]
)
def test_view_limits(limit: int, build: Any) -> None:
    """A modal at the limit is taken; one over it is refused."""
    assert check_view(build(limit), "modal") == []
    assert check_view(build(limit + 1), "modal")


@pytest.mark.parametrize("blocks", WRONG.values(), ids=WRONG)
def test_wrong_blocks(blocks: list[Any]) -> None:
    """Each of these is refused, with a place in the payload."""
    problems = check_blocks(blocks, "message")
    assert problems
    assert all(
        problem.startswith("[ERROR] ") and "[json-pointer:/blocks" in problem
        for problem in problems
    )


@pytest.mark.parametrize("view", WRONG_VIEWS.values(), ids=WRONG_VIEWS)
def test_wrong_views(view: dict[str, Any]) -> None:
    """Each of these is refused."""
    assert check_view(view, "")


def test_a_digest_is_taken() -> None:
    """What a digest is made of passes, in a message, a modal and App Home."""
    blocks = [
        {"type": "header", "text": plain("News desk")},
        {"type": "context", "elements": [marked("3 stories · <!date^1700000000^{time}|08:30>")]},
        rich(
            line(
                {
                    "type": "link",
                    "url": "https://news.example/1",
                    "text": "Headline",
                    "style": {"bold": True},
                }
            ),
            bullets(
                line(words("Marta Quillfeather", bold=True), words(" said: it holds")),
                indent=0,
                border=0,
            ),
            {"type": "rich_text_quote", "elements": [words("We will not build on a guess")]},
        ),
        section(
            text=marked("*More*"), accessory={"type": "overflow", "options": [option(), option(2)]}
        ),
        actions(button(1, style="primary"), button(2, url="https://news.example/2")),
        DIVIDER,
    ]
    assert check_blocks([*blocks, context_actions(feedback())], "message") == []
    assert check_view(modal(*blocks, question()), "modal") == []
    assert check_view({"type": "home", "blocks": blocks}, "home") == []


def test_the_place_is_named() -> None:
    """The pointer leads to the value that is wrong."""
    problems = check_blocks(
        [DIVIDER, section(text=marked("x"), accessory=button(text=plain("x" * 76)))], "message"
    )
    assert problems == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/accessory/text/text]"
    ]


def test_all_text_is_counted() -> None:
    """The total counts texts wherever they stand, and nothing else."""
    assert (
        count_text([section(text=marked("12345"), fields=[marked("12")]), rich(line(words("123")))])
        == 10
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "options", "element", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_gets_a_verdict(value: Any) -> None:
    """Nothing that JSON can hold makes the check itself fail."""
    check_blocks(value, "message")
    check_view(value, "")


def test_every_rule_of_the_table_can_be_read() -> None:
    """Each field of each object has a rule that takes a value or names what is wrong with it."""
    tables = [*blockcheck._RULES["objects"], *blockcheck._RULES["typed"]]
    for name in tables:
        table = blockcheck._table(name)
        assert set(table.get("required", "").split()) <= set(table), name
        for field in set(table) - blockcheck._TABLE_KEYS:
            list(blockcheck._check(table[field], [{"type": "text"}], ""))
    for group in blockcheck._RULES["groups"]:
        for rule in blockcheck._alternatives(group).values():
            assert list(blockcheck._check(rule, 1, "")), rule
