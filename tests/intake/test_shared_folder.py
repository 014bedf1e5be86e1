"""Workers on several machines look into one folder, or each into its own.

Every file is taken once.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.storage import SystemClock
from bot.intake.feed_folder import FeedFolder
from bot.intake.intake import IntakeResult, PreparedFile
from bot.model import Format
from bot.model.errors import SourceUnreadable
from bot.store import open_store


class RecordingIntake:
    """An intake that notes what it is given, and takes its time."""

    def __init__(self) -> None:
        self.prepared: list[bytes] = []
        self.stored: list[str] = []

    async def prepare(self, data: bytes, *, name: str, source: str | None) -> PreparedFile:
        """Note it."""
        self.prepared.append(data)
        await asyncio.sleep(0.02)
        if data == b"unreadable":
            raise SourceUnreadable("no text")
        return PreparedFile(name, source, None, Format.TEXT, ())

    async def store(self, prepared: PreparedFile) -> IntakeResult:
        """Note it."""
        self.stored.append(prepared.name)
        return IntakeResult(())


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file need not be two seconds old."""
    monkeypatch.setattr("bot.intake.feed_folder.SETTLE_SECONDS", 0.0)


def names(folder: Path, below: str) -> list[str]:
    """What was put away there, without the reasons beside."""
    return sorted(
        path.name
        for path in (folder / below).rglob("*")
        if path.is_file() and "error" not in path.name
    )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_workers_part_a_folder(tmp_path: Path, database_url: str) -> None:
    """Each file is read by one of them, put away once, and both find some to do."""
    wanted = [f"{number:02}.txt" for number in range(24)]
    for name in wanted:
        (tmp_path / name).write_bytes(b"unreadable" if name == "07.txt" else name.encode())
    stores = [await open_store(database_url) for _ in range(2)]
    intakes = [RecordingIntake(), RecordingIntake()]
    workers = [
        FeedFolder(tmp_path, intake, SystemClock(), store.sources, store.locks)  # type: ignore[arg-type]
        for intake, store in zip(intakes, stores, strict=True)
    ]
    for _ in range(3):
        await asyncio.gather(*(worker.scan() for worker in workers))
    read = [data for intake in intakes for data in intake.prepared]
    assert len(read) == len(set(read)) == 24
    assert all(intake.prepared for intake in intakes)
    assert names(tmp_path, "_ERROR") == ["07.txt"]
    assert names(tmp_path, "_PROCESSED") == [name for name in wanted if name != "07.txt"]
    for store in stores:
        await store.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_folders_of_their_own_share_nothing_but_names(
    tmp_path: Path, database_url: str
) -> None:
    """The same name on two machines is two files: both are taken."""
    stores = [await open_store(database_url) for _ in range(2)]
    intakes = [RecordingIntake(), RecordingIntake()]
    workers = []
    for number, (intake, store) in enumerate(zip(intakes, stores, strict=True)):
        own = tmp_path / str(number)
        own.mkdir()
        (own / "news.txt").write_text(f"news of machine {number}")
        workers.append(FeedFolder(own, intake, SystemClock(), store.sources, store.locks))  # type: ignore[arg-type]
    for _ in range(2):
        await asyncio.gather(*(worker.scan() for worker in workers))
    assert [intake.stored for intake in intakes] == [["news.txt"], ["news.txt"]]
    for store in stores:
        await store.close()


async def test_a_taker_that_died_before_its_last_step_leaves_one_file(
    tmp_path: Path, database_url: str
) -> None:
    """Linked into _PROCESSED and not yet taken out of the folder.

    The next look ends it, without a second copy.
    """
    store = await open_store(database_url)
    feed = tmp_path / "feed"
    day = feed / "_PROCESSED" / f"{datetime.now(UTC):%Y-%m-%d}"
    day.mkdir(parents=True)
    (feed / "news.txt").write_text("news")
    (day / "news.txt").hardlink_to(feed / "news.txt")
    folder = FeedFolder(feed, RecordingIntake(), SystemClock(), store.sources, store.locks)  # type: ignore[arg-type]
    for _ in range(2):
        await folder.scan()
    assert names(feed, "_PROCESSED") == ["news.txt"]
    assert not (feed / "news.txt").exists()
    await store.close()
