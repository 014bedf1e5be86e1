"""The files that `dateline ingest` is given: which, of which source, and in what order."""

import os
from contextlib import closing
from pathlib import Path

from bot.intake.file_list import FileList


def write(path: Path, modified: float) -> Path:
    """Write a file of some age."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Text.", encoding="utf-8")
    os.utime(path, (modified, modified))
    return path


def listed(*paths: Path) -> list[tuple[str | None, Path]]:
    """Return what a list yields."""
    with closing(FileList(paths)) as files:
        found = list(files)
        assert len(files) == len(found)
    return found


def test_what_the_feed_folder_ignores_is_ignored(tmp_path: Path):
    """Temporary and hidden files, links and our own folders; a sub-folder is a source."""
    one = write(tmp_path / "wire" / "deep" / "one.txt", 1)
    for name in ("two.tmp", "three.PART", ".four.txt", "~five.txt", "_ERROR/six.txt"):
        write(tmp_path / name, 1)
    (tmp_path / "seven.txt").symlink_to(one)
    (tmp_path / "linked").symlink_to(one.parent)
    assert listed(tmp_path) == [("wire", one)]


def test_the_oldest_come_first_whatever_folder_they_are_in(tmp_path: Path):
    """A correction follows what it corrects; what is named itself has no source."""
    third, first = write(tmp_path / "a" / "3.txt", 3.5), write(tmp_path / "b" / "1.txt", 1)
    second = write(tmp_path / "2.txt", 3.25)
    assert listed(tmp_path / "a", tmp_path / "b", second) == [
        (None, first),
        (None, second),
        (None, third),
    ]
    assert listed(tmp_path) == [("b", first), (None, second), ("a", third)]


def test_what_is_not_there_is_listed_so_that_somebody_says_so(tmp_path: Path):
    """A name that leads nowhere, also that of standard input, and any bytes of a name."""
    named = write(tmp_path / os.fsdecode(b"\xff.txt"), 1)
    missing, standard_input = tmp_path / "gone.txt", Path("-")
    assert listed(tmp_path) == [(None, named)]
    assert listed(missing, standard_input) == [(None, missing), (None, standard_input)]
