"""A digest as Slack shows it: laid out as agreed, within Slack's limits, whatever articles hold."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.block_kit import measure_weight
from bot.blocks.digest import digest_messages, digest_text, edited_messages, without_pictures
from bot.blocks.digest_html import digest_html
from bot.blocks.modals import in_text_modal, statements_modal
from bot.blocks.statement import statement_line
from bot.blocks.story import (
    ALL_STATEMENTS,
    MORE,
    OPEN_ARTICLE,
    SpanReference,
    parse_references,
    story_blocks,
    thread_blocks,
)
from bot.model import Block, Digest, DigestEntry, Message, QuotationType
from bot.playground.blockcheck import check_blocks, check_view
from bot.stories.choice import choose
from bot.stories.composition import compose
from bot.stories.revision import remove_articles
from tests.builders import HARBOUR, NOON, StoryBuilder, analysis, span, statement

HERE = Path(__file__).parent
TITLE = "Who said what"


def made(builder: StoryBuilder, *seen: int, top: int = 5) -> Digest:
    """What a channel would get at noon."""
    choice = choose(builder.stories(), posted=frozenset(seen), now=NOON, top=top)
    return compose(
        choice, now=NOON, zone="Europe/Tallinn", since=NOON - timedelta(days=1), topic=None
    )


def messages(builder: StoryBuilder, *seen: int, top: int = 5) -> tuple[Message, ...]:
    """Its messages."""
    return tuple(digest_messages(made(builder, *seen, top=top), channel_title=TITLE))


def newsday() -> StoryBuilder:
    """Two stories, one of them by two outlets."""
    builder = StoryBuilder()
    builder.harbour(url="https://wire.example/harbour?day=1&page=2")
    builder.harbour(source="Sund Courier", hours=3, url="https://courier.example/wall")
    builder.ferry()
    return builder


def shown(blocks: tuple[Block, ...]) -> str:
    """Every text that blocks show."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for inner in node.values():
                walk(inner)
        elif isinstance(node, (list, tuple)):
            for inner in node:
                walk(inner)

    walk(blocks)
    return "".join(found)


def elements(message: Message, kind: str) -> list[dict[str, Any]]:
    """The elements of a type in a message's action rows."""
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element for row in rows for element in row["elements"] if element["type"] == kind]


@pytest.mark.parametrize("name", ["digest", "update", "thread"])
def test_messages_are_as_agreed(name: str, request: pytest.FixtureRequest) -> None:
    """The messages of a known news day are those in the files beside this test."""
    builder = newsday()
    developed = newsday()
    developed.articles[1] = replace(
        developed.articles[1], analysis=analysis("Work on the wall has stopped.")
    )
    told = {
        "digest": messages(builder)[0],
        "thread": messages(builder)[1],
        "update": messages(developed, 2, 3)[0],
    }[name]
    expected = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    assert {"text": told.text, "blocks": list(told.blocks)} == expected


def test_text_for_a_terminal_is_as_agreed() -> None:
    """So is the text."""
    assert digest_text(made(newsday())) + "\n" == (HERE / "digest.txt").read_text(encoding="utf-8")


def test_one_reply_a_story() -> None:
    """The channel has one message; the thread has one for each story."""
    assert len(messages(newsday())) == 3


def test_the_same_digest_gives_the_same_messages() -> None:
    """A retry after a crash posts what would have been posted."""
    digest = made(newsday())
    again = tuple(digest_messages(digest, channel_title=TITLE))
    assert tuple(digest_messages(digest, channel_title=TITLE)) == again


@pytest.mark.parametrize(("days", "is_marked"), [(29, False), (31, True), (2_600, True)])
def test_a_story_of_long_ago_is_marked_before_its_headline(days: int, *, is_marked: bool) -> None:
    """A feed may show for the first time what was published years ago."""
    digest = made(newsday())
    published = digest.made - timedelta(days=days)
    old = replace(digest, entries=(replace(digest.entries[0], published=published, update=False),))
    mark = f"Published {published.day} {published:%B %Y}: "
    message, *_ = digest_messages(old, channel_title="News")
    for text in (message.text, shown(message.blocks), digest_text(old)):
        assert (mark in text) is is_marked


def test_an_empty_digest_is_not_posted() -> None:
    """There is no message to say that there is nothing."""
    with pytest.raises(ValueError, match="without stories"):
        next(digest_messages(made(StoryBuilder()), channel_title=TITLE))
    assert digest_text(made(StoryBuilder())) == "Nothing new since Sat 21 Nov 14:00."


