"""The feed folder: what is taken, what is left alone, and where it goes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.errors import SettingsError
from bot.intake.folder import MOST_BYTES, FeedFolder, ScanResult, check
from tests.intake.conftest import SetClock
from tests.newsroom import BODY

if TYPE_CHECKING:
    from pathlib import Path

    from bot.intake.intake import Intake, Prepared
    from bot.ports import NewArticle
    from bot.store import SqlStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Drop:
    """A folder under test, with words for what people do to it."""

    def __init__(self, path: Path, intake: Intake) -> None:
        self.path, self.clock = path, SetClock(NOW)
        self.folder = FeedFolder(path, intake, self.clock)

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
        return sorted(str(p.relative_to(self.path / below)) for p in (self.path / below).rglob("*") if p.is_file())


@pytest.fixture
def drop(tmp_path: Path, intake: Intake) -> Drop:
    """An empty feed folder."""
    path = tmp_path / "feed"
    path.mkdir()
    return Drop(path, intake)


def story(number: int) -> str:
    """A text of its own."""
    return f"Story {number} of the day\n\nNumber {number}. {BODY}"


async def sources(store: SqlStore) -> list[tuple[str | None, str | None]]:
    """Headline and source of each article, in the order they were stored."""
    stories = await store.articles.stories(None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))
    found = sorted((article for story in stories for article in story.articles), key=lambda article: article.id)
    return [(article.article.headline, article.article.source) for article in found]


async def test_a_file_is_taken_at_the_second_look_and_put_away(drop: Drop, archive: SqlStore) -> None:
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
    """Files of programs that are still writing, and folders that begin with _, are not even counted."""
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


async def test_what_cannot_be_read_goes_to_error_with_the_reason(drop: Drop, archive: SqlStore) -> None:
    """A bad file stops no other; beside it stands why, in words."""
    drop.put("a/bad.json", '{"guid": "x", "headline": "cut')
    drop.put("a/empty.txt", "")
    drop.put("a/good.txt", story(1))
    assert await drop.twice() == ScanResult(taken=1, failed=2)
    assert drop.names("_ERROR") == ["bad.json", "bad.json.error.txt", "empty.txt", "empty.txt.error.txt"]
    assert "cut short" in (drop.path / "_ERROR/bad.json.error.txt").read_text()
    assert "The file is empty." in (drop.path / "_ERROR/empty.txt.error.txt").read_text()
    assert len(await sources(archive)) == 1


async def test_a_file_too_large_is_not_read(drop: Drop) -> None:
    """Above 20 MiB it goes to _ERROR unread."""
    file = drop.put("big.txt", b"")
    with file.open("r+b") as sparse:
        sparse.truncate(MOST_BYTES + 1)
    os.utime(file, (0, 0))
    assert (await drop.twice()).failed == 1
    assert "20 MB is the most" in (drop.path / "_ERROR/big.txt.error.txt").read_text()


async def test_duplicates_are_put_away_too_and_never_over_another(drop: Drop, archive: SqlStore) -> None:
    """The same name again gets a number before its ending; both files are kept."""
    for _ in range(3):
        drop.put("one.txt", story(1))
        assert (await drop.twice()).taken == 1
    drop.put("x/one.txt", story(2))
    await drop.twice()
    assert drop.names("_PROCESSED/2026-03-02") == ["one-2.txt", "one-3.txt", "one-4.txt", "one.txt"]
    assert [headline for headline, _ in await sources(archive)] == ["Story 1 of the day", "Story 2 of the day"]


async def test_names_of_every_kind_keep_their_name(drop: Drop) -> None:
    """Spaces, commas, no ending, other scripts, the longest name: all are put away."""
    names = ["tag reuters.com,0000_x", "no ending", "Ünïcødé – 记者.txt", "n" * 251 + ".txt"]
    for number, name in enumerate(names):
        drop.put(name, story(number))
    drop.put("sub/" + names[-1], "")
    assert await drop.twice() == ScanResult(taken=4, failed=1)
    assert drop.names("_PROCESSED/2026-03-02") == sorted(names)
    assert len([name for name in drop.names("_ERROR") if name.endswith(".error.txt")]) == 1


async def test_the_oldest_comes_first(drop: Drop, archive: SqlStore) -> None:
    """A story comes before its correction, whatever their names."""
    for age, number in ((10, 3), (30, 1), (20, 2)):
        drop.put(f"{age}.txt", story(number), age=age)
    await drop.twice()
    assert [headline for headline, _ in await sources(archive)] == [f"Story {n} of the day" for n in (1, 2, 3)]


async def test_a_file_gone_meanwhile_is_no_error(drop: Drop, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted between looks, or while it is read: nothing is raised, and the others are taken."""
    gone = drop.put("gone.txt", story(1), age=90)
    while_read = drop.put("while.txt", story(2), age=80)
    drop.put("stays.txt", story(3), age=70)
    await drop.folder.scan()
    gone.unlink()
    prepare = intake.prepare

    async def unlinking(data: bytes, **told: object) -> object:
        while_read.unlink(missing_ok=True)
        return await prepare(data, **told)

    monkeypatch.setattr(intake, "prepare", unlinking)
    result = await drop.folder.scan()
    assert (result.taken, result.failed) == (2, 0)
    assert drop.names() == ["_PROCESSED/2026-03-02/stays.txt"]


