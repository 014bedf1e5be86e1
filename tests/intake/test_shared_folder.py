"""Several workers on one folder, or on folders of their own, take each file once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.intake.feed_folder import FeedFolder
from bot.intake.intake import IntakeResult, PreparedFile
from bot.model import Format
from bot.model.errors import LockTaken, SourceUnreadable
from bot.store import open_store
from bot.store.clock import SystemClock


class RecordingIntake:
    """Record the files in place of an intake; each waits while `may_go_on` is cleared."""

    def __init__(self) -> None:
        self.prepared: list[bytes] = []
        self.stored: list[str] = []
        self.began, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.may_go_on.set()

    async def prepare(self, data: bytes, *, name: str, source: str | None) -> PreparedFile:
        """Record the bytes."""
        self.prepared.append(data)
        self.began.set()
        await self.may_go_on.wait()
        if data == b"unreadable":
            raise SourceUnreadable("no text")
        return PreparedFile(name, source, Format.TEXT, ())

    async def store(self, prepared: PreparedFile) -> IntakeResult:
        """Record the name."""
        self.stored.append(prepared.name)
        return IntakeResult(())


@pytest.fixture(autouse=True)
def no_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be taken without an age of two seconds."""
    monkeypatch.setattr("bot.intake.feed_folder.SETTLE_SECONDS", 0.0)


def names(folder: Path, below: str) -> list[str]:
    """Return the moved files' names, without those of reasons."""
    return sorted(
        path.name
        for path in (folder / below).rglob("*")
        if path.is_file() and "error" not in path.name
    )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_workers_share_a_folder(tmp_path: Path, database_url: str) -> None:
    """Each file is read and moved by one worker, and both workers get some."""
    wanted = [f"{number:02}.txt" for number in range(24)]
    for name in wanted:
        (tmp_path / name).write_bytes(b"unreadable" if name == "07.txt" else name.encode())
    stores = [await open_store(database_url) for _ in range(2)]
    intakes = [RecordingIntake(), RecordingIntake()]
    workers = [
        FeedFolder(tmp_path, intake, SystemClock(), store.sources, store.locks)  # type: ignore[arg-type]
        for intake, store in zip(intakes, stores, strict=True)
    ]
    # Neither goes on before the other has begun.
    for intake, other in zip(intakes, reversed(intakes), strict=True):
        intake.may_go_on = other.began
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
    """The same name in two machines' folders is two files, and both are taken."""
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


class TakenLocks:
    """Locks that another process holds, all of them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def hold(self, name: str, *, wait: bool) -> Any:
        """Count the question, and refuse."""
        assert not wait
        self.asked.append(name)
        raise LockTaken(name)


async def test_what_another_has_in_hand_is_left_to_it_for_a_while(
    tmp_path: Path, database_url: str
) -> None:
    """A scan asks for each file once, the next ones for none; the files stay, and count."""
    feed = tmp_path / "feed"
    feed.mkdir()
    for number in range(12):
        (feed / f"{number}.txt").write_text(f"news {number}")
    store, locks = await open_store(database_url), TakenLocks()
    folder = FeedFolder(feed, RecordingIntake(), SystemClock(), store.sources, locks)  # type: ignore[arg-type]
    results = [await folder.scan() for _ in range(4)]
    assert len(locks.asked) == len(set(locks.asked)) == 12
    assert (results[-1].taken, results[-1].waiting) == (0, 12)
    await store.close()


async def test_a_half_moved_file_is_finished(tmp_path: Path, database_url: str) -> None:
    """A file linked into _PROCESSED but not yet removed is removed by the next scan."""
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
