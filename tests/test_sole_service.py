"""A SQLite database serves one Dateline at a time, and a killed one leaves no lock."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model.errors import SettingsError
from bot.store.locks import sole_service


def test_a_second_service_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """The error names the process that serves, and both ways out."""
    url = f"sqlite:///{tmp_path}/var/news.db"
    with (
        sole_service(url),
        pytest.raises(
            SettingsError, match=rf"process {os.getpid()}\).*DATELINE_DATA.*postgresql://"
        ),
        sole_service(url),
    ):
        pytest.fail("two serve from one file")
    with sole_service(url):
        pass


def test_a_link_to_the_file_is_the_same_file(tmp_path: Path) -> None:
    """Whoever names the database by a link, or its folder, is refused too."""
    (tmp_path / "var").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "var")
    (tmp_path / "var/other.db").symlink_to(tmp_path / "var/news.db")
    with sole_service(f"sqlite:///{tmp_path}/var/news.db"):
        for name in ("link/news.db", "var/other.db"):
            with pytest.raises(SettingsError), sole_service(f"sqlite:///{tmp_path}/{name}"):
                pytest.fail("two serve from one file")


def test_a_killed_service_leaves_no_lock(tmp_path: Path) -> None:
    """After kill -9 the next start succeeds, though the lock file still exists."""
    url = f"sqlite:///{tmp_path}/news.db"
    taken = f"from bot.store.locks import sole_service\nwith sole_service({url!r}): "
    code = f"import os, signal\n{taken} os.kill(0, signal.SIGKILL)"
    killed = subprocess.run([sys.executable, "-c", code], check=False, start_new_session=True)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "news.db.lock").exists()
    with sole_service(url):
        pass


def test_postgresql_takes_any_number(tmp_path: Path) -> None:
    """On PostgreSQL no file is locked, and several services may run."""
    url = "postgresql://dateline@127.0.0.1/dateline"
    with sole_service(url), sole_service(url):
        assert list(tmp_path.iterdir()) == []
