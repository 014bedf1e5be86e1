"""The operator sees how sources are doing, and proves digests whose texts were dropped."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.model import KeptFile, StoredArticle, codec
from bot.store import Store, open_store
from tests.builders import BODY, article, choose_new_story, digest_of, new_article, story

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder for one test, with no other settings."""
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_APP_TOKEN",
        "DATABASE_URL",
        "DATELINE_CONFIG",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_DATA", str(tmp_path))
    return tmp_path


def dateline(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(arguments))


async def put(store: Store, number: int, seen: datetime) -> StoredArticle:
    """Store an article of the wire, seen at this time."""
    content = article(BODY, headline=None, guid=f"urn:x:{number}", source="Northern Wire")
    new = new_article(content, seen=seen, origin="wire")
    return await store.articles.put(new, choose_new_story)


def test_one_article_is_counted_in_the_singular(data_folder: Path) -> None:
    """One article is counted in the singular."""

    async def lay() -> None:
        store = await open_store(f"sqlite:///{data_folder}/dateline.sqlite3")
        await put(store, 1, NOW)
        await store.close()

    asyncio.run(lay())
    assert "1 article in its last four weeks" in dateline("sources").stdout


def test_sources_show_their_state(data_folder: Path) -> None:
    """A quiet source says so, and unreadable files that stay are named with the reason."""

    async def lay() -> None:
        store = await open_store(f"sqlite:///{data_folder}/dateline.sqlite3")
        for day in range(10):
            await put(store, day, NOW - timedelta(days=30 - day))
        await store.sources.save_file(KeptFile("share/bad.xml", 3, 4, "The file is empty."))
        await store.close()

    asyncio.run(lay())
    result = dateline("sources")
    assert result.exit_code == 0
    assert "wire  Northern Wire  10 articles" in result.stdout
    assert "QUIET: its longest gap was 24 h" in result.stdout
    assert "share/bad.xml: The file is empty." in result.stderr


def test_a_dropped_text_is_verified_with_its_file(data_folder: Path) -> None:
    """Without the text, `verify` names what is missing and its hash.

    With the right file it verifies each span, and another file is refused.
    """

    async def lay() -> str:
        store = await open_store(f"sqlite:///{data_folder}/dateline.sqlite3")
        held = await put(store, 1, NOW - timedelta(days=9))
        digest = digest_of(replace(story(held.article), articles=(held,)))
        await store.articles.drop_texts("wire", NOW - timedelta(days=7), NOW)
        gone = await store.articles.get(held.id)
        await store.close()
        (data_folder / "digest.json").write_text(json.dumps(codec.dump(digest)), encoding="utf-8")
        return str(gone.fingerprint)

    fingerprint = asyncio.run(lay())
    (data_folder / "kept.txt").write_text(BODY, encoding="utf-8")
    (data_folder / "other.txt").write_text(f"{BODY}\n\nAnd one word more.", encoding="utf-8")
    without, other, proven = (
        dateline("verify", "digest.json", *more)
        for more in ((), ("--text", "other.txt"), ("--text", "kept.txt"))
    )
    for result in (without, other):
        assert result.exit_code == 0
        assert fingerprint in result.stderr
        assert result.stdout.startswith("0 of ")
    total = proven.stdout.split()[2]
    assert proven.stdout == f"{total} of {total} spans match their articles word for word.\n"
    assert int(total) > 3


@pytest.mark.parametrize("command", ["statements", "summarize"])
def test_a_foreign_file_is_read_in_a_worker(data_folder: Path, command: str) -> None:
    """A too large, empty or broken file ends with its reason, and the next is read."""
    (data_folder / "large.txt").write_bytes(b"word " * (5 * 2**20))
    (data_folder / "empty.txt").write_bytes(b"")
    (data_folder / "torn.json").write_bytes(
        b'{"version":"https://jsonfeed.org/version/1.1","items":['
    )
    (data_folder / "good.txt").write_text(BODY, encoding="utf-8")
    result = dateline(command, "large.txt", "empty.txt", "torn.json", "gone.txt", "good.txt")
    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()[:4]] == [
        "large.txt",
        "empty.txt",
        "torn.json",
        "gone.txt",
    ]
    assert "Ilves" in result.stdout


def test_a_text_that_takes_too_long_is_given_up(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that takes too long ends with a message."""
    monkeypatch.setattr("bot.cli.language_commands._LOAD_SECONDS", 0.01)
    monkeypatch.setattr("bot.cli.language_commands._find_statements", endless)
    (data_folder / "good.txt").write_text(BODY, encoding="utf-8")
    result = dateline("statements", "good.txt")
    assert result.exit_code == 1
    assert "was stopped" in result.stderr


def endless(*_: object, **__: object) -> None:
    """Find statements forever."""
    while True:
        sum(range(1000))
