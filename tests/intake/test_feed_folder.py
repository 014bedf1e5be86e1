"""The feed folder: what is taken, what is left alone, and where it goes."""

import asyncio
import contextlib
import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.intake.feed_folder import FeedFolder, ScanResult, check
from bot.intake.folder_files import MAX_FILE_BYTES, list_states, watch_folder
from bot.intake.intake import Intake, PreparedFile
from bot.model import NewArticle
from bot.model.errors import SettingsError
from bot.store import Store
from tests.builders import BODY
from tests.delivery_env import FakeClock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Drop:
    """A folder under test, with words for what people do to it."""

    def __init__(self, path: Path, intake: Intake, store: Store) -> None:
        self.path, self.clock, self.intake, self.store = path, FakeClock(NOW), intake, store
        self.folder = FeedFolder(path, intake, self.clock, store.sources)

    def stays(self, *sources: str | None) -> None:
        """As after a restart, with these sources' files left where they are."""
        self.folder = FeedFolder(
            self.path, self.intake, self.clock, self.store.sources, stays=lambda s: s in sources
        )

    def put(self, name: str, text: str | bytes, age: float = 60) -> Path:
        """Drop a file that was last written `age` seconds ago."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        written = self.clock.now().timestamp() - age
        os.utime(file, (written, written))
        return file

    async def twice(self) -> ScanResult:
        """Two looks; the second one's result."""
        await self.folder.scan()
        return await self.folder.scan()

    def names(self, below: str = ".") -> list[str]:
        """Every file under a folder."""
        return sorted(
            str(p.relative_to(self.path / below))
            for p in (self.path / below).rglob("*")
            if p.is_file()
        )


@pytest.fixture
def drop(tmp_path: Path, intake: Intake, archive: Store) -> Drop:
    """An empty feed folder."""
    path = tmp_path / "feed"
    path.mkdir()
    return Drop(path, intake, archive)


def story(number: int) -> str:
    """A text of its own."""
    return f"Story {number} of the day\n\nNumber {number}. {BODY}"


async def sources(store: Store) -> list[tuple[str | None, str | None]]:
    """Headline and source of each article, in the order they were stored."""
    stories = await store.articles.get_stories(
        None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    )
    found = sorted(
        (article for story in stories for article in story.articles), key=lambda article: article.id
    )
    return [(article.article.headline, article.article.source) for article in found]


async def test_a_file_is_taken_at_the_second_look_and_put_away(drop: Drop, archive: Store) -> None:
    """One look is not enough; after the second it is stored and stands in today's folder."""
    drop.put("reuters/today/one.txt", story(1))
    assert await drop.folder.scan() == ScanResult(waiting=1)
    assert await drop.folder.scan() == ScanResult(taken=1)
    assert drop.names() == ["_PROCESSED/2026-03-02/one.txt"]
    assert await sources(archive) == [("Story 1 of the day", "reuters")]
    assert await drop.folder.scan() == ScanResult()


async def test_a_growing_file_is_left_until_it_stands_still(drop: Drop) -> None:
    """While size or time change between looks, or it is younger than two seconds, it waits."""
    file = drop.put("one.txt", "Half a story")
    await drop.folder.scan()
    drop.put("one.txt", story(1), age=0)
    assert (await drop.twice()).waiting == 1
    drop.clock.forward(seconds=1.9)
    assert (await drop.folder.scan()).waiting == 1
    drop.clock.forward(seconds=0.2)
    assert (await drop.folder.scan()).taken == 1
    assert not file.exists()


async def test_another_file_of_the_same_size_and_time_waits(drop: Drop) -> None:
    """A file replaced by another (another inode) is looked at afresh."""
    drop.put("one.txt", story(1))
    await drop.folder.scan()
    other = drop.put("other.part", story(2))
    other.replace(drop.path / "one.txt")
    assert (await drop.folder.scan()).waiting == 1
    assert (await drop.folder.scan()).taken == 1


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
async def test_what_is_in_the_making_is_left_alone(drop: Drop, name: str) -> None:
    """Files of programs that still write, and folders that begin with _, are not even counted."""
    file = drop.put(name, story(1))
    assert await drop.twice() == ScanResult()
    assert file.exists()


