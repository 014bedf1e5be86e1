"""The text commands keep their contracts: JSON lines, offsets and exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.stories.choice import Choice, FitStory
from bot.stories.composition import compose
from tests.builders import NOON, StoryBuilder
from tests.service import ROOT

SEED = ROOT / "seeds" / "press-review" / "nato-ukraine.txt"
TEXT = (
    "The pier is closed, Mayor Odile Brant said. "
    '"Nobody will swim here this year," she told the Harbour Gazette.'
)
FINNISH = (
    "Satamapäällikkö Karin Lehm sanoi maanantaina, että laituri on turvallinen. Lautat kulkevat "
    "tavalliseen tapaan, eikä kukaan loukkaantunut."
)


def dateline(*arguments: str, given: str = "") -> Result:
    """Run a command in this process, with this standard input."""
    return CliRunner().invoke(app, list(arguments), input=given)


def lines(result: Result) -> list[dict[str, Any]]:
    """Parse standard output as JSON lines."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def spans(node: Any) -> list[dict[str, Any]]:
    """Return everything in a statement that has offsets into its text."""
    if isinstance(node, dict):
        own = [node] if node.keys() == {"text", "start", "end"} else []
        return own + [span for value in node.values() for span in spans(value)]
    return [span for item in node for span in spans(item)] if isinstance(node, list) else []


def test_statements_are_slices_of_their_line() -> None:
    """Each input line gives one line, whose offsets slice its text."""
    given = "\n".join(
        json.dumps({"doc": name, "text": text})
        for name, text in (("a", TEXT), ("b", "Nothing said."))
    )
    result = dateline("statements", "--jsonl", "--all", given=given)
    first, second = lines(result)
    assert result.exit_code == 0
    assert (first["doc"], second["doc"], second["statements"]) == ("a", "b", [])
    found = spans(first["statements"])
    assert len(found) >= 4
    assert all(TEXT[span["start"] : span["end"]] == span["text"] for span in found)
    keys = {"speaker", "actor", "cue", "content", "form", "stance", "via", "score"}
    assert all(keys <= statement.keys() for statement in first["statements"])
    assert {statement["actor"]["name"] for statement in first["statements"]} == {"Odile Brant"}
    assert (
        first["statements"][-1]["via"] == "Harbour Gazette"
        or first["statements"][0]["via"] == "Harbour Gazette"
    )


def test_where_a_cue_is_printed() -> None:
    """A cue like "according to" is printed before its speaker, a verb after it."""
    text = (
        'Karen Lee: "It is safe to walk on the pier."\n\n"It is safe." — Oskar Lind\n\n'
        "According to Jonas Vik, harbour master, the pier was built in 1911.\n\n"
        "Ida Berg said it would hold."
    )
    assert set(dateline("statements", "--all", given=text).stdout.splitlines()) == {
        'Karen Lee: "It is safe to walk on the pier."',
        'Oskar Lind: "It is safe."',
        "According to Jonas Vik, harbour master: the pier was built in 1911",
        "Ida Berg said it would hold",
    }


def test_key_statements_are_few() -> None:
    """Without --all at most three statements come, with it more."""
    given = json.dumps({"doc": 1, "text": SEED.read_text(encoding="utf-8")})
    (key,) = lines(dateline("statements", "--jsonl", given=given))
    (every,) = lines(dateline("statements", "--jsonl", "--all", given=given))
    assert len(key["statements"]) == 3 < len(every["statements"])


@pytest.mark.parametrize("path", sorted(SEED.parent.glob("*.txt")), ids=lambda path: path.stem)
def test_key_statements_are_those_of_a_digest(path: Path) -> None:
    """An article's key statements are those that a digest of it alone would show."""
    body = path.read_text(encoding="utf-8")
    (line,) = lines(dateline("statements", "--jsonl", given=json.dumps({"text": body})))
    builder = StoryBuilder()
    builder.article(body, *find_statements(body, split_sentences(body)))
    choice = Choice(tuple(FitStory(each, each.articles) for each in builder.stories()))
    digest = compose(choice, now=NOON, zone="UTC", since=NOON, topic=None)
    assert [
        (key["actor"] and key["actor"]["name"], key["content"][-1]["end"])
        for key in line["statements"]
    ] == [
        (quote.name and quote.name.span.text, quote.content[-1].span.end)
        for quote in digest.entries[0].statements
    ]


