"""A name whose bytes are not UTF-8 is a name like any other: nothing fails over it."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app.components import check_folder
from bot.intake import feed_folder
from bot.intake.feed_folder import FeedFolder
from bot.intake.folder_files import watch_folder
from bot.intake.intake import Intake
from bot.model.errors import SettingsError, printable_name
from bot.settings import load
from bot.store import open_store
from bot.store.clock import SystemClock
from tests.builders import BODY
from tests.intake_fakes import CountingAnalyst, FakeWeb, InProcessReader
from tests.service import ROOT, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")

# "Ünï" in Latin-1, and the same name cut inside a letter of UTF-8.
LATIN = os.fsdecode("Ünï".encode("latin-1"))
CUT = os.fsdecode("Ünï".encode()[:-1])


def drop(folder: Path, name: str, text: str) -> Path:
    """Write a file that has settled."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1e9, 1e9))
    return path


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_files_and_folders_of_any_name_are_taken(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and their sources are stored and moved, whatever the bytes of their names.

    An unreadable one is moved with its reason; two that differ in such a byte keep two reasons.
    """
    monkeypatch.setattr(feed_folder, "_LOOK_SECONDS", 600.0)  # however busy the machine
    feed = tmp_path / "feed"
    drop(feed, f"{LATIN}/{CUT}.txt", f"One\n\n{BODY}")
    drop(feed, f"{LATIN}.txt", f"Two\n\nIt came first. {BODY}")
    for name in (LATIN, CUT, "Plain"):
        drop(feed, f"wire/{name}.json", '{"guid": "x", "headline": "cut')
    store = await open_store(database_url)
    reader, analyst, web = InProcessReader(), CountingAnalyst(), FakeWeb()
    intake = Intake(store.articles, reader, analyst, web, SystemClock())
    folder = FeedFolder(feed, intake, SystemClock(), store.sources, store.locks)
    with capture_logs() as logs:
        await folder.scan()
        result = await folder.scan()
    habits = await store.sources.get_habits(datetime.now(UTC))
    await store.close()
    assert (result.taken, result.failed, result.waiting) == (2, 3, 0)
    assert {habit.origin for habit in habits} >= {"\\xdcn\\xef"}
    moved = {path.name for path in (feed / "_PROCESSED").rglob("*.txt")}
    assert moved == {f"{LATIN}.txt", f"{CUT}.txt"}
    reasons = {path.name for path in (feed / "_ERROR").glob("*.error.txt")}
    assert reasons == {f"{printable_name(name)}.json.error.txt" for name in (LATIN, CUT, "Plain")}
    json.dumps(logs, ensure_ascii=False, default=str).encode()


@pytest.mark.parametrize("command", ["statements", "ingest"])
def test_the_command_line_takes_any_name(tmp_path: Path, command: str) -> None:
    """A command answers for files of such names, readable or not, in UTF-8 and without a trace."""
    good, bad = drop(tmp_path, f"{LATIN}.txt", BODY), drop(tmp_path, f"{CUT}.json", '{"guid": "x')
    done = subprocess.run(
        [sys.executable, "-m", "bot", command, good, bad],
        env=environment(tmp_path) | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    errors = done.stderr.decode()
    assert done.returncode == 1, errors
    assert "Traceback" not in errors
    assert "cut short" in errors + done.stdout.decode()


def test_a_feed_folder_of_any_name_is_named_in_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What /readyz says of such a folder can be sent."""
    monkeypatch.setenv("DATELINE_FEED_FOLDER", str(drop(tmp_path, LATIN, "a file")))
    with pytest.raises(SettingsError) as caught:
        check_folder(load())
    assert b"\\xdcn\\xef" in "; ".join(caught.value.faults).encode()


async def test_a_folder_that_cannot_be_watched_is_scanned_all_the_same(tmp_path: Path) -> None:
    """The watch of a folder of such a name ends quietly: the regular scans go on."""
    folder = tmp_path / LATIN
    folder.mkdir()

    async def scan() -> None:
        raise AssertionError

    async with asyncio.timeout(5):
        await watch_folder(folder, scan)