async def test_a_fault_of_ours_in_one_file_stops_no_other(
    drop: Drop, archive: SqlStore, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to _ERROR with a word on it, whichever half stumbles; the others are taken; no words reach the log."""
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


async def test_a_file_changed_after_the_look_waits(drop: Drop) -> None:
    """What is read must be what stood still: a later change is seen, and the file waits for another look."""
    drop.put("one.txt", story(1))
    await drop.folder.scan()
    look = drop.folder._look

    def then_changed() -> object:
        seen = look()
        drop.put("one.txt", story(1) + " More.", age=50)
        return seen

    drop.folder._look = then_changed  # type: ignore[method-assign]
    assert await drop.folder.scan() == ScanResult(waiting=1)


async def test_a_file_replaced_while_it_is_stored_is_read_too(
    drop: Drop, archive: SqlStore, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wire that writes over its own file: only what was read is put away, and the new text comes in next."""
    drop.put("wire.txt", story(1))
    await drop.folder.scan()
    store = intake.store

    async def then_replaced(prepared: Prepared) -> object:
        taken = await store(prepared)
        drop.put("beside.tmp", story(2), age=50).replace(drop.path / "wire.txt")
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(intake, "store", then_replaced)
        await drop.folder.scan()
    assert (await drop.twice()).taken == 1
    assert [headline for headline, _ in await sources(archive)] == ["Story 1 of the day", "Story 2 of the day"]


async def test_a_file_without_permission_is_left_and_tried_again(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays where it is, is counted as waiting, and is taken once it may be read; the others are taken."""
    locked = drop.put("locked.txt", story(1))
    drop.put("open.txt", story(2))
    opened = os.open

    def refusing(path: Path, flags: int) -> int:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags)

    with monkeypatch.context() as patched:
        patched.setattr("bot.intake.folder.os.open", refusing)
        assert await drop.twice() == ScanResult(taken=1, waiting=1)
        assert drop.names() == ["_PROCESSED/2026-03-02/open.txt", "locked.txt"]
    assert (await drop.folder.scan()).taken == 1


async def test_a_fault_of_the_disk_leaves_the_file(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file cannot be put away it stays, and the next scan finds its article a duplicate."""
    drop.put("one.txt", story(1))

    def full(path: Path, below: str, look: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(drop.folder, "_put_away", full)
        assert await drop.twice() == ScanResult(waiting=1)
    assert (await drop.folder.scan()).taken == 1
    assert drop.names() == ["_PROCESSED/2026-03-02/one.txt"]


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