@pytest.mark.parametrize(
    "given",
    [
        "not json",
        "[]",
        '{"doc": 1}',
        '{"doc": 1, "text": 7}',
        r'{"doc": 1, "text": "a \ud800 b"}',
        "[[[",
    ],
    ids=["no JSON", "no object", "no text", "no words", "half a character", "torn"],
)
def test_a_line_that_cannot_be_read_is_answered_in_its_place(given: str) -> None:
    """A bad line gives an error line, the others go on, and the exit code is 1."""
    good = json.dumps({"doc": "good", "text": TEXT})
    result = dateline("statements", "--jsonl", given=f"{given}\n{good}\n")
    bad, fine = lines(result)
    assert result.exit_code == 1
    assert bad["error"]
    assert fine["error"] is None
    assert fine["statements"]


def test_a_line_nested_too_deeply_is_answered_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line too deep for Python's JSON parser gives an error line, and the next is read."""
    loads = json.loads

    def load_shallow(text: bytes) -> object:
        if b"deep" in text:
            raise RecursionError
        return loads(text)

    good = json.dumps({"doc": "good", "text": TEXT})
    with monkeypatch.context() as patched:
        patched.setattr("bot.cli.console.json.loads", load_shallow)
        result = dateline("statements", "--jsonl", given=f'{{"doc": "deep"}}\n{good}\n')
    bad, fine = lines(result)
    assert "nested too deeply" in bad["error"]
    assert fine["statements"]


def test_a_lone_surrogate_keeps_the_lines_id() -> None:
    """The answer to a line with a lone surrogate has its id; an id with one is null."""
    given = r'{"doc": "d7", "text": "a \ud800 b"}' + "\n" + r'{"doc": "\ud800", "text": "a"}'
    result = dateline("statements", "--jsonl", given=given)
    assert [(line["doc"], bool(line["error"])) for line in lines(result)] == [
        ("d7", True),
        (None, True),
    ]


@pytest.mark.parametrize("wrong", [{"title": 7}, {"text": ["Pier closed"]}], ids=["title", "text"])
def test_stories_skip_titles_and_texts_of_another_type(wrong: dict[str, Any]) -> None:
    """Such a line is reported and left out, and the others go on."""
    told = [
        {"id": "bad", "title": "Pier", "text": TEXT, **wrong},
        {"id": "good", "title": "Pier", "text": TEXT},
    ]
    result = dateline("stories", "--jsonl", given="\n".join(map(json.dumps, told)))
    assert (result.exit_code, lines(result)) == (1, [{"id": "good", "story": 1}])
    assert "bad" in result.stderr


def test_stories_read_any_time_or_none() -> None:
    """A time of another type counts as missing, and the line is grouped by its words."""
    told = [
        {"id": n, "title": "Pier closed", "text": TEXT, "published": at}
        for n, at in enumerate((5, "soon", [], None))
    ]
    result = dateline("stories", "--jsonl", given="\n".join(map(json.dumps, told)))
    assert (result.exit_code, [line["story"] for line in lines(result)]) == (0, [1, 1, 1, 1])


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_a_number_that_no_feed_has_is_wrong_usage(number: str) -> None:
    """An impossible feed number is refused before the store is queried."""
    assert dateline("feeds", "remove", number).exit_code == 2