def test_buttons_know_what_they_act_on() -> None:
    """The button has its story's id, each option its act and the places of the key statements."""
    builder = newsday()
    parent = messages(builder)[0]
    values = [(each["action_id"], each.get("value")) for each in elements(parent, "button")]
    assert values == [(ALL_STATEMENTS, "1"), (OPEN_ARTICLE, None), (ALL_STATEMENTS, "2")]
    overflow = elements(parent, "overflow")[0]
    assert overflow["action_id"] == MORE
    act, _, places = overflow["options"][0]["value"].partition(":")
    assert act == "show"
    first, *_ = parse_references(places)
    body = builder.articles[first.article - 1].article.body
    assert (
        body[first.start : first.end]
        == "the new harbour wall would be finished before the winter storms"
    )


@pytest.mark.parametrize(
    "value", ["", "1", "1:2", "1:2-3,", "1:2-x", "show:1:2-3", "1:2-3;4", "٣:1-2", "1:-2-3"]
)
def test_a_value_that_is_no_place_is_refused(value: str) -> None:
    """Values come back from outside: anything but our own form is refused."""
    with pytest.raises(ValueError, match="no reference"):
        parse_references(value)


def test_places_come_back_as_they_went() -> None:
    """A place survives the button's value."""
    places = (SpanReference(12, 3, 45), SpanReference(9, 0, 1))
    assert parse_references(",".join(map(str, places))) == places


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            {"name": "Ilse Varga", "role": "Mayor"},
            "Ilse Varga, Mayor, said: the new harbour wall (reported)",
        ),
        ({"name": "Ilse Varga"}, "Ilse Varga said: the new harbour wall (reported)"),
        ({"name": "Ilse Varga", "cue": None}, "Ilse Varga: the new harbour wall (reported)"),
        (
            {"name": "Ilse Varga", "cue": None, "role": "Mayor"},
            "Ilse Varga, Mayor: the new harbour wall (reported)",
        ),
        (
            {"name": "Sund Courier", "cue": "according to"},
            "according to Sund Courier: the new harbour wall (reported)",
        ),
        ({"name": None}, "said: the new harbour wall (reported)"),
        ({"name": None, "cue": None}, "the new harbour wall (reported)"),
        (
            {"name": "Ilse Varga", "form": QuotationType.MIXED},
            "Ilse Varga said: the new harbour wall",
        ),
    ],
)
def test_a_statement_is_a_line(told: dict[str, Any], line: str) -> None:
    """Who, role, verb, words; indirect words are marked as reported, and no quote mark is added."""
    builder = StoryBuilder()
    name = told.pop("name")
    builder.article(HARBOUR, statement(HARBOUR, name, "the new harbour wall", **told))
    [entry] = made(builder).entries
    assert statement_line(entry.statements[0], 300) == line


def test_words_run_on_from_their_verb_as_in_the_source() -> None:
    """Where speaker, verb and words follow one another no colon parts them, and no mark is due."""
    body = "Jon Rask never said that the wall would hold."
    told = statement(body, "Jon Rask", "that the wall would hold", cue="never said", runs_on=True)
    builder = StoryBuilder()
    builder.article(body, told)
    [entry] = made(builder).entries
    line = "Jon Rask never said that the wall would hold"
    assert statement_line(entry.statements[0], 300) == line


def test_a_statement_without_a_line_is_shown_in_its_sentence() -> None:
    """In doubt the whole sentence stands there, marked as such."""
    body = "That the wall would hold, Jon Rask, a diver, would not have anybody say."
    told = statement(body, "Jon Rask", "the wall would hold", cue="say")
    builder = StoryBuilder()
    builder.article(body, replace(told, line=(), introduction=None))
    [entry] = made(builder).entries
    assert statement_line(entry.statements[0], 300) == f"Jon Rask (whole sentence): {body}"


def test_two_pieces_are_joined_where_the_verb_stood() -> None:
    """A split quote keeps its own marks and shows that something stood between."""
    body = "“We waited,” Jon Rask said, “and nobody came.”"
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, "Jon Rask", "“We waited,”|“and nobody came.”", form=QuotationType.DIRECT),
    )
    [entry] = made(builder).entries
    assert (
        statement_line(entry.statements[0], 300)
        == "Jon Rask said: “We waited,” … “and nobody came.”"
    )


