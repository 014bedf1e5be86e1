"""The feed folder takes complete files, leaves others alone, and moves each to where it belongs."""

import asyncio
import contextlib
import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.intake import feed_folder
from bot.intake.feed_folder import FeedFolder, ScanResult, check
from bot.intake.folder_files import (
    MAX_FILE_BYTES,
    FileState,
    list_states,
    move_file,
    watch_folder,
)
from bot.intake.intake import Intake, PreparedFile
from bot.model import NewArticle
from bot.model.errors import SettingsError
from bot.store import Store
from tests.builders import BODY
from tests.delivery_env import FakeClock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class FolderEnv:
    """A feed folder, with the steps that people and programs take on it."""

    def __init__(self, path: Path, intake: Intake, store: Store) -> None:
        self.path, self.clock, self.store = path, FakeClock(NOW), store
        self.restart(intake)

    def restart(self, intake: Intake, *kept: str | None) -> None:
        """Restart with this intake, and with sources whose files stay where they are."""
        self.intake, sources, locks = intake, self.store.sources, self.store.locks
        self.folder = FeedFolder(
            self.path, intake, self.clock, sources, locks, lambda source: source in kept
        )

    def put(self, name: str, text: str | bytes, age: float = 60) -> Path:
        """Write a file that was last modified `age` seconds ago."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        written = self.clock.now().timestamp() - age
        os.utime(file, (written, written))
        return file

    async def scan_twice(self) -> ScanResult:
        """Scan twice; return the second result."""
        await self.folder.scan()
        return await self.folder.scan()

    def names(self, below: str = ".") -> list[str]:
        """Return every file name below a folder."""
        return sorted(
            str(p.relative_to(self.path / below))
            for p in (self.path / below).rglob("*")
            if p.is_file()
        )


LOOK_SECONDS = feed_folder._LOOK_SECONDS


@pytest.fixture
def env(
    tmp_path: Path, intake: Intake, archive: Store, monkeypatch: pytest.MonkeyPatch
) -> FolderEnv:
    """Return an empty feed folder; however busy the machine, a scan waits for what it began."""
    monkeypatch.setattr(feed_folder, "_LOOK_SECONDS", 600.0)
    path = tmp_path / "feed"
    path.mkdir()
    return FolderEnv(path, intake, archive)


def story(number: int) -> str:
    """Return a text that is unique for its number."""
    return f"Story {number} of the day\n\nNumber {number}. {BODY}"


async def sources(store: Store) -> list[tuple[str | None, str | None]]:
    """Return headline and source of each article, in the order they were stored."""
    stories = await store.articles.get_stories(
        None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    )
    found = sorted(
        (article for story in stories for article in story.articles), key=lambda article: article.id
    )
    return [(article.article.headline, article.article.source) for article in found]


async def test_a_file_is_taken_at_the_second_scan_and_moved(env: FolderEnv, archive: Store) -> None:
    """After two scans a file is stored and moved to the day's folder, and not after one."""
    env.put("reuters/today/one.txt", story(1))
    assert await env.folder.scan() == ScanResult(waiting=1)
    assert await env.folder.scan() == ScanResult(taken=1)
    assert env.names() == ["_PROCESSED/2026-03-02/one.txt"]
    assert await sources(archive) == [("Story 1 of the day", "reuters")]
    assert await env.folder.scan() == ScanResult()


async def test_a_growing_file_waits(env: FolderEnv) -> None:
    """A file waits while its size or time changes between scans, or it is under two seconds old."""
    file = env.put("one.txt", "Half a story")
    await env.folder.scan()
    env.put("one.txt", story(1), age=0)
    assert (await env.scan_twice()).waiting == 1
    env.clock.forward(seconds=1.9)
    assert (await env.folder.scan()).waiting == 1
    env.clock.forward(seconds=0.2)
    assert (await env.folder.scan()).taken == 1
    assert not file.exists()