def test_another_language_is_named() -> None:
    """Where statements are not looked for, the language is named, and a person is told so."""
    given = json.dumps({"doc": 1, "text": FINNISH})
    (line,) = lines(dateline("statements", "--jsonl", given=given))
    assert (line["language"], line["statements"], line["error"]) == ("fi", [], None)
    told = dateline("statements", given=FINNISH).stderr
    assert "statements aren't extracted from Finnish articles" in told
    french = (
        "Le pont est fermé depuis mardi, et les ferries restent ouverts jusqu'à la fin de mars."
    )
    told = dateline("statements", given=french).stderr
    assert "From French articles only quoted words with a named speaker are extracted" in told


def test_statements_of_a_file_for_a_person() -> None:
    """Names, roles and words of the seed article are printed; --explain names their rules."""
    plain = dateline("statements", str(SEED))
    assert "Kaja Kallas, Estonian Prime Minister," in plain.stdout
    explained = dateline("statements", "--explain", str(SEED))
    assert len(explained.stdout) > len(plain.stdout)


def test_a_summary_is_slices_within_its_budget() -> None:
    """At most so many sentences come, in text order, each a slice of its document."""
    text = SEED.read_text(encoding="utf-8")
    given = json.dumps({"id": 7, "title": "Allies and troops", "text": text})
    (line,) = lines(dateline("summarize", "--jsonl", "--sentences", "2", given=given))
    assert line["id"] == 7
    assert len(line["summary"]) == 2
    places = [(span["start"], span["end"]) for span in line["spans"]]
    assert [text[start:end] for start, end in places] == line["summary"]
    assert places == sorted(places)


def test_a_summary_of_several_documents_keeps_to_its_words() -> None:
    """`docs` form one story: at most this many words come, each from the document it names."""
    docs = [
        TEXT,
        (
            "Mayor Odile Brant closed the pier on Monday after a boy was hurt there. "
            "The town will mend it."
        ),
    ]
    (line,) = lines(
        dateline("summarize", "--jsonl", "--words", "25", given=json.dumps({"id": 1, "docs": docs}))
    )
    assert sum(len(sentence.split()) for sentence in line["summary"]) <= 25
    assert all(
        docs[span["doc"]][span["start"] : span["end"]] == sentence
        for span, sentence in zip(line["spans"], line["summary"], strict=True)
    )


@pytest.mark.parametrize(
    "given",
    [
        {"title": 7, "text": TEXT},
        {"docs": [{"title": ["Pier"], "text": TEXT}]},
        {"docs": "one text"},
        {"text": None},
    ],
    ids=[
        "a number for a title",
        "a list for a document's title",
        "docs that are no list",
        "no text",
    ],
)
def test_a_line_that_cannot_be_summarized_is_answered_in_its_place(given: dict[str, Any]) -> None:
    """A bad line gives its id and an error, the others go on, and the exit code is 1."""
    good = {"id": "good", "title": None, "text": TEXT}
    result = dateline(
        "summarize", "--jsonl", given="\n".join(map(json.dumps, ({"id": "bad", **given}, good)))
    )
    bad, fine = lines(result)
    assert result.exit_code == 1
    assert (bad["id"], bad["summary"], bad["spans"]) == ("bad", [], [])
    assert bad["error"]
    assert (fine["id"], len(fine["summary"])) == ("good", 2)


@pytest.mark.parametrize(
    "method",
    [
        "dateline",
        "lead",
        "lex-rank",
        "text-rank",
        "lsa",
        "luhn",
        "kl",
        "sum-basic",
        "reduction",
        "edmundson",
        "random",
    ],
)
def test_every_method_can_be_chosen(method: str) -> None:
    """Each documented method returns sentences of the text."""
    result = dateline("summarize", "--method", method, "--sentences", "1", str(SEED))
    assert result.exit_code == 0
    assert result.stdout.strip()


def test_stories_have_one_number_each() -> None:
    """Two reports of one event share a number, and another event has its own."""
    told = [
        (
            "a",
            "Pier closed after boy is hurt",
            "The east pier of Skarnby was closed after a boy was hurt, the mayor said.",
        ),
        (
            "b",
            "Skarnby closes pier after boy hurt",
            "Skarnby's mayor closed the east pier after a boy was hurt there.",
        ),
        (
            "c",
            "Bank keeps its rate",
            "The central bank of Veskaria kept its main rate at five percent on Tuesday.",
        ),
    ]
    given = "\n".join(
        json.dumps({"id": i, "title": title, "text": text}) for i, title, text in told
    )
    found = {
        line["id"]: line["story"] for line in lines(dateline("stories", "--jsonl", given=given))
    }
    assert found["a"] == found["b"] != found["c"]