def test_the_thread_has_each_statement_in_its_sentence() -> None:
    """Every statement, key or not, stands in the thread with its whole sentence, its words bold."""
    thread = messages(newsday())[1]
    text = shown(thread.blocks)
    assert (
        "“We will not ask our fishermen to wait another year,” she told reporters in Lower Sund."
        in text
    )
    assert "Residents gathered on the pier on Friday, according to the Sund Courier." in text
    bold = [
        element["text"]
        for block in thread.blocks
        for part in block["elements"]
        if part["type"] == "rich_text_quote"
        for element in part["elements"]
        if element.get("style") == {"bold": True}
    ]
    assert "two of the six cranes had failed inspection" in bold


def test_the_thread_hears_each_speaker_once() -> None:
    """What one person says is under one name, each sentence linked to its words and outlets."""
    thread = messages(newsday())[1]
    [varga] = [block for block in thread.blocks if "Ilse Varga" in json.dumps(block["elements"][0])]
    assert [part["type"] for part in varga["elements"]] == [
        "rich_text_section",
        "rich_text_quote",
        "rich_text_quote",
    ]
    *_, link, others = varga["elements"][2]["elements"]
    assert (link["text"], others["text"]) == ("Sund Courier", " and 1 more")
    assert link["url"].startswith("https://courier.example/wall#:~:text=We%20will%20not")


# --- hostile and large ---

HOSTILE = (
    "<!channel> *now* :tada: &amp; <https://bad.example|free> `x` שלום"
    " \N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} @here #general"
)


def hostile() -> StoryBuilder:
    """An article that tries everything."""
    body = f"{HOSTILE} said the cat. Second sentence with {HOSTILE} too."
    builder = StoryBuilder()
    builder.article(
        body,
        statement(body, HOSTILE, "the cat", cue="said", role="Second sentence"),
        headline=HOSTILE,
        source=HOSTILE,
        url="javascript:alert(1)",
    )
    return builder


def test_hostile_words_are_words() -> None:
    """Rich text has them as they are; in `text` nothing acts; a script's address is no link."""
    for message in messages(hostile()):
        assert "<!channel>" not in message.text
        assert ":tada:" not in message.text
        assert not [
            node for node in json.dumps(message.blocks).split('"') if node.startswith("javascript")
        ]
        assert check_blocks(list(message.blocks), "message") == []
        markup = [
            e
            for b in message.blocks
            if b["type"] == "context"
            for e in b["elements"]
            if e["type"] == "mrkdwn"
        ]
        assert all(element["text"].startswith("· <!date^") for element in markup)