async def test_links_are_not_followed(drop: Drop, tmp_path: Path) -> None:
    """A link to a file or folder elsewhere is left alone."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text(story(1))
    (drop.path / "file.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (drop.path / "folder").symlink_to(tmp_path / "elsewhere")
    assert await drop.twice() == ScanResult()
    assert (tmp_path / "elsewhere" / "secret.txt").exists()


async def test_what_cannot_be_read_goes_to_error_with_the_reason(
    drop: Drop, archive: Store
) -> None:
    """A bad file stops no other; beside it stands why, in words."""
    drop.put("a/bad.json", '{"guid": "x", "headline": "cut')
    drop.put("a/empty.txt", "")
    drop.put("a/good.txt", story(1))
    assert await drop.twice() == ScanResult(taken=1, failed=2)
    assert drop.names("_ERROR") == [
        "bad.json",
        "bad.json.error.txt",
        "empty.txt",
        "empty.txt.error.txt",
    ]
    assert "cut short" in (drop.path / "_ERROR/bad.json.error.txt").read_text()
    assert "The file is empty." in (drop.path / "_ERROR/empty.txt.error.txt").read_text()
    assert len(await sources(archive)) == 1


async def test_a_file_too_large_is_not_read(drop: Drop) -> None:
    """Above 20 MiB it goes to _ERROR unread."""
    file = drop.put("big.txt", b"")
    with file.open("r+b") as sparse:
        sparse.truncate(MAX_FILE_BYTES + 1)
    os.utime(file, (0, 0))
    assert (await drop.twice()).failed == 1
    assert "20 MB is the most" in (drop.path / "_ERROR/big.txt.error.txt").read_text()


async def test_duplicates_are_put_away_too_and_never_over_another(
    drop: Drop, archive: Store
) -> None:
    """The same name again gets a number before its ending; both files are kept."""
    for _ in range(3):
        drop.put("one.txt", story(1))
        assert (await drop.twice()).taken == 1
    drop.put("x/one.txt", story(2))
    await drop.twice()
    assert drop.names("_PROCESSED/2026-03-02") == ["one-2.txt", "one-3.txt", "one-4.txt", "one.txt"]
    assert [headline for headline, _ in await sources(archive)] == [
        "Story 1 of the day",
        "Story 2 of the day",
    ]


async def test_names_of_every_kind_keep_their_name(drop: Drop) -> None:
    """Spaces, commas, no ending, other scripts, the longest name: all are put away."""
    names = ["tag reuters.com,0000_x", "no ending", "Ünïcødé – 记者.txt", "n" * 251 + ".txt"]
    for number, name in enumerate(names):
        drop.put(name, story(number))
    drop.put("sub/" + names[-1], "")
    assert await drop.twice() == ScanResult(taken=4, failed=1)
    assert drop.names("_PROCESSED/2026-03-02") == sorted(names)
    assert len([name for name in drop.names("_ERROR") if name.endswith(".error.txt")]) == 1


async def test_the_oldest_comes_first(drop: Drop, archive: Store) -> None:
    """A story comes before its correction, whatever their names."""
    for age, number in ((10, 3), (30, 1), (20, 2)):
        drop.put(f"{age}.txt", story(number), age=age)
    await drop.twice()
    assert [headline for headline, _ in await sources(archive)] == [
        f"Story {n} of the day" for n in (1, 2, 3)
    ]


async def test_a_file_gone_meanwhile_is_no_error(
    drop: Drop, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleted between looks, or while it is read: nothing is raised, and the others are taken."""
    gone = drop.put("gone.txt", story(1), age=90)
    while_read = drop.put("while.txt", story(2), age=80)
    drop.put("stays.txt", story(3), age=70)
    await drop.folder.scan()
    gone.unlink()
    prepare = intake.prepare

    async def unlinking(data: bytes, **told: object) -> object:
        # Files are read several at a time: another's turn must not take this one away unread.
        if told["name"] == while_read.name:
            while_read.unlink()
        return await prepare(data, **told)

    monkeypatch.setattr(intake, "prepare", unlinking)
    result = await drop.folder.scan()
    assert (result.taken, result.failed) == (2, 0)
    assert drop.names() == ["_PROCESSED/2026-03-02/stays.txt"]