def test_parse_prints_each_files_articles_or_error(tmp_path: Path) -> None:
    """Each file gives one JSON line; if one cannot be read, the exit code is 1."""
    empty = tmp_path / "empty.txt"
    empty.touch()
    result = dateline("parse", "--json", str(SEED), str(empty), str(tmp_path / "missing"))
    good, bad, missing = lines(result)
    assert result.exit_code == 1
    assert (good["format"], good["error"]) == ("text", None)
    keys = (
        "guid version headline byline source published updated language url status embargoed body"
        " digital_source_type"
    )
    assert good["articles"][0].keys() == set(keys.split())
    assert bad["articles"] == []
    assert "empty" in bad["error"]
    assert missing["error"]


def test_statements_of_files_are_json_lines_whatever_their_format(tmp_path: Path) -> None:
    """Each file gives one line of the shape that --jsonl writes; `doc` is the file."""
    page, broken = tmp_path / "talk.html", tmp_path / "empty.txt"
    page.write_text(
        "<p>MS. ROE: The pier is safe, and it will open again in May.</p>"
        "<p>MR. FELD: The pier was never safe, and nobody should walk on it.</p>"
    )
    broken.touch()
    result = dateline("statements", "--json", "--all", str(page), str(broken))
    told, unread = lines(result)
    (given,) = lines(dateline("statements", "--jsonl", given=json.dumps({"doc": 1, "text": "Hm."})))
    assert result.exit_code == 1
    assert told.keys() == unread.keys() == given.keys()
    assert [told["doc"], told["error"]] == [str(page), None]
    assert {said["actor"]["name"] for said in told["statements"]} == {"ROE", "FELD"}
    assert unread["statements"] == []
    assert "empty" in unread["error"]


def test_statements_of_files_say_which_article_they_are_of(tmp_path: Path) -> None:
    """In a file of several articles, offsets are into the body of the one with that number."""
    feed = tmp_path / "feed.xml"
    items = [
        f"<item><title>Pier</title><description>&lt;p&gt;{said}&lt;/p&gt;</description></item>"
        for said in (
            "Nothing.",
            "Ida Roe said the pier is safe.",
            "Jon Feld said the dock is closed.",
        )
    ]
    feed.write_text(f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>")
    files = str(feed), str(feed)
    parsed = [line["articles"] for line in lines(dateline("parse", "--json", *files))]
    told = lines(dateline("statements", "--json", *files))
    assert [said["article"] for line in told for said in line["statements"]] == [1, 2, 1, 2]
    for articles, line in zip(parsed, told, strict=True):
        for said in line["statements"]:
            (content,) = said["content"]
            body = articles[said["article"]]["body"]
            assert body[content["start"] : content["end"]] == content["text"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("summarize", "--method", "magic"), "lex-rank"),
        (("summarize", "--sentences", "2", "--words", "5"), "--words"),
        (("stories",), "--jsonl"),
        (("manifest", "--url", "http://plain.example"), "https://"),
    ],
)
def test_wrong_usage_names_the_right_one(arguments: tuple[str, ...], told: str) -> None:
    """A usage error says what to write instead."""
    result = dateline(*arguments)
    assert told in str(result.exception)


def test_the_manifest_is_filled_in() -> None:
    """--url fills in the address, and --socket removes every address."""
    filled = dateline("manifest", "--url", "https://news.example").stdout
    assert "https://news.example/slack/events" in filled
    assert "YOUR-HOST" not in filled
    socket = json.loads(dateline("manifest", "--socket").stdout)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "YOUR-HOST" not in json.dumps(socket)