ACTING = [
    "<!channel>",
    "<!here>",
    "<@U0WREN>",
    "<#C0NEWSDESK>",
    "<https://bad.example|free>",
    "@here",
    "#general",
]
CODES = [
    ":tada:",
    ":+1::skin-tone-2:",
    "*bold*",
    "_slant_",
    "~gone~",
    "`code`",
    "```",
    "&amp;",
    "&lt;!channel&gt;",
    "> q",
]
DATES = [
    "<!date^0^{ago}|never>",
    "<mailto:a@bad.example>",
    "https://bad.example/x",
    "<",
    ">",
    "&",
    "{",
    "}",
    "\\",
    '"',
]
TURNS = ["\u202e", "\u202c", "\u2067", "\u2069", "\u061c", "שלום", "عربي", "\x00", "\ud7ff"]
TRICKS = st.lists(
    st.sampled_from([*ACTING, *CODES, *DATES, *TURNS]) | st.text(max_size=12),
    min_size=1,
    max_size=8,
).map(" ".join)
OURS = re.compile(r"<!date\^\d+\^\{ago\}\|[\w ]+>")
CODE = re.compile(r":[\w+'-]+:")


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in blocks."""
    if isinstance(node, dict):
        yield node
    for inner in (
        node.values() if isinstance(node, dict) else node if isinstance(node, (list, tuple)) else ()
    ):
        yield from nodes(inner)


def steers_nothing(text: str) -> bool:
    """Whether what follows a text stands in the order in which it would stand anyway."""
    ends: list[str] = []
    for mark in text:
        if mark in "\u202a\u202b\u202d\u202e":
            ends.append("\u202c")
        elif mark in "\u2066\u2067\u2068":
            ends.append("\u2069")
        elif mark in "\u202c\u2069" and (not ends or ends.pop() != mark):
            return False
    return not ends


def acts(markup: str) -> bool:
    """Whether anything in markup but our own dates would act: mention, link, emoji, format."""
    rest = OURS.sub("", markup)
    return bool(
        "<" in rest or ">" in rest or CODE.search(rest) or re.search(r"&(?!amp;|lt;|gt;)", rest)
    )


@settings(max_examples=60, deadline=None)
@given(TRICKS, TRICKS, TRICKS, TRICKS)
def test_nothing_in_an_article_acts(name: str, words: str, headline: str, source: str) -> None:
    """Whatever an article holds, nothing sent to Slack is a mention, link, emoji or turned text."""
    body = f"Ada {name} warned: words {words}. Nobody else spoke of {headline}."
    builder = StoryBuilder()
    told = statement(body, f"Ada {name}", f"words {words}", cue="warned")
    builder.article(
        body, told, headline=headline, source=source, url="https://wire.example/a?b=1&c=2"
    )
    digest = made(builder)
    views = [
        statements_modal(digest.entries[0], "UTC"),
        in_text_modal([(builder.articles[0], SpanReference(1, 4, 9))], NOON),
    ]
    sent = [*messages(builder), *edited_messages(digest, digest, channel_title=TITLE)]
    assert all(check_view(view, "modal") == [] for view in views)
    for message in sent:
        assert check_blocks(list(message.blocks), "message") == []
        assert not acts(message.text)
        assert steers_nothing(message.text)
    for node in nodes([*(message.blocks for message in sent), views]):
        kind = node.get("type")
        assert kind not in {"user", "usergroup", "channel", "broadcast", "emoji"}
        assert kind != "plain_text" or node["emoji"] is False
        assert kind != "mrkdwn" or (node["verbatim"] and not acts(node["text"]))
        assert "url" not in node or node["url"].startswith("https://wire.example/a?b=1&c=2")
        if isinstance(node.get("text"), str):
            assert steers_nothing(node["text"])


def within_limits(message: Message) -> None:
    """Slack would take this message."""
    assert check_blocks(list(message.blocks), "message") == []
    assert len(message.blocks) <= 50
    assert measure_weight(message.blocks) <= 10_000
    assert 0 < len(message.text) <= 4_000


def large(stories: int, length: int, statements: int) -> StoryBuilder:
    """Stories of long sentences with many statements."""
    builder = StoryBuilder()
    for story in range(1, stories + 1):
        lines = [
            f"Speaker Name{story}x{n} said that {' '.join(f'word{n}x{k}' for k in range(length))}."
            for n in range(statements)
        ]
        body = " ".join(lines)
        told = [
            statement(
                body,
                f"Name{story}x{n}",
                line[len(f"Speaker Name{story}x{n} said that ") : -1],
                score=0.5,
            )
            for n, line in enumerate(lines)
        ]
        builder.article(
            body,
            *told,
            headline=f"Headline {story} " + "long " * length,
            source=f"Outlet {story}",
            story=story,
        )
    return builder


@pytest.mark.parametrize("withdrawn", [{1}, {1, 2}, {3}, {1, 2, 3}], ids=str)
def test_corrections_take_the_place_of_what_was_posted(withdrawn: set[int]) -> None:
    """There is one for each message, within the limits; that of an unchanged story is the same."""
    digest = made(newsday())
    before = tuple(digest_messages(digest, channel_title=TITLE))
    after = edited_messages(digest, remove_articles(digest, withdrawn), channel_title=TITLE)
    assert len(after) == len(before)
    for message in after:
        within_limits(message)
    assert (after[2] == before[2]) == (3 not in withdrawn)
    assert ("Brandt" in shown(after[1].blocks)) == (not {1, 2} <= withdrawn)


def test_a_correction_of_many_parts_has_as_many() -> None:
    """A story whose thread took several messages is taken back in all of them."""
    digest = made(large(1, 400, 30))
    before = tuple(digest_messages(digest, channel_title=TITLE))
    after = edited_messages(digest, remove_articles(digest, {1}), channel_title=TITLE)
    assert len(after) == len(before) > 3
    assert "word" not in "".join(message.text + shown(message.blocks) for message in after)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 25), st.sampled_from([1, 8, 40, 400]), st.sampled_from([0, 1, 3, 30]))
def test_messages_keep_within_limits(stories: int, length: int, statements: int) -> None:
    """However many and long the stories: Slack takes every message, and no story is lost."""
    posted = messages(large(stories, length, statements or 1), top=25)
    for message in posted:
        within_limits(message)
    everything = "".join(shown(message.blocks) for message in posted)
    assert all(f"Headline {story} " in everything for story in range(1, stories + 1))


def test_what_the_channel_has_no_room_for_stands_in_the_thread() -> None:
    """Of many stories the first fill the channel's message, which counts those in the thread."""
    parent, *thread = messages(large(20, 20, 3), top=20)
    in_channel = sum(block["type"] == "actions" for block in parent.blocks)
    assert 0 < in_channel < 20
    assert f"{20 - in_channel} stories only in the thread" in shown(parent.blocks)
    assert len(thread) >= 20