async def test_a_fault_of_ours_in_one_file_stops_no_other(
    drop: Drop, archive: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to _ERROR with a word on it, whichever half stumbles; the others are taken.

    No words reach the log.
    """
    drop.put("first.txt", story(1), age=90)
    drop.put("second.txt", story(2), age=80)
    drop.put("third.txt", story(3), age=70)
    prepare, put = intake.prepare, archive.articles.put

    async def preparing(data: bytes, **told: object) -> object:
        if data == story(1).encode():
            raise KeyError(data.decode())
        return await prepare(data, **told)

    async def putting(new: NewArticle, choose: object) -> object:
        if new.article.headline == "Story 2 of the day":
            raise ValueError(new.article.body)
        return await put(new, choose)

    monkeypatch.setattr(intake, "prepare", preparing)
    monkeypatch.setattr(archive.articles, "put", putting)
    with capture_logs() as logs:
        assert await drop.twice() == ScanResult(taken=1, failed=2)
    assert [headline for headline, _ in await sources(archive)] == ["Story 3 of the day"]
    assert "KeyError" in (drop.path / "_ERROR/first.txt.error.txt").read_text()
    assert "ValueError" in (drop.path / "_ERROR/second.txt.error.txt").read_text()
    assert "harbour" not in str(logs)


async def test_a_file_changed_after_the_look_waits(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read must be what stood still.

    A later change is seen, and the file waits for another look.
    """
    drop.put("one.txt", story(1))
    await drop.folder.scan()

    def then_changed(folder: Path) -> object:
        seen = list_states(folder)
        drop.put("one.txt", story(1) + " More.", age=50)
        return seen

    monkeypatch.setattr("bot.intake.feed_folder.list_states", then_changed)
    assert await drop.folder.scan() == ScanResult(waiting=1)


async def test_a_file_replaced_while_it_is_stored_is_read_too(
    drop: Drop, archive: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wire that writes over its own file.

    Only what was read is put away, and the new text comes in next.
    """
    drop.put("wire.txt", story(1))
    await drop.folder.scan()
    store = intake.store

    async def then_replaced(prepared: PreparedFile) -> object:
        taken = await store(prepared)
        drop.put("beside.tmp", story(2), age=50).replace(drop.path / "wire.txt")
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(intake, "store", then_replaced)
        await drop.folder.scan()
    assert (await drop.twice()).taken == 1
    assert [headline for headline, _ in await sources(archive)] == [
        "Story 1 of the day",
        "Story 2 of the day",
    ]


async def test_a_file_renamed_while_it_is_read_is_put_away_under_its_new_name(
    drop: Drop, archive: Store, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its article is stored once.

    What stands under the new name is a duplicate, and is put away like any other.
    """
    drop.put("old name.txt", story(1))
    prepare = intake.prepare

    async def renaming(data: bytes, **told: object) -> object:
        if (drop.path / "old name.txt").exists():
            (drop.path / "old name.txt").rename(drop.path / "new name.txt")
        return await prepare(data, **told)

    monkeypatch.setattr(intake, "prepare", renaming)
    assert (await drop.twice()).failed == 0
    assert (await drop.twice()).taken == 1
    assert drop.names() == ["_PROCESSED/2026-03-02/new name.txt"]
    assert await sources(archive) == [("Story 1 of the day", None)]


async def test_a_file_that_grows_for_minutes_is_taken_whole(drop: Drop, archive: Store) -> None:
    """A look a second for five minutes.

    Nothing is taken while it grows, and then all of it at once.
    """
    for second in range(300):
        drop.put(
            "long.txt", story(1) + "".join(f"\n\nParagraph {n}." for n in range(second)), age=0
        )
        assert (await drop.folder.scan()).taken == 0
        drop.clock.forward(seconds=1)
    drop.clock.forward(seconds=2)
    assert (await drop.folder.scan()).taken == 1
    (found,) = (
        await archive.articles.get_stories(None, datetime(2000, 1, 1, tzinfo=UTC), drop.clock.now())
    )[0].articles
    assert found.article.body.endswith("Paragraph 298.")


async def test_a_file_without_permission_is_left_and_tried_again(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system itself refuses.

    The file stays, is complained of once, and is taken once it may be read.
    """
    locked = drop.put("locked.txt", story(1))
    locked.chmod(0)
    with monkeypatch.context() as patched, capture_logs() as logs:
        if os.geteuid() == 0:
            as_nobody(patched)
        assert await drop.twice() == ScanResult(waiting=1)
        assert await drop.folder.scan() == ScanResult(waiting=1)
    told = [line for line in logs if line["event"] == "file left where it is"]
    assert [(line["file"], line["error"]) for line in told] == [("locked.txt", "Permission denied")]
    locked.chmod(0o600)
    assert (await drop.folder.scan()).taken == 1


def as_nobody(patched: pytest.MonkeyPatch) -> None:
    """Open files as a user that owns none.

    Root may read whatever it likes. Of this thread alone (setfsuid(2)).
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
def share(drop: Drop) -> Iterator[Callable[[str], None]]:
    """The feed folder as a file system of its own, which a test mounts anew with options.

    Needs root on Linux.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a file system of its own")

    def mounted(options: str) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "none", drop.path],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")

    try:
        yield mounted
    finally:
        subprocess.run(["umount", drop.path], capture_output=True, check=False)


async def test_on_a_full_disk_files_stay_until_there_is_room(
    drop: Drop, archive: Store, share: Callable[[str], None]
) -> None:
    """No room for a folder.

    The file stays, its article is stored, and with room it is put away as a duplicate.
    """
    share("size=64k,nr_inodes=3")  # the root, and two files
    drop.put("one.txt", story(1))
    drop.put("bad.txt", "")
    with capture_logs() as logs:
        assert await drop.twice() == ScanResult(waiting=2)
    assert {line["error"] for line in logs if line["event"] == "file left where it is"} == {
        "No space left on device"
    }
    share("remount,nr_inodes=100")
    assert await drop.folder.scan() == ScanResult(taken=1, failed=1)
    assert drop.names() == [
        "_ERROR/bad.txt",
        "_ERROR/bad.txt.error.txt",
        "_PROCESSED/2026-03-02/one.txt",
    ]
    assert len(await sources(archive)) == 1


async def test_no_room_for_the_reason_leaves_it_in_the_log(
    drop: Drop, share: Callable[[str], None]
) -> None:
    """A bad file goes to _ERROR all the same."""
    share("size=8k,nr_inodes=100")
    drop.put("bad.json", '{"guid": "x", "headline": "cut')
    (drop.path / ".filler").write_bytes(b"x" * 4096)
    with capture_logs() as logs:
        assert await drop.twice() == ScanResult(failed=1)
    assert "_ERROR/bad.json" in drop.names()
    assert any("cut short" in str(line.get("reason")) for line in logs)
    assert any(line["event"] == "no reason beside a file in _ERROR" for line in logs)


async def test_a_read_only_folder_works_where_its_files_stay(
    drop: Drop, archive: Store, share: Callable[[str], None]
) -> None:
    """Nothing is written there.

    A file is taken once, a restart or not, and again only when it was written to.
    """
    share("size=1m")
    drop.put("wire/one.txt", story(1))
    drop.put("wire/bad.txt", "")
    share("remount,ro")
    with pytest.raises(SettingsError, match=r"Read-only file system.*files = \"keep\""):
        check(drop.path)
    check(drop.path, stays=True)
    drop.stays("wire")
    assert await drop.twice() == ScanResult(taken=1, failed=1)
    drop.stays("wire")
    assert await drop.twice() == ScanResult()
    share("remount,rw")
    drop.put("wire/one.txt", story(2), age=30)
    share("remount,ro")
    assert await drop.twice() == ScanResult(taken=1)
    assert [headline for headline, _ in await sources(archive)] == [
        "Story 1 of the day",
        "Story 2 of the day",
    ]
    assert drop.names() == ["wire/bad.txt", "wire/one.txt"]


async def test_files_stay_where_their_source_says_so(drop: Drop, archive: Store) -> None:
    """Those of other sources are put away; what could not be read is remembered with the reason."""
    drop.stays("wire")
    for name in ("wire/deep/one.txt", "other/two.txt"):
        drop.put(name, story(len(name)))
    drop.put("wire/bad.json", '{"guid": "x", "headline": "cut')
    assert await drop.twice() == ScanResult(taken=2, failed=1)
    assert drop.names() == ["_PROCESSED/2026-03-02/two.txt", "wire/bad.json", "wire/deep/one.txt"]
    kept = {file.path: file.reason for file in await archive.sources.get_files()}
    assert kept.keys() == {"wire/deep/one.txt", "wire/bad.json"}
    assert kept["wire/deep/one.txt"] is None
    assert "cut short" in str(kept["wire/bad.json"])


async def test_what_is_gone_is_forgotten_unless_its_folder_is(drop: Drop, archive: Store) -> None:
    """A deleted file is forgotten.

    While a share is not there, and its folder empty, what was in it is not.
    """
    drop.stays("wire", "share")
    for name in (
        "wire/one.txt",
        "wire/two.txt",
        "share/three.txt",
        "Ünï".encode("latin-1").decode("utf-8", "surrogateescape"),
    ):
        drop.put(name if "/" in name else f"share/{name}.txt", story(len(name)))
    assert (await drop.twice()).taken == 4
    (drop.path / "wire/one.txt").unlink()
    for file in (drop.path / "share").iterdir():
        file.unlink()
    await drop.folder.scan()
    paths = {file.path for file in await archive.sources.get_files()}
    assert paths == {"wire/two.txt", "share/three.txt", "share/\\xdcn\\xef.txt"}


async def test_a_look_that_took_long_is_followed_by_a_rest(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A huge folder in which nothing is new is not looked at without end.

    While something waits there is no rest.
    """
    monkeypatch.setattr("bot.intake.feed_folder._LONG_SCAN_SECONDS", -1.0)
    monkeypatch.setattr("bot.intake.feed_folder._REST_FACTOR", 1e9)
    drop.put("one.txt", story(1))
    assert (await drop.twice()).taken == 1
    await drop.folder.scan()
    drop.put("two.txt", story(2))
    assert await drop.folder.scan() == ScanResult()


async def test_a_long_queue_is_taken_oldest_first_and_tells_how_far_it_is(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Now and then the log says so.

    Whatever order the disk lists them in, the oldest goes first.
    """
    taken: list[int] = []

    class Taking:
        async def prepare(self, data: bytes, **_: object) -> int:
            return int(data)

        async def store(self, number: int) -> None:
            taken.append(number)

    drop.folder = FeedFolder(drop.path, cast("Intake", Taking()), drop.clock, drop.store.sources)
    monkeypatch.setattr("bot.intake.feed_folder._PROGRESS_EVERY_FILES", 100)
    numbers = sorted(range(210), key=lambda number: number * 89 % 211)
    for number in numbers:
        drop.put(f"{number % 7}/{number}.txt", str(number), age=10_000 - number)
    with capture_logs() as logs:
        assert (await drop.twice()).taken == 210
    assert taken == sorted(numbers)
    assert [(line["done"], line["of"]) for line in logs if line["event"] == "folder progress"] == [
        (100, 210),
        (200, 210),
    ]


async def test_a_dropped_file_wakes_the_look(drop: Drop) -> None:
    """What is dropped is told of; what we put away ourselves wakes nobody."""
    woken = asyncio.Event()

    async def look() -> None:
        woken.set()

    watching = asyncio.create_task(watch_folder(drop.path, look))
    (drop.path / "_PROCESSED").mkdir()
    try:
        async with asyncio.timeout(60):
            while not woken.is_set():  # the watch may not have begun yet
                drop.put("one.txt", story(1), age=0)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), 0.2)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_folder_that_cannot_be_watched_is_looked_at_all_the_same(tmp_path: Path) -> None:
    """No watch is no fault: it is told once, and the ticks go on."""
    with capture_logs() as logs:
        await watch_folder(tmp_path / "gone", lambda: asyncio.sleep(0))
    assert [line["event"] for line in logs] == ["folder not watched"]


async def test_a_missing_folder_is_made_at_the_start(tmp_path: Path) -> None:
    """`check` makes the folder, and leaves nothing in it."""
    check(tmp_path / "a" / "feed")
    assert list((tmp_path / "a" / "feed").iterdir()) == []


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """The error names the setting and the cure."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="DATELINE_FEED_FOLDER"):
        check(tmp_path / "file")


async def test_a_folder_taken_away_is_no_end(drop: Drop) -> None:
    """While the folder is not there, scans find nothing; when it is back they go on."""
    drop.path.rename(drop.path.with_name("away"))
    assert await drop.folder.scan() == ScanResult()
    drop.path.with_name("away").rename(drop.path)
    drop.put("one.txt", story(1))
    assert (await drop.twice()).taken == 1
