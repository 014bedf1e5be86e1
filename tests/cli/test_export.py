"""Exported statements are verbatim in JSON lines, and no formulas in CSV."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.model import NewArticle, QuotationType
from bot.store import open_store
from tests.builders import StoryBuilder, choose_new_story, statement

FORMULAS = ("=1+2", "+358 40", "-5 degrees", "@sum", " =cmd", "\N{FULLWIDTH EQUALS SIGN}1")
BODY = "Ada Nell said {words} on Monday."


@pytest.fixture
async def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Store statements that begin like formulas; return their words."""
    monkeypatch.setenv("DATELINE_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    store = await open_store(f"sqlite:///{tmp_path}/dateline.sqlite3")
    builder = StoryBuilder()
    now = datetime.now(UTC)
    for number, words in enumerate((*FORMULAS, "nothing new")):
        body = BODY.format(words=words)
        stored = builder.article(
            body,
            statement(body, "Ada Nell", words, form=QuotationType.INDIRECT),
            headline=f"={number}",
            source="@Wire",
        )
        new = NewArticle(f"a{number}", f"a{number}", stored.article, stored.analysis, None, now)
        await store.articles.put(new, choose_new_story)
    await store.close()
    return [*FORMULAS, "nothing new"]


def test_no_cell_of_the_csv_is_a_formula(archive: list[str]) -> None:
    """A cell that a spreadsheet would run begins with an apostrophe before the verbatim words."""
    printed = CliRunner().invoke(app, ["export", "statements"]).stdout
    rows = list(csv.DictReader(io.StringIO(printed, newline="")))
    assert len(rows) == len(archive)
    for row in rows:
        assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@"} for cell in row.values())
    assert {row["words"].removeprefix("'") for row in rows} == set(archive)
    assert "nothing new" in [row["words"] for row in rows]
    assert {row["outlet"] for row in rows} == {"'@Wire"}


def test_json_lines_have_every_word_as_it_stands(archive: list[str]) -> None:
    """JSON lines hold the words unchanged, since nothing runs them."""
    printed = CliRunner().invoke(app, ["export", "statements", "--format", "jsonl"]).stdout
    assert {json.loads(line)["words"] for line in printed.splitlines()} == set(archive)