@pytest.mark.parametrize("length", [15, 30, 60])
def test_five_stories_fit(length: int) -> None:
    """Five stories with three statements each fit into one message; longer words are cut."""
    parent = messages(large(5, length, 4))[0]
    assert sum(block["type"] == "actions" for block in parent.blocks) == 5


def test_words_are_cut_no_shorter_than_makes_room() -> None:
    """Where a still shorter cut would hold no more stories, the words keep the longer one."""
    parent = messages(large(8, 40, 2), top=8)[0]
    assert sum(block["type"] == "actions" for block in parent.blocks) == 6
    runs = re.findall(r"word0x0(?: word0x\d+)*", shown(parent.blocks))
    assert len(runs) >= 6
    assert all(120 < len(run) <= 150 for run in runs)


def test_a_folded_story_shows_its_headline_and_who_speaks() -> None:
    """The rest unfolds: extract, statements, origin, and the buttons of the open layout."""
    digest = replace(made(newsday()), folded=True)
    parent, *_ = digest_messages(digest, channel_title=TITLE)
    within_limits(parent)
    first, _ = [block for block in parent.blocks if block["type"] == "container"]
    assert (first["is_collapsible"], first["default_collapsed"]) == (True, True)
    assert shown(first["rich_text_title"]) == "Sund's harbour wall to stand by winter"
    assert first["subtitle"]["text"].startswith("Ilse Varga, Tomas Brandt")
    kinds = [child["type"] for child in first["child_blocks"]]
    assert kinds == ["rich_text", "context", "actions"]
    assert "two of the six cranes had failed inspection" in shown(first["child_blocks"])
    flat = next(digest_messages(replace(digest, folded=False), channel_title=TITLE))
    assert elements(flat, "button") == [
        each
        for block in parent.blocks
        for child in block.get("child_blocks", ())
        if child["type"] == "actions"
        for each in child["elements"]
        if each["type"] == "button"
    ]


@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.parametrize("picture", [None, "https://wire.example/harbour.jpg?a=1&b=|2"])
def test_every_word_of_a_story_is_cited(folded: bool, picture: str | None) -> None:  # noqa: FBT001
    """Whatever the layout, each run of words is a citation of the digest, or a sentence of ours."""
    digest = made(newsday())
    entries = tuple(replace(entry, picture=picture) for entry in digest.entries)
    digest = replace(digest, folded=folded, pictured=True, entries=entries)
    cited = [" ".join(each.span.text.split()) for each in digest.citations()]
    ours = {source.outlet for entry in digest.entries for source in entry.sources}
    for entry in digest.entries:
        for block in story_blocks(entry, digest, 320, 300):
            for text in words_in([block]):
                bare = re.sub(r"<https[^|]*\||<!date[^>]*>|[*>•·]|\N{WORD JOINER}", " ", text)
                for phrase in re.split(r"[\n:,()]|(?<=\.) | said | warned | +via +| … ", bare):
                    words = " ".join(phrase.split()).strip(" .”“")
                    known = any(words in each for each in cited) or words in ours
                    assert known or CATALOG.search(words), words


CATALOG = re.compile(
    r"^\d|source|^(?:All st|Open art|reported|Follow or|Show in|Copy cit|Useful|Not )"
)