async def test_another_file_of_the_same_size_and_time_waits(env: FolderEnv) -> None:
    """A file replaced by another, with another inode, waits for another scan."""
    env.put("one.txt", story(1))
    await env.folder.scan()
    other = env.put("other.part", story(2))
    other.replace(env.path / "one.txt")
    assert (await env.folder.scan()).waiting == 1
    assert (await env.folder.scan()).taken == 1


@pytest.mark.parametrize(
    "name",
    [
        ".hidden",
        "~lock.docx",
        "a.tmp",
        "a.part",
        "a.partial",
        "a.filepart",
        "a.TMP",
        "a.crdownload",
        "_KEEP/a.txt",
        ".git/a",
    ],
)
async def test_temporary_files_are_ignored(env: FolderEnv, name: str) -> None:
    """Temporary files of other programs, and folders that begin with _, are not even counted."""
    file = env.put(name, story(1))
    assert await env.scan_twice() == ScanResult()
    assert file.exists()


async def test_links_are_not_followed(env: FolderEnv, tmp_path: Path) -> None:
    """A symbolic link to a file or folder is ignored."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text(story(1))
    (env.path / "file.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (env.path / "folder").symlink_to(tmp_path / "elsewhere")
    assert await env.scan_twice() == ScanResult()
    assert (tmp_path / "elsewhere" / "secret.txt").exists()


async def test_an_unreadable_file_goes_to_error_with_the_reason(
    env: FolderEnv, archive: Store
) -> None:
    """An unreadable file is moved to _ERROR with a reason in words, and the others are taken."""
    env.put("a/bad.json", '{"guid": "x", "headline": "cut')
    env.put("a/empty.txt", "")
    env.put("a/good.txt", story(1))
    assert await env.scan_twice() == ScanResult(taken=1, failed=2)
    assert env.names("_ERROR") == [
        "bad.json",
        "bad.json.error.txt",
        "empty.txt",
        "empty.txt.error.txt",
    ]
    assert "cut short" in (env.path / "_ERROR/bad.json.error.txt").read_text()
    assert "The file is empty." in (env.path / "_ERROR/empty.txt.error.txt").read_text()
    assert len(await sources(archive)) == 1


async def test_a_file_too_large_is_not_read(env: FolderEnv) -> None:
    """A file above 20 MiB is moved to _ERROR unread."""
    file = env.put("big.txt", b"")
    with file.open("r+b") as sparse:
        sparse.truncate(MAX_FILE_BYTES + 1)
    os.utime(file, (0, 0))
    assert (await env.scan_twice()).failed == 1
    assert "20 MB is the most" in (env.path / "_ERROR/big.txt.error.txt").read_text()


async def test_moved_files_never_overwrite_another(env: FolderEnv, archive: Store) -> None:
    """A file with a name already taken gets a number before its suffix, and both are kept."""
    for _ in range(3):
        env.put("one.txt", story(1))
        assert (await env.scan_twice()).taken == 1
    env.put("x/one.txt", story(2))
    await env.scan_twice()
    assert env.names("_PROCESSED/2026-03-02") == ["one-2.txt", "one-3.txt", "one-4.txt", "one.txt"]
    assert [headline for headline, _ in await sources(archive)] == [
        "Story 1 of the day",
        "Story 2 of the day",
    ]


async def test_any_file_name_can_be_moved(env: FolderEnv) -> None:
    """Names with spaces, commas, other scripts, no suffix or the greatest length are kept."""
    names = ["tag reuters.com,0000_x", "no ending", "Ünïcødé – 记者.txt", "n" * 251 + ".txt"]
    for number, name in enumerate(names):
        env.put(name, story(number))
    env.put("sub/" + names[-1], "")
    assert await env.scan_twice() == ScanResult(taken=4, failed=1)
    assert env.names("_PROCESSED/2026-03-02") == sorted(names)
    assert len([name for name in env.names("_ERROR") if name.endswith(".error.txt")]) == 1


async def test_the_oldest_file_is_taken_first(env: FolderEnv, archive: Store) -> None:
    """A story is taken before its correction, whatever their names."""
    for age, number in ((10, 3), (30, 1), (20, 2)):
        env.put(f"{age}.txt", story(number), age=age)
    await env.scan_twice()
    assert [headline for headline, _ in await sources(archive)] == [
        f"Story {n} of the day" for n in (1, 2, 3)
    ]


async def test_a_vanished_file_is_no_error(
    env: FolderEnv, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file deleted between scans, or while it is read, raises nothing."""
    gone = env.put("gone.txt", story(1), age=90)
    while_read = env.put("while.txt", story(2), age=80)
    env.put("stays.txt", story(3), age=70)
    await env.folder.scan()
    gone.unlink()
    prepare = intake.prepare

    async def unlinking(data: bytes, **told: object) -> object:
        # Files are read several at a time: another's turn must not take this one away unread.
        if told["name"] == while_read.name:
            while_read.unlink()
        return await prepare(data, **told)

    monkeypatch.setattr(intake, "prepare", unlinking)
    result = await env.folder.scan()
    assert (result.taken, result.failed) == (2, 0)
    assert env.names() == ["_PROCESSED/2026-03-02/stays.txt"]