def words_in(node: Any) -> Iterator[str]:
    """Yield the texts that a reader of blocks meets, without what pictures are called."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for inner in node.values():
            yield from words_in(inner)
    elif isinstance(node, (list, tuple)):
        for inner in node:
            yield from words_in(inner)


@pytest.mark.parametrize("folded", [True, False])
def test_a_picture_stands_beside_its_story(folded: bool) -> None:  # noqa: FBT001
    """It has a text for who cannot see it; without it the message is the same one."""
    digest = replace(made(newsday()), folded=folded, pictured=True)
    address = "https://wire.example/harbour.jpg"
    entries = tuple(replace(entry, picture=address) for entry in digest.entries)
    pictured, *_ = digest_messages(replace(digest, entries=entries), channel_title=TITLE)
    within_limits(pictured)
    pictures = [node for node in nodes(pictured.blocks) if node.get("type") == "image"]
    assert [each["image_url"] for each in pictures] == [address] * 2
    assert "Sund's harbour wall to stand by winter" in pictures[0]["alt_text"]
    bare = without_pictures(pictured)
    within_limits(bare)
    assert not [node for node in nodes(bare.blocks) if node.get("type") == "image"]
    assert shown(bare.blocks) == shown(pictured.blocks)
    unwanted = replace(digest, entries=entries, pictured=False)
    assert '"image"' not in json.dumps(next(digest_messages(unwanted, channel_title=TITLE)).blocks)
    odd = replace(digest, entries=(replace(entries[0], picture="javascript:alert(1)"),))
    assert '"image"' not in json.dumps(next(digest_messages(odd, channel_title=TITLE)).blocks)


def test_reported_is_explained_once() -> None:
    """A digest with a reported statement says what that is below its stories, others do not."""
    builder = StoryBuilder()
    body = "The wall will stand by winter, Ada Holm said on Friday."
    builder.article(
        body,
        replace(
            statement(body, "Ada Holm", "The wall will stand by winter"),
            introduction=span(body, "said"),
        ),
        headline="Wall",
        source="Wire",
    )
    told = shown(messages(builder)[0].blocks)
    assert told.count("(reported)") == 2
    assert "“(reported)”: the article's words" in told
    quoting = StoryBuilder()
    body = "“The wall will stand by winter,” Ada Holm said."
    words = "“The wall will stand by winter,”"
    said = statement(body, "Ada Holm", words, form=QuotationType.DIRECT)
    quoting.article(body, said, headline="Wall", source="Wire")
    assert "reported" not in shown(messages(quoting)[0].blocks)


def test_a_cut_is_marked_outside_the_words() -> None:
    """A long statement's mark stands in an element of its own."""
    parent = messages(large(1, 200, 1))[0]
    [told] = [block for block in parent.blocks if block["type"] == "rich_text"]
    [line] = [part for part in told["elements"] if part["type"] == "rich_text_list"]
    texts = [element["text"] for element in line["elements"][0]["elements"]]
    assert texts[2] == " […]"
    assert "…" not in texts[1]


def test_a_story_without_statements_has_no_buttons() -> None:
    """There is nothing to show all of."""
    builder = StoryBuilder()
    builder.article(
        "The council met. It sat for an hour.", headline="Council meets", source="Radio"
    )
    parent = messages(builder)[0]
    assert elements(parent, "button") == []


def test_outlets_and_agency_are_told() -> None:
    """The context line names outlets, whom they credit, and how many are independent."""
    [entry, _] = made(newsday()).entries
    changed: DigestEntry = replace(entry, outlets=3, independent=2)
    digest = replace(made(newsday()), entries=(changed,))
    parent = next(digest_messages(digest, channel_title=TITLE))
    assert "Northern Wire, Sund Courier · via Sund Courier · 3 sources, 2 independent" in shown(
        parent.blocks
    )


@pytest.mark.parametrize(
    ("kind", "everywhere", "in_thread"),
    [
        ("trainedAlgorithmicMedia", True, "made with generative AI"),
        ("machine translation", True, "marked by its source as: machine translation"),
        ("digitalCreation", False, "made by a person"),
    ],
)
def test_who_or_what_made_an_article_is_shown(kind: str, everywhere: bool, in_thread: str) -> None:  # noqa: FBT001
    """A machine's hand is told beside the outlet; the thread's list of sources tells of any."""
    builder = StoryBuilder()
    stored = builder.harbour()
    article = replace(stored.article, digital_source_type=kind)
    builder.articles[0] = replace(stored, article=article)
    (entry,) = made(builder).entries
    assert in_thread in shown(thread_blocks(entry, "UTC", opening=False))
    assert (
        in_thread in shown(next(digest_messages(made(builder), channel_title=TITLE)).blocks)
    ) is (everywhere)
    assert (in_thread in digest_html(made(builder), {1: article})) is everywhere