async def test_an_unexpected_error_stops_no_other_file(
    env: FolderEnv, archive: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected error, in reading or storing, moves the file to _ERROR with a message.

    The others are taken, and no word of an article reaches the log.
    """
    env.put("first.txt", story(1), age=90)
    env.put("second.txt", story(2), age=80)
    env.put("third.txt", story(3), age=70)
    prepare, put = intake.prepare, archive.articles.put

    async def preparing(data: bytes, **told: object) -> object:
        if data == story(1).encode():
            raise KeyError(data.decode())
        return await prepare(data, **told)

    async def putting(new: NewArticle, *callbacks: Any, **told: Any) -> object:
        if new.article.headline == "Story 2 of the day":
            raise ValueError(new.article.body)
        return await put(new, *callbacks, **told)

    monkeypatch.setattr(intake, "prepare", preparing)
    monkeypatch.setattr(archive.articles, "put", putting)
    with capture_logs() as logs:
        assert await env.scan_twice() == ScanResult(taken=1, failed=2)
    assert [headline for headline, _ in await sources(archive)] == ["Story 3 of the day"]
    assert "KeyError" in (env.path / "_ERROR/first.txt.error.txt").read_text()
    assert "ValueError" in (env.path / "_ERROR/second.txt.error.txt").read_text()
    assert "harbour" not in str(logs)


async def test_a_file_changed_after_the_scan_waits(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changed after the scan that found it complete waits for another."""
    env.put("one.txt", story(1))
    await env.folder.scan()

    def then_changed(folder: Path) -> object:
        seen = list_states(folder)
        env.put("one.txt", story(1) + " More.", age=50)
        return seen

    monkeypatch.setattr("bot.intake.feed_folder.list_states", then_changed)
    assert await env.folder.scan() == ScanResult(waiting=1)


async def test_a_file_replaced_while_it_is_stored_is_read_too(
    env: FolderEnv, archive: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a wire overwrites its own file while it is stored, only the old content is moved.

    The new text is taken next.
    """
    env.put("wire.txt", story(1))
    await env.folder.scan()
    store = intake.store

    async def then_replaced(prepared: PreparedFile) -> object:
        taken = await store(prepared)
        env.put("beside.tmp", story(2), age=50).replace(env.path / "wire.txt")
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(intake, "store", then_replaced)
        await env.folder.scan()
    assert (await env.scan_twice()).taken == 1
    assert [headline for headline, _ in await sources(archive)] == [
        "Story 1 of the day",
        "Story 2 of the day",
    ]


async def test_a_file_renamed_while_it_is_read_is_stored_once(
    env: FolderEnv, archive: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is renamed while it is read is stored once, and moved under the new name."""
    env.put("old name.txt", story(1))
    prepare = intake.prepare

    async def renaming(data: bytes, **told: object) -> object:
        if (env.path / "old name.txt").exists():
            (env.path / "old name.txt").rename(env.path / "new name.txt")
        return await prepare(data, **told)

    monkeypatch.setattr(intake, "prepare", renaming)
    assert (await env.scan_twice()).failed == 0
    assert (await env.scan_twice()).taken == 1
    assert env.names() == ["_PROCESSED/2026-03-02/new name.txt"]
    assert await sources(archive) == [("Story 1 of the day", None)]


async def test_a_file_that_grows_for_minutes_is_taken_whole(env: FolderEnv, archive: Store) -> None:
    """A file that grows for five minutes is taken once, complete."""
    for second in range(300):
        env.put("long.txt", story(1) + "".join(f"\n\nParagraph {n}." for n in range(second)), age=0)
        assert (await env.folder.scan()).taken == 0
        env.clock.forward(seconds=1)
    env.clock.forward(seconds=2)
    assert (await env.folder.scan()).taken == 1
    (found,) = (
        await archive.articles.get_stories(None, datetime(2000, 1, 1, tzinfo=UTC), env.clock.now())
    )[0].articles
    assert found.article.body.endswith("Paragraph 298.")


async def test_a_file_without_permission_is_retried(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the system refuses stays, is reported once, and is taken once readable."""
    locked = env.put("locked.txt", story(1))
    locked.chmod(0)
    with monkeypatch.context() as patched, capture_logs() as logs:
        if os.geteuid() == 0:
            without_permission(patched)
        assert await env.scan_twice() == ScanResult(waiting=1)
        assert await env.folder.scan() == ScanResult(waiting=1)
    told = [line for line in logs if line["event"] == "file left where it is"]
    assert [(line["file"], line["error"]) for line in told] == [("locked.txt", "Permission denied")]
    locked.chmod(0o600)
    assert (await env.folder.scan()).taken == 1


def without_permission(patched: pytest.MonkeyPatch) -> None:
    """Open files as a user that owns none, in this thread alone (setfsuid(2)).

    Root may otherwise read everything.
    """
    libc, opened = ctypes.CDLL(None), os.open

    def opening(path: Path, flags: int) -> int:
        libc.setfsuid(65534)
        try:
            return opened(path, flags)
        finally:
            libc.setfsuid(0)

    patched.setattr("bot.intake.feed_folder.os.open", opening)


@pytest.fixture
def mounted_folder(env: FolderEnv) -> Iterator[Callable[[str], None]]:
    """Mount the feed folder as a file system, which tests can remount with options.

    Needs root on Linux.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a file system of its own")

    def mounted(options: str) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "none", env.path],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")

    try:
        yield mounted
    finally:
        subprocess.run(["umount", env.path], capture_output=True, check=False)


async def test_on_a_full_disk_files_stay_until_there_is_room(
    env: FolderEnv, archive: Store, mounted_folder: Callable[[str], None]
) -> None:
    """On a full disk an article is stored and its file stays.

    With room it is moved, as a duplicate.
    """
    mounted_folder("size=64k,nr_inodes=3")  # the root, and two files
    env.put("one.txt", story(1))
    env.put("bad.txt", "")
    with capture_logs() as logs:
        assert await env.scan_twice() == ScanResult(waiting=2)
    assert {line["error"] for line in logs if line["event"] == "file left where it is"} == {
        "No space left on device"
    }
    mounted_folder("remount,nr_inodes=100")
    assert await env.folder.scan() == ScanResult(taken=1, failed=1)
    assert env.names() == [
        "_ERROR/bad.txt",
        "_ERROR/bad.txt.error.txt",
        "_PROCESSED/2026-03-02/one.txt",
    ]
    assert len(await sources(archive)) == 1


async def test_no_room_for_the_reason_leaves_it_in_the_log(
    env: FolderEnv, mounted_folder: Callable[[str], None]
) -> None:
    """Without room for the reason a bad file still goes to _ERROR, and the log has the reason."""
    mounted_folder("size=8k,nr_inodes=100")
    env.put("bad.json", '{"guid": "x", "headline": "cut')
    (env.path / ".filler").write_bytes(b"x" * 4096)
    with capture_logs() as logs:
        assert await env.scan_twice() == ScanResult(failed=1)
    assert "_ERROR/bad.json" in env.names()
    assert any("cut short" in str(line.get("reason")) for line in logs)
    assert any(line["event"] == "no reason beside a file in _ERROR" for line in logs)


async def test_a_read_only_folder_works_for_sources_whose_files_stay(
    env: FolderEnv, archive: Store, mounted_folder: Callable[[str], None]
) -> None:
    """A file in a read-only folder is taken once, also over a restart, and again when modified."""
    mounted_folder("size=1m")
    env.put("wire/one.txt", story(1))
    env.put("wire/bad.txt", "")
    mounted_folder("remount,ro")
    with pytest.raises(SettingsError, match=r"Read-only file system.*files = \"keep\""):
        check(env.path)
    check(env.path, keeps_files=True)
    env.restart(env.intake, "wire")
    assert await env.scan_twice() == ScanResult(taken=1, failed=1)
    env.restart(env.intake, "wire")
    assert await env.scan_twice() == ScanResult()
    mounted_folder("remount,rw")
    env.put("wire/one.txt", story(2), age=30)
    mounted_folder("remount,ro")
    assert await env.scan_twice() == ScanResult(taken=1)
    assert [headline for headline, _ in await sources(archive)] == [
        "Story 1 of the day",
        "Story 2 of the day",
    ]
    assert env.names() == ["wire/bad.txt", "wire/one.txt"]


async def test_files_stay_if_their_source_says_so(env: FolderEnv, archive: Store) -> None:
    """Files of other sources are moved, and an unreadable file is remembered with the reason."""
    env.restart(env.intake, "wire")
    for name in ("wire/deep/one.txt", "other/two.txt"):
        env.put(name, story(len(name)))
    env.put("wire/bad.json", '{"guid": "x", "headline": "cut')
    assert await env.scan_twice() == ScanResult(taken=2, failed=1)
    assert env.names() == ["_PROCESSED/2026-03-02/two.txt", "wire/bad.json", "wire/deep/one.txt"]
    kept = {file.path: file.reason for file in await archive.sources.get_files()}
    assert kept.keys() == {"wire/deep/one.txt", "wire/bad.json"}
    assert kept["wire/deep/one.txt"] is None
    assert "cut short" in str(kept["wire/bad.json"])


async def test_deleted_files_are_forgotten(env: FolderEnv, archive: Store) -> None:
    """A deleted file is forgotten, but not while its whole mounted_folder is missing."""
    env.restart(env.intake, "wire", "mounted_folder")
    for name in (
        "wire/one.txt",
        "wire/two.txt",
        "mounted_folder/three.txt",
        "Ünï".encode("latin-1").decode("utf-8", "surrogateescape"),
    ):
        env.put(name if "/" in name else f"mounted_folder/{name}.txt", story(len(name)))
    assert (await env.scan_twice()).taken == 4
    (env.path / "wire/one.txt").unlink()
    for file in (env.path / "mounted_folder").iterdir():
        file.unlink()
    await env.folder.scan()
    paths = {file.path for file in await archive.sources.get_files()}
    assert paths == {"wire/two.txt", "mounted_folder/three.txt", "mounted_folder/\\xdcn\\xef.txt"}


async def test_a_long_scan_is_followed_by_a_pause(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A huge folder without new files is not scanned endlessly.

    While a file waits there is no pause.
    """
    monkeypatch.setattr("bot.intake.feed_folder._LONG_SCAN_SECONDS", -1.0)
    monkeypatch.setattr("bot.intake.feed_folder._REST_FACTOR", 1e9)
    env.put("one.txt", story(1))
    assert (await env.scan_twice()).taken == 1
    await env.folder.scan()
    env.put("two.txt", story(2))
    assert await env.folder.scan() == ScanResult()


async def test_a_long_queue_is_taken_oldest_first(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each source the oldest file is first in any listing order; the log tells the progress."""
    taken: list[int] = []

    class Taking:
        async def prepare(self, data: bytes, **_: object) -> int:
            return int(data)

        async def store(self, number: int) -> None:
            taken.append(number)

    env.restart(cast("Intake", Taking()))
    monkeypatch.setattr("bot.intake.feed_folder._PROGRESS_EVERY_FILES", 100)
    numbers = sorted(range(210), key=lambda number: number * 89 % 211)
    for number in numbers:
        env.put(f"{number % 7}/{number}.txt", str(number), age=10_000 - number)
    with capture_logs() as logs:
        assert (await env.scan_twice()).taken == 210
    by_source = [[number for number in taken if number % 7 == source] for source in range(7)]
    assert by_source == [list(range(source, 210, 7)) for source in range(7)]
    assert [line["event"] for line in logs].count("folder progress") == 2


async def test_a_folder_that_takes_long_to_list_is_seldom_listed(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking in goes on for many times as long as the listing took: nine tenths of the time."""
    listings = 0

    def counted(path: Path) -> dict[Path, FileState]:
        nonlocal listings
        listings += 1
        return list_states(path)

    monkeypatch.setattr("bot.intake.feed_folder.list_states", counted)
    monkeypatch.setattr("bot.intake.feed_folder._LOOK_SECONDS", 0.0)
    monkeypatch.setattr("bot.intake.feed_folder._LOOK_FACTOR", 1e9)
    for number in range(12):
        env.put(f"{number}.txt", story(number))
    assert (await env.scan_twice()).taken == 12
    assert listings == 2


async def test_a_file_that_takes_long_holds_up_no_other(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came after a slow file is taken in, of its source and of others, and it in the end."""
    monkeypatch.setattr("bot.intake.feed_folder._LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.intake.feed_folder._ORDER_SECONDS", 0.05)
    finished, taken = asyncio.Event(), []

    class Taking:
        async def prepare(self, data: bytes, **_: object) -> bytes:
            if data == b"slow":
                await finished.wait()
            return data

        async def store(self, data: bytes) -> None:
            taken.append(data)

    env.restart(cast("Intake", Taking()))
    for source in ("gazette", "wire"):
        env.put(f"{source}/slow.txt", "slow", age=100)
    await env.scan_twice()
    for source in ("gazette", "wire", "lantern"):
        env.put(f"{source}/quick.txt", "quick", age=50)
    for _ in range(3):  # to be seen, to wait for the one before, to be counted
        await env.folder.scan()
    assert taken == [b"quick"] * 3
    finished.set()
    await env.folder.scan()
    assert taken == [b"quick"] * 3 + [b"slow"] * 2
    await env.folder.close()


async def test_a_file_is_begun_soon_beside_one_that_takes_long(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a slow file is in hand, two looks of half a second find what came after it."""
    monkeypatch.setattr(feed_folder, "_LOOK_SECONDS", LOOK_SECONDS)
    finished, taken = asyncio.Event(), asyncio.Event()

    class Taking:
        async def prepare(self, data: bytes, **_: object) -> bytes:
            if data == b"slow":
                await finished.wait()
            return data

        async def store(self, _: bytes) -> None:
            taken.set()

    env.restart(cast("Intake", Taking()))
    env.put("gazette/slow.txt", "slow", age=100)
    await env.scan_twice()
    env.put("wire/quick.txt", "quick", age=50)
    began = time.monotonic()
    await env.scan_twice()
    assert taken.is_set()
    assert time.monotonic() - began < 3.0
    finished.set()
    await env.folder.close()


async def test_a_file_moved_between_scans_is_counted_as_taken_alone(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a scan left in hand and the next no longer finds does not lessen how many wait."""
    moved, loop = asyncio.Event(), asyncio.get_running_loop()

    def move(*args: Any) -> None:
        move_file(*args)
        loop.call_soon_threadsafe(moved.set)

    monkeypatch.setattr("bot.intake.feed_folder.move_file", move)
    monkeypatch.setattr("bot.intake.feed_folder._LOOK_SECONDS", 0)
    env.put("one.txt", story(1))
    assert await env.scan_twice() == ScanResult(waiting=1)
    await moved.wait()
    assert await env.folder.scan() == ScanResult(taken=1)


async def test_large_files_come_last_and_one_by_one(
    env: FolderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that came later pass the large ones, of which one is in hand at a time."""
    monkeypatch.setattr("bot.intake.feed_folder._LARGE_BYTES", 10)
    taken: list[bytes] = []
    in_hand: list[bytes] = []

    class Taking:
        async def prepare(self, data: bytes, **_: object) -> bytes:
            in_hand.append(data)
            assert sum(len(each) > 10 for each in in_hand) <= 1
            await asyncio.sleep(0)
            return data

        async def store(self, data: bytes) -> None:
            in_hand.remove(data)
            taken.append(data)

    env.restart(cast("Intake", Taking()))
    for number in range(3):
        env.put(f"large-{number}.txt", f"a large one, {number}", age=100 - number)
        env.put(f"{number}.txt", f"{number}", age=50 - number)
    assert (await env.scan_twice()).taken == 6
    assert [len(data) > 10 for data in taken] == [False] * 3 + [True] * 3


async def test_a_new_file_triggers_a_scan(env: FolderEnv) -> None:
    """A new file triggers a scan, and a file that we move does not."""
    woken = asyncio.Event()

    async def look() -> None:
        woken.set()

    watching = asyncio.create_task(watch_folder(env.path, look))
    (env.path / "_PROCESSED").mkdir()
    try:
        async with asyncio.timeout(60):
            while not woken.is_set():  # the watch may not have begun yet
                env.put("one.txt", story(1), age=0)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), 0.2)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_an_unwatchable_folder_is_still_scanned(tmp_path: Path) -> None:
    """A folder that cannot be watched is reported once, and the periodic scans go on."""
    with capture_logs() as logs:
        await watch_folder(tmp_path / "gone", lambda: asyncio.sleep(0))
    assert [line["event"] for line in logs] == ["folder not watched"]


async def test_a_missing_folder_is_made_at_the_start(tmp_path: Path) -> None:
    """`check` creates the folder and leaves nothing in it."""
    check(tmp_path / "a" / "feed")
    assert list((tmp_path / "a" / "feed").iterdir()) == []


def test_workers_that_start_at_once_can_check_one_folder(tmp_path: Path) -> None:
    """Checks of one folder at the same time do not disturb each other, and leave nothing in it."""
    with ThreadPoolExecutor(4) as workers:
        for _ in workers.map(check, [tmp_path] * 800):
            pass
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """The error for an unwritable folder names the setting and the cure."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="DATELINE_FEED_FOLDER"):
        check(tmp_path / "file")


async def test_a_missing_folder_stops_nothing(env: FolderEnv) -> None:
    """While the folder is missing, scans find nothing; once it is back they go on."""
    env.path.rename(env.path.with_name("away"))
    assert await env.folder.scan() == ScanResult()
    env.path.with_name("away").rename(env.path)
    env.put("one.txt", story(1))
    assert (await env.scan_twice()).taken == 1
